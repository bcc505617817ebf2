"""Post-edit rules: each proposes replacements in a target that it is certain of.

A rule that is not certain does nothing; a check raises the flag. Rules see the
target that earlier ones left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pipeline.core.document import BlockKind, Segment
from pipeline.core.flags import Span
from pipeline.lang import dates, numbers, references
from pipeline.lang.style import HouseStyle

_SMALL_WORDS: Final = frozenset(
    ["a", "an", "the", "and", "or", "of", "on", "in", "to", "for", "by", "with", "at", "from", "as", "per", "under"]
)


# "December 4 last year" becomes "December 4, 2025", not "December 4, 2025 last year".
_RELATIVE_TAIL: Final = re.compile(r",?\s+(?:of\s+)?(?:last|this|next)\s+year\b")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A range of the target and what should stand there."""

    span: Span
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What a rule may look at besides the target."""

    segment: Segment
    kind: BlockKind
    style: HouseStyle
    date: date | None = None


Rule = Callable[[str, RuleContext], Iterator[Replacement]]


def fix_dates(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A date that the source has and the target gets wrong, where it is plain which is which.

    The two sides must hold equally many dates; those whose values agree are
    left alone, and one single pair that disagrees is corrected. Years that
    the source only implies (去年) are written out.
    """
    wanted = [
        mention for mention in dates.chinese_dates(context.segment.text, context.date) if mention.year or mention.month
    ]
    found = list(dates.english_dates(target))
    if len(wanted) != len(found):
        return
    right = {mention.value for mention in wanted}
    missing = [mention for mention in wanted if mention.value not in {other.value for other in found}]
    wrong = [mention for mention in found if mention.value not in right]
    if len(missing) == len(wrong) == 1 and dates.english_form(missing[0]):
        span = wrong[0].span
        if missing[0].relative and (tail := _RELATIVE_TAIL.match(target, span.end)):
            span = Span(span.start, tail.end())
        yield Replacement(span, dates.english_form(missing[0]), f"the source says {missing[0].text}")


def fix_date_style(target: str, context: RuleContext) -> Iterator[Replacement]:
    """April 4, 2025, whichever way round the engine wrote it."""
    for mention in dates.english_dates(target):
        text = dates.english_form(mention)
        written_otherwise = re.match(r"\d", mention.text) and "-" not in mention.text and not mention.partial
        if mention.month and mention.day and written_otherwise:
            yield Replacement(mention.span, text)


def fix_percent(target: str, context: RuleContext) -> Iterator[Replacement]:
    """5.2%, not "5.2 per cent"."""
    for match in re.finditer(r"(?<=\d)\s*(?:per\s?cent\b(?!age)|\s%)", target):
        yield Replacement(Span(*match.span()), "%")


def fix_numbers(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The one number of a source whose magnitude or digits the target gets wrong.

    Numbers that belong to dates, document numbers and articles are left out on
    both sides. Only where exactly one is missing and exactly one too many, and
    both are of one kind, is it certain which became which.
    """
    wanted = source_quantities(context.segment.text)
    found = target_quantities(target)
    missing = _without(wanted, found)
    extra = _without(found, wanted)
    if len(missing) != 1 or len(extra) != 1 or (missing[0].kind == "percent") != (extra[0].kind == "percent"):
        return
    if any(character >= "㐀" for character in target[extra[0].span.end : extra[0].span.end + 2]):
        # An untranslated unit (万吨) still belongs to the number.
        return
    text = numbers.format_number(missing[0].value)
    if missing[0].kind == "percent":
        text = f"{numbers.plain(missing[0].value)}%"
    yield Replacement(extra[0].span, text, f"the source says {missing[0].text}")


def source_quantities(text: str) -> list[numbers.Quantity]:
    """Quantities of a Chinese text that are no part of a date, document number or article."""
    taken = [mention.span for mention in dates.chinese_dates(text)]
    taken += [item.span for item in references.document_numbers(text)]
    taken += [item.span for item in references.provisions(text)]
    return [q for q in numbers.chinese_quantities(text) if not any(q.span.overlaps(other) for other in taken)]


def target_quantities(text: str) -> list[numbers.Quantity]:
    """Quantities of an English text that are no part of a date, document number or article; small words left out."""
    taken = [mention.span for mention in dates.english_dates(text)]
    taken += [item.span for item in references.english_document_numbers(text)]
    taken += [span for span, _ in references.english_articles(text)]
    quantities = [q for q in numbers.english_quantities(text) if not any(q.span.overlaps(other) for other in taken)]
    return [q for q in quantities if q.text.lower() not in {"one", "zero"}]


def _without(these: Sequence[numbers.Quantity], others: Sequence[numbers.Quantity]) -> list[numbers.Quantity]:
    """What is in the first list and not, by value and occurrence, in the second."""
    left: list[Decimal] = [quantity.value for quantity in others]
    kept = []
    for quantity in these:
        if quantity.value in left:
            left.remove(quantity.value)
        else:
            kept.append(quantity)
    return kept


def fix_document_numbers(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The one document number of a source that the target gets wrong."""
    wanted = references.document_numbers(context.segment.text)
    found = list(references.english_document_numbers(target))
    if len(wanted) != 1 or len(found) != 1:
        return
    year = wanted[0].year or found[0].year
    text = f"No. {wanted[0].number}" + (f" of {year}" if year else "")
    tail = "(" if "(" in found[0].text else ""
    if (found[0].number, found[0].year) != (wanted[0].number, year) and not tail:
        yield Replacement(found[0].span, text, f"the source says {wanted[0].text}")


def fix_forbidden(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A forbidden rendering of a term that is otherwise missing becomes the preferred one."""
    for term in context.segment.terms:
        if not term.enforced or term.honoured:
            continue
        hits = [
            match
            for wrong in term.forbidden
            for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(s?)(?!\w)", target, re.IGNORECASE)
        ]
        if len(hits) == 1:
            ending = "s" if hits[0][1] and not term.rendering.endswith("s") else ""
            yield Replacement(
                Span(*hits[0].span()), term.rendering + ending, f"the glossary forbids it for {term.text}"
            )
            return


_PUNCTUATION: Final = str.maketrans(
    {
        "，": ", ",
        "。": ". ",
        "；": "; ",
        "：": ": ",
        "（": " (",
        "）": ") ",
        "、": ", ",
        "？": "? ",
        "！": "! ",
        "％": "%",
        "　": " ",
    }
)


def fix_typography(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Full-width marks, stray and doubled spaces, guillemets of titles, quotes of the house."""
    text = re.sub(r"[《》〈〉]", "", target.translate(_PUNCTUATION))
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:?!)%])", r"\1", text)
    text = re.sub(r"\(\s+", "(", text).strip()
    if context.style.curly_quotes:
        text = re.sub(r'(^|[\s(\[])"', r"\1“", text).replace('"', "”")
    if text != target:
        yield Replacement(Span(0, len(target)), text)


def fix_ending(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The target ends as the source does: a full stop where there is one, none in headings and cells without."""
    source = context.segment.text.rstrip("”’」』）)")
    ends = source[-1:] if source else ""
    bare = context.kind in {BlockKind.HEADING, BlockKind.TABLE_CELL} and ends not in "。.！!？?；;：:"
    if bare and target.endswith(".") and not target.endswith(("..", "Ltd.", "Inc.", "Co.")):
        yield Replacement(Span(len(target) - 1, len(target)), "")
    elif ends in {"；", "："} and re.search(r"\w[.,;]?$", target):
        mark = ";" if ends == "；" else ":"
        if not target.endswith(mark):
            cut = len(target) - (target[-1] in ".,;")
            yield Replacement(Span(cut, len(target)), mark)
    elif ends == "。" and re.search(r"[\w)%”]$", target):
        yield Replacement(Span(len(target), len(target)), ".")


def fix_capitals(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Title case in headings, a capital at the start of a sentence."""
    if context.kind is BlockKind.HEADING and context.style.title_headings:
        words = re.split(r"(\s+|-)", target)
        titled = "".join(
            word if i and word.lower() in _SMALL_WORDS else word[:1].upper() + word[1:] for i, word in enumerate(words)
        )
        if titled != target:
            yield Replacement(Span(0, len(target)), titled)
    elif target[:1].islower() and context.kind is BlockKind.PARAGRAPH:
        yield Replacement(Span(0, 1), target[0].upper())


def fix_spelling(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The house's spelling of license; the verb is always license."""
    wrong = "licence" if context.style.license_noun == "license" else ""
    for match in re.finditer(rf"\b{wrong}(s?)\b", target, re.IGNORECASE) if wrong else ():
        text = "license" + match[1]
        yield Replacement(Span(*match.span()), text.capitalize() if match[0][0].isupper() else text)


RULES: Final[dict[str, Rule]] = {
    "typography": fix_typography,
    "date": fix_dates,
    "date-style": fix_date_style,
    "percent": fix_percent,
    "document-number": fix_document_numbers,
    "number": fix_numbers,
    "forbidden": fix_forbidden,
    "spelling": fix_spelling,
    "ending": fix_ending,
    "capitals": fix_capitals,
}
