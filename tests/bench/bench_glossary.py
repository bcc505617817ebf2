"""How long glossaries take to load, to check, and to hold against past work; with the budget of each.

python tests/bench/bench_glossary.py [SEGMENTS]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.impact import Assessor, BilingualSegment
from pipeline.termbase.lint import lint
from pipeline.termbase.table import format_table, read_entries

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


def row(name: str, seconds: float, budget: float, note: str = "") -> None:
    """One line of the table."""
    print(f"{name:44} {seconds:8.3f} s   budget {budget:5.2f} s   ratio {seconds / budget:5.2f}   {note}")


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = random.Random(0)  # noqa: S311  (not for secrets)
    many = concepts(100_000, rng)
    with tempfile.TemporaryDirectory() as folder:
        for number, budget in ((1500, 0.1), (100_000, 2.0)):
            path = Path(folder) / f"{number}.csv"
            path.write_text(format_table(many[:number]), encoding="utf-8")
            began = time.perf_counter()
            Glossary.load([path])
            row(f"load {number:,} concepts", time.perf_counter() - began, budget)
    began = time.perf_counter()
    found = lint(many)
    row("lint 100,000 concepts", time.perf_counter() - began, 10, f"{len(found):,} findings")
    old = Glossary.load(sorted(shipped("glossaries").glob("*.csv"))).entries
    new = [
        msgspec.structs.replace(entry, preferred="export permit", admitted=(), forbidden=("export license",))
        if entry.zh == "出口许可"
        else entry
        for entry in old
    ]
    stored = list(segments(count, rng))
    began = time.perf_counter()
    impact = Assessor(old, new).assess(stored)
    note = f"{impact.holding:,} hold the term, {len(impact.affected):,} occurrences"
    row(f"impact on {count:,} segments", time.perf_counter() - began, 5, note)


if __name__ == "__main__":
    main()
