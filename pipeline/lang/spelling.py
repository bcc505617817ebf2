"""British spellings and other forms that American house style writes differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

# Whole words, every form that is spelt differently: "programmed" and "analyses" are American.
_WORDS: Final = {
    "programme": "program", "programmes": "programs", "aluminium": "aluminum", "caesium": "cesium", "grey": "gray",
    "greys": "grays", "greyed": "grayed", "greyish": "grayish", "judgement": "judgment", "judgements": "judgments",
    "cheque": "check", "cheques": "checks", "tonne": "metric ton", "tonnes": "metric tons", "artefact": "artifact",
    "artefacts": "artifacts", "plough": "plow", "ploughs": "plows", "ploughed": "plowed", "ploughing": "plowing",
    "mould": "mold", "moulds": "molds", "moulded": "molded", "moulding": "molding", "mouldings": "moldings",
    "mouldy": "moldy", "tyre": "tire", "tyres": "tires", "aeroplane": "airplane", "aeroplanes": "airplanes",
    "ageing": "aging", "practise": "practice", "practises": "practices", "practised": "practiced",
    "practising": "practicing", "storey": "story", "storeys": "stories", "kerb": "curb", "kerbs": "curbs",
    "draught": "draft", "sceptic": "skeptic", "sceptics": "skeptics", "sceptical": "skeptical",
    "sceptically": "skeptically", "scepticism": "skepticism", "manoeuvre": "maneuver", "manoeuvres": "maneuvers",
    "manoeuvred": "maneuvered", "manoeuvring": "maneuvering", "manoeuvrable": "maneuverable", "skilful": "skillful",
    "skilfully": "skillfully", "wilful": "willful", "wilfully": "willfully", "instalment": "installment",
    "instalments": "installments", "jewellery": "jewelry", "woollen": "woolen", "woollens": "woolens",
    "paediatric": "pediatric", "anaemia": "anemia", "leukaemia": "leukemia", "haemorrhage": "hemorrhage",
    "haemoglobin": "hemoglobin", "diarrhoea": "diarrhea", "orthopaedic": "orthopedic", "fibreglass": "fiberglass",
    "fibreboard": "fiberboard", "unfavourable": "unfavorable", "unrivalled": "unrivaled",
    "centrepiece": "centerpiece", "centrepieces": "centerpieces",
}  # fmt: skip
_OUR: Final = (
    "arbour ardour armour behaviour belabour candour clamour colour demeanour discolour disfavour dishonour endeavour "
    "favour fervour flavour harbour honour humour labour misbehaviour misdemeanour neighbour odour parlour rancour "
    "rigour rumour saviour savour splendour succour tumour valour vapour vigour watercolour"
).split()
_AFTER_OUR: Final = (
    " s ed ing ings able ably er ers ful fully less al ally hood hoods ly liness ite ites itism y ies".split(" ")
)
_RE: Final = "calibre centre epicentre fibre lacklustre lustre meagre sabre sombre spectre theatre metre litre".split()
_METRIC: Final = "kilo hecto deci centi milli micro nano".split()
_CE: Final = "defence licence offence pretence".split()
# One l before -s and -ment, two before -ed and -ing in either spelling.
_ONE_L: Final = "appal distil enrol enthral fulfil instil".split()
# Two before -ed and -ing by British custom only.
_TWO_L: Final = (
    "barrel cancel channel counsel dial duel equal fuel funnel initial jewel label level marshal model panel parcel "
    "pedal pencil quarrel refuel relabel remodel rival shovel signal spiral stencil swivel total travel tunnel unravel"
).split()
_YSE: Final = "analyse catalyse dialyse electrolyse hydrolyse paralyse pyrolyse reanalyse".split()
# Stems that take -ise and -isation only by British custom; "advise", "exercise" and the like are no such words.
_ISE: Final = tuple(
    "organ author util standard normal recogn minim maxim optim stabil liberal modern special real neutral emphas "
    "penal formal final central general material local global visual commercial industrial character crystal crystall "
    "harmon synchron patron privat national social capital digit priorit mobil summar categor jeopard crimin "
    "criminal weapon polit magnet oxid ion vapor atom carbon container hospital immun econom legal apolog critic "
    "scrutin subsid monopol rational symbol steril fertil polar equal custom item civil colon computer galvan "
    "homogen ideal institutional internal international external marginal mechan memor motor natural pasteur "
    "personal popular public pulver revital synthes sympath terror theor victim militar urban hybrid dramat "
    "familiar democrat incentiv final homolog random revolution sulfur".split()
)
_STEM: Final = re.compile(
    rf"((?:un|re|de|dis|over|under|non|pre)?(?:{'|'.join(_ISE)}))is(e|es|ed|ing|ation|ations|ational|er|ers|able|ability)",
    re.IGNORECASE,
)
_SULPHUR: Final = re.compile("sulph", re.IGNORECASE)
_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{4,}(?![A-Za-z])")
_PER_CENT: Final = re.compile(r"\bper cent\b", re.IGNORECASE)


def _forms() -> Iterator[tuple[str, str]]:
    yield from _WORDS.items()
    for word in _OUR:
        yield from ((word + ending, f"{word[:-3]}or{ending}") for ending in _AFTER_OUR)
    for word in (*_RE, *(prefix + unit for prefix in _METRIC for unit in ("metre", "litre"))):
        stem = word[:-2]
        yield from ((f"{stem}re{ending}", f"{stem}er{american}") for ending, american in _AFTER_RE.items())
        yield f"{stem}ring", f"{stem}ering"
    for word in _CE:
        yield from ((word[:-1] + ending, f"{word[:-2]}s{ending}") for ending in ("e", "es", "ed", "ing"))
    for word in _ONE_L:
        yield from ((word + ending, f"{word}l{ending}") for ending in ("", "s", "ment", "ments"))
    for word in _TWO_L:
        yield from ((f"{word}l{ending}", word + ending) for ending in ("ed", "ing", "ings", "er", "ers"))
    for word in _YSE:
        # "-yses" stays: analyses are what an analysis is called in the plural.
        yield from ((word[:-1] + ending, f"{word[:-2]}z{ending}") for ending in ("e", "ed", "ing", "er", "ers"))


_AFTER_RE: Final = {"": "", "s": "s", "d": "ed"}
_FORMS: Final = dict(_forms())


# Bounded: titles that documents make up go through it too.
@lru_cache(maxsize=16384)
def american(text: str) -> str:
    """The text as American house style spells it; unchanged where nothing is to do.

    Args:
        text: A rendering, not running text: quotations and names are not spared.
    """
    return _PER_CENT.sub("percent", _WORD.sub(_respelt, text))


def _respelt(match: re.Match[str]) -> str:
    word = match[0]
    better = _FORMS.get(word.lower())
    if better is None:
        word = _SULPHUR.sub(_sulfur, word)
        stem = _STEM.fullmatch(word)
        return f"{stem[1]}{'IZ' if word.isupper() else 'iz'}{stem[2]}" if stem else word
    if word.isupper():
        return better.upper()
    return better[0].upper() + better[1:] if word[0].isupper() else better


def _sulfur(match: re.Match[str]) -> str:
    return match[0].replace("ph", "f").replace("PH", "F")
