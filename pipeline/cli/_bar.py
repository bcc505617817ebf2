"""The progress bar of a batch: documents, share, rate, remaining time, and the newest document where there is room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

if TYPE_CHECKING:
    from pipeline.run.progress import Progress as Counts

# Narrower terminals have no room for names.
_ROOM_FOR_NAMES: Final = 100


class Bar(Progress):
    """A bar that looks at the counts whenever it is drawn, so that it moves while one long document is under way.

    Args:
        counts: Of the batch.
    """

    def __init__(self, counts: Counts) -> None:
        console = Console(stderr=True)
        self.name = ""
        self._counts = counts
        columns = [
            TextColumn("{task.fields[documents]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[line]}", markup=False),
        ]
        if console.width >= _ROOM_FOR_NAMES:
            room = Column(no_wrap=True, overflow="ellipsis", ratio=1)
            columns.append(TextColumn("{task.fields[name]}", markup=False, style="dim", table_column=room))
        super().__init__(*columns, console=console, transient=True, refresh_per_second=2, expand=True)
        self.add_task("", total=1.0, documents="", line="", name="")

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar as things are now."""
        counts = self._counts
        for task in self.task_ids:
            self.update(
                task,
                completed=counts.share,
                documents=f"{counts.done:,}/{counts.total:,} documents",
                line=counts.line(),
                name=self.name,
            )
        return super().get_renderables()
