"""Set formulas whose whole English is known: promulgation notes, seals, page lines, enactment clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.dates import MONTHS
from pipeline.lang.han import HAN
from pipeline.lang.issuers import ISSUERS
from pipeline.lang.numbers import chinese_quantities, english_form
from pipeline.lang.numerals import ordinal, parse_han
from pipeline.lang.references import document_numbers
from pipeline.lang.self_names import SELF_NAMES

_DATE: Final = r"(?P<{0}y>\d{{4}})年(?P<{0}m>\d{{1,2}})月(?P<{0}d>\d{{1,2}})日"
_NUMBER: Final = r"(?:[一二三四五六七八九十百]{1,5}|\d{1,3})"
_EFFECTIVE: Final = rf"(?:[，,\s]\s*自{_DATE.format('e')}起(?:施行|实施|生效))?"
_OPEN, _CLOSE = r"(?P<open>[（(]?)\s*", r"\s*(?P<close>[）)]?)[；;，,]?"
_PROMULGATED: Final = re.compile(
    rf"{_OPEN}{_DATE.format('a')}\s?、?(?P<by>[^，。（）]{{2,40}}?号)公布{_EFFECTIVE}{_CLOSE}"
)
_ADOPTED: Final = re.compile(
    rf"{_OPEN}(?P<under>根据)?{_DATE.format('a')}\s?第(?P<congress>{_NUMBER})届全国人民代表大会(?P<standing>常务委员会)?"
    rf"第(?P<meeting>{_NUMBER})次会议(?P<title>《.{{4,60}}》)?(?:第(?P<time>{_NUMBER})次)?(?P<act>通过|修订|修正){_EFFECTIVE}{_CLOSE}"
)
_BODY: Final = "|".join(sorted(ISSUERS, key=len, reverse=True))
_NAMED_DOCUMENT: Final = re.compile(rf"(?P<state>中华人民共和国)?(?P<body>{_BODY})(?P<kind>令|公告|决定|通告)")
_COMMENCEMENT: Final = re.compile(
    rf"(?P<own>本[{HAN}]{{1,2}})自{_DATE.format('a')}(?P<hour>\d{{1,2}})时(?:(?P<minute>\d{{2}})分)?起(?:正式)?(?:施行|实施|生效)。"
)
_HOURS: Final = 24
_PROMULGATION: Final = re.compile(
    rf"现(?:予)?(?:公布|发布)《(?P<title>.{{4,90}})》(?:，自{_DATE.format('a')}起(?:施行|实施|生效))?。"
)
_SEAL: Final = re.compile(rf"[（(](?P<body>{_BODY})代章[）)]")
_ACTS: Final = {"通过": "adopted", "修订": "revised", "修正": "amended"}
_TIMES: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# Official translations write the number of a congress in words.
_WORDS: Final = (*_TIMES, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth")
_PAGE_LABELS: Final = {"来源": "Source", "类型": "Type", "分类": "Category", "作者": "Author", "编辑": "Editor"}
_PAGE_WORDS: Final = {"原创": "original", "转载": "reprint", "新闻": "news", "政策": "policy", "公告": "announcements"}
_PAGE_LABEL: Final = re.compile(rf"\s*(?P<label>{'|'.join(_PAGE_LABELS)})：\s?")
_ISO: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?)$")
# The line above a table; 万美元 there is one of its units.
_UNITS: Final = re.compile(r"[（(]?单位[：:]\s?(?P<units>[^：。；]{1,30}?)[）)]?")
_SCALED: Final = re.compile(r"[百千万亿]+(?![克米瓦])")
_ENACTED: Final = re.compile(
    rf"为了?(?P<aim>[^。；：]{{4,}}?)，(?:(?:根据|依据|依照)(?P<basis>[^，。]{{2,}}?)，)?制定(?P<own>本[{HAN}]{{1,2}})。?"
)
# What stands in the basis beside titles: 等法律, 等有关法律、行政法规, 有关行政法规, 和国家有关规定.
_BASIS_PARTS: Final = {
    "《": "", "》": "", "、": ", ", "和": " and ", "及": " and ", "与": " and ", "以及": " and ",
    "等": " and other ", "等有关": " and other relevant ", "等相关": " and other relevant ", "有关": "relevant ",
    "法律": "laws", "行政法规": "administrative regulations", "法律、行政法规": "laws and administrative regulations",
    "法律法规": "laws and regulations", "法律、法规": "laws and regulations", "宪法": "the Constitution",
    "等规定": " and other provisions", "国家有关规定": "relevant provisions of the state",
}  # fmt: skip
_SHORT_NAME: Final = re.compile(r"（以下(?:简称|称)[《“]?(?P<name>[^《》“”（）]{2,20})[》”]?）")


def formula(text: str, known: Mapping[Span, str]) -> str:
    """The English of a text that is one formula and nothing else; empty where it is none.

    Args:
        text: Normalised Chinese of a segment.
        known: English of titles and terms by their place.
    """
    if re.fullmatch(r"目\s*[录錄]", text):
        return "Contents"
    if match := _NAMED_DOCUMENT.fullmatch(text):
        return _named_document(match)
    if match := _COMMENCEMENT.fullmatch(text):
        return _commencement(match)
    if match := _PROMULGATION.fullmatch(text):
        return _promulgation(match, known)
    if match := _PROMULGATED.fullmatch(text):
        return _promulgated(match)
    if match := _ADOPTED.fullmatch(text):
        return _adopted(match, known)
    if match := _SEAL.fullmatch(text):
        return f"(Sealed by the {ISSUERS[match['body']].english} on its behalf)"
    if match := _UNITS.fullmatch(text):
        return _unit_line(match)
    return _page_line(text, known) if "：" in text else ""


def _named_document(match: re.Match[str]) -> str:
    """中华人民共和国外交部令, as the title above a document."""
    kind = {"令": "Order", "公告": "Announcement", "决定": "Decision", "通告": "Circular"}[match["kind"]]
    kind = "Decree" if kind == "Order" and match["body"] == "国务院" else kind
    state = " of the People's Republic of China" if match["state"] else ""
    return f"{kind} of the {ISSUERS[match['body']].english}{state}"


def _commencement(match: re.Match[str]) -> str:
    """本公告自2025年4月10日12时01分起实施: the engine loses the hour."""
    own = SELF_NAMES.get(match["own"])
    if own is None or not _date(match, "a") or int(match["hour"]) >= _HOURS:
        return ""
    hour = f"{int(match['hour'])}:{match['minute'] or '00'}"
    return f"{own.opening} shall take effect at {hour} on {_date(match, 'a')}."


def _promulgation(match: re.Match[str], known: Mapping[Span, str]) -> str:
    """现公布《…》，自…起施行, where the title is known."""
    title = known.get(Span(match.start("title"), match.end("title")), "")
    effective = f" and shall take effect as of {_date(match, 'a')}" if match["ay"] else ""
    return f"The {title} is hereby promulgated{effective}." if title else ""


def _date(match: re.Match[str], which: str) -> str:
    year, month, day = (match[which + part] for part in "ymd")
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year}" if 0 < int(month) <= len(MONTHS) else ""


def _bracketed(match: re.Match[str], english: str) -> str:
    english = english[0].upper() + english[1:]
    effective = f", and effective as of {_date(match, 'e')}" if match["ey"] else ""
    return f"{'(' if match['open'] else ''}{english}{effective}{')' if match['close'] else ''}"


def _promulgated(match: re.Match[str]) -> str:
    numbers = document_numbers(match["by"])
    if len(numbers) != 1 or numbers[0].extent != Span(0, len(match["by"])) or not _date(match, "a"):
        return ""
    return _bracketed(match, f"promulgated by {numbers[0].english} on {_date(match, 'a')}")


def _adopted(match: re.Match[str], known: Mapping[Span, str]) -> str:
    title = known.get(Span(match.start("title") + 1, match.end("title") - 1), "") if match["title"] else ""
    if (match["title"] and not title) or bool(match["title"]) != bool(match["under"]) or not _date(match, "a"):
        return ""
    body = "Standing Committee of the " if match["standing"] else ""
    congress, meeting = (_nth(_value(match[name])) for name in ("congress", "meeting"))
    place = f"at the {meeting} Meeting of the {body}{congress} National People's Congress on {_date(match, 'a')}"
    times = _value(match["time"]) if match["time"] else 0
    time = f" for the {_TIMES[times]} time" if 0 < times < len(_TIMES) else ""
    if title:
        return _bracketed(match, f"{_ACTS[match['act']]}{time} in accordance with the {title} adopted {place}")
    return _bracketed(match, f"{_ACTS[match['act']]}{time} {place}")


def _unit_line(match: re.Match[str]) -> str:
    """单位：吨、万美元, as above a table."""
    english = [_unit(unit) for unit in re.split(r"[、，,]\s?", match["units"])]
    if not all(english):
        return ""
    line = f"Unit{'s' if len(english) > 1 else ''}: {', '.join(english)}"
    return f"({line})" if match[0][0] in "（(" else line


def _unit(text: str) -> str:
    """The English of a unit without a number: metric tons, RMB, US$10,000; empty where it is none."""
    scaled = _SCALED.match(text) is not None
    found = chinese_quantities(f"{1 if scaled else 2}{text}")
    if len(found) != 1 or found[0].kind not in {"money", "unit"} or found[0].span.end != len(text) + 1:
        return ""
    english = english_form(found[0])
    # 千克 counts as two thousand grams: left to the engine.
    return english if scaled else "" if "000" in english else english.replace("2", "", 1).strip()


def _nth(number: int) -> str:
    """Twelfth, 24th."""
    return _WORDS[number].capitalize() if number < len(_WORDS) else ordinal(number)


def _value(text: str) -> int:
    return int(text) if text.isdecimal() else parse_han(text)


def _page_line(text: str, known: Mapping[Span, str]) -> str:
    """来源：商务部新闻办公室 类型：原创 分类：新闻, as on a ministry's page."""
    labels = [*_PAGE_LABEL.finditer(text)]
    if not labels or labels[0].start():
        return ""
    moment = _ISO.search(text)
    end = moment.start() if moment else len(text)
    parts = []
    for label, after in zip(labels, [*(one.start() for one in labels[1:]), end], strict=True):
        span = Span(label.end(), after)
        english = (
            known.get(span) or _PAGE_WORDS.get(span.of(text)) or (span.of(text) if span.of(text).isascii() else "")
        )
        if not english:
            return ""
        parts.append(f"{_PAGE_LABELS[label['label']]}: {english}")
    return "; ".join([*parts, moment[1]] if moment else parts)


def enactment(text: str, start: int, known: Mapping[Span, str]) -> tuple[Span, str] | None:
    """The aim in 为了…，根据…，制定本条例, and the English that goes before it.

    Args:
        text: Normalised Chinese of a segment.
        start: Where it begins, behind the head of an article.
        known: English of titles and terms by their place.

    Returns:
        Range of the aim with 为了, and "These Regulations are formulated in
        accordance with the … "; None where the text is something else or the
        basis is not known in full.
    """
    start += len(text[start:]) - len(text[start:].lstrip())
    match = _ENACTED.fullmatch(text, start)
    own = SELF_NAMES.get(match["own"]) if match else None
    if match is None or own is None:
        return None
    basis = _basis(text, Span(*match.span("basis")), known) if match["basis"] else ""
    if match["basis"] and not basis:
        return None
    ground = f" in accordance with {basis}" if basis else ""
    return Span(start, match.end("aim")), f"{own.opening} {'are' if own.plural else 'is'} {own.made}{ground} "


_ANSWERS: Final = re.compile(rf"(?P<body>{_BODY})(?:新闻)?发言人就(?P<topic>[^，。；：]{{2,60}})答记者问")


def answers(text: str) -> tuple[Span, str] | None:
    """The topic in 商务部新闻发言人就…答记者问, and "MOFCOM Spokesperson Answers Questions from the Press on "."""
    match = _ANSWERS.fullmatch(text)
    if match is None:
        return None
    issuer = ISSUERS[match["body"]]
    body = "Foreign Ministry" if issuer.short == "MFA" else issuer.short or issuer.english
    return Span(*match.span("topic")), f"{body} Spokesperson Answers Questions from the Press on "


def _basis(text: str, span: Span, known: Mapping[Span, str]) -> str:
    """The English of what an enactment rests on; empty where a part is not known."""
    english, at = "", span.start
    while at < span.end:
        if short := _SHORT_NAME.match(text, at, span.end):
            name = known.get(Span(*short.span("name")))
            if not name:
                return ""
            english, at = f"{english} (hereinafter referred to as the {name})", short.end()
            continue
        length = next((n for n in range(7, 0, -1) if at + n <= span.end and text[at : at + n] in _BASIS_PARTS), 0)
        term = next((one for one in known if one.start == at and at + length <= one.end <= span.end), None)
        if term and known[term]:
            name = known[term]
            english += name if name[0].islower() else f"the {name}"
            at = term.end
        elif length:
            english += _BASIS_PARTS[text[at : at + length]]
            at += length
        else:
            return ""
    return re.sub(r"\s+", " ", english).replace(" ,", ",").strip()


def fronted(aim: str) -> str:
    """An aim as the engine wrote it, "To safeguard …,", to stand behind "These Measures are formulated"."""
    aim = aim.strip().rstrip(".,;")
    first = re.match(r"(?:In order to|To|For)\b", aim)
    aim = aim[:1].lower() + aim[1:] if first or not re.match(r"\w+[A-Z]|[A-Z]{2}", aim) else aim
    return f"{aim if first else f'in order to {aim}'}."
