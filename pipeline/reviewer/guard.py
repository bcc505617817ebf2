"""What is refused before any view runs: foreign hosts and origins, bodies too large; and the headers of all answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

from pipeline.reviewer.uploads import MAX_UPLOAD

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY: Final = 1024 * 1024
# Where files come in.
UPLOADS: Final = frozenset({"/import", "/api/v1/imports"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)


@dataclass(frozen=True, slots=True)
class Guard:
    """ASGI middleware around the whole application.

    Attributes:
        app: What is guarded.
        hosts: Names and addresses that a ``Host`` header may carry, without port.
        secure: Whether it is served over TLS.
    """

    app: Asgi
    hosts: frozenset[str]
    secure: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _refuse(send, *refusal)
            return
        if scope["path"] in UPLOADS:
            # Not read before it is known who sends it; see views.importing.
            if not _fits(headers, MAX_UPLOAD):
                await _refuse(send, 413, f"A file may have at most {MAX_UPLOAD // 2**20} MiB.")
                return
            await self.app(scope, _bounded(receive), self._with_headers(send))
            return
        body = await _body(headers, receive)
        if body is None:
            await _refuse(send, 413, f"A request may have at most {MAX_BODY // 2**20} MiB.")
            return
        await self.app(scope, _replayed(body, receive), self._with_headers(send))

    def _refusal(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if hostname(host) not in self.hosts:
            return 421, "This server does not answer to that name. Start it with --allow-host NAME."
        if method in _SAFE:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return 403, "Another site may not change anything here."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "Another site may not change anything here."
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                more = [*_HEADERS, ("cache-control", "no-store")]
                if self.secure:
                    more.append(("strict-transport-security", "max-age=31536000"))
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in more if name.encode() not in present),
                ]
            await send(message)

        return sending


def hostname(host: str) -> str:
    """The name in a ``Host`` header, without port and brackets; empty where it is malformed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _fits(headers: dict[str, str], most: int) -> bool:
    length = headers.get("content-length", "0")
    return length.isdecimal() and int(length) <= most


def _bounded(receive: Receive) -> Receive:
    """Hand an upload on as it comes, and no more than it may have."""
    left = MAX_UPLOAD

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"A file may have at most {MAX_UPLOAD // 2**20} MiB.")
        return message

    return bounded


async def _body(headers: dict[str, str], receive: Receive) -> bytes | None:
    """The request's body; None where it is too large."""
    if not _fits(headers, MAX_BODY):
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


async def _refuse(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.encode(), value.encode()) for name, value in _HEADERS),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
