"""Number, verb forms and sentence frames that small models break in ways that have one mending."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.plurals import plural
from pipeline.lang.self_names import PLURAL_NOUNS
from pipeline.stages._rules.base import Replacement, RuleContext

# Nouns of such texts that take no singular article in the plural.
_PLURALS: Final = (
    "measures|countermeasures|items|remarks|goods|products|materials|services|technologies|enterprises|companies"
    "|entities|countries|activities|conditions|circumstances|documents|duties|sanctions|restrictions|obligations"
    "|opinions|decisions|procedures|departments|personnel|equipment|information|consultations|negotiations|efforts"
)
_MIDDLE: Final = (
    r"(?!(?:of|in|on|to|for|by|with|from|at|as|and|or|few|dozen|couple|many|hundred|thousand|million|further|good|great"
    r"|the|its|their|his|her|no|own|number|series|set|list|group|batch|one|two|three|four|five|six|seven|eight|nine|ten|is|are|was|were|has|have|had"
    r"|shall|may|will|under|that|which|than|this|these|all|any)\b)[a-z][a-z-]*(?:[a-rt-z]|ous)"
)
_FOLLOWS: Final = (
    r"(?=[,.;:)]|$| (?:of|in|to|for|on|by|with|that|which|under|from|shall|may|will|can|must|are|were|have|against|and"
    r"|or|as|taken|listed|subject|concerning|related|between|within|imposed|adopted|during|before|after|at|not)\b)"
)
_ARTICLE: Final = re.compile(rf"\b(?P<article>[Aa]n? )(?P<rest>(?:{_MIDDLE} ){{0,2}}(?:{_PLURALS})){_FOLLOWS}")


def fix_plural_articles(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Measures, not "a measures"."""
    for match in _ARTICLE.finditer(target):
        article, rest = match["article"], match["rest"]
        text = rest[0].upper() if article[0] == "A" else rest[0]
        yield Replacement(
            Span(match.start(), match.end("article") + 1), text, "a plural takes no article of the singular"
        )


_PLURAL_VERBS: Final = {
    "applies": "apply", "is": "are", "has": "have", "was": "were", "takes": "take", "comes": "come", "enters": "enter",
    "does": "do", "provides": "provide",
}  # fmt: skip
_VERB: Final = rf"(?P<verb>{'|'.join(_PLURAL_VERBS)})\b"
_THESE: Final = re.compile(rf"\bThese (?:{'|'.join(PLURAL_NOUNS)}) {_VERB}")
_NEXT_VERB: Final = re.compile(f" {_VERB}")
_ONE_OF: Final = re.compile(r"\b(?:one|1) (?P<unit>year|month|day|week|quarter|time|person|item|copy)s\b(?! [a-z]+s\b)")
# Before the first preposition stands what a title is: Regulations, not the Law that they implement.
_AFTER_KIND: Final = re.compile(r" (?:\(|(?:on|of|for|concerning|regarding|governing|relating|to|in|under|against)\b)")


def fix_agreement(target: str, context: RuleContext) -> Iterator[Replacement]:
    """One year, not "one years"; these Regulations apply, not "applies"."""
    for match in _THESE.finditer(target):
        yield Replacement(Span(*match.span("verb")), _PLURAL_VERBS[match["verb"]], "several")
    for match in _ONE_OF.finditer(target):
        if not re.search(r"\d[\s,]*$|\b(?:and|to|or) $", target[: match.start()]):
            end = match.end("unit")
            yield Replacement(Span(end, end + 1), "", "one of it")


def fix_title_agreement(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The Regulations on … are repealed, not "is": a title's number is that of its kind."""
    for term in context.segment.terms:
        kind = _AFTER_KIND.split(term.rendering, maxsplit=1)[0]
        if term.target is None or kind.rpartition(" ")[2] not in PLURAL_NOUNS:
            continue
        verb = _NEXT_VERB.match(target, term.target.end)
        before = target[: term.target.start]
        if verb and re.search(r"(?:^|[.;:,] |Article \d+ )(?:[Tt]he )?$", before):
            yield Replacement(Span(*verb.span("verb")), _PLURAL_VERBS[verb["verb"]], "several")


# Verbs of laws and announcements that are no nouns or adjectives in this form, or are known by what follows.
_BASES: Final = (
    "accept|adhere|adopt|advance|apply|assess|assist|carry|collect|complete|comply|conduct|confirm|consider|coordinate"
    "|cooperate|decide|deepen|determine|develop|encourage|enforce|enhance|ensure|establish|examine|expand|facilitate"
    "|formulate|fulfill|guarantee|guide|handle|implement|impose|improve|inform|initiate|investigate|issue|maintain"
    "|make|notify|obtain|organize|perform|prevent|promote|promulgate|protect|provide|publish|raise|reduce|refuse"
    "|regulate|report|require|review|safeguard|seize|strengthen|submit|supervise|support|take|transfer|verify"
)
_THIRD: Final = {plural(base): base for base in _BASES.split("|")}
_COORDINATED: Final = re.compile(
    rf"\b(?P<subject>[Ss]tate|China|Commerce|government|Japan|side|States|Customs|customs|organization|Council)"
    rf" (?:\w+ly )?(?:{'|'.join(sorted(_THIRD))}) and (?:\w+ly )?(?P<base>{_BASES})(?= )"
)


def fix_coordinated_verbs(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The state encourages and supports, not "encourages and support"."""
    for match in _COORDINATED.finditer(target):
        yield Replacement(Span(*match.span("base")), plural(match["base"]), f"as the verb before: {match['subject']}")


_MODAL: Final = r"(?:shall|may|will|must|can|should|would|could)"
_DETERMINER: Final = r"(?:the|a|an|its|their|any|all|such|each|every|this|these|those|no)"
_BE_BASE: Final = re.compile(
    rf"\b{_MODAL}(?P<be> be)(?: \w+ly)? (?:{_BASES})(?= {_DETERMINER}\b| (?:with|to) {_DETERMINER}\b)"
)
_TO_AFTER_INSERTION: Final = re.compile(
    rf"\b(?:shall|may|must|will)(?: not)?, [^.;:]{{3,140}}?, (?P<to>to )(?:{_BASES})\b(?! [.,;])"
)


def fix_verb_after_modal(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Shall implement the plan, not "shall be implement the plan"; shall, within ten days, review, not "to review"."""
    for match in _BE_BASE.finditer(target):
        yield Replacement(Span(*match.span("be")), "", "active: an object follows")
    for match in _TO_AFTER_INSERTION.finditer(target):
        # A second verb inside the insertion is what the modal belongs to.
        if not re.search(rf", (?:\w+ly )?(?:{_BASES})\b", target[match.start() : match.start("to") - 2]):
            yield Replacement(Span(*match.span("to")), "", "it belongs to the modal verb")


_NOBODY: Final = re.compile(
    r"\b(?P<any>[Aa]ny) (?P<who>(?:organization|individual|entity|unit|person|enterprise|country|party)s?"
    r"(?:,? (?:or|and) (?:any )?(?:organization|individual|entity|unit|person|enterprise)s?)?)"
    r" (?P<modal>shall|may|must)(?P<no> not)\b"
)


def fix_nobody(target: str, context: RuleContext) -> Iterator[Replacement]:
    """No organization may, not "any organization may not"."""
    for match in _NOBODY.finditer(target):
        yield Replacement(Span(*match.span("any")), "No" if match["any"][0] == "A" else "no", "nobody may")
        yield Replacement(Span(*match.span("no")), "")
        if joint := re.search(" and ", match["who"]):
            at = match.start("who") + joint.start() + 1
            yield Replacement(Span(at, at + len("and")), "or")


_SUBJECT_TWICE: Final = re.compile(
    r"^(?P<head>(?:Article \d+ |\(\w{1,4}\) |[IVX]+\. |\d{1,2}\. )?)(?P<subject>[A-Z“][^,.;:]{2,70})"
    r"(?P<it>, it) (?:refers to|means|is|are|shall|has)\b"
)
# What opens a clause of condition or circumstance, behind which "it" is the subject.
_CIRCUMSTANCE: Final = re.compile(
    r"^(?:If|Where|When|While|As|After|Before|Upon|On|In|For|To|At|By|Under|With|Without|During|Since|Once|Although|Because"
    r"|Unless|Until|From|According|Following|However|Therefore|Pursuant|Within|Through|Except|Given|Based|Based on)\b"
)


def fix_resumed_subject(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Injury refers to, not "Injury, it refers to"."""
    match = _SUBJECT_TWICE.match(target)
    if (
        match
        and not _CIRCUMSTANCE.match(match["subject"])
        and not re.search(rf"\b{_MODAL}\b| (?:is|are|was|were|has|have) ", match["subject"])
    ):
        yield Replacement(Span(*match.span("it")), "", "the subject stands already")


_OPENING_AND: Final = re.compile(
    r"^(?P<head>(?:Article \d+ |\(\w{1,4}\) |[IVX]+\. |\d{1,2}\. )?)(?P<and>And,? (?!so on\b))(?P<next>\w)"
)
_ZH_AND: Final = re.compile(
    r"^(?:[（(]?[\w]{1,3}[）)、.．]|第\w{1,5}条\s*)?(?:并|而|和|及(?!时)|与|且|同时|也|又|还|则)"
)


def fix_opening_and(target: str, context: RuleContext) -> Iterator[Replacement]:
    """An "And" that opens a sentence or item whose Chinese goes on with nothing."""
    match = _OPENING_AND.match(target)
    if match and not context.continues and not _ZH_AND.match(context.segment.text):
        yield Replacement(Span(match.start("and"), match.end()), match["next"].upper(), "nothing goes on")


# Verbs that are no nouns, behind one that takes the gerund.
_GERUND: Final = re.compile(
    r"\b(?:[Cc]onsider|[Aa]void|[Rr]isk)(?:s|ed|ing)? (?P<base>[Aa]bolish|[Aa]dd|[Aa]dopt|[Aa]llow|[Aa]pply|[Cc]ancel"
    r"|[Cc]onduct|[Ee]ase|[Ee]stablish|[Ee]xpand|[Ee]xtend|[Ff]ormulate|[Ii]mplement|[Ii]mpose|[Ii]ntroduce|[Jj]oin|[Mm]aintain|[Rr]educe"
    r"|[Rr]elax|[Rr]emove|[Rr]estrict|[Rr]esume|[Rr]evise|[Ss]trengthen|[Ss]uspend|[Tt]ake|[Tt]ighten|[Ww]ithdraw)(?= )"
)


def fix_gerunds(target: str, context: RuleContext) -> Iterator[Replacement]:
    """Considers tightening, not "considers tighten"."""
    for match in _GERUND.finditer(target):
        gerund = match["base"].removesuffix("e") + "ing"
        yield Replacement(Span(*match.span("base")), gerund, "the verb before it takes the gerund")
