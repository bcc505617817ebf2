"""Every check raises its flag on what is wrong and keeps quiet on what only looks like it.

Each case is a Chinese sentence, an English one with the fault, and a right one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from pipeline.checks import CATALOGUE, catalogue_markdown
from pipeline.core.document import Document
from pipeline.core.flags import Flag

Flags = Callable[..., list[Flag]]


def _cases() -> dict[str, list[tuple[str, str, str]]]:
    cases: dict[str, list[tuple[str, str, str]]] = {}
    text = (Path(__file__).parent / "cases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, zh, wrong, right = line.replace("\\n", "\n").split("\t")
            cases.setdefault(code, []).append((zh, wrong, right))
    return cases


CASES = _cases()


def _wrong() -> list[ParameterSet]:
    return [
        pytest.param(code, zh, wrong, id=f"{code}-{number}")
        for code, cases in CASES.items()
        for number, (zh, wrong, _) in enumerate(cases, 1)
        if wrong
    ]


def _right() -> list[ParameterSet]:
    return [
        pytest.param(code, zh, right, id=f"{code}-{number}")
        for code, cases in CASES.items()
        for number, (zh, _, right) in enumerate(cases, 1)
        if right
    ]


@pytest.mark.parametrize(("code", "zh", "en"), _wrong())
def test_a_check_raises_its_flag_on_what_is_wrong(code: str, zh: str, en: str, flags: Flags) -> None:
    assert code in [flag.code for flag in flags(zh, en)]


@pytest.mark.parametrize(("code", "zh", "en"), _right())
def test_a_check_keeps_quiet_on_what_is_right(code: str, zh: str, en: str, flags: Flags) -> None:
    assert code not in [flag.code for flag in flags(zh, en)]


def test_every_code_of_the_catalogue_has_a_case() -> None:
    # Those need two glossaries, a long document, an engine's signals, or a memory, and have tests of their own.
    assert set(CATALOGUE) - set(CASES) == {"T105", "T106", "U401", "U402", "U403", "U406", "U407", "U411", "U412"}


def test_the_catalogue_on_disk_is_the_generated_one() -> None:
    path = Path(__file__).parents[2] / "pipeline" / "checks" / "CATALOGUE.md"
    assert path.read_text(encoding="utf-8") == catalogue_markdown(), (
        "run: .venv/bin/python -m pipeline.checks > pipeline/checks/CATALOGUE.md"
    )


def test_spans_lie_within_their_texts_and_candidates_are_texts(checked: Callable[..., Document]) -> None:
    for cases in CASES.values():
        for zh, wrong, _ in cases:
            if not wrong:
                continue
            for segment in checked(zh, wrong).segments:
                for flag in segment.flags:
                    assert flag.source is None or flag.source.of(segment.text)
                    assert flag.target is None or flag.target.of(segment.target)
                    assert flag.source or flag.target or flag.code in {"A206", "A220"}
                    assert all(candidate.text and candidate.evidence for candidate in flag.candidates)


def test_flags_of_terms_names_and_uncertain_renderings_offer_two_renderings(flags: Flags) -> None:
    for code, cases in CASES.items():
        if code[0] not in "TUN":
            continue
        for zh, wrong, _ in cases:
            for flag in flags(zh, wrong) if wrong else []:
                if flag.code == code:
                    assert len({candidate.text for candidate in flag.candidates}) >= 2, flag
