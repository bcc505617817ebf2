from __future__ import annotations

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from typer.testing import CliRunner

from pipeline.cli.engines import app
from pipeline.engines.fetch import fetch
from pipeline.errors import EngineUnavailable


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """A hub that is there, and what it was asked for."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def download(name: str, **options: Any) -> str:
        calls.append((name, options))
        return str(options["local_dir"])

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return calls


def test_a_card_names_the_hub_model_and_its_revision(asked: list[tuple[str, dict[str, Any]]], tmp_path: Path) -> None:
    assert fetch("opus-mt-zh-en", tmp_path) == tmp_path / "opus-mt-zh-en"
    [(name, options)] = asked
    assert (name, options["revision"]) == ("Helsinki-NLP/opus-mt-zh-en", "main")


def test_the_command_says_the_license_and_how_to_use_the_folder(
    asked: list[tuple[str, dict[str, Any]]], tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["fetch", "nllb-200-distilled-600m", "-o", str(tmp_path)])
    assert done.exit_code == 0
    assert "license: CC-BY-NC-4.0" in done.output
    assert "--engine huggingface --set model=" in done.output


def test_without_a_network_one_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unreachable(name: str, **options: Any) -> str:
        raise OSError("network is unreachable")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(EngineUnavailable, match="cannot fetch 'some/model': network is unreachable"):
        fetch("some/model", tmp_path)
