"""A run that is killed, and two reviewers who write at once, lose nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from pipeline.errors import ConflictError
from pipeline.reviewer.service import Review
from pipeline.store import decisions, documents, queue

LINES = "对两用物项实施出口管制。\n出口经营者应当申请许可。\n自2025年4月4日起施行。\n"


def command(project: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *arguments, "--project", str(project), "-q"]


def test_a_run_killed_in_the_middle_is_whole_after_the_next_one(project_folder: Path) -> None:
    inputs, out = project_folder.parent / "in", project_folder.parent / "out"
    inputs.mkdir()
    for number in range(60):
        (inputs / f"d{number:02}.txt").write_text(LINES * 4 + f"第{number}号。\n", encoding="utf-8")
    arguments = command(project_folder, "translate", str(inputs), "-o", str(out))
    process = subprocess.Popen(arguments)
    try:
        # Some documents are delivered, others not yet: that is the middle.
        while process.poll() is None and not (out.is_dir() and len(list(out.glob("*.en.txt"))) > 5):
            pass
        process.send_signal(signal.SIGKILL)
    finally:
        process.wait()
    with Review.open(project_folder) as review:
        assert review.project.store.check() == []
        with review.project.store.read() as connection:
            stored = documents.documents(connection, review.project.id)
            items = queue.queue(connection, review.project.id).items
        assert all(row.segments == 13 for row in stored)
        kept = review.edit(items[0].id, "Decided between two runs.", user="li").decision
    subprocess.run(arguments, check=True)
    with Review.open(project_folder) as review, review.project.store.read() as connection:
        assert len(documents.documents(connection, review.project.id)) == 60
        assert decisions.decision(connection, kept).after == "Decided between two runs."
    delivered = sorted(path.name for path in out.glob("*.en.txt"))
    assert delivered == [f"d{number:02}.en.txt" for number in range(60)]
    texts = [(out / name).read_text(encoding="utf-8") for name in delivered]
    assert all(len(text.splitlines()) == 13 for text in texts)
    assert sum("Decided between two runs." in text for text in texts) == 1


def test_many_reviewers_at_once_lose_no_update(project_folder: Path) -> None:
    source = project_folder.parent / "a.txt"
    source.write_text(LINES, encoding="utf-8")
    subprocess.run(command(project_folder, "translate", str(source)), check=True)
    with Review.open(project_folder) as review:
        with review.project.store.read() as connection:
            segment = queue.queue(connection, review.project.id).items[0].id

        def edits(user: int) -> int:
            done = 0
            for number in range(5):
                with review.project.store.read() as connection:
                    seen = queue.segment_row(connection, segment).revision
                try:
                    review.edit(segment, f"Number {number} of {user}.", user=f"u{user}", revision=seen)
                except ConflictError:
                    continue
                done += 1
            return done

        with ThreadPoolExecutor(4) as pool:
            done = sum(pool.map(edits, range(4)))
        with review.project.store.read() as connection:
            log = decisions.log(connection, review.project.id, oldest_first=True, limit=None)
            row = queue.segment_row(connection, segment)
    assert done == len(log) == row.revision - 1
    assert all(later.before == earlier.after for earlier, later in pairwise(log))
    assert row.target == log[-1].after
