"""The review page through its ASGI interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.core.document import SegmentState
from pipeline.core.flags import FlagState
from pipeline.reviewer.service import Review
from pipeline.store import decisions
from pipeline.store.records import SegmentDetail

Details = Callable[[str, int], SegmentDetail]


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.text, "lxml")


def test_the_queue_shows_what_waits_gravest_first(browser: Any, detail: Details) -> None:
    page = soup(browser.get("/queue"))
    sources = [line.get_text() for line in page.select("ol.lines .source")]
    assert sources[0] == "出口5.54万吨。"
    assert "A201" in page.select_one("ol.lines .codes").get_text()
    assert page.select_one("html")["lang"] == "en"
    assert {one["lang"] for one in page.select("ol.lines .source")} == {"zh-Hans"}


def test_the_queue_is_filtered_by_flag_document_severity_and_text(browser: Any, detail: Details) -> None:
    first = detail("公告一.txt", 1)
    only = soup(browser.get(f"/queue?code=A201&document={first.item.document_id}&severity=critical"))
    assert [one.get_text() for one in only.select("ol.lines .source")] == ["出口5.54万吨。"]
    found = soup(browser.get("/queue?q=用户&show=all"))
    assert [one.get_text() for one in found.select("ol.lines .source")] == ["两用物项的最终用户应当报告。"]
    assert "Nothing waits with this filter" in browser.get("/queue?q=不存在的话").text


def test_a_segment_page_holds_terms_flags_candidates_and_neighbours(browser: Any, detail: Details) -> None:
    shown = detail("公告一.txt", 1)
    page = soup(browser.get(f"/segments/{shown.item.id}"))
    assert page.select_one("#source").get_text() == shown.segment.text
    assert page.select_one("#target").get_text().strip() == shown.segment.target
    assert "55,400 metric tons" in page.select_one(".choices").get_text()
    assert page.select_one(".context p").get_text() == "对两用物项实施出口管制。"
    terms = soup(browser.get(f"/segments/{detail('公告一.txt', 0).item.id}")).select_one(".terms").get_text()
    assert "dual-use item" in terms
    assert "Export Control Law" in terms


def test_every_field_of_the_editor_has_a_label(browser: Any, detail: Details) -> None:
    page = soup(browser.get(f"/segments/{detail('公告一.txt', 0).item.id}"))
    for field in page.select("input:not([type=hidden]), select, textarea"):
        labelled = field.find_parent("label") or page.select_one(f'label[for="{field.get("id")}"]')
        assert labelled, field
    assert [one.name for one in page.select("header, nav, main, aside")].count("main") == 1


def test_accepting_goes_on_to_the_next_and_offers_undo(browser: Any, detail: Details, reviewed: Review) -> None:
    shown = detail("公告一.txt", 1)
    done = browser.post(f"/segments/{shown.item.id}", do="accept", revision=shown.item.revision)
    assert done.status_code == 303
    after = detail("公告一.txt", 1)
    assert after.segment.state is SegmentState.REVIEWED
    following = soup(browser.get(done.headers["location"]))
    assert "li accepted" in following.select_one("#just").get_text()
    undo = following.select_one('button[value^="undo:"]')["value"]
    here = urlsplit(done.headers["location"]).path
    number = int(here.rpartition("/")[2])
    taken = browser.post(here, do=undo, revision=0)
    assert taken.status_code == 303
    assert number != shown.item.id
    assert detail("公告一.txt", 1).segment.state is SegmentState.TRANSLATED
    assert taken.headers["location"].startswith(f"/segments/{shown.item.id}")


def test_a_candidate_is_chosen_with_its_number(browser: Any, detail: Details) -> None:
    shown = detail("公告二.txt", 2)
    flag = next(one for one in shown.flags if one.flag.code == "T104")
    path = f"/segments/{shown.item.id}"
    button = soup(browser.get(path)).select_one('button[data-key="2"]')
    assert button["value"] == f"choose:{flag.id}:1"
    assert browser.post(path, do=button["value"], revision=shown.item.revision).status_code == 303
    assert detail("公告二.txt", 2).segment.target == "Medium-to-heavy rare earth items export license review."


def test_a_candidate_without_a_place_is_offered_to_the_editor(browser: Any, detail: Details) -> None:
    shown = detail("公告一.txt", 1)
    button = soup(browser.get(f"/segments/{shown.item.id}")).select_one('button[data-key="1"]')
    assert (button["type"], button["data-insert"]) == ("button", "55,400 metric tons")


def test_a_dismissal_without_reason_is_refused_and_the_text_kept(browser: Any, detail: Details) -> None:
    shown = detail("公告一.txt", 1)
    flag = shown.flags[0].id
    path = f"/segments/{shown.item.id}"
    refused = browser.post(path, do=f"dismiss:{flag}", revision=shown.item.revision, target="My own words.")
    assert refused.status_code == 422
    assert "with a reason" in soup(refused).select_one("[role=alert]").get_text()
    assert soup(refused).select_one("#target").get_text().strip() == "My own words."
    done = browser.post(path, do=f"dismiss:{flag}", revision=shown.item.revision, reason="quoted as is")
    assert done.status_code == 303
    assert {one.flag.state for one in detail("公告一.txt", 1).flags if one.id == flag} == {FlagState.DISMISSED}


def test_a_page_that_goes_takes_back_its_own_warning_and_no_other(guarded: Callable[[], Any], detail: Details) -> None:
    li, wang = guarded(), guarded()
    li.log_in("li", "correct horse battery")
    wang.log_in("wang", "correct horse battery")
    path = f"/segments/{detail('公告一.txt', 0).item.id}"
    mine = soup(li.get(path)).select_one("#act")["data-lock"]
    theirs = soup(wang.get(path)).select_one("#act")["data-lock"]
    assert (bool(mine), theirs) == (True, "")
    assert wang.post(f"{path}/leave", see=path, lock=mine).status_code == 204
    assert "li has this segment open" in wang.get(path).text
    csrf = li.token("/segments/" + str(detail("公告一.txt", 1).item.id))
    assert li.client.post(f"{path}/leave", data={"lock": mine}).status_code == 403
    assert li.client.post(f"{path}/leave", data={"lock": mine, "csrf": csrf}).status_code == 204
    assert "has this segment open" not in wang.get(path).text


def test_the_second_of_two_reviewers_sees_the_conflict_and_loses_nothing(
    guarded: Callable[[], Any], detail: Details, reviewed: Review
) -> None:
    li, wang = guarded(), guarded()
    li.log_in("li", "correct horse battery")
    wang.log_in("wang", "correct horse battery")
    shown = detail("公告一.txt", 0)
    path = f"/segments/{shown.item.id}"
    assert "li has this segment open" not in li.get(path).text
    assert "li has this segment open" in wang.get(path).text
    assert li.post(path, do="edit", revision=shown.item.revision, target="Li's words.").status_code == 303
    late = wang.post(path, do="edit", revision=shown.item.revision, target="Wang's words.")
    assert late.status_code == 409
    page = soup(late)
    assert "li changed this segment" in page.select_one(".conflict").get_text()
    assert page.select_one("#target").get_text().strip() == "Wang's words."
    assert page.select_one("#target")["data-saved"] == "Li's words."
    assert detail("公告一.txt", 0).segment.target == "Li's words."
    again = wang.post(path, do="edit", revision=page.select_one("[name=revision]")["value"], target="Wang's words.")
    assert again.status_code == 303
    with reviewed.project.store.read() as connection:
        log = decisions.log(connection, reviewed.project.id, segments=[shown.item.id])
    assert [(one.user, one.after) for one in log] == [("wang", "Wang's words."), ("li", "Li's words.")]


def test_hostile_text_is_text(browser: Any, detail: Details) -> None:
    for address in ("/queue?show=all", f"/segments/{detail('敌意.txt', 0).item.id}"):
        page = soup(browser.get(address))
        assert "alert(1)" in page.get_text()
        assert all(one.get("src", "").startswith("/static/") for one in page.select("script, img"))
        assert not [one for tag in page.find_all(True) for one in tag.attrs if one.startswith("on")]
        assert not page.select("[style]")
    assert "{{ 7*7 }}" in browser.get("/queue?show=all").text
    path = f"/segments/{detail('敌意.txt', 1).item.id}"
    browser.post(path, do="edit", revision=1, target="</textarea><script>alert(3)</script>", reason='"><b>x</b>')
    page = soup(browser.get(path))
    assert page.select_one("#target").get_text().strip() == "</textarea><script>alert(3)</script>"
    assert not page.select(".history b b")


def test_an_unknown_segment_is_a_page_that_says_so(browser: Any) -> None:
    missing = browser.get("/segments/999999")
    assert missing.status_code == 404
    assert "no segment 999999" in soup(missing).select_one("[role=alert]").get_text()


def test_every_page_answers_and_is_well_formed(browser: Any, detail: Details) -> None:
    shown = detail("公告一.txt", 0).item
    browser.post(
        f"/segments/{shown.id}", do="edit", revision=1, target="Export controls apply to articles of dual use."
    )
    for path in (
        "/documents",
        "/documents?q=公告",
        f"/documents/{shown.document_id}",
        f"/documents/{shown.document_id}/note",
        "/search?q=出口",
        "/search?q=两用&side=source",
        "/search/found?q=dual",
        "/glossary",
        "/glossary?q=两用",
        "/glossary/ec-dual-use-item",
        "/glossary/impact?zh=两用物项&rendering=article of dual use",
        "/log",
        "/help",
    ):
        response = browser.get(path)
        assert response.status_code == 200, (path, response.text)
        page = soup(response)
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), path
        assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_two_chinese_characters_are_found_in_memory_glossary_and_segments(browser: Any, detail: Details) -> None:
    shown = detail("公告二.txt", 1).item
    browser.post(f"/segments/{shown.id}", do="accept", revision=1)
    page = soup(browser.get("/search?q=用户"))
    headings = [one.get_text() for one in page.select("h3")]
    assert headings == ["Glossary", "Memory", "Segments"]
    assert {one.get_text() for one in page.select("mark.hit")} == {"用户"}


def test_a_linguist_approves_what_a_reviewer_proposes(
    guarded: Callable[[], Any], reviewed: Review, detail: Details
) -> None:
    li, wang = guarded(), guarded()
    li.log_in("li", "correct horse battery")
    wang.log_in("wang", "correct horse battery")
    shown = detail("公告一.txt", 0).item
    path = f"/segments/{shown.id}"
    assert "Propose as preferred" in li.get(path).text
    li.post(path, do="prefer", revision=1, zh="两用物项", rendering="article of dual use")
    assert not reviewed.project.glossary_file.read_text(encoding="utf-8").count("article of dual use")
    waiting = soup(wang.get("/glossary")).select_one("article form")
    assert not soup(li.get("/glossary")).select("article form button")
    assert "to change" in wang.get("/glossary/impact?proposal=1").text
    revision = waiting.select_one("[name=revision]")["value"]
    refused = li.post(waiting["action"], see="/glossary", do="approve", revision=revision)
    assert refused.status_code == 403
    assert wang.post(waiting["action"], see="/glossary", do="approve", revision=revision).status_code == 303
    assert "article of dual use" in reviewed.project.glossary_file.read_text(encoding="utf-8")


def test_files_for_elsewhere_are_saved_and_never_shown(browser: Any, detail: Details) -> None:
    document = detail("公告一.txt", 0).item.document_id
    for to in ("document", "xliff21", "xliff12", "xlsx"):
        response = browser.post(f"/documents/{document}/file", see=f"/documents/{document}", to=to)
        assert response.status_code == 200
        assert response.headers["content-disposition"].startswith("attachment")
        assert response.headers["content-type"] == "application/octet-stream"
        assert len(response.content) > 50
    for to in ("markdown", "html", "docx"):
        note = browser.get(f"/documents/{document}/note/file?to={to}&earlier=1")
        assert note.headers["content-disposition"].startswith("attachment")


def test_the_log_undoes(browser: Any, detail: Details) -> None:
    shown = detail("公告一.txt", 0).item
    browser.post(f"/segments/{shown.id}", do="edit", revision=1, target="Other words.")
    button = soup(browser.get("/log")).select_one("button[name=decision]")
    assert browser.post("/log", decision=button["value"]).status_code == 303
    assert detail("公告一.txt", 0).segment.target == shown.target
    assert "undone" in soup(browser.get("/log")).get_text()


def test_a_colleague_is_asked_and_finds_the_question(guarded: Callable[[], Any], detail: Details) -> None:
    li, wang = guarded(), guarded()
    li.log_in("li", "correct horse battery")
    wang.log_in("wang", "correct horse battery")
    path = f"/segments/{detail('公告一.txt', 1).item.id}"
    assert li.post(path, do="assign", revision=1, to="wang", reason="is it metric?").status_code == 303
    asked = soup(wang.get("/queue?assigned=wang"))
    assert [one.get_text() for one in asked.select("ol.lines .source")] == ["出口5.54万吨。"]
    assert "wang is asked to decide" in wang.get(path).text
    unknown = li.post(path, do="assign", revision=2, to="nobody we know")
    assert unknown.status_code == 422
    assert "there is no user" in unknown.text


def test_a_rendering_is_made_preferred_everywhere_and_taken_back(browser: Any, detail: Details) -> None:
    path = f"/segments/{detail('公告一.txt', 0).item.id}"
    done = browser.post(path, do="prefer", revision=1, zh="两用物项", rendering="article of dual use")
    page = soup(browser.get(done.headers["location"]))
    assert "3 other segments followed" in page.select_one("#just").get_text()
    assert "rticle of dual use" in detail("公告二.txt", 1).segment.target
    assert "article of dual use" in browser.get("/glossary?q=两用物项").text
    browser.post(path, do=page.select_one('button[value^="undo:"]')["value"], revision=0)
    assert "rticle of dual use" not in detail("公告二.txt", 1).segment.target
    assert "article of dual use" not in soup(browser.get("/glossary?q=两用物项")).select_one("table").get_text()


def test_the_page_is_served_as_the_command_says_or_the_command_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.reviewer import server

    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "uvicorn" else object())
    refused = CliRunner().invoke(app, ["review", "serve", "--project", str(folder)])
    assert refused.exit_code == 2
    assert "zhengming[web]" in refused.output
    monkeypatch.undo()
    outside = CliRunner().invoke(app, ["review", "serve", "--project", str(folder), "--host", "192.0.2.7"])
    assert outside.exit_code == 2
    assert "review user add" in outside.output
