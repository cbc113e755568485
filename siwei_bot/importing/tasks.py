"""Tables of tasks: who does what, with tasks, measures and bodies in merged, repeated or empty cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from siwei_bot.importing.document import Cell, has_odd_blank
from siwei_bot.importing.found import (
    NOT_WRITTEN,
    Found,
    FoundGroup,
    FoundMeasure,
    FoundSection,
    FoundTask,
    Sheet,
)
from siwei_bot.importing.heads import LEVELS, ROLE_COLUMNS, Column, Layout, is_head
from siwei_bot.importing.labels import Item, is_finished, item_text, items, label
from siwei_bot.importing.naming import is_heading
from siwei_bot.importing.roles import Part, allotment, role_of, said_in_words, taken_from
from siwei_bot.importing.words import words
from siwei_bot.language.numerals import integer

_NO_CELL = Cell(-1, -1)


@dataclass(frozen=True)
class _Row:
    """One row below the heads; ``levels``: section, task, measure or number → its column."""

    sheet: Sheet
    layout: Layout
    index: int
    levels: dict[str, int]

    def cell(self, level: str) -> Cell:
        column = self.levels.get(level)
        return self.at(column) if column is not None else _NO_CELL

    def at(self, column: int) -> Cell:
        return self.sheet.cell(self.index, column) or _NO_CELL

    def begins(self, cell: Cell) -> bool:
        """Whether a cell begins in this row, or in an earlier one of another table."""
        return cell.row == self.index


@dataclass
class _MeasureCell:
    """A cell with measures and all rows that belong to it.

    ``number`` comes from a column of numbers; ``cut`` are the places of items that a page break cut.
    """

    lines: list[str]
    rows: list[_Row]
    number: int | None = None
    cut: list[int] = field(default_factory=list)


@dataclass
class _TaskCells:
    task: FoundTask
    measures: list[_MeasureCell] = field(default_factory=list)


@dataclass
class _Allotment:
    """What the columns of one row, or of all rows of a cell with measures, say of who does it and by when."""

    parts: dict[tuple[object, ...], Part] = field(default_factory=dict)
    due: dict[str, None] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)


def read_tasks(sheets: Sequence[tuple[Sheet, Layout]], found: Found) -> None:
    """Add the sections and tasks of the tables of tasks of one document, in order."""
    reader = _Reader(found)
    for group in _of_one_form(sheets):
        levels = _levels(group)
        for sheet, layout in group:
            reader.heading_before(sheet, levels)
            for row in range(layout.first, len(sheet.table.rows)):
                reader.row(_Row(sheet, layout, row, levels))
    reader.finish()


def _of_one_form(sheets: Iterable[tuple[Sheet, Layout]]) -> Iterator[list[tuple[Sheet, Layout]]]:
    """Tables that follow each other with the same heads, as a page break makes them."""
    group: list[tuple[Sheet, Layout]] = []
    for sheet, layout in sheets:
        if group and group[-1][1].signature != layout.signature:
            yield group
            group = []
        group.append((sheet, layout))
    if group:
        yield group


# -- which column says what ------------------------------------------------------------------------


def _levels(sheets: Sequence[tuple[Sheet, Layout]]) -> dict[str, int]:
    """The columns of section, task, measure and of their numbers.

    Heads decide where each names another level; else the column with fewer cells is the whole.
    """
    layout = sheets[0][1]
    columns = layout.of(*LEVELS)
    texts = {column.index: _texts(sheets, column) for column in [*columns, *layout.of("number")]}
    ranks = [LEVELS.index(column.field) for column in columns]

    def by_head(column: Column) -> tuple[int, ...]:
        return LEVELS.index(column.field), column.place, column.index

    def by_cells(column: Column) -> tuple[int, ...]:
        return len(texts[column.index]), *by_head(column)

    ordered = sorted(columns, key=by_head if len(set(ranks)) == len(ranks) else by_cells)
    levels = dict(zip(reversed(LEVELS), (column.index for column in reversed(ordered)), strict=False))
    for column in layout.of("number"):
        counted = len(texts[column.index])
        level = min(
            (level for level in ("task", "measure", "section") if level in levels),
            key=lambda level: abs(len(texts[levels[level]]) - counted),
        )
        levels.setdefault(f"{level} number", column.index)
    return levels


def _texts(sheets: Sequence[tuple[Sheet, Layout]], column: Column) -> list[str]:
    """The texts of a column from above, each once where it is repeated."""
    texts: list[str] = []
    for sheet, layout in sheets:
        for row in sheet.table.rows[layout.first :]:
            cell = row.get(column.index)
            if cell is not None and cell.text and (not texts or texts[-1] != cell.text):
                texts.append(cell.text)
    return texts


# -- rows ------------------------------------------------------------------------------------------


class _Reader:
    """Goes through the rows, then makes tasks of the cells that belong together."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._section: FoundSection | None = None
        self._tasks: list[_TaskCells] = []
        self._task: _TaskCells | None = None

    def heading_before(self, sheet: Sheet, levels: dict[str, int]) -> None:
        """A paragraph before a table without a column of sections is a section's heading."""
        if "section" in levels or not sheet.captions:
            return
        numbered = next((caption for caption in reversed(sheet.captions) if label(caption)), "")
        if numbered:
            self._begin_section(numbered)
        elif is_heading(sheet.captions[-1]):
            self._begin_section(sheet.captions[-1])
            self._found.sections[-1].unclear.append("标题没有序号，取自表前的一行")

    def row(self, row: _Row) -> None:
        if not any(cell.text for cell in row.sheet.table.rows[row.index].values()):
            return
        if is_head(row.sheet.table, row.index, row.layout):
            row.sheet.use_row(row.index)
            return
        only = _only_cell(row)
        if only is not None and _is_remark(only):
            return  # told as unread
        if only is not None:
            row.sheet.use_row(row.index)
            self._begin_section(only.text)
            return
        number = row.cell("section number").text
        if section := row.cell("section").text:
            self._begin_section(section, number)
        self._read_task(row)
        self._read_measures(row)

    def finish(self) -> None:
        for cells in self._tasks:
            cells.task.groups += _groups(cells, self._found)

    def _begin_section(self, text: str, number: str = "") -> None:
        made = FoundSection.titled(text)
        made.label = made.label or number
        current = self._section
        if current is not None and (made.title, made.label) == (current.title, current.label):
            return
        self._section, self._task = made, None
        self._found.sections.append(made)

    def _read_task(self, row: _Row) -> None:
        cell, number = row.cell("task"), _number(row.cell("task number").text)
        found = label(cell.text) if cell.text else None
        title = found.rest.strip() if found else cell.text
        number = number if number is not None else found.number if found else None
        current = self._task.task if self._task else None
        if "task" not in row.levels:
            if current is None:
                self._begin_task(FoundTask(""))
        elif title and (
            current is None
            or title != current.title
            or (number is not None and current.number is not None and number != current.number)
        ):
            self._begin_task(FoundTask(title, number))
        elif not title and number is not None and current and number != current.number:
            self._begin_task(FoundTask("", number))

    def _begin_task(self, task: FoundTask) -> None:
        if self._section is None:
            self._begin_section("")
        assert self._section is not None
        self._section.tasks.append(task)
        self._task = _TaskCells(task)
        self._tasks.append(self._task)

    def _read_measures(self, row: _Row) -> None:
        cell = row.cell("measure")
        number = _number(row.cell("measure number").text)
        if self._task is None:
            self._begin_task(FoundTask(""))
        assert self._task is not None
        current = self._task.measures[-1] if self._task.measures else None
        lines = list(cell.lines)
        if current is not None and (not lines or not row.begins(cell) or lines == current.lines):
            current.rows.append(row)
        elif lines or current is None:
            self._task.measures.append(_MeasureCell(lines, [row], number))


def _only_cell(row: _Row) -> Cell | None:
    """The cell of a row that is a heading or a remark: it goes over all columns, or (in plain text) it begins
    with a number and the rest is empty."""
    table = row.sheet.table
    cells = {cell for cell in table.rows[row.index].values() if cell.text}
    if len(cells) != 1:
        return None
    cell = cells.pop()
    if table.shows_merges:
        return cell if cell.columns == table.width > 1 else None
    return cell if "section" not in row.levels and cell.column == 0 and label(cell.text) else None


def _is_remark(cell: Cell) -> bool:
    return cell.text.startswith(("注：", "注:", "备注", "说明"))


def _number(text: str) -> int | None:
    plain = text.strip("（）().、．第条项 ")
    number = integer(plain) if plain else None
    return number if number and number < 10**6 else None


# -- cells to measures and who does them -----------------------------------------------------------


def _groups(cells: _TaskCells, found: Found) -> list[FoundGroup]:
    """The measures of one task, by who does them."""
    groups: list[FoundGroup] = []
    before: _Allotment | None = None
    for cell in _whole(cells.measures):
        said = _allotment_of(cell, found)
        if not said.parts and before is not None and before.parts and _is_empty(cell):
            said.parts, said.due = dict(before.parts), said.due or dict(before.due)
            said.unclear.append("单位一格是空的，按上一条的单位")
        before = said if said.parts else before
        for group in _of_cell(cell, said, cells.task, found):
            _add(groups, group)
    return groups


def _is_empty(cell: _MeasureCell) -> bool:
    return not any(
        row.at(column.index).text for row in cell.rows for column in row.layout.of(*ROLE_COLUMNS, "role")
    )


def _whole(cells: Sequence[_MeasureCell]) -> list[_MeasureCell]:
    """The cells, with those joined that the end of a page cut within a sentence."""
    found = [items(cell.lines) for cell in cells]
    numbered = any(item.number is not None for some in found for item in some)
    whole: list[_MeasureCell] = []
    for cell, some in zip(cells, found, strict=True):
        before = items(whole[-1].lines) if whole else []
        is_rest = numbered and bool(before and some) and some[0].number is None
        if is_rest and not is_finished(item_text(before[-1])):
            whole[-1].lines += cell.lines
            whole[-1].rows += cell.rows
            whole[-1].cut.append(len(before) - 1)
        else:
            whole.append(cell)
    return whole


def _add(groups: list[FoundGroup], group: FoundGroup) -> None:
    """Add a group, joined to the last one where the same bodies do both by the same time."""
    if groups and (groups[-1].parts, groups[-1].due) == (group.parts, group.due) and group.parts:
        groups[-1].measures += group.measures
        groups[-1].unclear += group.unclear
    else:
        groups.append(group)


def _of_cell(cell: _MeasureCell, said: _Allotment, task: FoundTask, found: Found) -> list[FoundGroup]:
    due = "；".join(said.due)
    if len(said.due) > 1:
        said.unclear.append("写了几个时限")
    parts = list(said.parts.values())
    measures = [_measure(item, cell) for item in items(cell.lines)] if cell.lines else []
    for place in cell.cut:
        measures[place].unclear.append("这一条分在两格（换页），已接在一起")
    if len(measures) == 1 and measures[0].number is None:
        measures[0].number = cell.number
    if not measures:
        measures = [
            FoundMeasure(
                task.title or NOT_WRITTEN, cell.number, unclear=["原文没有写具体任务，暂用任务的标题"]
            )
        ]
    _note(cell, measures)
    if parts:
        return [FoundGroup(measures, parts, due, said.unclear)]
    return split_by_allotment(measures, due, said.unclear, found)


def _measure(item: Item, cell: _MeasureCell) -> FoundMeasure:
    made = FoundMeasure(item_text(item), item.number)
    if item.unclear:
        made.unclear.append(item.unclear)
    if has_odd_blank(item.lines):
        made.unclear.append("去掉了文字里的空格")
    return made


def split_by_allotment(
    measures: list[FoundMeasure], due: str, unclear: list[str], found: Found
) -> list[FoundGroup]:
    """Groups of measures, each with the allotment in brackets at the end of its last one."""
    groups: list[FoundGroup] = []
    waiting: list[FoundMeasure] = []
    for measure in measures:
        waiting.append(measure)
        taken = taken_from(measure.text)
        if taken is None:
            continue
        measure.text, parts = taken
        if not measure.text:  # the brackets stand in a paragraph of their own
            waiting.pop()
        dues = [line for part in parts if part.role == "due" for line in part.who]
        parts = [part for part in parts if part.role != "due"]
        _learn(parts, found)
        if len(waiting) > 1 and measure.text:
            unclear = [*unclear, "这几条共用最后一条后面写的单位"]
        if waiting:
            groups.append(FoundGroup(waiting, parts, due or "；".join(dues), unclear))
        elif groups:
            groups[-1].parts += parts
        else:
            found.unused += said_in_words(parts)
        waiting, unclear = [], []
    if waiting:
        groups.append(FoundGroup(waiting, [], due, unclear))
    return groups


def _note(cell: _MeasureCell, measures: list[FoundMeasure]) -> None:
    """Give each measure what the column of notes says of it."""
    seen: set[tuple[int, int, int]] = set()
    for row in cell.rows:
        for column in row.layout.of("note"):
            note = row.at(column.index)
            place = row.sheet.number, note.row, note.column
            if not note.text or note.text in words().nothing or place in seen:
                continue
            seen.add(place)
            for item in items(note.lines):
                named = [m for m in measures if m.number is not None and m.number == item.number]
                if len(named) == 1 or len(measures) == 1:
                    measure = (named or measures)[0]
                    said = measure.note.split("；") if measure.note else []
                    measure.note = "；".join(dict.fromkeys([*said, item_text(item)]))
                else:
                    measures[0].unclear.append(f"备注没有写明是哪一条的：{item_text(item)}")


def _allotment_of(cell: _MeasureCell, found: Found) -> _Allotment:
    said = _Allotment()
    role_above = ""
    for row in cell.rows:
        role_above = _read_roles(row, said, role_above, found)
        for column in row.layout.of("due"):
            due = row.at(column.index).text
            if due and due not in words().nothing:
                said.due[due] = None
    return said


def _read_roles(row: _Row, said: _Allotment, role_above: str, found: Found) -> str:
    """Add what the columns of one row say; gives the word for the role, for a row below that has none."""
    role_columns = row.layout.of("role")
    role_cell = row.at(role_columns[0].index) if role_columns else _NO_CELL
    word = role_cell.text or role_above
    for column in row.layout.of(*ROLE_COLUMNS):
        cell = row.at(column.index)
        if not cell.text or cell.text in words().nothing:
            continue
        key = (
            row.sheet.number,
            cell.row,
            cell.column,
            *(role_cell.row, role_cell.column) * bool(role_columns),
        )
        if key in said.parts:
            continue
        own = allotment(cell.lines)
        if own:
            for number, part in enumerate(own):
                if part.role == "due":
                    said.due.update(dict.fromkeys(part.who))
                else:
                    said.parts[(*key, number)] = part
                    _learn([part], found)
        elif role_columns and column.field == "bodies":
            said.parts[key] = _with_role(cell, role_cell, word, said, found)
        else:
            said.parts[key] = _by_column(cell, column, found)
    return word


def _with_role(cell: Cell, role_cell: Cell, word: str, said: _Allotment, found: Found) -> Part:
    """Bodies whose role stands in a column of roles."""
    role = role_of(word)
    if role is None:
        what = f"职责“{word}”不认识" if word else "没有写职责"
        said.unclear.append(f"{what}，{cell.text}按责任单位")
        return Part("responsible", cell.lines, "")
    if not role_cell.text:
        said.unclear.append(f"{cell.text}的职责一格是空的，按上一行的“{word}”")
    part = Part(role, cell.lines, word)
    _learn([part], found)
    return part


def _by_column(cell: Cell, column: Column, found: Found) -> Part:
    """Bodies whose role is the head of their column."""
    head = column.printed.split("/")[-1].split("（")[0].split("(")[0]
    if column.field != "bodies":
        role = "lead" if column.field == "lead" else "support"
        part = Part("lead" if role == "lead" else "support", cell.lines, head)
    else:
        part = Part("responsible", cell.lines, head if role_of(head) == "responsible" else "")
        doubt = f"“{column.printed}”一栏没有写职责，按责任单位读"
        if not part.word and doubt not in found.unclear:
            found.unclear.append(doubt)
    _learn([part], found)
    return part


def _learn(parts: Iterable[Part], found: Found) -> None:
    """Keep the document's own words for the roles."""
    for part in parts:
        if part.word and part.role != "due":
            found.role_words.setdefault(part.role, part.word)
