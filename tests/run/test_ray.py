from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.run.conftest import contents, run_batch

SCRIPT = Path(__file__).with_name("lost_node.py")


@pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'zhengming[ray]'")
def test_a_cluster_that_loses_a_node_writes_the_same_bytes_in_order(documents: Path, tmp_path: Path) -> None:
    for number in range(7, 60):
        text = f"附件{number}：物项清单。\n本公告自公布之日起施行。\n"
        (documents / f"d{number}.txt").write_text(text, encoding="utf-8")
    run_batch(documents, tmp_path / "local", to="json")
    # A process of its own: Ray leaves threads and files behind that would fail other tests.
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(documents), str(tmp_path / "ray")],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["told"] > 0
    assert said["outcomes"] == [[str(path), ""] for path in sorted(documents.iterdir())]
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
