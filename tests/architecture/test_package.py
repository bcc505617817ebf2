"""What the package promises as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline import checks
from pipeline.checks import CATALOGUE
from pipeline.resources import shipped

ROOT = Path(__file__).parents[2]


def test_importing_the_package_imports_no_vendor_package() -> None:
    vendors = {"torch", "transformers", "ctranslate2", "spacy", "jieba"}
    code = f"import sys, pipeline, pipeline.run; print(sorted({vendors} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_check_has_a_code_a_title_and_help() -> None:
    for code, check in CATALOGUE.items():
        assert code == check.code
        assert code[0] in "TANUSCD"
        assert len(check.title) > 10
        assert len(check.help.splitlines()) > 0


def test_the_written_catalogue_of_checks_is_the_programs() -> None:
    written = Path(checks.__file__).with_name("CATALOGUE.md").read_text(encoding="utf-8")
    assert written == checks.catalogue_markdown(), "run: python -m pipeline.checks > pipeline/checks/CATALOGUE.md"


def test_the_data_folders_hold_no_python() -> None:
    assert [path for kind in ("glossaries", "models", "corpus") for path in (ROOT / kind).rglob("*.py")] == []


def test_the_model_is_what_its_card_says() -> None:
    folder = shipped("models") / "zh-en-compact"
    card = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
    for name, digest in card["sha256"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert sum(path.stat().st_size for path in folder.iterdir()) < 64 * 1024 * 1024


def test_the_lexicon_is_what_its_card_says() -> None:
    folder = shipped("models") / "zh-en-lexicon"
    card = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
    data = (folder / "lexicon.tsv.gz").read_bytes()
    assert sha256(data).hexdigest() == card["sha256"]["lexicon.tsv.gz"]
    assert len(data) < 400_000


@pytest.mark.wheel
@pytest.mark.timeout(600)
def test_the_wheel_translates_in_an_empty_environment_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        ROOT / "constraints.txt",
        wheel,
    ]
    subprocess.run(list(map(str, install)), check=True, capture_output=True, cwd=tmp_path)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ZHENGMING_", "PYTHON"))}
    done = subprocess.run(
        [str(python.parent / "zhengming"), "translate", "-", "--engine", "embedded"],
        input="出口经营者应当申请出口许可。\n".encode(),
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip()
    assert not any("一" <= character <= "鿿" for character in done.stdout.decode())
