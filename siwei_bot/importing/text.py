"""Plain text: the tables of a Word file as its text export writes them, and paragraphs.

In such an export a line that begins with a tab begins a cell, the lines after it belong to the cell, and
a blank line ends a row. Merged cells come out empty, so that a table of this kind cannot show them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from siwei_bot.importing.document import MAX_COLUMNS, MAX_ROWS, Cell, Document, Paragraph, Table, lines_of
from siwei_bot.importing.package import ImportFileError

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text(data: bytes, name: str) -> Document:
    """The paragraphs and tables of a text file. Raises :class:`ImportFileError` for what is no text."""
    text = _decoded(data, name)
    bookmarks = tuple(f"书签标记 {mark}" for mark in _BOOKMARK.findall(text))
    lines = re.split("\r\n|[\r\n]", _BOOKMARK.sub("", text))
    return Document(tuple(_blocks(lines, name)), bookmarks)


def _decoded(data: bytes, name: str) -> str:
    marked = next((codec for mark, codec in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    for codec in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportFileError(f"{name} 不是文本文件，或编码不是 UTF-8、GB18030；请另存为 UTF-8 文本后再试")


def _blocks(lines: Iterable[str], name: str) -> Iterator[Paragraph | Table]:
    """Tables where cells begin; every other line is a paragraph."""
    rows: list[list[list[str]]] = []
    blank = False
    for line in [*lines, ""]:
        if line.startswith("\t"):
            pieces = line.split("\t")[1:]
            if not rows or (blank and _is_complete(rows)):
                rows.append([])
            rows[-1] += [[piece] for piece in pieces]
            if len(rows) > MAX_ROWS or len(rows[-1]) > MAX_COLUMNS:
                raise ImportFileError(f"{name} 里的表格太大，不读；请只留下方案的表格")
        elif rows and not (line.strip() and blank and _is_complete(rows) and _last_cell_has_text(rows)):
            rows[-1][-1].append(line)
        else:
            if rows:
                yield _table(rows)
                rows = []
            yield from (Paragraph(text) for text in lines_of(line))
        blank = not line.strip()
    if rows:
        yield _table(rows)


def _is_complete(rows: list[list[list[str]]]) -> bool:
    """Whether the last row has as many cells as the first one, the heads."""
    return len(rows) == 1 or len(rows[-1]) >= len(rows[0])


def _last_cell_has_text(rows: list[list[list[str]]]) -> bool:
    return any(line.strip() for line in rows[-1][-1])


def _table(rows: list[list[list[str]]]) -> Table:
    return Table(
        tuple(
            Cell(r, c, lines_of("\n".join(lines)))
            for r, row in enumerate(rows)
            for c, lines in enumerate(row)
        ),
        shows_merges=False,
    )
