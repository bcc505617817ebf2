"""The challenge set: right translations beside the same with one fault of a named kind.

``corpus/challenge/*.tsv`` has the columns ``kind``, ``source``, ``right`` and
``wrong``; ``corpus/README.md`` describes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.mqm import Severity
from pipeline.errors import InputError

# Which codes (or prefixes) name a fault of each kind.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "magnitude": ("A204", "A201"),
    "number": ("A201", "A204", "A209"),
    "date": ("A202",),
    "document-number": ("A203",),
    "negation": ("A211", "A208", "A214"),
    "double-negation": ("A214", "A208", "A211"),
    "modality": ("A208", "A221", "A211", "A214"),
    "inclusiveness": ("A210",),
    "enumeration": ("A209", "A201"),
    "untranslated": ("A207",),
    "forbidden-term": ("T102", "T101"),
    "term-sense": ("T101", "T102"),
    "name": ("N301", "N302", "T101"),
    "clause-omitted": ("A206", "A219", "A2", "T101"),
    "list-item": ("A219", "A209", "T101"),
    "reference": ("A218", "A224"),
    "unit": ("A216",),
    "quote": ("D701",),
    "literal-phrase": ("U404", "U405", "T101", "T102"),
    "direction": ("A228",),
    "ordinal": ("A205",),
    "code": ("A217",),
    "before-after": ("A226",),
}
# The kinds that a rule decides; the others need judgment.
DETERMINISTIC: Final = frozenset(
    {
        "magnitude",
        "number",
        "date",
        "document-number",
        "negation",
        "modality",
        "inclusiveness",
        "enumeration",
        "untranslated",
        "forbidden-term",
        "double-negation",
    }
)
_ERRORS: Final = frozenset({Severity.MAJOR, Severity.CRITICAL})
_COLUMNS: Final = "kind\tsource\tright\twrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A Chinese sentence, a right translation, and the same with one fault."""

    kind: str
    source: str
    right: str
    wrong: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of the pairs of one kind, or of one code.

    Attributes:
        name: Kind or code.
        pairs: Faults of the kind; of a code, faults of the kinds that it names.
        caught: Of them, with a flag of a fitting code that the right side lacks.
        raised: Flags of the code on wrong sides.
        true: Of them, on faults that the code names.
        false: Right sides with a flag of a fitting code; of a code, of this one.
        right: Distinct right sides.
    """

    name: str
    pairs: int
    caught: int
    raised: int = 0
    true: int = 0
    false: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Share of faults caught."""
        return self.caught / self.pairs if self.pairs else 1.0

    @property
    def precision(self) -> float:
        """Share of flags that stand on a fault."""
        total = self.true + self.false
        return self.true / total if total else 1.0


@dataclass(frozen=True, slots=True)
class ChallengeScore:
    """The outcome over the set.

    Attributes:
        kinds: Per kind.
        codes: Per code that was raised.
        right: Distinct right sides.
        alarmed: Of them, with at least one major or critical flag.
        missed: Pairs whose fault was not caught.
        alarms: Right side and the codes raised on it.
    """

    kinds: tuple[Row, ...]
    codes: tuple[Row, ...]
    right: int
    alarmed: int
    missed: tuple[Pair, ...] = field(repr=False, default=())
    alarms: tuple[tuple[str, str, tuple[str, ...]], ...] = field(repr=False, default=())


def load_challenge(folder: Path) -> list[Pair]:
    """All pairs of a folder's TSV files.

    Raises:
        InputError: A file lacks the header, a row has not four cells, a kind
            is unknown, or a wrong side equals its right side.
    """
    return [pair for path in sorted(folder.glob("*.tsv")) for pair in _read(path)]


def _read(path: Path) -> list[Pair]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != _COLUMNS:
        raise InputError(f"{path}:1: expected the columns {_COLUMNS.replace(chr(9), ', ')}")
    pairs = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != 4 or cells[0] not in KINDS or cells[2] == cells[3]:
            raise InputError(f"{path}:{number}: expected a known kind, a source, and two different translations")
        kind, source, right, wrong = cells
        pairs.append(Pair(kind=kind, source=source, right=right, wrong=wrong, where=f"{path.name}:{number}"))
    return pairs


def score_challenge(pairs: Sequence[Pair], right: Sequence[Segment], wrong: Sequence[Segment]) -> ChallengeScore:
    """Score the checks on checked pairs.

    Args:
        pairs: The challenge set.
        right: Per pair the right side, checked.
        wrong: Per pair the wrong side, checked.
    """
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed: list[Pair] = []
    raised: Counter[str] = Counter()
    true: Counter[str] = Counter()
    by_code: Counter[str] = Counter()
    for pair, good, bad in zip(pairs, right, wrong, strict=True):
        new = _new_codes(good, bad)
        total[pair.kind] += 1
        raised.update(new)
        fitting = {code for code in new if code.startswith(KINDS[pair.kind])}
        true.update(fitting)
        by_code.update(fitting)
        if fitting:
            caught[pair.kind] += 1
        else:
            missed.append(pair)
    distinct = {(pair.source, pair.right): segment for pair, segment in zip(pairs, right, strict=True)}
    alarms = [(source, text, _errors(segment)) for (source, text), segment in distinct.items() if _errors(segment)]
    false: Counter[str] = Counter(code for _, _, codes in alarms for code in set(codes))
    kinds = tuple(
        Row(
            name=kind, pairs=total[kind], caught=caught[kind], right=len(distinct),
            false=sum(any(code.startswith(KINDS[kind]) for code in codes) for _, _, codes in alarms),
        )
        for kind in KINDS
        if total[kind]
    )  # fmt: skip
    codes = tuple(
        Row(
            name=code, pairs=sum(total[kind] for kind, names in KINDS.items() if code in names), caught=by_code[code],
            raised=raised[code], true=true[code], false=false[code], right=len(distinct),
        )
        for code in sorted({*raised, *false})
    )  # fmt: skip
    return ChallengeScore(kinds, codes, len(distinct), len(alarms), tuple(missed), tuple(alarms))


def _new_codes(good: Segment, bad: Segment) -> set[str]:
    """Codes that the wrong side has more often than the right one, or graver."""
    before = Counter((flag.code, flag.severity) for flag in good.flags)
    after = Counter((flag.code, flag.severity) for flag in bad.flags)
    return {code for (code, severity), count in after.items() if count > before[code, severity]}


def _errors(segment: Segment) -> tuple[str, ...]:
    return tuple(flag.code for flag in segment.flags if flag.severity in _ERRORS)
