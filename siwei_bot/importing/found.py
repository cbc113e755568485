"""What was found in a document, before its names are brought together and its numbers are settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from siwei_bot.importing.document import Cell, Table
from siwei_bot.importing.heads import Layout
from siwei_bot.importing.labels import label
from siwei_bot.importing.roles import Part
from siwei_bot.importing.values import Value


@dataclass
class FoundIndicator:
    """``values`` are year, value, and whether it is a baseline; ``bodies`` the lines with names."""

    name: str
    number: int | None = None
    group: str = ""
    unit: str = ""
    attribute: str = ""
    values: list[tuple[int, Value, bool]] = field(default_factory=list)
    bodies: tuple[str, ...] = ()
    unclear: list[str] = field(default_factory=list)


@dataclass
class FoundMeasure:
    text: str
    number: int | None = None
    note: str = ""
    unclear: list[str] = field(default_factory=list)


NOT_WRITTEN = "（原文没有写任务）"
"""Stands where a plan file must have a text and the source has none."""


@dataclass
class FoundGroup:
    """Measures for which one allotment is printed; ``due`` as printed."""

    measures: list[FoundMeasure]
    parts: list[Part] = field(default_factory=list)
    due: str = ""
    unclear: list[str] = field(default_factory=list)


@dataclass
class FoundTask:
    title: str
    number: int | None = None
    groups: list[FoundGroup] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


@dataclass
class FoundSection:
    title: str
    label: str = ""
    tasks: list[FoundTask] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    @classmethod
    def titled(cls, text: str) -> FoundSection:
        """The section of a heading that may begin with a number: （一）严格落实…"""
        found = label(text)
        return cls(text) if found is None else cls(found.rest.strip(), found.text)


@dataclass
class Sheet:
    """One table of a document: where it stands, how it is read, and which of its cells were."""

    number: int
    table: Table
    layout: Layout | None
    captions: tuple[str, ...] = ()
    used: set[tuple[int, int]] = field(default_factory=set)

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell that covers a place, counted as read."""
        cell = self.table.rows[row].get(column)
        if cell is not None:
            self.used.add((cell.row, cell.column))
        return cell

    def use_row(self, row: int) -> None:
        self.used.update((cell.row, cell.column) for cell in self.table.rows[row].values())

    def unused(self) -> Iterator[str]:
        """The words of every cell that was not read, with its place."""
        for cell in self.table.cells:
            if cell.text and (cell.row, cell.column) not in self.used:
                yield self.told(cell)

    def told(self, cell: Cell) -> str:
        """A cell's words and its place."""
        return f"第{self.number}个表第{cell.row + 1}行第{cell.column + 1}栏：{cell.text}"


@dataclass
class Found:
    """All that was found; ``role_words``: role → the word that the document has for it."""

    sections: list[FoundSection] = field(default_factory=list)
    indicators: list[FoundIndicator] = field(default_factory=list)
    role_words: dict[str, str] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
