"""The review page with a million segments in the store, and twenty reviewers at once.

``python tests/bench/bench_reviewer.py [--segments 1000000] [--reviewers 20] [--seconds 20]`` builds a store in a
temporary folder, asks each page several times, then starts the real server on loopback and lets reviewers read, edit
and accept at once. It ends with 1 where an answer failed, an edit was lost, or a median is above its budget.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

BUDGET = 0.1
SUBJECTS = "商务部 海关总署 出口经营者 最终用户 国务院 有关部门 进口经营者 主管部门 日方 美方".split()
VERBS = "应当 可以 不得 将 已经 依法 继续 必须".split()
OBJECTS = (
    "申请两用物项出口许可 实施出口管制 公布管制清单 审查中重稀土相关物项 提交最终用途证明 调查反倾销措施"
    " 列管稀土永磁材料"
).split()
BATCH = 20_000


def build(folder: Path, number: int, per_document: int = 500) -> None:
    """A project whose store holds so many segments, with flags and memory units, by bulk inserts."""
    from typer.testing import CliRunner

    from pipeline.checks import CATALOGUE
    from pipeline.cli import app
    from pipeline.core.document import Block, BlockKind, Document
    from pipeline.core.flags import Candidate, Flag, Span
    from pipeline.core.mqm import Severity
    from pipeline.engines import create
    from pipeline.run import Translator
    from pipeline.run.project import Project
    from pipeline.store import rows, schema, search

    CliRunner().invoke(app, ["init", str(folder)], catch_exceptions=False)
    chance = random.Random(7404)
    with Project.open(folder) as project:
        with Translator(project.config, engine=create("echo", {})) as translator:
            model = translator.text("商务部应当公布管制清单。").segments[0]
        skeleton = rows.skeleton(
            Document(name="x", format="text", blocks=(Block(id="b", kind=BlockKind.PARAGRAPH, source=""),))
        )
        data, at, store = rows.payload(model), "2026-01-06T00:00:00.000Z", project.store
        flag = Flag(
            code="T104",
            category=CATALOGUE["T104"].category,
            severity=Severity.MINOR,
            message="Several renderings.",
            source=Span(0, 3),
            target=Span(0, 3),
            candidates=(Candidate("announcement", "glossary: admitted"),),
        )
        flag_row = rows.flag_values(model, (flag,))[0]
        codes = ("T104", "A201", "A207", "T101", "U402", "S501")
        made = 0
        while made < number:
            size = min(BATCH, number - made)
            with store.write() as connection:
                segments, flags, texts = [], [], []
                for i in range(made, made + size):
                    home, position = divmod(i, per_document)
                    if position == 0:
                        values = {
                            "id": home + 1,
                            "project_id": project.id,
                            "name": f"{home:05}.txt",
                            "format": "text",
                            "at": at,
                        }
                        count = min(per_document, number - i)
                        connection.execute(
                            schema.documents.insert().values(
                                **values, version_id=home + 1, segments=count, open_flags=count // 3
                            )
                        )
                        version = {"id": home + 1, "document_id": home + 1, "number": 1, "base_id": home + 1, "at": at}
                        connection.execute(schema.versions.insert().values(**version, skeleton=skeleton))
                    source = f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}{chance.choice(OBJECTS)}，编号{i}。"
                    target = f"Party {i} shall apply to the competent authority for a license, no. {i}."
                    waiting = i % 3 == 0
                    segments.append(
                        {
                            "id": i + 1,
                            "project_id": project.id,
                            "document_id": home + 1,
                            "version_id": home + 1,
                            "position": position,
                            "name": f"s{position}",
                            "block": "b",
                            "kind": "paragraph",
                            "source": source,
                            "initial": target,
                            "target": target,
                            "state": "translated",
                            "source_hash": f"{i:032x}",
                            "context_hash": "",
                            "terms_hash": "",
                            "risk": (10 + i % 997) if waiting else 0,
                            "open_flags": int(waiting),
                            "current": True,
                            "data": data,
                        }
                    )
                    texts.append((i + 1, source, target))
                    if waiting:
                        flags.append({**flag_row, "segment_id": i + 1, "code": codes[i // 3 % 6]})
                connection.execute(schema.segments.insert(), segments)
                connection.execute(schema.flags.insert(), flags)
                search.add(connection, "segments", texts)
                units = [
                    {
                        "id": i,
                        "project_id": project.id,
                        "source": source,
                        "target": target,
                        "source_hash": "",
                        "pattern_hash": "",
                        "skeleton_hash": "",
                        "concepts": "[]",
                        "at": at,
                    }
                    for i, source, target in texts
                ]
                connection.execute(schema.memory_units.insert(), units)
                search.add(connection, "memory_units", texts)
            made += size


PAGES = (
    ("queue", "/queue"),
    ("queue, next page", "/queue?after=500:300000"),
    ("queue of one flag code", "/queue?code=A201"),
    ("queue of one document", "/queue?document=100"),
    ("queue with a text", "/queue?q=永磁&show=all"),
    ("segment", "/segments/300001"),
    ("search, 2 characters", "/search?q=稀土"),
    ("search, 4 characters", "/search?q=最终用户"),
    ("search, rare", "/search?q=编号123456"),
    ("search, English", "/search?q=competent authority"),
    ("search, nothing", "/search?q=鲸鱼"),
    ("documents", "/documents"),
    ("log", "/log"),
    ("glossary", "/glossary"),
    ("glossary search", "/glossary?q=管制"),
    ("import", "/import"),
    ("users", "/users"),
    ("preview", "/documents/100"),
)


def pages(folder: Path, number: int, times: int) -> bool:
    """Ask each page several times; whether all medians are in budget."""
    from fastapi.testclient import TestClient

    from pipeline.reviewer.app import create_app
    from pipeline.reviewer.service import Review

    good = True
    with Review.open(folder) as review, TestClient(create_app(review), base_url="http://127.0.0.1:8642") as client:
        client.get("/segments/1")
        print(
            f"{'page':28}{'median ms':>10}{'worst ms':>10}{'CPU ms':>10}  budget of the median {1000 * BUDGET:.0f} ms"
        )
        for name, given in PAGES:
            path = (
                given if number > 300_001 else given.replace("300001", "1").replace("/100", "/1").replace("=100", "=1")
            )
            taken, work = [], []
            for _ in range(times):
                start, used = time.perf_counter(), time.process_time()
                answer = client.get(path)
                taken.append(time.perf_counter() - start)
                work.append(time.process_time() - used)
                if answer.status_code != 200:
                    print(f"{name}: {answer.status_code}")
                    good = False
            over = median(taken) > BUDGET
            good = good and not over
            figures = "".join(f"{1000 * one:10.1f}" for one in (median(taken), max(taken), median(work)))
            print(f"{name:28}{figures}{'  over budget' if over else ''}", flush=True)
    return good


async def reviewer(
    client: Any, name: str, until: float, chance: random.Random, log: list[tuple[str, float, int]]
) -> None:
    """Read the queue, open a segment, edit or accept it, search; a conflict is answered by looking again."""

    async def ask(kind: str, method: str, path: str, **options: Any) -> Any:
        start = time.perf_counter()
        answer = await client.request(method, path, headers={"Authorization": f"Bearer zm_{name}"}, **options)
        log.append((kind, time.perf_counter() - start, answer.status_code))
        return answer

    while time.monotonic() < until:
        # All of them choose among the same few, so that they do meet.
        items = (await ask("queue", "GET", "/api/v1/queue?limit=20")).json()["items"]
        await ask("queue page", "GET", "/queue")
        item = chance.choice(items)
        shown = (await ask("segment", "GET", f"/api/v1/segments/{item['id']}")).json()["item"]
        await ask("segment page", "GET", f"/segments/{item['id']}")
        if chance.random() < 0.3:
            await ask("search", "GET", "/api/v1/search?q=稀土&limit=20")
        body = {"action": "edit", "revision": shown["revision"], "target": f"{shown['target']} [{name}]"}
        await ask("edit", "POST", f"/api/v1/segments/{item['id']}/decisions", json=body)


async def crowd(base: str, people: int, seconds: float) -> list[tuple[str, float, int]]:
    """Many reviewers at once."""
    import httpx2

    log: list[tuple[str, float, int]] = []
    until = time.monotonic() + seconds
    limits = httpx2.Limits(max_connections=people)
    async with httpx2.AsyncClient(base_url=base, timeout=60, limits=limits) as client:
        await asyncio.gather(*(reviewer(client, f"r{i}", until, random.Random(i), log) for i in range(people)))
    return log


def load(folder: Path, people: int, seconds: float) -> bool:
    """Start the server, let reviewers at it, and hold the log against the segments."""
    from pipeline.run.project import Project
    from pipeline.store import decisions, queue, users

    with Project.open(folder) as project, project.store.write() as connection:
        known = {one.name for one in users.users(connection)}
        for i in range(people):
            if f"r{i}" not in known:
                users.add_user(connection, f"r{i}", token=f"zm_r{i}")
    with Project.open(folder) as project, project.store.read() as connection:
        last = max((one.id for one in decisions.log(connection, project.id, limit=1)), default=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "review",
        "serve",
        "--login",
        "--port",
        str(port),
        "--project",
        str(folder),
    ]
    server = subprocess.Popen(command)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        log = asyncio.run(crowd(f"http://127.0.0.1:{port}", people, seconds))
    finally:
        server.terminate()
        server.wait(30)
    statuses = Counter((kind, status) for kind, _, status in log)
    print(f"\n{people} reviewers, {seconds:.0f} s: {len(log)} answers, {len(log) / seconds:.0f} a second")
    for kind in sorted({kind for kind, _, _ in log}):
        taken = sorted(took for one, took, _ in log if one == kind)
        codes = ", ".join(f"{status}: {n}" for (one, status), n in sorted(statuses.items()) if one == kind)
        slow = taken[int(len(taken) * 0.95)]
        print(f"{kind:28}{median(taken) * 1000:10.1f} ms median{slow * 1000:10.1f} ms p95   {codes}")
    bad = [status for _, _, status in log if status not in {200, 201, 409}]
    with Project.open(folder) as project, project.store.read() as connection:
        log_now = decisions.log(connection, project.id, limit=None)
        made = [one for one in log_now if one.parent_id is None and one.id > last]
        lost = 0
        for segment in {one.segment_id for one in made}:
            mine = sorted((one for one in made if one.segment_id == segment), key=lambda one: one.id)
            # Each edit starts from what the one before left: none was written over unseen.
            chain = all(a.after == b.before for a, b in pairwise(mine))
            lost += not chain or queue.segment_row(connection, segment).target != mine[-1].after
        broken = project.store.check()
    accepted = statuses["edit", 201]
    conflicts = statuses["edit", 409]
    print(f"edits {accepted}, in the log {len(made)}, conflicts {conflicts}, lost {lost}, store {broken or 'sound'}")
    return not bad and not lost and not broken and accepted == len(made)


def main() -> int:
    """Build, ask, load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--folder", type=Path, help="Keep the store there; one that exists is used as it is.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zm-bench-") as scratch:
        folder = given.folder or Path(scratch) / "project"
        if not (folder / "zhengming.db").exists():
            start = time.perf_counter()
            build(folder, given.segments)
            size = (folder / "zhengming.db").stat().st_size / 2**20
            print(f"{given.segments:,} segments built in {time.perf_counter() - start:.0f} s, {size:.0f} MiB")
        good = pages(folder, given.segments, given.times)
        good = load(folder, given.reviewers, given.seconds) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
