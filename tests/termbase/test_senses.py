"""The content of the shipped glossaries: how much there is, and whether conditions choose the right sense."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.evaluation.senses import SenseExample, load_senses, score_senses
from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import Glossary, read_entries

PATHS = sorted(Path(shipped("glossaries")).glob("*.csv"))
SENSES = Path(shipped("corpus") / "senses.tsv")


@pytest.fixture(scope="module")
def entries() -> list[ConceptEntry]:
    return [entry for path in PATHS for entry in read_entries(path)]


@pytest.fixture(scope="module")
def several(entries: list[ConceptEntry]) -> dict[str, set[str]]:
    """Concept ids by Chinese form, where there are several."""
    concepts: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for zh in entry.sources:
            concepts[zh].add(entry.id)
    return {zh: ids for zh, ids in concepts.items() if len(ids) > 1}


def test_there_are_well_over_fifteen_hundred_concepts_and_each_names_an_authority(entries: list[ConceptEntry]) -> None:
    assert len(entries) >= 1_500
    assert [entry.id for entry in entries if not entry.reference] == []


def test_at_least_a_hundred_and_twenty_terms_have_several_senses(several: dict[str, set[str]]) -> None:
    assert len(several) >= 120


def test_no_shipped_glossary_overrules_another() -> None:
    glossary = Glossary.load(PATHS, with_proposed=True)
    assert [str(conflict) for conflict in glossary.conflicts] == []


def test_every_sense_and_every_condition_has_a_sentence(
    entries: list[ConceptEntry], several: dict[str, set[str]]
) -> None:
    shown = {example.concept for example in load_senses(SENSES)}
    wanted = {entry.id for entry in entries if entry.condition}.union(*several.values())
    assert sorted(wanted - shown) == []
    assert sorted(shown - {entry.id for entry in entries}) == []


def test_the_choice_is_right_on_at_least_95_percent_of_the_sentences_and_needs_the_conditions() -> None:
    score = score_senses(Glossary.load(PATHS), load_senses(SENSES))
    assert score.right >= 0.95 * score.examples, "\n".join(map(str, score.mistakes))
    assert score.control < 0.75 * score.examples


def test_a_wrong_choice_and_a_term_that_is_no_word_of_its_own_are_both_mistakes() -> None:
    glossary = Glossary(
        (
            ConceptEntry(id="provisions", zh="规定", preferred="provisions"),
            ConceptEntry(id="provide", zh="规定", preferred="provide", condition="after(的期限)"),
            ConceptEntry(id="time-limit", zh="期限规定", preferred="time limit rule"),
        )
    )
    examples = [
        SenseExample("应当在规定的期限内申报。", "规定", "provide"),
        SenseExample("应当在规定的期限内申报。", "规定", "provisions"),
        SenseExample("违反期限规定的，处以罚款。", "规定", "provisions"),
    ]
    score = score_senses(glossary, examples)
    assert [mistake.chosen for mistake in score.mistakes] == ["provide", ""]
    assert (score.right, score.control, score.unsure) == (1, 1, 0)


def test_two_conditions_that_both_hold_are_counted_as_left_open() -> None:
    glossary = Glossary(
        (
            ConceptEntry(id="ruling", zh="裁定", preferred="ruling", condition="segment(法院)"),
            ConceptEntry(id="determination", zh="裁定", preferred="determination", condition="segment(倾销)"),
        )
    )
    score = score_senses(glossary, [SenseExample("法院维持了反倾销裁定。", "裁定", "ruling")])
    assert (score.right, score.unsure) == (1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zh\ten\n", ":1: the header"),
        ("sentence\tterm\tconcept\n商务部公布裁定。\t裁定\n", ":2: three columns"),
        ("sentence\tterm\tconcept\n商务部公布裁定。\t公告\tlw-announcement\n", ":2: 公告 does not stand"),
    ],
    ids=["header", "columns", "term"],
)
def test_a_malformed_file_of_sentences_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "senses.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_senses(path)


def test_the_command_prints_accuracy_beside_the_control() -> None:
    result = CliRunner().invoke(app, ["evaluate", "senses"])
    assert result.exit_code == 0, result.output
    right, control = result.output.splitlines()[-2:]
    assert right.startswith("right: ")
    assert control.startswith("without conditions: ")
