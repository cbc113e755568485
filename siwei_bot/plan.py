"""A plan as frozen values: what a plan file says, checked and with canonical names.

Nothing here reads a file (see :mod:`siwei_bot.plan_file`) or touches the database
(see :mod:`siwei_bot.store`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["lead", "support", "responsible"]
"""The part a body plays in a measure: 牵头, 参与, or 责任单位 where no lead is named."""

ROLES: tuple[Role, ...] = ("lead", "support", "responsible")


@dataclass(frozen=True)
class Bureau:
    """A body named by the plan; ``name`` is canonical, ``aliases`` are its other spellings."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class BodyRef:
    """A body as one cell of the plan names it: the canonical ``name`` and the printed ``spelling``."""

    name: str
    spelling: str


@dataclass(frozen=True)
class Target:
    """An indicator's value in one year.

    ``value`` is ``None`` exactly where the target is words (``text``).
    ``comparator`` is one of ``≥ ≤ > < ≈`` or empty.
    """

    year: int
    value: float | None
    comparator: str = ""
    text: str = ""
    baseline: bool = False


@dataclass(frozen=True)
class Indicator:
    """A number the plan sets; ``targets`` holds baseline and target years in ascending order."""

    id: int
    name: str
    unit: str
    targets: tuple[Target, ...]
    bureaus: tuple[BodyRef, ...] = ()
    aliases: tuple[str, ...] = ()
    group: str = ""
    attribute: str = ""
    direction: Literal["floor", "cap", ""] = ""


@dataclass(frozen=True)
class Measure:
    """A numbered measure; its ``id`` is unique in the whole plan."""

    id: int
    text: str
    aliases: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Assignment:
    """Who does which measures. Has ``lead`` or ``responsible``, never both; ``due`` as printed or empty."""

    measures: tuple[Measure, ...]
    lead: tuple[BodyRef, ...] = ()
    support: tuple[BodyRef, ...] = ()
    responsible: tuple[BodyRef, ...] = ()
    due: str = ""

    def bodies(self) -> Iterator[tuple[Role, BodyRef]]:
        """Every body with its role: leads first, then supports, then responsible bodies."""
        for role in ROLES:
            for body in getattr(self, role):
                yield role, body


@dataclass(frozen=True)
class Task:
    """A numbered task; its ``id`` is unique in the whole plan."""

    id: int
    title: str
    assignments: tuple[Assignment, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the plan; ``label`` as printed, such as （一）."""

    id: int
    title: str
    tasks: tuple[Task, ...]
    label: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A whole plan. ``role_words`` are the plan's own words for the roles it renames."""

    id: str
    title: str
    region: str
    sections: tuple[Section, ...]
    bureaus: tuple[Bureau, ...]
    indicators: tuple[Indicator, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = ""
    role_words: dict[Role, str] = field(default_factory=dict)


def last_day(due: str) -> str | None:
    """The last day, as ``YYYY-MM-DD``, that a due date allows; ``None`` for words (持续推进).

    >>> last_day("2026-06"), last_day("2028"), last_day("持续推进")
    ('2026-06-30', '2028-12-31', None)
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", due)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    day = int(match[3]) if match[3] else calendar.monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{day:02}"
