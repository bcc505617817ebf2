"""Chinese persons' names in text, by what stands beside them, and their English form in pinyin.

Only names with a cue (a post before, a verb of saying behind) are found:
a wrong guess would put a person into a document who is not there. Names of
Japanese and other foreigners are not Chinese names and are left alone; known
ones stand in the glossaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN, HAN_CHARACTER
from pipeline.lang.pinyin import syllable

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤华"
)
_COMPOUND: Final = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒"
_POSTS: Final = (
    "发言人|部长|副部长|部长助理|司长|副司长|局长|副局长|署长|副署长|主任|副主任|主席|副主席|总理|副总理|委员|书记|院长|副院长"
    "|研究员|教授|会长|副会长|秘书长|大使|参赞|总裁|董事长|总经理|代表|司令|记者|分析师|经济学家|律师"
)
_SAYS: Final = "表示|说|指出|强调|介绍|认为|称|答|在|出席|主持|会见|率|告诉|透露|宣布|回应|解释|分析|呼吁"
_NAME: Final = rf"(?P<name>(?:(?:{_COMPOUND})|[{_SURNAMES}])[{HAN}]{{1,2}}?)"
_PATTERN: Final = re.compile(rf"(?:{_POSTS}){_NAME}(?=(?:{_SAYS})|[，。、；：）“]|$|(?:{_POSTS}))")
# 一、余茂春，男: a list of persons.
_LISTED: Final = re.compile(rf"(?:^|[、.\s）]){_NAME}(?=[，,][男女])")
_FOREIGN: Final = re.compile(r"日本|日方|韩国|朝鲜|越南|首相|外务|经济产业|内阁官房|防卫")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name of a person or body.

    Attributes:
        span: Where it stands.
        text: In characters.
        english: Of Chinese persons the surname first, the given name in one word, without tone marks.
    """

    span: Span
    text: str
    english: str


def chinese_names(text: str) -> Iterator[PersonName]:
    """Names of Chinese persons that a post before them marks as such."""
    if _FOREIGN.search(text):
        return
    for match in [*_PATTERN.finditer(text), *_LISTED.finditer(text)]:
        name = match["name"]
        if english := pinyin_name(name):
            yield PersonName(span=Span(match.start("name"), match.end("name")), text=name, english=english)


# 莱多斯公司（Leidos）: what the source itself writes in Latin letters.
_ORIGINAL: Final = re.compile(rf"(?<=[{HAN}A-Za-z”])[（(](?P<name>[A-Z][^（）(){HAN}]*?[A-Za-z.])[）)]")
_ENTITY: Final = re.compile(
    r"\s*(?:\d{1,3}[.．、]|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)?\s*"
    rf"(?P<whole>(?P<name>[{HAN}A-Za-z0-9][{HAN}A-Za-z0-9·&、\s-]{{0,40}}?)"
    rf"[（(]\W?(?P<original>[A-Z][^（）(){HAN}]*?[A-Za-z.])[）)])[。；;，,、]?$"
)


# What stands before a name and is no part of it: a post, a verb, a preposition.
_NOT_NAME: Final = re.compile(
    r".*(?:主席|所长|主任|行政官|执行官|总裁|董事长|经理|议员|大使|部长|局长|司长|院长|会长|顾问|专员|主管|官员|发言人|国务卿|教授"
    r"|创始人|负责人|公民|男子|女子|先生|女士|(?<!华)为|[将对把被向给由是括的、，：；。“”（）《》\s])"
)
# A conjunction parts two names, unless the Latin name has one too: 导弹与火控公司（Missiles and Fire Control）.
_CONJUNCTION: Final = re.compile(".*[与和及]")
_LATIN_CONJUNCTION: Final = re.compile(r" and |&|/", re.IGNORECASE)
_WITH_ORIGINAL: Final = re.compile(
    rf"(?P<before>[{HAN}A-Za-z0-9·、，：；。“”（《》\s]{{1,34}}?)\s?[（(]\W?(?P<original>[A-Z][^（）(){HAN}]*?[A-Za-z.])[）)]"
)
_BODY: Final = re.compile(
    r"(?:公司|集团|研究所|研究院|基金会|大学|学院|协会|中心|实验室|银行|机构|图书馆|企业|工业|系统|航空|科技|联盟|联合会|学会|组织)$"
)
# What stands between the items of a list, behind the bracket of the item before.
_NEXT_ITEM: Final = re.compile("(?:、?以及|[、和及与])")
_ITEM_NAME: Final = re.compile(rf"(?!.*(?:[将把被向对]|决定|列入))[{HAN}·A-Za-z0-9、\s]{{2,30}}")
# 朴英泰（Yeong-Tae Pak），男: then it is a person without · too.
_SEX: Final = re.compile("[，,][男女]")
_PERSON: Final = re.compile(f"(?<![{HAN}])[{HAN}]{{2,4}}$")
_ACRONYM: Final = re.compile("[A-Z]{2,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalName:
    """A name in characters with its Latin original in brackets behind it.

    Attributes:
        span: Of both.
        chinese: The name in characters.
        original: As the source spells it.
    """

    span: Span
    chinese: str
    original: str


def named_in_brackets(text: str) -> Iterator[OriginalName]:
    """Foreign persons (with · in the name) and bodies whose Latin name follows in brackets: that is the English.

    In a list an item that follows another such name is a name from its first
    character on; elsewhere what stands before the name is cut off.
    """
    last = -1
    for match in _WITH_ORIGINAL.finditer(text) if "）" in text or ")" in text else ():
        before, original = match["before"], match["original"]
        name = _listed_name(before) if match.start() == last else ""
        name = name or _running_name(before, original)
        if not name and _SEX.match(text, match.end()) and (person := _PERSON.search(before)):
            name = person[0]
        last = match.end()
        if name:
            yield OriginalName(
                span=Span(match.start() + before.rindex(name), match.end()), chinese=name, original=original
            )


def _listed_name(before: str) -> str:
    """The whole of a list's item, if it names nothing else on the way."""
    joint = _NEXT_ITEM.match(before)
    name = before[joint.end() :] if joint else ""
    inner = name.rpartition("、")[0]
    return name.strip() if _ITEM_NAME.fullmatch(name) and not _BODY.search(inner) and "·" not in inner else ""


def _running_name(before: str, original: str) -> str:
    cut = _NOT_NAME.match(before)
    name = before[cut.end() :] if cut else before
    if not _LATIN_CONJUNCTION.search(original) and (cut := _CONJUNCTION.match(name)):
        name = name[cut.end() :]
    person = 2 < len(name) <= 16 and "·" in name.strip("·") and re.fullmatch(f"[{HAN}·A-Z.]+", name)
    body = 3 <= len(name) <= 24 and _BODY.search(name) and re.fullmatch(f"[{HAN}·A-Za-z0-9]+", name)
    # 国际原子能机构（IAEA）: an abbreviation of a name is not the name.
    short = _ACRONYM.fullmatch(original) and not name.endswith(("公司", "集团"))
    return name if (person or body) and not short else ""


def latin_originals(text: str) -> list[str]:
    """Latin names that a Chinese text gives in brackets behind the Chinese ones, in order."""
    return [match["name"] for match in _ORIGINAL.finditer(text)] if "）" in text or ")" in text else []


def listed_entity(text: str) -> OriginalName | None:
    """The name that a list's item is and nothing else, 1. 莱多斯公司（Leidos）: in English the original in brackets."""
    match = _ENTITY.match(text) if text.rstrip("。；;，,、").endswith(("）", ")")) else None
    if match is None or not HAN_CHARACTER.search(match["name"]):
        return None
    return OriginalName(span=Span(*match.span("whole")), chinese=match["name"].strip(), original=match["original"])


# 一、余茂春（Miles Yu），男: what follows a person's name in a list.
_LISTED_PERSON: Final = re.compile(
    rf"(?:^|[、.．）\s])(?P<name>[{HAN}·]{{2,16}})[（(](?P<original>[A-Z][^（）(){HAN}]*?[A-Za-z.])[）)](?=[，,][男女])"
)


def given_names(texts: Iterable[str]) -> dict[str, str]:
    """Names that a document itself gives a Latin original for, by their Chinese; the first original counts."""
    found: dict[str, str] = {}
    for text in texts:
        if (listed := _LISTED.search(text)) and (english := pinyin_name(listed["name"])):
            found.setdefault(listed["name"], english)
        if not ("）" in text or ")" in text):
            continue
        entity = listed_entity(text)
        names = [entity] if entity and _BODY.search(entity.chinese) else list(named_in_brackets(text))
        for name in names:
            if len(name.chinese) > _SHORT_NAME:
                found.setdefault(name.chinese, name.original)
        if person := _LISTED_PERSON.search(text):
            found.setdefault(person["name"], person["original"])
    return {**_family_names(found), **found}


# 三井（Mitsui): two characters may stand for something else in another sentence.
_SHORT_NAME: Final = 2
_SUFFIX: Final = re.compile(r",? (?:Jr\.?|Sr\.?|I{2,3}|IV)$")
_FAMILY: Final = re.compile(r"(?:(?:St\.|[dv][aeiou]n?r?|v[ao]n|Le|La|El|Al) )*\S+$")


def _family_names(given: dict[str, str]) -> dict[str, str]:
    """What foreign persons are called later, 唐纳森 for 盖布·唐纳森（Gabe Donaldson）; of two namesakes neither."""
    found: dict[str, set[str]] = {}
    for name, original in given.items():
        first, _, family = name.rpartition("·")
        english = _FAMILY.search(_SUFFIX.sub("", original))
        if first and english and len(family) > _SHORT_NAME and not _BODY.search(name):
            found.setdefault(family, set()).add(english[0])
    return {family: next(iter(english)) for family, english in found.items() if len(english) == 1}


def pinyin_name(name: str) -> str:
    """何亚东 as He Yadong (GB/T 28039: surname, then the given name written together).

    Empty where a character of the given name is read in either of two ways in
    names: 马朝旭 may be Zhaoxu or Chaoxu.
    """
    length = 2 if re.match(_COMPOUND, name) else 1
    surname = _SURNAME_READINGS.get(name[:length]) or "".join(syllable(character) for character in name[:length])
    syllables: list[str] = []
    for character in name[length:]:
        if character in _DOUBTFUL:
            return ""
        syllables.append(syllable(character))
    given = "'".join(syllables) if syllables[-1][0] in "aoe" and len(syllables) > 1 else "".join(syllables)
    return f"{surname.capitalize()} {given.capitalize()}"


# Characters that read otherwise as surnames.
_SURNAME_READINGS: Final = {
    "曾": "zeng",
    "任": "ren",
    "单": "shan",
    "覃": "qin",
    "尹": "yin",
    "石": "shi",
    "尉迟": "yuchi",
}
# Read in two ways in given names.
_DOUBTFUL: Final = frozenset("朝长乐行重曲参传盛降")
