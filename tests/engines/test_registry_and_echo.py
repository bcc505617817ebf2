from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline import engines
from pipeline.core.flags import Span
from pipeline.engines._placeholder import mask, unmask
from pipeline.engines.base import Constraint, Engine, Request
from pipeline.errors import EngineUnavailable

SEGMENT = Request(
    text="对两用物项实施出口管制",
    constraints=(
        Constraint(span=Span(1, 5), rendering="dual-use items"),
        Constraint(span=Span(7, 11), rendering="export control"),
    ),
)


def test_the_echo_engine_puts_renderings_in_place_of_terms() -> None:
    with engines.create("echo") as engine:
        [(hypothesis,)] = engine.translate([SEGMENT])
    assert hypothesis.text == "对 dual-use items 实施 export control"


def test_the_echo_engine_without_glossary_returns_its_source() -> None:
    with engines.create("echo", {"glossary": False}) as engine:
        assert engine.translate([SEGMENT])[0][0].text == SEGMENT.text


def test_an_adapter_keeps_the_engine_protocol() -> None:
    assert isinstance(engines.create("echo"), Engine)


def test_an_unknown_engine_is_refused_with_the_known_names() -> None:
    with pytest.raises(EngineUnavailable, match=r"no engine named 'deepl'; available: embedded"):
        engines.create("deepl")


def test_an_unknown_option_is_refused_by_name() -> None:
    with pytest.raises(EngineUnavailable, match="'beams'"):
        engines.create("echo", {"beams": 4})


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("embedded", {"beam_size": "four"}, "beam_size must be a whole number, not 'four'"),
        ("embedded", {"threads": True}, "threads must be a whole number, not True"),
        ("embedded", {"threads": -1}, "threads must not be negative, as -1 is"),
        ("echo", {"glossary": "no"}, "glossary must be true or false, not 'no'"),
        ("openai_compatible", {"model": "m", "timeout": "1m"}, "timeout must be a number, not '1m'"),
        ("openai_compatible", {"model": 7}, "model must be a text, not 7"),
    ],
    ids=["text-for-number", "truth-for-number", "negative", "text-for-truth", "text-for-float", "number-for-text"],
)
def test_a_value_that_an_option_cannot_have_is_refused_before_the_run(
    name: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        engines.create(name, options)
    assert str(caught.value) == f"engine {name!r}: {message}"


def test_a_whole_number_stands_for_any_number() -> None:
    with engines.create("openai_compatible", {"model": "m", "timeout": 5}) as engine:
        assert engine.revision == "m"


def test_an_option_that_is_lacking_is_asked_for() -> None:
    with pytest.raises(EngineUnavailable, match=r"engine 'huggingface' needs --set model=…"):
        engines.create("huggingface")


def test_listing_engines_imports_no_vendor_package() -> None:
    code = (
        "import sys; from pipeline import engines; engines.names();"
        "print([m for m in ('torch', 'transformers', 'ctranslate2', 'httpx2', 'spacy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_masked_terms_come_back_as_their_renderings_in_any_order() -> None:
    assert mask(SEGMENT) == "对[T1]实施[T2]"
    assert unmask("[T2] on [ T1 ]", SEGMENT) == "Export control on dual-use items"


@pytest.mark.parametrize(
    "broken", ["only [T1]", "[T1] [T1] [T2]", "[T1] [T2] [T3]"], ids=["lost", "doubled", "invented"]
)
def test_a_symbol_that_did_not_survive_is_noticed(broken: str) -> None:
    assert unmask(broken, SEGMENT) is None
