"""Print the catalogue of checks: ``python -m pipeline.checks > pipeline/checks/CATALOGUE.md``."""

from __future__ import annotations

import sys

from pipeline.checks import catalogue_markdown

sys.stdout.write(catalogue_markdown())
