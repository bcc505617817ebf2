"""The fault run of the bench, small."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "bench" / "faults.py"


def _faults() -> Any:
    spec = importlib.util.spec_from_file_location("zhengming_faults", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_whatever_goes_wrong_every_input_ends_delivered_or_failed_by_name_once(tmp_path: Path, project: Path) -> None:
    faults = _faults()
    rng = random.Random(7)  # noqa: S311  (not for secrets)
    faults.generate(tmp_path / "in", 40, rng)
    report = faults.local(tmp_path / "in", tmp_path / "out", project, rng)
    assert report.violations == []
    assert report.delivered + report.failed == 40
    assert report.failed > 4
    again = faults.local(tmp_path / "in", tmp_path / "out", project, None)
    assert again.violations == []
    assert again.skipped == report.delivered > 10
    assert again.failed == 2
