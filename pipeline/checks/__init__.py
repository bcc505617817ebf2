"""The catalogue of checks: one decorated function per flag code, one file per MQM dimension."""

from __future__ import annotations

from pipeline.checks import accuracy, terminology
from pipeline.checks.base import CATALOGUE, Check, CheckContext, Finding, catalogue_markdown, check, run_checks

__all__ = [
    "CATALOGUE",
    "Check",
    "CheckContext",
    "Finding",
    "accuracy",
    "catalogue_markdown",
    "check",
    "run_checks",
    "terminology",
]
