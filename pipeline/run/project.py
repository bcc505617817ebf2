"""A project: a folder with its configuration, glossary and store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from pipeline.config import FILE, Config, load
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.memory.lookup import Patterns
    from pipeline.store.database import Store
    from pipeline.termbase.evidence import SenseEvidence

GLOSSARY: Final = "glossaries/project.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An open project.

    Attributes:
        folder: Where it is.
        config: Its configuration; the project's own glossary is part of it.
        store: Its database.
        id: Its id there.
    """

    folder: Path
    config: Config
    store: Store
    id: int

    @classmethod
    def open(cls, path: Path, *, config: Config | None = None) -> Self:
        """Open a project, its store made or migrated where needed.

        Args:
            path: The folder, or its configuration file.
            config: A configuration to use instead of the folder's.

        Raises:
            UsageError: There is no project.
            pipeline.errors.StoreError: Its store cannot be opened.
        """
        from pipeline.store.database import Store

        folder = path.parent if path.name == FILE else path
        if not (folder / FILE).is_file():
            raise UsageError(f"no project at {folder}: make one with `zhengming init {folder}`")
        config = config or load(folder)
        store = Store(config.store.url) if config.store.url else Store.in_folder(folder)
        return cls(folder=folder, config=config, store=store, id=store.project(config.store.project))

    @property
    def glossary_file(self) -> Path:
        """The glossary that reviewers' decisions are written to."""
        return self.folder / GLOSSARY

    @property
    def units(self) -> Patterns:
        """Its approved translations."""
        from pipeline.store.memory import StoredUnits

        return StoredUnits(self.store, self.id)

    @property
    def evidence(self) -> SenseEvidence:
        """What its reviewers have chosen so far for terms with several senses."""
        from pipeline.store import senses
        from pipeline.termbase.evidence import SenseEvidence

        with self.store.read() as connection:
            return SenseEvidence(senses.choices(connection, self.id))

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
