"""T1xx: terminology."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import queries
from pipeline.lang.en import find_inflected, stem
from pipeline.termbase.condition import Condition, Context, parse_condition
from pipeline.termbase.evidence import told


@check("T101", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MAJOR)
def rendering_missing(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A glossary term is not rendered as the glossary says.

    Each occurrence in the source needs a rendering of its own in the target;
    inflected forms, admitted variants, and the same words in another part of
    speech or with a word between ("compliant" for compliance) count. Choose a rendering, or dismiss
    the flag where the English rightly does without one, such as a pronoun.
    """
    for term in segment.terms:
        if term.enforced and not term.honoured and not _in_another_form(term, segment):
            yield Finding(
                message=f"{term.text} should read “{term.rendering}”; the translation does not have it.",
                source=term.span,
                candidates=_glossary_candidates(term),
            )


@check("T102", category=MqmCategory.TERMINOLOGY_WRONG, severity=Severity.MAJOR)
def forbidden_rendering(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A rendering stands in the translation that the glossary forbids for this term.

    Only terms that occur in the source are looked at, and only words that no
    accepted rendering of the segment covers.
    """
    taken = [term.target for term in segment.terms if term.target]
    low = segment.target.lower()
    for term in _distinct(segment.terms):
        accepted = {text.lower() for text in (term.rendering, *term.admitted)}
        for wrong in term.forbidden:
            # A single common word is no evidence where the term's English depends on syntax.
            if wrong.lower() not in low or (not term.enforced and (" " not in wrong or term.text in _BOUNDS)):
                continue
            pattern = rf"(?<!\w)(?<!not )(?<!no ){re.escape(wrong)}(?:s|es)?(?!\w)"
            for match in re.finditer(pattern, segment.target, re.IGNORECASE):
                span = Span(match.start(), match.end())
                if match[0].lower() not in accepted and not any(span.overlaps(other) for other in taken):
                    yield Finding(
                        message=f"“{match[0]}” is forbidden for {term.text}.",
                        source=term.span,
                        target=span,
                        candidates=_glossary_candidates(term),
                    )


@check("T103", category=MqmCategory.TERMINOLOGY_INCONSISTENT, severity=Severity.MINOR, whole_document=True)
def inconsistent_in_document(context: CheckContext) -> Iterator[Finding]:
    """One term is rendered in different ways within the document.

    Inflection, derivation, the abbreviation after first mention and a shorter
    form of the same words ("rate" after "tariff rate") are no difference. The
    flag stands on every place that departs from the commonest rendering.
    """
    # Senses that conditions told apart differ in their rendering, attributive and plural forms of one do not.
    places: dict[tuple[str, str], dict[tuple[str, ...], list[tuple[Segment, TermMatch]]]]
    places = defaultdict(lambda: defaultdict(list))
    for segment in context.document.segments:
        for term in segment.terms:
            if term.enforced and term.target:
                sense = (term.text, _plain(term.rendering))
                forms = places[sense]
                forms[_known_form(_form(_which(term, segment, context)), forms)].append((segment, term))
    for forms in places.values():
        if len(forms) < 2:
            continue
        preferred = _form(next(iter(forms.values()))[0][1].rendering)
        commonest = max(forms, key=lambda form: (len(forms[form]), form == preferred, form))
        total = sum(map(len, forms.values()))
        best = _said(forms[commonest][0])
        for form, uses in forms.items():
            for segment, term in uses if form != commonest else ():
                here = _said((segment, term))
                yield Finding(
                    segment=segment.id,
                    message=f"{term.text}: {len(forms)} renderings in {total} places; here “{here}”, "
                    f"elsewhere “{best}”.",
                    source=term.span,
                    target=term.target,
                    candidates=(
                        Candidate(best, f"document: {len(forms[commonest])} places"),
                        Candidate(here, f"document: {len(uses)} places"),
                    ),
                )


@check("T104", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def several_senses(context: CheckContext) -> Iterator[Finding]:
    """A term has several senses or renderings, and nothing in the context chose.

    The preferred rendering was used. The flag stands on the first place in the
    document only: what is decided there goes for the others.
    """
    seen: set[str] = set()
    for segment in context.document.segments if context.concepts else ():
        for term in segment.terms:
            # Where the rendering is missing altogether T101 lists the choices already.
            if not term.honoured or term.text in seen:
                continue
            candidates = _open_choice(term, context)
            if len(candidates) > 1:
                seen.add(term.text)
                yield Finding(
                    segment=segment.id,
                    message=_choice_message(term, context),
                    source=term.span,
                    target=term.target,
                    candidates=candidates,
                )
    yield from _known_choices(context, seen)


def _known_choices(context: CheckContext, seen: set[str]) -> Iterator[Finding]:
    """Words outside the glossary between whose renderings translators choose, each once a document."""
    whole = context.document.text
    for segment in context.document.segments:
        if not segment.target:
            continue
        for span, query in queries.find_queries(segment.text):
            if (
                query.zh in seen
                or _inside_term(span, segment)
                or not _holds(query, segment, span, whole, context.document.genre)
            ):
                continue
            seen.add(query.zh)
            said = next((found for text in query.renderings for found in find_inflected(text, segment.target)), None)
            yield Finding(
                segment=segment.id,
                message=f"{query.zh} can be rendered in several ways. {query.reason}",
                source=span,
                target=said,
                candidates=tuple(Candidate(text, "translators' usage") for text in query.renderings),
            )


def _inside_term(span: Span, segment: Segment) -> bool:
    """Whether the word is only a part of a longer term that the glossary settles."""
    return any(
        term.enforced
        and term.span.start <= span.start
        and span.end <= term.span.end
        and term.span.end - term.span.start > span.end - span.start
        for term in segment.terms
    )


def _holds(query: queries.Query, segment: Segment, span: Span, whole: str, genre: str) -> bool:
    if not query.condition:
        return True
    context = Context(text=segment.text, start=span.start, end=span.end, document=whole, genre=genre)
    return _parsed(query.condition).holds(context)


@lru_cache(maxsize=512)
def _parsed(condition: str) -> Condition:
    return parse_condition(condition)


@check("T105", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def glossary_conflict(context: CheckContext) -> Iterator[Finding]:
    """Two glossaries disagree about a term, and the stronger one was followed.

    The flag stands on the first place in the document and names both files. Settle it
    with ``zhengming glossary merge``, or dismiss it for good in this project.
    """
    overruled = {conflict.zh: conflict for conflict in context.conflicts}
    seen: set[str] = set()
    for segment in context.document.segments if overruled else ():
        for term in segment.terms:
            conflict = overruled.get(term.text)
            if conflict is None or term.text in seen or term.concept != conflict.kept.id:
                continue
            seen.add(term.text)
            yield Finding(
                segment=segment.id,
                message=f"{term.text}: {conflict.kept.origin} says “{conflict.kept.preferred}”, "
                f"{conflict.overruled.origin} “{conflict.overruled.preferred}”.",
                source=term.span,
                target=term.target,
                candidates=(
                    Candidate(conflict.kept.preferred, f"glossary: {conflict.kept.origin}"),
                    Candidate(conflict.overruled.preferred, f"glossary: {conflict.overruled.origin}"),
                ),
            )


@check("T106", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def likely_term(context: CheckContext) -> Iterator[Finding]:
    """A likely term that no glossary has, and that the document renders in more than one way.

    Sought are phrases of four to eight characters that recur in three segments, end like a
    term (…制度, …清单, …许可) and touch no longer glossary term. The renderings are the English phrases
    that stand in the segments of the phrase and nowhere else.
    """
    uses = _recurring(context)
    for phrase, places in uses.items():
        renderings = _common_phrases([segment.target for segment, _ in places], context)
        if len(renderings) < 2:
            continue
        segment, span = places[0]
        yield Finding(
            segment=segment.id,
            message=f"{phrase} occurs {len(places)} times, is in no glossary and is rendered in several ways.",
            source=span,
            candidates=tuple(Candidate(text, f"document: {count} places") for text, count in renderings[:3]),
        )


def _recurring(context: CheckContext) -> dict[str, list[tuple[Segment, Span]]]:
    """Phrases that end like a term, recur, and touch no glossary term; of nested ones the longest."""
    places: dict[str, list[tuple[Segment, Span]]] = defaultdict(list)
    for segment in context.document.segments:
        # 机制 alone may be a term; a longer phrase that ends in it may still be missing.
        taken = [term.span for term in segment.terms if len(term.text) > _GENERIC]
        for ending in _ENDINGS.finditer(segment.text) if segment.target else ():
            for length in range(_SHORTEST, _LONGEST + 1):
                span = Span(max(0, ending.end() - length), ending.end())
                phrase = span.of(segment.text)
                if len(phrase) < length or _NOT_IN_TERMS.search(phrase) or _within(span, taken):
                    break
                places[phrase].append((segment, span))
    found = {phrase: uses for phrase, uses in places.items() if len({segment.id for segment, _ in uses}) >= _OFTEN}
    return {
        phrase: uses
        for phrase, uses in found.items()
        if not any(phrase != other and other.endswith(phrase) and len(found[other]) == len(uses) for other in found)
    }


def _common_phrases(targets: list[str], context: CheckContext) -> list[tuple[str, int]]:
    """English phrases of two to four words in at least two of the targets and in no other segment."""
    own = set(targets)
    elsewhere = " ".join(segment.target.lower() for segment in context.document.segments if segment.target not in own)
    grams: Counter[str] = Counter()
    for target in own:
        words = re.findall(r"[a-z][a-z'’-]+", target.lower())
        grams.update(
            {
                " ".join(words[i : i + n])
                for n in (2, 3, 4)
                for i in range(len(words) - n + 1)
                if _contentful(words[i : i + n])
            }
        )
    common = [(gram, count) for gram, count in grams.most_common() if count >= 2 and gram not in elsewhere]
    longest = [
        (gram, count) for gram, count in common if not any(gram != other and gram in other for other, _ in common)
    ]
    return sorted(longest, key=lambda item: (-item[1], -len(item[0])))


def _contentful(words: list[str]) -> bool:
    return words[0] not in _FUNCTION_WORDS and words[-1] not in _FUNCTION_WORDS


_ENDINGS: Final = re.compile(
    r"制度|清单|名单|机制|许可|措施|体系|平台|系统|指标|目录|工艺|标准|限额|配额|税率|制品|材料|设备|技术"
)
_NOT_IN_TERMS: Final = re.compile(r"[^㐀-鿿]|[的了是在将被由对和与及或为各该本其这那有等]|上述|下列|相关|有关")
_SHORTEST, _LONGEST, _OFTEN, _GENERIC = 4, 8, 3, 2
_FUNCTION_WORDS: Final = frozenset(
    "a an the of on in to for by with at from as per under and or nor but is are was were be been has have had shall "
    "may must will "
    "that which this these its their it they not no into within any other such".split()
)


def _form(text: str) -> tuple[str, ...]:
    """A rendering for comparing: its words' stems; "or" is as good as "and"."""
    words = re.findall(r"[A-Za-z0-9'’]+", text.lower())
    return tuple("and" if word == "or" else stem(word) for word in words)


def _known_form(form: tuple[str, ...], known: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The form already met that says the same in more or fewer words, or the form itself."""
    words = set(form) - _FUNCTION_WORDS
    for other in known:
        others = set(other) - _FUNCTION_WORDS
        if words < others or others < words:
            return other
    return form


def _said(use: tuple[Segment, TermMatch]) -> str:
    segment, term = use
    return term.target.of(segment.target) if term.target else term.rendering


def _open_choice(term: TermMatch, context: CheckContext) -> tuple[Candidate, ...]:
    """The renderings between which a translator would hesitate; empty where there is no choice.

    Either other concepts share the term and no condition excluded them, or the
    entry's note says that it is a choice, or sets an admitted rendering against the preferred one. A note that only
    explains the term asks nothing.
    """
    if context.concepts is None or term.own:
        return ()
    first = Candidate(term.rendering, _evidence("glossary: preferred", term, term.concept))
    others = [
        Candidate(_preferred(context, other), _evidence(f"glossary: {other}", term, other))
        for other in term.alternatives
    ]
    entry = context.concepts.by_id(term.concept)
    note = entry.note if entry.pos != "formula" and not _OTHERS_USAGE.search(entry.note) else ""
    rivals = [text for text in term.admitted if not _same(text, term.rendering)]
    both = _quotes(note, term.rendering) and any(_quotes(note, text) for text in rivals)
    if not others and (both or _CHOICE.search(note)):
        others = [Candidate(text, "glossary: admitted") for text in rivals]
    return (first, *others) if others else ()


def _evidence(origin: str, term: TermMatch, concept: str) -> str:
    return "; ".join(filter(None, (origin, told(term.votes, concept))))


_CHOICE: Final = re.compile(
    r"\bchoice\b|\bchoose\b|\bsay which\b|\bdecide|\bone rendering\b|\bone English form\b", re.IGNORECASE
)
_OTHERS_USAGE: Final = re.compile(r"\bwrites\b|\bown (?:name|word)\b|\bhouse style\b")


def _quotes(note: str, rendering: str) -> bool:
    return any(f"{opening}{rendering}{closing}" in note for opening in '“"' for closing in '”"')


def _choice_message(term: TermMatch, context: CheckContext) -> str:
    note = context.concepts.by_id(term.concept).note if context.concepts else ""
    said = told(term.votes, term.concept)
    used = f"“{term.rendering}” was used{f', {said}' if said else ''}."
    base = f"{term.text} can be rendered in several ways; {used}"
    return f"{base} {note}" if note else base


def _preferred(context: CheckContext, concept: str) -> str:
    assert context.concepts is not None  # noqa: S101  (callers returned otherwise)
    return context.concepts.by_id(concept).preferred


def _same(one: str, other: str) -> bool:
    """Whether two renderings differ only in case, hyphens or a final s."""
    return _plain(one) == _plain(other)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.lower()).rstrip("s")


def _which(term: TermMatch, segment: Segment, context: CheckContext) -> str:
    """Which of its listed renderings a term's target is; abbreviations count as the preferred one."""
    text = term.target.of(segment.target) if term.target else ""
    if context.concepts is not None and not term.own and text == context.concepts.by_id(term.concept).abbr:
        return term.rendering
    listed = (term.rendering, *term.admitted)
    if text.isupper():
        return term.rendering
    whole = Span(0, len(text))
    return next((form for form in listed if _same(form, text) or whole in find_inflected(form, text)), text)


def _in_another_form(term: TermMatch, segment: Segment) -> bool:
    """Whether the words of a rendering stand in the target, in order, perhaps derived or with words between.

    Places that other occurrences of the same concept use do not count.
    """
    used = [other.target for other in segment.terms if other.target and other.concept == term.concept]
    tokens = [match for match in _TOKEN.finditer(segment.target) if not _within(Span(*match.span()), used)]
    stems = [stem(match[0]) for match in tokens]
    for rendering in (term.rendering, *term.admitted):
        wanted = [stem(word) for word in _TOKEN.findall(rendering) if word.lower() not in _FUNCTION_WORDS]
        if wanted and _in_order(wanted, stems):
            return True
    return False


def _within(span: Span, used: list[Span]) -> bool:
    return any(span.overlaps(other) for other in used)


def _in_order(wanted: list[str], stems: list[str]) -> bool:
    for start, found in enumerate(stems):
        if found != wanted[0]:
            continue
        at = start
        for word in wanted[1:]:
            window = stems[at + 1 : at + 2 + _GAP]
            if word not in window:
                break
            at += 1 + window.index(word)
        else:
            return True
    return False


# Whether a bound is right depends on its number: A210 looks.
_BOUNDS: Final = frozenset({"以上", "以下", "以内"})
_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z'’]*")
_GAP: Final = 4


def _distinct(terms: tuple[TermMatch, ...]) -> list[TermMatch]:
    return list({term.concept: term for term in reversed(terms)}.values())


def _glossary_candidates(term: TermMatch) -> tuple[Candidate, ...]:
    with_chinese = Candidate(f"{term.rendering} ({term.text})", "with the Chinese in brackets, for a first mention")
    if term.own:
        return Candidate(term.rendering, "the document's own spelling"), with_chinese
    admitted = tuple(Candidate(text, "glossary: admitted") for text in term.admitted)
    return (Candidate(term.rendering, "glossary: preferred"), *(admitted or (with_chinese,)))
