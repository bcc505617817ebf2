"""What of the queue is shown, carried from page to page in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from pipeline.store.queue import QueueFilter

Order = Literal["risk", "position"]
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A queue filter with its order.

    Attributes:
        document: Id of a document; empty for all.
        code: Beginning of a flag code.
        severity: Of an open flag.
        state: Segment state.
        assigned: Who is asked.
        q: Text that source or target holds.
        show: ``open`` for segments with open flags, ``all``.
        order: ``risk`` or ``position``.
    """

    document: int | None = None
    code: str = ""
    severity: str = ""
    state: str = ""
    assigned: str = ""
    q: str = ""
    show: str = "open"
    order: str = "risk"

    @property
    def filter(self) -> QueueFilter:
        """For the store."""
        return QueueFilter(
            document=self.document,
            code=self.code,
            severity=self.severity,
            state=self.state,
            waiting=self.show == "open",
            assigned=self.assigned,
            query=self.q,
        )

    def address(self, path: str, **more: Any) -> str:
        """A path with this filter, and more parameters, as its query; those that say nothing are left out."""
        usual = Wanted()
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) != getattr(usual, name)}
        values = {name: value for name, value in {**given, **more}.items() if value not in (None, "")}
        return f"{path}?{urlencode(values)}" if values else path

    def having(self, **changes: Any) -> Wanted:
        """The same but for some parts."""
        return replace(self, **changes)


def wanted(
    document: Annotated[str, Query(pattern=r"^\d{0,15}$", description="Id of a document; empty: all.")] = "",
    code: Annotated[str, Query(pattern=r"^[A-Z]?\d{0,3}$", description="Flag code or its beginning.")] = "",
    severity: Literal["", "critical", "major", "minor", "neutral"] = "",
    state: Literal["", "initial", "translated", "reviewed", "final"] = "",
    assigned: Annotated[str, Query(max_length=_LONGEST, description="Only what this user is asked.")] = "",
    q: Annotated[str, Query(max_length=_LONGEST, description="Text that source or target holds.")] = "",
    show: Literal["open", "all"] = "open",
    order: Order = "risk",
) -> Wanted:
    """The filter that an address carries."""
    return Wanted(
        document=int(document) if document else None,
        code=code,
        severity=severity,
        state=state,
        assigned=assigned,
        q=q.replace("\0", "").strip(),
        show=show,
        # Reading order is the order of one document.
        order=order if document else "risk",
    )


Filter = Annotated[Wanted, Depends(wanted)]
