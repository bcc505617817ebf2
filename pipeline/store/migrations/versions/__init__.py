"""One module per schema revision, each the successor of the one before."""
