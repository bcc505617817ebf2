"""Reading and cleaning sentence pairs."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.errors import InputError
from pipeline.lang.normaliser import fold

_SPACES: Final = re.compile(r"\s+")
_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
MAX_CHINESE: Final = 240
MAX_ENGLISH: Final = 900
# English characters per Chinese character; outside, the pair is misaligned.
_RATIO: Final = (0.6, 12.0)
# A self-reference that translators of Taiwan's laws add where the Chinese has none.
_FOREIGN_STATE: Final = re.compile(r"R\.\s?O\.\s?C\b|(?<!People's )(?<!People’s )\bRepublic of China\b")
# Files of words rather than sentences.
DICTIONARIES: Final = frozenset({"cc_cedict", "cldr_names", "iso_codes", "glossaries"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese sentence, its English, and the name of the source file."""

    zh: str
    en: str
    source: str

    @property
    def dictionary(self) -> bool:
        """Whether it is a word rather than a sentence."""
        return self.source in DICTIONARIES


def read_pairs(path: Path) -> Iterator[Pair]:
    """Raw pairs of a file.

    Args:
        path: ``.jsonl`` or ``.jsonl.gz`` with ``zh`` and ``en``, ``.csv`` or
            ``.tsv`` with two columns, Chinese and English (a header row
            ``source``, ``target`` is skipped), or ``.tmx``.

    Raises:
        InputError: The file cannot be read as what its suffix says.
    """
    name = path.name.partition(".")[0]
    suffixes = [suffix.lower() for suffix in path.suffixes]
    try:
        if ".jsonl" in suffixes:
            yield from (Pair(row["zh"], row["en"], name) for row in _json_lines(path))
        elif suffixes[-1:] in ([".csv"], [".tsv"]):
            yield from _table(path, name)
        elif suffixes[-1:] == [".tmx"]:
            yield from _tmx(path, name)
        else:
            raise InputError(f"{path}: pairs come as .jsonl, .jsonl.gz, .csv, .tsv or .tmx")
    except (OSError, KeyError, msgspec.DecodeError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error


def _json_lines(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            yield msgspec.json.decode(line)


def _table(path: Path, name: str) -> Iterator[Pair]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        # A tab cannot stand in a field of TSV, so nothing is quoted there and a quotation mark is text.
        tabs = path.suffix.lower() == ".tsv"
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(file)
        for number, row in enumerate(rows, 1):
            if len(row) != 2:
                raise InputError(f"{path}:{number}: expected two columns, source and target, found {len(row)}")
            if row != ["source", "target"]:
                yield Pair(row[0], row[1], name)


def _tmx(path: Path, name: str) -> Iterator[Pair]:
    from pipeline.formats.safety import parse_xml

    language = "{http://www.w3.org/XML/1998/namespace}lang"
    for unit in parse_xml(path.read_bytes(), name=path.name).iter("{*}tu"):
        texts: dict[str, str] = {}
        for variant in unit.iter("{*}tuv"):
            code = str(variant.get(language) or variant.get("lang") or "").lower()[:2]
            segment = variant.find("{*}seg")
            if segment is not None:
                texts.setdefault(code, "".join(segment.itertext()))
        if "zh" in texts and "en" in texts:
            yield Pair(texts["zh"], texts["en"], name)


def clean(pairs: Iterable[Pair], *, excluded: Container[str] = frozenset()) -> Iterator[Pair]:
    """Pairs fit to train on: normalised, Simplified, each once, of plausible length.

    Args:
        pairs: Raw.
        excluded: Chinese sentences of test sets, normalised by :func:`normal`;
            pairs with one of them are dropped. A :class:`pipeline.training.apart.Apart` drops near ones too.
    """
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        zh, en = normal(pair.zh), _SPACES.sub(" ", pair.en).strip()
        if not zh or not en or len(zh) > MAX_CHINESE or len(en) > MAX_ENGLISH or zh in excluded:
            continue
        if not pair.dictionary and not _RATIO[0] <= len(en) / len(zh) <= _RATIO[1]:
            continue
        if _FOREIGN_STATE.search(en) and "中华民国" not in zh:
            continue
        if (zh, en) not in seen:
            seen.add((zh, en))
            yield Pair(zh, en, pair.source)


def normal(zh: str) -> str:
    """A Chinese sentence as the model sees it: Simplified, ASCII letters and digits, single spaces."""
    return _SPACES.sub(" ", fold(zh).translate(_FOLD)).strip()
