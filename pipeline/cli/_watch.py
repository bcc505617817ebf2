"""``translate --watch``: what is new or changed, again and again, with the glossary and settings as they are then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from pipeline.cli._batch import Reports, Settings, opened, summarise, translate
from pipeline.errors import ConfigError, UsageError, ZhengmingError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.run import Translator
    from pipeline.run.batch import Batch
    from pipeline.run.inputs import Input
    from pipeline.run.project import Project
    from pipeline.run.tally import Tally

_ENDS: Final = (("delivered", "delivered"), ("skipped", "unchanged"), ("failed", "failed"))
_Mark = dict[Path, tuple[int, int, int]]


def watch(
    configure: Callable[[], Config], paths: list[str], project: Project, settings: Settings, *, every: float
) -> None:
    """Translate what is new or changed, until interrupted. A file that still grows can wait.

    Args:
        configure: The configuration as its files are at the moment.
        paths: As on the command line.
        project: Open; its journal says what is done.
        settings: Of the run.
        every: Seconds between two looks.

    Raises:
        UsageError: The runner is none that can watch.
        pipeline.errors.ZhengmingError: The first configuration is unusable.
    """
    from pipeline.run.tally import Tally

    if settings.runner != "local":
        raise UsageError("--watch works with --runner local")
    tally, sources = Tally(), Sources(configure, project)
    translator: Translator | None = sources.translator()
    if not settings.quiet:
        typer.echo(f"zhengming: watching {', '.join(paths)} every {every:g} s; Ctrl-C ends it", err=True)
    with Reports(settings) as reports:
        while translator is not None:
            rounds = Rounds(translator, paths, settings, tally, reports)
            with translator, opened(translator, replace(project, config=translator.config), settings) as batch:
                translator = rounds.until_renewed(batch, sources, every)
    if not settings.quiet:
        summarise(tally)


@dataclass(slots=True)
class Sources:
    """The files that a translator is made of, looked at again and again.

    Args:
        configure: The configuration as its files are at the moment.
        project: Whose memory and evidence translators use.
    """

    configure: Callable[[], Config]
    project: Project
    _config: Config = field(init=False)
    _used: _Mark = field(init=False)
    _seen: _Mark = field(init=False)
    _signature: str = ""

    def __post_init__(self) -> None:
        self._config = self.configure()
        self._used = self._seen = self._mark()

    def translator(self) -> Translator:
        """A translator as things are.

        Raises:
            pipeline.errors.ZhengmingError: They are unusable.
        """
        from pipeline.run import Translator

        made = Translator(self._config, units=self.project.units, evidence=self.project.evidence)
        self._signature = str(made.signature)
        return made

    def renewed(self, tell: Callable[[str], object]) -> Translator | None:
        """Another translator, if files changed what translations depend on and are left alone now.

        Files that are unusable are told of once; what was read before stays in force.
        """
        before, self._seen = self._seen, self._mark()
        if self._seen != before or self._seen == self._used:
            return None
        names = sorted({path.name for path, _ in self._seen.items() ^ self._used.items()})
        # As it was before reading: what changes meanwhile is read once more.
        self._used, known, signature = self._seen, self._config, self._signature
        try:
            self._config = self.configure()
            if self._config.store != known.store:
                raise ConfigError("[store] is another now: end the watch and start it again")
            translator = self.translator()
        except ZhengmingError as error:
            self._config, self._signature = known, signature
            tell(f"{error}; going on with what was in force before")
            return None
        if self._config == known and self._signature == signature:
            with translator:
                return None
        tell(f"{', '.join(names)} changed: all documents are looked at again, what it affects is done again")
        return translator

    def _mark(self) -> _Mark:
        """Changes whenever a file of settings or terms does; some thirty calls of the system, no reading."""
        from pipeline.config import FILE
        from pipeline.run import glossary_files

        found: _Mark = {}
        for path in (self.project.folder / FILE, *glossary_files(self._config)):
            try:
                status = path.stat()
            except OSError:
                found[path] = (0, 0, 0)
            else:
                found[path] = (status.st_ino, status.st_mtime_ns, status.st_size)
        return found


@dataclass(slots=True)
class Rounds:
    """Looks at the inputs with one translator."""

    translator: Translator
    paths: list[str]
    settings: Settings
    tally: Tally
    reports: Reports
    _before: dict[str, tuple[int, float]] = field(default_factory=dict)
    _done: dict[str, tuple[int, float]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def until_renewed(self, batch: Batch, sources: Sources, every: float) -> Translator | None:
        """Go on until there is another translator, or it was told to stop: then None."""
        while not batch.stopped:
            renewed = sources.renewed(self._tell)
            if renewed is not None:
                return renewed
            now = _seen(self.paths)
            barred = self.barred(batch, now)
            ready = [
                one
                for one, state in now.items()
                if state == self._before.get(one.location) != self._done.get(one.location)
                and one.location not in barred
            ]
            self._before = {one.location: state for one, state in now.items()}
            if ready:
                self._round(batch, ready)
            else:
                _wait(batch, every)
        return None

    def barred(self, batch: Batch, now: Iterable[Input]) -> set[str]:
        """Inputs that would overwrite another's result: told of once, and left alone while the other is there."""
        from pipeline.run.inputs import clashes

        barred = {one.location: line for one, line in clashes(now, folder=batch.folder, to=batch.to)}
        for location, line in barred.items():
            if location not in self._told:
                self._tell(f"{line}: {location} is left alone")
        self._told |= barred.keys()
        return set(barred)

    def _round(self, batch: Batch, ready: list[Input]) -> None:
        self.tally.total += len(ready)
        if batch.project is not None:
            self.translator.learn(batch.project.evidence)
        for outcome in translate(batch, ready, self.settings):
            self.tally.add(outcome)
            self.reports.add(outcome)
            self._done[outcome.source] = self._before[outcome.source]
        self.reports.write(self.tally, signature=str(self.translator.signature))
        if not batch.stopped:
            counts = ", ".join(f"{batch.totals[name]} {word}" for name, word in _ENDS if batch.totals[name])
            self._tell(f"{counts}; still watching")

    def _tell(self, line: str) -> None:
        if not self.settings.quiet:
            typer.echo(f"zhengming: {time.strftime('%H:%M:%S')} {line}", err=True)


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
