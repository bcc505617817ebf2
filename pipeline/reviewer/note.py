"""The adjustment note: what changed between two versions of a translation, and why.

One line per changed rendering, before → after, with how often, the reason and
who decided, in the manner in which a ministry's translation desk puts it under
a published text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import msgspec

from pipeline.core.document import Segment
from pipeline.errors import UsageError
from pipeline.lang.plurals import counted
from pipeline.run.project import Project
from pipeline.stages.align import align
from pipeline.stages.renderings import changed_renderings, same_word
from pipeline.store import decisions, documents
from pipeline.store.database import Connection
from pipeline.store.records import Action, DecisionRow, DocumentRow, VersionRow

FORMATS: Final = ("markdown", "html", "docx")
_SILENT: Final = frozenset({Action.ASSIGN, Action.DISMISS, Action.UNDO, Action.ACCEPT, Action.REOPEN})
# A longer sentence is cut in the note: the text above it says the rest.
_MOST: Final = 160
# Words before the first that differs.
_AROUND: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A rendering changed between two versions.

    Attributes:
        kind: ``term``, ``wording`` or ``source``.
        zh: The Chinese term; for ``source`` the new source.
        before: English in the earlier version; empty for new text.
        after: English in the later one; empty for text that is gone.
        count: In how many places.
        reasons: In the reviewers' words, distinct.
        people: Who decided, distinct.
    """

    kind: str
    zh: str
    before: str
    after: str
    count: int
    reasons: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The adjustments between two versions.

    Attributes:
        document: The document's name.
        earlier: What the earlier version is called.
        later: What the later one is called.
        adjustments: Terms first, then wording, then changes of the source.
    """

    document: str
    earlier: str
    later: str
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A version as it was delivered, or the present."""

    title: str
    base: int
    upto: int | None
    segments: tuple[tuple[int, Segment], ...]


def note(project: Project, name: str, *, earlier: str = "", later: str = "now") -> Note:
    """The adjustments between two versions of a document.

    Args:
        project: Open.
        name: The document.
        earlier: Number of the version as it was delivered; empty: the last
            one before what is compared with.
        later: A number, or ``now`` for what stands at present.

    Raises:
        UsageError: There is no such version.
        pipeline.errors.StoreError: There is no such document.
    """
    with project.store.read() as connection:
        row = documents.document(connection, project.id, name)
        made = documents.versions(connection, row.id)
        log = decisions.log(connection, project.id, document=row.id, oldest_first=True, limit=None)
        far = [one for one, _ in decisions.in_force(connection, project.id)]
        elsewhere = decisions.log(connection, project.id, ids=far, oldest_first=True, limit=None)
        b = _moment(connection, row, made, later, log)
        a = _moment(connection, row, made, earlier or _before(made, later, log), log)
    terms = [one for one in (*elsewhere, *log) if one.term and not one.undone]
    changes = list(_changes(a, b, log, terms))
    return Note(document=row.name, earlier=a.title, later=b.title, adjustments=tuple(_grouped(changes)))


def _before(made: Sequence[VersionRow], later: str, log: Sequence[DecisionRow]) -> str:
    """The version that a reader compares with: the last delivered one that differs."""
    if later == "now":
        last = made[-1]
        since = any(
            one.version_id == last.base_id and one.id > (last.upto or 0) and one.before != one.after for one in log
        )
        numbers = [one.number for one in made]
        return str(numbers[-1] if since or len(numbers) == 1 else numbers[-2])
    number = _number(later)
    return str(max(number - 1, 1))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"{text!r} is no version: give its number, or now")
    return int(text)


def _moment(
    connection: Connection, row: DocumentRow, made: Sequence[VersionRow], which: str, log: Sequence[DecisionRow]
) -> _Moment:
    if which == "now":
        base, upto, title = made[-1].base_id, None, "now"
    else:
        found = [one for one in made if one.number == _number(which)]
        if not found:
            raise UsageError(f"{row.name} has no version {which}; it has 1 to {made[-1].number}")
        base, upto, title = found[0].base_id, found[0].upto or 0, f"version {which}"
    stored = documents.segments_of(connection, base)
    if upto is None:
        return _Moment(title, base, None, tuple((entry.id, segment) for entry, segment in stored))
    targets = {entry.id: entry.initial for entry, _ in stored}
    for one in log:
        if one.version_id == base and one.id <= upto:
            targets[one.segment_id] = one.after
    segments = tuple(
        (entry.id, msgspec.structs.replace(segment, target=targets[entry.id])) for entry, segment in stored
    )
    return _Moment(title, base, upto, segments)


def _changes(a: _Moment, b: _Moment, log: Sequence[DecisionRow], terms: Sequence[DecisionRow]) -> Iterator[Adjustment]:
    """Every single change, one place each; ``terms``: the decisions that bear on terms, here and for the project."""
    by_id = {one.id: one for one in (*terms, *log)}
    links = align([segment.text for _, segment in a.segments], [segment.text for _, segment in b.segments])
    used: set[int] = set()
    for (identifier, new), link in zip(b.segments, links, strict=True):
        used.update(link.old)
        old = [a.segments[i][1] for i in link.old]
        if link.relation not in {"same", "moved"}:
            before = " ".join(segment.target for segment in old)
            yield Adjustment(kind="source", zh=new.text, before=before, after=new.target, count=1)
        elif old[0].target != new.target:
            earlier_id = a.segments[link.old[0]][0]
            decision = _deciding(log, {identifier, earlier_id}, new.target)
            why = by_id.get(decision.parent_id or decision.id, decision) if decision else None
            yield from _between(old[0], new, why, terms)
    for position, (_, segment) in enumerate(a.segments):
        if position not in used:
            yield Adjustment(kind="source", zh="", before=segment.target, after="", count=1)


def _deciding(log: Sequence[DecisionRow], segments: set[int], target: str) -> DecisionRow | None:
    """The last decision in force that gave a segment its English."""
    fitting = [
        one
        for one in log
        if one.segment_id in segments and one.action not in _SILENT and not one.undone and one.after == target
    ]
    return fitting[-1] if fitting else None


def _between(old: Segment, new: Segment, why: DecisionRow | None, terms: Sequence[DecisionRow]) -> Iterator[Adjustment]:
    """The terms that a change renders otherwise, or the change of wording where it is about none."""
    known: dict[str, set[str]] = {}
    for term in terms:
        known.setdefault(term.term, set()).update((term.rendering_before, term.rendering_after))
    renderings = changed_renderings(old, new.target, known=known)
    for one in renderings:
        # A translation made anew after a ruling follows it, though no decision gave it these very words.
        ruled = [term for term in terms if term.term == one.zh and same_word(term.rendering_after, one.after)]
        yield _by(ruled[-1] if ruled else why, kind="term", zh=one.zh, before=one.before, after=one.after)
    if not renderings:
        yield _by(why, kind="wording", zh="", before=old.target, after=new.target)


def _by(why: DecisionRow | None, **change: str) -> Adjustment:
    """An adjustment in one place, with who decided it and why."""
    reasons = (why.reason,) if why and why.reason else ()
    return Adjustment(count=1, reasons=reasons, people=(why.user,) if why else (), **change)


def _grouped(changes: Sequence[Adjustment]) -> list[Adjustment]:
    """Equal changes as one line, with their number; terms first, the commonest first."""
    groups: dict[tuple[str, str, str, str], list[Adjustment]] = {}
    for one in changes:
        zh = one.zh if one.kind == "term" else ""
        groups.setdefault((one.kind, zh, one.before.lower(), one.after.lower()), []).append(one)
    order = ("term", "wording", "source")
    ranked = sorted(groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1])))
    return [_one(group) for _, group in ranked]


def _one(group: Sequence[Adjustment]) -> Adjustment:
    """Equal changes as one."""
    first = group[0]
    return Adjustment(
        kind=first.kind,
        zh=first.zh,
        before=first.before,
        after=first.after,
        count=len(group),
        reasons=tuple(dict.fromkeys(reason for one in group for reason in one.reasons)),
        people=tuple(dict.fromkeys(person for one in group for person in one.people)),
    )


def lines(made: Note) -> list[str]:
    """The note's lines as plain text, each a sentence or two."""
    return [_line(one) for one in made.adjustments]


def title(made: Note) -> str:
    """The note's heading."""
    return f"Adjustments to the translation of {made.document}: {made.earlier} to {made.later}"


def _line(one: Adjustment) -> str:
    places = "" if one.count == 1 else f" ({counted(one.count, 'place')})"
    if one.kind == "term":
        text = f"{one.zh}: “{one.before}” now reads “{one.after}”{places}."
    elif one.kind == "wording":
        before, after = _cut_alike(one.before, one.after)
        text = f"“{before}” now reads “{after}”{places}."
    elif not one.after:
        text = f"No longer in the source: “{_cut(one.before)}”."
    elif not one.before:
        text = f"New in the source: “{_cut(one.after)}”."
    else:
        before, after = _cut_alike(one.before, one.after)
        text = f"The source changed: “{before}” now reads “{after}”{places}."
    if one.reasons:
        text += f" Reason: {'; '.join(reason.rstrip('.') for reason in one.reasons)}."
    if one.people:
        text += f" Decided by {', '.join(one.people)}."
    return text


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 2].rsplit(' ', 1)[0]} …"


def _cut_alike(before: str, after: str) -> tuple[str, str]:
    """Two sentences, cut so that what differs is seen."""
    if max(len(before), len(after)) <= _MOST:
        return before, after
    old, new = before.split(), after.split()
    same = next(
        (i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    start = max(0, same - _AROUND)
    mark = "… " if start else ""
    return _cut(mark + " ".join(old[start:])), _cut(mark + " ".join(new[start:]))


def render(made: Note, *, to: str) -> bytes:
    """The note as a file.

    Args:
        made: The note.
        to: One of ``FORMATS``.

    Raises:
        UsageError: Another format is asked for.
    """
    if to == "markdown":
        return _markdown(made).encode()
    if to == "html":
        return _html(made).encode()
    if to == "docx":
        return _docx(made)
    raise UsageError(f"a note is written as {', '.join(FORMATS)}, not as {to!r}")


_NONE: Final = "Nothing was adjusted."


def _markdown(made: Note) -> str:
    body = "".join(f"- {_escaped(line)}\n" for line in lines(made)) or f"{_NONE}\n"
    return f"## {_escaped(title(made))}\n\n{body}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _html(made: Note) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>\n" for line in lines(made))
    body = f"<ul>\n{items}</ul>" if items else f"<p>{_NONE}</p>"
    heading = html.escape(title(made))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{heading}</title>\n</head>\n<body>\n<h2>{heading}</h2>\n{body}\n</body>\n</html>\n"
    )


def _docx(made: Note) -> bytes:
    import docx

    document = docx.Document()
    document.add_heading(_printable(title(made)), level=2)
    for line in lines(made):
        document.add_paragraph(_printable(line), style="List Bullet")
    if not made.adjustments:
        document.add_paragraph(_NONE)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
