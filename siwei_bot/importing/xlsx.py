"""Excel files: every sheet as a table, numbers and dates as the sheet shows them.

Reads the few parts that it needs by itself: the usual library makes a cell of every place that a
merged range covers, so that a small file can ask for billions.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml.etree import _Element as Element

from siwei_bot.importing.document import MAX_COLUMNS, MAX_ROWS, Cell, Document, Paragraph, Table, lines_of
from siwei_bot.importing.package import ImportFileError, Package

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORKBOOK = "xl/workbook.xml"
_PERCENT_FORMATS = frozenset({9, 10})
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(50, 59)])
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FIRST_DAY = datetime.date(1899, 12, 30)


def read_xlsx(package: Package, name: str) -> Document:
    """The sheets of an Excel file. Raises :class:`ImportFileError` where there are none."""
    book = package.xml(_WORKBOOK)
    if book is None:
        raise ImportFileError(f"{name} 里没有工作簿，不是完整的 Excel 文件；请在 Excel 里另存为 .xlsx 后再试")
    strings = _shared_strings(package.xml("xl/sharedStrings.xml"))
    formats = _formats(package.xml("xl/styles.xml"))
    blocks: list[Paragraph | Table] = []
    hidden: list[str] = []
    for title, part, visible in _sheets(package, book):
        root = package.xml(part)
        if root is None:
            continue
        if not visible:
            hidden.append(f"隐藏的工作表“{title}”没有读")
            continue
        blocks += [Paragraph(title), _sheet(root, strings, formats, name)]
    return Document(tuple(blocks), tuple(hidden))


def _sheets(package: Package, book: Element) -> Iterator[tuple[str, str, bool]]:
    """Title, part and visibility of each sheet."""
    relationships = package.xml("xl/_rels/workbook.xml.rels")
    targets = {
        relationship.get("Id", ""): relationship.get("Target", "")
        for relationship in (() if relationships is None else relationships.iterfind(_RELATIONSHIP))
    }
    for sheet in book.iterfind(f"{_S}sheets/{_S}sheet"):
        target = targets.get(sheet.get(f"{_R}id", ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        yield sheet.get("name", ""), part, sheet.get("state", "visible") == "visible"


def _shared_strings(root: Element | None) -> list[str]:
    return [] if root is None else [_rich_text(item) for item in root.iterfind(f"{_S}si")]


def _rich_text(item: Element) -> str:
    """The text of an item, in one run or several; not how it is to be pronounced."""
    runs = [*item.iterfind(f"{_S}t"), *item.iterfind(f"{_S}r/{_S}t")]
    return "".join(run.text or "" for run in runs)


def _formats(root: Element | None) -> list[str]:
    """Of each cell style, the format of its numbers: ``%``, ``date``, or nothing."""
    if root is None:
        return []
    own = {
        form.get("numFmtId", ""): form.get("formatCode", "")
        for form in root.iterfind(f"{_S}numFmts/{_S}numFmt")
    }
    return [_kind(style.get("numFmtId", "0"), own) for style in root.iterfind(f"{_S}cellXfs/{_S}xf")]


def _kind(number: str, own: dict[str, str]) -> str:
    code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", own.get(number, ""))
    if not code and number.isdecimal():
        if int(number) in _PERCENT_FORMATS:
            return "%"
        return "date" if int(number) in _DATE_FORMATS else ""
    if "%" in code:
        return "%"
    return "date" if re.search("[ymd]", code, re.IGNORECASE) else ""


def _sheet(root: Element, strings: list[str], formats: list[str], name: str) -> Table:
    cells: dict[tuple[int, int], tuple[str, ...]] = {}
    for element in root.iterfind(f"{_S}sheetData/{_S}row/{_S}c"):
        place = _place(element.get("r", ""))
        lines = lines_of(_value(element, strings, formats))
        if place is None or not lines:
            continue
        if place[0] >= MAX_ROWS or place[1] >= MAX_COLUMNS:
            raise ImportFileError(
                f"{name} 的表超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列，不读；请只留下方案的表格"
            )
        cells[place] = lines
    height = max((row for row, _ in cells), default=-1) + 1
    width = max((column for _, column in cells), default=-1) + 1
    spans = dict(_merges(root, height, width))
    return Table(tuple(_cells(cells, spans, height, width)))


def _cells(
    lines: dict[tuple[int, int], tuple[str, ...]],
    spans: dict[tuple[int, int], tuple[int, int]],
    height: int,
    width: int,
) -> Iterator[Cell]:
    """Every place of the used range once: a cell, or part of a merged one."""
    taken: set[tuple[int, int]] = set()
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            rows, columns = spans.get((row, column), (1, 1))
            if rows * columns > 1:
                taken.update((r, c) for r in range(row, row + rows) for c in range(column, column + columns))
            yield Cell(row, column, lines.get((row, column), ()), rows, columns)


def _merges(root: Element, height: int, width: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """First place and size of each merged range, cut to the used range."""
    for merged in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
        first, _, last = merged.get("ref", "").partition(":")
        start, end = _place(first), _place(last)
        if start is None or end is None or start[0] >= height or start[1] >= width:
            continue
        rows, columns = min(end[0] + 1, height) - start[0], min(end[1] + 1, width) - start[1]
        if rows > 0 and columns > 0:
            yield start, (rows, columns)


def _place(reference: str) -> tuple[int, int] | None:
    """Row and column of a place, from 0.

    >>> _place("B3"), _place("$AA$10"), _place("B")
    ((2, 1), (9, 26), None)
    """
    match = _PLACE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _value(element: Element, strings: list[str], formats: list[str]) -> str:
    """What a cell shows."""
    kind, value = element.get("t", "n"), element.findtext(f"{_S}v", "")
    if kind == "inlineStr":
        inline = element.find(f"{_S}is")
        return "" if inline is None else _rich_text(inline)
    if kind == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
    style = element.get("s", "0")
    form = formats[int(style)] if style.isdecimal() and int(style) < len(formats) else ""
    return _shown(value, form) if kind == "n" else value


def _shown(value: str, form: str) -> str:
    """A number as its format shows it; without a format, as it would be typed.

    >>> _shown("0.09", "%"), _shown("46357", "date"), _shown("6.1699999999999999", ""), _shown("180", "")
    ('9%', '2026年12月1日', '6.17', '180')
    """
    try:
        number = Decimal(value)
        if form == "date":
            day = _FIRST_DAY + datetime.timedelta(days=int(number))
            return f"{day.year}年{day.month}月{day.day}日"
        typed = Decimal(f"{float(number):.12g}")
        if form == "%":  # decimals that the format hides were typed all the same
            return f"{_plain(typed * 100)}%"
        return _plain(typed)
    except (InvalidOperation, ValueError, OverflowError):
        return value


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
