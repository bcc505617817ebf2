"""Chinese sentence segmentation for policy texts.

Rules of our own, because common segmenters break at 。？！ only and leave
opening quotes behind:

- 。？！ and … end a segment; closing quotes and brackets after them stay, an
  opening one starts the next.
- ； ends a segment: in policy texts it separates clauses that stand alone.
- A list marker （一） 一、 1． (1) ① 第三条 at the head of a block or after such
  an end starts a segment.
- Nothing ends inside 《》 titles and brackets. Sentences of a quotation are
  segments; a quotation's last one stays with what follows where that says who
  spoke, or where the quotation is a part of the sentence around it.
- ASCII "." ends a segment only between English sentences: never in decimals,
  "No. 18", URLs or abbreviations.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN

_ENDS: Final = frozenset("。？！；…?!;")
_CLOSING: Final = frozenset("”’」』）】〕)\"'")
_OPENING: Final[dict[str, str]] = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "（": "）",
    "【": "】",
    "〔": "〕",
    "(": ")",
}
_QUOTES: Final = frozenset("”’」』")
_QUOTATION_MARKS: Final = frozenset("“‘「『")
_BEFORE_QUOTATION: Final = frozenset("。！？；—…“‘")
# "“…。”他说。": who said it comes after what was said.
_SAYS: Final = re.compile(
    r"[^，。！？；：“”]{0,14}?(?:说道|说|表示|指出|强调|称|写道|问道|问|答道|回答|规定|补充|重申|坦言|认为|解释)(?:道)?[，。]"
)
_LATIN_STOP: Final = re.compile(r"(?<=[a-z0-9)\]])\.(?=\s+[A-Z“\"])")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:No|Nos|Art|Arts|Inc|Ltd|Co|Corp|Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|U\.S|cf|Fig|Vol|pp?))$",
    re.IGNORECASE,
)
# Longer segments are cut at a comma: the engine's window is finite.
LONGEST: Final = 220
# Without any mark to cut at, text is cut anywhere: silently losing its end would be worse.
_HARD: Final = 400
# A name with its original in brackets is one word to whoever reads it, however long.
_NAMED: Final = re.compile(rf"[{HAN}·A-Za-z0-9]{{2,24}}[（(][A-Z][^（）(){HAN}]*[）)][、和及与]?")
_LAST_RESORT: Final = re.compile(r"[，,、：:]")


def segment_spans(text: str) -> list[Span]:
    """Segments of a block.

    Args:
        text: Normalised text of one block.

    Returns:
        Disjoint spans in order, without white space at their edges; every
        character that is no white space lies in one.
    """
    cuts = [0, *_cuts(text), len(text)]
    pieces = [Span(start, end) for start, end in pairwise(cuts)]
    return [span for piece in pieces for part in _bounded(text, piece) if (span := _trimmed(text, part)) is not None]


def _cuts(text: str) -> list[int]:
    """Offsets at which a segment ends, ascending."""
    cuts: list[int] = []
    stack: list[tuple[str, int]] = []
    latin = {match.end() for match in _LATIN_STOP.finditer(text) if not _ABBREVIATION.search(text[: match.start()])}
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if stack and character == stack[-1][0]:
            stack.pop()
        elif character in _OPENING and _closes(text, at, _OPENING[character]):
            stack.append((_OPENING[character], at - 1))
        if at in latin and not stack:
            cuts.append(at)
        elif _ends_here(text, at - 1):
            end, opened = _past_closing(text, at, stack)
            if end < len(text) and _may_cut(character, stack) and not _sentence_goes_on(text, end, opened):
                cuts.append(end)
            at = end
    return cuts


def _may_cut(character: str, stack: list[tuple[str, int]]) -> bool:
    """Outside all brackets every end counts; within a quotation a full stop does, within a title nothing."""
    return not stack or (character in "。！？" and all(closing in _QUOTES for closing, _ in stack))


def _sentence_goes_on(text: str, end: int, opened: int | None) -> bool:
    """Whether a quotation that ends at ``end`` with its own full stop is a part of the sentence around it.

    Args:
        text: The block.
        end: Behind the closing mark.
        opened: Where the quotation began; None if none ends here.
    """
    if opened is None or text[opened] not in _QUOTATION_MARKS:
        return False
    before = text[opened - 1 : opened]
    if before and before in "：:，,":
        return False
    stands_alone = not before or before in _BEFORE_QUOTATION or before.isspace()
    return not stands_alone or _SAYS.match(text, end) is not None


def _closes(text: str, at: int, closing: str) -> bool:
    """Whether an opened bracket is closed at all; an unclosed one must not swallow the block."""
    return closing in text[at : at + 400]


def _ends_here(text: str, at: int) -> bool:
    character = text[at]
    if character not in _ENDS:
        return False
    if at + 1 < len(text) and text[at + 1] in _ENDS:
        return False
    if character in "?!;":
        return at + 1 >= len(text) or text[at + 1].isspace() or text[at + 1] in _CLOSING
    if character == "…":
        # An ellipsis inside a sentence runs on; one before a new sentence cannot be told from it
        # but by what follows: a closing mark, the end, or white space.
        return at + 1 >= len(text) or text[at + 1] in _CLOSING or text[at + 1].isspace()
    return True


def _past_closing(text: str, at: int, stack: list[tuple[str, int]]) -> tuple[int, int | None]:
    """Where the marks that close what stands open before ``at`` end, and where the outermost of it began.

    The stack is emptied accordingly.
    """
    opened: int | None = None
    while at < len(text) and text[at] in _CLOSING and (stack or text[at] not in "\"'"):
        if stack and text[at] == stack[-1][0]:
            opened = stack.pop()[1]
        elif text[at] not in "\"'":
            break
        at += 1
    return at, opened


def _bounded(text: str, span: Span) -> list[Span]:
    """A span cut, as a last resort, at the mark nearest its middle until it is short enough.

    Commas between clauses come before those between the items of a list, and
    both before any mark within brackets.
    """
    if span.end - span.start <= LONGEST or len(_NAMED.sub("名", span.of(text))) <= LONGEST:
        return [span]
    middle = (span.start + span.end) // 2
    places = [match.end() for match in _LAST_RESORT.finditer(text, span.start + 20, span.end - 20)]
    # Not inside a title or a number such as 1,000.
    places = [at for at in places if not _inside_title(text, span.start, at) and not text[at - 2 : at - 1].isdigit()]
    if not places:
        return [Span(at, min(at + _HARD, span.end)) for at in range(span.start, span.end, _HARD)]
    outside = [at for at in places if not _inside_brackets(text, span.start, at)]
    clauses = [at for at in outside if text[at - 1] != "、" and abs(at - middle) * 3 <= span.end - span.start]
    cut = min(clauses or outside or places, key=lambda at: abs(at - middle))
    return [*_bounded(text, Span(span.start, cut)), *_bounded(text, Span(cut, span.end))]


def _inside_title(text: str, start: int, at: int) -> bool:
    return text.count("《", start, at) > text.count("》", start, at)


def _inside_brackets(text: str, start: int, at: int) -> bool:
    opened = text.count("（", start, at) + text.count("(", start, at)
    return opened > text.count("）", start, at) + text.count(")", start, at)


def _trimmed(text: str, span: Span) -> Span | None:
    piece = span.of(text)
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.end - (len(piece) - len(piece.rstrip()))
    return Span(start, end) if start < end else None
