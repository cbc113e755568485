"""A follow-up and the turn before it: what a completed question inherits, and what it must still hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from siwei_bot.language.drafting import HOLE, Draft
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.query import Party, Query

OUTSIDE = ("not_sections", "not_tasks", "not_measures")
_SCOPE = ("sections", "tasks", "measures", "topics", *OUTSIDE, "due_by")
_CONDITIONS = (
    "sections", "tasks", "measures", "topics", *OUTSIDE, "due_on", "without",
    "indicators", "groups", "attributes", "units", "years", "values", "fields", "places",
)  # fmt: skip
"""Slots of a sentence that a completed question must still hold."""


class Completion:
    """A draft and the turn before it."""

    def __init__(self, draft: Draft, slots: Slots, context: Context, last: Query) -> None:
        self.draft = draft
        self.query = draft.query
        self.slots = slots
        self.context = context
        self.last = last
        self.roles = slots.free_roles or slots.who_roles

    def _inherited(self, query: Query) -> Reading:
        """A reading that needs the last turn, if the completed question is of something and drops nothing."""
        if self._of_nothing(query) or not self._keeps(query):
            return Reading(reason="not_understood")
        return Reading(queries=(query, *self.draft.more), missing=tuple(self.slots.missing), inherits=True)

    def _of_nothing(self, query: Query) -> bool:
        """Whether the question would be of all bodies or measures, and the sentence does not say so."""
        slots, last = self.slots, self.last
        if HOLE in bodies_of(query):  # 牵头的呢, after a body that the plan lacks
            return True
        noun = any(m.cues & {"measure_noun", "work_noun"} and len(m.text) > 1 for m in slots.mentions)
        said = noun or slots.has("in_all", "which") or slots.plan_named
        if query.select == "bureau":
            named = query.tallies or query.rank or query.parties or query.indicators
            before = last.select != "bureau" or last.parties or last.count or any(scope_of(last).values())
            return not (named or any(scope_of(query).values())) and not (before and said)
        left = query.count and slots.says("还剩", "剩余")  # how many are not of the last list
        return left or (query in (Query("measure"), Query("measure", count=True)) and not said)

    def _keeps(self, query: Query) -> bool:
        """Whether every condition of the sentence is in the completed question."""
        said = self.query
        sizes = {len(party.bureaus) for party in query.parties}
        others = any(t.what == "bodies" and t.op == "==" and t.value not in sizes for t in self.slots.tallies)
        if others and not query.tallies:  # 另外两个县呢
            return False
        held = {*query.roles, query.rank_by, *(t.what for t in query.tallies)}
        held |= {role for party in query.parties for role in party.roles}
        if self.roles and held.isdisjoint(self.roles):
            return False
        again = set(self.slots.loose)  # 四条的呢: the number of a condition, and no number of a measure
        return bodies_of(said) <= bodies_of(query) and all(
            set(getattr(said, slot)) - again <= set(getattr(query, slot)) for slot in _CONDITIONS
        )

    def _as_drafted(self) -> Reading:
        return Reading(queries=(self.query, *self.draft.more), missing=tuple(self.slots.missing))

    def _is_role_alone(self) -> bool:
        """当实施单位的呢: a noun for a role and nothing else, of the body last asked about."""
        slots, last = self.slots, self.last
        aside = {"by", "filler", "follow", "it", "correction", "body_noun", "lead", "support", "responsible"}
        plain = all(m.cues & aside for m in slots.content) and not any(
            "who" in m.cues for m in slots.mentions
        )
        of_body = bool(last.parties) and last.select in ("measure", "work", "task")
        return of_body and bool(self.roles) and plain and (slots.says("的") or not self.context.shown)

    def _with_roles(self) -> Query:
        """那参与的呢: the same question with other roles."""
        query, last, slots, roles = self.query, self.last, self.slots, self.roles
        if slots.has("also") and slots.has("both", "joint") and last.parties:
            roles = tuple(dict.fromkeys((*last.parties[0].roles, *roles)))
        if last.alike:
            return replace(last, roles=roles)
        claimed = last.check and last.parties and not query.check
        if claimed and any(scope_of(last).values()):  # 牵头的呢, after 公安局参与吗
            return Query("bureau", roles=roles, **scope_of(last))
        rows = any(slots.followed(word, "measure_noun", within=1) for word in ("which", "how_many"))
        if last.select == "bureau" and last.parties and rows:  # 配合的又是哪几条
            return Query("measure", parties=with_roles(last.parties, roles), count=slots.has("how_many"))
        if last.select == "bureau":
            return replace(last, roles=roles, check=False, exists=False, count=query.count)
        if last.due_asked and not last.parties:  # 牵头, after 第9条什么时候完成
            return replace(last, select="bureau", roles=roles, due_asked=False)
        narrowed = last.measures and last.due_by  # 其中…, said of a list of other roles
        return replace(
            last,
            select="measure" if last.select == "work" else last.select,
            parties=with_roles(last.parties, roles),
            measures=() if narrowed else last.measures,
            count=query.count or last.count,
        )

    def _asked_about(self, kind: str) -> tuple[Choice, ...]:
        """What the last question was about, of one kind."""
        last = self.last
        if kind == "bureau":
            names = tuple(name for party in last.parties for name in party.bureaus)
            several = any("it" in m.cues and set(m.text) & set("们些俩两几") for m in self.slots.mentions)
            before = self.context.previous if several else self.context.previous[-1:]
            return tuple(Choice(kind, name) for name in names or before)
        numbers = {
            "measure": last.measures,
            "task": last.tasks,
            "section": last.sections,
            "indicator": last.indicators,
        }
        return tuple(Choice(kind, number) for number in numbers.get(kind, ()))

    def _rows_of_last(self) -> tuple[Choice, ...]:
        shown = tuple(c for c in self.context.shown if c.kind in ("measure", "task", "section"))
        return shown or self._asked_about("measure") or self._asked_about("task")

    def _indicators_of_last(self) -> tuple[int, ...]:
        shown = tuple(int(c.id) for c in self.context.shown if c.kind == "indicator")
        listed = self.last.select == "indicator" and shown  # of 其中约束性的, those that are
        return listed or self.last.indicators or shown


def scope_of(query: Query) -> dict[str, Any]:
    """The rows that a query is about, to be asked about again."""
    return {name: getattr(query, name) for name in _SCOPE}


def bodies_of(query: Query) -> set[str]:
    """Every body that a query names, to have it or to leave it out."""
    return {name for party in query.parties for name in party.bureaus} | set(query.without)


def of_indicators(parties: Sequence[Party]) -> tuple[Party, ...]:
    """The same bodies, asked for their indicators."""
    return tuple(Party(party.bureaus, ("indicator",), party.how) for party in parties)


def with_roles(parties: Sequence[Party], roles: tuple[str, ...]) -> tuple[Party, ...]:
    """The same bodies in other roles."""
    return tuple(party._replace(roles=roles) for party in parties)
