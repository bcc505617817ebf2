"""Who countermeasures are taken against: 对某公司、某某（某公司总裁）等6名后附《反制清单》列明的企业高级管理人员，.

A small model loses members of such rows and mixes up who holds which post.
Source of the English: decisions of the Ministry of Foreign Affairs.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, count_word, english_mark, english_of, longest, members, with_article
from pipeline.stages._posts import bodies, held_from

_NOUNS: Final = {
    "企业及高级管理人员": "enterprises and senior executives",
    "企业高级管理人员": "senior executives",
    "高级管理人员": "senior executives",
    "机构和个人": "institutions and individuals",
    "机构及人员": "institutions and individuals",
    "企业": "enterprises",
    "公司": "companies",
    "实体": "entities",
    "机构": "institutions",
    "组织": "organizations",
    "个人": "individuals",
}
_LISTS: Final = {"反制清单": "Countermeasure List", "反制裁清单": "Countersanction List"}
_AGAINST: Final = (
    r"(?P<names>[^，。；：]{2,900}?)(?P<group>等(?:(?P<count>\d{1,3})(?:家|名|个))?)?"
    rf"(?:(?:(?P<listed>后附《(?P<list>{'|'.join(_LISTS)})》列明的)|(?<=[家名个]))(?P<noun>{'|'.join(_NOUNS)}))?"
)
_SCOPE: Final = re.compile(rf"(?P<to>对)?{_AGAINST}，(?=冻结|禁止|不予签发|严格限制)")
# A row so long that it is cut between two members.
_OPEN: Final = re.compile("对(?P<names>[^，。；：]{2,900})、$")
_DECISION: Final = re.compile(rf"(?P<who>[^，。；：]{{2,12}}?)?决定对{_AGAINST}采取以下(?P<what>反制裁措施|反制措施)：")
_MEASURES: Final = {"反制措施": "countermeasures", "反制裁措施": "countersanction measures"}
_WHOM: Final = {
    "": "",
    "对其": " to the persons concerned",
    "对其本人": " to the persons concerned",
    "对高级管理人员": " to senior executives",
    "对其高级管理人员": " to their senior executives",
    "对其本人及直系亲属": " to the persons concerned and their immediate family members",
    "对其本人及其直系亲属": " to the persons concerned and their immediate family members",
    "对其本人及配偶、子女": " to the persons concerned and their spouses and children",
    "对其本人及其配偶、子女": " to the persons concerned and their spouses and children",
}
_FREEZE: Final = re.compile("冻结(?:其)?在(?:我国|中国)境内的动产、不动产和其他各类财产(?P<mark>[，。；]|$)")
_PROPERTY: Final = "movable property, immovable property, and other kinds of property"
_NO_DEALINGS: Final = re.compile(
    "禁止(?:我国|中国)境内的组织、个人与其(?:本人)?进行有关交易(?P<also>、合作等)?活动(?P<mark>[，。；]|$)"
)
_NO_ENTRY: Final = re.compile(
    rf"(?P<whom>{'|'.join(sorted(_WHOM, key=len, reverse=True))})不予签发签证、不准入境(?P<cities>（包括香港、澳门）)?"
    "(?P<mark>[，。；]|$)"
)
_AND: Final = re.compile("、|以及|和|及")


def scope(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Whom the measures that follow concern: with respect to the three enterprises listed in …, namely A, B, and C,."""
    if match := _OPEN.match(text, at):
        names = _row(text, Span(*match.span("names")), known)
        return (match.end(), f"with respect to {', '.join(names)},") if names else None
    match = _SCOPE.match(text, at)
    if match is None or not (match["to"] or (at == 0 and match["count"])):
        return None
    if not match["to"]:
        # The end of a row that was cut.
        names = _row(text, Span(*match.span("names")), known)
        return (match.end(), f"{joined(names)}, {_all(match)},") if names else None
    whom = _against(text, match, known)
    return (match.end(), f"with respect to {whom}{'' if whom.endswith(',') else ','}") if whom else None


def measure(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """A countermeasure: property is frozen, dealings are prohibited, visas and entry are denied."""
    del known
    if match := _FREEZE.match(text, at):
        english = f"{_PROPERTY} within the territory of China shall be frozen"
    elif match := _NO_DEALINGS.match(text, at):
        what = "transactions, cooperation, and other activities" if match["also"] else "relevant transactions"
        english = (
            "organizations and individuals within the territory of China are prohibited from conducting "
            f"{what} with them"
        )
    elif match := _NO_ENTRY.match(text, at):
        cities = " (including Hong Kong and Macao)" if match["cities"] else ""
        english = f"visas and entry into China{cities} shall be denied{_WHOM[match['whom']]}"
    else:
        return None
    return match.end(), english + (english_mark(match["mark"]) if match["mark"] else "")


def measures(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Who takes which measures against whom: 中方决定对某公司等后附《反制清单》列明的企业采取以下反制措施."""
    match = _DECISION.match(text, at)
    whom = _against(text, match, known) if match else ""
    who = english_of(match, "who", known) if match else ""
    if match is None or not whom or (match["who"] and not who):
        return None
    subject = f"{with_article(who)} has decided" if who else "it has been decided"
    what = f"to take the following {_MEASURES[match['what']]} against {whom.removesuffix(',')}"
    return match.end(), f"{subject} {what}:"


def _against(text: str, match: re.Match[str], known: Known) -> str:
    """The row with what it is a row of; a comma ends it where names follow a noun."""
    names = _row(text, Span(*match.span("names")), known)
    if not names or bool(match["group"]) != bool(match["noun"]):
        return ""
    if not match["noun"]:
        return joined(names)
    which = "namely" if int(match["count"] or 0) == len(names) else "including"
    return f"{_all(match)}, {which} {joined(names)},"


def _all(match: re.Match[str]) -> str:
    """The three enterprises listed in the annexed Countermeasure List."""
    listed = f" listed in the annexed {_LISTS[match['list']]}" if match["listed"] else ""
    number = f"the {count_word(int(match['count']))} " if match["count"] else ""
    return f"{number}{_NOUNS[match['noun']]}{listed}"


def _row(text: str, span: Span, known: Known) -> list[str]:
    """Bodies and persons with their posts; nothing where one is not known."""
    names = bodies(known)
    company = ""

    def member(at: int) -> tuple[int, str] | None:
        nonlocal company
        one = _member(text, at, names, company)
        company = one[2] if one else ""
        return one[:2] if one else None

    return members(text, span, _AND, member) or []


def _member(text: str, at: int, names: dict[Span, str], company: str) -> tuple[int, str, str] | None:
    """One member: where it ends, its English, and the company that a following post may be one of."""
    name = longest(names, at, len(text))
    if held := held_from(text, at, names, within="" if name else company):
        holder = longest(names, held[0], len(text))
        if holder is not None:
            return holder.end, f"{names[holder]} ({held[1]})", names[name] if name else company
    if name is None:
        return None
    if text[name.end : name.end + 1] != "（":
        return name.end, names[name], ""
    inner = held_from(text, name.end + 1, names)
    if inner is None or text[inner[0] : inner[0] + 1] != "）":
        return None
    return inner[0] + 1, f"{names[name]} ({inner[1]})", ""
