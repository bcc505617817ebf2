from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.evaluation.extraction import evaluate, is_hidden
from pipeline.formats.bilingual import bilingual_files, read_segments
from pipeline.formats.glossary import read
from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.extract import Candidate, by_frequency, count_grams, extract
from pipeline.termbase.renderings import with_renderings
from pipeline.termbase.table import read_entries

PAIRS = [
    ("企业出口超导磁体应当申请许可。", "Enterprises exporting superconducting magnets shall apply for a license."),
    ("超导磁体的出口须经许可。", "The export of superconducting magnets requires a license."),
    ("海关对超导磁体实施查验。", "Customs inspects superconducting magnets."),
    ("该公司生产超导磁体和线圈。", "The company makes a superconducting magnet and coils."),
    ("专家认为，超导磁体需求上升。", "Experts believe demand for superconducting magnets is rising."),
    ("海关查验了三批货物。", "Customs inspected three shipments."),
    ("企业应当如实申报。", "Enterprises shall declare truthfully."),
]
ZH = [zh for zh, _ in PAIRS]


def entry(zh: str, en: str = "x") -> ConceptEntry:
    return ConceptEntry(id=zh, zh=zh, preferred=en)


def found(known: list[ConceptEntry] | None = None) -> dict[str, Candidate]:
    return {each.zh: each for each in extract(ZH, known or [])}


def test_a_term_that_no_glossary_has_is_found_whole_and_its_pieces_are_not() -> None:
    candidates = found()
    assert next(iter(candidates)) == "超导磁体"
    assert candidates["超导磁体"].count == 5
    assert candidates["超导磁体"].example == ZH[0]
    assert not {"超导", "导磁体", "的出口", "超导磁", "磁体"} & set(candidates)


def test_what_a_glossary_knows_is_not_asked_for_and_neither_are_pieces_of_it() -> None:
    assert "超导磁体" not in found([entry("超导磁体")])
    assert "超导磁体" not in found([entry("高场"), entry("超導磁體")])
    inside = found([entry("超导磁体需求"), entry("超导磁体和线圈"), entry("生产超导磁体")])
    assert inside["超导磁体"].count == 3, "occurrences inside longer known terms do not count"


def test_known_terms_inside_a_candidate_are_named() -> None:
    assert found([entry("磁体")])["超导磁体"].known == ("磁体",)


def test_too_rare_runs_are_no_candidates() -> None:
    assert extract(ZH, [], least=6) == []
    assert extract([], []) == []


@given(st.lists(st.text("稀土出口，a", max_size=8), max_size=12), st.integers(2, 4), st.integers(2, 5))
def test_grams_are_counted_as_a_naive_count_does(texts: list[str], least: int, longest: int) -> None:
    naive: Counter[str] = Counter()
    for text in texts:
        for at in range(len(text)):
            for size in range(1, longest + 1):
                gram = text[at : at + size]
                if len(gram) == size and all("一" <= c <= "鿿" for c in gram):
                    naive[gram] += 1
    counted = count_grams(texts, least=least, longest=longest)
    assert {gram: n for gram, n in counted.items() if n >= least} == {g: n for g, n in naive.items() if n >= least}


def test_plain_frequency_ranks_by_count_alone() -> None:
    ranked = by_frequency(ZH, [entry("超导磁体")], least=3)
    counts = count_grams(ZH, least=3, longest=12)
    assert [counts[zh] for zh in ranked] == sorted((counts[zh] for zh in ranked), reverse=True)
    assert "超导磁体" not in ranked


def test_renderings_come_with_counts_and_an_example_in_both_languages() -> None:
    [candidate] = with_renderings([found()["超导磁体"]], PAIRS)
    assert candidate.renderings[0] == ("superconducting magnet", 5)
    assert (candidate.example, candidate.example_en) == PAIRS[0]


def test_a_name_keeps_its_capitals_even_where_part_of_it_looks_like_a_small_word() -> None:
    pairs = [
        ("发言人何咏前表示", "Spokesperson He Yongqian said"),
        ("何咏前说明", "In reply, He Yongqian explained"),
        ("有人表示", "Someone said he knew"),
    ]
    [made] = with_renderings([Candidate(zh="何咏前", count=2, score=1)], pairs)
    assert made.renderings[0] == ("He Yongqian", 2)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_accepted_candidates_come_back_as_proposed_entries_with_their_origin(tmp_path: Path, suffix: str) -> None:
    source, table, glossary = tmp_path / "pairs.tsv", tmp_path / f"candidates{suffix}", tmp_path / "g" / "mine.csv"
    glossary.parent.mkdir()
    source.write_text("".join(f"{zh}\t{en}\n" for zh, en in PAIRS), encoding="utf-8")
    done = CliRunner().invoke(app, ["glossary", "extract", str(source), "-o", str(table), "--only-glossary"])
    assert done.exit_code == 0, done.output
    accept(table, "超导磁体")
    done = CliRunner().invoke(app, ["glossary", "import", str(table), "--into", str(glossary), "--apply"])
    assert "1 concept added as proposed" in done.output
    [made] = read(glossary)
    assert (made.id, made.zh, made.preferred) == ("superconducting-magnet", "超导磁体", "superconducting magnet")
    assert (made.pos, made.reference, str(made.state)) == ("noun", f"import: candidates{suffix}", "proposed")


def accept(table: Path, zh: str) -> None:
    if table.suffix == ".csv":
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        changed = [f"yes{line}" if f",{zh}," in line.split("，")[0] else line for line in lines]
        table.write_text("".join(changed), encoding="utf-8")
        return
    book = openpyxl.load_workbook(table)
    sheet = book.active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=2):
        if row[2].value == zh:
            row[0].value = "yes"
    book.save(table)


def test_chinese_documents_alone_give_candidates_without_renderings(tmp_path: Path) -> None:
    (tmp_path / "公告.txt").write_text("\n".join(ZH), encoding="utf-8")
    out = tmp_path / "out" / "candidates.csv"
    out.parent.mkdir()
    command = ["glossary", "extract", str(tmp_path / "公告.txt"), "-o", str(out), "--only-glossary"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert "超导磁体" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt", "-o", "c.csv"], "no document at nowhere.txt"),
        ([".", "-o", "c.ods"], "written as .xlsx or .csv"),
        ([".", "-o", "c.csv"], "no Chinese text"),
    ],
    ids=["missing", "format", "empty"],
)
def test_a_wrong_request_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["glossary", "extract", *arguments])
    assert (done.exit_code, message in done.output) == (2, True), done.output


def test_on_the_gold_corpus_extraction_finds_hidden_terms_far_better_than_frequency_does() -> None:
    entries = [each for path in sorted(shipped("glossaries").glob("*.csv")) for each in read_entries(path)]
    files = bilingual_files([shipped("corpus") / "gold"])
    pairs = [(each.source, each.target) for file in files for each in read_segments(file)]
    score = evaluate(pairs, entries, depths=(100,))
    ours, _, control, _ = score.rankings
    assert 0.25 < sum(map(is_hidden, entries)) / len(entries) < 0.42
    assert score.hidden > 30
    assert ours.precision > 2 * control.precision
    assert score.first > 0.6
