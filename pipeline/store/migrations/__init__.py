"""Alembic migrations; shipped, and run whenever a store is opened."""
