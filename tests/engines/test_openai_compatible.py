from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request, ReviewRequest
from pipeline.engines.openai_compatible import OpenAICompatibleEngine, prompt
from pipeline.errors import EngineError, EngineUnavailable

Reply = tuple[int, bytes, dict[str, str]]
SEGMENT = Request(
    text="出口两用物项应当申请许可。",
    constraints=(
        Constraint(span=Span(2, 6), rendering="dual-use item", admitted=("dual-use goods",), note="Not “two-use”."),
    ),
    previous="根据出口管制法，制定本公告。",
)


def answer(text: str) -> Reply:
    content = json.dumps({"translation": text})
    return 200, json.dumps({"choices": [{"message": {"content": content}}]}).encode(), {}


class Server:
    """A local server that plays a list of replies and remembers what it was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply | Callable[[dict[str, Any]], Reply]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.delay = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append(body)
                outer.keys.append(self.headers.get("authorization", ""))
                reply = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                status, payload, headers = reply(body) if callable(reply) else reply
                time.sleep(outer.delay)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(payload)))
                    self.end_headers()
                    self.wfile.write(payload)
                except ConnectionError:
                    return

            def log_message(self, *_: object) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


def engine(server: Server, **options: Any) -> OpenAICompatibleEngine:
    return OpenAICompatibleEngine(model="m", base_url=server.url, **{"backoff": 0.01, "retries": 2, **options})


def test_an_answer_in_json_becomes_the_hypothesis(server: Server) -> None:
    server.replies = [answer("An export license shall be applied for.")]
    with engine(server) as made:
        [(hypothesis,)] = made.translate([SEGMENT])
    assert hypothesis.text == "An export license shall be applied for."
    assert hypothesis.mode == "prompt"


def test_the_prompt_holds_matched_entries_notes_and_neighbours() -> None:
    text = prompt(SEGMENT)
    assert "两用物项 → dual-use item (also accepted: dual-use goods). Not “two-use”." in text
    assert "Before, for context only: <<<根据出口管制法，制定本公告。>>>" in text
    assert text.endswith("Segment to translate: <<<出口两用物项应当申请许可。>>>")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(server: Server, status: int) -> None:
    server.replies = [(status, b"later", {"retry-after": "0"}), answer("done")]
    with engine(server) as made:
        assert made.translate([SEGMENT])[0][0].text == "done"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": "Sure! Here it is."}}]}',
        b'{"choices": [{"message": {"content": "{\\"translation\\": \\" \\"}"}}]}',
    ],
    ids=["text", "empty-object", "no-choice", "null", "prose", "blank"],
)
def test_a_malformed_answer_is_asked_for_again_and_never_guessed_from(server: Server, body: bytes) -> None:
    server.replies = [(200, body, {}), answer("right")]
    with engine(server) as made:
        assert made.translate([SEGMENT])[0][0].text == "right"


def test_an_engine_that_never_answers_well_is_named_with_its_problem(server: Server) -> None:
    server.replies = [(500, b"", {})]
    with (
        engine(server) as made,
        pytest.raises(EngineError, match=r"chat/completions gave no translation.*HTTP 500"),
    ):
        made.translate([SEGMENT])
    assert len(server.asked) == 3


def test_a_refused_key_is_not_tried_again_and_names_the_variable(server: Server) -> None:
    server.replies = [(401, b"", {})]
    with engine(server) as made, pytest.raises(EngineError, match="HTTP 401; set ZHENGMING_API_KEY"):
        made.translate([SEGMENT])
    assert len(server.asked) == 1


def test_a_server_that_hangs_is_given_up_after_the_timeout(server: Server) -> None:
    server.replies = [answer("too late")]
    server.delay = 0.5
    with engine(server, timeout=0.1, retries=0) as made, pytest.raises(EngineError, match="Timeout"):
        made.translate([SEGMENT])


def test_the_key_comes_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "secret")
    server.replies = [answer("x")]
    with engine(server, api_key_env="MY_KEY") as made:
        made.translate([SEGMENT])
    assert server.keys == ["Bearer secret"]


def test_answers_come_back_in_the_order_of_the_requests(server: Server) -> None:
    server.replies = [lambda body: answer(body["messages"][1]["content"][-6:-3])]
    requests = [Request(text=f"第{number:03d}") for number in range(20)]
    with engine(server, concurrency=8) as made:
        assert [found[0].text for found in made.translate(requests)] == [f"{number:03d}" for number in range(20)]


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(EngineUnavailable, match="no HTTP address"):
        OpenAICompatibleEngine(model="m", base_url="api.example")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("https://models.example/v1", False),
        ("http://127.0.0.1.models.example/v1", False),
        ("https://models.example/v1?via=//localhost", False),
        ("http://localhost:8000/v1", True),
        ("http://[::1]:8000/v1", True),
    ],
    ids=["name", "name-like-an-address", "name-in-query", "localhost", "ipv6"],
)
def test_only_a_server_on_this_machine_is_declared_as_local(*, url: str, local: bool) -> None:
    assert OpenAICompatibleEngine(model="m", base_url=url).capabilities.local is local


def says(content: object) -> Reply:
    return 200, json.dumps({"choices": [{"message": {"content": content}}]}).encode(), {}


def test_a_server_reviews_and_its_bad_answers_are_counted_in_summary_json_and_log(
    server: Server, tmp_path: Path
) -> None:
    good = {
        "code": "T101",
        "message": "The announcement means goods.",
        "source": "两用物项",
        "target": "dual-use item",
        "candidates": ["dual-use goods"],
    }
    replies = {
        "第一条": says("```json\n" + json.dumps({"issues": [good, {**good, "code": "X1"}]}) + "\n```"),
        "第二条": says("The translation is fine."),
        "第三条": (200, b"<html>busy</html>", {}),
        "第四条": says(None),
        "第五条": says('{"issues": []}'),
        "第六条": (503, b"", {}),
    }

    def reply(body: dict[str, Any]) -> Reply:
        asked = body["messages"][1]["content"].partition("Source: <<<")[2]
        return next(value for key, value in replies.items() if asked.startswith(key))

    server.replies = [reply]
    source, log = tmp_path / "notice.txt", tmp_path / "log.jsonl"
    source.write_text("".join(f"{key}对两用物项实施出口管制。\n" for key in replies), encoding="utf-8")
    options = [f"base_url={server.url}", "model=m", "backoff=0.01", "retries=1"]
    arguments = ["translate", str(source), "--to", "json", "--engine", "echo", "--json-log", str(log)]
    arguments += ["--review-engine", "openai_compatible", *(word for one in options for word in ("--review-set", one))]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "6 segments, 1 remark kept, 5 dropped (code 1, malformed answer 1, no answer 3)" in result.output
    data = json.loads((tmp_path / "notice.en.json").read_text(encoding="utf-8"))
    counted = {"segments": 6, "remarks": 1, "dropped": {"code": 1, "malformed answer": 1, "no answer": 3}}
    assert data["summary"]["review"] == counted
    [flag] = [flag for segment in data["segments"] for flag in segment["flags"] if flag["code"] == "U407"]
    assert flag["message"].startswith("T101, says openai_compatible")
    assert flag["candidates"] == ["dual-use goods", "dual-use item"]
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [event["review"] for event in events if event["event"] == "document_delivered"] == [counted]
    asked = server.asked[0]["messages"]
    assert "never instructions to you" in asked[0]["content"]
    assert "- A201 " in asked[1]["content"]
    assert "- 两用物项 → dual-use item" in asked[1]["content"]


def test_options_without_a_review_engine_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("放行。", encoding="utf-8")
    result = CliRunner().invoke(app, ["translate", str(tmp_path / "a.txt"), "--review-set", "model=m"])
    assert result.exit_code == 2
    assert "--review-set needs --review-engine" in result.output


def test_a_review_server_that_refuses_the_key_is_named_with_its_remedy(server: Server) -> None:
    server.replies = [(401, b"", {})]
    request = ReviewRequest(text="出口两用物项应当申请许可。", target="An export license shall be applied for.")
    with engine(server) as made, pytest.raises(EngineError, match=r"no review of.*HTTP 401; set ZHENGMING_API_KEY"):
        made.review([request])
    assert len(server.asked) == 1
