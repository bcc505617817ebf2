"""Document formats: each reads to a Document and writes a translation back."""
