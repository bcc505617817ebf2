"""What Zhengming stands on: declared, used, pinned, and free to use."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What comes with a declared package and belongs to its interface.
COMPANIONS = {
    "anyio": "fastapi",
    "starlette": "fastapi",
    "markupsafe": "jinja2",
    "pdfminer-six": "pdfplumber",
    "huggingface-hub": "transformers",
}
# Asked for by name at run time: by FastAPI for forms, by SQLAlchemy for a URL.
NAMED = {"python-multipart", "psycopg"}


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=\[;~! ]", requirement)[0]).lower()


def _declared() -> dict[str, set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: set(map(_name, listed)) for name, listed in project["optional-dependencies"].items()}
    return {"": set(map(_name, project["dependencies"])), **extras}


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {_name(line): line.partition("==")[2] for line in lines if line and not line.startswith("#")}


def _imported() -> set[str]:
    modules: set[str] = set()
    for file in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return modules - sys.stdlib_module_names - {"pipeline"}


def _distributions() -> dict[str, set[str]]:
    return {module: set(map(_name, names)) for module, names in packages_distributions().items()}


def test_every_package_that_the_program_imports_is_declared() -> None:
    known = set().union(*_declared().values())
    from_where = _distributions()
    undeclared = {
        module
        for module in _imported()
        if module in from_where and not {COMPANIONS.get(name, name) for name in from_where[module]} & known
    }
    assert undeclared == set()


def test_every_declared_package_is_imported_by_the_program() -> None:
    from_where = _distributions()
    here = set().union(*from_where.values())
    used = set().union(*(from_where.get(module, set()) for module in _imported())) | NAMED
    wanted = set().union(*(names for extra, names in _declared().items() if extra != "dev"))
    assert {name for name in wanted & here if name not in used} == set()


def test_every_declared_package_is_pinned_exactly() -> None:
    pins = _pins()
    assert {name for names in _declared().values() for name in names if not pins.get(name)} == set()


def test_no_pinned_package_is_under_the_gpl_or_agpl() -> None:
    forbidden = {}
    for name in _pins():
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        expression = found.get("License-Expression") or ""
        said = [*(found.get_all("Classifier") or ()), (found.get("License") or "").partition("\n")[0]]
        # A choice between licenses is free to be made; without an expression the classifiers speak.
        terms = [part for part in re.split(r"\bAND\b", expression) if "OR" not in part] if expression else said
        bad = [
            term for term in terms if re.search(r"\bA?GPL|(?:GNU|Affero) General Public", term) and " WITH " not in term
        ]
        if bad:
            forbidden[name] = bad
    assert forbidden == {}
