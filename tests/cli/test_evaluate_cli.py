from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app

DOCUMENT = {
    "zh": "金管局發表報告。\n\n報告談及外匯基金。",
    "en": "The HKMA published a report.\n\nThe report discusses the Exchange Fund.",
    "proper": {"金管局": ["HKMA"], "外匯基金": ["Exchange Fund"]},
    "random": {"報告": ["report"]},
}


def test_wmt_terms_prints_success_for_each_kind_of_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(json.dumps(DOCUMENT, ensure_ascii=False) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", "wmt-terms", str(path), "--engine", "echo"])
    assert result.exit_code == 0, result.output
    rows = [line for line in result.output.splitlines() if line.startswith("│")]
    assert [row.split("│")[1].strip() for row in rows] == ["proper", "random", "none"]


def test_mt_scores_a_folder_beside_its_peers_and_writes_a_report(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for name, text in {
        "zh": "稀土出口\n镝\n",
        "en": "rare earth exports\ndysprosium\n",
        "peer.en": "soil\nmirror\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", "mt", str(folder), "--engine", "echo", "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "| peer | 2 |" in result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"mt.md", "mt.svg", "set.en"}


def test_a_missing_test_set_ends_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "mt", str(tmp_path / "none"), "--engine", "echo"])
    assert result.exit_code != 0
    assert "no test set" in result.output
