from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.evaluation.metrics import score
from pipeline.evaluation.report import markdown, svg
from pipeline.evaluation.testsets import load_testset
from pipeline.evaluation.wmt_terms import load_wmt, term_success

REFERENCE = ["Export operators shall apply for a license.", "It is hereby announced that controls apply."]


def test_a_copy_of_the_reference_scores_a_hundred_and_something_else_less() -> None:
    perfect = score("a", REFERENCE, REFERENCE)
    other = score("b", ["Exporters must ask for permits.", "Controls apply."], REFERENCE)
    assert perfect.bleu == pytest.approx(100)
    assert perfect.chrf == pytest.approx(100)
    assert other.chrf < 60
    assert all("version:" in signature for signature in perfect.signatures)


def test_sides_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1 hypotheses for 2"):
        score("a", REFERENCE[:1], REFERENCE)


def test_a_folder_with_peers_is_a_test_set(tmp_path: Path) -> None:
    for name, text in {
        "zh": "稀土\n镝\n",
        "en": "rare earths\ndysprosium\n",
        "opusmt.en": "rare soil\nmirror\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = load_testset(tmp_path)
    assert found.source == ("稀土", "镝")
    assert found.peers == {"opusmt": ("rare soil", "mirror")}


def test_a_peer_with_a_missing_line_is_named(tmp_path: Path) -> None:
    for name, text in {"zh": "稀土\n镝\n", "en": "rare earths\ndysprosium\n", "nllb.en": "rare earth\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="nllb has 1 line, zh has 2"):
        load_testset(tmp_path)


def test_json_lines_without_both_sides_are_no_test_set(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"zh": "稀土"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="zh and en"):
        load_testset(tmp_path / "a.jsonl")


def test_term_success_counts_occurrences_up_to_those_of_the_source() -> None:
    source, reference = "金管局與金管局總裁，金融管理", "The HKMA and the Chief Executive of the Monetary Authority"
    terms = {"金管局": ["HKMA", "Monetary Authority"], "總裁": ["president"], "外匯基金": ["Exchange Fund"]}
    assert term_success(source, "The hkma and its head", reference, terms) == [0.5]
    assert term_success(source, "HKMA, HKMA and HKMA", reference, terms) == [1.0]


def test_a_file_of_another_kind_is_no_wmt_set(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"zh": "", "en": ""}\n', encoding="utf-8")
    with pytest.raises(InputError, match=":1: expected zh, en, proper"):
        load_wmt(tmp_path / "a.jsonl")


def test_the_report_orders_systems_and_escapes_names() -> None:
    good, bad = score("zhengming", REFERENCE, REFERENCE), score("<peer>", ["x", "y"], REFERENCE)
    table, plot = markdown({"gold": [bad, good]}), svg({"gold": [bad, good]})
    assert table.index("| zhengming |") < table.index("| <peer> |")
    assert "&lt;peer&gt;" in plot
    assert plot.index("zhengming") < plot.index("peer")
