"""The JSON API: the same decisions, and an honest description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.reviewer.service import Review
from pipeline.store.records import SegmentDetail

Details = Callable[[str, int], SegmentDetail]
LI = {"Authorization": "Bearer zm_li"}
WANG = {"Authorization": "Bearer zm_wang"}
ZHAO = {"Authorization": "Bearer zm_zhao"}


def test_a_program_reads_the_queue_decides_and_undoes(guarded: Callable[[], Any], detail: Details) -> None:
    client = guarded().client
    item = client.get("/api/v1/queue", headers=LI, params={"code": "A201"}).json()["items"][0]
    shown = client.get(f"/api/v1/segments/{item['id']}", headers=LI).json()
    assert shown["flags"][0]["candidates"][0]["text"] == "55,400 metric tons"
    body = {"action": "edit", "revision": item["revision"], "target": "Exports were 55,400 metric tons."}
    made = client.post(f"/api/v1/segments/{item['id']}/decisions", headers=LI, json=body)
    assert made.status_code == 201
    assert detail("公告一.txt", 1).segment.target == "Exports were 55,400 metric tons."
    log = client.get("/api/v1/decisions", headers=LI).json()["decisions"]
    assert [one["user"] for one in log] == ["li"]
    undone = client.post(f"/api/v1/decisions/{made.json()['decision']}/undo", headers=LI, json={})
    assert undone.status_code == 201
    assert detail("公告一.txt", 1).segment.target == item["target"]


def test_the_second_of_two_programs_is_told_what_stands_now(guarded: Callable[[], Any], detail: Details) -> None:
    client, item = guarded().client, detail("公告一.txt", 0).item
    path = f"/api/v1/segments/{item.id}/decisions"
    for headers, target, status in ((LI, "Li's words.", 201), (WANG, "Wang's words.", 409)):
        body = {"action": "edit", "revision": item.revision, "target": target}
        answer = client.post(path, headers=headers, json=body)
        assert answer.status_code == status
    assert answer.json()["current"]["target"] == "Li's words."
    assert answer.json()["detail"].startswith("li changed this segment")


def test_a_role_does_what_it_may(guarded: Callable[[], Any], detail: Details) -> None:
    client = guarded().client
    proposal = {"kind": "prefer", "zh": "两用物项", "rendering": "article of dual use"}
    made = client.post("/api/v1/proposals", headers=LI, json=proposal).json()
    path = f"/api/v1/proposals/{made['id']}/settlement"
    settlement = {"approve": True, "revision": made["revision"]}
    assert client.post(path, headers=LI, json=settlement).status_code == 403
    assert client.post("/api/v1/impact", headers=LI, json=proposal).json()["outcomes"] == {"to change": 4}
    assert client.post(path, headers=WANG, json=settlement).json()["state"] == "approved"


BODY = '{"action": "accept", "revision": 1}'
DECIDE = "/api/v1/segments/1/decisions"


def test_what_a_browser_sends_for_another_site_is_refused_on_loopback(browser: Any) -> None:
    assert browser.client.post(DECIDE, content=BODY, headers={"Content-Type": "text/plain"}).status_code == 415
    assert browser.client.post(DECIDE, content=BODY, headers={"Content-Type": "application/json"}).status_code == 201


def test_a_session_needs_the_pages_token_too(guarded: Callable[[], Any]) -> None:
    visitor = guarded()
    visitor.log_in("li", "correct horse battery")
    assert visitor.client.post(DECIDE, content=BODY, headers={"Content-Type": "application/json"}).status_code == 403
    token = {"X-CSRF-Token": visitor.token("/queue"), "Content-Type": "application/json"}
    assert visitor.client.post(DECIDE, content=BODY, headers=token).status_code == 201


def test_two_chinese_characters_are_found(guarded: Callable[[], Any]) -> None:
    found = guarded().client.get("/api/v1/search", headers=LI, params={"q": "用户"}).json()
    assert "两用物项的最终用户应当报告。" in [one["source"] for one in found["segments"]]
    assert found["entries"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_whatever_is_sent_the_api_answers_as_it_is_described(reviewed: Review, guarded: Callable[[], Any]) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from hypothesis import HealthCheck, Phase, given, settings

    application = guarded().client.app
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", application)
    tried = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def answers(case: Any) -> None:
            response = case.call(headers=ZHAO)
            assert response.status_code < 500, response.text
            case.validate_response(
                response,
                excluded_checks=[
                    schemathesis.checks.CHECKS.get_one(name)
                    for name in ("unsupported_method", "positive_data_acceptance")
                ],
            )

        answers()
        tried.append(operation.label)
    described = application.app.openapi()["paths"]
    assert len(tried) == sum(map(len, described.values())) == 19
