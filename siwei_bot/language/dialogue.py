"""What a sentence leaves out, taken from the turn before: follow-ups, corrections, picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.query import Party, Query, Select

if TYPE_CHECKING:
    from siwei_bot.language.draft import Draft

_SCOPE = ("sections", "tasks", "measures", "topics", "not_sections", "not_tasks", "due_by")
_INDICATOR_SELECTS = ("indicator", "figure", "fact")
_LEVEL_OF_WORD = (
    ("bureau", ("家", "局", "部门", "单位", "县", "他们")),
    ("indicator", ("指标",)),
    ("measure", ("条", "措施")),
    ("task", ("任务", "项")),
)


def complete(draft: Draft, slots: Slots, context: Context) -> Reading:
    """The draft as it stands, or completed from the context where it leaves something out."""
    return _Completion(draft, slots, context).reading()


class _Completion:
    def __init__(self, draft: Draft, slots: Slots, context: Context) -> None:
        self.draft = draft
        self.slots = slots
        self.context = context
        self.query = draft.query
        self.roles = slots.free_roles or slots.who_roles

    def reading(self) -> Reading:
        """The whole question: own words first, then the referents, then what the last turn left."""
        draft, slots, context = self.draft, self.slots, self.context
        if context.query is not None:
            self.last = context.query
            together = self._together_again()
            if together is not None:
                return together
            if (
                slots.has("among")
                and context.shown
                and not draft.query.check
                and not (draft.query.tasks and not draft.query.parties)
            ):
                return self._inherited(self._narrowed())
            picks = self._picks()
            if (
                picks
                or (slots.has("it")
                and not (self.query.parties and not self.query.check and not slots.has("joint")))
            ):
                return self._referring(picks)
            inside = (
                draft.query.check
                and slots.has("under", "among")
                and not any(self._scope(draft.query).values())
            )
            if not draft.anchored or inside:
                return self._same_anchor()
            if self._elliptic():
                return self._same_focus()
            if (
                not draft.focused
                or (slots.has("follow", "correction", "also", "both")
                and not self._asks_itself())
            ):
                return self._same_focus()
        if not draft.anchored:
            return Reading(reason="not_understood")
        if (
            not draft.focused
            and self.query.parties
            and not self.query.parties[0].roles
            and self.query.select == "work"
        ):
            return Reading(reason="not_understood", subject=self.query.parties[0].bureaus[0])
        return Reading(queries=(self.query, *draft.more), missing=tuple(draft.missing))

    def _together_again(self) -> Reading | None:
        """两家都有份的: the bodies named in the turns before."""
        slots, names = self.slots, self.context.previous
        count = next((int(t.value) for t in slots.tallies if t.what == "bodies"), 0)
        if slots.groups or not slots.has("joint") or not 1 < count <= len(names) or slots.who_roles:
            return None
        party = Party(names[-count:], self.roles, "all")
        query = replace(
            self.query,
            select="measure" if self.query.select == "work" else self.query.select,
            tallies=(),
            parties=(party,),
        )
        return self._inherited(query)

    def _inherited(self, *queries: Query) -> Reading:
        for query in queries:
            bare = query.select == "bureau" and not (
                query.tallies or query.rank or query.parties or query.indicators
            )
            if (
                bare
                and not any(self._scope(query).values())
                and self.last.parties == ()
                and self.last.select == "bureau"
            ):
                if not any(self._scope(self.last).values()) and not self.last.count:
                    return Reading(reason="not_understood")
        return Reading(queries=(*queries, *self.draft.more), missing=tuple(self.draft.missing), inherits=True)

    def _elliptic(self) -> bool:
        """第三部分的是哪些: a scope alone, where the last question was about a body's rows in one."""
        query, slots = self.query, self.slots
        noun = slots.has(
            "work_noun", "measure_noun", "task_noun", "section_noun", "indicator_noun", "content"
        )
        only_sections = query.sections and not (
            query.parties or query.topics or query.tasks or query.measures
        )
        return bool(only_sections and self.last.parties and not noun and not slots.who)

    def _asks_itself(self) -> bool:
        """Whether a sentence with 那 or 呢 asks a whole question of its own."""
        query, slots = self.query, self.slots
        if query.select == "figure" and not query.change:
            return slots.has("target", "how_much")
        if query.parties and query.select in ("measure", "work") and not query.topics:
            return bool(query.parties[0].roles) and slots.has(
                "which", "list", "work_noun", "measure_noun", "both", "how_many"
            )
        return slots.who or slots.has(
            "which", "how_many", "how_much", "content", "whether", "exists", "list", "target"
        )

    # -- rows of the last answer -----------------------------------------------------------------

    def _picks(self) -> tuple[int, ...]:
        """Positions in the list last shown: 第二个, 最后一个; a number of the plan (第8条) is none."""
        slots = self.slots
        if self.query.tasks or self.query.sections or self.query.measures:
            return ()
        if slots.has("first_one"):
            return (1,)
        if slots.has("last_one") or (slots.has("last") and not self.draft.anchored):
            return (-1,)
        return slots.nth or tuple(slots.items)

    def _narrowed(self) -> Query:
        """其中…: the last list with one more condition."""
        query, shown = self.query, self.context.shown
        draft_asks = self.slots.has("which") and self.slots.has("task_noun", "section_noun")
        kind = shown[0].kind
        ids = tuple(int(c.id) for c in shown if c.kind == kind) if kind != "bureau" else ()
        if kind == "indicator":
            if query.select not in _INDICATOR_SELECTS and query.select != "bureau":
                parties = tuple(Party(p.bureaus, ("indicator",), p.how) for p in query.parties)
                query = Query("indicator", parties=parties, count=query.count)
            elif query.select == "figure" and not query.years:
                query = replace(query, select="indicator")
            return replace(query, indicators=ids, check=False)
        if kind == "measure":
            select: Select = (
                "measure"
                if query.select in ("work", "figure", "section", "task") and not draft_asks
                else query.select
            )
            parties = query.parties
            if query.due_by and not parties:
                parties = self.last.parties  # so that 那协办的呢 knows whose
            if self.roles and not parties and self.last.parties and select == "measure":
                parties = (self.last.parties[0]._replace(roles=self.roles),)
            return replace(query, select=select, measures=query.measures or ids, parties=parties)
        if kind == "task":
            return replace(
                query,
                tasks=ids,
                select=query.select if query.select in ("bureau", "measure") and query.parties else "task",
            )
        if kind == "bureau" and query.select == "bureau":
            return replace(self.last, roles=self.roles or self.last.roles, without=query.without)
        return replace(
            self.last, parties=(*self.last.parties, *query.parties), topics=(*self.last.topics, *query.topics)
        )

    def _referring(self, picks: tuple[int, ...]) -> Reading:
        """这条, 它, 第二个: rows of the last answer, or what the last question was about."""
        referents = self._referents(picks)
        if referents is None:
            return Reading(reason="no_such_number", subject=f"上面列出的第{abs(picks[0])}个")
        if not referents and picks:
            return Reading(reason="not_understood")
        if not referents:
            return self._same_anchor() if not self.draft.anchored else Reading(queries=(self.query,))
        return replace(self._inherited(self._about(referents)), picked=bool(picks))

    def _level(self) -> str:
        """The kind that 这条, 这家, 该指标 points at; empty for 它."""
        for mention in self.slots.mentions:
            if "it" in mention.cues or "last" in mention.cues:
                for level, words in _LEVEL_OF_WORD:
                    if any(word in mention.text for word in words):
                        return level
        return self.slots.nth_level

    def _referents(self, picks: tuple[int, ...]) -> tuple[Choice, ...] | None:
        shown, level = self.context.shown, self._level()
        if picks:
            pool = [c for c in shown if c.kind == level] or list(shown)
            if self.slots.has("first_one", "last_one") and len(pool) < 2:
                return ()
            try:
                return tuple(pool[n - 1 if n > 0 else n] for n in picks)
            except IndexError:
                return None
        level = level or self._wanted()
        for wanted in {"task": ("task", "measure"), "thing": ("measure", "task", "indicator", "section")}.get(
            level, (level,)
        ):
            asked = self._asked_about(wanted)
            if wanted != "bureau" and len(asked) == 1:
                return asked
            found = tuple(c for c in shown if c.kind == wanted)
            if found and (wanted != "bureau" or self._shows_bodies()):
                return found
            found = self._asked_about(wanted)
            if found:
                return found
        return tuple(c for c in shown if level == "")

    def _shows_bodies(self) -> bool:
        return self.last.select == "bureau"

    def _wanted(self) -> str:
        query = self.query
        if query.select in ("figure", "fact", "indicator"):
            return (
                "bureau"
                if query.select == "indicator" and not query.attributes and not query.check
                else "indicator"
            )
        if query.select in ("section", "task", "bureau") or query.due_asked or self.slots.has("content"):
            return "thing"
        if query.count and self.slots.has("measure_noun") and not self.roles:
            return "thing"
        if query.check and query.parties:
            return "thing"
        return "bureau"

    def _asked_about(self, kind: str) -> tuple[Choice, ...]:
        last = self.last
        if kind == "bureau":
            return tuple(Choice("bureau", name) for party in last.parties for name in party.bureaus) or tuple(
                Choice("bureau", name) for name in self.context.previous
            )
        field = {
            "measure": last.measures,
            "task": last.tasks,
            "section": last.sections,
            "indicator": last.indicators,
        }
        return tuple(Choice(kind, id) for id in field.get(kind, ()))

    def _about(self, referents: Sequence[Choice]) -> Query:
        """The query asked of these rows."""
        query, slots, last = replace(self.query, nth=()), self.slots, self.last
        kind = referents[0].kind
        if kind == "bureau":
            names = tuple(str(c.id) for c in referents)
            if query.select in _INDICATOR_SELECTS:
                return replace(query, parties=(Party(names, ("indicator",)),))
            together = len(names) > 1 and (
                slots.has("joint") or (slots.has("any_role") and not slots.has("each"))
            )
            how = "all" if together else "any"
            roles = self.roles or (last.parties[0].roles if last.parties and not self.draft.focused else ())
            if query.select == "work" and roles:
                query = replace(query, select="measure")
            count = query.count or (last.count and not self.draft.focused) or (last.count and slots.has("follow"))
            return replace(query, parties=(Party(names, roles, how),), count=count)  # type: ignore[arg-type]
        ids = tuple(dict.fromkeys(int(c.id) for c in referents if c.kind == kind))
        if kind == "indicator":
            if query.select == "bureau":
                return replace(query, indicators=ids, roles=("indicator",), parties=())
            if query.select not in _INDICATOR_SELECTS:
                if slots.groups:
                    return Query("indicator", indicators=ids, parties=query.parties, check=True)
                return Query("figure", indicators=ids, years=query.years or last.years)
            if query.select == "indicator" and query.parties:
                return replace(query, indicators=ids, check=True)
            years = query.years or (
                last.years if query.select == "figure" and not slots.has("both") and not query.change else ()
            )
            return replace(query, indicators=ids, years=years)
        field = {"measure": "measures", "task": "tasks", "section": "sections"}[kind]
        if query.select in ("work", "figure"):
            query = replace(query, select="measure")
        if query.select == "measure" and not self.draft.focused and not query.parties:
            if getattr(last, field) and last.select in ("task", "section", "bureau"):
                query = replace(last, nth=())  # 后一个呢: the same asked of the next row
            else:
                query = replace(query, select=kind)  # type: ignore[arg-type]
        if query.count and kind == "task":
            query = replace(query, select="measure")
        if (
            query.select == "measure"
            and kind == "task"
            and slots.has("content")
            and not slots.has("measure_noun", "under")
        ):
            query = replace(query, select="task")
        if query.select == "task" and kind == "section":
            return replace(query, sections=ids)
        scope: dict[str, Any] = {field: ids}
        return replace(query, **scope)

    # -- the last question ---------------------------------------------------------------------------

    def _scope(self, of: Query) -> dict[str, Any]:
        return {name: getattr(of, name) for name in _SCOPE}

    def _known_indicators(self) -> tuple[int, ...]:
        return self.last.indicators or tuple(int(c.id) for c in self.context.shown if c.kind == "indicator")

    def _same_anchor(self) -> Reading:
        """谁负责, 单位呢, 那2030年呢, 配合的呢: of what the last turn was about."""
        query, last, slots = self.query, self.last, self.slots
        about_figures = last.select in _INDICATOR_SELECTS or bool(last.indicators)
        if query.select in _INDICATOR_SELECTS and about_figures:
            return self._same_indicators()
        if query.select == "indicator" and last.parties:
            parties = tuple(Party(p.bureaus, ("indicator",), p.how) for p in last.parties)
            return self._inherited(replace(query, parties=parties))
        if slots.has("both") and last.years and about_figures:
            return self._inherited(replace(last, years=()))
        if query.select == "bureau":
            return self._bodies_of_last()
        if self.roles and not slots.who and not query.exists and last.select != "indicator":
            return self._inherited(self._with_roles())
        if not self.draft.focused:
            return Reading(reason="not_understood")
        if slots.has("content", "list") and not query.count and not query.parties:
            things = self._referents_of_content()
            if things:
                return self._inherited(self._about(things))
        if query.select in _INDICATOR_SELECTS:
            return Reading(reason="not_understood")
        parties = query.parties or last.parties
        if self.roles:
            parties = tuple(p._replace(roles=self.roles) for p in parties)
        if query.check and not query.parties and self.roles == ("support",):
            parties = tuple(p._replace(roles=()) for p in parties)  # 参与 in a yes/no question is any part
        if query.parties and query.check and last.roles and not query.parties[0].roles:
            parties = tuple(p._replace(roles=last.roles) for p in parties)
        return self._inherited(replace(query, parties=parties, **self._scope(last)))

    def _referents_of_content(self) -> tuple[Choice, ...]:
        shown = tuple(c for c in self.context.shown if c.kind in ("measure", "task", "section"))
        return shown or self._asked_about("measure") or self._asked_about("task")

    def _same_indicators(self) -> Reading:
        query, last, slots = self.query, self.last, self.slots
        indicators = self._known_indicators()
        years = query.years
        if query.select == "figure" and not query.change:
            if not years and not self.draft.focused and not query.values:
                years = () if slots.has("both") else last.years
                if not slots.has("both"):
                    return Reading(reason="not_understood")
            if years and last.change and not query.check and not self.draft.focused:
                return self._inherited(replace(last, years=years))
            if last.select == "indicator" and (last.trend or last.rank):
                return self._inherited(replace(last, years=years))
            if not years and not slots.has("both"):
                years = last.years
            return self._inherited(replace(query, indicators=indicators, years=years))
        if query.change:
            if len(years) == 1 and last.years:
                years = (*last.years, *years)
            elif not years and len(last.years) > 1:
                years = last.years
            return self._inherited(replace(query, indicators=indicators, years=years))
        return self._inherited(replace(query, indicators=indicators))

    def _bodies_of_last(self) -> Reading:
        query, last = self.query, self.last
        if last.select in _INDICATOR_SELECTS or (last.indicators and last.select == "bureau"):
            return self._inherited(
                replace(
                    query, indicators=self._known_indicators(), roles=("indicator",), parties=query.parties
                )
            )
        measures = tuple(int(c.id) for c in self.context.shown if c.kind == "measure")
        if (query.without or query.count) and last.select == "bureau" and not query.roles:
            query = replace(query, roles=last.roles)
        if last.select == "measure" and measures:
            return self._inherited(replace(query, measures=measures))
        tasks = tuple(int(c.id) for c in self.context.shown if c.kind == "task")
        if last.select == "task" and tasks:
            return self._inherited(replace(query, tasks=tasks))
        return self._inherited(replace(query, **self._scope(last)))

    def _with_roles(self) -> Query:
        """那参与的呢: the same question with other roles."""
        last, roles, query = self.last, self.roles, self.query
        if self.slots.has("also") and self.slots.has("both", "joint") and last.parties:
            roles = tuple(dict.fromkeys((*last.parties[0].roles, *roles)))
        if last.select == "bureau":
            return replace(last, roles=roles, check=False, exists=False, count=query.count)
        select: Select = "measure" if last.select == "work" else last.select
        parties = tuple(p._replace(roles=roles) for p in last.parties)
        narrowed = bool(self.last.measures and self.last.due_by)  # 其中…, said of a list of other roles
        return replace(
            last,
            select=select,
            parties=parties,
            measures=() if narrowed else last.measures,
            count=query.count or last.count,
            check=last.check,
        )

    def _same_focus(self) -> Reading:
        """水利局呢, 任务14呢, 漏损率呢: the same asked of something else."""
        query, last, slots = self.query, self.last, self.slots
        roles = query.parties[0].roles if query.parties else self.roles
        if query.select == "indicator" and not (query.indicators or query.parties) and last.parties:
            parties = tuple(Party(p.bureaus, ("indicator",), p.how) for p in last.parties)
            return self._inherited(replace(query, parties=parties))
        if slots.loose and last.tallies:
            value = float(slots.loose[0])
            return self._inherited(
                replace(last, tallies=tuple(t._replace(value=value) for t in last.tallies))
            )
        if query.rank and last.rank:
            return self._inherited(replace(last, rank=query.rank, rank_by=query.rank_by or last.rank_by))
        if query.tallies and last.tallies and last.select in ("task", "measure", "section", "bureau"):
            return self._inherited(replace(last, tallies=query.tallies))
        if query.select in _INDICATOR_SELECTS and query.indicators:
            if last.select in ("figure", "fact"):
                years = query.years or last.years
                values = query.values or ()
                return self._inherited(
                    replace(last, indicators=query.indicators, years=years, values=values, nth=(), parties=())
                )
            if last.select == "bureau":
                return self._inherited(
                    replace(last, indicators=query.indicators, roles=("indicator",), **self._scope(query))
                )
            return Reading(queries=(query, *self.draft.more), missing=tuple(self.draft.missing))
        if query.parties and not (query.topics or query.tasks or query.measures):
            if last.select in _INDICATOR_SELECTS and last.parties:
                parties = tuple(Party(p.bureaus, ("indicator",), p.how) for p in query.parties)
                return self._inherited(replace(last, parties=parties))
            if not last.parties:
                if last.select == "bureau" and not last.indicators:
                    return self._inherited(replace(query, select="measure", check=True, **self._scope(last)))
                if query.select == "work" and not self.draft.focused:
                    return Reading(reason="not_understood", subject=query.parties[0].bureaus[0])
                return Reading(queries=(query, *self.draft.more), missing=tuple(self.draft.missing))
            kept = roles or last.parties[0].roles
            parties = tuple(p._replace(roles=p.roles or kept) for p in query.parties)
            if (
                slots.has("joint")
                and not parties[0].how == "all"
                and len(parties[0].bureaus) == 1
                and slots.groups[0].partner
            ):
                names = (*last.parties[0].bureaus, *parties[0].bureaus)
                parties = (Party(names, kept, "all"),)
            if last.parties[0].how == "all" and len(parties) == 1 and len(parties[0].bureaus) > 1:
                parties = (parties[0]._replace(how="all"),)
            sections = query.sections or last.sections
            return self._inherited(replace(last, parties=parties, sections=sections, nth=()))
        if last.select in _INDICATOR_SELECTS:
            return Reading(queries=(query, *self.draft.more), missing=tuple(self.draft.missing))
        parties = query.parties or last.parties
        if roles:
            parties = tuple(p._replace(roles=roles) for p in parties)
        select = last.select
        if last.nth or last.select == "work":
            select = "measure"
        if last.select in ("task", "section", "measure") and not last.parties and not last.topics:
            select = (
                query.select if not (query.sections and last.select in ("task", "measure")) else last.select
            )
        return self._inherited(replace(last, select=select, parties=parties, nth=(), **self._scope(query)))


# -- picking from choices --------------------------------------------------------------------------


def pick_choice(slots: Slots, context: Context, lexicon: Lexicon) -> Reading | None:
    """The pending question with the choice that the message picks; ``None`` if it picks none."""
    pending = context.pending
    if pending is None:
        return None
    picked = _picked(slots, context, lexicon)
    if not picked:
        if pending.topics and slots.topics and not _asks_anew(slots):
            return Reading(queries=(replace(pending, topics=tuple(slots.topics)),), inherits=True)
        return None
    query = pending
    for kind in dict.fromkeys(choice.kind for choice in picked):
        query = fill(query, tuple(c for c in picked if c.kind == kind))
    return Reading(queries=(query,), inherits=True)


def fill(pending: Query, picked: tuple[Choice, ...]) -> Query:
    """A pending query with rows of one kind in the place that was open."""
    kind = picked[0].kind
    if kind == "bureau":
        names = tuple(str(c.id) for c in picked)
        holes = tuple(p._replace(bureaus=names) if "?" in p.bureaus else p for p in pending.parties)
        return replace(pending, parties=holes or (Party(names),))
    ids = tuple(int(c.id) for c in picked)
    if kind == "indicator":
        select: Select = "figure" if pending.select in ("measure", "work") else pending.select
        return replace(pending, select=select, indicators=ids)
    if kind == "task":
        plain = (
            pending.select == "measure" and not pending.parties and not pending.count and not pending.check
        )
        return replace(pending, select="task" if plain else pending.select, tasks=ids)
    field: dict[str, Any] = {{"measure": "measures", "section": "sections"}[kind]: ids}
    return replace(pending, **field)


def _picked(slots: Slots, context: Context, lexicon: Lexicon) -> tuple[Choice, ...]:
    choices = context.choices
    content = [
        m
        for m in slots.mentions
        if m.kind != "stop" and not m.cues & {"filler", "follow", "correction", "it"}
    ]
    asks_anew = _asks_anew(slots)
    if slots.has("both") and not slots.groups and not slots.topics:
        return choices
    if slots.has("first_one"):
        return choices[:1]
    if slots.has("last_one", "last"):
        return choices[-1:]
    if slots.has("other_one"):
        denied = "task" if slots.has("work_noun", "task_noun") else "measure"
        return tuple(c for c in choices if c.kind != denied)[:1] if len(choices) == 2 else ()
    picks = (
        slots.nth or tuple(slots.items) or (tuple(int(b) for b in slots.bare) if len(content) == 1 else ())
    )
    kinds = {c.kind for c in choices}
    if picks and not slots.nth_level:
        try:
            return tuple(choices[n - 1 if n > 0 else n] for n in picks)
        except IndexError:
            return ()
    named = {
        "task": slots.tasks,
        "measure": slots.measures,
        "indicator": slots.indicators,
        "section": slots.sections,
    }
    found = tuple(c for c in choices if c.id in named.get(c.kind, ()))
    if found and not asks_anew:
        return found
    names = [n for g in slots.groups for n in g.names]
    found = tuple(c for c in choices if c.kind == "bureau" and c.id in names)
    if found:
        return found
    if kinds == {"task", "measure"} and len(choices) == 2 and not asks_anew:
        if slots.has("measure_noun"):
            return tuple(c for c in choices if c.kind == "measure")
        if slots.has("work_noun", "task_noun"):
            return tuple(c for c in choices if c.kind == "task")
    said = "".join(slots.chunks)
    if said and not asks_anew:
        fits = tuple(c for c in choices if all(char in _label(c, lexicon) for char in said))
        if len(fits) == 1:
            return fits
    return ()


def _asks_anew(slots: Slots) -> bool:
    return slots.who or slots.has("which", "how_many", "whether", "exists", "lead", "support")


def _label(choice: Choice, lexicon: Lexicon) -> str:
    """Every name of a choice, folded, to find words in."""
    plan = lexicon.plan
    if choice.kind == "indicator":
        return next(
            fold(" ".join((i.name, *i.aliases, i.unit))) for i in plan.indicators if i.id == choice.id
        )
    if choice.kind == "bureau":
        return next(fold("".join((b.name, *b.aliases))) for b in plan.bureaus if b.name == choice.id)
    if choice.kind == "task":
        return next(fold(t.title) for s in plan.sections for t in s.tasks if t.id == choice.id)
    return ""
