"""Who acts in a law: departments by their field, level and company, as 由…主管部门会同有关部门 names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, longest, members, with_article

_FIELDS: Final = {
    "自然资源": "natural resources",
    "工业和信息化": "industry and information technology",
    "商务": "commerce",
    "对外贸易": "foreign trade",
    "市场监督管理": "market regulation",
    "发展改革": "development and reform",
    "财政": "finance",
    "税务": "taxation",
    "公安": "public security",
    "司法行政": "justice administration",
    "生态环境": "ecology and environment",
    "交通运输": "transport",
    "农业农村": "agriculture and rural affairs",
    "应急管理": "emergency management",
    "卫生健康": "health",
    "教育": "education",
    "科学技术": "science and technology",
    "住房城乡建设": "housing and urban-rural development",
    "水行政": "water resources",
    "林业草原": "forestry and grassland",
    "文化和旅游": "culture and tourism",
    "人力资源社会保障": "human resources and social security",
    "民政": "civil affairs",
    "粮食和物资储备": "food and strategic reserves",
    "网信": "cyberspace affairs",
    "电信": "telecommunications",
    "能源": "energy",
    "知识产权": "intellectual property",
    "药品监督管理": "medical products administration",
    "出口管制": "export control",
}
_WHOLE: Final = {
    "监督检查部门": "the supervision and inspection department",
    "主管部门": "the competent department",
    "有关主管部门": "the relevant competent department",
    "审批机关": "the examination and approval authority",
    "发证机关": "the license-issuing authority",
    "登记机关": "the registration authority",
    "主管机关": "the competent authority",
    "公安机关": "the public security organ",
    "国家安全机关": "the state security organ",
    "司法机关": "the judicial organ",
}
_UNNAMED: Final = re.compile(rf"(?:{'|'.join(_WHOLE)})(?=[、和]|$)")
_FIELD: Final = "|".join(sorted(_FIELDS, key=len, reverse=True))
# The kind of department, longest first, and what stands before "department of".
_KINDS: Final = {"行政主管部门": "competent ", "主管部门": "competent ", "行政部门": "", "管理部门": "", "部门": ""}
_DEPARTMENT: Final = re.compile(rf"(?P<fields>(?:{_FIELD})(?:[、和](?:{_FIELD}))*)(?P<kind>{'|'.join(_KINDS)})")
_COUNCIL: Final = "国务院"
_COUNTY: Final = "县级以上(?:地方)?(?:各级)?人民政府"
_LEVELS: Final = (
    (re.compile(rf"{_COUNCIL}(?=.)"), "of the State Council"),
    (re.compile(rf"{_COUNTY}(?=.)"), "of the people's government at or above the county level"),
    (re.compile(r"省级以上人民政府(?=.)"), "of the people's government at or above the provincial level"),
)
_COMPANY: Final = re.compile(r"(?P<how>和|会同|等)(?P<council>国务院)?(?:其他)?(?:有关|相关)(?:主管)?部门$")
_AND: Final = re.compile("[、和]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who acts: the English with its article, and whether it is several."""

    english: str
    several: bool


def authority(text: str, span: Span, known: Known) -> Authority | None:
    """The body or bodies that a stretch names; None where a part of it is not known.

    Args:
        text: Chinese.
        span: From behind 由 to before how they act or what they do.
        known: English of bodies by their place.
    """
    if english := known.get(span):
        return Authority(english=with_article(english), several="departments" in english or " and the " in english)
    if company := _COMPANY.search(text[: span.end], span.start + 2):
        first = _bodies(text, Span(span.start, company.start()), known)
        others = f"relevant departments{' of the State Council' if company['council'] else ''}"
        if first and company["how"] != _JOINTLY:
            return Authority(english=joined([*_names(first), f"other {others}"]), several=True)
        return _jointly(first, f"the {others}")
    joint = text.find(_JOINTLY, span.start + 2, span.end)
    first = _bodies(text, Span(span.start, joint if joint > 0 else span.end), known)
    if joint > 0:
        return _jointly(first, joined(_names(_bodies(text, Span(joint + len(_JOINTLY), span.end), known))))
    return Authority(english=joined(_names(first)), several=len(first) > 1 or first[0].several) if first else None


def _jointly(bodies: Sequence[Authority] | None, others: str) -> Authority | None:
    if not bodies or not others:
        return None
    return Authority(english=f"{joined(_names(bodies))}, jointly with {others},", several=True)


def _names(bodies: Sequence[Authority] | None) -> list[str]:
    return [one.english for one in bodies or ()]


_JOINTLY: Final = "会同"
_SEVERAL: Final = re.compile(rf"(?:{_COUNCIL}|{_COUNTY})?(?:{_FIELD})(?:[、和](?:{_FIELD}))+(?:{'|'.join(_KINDS)})")


def authorities(text: str, known: Known) -> Iterator[tuple[Span, str]]:
    """Departments of several fields (财政、税务部门) with their English, of which a small model loses one.

    Args:
        text: Chinese of a segment.
        known: English of bodies by their place.
    """
    for match in _SEVERAL.finditer(text) if "部门" in text else ():
        span = Span(*match.span())
        if made := authority(text, span, known):
            yield span, made.english.removeprefix("the ")


def _bodies(text: str, span: Span, known: Known) -> list[Authority] | None:
    """The bodies of a row; None where one is not known."""
    return members(text, span, _AND, lambda at: _body(text, at, span.end, known))


def _body(text: str, at: int, end: int, known: Known) -> tuple[int, Authority] | None:
    """Where one body, or the departments of several fields, ends, and what it is."""
    whole = longest(known, at, end)
    level, place = _level(text, at, end)
    department = _DEPARTMENT.match(text, place, end)
    if department and (whole is None or whole.end < department.end()):
        fields = [_FIELDS[one] for one in re.findall(_FIELD, department["fields"])]
        english = _department(fields, _KINDS[department["kind"]], level)
        return department.end(), Authority(english=english, several=len(fields) > 1)
    if whole is not None:
        return whole.end, Authority(english=with_article(known[whole]), several=False)
    inner = longest(known, place, end) if level else None
    if inner is not None:
        return inner.end, Authority(english=f"{with_article(known[inner])} {level}", several=False)
    if body := _UNNAMED.match(text, place, end):
        return body.end(), Authority(english=f"{_WHOLE[body[0]]} {level}".rstrip(), several=False)
    return None


def _level(text: str, at: int, end: int) -> tuple[str, int]:
    for zh, english in _LEVELS:
        if match := zh.match(text, at, end):
            return english, match.end()
    return "", at


def _department(fields: list[str], kind: str, level: str) -> str:
    """The competent department of commerce; the departments of finance and of industry and trade."""
    behind = f" {level}" if level else ""
    if kind:
        return joined([f"the {kind}department of {one}{behind}" for one in fields])
    row = joined([f"of {one}" for one in fields]) if any(" and " in one for one in fields) else f"of {joined(fields)}"
    return f"the department{'s' if len(fields) > 1 else ''} {row}{behind}"
