from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.cli._watch import Rounds, Sources
from pipeline.config import Config, load
from pipeline.run.inputs import find
from pipeline.run.project import Project
from pipeline.run.tally import Tally
from tests.run.conftest import CountingEngine, run_batch

_GLOSSARY = "source,target\n许可,license\n"
_SETTINGS = '[glossary]\nshipped = false\nfiles = ["terms.csv"]\n[engine]\nname = "echo"\n'


@pytest.fixture
def opened(project: Path) -> Project:
    (project / "zhengming.toml").write_text(_SETTINGS, encoding="utf-8")
    (project / "terms.csv").write_text(_GLOSSARY, encoding="utf-8")
    return Project.open(project)


def sources(project: Project) -> Sources:
    def configure() -> Config:
        return load(project.folder)

    return Sources(configure, project)


def test_a_changed_glossary_is_used_once_it_is_left_alone(opened: Project) -> None:
    told: list[str] = []
    with opened:
        found = sources(opened)
        with found.translator() as first:
            assert found.renewed(told.append) is None
            (opened.folder / "terms.csv").write_text("source,target\n许可,permit\n", encoding="utf-8")
            # Whoever writes it may not have finished.
            assert found.renewed(told.append) is None
            second = found.renewed(told.append)
            assert second is not None
            assert second.signature != first.signature
            assert second.text("许可。").segments[0].terms[0].rendering == "permit"
            assert found.renewed(told.append) is None
    assert told == ["terms.csv changed: all documents are looked at again, what it affects is done again"]


def test_changed_settings_are_used_and_a_file_that_only_got_a_new_date_is_not(opened: Project) -> None:
    told: list[str] = []
    with opened:
        found = sources(opened)
        found.translator()
        (opened.folder / "terms.csv").touch()
        assert [found.renewed(told.append) for _ in range(3)] == [None, None, None]
        assert told == []
        (opened.folder / "zhengming.toml").write_text(_SETTINGS + '[checks]\noff = ["S5"]\n', encoding="utf-8")
        assert found.renewed(told.append) is None
        renewed = found.renewed(told.append)
        assert renewed is not None
        assert renewed.config.checks.rules.off == ("S5",)
    assert told[0].startswith("zhengming.toml changed")


def test_a_glossary_that_cannot_be_read_is_told_of_once_and_the_old_one_stays(opened: Project) -> None:
    told: list[str] = []
    with opened:
        found = sources(opened)
        found.translator()
        (opened.folder / "terms.csv").write_text("source,target\n许可,\n", encoding="utf-8")
        assert [found.renewed(told.append) for _ in range(4)] == [None] * 4
        assert len(told) == 1
        assert "line 2: source or target empty; going on with what was in force before" in told[0]
        (opened.folder / "terms.csv").write_text("source,target\n许可,authorization\n", encoding="utf-8")
        assert found.renewed(told.append) is None
        assert found.renewed(told.append) is not None


def test_another_store_is_not_taken_in_the_middle_of_a_watch(opened: Project) -> None:
    told: list[str] = []
    with opened:
        found = sources(opened)
        found.translator()
        other = f'[store]\nurl = "sqlite:///{opened.folder}/other.db"\n'
        (opened.folder / "zhengming.toml").write_text(_SETTINGS + other, encoding="utf-8")
        assert [found.renewed(told.append) for _ in range(2)] == [None, None]
    assert "start it again" in told[0]


def test_only_the_segments_that_hold_the_changed_term_go_to_the_engine_again(
    opened: Project, documents: Path, tmp_path: Path
) -> None:
    with opened:
        found, told = sources(opened), list[str]()
        engine = CountingEngine()
        run_batch(documents, tmp_path / "out", engine=engine, settings=load(opened.folder), project=opened)
        assert len(engine.asked) == 12
        found.translator()
        (opened.folder / "terms.csv").write_text("source,target\n许可,permit\n", encoding="utf-8")
        found.renewed(told.append)
        renewed = found.renewed(told.append)
        assert renewed is not None
        again = CountingEngine()
        project = replace(opened, config=renewed.config)
        outcomes = run_batch(documents, tmp_path / "out", engine=again, settings=renewed.config, project=project)
    assert not any(outcome.skipped for outcome in outcomes)
    assert {request.text for request in again.asked} == {
        "出口经营者出口上述物项，应当依照有关规定向国务院商务主管部门申请许可。"
    }


def test_a_file_that_would_overwrite_the_result_of_another_is_left_alone_and_told_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("公告.htm", "公告.html", "通知.html"):
        (tmp_path / name).write_text("<p>商务部公告</p>", encoding="utf-8")
    settings: Any = SimpleNamespace(quiet=False)
    batch: Any = SimpleNamespace(folder=str(tmp_path / "out"), to="")
    rounds = Rounds(cast("Any", None), [str(tmp_path)], settings, Tally(), cast("Any", None))
    now = find([str(tmp_path)])
    assert [rounds.barred(batch, now) for _ in range(2)] == [{str(tmp_path / "公告.html")}] * 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "would both be written to" in told[0]
