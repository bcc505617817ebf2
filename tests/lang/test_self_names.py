"""What a document calls itself."""

from __future__ import annotations

import csv

import pytest

from pipeline.lang.self_names import ENGLISH_SELF_NAME, SELF_NAMES, self_names
from pipeline.lang.values import chinese_values, english_values, same
from pipeline.resources import shipped
from pipeline.stages._formulas import enactment, formula


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("违反本条例第八条的，依照本法处罚。", ["本条例", "本法"]),
        ("日本决定限制出口，并依日本法追责。", []),
        ("依照基本法和版本目录办理。", []),
        ("本法院和本法人不适用本法第三条。", ["本法"]),
        ("本单位应当在收到本通知书面送达之日起执行。", ["本通知"]),
        ("收到本通知书后，按本清单所列项目申报。", ["本清单"]),
        ("本公告自公布之日起执行，本规则另行解释。", ["本公告", "本规则"]),
    ],
    ids=["two", "japan", "other-words", "court", "in-writing", "letter-and-list", "rules"],
)
def test_a_document_names_itself_where_no_other_word_has_the_same_characters(text: str, names: list[str]) -> None:
    found = [*self_names(text)]
    assert [name.chinese for _, name in found] == names
    assert [span.of(text) for span, _ in found] == names


@pytest.mark.parametrize("name", SELF_NAMES.values(), ids=lambda name: f"{name.noun}-{ord(name.chinese[1]):x}")
def test_every_name_is_known_to_provisions_commencement_and_enactment(name: object) -> None:
    one = SELF_NAMES[getattr(name, "chinese", "")]
    [value] = chinese_values(f"依照{one.chinese}第三条办理。")
    assert value.rendering == f"Article 3 of {one.english}"
    [english] = english_values(f"handled in accordance with {value.rendering}.")
    assert same(value, english)
    assert english.text == value.rendering
    taking_effect = formula(f"{one.chinese}自2026年3月1日9时起施行。", {})
    assert taking_effect == f"{one.opening} shall take effect at 9:00 on March 1, 2026."
    made = enactment(f"为了加强管理，制定{one.chinese}。", 0, {})
    assert made is not None
    assert made[1].startswith(f"{one.opening} {'are' if one.plural else 'is'} ")
    assert ENGLISH_SELF_NAME.fullmatch(one.english)


def test_the_glossary_says_the_same() -> None:
    rows = csv.DictReader((shipped("glossaries") / "laws.csv").read_text(encoding="utf-8").splitlines())
    said = {row["zh"]: row["en"] for row in rows if row["zh"] in SELF_NAMES}
    assert said
    assert said == {zh: SELF_NAMES[zh].english for zh in said}


def test_a_provision_of_japanese_law_is_not_of_this_law() -> None:
    assert [value.rendering for value in chinese_values("依据日本法第三条。")] == ["Article 3"]
