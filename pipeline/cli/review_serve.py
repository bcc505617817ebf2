"""``zhengming review serve`` and ``zhengming review user``: the web page and who may log in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import Verbs, one_line_errors
from pipeline.errors import UsageError

people = typer.Typer(cls=Verbs, no_args_is_help=True, help="Who may log in to the review page.")

ProjectFolder = Annotated[Path, typer.Option("--project", help="Project folder or configuration file.")]
Name = Annotated[str, typer.Argument(help="Name that decisions are signed with.")]
HERE = Path()
# Who changes users here, for the log: whoever has the shell.
_BY = "the command line"


@one_line_errors
def serve(
    project: ProjectFolder = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on; any but loopback demands users and TLS.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port.")] = 8642,
    login: Annotated[bool, typer.Option("--login", help="Ask for a login on loopback too.")] = False,
    user: Annotated[str, typer.Option(help="Who decides where nobody logs in [default: your login].")] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="Further name that browsers call it by; repeatable.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its key (PEM).")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy on this machine ends TLS before it.")
    ] = False,
) -> None:
    """Serve the review page of a project (extra: web)."""
    from pipeline.reviewer.server import Serving
    from pipeline.reviewer.server import serve as run

    if (tls_cert is None) != (tls_key is None):
        raise UsageError("give --tls-cert and --tls-key together")
    for file in (tls_cert, tls_key):
        if file is not None and not file.is_file():
            raise UsageError(f"no file at {file}")
    serving = Serving(
        host=host,
        port=port,
        login=login,
        allow_hosts=allow_host or (),
        tls=(tls_cert, tls_key) if tls_cert and tls_key else None,
        behind_proxy=behind_proxy,
        user=user,
    )
    run(project, serving)


@people.command("add")
@one_line_errors
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="reviewer, linguist or admin.")] = "reviewer",
    token: Annotated[bool, typer.Option("--token", help="Make a token for programs instead of a password.")] = False,
    project: ProjectFolder = HERE,
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    from pipeline.reviewer import accounts
    from pipeline.run.project import Project

    with Project.open(project) as opened:
        password = "" if token else _password()
        made = accounts.add(opened.store, name, role=role, password=password, token=token, by=_BY)
    typer.echo(made or f"{name} ({role}) can log in")


@people.command("list")
@one_line_errors
def list_(project: ProjectFolder = HERE) -> None:
    """List users."""
    from pipeline.reviewer import accounts
    from pipeline.run.project import Project

    with Project.open(project) as opened:
        known = accounts.listed(opened.store)
        if not known:
            typer.echo("No users yet; add one: zhengming review user add NAME --role admin", err=True)
        for one in known:
            ways = [way for way, has in (("password", one.password), ("token", one.token)) if has]
            state = "disabled" if one.disabled else " and ".join(ways) or "no login"
            typer.echo(f"{one.name}\t{one.role}\t{state}")


@people.command("change")
@one_line_errors
def change(
    name: Name,
    role: Annotated[str, typer.Option(help="New role.")] = "",
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password; ends their sessions.")] = False,
    token: Annotated[bool, typer.Option("--token", help="Make a new token; the old one ends.")] = False,
    disable: Annotated[bool, typer.Option("--disable", help="Refuse login from now on.")] = False,
    enable: Annotated[bool, typer.Option("--enable", help="Allow login again.")] = False,
    project: ProjectFolder = HERE,
) -> None:
    """Change a user's role, password, token, or whether they may log in."""
    from pipeline.reviewer import accounts
    from pipeline.run.project import Project

    if disable and enable:
        raise UsageError("--disable or --enable, not both")
    if not (role or password or token or disable or enable):
        raise UsageError("say what to change: --role, --password, --token, --disable or --enable")
    with Project.open(project) as opened:
        wanted = accounts.Change(
            role=role or None,
            disabled=disable if disable or enable else None,
            password=_password() if password else None,
            token=token,
        )
        made = accounts.change(opened.store, name, wanted, by=_BY)
    typer.echo(made or f"{name}: changed")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
