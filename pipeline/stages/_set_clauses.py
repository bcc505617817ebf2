"""Clauses of laws and announcements whose whole English is computed, while the engine translates the rest.

根据《…》等法律法规有关规定，为维护国家安全和利益，决定将…列入…： a small model scrambles who does what
there, though every part is known: titles, names, counts, lists and fines.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.lang.plurals import plural
from pipeline.stages._authorities import authority
from pipeline.stages._controls import control
from pipeline.stages._countermeasures import measure, measures, scope
from pipeline.stages._equations import equation_signs
from pipeline.stages._known import Known, count_word, english_mark, english_of, longest, row, several, with_article
from pipeline.stages._penalties import penalty
from pipeline.stages._sources import reported, shown
from pipeline.stages._trade_figures import trade_changes

_START: Final = re.compile("[，；：]")
# 为了…，根据…，制定本办法 has an order of its own.
_ENACTS: Final = re.compile("制定本")
_LAWS: Final = {
    "法律法规": "laws and regulations",
    "法律、法规": "laws and regulations",
    "法律、行政法规": "laws and administrative regulations",
    "法律和行政法规": "laws and administrative regulations",
    "行政法规": "administrative regulations",
    "法律": "laws",
}


def set_clauses(text: str, start: int, known: Known) -> list[tuple[Span, str]]:
    """Clauses with their marks, and their English, from the left, without overlaps.

    Args:
        text: Normalised Chinese of a segment.
        start: Where it begins, behind the head of an item or article.
        known: English of titles, names, terms and values by their place.
    """
    if _ENACTS.search(text):
        return []
    found: list[tuple[Span, str]] = []
    for at in [start, *(mark.end() for mark in _START.finditer(text, start))]:
        if found and at < found[-1][0].end:
            continue
        for rule in _RULES:
            if made := rule(text, at, known):
                found.append((Span(at, made[0]), made[1]))
                break
    signs = [one for one in equation_signs(text) if not any(one[0].overlaps(span) for span, _ in found)]
    return sorted([*found, *signs]) if signs else found


_BASIS: Final = re.compile(r"(?:根据|依据|依照|按照)(?P<what>《[^。；：]{4,}?)，(?!《)")
_TAIL: Final = re.compile(
    rf"(?P<other>等(?P<which>有关|相关)?(?P<laws>{'|'.join(_LAWS)})?)?(?P<also>(?:以?及|和)(?:其他)?(?:有关|相关)(?=规定))?"
    r"(?P<relevant>的?(?:有关|相关))?(?P<provisions>的?规定)?$"
)


def _basis(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """The law that a document rests on: 根据《甲法》和《乙条例》等法律法规有关规定."""
    match = _BASIS.match(text, at)
    if match is None:
        return None
    last = text.rfind("》", match.start("what"), match.end("what")) + 1
    articles = max((s for s in known if s.start == last and known[s].startswith("Article")), default=None)
    tail = _TAIL.match(text[: match.end("what")], articles.end if articles else last)
    laws = row(text, match.start("what"), last, known)
    if tail is None or not laws or (articles and len(laws) > 1):
        return None
    names = [f"the {known[one]}" for one in laws]
    if tail["other"]:
        if not tail["laws"] and not tail["provisions"]:
            return None
        relevant = "relevant " if tail["which"] else ""
        names.append(f"other {relevant}{_LAWS.get(tail['laws'] or '', 'provisions')}")
    if tail["also"]:
        names.append("other relevant provisions")
    lead = f"{known[articles]} of " if articles else ""
    if tail["provisions"] and not articles and not tail["also"] and (tail["laws"] or not tail["other"]):
        lead = f"the {'relevant ' if tail['relevant'] else ''}provisions of "
    return match.end(), f"in accordance with {lead}{joined(names)},"


def _acting(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Who goes by the law: 商务部会同海关总署依据《某法》等法律法规，."""
    who = longest(known, at, len(text))
    partner = longest(known, who.end + 2, len(text)) if who and text.startswith("会同", who.end) else None
    last = partner or who
    if last is None or not all(known[one][:1].isupper() for one in (who, partner) if one):
        return None
    basis = _basis(text, last.end, known)
    if who is None or basis is None:
        return None
    jointly = f", jointly with {with_article(known[partner])}" if partner else ""
    return basis[0], f"{with_article(known[who])}{jointly}, {basis[1]}"


_AIM: Final = re.compile("为了?")
_AIM_VERBS: Final = frozenset(
    "safeguard fulfill protect promote maintain implement strengthen ensure regulate improve prevent uphold".split()
)


def _aims(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """为维护国家安全和利益，履行防扩散等国际义务， where every aim is a term."""
    head = _AIM.match(text, at)
    if head is None:
        return None
    aims: list[str] = []
    end = head.end()
    while True:
        one = longest(known, end, len(text))
        if one is None or known[one].split(" ", 1)[0] not in _AIM_VERBS:
            break
        aims.append(known[one])
        end = one.end
        if text[end : end + 1] not in {"，", "、", "和"}:
            return None
        end += 1
    if not aims or text[end - 1] != "，":
        return None
    # Else an aim that is no term may follow.
    body = any(span.start == end and english[:1].isupper() for span, english in known.items())
    return (end, f"to {joined(aims)},") if body or _NO_AIM.match(text, end) else None


_NO_AIM: Final = re.compile("经|决定|根据|依据|依照|按照|现")


# How the place that bodies come from stands before them, or behind.
_FROM: Final = {"美国": "US", "日本": "Japanese", "欧盟": "EU", "英国": "UK", "加拿大": "Canadian", "台湾地区": ""}
_BODIES: Final = {
    "实体": "entity",
    "企业": "enterprise",
    "公司": "company",
    "机构": "institution",
    "组织": "organization",
}
_DECISION: Final = re.compile(
    r"(?P<who>[^，。；：]{2,16}?)?决定将(?P<names>[^。；：]+?)(?P<group>等(?P<count>\d{1,3})家"
    rf"(?P<place>{'|'.join(_FROM)})?(?P<body>{'|'.join(_BODIES)}))?列入(?P<list>[^，。；：（）]{{4,16}})"
    r"(?P<annex>（(?:名单)?见附件）)?(?P<more>，并采取以下措施)?(?P<mark>[：。；，])"
)


def _decision(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Who is put on a list: 决定将某公司等15家美国实体列入出口管制管控名单（见附件），并采取以下措施."""
    match = _DECISION.match(text, at)
    if match is None:
        return None
    bodies = row(text, match.start("names"), match.end("names"), known)
    who, listed = (english_of(match, group, known) for group in ("who", "list"))
    if not bodies or not listed or (match["who"] and not who):
        return None
    names = joined([known[one] for one in bodies])
    if match["group"]:
        group = _group(int(match["count"]), match["place"] or "", match["body"])
        few = len(bodies) < int(match["count"])
        names = f"{group}, {'including' if few else 'namely'} {names},"
    subject = f"{with_article(who)} has decided" if who else "it has been decided"
    annex = " (see annex)" if match["annex"] else ""
    more = " and to take the following measures" if match["more"] else ""
    return match.end(), f"{subject} to add {names} to the {listed}{annex}{more}{english_mark(match['mark'])}"


def _group(count: int, place: str, body: str) -> str:
    """15 US entities; eight entities of the Taiwan region."""
    number = count_word(count)
    noun = _BODIES[body] if count == 1 else plural(_BODIES[body])
    before = f" {_FROM[place]}" if _FROM.get(place) else ""
    return f"{number}{before} {noun}{' of the Taiwan region' if place == '台湾地区' else ''}"


_BAN: Final = re.compile(
    rf"禁止向(?P<which>上述|前述)(?:(?P<count>\d{{1,3}})家)?(?P<place>{'|'.join(_FROM)})?(?P<body>{'|'.join(_BODIES)})"
    r"出口(?P<what>[^，。；：]{2,12})(?P<mark>[。；])"
)


def _ban(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """A ban on exports: 禁止向上述15家美国实体出口两用物项."""
    match = _BAN.match(text, at)
    what = english_of(match, "what", known) if match else ""
    if match is None or not what:
        return None
    count = int(match["count"] or 0)
    bodies = _group(count, match["place"] or "", match["body"]) if count else ""
    if not count:
        bodies = _group(2, match["place"] or "", match["body"]).removeprefix("two ")
    return (
        match.end(),
        f"the export of {several(what)} to the above {bodies} is prohibited{english_mark(match['mark'])}",
    )


_ONGOING: Final = re.compile(
    "正在(?:开展|进行)的(?P<related>相关|有关)?(?P<trade>出口|进口|转移)?(?P<act>活动|交易)，?应当立即"
    "(?P<stop>停止|终止|中止)(?P<mark>[。；])"
)
_STOPS: Final = {"停止": "stopped", "终止": "terminated", "中止": "suspended"}


def _ongoing(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """What is under way when a ban begins: 正在开展的相关出口活动应当立即停止."""
    del known
    match = _ONGOING.match(text, at)
    if match is None:
        return None
    trade = {"出口": "export ", "进口": "import ", "转移": "transfer "}.get(match["trade"] or "", "")
    what = (
        f"{'related ' if match['related'] else ''}{trade}{'activities' if match['act'] == '活动' else 'transactions'}"
    )
    return match.end(), f"any ongoing {what} shall be {_STOPS[match['stop']]} immediately{english_mark(match['mark'])}"


_MADE: Final = {"制定": "formulated", "规定": "prescribed", "另行制定": "formulated separately", "确定": "determined"}
_PAPERS: Final = {
    "具体办法": "the specific measures",
    "具体管理办法": "the specific administrative measures",
    "实施办法": "the measures for implementation",
    "具体规定": "the specific provisions",
    "具体标准": "the specific standards",
    "实施细则": "the detailed rules for implementation",
}
_MADE_BY: Final = re.compile(
    rf"(?P<what>{'|'.join(_PAPERS)})由(?P<who>[^，。；：]{{2,60}}?)(?P<how>{'|'.join(_MADE)})(?P<mark>[。；])"
)


def _made_by(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Who lays down the rest: 具体办法由国务院商务主管部门会同有关部门制定."""
    match = _MADE_BY.match(text, at)
    who = authority(text, Span(*match.span("who")), known) if match else None
    if match is None or who is None:
        return None
    done = f"{_PAPERS[match['what']]} shall be {_MADE[match['how']]} by {who.english.removesuffix(',')}"
    return match.end(), f"{done}{english_mark(match['mark'])}"


# The first that says something of a place has it.
_RULES: Final = (
    _basis,
    _acting,
    _aims,
    reported,
    shown,
    trade_changes,
    _decision,
    control,
    measures,
    scope,
    measure,
    _ban,
    _ongoing,
    _made_by,
    penalty,
)
