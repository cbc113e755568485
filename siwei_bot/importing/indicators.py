"""Tables of indicators: a row an indicator, or a row a year."""

from __future__ import annotations

from collections.abc import Iterator

from siwei_bot.importing import values
from siwei_bot.importing.document import Cell
from siwei_bot.importing.found import Found, FoundIndicator, Sheet
from siwei_bot.importing.heads import Column, Layout, is_head
from siwei_bot.importing.labels import label
from siwei_bot.language.numerals import integer

_NO_CELL = Cell(0, 0)


def read_indicators(sheet: Sheet, layout: Layout, found: Found, last_year: int) -> None:
    """Add the indicators of one table; ``last_year`` is meant where a head says 目标值 without a year."""
    reader = _Reader(sheet, layout, found, last_year)
    for row in range(layout.first, len(sheet.table.rows)):
        if is_head(sheet.table, row, layout):
            sheet.use_row(row)
        else:
            reader.row(row)


class _Reader:
    def __init__(self, sheet: Sheet, layout: Layout, found: Found, last_year: int) -> None:
        self._sheet, self._layout, self._found = sheet, layout, found
        self._last_year = last_year
        self._group = ""
        self._current: FoundIndicator | None = found.indicators[-1] if found.indicators else None
        self._cell: Cell | None = None

    def row(self, row: int) -> None:
        table = self._sheet.table
        cells = {cell for cell in table.rows[row].values() if cell.text}
        if len(cells) == 1 and (only := next(iter(cells))).columns == table.width:
            self._group = self._heading(row, only)
            return
        name = self._cell_of("name", row)
        if name.text and self._is_new(name):
            self._begin(row, name)
        elif name.text:
            self._cell_of("number", row)
        if self._current is None or not (name.text or self._cell is not None):
            return
        self._cell = name if name.text else self._cell
        self._go_on(row, self._current)

    def _heading(self, row: int, cell: Cell) -> str:
        """A row that is one cell names the group of the rows below."""
        self._sheet.use_row(row)
        found = label(cell.text)
        return found.rest.strip() if found else cell.text

    def _is_new(self, name: Cell) -> bool:
        return name != self._cell and (self._current is None or _plain_name(name.text) != self._current.name)

    def _begin(self, row: int, name: Cell) -> None:
        printed, unit = values.unit_of_name(name.text)
        has_unit_column = bool(self._layout.of("unit"))
        made = FoundIndicator(name.text if has_unit_column else printed)
        number = self._cell_of("number", row)
        made.number = _number(number.text)
        if number.text and made.number is None:
            made.unclear.append(f"序号“{number.text}”不是数字")
        made.unit = values.unit(self._cell_of("unit", row).text) if has_unit_column else unit
        made.attribute = self._cell_of("attribute", row).text
        made.group = self._group_at(row, made)
        self._found.indicators.append(made)
        self._current, self._cell = made, name

    def _group_at(self, row: int, made: FoundIndicator) -> str:
        if not self._layout.of("group"):
            return self._group
        cell = self._cell_of("group", row)
        if cell.text:
            self._group = cell.text
        elif self._group and self._sheet.table.shows_merges:
            made.unclear.append("类别一格是空的，按上一行的类别")
        return self._group

    def _go_on(self, row: int, made: FoundIndicator) -> None:
        """What a row says of its indicator: values and bodies."""
        year = next((values.year(cell.text) for cell in self._cells_of("year", row) if cell.text), 0)
        for column in self._layout.of("target", "baseline"):
            cell = self._sheet.cell(row, column.index) or _NO_CELL
            self._value(cell.text, column, year, made)
        for cell in self._cells_of("bodies", row):
            new = [line for line in cell.lines if line not in made.bodies]
            made.bodies = (*made.bodies, *new)
        for cell in self._cells_of("note", row):
            if cell.text and f"备注：{cell.text}" not in made.unclear:
                made.unclear.append(f"备注：{cell.text}")

    def _value(self, text: str, column: Column, year_of_row: int, made: FoundIndicator) -> None:
        value = values.value(text, made.unit)
        if value is None:
            if text and values.year(text):
                made.unclear.append(f"“{column.printed}”一栏写的是“{text}”，没有数值")
            return
        year, unclear = value.year or column.year or year_of_row, value.unclear
        is_baseline = column.field == "baseline"
        if not year and not is_baseline and self._last_year:
            year, unclear = self._last_year, f"“{column.printed}”没有写年份，按 {self._last_year} 年"
        if not year:
            made.unclear.append(f"“{column.printed}”没有写年份，没有收：{text}")
            return
        if unclear:
            made.unclear.append(unclear)
        if (year, value, is_baseline) not in made.values:
            made.values.append((year, value, is_baseline))

    def _cells_of(self, field: str, row: int) -> Iterator[Cell]:
        for column in self._layout.of(field):
            yield self._sheet.cell(row, column.index) or _NO_CELL

    def _cell_of(self, field: str, row: int) -> Cell:
        cells = [cell for cell in self._cells_of(field, row) if cell.text]
        return cells[0] if cells else _NO_CELL


def _plain_name(text: str) -> str:
    return values.unit_of_name(text)[0]


def _number(text: str) -> int | None:
    plain = text.strip("（）().、． ")
    number = integer(plain) if plain else None
    return number if number and number < 10**6 else None
