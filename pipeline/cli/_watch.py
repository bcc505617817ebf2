"""``translate --watch``: what is new or changed, again and again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from pipeline.cli._batch import Reports, Settings, opened, summarise, translate
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.run import Translator
    from pipeline.run.batch import Batch
    from pipeline.run.inputs import Input
    from pipeline.run.project import Project

_ENDS: Final = (("delivered", "delivered"), ("skipped", "unchanged"), ("failed", "failed"))


def watch(
    translator: Translator, paths: list[str], project: Project | None, settings: Settings, *, every: float
) -> None:
    """Translate what is new or changed, again and again, until interrupted. A file that still grows can wait."""
    from pipeline.run.tally import Tally

    if settings.runner != "local":
        raise UsageError("--watch works with --runner local")
    signature = str(translator.signature)
    before: dict[str, tuple[int, float]] = {}
    done: dict[str, tuple[int, float]] = {}
    tally = Tally()
    with Reports(settings) as reports, opened(translator, project, settings) as batch:
        if not settings.quiet:
            typer.echo(f"zhengming: watching {', '.join(paths)} every {every:g} s; Ctrl-C ends it", err=True)
        while not batch.stopped:
            now = _seen(paths)
            ready = [one for one, state in now.items() if state == before.get(one.location) != done.get(one.location)]
            before = {one.location: state for one, state in now.items()}
            if ready:
                tally.total += len(ready)
                if project is not None:
                    translator.learn(project.evidence)
                for outcome in translate(batch, ready, settings):
                    tally.add(outcome)
                    reports.add(outcome)
                    done[outcome.source] = before[outcome.source]
                reports.write(tally, signature=signature)
                if not settings.quiet and not batch.stopped:
                    counts = ", ".join(f"{batch.totals[name]} {word}" for name, word in _ENDS if batch.totals[name])
                    typer.echo(f"zhengming: {time.strftime('%H:%M:%S')} {counts}; still watching", err=True)
            else:
                _wait(batch, every)
    if not settings.quiet:
        summarise(tally)


def _seen(paths: list[str]) -> dict[Input, tuple[int, float]]:
    """Inputs as they are now; a folder that is not there yet or cannot be read for a moment has none."""
    from pipeline.errors import InputError
    from pipeline.run.inputs import find

    try:
        return {one: _state(one.location) for one in find(paths)}
    except (UsageError, InputError):
        return {}


def _state(location: str) -> tuple[int, float]:
    from pipeline.run import places

    if places.is_url(location):
        return places.size(location), 0.0
    try:
        found = Path(location).stat()
    except OSError:
        return 0, 0.0
    return found.st_size, found.st_mtime


def _wait(batch: Batch, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not batch.stopped and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))
