"""What a sentence leaves out, taken from the turn before: follow-ups, corrections, rows pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from siwei_bot.language.drafting import FIGURE_SELECTS, Draft
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.plan import ROLES
from siwei_bot.query import How, Party, Query, Select

_ITEM_NOUNS = ("work_noun", "measure_noun", "task_noun", "indicator_noun")
_OUTSIDE = ("not_sections", "not_tasks", "not_measures")
_SCOPE = ("sections", "tasks", "measures", "topics", *_OUTSIDE, "due_by")
_CONDITIONS = (
    "sections", "tasks", "measures", "topics", *_OUTSIDE, "due_on", "without",
    "indicators", "groups", "attributes", "units", "years", "values", "fields", "places",
)  # fmt: skip
"""Slots of a sentence that a completed question must still hold."""
_INSIDE = ("里面", "里头", "里边", "当中")
_LEVEL_OF_WORD = (
    ("bureau", ("家", "局", "部门", "单位", "县", "他们")),
    ("indicator", ("指标",)),
    ("measure", ("条", "措施")),
    ("task", ("任务", "项")),
)
_LEVELS_OF = {"task": ("task", "measure"), "thing": ("measure", "task", "indicator", "section")}
"""The kinds of rows that a word may point at, in order; other levels are themselves."""


def complete(draft: Draft, slots: Slots, context: Context) -> Reading:
    """The draft as it stands, or completed from the context where it leaves something out."""
    if context.query is None:
        points = slots.has("among") and (context.lost or slots.says("其中"))
        return Reading(reason="not_understood") if points else _by_itself(draft, slots)
    return _Completion(draft, slots, context, context.query).reading() or _by_itself(draft, slots)


def _by_itself(draft: Draft, slots: Slots) -> Reading:
    """The question as the sentence alone asks it, if it does."""
    query = draft.query
    if not draft.anchored:
        return Reading(reason="not_understood")
    alone = (query.check or query.exists) and query.parties and not any(_scope(query).values())
    if alone and slots.has("follow") and not (slots.says("的") or slots.has("exists", *_ITEM_NOUNS)):
        return Reading(reason="not_understood")  # 那水利局参与吗, after nothing that it may be part of
    if not draft.focused and query.parties and not query.parties[0].roles and query.select == "work":
        return Reading(reason="not_understood", subject=query.parties[0].bureaus[0])
    return _as_drafted(draft, slots)


def _as_drafted(draft: Draft, slots: Slots) -> Reading:
    return Reading(queries=(draft.query, *draft.more), missing=tuple(slots.missing))


class _Completion:
    """A draft and the turn before it."""

    def __init__(self, draft: Draft, slots: Slots, context: Context, last: Query) -> None:
        self.draft = draft
        self.query = draft.query
        self.slots = slots
        self.context = context
        self.last = last
        self.roles = slots.free_roles or slots.who_roles

    def reading(self) -> Reading | None:
        """The whole question, or ``None`` if the sentence asks all of it: the rows it points at come first,
        then what the last question was about, then what it asked."""
        query, slots = self.query, self.slots
        if self._is_next_report():
            indicators = query.indicators or self.last.indicators
            years = query.years or (self.last.years if query.indicators else ())
            return self._inherited(replace(self.last, indicators=indicators, years=years))
        if slots.has("reversed") and not query.parties:
            return self._reversed()
        together = self._together_again()
        if together is not None:
            return together
        if self._is_narrowing():
            return self._inherited(self._narrowed())
        if self._ranks_the_same():
            return self._inherited(replace(query, roles=self.last.roles))
        places = self._places()
        if places and self.last.rank and len(self.context.shown) == 1 and places[0] > 0:
            return self._inherited(replace(self.last, places=places))  # 第二呢, after 谁最多
        if places or self._points():
            return self._pointing(places)
        if self._asks_whether_any_indicator():
            return self._inherited(replace(self.last, parties=_of_indicators(query.parties), exists=True))
        inside = query.check and any(_scope(self.last).values()) and not any(_scope(query).values())
        if not self.draft.anchored or inside:
            return self._same_anchor()
        follows = slots.has("follow", "correction", "also", "both") and not self._asks_itself()
        if not self.draft.focused or follows or self._is_elliptic():
            return self._same_focus()
        return None

    def _asks_whether_any_indicator(self) -> bool:
        """住建局有没, after a body's indicators."""
        query, slots, last = self.query, self.slots, self.last
        plain = not (any(_scope(query).values()) or self.roles or slots.indicators)
        of_last = last.select == "indicator" and bool(last.parties) and bool(query.parties)
        return of_last and plain and query.check and not slots.has(*_ITEM_NOUNS)

    def _ranks_the_same(self) -> bool:
        """最多的是谁, after 有几个局牵头: most of what was asked."""
        query, last = self.query, self.last
        ranks = query.rank and query.select == "bureau" and not (query.roles or self.roles or query.places)
        return bool(ranks and last.select == "bureau" and last.roles and not last.indicators)

    def _is_next_report(self) -> bool:
        """那2030年呢, 漏损率呢, after a question for an actual value."""
        query, slots = self.query, self.slots
        short = query.select == "figure" and not (query.change or query.trend or query.check or query.values)
        asks = slots.has("target", "baseline", "reach", "whether") or slots.groups or slots.who
        return self.last.select == "report" and short and not asks and bool(query.years or query.indicators)

    # -- readings --------------------------------------------------------------------------------

    def _points(self) -> bool:
        """Whether 这条, 它 point at something shown; 三同时那条 does not, it has a name."""
        query, slots = self.query, self.slots
        if not slots.has("it"):
            return False
        mentions = slots.mentions
        at = slots.index("it")
        named = at > 0 and mentions[at - 1].kind in ("text", "gap", "measure", "task", "indicator")
        if named and (query.topics or query.measures or query.tasks or query.indicators):
            return False
        return not query.parties or query.check or slots.has("joint") or self._level() in ("task", "measure")

    def _inherited(self, query: Query) -> Reading:
        """A reading that needs the last turn; bodies of nothing, after bodies of nothing, are no question."""
        last = self.last
        of_nothing = (
            query.select == "bureau"
            and not (query.tallies or query.rank or query.parties or query.indicators)
            and not any(_scope(query).values())
        )
        last_of_nothing = (
            last.select == "bureau" and not (last.parties or last.count) and not any(_scope(last).values())
        )
        of_all = query.select == "measure" and query in (Query("measure"), Query("measure", count=True))
        slots = self.slots
        named = any(m.cues & {"measure_noun", "work_noun"} and len(m.text) > 1 for m in slots.mentions)
        said = named or slots.has("in_all", "which") or slots.plan_named
        left = query.count and slots.says("还剩", "剩余")  # how many are not of the last list
        if (
            left
            or (of_nothing and (last_of_nothing or not said))
            or (of_all and not said)
            or not self._keeps(query)
        ):
            return Reading(reason="not_understood")
        return Reading(queries=(query, *self.draft.more), missing=tuple(self.slots.missing), inherits=True)

    def _keeps(self, query: Query) -> bool:
        """Whether every condition of the sentence is in the completed question."""
        said = self.query
        sizes = {len(party.bureaus) for party in query.parties}
        others = any(t.what == "bodies" and t.op == "==" and t.value not in sizes for t in self.slots.tallies)
        if others and not query.tallies:  # 另外两个县呢
            return False
        again = set(self.slots.loose)  # 四条的呢: the number of a condition, and no number of a measure
        return _bodies(said) <= _bodies(query) and all(
            set(getattr(said, slot)) - again <= set(getattr(query, slot)) for slot in _CONDITIONS
        )

    def _as_drafted(self) -> Reading:
        return _as_drafted(self.draft, self.slots)

    # -- what kind of continuation ---------------------------------------------------------------

    def _is_narrowing(self) -> bool:
        """其中市水利局牵头的: a condition on the rows last shown."""
        query = self.query
        own = query.check or (query.tasks and not query.parties)
        narrows = self.slots.has("among") or self._is_of_those() or self._is_inside() or self._is_without()
        return narrows and bool(self.context.shown) and not own

    def _is_inside(self) -> bool:
        """水利局在里面参与了哪些: within what was shown."""
        shown, mentions = self.context.shown, self.slots.content
        inside = next((i for i, m in enumerate(mentions) if m.text in _INSIDE), -1)
        points = inside == 0 or (inside > 0 and mentions[inside - 1].text == "在")
        listed = bool(shown) and shown[0].kind == "measure"
        return points and listed and not any(_scope(self.query).values())

    def _is_without(self) -> bool:
        """去掉水利局牵头的, 不含约束性的: the list without some of it."""
        query, shown, slots = self.query, self.context.shown, self.slots
        if not slots.has("except") or slots.has("which", "who", *_ITEM_NOUNS) or not shown:
            return False
        of_bodies = bool(query.parties) and all(party.how == "none" for party in query.parties)
        if shown[0].kind == "bureau" and self.last.select == "bureau":
            return (of_bodies or bool(query.without)) and not any(_scope(query).values())
        return (shown[0].kind == "measure" and of_bodies) or (
            shown[0].kind == "indicator" and slots.without_attribute
        )

    def _is_of_those(self) -> bool:
        """哪些是水利局的, after a list of indicators."""
        query, slots = self.query, self.slots
        listed = self.last.select == "indicator" and bool(self.context.shown)
        asks = query.select == "work" and slots.has("which") and slots.says("是")
        return listed and asks and not slots.has(*_ITEM_NOUNS) and not any(p.roles for p in query.parties)

    def _is_elliptic(self) -> bool:
        """第三部分的是哪些: a scope alone, where the last question was about a body's rows in one."""
        query, slots = self.query, self.slots
        if not query.sections or query.parties or query.topics or query.tasks or query.measures:
            return False
        nouns = ("work_noun", "measure_noun", "task_noun", "section_noun", "indicator_noun", "content")
        held = self.last.parties or self.last.tallies or self.last.topics
        return bool(held) and self.last.select != "bureau" and not slots.who and not slots.has(*nouns)

    def _asks_itself(self) -> bool:
        """Whether a sentence with 那 or 呢 asks a whole question of its own."""
        query, slots = self.query, self.slots
        if query.select == "figure" and not query.change:
            return slots.has("target", "how_much")
        if query.parties and query.select in ("measure", "work") and not query.topics:
            asks = slots.has("which", "list", "work_noun", "measure_noun", "both", "how_many")
            return asks and bool(query.parties[0].roles)
        return slots.who or slots.has(
            "which", "how_many", "how_much", "content", "whether", "exists", "list", "target"
        )

    def _reversed(self) -> Reading:
        """反过来呢, after 甲牵头乙参与的: the roles of two bodies changed round."""
        parties, last = self.last.parties, self.last
        if len(parties) != 2 or parties[0].roles == parties[1].roles or last.check:
            return Reading(reason="not_understood")
        first, second = parties
        changed = (first._replace(roles=second.roles), second._replace(roles=first.roles))
        return self._inherited(replace(last, parties=changed, nth=()))

    # -- bodies of earlier turns -----------------------------------------------------------------

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

    # -- rows of the last answer -----------------------------------------------------------------

    def _narrowed(self) -> Query:
        """其中…: the last list with one more condition."""
        query, last, shown = self.query, self.last, self.context.shown
        kind = shown[0].kind
        if kind == "bureau":
            if query.select == "bureau" or self._is_without():
                none = [name for p in query.parties if p.how == "none" for name in p.bureaus]
                without = tuple(dict.fromkeys((*last.without, *query.without, *none)))
                return replace(last, roles=self.roles or last.roles, without=without, nth=())
            held = next((t.what for t in last.tallies if t.what in ROLES), "")
            if query.parties and query.select in ("measure", "work") and (held or last.roles):
                roles = (held,) if held else last.roles  # 其中能源局是哪两条
                parties = _with_roles(query.parties, query.parties[0].roles or roles)
                scope = {} if held else _scope(last)
                return replace(query, select="measure", parties=parties, tallies=(), **scope)
            if query.parties and (query.exists or query.check):
                parties = _with_roles(query.parties, last.roles)  # 这里面有没有规自局
                return replace(last, select="measure", parties=parties, check=True, roles=(), without=())
        elif kind in ("indicator", "measure", "task"):
            ids = tuple(int(c.id) for c in shown if c.kind == kind)
            if kind == "indicator":
                return self._narrowed_indicators(ids)
            return self._narrowed_measures(ids) if kind == "measure" else self._narrowed_tasks(ids)
        return replace(last, parties=(*last.parties, *query.parties), topics=(*last.topics, *query.topics))

    def _narrowed_indicators(self, ids: tuple[int, ...]) -> Query:
        query = self.query
        if query.select not in FIGURE_SELECTS and query.select != "bureau":
            query = Query("indicator", parties=_of_indicators(query.parties), count=query.count)
        elif query.select == "figure" and not query.years:
            query = replace(query, select="indicator")
        return replace(query, indicators=ids, check=False)

    def _narrowed_measures(self, ids: tuple[int, ...]) -> Query:
        query, last, slots = self.query, self.last, self.slots
        places = slots.has("which") and slots.has("task_noun", "section_noun")
        select: Select = query.select
        if select in ("work", "figure", "section", "task") and not places:
            select = "measure"
        parties = query.parties
        if query.due_by and not parties:
            parties = last.parties  # so that 那协办的呢 knows whose
        if self.roles and not parties and last.parties and select == "measure":
            parties = (last.parties[0]._replace(roles=self.roles),)
        return replace(query, select=select, measures=query.measures or ids, parties=parties)

    def _narrowed_tasks(self, ids: tuple[int, ...]) -> Query:
        query = self.query
        of_measures = query.select == "measure" and self.slots.has("measure_noun")
        kept = (query.select == "bureau" or of_measures) and query.parties
        return replace(query, tasks=ids, select=query.select if kept else "task")

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

    def _pointing(self, places: tuple[int, ...]) -> Reading:
        """这条, 它, 第二个: rows of the last answer, or what the last question was about."""
        referents = self._at(places) if places else self._referents()
        if referents is None:
            return Reading(reason="no_such_number", subject=f"上面列出的第{abs(places[0])}个")
        if referents:
            return replace(self._inherited(self._about(referents)), picked=bool(places))
        if places or (self._level() and not any(_scope(self.last).values())):  # 那几条, where none were shown
            return Reading(reason="not_understood")
        return self._same_anchor() if not self.draft.anchored else Reading(queries=(self.query,))

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
            if mention.cues & {"it", "last"}:
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

    def _asked_about(self, kind: str) -> tuple[Choice, ...]:
        """What the last question was about, of one kind."""
        last = self.last
        if kind == "bureau":
            names = tuple(name for party in last.parties for name in party.bureaus)
            return tuple(Choice(kind, name) for name in names or self.context.previous)
        numbers = {
            "measure": last.measures,
            "task": last.tasks,
            "section": last.sections,
            "indicator": last.indicators,
        }
        return tuple(Choice(kind, number) for number in numbers.get(kind, ()))

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
        roles = self.roles or (last.parties[0].roles if last.parties and not focused else ())
        if query.select == "work" and roles:
            query = replace(query, select="measure")
        count = query.count or (last.count and (not focused or slots.has("follow")))
        scope = _scope(last) if query.check and last.check else {}  # 它是牵头吗: of the same row
        return replace(query, parties=(Party(names, roles, how),), count=count, **scope)

    def _about_indicators(self, query: Query, ids: tuple[int, ...]) -> Query:
        slots, last = self.slots, self.last
        if query.select == "bureau":
            return replace(query, indicators=ids, roles=("indicator",), parties=())
        if query.select not in FIGURE_SELECTS:
            if slots.groups:
                return Query("indicator", indicators=ids, parties=query.parties, check=True)
            return Query("figure", indicators=ids, years=query.years or last.years)
        if query.select == "indicator" and query.parties:
            return replace(query, indicators=ids, check=True)
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

    # -- of what the last question was about -------------------------------------------------------

    def _same_anchor(self) -> Reading:
        """谁负责, 单位呢, 那2030年呢, 配合的呢: of what the last turn was about."""
        query, last, slots = self.query, self.last, self.slots
        figures = query.select in FIGURE_SELECTS
        about_figures = last.select in FIGURE_SELECTS or bool(last.indicators)
        if figures and about_figures:
            return self._same_indicators()
        if self._is_role_alone():
            return self._inherited(self._with_roles())
        if self._is_exception():
            return self._inherited(replace(last, **{name: getattr(query, name) for name in _OUTSIDE}))
        if query.select == "indicator" and last.parties:
            return self._inherited(replace(query, parties=_of_indicators(last.parties)))
        if slots.has("both") and last.years and about_figures:
            return self._inherited(replace(last, years=()))
        if query.exists and self.roles and last.select == "bureau" and not query.parties:  # 有配合的吗
            return self._inherited(replace(last, roles=self.roles, exists=True, check=False, count=False))
        if query.select == "bureau":
            return self._bodies_of_last()
        if self.roles and not slots.who and not query.exists and last.select != "indicator":
            return self._inherited(self._with_roles())
        if not self.draft.focused:
            return Reading(reason="not_understood")
        if slots.has("content", "list") and not query.count and not query.parties:
            rows = self._rows_of_last()
            if rows:
                return self._inherited(self._about(rows))
        if figures:
            return Reading(reason="not_understood")
        return self._inherited(replace(query, parties=self._parties_of_last(), **_scope(last)))

    def _is_role_alone(self) -> bool:
        """当实施单位的呢: a noun for a role and nothing else, of the body last asked about."""
        slots, last = self.slots, self.last
        aside = {"by", "filler", "follow", "it", "correction", "body_noun", "lead", "support", "responsible"}
        plain = all(m.cues & aside for m in slots.content) and not any(
            "who" in m.cues for m in slots.mentions
        )
        of_body = bool(last.parties) and last.select in ("measure", "work", "task")
        return of_body and bool(self.roles) and plain and (slots.says("的") or not self.context.shown)

    def _is_exception(self) -> bool:
        """除了第四部分的: the last list without a part of it."""
        query, last = self.query, self.last
        plain = not (query.parties or query.topics or self.slots.who or self.roles)
        of_rows = last.select in ("measure", "task", "work", "bureau") and not query.check
        return of_rows and plain and any(getattr(query, name) for name in _OUTSIDE) and not query.without

    def _parties_of_last(self) -> tuple[Party, ...]:
        query, last = self.query, self.last
        parties = query.parties or last.parties
        if self.roles:
            parties = _with_roles(parties, self.roles)
        if query.check and not query.parties and self.roles == ("support",):
            parties = _with_roles(parties, ())  # 参与 in a yes/no question is any part
        if query.parties and query.check and last.roles and not query.parties[0].roles:
            parties = _with_roles(parties, last.roles)
        return parties

    def _rows_of_last(self) -> tuple[Choice, ...]:
        shown = tuple(c for c in self.context.shown if c.kind in ("measure", "task", "section"))
        return shown or self._asked_about("measure") or self._asked_about("task")

    def _indicators_of_last(self) -> tuple[int, ...]:
        shown = tuple(int(c.id) for c in self.context.shown if c.kind == "indicator")
        listed = self.last.select == "indicator" and shown  # of 其中约束性的, those that are
        return listed or self.last.indicators or shown

    def _same_indicators(self) -> Reading:
        """那2030年呢, 单位呢, 差多少: of the indicators of the last turn."""
        query, last = self.query, self.last
        if not self._indicators_of_last():  # the last question named a quantity that the plan has not
            return Reading(reason="not_understood")
        if query.select == "figure" and not query.change:
            return self._same_indicators_value()
        years = query.years
        if query.change and len(years) == 1:
            years = (*last.years, *years)
        elif query.change and not years:
            years = self.context.years[-2:]
        return self._inherited(replace(query, indicators=self._indicators_of_last(), years=years))

    def _same_indicators_value(self) -> Reading:
        query, last, focused = self.query, self.last, self.draft.focused
        both = self.slots.has("both")
        if self.slots.has("it") and self.slots.has("also"):
            return Reading(reason="not_understood")  # 25年的也是这个数吗
        if last.change and self.slots.says("百分之几", "百分之多少"):
            return self._inherited(replace(last, change="percent_change"))
        if not (query.years or focused or query.values or both):
            return Reading(reason="not_understood")
        moved = query.years and last.change and not query.check and not focused
        if moved or (last.select == "indicator" and (last.trend or last.rank)):
            return self._inherited(replace(last, years=query.years))
        years = query.years or (() if both or query.baseline else last.years)
        return self._inherited(replace(query, indicators=self._indicators_of_last(), years=years))

    def _bodies_of_last(self) -> Reading:
        """那谁负责: the bodies of the rows of the last turn."""
        query, last, shown, slots = self.query, self.last, self.context.shown, self.slots
        if last.select in FIGURE_SELECTS or (last.indicators and last.select == "bureau"):
            indicators = self._indicators_of_last()
            return self._inherited(replace(query, indicators=indicators, roles=("indicator",)))
        same_roles = (query.without or query.count) and not slots.either
        if same_roles and last.select == "bureau" and not query.roles:
            query = replace(query, roles=last.roles)
        listed = "measure" if last.select == "work" else last.select
        rows = tuple(int(c.id) for c in shown if c.kind == listed and c.kind in ("measure", "task"))
        if slots.has("besides") and last.parties and not query.without:  # 还有别的局吗
            query = replace(query, without=tuple(name for party in last.parties for name in party.bureaus))
        picked = last.measures and not (last.parties or last.topics)
        if not rows or picked:
            several = len(last.tasks or last.measures) > 1
            every = several and slots.all_of_them() and not slots.groups  # 都参与的是谁, after 任务3和任务5
            return self._inherited(replace(query, **_scope(last), throughout=every))
        return self._inherited(
            replace(query, measures=rows) if listed == "measure" else replace(query, tasks=rows)
        )

    def _with_roles(self) -> Query:
        """那参与的呢: the same question with other roles."""
        query, last, slots, roles = self.query, self.last, self.slots, self.roles
        if slots.has("also") and slots.has("both", "joint") and last.parties:
            roles = tuple(dict.fromkeys((*last.parties[0].roles, *roles)))
        if last.alike:
            return replace(last, roles=roles)
        claimed = last.check and last.parties and not query.check
        if claimed and any(_scope(last).values()):  # 牵头的呢, after 公安局参与吗
            return Query("bureau", roles=roles, **_scope(last))
        if last.select == "bureau":
            return replace(last, roles=roles, check=False, exists=False, count=query.count)
        if last.due_asked and not last.parties:  # 牵头, after 第9条什么时候完成
            return replace(last, select="bureau", roles=roles, due_asked=False)
        narrowed = last.measures and last.due_by  # 其中…, said of a list of other roles
        return replace(
            last,
            select="measure" if last.select == "work" else last.select,
            parties=_with_roles(last.parties, roles),
            measures=() if narrowed else last.measures,
            count=query.count or last.count,
        )

    # -- what the last question asked --------------------------------------------------------------

    def _same_focus(self) -> Reading:
        """水利局呢, 任务14呢, 漏损率呢: the same asked of something else."""
        query, last = self.query, self.last
        if query.select == "indicator" and not (query.indicators or query.parties) and last.parties:
            return self._inherited(replace(query, parties=_of_indicators(last.parties)))
        renumbered = self._renumbered()
        if renumbered is not None:
            return self._inherited(renumbered)
        if query.select in FIGURE_SELECTS and query.indicators:
            return self._same_of_indicators()
        if query.parties and not (query.topics or query.tasks or query.measures):
            return self._same_of_bodies()
        if last.select in FIGURE_SELECTS:
            if (
                query.topics and self.slots.says("的") and not self.draft.focused
            ):  # 出租车的呢, after 公交车占比
                return Reading(reason="no_such_indicator", subject=query.topics[0].said)
            return self._as_drafted()
        return self._same_of_scope()

    def _renumbered(self) -> Query | None:
        """那5条的呢, 那最少的呢: the same condition with another number, or the other end of a rank."""
        query, last, slots = self.query, self.last, self.slots
        if slots.loose and last.tallies:
            value = float(slots.loose[0])
            return replace(last, tallies=tuple(t._replace(value=value) for t in last.tallies))
        if query.rank and last.rank:
            roles = self.roles or last.roles
            return replace(last, rank=query.rank, rank_by=query.rank_by or last.rank_by, roles=roles)
        if query.tallies and last.tallies and last.select in ("task", "measure", "section", "bureau"):
            return replace(last, tallies=query.tallies)
        return None

    def _same_of_indicators(self) -> Reading:
        """漏损率呢."""
        query, last = self.query, self.last
        same = replace(last, indicators=query.indicators)
        if last.select in ("figure", "fact"):
            years = query.years or last.years
            return self._inherited(replace(same, years=years, values=query.values, nth=(), parties=()))
        if last.select == "bureau":
            return self._inherited(replace(same, roles=("indicator",), **_scope(query)))
        return self._as_drafted()

    def _same_of_bodies(self) -> Reading:
        """水利局呢."""
        query, last = self.query, self.last
        if not last.parties:
            return self._bodies_alone()
        if last.select in FIGURE_SELECTS:
            return self._inherited(replace(last, parties=_of_indicators(query.parties)))
        first = last.parties[0]
        roles = query.parties[0].roles or first.roles
        how: How = first.how if first.how in ("none", "only") and not query.parties[0].roles else "any"
        parties = tuple(
            p._replace(roles=p.roles or roles, how=how if p.how == "any" else p.how) for p in query.parties
        )
        alone = parties[0].how != "all" and len(parties[0].bureaus) == 1
        again = self.slots.says("也") and bool(self.roles or query.parties[0].roles) and not query.check
        if alone and (again or (self.slots.has("joint") and self.slots.groups[0].partner)):
            parties = (Party((*first.bureaus, *parties[0].bureaus), roles, "all"),)
        if first.how == "all" and len(parties) == 1 and len(parties[0].bureaus) > 1:
            parties = (parties[0]._replace(how="all"),)
        sections = query.sections or last.sections
        return self._inherited(replace(last, parties=parties, sections=sections, nth=()))

    def _bodies_alone(self) -> Reading:
        """水利局呢, after a question that named no body: after 谁, whether it is one of those."""
        query, last = self.query, self.last
        if last.select == "bureau" and not last.indicators:
            return self._inherited(replace(query, select="measure", check=True, **_scope(last)))
        if last.select in ("measure", "task") and last.due_by and self.slots.has("follow"):
            return self._inherited(replace(last, parties=query.parties))
        if query.select == "work" and not self.draft.focused:
            return Reading(reason="not_understood", subject=query.parties[0].bureaus[0])
        return self._as_drafted()

    def _same_of_scope(self) -> Reading:
        """任务14呢, 农业节水方面呢."""
        query, last = self.query, self.last
        roles = query.parties[0].roles if query.parties else self.roles
        parties = query.parties or last.parties
        if roles:
            parties = _with_roles(parties, roles)
        select: Select = "measure" if last.nth or last.select == "work" else last.select
        if last.select in ("task", "section", "measure") and not last.parties and not last.topics:
            keeps = query.sections and last.select in ("task", "measure")
            keeps = keeps or (query.tasks and last.tasks and last.select == "measure")
            select = last.select if keeps else query.select
        return self._inherited(replace(last, select=select, parties=parties, nth=(), **_scope(query)))


def _number_in(said: str) -> int:
    """How many 这两家, 这俩, 两家都 point at; 0 if they do not say."""
    return next((n for char, n in (("两", 2), ("俩", 2), ("二", 2), ("三", 3)) if char in said), 0)


def _scope(query: Query) -> dict[str, Any]:
    """The rows that a query is about, to be asked about again."""
    return {name: getattr(query, name) for name in _SCOPE}


def _bodies(query: Query) -> set[str]:
    """Every body that a query names, to have it or to leave it out."""
    return {name for party in query.parties for name in party.bureaus} | set(query.without)


def _of_indicators(parties: Sequence[Party]) -> tuple[Party, ...]:
    """The same bodies, asked for their indicators."""
    return tuple(Party(party.bureaus, ("indicator",), party.how) for party in parties)


def _with_roles(parties: Sequence[Party], roles: tuple[str, ...]) -> tuple[Party, ...]:
    return tuple(party._replace(roles=roles) for party in parties)
