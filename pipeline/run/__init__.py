"""The composition root: configuration to stages and engine, and files through them."""

from __future__ import annotations

import codecs
import tomllib
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Self

import msgspec

from pipeline import __version__, engines, formats
from pipeline.checks.noise import NoiseRules
from pipeline.config import Config
from pipeline.core.document import Block, Document, SegmentState
from pipeline.core.serial import contract
from pipeline.core.signature import Signature
from pipeline.engines.base import Engine
from pipeline.engines.similarity import embedder
from pipeline.errors import ConfigError, InputError, UsageError
from pipeline.formats.glossary import read as read_glossary
from pipeline.formats.glossary import read_with_proposals
from pipeline.memory.lookup import Memory, Patterns
from pipeline.resources import shipped
from pipeline.run import places
from pipeline.run.places import make_folder as make_folder
from pipeline.stages._terms import locate_terms
from pipeline.stages.base import Stage, check_joins, run_stage
from pipeline.stages.flag import FlagStage
from pipeline.stages.match_terms import MatchTerms
from pipeline.stages.model_review import ModelReview
from pipeline.stages.normalise import Normalise
from pipeline.stages.post_edit import PostEditStage
from pipeline.stages.second_look import SecondLook
from pipeline.stages.segment import SegmentStage, whole_segment
from pipeline.stages.translate import Answers, Ask, Translate, drive
from pipeline.termbase.evidence import SenseEvidence
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.valid import validated

MAX_INPUT_BYTES: Final = 64 * 1024 * 1024
# A chapter of a law on one line has some 20,000 characters.
MAX_BLOCK: Final = 500_000
OUTPUT_TAG: Final = ".en"
SIDECAR: Final = ".checks.toml"


@dataclass(slots=True)
class Translator:
    """All that is needed to translate documents, assembled once.

    Args:
        config: What to assemble.
        engine: An engine to use instead of the configured one (the caller
            closes it).
        units: A project's approved translations, to be used again.
        evidence: What its reviewers chose for terms with several senses.
    """

    config: Config
    engine: Engine | None = None
    units: Patterns | None = None
    evidence: SenseEvidence | None = None
    glossary: Glossary = field(init=False)
    stages: tuple[Stage, ...] = field(init=False)
    _owned: tuple[Engine, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        if self.config.date:
            parse_date(self.config.date)
        self.glossary = load_glossary(self.config)
        settings = self.config.engine
        if self.engine is None:
            self.engine = engines.create(settings.name, settings.options)
            self._owned = (self.engine,)
        second = engines.create(settings.second, settings.second_options) if settings.second else None
        reviewing = settings.review
        reviewer = engines.create(reviewing.name, reviewing.options) if reviewing.name else None
        self._owned = (*self._owned, *(one for one in (second, reviewer) if one))
        memory = self._memory()
        self.stages = build_stages(
            self.config,
            self.glossary,
            self.engine,
            memory=memory,
            evidence=self.evidence,
            second=second,
            reviewer=reviewer,
        )
        check_joins(self.stages)

    def document(self, document: Document) -> Document:
        """Run a document through all stages."""
        assert self.engine is not None  # noqa: S101  (made above)
        return drive(self.steps(document), self.engine)

    def steps(self, document: Document, *, counted: Counter[str] | None = None) -> Generator[Ask, Answers, Document]:
        """The same, with the engine's work left to whoever drives the steps.

        Args:
            document: From a format's reader.
            counted: Gets ``segments`` before the engine is asked.
        """
        if self.config.date:
            document = msgspec.structs.replace(document, date=self.config.date)
        settled = {block.id: block for block in document.blocks if _is_settled(block)}
        document = msgspec.structs.replace(document, blocks=tuple(map(_without_segments, document.blocks)))
        for stage in self.stages:
            if isinstance(stage, Translate):
                if counted is not None:
                    counted["segments"] = len(document.segments)
                provides = document.provides | stage.provides
                document = msgspec.structs.replace((yield from stage.steps(document)), provides=provides)
            else:
                document = run_stage(stage, document)
        return msgspec.structs.replace(
            document, blocks=tuple(settled.get(block.id, block) for block in document.blocks)
        )

    @property
    def signature(self) -> Signature:
        """What its translations are signed with."""
        return next(stage.signature for stage in self.stages if isinstance(stage, Translate))

    @property
    def owns_engine(self) -> bool:
        """Whether the engine was made here, and is closed here."""
        return self.engine in self._owned

    def _memory(self) -> Memory | None:
        settings = self.config.memory
        if self.units is None or not settings.reuse:
            return None
        return Memory(self.units, glossary=self.glossary.digest[:12], threshold=settings.threshold)

    def learn(self, evidence: SenseEvidence) -> None:
        """Take what reviewers have chosen since, for the documents from now on."""
        for stage in self.stages:
            if isinstance(stage, MatchTerms):
                stage.evidence = evidence

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
        for engine in self._owned:
            engine.close()


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


def glossary_files(config: Config) -> list[Path]:
    """The shipped glossaries and the configured ones, weakest first."""
    paths = sorted(shipped("glossaries").glob("*.csv")) if config.glossary.shipped else []
    return [*paths, *config.glossary.files]


def load_glossary(config: Config) -> Glossary:
    """The shipped glossaries and the configured ones, the latter stronger.

    Raises:
        pipeline.errors.GlossaryError: A file is unusable.
    """
    proposed = config.glossary.with_proposed
    read = read_with_proposals if proposed else read_glossary
    own = set(config.glossary.files)
    return Glossary.load(
        glossary_files(config),
        with_proposed=proposed,
        read=lambda path: validated(read, path) if path in own else read(path),
    )


def build_stages(
    config: Config,
    glossary: Glossary,
    engine: Engine,
    *,
    memory: Memory | None = None,
    evidence: SenseEvidence | None = None,
    second: Engine | None = None,
    reviewer: Engine | None = None,
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
    notes = {entry.id: entry.note for entry in glossary.entries if entry.note}

    def road(one: Engine) -> tuple[Stage, ...]:
        settings = config.engine
        return (
            Translate(one, signature=signature, notes=notes, n_best=settings.n_best, repair=settings.repair),
            PostEditStage(style=config.style, concepts=glossary),
        )

    look = SecondLook(
        engine,
        score=config.engine.uncertainty,
        second=road(second) if second else (),
        second_name=second.name if second else "",
        embedder=embedder(config.engine.similarity) if config.engine.similarity else None,
    )
    return (
        Normalise(),
        SegmentStage(),
        MatchTerms(glossary, memory=memory, evidence=evidence),
        *road(engine),
        *((look,) if config.engine.uncertainty or config.engine.similarity or second else ()),
        *((ModelReview(reviewer, off=config.checks.rules.off),) if reviewer else ()),
        flag_stage(config, glossary),
    )


def flag_stage(config: Config, glossary: Glossary) -> FlagStage:
    """The stage that runs the checks, as configured."""
    return FlagStage(glossary, rules=config.checks.rules, style=config.style)


def ingest(location: str) -> tuple[Document, bytes]:
    """The ingest stage: a file or URL as a document, with its bytes.

    Raises:
        InputError: Missing, empty, too large or unreadable.
        pipeline.errors.FormatError: Not what its suffix says.
    """
    data = places.read(location, limit=MAX_INPUT_BYTES)
    if not data.removeprefix(codecs.BOM_UTF8).strip() or data in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise InputError(f"{location}: the file is empty")
    path = Path(location)
    document = formats.for_path(path).read(data, name=path.name)
    longest = max((len(block.source) for block in document.blocks), default=0)
    if longest > MAX_BLOCK:
        raise InputError(f"{path}: a paragraph of {longest:,} characters is no text to translate; split it into lines")
    return document, data


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
    source = formats.by_name(document.format)
    if to in ("", document.format) and source.can_write:
        return source.write(document, original), source.output_suffix
    target = formats.by_name(to or source.default_output)
    return target.export(document), target.output_suffix


def document_rules(location: str) -> NoiseRules:
    """What ``NAME.checks.toml`` beside an input says about its flags; the keys are those of ``[checks]``.

    Raises:
        ConfigError: The file is no such table.
    """
    data = sidecar(location)
    if not data:
        return NoiseRules()
    where = f"{location}{SIDECAR}"
    try:
        return NoiseRules.parse(tomllib.loads(data.decode()), where=where)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def sidecar(location: str) -> bytes:
    """The bytes of ``NAME.checks.toml`` beside an input; empty where there is none."""
    path = Path(f"{location}{SIDECAR}")
    return path.read_bytes() if not places.is_url(location) and path.is_file() else b""
