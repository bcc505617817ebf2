"""English titles of Chinese laws and documents, composed where every part is known.

With 两用物项 and 出口管制 in the glossary, 《两用物项出口管制条例》 is "Regulations on Export Control of
Dual-Use Items".
A title with one unknown character is left alone: a composed title looks official.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.plurals import plural

_TITLE: Final = re.compile(r"《(?P<title>[^《》]{2,60})》")
_ACTS: Final = {"修改": "Amending", "修订": "Revising", "废止": "Repealing", "公布": "Promulgating", "印发": "Issuing"}
_ACT: Final = re.compile(
    rf"关于(?P<act>{'|'.join(_ACTS)})〈(?P<law>[^〈〉]+)〉(?P<etc>等[一二三四五六七八九十]+部法律)?的"
)
_STATE: Final = "中华人民共和国"
# Kind of document to pattern; {x} is its subject. Longest first.
_KINDS: Final = {
    "管理暂行办法": "Interim Measures{prc} for the Administration of {x}",
    "暂行管理办法": "Interim Measures{prc} for the Administration of {x}",
    "管理暂行条例": "Interim Regulations{prc} on the Administration of {x}",
    "行政处罚实施条例": "Implementing Regulations{prc} on {x} Administrative Penalties",
    "监督管理办法": "Measures{prc} for the Supervision and Administration of {x}",
    "监督管理条例": "Regulations{prc} on the Supervision and Administration of {x}",
    "管理办法": "Measures{prc} for the Administration of {x}",
    "管理条例": "Regulations{prc} on the Administration of {x}",
    "管理规定": "Provisions{prc} on the Administration of {x}",
    "管理目录": "Catalogue{prc} for the Administration of {x}",
    "暂行办法": "Interim Measures{prc} for {x}",
    "暂行条例": "Interim Regulations{prc} on {x}",
    "暂行规定": "Interim Provisions{prc} on {x}",
    "实施办法": "Measures{prc} for the Implementation of {x}",
    "实施细则": "Detailed Rules{prc} for the Implementation of {x}",
    "实施条例": "Regulations{prc} for the Implementation of {x}",
    "工作规则": "Working Rules{prc} for {x}",
    "行动计划": "Action Plan{prc} for {x}",
    "指导意见": "Guiding Opinions{prc} on {x}",
    "条例": "Regulations{prc} on {x}",
    "办法": "Measures{prc} for {x}",
    "规定": "Provisions{prc} on {x}",
    "规则": "Rules{prc} on {x}",
    "细则": "Detailed Rules{prc} on {x}",
    "目录": "Catalogue{prc} of {x}",
    "清单": "{x} List{prc}",
    "指南": "Guidelines{prc} for {x}",
    "规划": "Plan{prc} for {x}",
    "公约": "Convention on {x}",
    "协定": "Agreement on {x}",
    "法": "{x} Law{prc}",
}
_ABOUT: Final = {
    "公告": "Announcement",
    "通知": "Notice",
    "通告": "Circular",
    "决定": "Decision",
    "意见": "Opinions",
    "规定": "Provisions",
    "解释": "Interpretation",
    "批复": "Reply",
}
_MATTERS: Final = {
    "有关事项": "on Matters Concerning",
    "相关事项": "on Matters Concerning",
    "有关问题": "on Issues Concerning",
    "有关工作": "on Work Concerning",
}
_ABOUT_WHAT: Final = re.compile(rf"关于(?P<x>.+?)(?P<matters>{'|'.join(_MATTERS)})?的?(?P<kind>{'|'.join(_ABOUT)})$")
# What a document does to its subject.
_DOES: Final = {
    "进一步加强": "further strengthening",
    "进一步规范": "further standardizing",
    "进一步明确": "further clarifying",
    "加强": "strengthening",
    "规范": "standardizing",
    "明确": "clarifying",
    "完善": "improving",
    "优化": "optimizing",
    "调整": "adjusting",
    "暂停": "suspending",
    "恢复": "resuming",
    "终止": "terminating",
    "取消": "canceling",
    "延长": "extending",
    "公布": "releasing",
    "实施": "implementing",
    "开展": "carrying out",
}
_DOES_WHAT: Final = re.compile("|".join(_DOES))
_TAILS: Final = {
    "（试行）": " (for Trial Implementation)",
    "（征求意见稿）": " (Draft for Comment)",
    "（草案）": " (Draft)",
    "（修订草案）": " (Revised Draft)",
    "（修正草案）": " (Draft Amendment)",
    "（暂行）": " (Interim)",
}
_EDITION: Final = re.compile(r"（(\d{4})年(?:版|本)?）$")
# Words of titles that are no terms of their own.
_WORDS: Final = {
    "进出口": "import and export", "出口": "export", "进口": "import", "货物": "goods", "技术": "technologies",
    "服务": "services", "许可证": "licenses", "许可": "licensing", "关税": "tariffs", "企业": "enterprises",
    "产品": "products", "登记": "registration", "调查": "investigation", "申报": "declaration", "审查": "review",
    "监督": "supervision", "管理": "administration", "安全": "security", "数据": "data", "行业": "industry",
    "原产地": "origin", "反倾销": "anti-dumping", "反补贴": "countervailing", "保障措施": "safeguards",
    "知识产权": "intellectual property rights", "对外贸易": "foreign trade", "外商投资": "foreign investment",
    "矿产资源": "mineral resources", "商品": "commodities", "检验": "inspection", "检疫": "quarantine",
    "设备": "equipment", "备案": "record-filing", "信息": "information", "追溯": "traceability",
    "措施": "measures", "制裁": "sanctions",
    "合规": "compliance", "价格": "prices", "补贴": "subsidies", "船舶": "vessels", "核": "nuclear",
}  # fmt: skip
_JOINTS: Final = {
    "和": " and ",
    "与": " and ",
    "及": " and ",
    "、": ", ",
    "的": "",
    "证": "",
    "及其": " and their ",
    "以及": " and ",
}
# What is done to the words before it: 两用物项出口管制 is export control of dual-use items.
_ACTIONS: Final = re.compile(
    r"(?:export|import|import and export|control|licensing|registration|investigation|declaration|review|supervision"
    r"|administration|inspection|quarantine|record-filing|traceability|compliance|certification|taxation|collection"
    r"|management|protection|utilization)s?$"
)
_COUNTABLE: Final = re.compile(
    r"(?:item|license|entity|enterprise|product|measure|permit|certificate|list|technology|company|mineral|resource|magnet"
    r"|chemical|drug|material|vessel|operator|person|vehicle|instrument|good|earth|executive|remedy|duty|company|institution|individual)$"
)
_SMALL: Final = frozenset("a an the and or of on in to for by with at from as their".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title in 《》.

    Attributes:
        span: Of what stands between the marks.
        text: What stands there.
    """

    span: Span
    text: str


def titles(text: str) -> Iterator[Title]:
    """Titles in 《》, from the left."""
    for match in _TITLE.finditer(text) if "《" in text else ():
        yield Title(span=Span(*match.span("title")), text=match["title"])


def compose(title: str, terms: Sequence[tuple[int, int, str]]) -> str:
    """The English of a title whose every part is known; empty otherwise.

    Args:
        title: Without 《》.
        terms: Start, end and English of the glossary terms in it, disjoint, in order.
    """
    tail, cut = _tail(title)
    body = title[:cut]
    if act := _ACT.match(body):
        return _about_law(body, act, terms) + tail
    if about := _ABOUT_WHAT.match(body):
        subject = _measure(body, about.start("x"), about.end("x"), terms)
        on = f"{_MATTERS[about['matters']]} " if about["matters"] else "on "
        return f"{_ABOUT[about['kind']]} {on}{_cased(subject)}{tail}" if subject else ""
    start = len(_STATE) if body.startswith(_STATE) else 0
    prc = " of the People's Republic of China" if start else ""
    for kind, pattern in _KINDS.items():
        if body.endswith(kind) and len(body) - len(kind) > start:
            subject = _subject(body, start, len(body) - len(kind), terms)
            if subject:
                return pattern.format(x=_cased(subject), prc=prc) + tail
    return ""


def _about_law(title: str, act: re.Match[str], terms: Sequence[tuple[int, int, str]]) -> str:
    """关于修改〈对外贸易法〉的决定 as Decision on Amending the Foreign Trade Law."""
    start, end = act.span("law")
    inner = [(first - start, last - start, english) for first, last, english in terms if start <= first and last <= end]
    law = next((english for first, last, english in inner if (first, last) == (0, end - start)), "")
    law = law or compose(act["law"], inner)
    kind = _ABOUT.get(title[act.end() :], "")
    if not (law and kind):
        return ""
    others = " and Other Laws" if act["etc"] else ""
    return f"{kind} on {_ACTS[act['act']]} the {law}{others}"


def _tail(title: str) -> tuple[str, int]:
    """（试行） and the like in English, and where the title proper ends."""
    for chinese, english in _TAILS.items():
        if title.endswith(chinese):
            return english, len(title) - len(chinese)
    if edition := _EDITION.search(title):
        return f" ({edition[1]} Edition)", edition.start()
    return "", len(title)


def _subject(title: str, start: int, end: int, terms: Sequence[tuple[int, int, str]]) -> str:
    """The English of a range that terms, known words and joints tile; empty where they do not."""
    parts: list[str] = []
    at = start
    while at < end:
        found = _part(title, at, end, terms)
        if found is None:
            return ""
        at, english = found
        parts += [english] if english else []
    return _phrase(parts)


def _measure(title: str, start: int, end: int, terms: Sequence[tuple[int, int, str]]) -> str:
    """对…实施… as the implementation of … on …; anything else as a subject."""
    match = re.compile(r"对(?P<on>.+?)(?P<verb>实施|采取)(?P<what>.+)$").match(title[:end], start)
    if match is None and (does := _DOES_WHAT.match(title, start, end)):
        subject = _subject(title, does.end(), end, terms)
        return f"{_DOES[does[0]]} {subject}" if subject else ""
    if match is None:
        return _subject(title, start, end, terms)
    on, what = (_subject(title, *match.span(name), terms) for name in ("on", "what"))
    if not (on and what):
        return ""
    return f"the implementation of {what} on {on}" if match["verb"] == "实施" else f"taking {what} against {on}"


def _part(title: str, at: int, end: int, terms: Sequence[tuple[int, int, str]]) -> tuple[int, str] | None:
    for first, last, english in terms:
        if first == at and last <= end:
            return last, english
    table = _JOINTS | _WORDS
    for length in range(min(6, end - at), 0, -1):
        if (word := title[at : at + length]) in table:
            return at + length, table[word]
    return None


def _phrase(parts: Sequence[str]) -> str:
    """Chinese order to English: what is done, then "of", then to what."""
    if not parts or parts[0] in _JOINTS.values() or parts[-1] in _JOINTS.values():
        return ""
    if len(parts) > 1 and _ACTIONS.search(parts[-1]):
        before = list(parts[:-1])
        action = parts[-1]
        while len(before) > 1 and _ACTIONS.search(before[-1]):
            action = f"{before.pop()} {action}"
        return f"{action} of {_joined(before)}"
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    text = ""
    if ", " in parts and " and " not in parts:
        last = len(parts) - 1 - list(reversed(parts)).index(", ")
        parts = [*parts[:last], " and ", *parts[last + 1 :]]
    for i, part in enumerate(parts):
        closes = i + 1 == len(parts) or parts[i + 1] in _JOINTS.values()
        word = plural(part) if closes and _COUNTABLE.search(part) else part
        text += word if part in _JOINTS.values() or not text or text.endswith(" ") else f" {word}"
    return re.sub(r"\s+", " ", text).strip()


def several(text: str) -> str:
    """A lower-case noun that can be counted in the plural: license, licenses."""
    return plural(text) if text[:1].islower() and _COUNTABLE.search(text) else text


def _cased(text: str) -> str:
    words = re.split(r"(\s+|-)", text)
    return "".join(word if word in _SMALL else word[:1].upper() + word[1:] for i, word in enumerate(words))
