"""The road from file to checked translation, in order."""
