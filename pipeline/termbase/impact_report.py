"""An impact for people (Markdown) and for programs (JSON)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from pipeline.termbase.diff import cell, to_json
from pipeline.termbase.impact import Affected, Impact, Outcome, PastDecision


def impact_json(impact: Impact) -> dict[str, Any]:
    """The whole impact as an object."""
    return {
        "change": to_json(impact.changes),
        "segments": {"looked_at": impact.looked_at, "holding": impact.holding},
        "outcomes": {str(outcome): impact.count(outcome) for outcome in Outcome},
        "contradictions": impact.contradictions,
        "affected": [
            {
                "document": each.segment.document,
                "segment": each.segment.id,
                "state": each.segment.state,
                "source": each.segment.source,
                "target": each.segment.target,
                "term": each.term,
                "concept": each.concept,
                "outcome": str(each.outcome),
                "required_before": each.before,
                "required_after": each.after,
                "rendered_now": each.now,
                "preview": each.preview,
                "contradicts": [msgspec.to_builtins(decision) for decision in each.contradicts],
            }
            for each in impact.affected
        ],
    }


def impact_markdown(impact: Impact, *, limit: int = 50) -> str:
    """Counts, how terms are rendered now, and a table of what would change.

    Args:
        impact: What to show.
        limit: Most rows of the table; those that contradict a decision come first.
    """
    documents = {each.segment.document for each in impact.affected}
    total = "" if impact.looked_at is None else f" of {impact.looked_at:,}"
    lines = ["# Impact of the change", ""]
    lines += [
        f"- {change.entry.zh} ({change.entry.id}): {'; '.join(map(str, change.fields)) or change.kinds[0]}"
        for change in impact.changes
    ]
    held = f"Segments that hold a changed term: {impact.holding:,}{total}"
    lines += ["", f"{held}; occurrences concerned: {len(impact.affected):,}, in documents: {len(documents):,}.", ""]
    lines += [f"- {number:,} {outcome}" for outcome in Outcome if (number := impact.count(outcome))]
    lines += [f"- {impact.contradictions:,} against what a reviewer decided"] if impact.contradictions else []
    if not impact.affected:
        return "\n".join([*lines, ""])
    lines += ["", "## Rendered now", "", "| Chinese | rendering | occurrences |", "| --- | --- | --- |"]
    lines += [f"| {cell(zh)} | {cell(text) or '(not found)'} | {number:,} |" for (zh, text), number in _now(impact)]
    lines += ["", "## Before and after", "", "| where | before | after |", "| --- | --- | --- |"]
    segments = _by_segment(impact.affected)
    lines += [_row(each) for each in segments[:limit]]
    if len(segments) > limit:
        lines += ["", f"… segments not shown: {len(segments) - limit:,} (--limit)."]
    return "\n".join([*lines, ""])


def _now(impact: Impact) -> list[tuple[tuple[str, str], int]]:
    counted = Counter((each.term, each.now.lower()) for each in impact.affected)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _by_segment(affected: Sequence[Affected]) -> list[list[Affected]]:
    """Occurrences by segment: those against a decision first, then by what happens."""
    grouped: dict[tuple[str, str], list[Affected]] = {}
    for each in affected:
        grouped.setdefault((each.segment.document, each.segment.id), []).append(each)
    order = list(Outcome)

    def rank(group: list[Affected]) -> tuple[bool, int]:
        return not any(each.contradicts for each in group), min(order.index(each.outcome) for each in group)

    return sorted(grouped.values(), key=rank)


def _row(group: Sequence[Affected]) -> str:
    segment = group[0].segment
    where = f"{segment.document} {segment.id}" + (f" ({segment.state})" if segment.state else "")
    before = f"{cell(segment.source)}<br>{_marked(segment.target, [each.now for each in group])}"
    after = [cell(preview) for preview in dict.fromkeys(each.preview for each in group) if preview]
    after += dict.fromkeys(_words(each) for each in group if not each.preview)
    decisions = dict.fromkeys(_who(decision) for each in group for decision in each.contradicts)
    after += [f"**against {cell(decision)}**" for decision in decisions]
    return f"| {cell(where)} | {before} | {'<br>'.join(after)} |"


def _words(each: Affected) -> str:
    wanted = f"; required: {cell(each.after)}" if each.after and each.outcome is not Outcome.KEEPS else ""
    return f"({cell(each.term)}: {each.outcome}{wanted})"


def _marked(target: str, renderings: Sequence[str]) -> str:
    """The target with renderings in bold."""
    known = sorted({cell(text) for text in renderings if text}, key=len, reverse=True)
    shown = cell(target)
    if known:
        shown = re.sub("|".join(map(re.escape, known)), lambda match: f"**{match[0]}**", shown)
    return shown


def _who(decision: PastDecision) -> str:
    parts = [decision.who, decision.when[:10], f"“{decision.rendering}”" if decision.rendering else "", decision.reason]
    return ", ".join(part for part in parts if part)
