"""Training of the embedded engine: prepare, run, export."""
