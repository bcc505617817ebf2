"""The document model: typed, frozen, depends on nothing above it."""
