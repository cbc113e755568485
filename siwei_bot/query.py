"""The typed question: what is asked, of what, in what form. Pure values; nothing here reads anything.

A question left something out of is completed from the one before by :func:`dataclasses.replace`,
which is why a query is flat: one field a slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Select = Literal[
    "measure", "task", "section", "bureau", "indicator", "figure", "fact", "work", "report", "change"
]
"""The kind of row asked for; ``work`` is everything that a body has: its measures and its indicators.
``report`` is an actual value that was reported, ``change`` what was changed since the plan was loaded."""

Change = Literal["", "difference", "percent_change", "ratio"]
Trend = Literal["", "rises", "falls", "changed", "unchanged", "doubled"]
Rank = Literal["", "most", "least"]
How = Literal["any", "all", "none", "only"]


class Party(NamedTuple):
    """A condition on the bodies of a measure (or of an indicator).

    ``how``: ``any`` of the bodies holds one of the roles, ``all`` of them do, ``none`` does,
    or they alone hold them (``only``). Empty ``roles`` stands for every role.
    """

    bureaus: tuple[str, ...]
    roles: tuple[str, ...] = ()
    how: How = "any"


class Topic(NamedTuple):
    """What a measure is about: ``said`` in the question's words; ``any_of`` lists of words of the plan
    that must all stand in one measure's text (or else in its task's title)."""

    said: str
    any_of: tuple[tuple[str, ...], ...]


class Tally(NamedTuple):
    """A condition on a number: ``what`` is counted, ``op`` one of ``== >= <= > <``."""

    what: str
    op: str
    value: float
    unit: str = ""


@dataclass(frozen=True)
class Query:
    """One question. Slots left empty put no condition.

    ``count``, ``check``, ``exists``: the answer also has a number, a verdict, a verdict on the list's being
    non-empty. ``nth`` picks from the list that the rest selects: 1 the first, -1 the last.
    """

    select: Select
    # of the measures
    parties: tuple[Party, ...] = ()
    sections: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    measures: tuple[int, ...] = ()
    not_sections: tuple[int, ...] = ()
    not_tasks: tuple[int, ...] = ()
    not_measures: tuple[int, ...] = ()
    topics: tuple[Topic, ...] = ()
    due_by: str = ""
    due_on: tuple[str, ...] = ()
    """Due dates, or their beginnings (``2027-06``), one of which a measure has."""
    due_asked: bool = False
    tallies: tuple[Tally, ...] = ()
    # of the bodies asked for
    roles: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    # of the indicators
    indicators: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    trend: Trend = ""
    years: tuple[int, ...] = ()
    dated: Literal["", "with", "without"] = ""
    """Indicators that have a target in the years, or none; measures that have a due date, or none."""
    reported: Literal["", "with", "without", "met", "missed"] = ""
    """Indicators by whether an actual value of theirs was reported, and met its target."""
    values: tuple[tuple[float, str], ...] = ()
    change: Change = ""
    fields: tuple[str, ...] = ()
    baseline: bool = False
    # the form of the answer
    count: bool = False
    check: bool = False
    denied: bool = False
    """The sentence claims the contrary of what the verdict is about (没有水利局吧)."""
    exists: bool = False
    rank: Rank = ""
    rank_by: str = ""
    places: tuple[int, ...] = ()
    """Places in the ranking, where not the first is asked: (2,) the second, (1, 2, 3) the first three."""
    nth: tuple[int, ...] = ()
    each: bool = False
    """The verdict is about every measure (or task) of the scope, not about some."""
    alike: bool = False
    """The verdict is whether the rows have the same bodies in the roles."""
    throughout: bool = False
    """The bodies asked for have a part in each of the rows named, not in some."""
    exclusive: bool = False
    """The verdict is whether the body holds nothing but the scope."""
