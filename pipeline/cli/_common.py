"""What the verbs share: errors as one line, configuration from options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import typer
from typer.core import TyperGroup

from pipeline.errors import UsageError, ZhengmingError

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

    from pipeline.config import Config

P = ParamSpec("P")
R = TypeVar("R")


class Verbs(TyperGroup):
    """Verbs whose one-line descriptions are wrapped in the help, not cut."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write every verb with its whole description."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, verb.get_short_help_str(limit=1000)) for name, verb in found if verb and not verb.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def one_line_errors(function: Callable[P, R]) -> Callable[P, R]:
    """End a verb with one line and the error's exit code instead of a traceback."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ZhengmingError as error:
            typer.echo(f"zhengming: {error}", err=True)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            typer.echo("zhengming: interrupted; what was delivered stays", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader of our output has gone; Python would complain once more at exit.
            sys.stdout = None
            raise typer.Exit(1) from None
        except OSError as error:
            # A full disk or closed pipe behind standard output; files are guarded where they are written.
            typer.echo(f"zhengming: cannot write: {error.strerror or error}", err=True)
            sys.stdout = None
            raise typer.Exit(1) from None

    return guarded


def configuration(
    *,
    project: Path | None = None,
    engine: str = "",
    options: list[str] | None = None,
    glossaries: list[Path] | None = None,
    only_glossary: bool = False,
    date: str = "",
    with_proposed: bool = False,
    uncertainty: bool | None = None,
    second: str = "",
    review: str = "",
    review_options: list[str] | None = None,
) -> Config:
    """The project's configuration with the command line's options on top.

    Raises:
        UsageError: An option is malformed or names a missing file.
    """
    from dataclasses import replace
    from types import MappingProxyType

    from pipeline.config import FILE, Config, load

    if project is not None and not project.exists():
        raise UsageError(f"no project at {project}: make one with `zhengming init {project}`")
    here = Path(FILE)
    config = load(project) if project else load(here) if here.is_file() else Config()
    if engine or options:
        same = not engine or engine == config.engine.name
        merged = {**(config.engine.options if same else {}), **_parsed(options or [])}
        name = engine or config.engine.name
        config = replace(config, engine=replace(config.engine, name=name, options=MappingProxyType(merged)))
    for file in glossaries or []:
        if not file.is_file():
            raise UsageError(f"no glossary at {file}")
    if glossaries or only_glossary:
        files = (*config.glossary.files, *(glossaries or []))
        chosen = replace(config.glossary, files=files, shipped=config.glossary.shipped and not only_glossary)
        config = replace(config, glossary=chosen)
    if uncertainty is not None:
        config = replace(config, engine=replace(config.engine, uncertainty=uncertainty))
    if second:
        config = replace(config, engine=replace(config.engine, second=second))
    if review or review_options:
        config = _with_review(config, review, review_options or [])
    if with_proposed:
        config = replace(config, glossary=replace(config.glossary, with_proposed=True))
    return replace(config, date=date) if date else config


def _with_review(config: Config, name: str, options: list[str]) -> Config:
    """The configuration with a review engine; options of the file's stay where the engine does."""
    from dataclasses import replace
    from types import MappingProxyType

    before = config.engine.review
    chosen = name or before.name
    if not chosen:
        raise UsageError("--review-set needs --review-engine, or [engine.review] in the configuration")
    merged = {**(before.options if chosen == before.name else {}), **_parsed(options, flag="--review-set")}
    review = replace(before, name=chosen, options=MappingProxyType(merged))
    return replace(config, engine=replace(config.engine, review=review))


def _parsed(options: list[str], *, flag: str = "--set") -> dict[str, object]:
    """``beam_size=4`` as ``{"beam_size": 4}``: values are TOML, or strings where they are not."""
    import tomllib

    parsed: dict[str, object] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{flag} {option!r}: write NAME=VALUE")
        try:
            parsed[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            parsed[key.strip()] = value
    return parsed
