"""What a project or a document silences, and equal flags as one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.checks.noise import NoiseRules, quiet
from pipeline.config import load
from pipeline.core.document import Document
from pipeline.core.grouping import FlagGroup, flag_groups
from pipeline.core.mqm import Severity
from pipeline.errors import ConfigError
from pipeline.run import Checker, document_rules

Checked = Callable[..., Document]

ZH = "任何单位不得出口中重稀土。\n中重稀土出口5万吨。\n中重稀土价格上涨。"
EN = (
    "No entity shall export medium and heavy rare earths.\n"
    "Exports of medium-to-heavy rare earths were 5,000 metric tons.\n"
    "Prices of medium and heavy rare earths rose."
)


def codes(document: Document) -> list[str]:
    return [flag.code for segment in document.segments for flag in segment.flags]


def test_equal_flags_are_one_group_with_their_renderings_and_places(checked: Checked) -> None:
    groups = {str(group) for group in flag_groups(checked(ZH, EN)) if group.code == "T103"}
    assert groups == {"中重稀土: 2 renderings, 3 places"}


def test_a_group_is_named_by_the_beginning_of_a_long_text() -> None:
    group = FlagGroup(
        code="U401",
        severity=Severity.MAJOR,
        text=EN,
        places=1,
        uses=1,
        renderings=(),
        segments=("1",),
        message="Doubtful.",
    )
    assert str(group) == "No entity shall export medium and heavy…: 1 place"


def test_the_gravest_group_comes_first(checked: Checked) -> None:
    first = flag_groups(checked(ZH, EN))[0]
    assert (first.code, first.text, first.severity) == ("A204", "5万吨", Severity.CRITICAL)


def test_a_code_that_is_off_raises_nothing(checked: Checked) -> None:
    document = checked(ZH, EN)
    assert "T103" in codes(document)
    assert not [code for code in codes(quiet(document, NoiseRules(off=("T1",)))) if code.startswith("T1")]


def test_a_flag_on_one_text_is_ignored_and_the_same_code_elsewhere_stays(checked: Checked) -> None:
    document = checked(ZH, EN)
    left = quiet(document, NoiseRules(ignore=("T103 中重稀土", "T104 钢铁")))
    assert "T103" not in codes(left)
    assert "T104" in codes(left)


def test_the_longest_prefix_sets_the_severity(checked: Checked) -> None:
    rules = NoiseRules.parse({"severity": {"A": "minor", "A204": "neutral"}}, where="test")
    [flag] = [flag for s in quiet(checked(ZH, EN), rules).segments for flag in s.flags if flag.code == "A204"]
    assert flag.severity is Severity.NEUTRAL


def test_terms_of_a_quiet_glossary_raise_no_terminology_flags(checked: Checked, checker: Checker) -> None:
    document = checked("出口经营者应当取得许可。", "Sellers shall obtain a license.")
    assert "T101" in codes(document)
    rules = NoiseRules(quiet_glossaries=("export-control.csv",))
    assert "T101" not in codes(quiet(document, rules, checker.glossary))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"offf": []}, "offf"),
        ({"off": ["terms"]}, "terms"),
        ({"ignore": ["T104"]}, "names no text"),
        ({"severity": {"T104": "grave"}}, "grave"),
        ({"off": "T104"}, "list of strings"),
        ({"off": ["Z999"]}, "no check has the code 'Z999'; codes begin with A2, C6, D7, N3, S5, T1, U4"),
        ({"off": ["T199"]}, "no check has the code 'T199'; the nearest are T10"),
        ({"ignore": ["A3 单位"]}, "the nearest are A2"),
        ({"severity": {"S999": "minor"}}, "the nearest are S5"),
    ],
    ids=["key", "code", "no-text", "severity", "type", "letter", "number", "prefix", "severity-code"],
)
def test_a_rule_that_means_nothing_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        NoiseRules.parse(table, where="zhengming.toml [checks]")


def test_the_configuration_carries_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "zhengming.toml"
    file.write_text(
        '[checks]\noff = ["S5"]\nignore = ["T104 单位"]\nseverity = { A213 = "neutral" }\n', encoding="utf-8"
    )
    rules = load(file).checks.rules
    assert (rules.off, rules.ignore, dict(rules.severity)) == (("S5",), ("T104 单位",), {"A213": Severity.NEUTRAL})
    file.write_text('[checks]\nseverity = { A213 = "loud" }\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="loud"):
        load(file)


def test_a_file_beside_a_document_silences_flags_of_that_document(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    assert not document_rules(str(path))
    (tmp_path / "report.md.checks.toml").write_text('ignore = ["T104 单位"]\n', encoding="utf-8")
    assert document_rules(str(path)).ignore == ("T104 单位",)
    (tmp_path / "report.md.checks.toml").write_text("ignore = [", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"report\.md\.checks\.toml"):
        document_rules(str(path))
