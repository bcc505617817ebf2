"""The catalogue of checks: one decorated function per flag code, a file or a few per MQM dimension."""

from __future__ import annotations

from pipeline.checks import (
    accuracy,
    choices,
    completeness,
    design,
    likely_terms,
    locale,
    memory,
    names,
    polarity,
    style,
    terminology,
    uncertainty,
)
from pipeline.checks.base import CATALOGUE, Check, CheckContext, Finding, catalogue_markdown, check, run_checks

__all__ = [
    "CATALOGUE",
    "Check",
    "CheckContext",
    "Finding",
    "accuracy",
    "catalogue_markdown",
    "check",
    "choices",
    "completeness",
    "design",
    "likely_terms",
    "locale",
    "memory",
    "names",
    "polarity",
    "run_checks",
    "style",
    "terminology",
    "uncertainty",
]
