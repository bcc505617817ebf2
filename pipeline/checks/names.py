"""N3xx: names of persons, institutions and laws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import citations, japanese, names
from pipeline.lang.han import HAN
from pipeline.lang.pinyin import syllables

# The characters that Xinhua's tables of transliteration use.
_SOUNDS: Final = (
    "阿埃艾安奥巴贝本比宾波博布查达戴丹德邓迪蒂丁东杜多恩尔法菲费芬弗福盖冈戈格根古哈海汉赫亨胡华怀霍基吉加贾杰金卡凯坎康考柯科克肯库拉莱兰朗劳勒雷里莉利"
    "林卢鲁路伦罗洛马麦曼梅门蒙米明莫墨姆穆纳奈南内尼宁牛努诺欧帕潘佩彭皮珀普奇恰乔切琴丘让热日荣若萨塞赛桑森沙尚舍申圣施史什舒斯思松苏索塔泰坦汤唐陶特"
    "滕提廷图托瓦万旺威维韦卫温翁沃乌武西希夏谢辛兴休许雪雅亚延扬耶叶伊依易因尤于约泽扎詹张哲珍真芝朱兹佐顿逊默琳妮娜娅莎丝伯滨岑崔夫盎卜可弥"
)
_TRANSLITERATED: Final = re.compile(rf"[{_SOUNDS}]{{1,8}}(?:·[{_SOUNDS}]{{1,8}}){{1,3}}")
_COMPANY: Final = re.compile(
    rf"(?<![{HAN}])[{HAN}]{{3,16}}?(?:有限公司|有限责任公司|股份公司|公司|株式会社|集团)(?![{HAN}])"
)
_PROPER: Final = re.compile(
    r"\b[A-Z][\w'’.&-]*(?:\s+(?:[A-Z][\w'’.&-]*|of|the|de|van|von|and|&))*\s+[A-Z][\w'’.&-]*|\b[A-Z][\w'’-]{2,}\b"
)
_SENTENCE_WORDS: Final = frozenset(
    "The A An In On At By For From With And But If When Where China Chinese Japan Japanese US EU This That These "
    "Those It All Other No January February March April May June July August September October November December "
    "Ministry Company Enterprise Article Announcement".split()
)


@check("N301", category=MqmCategory.ACCURACY_NAME, severity=Severity.MAJOR)
def person(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A Chinese person's name is not in the translation in pinyin, surname first.

    何亚东 is He Yadong (GB/T 28039): neither Yadong He nor He Ya-dong. Names in the
    glossaries are looked after by T101; only names with a post beside them are found.
    """
    known = [term.span for term in segment.terms]
    for name in names.chinese_names(segment.text):
        if any(name.span.overlaps(span) for span in known):
            continue
        if not re.search(rf"\b{re.escape(name.english)}\b", segment.target, re.IGNORECASE):
            near = _alike(name.english, segment.target)
            yield Finding(
                message=f"{name.text} is {name.english}; the translation does not say so.",
                source=name.span,
                target=near,
                candidates=(
                    Candidate(name.english, "pinyin, GB/T 28039"),
                    Candidate(near.of(segment.target), "as translated")
                    if near
                    else Candidate(_reversed(name.english), "given name first"),
                ),
            )


def _reversed(english: str) -> str:
    surname, _, given = english.partition(" ")
    return f"{given} {surname}"


def _alike(english: str, target: str) -> Span | None:
    """A stretch of the target that shares the surname or the given name."""
    for part in english.split():
        if match := re.search(rf"\b(?:[A-Z][\w-]+\s+)?{re.escape(part)}\b(?:\s+[A-Z][\w-]+)?", target):
            return Span(*match.span())
    return None


@check("N302", category=MqmCategory.ACCURACY_NAME, severity=Severity.MAJOR)
def japanese_name(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A Japanese person's name has been read as Chinese, or its reading has to be looked up.

    高市早苗 is Sanae Takaichi, not Gaoshi Zaomiao. The common reading of a surname is
    known; that of a given name depends on the person, so that a name outside the
    glossaries is always put before a human.
    """
    known = [term.span for term in segment.terms]
    for name in japanese.japanese_names(segment.text):
        if any(name.span.overlaps(span) for span in known):
            continue
        read = names.pinyin_name(name.text)
        pinyin = _pinyin_span(name.text, segment.target)
        surname_said = re.search(rf"\b{name.surname}\b", segment.target) is not None
        said = re.search(rf"[A-Z]\w+\s+{name.surname}\b", segment.target)
        first = said[0] if said else name.surname
        yield Finding(
            message=f"{name.text} is a Japanese name ({name.surname} …): "
            + (
                "the translation reads it as Chinese."
                if pinyin or not surname_said
                else "its reading must be confirmed."
            ),
            source=name.span,
            target=pinyin or (Span(*said.span()) if said else None),
            severity=None if pinyin or not surname_said else Severity.MINOR,
            candidates=(
                Candidate(first, "common reading of the surname"),
                Candidate(
                    pinyin.of(segment.target) if pinyin else (read or f"{name.surname} ({name.text})"),
                    "reading to be confirmed",
                ),
            ),
        )


def _pinyin_span(text: str, target: str) -> Span | None:
    """Where a target reads two or more characters of a name in pinyin."""
    pattern = r"[\s'’-]?".join(map(re.escape, syllables(text)))
    match = re.search(rf"\b{pattern}\b", target, re.IGNORECASE)
    return Span(*match.span()) if match else None


@check("N303", category=MqmCategory.ACCURACY_NAME, severity=Severity.MINOR, whole_document=True)
def transliterated(context: CheckContext) -> Iterator[Finding]:
    """A foreign person or company stands in Chinese characters, and its own spelling has to be found.

    丹尼尔·卡弗 may be Carver or Karver; a company is registered under one name. Flagged
    once per name, unless a glossary has it. 共同社 and other names in glossaries are no matter.
    """
    seen: set[str] = set()
    for segment in context.document.segments:
        if not segment.target:
            continue
        known = [term.span for term in segment.terms if term.enforced and len(term.text) > 2]
        known += [name.span for name in names.named_in_brackets(segment.text)]
        for span in _foreign(segment):
            name = span.of(segment.text)
            if name in seen or any(span.overlaps(other) and other.end - other.start >= 4 for other in known):
                continue
            seen.add(name)
            said = _proper_name(segment.target)
            text = said.of(segment.target) if said else ""
            # 高点航空技术公司（High Point Aerotechnologies）: the source gives the spelling itself.
            if not text or text.lower() in segment.text.lower() or _SPELLED.match(segment.text, span.end):
                continue
            yield Finding(
                segment=segment.id,
                message=f"{name} is a transliteration or translation: find the name's own spelling.",
                source=span,
                target=said,
                candidates=(
                    Candidate(text, "as translated"),
                    Candidate(f"{text} ({name})", "with the Chinese name in brackets"),
                ),
            )


_SPELLED: Final = re.compile(r"\s?[（(][^）)]{0,6}?[A-Za-z]{2}")


def _foreign(segment: Segment) -> Iterator[Span]:
    for match in _TRANSLITERATED.finditer(segment.text):
        yield Span(*match.span())
    for match in _COMPANY.finditer(segment.text):
        # 上述公司, 中国公司 and 其他日本公司 name no company; a long word before 公司 that stands alone does.
        if not re.search(
            r"上述|其他|有关|相关|任何|各|本公司|中国|日本|韩国|美国|欧盟|英国|瑞典|德国|部分|多家|一家|上市|进出口|外国|跨国|子公司|分公司|母公司",
            match[0],
        ):
            yield Span(*match.span())


def _proper_name(target: str) -> Span | None:
    for match in _PROPER.finditer(target):
        words = match[0].split()
        if len(words) >= 2 and words[0] not in _SENTENCE_WORDS:
            return Span(*match.span())
    return None


@check("N305", category=MqmCategory.ACCURACY_NAME, severity=Severity.MAJOR)
def title_kind(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A title names another kind of document than the source.

    条例 are Regulations, 办法 Measures, 规定 Provisions, 细则 Rules, 决定 a Decision: each
    has its rank, and "Methods" or "Ordinance" is none of them. Titles in the glossaries are T101's.
    """
    known = [term.span for term in segment.terms if term.enforced]
    for mention in citations.titles(segment.text):
        if any(mention.span.overlaps(span) and span.end - span.start >= len(mention.title) for span in known):
            continue
        heads = citations.TITLE_HEADS[mention.head]
        if not any(re.search(rf"\b{head}s?\b", segment.target, re.IGNORECASE) for head in heads):
            yield Finding(
                message=f"《{mention.title}》: {mention.head} is “{heads[0]}”; the translation has no such word.",
                source=mention.span,
                candidates=tuple(Candidate(head, "official titles") for head in (*heads, f"the {heads[0]}")[:3]),
            )
