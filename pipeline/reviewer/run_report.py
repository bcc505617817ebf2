"""One self-contained HTML page about a run: counts, plots, failures, the slowest documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jinja2 import Environment, PackageLoader, select_autoescape

from pipeline.run.tally import Tally

_ORIGINS: Final = ("memory", "glossary", "cache", "engine", "copy")
_KINDS: Final = 20


def render_run_report(tally: Tally, *, signature: str) -> bytes:
    """The page, as UTF-8 HTML without scripts or outside references.

    Args:
        tally: Of the run's outcomes.
        signature: What translated.
    """
    environment = Environment(
        loader=PackageLoader("pipeline.reviewer"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("run_report.html").render(
        signature=signature,
        counts={
            "inputs": tally.total,
            "delivered": tally.counts["delivered"],
            "unchanged": tally.counts["skipped"],
            "failed": tally.counts["failed"],
            "not tried": tally.left,
            "segments": tally.segments,
        },
        failures=tally.errors,
        more_failures=tally.counts["failed"] - len(tally.errors),
        throughput=_curve(tally.curve),
        origins=_bars([(name, tally.origins[name]) for name in _ORIGINS]),
        flags=_bars(tally.codes.most_common(_KINDS)),
        slowest=tally.slowest,
    )
    return page.encode()


def _bars(pairs: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Rows of a bar chart; the longest bar is 400 units wide."""
    most = max((count for _, count in pairs), default=0)
    rows = [(name, count) for name, count in pairs if count]
    return [
        {"name": name, "count": count, "width": 400 * count / most, "y": 22 * i} for i, (name, count) in enumerate(rows)
    ]


def _curve(known: Sequence[tuple[float, int]]) -> dict[str, Any]:
    """Segments delivered over time: a polyline in a box of 600 by 200 units."""
    if not known:
        return {}
    span, segments = max(known[-1][0], 1e-6), known[-1][1]
    points = [(600 * at / span, 200 - 200 * count / max(segments, 1)) for at, count in known]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in [(0.0, 200.0), *points]),
        "seconds": round(span, 1),
        "segments": segments,
        "rate": round(segments / span, 1),
    }
