"""Files that were edited elsewhere, sent to the page and to the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from pipeline.reviewer import exchange
from pipeline.reviewer.service import Review
from pipeline.reviewer.uploads import MAX_UPLOAD
from pipeline.store.records import SegmentDetail

Details = Callable[[str, int], SegmentDetail]
NEW = "A list of dual-use items will be announced separately."
LI = {"Authorization": "Bearer zm_li"}
BINARY = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def xliff(reviewed: Review, detail: Details) -> bytes:
    """公告一.txt as it came back from a colleague, who changed its third segment."""
    data, _ = exchange.export(reviewed, "公告一.txt", to="xliff12", user="li")
    target = detail("公告一.txt", 2).segment.target
    assert target.encode() in data
    return data.replace(target.encode(), NEW.encode())


@pytest.fixture
def xlsx(reviewed: Review, detail: Details) -> bytes:
    """The same as a workbook."""
    import openpyxl

    data, _ = exchange.export(reviewed, "公告一.txt", to="xlsx", user="li")
    book = openpyxl.load_workbook(BytesIO(data))
    target = detail("公告一.txt", 2).segment.target
    [cell] = [cell for row in book["review"].iter_rows() for cell in row if cell.value == target]
    cell.value = NEW
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def send(browser: Any, name: str, data: bytes) -> Any:
    token = browser.token("/import")
    return browser.client.post("/import", data={"csrf": token}, files={"file": (name, data)})


def confirmation(html: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf|key|mark)" value="([^"]+)"', html.partition('id="confirm"')[2]))


@pytest.mark.parametrize("kind", ["xliff", "xlsx"])
def test_a_file_is_shown_before_it_changes_anything_and_does_so_once(
    browser: Any, detail: Details, request: pytest.FixtureRequest, kind: str
) -> None:
    name, before = f"从同事.{'xlf' if kind == 'xliff' else kind}", detail("公告一.txt", 2).segment.target
    preview = send(browser, name, request.getfixturevalue(kind))
    assert preview.status_code == 200
    assert "1 to change" in preview.text
    assert "will be announced separately" in preview.text
    assert detail("公告一.txt", 2).segment.target == before
    done = browser.client.post("/import/confirm", data=confirmation(preview.text))
    assert f"{name} was taken over into" in done.text
    after = detail("公告一.txt", 2)
    assert after.segment.target == NEW
    assert (after.history[0].user, after.history[0].reason) == ("li", f"from {name}")
    again = browser.client.post("/import/confirm", data=confirmation(preview.text))
    assert again.status_code == 422
    assert "choose it again" in again.text
    assert "to change" not in send(browser, name, request.getfixturevalue(kind)).text


def test_what_someone_decided_since_the_preview_is_shown_first_and_not_lost(
    browser: Any, reviewed: Review, detail: Details, xliff: bytes
) -> None:
    preview = send(browser, "a.xlf", xliff)
    reviewed.edit(detail("公告一.txt", 2).item.id, "Wang's own words.", user="wang")
    stopped = browser.client.post("/import/confirm", data=confirmation(preview.text))
    assert stopped.status_code == 409
    assert "1 changed on both sides" in stopped.text
    assert detail("公告一.txt", 2).segment.target == "Wang's own words."
    browser.client.post("/import/confirm", data=confirmation(stopped.text))
    after = detail("公告一.txt", 2)
    assert after.segment.target == "Wang's own words."
    assert NEW in [match.target for match in after.matches]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.xlf", b"<xliff version='1.2'><file>", "not well-formed"),
        ("a.xlf", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "refused as unsafe"),
        ("a.xlsx", b"PK\x03\x04 no archive", "not a readable archive"),
        ("../../a.exe", b"x", "a.exe: XLIFF"),
        ("a.xlf", b"", "choose a file"),
    ],
    ids=["broken", "entities", "no-archive", "other-kind", "empty"],
)
def test_what_is_no_such_file_is_refused_with_the_reason(browser: Any, name: str, data: bytes, why: str) -> None:
    refused = send(browser, name, data)
    assert refused.status_code == 422
    assert why in refused.text


def test_a_file_of_another_project_or_document_is_refused(browser: Any, xliff: bytes) -> None:
    refused = send(browser, "a.xlf", xliff.replace("公告一".encode(), "公告九".encode()))
    assert refused.status_code == 422
    assert "公告九" in refused.text


def test_no_file_is_read_from_who_is_not_logged_in_or_sends_no_token(
    guarded: Callable[[], Any], browser: Any, xliff: bytes
) -> None:
    stranger = guarded().client
    assert stranger.post("/import", files={"file": ("a.xlf", xliff)}).status_code == 303
    assert stranger.post("/api/v1/imports?name=a.xlf", content=xliff, headers=BINARY).status_code == 401
    browser.get("/import")
    for data in ({}, {"csrf": "x" * 43}):
        assert browser.client.post("/import", data=data, files={"file": ("a.xlf", xliff)}).status_code == 403


def test_a_file_of_another_visitor_is_not_at_hand(guarded: Callable[[], Any], xliff: bytes) -> None:
    li, wang = guarded(), guarded()
    for visitor, name in ((li, "li"), (wang, "wang")):
        visitor.log_in(name, "correct horse battery")
    fields = confirmation(send(li, "a.xlf", xliff).text)
    refused = wang.client.post("/import/confirm", data={**fields, "csrf": wang.token("/import")})
    assert refused.status_code == 422


def test_a_file_too_large_is_refused_whether_or_not_its_length_is_told(browser: Any) -> None:
    headers = {**BINARY, "Content-Length": str(MAX_UPLOAD + 1)}
    assert browser.client.post("/api/v1/imports?name=a.xlf", content=b"x", headers=headers).status_code == 413
    stream = (b"x" * 2**20 for _ in range(MAX_UPLOAD // 2**20 + 1))
    assert browser.client.post("/api/v1/imports?name=a.xlf", content=stream, headers=BINARY).status_code == 413


def test_programs_import_likewise_and_dry_runs_change_nothing(
    guarded: Callable[[], Any], detail: Details, xliff: bytes
) -> None:
    client = guarded().client
    before = detail("公告一.txt", 2).segment.target
    path = "/api/v1/imports?name=a.xlf"
    assert client.post(path, content=xliff, headers={**LI, "Content-Type": "text/plain"}).status_code == 415
    shown = client.post(path, content=xliff, headers=LI | BINARY).json()
    assert (shown["applied"], shown["counts"]["edit"]) == (False, 1)
    assert detail("公告一.txt", 2).segment.target == before
    done = client.post(f"{path}&dry_run=false", content=xliff, headers=LI | BINARY).json()
    assert (done["applied"], done["counts"]["edit"]) == (True, 1)
    assert detail("公告一.txt", 2).segment.target == NEW
    assert client.post(f"{path}&dry_run=false", content=xliff, headers=LI | BINARY).json()["counts"]["done"] == 1
