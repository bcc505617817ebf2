"""How long one waits: for the help, and for the first translated segment after start.

    python tests/bench/bench_start.py [ROUNDS]

Every round starts the command anew. Budgets: 0.3 s for ``zhengming --help``, 3 s for a first segment from the embedded
engine with the shipped glossaries, all stages. They are of the clock; processor time stands beside it, because it
is what the command needs where other programs run too. Ends with 1 where a median is above its budget.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from statistics import median

SENTENCE = "商务部决定对部分中重稀土相关物项实施出口管制。\n"
ROWS = (
    ("zhengming --help", 0.3, ["--help"], ""),
    ("first segment, embedded engine", 3.0, ["translate", "-", "-q"], SENTENCE),
    ("first segment, engine echo", 3.0, ["translate", "-", "-q", "--engine", "echo"], SENTENCE),
)


def measured(arguments: list[str], text: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, of one start of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], input=text, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"{' '.join(arguments)}: exit code {done.returncode}: {done.stderr.strip()}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> int:
    """Print the table; 1 where a median is above its budget."""
    print(f"medians of {rounds} starts, of the clock and of the processor")
    late = 0
    for name, budget, arguments, text in ROWS:
        clock, work = map(median, zip(*(measured(arguments, text) for _ in range(rounds)), strict=True))
        late += clock > budget
        busy = ", the processor's share within: was the machine busy?" if work <= budget else ""
        late_by = f"  over budget{busy}" if clock > budget else ""
        print(
            f"{name:32} {clock:5.2f} s  processor {work:5.2f} s  budget {budget:4.1f} s"
            f"  ratios {clock / budget:4.2f} and {work / budget:4.2f}{late_by}",
            flush=True,
        )
    return int(late > 0)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
