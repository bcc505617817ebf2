"""The catalogue of checks: one decorated function per flag code."""
