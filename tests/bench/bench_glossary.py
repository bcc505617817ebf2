"""How long glossaries take to load, to check, and to hold against past work; with the budget of each.

python tests/bench/bench_glossary.py [SEGMENTS [STORED]]

STORED segments are put into a project's store first, which takes a minute or two for a million.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.impact import Assessor, BilingualSegment
from pipeline.termbase.lint import lint
from pipeline.termbase.table import format_table, read_entries

if TYPE_CHECKING:
    from pipeline.store.database import Store

CHARACTERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 2500))
SENTENCES = (
    "出口经营者出口上述物项，应当依法向商务部申请许可，并提交最终用户证明。",
    "本公告自公布之日起施行，由海关总署负责解释，此前规定与本公告不一致的以本公告为准。",
    "会议强调，要坚持稳中求进工作总基调，统筹发展和安全。",
)


def concepts(count: int, rng: random.Random) -> list[ConceptEntry]:
    """As many concepts, made of the shipped ones with other Chinese."""
    known = [entry for path in sorted(shipped("glossaries").glob("*.csv")) for entry in read_entries(path)]
    made: dict[str, ConceptEntry] = {}
    while len(made) < count:
        zh, old = "".join(rng.choices(CHARACTERS, k=rng.randint(3, 8))), known[len(made) % len(known)]
        name = f"{old.preferred} {len(made)}"
        made[zh] = msgspec.structs.replace(
            old, id=f"t{len(made)}", zh=zh, variants=(), preferred=name, origin=f"big.csv:{len(made) + 2}"
        )
    return list(made.values())


def segments(count: int, rng: random.Random) -> Iterator[BilingualSegment]:
    """Segments of which one in two hundred holds the term that changes."""
    for number in range(count):
        source = SENTENCES[number % 3]
        if rng.random() < 0.005:
            source += "未取得出口许可的，不得出口。"
        yield BilingualSegment(f"d{number // 100}", f"s{number}", source, "No export without an export license.")


def fill(store: Store, count: int, rng: random.Random) -> int:
    """Put segments into a store, a hundred to a document; the project's id."""
    from pipeline.store import schema, search

    project = store.project()
    with store.write() as connection:
        for start in range(0, count, 10_000):
            batch = list(segments(min(10_000, count - start), rng))
            ids = range(start + 1, start + len(batch) + 1)
            if start == 0:
                document = {"project_id": project, "name": "bench.txt", "at": "2026-01-06T00:00:00Z"}
                connection.execute(schema.documents.insert().values(**document))
                connection.execute(schema.versions.insert().values(document_id=1, number=1, at="2026-01-06T00:00:00Z"))
            common = {"project_id": project, "document_id": 1, "version_id": 1, "state": "translated", "current": True}
            hashes = dict.fromkeys(("source_hash", "context_hash", "terms_hash"), "0") | {"data": b""}
            connection.execute(
                schema.segments.insert(),
                [
                    {"id": i, "name": f"s{i}", "source": one.source, "target": one.target, **common, **hashes}
                    for i, one in zip(ids, batch, strict=True)
                ],
            )
            search.add(connection, "segments", ((i, one.source, one.target) for i, one in zip(ids, batch, strict=True)))
    return project


def stored(count: int, old: list[ConceptEntry], new: list[ConceptEntry], rng: random.Random) -> None:
    """Impact on a project's store."""
    from pipeline.store.database import Store
    from pipeline.store.holding import segments_holding

    with tempfile.TemporaryDirectory() as folder, Store.in_folder(Path(folder)) as store:
        began = time.perf_counter()
        project = fill(store, count, rng)
        print(f"filled the store in {time.perf_counter() - began:.0f} s")
        with clock(f"impact on {count:,} stored segments", 5) as timed:
            assessor = Assessor(old, new)
            with store.read() as connection:
                impact = assessor.assess(segments_holding(connection, project, assessor.forms), counted=False)
            timed.note = f"{impact.holding:,} hold the term, {len(impact.affected):,} occurrences"


class clock:  # noqa: N801  (reads as a statement)
    """Prints how long its block took, by the wall and on the processor: other programs run on most machines."""

    def __init__(self, name: str, budget: float) -> None:
        self._name, self._budget = name, budget
        self.note = ""

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exception: object) -> None:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        times = f"{wall:7.2f} s, cpu {cpu:6.2f} s, budget {self._budget:5.2f} s, ratio {cpu / self._budget:.2f}"
        print(f"{self._name:40} {times}  {self.note}")


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = random.Random(0)
    many = concepts(100_000, rng)
    with tempfile.TemporaryDirectory() as folder:
        for number, budget in ((1500, 0.1), (100_000, 2.0)):
            path = Path(folder) / f"{number}.csv"
            path.write_text(format_table(many[:number]), encoding="utf-8")
            with clock(f"load {number:,} concepts", budget):
                Glossary.load([path])
    files = sorted(shipped("glossaries").glob("*.csv"))
    with clock("load the shipped glossaries", 0.1) as timed:
        timed.note = f"{len(Glossary.load(files).entries):,} concepts in {len(files)} files"
    with clock("lint 100,000 concepts", 10) as timed:
        timed.note = f"{len(lint(many)):,} findings"
    old = Glossary.load(files).entries
    new = [
        msgspec.structs.replace(entry, preferred="export permit", admitted=(), forbidden=("export license",))
        if entry.zh == "出口许可"
        else entry
        for entry in old
    ]
    made = list(segments(count, rng))
    with clock(f"impact on {count:,} segments of files", 5) as timed:
        impact = Assessor(old, new).assess(made)
        timed.note = f"{impact.holding:,} hold the term, {len(impact.affected):,} occurrences"
    if len(sys.argv) > 2:
        stored(int(sys.argv[2]), list(old), new, rng)


if __name__ == "__main__":
    main()
