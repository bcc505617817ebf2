"""Punctuation, spaces, quotes, doubled words, capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.core.document import BlockKind
from pipeline.core.flags import Span
from pipeline.lang.numerals import parse_han
from pipeline.stages._heads import roman
from pipeline.stages._rules.base import Replacement, RuleContext, whole

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
        "〔": "[",
        "〕": "]",
        **dict.fromkeys("《》〈〉\ufffd", ""),
        "「": "“",
        "」": "”",
    }
)


_SPACING: Final = (
    (re.compile(r"\s+([,.;:?!)%\]])(?!\d)"), r"\1"),
    (re.compile(r"([(\[“])\s+"), r"\1"),
    (re.compile(r"\b(Nos?\.)\.*\s*(?=\d)"), r"\1 "),
    (re.compile(r"\b(RMB|JPY|KRW|CHF)(?=\d)"), r"\1 "),
    (re.compile(r"(US\$|HK\$|NT\$|€|£)\s+(?=\d)"), r"\1"),
)
_APOSTROPHE: Final = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")


def fix_typography(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Full-width marks, stray and doubled spaces, guillemets of titles, quotes of the house."""
    text = " ".join(target.translate(_PUNCTUATION).split())
    for pattern, replacement in _SPACING:
        text = pattern.sub(replacement, text)
    # A rendering keeps the apostrophe that its glossary gives it.
    if "’" in text and not any("’" in term.rendering for term in context.segment.terms):
        text = _APOSTROPHE.sub("'", text)
    if sum(map(text.count, '"“”')) == 1 and not re.search('[“”"「『《]', context.segment.text):
        # A quotation mark of the engine's own without its partner.
        text = re.sub('["“”]', "", text)
    if context.style.curly_quotes:
        text = re.sub(r'(^|[\s(\[—])"', r"\1“", text).replace('"', "”")
        text = re.sub(r"“\s+", "“", text)
        text = re.sub(r"(”+)([,.])(?!\d)", r"\2\1", text)
    yield from whole(target, text)


_LOOSE: Final = (
    # A comma before a comma or before the end; one that opens the sentence.
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r",\s*([.;:?!])"), r"\1"),
    (re.compile(r"([;:])\s*,"), r"\1"),
    (re.compile(r"^[\s,;]+"), ""),
    # "and, announcement": one comma, and none that closes an insertion.
    (re.compile(r"\b(and|or), (?![^,.;:]{1,40},)"), r"\1 "),
    (re.compile(r",? (?:and|or) (?=[,.;:])(?!, )"), ""),
    (re.compile(r"(?<=[a-z]), (?=of the\b(?![^,]*,))"), " "),
)


def fix_commas(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Commas that lead nowhere: doubled, before a full stop, at the start, behind "and" with nothing inserted."""
    text = target
    for pattern, replacement in _LOOSE:
        text = pattern.sub(replacement, text)
    yield from whole(target, text)


# Words that may rightly stand twice.
_TWICE: Final = frozenset("that had is her so more very no bye".split())
_DOUBLED: Final = re.compile(
    r"\b(?P<words>[A-Za-z][\w'’-]*(?: [A-Za-z][\w'’-]*){0,9})(?:(?P<between>,? )(?P=words)\b)+", re.IGNORECASE
)
# "the dual-use item dual-use items": once in the singular, once in the plural.
_PHRASE: Final = r"[A-Za-z][\w'’-]*(?: [A-Za-z][\w'’-]*){1,7}"
_DOUBLED_TERM: Final = re.compile(
    rf"\b(?P<one>{_PHRASE}) (?=(?P=one)s\b)|\b(?P<two>{_PHRASE})s (?=(?P=two)\b(?! of))", re.IGNORECASE
)
# "correct its words and deeds to correct its words and deeds".
_DOUBLED_JOINED: Final = re.compile(
    r"\b(?P<words>[A-Za-z][\w'’-]*(?: [A-Za-z][\w'’-]*){2,11})(?: to|,? and to| and| or) (?P=words)\b", re.IGNORECASE
)
# "measures against Japan, Japan may": what ends one clause and begins the next stands twice rightly.
_OBJECT: Final = re.compile(r"\b(?:of|in|to|by|with|from|against|for|on|under|between|and|the) $", re.IGNORECASE)
_FINITE: Final = re.compile(
    r" (?:has|have|had|is|are|was|were|shall|will|may|can|must|should|decides?|decided|[a-z]+(?:ed|es|s))\b"
)


def fix_doubled_words(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A word or phrase twice in a row, which small models write: "remarks remarks".

    With a comma between them only phrases of three words or more, and words
    that an enumeration of the source holds once; not where the first ends a
    clause and the second is the subject of the next.
    """
    if not _may_repeat(target):
        return
    done = 0
    for match in _DOUBLED_JOINED.finditer(target):
        if not _both_meant(match, context) and not _FINITE.match(target, match.end()):
            yield Replacement(Span(*match.span()), match["words"], "said twice")
            done = match.end()
    for match in _DOUBLED.finditer(target, done):
        words = match["words"].split()
        if words[-1].lower() in _TWICE and len(words) == 1:
            continue
        two_clauses = _OBJECT.search(target[: match.start()]) and _FINITE.match(target, match.end())
        if match["between"] != " " and (two_clauses or _both_meant(match, context)):
            continue
        listed = any(
            term.text in context.segment.text
            and context.segment.text.count(term.text) == 1
            and term.rendering.lower() == match["words"].lower()
            for term in context.segment.terms
        )
        if match["between"] == " " or len(words) > 2 or listed:
            yield Replacement(Span(match.start(), match.end()), match["words"], "said twice")
    for match in _DOUBLED_TERM.finditer(target, done):
        phrase = (match["one"] or match["two"]).lower()
        if any(phrase in term.rendering.lower() for term in context.segment.terms):
            yield Replacement(Span(*match.span()), "", "said twice")


_ATOM: Final = re.compile(r"\w+")
# Letters whose lower case is not the same with and without their neighbors.
_UNLIKE: Final = re.compile("[İΣ]")
# With two words between them, the halves have three at least.
_WITH_TWO_BETWEEN: Final = 5


def _may_repeat(text: str) -> bool:
    """Whether a pattern above may find anything; that one of them does is not said.

    The patterns try every length at every word, and most texts have nothing twice but "the" and "of": these are told
    by what follows them.
    """
    if _UNLIKE.search(text):
        return True
    atoms = _ATOM.findall(text.lower())
    places: dict[str, list[int]] = {}
    for at, atom in enumerate(atoms):
        earlier = places.setdefault(atom, [])
        for start in earlier:
            # The last word of a half may be in the plural; "and to" may stand between the halves.
            length = at - start
            alike = length - (1 if length < _WITH_TWO_BETWEEN else 2)
            if atoms[start + 1 : start + alike] == atoms[at + 1 : at + alike]:
                return True
        earlier.append(at)
    return False


def _both_meant(match: re.Match[str], context: RuleContext) -> bool:
    """Whether both of what is said twice stand for terms: 发包人或者总承包人 in one word, a list and its body."""
    halves = (Span(*match.span("words")), Span(match.end() - len(match["words"]), match.end()))
    places = [term.target for term in context.segment.terms if term.target]
    return all(any(half.overlaps(place) for place in places) for half in halves)


_TWO_ARTICLES: Final = re.compile(r"\b(?P<first>[Aa]n?|[Tt]he) (?P<second>an?|the|An?(?= [a-z])) (?=[A-Za-z])")
# "A" that opens a sentence, "a" anywhere but as a letter (Annex A is).
_ARTICLE: Final = re.compile(r"(?:(?:^|(?<=[.!?“”] ))A|\ba)n? (?=(?P<word>[A-Za-z][\w-]*))")
_NO_NOUN: Final = frozenset("is and or of in to as at are if on".split())


def fix_articles(target: str, context: RuleContext) -> Iterator[Replacement]:
    """One article, not two, and "a" or "an" by the sound that follows."""
    for match in re.finditer(r"\b[Tt]he (?=China's )", target):
        yield Replacement(Span(*match.span()), "", "the possessive has it")
    for match in _TWO_ARTICLES.finditer(target):
        kept = "the" if "the" in {match["first"].lower(), match["second"]} else match["second"]
        kept = kept.capitalize() if match["first"][0].isupper() else kept
        yield Replacement(Span(match.start(), match.end() - 1), kept, "two articles")
    for match in _ARTICLE.finditer(target):
        vowel = _vowel_sound(match["word"])
        now = match[0].strip()
        right = now[0] + ("n" if vowel else "")
        if vowel is not None and match["word"] not in _NO_NOUN and right != now:
            yield Replacement(Span(match.start(), match.start() + len(now)), right)


_CONSONANT_LOOK: Final = re.compile(r"u(?:ni(?!n|m)|s[aeiu]|t[ei]|ra)|eu|ew|one\b|once\b|ubiq", re.IGNORECASE)
_SILENT_H: Final = re.compile(r"hou?r|heir|honest|hono", re.IGNORECASE)


def _vowel_sound(word: str) -> bool | None:
    """Whether a word begins with a vowel's sound; None where that is uncertain."""
    if word.isupper() or any(character.isupper() for character in word[1:]):
        # Acronyms: spelt (an EU) or read (a NATO).
        return None
    if word[0] in "aeiouAEIOU":
        return not _CONSONANT_LOOK.match(word)
    return bool(_SILENT_H.match(word))


def fix_ending(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The target ends as the source does: a full stop where there is one, none in headings and cells without."""
    source = context.segment.text.rstrip("”’」』）)")
    ends = source[-1:] if source else ""
    bare = context.kind in {BlockKind.HEADING, BlockKind.TABLE_CELL} and ends not in "。.！!？?；;：:"
    if bare and target.endswith(".") and not target.endswith(("..", "Ltd.", "Inc.", "Co.", "Corp.", "etc.")):
        yield Replacement(Span(len(target) - 1, len(target)), "")
    elif ends in {"；", "："} and re.search(r"[\w)%”][.,;:]?$", target):
        mark = ";" if ends == "；" else ":"
        if not target.endswith(mark):
            cut = len(target) - (target[-1] in ".,;:")
            yield Replacement(Span(cut, len(target)), mark)
    elif _bracketed(context.segment.text) and target.startswith("(") and target.count("(") == target.count(")") + 1:
        yield Replacement(Span(len(target.rstrip(".")), len(target)), ")", "the bracket is closed")
    elif ends == "。" and (open_end := re.search(r"(?<=[\w)%])”*$", target)):
        at = open_end.start() if context.style.curly_quotes else len(target)
        yield Replacement(Span(at, at), ".")


def _bracketed(source: str) -> bool:
    return source.startswith(("（", "(")) and source.endswith(("）", ")"))


_SMALL_WORDS: Final = frozenset(
    "a an the and or nor but of on in to for by with at from as per under into via vs".split()
)
_CHAPTER: Final = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})章")


def fix_chapters(target: str, context: RuleContext) -> Iterator[Replacement]:
    """第二章 is Chapter II, as in official translations of laws."""
    source = _CHAPTER.match(context.segment.text)
    found = re.match(r"Chapter\s+(?:\d+|[IVXL]+|[A-Z][a-z]+)\b[.:]?", target, re.IGNORECASE)
    if source and found:
        number = int(source[1]) if source[1].isdecimal() else parse_han(source[1])
        yield Replacement(Span(*found.span()), f"Chapter {roman(number)}", f"the source says {source[0]}")


# Words that a capital only opens a sentence with.
_OPENING_WORD: Final = re.compile(
    r"(?:However|But|If|Where|The|In|On|For|It|They|This|These|Those|Any|No|When|While|As|With|Among|And|Or|An?|To|At|By"
    r"|Relevant|Exports?|Exporters|Imports?|Ongoing|Persons?|Enterprises|Goods|Other|Otherwise|Such|All|Each|Its|Their"
    r"|After|Before|Upon|Under|From|Organizations?|Individuals?|Institutions?|Entit(?:y|ies)|Compan(?:y|ies)|Movable|Property"
    r"|Visas?|Corrections|Production|Business|Applications?|Licenses?|Products|Items|Activities|Transactions|Violations"
    r"|Materials|Due|Parties|Operators|Departments)\b(?! [A-Z]{2})"
)
# The first letter of a sentence, behind the head of a list's item or an article.
_FIRST_LETTER: Final = re.compile(
    r"(?:[IVX]+\. |\d{1,3}\. |\(\w{1,4}\) |Article \d+ |[“‘(]+)?[a-z](?![\w-]*\.\w|[A-Z])"
)
# A title that its format does not mark as one: 第三章 附则, 关于对两家企业采取反制措施的决定.
_TITLE: Final = re.compile(
    r"第[一二三四五六七八九十\d]{1,3}[章编](?![规所的中第])[^，。；：]{1,27}"
    r"|[^，。；：“]{2,24}发言人就[^，。；：]{2,60}答记者问"
    r"|[^，。；：“]{0,24}关于[^。；：]{4,80}的(?:公告|决定|通知|通告|意见|批复|规定|声明)"
)
# document_id: of a file's metadata keeps its letters.
_KEY: Final = re.compile(r"[a-z][A-Za-z_-]{1,30}: ")
_SENTENCES: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.FOOTNOTE, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL})


def fix_capitals(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Headings in title or sentence case, a capital at the start of a sentence."""
    if context.kind is BlockKind.HEADING or _TITLE.fullmatch(context.segment.text):
        text = _titled(target) if context.style.headings == "title" else _sentence_case(target, context)
        yield from whole(target, text)
    elif context.continues:
        if opening := _OPENING_WORD.match(target):
            yield Replacement(Span(0, 1), opening[0][0].lower(), "the sentence goes on")
    elif (key := _KEY.match(target)) and context.segment.text.startswith(key[0].rstrip()):
        return
    elif context.kind in _SENTENCES and (first := _FIRST_LETTER.match(target)):
        yield Replacement(Span(first.end() - 1, first.end()), first[0][-1].upper())


def _titled(target: str) -> str:
    words = re.split(r"(\s+|-)", target)
    last = max((i for i, word in enumerate(words) if word[:1].isalnum()), default=0)
    first_again = {i + 2 for i, word in enumerate(words) if word.endswith((":", "—", "?"))}
    return "".join(
        word.lower()
        if i not in {0, last} and i not in first_again and word.lower() in _SMALL_WORDS
        else word[:1].upper() + word[1:]
        for i, word in enumerate(words)
    )


# Capitalised in running text too; what the glossary renders keeps the glossary's capitals.
_PROPER: Final = frozenset(
    """
    China Chinese Japan Japanese Beijing Tokyo Washington American America European Europe Korea Korean Taiwan Hong Kong
    Macao India Indian Australia Australian Canada Canadian Mexico Russia Germany France Britain British Netherlands
    Dutch Viet Nam Vietnam January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday I Article Articles Announcement Order Decree No. Nos.
    United States Kingdom Union People's Republic States
    """.split()
)


def _sentence_case(target: str, context: RuleContext) -> str:
    kept: list[Span] = []
    lower: list[tuple[Span, str]] = []
    for term in context.segment.terms:
        if term.target is None:
            continue
        if any(character.isupper() for character in term.rendering):
            kept.append(term.target)
        else:
            lower.append((term.target, term.rendering))
    pieces = []
    for match in re.finditer(r"\S+|\s+", target):
        word = match[0]
        span = Span(*match.span())
        bare = word.strip("“”\"'(),.;:?!")
        stays = (
            match.start() == 0
            or bare in _PROPER
            or any(span.overlaps(other) for other in kept)
            or not re.fullmatch(r"[A-Z][a-z]+(?:[-'][A-Za-z]+)*", bare)
            or target[: match.start()].rstrip().endswith((":", ".", "?", "—"))
        )
        pieces.append(word if stays else word.lower())
    return "".join(pieces)
