"""A project under review, and clients for its page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.engines import create
from pipeline.reviewer.service import Review
from pipeline.run import Translator
from pipeline.store import documents, queue
from pipeline.store.records import SegmentDetail

TEXTS = {
    "公告一.txt": "对两用物项实施出口管制。\n出口5.54万吨。\n两用物项清单另行公布。\n",
    "公告二.txt": "对两用物项实施出口管制。\n两用物项的最终用户应当报告。\n中重稀土相关物项出口许可审查。\n",
    "敌意.txt": "<script>alert(1)</script>稀土\"'><img src=x onerror=alert(2)>出口。\n{{ 7*7 }}稀土出口。\n",
}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with three translated documents, one of them hostile."""
    folder = tmp_path_factory.mktemp("review") / "project"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    with Review.open(folder) as opened, Translator(opened.project.config, engine=create("echo", {})) as translator:
        for name, text in TEXTS.items():
            with opened.project.store.write() as connection:
                documents.save_version(
                    connection, opened.project.id, translator.text(text), name=name, original=text.encode()
                )
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """That project, for one test."""
    return Path(shutil.copytree(made_once, tmp_path / "project"))


@pytest.fixture
def reviewed(folder: Path) -> Iterator[Review]:
    """That project, open."""
    with Review.open(folder) as opened:
        yield opened


def detail_of(review: Review, name: str, position: int) -> SegmentDetail:
    """A segment by document and position."""
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, name)
        wanted = queue.QueueFilter(document=row.id, waiting=False)
        items = queue.queue(connection, review.project.id, wanted, order="position").items
        return queue.segment_detail(connection, items[position].id)


@pytest.fixture
def detail(reviewed: Review) -> Callable[[str, int], SegmentDetail]:
    """Segments of that project by document and position."""
    return lambda name, position: detail_of(reviewed, name, position)


def token_in(html: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found
    return found[1]


class Browser:
    """A client that keeps cookies and sends forms as the page does."""

    def __init__(self, guard: Any, base: str = "http://127.0.0.1:8642") -> None:
        from fastapi.testclient import TestClient

        self.client = TestClient(guard, base_url=base, follow_redirects=False)

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, *, see: str = "", **fields: Any) -> Any:
        """Send a form with the token of the page ``see`` (default: the same path)."""
        page = self.client.get(see or path)
        return self.client.post(path, data={"csrf": token_in(page.text), **fields})

    def token(self, path: str) -> str:
        """The token that a page's forms carry."""
        return token_in(self.client.get(path).text)

    def log_in(self, name: str, password: str) -> Any:
        return self.client.post("/login", data={"name": name, "password": password})


@pytest.fixture
def browser(reviewed: Review) -> Browser:
    """A visitor of the page on loopback, where nobody logs in."""
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    from pipeline.reviewer.app import create_app
    from pipeline.reviewer.desk import Options

    return Browser(create_app(reviewed, Options(user="li")))


@pytest.fixture
def guarded(reviewed: Review) -> Callable[..., Browser]:
    """Visitors of a page that demands a login; the users are li (reviewer), wang (linguist) and zhao (admin)."""
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    from pipeline.reviewer.app import create_app
    from pipeline.reviewer.desk import Options
    from pipeline.reviewer.people import hashed
    from pipeline.store import users

    with reviewed.project.store.write() as connection:
        password = hashed("correct horse battery")
        for name, role in (("li", "reviewer"), ("wang", "linguist"), ("zhao", "admin")):
            users.add_user(connection, name, role=role, password=password, token=f"zm_{name}")
    application = create_app(reviewed, Options(login=True, hosts=frozenset({"127.0.0.1", "testserver"})))
    return lambda: Browser(application)
