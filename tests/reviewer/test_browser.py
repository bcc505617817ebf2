"""The review page in real Chromium: by keyboard, two at once, a reload in the middle, a server that restarts."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.core.document import SegmentState
from pipeline.reviewer import exchange
from pipeline.reviewer.people import hashed
from pipeline.reviewer.service import Review
from pipeline.store import decisions, queue, users
from pipeline.store.records import Action, SegmentDetail

CHROMIUM = Path("/usr/bin/chromium")
pytest.importorskip("fastapi", reason="the extra web is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium: apt-get install chromium fonts-noto-cjk"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
Details = Callable[[str, int], SegmentDetail]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests here."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Server:
    """``zhengming review serve`` as a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command = [sys.executable, "-m", "pipeline", "review", "serve", "--project", str(folder)]
        self._command += ["--port", str(self.port), "--user", "li", *options]

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert self._process.poll() is None, "the server ended"
            time.sleep(0.05)
        pytest.fail("the server does not answer")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(30)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def serving(folder: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of the project, and ends them."""
    started: list[Server] = []

    def start(*options: str) -> Server:
        started.append(Server(folder, *options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.kill()


class Desk:
    """A reviewer's browser window; what it complains about fails the test."""

    def __init__(self, chromium: Any, server: Server) -> None:
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.server = server

    def _note(self, message: Any) -> None:
        # Answers like 409, and a server that was killed, are reported too; ours are meant.
        expected = (
            "Failed to load resource",
            "Response Status Error Code 409",
            "htmx:responseError",
            "htmx:sendError",
            "htmx:afterRequest",
        )
        if message.type == "error" and not message.text.startswith(expected):
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.server.address + path)
        self.page.wait_for_selector("body[data-ready]")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def press_and_wait(self, key: str) -> None:
        """Press a key that sends something, and wait until the next page stands."""
        before = self.page.get_attribute("body", "data-ready")
        self.press(key)
        self.page.wait_for_function("before => document.body.dataset.ready !== before", arg=before)

    def write(self, text: str) -> None:
        self.press("e")
        self.press("Control+a")
        self.page.keyboard.insert_text(text)


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[[Server], Desk]]:
    """Opens windows; at the end none may have complained."""
    opened: list[Desk] = []

    def open_(server: Server) -> Desk:
        opened.append(Desk(chromium, server))
        return opened[-1]

    yield open_
    complaints = [one for desk in opened for one in desk.complaints]
    for desk in opened:
        desk.context.close()
    assert complaints == []


def test_a_review_session_by_keyboard_alone(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details, reviewed: Review
) -> None:
    desk = window(serving())
    page = desk.page
    desk.open("/queue?document=2&show=all&order=position")
    desk.press("j")
    desk.press("j")
    desk.press("k")
    desk.press_and_wait("Enter")
    assert page.inner_text("#source") == "对两用物项实施出口管制。"
    page.hover("[data-term='1']")
    tip = page.inner_text("#tip")
    assert "dual-use item" in tip
    assert "Export Control Law" in tip
    desk.press_and_wait("j")
    desk.press_and_wait("j")
    assert page.inner_text("#source") == "中重稀土相关物项出口许可审查。"
    desk.press_and_wait("2")
    assert detail("公告二.txt", 2).segment.target.startswith("Medium-to-heavy rare earth items")
    desk.open(f"/segments/{detail('公告二.txt', 0).item.id}?document=2&show=all&order=position")
    desk.press("d")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.insert_text("quoted as is")
    desk.press_and_wait("Enter")
    assert "li dismissed" in page.inner_text("#just")
    desk.press_and_wait("u")
    assert "li undid" in page.inner_text("#just")
    desk.press("s")
    desk.press("s")
    assert page.is_checked("[name=scope][value=project]")
    desk.write("Export controls apply to dual-use items.")
    desk.press_and_wait("Control+Enter")
    assert "1 other segment followed" in page.inner_text("#just")
    assert detail("公告一.txt", 0).segment.target == "Export controls apply to dual-use items."
    desk.press_and_wait("a")
    assert detail("公告二.txt", 1).segment.state is SegmentState.REVIEWED
    desk.press("?")
    assert page.is_visible("#keys[open]")
    desk.press("Escape")
    desk.press("/")
    page.keyboard.insert_text("用户")
    page.wait_for_selector("#found mark.hit")
    assert "最终用户" in page.inner_text("#found")
    with reviewed.project.store.read() as connection:
        log = decisions.log(connection, reviewed.project.id, oldest_first=True)
    done = [one.action for one in log if one.parent_id is None]
    assert done == [Action.CHOOSE, Action.DISMISS, Action.UNDO, Action.EDIT, Action.ACCEPT]


def test_two_reviewers_at_once_and_the_second_loses_nothing(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details, reviewed: Review
) -> None:
    with reviewed.project.store.write() as connection:
        for name in ("li", "wang"):
            users.add_user(connection, name, password=hashed("correct horse battery"))
    server = serving("--login")
    path = f"/segments/{detail('公告一.txt', 0).item.id}"
    desks = {name: window(server) for name in ("li", "wang")}
    for name, desk in desks.items():
        desk.page.goto(server.address + path)
        desk.page.fill("#name", name)
        desk.page.fill("#password", "correct horse battery")
        desk.press("Enter")
        desk.page.wait_for_selector("#act")
    li, wang = desks["li"], desks["wang"]
    assert "li has this segment open" in wang.page.inner_text("main")
    li.write("Li's words.")
    wang.write("Wang's words.")
    li.press_and_wait("Control+Enter")
    wang.press_and_wait("Control+Enter")
    assert "li changed this segment" in wang.page.inner_text(".conflict")
    assert wang.page.input_value("#target") == "Wang's words."
    assert detail("公告一.txt", 0).segment.target == "Li's words."
    wang.page.focus("#target")
    wang.press_and_wait("Control+Enter")
    assert detail("公告一.txt", 0).segment.target == "Wang's words."
    with reviewed.project.store.read() as connection:
        log = decisions.log(connection, reviewed.project.id, oldest_first=True)
    assert [(one.user, one.after) for one in log] == [("li", "Li's words."), ("wang", "Wang's words.")]


def test_a_reviewer_who_leaves_a_segment_holds_it_no_longer(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details, reviewed: Review
) -> None:
    def holder(segment: int) -> str:
        with reviewed.project.store.read() as connection:
            return queue.lock_holder(connection, segment)

    def left(segment: int) -> bool:
        until = time.monotonic() + 20
        while holder(segment) and time.monotonic() < until:
            time.sleep(0.05)
        return not holder(segment)

    desk = window(serving())
    first, second = (detail("公告一.txt", position).item.id for position in (0, 1))
    desk.open(f"/segments/{first}?document=1&show=all&order=position")
    desk.press_and_wait("j")
    assert left(first)
    assert holder(second) == "li"
    desk.page.reload()
    desk.page.wait_for_selector("body[data-ready]")
    desk.press_and_wait("k")
    assert left(second)
    assert holder(first) == "li"
    desk.press_and_wait("q")
    assert left(first)
    desk.open(f"/segments/{first}")
    assert holder(first) == "li"
    desk.page.goto("about:blank")
    assert left(first)


def test_a_draft_outlives_a_reload_and_a_killed_server(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details
) -> None:
    server = serving()
    desk = window(server)
    path = f"/segments/{detail('公告一.txt', 1).item.id}"
    desk.open(path)
    desk.write("Exports were 55,400 metric tons.")
    desk.page.reload()
    desk.page.wait_for_selector("body[data-ready]")
    assert desk.page.input_value("#target") == "Exports were 55,400 metric tons."
    assert desk.page.is_visible("#draft")
    server.kill()
    desk.page.focus("#target")
    desk.press("Control+Enter")
    desk.page.wait_for_selector("#offline")
    assert desk.page.input_value("#target") == "Exports were 55,400 metric tons."
    server.start()
    desk.page.focus("#target")
    desk.press_and_wait("Control+Enter")
    assert detail("公告一.txt", 1).segment.target == "Exports were 55,400 metric tons."
    desk.open(path)
    assert not desk.page.is_visible("#draft")


def test_hostile_text_runs_nothing(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details
) -> None:
    desk = window(serving())
    desk.page.on("dialog", lambda dialog: (desk.complaints.append(dialog.message), dialog.dismiss()))
    for path in ("/queue?show=all", f"/segments/{detail('敌意.txt', 0).item.id}", "/search?q=alert", "/documents/3"):
        desk.open(path)
        assert "alert(1)" in desk.page.inner_text("main")
        assert desk.page.query_selector("main img, main script") is None


def test_no_page_is_wider_than_a_narrow_window(
    serving: Callable[..., Server], window: Callable[[Server], Desk], detail: Details
) -> None:
    desk = window(serving())
    desk.page.set_viewport_size({"width": 360, "height": 740})
    segment = f"/segments/{detail('公告一.txt', 0).item.id}"
    for path in ("/queue", segment, "/documents", "/glossary?q=两用", "/help", "/users", "/import"):
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360, path


def tab_to(desk: Desk, selector: str) -> None:
    """Go to an element as someone without a pointer does."""
    for _ in range(60):
        desk.press("Tab")
        if desk.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by keyboard")


def test_an_admin_adds_and_disables_a_user_by_keyboard_alone(
    serving: Callable[..., Server], window: Callable[[Server], Desk], reviewed: Review
) -> None:
    desk = window(serving())
    page = desk.page
    desk.open("/queue")
    tab_to(desk, "nav a[href='/users']")
    desk.press_and_wait("Enter")
    tab_to(desk, "#name")
    page.keyboard.insert_text("chen")
    tab_to(desk, "#role")
    page.keyboard.type("linguist")
    tab_to(desk, "#password")
    page.keyboard.insert_text("correct horse battery")
    desk.press_and_wait("Enter")
    assert page.inner_text("#done") == "chen (linguist) can log in."
    tab_to(desk, "[aria-label='New token for chen']")
    desk.press_and_wait("Enter")
    assert page.inner_text("#token").startswith("zm_")
    tab_to(desk, "[aria-label='Disable chen']")
    desk.press_and_wait("Enter")
    assert page.inner_text("#done") == "chen can no longer log in."
    with reviewed.project.store.read() as connection:
        chen = users.user(connection, "chen")
    assert chen is not None
    assert (chen.role, chen.disabled, bool(chen.token)) == ("linguist", True, True)


def test_a_file_from_a_colleague_is_looked_at_and_taken_over_by_keyboard(
    serving: Callable[..., Server],
    window: Callable[[Server], Desk],
    reviewed: Review,
    detail: Details,
    tmp_path: Path,
) -> None:
    data, _ = exchange.export(reviewed, "公告一.txt", to="xliff21", user="li")
    target = detail("公告一.txt", 2).segment.target
    file = tmp_path / "a.xlf"
    file.write_bytes(data.replace(target.encode(), b"A list will be announced."))
    desk = window(serving())
    page = desk.page
    desk.open("/queue")
    tab_to(desk, "nav a[href='/import']")
    desk.press_and_wait("Enter")
    tab_to(desk, "#file")
    page.set_input_files("#file", str(file))
    tab_to(desk, "#upload button")
    desk.press("Enter")
    page.wait_for_selector("#confirm")
    page.wait_for_selector("body[data-ready]")
    assert "1 to change" in page.inner_text("#counts")
    assert detail("公告一.txt", 2).segment.target == target
    tab_to(desk, "#confirm button")
    desk.press_and_wait("Enter")
    assert "a.xlf was taken over into 公告一.txt" in page.inner_text("#done")
    assert detail("公告一.txt", 2).segment.target == "A list will be announced."


SECOND = "日方企业应当申请中重稀土相关物项出口许可。\n日方对此表示关切。\n"


def zhengming(*arguments: str) -> str:
    """The command line, in this process."""
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.output)


def three_corrections(desk: Desk) -> None:
    """One for the project, one made preferred, one edit with its reason."""
    page = desk.page
    desk.open("/queue?q=列管的中重稀土相关物项&show=all")
    desk.press("j")
    desk.press_and_wait("Enter")
    number = page.locator("button[data-key]", has_text="medium-to-heavy rare earth items").first
    desk.press("s")
    desk.press("s")
    desk.press_and_wait(number.get_attribute("data-key"))
    assert "li chose a candidate" in page.inner_text("#just")
    desk.open("/queue?q=一切后果由日方承担&show=all")
    desk.press("j")
    desk.press_and_wait("Enter")
    desk.press("p")
    page.fill("#zh", "日方")
    page.fill("#rendering", "Japan")
    page.focus("#rendering")
    desk.press_and_wait("Enter")
    assert "li made preferred" in page.inner_text("#just")
    desk.open("/queue?q=野村综合研究所&show=all")
    desk.press("j")
    desk.press_and_wait("Enter")
    page.fill("#reason", "shorter")
    page.focus("#main")
    desk.write("Japan depends on China for nearly all of its dysprosium and terbium.")
    desk.press_and_wait("Control+Enter")


def log_of(project: Path) -> list[Any]:
    """All decisions."""
    with Review.open(project) as review, review.project.store.read() as connection:
        return decisions.log(connection, review.project.id, limit=None)


def test_three_corrections_carry_to_the_second_document_the_note_and_the_exports(
    tmp_path: Path, window: Callable[[Server], Desk]
) -> None:
    project, texts = tmp_path / "demo", tmp_path / "texts"
    texts.mkdir()
    shutil.copy(Path(__file__).parents[2] / "corpus" / "demo" / "rare-earth-japan.md", texts)
    (texts / "second.txt").write_text(SECOND, encoding="utf-8")
    zhengming("init", str(project))
    translate = ("translate", str(texts), "--project", str(project), "--engine", "echo", "--date", "2026-01-06")
    zhengming(*translate, "-o", str(tmp_path / "out"))
    before = (tmp_path / "out" / "second.en.txt").read_text(encoding="utf-8")
    assert "Japanese side" in before
    assert "edium and heavy rare earth items" in before
    server = Server(project)
    try:
        server.start()
        three_corrections(window(server))
    finally:
        server.kill()
    told = zhengming(*translate, "-o", str(tmp_path / "again"))
    after = (tmp_path / "again" / "second.en.txt").read_text(encoding="utf-8")
    assert "Japanese side" not in after
    assert after.count("Japan") == 2, told
    assert "edium-to-heavy rare earth items" in after
    assert "the Japan " not in (tmp_path / "again" / "rare-earth-japan.en.md").read_text(encoding="utf-8")
    note = zhengming("review", "note", "rare-earth-japan.md", "--project", str(project), "--from", "1")
    for expected in (
        "日方: “Japanese side” now reads “Japan”",
        "now reads “medium-to-heavy rare earth items”",
        "Reason: shorter.",
        "Decided by li.",
    ):
        assert expected in note
    stood = log_of(project)
    zhengming("memory", "export", str(tmp_path / "memory.tmx"), "--project", str(project))
    assert " 0 units imported" in zhengming("memory", "import", str(tmp_path / "memory.tmx"), "--project", str(project))
    zhengming("review", "export", "rare-earth-japan.md", "--project", str(project), "-o", str(tmp_path / "xliff"))
    [file] = (tmp_path / "xliff").glob("*.xlf")
    zhengming("review", "import", str(file), "--project", str(project))
    assert log_of(project) == stood
