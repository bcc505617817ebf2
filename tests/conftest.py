"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A machine that has other things to do is no fault of the code; speed is measured in tests/bench.
settings.register_profile("zhengming", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zhengming")


def _postgres_bin() -> Path | None:
    """Debian keeps the server's programs out of the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    pytest.skip("running as root, and there is no user postgres or nobody to run PostgreSQL as")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, without a database name."""
    folder = _postgres_bin()
    if folder is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'zhengming[postgres]'")
    as_user = _unprivileged()
    # Not pytest's own folder: the other user could not enter it.
    home = Path(tempfile.mkdtemp(prefix="zm-pg-", dir="/tmp"))
    if as_user:
        os.chown(home, int(str(as_user["user"])), int(str(as_user["group"])))
    data = home / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [str(folder / program), *arguments]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=home,
            **as_user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    # C: the index must not depend on what the locale calls a letter.
    run("initdb", "-D", str(data), "-U", "zhengming", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-h 127.0.0.1 -p {port} -k {home} -c fsync=off -c full_page_writes=off -c max_connections=60"
    run("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgresql://zhengming@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _database(server: str, node: str, *, template: str = "template1") -> Iterator[str]:
    import psycopg

    name = f"t{os.getpid()}_{abs(hash(node)) % 10**9}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Name of a migrated database to copy: migrating takes longer than most tests."""
    import psycopg

    from pipeline.store.database import Store

    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    Store(f"{postgres_server}/migrated").close()
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite store to copy."""
    from pipeline.store.database import Store

    path = tmp_path_factory.mktemp("store") / "zhengming.db"
    Store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a store without rows, once per database."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "zhengming.db")
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    yield from _database(server, request.node.nodeid, template=request.getfixturevalue("postgres_template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables, once per database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'zhengming.db'}"
        return
    yield from _database(request.getfixturevalue("postgres_server"), request.node.nodeid)


def pytest_report_header() -> str:
    """What the databases are: a skipped one should be seen."""
    import sqlite3

    folder = _postgres_bin()
    driver = "psycopg" if find_spec("psycopg") else "no psycopg"
    return f"sqlite {sqlite3.sqlite_version}, postgresql {folder or 'absent'} ({driver}), python {sys.version_info[:2]}"


SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"


@pytest.fixture(scope="session")
def valid_xliff() -> Callable[[bytes, str], None]:
    """Holds a file against the official schema of XLIFF 1.2 or 2.1 with its modules."""

    def check(data: bytes, version: str) -> None:
        from lxml import etree

        checker = _schema(version)
        assert checker.validate(etree.fromstring(data)), str(checker.error_log)

    return check


@cache
def _schema(version: str) -> Any:
    from lxml import etree

    folder = SCHEMAS / ("xliff" if version == "1.2" else "xliff2.1")
    if not folder.is_dir():
        pytest.skip(f"the official XLIFF schemas are not at {folder}")
    if version == "2.1":
        files = (("document", "xliff_core_2.0.xsd"), ("glossary", "glossary.xsd"), ("matches", "matches.xsd"))
        text = "".join(
            f'<xs:import namespace="urn:oasis:names:tc:xliff:{name}:2.0" schemaLocation="{folder / file}"/>'
            for name, file in files
        )
    else:
        text = (
            '<xs:import namespace="urn:oasis:names:tc:xliff:document:1.2" '
            f'schemaLocation="{folder / "xliff-core-1.2-strict.xsd"}"/>'
        )
    parser = etree.XMLParser(no_network=True)
    xml = SCHEMAS / "xliff2.1/informativeCopiesOf3rdPartySchemas/w3c/xml.xsd"

    class Local(etree.Resolver):
        """The schemas import xml.xsd from the network; the copy beside them serves."""

        def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
            del public_id
            return self.resolve_filename(str(xml), context) if system_url.endswith("xml.xsd") else None

    parser.resolvers.add(Local())
    whole = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{text}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(whole.encode(), parser))


GLOSSARY = """id,zh,en,en_admitted,en_forbidden,pos
ec-dual-use-item,两用物项,dual-use item,dual use item,,noun
ec-export-control,出口管制,export control,,export management,noun
ec-end-user,最终用户,end user,,,noun
re-heavy,中重稀土,medium and heavy rare earth,,,noun
re-dysprosium-oxide,氧化镝,dysprosium oxide,,,noun
re-terbium-oxide,氧化铽,terbium oxide,,,noun
gov-mofcom,商务部,Ministry of Commerce,MOFCOM,,proper
"""
CONFIG = """[engine]
name = "echo"

[glossary]
shipped = false
files = ["glossaries/terms.csv", "glossaries/project.csv"]
"""


@pytest.fixture(scope="session")
def project_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `zhengming init` makes it, once: migrating a database takes longer than most tests."""
    from typer.testing import CliRunner

    from pipeline.cli import app

    folder = tmp_path_factory.mktemp("template") / "project"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    (folder / "zhengming.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "glossaries" / "terms.csv").write_text(GLOSSARY, encoding="utf-8")
    return folder


@pytest.fixture
def project_folder(project_template: Path, tmp_path: Path) -> Path:
    """A project with a glossary of seven concepts and the echo engine: what the shipped glossaries hold may change."""
    return Path(shutil.copytree(project_template, tmp_path / "project"))
