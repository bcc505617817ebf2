"""Users as admins keep them: on the page and through the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.reviewer.service import Review
from pipeline.store import users

GOOD = "correct horse battery"
LI = {"Authorization": "Bearer zm_li"}
ZHAO = {"Authorization": "Bearer zm_zhao"}


@pytest.fixture
def zhao(guarded: Callable[[], Any]) -> Any:
    """An admin, logged in."""
    visitor = guarded()
    visitor.log_in("zhao", GOOD)
    return visitor


def test_only_admins_see_users_and_only_they_are_led_there(guarded: Callable[[], Any], zhao: Any) -> None:
    for name in ("li", "wang"):
        visitor = guarded()
        visitor.log_in(name, GOOD)
        assert visitor.get("/users").status_code == 403
        assert 'href="/users"' not in visitor.get("/queue").text
        token = visitor.token("/queue")
        refused = visitor.client.post("/users", data={"csrf": token, "name": "chen", "password": GOOD})
        assert refused.status_code == 403
        change = {"csrf": token, "name": name, "do": "role", "role": "admin"}
        assert visitor.client.post("/users/change", data=change).status_code == 403
    assert 'href="/users"' in zhao.get("/queue").text
    assert "scrypt" not in zhao.get("/users").text


def test_an_admin_adds_a_user_who_logs_in_and_ends_their_session(guarded: Callable[[], Any], zhao: Any) -> None:
    assert "chen (linguist) can log in" in zhao.post("/users", name="chen", role="linguist", password=GOOD).text
    chen = guarded()
    assert chen.log_in("chen", GOOD).status_code == 303
    assert chen.get("/queue").status_code == 200
    assert "reviewer now" in zhao.post("/users/change", see="/users", name="chen", do="role", role="reviewer").text
    new = "another long sentence"
    changed = zhao.post("/users/change", see="/users", name="chen", do="password", password=new)
    assert "their sessions have ended" in changed.text
    assert chen.get("/queue").status_code == 303
    assert chen.log_in("chen", GOOD).status_code == 401
    assert chen.log_in("chen", new).status_code == 303
    zhao.post("/users/change", see="/users", name="chen", do="disable")
    assert chen.get("/queue").status_code == 303
    assert chen.log_in("chen", new).status_code == 401
    zhao.post("/users/change", see="/users", name="chen", do="enable")
    assert chen.log_in("chen", new).status_code == 303


def test_a_token_is_shown_once_and_ends_the_one_before(zhao: Any) -> None:
    made = zhao.post("/users", name="script", way="token").text
    token = re.search(r'id="token">(zm_[\w-]+)<', made)
    assert token
    headers = {"Authorization": f"Bearer {token[1]}"}
    assert zhao.client.get("/api/v1/progress", headers=headers).status_code == 200
    assert token[1] not in zhao.get("/users").text
    zhao.post("/users/change", see="/users", name="script", do="token")
    assert zhao.client.get("/api/v1/progress", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": "li", "password": GOOD}, "there is a user"),
        ({"name": " ", "password": GOOD}, "needs a name"),
        ({"name": "chen", "password": "short"}, "at least 10 characters"),
        ({"name": "chen", "password": ""}, "without either nobody can log in"),
        ({"name": "ch\nen", "password": GOOD}, "printable"),
        ({"name": "chen", "password": GOOD, "role": "king"}, "choose one of"),
    ],
    ids=["taken", "nameless", "short", "no-way-in", "unprintable", "role"],
)
def test_what_is_no_user_is_refused_with_the_reason(zhao: Any, fields: dict[str, str], why: str) -> None:
    refused = zhao.post("/users", **fields)
    assert refused.status_code == 422
    assert why in refused.text


@pytest.mark.parametrize("do", ["disable", "role"])
def test_the_last_admin_stays(zhao: Any, reviewed: Review, do: str) -> None:
    refused = zhao.post("/users/change", see="/users", name="zhao", do=do, role="reviewer")
    assert refused.status_code == 422
    assert "zhao is the last admin who can log in" in refused.text
    with reviewed.project.store.read() as connection:
        kept = users.user(connection, "zhao")
    assert kept is not None
    assert (kept.role, kept.disabled) == ("admin", False)


def test_a_form_for_users_without_the_pages_token_is_refused(zhao: Any) -> None:
    for path in ("/users", "/users/change"):
        fields = {"name": "chen", "password": GOOD, "do": "disable"}
        assert zhao.client.post(path, data=fields).status_code == 403


def test_programs_keep_users_likewise(guarded: Callable[[], Any]) -> None:
    client = guarded().client
    assert client.get("/api/v1/users", headers=LI).status_code == 403
    made = client.post("/api/v1/users", headers=ZHAO, json={"name": "chen", "role": "linguist", "token": True})
    assert made.status_code == 201
    chen = {"Authorization": f"Bearer {made.json()['token']}"}
    assert client.get("/api/v1/progress", headers=chen).status_code == 200
    listed = client.get("/api/v1/users", headers=ZHAO).json()
    assert {"name": "chen", "role": "linguist", "disabled": False, "password": False, "token": True} in listed
    assert client.patch("/api/v1/users/chen", headers=ZHAO, json={"disabled": True}).json() == {
        "name": "chen",
        "token": "",
    }
    assert client.get("/api/v1/progress", headers=chen).status_code == 401
    assert client.patch("/api/v1/users/chen", headers=ZHAO, json={}).status_code == 422
    assert client.patch("/api/v1/users/nobody", headers=ZHAO, json={"disabled": True}).status_code == 422
