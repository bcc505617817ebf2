"""One self-contained HTML page about a run: counts, plots, failures, the slowest documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

from jinja2 import Environment, PackageLoader, select_autoescape

from pipeline.run.batch import Outcome

_ORIGINS: Final = ("memory", "glossary", "cache", "engine", "copy")
_SLOWEST: Final = 15
# Points of the throughput curve; more are not seen.
_POINTS: Final = 200


def render_run_report(outcomes: Sequence[Outcome], *, total: int, signature: str) -> bytes:
    """The page, as UTF-8 HTML without scripts or outside references.

    Args:
        outcomes: In the order they became known.
        total: Inputs that were given.
        signature: What translated.
    """
    environment = Environment(
        loader=PackageLoader("pipeline.reviewer"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    delivered = [one for one in outcomes if one.summary]
    page = environment.get_template("run_report.html").render(
        signature=signature,
        total=total,
        counts={
            "delivered": len(delivered),
            "unchanged": sum(one.skipped for one in outcomes),
            "failed": sum(bool(one.error) for one in outcomes),
            "not tried": total - len(outcomes),
            "segments": sum(one.summary["segments"] for one in delivered),
        },
        failures=[one for one in outcomes if one.error],
        throughput=_curve(delivered),
        origins=_bars([(name, sum(one.origins.get(name, 0) for one in delivered)) for name in _ORIGINS]),
        flags=_bars(sorted(_flags(delivered).items(), key=lambda pair: -pair[1])[:20]),
        slowest=sorted(delivered, key=lambda one: -one.seconds)[:_SLOWEST],
    )
    return page.encode()


def _flags(outcomes: Sequence[Outcome]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in outcomes:
        counts.update(one.summary["by_code"])
    return counts


def _bars(pairs: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Rows of a bar chart; the longest bar is 400 units wide."""
    most = max((count for _, count in pairs), default=0)
    rows = [(name, count) for name, count in pairs if count]
    return [
        {"name": name, "count": count, "width": 400 * count / most, "y": 22 * i} for i, (name, count) in enumerate(rows)
    ]


def _curve(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Segments delivered over time: a polyline in a box of 600 by 200 units."""
    known = sorted((one.at, one.summary["segments"]) for one in outcomes)
    if not known:
        return {}
    sums = list(accumulate(count for _, count in known))
    span = max(known[-1][0], 1e-6)
    step = max(1, len(known) // _POINTS)
    chosen = sorted({*range(0, len(known), step), len(known) - 1})
    points = [(600 * known[i][0] / span, 200 - 200 * sums[i] / max(sums[-1], 1)) for i in chosen]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in [(0.0, 200.0), *points]),
        "seconds": round(span, 1),
        "segments": sums[-1],
        "rate": round(sums[-1] / span, 1),
    }
