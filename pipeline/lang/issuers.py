"""Who issues numbered documents: Chinese names and short names, with the English that stands beside a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuing body.

    Attributes:
        english: In full, as mid-sentence, without article.
        short: What stands before "Announcement No. 18"; empty where the full name follows it with "of".
        article: Whether "the" goes before the full name.
    """

    english: str
    short: str = ""
    article: bool = True


_ROWS: Final = (
    ("商务部", "Ministry of Commerce", "MOFCOM"),
    ("海关总署", "General Administration of Customs", "GACC"),
    ("国务院", "State Council", "State Council"),
    ("工业和信息化部 工信部", "Ministry of Industry and Information Technology", "MIIT"),
    ("国家发展和改革委员会 国家发展改革委 发展改革委 国家发改委 发改委",
     "National Development and Reform Commission", "NDRC"),
    ("财政部", "Ministry of Finance", "MOF"),
    ("外交部", "Ministry of Foreign Affairs", "MFA"),
    ("国家税务总局 税务总局", "State Taxation Administration", "STA"),
    ("国家市场监督管理总局 国家市场监管总局 市场监管总局", "State Administration for Market Regulation", "SAMR"),
    ("国务院关税税则委员会", "Customs Tariff Commission of the State Council", ""),
    ("关税税则委员会 税委会", "Customs Tariff Commission", ""),
    ("自然资源部", "Ministry of Natural Resources", "MNR"),
    ("生态环境部", "Ministry of Ecology and Environment", "MEE"),
    ("科学技术部 科技部", "Ministry of Science and Technology", "MOST"),
    ("公安部", "Ministry of Public Security", "MPS"),
    ("国家安全部", "Ministry of State Security", "MSS"),
    ("司法部", "Ministry of Justice", "MOJ"),
    ("交通运输部", "Ministry of Transport", "MOT"),
    ("农业农村部", "Ministry of Agriculture and Rural Affairs", "MARA"),
    ("中国人民银行 人民银行", "People's Bank of China", "PBOC"),
    ("国家外汇管理局 国家外汇局 外汇局", "State Administration of Foreign Exchange", "SAFE"),
    ("国家能源局", "National Energy Administration", "NEA"),
    ("国家原子能机构", "China Atomic Energy Authority", "CAEA"),
    ("国家互联网信息办公室 国家网信办", "Cyberspace Administration of China", "CAC"),
    ("中央军委装备发展部", "Equipment Development Department of the Central Military Commission", ""),
    ("国家国防科技工业局 国家国防科工局 国防科工局",
     "State Administration of Science, Technology and Industry for National Defense", "SASTIND"),
    ("国家密码管理局 密码局", "State Cryptography Administration", ""),
    ("国家统计局", "National Bureau of Statistics", "NBS"),
    ("国家林业和草原局 国家林草局", "National Forestry and Grassland Administration", ""),
    ("国家药品监督管理局 国家药监局", "National Medical Products Administration", "NMPA"),
    ("不可靠实体清单工作机制", "Unreliable Entity List Working Mechanism", ""),
    ("最高人民法院", "Supreme People's Court", "SPC"),
    ("最高人民检察院", "Supreme People's Procuratorate", "SPP"),
    ("国务院办公厅", "General Office of the State Council", ""),
    ("全国人民代表大会常务委员会 全国人大常委会", "Standing Committee of the National People's Congress", ""),
    ("全国人民代表大会", "National People's Congress", "NPC"),
)  # fmt: skip
ISSUERS: Final = {name: Issuer(english, short) for names, english, short in _ROWS for name in names.split()} | {
    "中华人民共和国主席": Issuer("President of the People's Republic of China"),
    "国家主席": Issuer("President of the People's Republic of China"),
    "主席": Issuer("President of the People's Republic of China"),
}
_NAME: Final = (
    r"(?:(?<!主席)中华人民共和国)?(?:" + "|".join(sorted(ISSUERS, key=len, reverse=True)) + ")(?:（?(?:联合|会同)）?)?"
)
# One or more bodies right before a number: 商务部 海关总署公告, 商务部、海关总署令.
BEFORE_NUMBER: Final = re.compile(rf"(?:{_NAME}(?:\s|、|和|与|及)?)+$")
_ONE: Final = re.compile("|".join(sorted(ISSUERS, key=len, reverse=True)))


_FULL: Final = {issuer.english: issuer for issuer in ISSUERS.values()}
_SHORT: Final = {issuer.short: issuer for issuer in ISSUERS.values() if issuer.short}
ENGLISH_FULL: Final = "|".join(sorted(_FULL, key=len, reverse=True))
ENGLISH_SHORT: Final = "|".join(sorted(_SHORT, key=len, reverse=True))
_ENGLISH: Final = re.compile(rf"\b(?:{ENGLISH_FULL}|{ENGLISH_SHORT})\b")


def issuers(text: str) -> list[Issuer]:
    """The bodies that a Chinese text names, in order."""
    return [ISSUERS[match[0]] for match in _ONE.finditer(text)]


def english_issuers(text: str) -> list[Issuer]:
    """The bodies that an English text names, in order."""
    return [_FULL.get(match[0]) or _SHORT[match[0]] for match in _ENGLISH.finditer(text)] if text else []


def joined(names: list[str], word: str = "and") -> str:
    """A, B, and C; or another word before the last."""
    if len(names) < 3:
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"
