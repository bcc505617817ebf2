"""Measures of translation, terminology and flags."""
