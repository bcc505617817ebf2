"""British spellings and other forms that American house style writes differently."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Whole words; endings that inflect stand in the pattern below.
_WORDS: Final[dict[str, str]] = {
    "licence": "license",
    "defence": "defense",
    "offence": "offense",
    "programme": "program",
    "centre": "center",
    "fibre": "fiber",
    "metre": "meter",
    "litre": "liter",
    "colour": "color",
    "labour": "labor",
    "favour": "favor",
    "favourable": "favorable",
    "behaviour": "behavior",
    "neighbour": "neighbor",
    "neighbouring": "neighboring",
    "harbour": "harbor",
    "honour": "honor",
    "endeavour": "endeavor",
    "vapour": "vapor",
    "aluminium": "aluminum",
    "caesium": "cesium",
    "sulphur": "sulfur",
    "sulphate": "sulfate",
    "sulphide": "sulfide",
    "sulphuric": "sulfuric",
    "grey": "gray",
    "judgement": "judgment",
    "cheque": "check",
    "analyse": "analyze",
    "tonne": "metric ton",
    "artefact": "artifact",
    "plough": "plow",
    "mould": "mold",
    "moulding": "molding",
    "tyre": "tire",
    "aeroplane": "airplane",
    "ageing": "aging",
    "fulfil": "fulfill",
    "enrol": "enroll",
    "travelling": "traveling",
    "modelling": "modeling",
    "labelling": "labeling",
    "labelled": "labeled",
    "cancelled": "canceled",
    "fuelled": "fueled",
}
# Stems that take -ise and -isation only by British custom; "advise", "exercise" and the like are no such words.
_ISE: Final = tuple(
    "organ author util standard normal recogn minim maxim optim stabil liberal modern special real neutral emphas "
    "penal formal final central general material local global visual commercial industrial character crystal "
    "harmon synchron patron privat national social capital digit priorit mobil util summar categor jeopard "
    "criminal weapon polit magnet demagnet oxid ion vapor atom carbon container hospital immun econom legal".split()
)
_STEM: Final = re.compile(rf"\b({'|'.join(_ISE)})is(e|es|ed|ing|ation|ations|ational|er|ers)\b", re.IGNORECASE)
_WORD: Final = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})(s|d)?\b", re.IGNORECASE)
_PER_CENT: Final = re.compile(r"\bper cent\b", re.IGNORECASE)


# Bounded: titles that documents make up go through it too.
@lru_cache(maxsize=16384)
def american(text: str) -> str:
    """The text as American house style spells it; unchanged where nothing is to do.

    Args:
        text: A rendering, not running text: quotations and names are not spared.
    """
    changed = _WORD.sub(_replaced, text)
    changed = _STEM.sub(r"\1iz\2", changed)
    return _PER_CENT.sub("percent", changed)


def _replaced(match: re.Match[str]) -> str:
    word, ending = match[1], match[2] or ""
    better = _WORDS[word.lower()]
    if word.isupper() and len(word) > 1:
        better = better.upper()
    elif word[0].isupper():
        better = better[0].upper() + better[1:]
    return better + ending
