"""Glossaries for other tools; each export says what its format could not carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.errors import UsageError
from pipeline.formats.glossary import tbx, xlsx
from pipeline.formats.safety import xml_text
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.diff import statuses
from pipeline.termbase.history import Transaction
from pipeline.termbase.lint import lint
from pipeline.termbase.table import ATTRIBUTES, COLUMNS, format_row, format_table

_DEEPL_BYTES: Final = 1024
_DEEPL_FILE: Final = 10 * 1024 * 1024
_AWS_FILE: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a format could not carry.

    Attributes:
        what: In a few words.
        count: Of how many concepts.
        example: One of them.
    """

    what: str
    count: int
    example: str

    def __str__(self) -> str:
        return f"{self.what}: {self.count} (e.g. {self.example})"


@dataclass(frozen=True, slots=True)
class Export:
    """A glossary in another format.

    Attributes:
        data: The file.
        suffix: What a file of it is called.
        losses: What is not in it.
    """

    data: bytes
    suffix: str
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """A format.

    Attributes:
        suffix: Of its files.
        write: Entries to bytes.
        carries: Columns that survive.
        help: For whom it is.
        pairs: Whether it holds plain pairs, where conditions cannot choose.
        check: Further losses.
        dialect: Of TBX, where it is that.
    """

    suffix: str
    write: Callable[[Sequence[ConceptEntry]], bytes]
    carries: frozenset[str]
    help: str
    pairs: bool = False
    check: Callable[[Sequence[ConceptEntry]], list[Loss]] = lambda entries: []  # noqa: ARG005
    dialect: tbx.Dialect | None = None


def export(
    entries: Sequence[ConceptEntry], to: str, *, transactions: Mapping[str, Sequence[Transaction]] | None = None
) -> Export:
    """A glossary in a format.

    Args:
        entries: In the order in which they shall stand.
        to: Name in :data:`FORMATS`.
        transactions: Who made or changed concepts, by id, for formats that say so.

    Raises:
        UsageError: Unknown format, or more than it may hold.
    """
    if to not in FORMATS:
        raise UsageError(f"--to {to}: unknown format; known: {', '.join(FORMATS)}")
    target = FORMATS[to]
    losses = [
        _loss(f"{column} not carried", [entry for entry in entries if _has(entry, column)])
        for column in COLUMNS
        if column not in target.carries
    ]
    kept = entries
    if target.pairs:
        kept = pairs(entries)
        ids = {entry.id for entry in kept}
        losses.append(_loss("concept left out: not the sense without condition, or not approved", [
            entry for entry in entries if entry.id not in ids
        ]))  # fmt: skip
    losses += target.check(kept)
    dialect = target.dialect
    data = tbx.write(kept, dialect=dialect, transactions=transactions) if dialect else target.write(kept)
    return Export(data, target.suffix, tuple(loss for loss in losses if loss.count))


def _has(entry: ConceptEntry, column: str) -> bool:
    value = getattr(entry, ATTRIBUTES.get(column, column))
    return bool(value) and value != EntryState.APPROVED and column != "id"


def _loss(what: str, concerned: Sequence[ConceptEntry]) -> Loss:
    return Loss(what, len(concerned), concerned[0].zh if concerned else "")


def pairs(entries: Sequence[ConceptEntry]) -> list[ConceptEntry]:
    """One approved concept per Chinese form, the one without condition: plain pairs cannot choose."""
    taken: set[str] = set()
    kept = []
    for entry in entries:
        if entry.state is EntryState.APPROVED and not entry.condition and entry.zh not in taken:
            kept.append(entry)
            taken.update(entry.sources)
    return kept


def _unique(entries: Sequence[ConceptEntry]) -> list[tuple[str, ConceptEntry]]:
    """Each Chinese form once, with its concept."""
    found: dict[str, ConceptEntry] = {}
    for entry in entries:
        for zh in entry.sources:
            found.setdefault(zh, entry)
    return list(found.items())


def _remark(entry: ConceptEntry) -> str:
    """What people should know where a format has one free text only."""
    parts = [
        f"also: {'; '.join(entry.admitted)}" if entry.admitted else "",
        f"never: {'; '.join(entry.forbidden)}" if entry.forbidden else "",
        f"when: {entry.condition}" if entry.condition else "",
        entry.note,
        entry.reference,
    ]
    return " · ".join(part for part in parts if part)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _omegat(entries: Sequence[ConceptEntry]) -> bytes:
    rows = ((zh, text, _remark(entry)) for entry in entries for zh in entry.sources for text in _accepted(entry))
    return "".join("\t".join(map(_flat, row)) + "\n" for row in rows).encode()


def _accepted(entry: ConceptEntry) -> tuple[str, ...]:
    return (entry.preferred, *entry.admitted)


def _matecat(entries: Sequence[ConceptEntry]) -> bytes:
    header = (
        "forbidden", "domain", "subdomain", "definition", "zh-CN", "notes", "example of use",
        "en-US", "notes", "example of use",
    )  # fmt: skip
    rows = [header]
    for entry in entries:
        for zh in entry.sources:
            for text, status in statuses(entry).items():
                forbidden = "True" if status == "forbidden" else "False"
                when = f"when: {entry.condition}" if entry.condition else ""
                note = f"{status}. {entry.note}".strip()
                rows.append((forbidden, entry.subject, "", entry.definition, zh, when, "", text, note, ""))
    return "".join(format_row(row, guard=False) for row in rows).encode()


def _deepl(entries: Sequence[ConceptEntry]) -> bytes:
    rows = [(zh, entry.preferred) for zh, entry in _unique(entries) if _deepl_takes(zh, entry)]
    data = "".join("\t".join(map(_flat, row)) + "\n" for row in rows).encode()
    if len(data) > _DEEPL_FILE:
        raise UsageError("DeepL takes 10 MiB at most: export one subject field at a time")
    return data


def _deepl_takes(zh: str, entry: ConceptEntry) -> bool:
    return max(len(zh.encode()), len(entry.preferred.encode())) <= _DEEPL_BYTES


def _deepl_check(entries: Sequence[ConceptEntry]) -> list[Loss]:
    long = [entry for zh, entry in _unique(entries) if not _deepl_takes(zh, entry)]
    return [_loss(f"longer than {_DEEPL_BYTES} bytes", long)]


def _aws(entries: Sequence[ConceptEntry]) -> bytes:
    rows = [("zh", "en"), *((zh, entry.preferred) for zh, entry in _unique(entries))]
    data = "".join(format_row(row, guard=False) for row in rows).encode()
    if len(data) > _AWS_FILE:
        raise UsageError("AWS takes 10 MiB at most: export one subject field at a time")
    return data


def _simple(entries: Sequence[ConceptEntry]) -> bytes:
    rows = [("source", "target")]
    rows += [(zh, text) for zh, entry in _unique(entries) for text in _accepted(entry)]
    return "".join(format_row(row) for row in rows).encode()


def _unwritable(entries: Sequence[ConceptEntry]) -> list[Loss]:
    bad = [entry for entry in entries if any(xml_text(text) != text for text in _all_texts(entry))]
    return [_loss("characters that XML forbids", bad)]


def _xlsx(entries: Sequence[ConceptEntry]) -> bytes:
    return xlsx.write(entries, findings=lint(entries))


def _uncellable(entries: Sequence[ConceptEntry]) -> list[Loss]:
    bad = [entry for entry in entries if any(xlsx.legal(text) != text for text in _all_texts(entry))]
    return [_loss("control characters, or more than a cell holds", bad)]


def _all_texts(entry: ConceptEntry) -> list[str]:
    values = [getattr(entry, ATTRIBUTES.get(column, column)) for column in COLUMNS]
    return [text for value in values for text in (value if isinstance(value, tuple) else (str(value),))]


_EVERYTHING: Final = frozenset(COLUMNS)
_PAIR: Final = frozenset({"id", "zh", "zh_variants", "en", "state"})
FORMATS: Final[dict[str, _Target]] = {
    "csv": _Target(".csv", lambda entries: format_table(entries).encode(), _EVERYTHING, "our own, all columns"),
    "tsv": _Target(".tsv", lambda entries: format_table(entries, delimiter="\t").encode(), _EVERYTHING, "likewise"),
    "simple": _Target(".csv", _simple, _PAIR | {"en_admitted"}, "source,target; alternatives on rows", pairs=True),
    "xlsx": _Target(".xlsx", _xlsx, _EVERYTHING, "Excel, with lists to choose from", check=_uncellable),
    "tbx": _Target(".tbx", tbx.write, _EVERYTHING, "TBX version 3, DCA", check=_unwritable, dialect="dca"),
    "tbx-dct": _Target(".tbx", tbx.write, _EVERYTHING, "TBX version 3, DCT", check=_unwritable, dialect="dct"),
    "tbx2": _Target(".tbx", tbx.write, _EVERYTHING, "TBX version 2 (2008)", check=_unwritable, dialect="v2"),
    "weblate": _Target(".tbx", tbx.write, _EVERYTHING, "Weblate: TBX version 2", check=_unwritable, dialect="v2"),
    "omegat": _Target(
        ".txt",
        _omegat,
        frozenset({"id", "zh", "zh_variants", "en", "en_admitted", "en_forbidden", "condition", "note", "reference"}),
        "OmegaT: tab-separated; status and condition in the comment",
    ),
    "matecat": _Target(
        ".csv",
        _matecat,
        frozenset({"id", "zh", "zh_variants", "en", "en_admitted", "en_forbidden", "subject", "condition", "definition",
                   "note"}),
        "MateCat: CSV in its column order",
    ),
    "deepl": _Target(".tsv", _deepl, _PAIR, "DeepL: one rendering per source", pairs=True, check=_deepl_check),
    "aws": _Target(".csv", _aws, _PAIR, "AWS Translate: one rendering per source", pairs=True),
}  # fmt: skip
