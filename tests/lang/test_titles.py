from __future__ import annotations

import pytest

from pipeline.lang.titles import compose, titles

TERMS = {
    "两用物项": "dual-use item",
    "出口管制": "export control",
    "稀土": "rare earth",
    "稀土相关物项": "rare earth-related item",
    "出口管制法": "Export Control Law",
    "不可靠实体": "unreliable entity",
    "反制措施": "countermeasure",
}


def parts(title: str) -> list[tuple[int, int, str]]:
    """Longest matches from the left."""
    found, at = [], 0
    while at < len(title):
        term = max((zh for zh in TERMS if title.startswith(zh, at)), key=len, default="")
        if term:
            found.append((at, at + len(term), TERMS[term]))
        at += len(term) or 1
    return found


@pytest.mark.parametrize(
    ("title", "english"),
    [
        ("两用物项出口管制条例", "Regulations on Export Control of Dual-Use Items"),
        (
            "中华人民共和国两用物项出口管制条例",
            "Regulations of the People's Republic of China on Export Control of Dual-Use Items",
        ),
        ("稀土产品管理办法", "Measures for the Administration of Rare Earth Products"),
        ("稀土出口管理暂行办法", "Interim Measures for the Administration of Export of Rare Earths"),
        ("稀土管理条例", "Regulations on the Administration of Rare Earths"),
        ("不可靠实体清单", "Unreliable Entities List"),
        (
            "两用物项和技术出口管制目录（2025年版）",
            "Catalogue of Export Control of Dual-Use Items and Technologies (2025 Edition)",
        ),
        (
            "稀土追溯管理办法（试行）",
            "Measures for the Administration of Traceability of Rare Earths (for Trial Implementation)",
        ),
        (
            "关于对稀土相关物项实施出口管制的公告",
            "Announcement on the Implementation of Export Control on Rare Earth-Related Items",
        ),
        ("关于修改〈出口管制法〉的决定", "Decision on Amending the Export Control Law"),
        (
            "关于规范稀土产品出口申报有关事项的公告",
            "Announcement on Matters Concerning Standardizing Export Declaration of Rare Earth Products",
        ),
        ("关于进一步加强两用物项出口管制的通知", "Notice on Further Strengthening Export Control of Dual-Use Items"),
    ],
    ids=[
        "regulations", "state", "measures", "interim", "administration", "list", "edition", "trial", "about",
        "amending", "matters", "strengthening",
    ],
)  # fmt: skip
def test_a_title_of_known_parts_is_composed(title: str, english: str) -> None:
    assert compose(title, parts(title)) == english


@pytest.mark.parametrize(
    "title",
    ["海南自由贸易港条例", "人民日报", "两用物项之歌", "条例", "稀土与条例", "关于进一步讨论稀土管理的通知"],
    ids=["unknown-part", "newspaper", "song", "bare-kind", "loose-joint", "unknown-verb"],
)
def test_a_title_with_an_unknown_part_is_left_alone(title: str) -> None:
    assert compose(title, parts(title)) == ""


def test_titles_are_found_between_their_marks() -> None:
    text = "依据《出口管制法》和《稀土管理条例》"
    assert [(title.text, title.span.of(text)) for title in titles(text)] == [
        ("出口管制法", "出口管制法"),
        ("稀土管理条例", "稀土管理条例"),
    ]


def test_measures_against_bodies_are_composed() -> None:
    title = "关于对北极星公司采取反制裁措施的决定"
    terms = [(3, 8, "Northstar"), (10, 13, "countersanction")]
    assert compose(title, terms) == "Decision on Taking Countersanction Measures Against Northstar"


def test_two_bodies_in_a_title_are_joined_by_and() -> None:
    title = "关于对北极星公司、蓝湾公司采取反制裁措施的决定"
    terms = [(3, 8, "Northstar"), (9, 13, "Blue Bay"), (15, 18, "countersanction")]
    assert compose(title, terms) == "Decision on Taking Countersanction Measures Against Northstar and Blue Bay"
