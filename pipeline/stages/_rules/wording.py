"""Names, institutions, lists and modal verbs: wording that the source or the glossary settles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN
from pipeline.lang.names import chinese_names, latin_originals
from pipeline.lang.numerals import parse_han
from pipeline.lang.self_names import PLURAL_NOUNS, SELF_NAMES, self_names
from pipeline.stages._rules.base import Replacement, RuleContext


def fix_forbidden(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A forbidden rendering of a term that is otherwise missing becomes the preferred one."""
    for term in context.segment.terms:
        if not term.enforced or term.honoured:
            continue
        hits = [
            match
            for wrong in term.forbidden
            if wrong.lower() in target.lower()
            for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(s?)(?!\w)", target, re.IGNORECASE)
        ]
        if len(hits) == 1:
            ending = "s" if hits[0][1] and not term.rendering.endswith("s") else ""
            yield Replacement(
                Span(*hits[0].span()), term.rendering + ending, f"the glossary forbids it for {term.text}"
            )
            return


# A syllable of pinyin: what begins it, its vowels, and an n, ng or r that no vowel follows.
_SYLLABLE: Final = r"(?i)[zcs]?h?[^aeiouü']*[aeiouü]+(?:n(?![aeiouü])g?|r(?![aeiouü]))?"


def fix_names(target: str, context: RuleContext) -> Iterator[Replacement]:
    """He Yadong, however the engine cut, hyphenated or turned round the syllables."""
    for name in chinese_names(context.segment.text):
        if name.english in target:
            continue
        surname, given = name.english.split(" ", 1)
        loose = r"[\s'’-]?".join(map(re.escape, re.findall(_SYLLABLE, given.replace("'", "")))) or re.escape(given)
        hits = [*re.finditer(rf"\b(?:{surname}[\s-]?{loose}|{loose}\s{surname})\b", target, re.IGNORECASE)]
        if len(hits) == 1:
            yield Replacement(Span(*hits[0].span()), name.english, f"pinyin of {name.text}")


def fix_originals(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A name's Latin original that the source gives in brackets stands in the target, once and unchanged."""
    for original in latin_originals(context.segment.text):
        if original in target:
            yield from _said_twice(target, original)
            continue
        loose = r"\s?".join(re.escape(part) for part in re.split(r"\s+|(?<=[,&.])|(?=[,&.])", original) if part)
        hits = [*re.finditer(loose, target, re.IGNORECASE)]
        if len(hits) == 1:
            yield Replacement(Span(*hits[0].span()), original, "as the source writes it")


def _said_twice(target: str, original: str) -> Iterator[Replacement]:
    """Leidos (Leidos) says it once."""
    twice = re.search(rf"{re.escape(original)} ?\({re.escape(original)}\)", target)
    if twice:
        yield Replacement(Span(*twice.span()), original, "the name once")


# What takes "the" in running text.
_MINISTRIES: Final = (
    "Commerce|Foreign Affairs|Finance|Industry and Information Technology|Natural Resources|Ecology and Environment"
    "|Science and Technology|Public Security|State Security|Justice|Transport|Agriculture and Rural Affairs|Defense"
    "|National Defense|Economy, Trade and Industry"
)
_WITH_ARTICLE: Final = re.compile(
    r"\b(?=[A-Z]|competent)(?:"
    rf"(?:Chinese |Japanese |U\.S\. )?Ministry of (?:{_MINISTRIES})(?: of the People's Republic of China)?"
    r"|General Administration of Customs|State Council|National Development and Reform Commission"
    r"|National People's Congress|State Administration (?:for|of) [A-Z]\w+(?: [A-Z]\w+)*|State Taxation Administration"
    r"|National Bureau of Statistics|People's Bank of China|Supreme People's (?:Court|Procuratorate)"
    r"|Customs Tariff Commission of the State Council|European (?:Union|Commission|Parliament)|United Nations"
    r"|World Trade Organization|International Monetary Fund|World Bank|United (?:States|Kingdom|Arab Emirates)"
    r"|People's Republic of China|Netherlands|Philippines|Taiwan (?:Strait|question)|Cold War"
    r"|(?:Unreliable Entity List Working Mechanism|Unreliable Entity List(?! [A-Z]))"
    r"|[Cc]ompetent department of [a-z]+(?:,? (?:and )?[a-z]+){0,4}? of the State Council"
    r"|[Cc]ompetent department of (?:commerce|foreign trade|natural resources|industry and information technology)"
    r"|Export Control Law|Foreign Trade Law|Customs Law|Tariff Law|Anti-Foreign Sanctions Law)\b"
)
_BEFORE: Final = re.compile(
    r"(?:^|[,;:(“] ?|(?<![\w'])"
    r"(?:by|of|with|to|from|in|and|that|for|under|on|when|if|between|against|at|said|as|than) )$",
    re.IGNORECASE,
)
# What may follow a name that is not itself an attribute (Ministry of Commerce spokesperson).
_AFTER: Final = re.compile(
    r"$|[.,;:)”?!]|'s\b| (?:and|or|has|have|had|is|are|was|were|shall|will|would|may|can|must|should|said|says|stated"
    r"|announced|issued|decided|states|noted|stressed|considers?|considered|believes?|on|in|of|for|to|by|with|from|at"
    r"|jointly|today|that|which|who|pursuant|under|against|hereby|also|released|published|held|made|imposed|expressed"
    r"|urges?|urged)\b"
)


def fix_institutions(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The Ministry of Commerce, the European Union: the article where the name stands on its own."""
    if not re.search("[，。；]", context.segment.text):
        return
    for match in _WITH_ARTICLE.finditer(target):
        before = _BEFORE.search(target, max(0, match.start() - 10), match.start())
        if before and _AFTER.match(target, match.end()) and not _listed(target, match.start()):
            word = "The " if match.start() == 0 else "the "
            common = match[0].startswith("Competent")
            span = Span(match.start(), match.start() + common)
            yield Replacement(span, word + "c" * common, f"the {match[0]}")


def _listed(target: str, at: int) -> bool:
    """Whether a name is the second of a pair whose first already has the article's reach: the Ministries of A and B."""
    return bool(re.search(r"\bMinistries of[^.;]*$", target[:at]))


_COUNTRIES: Final = (
    "China|Japan|Germany|France|India|Canada|Australia|Mexico|Viet Nam|Vietnam|Russia|Myanmar|Malaysia|Taiwan|Korea"
)
_THE_COUNTRY: Final = re.compile(
    rf"\b(?:of|in|to|from|by|with|and|against) (?P<the>the )(?:{_COUNTRIES})"
    r"(?=[.,;:)]|$| (?:and|is|has|was|will|shall|on|in|to)\b)"
)


# At the end of a sentence its last point is the full stop too.
_POINTS: Final = re.compile(r"\bU\.\s?S\.(?:\s?A\.)?(?P<end>[”\"’)]*$)?")
_SIDE: Final = re.compile(r"(?:^|(?<=[.;:] ))U\.?S\.? side\b")


def fix_countries(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Japan, not "the Japan"; US, not "U.S.", outside the names that the glossary writes so."""
    for match in _THE_COUNTRY.finditer(target):
        yield Replacement(Span(*match.span("the")), "", "no article before the country's name")
    names = [one.target for one in context.segment.terms if one.target and "." in one.rendering]
    for match in _POINTS.finditer(target):
        if not any(name.overlaps(Span(*match.span())) for name in names):
            end = match["end"] is not None
            yield Replacement(Span(match.start(), match.start("end") if end else match.end()), "US." if end else "US")
    for match in _SIDE.finditer(target):
        yield Replacement(Span(match.start(), match.start()), "The ", "the side of a country has its article")


_REPUBLIC: Final = re.compile(r"\b(?:the )?(?:Republic of China(?: \(Taiwan\))?|ROC)\b(?!\w)", re.IGNORECASE)


_TAIWAN: Final = re.compile(r"\bthe Taiwan (?:Area|area|Region|region)\b")


def fix_state(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The People's Republic of China or China, where the source does not say 中华民国."""
    source = context.segment.text
    if "中华民国" in source or "ROC" in source:
        return
    for match in _TAIWAN.finditer(target) if "台" not in source and "臺" not in source else ():
        yield Replacement(Span(*match.span()), "China", "the source does not name Taiwan")
    for match in _REPUBLIC.finditer(target):
        if target[: match.start()].lower().endswith(("people's ", "people’s ")):
            continue
        full = "中华人民共和国" in source and not target.count("People's Republic of China")
        text = "the People's Republic of China" if full else "China"
        yield Replacement(Span(*match.span()), text, "the source does not name the Republic of China")


# What engines write for it besides: this Act, this Decree.
_OTHER_KINDS: Final = ("Act", "Code", "Decide", "Decree", "Ordinance", "Statute")
_SINGULAR: Final = {name.noun.removesuffix("s") for name in SELF_NAMES.values()}
_ANY_THIS: Final = re.compile(
    rf"\b[Tt]his (?:{'|'.join(sorted({*_SINGULAR, *_OTHER_KINDS}))})\b"
    rf"|\b[Tt](?:his|hese) (?:{'|'.join(PLURAL_NOUNS)})\b|\bthis (?:law|act)\b"
)
# 该决定 in a document that is none is another's.
_THAT: Final = re.compile(rf"(?:[该此]|这[一项个部]?)(?:{'|'.join(chinese[1:] for chinese in SELF_NAMES)})")


def fix_self_reference(target: str, context: RuleContext) -> Iterator[Replacement]:
    """本条例 as "these Regulations": a document calls itself what it is, not "this Act"."""
    source = context.segment.text
    named = {name.english for _, name in self_names(source)}
    if len(named) != 1 or _THAT.search(source):
        return
    [english] = named
    for match in _ANY_THIS.finditer(target):
        if match[0].lower() != english.lower():
            text = english[0].upper() + english[1:] if match[0][0].isupper() else english
            yield Replacement(Span(*match.span()), text, "what the document calls itself")


_CLOSED: Final = re.compile(
    rf"((?:[{HAN}A-Za-z]{{1,8}}、)+[{HAN}A-Za-z]{{1,8}}?)(?:和[{HAN}]{{1,8}})?等(\d+|[二三四五六七八九十两]+)(?:类|种|项|家|个)"
)


def fix_closed_lists(target: str, context: RuleContext) -> Iterator[Replacement]:
    """等7类 behind seven names closes the list: no "etc."."""
    source = context.segment.text
    closed = [
        match
        for match in _CLOSED.finditer(source)
        if match[1].count("、") + 1 == (int(match[2]) if match[2].isdecimal() else parse_han(match[2]))
    ]
    hits = [*re.finditer(r",? (?:etc\.|and (?:so on|others))(?=[\s,;)]|$)", target)]
    if len(closed) == len(hits) == 1 and source.count("等") == 1:
        end = hits[0].end()
        if end == len(target):
            yield Replacement(Span(*hits[0].span()), ".", f"{closed[0][0]} is complete")
        else:
            yield Replacement(Span(*hits[0].span()), "", f"{closed[0][0]} is complete")


_DUTY: Final = re.compile(r"(?<![不相对适理])(?:应当|必须)|(?<![不相对适理反响供])应(?=[于由按向依])")


def fix_obligation(target: str, context: RuleContext) -> Iterator[Replacement]:
    """应当 as the house's modal verb (shall or must), where as many stand in the target as duties in the source."""
    duties = len(_DUTY.findall(context.segment.text))
    wanted = context.style.obligation
    other = "must" if wanted == "shall" else "shall"
    hits = [*re.finditer(rf"\b(?:should|{other})\b(?! not\b)(?! have\b)", target)]
    if duties and len(hits) + len(re.findall(rf"\b{wanted}\b(?! not\b)", target)) == duties:
        for match in hits:
            yield Replacement(Span(*match.span()), wanted, "the house's word for 应当")


def fix_serial_commas(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The comma before "and" in an enumeration of three or more terms, or none, as the house has it."""
    rows = _rows(context)
    spans = sorted(rows)
    for i in range(2, len(spans)):
        one, two, three = spans[i - 2 : i + 1]
        if not (rows[one] == rows[two] == rows[three]):
            continue
        listed = re.fullmatch(r",\s(?:the\s)?", target[one.end : two.start])
        last = re.fullmatch(r"(?P<comma>,?) (?:and|or) (?:the\s)?", target[two.end : three.start])
        if listed and last and bool(last["comma"]) != context.style.serial_comma:
            yield Replacement(Span(two.end, two.end + len(last["comma"])), "," if context.style.serial_comma else "")


def _rows(context: RuleContext) -> dict[Span, int]:
    """The enumeration of the source, by number, that each located term belongs to."""
    terms = sorted((term for term in context.segment.terms if term.target is not None), key=lambda term: term.span)
    rows: dict[Span, int] = {}
    before = row = 0
    for term in terms:
        if not re.fullmatch(
            r"[》）]?(?:、|和|及|与|或者?|以及|、?以及)?[《]?", context.segment.text[before : term.span.start]
        ):
            row += 1
        before = term.span.end
        rows[term.target or term.span] = row
    return rows


def fix_spelling(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The house's spelling: license or licence for the noun, and whatever its list of preferred spellings says."""
    if context.style.license_noun == "license":
        yield from _respelt(target, r"\blicence(?P<ending>s?)\b", "license")
    else:
        # The verb is license everywhere: after "to", a modal or a pronoun, and with -d and -ing.
        noun = r"(?<!\bto )(?<!\bshall )(?<!\bmay )(?<!\bwill )(?<!\bmust )(?<!\bthey )\blicense(?P<ending>s?)\b"
        yield from _respelt(target, noun, "licence")
    for wrong, right in context.style.spellings.items():
        yield from _respelt(target, rf"(?<![\w-]){re.escape(wrong)}(?P<ending>s?)(?![\w-])", right)


def _respelt(target: str, pattern: str, right: str) -> Iterator[Replacement]:
    for match in re.finditer(pattern, target, re.IGNORECASE):
        text = right + match["ending"]
        yield Replacement(Span(*match.span()), text[0].upper() + text[1:] if match[0][0].isupper() else text)
