"""What a text is made of: parts, each with a list in several forms, and the choice of forms that fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from siwei_bot.answer import Row
from siwei_bot.query import Party, Query
from siwei_bot.render.words import joined

MAX_LINES = 25
MAX_CHARACTERS = 1200
"""The most that one answer takes up in a chat; a longer list is summarised by its numbers."""


def ids_of(rows: Iterable[Row], kind: str) -> list[int]:
    """The numbers of the rows of one kind, each once."""
    return list(dict.fromkeys(row["id"] for row in rows if row["kind"] == kind))


def names_of(parties: Iterable[Party]) -> list[str]:
    """The bodies that conditions name, each once."""
    return list(dict.fromkeys(name for party in parties for name in party.bureaus))


def number_row(rows: Iterable[Row]) -> Row | None:
    """The number among the rows."""
    return next((row for row in rows if row["kind"] == "number"), None)


def yes_or_no(query: Query, value: bool) -> str:
    """The opening of an answer to a yes-or-no question; to a claim of the contrary it is about the claim.

    >>> yes_or_no(Query("measure", check=True, denied=True), True)
    '不对。'
    """
    if query.denied:
        return "不对。" if value else "对。"
    return "是。" if value else "不是。"


def holds(rows: Iterable[Row]) -> bool:
    """The verdict among the rows."""
    return any(row["kind"] == "verdict" and row["value"] for row in rows)


@dataclass
class Cited:
    """What an answer rests on, by number."""

    indicators: set[int] = field(default_factory=set)
    measures: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    sections: set[int] = field(default_factory=set)

    def add(self, other: Cited) -> None:
        """Cite what another part cites, too."""
        self.indicators |= other.indicators
        self.measures |= other.measures
        self.tasks |= other.tasks
        self.sections |= other.sections


Form = list[str]
"""One way to write a list, in lines."""


@dataclass
class Part:
    """An answer to one question: the direct answer, a list in one of its forms (fullest first), a tail."""

    head: str
    forms: list[Form] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    cited: Cited = field(default_factory=Cited)


def _size(lines: Iterable[str]) -> tuple[int, int]:
    found = [line for text in lines for line in text.split("\n")]
    return len(found), sum(len(line) + 1 for line in found)


def fit(parts: Sequence[Part], aside: Sequence[str], last: Sequence[str]) -> list[str]:
    """The lines of a text: of each list the fullest form that leaves room for the rest."""
    chosen = [part.forms[-1] if part.forms else [] for part in parts]
    lines, characters = _size([*aside, *last, *(line for part in parts for line in (part.head, *part.tail))])
    for at, part in enumerate(parts):
        later = _size(line for form in chosen[at + 1 :] for line in form)
        room = MAX_LINES - lines - later[0], MAX_CHARACTERS - characters - later[1]
        fitting = (form for form in part.forms if all(map(int.__le__, _size(form), room)))
        chosen[at] = next(fitting, chosen[at])
        size = _size(chosen[at])
        lines, characters = lines + size[0], characters + size[1]
    found: list[str] = []
    for at, part in enumerate(parts):
        found += [part.head, *(aside if at == 0 else ()), *chosen[at], *part.tail]
    return [*found, *last]


def line_forms(lines: Sequence[str], names: Sequence[str]) -> list[Form]:
    """A list of lines; where it is too long, its beginning and the names of the rest."""
    forms = [list(lines)]
    for kept in (16, 8, 4, 0):
        rest = names[kept:]
        if kept < len(lines):
            forms.append([*lines[:kept], f"{'另有' if kept else '共'}{len(rest)}项：{joined(rest)}"])
    return forms
