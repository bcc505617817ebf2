from __future__ import annotations

import msgspec
import pytest

from pipeline import testing
from pipeline.core.document import Segment
from pipeline.stages.renderings import Rendering, base_form, changed_renderings, with_decision, with_rendering


def segment(text: str, target: str, *terms: tuple[str, str]) -> Segment:
    return testing.segment(text, target, terms=dict(terms))


CONTROL = ("出口管制", "export control")
ITEM = ("两用物项", "dual-use item")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Export control is imposed on dual-use items.", "Export control is imposed on dual-use goods.",
         [("两用物项", "dual-use items", "dual-use goods")]),
        ("Export control is imposed on dual-use items.", "Export controls are imposed on a dual-use item.", []),
        ("Export control is imposed on dual-use items.", "Export restriction is imposed on dual-use items.",
         [("出口管制", "export control", "export restriction")]),
        ("Export curb is imposed on dual-use items.", "Export control is imposed on dual-use items.",
         [("出口管制", "export curb", "export control")]),
        ("Export control is imposed on dual-use items.", "Such things shall have rules of their own.", []),
        ("Export control is imposed on dual-use items.", "Export control is imposed upon dual-use items.", []),
    ],
    ids=["term", "inflection", "other-term", "mended", "rewritten", "other-words"],
)  # fmt: skip
def test_a_correction_says_which_terms_it_renders_otherwise(
    before: str, after: str, expected: list[tuple[str, str, str]]
) -> None:
    found = changed_renderings(segment("对两用物项实施出口管制。", before, CONTROL, ITEM), after)
    assert [(one.zh, one.before, one.after) for one in found] == expected


LICENSE = ("许可证", "license")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("An export license is needed for dual-use items.", "An export license is needed for them."),
        ("A license for the dual-use items expires in 2025.", "A license for 18 of them expires in 2025."),
        ("The license covers dual-use items.", "Dual-use items are covered by the license."),
        ("Dual-use items need a license from the ministry of trade.", "Such goods are not to be sold without a word."),
        ("Dual-use items need a license.", "A license is what dual-use items need."),
        ("Dual-use items need a license.", "Dual-use items need a license without delay."),
        ("Dual-use items and other sensitive goods need a license.", "All wares of that kind need a license."),
        ("Exporters of dual-use items apply for a license.", "Exporters of dual-use items apply early for a license."),
        ("Dual-use items, Annex 3, need a license.", "Dual-use items (see Annex 3) need a license."),
        ("The items need a license.", "The dual-use items need a license."),
    ],
    ids=["pronoun", "number", "moved", "rewritten", "turned", "added", "more-than-the-term", "adverb", "brackets",
         "completed"],
)  # fmt: skip
def test_a_correction_about_something_else_says_nothing_about_terms(before: str, after: str) -> None:
    found = changed_renderings(segment("两用物项出口须申请许可证。", before, ITEM, LICENSE), after)
    assert found == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Control is imposed on flights.", "Traffic control is imposed on flights.", ("control", "traffic control")),
        ("The control measure is lifted.", "The traffic control is lifted.", ("control", "traffic control")),
        ("Control is imposed on flights.", "Control is imposed on traffic.", None),
    ],
    ids=["longer", "longer-instead", "elsewhere"],
)
def test_a_sense_whose_english_holds_the_old_english_is_seen(
    before: str, after: str, expected: tuple[str, str] | None
) -> None:
    source = segment("实施飞行管制。", before, ("管制", "control"))
    found = changed_renderings(source, after, known={"管制": {"traffic control", "control"}})
    assert [(one.before, one.after) for one in found] == ([expected] if expected else [])


def test_words_of_other_terms_are_no_part_of_a_rendering() -> None:
    source = segment("两用物项许可证。", "Dual-use item license.", ITEM, LICENSE)
    [found] = changed_renderings(source, "License for articles of dual use.")
    assert (found.zh, found.before, found.after) == ("两用物项", "dual-use item", "articles of dual use")


def test_the_glossary_is_offered_the_singular() -> None:
    learned = Rendering(zh="两用物项", before="dual-use items", after="dual-use articles")
    assert base_form(learned, "dual-use item").after == "dual-use article"
    goods = Rendering(zh="两用物项", before="dual-use items", after="dual-use goods")
    assert base_form(goods, "dual-use item").after == "dual-use goods"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Dual-use items are listed.", "Dual-use articles are listed."),
        ("The dual-use item's user.", "The dual-use article's user."),
        ("It is a dual-use item.", "It is a dual-use article."),
        ("Nothing of the kind.", None),
        ("A dual-use item and dual-use items.", None),
    ],
    ids=["plural", "possessive", "article", "absent", "more-than-in-the-source"],
)
def test_a_rendering_is_changed_in_the_form_that_its_place_wants(target: str, expected: str | None) -> None:
    change = Rendering(zh="两用物项", before="dual-use item", after="dual-use article")
    assert with_rendering(segment("两用物项。", target, ITEM), change) == expected


@pytest.mark.parametrize(
    ("before", "after", "target", "expected"),
    [
        ("Japanese side", "Japan", "If the Japanese side insists, the Japanese side's acts count.",
         "If Japan insists, Japan's acts count."),
        ("Japanese side", "Japan", "The Japanese side knows.", "Japan knows."),
        ("Japan", "Japanese side", "Japan knows what Japan's acts are.",
         "The Japanese side knows what the Japanese side's acts are."),
        ("Japanese side", "side of Japan", "The Japanese side knows.", "The side of Japan knows."),
    ],
    ids=["name", "beginning", "common-noun", "both-common"],
)  # fmt: skip
def test_the_article_comes_and_goes_with_the_kind_of_noun(before: str, after: str, target: str, expected: str) -> None:
    change = Rendering(zh="日方", before=before, after=after)
    assert with_rendering(segment("日方与日方。", target, ("日方", before)), change) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("They list dual-use items.", "They list articles of dual use."),
        ("They list goods of dual use.", "They list articles of dual use."),
        ("They list articles of dual use.", None),
        ("They list nothing.", None),
    ],
    ids=["as-decided-then", "another-admitted", "right-already", "absent"],
)
def test_a_decision_holds_whichever_rendering_the_engine_chose_now(target: str, expected: str | None) -> None:
    source = segment("两用物项。", target, ITEM)
    term = msgspec.structs.replace(source.terms[0], admitted=("goods of dual use", "articles of dual use"))
    decided = Rendering(zh="两用物项", concept="两用物项", before="dual-use items", after="articles of dual use")
    assert with_decision(msgspec.structs.replace(source, terms=(term,)), decided) == expected


def test_a_known_rendering_in_the_place_of_another_is_seen_beside_equal_words() -> None:
    source = segment("日本首相表示，日方负责。", "Japan's premier said the Japanese side is to act.", ("日方", "Japan"))
    [found] = changed_renderings(source, "Japan's premier said Japan is to act.", known={"日方": {"Japanese side"}})
    assert (found.zh, found.before, found.after) == ("日方", "Japanese side", "Japan")


def test_equal_words_of_another_term_do_not_hide_a_change() -> None:
    source = segment("日本首相表示，日方负有责任。", "Japan's prime minister said the Japanese side bears it.",
                     ("日本", "Japan"), ("日方", "Japanese side"))  # fmt: skip
    [found] = changed_renderings(source, "Japan's prime minister said Japan bears it.", known={"日方": {"Japan"}})
    assert (found.zh, found.before, found.after) == ("日方", "Japanese side", "Japan")


def test_a_vowel_after_the_article_is_minded() -> None:
    change = Rendering(zh="两用物项", before="dual-use item", after="article")
    assert with_rendering(segment("两用物项。", "It is a dual-use item.", ITEM), change) == "It is an article."


def test_a_rendering_that_holds_the_old_one_is_not_applied_twice() -> None:
    change = Rendering(zh="管制", before="control", after="export control")
    once = with_rendering(segment("管制。", "The control."), change)
    assert once == "The export control."
    assert with_rendering(segment("管制。", once), change) is None
