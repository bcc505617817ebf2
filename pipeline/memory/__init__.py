"""Translation memory: units, exact, context, adapted and fuzzy lookup.

What reviewers approved, found again: as it was (exact), as it was with other
numbers, dates or terms (adapted), or nearly (fuzzy). The units themselves are
kept in :mod:`pipeline.store`; here is what they are and how they are found.
"""
