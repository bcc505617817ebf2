from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.run.project import FILE, Project


def test_a_mistyped_project_is_not_the_one_around_it(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no project at .*nope"):
        Project.open(tmp_path / "nope")
