"""Penalty clauses of laws: who orders what, who is fined how much, and on what condition.

由海关责令改正，对企业处五万元以上二十万元以下的罚款: a small model scrambles who orders and who is fined, though every
part is a set phrase, a body, a person in charge or an amount.
Source of the English: translations by the National People's Congress and the State Council.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.lang.self_names import SELF_NAMES
from pipeline.stages._authorities import authority
from pipeline.stages._confiscated import confiscated
from pipeline.stages._known import Known, english_mark, english_of, longest, members, several, with_article

# Active and passive English of what authorities do.
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
        (
            r"责令停业整顿",
            "order business to be suspended for rectification",
            "business shall be ordered to be suspended for rectification",
        ),
        (r"(?:给予)?警告", "give a warning", "a warning shall be given"),
        (r"(?:给予)?通报批评", "issue a notice of criticism", "a notice of criticism shall be issued"),
        (r"没收非法财物", "confiscate the illegal property", "the illegal property shall be confiscated"),
        (r"撤销许可", "revoke the license", "the license shall be revoked"),
        (r"收缴(?:其)?出口许可证", "seize the export license", "the export license shall be seized"),
        (r"吊销其营业执照", "revoke its business license", "its business license shall be revoked"),
        (r"吊销营业执照", "revoke the business license", "the business license shall be revoked"),
        (r"(?:予以|给予)?处罚", "impose penalties", "penalties shall be imposed"),
        (
            r"依法追究(?:其)?刑事责任",
            "pursue criminal liability in accordance with the law",
            "criminal liability shall be pursued in accordance with the law",
        ),
        (
            r"依法给予治安管理处罚",
            "impose public security administration penalties in accordance with the law",
            "public security administration penalties shall be imposed in accordance with the law",
        ),
        (
            r"依法给予处分",
            "impose sanctions in accordance with the law",
            "sanctions shall be imposed in accordance with the law",
        ),
    )
)
# The same behind 对 and whoever it is done to; {} is they.
_DONE_TO: Final = tuple(
    (re.compile(zh), active, passive)
    for zh, active, passive in (
        (r"(?:给予)?警告", "give a warning to {}", "a warning shall be given to {}"),
        (
            r"(?:依法)?给予处分",
            "impose sanctions on {} in accordance with the law",
            "sanctions shall be imposed on {} in accordance with the law",
        ),
        (
            r"(?:依法)?给予行政处分",
            "impose administrative sanctions on {} in accordance with the law",
            "administrative sanctions shall be imposed on {} in accordance with the law",
        ),
    )
)
_WHOM: Final = re.compile(r"对(?:其|该)?(?P<whom>[^，。；：]{2,60}?)(?=处|给予|依法给予|警告)")
_PERSONS: Final = {
    "企业": "the enterprise",
    "单位": "the entity",
    "个人": "the individual",
    "当事人": "the party concerned",
    "法定代表人": "the legal representative",
    "主要负责人": "the principal person in charge",
    "负责人": "the person in charge",
    "直接负责的主管人员": "the persons directly in charge",
    "其他直接责任人员": "other persons directly responsible",
    "其他责任人员": "other persons responsible",
    "直接责任人员": "the persons directly responsible",
    "责任人员": "the persons responsible",
    "有关责任人员": "the persons responsible",
}
_PERSON: Final = re.compile("|".join(sorted(_PERSONS, key=len, reverse=True)))
_AND: Final = re.compile("、|和|以及|及")
_FINE: Final = re.compile(
    r"处(?:以)?(?P<base>违法所得|违法经营额|货值金额)?(?P<amount>[^，。；处罚]{2,24}?)(?P<bound>以下)?的?罚款"
)
_BASES: Final = {
    "违法所得": "the illegal gains",
    "违法经营额": "the illegal turnover",
    "货值金额": "the value of the goods",
}
_HOW: Final = (
    r"依法|(?:按照|依照|依据|根据)(?:各自的?)?职责(?:分工)?|在各自职责范围内"
    r"|依照有关法律、行政法规的?规定|依照有关法律、法规的?规定"
)
_AGENT: Final = re.compile(
    rf"由(?P<agent>[^，。；：]{{2,45}}?)(?P<how>(?:{_HOW})*)(?=责令|给予|予以|没收|处|吊销|警告|通报|对(?!外))"
)
_REVOKED: Final = re.compile(r"(?P<stop>责令停业整顿，直至)?吊销(?P<own>其)?(?P<relevant>相关|有关)?")
_FIRST: Final = re.compile("(?P<may>可以)?(?:并)?")
_JOINT: Final = re.compile(r"[，、]?(?P<may>可以|可)?(?:并(?!非))?")
_OFFENDS: Final = re.compile(
    rf"违反(?P<own>{'|'.join(SELF_NAMES)})(?:的?规定)?，构成(?P<what>犯罪|违反治安管理行为)的，"
)
_OFFENSES: Final = {"犯罪": "a crime", "违反治安管理行为": "a violation of public security administration"}
_VIOLATES: Final = re.compile(
    rf"(?P<who>(?!违反)[^，。；：]{{2,16}}?)?(?:违反(?P<what>{'|'.join(SELF_NAMES)})(?:的?规定)?，)?"
    r"有下列(?P<act>行为|情形)之一的，"
)
_CONDITIONS: Final = tuple(
    (re.compile(f"{zh}，"), english)
    for zh, english in (
        (r"情节严重的", "where the circumstances are serious"),
        (r"情节较重的", "where the circumstances are relatively serious"),
        (r"情节特别严重的", "where the circumstances are especially serious"),
        (r"拒不改正的", "where corrections are refused"),
        (r"逾期(?:不|未)改正的", "where corrections are not made within the time limit"),
        (r"构成犯罪的", "where a crime is constituted"),
        (r"尚不构成犯罪的", "where no crime is constituted"),
        (r"构成违反治安管理行为的", "where a violation of public security administration is constituted"),
    )
)
_GAINS_PROPER: Final = "违法所得"
_GAINS: Final = re.compile(
    r"(?P<base>违法所得|违法经营额)(?P<money>[^，。；]{2,14}?)以上的，|(?P<short>没有(?P<none>违法所得|违法经营额)或者)(?P=none)不足(?P<least>[^，。；]{2,12}?)的，"
)
# Behind it the sentence begins anew.
_GOES_ON: Final = re.compile("违法|没有违法|情节|拒不|逾期|构成")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One thing that is done: where its Chinese ends, and its English, active and passive."""

    end: int
    active: str
    passive: str

    def as_option(self) -> _Act:
        """What may be done rather than shall."""
        return _Act(end=self.end, active=f"may {self.active}", passive=self.passive.replace("shall", "may"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agent:
    """Who acts, and what stands between modal and verb: ``, in accordance with the law,``."""

    english: str
    adverbs: str


def penalty(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """The penalty clauses that begin at a place: where they end, and their English; None where a part is not known.

    Args:
        text: Normalised Chinese of a segment.
        at: Where a clause begins.
        known: English of bodies, terms and values by their place.
    """
    condition, begin = _condition(text, at, known)
    agent, place = None, begin
    if by := _AGENT.match(text, begin):
        agent = _agent(text, by, known)
        if agent is None:
            return None
        place = by.end()
    elif text[begin : begin + 1] == "由":
        return None
    acts = _acts(text, place, known)
    if not acts:
        return None
    end = acts[-1].end
    mark = english_mark(text[end]) if end < len(text) else ""
    if mark == "," and _GOES_ON.match(text, end + 1):
        mark = ";"
    # Behind a clause of the engine's that is no condition only a sentence with its own subject is sure to be right.
    if not agent and (mark == "," or not (condition or text.endswith("的，", 0, at))):
        return None
    body = _said(acts, agent)
    return end + bool(mark), f"{condition}, {body}{mark}" if condition else f"{body}{mark}"


def _said(acts: list[_Act], agent: _Agent | None) -> str:
    """The acts as a sentence: with whoever acts, or in the passive."""
    if agent is None:
        return joined([act.passive for act in acts])
    parts = [act.active for act in acts]
    modal = "may" if parts[0].startswith("may ") else "shall"
    said = joined([parts[0].removeprefix("may "), *parts[1:]])
    return f"{agent.english} {modal}{agent.adverbs} {said}"


def _agent(text: str, by: re.Match[str], known: Known) -> _Agent | None:
    """Who acts, and how; None where the body is not known."""
    body = authority(text, Span(*by.span("agent")), known)
    if body is None:
        return None
    hows = [_how(one, several=body.several) for one in re.findall(_HOW, by["how"])]
    return _Agent(english=body.english, adverbs=f", {' and '.join(hows)}," if hows else "")


def _how(chinese: str, *, several: bool) -> str:
    """How an authority acts: 依法, 按照职责分工."""
    if "法规" in chinese:
        administrative = "administrative " if "行政" in chinese else ""
        return f"in accordance with relevant laws and {administrative}regulations"
    if "职责" in chinese:
        return f"in accordance with {'their respective' if several else 'its'} duties"
    return "in accordance with the law"


def _condition(text: str, at: int, known: Known) -> tuple[str, int]:
    """What a penalty depends on, where it is a set phrase, and where it ends."""
    for zh, english in _CONDITIONS:
        if match := zh.match(text, at):
            return english, match.end()
    if match := _OFFENDS.match(text, at):
        own = SELF_NAMES[match["own"]].english
        return f"where a violation of {own} constitutes {_OFFENSES[match['what']]}", match.end()
    if match := _VIOLATES.match(text, at):
        english = _violates(match, known)
        return (english, match.end()) if english else ("", at)
    if (match := _GAINS.match(text, at)) is None:
        return "", at
    if match["short"]:
        least = english_of(match, "least", known)
        none = match["none"]
        verb = "are" if none == _GAINS_PROPER else "is"
        what = _BASES[none].removeprefix("the ")
        english = f"where there {verb} no {what} or the {what} {verb} less than {least}"
        return (english, match.end()) if least else ("", at)
    money = english_of(match, "money", known)
    if not money:
        return "", at
    verb = "are" if match["base"] == _GAINS_PROPER else "is"
    return f"where {_BASES[match['base']]} {verb} not less than {money}", match.end()


def _violates(match: re.Match[str], known: Known) -> str:
    """出口经营者违反本条例规定，有下列行为之一的; empty where whoever does it is not known."""
    done = match["act"] == "行为"
    if match["who"]:
        who = english_of(match, "who", known)
        if not who:
            return ""
        some = who if who[:1].isupper() else f"{'an' if who[:1] in 'aeiou' else 'a'} {who}"
        happens = "commits any of the following acts" if done else "is in any of the following circumstances"
        what = f"where {some} {happens}"
    else:
        what = f"where any of the following {'acts is committed' if done else 'circumstances exists'}"
    return f"{what} in violation of {SELF_NAMES[match['what']].english}" if match["what"] else what


def _acts(text: str, at: int, known: Known) -> list[_Act]:
    """The run of known acts from a place; nothing where an unknown one is joined to the last."""
    place = at
    found: list[_Act] = []
    while True:
        joint = (_JOINT if place > at else _FIRST).match(text, place)
        assert joint is not None  # noqa: S101  (all of it is optional)
        made = _done_to(text, joint.end(), known) or _act(text, joint.end(), known)
        if made is None or text[made.end : made.end + 1] not in {"，", "。", "；", "：", "、", "", "并"}:
            break
        found.append(made.as_option() if joint["may"] else made)
        place = made.end
    return found if text[place : place + 1] in {"，", "。", "；", "：", ""} else []


def _act(text: str, at: int, known: Known, whom: str = "") -> _Act | None:
    if revoked := _revoked(text, at, known):
        return revoked
    for zh, active, passive in _DONE_TO if whom else _ACTIONS:
        if match := zh.match(text, at):
            return _Act(end=match.end(), active=active.format(whom), passive=passive.format(whom))
    if made := confiscated(text, at, known):
        return _Act(end=made[0], active=f"confiscate {made[1]}", passive=f"{made[1]} shall be confiscated")
    fine = _FINE.match(text, at)
    amount = _amount(fine, known) if fine else ""
    if not fine or not amount:
        return None
    on = f" on {whom}" if whom else ""
    active, passive = f"impose a fine of {amount}{on}", f"a fine of {amount} shall be imposed{on}"
    return _Act(end=fine.end(), active=active, passive=passive)


def _revoked(text: str, at: int, known: Known) -> _Act | None:
    """吊销出口许可证, 责令停业整顿，直至吊销相关管制物项出口经营资格."""
    match = _REVOKED.match(text, at)
    first = longest(known, match.end(), len(text)) if match else None
    second = longest(known, first.end, len(text)) if first else None
    if match is None or first is None:
        return None
    what = f"{'its' if match['own'] else 'the'} {known[second or first]}"
    if second:
        what += f" for {'the relevant ' if match['relevant'] else ''}{several(known[first])}"
    stop = "be suspended for rectification, up to revocation of"
    active, passive = (
        (f"order business to {stop} {what}", f"business shall be ordered to {stop} {what}")
        if match["stop"]
        else (f"revoke {what}", f"{what} shall be revoked")
    )
    return _Act(end=(second or first).end, active=active, passive=passive)


def _amount(fine: re.Match[str], known: Known) -> str:
    """What a fine comes to; empty where it is not known."""
    # The limits of 五万元以上十万元以下 are part of the value; those of 三万元以下 are not.
    amount = known.get(Span(fine.start("amount"), fine.end("bound")), "") if fine["bound"] else ""
    if not amount:
        amount = english_of(fine, "amount", known)
        amount = f"not more than {amount}" if amount and fine["bound"] else amount
    return f"{amount} {_BASES[fine['base']]}" if amount and fine["base"] else amount


def _done_to(text: str, at: int, known: Known) -> _Act | None:
    """对企业处…罚款, 对直接负责的主管人员给予警告."""
    match = _WHOM.match(text, at)
    whom = _whom(text, Span(*match.span("whom")), known) if match else ""
    return _act(text, match.end(), known, whom) if match and whom else None


def _whom(text: str, span: Span, known: Known) -> str:
    """Those to whom it is done, joined; empty where one is not known."""

    def member(at: int) -> tuple[int, str] | None:
        if person := _PERSON.match(text, at, span.end):
            return person.end(), _PERSONS[person[0]]
        other = longest(known, at, span.end)
        return (other.end, with_article(known[other])) if other else None

    return joined(members(text, span, _AND, member) or [])
