"""What somebody is in a company, 某公司董事长、总裁: computed where every part is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined

_POSTS: Final = {
    "董事长": "chairman",
    "董事会主席": "chairman of the board",
    "副董事长": "vice chairman",
    "总裁": "president",
    "副总裁": "vice president",
    "高级副总裁": "senior vice president",
    "执行副总裁": "executive vice president",
    "首席执行官": "chief executive officer",
    "首席运营官": "chief operating officer",
    "首席财务官": "chief financial officer",
    "首席技术官": "chief technology officer",
    "首席战略官": "chief strategy officer",
    "首席行政官": "chief administrative officer",
    "总经理": "general manager",
    "副总经理": "deputy general manager",
    "董事": "director",
    "主任": "director",
    "总监": "director",
    "创始人": "founder",
    "联合创始人": "co-founder",
    "顾问": "advisor",
    "高级顾问": "senior advisor",
}
_POST: Final = re.compile(f"(?P<former>前)?(?P<post>{'|'.join(sorted(_POSTS, key=len, reverse=True))})(?=$|、|和|兼)")
_APART: Final = re.compile("[、和兼]")
# What posts stand in: brackets behind a name, or the end of a list's item behind a person's sex.
_PLACES: Final = re.compile(
    r"(?<=（)(?P<bracketed>[^（）。；]{3,80})(?=）)|(?<=，[男女]，)(?P<behind>[^（）。；，]{3,80})$"
)


def posts(text: str, known: Mapping[Span, str]) -> Iterator[tuple[Span, str]]:
    """Stretches that are posts and nothing else, with their English.

    Args:
        text: Normalised Chinese of a segment.
        known: English of the bodies in it by their place.
    """
    if not _POST.search(text):
        return
    # 首席执行官 is a term of the glossary too, and no body.
    known = {span: english for span, english in known.items() if english[:1].isupper()}
    for match in _PLACES.finditer(text):
        span = Span(*match.span())
        if english := _english(text, span, known):
            yield span, english


def _english(text: str, span: Span, known: Mapping[Span, str]) -> str:
    """Chairman and president of A, and vice president of B; empty where a part is not known."""
    groups: list[tuple[list[str], str]] = []
    at = span.start
    while at < span.end:
        body = next((one for one in known if one.start == at and one.end < span.end), None)
        at = body.end if body else at
        match = _POST.match(text[: span.end], at)
        if match is None or (body is None and not groups):
            return ""
        post = ("former " if match["former"] else "") + _POSTS[match["post"]]
        if body:
            groups.append(([post], known[body]))
        else:
            groups[-1][0].append(post)
        at = match.end()
        if at < span.end:
            joint = _APART.match(text, at)
            at = joint.end() if joint else at
    return joined([f"{joined(held)} of {body}" for held, body in groups])
