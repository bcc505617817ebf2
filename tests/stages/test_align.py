from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.align import Continued, align

OLD = [
    "对下列物项实施出口管制。",
    "出口经营者应当向商务部申请许可，并如实说明最终用户和最终用途。",
    "海关依法实施监管。",
    "违反规定的，依法追究责任。",
    "本公告自公布之日起施行。",
]


def relations(new: list[str]) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.relation, one.old) for one in align(OLD, new)]


def test_an_unchanged_document_is_the_same_throughout() -> None:
    assert align(OLD, OLD) == [Continued((i,), "same") for i in range(5)]


def test_a_moved_segment_is_found_where_it_is_now() -> None:
    found = relations([OLD[0], OLD[2], OLD[3], OLD[1], OLD[4]])
    assert ("moved", (1,)) in found
    assert [relation for relation, _ in found].count("same") == 4


def test_a_split_sentence_points_to_the_whole_and_joined_ones_to_both() -> None:
    first, second = "出口经营者应当向商务部申请许可。", "并如实说明最终用户和最终用途。"
    assert relations([OLD[0], first, second, *OLD[2:]])[1:3] == [("split", (1,)), ("split", (1,))]
    joined = align([OLD[0], first, second, *OLD[2:]], OLD)
    assert joined[1] == Continued((1, 2), "merged")


def test_a_changed_sentence_is_told_from_a_new_one() -> None:
    found = relations([OLD[0], "稀土物项另有规定的，从其规定。", "海关依法对出口实施监管。", *OLD[3:]])
    assert found[2] == ("changed", (2,))
    assert found[1][0] == "new"


@given(st.lists(st.sampled_from([*OLD, "附件。", "一、"]), max_size=12), st.lists(st.sampled_from(OLD), max_size=12))
def test_no_old_segment_is_continued_twice_unless_it_was_split(old: list[str], new: list[str]) -> None:
    found = align(old, new)
    assert len(found) == len(new)
    used = [i for one in found if one.relation in {"same", "moved", "changed"} for i in one.old]
    assert len(used) == len(set(used))
    assert all(
        old[one.old[0]] == text for one, text in zip(found, new, strict=True) if one.relation in {"same", "moved"}
    )
