from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Config, load
from pipeline.errors import ConfigError


def loaded(folder: Path, text: str) -> Config:
    (folder / "zhengming.toml").write_text(text, encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[engin]\nname = 'echo'", "unknown setting 'engin'; did you mean 'engine'?"),
        ("[engine]\nnmae = 'echo'", "[engine]: unknown setting 'nmae'; did you mean 'name'?"),
        ("[style]\nserial_coma = false", "did you mean 'serial_comma'?"),
        ("[style]\nheadings = 'titel'", "'titel' is no choice; did you mean 'title'?"),
        ("[style]\nobligation = 'xyz'", "choose one of shall, must"),
        ("[style]\nlicense_noun = 'licnce'", "did you mean 'licence'?"),
        ("[style]\nabbreviate = 'yes'", "abbreviate: expected true or false, got a text"),
        ("[style.spellings]\nantidumping = 3", "expected texts, got 3"),
        ("[glossary]\nfiles = 'mine.csv'", "files: expected a list, got a text"),
        ("[glossary]\nfiles = [1]", "expected a list of file names"),
        ("[checks]\noff = [101]", "expected texts, got 101"),
        ("engine = 'echo'", "[engine] must be a table"),
        ("[engine]\nreview = 'echo'", "[engine] review: expected a table, got a text"),
        ("[engine.review]\nnmae = 'echo'", "[engine.review]: unknown setting 'nmae'; did you mean 'name'?"),
        ("[engine", "not TOML: Expected ']'"),
        ("[engine]\nn_best = 0", "[engine] n_best: 0 lies outside 1 to 32"),
        ("[memory]\nthreshold = 300", "[memory] threshold: 300 lies outside 0 to 100"),
        ("date = 'yesterday'", "date 'yesterday' is no date: write it as 2026-01-06"),
    ],
    ids=[
        "section", "key", "style-key", "choice", "no-near-choice", "licence", "type", "spelling-value", "files-text",
        "files-number", "list-item", "no-table", "review-text", "review-key", "toml", "n-best", "threshold", "date",
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_what_is_right(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert message in str(caught.value)
    assert "zhengming.toml" in str(caught.value)


def test_house_style_is_read_and_changes_the_digest(tmp_path: Path) -> None:
    config = loaded(tmp_path, "[style]\nheadings = 'sentence'\n[style.spellings]\nantidumping = 'anti-dumping'\n")
    assert config.style.headings == "sentence"
    assert config.style.spellings["antidumping"] == "anti-dumping"
    assert config.digest != Config().digest
    assert Config().digest == Config().digest


def test_glossary_files_count_from_the_configuration(tmp_path: Path) -> None:
    assert loaded(tmp_path, "[glossary]\nfiles = ['mine.csv']\n").glossary.files == (tmp_path / "mine.csv",)


def test_a_review_engine_has_a_table_of_its_own_that_leaves_the_digest_alone(tmp_path: Path) -> None:
    text = "[engine.review]\nname = 'openai_compatible'\n[engine.review.options]\nmodel = 'm'\nconcurrency = 2\n"
    config = loaded(tmp_path, text)
    assert (config.engine.review.name, dict(config.engine.review.options)["model"]) == ("openai_compatible", "m")
    assert config.digest == Config().digest
    assert config.engine.looks != Config().engine.looks


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path: Path) -> None:
    (tmp_path / "zhengming.toml").write_bytes("# 日期".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"zhengming\.toml: byte 2 is not UTF-8: save the file as UTF-8"):
        load(tmp_path)


@pytest.mark.parametrize("written", ["2026-01-06", "'2026-01-06'"], ids=["toml-date", "text"])
def test_a_date_may_stand_with_or_without_quotes(tmp_path: Path, written: str) -> None:
    assert loaded(tmp_path, f"date = {written}").date == "2026-01-06"
