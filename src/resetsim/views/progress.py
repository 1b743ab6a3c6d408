"""A progress bar with the time that is left, where there is a terminal to show it."""

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from resetsim.terminal import visible


class ProgressBar:
    """One bar for each stage; what is to come is added as they become known."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[of]}, elapsed"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=0, of="")

    def __enter__(self) -> "ProgressBar":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, text: str, of: str = "simulations") -> None:
        """Start a new bar."""
        self._bar.update(self._task, visible=bool(self._bar.tasks[-1].total))
        self._task = self._bar.add_task(escape(visible(text)), total=0, of=of)

    def expect(self, count: int) -> None:
        """Lengthen the bar."""
        total = self._bar.tasks[-1].total or 0
        self._bar.update(self._task, total=total + count)

    def finished(self, count: int) -> None:
        """Fill the bar."""
        self._bar.advance(self._task, count)
