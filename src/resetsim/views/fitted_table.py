"""A table for a terminal of any width, in which no number is ever cut."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from resetsim.terminal import visible

Columns = Mapping[str, Sequence[str]]

_NUMBER = re.compile(r"[+-]?\d[\d.]*(?:e[+-]?\d+)?")
_PIECE = re.compile(rf"{_NUMBER.pattern}|.")  # what a long word is broken into


@dataclass(frozen=True)
class FittedTable:
    """Columns that name a row, and outcomes; what does not fit is continued below.

    Attributes
    ----------
    names
        By heading, a cell for each row; folded where there is too little room, and repeated in
        each part.
    outcomes
        By heading, a cell for each row; each in the first part that has room for it. Only what
        has a part for itself and no room there is folded.
    caption
        Below the last part.
    gap
        Blanks between columns.
    justify
        How the names stand.
    """

    names: Columns
    outcomes: Columns
    caption: str = ""
    gap: int = 2
    justify: Literal["left", "right"] = "left"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the parts for the width that there is."""
        del console
        parts = list(self._parts(options.max_width))
        for number, (names, outcomes) in enumerate(parts, start=1):
            caption = self.caption if len(parts) == 1 else "continued below"
            yield self._part(names, outcomes, caption if number < len(parts) or number == 1 else "")
        if len(parts) > 1:
            yield Text(visible(self.caption), style="table.caption")

    def _parts(self, width: int) -> Iterator[tuple[list[int], dict[str, int]]]:
        """Yield the widths of the names, and those of the outcomes, of each part."""
        least = self._least(width)
        rest = {heading: _width(heading, cells) for heading, cells in self.outcomes.items()}
        while True:
            taken = dict(rest)
            while len(taken) > 1 and self._room(width, taken) < sum(least):
                taken.popitem()
            if taken and (lacking := sum(least) - self._room(width, taken)) > 0:
                ((heading, wanted),) = taken.items()
                number = _longest_number(self.outcomes[heading])
                taken[heading] = max(wanted - lacking, number)
            yield self._name_widths(least, self._room(width, taken)), taken
            rest = {heading: rest[heading] for heading in rest if heading not in taken}
            if not rest:
                return

    def _room(self, width: int, outcomes: Mapping[str, int]) -> int:
        """Return what outcomes, gaps and edges leave to the names."""
        gaps = self.gap * (len(self.names) + len(outcomes)) + 1
        return width - gaps - sum(outcomes.values())

    def _least(self, width: int) -> list[int]:
        """Return how narrow each column of names may be: numbers whole, and most words."""
        outcome = max(map(_longest_number, self.outcomes.values()), default=0)
        room = self._room(width, {"": outcome} if outcome else {})
        for enough in range(max(6, width // (2 * len(self.names))), 0, -1):
            widths = [
                max(min(max(map(cell_len, _words(name, cells))), enough), _longest_number(cells))
                for name, cells in self.names.items()
            ]
            if sum(widths) <= room:
                break
        return widths

    def _name_widths(self, least: Sequence[int], room: int) -> list[int]:
        """Give the names what room there is, first to those that need little."""
        widths = list(least)
        wanted = [_width(name, cells) for name, cells in self.names.items()]
        spare = max(room - sum(widths), 0)
        for index in sorted(range(len(widths)), key=lambda index: wanted[index] - widths[index]):
            given = min(wanted[index] - widths[index], spare)
            widths[index] += given
            spare -= given
        return widths

    def _part(self, names: Sequence[int], outcomes: Mapping[str, int], caption: str) -> Table:
        table = Table(
            box=box.SIMPLE_HEAD,
            padding=(0, self.gap - 1, 0, 0),
            pad_edge=False,
            caption=Text(visible(caption)) if caption else None,
        )
        columns = [
            *zip(self.names.items(), names, [self.justify] * len(names), strict=True),
            *(((name, self.outcomes[name]), width, "right") for name, width in outcomes.items()),
        ]
        for (heading, _), width, justify in columns:
            words = [folded(word, width) for word in visible(heading).split()]
            table.add_column(Text("\n".join(words)), justify=justify, width=width)
        for row in zip(*(cells for (_, cells), _, _ in columns), strict=True):
            shown = zip(row, columns, strict=True)
            table.add_row(*(Text(folded(visible(cell), width)) for cell, (_, width, _) in shown))
        return table


def folded(text: str, width: int) -> str:
    """Return a text broken at blanks, long words at underscores or elsewhere, a number never.

    Parameters
    ----------
    text
        One line.
    width
        That its lines may have.

    Returns
    -------
    str
        Lines.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for piece in _pieces(word, width):
            if lines[-1] and cell_len(lines[-1] + piece) > width:
                lines.append("")
            lines[-1] += piece
    return "\n".join(lines)


def _pieces(word: str, width: int) -> Iterator[str]:
    for part in re.findall(r"[^_]+_*|_+", word):
        yield from [part] if cell_len(part) <= width else _PIECE.findall(part)


def _words(heading: str, cells: Sequence[str]) -> list[str]:
    return [word for text in (heading, *cells) for word in visible(text).split()] or [""]


def _longest_number(cells: Sequence[str]) -> int:
    return max((len(number) for cell in cells for number in _NUMBER.findall(cell)), default=1)


def _width(heading: str, cells: Sequence[str]) -> int:
    return max(map(cell_len, [*visible(heading).split(), *map(visible, cells)]), default=1)
