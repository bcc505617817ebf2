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
    from pipeline.reviewer.people import hashed, new_token
    from pipeline.run.project import Project
    from pipeline.store import users

    made = new_token() if token else ""
    with Project.open(project) as opened:
        password = "" if token else hashed(_password())
        with opened.store.write() as connection:
            users.add_user(connection, name, role=role, password=password, token=made)
    typer.echo(f"{name} ({role}) can log in" if not token else made)


@people.command("list")
@one_line_errors
def list_(project: ProjectFolder = HERE) -> None:
    """List users."""
    from pipeline.run.project import Project
    from pipeline.store import users

    with Project.open(project) as opened, opened.store.read() as connection:
        for one in users.users(connection):
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
    from pipeline.reviewer.people import hashed, new_token
    from pipeline.run.project import Project
    from pipeline.store import users

    if disable and enable:
        raise UsageError("--disable or --enable, not both")
    values: dict[str, object] = {"role": role} if role else {}
    if disable or enable:
        values["disabled"] = disable
    made = new_token() if token else ""
    if made:
        values["token"] = made
    with Project.open(project) as opened:
        if password:
            values["password"] = hashed(_password())
        if not values:
            raise UsageError("say what to change: --role, --password, --token, --disable or --enable")
        with opened.store.write() as connection:
            users.change_user(connection, name, **values)
    typer.echo(made or f"{name}: changed")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
