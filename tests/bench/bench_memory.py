"""Memory lookups and the queue at 1,000,000 rows: python tests/bench/bench_memory.py [UNITS].

The sources are made from the shipped corpus by exchanging words, as real
memories of policy texts are: many near sentences, few words. Lookups are timed
one by one, as an editor asks for them.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.memory.lookup import Memory
from pipeline.memory.pattern import pattern
from pipeline.memory.unit import TranslationUnit
from pipeline.resources import shipped
from pipeline.store import memory
from pipeline.store.database import Store
from pipeline.store.memory import StoredUnits

QUERIES = 200


def sentences() -> list[str]:
    """Chinese sentences of the shipped gold corpus."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((shipped("corpus") / "gold").rglob("*.zh.md"))]
    texts = texts or [path.read_text(encoding="utf-8") for path in sorted((shipped("corpus") / "gold").rglob("*.*"))]
    cut = (part.strip() for text in texts for line in text.splitlines() for part in re.split(r"(?<=[。；])", line))
    return sorted({part for part in cut if len(re.findall("[一-鿿]", part)) > 8 and len(part) < 90})


def made(count: int, rng: random.Random) -> Iterator[str]:
    """As many sentences, words exchanged."""
    base = sentences()
    words = [word for text in base for word in re.findall("[一-鿿]{2,6}", text)]
    for _ in range(count):
        parts = re.findall("[一-鿿]{2,6}|.", rng.choice(base))
        for _ in range(rng.randint(1, 5)):
            parts[rng.randrange(len(parts))] = rng.choice(words)
        yield "".join(parts)


def segment(text: str) -> Segment:
    """A segment without terms."""
    return Segment(id="b.s1", source=text, text=text, span=Span(0, len(text)))


def timed(action: Callable[[str], object], texts: list[str]) -> str:
    """Median and 95th percentile, of the clock and of our own processor time, in milliseconds."""
    shown = []
    for clock in (time.perf_counter, time.process_time):
        times = []
        for text in texts:
            start = clock()
            action(text)
            times.append(1000 * (clock() - start))
        shown.append(f"median {median(times):7.2f}  p95 {quantiles(times, n=20)[-1]:7.2f} ms")
    return "   processor: ".join(shown)


def main(count: int) -> None:
    """Fill a store and time lookups."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, Store.in_folder(Path(folder)) as store:
        project = store.project()
        start = time.perf_counter()
        units = (TranslationUnit(source=text, target=f"English {i} of it.") for i, text in enumerate(made(count, rng)))
        with store.write() as connection:
            memory.add_units(connection, project, units)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"{count:,} units stored in {time.perf_counter() - start:.0f} s, {size / 2**20:.0f} MiB")
        stored = StoredUnits(store, project)
        lookup = Memory(stored, glossary="", threshold=70)
        start = time.perf_counter()
        lookup.near("对两用物项实施出口管制。")
        print(f"index of patterns built in {time.perf_counter() - start:.1f} s")
        picked = [unit.source for unit in stored.by_id([rng.randrange(count) + 1 for _ in range(QUERIES)])]
        near = [text[: len(text) // 2] + "另有规定的" + text[len(text) // 2 + 2 :] for text in picked]
        found = sum(bool(lookup.near(pattern(text))) for text in near)
        print(f"near texts found: {found} of {len(near)}")
        exact_only = Memory(stored, glossary="", threshold=101)
        print("exact     ", timed(lambda text: exact_only.matches([segment(text)]), picked))
        print("fuzzy     ", timed(lambda text: lookup.matches([segment(text)]), near))
        with store.read() as connection:
            for name, words in (
                ("2 characters", ["管制", "出口", "企业", "商务", "条件"]),
                ("4 characters", ["出口管制", "最终用户"]),
            ):
                search = words * (40 // len(words))
                print(f"concordance, {name}", timed(lambda q: memory.concordance(connection, project, q), search))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
