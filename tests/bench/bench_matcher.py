"""How long 100,000 terms take on a million characters; budget 0.3 s on one core.

python tests/bench/bench_matcher.py
"""

from __future__ import annotations

import random
import time

from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.match import Matcher

# As many characters as a newspaper uses often; every tenth piece of the text is a term.
CHARACTERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 2500))


def main() -> None:
    """Print build time, match time and the ratio to the budget."""
    rng = random.Random(0)
    terms = {"".join(rng.choices(CHARACTERS, k=rng.randint(2, 8))) for _ in range(101_000)}
    matcher = Matcher([ConceptEntry(id=f"t{n}", zh=zh, preferred="x") for n, zh in enumerate(sorted(terms)[:100_000])])
    listed = sorted(terms)
    pieces = (
        rng.choice(listed) if rng.random() < 0.1 else "".join(rng.choices(CHARACTERS, k=5)) for _ in range(250_000)
    )
    text = "".join(pieces)[:1_000_000]
    began = time.perf_counter()
    matcher.spans("公告")
    built = time.perf_counter()
    found = matcher.spans(text)
    done = time.perf_counter()
    print(f"build {built - began:.2f} s, {len(found):,} matches in {done - built:.3f} s")
    print(f"ratio to the budget of 0.3 s: {(done - built) / 0.3:.2f}")


if __name__ == "__main__":
    main()
