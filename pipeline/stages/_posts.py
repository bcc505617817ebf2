"""What somebody is in a company, 某公司董事长、总裁: computed where every part is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, longest

_POSTS: Final = {
    "董事长": "chairman",
    "主席": "chairman",
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
    "全球业务发展官": "global business development officer",
    "总经理": "general manager",
    "副总经理": "deputy general manager",
    "董事": "director",
    "主任": "director",
    "执行主任": "executive director",
    "所长": "director",
    "总监": "director",
    "创始人": "founder",
    "联合创始人": "co-founder",
    "顾问": "advisor",
    "高级顾问": "senior advisor",
}
# What somebody looks after, word by word; the longest first.
_FIELDS: Final = {
    "全球": "global",
    "国际": "international",
    "海军": "naval",
    "空军": "air force",
    "陆军": "army",
    "航空": "aeronautics",
    "航天": "space",
    "防务": "defense",
    "国防": "defense",
    "导弹": "missile",
    "力量": "power",
    "战略": "strategic",
    "威慑": "deterrent",
    "系统": "systems",
    "任务": "mission",
    "信息": "information",
    "网络": "network",
    "安全": "security",
    "技术": "technology",
    "工程": "engineering",
    "产品": "product",
    "制造": "manufacturing",
    "质量": "quality",
    "供应链": "supply chain",
    "研发": "research and development",
    "市场": "marketing",
    "销售": "sales",
    "运营": "operations",
    "财务": "finance",
    "人力资源": "human resources",
    "公共事务": "public affairs",
    "政府事务": "government affairs",
    "政府关系": "government relations",
    "投资": "investment",
    "项目": "programs",
    "业务部": "business unit",
    "业务": "business",
    "事业部": "division",
    "部门": "division",
}
_REGIONS: Final = {
    "亚洲": "Asia",
    "亚太": "the Asia-Pacific",
    "印太": "the Indo-Pacific",
    "欧洲": "Europe",
    "中东": "the Middle East",
    "北美": "North America",
    "大中华": "Greater China",
}
_UNITS: Final = ("业务部", "事业部", "部门")


def _any(words: Mapping[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_FIELD_WORD: Final = re.compile(_any(_FIELDS))
_POST: Final = re.compile(
    rf"(?P<former>前)?(?P<charge>负责)?(?:(?P<region>{_any(_REGIONS)})(?:区|地区)?)?(?P<field>(?:{_any(_FIELDS)})*)的?"
    rf"(?P<post>{_any(_POSTS)})"
)
_END: Final = re.compile("$|[、和兼）]")
_APART: Final = re.compile("[、和兼]")
# What posts stand in: brackets behind a name, or the end of a list's item behind a person's sex.
_PLACES: Final = re.compile(
    r"(?<=（)(?P<bracketed>[^（）。；]{3,80})(?=）)|(?<=，[男女]，)(?P<behind>[^（）。；，]{3,80})$"
)


def posts(text: str, known: Known) -> Iterator[tuple[Span, str]]:
    """Stretches that are posts and nothing else, with their English.

    Args:
        text: Normalised Chinese of a segment.
        known: English of the bodies in it by their place.
    """
    if not _POST.search(text):
        return
    known = bodies(known)
    for match in _PLACES.finditer(text):
        span = Span(*match.span())
        if english := _english(text, span, known):
            yield span, english


def bodies(known: Known) -> dict[Span, str]:
    """Of what is known the names: 首席执行官 is a term of the glossary too, and no body."""
    return {span: english for span, english in known.items() if english[:1].isupper()}


def _english(text: str, span: Span, known: Known) -> str:
    """Chairman and president of A, and vice president of B; empty where a part is not known."""
    found = held_from(text, span.start, known)
    return found[1] if found and found[0] == span.end else ""


def held_from(text: str, at: int, known: Known, *, within: str = "") -> tuple[int, str] | None:
    """The posts that are named from a place on: where they end, and their English; None where a part is not known.

    Args:
        text: Chinese.
        at: Where a body's name begins, or a post of the body named before.
        known: English of bodies by their place; see :func:`bodies`.
        within: English of the body named before, if the first post may be one there.
    """
    groups: list[tuple[list[str], str]] = [([], within)] if within else []
    end = at
    while True:
        body = longest(known, at, len(text))
        match = _POST.match(text, body.end if body else at)
        if match is None or (body is None and not groups):
            break
        # 董事长 in 董事长办公室 is no post of anybody's; behind a post its holder may be named.
        if not _END.match(text, match.end()) and all(one.start != match.end() for one in known):
            break
        if body:
            groups.append(([_post(match)], known[body]))
        else:
            groups[-1][0].append(_post(match))
        end = match.end()
        joint = _APART.match(text, end)
        if joint is None:
            break
        at = joint.end()
    held = [f"{joined(posts)} of {body}" for posts, body in groups if posts]
    return (end, joined(held)) if held else None


def _post(match: re.Match[str]) -> str:
    """The English of one post: vice president of global operations, director for Asia."""
    post = ("former " if match["former"] else "") + _POSTS[match["post"]]
    field = " ".join(_FIELDS[word] for word in _FIELD_WORD.findall(match["field"]))
    unit = "the " if match["field"].endswith(_UNITS) else ""
    if field:
        post += f" in charge of {unit}{field}" if match["charge"] else f" of {unit}{field}"
    if match["region"]:
        region = _REGIONS[match["region"]]
        post += f" for {region}{' region' if region.startswith('the ') and not field else ''}"
    return post
