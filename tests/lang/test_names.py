from __future__ import annotations

import pytest

from pipeline.lang.names import chinese_names, named_in_brackets, pinyin_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("商务部新闻发言人何咏前表示，中方立场一贯。", ["He Yongqian"]),
        ("商务部副部长凌激、部长助理李永杰出席。", ["Li Yongjie"]),
        ("研究员吕耀东认为，此举合法。", ["Lü Yaodong"]),
        ("院长欧阳明指出，影响有限。", ["Ouyang Ming"]),
        ("司长曾国强、局长任平出席会议。", ["Zeng Guoqiang", "Ren Ping"]),
    ],
    ids=["spokesperson", "two-officials", "umlaut", "compound", "readings"],
)
def test_a_name_behind_a_post_is_written_in_pinyin(text: str, names: list[str]) -> None:
    assert [name.english for name in chinese_names(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "日本首相代表高市早苗表示抗议。",
        "发言人表示反对。",
        "一致行动人应当披露。",
        "有关部门负责人说。",
        "双方代表在北京会谈。",
        "外交部副部长马朝旭会见来宾。",
    ],
    ids=["japanese", "no-name", "concert-party", "official", "place", "two-readings"],
)
def test_what_is_no_chinese_name_is_left_alone(text: str) -> None:
    assert not list(chinese_names(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("董事会主席萨拉·斯特恩（Sarah May Stern），女", [("萨拉·斯特恩（Sarah May Stern）", "Sarah May Stern")]),
        ("决定将莱多斯公司（Leidos）列入清单", [("莱多斯公司（Leidos）", "Leidos")]),
        ("洛克希德·马丁公司（Lockheed Martin）和特励达公司（Teledyne）",
         [("洛克希德·马丁公司（Lockheed Martin）", "Lockheed Martin"), ("特励达公司（Teledyne）", "Teledyne")]),
        ("世界贸易组织（WTO）的规则", []),
        ("工业与安全局（BIS）", []),
    ],
    ids=["person", "company", "two", "abbreviation", "bureau"],
)  # fmt: skip
def test_a_foreign_name_with_its_original_is_the_original(text: str, found: list[tuple[str, str]]) -> None:
    assert [(name.text, name.english) for name in named_in_brackets(text)] == found


def test_a_person_in_a_list_is_written_in_pinyin() -> None:
    assert [name.english for name in chinese_names("一、余茂春，男")] == ["Yu Maochun"]


def test_a_syllable_that_begins_with_a_vowel_is_set_off() -> None:
    assert pinyin_name("张国恩") == "Zhang Guo'en"
