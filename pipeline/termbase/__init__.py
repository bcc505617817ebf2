"""Concept entries, glossaries, and finding terms in text."""
