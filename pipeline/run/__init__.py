"""The composition root: configuration to stages and engine, and files through them."""

from __future__ import annotations

import codecs
import os
import stat
import tomllib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from pipeline import __version__, engines, formats
from pipeline.checks.noise import NoiseRules, quiet
from pipeline.config import Config
from pipeline.core.document import Block, Document, SegmentState
from pipeline.core.serial import contract, dumps
from pipeline.core.signature import Signature
from pipeline.engines.base import Engine
from pipeline.errors import ConfigError, InputError, OutputError, UsageError, ZhengmingError
from pipeline.formats.glossary import read as read_glossary
from pipeline.formats.glossary import read_with_proposals
from pipeline.formats.safety import write_atomically
from pipeline.memory.lookup import Memory, Patterns
from pipeline.resources import shipped
from pipeline.stages._terms import locate_terms
from pipeline.stages.base import Stage, check_joins, run_stage
from pipeline.stages.flag import FlagStage
from pipeline.stages.match_terms import MatchTerms
from pipeline.stages.normalise import Normalise
from pipeline.stages.post_edit import PostEditStage
from pipeline.stages.segment import SegmentStage, whole_segment
from pipeline.stages.translate import Answers, Ask, Translate, drive
from pipeline.termbase.glossary import Glossary

if TYPE_CHECKING:
    from pipeline.run.project import Project
    from pipeline.run.recall import Stored

MAX_INPUT_BYTES: Final = 64 * 1024 * 1024
# A chapter of a law on one line has some 20,000 characters.
MAX_BLOCK: Final = 500_000
OUTPUT_TAG: Final = ".en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input.

    Attributes:
        source: The input.
        document: The translation; None where it failed.
        outputs: Files that were written.
        error: One line; empty where it was delivered.
        stored: What became of it in its project, if it has one.
    """

    source: str
    document: Document | None = None
    outputs: tuple[Path, ...] = ()
    error: str = ""
    stored: Stored | None = None


@dataclass(slots=True)
class Translator:
    """All that is needed to translate documents, assembled once.

    Args:
        config: What to assemble.
        engine: An engine to use instead of the configured one (the caller
            closes it).
        units: A project's approved translations, to be used again.
    """

    config: Config
    engine: Engine | None = None
    units: Patterns | None = None
    glossary: Glossary = field(init=False)
    stages: tuple[Stage, ...] = field(init=False)
    _owned: Engine | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.config.date:
            parse_date(self.config.date)
        self.glossary = load_glossary(self.config)
        if self.engine is None:
            self.engine = self._owned = engines.create(self.config.engine.name, self.config.engine.options)
        memory = self._memory()
        self.stages = build_stages(self.config, self.glossary, self.engine, memory=memory)
        check_joins(self.stages)

    def document(self, document: Document) -> Document:
        """Run a document through all stages."""
        assert self.engine is not None  # noqa: S101  (made above)
        return drive(self.steps(document), self.engine)

    def steps(self, document: Document) -> Generator[Ask, Answers, Document]:
        """The same, with the engine's work left to whoever drives the steps."""
        if self.config.date:
            document = msgspec.structs.replace(document, date=self.config.date)
        settled = {block.id: block for block in document.blocks if _is_settled(block)}
        document = msgspec.structs.replace(document, blocks=tuple(map(_without_segments, document.blocks)))
        for stage in self.stages:
            if isinstance(stage, Translate):
                provides = document.provides | stage.provides
                document = msgspec.structs.replace((yield from stage.steps(document)), provides=provides)
            else:
                document = run_stage(stage, document)
        return msgspec.structs.replace(
            document, blocks=tuple(settled.get(block.id, block) for block in document.blocks)
        )

    def _memory(self) -> Memory | None:
        settings = self.config.memory
        if self.units is None or not settings.reuse:
            return None
        return Memory(self.units, glossary=self.glossary.digest[:12], threshold=settings.threshold)

    def check(self, document: Document) -> Document:
        """A document with the flags of its targets as they stand."""
        return self.stages[-1](document)

    def text(self, text: str) -> Document:
        """Translate a piece of text, one paragraph per line."""
        return self.document(formats.by_name("text").read(text.encode(), name="text"))

    def lines(self, lines: Sequence[str], *, date: str = "") -> tuple[str, ...]:
        """Translate Markdown lines; as many come back.

        Args:
            lines: One block each, as in the gold corpus.
            date: ISO date that relative dates count from.
        """
        data = "\n".join(lines).encode()
        document = msgspec.structs.replace(formats.by_name("markdown").read(data, name="lines.md"), date=date)
        return tuple(formats.by_name("markdown").write(self.document(document), data).decode().split("\n"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._owned is not None:
            self._owned.close()


@dataclass(slots=True)
class Checker:
    """Flags on translations that exist already, without any engine.

    Args:
        config: Glossaries and checks.
        glossary: Loaded already, or None to load it.
    """

    config: Config
    glossary: Glossary | None = None
    _match: MatchTerms = field(init=False)
    _flag: FlagStage = field(init=False)

    def __post_init__(self) -> None:
        glossary = self.glossary = self.glossary or load_glossary(self.config)
        self._match = MatchTerms(glossary)
        self._flag = flag_stage(self.config, glossary)

    def document(self, document: Document, targets: Sequence[str]) -> Document:
        """A document with given targets, its terms located and its flags raised.

        Args:
            document: Blocks without segments; each becomes one segment.
            targets: English, one per block.

        Raises:
            ValueError: There are not as many targets as blocks.
        """
        document = Normalise()(document)
        blocks = tuple(
            msgspec.structs.replace(block, segments=(whole_segment(block, target),))
            for block, target in zip(document.blocks, targets, strict=True)
        )
        document = self._match(msgspec.structs.replace(document, blocks=blocks))
        abbreviations = self.glossary.abbreviations if self.glossary else {}
        located = tuple(locate_terms(segment, abbreviations) for segment in document.segments)
        return self._flag(document.with_segments(located))


def _is_settled(block: Block) -> bool:
    """Whether a person has already approved all of a block's English."""
    return bool(block.segments) and all(
        segment.state in (SegmentState.REVIEWED, SegmentState.FINAL) for segment in block.segments
    )


def _without_segments(block: Block) -> Block:
    """A block as the stages expect it; one that is settled passes them by."""
    return msgspec.structs.replace(block, segments=(), translate=block.translate and not _is_settled(block))


def parse_date(text: str) -> date:
    """An ISO date.

    Raises:
        UsageError: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date: write it as 2026-01-06") from error


def load_glossary(config: Config) -> Glossary:
    """The shipped glossaries and the configured ones, the latter stronger.

    Raises:
        pipeline.errors.GlossaryError: A file is unusable.
    """
    paths = sorted(shipped("glossaries").glob("*.csv")) if config.glossary.shipped else []
    files = [*paths, *config.glossary.files]
    proposed = config.glossary.with_proposed
    return Glossary.load(files, with_proposed=proposed, read=read_with_proposals if proposed else read_glossary)


def build_stages(
    config: Config, glossary: Glossary, engine: Engine, *, memory: Memory | None = None
) -> tuple[Stage, ...]:
    """The stages after ingest, in order."""
    signature = Signature(
        engine=engine.name,
        revision=engine.revision,
        settings=engine.settings,
        glossary=glossary.digest[:12],
        configuration=config.digest,
        version=__version__,
    )
    return (
        Normalise(),
        SegmentStage(),
        MatchTerms(glossary, memory=memory),
        Translate(
            engine,
            signature=signature,
            notes={entry.id: entry.note for entry in glossary.entries if entry.note},
            n_best=config.engine.n_best,
            repair=config.engine.repair,
        ),
        PostEditStage(style=config.style, concepts=glossary),
        flag_stage(config, glossary),
    )


def flag_stage(config: Config, glossary: Glossary) -> FlagStage:
    """The stage that runs the checks, as configured."""
    return FlagStage(glossary, rules=config.checks.rules)


def read_input(path: Path) -> tuple[Document, bytes]:
    """The ingest stage: a file as a document, with its bytes.

    Raises:
        InputError: Missing, empty, too large or unreadable.
        pipeline.errors.FormatError: Not what its suffix says.
    """
    try:
        status = path.stat()
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path}: no regular file; pipe text in with - instead")
        if size > MAX_INPUT_BYTES:
            raise InputError(f"{path}: {size / 2**20:.0f} MiB is more than the {MAX_INPUT_BYTES // 2**20} MiB limit")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not data.removeprefix(codecs.BOM_UTF8).strip() or data in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise InputError(f"{path}: the file is empty")
    document = formats.for_path(path).read(data, name=path.name)
    longest = max((len(block.source) for block in document.blocks), default=0)
    if longest > MAX_BLOCK:
        raise InputError(f"{path}: a paragraph of {longest:,} characters is no text to translate; split it into lines")
    return document, data


def find_inputs(patterns: Iterable[str]) -> list[tuple[Path, Path]]:
    """Files that paths, folders and globs name, each with its path below the named folder.

    Raises:
        UsageError: A pattern names nothing.
    """
    found: dict[Path, Path] = {}
    for pattern in patterns:
        if not pattern:
            raise UsageError("an empty path names no file")
        path = Path(pattern)
        if path.is_dir():
            files = [file for file in sorted(path.rglob("*")) if file.is_file() and _wanted(file, path)]
            pairs = [(file, file.relative_to(path)) for file in files]
        elif path.exists():
            pairs = [(path, Path(path.name))]
        else:
            pairs = [(file, Path(file.name)) for file in _glob(pattern)]
        if not pairs:
            raise UsageError(f"{pattern}: no such file, or no file in a known format ({', '.join(formats.suffixes())})")
        for file, relative in pairs:
            found.setdefault(file, relative)
    return list(found.items())


def _wanted(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.suffix.lower() in formats.suffixes() and not file.stem.endswith(OUTPUT_TAG)


def _glob(pattern: str) -> list[Path]:
    anchor = Path(pattern).anchor
    with suppress(ValueError, NotImplementedError):
        root = Path(anchor) if anchor else Path()
        return sorted(file for file in root.glob(pattern.removeprefix(anchor)) if file.is_file())
    return []


def output_path(relative: Path, *, folder: Path, suffix: str) -> Path:
    """Where a translation goes: ``report.docx`` to ``FOLDER/report.en.docx``.

    Raises:
        UsageError: It would leave the folder.
    """
    target = (folder / relative.parent / f"{relative.stem}{OUTPUT_TAG}{suffix}").resolve()
    if not target.is_relative_to(folder.resolve()):
        raise UsageError(f"{relative}: the output would lie outside {folder}")
    return target


def render(document: Document, original: bytes, *, to: str) -> tuple[bytes, str]:
    """A translated document in an output format.

    Args:
        document: With targets.
        original: The bytes it was read from.
        to: Format name, or empty for the input's own.

    Returns:
        The bytes, and the suffix that a file of them carries.

    Raises:
        UsageError: The format cannot be written from this input.
    """
    if to == "json":
        return msgspec.json.format(msgspec.json.encode(contract(document)), indent=2) + b"\n", ".json"
    if to == "exchange":
        return dumps(document), ".json"
    source = formats.by_name(document.format)
    if to in ("", document.format) and source.can_write:
        return source.write(document, original), source.output_suffix
    target = formats.by_name(to or source.default_output)
    return target.export(document), target.output_suffix


def translate_files(
    translator: Translator,
    inputs: Sequence[tuple[Path, Path]],
    *,
    folder: Path,
    to: str = "",
    progress: Callable[[Outcome], Any] | None = None,
    project: Project | None = None,
) -> Iterator[Outcome]:
    """Translate files one after the other; a broken one does not stop the others.

    Args:
        translator: From :class:`Translator`.
        inputs: From :func:`find_inputs`.
        folder: Where results go; created if missing.
        to: Output format, or empty for each input's own.
        progress: Called with each outcome.
        project: Where versions are stored and earlier decisions come from.

    Yields:
        One outcome per input, in order.
    """
    for path, relative in inputs:
        outcome = _translate_one(translator, path, relative, folder=folder, to=to, project=project)
        if progress:
            progress(outcome)
        yield outcome


def _translate_one(
    translator: Translator, path: Path, relative: Path, *, folder: Path, to: str, project: Project | None
) -> Outcome:
    stored = None
    try:
        document, original = read_input(path)
        rules = document_rules(path)
        document = quiet(translator.document(document), rules, translator.glossary)
        if project is not None:
            from pipeline.run.recall import keep

            stored = keep(project, translator, document, name=relative.as_posix(), original=original)
            document = stored.document
        data, suffix = render(document, original, to=to)
        target = output_path(relative, folder=folder, suffix=suffix)
        make_folder(target.parent)
        write_atomically(target, data)
    except UsageError:
        raise
    except ZhengmingError as error:
        message = str(error)
        return Outcome(source=str(path), error=message if str(path) in message else f"{path}: {message}")
    return Outcome(source=str(path), document=document, outputs=(target,), stored=stored)


def document_rules(path: Path) -> NoiseRules:
    """What ``NAME.checks.toml`` beside an input says about its flags; the keys are those of ``[checks]``.

    Raises:
        ConfigError: The file is no such table.
    """
    sidecar = path.with_name(f"{path.name}.checks.toml")
    if not sidecar.is_file():
        return NoiseRules()
    try:
        return NoiseRules.parse(tomllib.loads(sidecar.read_text(encoding="utf-8")), where=str(sidecar))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{sidecar}: {error}") from error


def make_folder(folder: Path) -> None:
    """Create a folder for results.

    Raises:
        OutputError: It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot create {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write to {folder}: choose another folder with -o")
