"""Clauses of laws and announcements whose whole English is computed, while the engine translates the rest.

根据《…》等法律法规有关规定，为维护国家安全和利益，决定将…列入…： a small model scrambles who does what
there, though every part is known: titles, names, counts, lists and fines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.lang.plurals import plural

Known = Mapping[Span, str]
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
        for rule in (_basis, _aims, _reported, _decision, _ban, _ongoing, _penalty):
            if made := rule(text, at, known):
                found.append((Span(at, made[0]), made[1]))
                break
    return found


_ROW_MARK: Final = re.compile(r"[《》、，和及与]|以及")


def _row(text: str, start: int, end: int, known: Known) -> list[Span] | None:
    """Known spans that make up a stretch with nothing but marks of a row between them; None where something else is."""
    row: list[Span] = []
    at = start
    while at < end:
        if (mark := _ROW_MARK.match(text, at, end)) is not None:
            at = mark.end()
            continue
        one = max((span for span in known if span.start == at and span.end <= end), default=None)
        if one is None:
            return None
        row.append(one)
        at = one.end
    return row or None


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
    row = _row(text, match.start("what"), last, known)
    if tail is None or not row or (articles and len(row) > 1):
        return None
    names = [f"the {known[one]}" for one in row]
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
        one = max((span for span in known if span.start == end), default=None)
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


_REPORTED: Final = re.compile("据(?P<mark>《?)(?P<who>[^，。；：《》]{2,20})》?(?:报道|消息)，")


def _reported(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Where a report comes from: 据《某报》报道, 据外交部消息."""
    match = _REPORTED.match(text, at)
    who = known.get(Span(*match.span("who")), "") if match else ""
    if match is None or not who:
        return None
    return match.end(), f"according to {who if match['mark'] else _with_article(who)},"


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
_WORDS: Final = "zero one two three four five six seven eight nine".split()


def _decision(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Who is put on a list: 决定将某公司等15家美国实体列入出口管制管控名单（见附件），并采取以下措施."""
    match = _DECISION.match(text, at)
    if match is None:
        return None
    row = _row(text, match.start("names"), match.end("names"), known)
    who, listed = (known.get(Span(*match.span(group)), "") for group in ("who", "list"))
    if not row or not listed or (match["who"] and not who):
        return None
    names = joined([known[one] for one in row])
    if match["group"]:
        bodies = _group(int(match["count"]), match["place"] or "", match["body"])
        names = f"{bodies}, including {names}," if len(row) < int(match["count"]) else f"{bodies}, namely {names},"
    subject = f"{_with_article(who)} has decided" if who else "it has been decided"
    annex = " (see annex)" if match["annex"] else ""
    more = " and to take the following measures" if match["more"] else ""
    return match.end(), f"{subject} to add {names} to the {listed}{annex}{more}{_mark(match['mark'])}"


def _group(count: int, place: str, body: str) -> str:
    """15 US entities; eight entities of the Taiwan region."""
    number = _WORDS[count] if count < len(_WORDS) else str(count)
    noun = _BODIES[body] if count == 1 else plural(_BODIES[body])
    before = f" {_FROM[place]}" if _FROM.get(place) else ""
    return f"{number}{before} {noun}{' of the Taiwan region' if place == '台湾地区' else ''}"


def _with_article(name: str) -> str:
    return name if re.match(r"(?:China|Japan|[Cc]ustoms|[Tt]he|[A-Z]{3,}\b)", name) else f"the {name}"


def _mark(mark: str) -> str:
    return {"：": ":", "。": ".", "；": ";", "，": ","}[mark]


_BAN: Final = re.compile(
    rf"禁止向(?P<which>上述|前述)(?:(?P<count>\d{{1,3}})家)?(?P<place>{'|'.join(_FROM)})?(?P<body>{'|'.join(_BODIES)})"
    r"出口(?P<what>[^，。；：]{2,12})(?P<mark>[。；])"
)


def _ban(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """A ban on exports: 禁止向上述15家美国实体出口两用物项."""
    match = _BAN.match(text, at)
    what = known.get(Span(*match.span("what")), "") if match else ""
    if match is None or not what:
        return None
    goods = what if what.endswith("s") else plural(what)
    count = int(match["count"] or 0)
    bodies = _group(count, match["place"] or "", match["body"]) if count else ""
    if not count:
        bodies = _group(2, match["place"] or "", match["body"]).removeprefix("two ")
    return match.end(), f"the export of {goods} to the above {bodies} is prohibited{_mark(match['mark'])}"


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
    return match.end(), f"any ongoing {what} shall be {_STOPS[match['stop']]} immediately{_mark(match['mark'])}"


# Active and passive English of what authorities do; {} is a fine.
_ACTIONS: Final = tuple(
    (re.compile(zh), active, passive)
    for zh, active, passive in (
        (r"责令限期改正", "order corrections within a time limit", "corrections shall be ordered within a time limit"),
        (r"责令(?:其)?改正", "order corrections", "corrections shall be ordered"),
        (r"责令停止违法行为", "order the illegal acts to cease", "the illegal acts shall be ordered to cease"),
        (
            r"责令停产停业",
            "order production and business to be suspended",
            "production and business shall be ordered to be suspended",
        ),
        (r"(?:给予)?警告", "give a warning", "a warning shall be given"),
        (r"(?:给予)?通报批评", "issue a notice of criticism", "a notice of criticism shall be issued"),
        (r"没收违法所得", "confiscate the illegal gains", "the illegal gains shall be confiscated"),
        (r"没收非法财物", "confiscate the illegal property", "the illegal property shall be confiscated"),
        (r"吊销营业执照", "revoke the business license", "the business license shall be revoked"),
    )
)
_FINE: Final = re.compile(
    r"处(?:以)?(?P<base>违法所得|违法经营额|货值金额)?(?P<amount>[^，。；处罚]{2,24}?)(?P<bound>以下)?的?罚款"
)
_BASES: Final = {
    "违法所得": "the illegal gains",
    "违法经营额": "the illegal turnover",
    "货值金额": "the value of the goods",
}
_AGENT: Final = re.compile(r"由(?P<agent>[^，。；：]{2,30}?)(?P<duly>依法)?(?=责令|给予|没收|处|吊销|警告|通报)")
_LOCAL: Final = re.compile(r"县级以上(?:地方)?人民政府(?=.)")
_FIRST: Final = re.compile("(?P<may>可以)?(?:并)?")
_JOINT: Final = re.compile(r"[，、]?(?P<may>可以|可)?(?:并(?!非))?")
_CONDITIONS: Final = tuple(
    (re.compile(f"{zh}，"), english)
    for zh, english in (
        (r"情节严重的", "where the circumstances are serious"),
        (r"情节较重的", "where the circumstances are relatively serious"),
        (r"情节特别严重的", "where the circumstances are especially serious"),
        (r"拒不改正的", "where corrections are refused"),
        (r"逾期(?:不|未)改正的", "where corrections are not made within the time limit"),
    )
)
_GAINS: Final = re.compile(
    r"(?P<base>违法所得|违法经营额)(?P<money>[^，。；]{2,14}?)(?P<which>以上)的，|(?P<short>没有违法所得或者)违法所得不足(?P<least>[^，。；]{2,12}?)的，"
)


def _penalty(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """由某部门责令改正，没收违法所得，并处…罚款: who orders is told from who is ordered."""
    condition, begin = _condition(text, at, known)
    agent, place = "", begin
    if by := _AGENT.match(text, begin):
        agent = _agent(text, Span(*by.span("agent")), known)
        if not agent:
            return None
        place = by.end()
    elif text[begin : begin + 1] == "由":
        return None
    actions = list(_actions(text, place, known))
    if not actions:
        return None
    end = actions[-1][0]
    if text[end : end + 1] not in {"，", "。", "；", "：", ""}:
        return None
    closes = text[end : end + 1] != "，"
    # Behind a clause of the engine's only a sentence with its own subject is sure to be grammatical.
    if not agent and not (closes and condition):
        return None
    parts = [active if agent else passive for _, active, passive in actions]
    body = joined(parts)
    if agent:
        modal = "may" if parts[0].startswith("may ") else "shall"
        body = f"{agent} {modal} {joined([parts[0].removeprefix('may '), *parts[1:]])}"
    mark = _mark(text[end]) if end < len(text) else ""
    if mark == "," and _GOES_ON.match(text, end + 1):
        mark = ";"
    return end + bool(mark), f"{condition}, {body}{mark}" if condition else f"{body}{mark}"


# Behind it the sentence begins anew.
_GOES_ON: Final = re.compile("违法|没有违法|情节|拒不|逾期|构成")


def _condition(text: str, at: int, known: Known) -> tuple[str, int]:
    """What a penalty depends on, where it is a set phrase, and where it ends."""
    for zh, english in _CONDITIONS:
        if match := zh.match(text, at):
            return english, match.end()
    if (match := _GAINS.match(text, at)) is None:
        return "", at
    if match["short"]:
        least = known.get(Span(*match.span("least")), "")
        english = f"where there are no illegal gains or the illegal gains are less than {least}"
        return (english, match.end()) if least else ("", at)
    money = known.get(Span(*match.span("money")), "")
    if not money:
        return "", at
    verb = "are" if match["base"] == "违法所得" else "is"
    return f"where {_BASES[match['base']]} {verb} not less than {money}", match.end()


def _agent(text: str, span: Span, known: Known) -> str:
    """Who orders: a known body, or a department of the people's governments at or above the county level."""
    behind = ""
    if local := _LOCAL.match(text, span.start, span.end):
        span, behind = Span(local.end(), span.end), " of the people's government at or above the county level"
    english = known.get(span, "")
    return f"{_with_article(english)}{behind}" if english else ""


def _actions(text: str, at: int, known: Known) -> Iterator[tuple[int, str, str]]:
    """The run of known actions from a place: where each ends, and its English, active and passive."""
    place = at
    while True:
        joint = (_JOINT if place > at else _FIRST).match(text, place)
        assert joint is not None  # noqa: S101  (all of it is optional)
        made = _action(text, joint.end(), known, may=bool(joint["may"]))
        if made is None or text[made[0] : made[0] + 1] not in {"，", "。", "；", "：", "、", "", "并"}:
            return
        yield made
        place = made[0]


def _action(text: str, at: int, known: Known, *, may: bool) -> tuple[int, str, str] | None:
    for zh, active, passive in _ACTIONS:
        if match := zh.match(text, at):
            modal = "may " if may else ""
            return match.end(), f"{modal}{active}", passive.replace("shall", "may") if may else passive
    fine = _FINE.match(text, at)
    if fine is None:
        return None
    # The limits of 五万元以上十万元以下 are part of the value; those of 三万元以下 are not.
    amount = known.get(Span(fine.start("amount"), fine.end("bound")), "") if fine["bound"] else ""
    if not amount:
        amount = known.get(Span(*fine.span("amount")), "")
        amount = f"not more than {amount}" if amount and fine["bound"] else amount
    if not amount:
        return None
    if fine["base"]:
        amount = f"{amount} {_BASES[fine['base']]}"
    modal = "may " if may else ""
    return fine.end(), f"{modal}impose a fine of {amount}", f"a fine of {amount} {'may' if may else 'shall'} be imposed"
