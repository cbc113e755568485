"""Which columns a table has: its heads, in any order and wording, in one row or several."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from siwei_bot.importing.document import Cell, Table
from siwei_bot.importing.words import words

Kind = Literal["indicators", "tasks"]
_KINDS: tuple[Kind, ...] = ("indicators", "tasks")
LEVELS = ("section", "task", "measure")
ROLE_COLUMNS = ("bodies", "lead", "support")

_DEEPEST = 3
_LATEST = 6
_LONGEST_ADDITION = 8
_SHORTEST_ENDING = 3
_YEAR = re.compile(r"(?:19|20)\d\d(?=\D|$)")
_BRACKETED = re.compile(r"[（(\[［【][^）)\]］】]*[）)\]］】]")
# What may stand beside a year in the head of a column of targets.
_WITH_A_YEAR = re.compile(r"[到至年底末前的]*|目标(?:年)?|预期|计划|规划|值|数|指标|[（）()、，]")


@dataclass(frozen=True)
class Column:
    """One column; ``year`` is 0 where its head names none, ``unclear`` a doubt in Chinese.

    ``place`` is where its word stands among those of its field: the earlier, the more of a whole it is.
    """

    index: int
    field: str
    printed: str
    year: int = 0
    unclear: str = ""
    place: int = 0


@dataclass(frozen=True)
class Layout:
    """How to read one table: ``first`` is the first row after the heads."""

    kind: Kind
    columns: tuple[Column, ...]
    top: int
    first: int
    unknown: tuple[str, ...] = field(default=())

    def of(self, *fields: str) -> list[Column]:
        return [column for column in self.columns if column.field in fields]

    @property
    def signature(self) -> tuple[str, ...]:
        return tuple(column.printed for column in self.columns)


def layout(table: Table) -> Layout | None:
    """The layout of a table of indicators or of tasks; ``None`` for any other table."""
    found = [
        made
        for top in range(min(_LATEST, len(table.rows)))
        for depth in range(1, min(_DEEPEST, len(table.rows) - top) + 1)
        if _is_whole(table, top, depth)
        for kind in _KINDS
        if all(_is_lower(table, row, kind) for row in range(top + 1, top + depth))
        if (made := _layout(table, top, depth, kind)) is not None
    ]
    return max(found, key=_worth, default=None)


def _worth(made: Layout) -> tuple[int, int, int]:
    unclear = sum(bool(column.unclear) for column in made.columns)
    return len(made.columns) - len(made.unknown), -unclear, -made.first


def is_head(table: Table, row: int, made: Layout) -> bool:
    """Whether a row repeats the heads, or the lower row of heads that stand in two."""
    cells = [table.rows[row].get(column.index) for column in made.columns]
    heads = [column.printed.split("/") for column in made.columns]
    said = [(_squeezed(cell.text), parts) for cell, parts in zip(cells, heads, strict=True) if cell]
    printed = [(text, parts) for text, parts in said if text]
    return len(printed) > 1 and all(text in parts for text, parts in printed)


def _is_whole(table: Table, top: int, depth: int) -> bool:
    """Whether several heads begin in these rows, and no cell of them goes on below or comes from above."""
    cells = [cell for row in table.rows[top : top + depth] for cell in row.values()]
    is_title = len({cell for cell in table.rows[top].values() if cell.text}) < 2
    return not is_title and all(cell.row >= top and cell.row + cell.rows <= top + depth for cell in cells)


def _is_lower(table: Table, row: int, kind: Kind) -> bool:
    """Whether a row holds nothing but heads, some of them below one that several columns share."""
    begun = [cell for cell in table.rows[row].values() if cell.row == row and cell.text]
    known = [cell for cell in begun if _is_known(_squeezed(cell.text), kind)]
    shared = (table.rows[row - 1].get(cell.column) for cell in begun if cell not in known)
    return bool(known) and all(cell is not None and cell.columns > 1 for cell in shared)


def _is_known(text: str, kind: Kind) -> bool:
    column = _column(0, (text,), kind)
    return column is not None and not column.unclear


def _layout(table: Table, top: int, depth: int, kind: Kind) -> Layout | None:
    columns: list[Column] = []
    unknown: list[str] = []
    seen: set[tuple[Cell, ...]] = set()
    for index in range(table.width):
        path = _path(table, top, depth, index)
        if not path or path in seen:  # a head over several columns without heads below: one column
            continue
        seen.add(path)
        column = _column(index, tuple(_squeezed(cell.text) for cell in path), kind)
        if column is None:
            unknown.append(_printed(tuple(_squeezed(cell.text) for cell in path)))
        else:
            columns.append(column)
    made = Layout(kind, tuple(columns), top, top + depth, tuple(unknown))
    return made if _is_enough(made) else None


def _path(table: Table, top: int, depth: int, index: int) -> tuple[Cell, ...]:
    """The cells with heads of one column, from above."""
    cells = (table.rows[row].get(index) for row in range(top, top + depth))
    return tuple(dict.fromkeys(cell for cell in cells if cell is not None and cell.text))


def _is_enough(made: Layout) -> bool:
    fields = {column.field for column in made.columns}
    if made.kind == "indicators":
        return "name" in fields and bool(fields & {"target", "baseline"})
    what, who = len(made.of(*LEVELS)), len(made.of(*ROLE_COLUMNS))
    return what > 0 and (who > 0 or what > 1) and what + who > 1


def _column(index: int, path: tuple[str, ...], kind: Kind) -> Column | None:
    """What a column is, by its heads from above: 目标值, 2025年."""
    known = words().heads[kind]
    printed = _printed(path)
    plain = [text for part in path if (text := _BRACKETED.sub("", part))]
    year = next((int(found[0]) for part in reversed(path) if (found := _YEAR.search(part))), 0)
    if kind == "indicators" and year:
        return _of_a_year(index, plain, printed, year)
    for part in reversed(plain):
        if part in known:
            return Column(index, known[part], printed, place=list(known).index(part))
    for part in reversed(plain):
        for word in sorted(known, key=len, reverse=True):
            if len(word) >= _SHORTEST_ENDING and part.endswith(word) and _adds_little(part, word):
                unclear = f"表头“{printed}”按“{word}”理解"
                return Column(index, known[word], printed, unclear=unclear)
    return None


def _adds_little(head: str, word: str) -> bool:
    """Whether a head is a known word with something before it, not two things (措施及责任单位)."""
    before = head.removesuffix(word)
    return len(before) <= _LONGEST_ADDITION and not re.search("[及和与、]", before)


def _of_a_year(index: int, plain: list[str], printed: str, year: int) -> Column:
    known = words().heads["indicators"]
    without = [_YEAR.sub("", part) for part in [*plain, printed.replace("/", "")]]
    baselines = [word for word, name in known.items() if name == "baseline"]
    if any(word in part for word in baselines for part in without):
        return Column(index, "baseline", printed, year)
    odd = [part for part in without[:-1] if _WITH_A_YEAR.sub("", part) and part not in known]
    unclear = f"表头“{printed}”按 {year} 年的目标理解" if odd else ""
    return Column(index, "target", printed, year, unclear)


def _printed(path: tuple[str, ...]) -> str:
    return "/".join(path)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
