"""Negation in Chinese and English: what says no, how often, and where two negatives make a positive.

Counts are of *independent* negations: 不…、不… in one breath is one, as "neither … nor" is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN

# 不 in these words negates nothing that English would negate with a word of its own.
_NOT_NEGATING: Final = (
    "不过|最不发达|没收|毫无疑问|不可去除|不可再生|可忽略不计|不计其数|缺一不可|不言自明|不只|与其说|不如说|离不开|保不住|未雨绸缪"
    "|一去不复返|多行不义|墨迹未干|没了|供不应求|供过于求|不同于|不复存在|不可持续|不可预见|不可缺少|不可替代|不可拆分|不可逾越|拒不|不尽|不限|或者?不予|而不是|而非|不符(?!合)|不讳|居高不下|不溶|不妥|不齐|不全|不含本数|不结盟|"
    "不仅|不但|不断|不久|不同|不论|不管|不少|不低于|不高于|不超过|不大于|不小于|不多于|不满|不足|不及|不到|不可靠|不动产|不锈|不可抗力"
    "|不良|不正当|不利|不等|不一|不易|不已|不料|不妨|不失|不愧|不惜|不由|不止|不禁|不俗|不菲|不乏|不定期|不公|不当|不实|不法|不确定"
    "|不稳|不安|不平衡|不幸|差不多|了不起|对不起|不可推卸|不可或缺|不可分割|不可避免|不可逆|不懈|不遗余力|不折不扣|不约而同|不言而喻"
    "|不容|不可否认|毋庸|无论|无人机|无线|无形|无缝|无机|无水|无偿|无限|无效|无疑|无视|无端|无理|无辜|无关|无数|无菌|非洲|非常|非法"
    "|非关税|非金属|非歧视|非市场|非政府|非公有|是非|非军事|未来|未必|未成年|未遂|前所未有|从无到有|有无|是否|与否|能否|可否|不时|不再?生"
    "|不外乎|不遵守|不履行|不合作|不合理|不合格|不规范|不配合|不属实|不甘|不顾|不间断|不对称|不便|不干涉|不扩散|不歧视|不相上下|不得已"
    "|无害|无须知|不时之需|不限于|波澜不惊|天塌不下来|解不了|别无|不近人情|不透明|不对等|不平等|不起眼|迫不及待|不结盟|不锈钢"
)
_PROHIBITED: Final = r"不得|禁止|严禁|不准|不许|不可|不应"
_ZH: Final = re.compile(
    rf"(?P<skip>{_NOT_NEGATING}|有没有|(?P<same>[{HAN}])不(?P=same))|(?P<cue>不得|不予|不会|不能|不再|不是|不应|不可|不必|不需|不准|不许|没有|并非|无法"
    rf"|无权|无意|无需|无须|从未|尚未|未能"
    r"|未经|绝不|决不|毫不|毫无|不|未|没|无(?=[证权力意法需须]|正当|不)|非(?=[经因法])|勿)"
)
_SAME_BREATH: Final = 8
# Two negatives that make one statement, with the English that renders them.
_MUST: Final = (
    r"\b(?:ha(?:ve|s|d)|having)\s+to\b|\bmust\b|\bforced\b|\bcompelled\b|\bno (?:choice|option|alternative)\b"
    r"|\bobliged\b|\bneed(?:s|ed)? to\b|\bcannot (?:but|help)\b|\bshall\b"
)
_ALL: Final = r"\ball\b|\bevery(?:one|body|thing)?\b|\beach\b|\bwithout exception\b|\binvariably\b|\balways\b|\bboth\b"
_ONLY: Final = (
    r"\bonly\b|\bunless\b|\buntil\b|\bbefore\b|\bprior\b|\brequire[sd]?\b|\bsubject to\b|\bmust (?:first|be)\b"
    r"|\bneeds?\b|\bprecondition\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleNegation:
    """Two negatives that make a positive, or a condition.

    Attributes:
        span: Where they stand.
        text: As written.
        positive: A pattern of English that says the same without a negative.
        twice: Whether English may keep both negatives instead.
        candidates: Renderings, the recommended one first.
    """

    span: Span
    text: str
    positive: str
    twice: bool
    candidates: tuple[str, ...]


_DOUBLE: Final[tuple[tuple[str, str, bool, tuple[str, ...]], ...]] = (
    (r"不得不|不能不|不可不|不会不|不由得不", _MUST, False, ("have to", "be forced to", "cannot but")),
    (r"无不|无一不|莫不|没有[^，。；]{1,12}?不(?!得|会|能)", _ALL, True, ("all", "without exception")),
    (
        r"并非(?:没有|不|无)|不是(?:没有|不|无)|并不是(?:没有|不)|不无(?!关)|不会没有|并非毫无",
        r"\bsome\b|\bindeed\b|\bdoes have\b|\bdo have\b",
        True,
        ("not without", "is indeed"),
    ),
    (
        (
            rf"(?:未经|非经|未取得|未获|未收到|未完成|未通过|未按|没有|无(?![论非需须疑]))[^。；“”]{{1,24}}?(?:{_PROHIBITED}|不予|无权|不能"
            rf"|任何[^。；]{{1,20}}?不得)"
        ),
        _ONLY,
        True,
        ("shall not … without", "… only with …"),
    ),
    (r"非[^，。；]{1,12}?(?:不得|不可|不能|莫)", _ONLY, True, ("only … may", "none but")),
    (r"只有[^。；]{2,30}?才(?:能|可)", r"\bonly\b|\bunless\b|\buntil\b|\bmust\b|\brequire", True, ("only … may",)),
)
_DOUBLES: Final = tuple((re.compile(entry[0]), *entry[1:]) for entry in _DOUBLE)

_EN: Final = re.compile(
    r"\b(?:not|cannot|no(?!\.)|never|none|nor|neither|without|nothing|nobody|nowhere|hardly|barely|scarcely|unless"
    r"|non-?\w{3,}"
    r"|fail(?:s|ed|ing|ure)?|refus\w+|reject(?:s|ed|ing|ion)?|deny|denies|denied|denying|denial|lack(?:s|ed|ing)?"
    r"|absen\w+"
    r"|unable|inability|impossible|impermissible|exempt\w*|free (?:of|from)|rather than|instead of|other than"
    r"|except(?:ing)?|exclud\w+"
    r"|discrepan\w+|mismatch\w*|contrary|short of|still less|let alone"
    r"|i(?:n(?:access|separ|dispens|solub|evit"
    r"|tangib|adequa"
    r"|appropr|capab|compat|complet|consist|correct|accura|eligib|effect|feasib|suffic|valid|volunt|admiss)"
    r"|m(?:mov|permiss|possib|practic|proper)|r(?:replac|regular|relevan|revers)|l(?:legal|licit))\w*"
    r"|independent(?:ly)?|inadmissible"
    r"|irrespective|regardless|dis(?:agree\w*|regard\w*|satisf\w*|approv\w*|allow\w*|qualif\w*|honest\w*|continu\w*"
    r"|prov\w*)"
    r"|un(?!it|ion|ilat|ive|der|til|less|iq|if|an|to\b)\w{4,}|untrue|outside|beyond|stop(?:s|ped|ping)?|cease[sd]?"
    r"|ceasing|prohibit\w*|forbid\w*|forbidden|ban(?:s|ned|ning)?"
    r"|barred|prevent\w*|refrain\w*|avoid\w*|waive\w*|withh[eo]ld\w*|declin(?:e to|ed to|es to)|yet to|far from"
    r"|pending|overdue|missing)\b|n't\b|n’t\b",
    re.IGNORECASE,
)


def chinese_negations(text: str) -> list[Span]:
    """Independent negations in Chinese text, those of double negatives left out."""
    doubles = [double.span for double in double_negations(text)]
    found: list[Span] = []
    for match in _ZH.finditer(text):
        span = Span(match.start(), match.end())
        if match["skip"] or any(span.overlaps(other) for other in doubles):
            continue
        if found and _one_breath(text[found[-1].end : span.start]):
            continue
        found.append(span)
    return found


def _one_breath(between: str) -> bool:
    """Whether a second negation this close belongs with the first: 不A、不B, 不A也不B."""
    return len(between) <= _SAME_BREATH and not re.search(r"[，。；：]", between)


def double_negations(text: str) -> Iterator[DoubleNegation]:
    """Double negatives in Chinese text, from the left, without overlaps."""
    taken: list[Span] = []
    for pattern, positive, twice, candidates in _DOUBLES:
        for match in pattern.finditer(text):
            span = Span(match.start(), match.end())
            if not any(span.overlaps(other) for other in taken):
                taken.append(span)
                yield DoubleNegation(span=span, text=match[0], positive=positive, twice=twice, candidates=candidates)


def english_negations(text: str, source: str = "") -> list[Span]:
    """Words that negate in English text, from the left.

    Args:
        text: English.
        source: The Chinese, where it is known: words whose Chinese is no
            negation but a word of its own (停止 stop, 放弃 waive) do not count.
    """
    found = [Span(match.start(), match.end()) for match in _EN.finditer(text)]
    lexical = [english for english, chinese in _LEXICAL if source and chinese.search(source)]
    return [span for span in found if not any(pattern.match(span.of(text)) for pattern in lexical)]


# English words with a negative sense that stand for Chinese words of their own.
_LEXICAL: Final = tuple(
    (re.compile(english, re.IGNORECASE), re.compile(chinese))
    for english, chinese in (
        (r"waive", "放弃|豁免"),
        (r"stop|cease", "停"),
        (r"refus|reject|declin", "拒|谢绝"),
        (r"prohibit|forbid|ban|barred", "禁"),
        (r"prevent|avoid", "防|避免|阻止"),
        (r"exempt|free (?:of|from)", "免"),
        (r"exclud|except|other than", "除|排除"),
        (r"deny|denie|denial", "否认|拒绝"),
        (r"lack|absen|missing|insufficient", "缺|短缺|不足"),
        (r"outside|beyond", "境外|以外|之外|超出"),
        (r"fail", "失败|失灵"),
        (r"overdue", "逾期"),
        (r"disregard|regardless|irrespective", "不顾|无视|不论|无论"),
        (r"rather than|instead of", "而不是|而非|代替"),
        (
            r"un\w+|i[nmrl]\w+|non-?\w+",
            "单方|非法|擅自|违法|独立|无效|无限|非关税|不当|未遂|无形|不动产",
        ),
        (r"unless|without|until|before", "除非"),
    )
)
_EXPLICIT: Final = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|shall|will|would|may|can|could|should|must)\s+not\b|\bcannot\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
# Some of this is in all of the above.
_NOT: Final = re.compile(r"not|n['’]t", re.IGNORECASE)
# Anything in Chinese that may make English say "not".
_NEGATIVE_AIR: Final = re.compile(
    r"[不未无没非禁勿否难拒停失缺莫免别仅只除]|反对|避免|防止|放弃|尚待|有待|暂缓|中止|终止|取消|罕见|极少|很少|鲜有|低于|以外|才能|方可|例外"
)


def added_negation(text: str, source: str) -> Span | None:
    """An explicit "not" in English text whose Chinese has nothing negative about it."""
    if not _NOT.search(text) or _negative(source):
        return None
    match = _EXPLICIT.search(text)
    return Span(match.start(), match.end()) if match else None


# A source is held against several hypotheses.
@lru_cache(maxsize=1024)
def _negative(source: str) -> bool:
    return _NEGATIVE_AIR.search(source) is not None
