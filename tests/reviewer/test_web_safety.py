"""Who gets in, from where, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.reviewer.people import Throttle, hashed, matches
from pipeline.reviewer.service import Review
from pipeline.store import users

fastapi = pytest.importorskip("fastapi", reason="the extra web is not installed")
from pipeline.reviewer.desk import local_path  # noqa: E402
from pipeline.reviewer.guard import MAX_BODY, hostname  # noqa: E402
from pipeline.reviewer.server import Serving, is_loopback, options  # noqa: E402

GOOD = "correct horse battery"


def test_a_foreign_host_is_refused(browser: Any) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "evil.example:8642"):
        assert browser.get("/queue", headers={"Host": host}).status_code == 421, host
    assert browser.get("/queue", headers={"Host": "localhost:9000"}).status_code == 200


def test_another_site_changes_nothing(browser: Any) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = browser.client.post("/segments/1", data={"do": "accept", "revision": 1}, headers=headers)
        assert refused.status_code == 403


def test_a_form_without_the_pages_token_is_refused(browser: Any) -> None:
    for token in ("", "x" * 43):
        refused = browser.client.post("/segments/1", data={"do": "accept", "revision": 1, "csrf": token})
        assert refused.status_code == 403
    browser.get("/queue")
    assert browser.client.post("/segments/1", data={"do": "accept", "revision": 1, "csrf": "y" * 43}).status_code == 403


def test_a_body_too_large_is_refused_whether_or_not_its_length_is_told(browser: Any) -> None:
    assert browser.client.post("/segments/1", content=b"x" * (MAX_BODY + 1)).status_code == 413
    stream = (b"x" * 65536 for _ in range(MAX_BODY // 65536 + 1))
    assert browser.client.post("/segments/1", content=stream).status_code == 413


def test_nothing_is_shown_before_login_and_the_login_leads_back(guarded: Callable[[], Any]) -> None:
    visitor = guarded()
    for path in ("/queue", "/segments/1", "/documents", "/search?q=x", "/glossary", "/log", "/help"):
        assert visitor.get(path).status_code == 303, path
    assert visitor.get("/api/v1/queue").status_code == 401
    away = visitor.get("/queue?code=T104").headers["location"]
    assert away == "/login?to=%2Fqueue%3Fcode%3DT104"
    done = visitor.client.post("/login", data={"name": "li", "password": GOOD, "to": "/queue?code=T104"})
    assert done.headers["location"] == "/queue?code=T104"
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert visitor.get("/queue").status_code == 200


def test_cookies_are_secure_where_it_is_served_over_tls(reviewed: Review) -> None:
    from fastapi.testclient import TestClient

    from pipeline.reviewer.app import create_app
    from pipeline.reviewer.desk import Options

    with reviewed.project.store.write() as connection:
        users.add_user(connection, "li", password=hashed(GOOD))
    guard = create_app(reviewed, Options(login=True, secure=True, hosts=frozenset({"review.example"})))
    client = TestClient(guard, base_url="https://review.example", follow_redirects=False)
    done = client.post("/login", data={"name": "li", "password": GOOD})
    assert done.headers["set-cookie"].startswith("__Host-zhengming")
    assert "secure" in done.headers["set-cookie"].lower()
    assert "max-age" in done.headers["strict-transport-security"]


def test_guessing_is_slowed_down(guarded: Callable[[], Any]) -> None:
    visitor = guarded()
    codes = [visitor.log_in("li", f"guess number {i}").status_code for i in range(6)]
    assert codes == [401] * 5 + [429]
    refused = visitor.log_in("li", GOOD)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_logging_out_ends_the_session(guarded: Callable[[], Any]) -> None:
    visitor = guarded()
    visitor.log_in("li", GOOD)
    kept = dict(visitor.client.cookies)
    assert visitor.post("/logout", see="/queue").status_code == 303
    visitor.client.cookies.update(kept)
    assert visitor.get("/queue").status_code == 303


def test_a_disabled_user_is_out_at_once(guarded: Callable[[], Any], reviewed: Review) -> None:
    visitor = guarded()
    visitor.log_in("li", GOOD)
    with reviewed.project.store.write() as connection:
        users.change_user(connection, "li", disabled=True)
    assert visitor.get("/queue").status_code == 303
    assert visitor.log_in("li", GOOD).status_code == 401
    assert visitor.get("/api/v1/queue", headers={"Authorization": "Bearer zm_li"}).status_code == 401


def test_passwords_are_salted_and_compared() -> None:
    first, second = hashed(GOOD), hashed(GOOD)
    assert first != second
    assert first.startswith("scrypt$15$8$1$")
    assert matches(GOOD, first)
    assert not matches("correct horse staple", first)
    assert not matches(GOOD, "")
    assert not matches("", "")
    with pytest.raises(UsageError, match="at least"):
        hashed("short")


def test_a_throttle_waits_longer_each_time_and_forgets_success() -> None:
    throttle = Throttle(free=2, wait=10, most=100)
    waits = []
    for _ in range(5):
        throttle.failed(("li",), 0.0)
        waits.append(throttle.seconds(("li", "other"), 0.0))
    assert waits == [0.0, 10.0, 20.0, 40.0, 80.0]
    throttle.succeeded("li")
    assert throttle.seconds(("li",), 0.0) == 0


def test_other_addresses_demand_users_tls_and_a_name(reviewed: Review) -> None:
    with pytest.raises(UsageError, match="user add"):
        options(Serving(host="192.0.2.7"), reviewed)
    with reviewed.project.store.write() as connection:
        users.add_user(connection, "li", password=hashed(GOOD))
    with pytest.raises(UsageError, match="in the clear"):
        options(Serving(host="192.0.2.7"), reviewed)
    with pytest.raises(UsageError, match="--allow-host"):
        options(Serving(host="0.0.0.0", behind_proxy=True), reviewed)  # noqa: S104
    made = options(Serving(host="192.0.2.7", behind_proxy=True, allow_hosts=["Review.example"]), reviewed)
    assert made.login
    assert made.secure
    assert made.hosts == {"192.0.2.7", "review.example"}
    local = options(Serving(user="li"), reviewed)
    assert not local.login


def test_loopback_is_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.0.2.1", "review.example", "localhost.evil.example", "")))  # noqa: S104


@given(st.text())
def test_a_redirect_stays_here(to: str) -> None:
    where = local_path(to)
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert where.isascii()


@given(st.text(max_size=60))
def test_any_host_header_is_read_without_an_error(host: str) -> None:
    assert isinstance(hostname(host), str)


def test_users_are_added_listed_and_changed_on_the_command_line(folder: Path) -> None:
    runner = CliRunner()

    def run(*arguments: str, text: str = "") -> Any:
        return runner.invoke(app, ["review", "user", *arguments, "--project", str(folder)], input=text)

    assert "No users yet; add one: zhengming review user add NAME" in run("list").output
    assert run("add", "li", text=f"{GOOD}\n").output == "li (reviewer) can log in\n"
    token = run("add", "robot", "--role", "admin", "--token").output.strip()
    assert token.startswith("zm_")
    assert run("add", "li", text=f"{GOOD}\n").exit_code == 2
    assert run("add", "wang", text="short\n").exit_code == 2
    assert run("change", "li", "--role", "linguist", "--disable").exit_code == 0
    assert run("list").output.splitlines() == ["li\tlinguist\tdisabled", "robot\tadmin\ttoken"]
    with Review.open(folder) as review, review.project.store.read() as connection:
        found = users.user_by_token(connection, token)
    assert found is not None
    assert found.name == "robot"
    assert GOOD not in (folder / "zhengming.db").read_bytes().decode("latin-1")
