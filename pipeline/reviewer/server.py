"""Serving the page: where it may listen, and with what protection."""

from __future__ import annotations

import getpass
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.reviewer.desk import Options
    from pipeline.reviewer.service import Review

_LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What the command line asks for.

    Attributes:
        host: Address to listen on.
        port: TCP port; 0 takes a free one.
        login: Whether everyone logs in, on loopback too.
        allow_hosts: Further names that browsers may call it by.
        tls: Certificate and key; None: no TLS of its own.
        behind_proxy: Whether a proxy before it ends TLS.
        user: Who decides where nobody logs in; empty: the login name.
    """

    host: str = "127.0.0.1"
    port: int = 8642
    login: bool = False
    allow_hosts: Sequence[str] = ()
    tls: tuple[Path, Path] | None = None
    behind_proxy: bool = False
    user: str = ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.tls is not None or self.behind_proxy


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def options(serving: Serving, review: Review) -> Options:
    """Options for the application.

    Raises:
        UsageError: It would be reachable from elsewhere without users, TLS or
            a name.
    """
    from pipeline.reviewer.desk import Options
    from pipeline.store import users

    outside = not is_loopback(serving.host)
    login = serving.login or outside
    if login:
        with review.project.store.read() as connection:
            known = [one for one in users.users(connection) if not one.disabled and (one.password or one.token)]
        if not known:
            raise UsageError("nobody could log in: first `zhengming review user add NAME --role admin`")
    if outside and not serving.secure:
        raise UsageError(
            f"on {serving.host} passwords would travel in the clear: give --tls-cert and --tls-key, or --behind-proxy"
            " where a proxy on this machine ends TLS"
        )
    hosts = {name.lower() for name in serving.allow_hosts}
    if outside and ipaddress_or_none(serving.host) in {"0.0.0.0", "::"}:  # noqa: S104  (this refuses it)
        if not hosts:
            raise UsageError("listening on all addresses needs the name that browsers use: --allow-host NAME")
    else:
        hosts.add(serving.host.strip("[]").lower())
    if not outside:
        hosts |= _LOOPBACK_NAMES
    return Options(
        login=login,
        user=serving.user or getpass.getuser(),
        secure=serving.secure,
        hosts=frozenset(hosts),
        port=serving.port,
    )


def ipaddress_or_none(host: str) -> str:
    """An address in its usual form; empty for a name."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return ""


def serve(project: Path, serving: Serving) -> None:
    """Serve a project until interrupted.

    Raises:
        UsageError: The extra ``web`` is missing, there is no project, or the
            address is not safe.
    """
    missing = [name for name in ("fastapi", "uvicorn", "multipart") if find_spec(name) is None]
    if missing:
        raise UsageError(f"the page needs {', '.join(missing)}: pip install 'zhengming[web]'")
    import uvicorn

    from pipeline.reviewer.app import create_app
    from pipeline.reviewer.service import Review

    with Review.open(project) as review:
        app = create_app(review, options(serving, review))
        config = uvicorn.Config(
            app,
            host=serving.host,
            port=serving.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=serving.behind_proxy,
            ssl_certfile=str(serving.tls[0]) if serving.tls else None,
            ssl_keyfile=str(serving.tls[1]) if serving.tls else None,
            # A reviewer who leaves does not keep the server from stopping.
            timeout_graceful_shutdown=5,
        )
        _run(uvicorn.Server(config), serving)


def _run(server: Any, serving: Serving) -> None:
    import sys

    scheme = "https" if serving.tls else "http"
    shown = f"[{serving.host}]" if ":" in serving.host else serving.host
    sys.stdout.write(f"Review at {scheme}://{shown}:{serving.port}/ (Ctrl+C stops it; nothing is lost)\n")
    sys.stdout.flush()
    server.run()
