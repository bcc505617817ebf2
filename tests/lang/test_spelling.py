"""American and British spelling."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang.spelling import american
from pipeline.resources import shipped

# American words that look like British ones, or like a form of one.
AMERICAN = (
    "analyses paralyses dialyses catalyses hydrolyses electrolyses programmed programming programmer metered "
    "license licensed licensing practice advise advertise arise circumcise compromise comprise demise despise "
    "devise disguise enterprise excise exercise expertise franchise improvise incise merchandise paradise precise "
    "premise promise raise revise rise supervise surmise surprise televise treatise concise likewise otherwise "
    "premises emphases hypotheses syntheses parentheses bases crises oases theses diagnoses prognoses realist "
    "realism nationals finalist capitalist socialism specialist materialist minimalist optimist generalist hour "
    "four tour pour sour flour contour detour devour glamour paramour velour your course source resource court "
    "journal journey tourism mourn acre massacre mediocre ogre timbre genre macabre lucre wiseacre controlled "
    "controlling compelled installed installing expelled propelled fulfilled fulfilling enrolled enrolling "
    "instilled distilled distillation distiller excelled rebelled patrolled cancellation metallic crystalline "
    "crystallize tranquil fulfill enroll skillful willful stalled called tester center centered centering fiber "
    "theater caliber luster meager somber specter advice device vice service office police notice justice intense "
    "expense suspense defensive offensive graph sulfate greyhound story stories storied tire tired attire retire "
    "entire checked checker checks mold plow draft curb rigorous vigorous vaporous humorous odorous coloration "
    "honorary honorarium laborious invigorate harbinger favor favorite neighbor polite ionized synthesis emphasis "
    "basis axis analysis catalysis judgment aging aged check currency total totals modeled"
).split()
BRITISH = {
    "analyse": "analyze", "analysed": "analyzed", "Analysing": "Analyzing", "paralysed": "paralyzed",
    "centred": "centered", "centring": "centering", "kilometres": "kilometers", "practising": "practicing",
    "practises": "practices", "storeys": "stories", "Tyres": "Tires", "favourable": "favorable",
    "unfavourable": "unfavorable", "labourers": "laborers", "neighbourhood": "neighborhood", "licences": "licenses",
    "licenced": "licensed", "DEFENCE": "DEFENSE", "programmes": "programs", "fulfilment": "fulfillment",
    "fulfils": "fulfills", "travelled": "traveled", "labelling": "labeling", "refuelled": "refueled",
    "unauthorised": "unauthorized", "reorganisation": "reorganization", "liberalising": "liberalizing",
    "subsidised": "subsidized", "criticises": "criticizes", "recognisable": "recognizable",
    "ORGANISATION": "ORGANIZATION", "desulphurisation": "desulfurization", "Sulphuric": "Sulfuric",
    "instalments": "installments", "wilfully": "willfully", "manoeuvres": "maneuvers", "greys": "grays",
}  # fmt: skip


def test_no_american_word_is_called_british() -> None:
    assert [
        word for word in AMERICAN if american(word) != word or american(word.capitalize()) != word.capitalize()
    ] == []


@pytest.mark.parametrize("british", sorted(BRITISH), ids=str.lower)
def test_a_british_word_is_spelt_as_americans_spell_it_in_every_form(british: str) -> None:
    assert american(british) == BRITISH[british]
    assert american(BRITISH[british]) == BRITISH[british]


@pytest.mark.parametrize("path", sorted(shipped("corpus").glob("gold/*.en.md")), ids=lambda path: path.name[:-6])
def test_the_references_are_american_throughout(path: Path) -> None:
    words = re.findall(r"[A-Za-z]{4,}", path.read_text(encoding="utf-8"))
    assert [word for word in words if american(word) != word] == []


@given(st.lists(st.sampled_from([*AMERICAN, *BRITISH, "5%", "—", "the"]), max_size=12))
def test_what_is_american_already_is_left_alone(words: list[str]) -> None:
    once = american(" ".join(words))
    assert american(once) == once
    assert len(once.split()) == len(words)
