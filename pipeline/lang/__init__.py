"""Facts about a language: sentence ends, numerals, dates, names, deontic verbs."""
