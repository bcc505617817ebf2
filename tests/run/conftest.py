"""Engines that misbehave, and generated documents, for tests of whole runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.core.document import Hypothesis
from pipeline.engines.base import Request
from pipeline.engines.echo import EchoEngine
from pipeline.run import Translator
from pipeline.run.batch import Batch, Outcome
from pipeline.run.cache import Cache
from pipeline.run.inputs import find
from pipeline.run.project import Project
from pipeline.run.stream import Stream
from pipeline.run.tasks import Limits
from pipeline.testing import ScriptedEngine

SENTENCES = (
    "商务部公告2025年第18号公布对部分中重稀土相关物项实施出口管制的决定。",
    "出口经营者出口上述物项，应当依照有关规定向国务院商务主管部门申请许可。",
    "2025年前三季度，我国进出口总值33.61万亿元，同比增长4%。",
    "任何组织和个人不得违反规定转移两用物项。",
    "本公告自公布之日起正式实施。",
)


class CountingEngine(ScriptedEngine):
    """Echo that notes what it was asked, and what a test wants to go wrong."""

    name = "echo"

    def __init__(self, fail: Callable[[Sequence[Request]], object] | None = None) -> None:
        super().__init__()
        self._fail = fail

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        made = super().translate(requests, n_best=n_best)
        wrong = self._fail(requests) if self._fail else None
        return wrong if wrong is not None else made  # type: ignore[return-value]


def config(glossary: Path | None = None, *, shipped: bool = False) -> Config:
    """Echo with a small glossary: the shipped ones take longer to load than a test runs."""
    files = (glossary,) if glossary else ()
    return Config(engine=EngineConfig(name="echo"), glossary=GlossaryConfig(files=files, shipped=shipped))


def run_batch(
    folder: Path,
    out: Path | str,
    *,
    engine: EchoEngine | None = None,
    settings: Config | None = None,
    project: Project | None = None,
    limits: Limits | None = None,
    **options: object,
) -> list[Outcome]:
    """A batch in this process."""
    settings = settings or config()
    units = project.units if project else None
    with (
        Translator(settings, engine=engine, units=units) as translator,
        Stream(
            translator, cache=Cache(project.store if project else None), limits=limits or Limits(backoff=0.0)
        ) as stream,
    ):
        batch = Batch(translator=translator, runner=stream, folder=str(out), project=project, **options)  # type: ignore[arg-type]
        return list(batch.run(find([str(folder)])))


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Seven documents that share sentences."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(7):
        lines = [SENTENCES[(number + i) % 5] for i in range(3)] + [f"附件{number}：物项清单第{number}号。"]
        (folder / f"d{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "zhengming.toml").write_text("", encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hang(_: Sequence[Request]) -> None:
    """What an engine does that never answers: the thread is left behind, so it must end some day."""
    time.sleep(3)
