"""kill -9 of a project run at random moments: python tests/bench/bench_kill.py [KILLS].

A folder of documents is translated into a project while the process is killed
again and again; between kills a reviewer decides. At the end nothing may be
lost: every decision is in the log, every document is stored and delivered
whole, and the store passes its integrity check.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.formats import by_name
from pipeline.reviewer.service import Review
from pipeline.store import decisions, documents, queue

CONFIG = '[engine]\nname = "echo"\n\n[glossary]\nshipped = false\nfiles = ["glossaries/project.csv"]\n'
LINES = ("对两用物项实施出口管制。", "出口经营者应当申请许可。", "自2025年4月{}日起施行。", "海关依法实施监管。")


def make(folder: Path, count: int) -> tuple[Path, Path]:
    """A project and a folder of documents."""
    project, inputs = folder / "project", folder / "in"
    zhengming("init", str(project)).check_returncode()
    (project / "zhengming.toml").write_text(CONFIG, encoding="utf-8")
    inputs.mkdir()
    for i in range(count):
        text = "\n".join(line.format(i % 28 + 1) for line in LINES * 5) + f"\n第{i}号。\n"
        (inputs / f"d{i:03}.txt").write_text(text, encoding="utf-8")
    return project, inputs


def zhengming(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def killed(project: Path, inputs: Path, out: Path, after: float) -> bool:
    """Start a run and kill it after some seconds; whether it was still running."""
    command = [sys.executable, "-m", "pipeline", "translate", str(inputs), "-o", str(out), "--project", str(project)]
    process = subprocess.Popen([*command, "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def decide(project: Path, made: list[int], rng: random.Random) -> None:
    """A reviewer edits a segment between two kills."""
    with Review.open(project) as review:
        with review.project.store.read() as connection:
            items = queue.queue(connection, review.project.id, queue.QueueFilter(waiting=False), limit=400).items
        if items:
            item = rng.choice(items)
            done = review.edit(item.id, f"Decided {len(made)}, in words of a person.", user="li", reason="kill test")
            made.append(done.decision)


def faults(project: Path, inputs: Path, out: Path, made: list[int]) -> list[str]:
    """What was lost or broken."""
    found: list[str] = []
    done = zhengming("translate", str(inputs), "-o", str(out), "--project", str(project), "-q")
    if done.returncode:
        found.append(f"the last run failed: {done.stderr}")
    with Review.open(project) as review:
        store, identifier = review.project.store, review.project.id
        found += store.check()
        with store.read() as connection:
            known = {one.id for one in decisions.log(connection, identifier, user="li", limit=None)}
            found += [f"decision {one} is lost" for one in made if one not in known]
            rows = documents.documents(connection, identifier)
            for row in rows:
                document = documents.load(connection, row.version_id)
                original = documents.original(connection, row.version_id)
                delivered = out / row.name.replace(".txt", ".en.txt")
                if by_name("text").write(document, original) != delivered.read_bytes():
                    found.append(f"{row.name}: what was delivered is not what is stored")
                for old in documents.versions(connection, row.id):
                    if old.kind == "translated" and not documents.segment_ids(connection, old.id):
                        found.append(f"{row.name} version {old.number} has no segments")
    inputs_left = {path.name for path in inputs.iterdir()} - {row.name for row in rows}
    found += [f"{name} was never stored" for name in sorted(inputs_left)]
    found += [
        f"half a file: {path.name}" for path in out.iterdir() if path.suffix == ".tmp" and not path.name.startswith(".")
    ]
    return found


def main(kills: int, count: int = 40) -> int:
    """Kill, decide, look."""
    rng = random.Random(11)
    with tempfile.TemporaryDirectory() as name:
        project, inputs = make(Path(name), count)
        out, made = Path(name) / "out", []
        start = time.perf_counter()
        killed(project, inputs, out, 600)
        whole = time.perf_counter() - start
        hit = i = 0
        while hit < kills:
            i += 1
            # New content, so that every run has documents to store.
            for path in inputs.iterdir():
                path.write_text(path.read_text(encoding="utf-8").rsplit("第", 1)[0] + f"第{i}号。\n", encoding="utf-8")
            hit += killed(project, inputs, out, rng.uniform(0.1, 0.95) * whole)
            decide(project, made, rng)
        found = faults(project, inputs, out, made)
    print(f"{i} runs, {hit} killed while running, {len(made)} decisions, {count} documents: {len(found)} faults")
    for fault in found:
        print(" ", fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
