"""Lint rules that hold entries against each other: G2xx, and G30x where conditions must choose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pipeline.lang.en import find_inflected
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.lint import LintContext, LintFinding, LintSeverity, finding, rule
from pipeline.termbase.lint_entry import condition_tests


@rule("G201", LintSeverity.ERROR)
def duplicate_id(context: LintContext) -> Iterator[LintFinding]:
    """An id is used twice."""
    first: dict[str, ConceptEntry] = {}
    for entry in context.entries:
        if entry.id in first:
            yield finding(entry, f"id {entry.id!r} is used at {first[entry.id].origin} already", column="id")
        first.setdefault(entry.id, entry)


@rule("G202", LintSeverity.ERROR)
def same_term_unconditionally(context: LintContext) -> Iterator[LintFinding]:
    """One Chinese term stands in two concepts, and no condition chooses."""
    for same in _shared(context):
        defaults = [entry for entry in same if not entry.condition]
        for i, other in enumerate(defaults):
            clash = next((entry for entry in defaults[:i] if _at_once(entry, other)), None)
            if clash is not None:
                zh = _common(clash, other, context)
                apart = "" if clash.preferred != other.preferred else ", with the same rendering"
                yield finding(other, f"{zh} stands at {clash.origin} too, and neither has a condition{apart}")


@rule("G203", LintSeverity.ERROR)
def same_condition(context: LintContext) -> Iterator[LintFinding]:
    """Two concepts share a Chinese term and its condition, so that both always fit."""
    for same in _shared(context):
        for one, other in combinations([entry for entry in same if entry.condition], 2):
            if _at_once(one, other) and str(one.parsed_condition) == str(other.parsed_condition):
                zh = _common(one, other, context)
                yield finding(other, f"{zh} has the same condition at {one.origin}", column="condition")


def _shared(context: LintContext) -> list[list[ConceptEntry]]:
    """Groups of entries with a common form; each group once."""
    groups = {tuple(map(id, same)): same for same in context.by_zh.values() if len(same) > 1}
    return list(groups.values())


def _common(one: ConceptEntry, other: ConceptEntry, context: LintContext) -> str:
    keys = {context.key(zh) for zh in one.sources}
    return next(zh for zh in other.sources if context.key(zh) in keys)


def _at_once(one: ConceptEntry, other: ConceptEntry) -> bool:
    """Whether there is a day on which both are valid; two lines of one id are a matter of G201."""
    if one.id == other.id:
        return False
    begins = max(one.valid_from, other.valid_from)
    ends = min(one.valid_to or "9999", other.valid_to or "9999")
    return begins <= ends


@rule("G204", LintSeverity.ADVICE)
def forbidden_here_preferred_there(context: LintContext) -> Iterator[LintFinding]:
    """A rendering that one concept forbids is what another prefers: the two must be told apart."""
    preferred: dict[str, list[ConceptEntry]] = defaultdict(list)
    for entry in context.entries:
        preferred[entry.preferred.lower()].append(entry)
    for entry in context.entries:
        for wrong in entry.forbidden:
            for other in preferred.get(wrong.lower(), ()):
                if other.id != entry.id:
                    message = f"{wrong!r}, forbidden for {entry.zh}, is preferred for {other.zh} at {other.origin}"
                    yield finding(entry, message, column="en_forbidden")


@rule("G205")
def compound_against_part(context: LintContext) -> Iterator[LintFinding]:
    """A longer term's rendering holds words that a term inside it forbids."""
    for compound, part in _nested(context):
        # Conditions choose by context: inside a compound the sense may be the other one. Names are as they are.
        if part.condition or compound.pos == "proper":
            continue
        for wrong in part.forbidden:
            if _holds(compound.preferred, wrong) and not any(
                wrong.lower() in text.lower() for text in (part.preferred, *part.admitted)
            ):
                message = f"{compound.preferred!r} holds {wrong!r}, forbidden for {part.zh} at {part.origin}"
                yield finding(compound, message, column="en")


@rule("G206", LintSeverity.ADVICE)
def compound_without_part(context: LintContext) -> Iterator[LintFinding]:
    """A longer term's rendering has none of the renderings of a term inside it."""
    for compound, part in _nested(context):
        if part.condition or len(part.zh) < 3 or compound.pos == "proper" or not part.enforced:
            continue
        accepted = (part.preferred, *part.admitted, *((part.abbr,) if part.abbr else ()))
        if not any(find_inflected(text, compound.preferred) for text in accepted):
            message = f"{compound.preferred!r} has no rendering of {part.zh} ({part.preferred}, {part.origin})"
            yield finding(compound, message, column="en")


def _nested(context: LintContext) -> Iterator[tuple[ConceptEntry, ConceptEntry]]:
    """Pairs of an entry and another whose Chinese stands inside its main term."""
    keys = list(context.by_zh)
    if not keys:
        return
    automaton = _automaton(keys)
    for entry in context.entries:
        whole = context.key(entry.zh)
        inside = {keys[pattern] for pattern, _, _ in automaton.find_matches_as_indexes(whole, overlapping=True)}
        for key in sorted(inside - {whole}):
            for part in context.by_zh[key]:
                if part.id != entry.id and len(key) > 1:
                    yield entry, part


def _automaton(keys: list[str]) -> Any:
    from ahocorasick_rs import AhoCorasick, Implementation

    return AhoCorasick(keys, implementation=Implementation.ContiguousNFA)


def _holds(text: str, wrong: str) -> bool:
    return wrong.lower() in text.lower() and bool(
        re.search(rf"(?<!\w){re.escape(wrong)}(?:s|es)?(?!\w)", text, re.IGNORECASE)
    )


@rule("G207", LintSeverity.ERROR)
def circular_variants(context: LintContext) -> Iterator[LintFinding]:
    """Two concepts list each other's main term as a variant."""
    main: dict[str, list[ConceptEntry]] = defaultdict(list)
    for entry in context.entries:
        main[context.key(entry.zh)].append(entry)
    for entry in context.entries:
        own = context.key(entry.zh)
        for variant in entry.variants:
            for other in main.get(context.key(variant), ()):
                back = other.id != entry.id and own in map(context.key, other.variants)
                if back and entry.id > other.id:
                    message = f"{entry.zh} and {other.zh} ({other.origin}) are each other's variants"
                    yield finding(entry, message, column="zh_variants")


@rule("G208", LintSeverity.ADVICE)
def one_rendering_for_two(context: LintContext) -> Iterator[LintFinding]:
    """Two Chinese terms have the same preferred rendering: a reader cannot tell them apart."""
    preferred: dict[str, list[ConceptEntry]] = defaultdict(list)
    for entry in context.entries:
        preferred[entry.preferred.lower()].append(entry)
    for same in preferred.values():
        for other in same[1:]:
            if not set(map(context.key, other.sources)) & set(map(context.key, same[0].sources)):
                message = f"{other.preferred!r} renders {same[0].zh} ({same[0].origin}) too"
                yield finding(other, message, column="en")


@rule("G303", LintSeverity.ADVICE)
def no_default(context: LintContext) -> Iterator[LintFinding]:
    """A term has several senses, each with a condition, and none for where no condition holds."""
    for same in _shared(context):
        if all(entry.condition for entry in same):
            message = f"{same[0].zh} has {len(same)} senses and no default; where none fits, the first is used"
            yield finding(same[0], message, column="condition")


@rule("G304", LintSeverity.ADVICE)
def dead_condition(context: LintContext) -> Iterator[LintFinding]:
    """A condition waits for a word that makes a longer term, which is found first."""
    for entry in context.entries:
        for test in condition_tests(entry.parsed_condition) if entry.condition else ():
            for word in test.words if test.name == "after" else ():
                longer = context.by_zh.get(context.key(entry.zh) + word)
                if longer and longer[0].id != entry.id:
                    message = f"after({word}) never holds: {entry.zh}{word} is a term of its own ({longer[0].origin})"
                    yield finding(entry, message, column="condition")
