"""A document as its blocks, whatever file it came from: paragraphs, and tables as grids of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

MAX_COLUMNS = 100
"""The widest table that is read; a wider one is no table that a person wrote."""

MAX_ROWS = 10_000
"""Rows of all tables of a document together."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff"
    "\ufeff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85]")
_BLANKS = re.compile(r"[ \t\u3000\xa0\u2000-\u200a\u202f]+")
_MARKS_BEFORE_WHICH_NO_SPACE_STANDS = ",.;:!?)%"


@dataclass(frozen=True)
class Cell:
    """One cell; ``row`` and ``column`` count from 0, ``rows`` and ``columns`` are what it covers."""

    row: int
    column: int
    lines: tuple[str, ...] = ()
    rows: int = 1
    columns: int = 1

    @cached_property
    def text(self) -> str:
        """The cell's words in one line, without what only the layout put between them."""
        return joined(self.lines)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph outside of tables; ``text`` begins with the number that Word may have counted."""

    text: str


@dataclass(frozen=True)
class Table:
    """A grid of cells in reading order. ``shows_merges`` is false where the file cannot tell a merged cell
    from an empty one (plain text)."""

    cells: tuple[Cell, ...]
    shows_merges: bool = True

    @cached_property
    def rows(self) -> tuple[dict[int, Cell], ...]:
        """Of each row, the cell that covers each column; a merged cell stands in every row it covers."""
        height = max((cell.row + cell.rows for cell in self.cells), default=0)
        rows: tuple[dict[int, Cell], ...] = tuple({} for _ in range(height))
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    rows[row].setdefault(column, cell)
        return rows

    @cached_property
    def width(self) -> int:
        return max((cell.column + cell.columns for cell in self.cells), default=0)


@dataclass(frozen=True)
class Document:
    """What a file holds, in order; ``left_out`` says in Chinese what its reader could not place."""

    blocks: tuple[Paragraph | Table, ...]
    left_out: tuple[str, ...] = field(default=())


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that hold anything, without the blanks around them and characters that cannot be seen."""
    if not text:
        return ()
    lines = (_UNSEEN.sub("", line).strip() for line in _LINE_ENDS.split(text))
    return tuple(line for line in lines if line)


def joined(lines: Iterable[str]) -> str:
    """Lines as one text. A line break, and a space beside a Chinese character, is layout and no text.

    >>> joined(["优化农田灌", "溉规模 和布局", "by 2030 in", "GDP"])
    '优化农田灌溉规模和布局by 2030 in GDP'
    """
    return _BLANKS.sub(_blank, " ".join(lines)).strip()


def _blank(match: re.Match[str]) -> str:
    before, after = _around(match)
    return " " if _is_word(before) and _is_word(after) else ""


def has_odd_blank(lines: Iterable[str]) -> bool:
    """Whether :func:`joined` leaves out a space that may be no layout: one beside a half-width sign."""
    return any(
        (_is_sign(before) or _is_sign(after)) and after not in _MARKS_BEFORE_WHICH_NO_SPACE_STANDS
        for line in lines
        for before, after in map(_around, _BLANKS.finditer(line))
    )


def _around(match: re.Match[str]) -> tuple[str, str]:
    text = match.string
    return text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_sign(char: str) -> bool:
    return bool(char) and char.isascii() and not char.isalnum()
