"""Lint rules that need one entry alone: G1xx its cells, G30x its condition."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from pipeline.lang.han import HAN
from pipeline.lang.normaliser import fold, normalise
from pipeline.lang.spelling import american
from pipeline.termbase.concept import PARTS_OF_SPEECH, ConceptEntry, is_date
from pipeline.termbase.condition import Condition, ContextTest, Junction, Not
from pipeline.termbase.lint import LintContext, LintFinding, LintSeverity, entry_rule, finding

GENRES: Final = (
    "announcement", "customs-notice", "trade-remedy", "regulation", "statistics", "qa", "news", "statement",
)  # fmt: skip
_STRAY: Final = re.compile(r"\s{2,}|^\s|\s$|\s[,;:.)]|\(\s")
_HAN: Final = re.compile(f"[{HAN}，。；：（）、]")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEVERAL_ZH: Final = re.compile(r"[；;、,，/\\|]")
_SEVERAL_EN: Final = re.compile(r"[;|\\]|\s/|/\s")
_DOT_ENDS: Final = re.compile(r"\b(?:[A-Za-z]\.)+$|\b(?:etc|Ltd|Inc|Corp|Co|No|Nos|Art|Jr|Sr|St|vs)\.$|\.\.\.$")
# "the United States" is how a name is written, not a sentence's choice.
_ARTICLE: Final = re.compile(r"(?:[Tt]he|[Aa]n?)\s+(?=[a-z0-9])")
_SMALL: Final = frozenset("a an the of and or for in on to with by from at as under into per".split())
_IRREPARABLE: Final = frozenset({"Co", "Cn", "Cs"})
_HIDDEN: Final = frozenset({"Cc", "Cf"}) | _IRREPARABLE


def _texts(entry: ConceptEntry) -> tuple[str, ...]:
    return (*entry.sources, entry.preferred, *entry.admitted, *entry.forbidden, entry.abbr)


def _mapped(change: Callable[[str], str]) -> Callable[[ConceptEntry], ConceptEntry]:
    """A fix that changes every text of an entry."""

    def fixed(entry: ConceptEntry) -> ConceptEntry:
        many = {name: tuple(map(change, getattr(entry, name))) for name in ("variants", "admitted", "forbidden")}
        one = {name: change(getattr(entry, name)) for name in ("zh", "preferred", "abbr", "condition")}
        return msgspec.structs.replace(entry, **one, **many)

    return fixed


@entry_rule("G101", LintSeverity.ERROR)
def accepted_and_forbidden(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A rendering is both accepted and forbidden."""
    del context
    if not entry.forbidden:
        return
    lowered = {text.lower() for text in (entry.preferred, *entry.admitted)}
    for wrong in entry.forbidden:
        if wrong.lower() in lowered:
            yield finding(entry, f"{wrong!r} is both accepted and forbidden for {entry.zh}", column="en_forbidden")


@entry_rule("G102")
def no_authority(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """No authority is named."""
    if not entry.reference and entry.origin.rpartition(":")[0] not in context.bare:
        yield finding(entry, f"{entry.zh} names no authority in 'reference'", column="reference")


@entry_rule("G103")
def traditional(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A term stands in Traditional characters; matching folds them anyway."""
    for zh in entry.sources:
        simplified = context.folded.get(zh, zh)
        if simplified != zh:
            yield finding(
                entry, f"{zh} holds Traditional characters", column="zh", suggestion=simplified, fix=_simplified
            )


def _simplified(entry: ConceptEntry) -> ConceptEntry:
    variants = tuple(dict.fromkeys(fold(zh) for zh in entry.variants))
    zh = fold(entry.zh)
    return msgspec.structs.replace(entry, zh=zh, variants=tuple(other for other in variants if other != zh))


@entry_rule("G104")
def stray_characters(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A rendering holds Chinese characters or stray spaces."""
    del context
    for text in (entry.preferred, *entry.admitted, *entry.forbidden):
        if not text.isascii() and _HAN.search(text):
            yield finding(entry, f"{text!r} holds Chinese characters", column="en")
        if " " in text and _STRAY.search(text):
            yield finding(
                entry, f"{text!r} holds stray spaces", column="en", suggestion=_spaced(text), fix=_mapped(_spaced)
            )


def _spaced(text: str) -> str:
    return re.sub(r"\(\s+", "(", re.sub(r"\s+([,;:.)])", r"\1", " ".join(text.split())))


@entry_rule("G105")
def listed_twice(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A rendering or a Chinese form is listed twice."""
    del context
    for texts, column in (
        ((entry.preferred, *entry.admitted), "en_admitted"),
        (entry.sources, "zh_variants"),
        (entry.forbidden, "en_forbidden"),
    ):
        if len(texts) > 1:
            seen: set[str] = set()
            for text in texts:
                if text.lower() in seen:
                    yield finding(entry, f"{text!r} is listed twice for {entry.zh}", column=column, fix=_once)
                seen.add(text.lower())


def _once(entry: ConceptEntry) -> ConceptEntry:
    def without(first: str, others: Iterable[str]) -> tuple[str, ...]:
        kept = {first.lower(): first}
        for text in others:
            kept.setdefault(text.lower(), text)
        return tuple(kept.values())[1:]

    forbidden = {text.lower(): text for text in reversed(entry.forbidden)}
    return msgspec.structs.replace(
        entry,
        variants=without(entry.zh, entry.variants),
        admitted=without(entry.preferred, entry.admitted),
        forbidden=tuple(reversed(forbidden.values())),
    )


@entry_rule("G106", LintSeverity.ERROR)
def bad_characters(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A cell holds characters that cannot be seen, are damaged, or match nothing."""
    del context
    texts = _texts(entry)
    if "".join(texts).isalnum() and "".join(texts).isascii():
        return
    for text in texts:
        if text.isascii() and text.isprintable():
            continue
        bad = [c for c in text if c == "\ufffd" or unicodedata.category(c) in _HIDDEN]
        lost = [c for c in bad if c == "\ufffd" or unicodedata.category(c) in _IRREPARABLE]
        if bad:
            names = ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in bad))
            yield finding(entry, f"{text!r} holds {names}", fix=None if lost else _mapped(_visible))
        elif normalise(text)[0] != text and not _curly(text):
            yield finding(
                entry,
                f"{text!r} is not in its normal form",
                suggestion=normalise(text)[0],
                fix=_mapped(lambda each: normalise(each)[0]),
            )


def _curly(text: str) -> bool:
    """Whether only white space beside quotation marks made the difference."""
    return normalise(text)[0].replace(" ", "") == text.replace(" ", "")


def _visible(text: str) -> str:
    kept = "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)
    return unicodedata.normalize("NFC", kept)


@entry_rule("G107")
def expired(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """An entry's validity has ended: nothing uses it any more."""
    if entry.valid_to and is_date(entry.valid_to) and entry.valid_to < context.day.isoformat():
        yield finding(entry, f"{entry.zh} was valid until {entry.valid_to}", column="valid_to")


@entry_rule("G108", LintSeverity.ERROR)
def bad_dates(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A validity date is no ISO date, or the end lies before the beginning."""
    del context
    for column, text in (("valid_from", entry.valid_from), ("valid_to", entry.valid_to)):
        if text and not is_date(text):
            yield finding(entry, f"{text!r} is no date: write it as 2026-01-06", column=column)
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield finding(entry, f"valid to {entry.valid_to}, but from {entry.valid_from} only", column="valid_to")


@entry_rule("G109")
def unknown_part_of_speech(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """The part of speech is none that Zhengming knows."""
    del context
    if entry.pos and entry.pos not in PARTS_OF_SPEECH:
        close = difflib.get_close_matches(entry.pos, PARTS_OF_SPEECH, n=1)
        yield finding(
            entry,
            f"part of speech {entry.pos!r} is none of {', '.join(PARTS_OF_SPEECH)}",
            column="pos",
            suggestion=close[0] if close else "",
        )


@entry_rule("G110")
def odd_identifier(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """An id holds something else than ASCII letters, digits, dots and hyphens."""
    del context
    if not _ID.fullmatch(entry.id):
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", entry.id).strip("-")
        yield finding(entry, f"id {entry.id!r} is no slug", column="id", suggestion=safe)


@entry_rule("G111")
def several_in_one_cell(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A cell holds several terms; variants and admitted renderings have columns of their own, with ``|`` between."""
    del context
    for zh in entry.sources:
        # Enumerations are parts of titles of laws and of institutions' names.
        if _SEVERAL_ZH.search(zh) and not (entry.pos in {"proper", "phrase"} or "、" in zh):
            yield finding(entry, f"{zh!r} looks like several terms", column="zh")
    for text in (entry.preferred, *entry.admitted):
        if _SEVERAL_EN.search(text):
            yield finding(entry, f"{text!r} looks like several renderings", column="en")


@entry_rule("G112")
def title_case(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A rendering stands in title case although it is no proper name."""
    del context
    if entry.pos not in {"noun", "verb", "adjective", "adverb"} or entry.preferred.islower():
        return
    words = [word for word in re.findall(r"[A-Za-z][A-Za-z'’-]*", entry.preferred) if word not in _SMALL]
    if len(words) > 1 and all(word[0].isupper() and word[1:].islower() for word in words):
        yield finding(
            entry,
            f"{entry.preferred!r} is in title case; renderings stand as mid-sentence, or pos is 'proper'",
            column="en",
            suggestion=entry.preferred.lower(),
        )


@entry_rule("G113")
def leading_article(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A noun's rendering begins with an article, which the sentence decides."""
    del context
    if entry.pos == "noun":
        for text in (entry.preferred, *entry.admitted):
            match = _ARTICLE.match(text)
            if match:
                yield finding(entry, f"{text!r} begins with an article", column="en", suggestion=text[match.end() :])


@entry_rule("G114")
def trailing_punctuation(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A rendering ends in punctuation that the sentence decides."""
    del context
    for text in (entry.preferred, *entry.admitted):
        if text[-1:] in {",", ";", ":"} or (text.endswith(".") and not _DOT_ENDS.search(text)):
            # A formula such as "as follows:" is complete only with its colon.
            if entry.pos == "formula" and text.endswith(":"):
                continue
            yield finding(entry, f"{text!r} ends in punctuation", column="en", suggestion=text.rstrip(",;:. "))


@entry_rule("G115")
def house_spelling(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """The preferred rendering breaks house style: American spelling, metric tons, percent."""
    del context
    # Names are spelt as their bearers spell them.
    if entry.pos != "proper" and american(entry.preferred) != entry.preferred:
        yield finding(
            entry,
            f"{entry.preferred!r} is not in house style",
            column="en",
            suggestion=american(entry.preferred),
            fix=_american,
        )


def _american(entry: ConceptEntry) -> ConceptEntry:
    """The American spelling preferred, the other one admitted: it is no mistake."""
    better = american(entry.preferred)
    admitted = tuple(text for text in (entry.preferred, *entry.admitted) if text.lower() != better.lower())
    return msgspec.structs.replace(entry, preferred=better, admitted=tuple(dict.fromkeys(admitted)))


@entry_rule("G116")
def odd_abbreviation(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """An abbreviation is not shorter than what it abbreviates."""
    del context
    if entry.abbr and len(entry.abbr) >= len(entry.preferred):
        yield finding(entry, f"{entry.abbr!r} does not abbreviate {entry.preferred!r}", column="abbr")


@entry_rule("G117", LintSeverity.ERROR)
def columns_swapped(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """Chinese and English stand in each other's columns."""
    del context
    if entry.zh.isascii() and _HAN.search(entry.preferred):
        yield finding(entry, f"zh is {entry.zh!r} and en is {entry.preferred!r}: are they swapped?", column="zh")


def condition_tests(condition: Condition | None) -> Iterator[ContextTest]:
    """The tests of a condition."""
    match condition:
        case ContextTest():
            yield condition
        case Not():
            yield from condition_tests(condition.inner)
        case Junction():
            for part in condition.parts:
                yield from condition_tests(part)
        case _:
            return


@entry_rule("G301")
def traditional_condition(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A condition looks for Traditional characters; texts are tested as they stand, mostly Simplified."""
    if entry.condition and context.folded.get(entry.condition, entry.condition) != entry.condition:
        simplified = context.folded[entry.condition]
        yield finding(
            entry,
            f"the condition of {entry.zh} holds Traditional characters",
            column="condition",
            suggestion=simplified,
            fix=lambda each: msgspec.structs.replace(each, condition=fold(each.condition)),
        )


@entry_rule("G302", LintSeverity.ERROR)
def unknown_genre(entry: ConceptEntry, context: LintContext) -> Iterator[LintFinding]:
    """A condition asks for a genre that no document has."""
    del context
    for test in condition_tests(entry.parsed_condition):
        for word in test.words if test.name == "genre" else ():
            if word not in GENRES:
                close = difflib.get_close_matches(word, GENRES, n=1)
                yield finding(
                    entry,
                    f"genre {word!r} is none of {', '.join(GENRES)}",
                    column="condition",
                    suggestion=close[0] if close else "",
                )
