from __future__ import annotations

import pytest

from pipeline.lang.names import chinese_names, given_names, named_in_brackets, pinyin_name


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
        ("参与对台军售的北极星导弹与火控公司（Northstar Missiles and Fire Control）",
         [("北极星导弹与火控公司（Northstar Missiles and Fire Control）", "Northstar Missiles and Fire Control")]),
        ("将蓝湾公司（Blue Bay Inc.)、海岸防务、空间与安全集团（Coastal Defense, Space & Security）列入清单",
         [("蓝湾公司（Blue Bay Inc.)", "Blue Bay Inc."),
          ("海岸防务、空间与安全集团（Coastal Defense, Space & Security）", "Coastal Defense, Space & Security")]),
        ("对华为公司（Huawei）实施管制", [("华为公司（Huawei）", "Huawei")]),
        ("世界贸易组织（WTO）的规则", []),
        ("国际原子能机构（IAEA）通报", []),
        ("工业与安全局（BIS）", []),
    ],
    ids=["person", "company", "two", "conjunction", "list", "wei", "abbreviation", "bureau-abbreviation", "bureau"],
)  # fmt: skip
def test_a_foreign_name_with_its_original_is_the_original(text: str, found: list[tuple[str, str]]) -> None:
    assert [(name.span.of(text), name.original) for name in named_in_brackets(text)] == found


def test_a_person_in_a_list_is_written_in_pinyin() -> None:
    assert [name.english for name in chinese_names("一、余茂春，男")] == ["Yu Maochun"]


def test_a_syllable_that_begins_with_a_vowel_is_set_off() -> None:
    assert pinyin_name("张国恩") == "Zhang Guo'en"


def test_the_originals_that_a_document_gives_are_found_once_per_name() -> None:
    given = given_names(
        [
            "一、北极星航空公司（Northstar Aeronautics）",
            "（二）约翰·沃克（John Q. Walker），男，蓝湾公司（Blue Bay Inc.）董事长",
            "三、美国繁荣论坛（Forum for Prosperity）",
            "根据《办法》（2025年修订）第三条",
            "（三）余茂林（Miles Yu），男，顾问",
            "四、张国强，男",
        ]
    )
    assert given == {
        "北极星航空公司": "Northstar Aeronautics",
        "约翰·沃克": "John Q. Walker",
        "蓝湾公司": "Blue Bay Inc.",
        "余茂林": "Miles Yu",
        "张国强": "Zhang Guoqiang",
    }


def test_a_foreign_person_is_known_by_the_family_name_too_unless_two_bear_it() -> None:
    given = given_names(
        [
            "（一）盖布·唐纳森（Gabe R. Donaldson Jr.），男",
            "（二）弗雷德·圣克莱尔（Fred St. Claire），男，众议员",
            "（三）安妮·霍尔曼（Anne Holman），女",
            "（四）彼得·霍尔曼（Peter Hollmann），男",
            "（五）约翰·沃克（John Q. Walker），男",
        ]
    )
    assert (given["唐纳森"], given["圣克莱尔"]) == ("Donaldson", "St. Claire")
    assert not {"霍尔曼", "沃克"} & given.keys()
