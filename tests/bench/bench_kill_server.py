"""kill -9 of the review server at random moments: python tests/bench/bench_kill_server.py [KILLS].

Programs edit segments through the API of ``zhengming review serve`` while it
is killed again and again. At the end each answer of 201 must be in the log, each
segment must read as its last decision left it, each decision must begin with
what the one before left, and the store must pass its integrity check.
"""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.reviewer.service import Review
from pipeline.store import decisions, queue, users

CONFIG = '[engine]\nname = "echo"\n\n[glossary]\nshipped = false\nfiles = ["glossaries/project.csv"]\n'
KEY = "zm_kill"
TOKEN = {"Authorization": f"Bearer {KEY}"}
Done = list[tuple[int, int, str]]


def zhengming(*arguments: str) -> None:
    """Run the command line to its end."""
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], check=True, capture_output=True)


def make(folder: Path) -> Path:
    """A project with a document of sixty segments."""
    project, text = folder / "project", folder / "a.txt"
    zhengming("init", str(project))
    (project / "zhengming.toml").write_text(CONFIG, encoding="utf-8")
    text.write_text("".join(f"出口经营者应当申请第{i}号许可。\n" for i in range(60)), encoding="utf-8")
    zhengming("translate", str(text), "--project", str(project), "-q")
    with Review.open(project) as review, review.project.store.write() as connection:
        users.add_user(connection, "kill", token=KEY)
    return project


def edits(port: int, ids: list[int], chance: random.Random, done: Done) -> None:
    """Edit until the server no longer answers."""
    import httpx2

    with suppress(httpx2.HTTPError), httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=TOKEN) as client:
        while True:
            segment = chance.choice(ids)
            shown = client.get(f"/api/v1/segments/{segment}").json()["item"]
            text = f"Export operators apply for license {chance.randrange(10**9)}."
            body: dict[str, Any] = {"action": "edit", "revision": shown["revision"], "target": text}
            answer = client.post(f"/api/v1/segments/{segment}/decisions", json=body)
            if answer.status_code == 201:
                done.append((answer.json()["decision"], segment, text))


def killed(project: Path, ids: list[int], chance: random.Random, done: Done) -> None:
    """Serve, edit with three programs, and kill."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pipeline", "review", "serve", "--project", str(project), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.02)
    seeds = [random.Random(chance.random()) for _ in range(3)]
    programs = [threading.Thread(target=edits, args=(port, ids, seed, done)) for seed in seeds]
    for program in programs:
        program.start()
    time.sleep(chance.uniform(0.05, 1.0))
    server.send_signal(signal.SIGKILL)
    server.wait()
    for program in programs:
        program.join()


def faults(project: Path, ids: list[int], done: Done) -> list[str]:
    """What was lost or broken."""
    with Review.open(project) as review, review.project.store.read() as connection:
        found = list(review.project.store.check())
        log = decisions.log(connection, review.project.id, oldest_first=True, limit=None)
        known = {(one.id, one.segment_id, one.after) for one in log}
        found += [f"decision {one[0]} was answered and is lost" for one in done if one not in known]
        for segment in ids:
            mine = [one for one in log if one.segment_id == segment]
            row = queue.segment_row(connection, segment)
            if mine and row.target != mine[-1].after:
                found.append(f"segment {segment} does not read as it was decided")
            if any(a.after != b.before for a, b in pairwise(mine)):
                found.append(f"segment {segment}: a decision was written over unseen")
    return found


def main(kills: int) -> int:
    """Kill and look."""
    chance, done = random.Random(5), []
    with tempfile.TemporaryDirectory() as name:
        project = make(Path(name))
        with Review.open(project) as review, review.project.store.read() as connection:
            wanted = queue.QueueFilter(waiting=False)
            ids = [item.id for item in queue.queue(connection, review.project.id, wanted, limit=100).items]
        for _ in range(kills):
            killed(project, ids, chance, done)
        found = faults(project, ids, done)
    print(f"{kills} kills, {len(done)} decisions answered, {len(ids)} segments: {len(found)} faults")
    for fault in found:
        print(" ", fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
