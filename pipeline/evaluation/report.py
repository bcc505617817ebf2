"""Scores as a Markdown table and an SVG plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from pipeline.evaluation.metrics import MtScore

_ROW: Final = 18
_LEFT: Final = 190
_WIDTH: Final = 420


def markdown(results: Mapping[str, Sequence[MtScore]]) -> str:
    """A table per test set, with sacrebleu's signatures below."""
    parts = ["# Translation quality\n"]
    signatures: set[str] = set()
    for name, scores in results.items():
        parts.append(
            f"\n## {name}\n\n| system | segments | BLEU | chrF2 | chrF2++ |\n| --- | ---: | ---: | ---: | ---: |"
        )
        for item in sorted(scores, key=lambda item: -item.chrf):
            parts.append(
                f"| {item.system} | {item.segments} | {item.bleu:.1f} | {item.chrf:.1f} | {item.chrf_words:.1f} |"
            )
            signatures.update(item.signatures)
    parts.append("\n" + "\n".join(f"`{signature}`  " for signature in sorted(signatures)))
    return "\n".join(parts) + "\n"


def svg(results: Mapping[str, Sequence[MtScore]]) -> str:
    """chrF2 as bars, one group per test set, best first; ours darker."""
    bars: list[str] = []
    y = 10
    for name, scores in results.items():
        y += _ROW
        bars.append(f'<text x="4" y="{y}" font-weight="bold">{escape(name)} (chrF2)</text>')
        for item in sorted(scores, key=lambda item: -item.chrf):
            y += _ROW
            color = "#1f4e79" if item.system.startswith("zhengming") else "#b8c4d0"
            width = _WIDTH * item.chrf / 100
            bars.append(f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(item.system)}</text>')
            bars.append(f'<rect x="{_LEFT}" y="{y - 11}" width="{width:.1f}" height="13" fill="{color}"/>')
            bars.append(f'<text x="{_LEFT + width + 6:.1f}" y="{y}">{item.chrf:.1f}</text>')
        y += 8
    size = f'width="{_LEFT + _WIDTH + 60}" height="{y + 12}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(bars)}</svg>\n'
    )
