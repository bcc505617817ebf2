"""Adapters to translation engines, chosen by name."""
