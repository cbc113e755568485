"""Follow-ups that point at rows of the last answer: 第二个, 它, 这条, 这两家."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from siwei_bot.language.completion import scope_of
from siwei_bot.language.drafting import FIGURE_SELECTS
from siwei_bot.language.narrowing import Narrowing
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.query import How, Party, Query, Select

_LEVEL_OF_WORD = (
    ("bureau", ("家", "局", "部门", "单位", "县", "他们")),
    ("indicator", ("指标",)),
    ("measure", ("条", "措施")),
    ("task", ("任务", "项")),
)
_LEVELS_OF = {"task": ("task", "measure"), "thing": ("measure", "task", "indicator", "section")}
"""The kinds of rows that a word may point at, in order; other levels are themselves."""


class Pointing(Narrowing):
    """A follow-up about rows by their place in the list, or about what 它 means."""

    def _together_again(self) -> Reading | None:
        """两家都有份的: the bodies named in the turns before."""
        slots, names = self.slots, self.context.previous
        said = "".join(m.text for m in slots.mentions if "joint" in m.cues)  # 两家都
        count = next((int(t.value) for t in slots.tallies if t.what == "bodies"), _number_in(said))
        together = slots.has("joint") or slots.says("都")
        if slots.groups or not together or not 1 < count <= len(names) or slots.who_roles:
            return None
        select: Select = "measure" if self.query.select == "work" else self.query.select
        party = Party(names[-count:], self.roles, "all")
        return self._inherited(replace(self.query, select=select, tallies=(), parties=(party,)))

    def _neighbour(self) -> Reading | None:
        """那下一条呢, 上一条呢: the same of the measure (or task) before or after the last one."""
        slots, last = self.slots, self.last
        if not slots.has("next_one", "previous_one") or slots.groups:
            return None
        step = 1 if slots.has("next_one") else -1
        rows = last.measures or last.tasks
        if len(rows) != 1:
            return Reading(reason="not_understood")
        number = rows[0] + step
        if number < 1:
            return Reading(reason="no_such_number", subject="上一条" if last.measures else "上一项任务")
        same = replace(last, measures=(number,)) if last.measures else replace(last, tasks=(number,))
        asked = self.draft.focused and self.query.select != "measure"
        return self._inherited(replace(same, select=self.query.select, roles=self.roles) if asked else same)

    def _points(self) -> bool:
        """Whether 这条, 它 point at something shown; 三同时那条 does not, it has a name."""
        query, slots = self.query, self.slots
        if not slots.has("it"):
            return False
        mentions = slots.mentions
        at = slots.index("it")
        at -= at > 1 and mentions[at - 1].text == "的"  # 写节水评价的那条
        named = at > 0 and mentions[at - 1].kind in ("text", "gap", "measure", "task", "indicator")
        if named and (query.topics or query.measures or query.tasks or query.indicators):
            return False
        return not query.parties or query.check or slots.has("joint") or self._level() in ("task", "measure")

    def _places(self) -> tuple[int, ...]:
        """Positions in the list last shown: 第二个, 最后一个; a number of the plan (第8条) is none."""
        query, slots = self.query, self.slots
        if query.tasks or query.sections or query.measures:
            return ()
        if slots.has("first_one"):
            return (1,)
        if slots.has("last_one") or (slots.has("last") and not self.draft.anchored):
            return (-1,)
        return slots.nth or tuple(slots.items)

    def _pointing(self, places: tuple[int, ...]) -> Reading | None:
        """这条, 它, 第二个: rows of the last answer; ``None`` where 它 is what the last turn was about."""
        referents = self._at(places) if places else self._referents()
        if referents is None:
            return Reading(reason="no_such_number", subject=f"上面列出的第{abs(places[0])}个")
        if referents:
            return replace(self._inherited(self._about(referents)), picked=bool(places))
        if places or (self._level() and not any(scope_of(self.last).values())):  # 那几条, of nothing
            return Reading(reason="not_understood")
        return self._as_drafted() if self.draft.anchored else None

    def _at(self, places: tuple[int, ...]) -> tuple[Choice, ...] | None:
        """The rows at these places of the list; ``None`` if it is shorter."""
        shown, level = self.context.shown, self._level()
        of_rows = [c for c in shown if c.kind != "bureau"] if level in ("measure", "task") else shown
        pool = [c for c in shown if c.kind == level] or of_rows
        if shown and not pool:  # 最后一条, after a list of bodies
            return ()
        if self.slots.has("first_one", "last_one") and len(pool) < 2:
            return ()
        try:
            return tuple(pool[n - 1 if n > 0 else n] for n in places)
        except IndexError:
            return None

    def _referents(self) -> tuple[Choice, ...]:
        """The rows that 它, 这条, 这些 may mean."""
        shown, level = self.context.shown, self._level() or self._wanted()
        together = self._so_many_bodies() if level == "bureau" else ()
        if together:
            return together
        for kind in _LEVELS_OF.get(level, (level,)):
            asked = self._asked_about(kind)
            if kind != "bureau" and len(asked) == 1:
                return asked
            found = tuple(c for c in shown if c.kind == kind)
            if found and (kind != "bureau" or self.last.select == "bureau"):
                return found
            if asked:
                return asked
        return ()

    def _so_many_bodies(self) -> tuple[Choice, ...]:
        """这两家: the bodies of the last turns, as many as are said."""
        said = "".join(m.text for m in self.slots.mentions if "it" in m.cues)
        count = _number_in(said)
        names = self.context.previous[-count:] if count else ()
        return tuple(Choice("bureau", name) for name in names) if len(names) == count else ()

    def _level(self) -> str:
        """The kind that 这条, 这家, 该指标 points at; empty for 它."""
        for mention in self.slots.mentions:
            if mention.cues & {"it", "last", "last_one", "first_one"}:
                for level, words in _LEVEL_OF_WORD:
                    if any(word in mention.text for word in words):
                        return level
        return self.slots.nth_level

    def _wanted(self) -> str:
        """The kind that 它 must mean in this question."""
        query = self.query
        if query.select in FIGURE_SELECTS:
            has_indicators = query.select == "indicator" and not query.attributes and not query.check
            return "bureau" if has_indicators else "indicator"
        counts = query.count and self.slots.has("measure_noun") and not self.roles
        of_rows = query.select in ("section", "task", "bureau") or query.due_asked or self.slots.has("under")
        named = query.check and query.parties
        return "thing" if of_rows or counts or named or self.slots.has("content") else "bureau"

    def _about(self, referents: Sequence[Choice]) -> Query:
        """The query asked of these rows."""
        kind = referents[0].kind
        query = replace(self.query, nth=())
        if kind == "bureau":
            return self._about_bodies(query, tuple(str(c.id) for c in referents))
        ids = tuple(dict.fromkeys(int(c.id) for c in referents if c.kind == kind))
        if kind == "indicator":
            return self._about_indicators(query, ids)
        if kind == "measure":
            return replace(self._about_rows(query, "measure"), measures=ids)
        if kind == "task":
            return replace(self._about_rows(query, "task"), tasks=ids)
        return replace(self._about_rows(query, "section"), sections=ids)

    def _about_bodies(self, query: Query, names: tuple[str, ...]) -> Query:
        slots, last, focused = self.slots, self.last, self.draft.focused
        together = slots.has("joint") or (slots.has("any_role") and not slots.has("each"))
        how: How = "all" if len(names) > 1 and together else "any"
        if query.select in FIGURE_SELECTS:
            return replace(query, parties=(Party(names, ("indicator",), how),))
        same = bool(last.parties) and names == last.parties[0].bureaus and last.select in ("measure", "work")
        if self.roles and same and self._is_role_alone():  # 它牵头的呢
            return self._with_roles()
        roles = self.roles or (last.parties[0].roles if last.parties and not focused else ())
        tasks = query.select == "task" and not slots.has("task_noun")  # 它参与的活儿有哪些
        if (query.select == "work" and roles) or tasks:
            query = replace(query, select="measure")
        count = query.count or (last.count and (not focused or slots.has("follow")))
        same_row = query.check and (last.check or last.exists)  # 它是牵头吗
        scope = scope_of(last) if same_row else {}
        return replace(query, parties=(Party(names, roles, how),), count=count, **scope)

    def _about_indicators(self, query: Query, ids: tuple[int, ...]) -> Query:
        slots, last = self.slots, self.last
        if last.select == "fact" and not (self.draft.focused or slots.groups):  # 第二个呢
            return replace(last, indicators=ids)
        if query.select == "bureau":
            return replace(query, indicators=ids, roles=("indicator",), parties=())
        if query.select not in FIGURE_SELECTS:
            if slots.groups:
                return Query("indicator", indicators=ids, parties=query.parties, check=True)
            return Query("figure", indicators=ids, years=query.years or last.years)
        if query.select == "indicator" and query.parties:
            return replace(query, indicators=ids, check=True)
        if query.change and not query.years:  # 这俩差几个点: of the years asked for last
            if len(ids) > 1:
                return Query("bureau")  # of two indicators: no query holds it
            return replace(query, indicators=ids, years=self.context.years[-2:])
        same_years = query.select == "figure" and not slots.has("both") and not query.change
        return replace(query, indicators=ids, years=query.years or (last.years if same_years else ()))

    def _about_rows(self, query: Query, kind: Select) -> Query:
        """The query as it is asked of measures, tasks or sections."""
        slots, last = self.slots, self.last
        if query.select in ("work", "figure"):
            query = replace(query, select="measure")
        if query.select == "measure" and not self.draft.focused and not query.parties:
            rows = {"measure": last.measures, "task": last.tasks, "section": last.sections}[kind]
            same = rows and last.select in ("task", "section", "bureau")  # 后一个呢: the same of the next row
            query = replace(last, nth=()) if same else replace(query, select=kind)
        if kind != "task":
            return query
        if query.count:
            query = replace(query, select="measure")
        title = slots.has("content") and not slots.has("measure_noun", "under")
        return replace(query, select="task") if query.select == "measure" and title else query


def _number_in(said: str) -> int:
    """How many 这两家, 这俩, 两家都 point at; 0 if they do not say."""
    return next((n for char, n in (("两", 2), ("俩", 2), ("二", 2), ("三", 3)) if char in said), 0)
