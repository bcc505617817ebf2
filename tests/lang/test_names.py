from __future__ import annotations

import pytest

from pipeline.lang.names import chinese_names, pinyin_name


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


def test_a_syllable_that_begins_with_a_vowel_is_set_off() -> None:
    assert pinyin_name("张国恩") == "Zhang Guo'en"
