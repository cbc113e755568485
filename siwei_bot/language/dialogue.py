"""What a sentence leaves out, taken from the turn before: follow-ups, corrections, picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.query import Party, Query, Select

if TYPE_CHECKING:
    from siwei_bot.language.draft import Draft

_SCOPE = ("sections", "tasks", "measures", "topics", "not_sections", "not_tasks")
_INDICATOR_SELECTS = ("indicator", "figure", "fact")


def complete(draft: Draft, slots: Slots, context: Context, lexicon: Lexicon) -> Reading:
    """The draft as it stands, or completed from the context where it leaves something out."""
    query, last = draft.query, context.query
    missing = tuple(draft.missing)
    refers = slots.has("it", "among", "first_one", "last_one") or bool(query.nth) and not query.tasks and not query.sections
    follows = slots.has("follow", "correction", "also", "both")
    if last is not None:
        if slots.has("among") and not draft.anchored or slots.has("among") and context.shown and not (query.tasks or query.sections):
            return Reading(queries=(_narrow(query, last, context, draft),), missing=missing, inherits=True)
        if refers and context.shown:
            return _refer(draft, slots, context, missing)
        if not draft.anchored:
            return _inherit_anchor(draft, slots, context, missing)
        if not draft.focused or (follows and not _whole(draft, slots)):
            return _inherit_focus(draft, slots, context, missing)
    if not draft.anchored:
        return Reading(reason="not_understood")
    if not draft.focused and not query.parties:
        return _bare(draft, slots)
    return Reading(queries=(query, *draft.more), missing=missing)


def _whole(draft: Draft, slots: Slots) -> bool:
    """Whether a sentence with 那 or 呢 asks a whole question of its own."""
    query = draft.query
    if query.select in ("figure", "fact") and not (slots.has("target", "how_much") or query.select == "fact" or query.change):
        return False
    if query.parties and query.select == "measure" and not query.topics and not query.sections:
        return bool(query.parties[0].roles) and slots.has("which", "list", "work_noun", "measure_noun", "both", "how_many")
    return slots.has("which", "who", "how_many", "how_much", "content", "whether", "exists", "list", "target") or bool(slots.who)


def _bare(draft: Draft, slots: Slots) -> Reading:
    """A name alone: what it is."""
    query = draft.query
    if query.indicators or query.tasks or query.measures or query.topics or query.sections:
        return Reading(queries=(query, *draft.more), missing=tuple(draft.missing))
    return Reading(reason="not_understood")


def _narrow(query: Query, last: Query, context: Context, draft: Draft) -> Query:
    """其中…: the last list with one more condition."""
    kinds = {choice.kind for choice in context.shown}
    ids = tuple(int(c.id) for c in context.shown if c.kind in ("measure", "indicator", "task"))
    if kinds == {"indicator"}:
        if query.select not in _INDICATOR_SELECTS:
            query = Query("indicator", parties=tuple(Party(p.bureaus, ("indicator",), p.how) for p in query.parties))
        select: Select = "indicator" if query.select == "figure" and not query.years else query.select
        return replace(query, select=select, indicators=ids, check=False)
    if "measure" in kinds:
        measures = tuple(int(c.id) for c in context.shown if c.kind == "measure")
        parties = tuple(_roled(p, last) for p in query.parties)
        return replace(query, select=query.select if query.select != "work" else "measure", measures=measures, parties=parties)
    if "task" in kinds:
        return replace(query, select="task", tasks=ids)
    return replace(last, parties=(*last.parties, *query.parties), topics=(*last.topics, *query.topics))


def _roled(party: Party, last: Query) -> Party:
    return party


def _refer(draft: Draft, slots: Slots, context: Context, missing: tuple[str, ...]) -> Reading:
    """这条, 它, 第二个: rows shown in the last answer."""
    query, last = draft.query, context.query
    assert last is not None
    shown = context.shown
    picks = query.nth
    if slots.has("first_one"):
        picks = (1,)
    elif slots.has("last_one"):
        picks = (-1,)
    elif slots.items:
        picks = tuple(slots.items)
    if picks:
        level = slots.nth_level
        pool = [c for c in shown if not level or c.kind == level] or list(shown)
        try:
            shown = tuple(pool[n - 1 if n > 0 else n] for n in picks)
        except IndexError:
            return Reading(reason="no_such_number", subject=f"上面列出的第{abs(picks[0])}个")
    query = replace(query, nth=())
    filled = _about(query, shown, last, draft, slots)
    return Reading(queries=(filled, *draft.more), missing=missing, inherits=True)


def _about(query: Query, shown: Sequence[Choice], last: Query, draft: Draft, slots: Slots) -> Query:
    """The query asked of rows: by their kind they fill indicators, measures, tasks, sections or bodies."""
    kind = shown[0].kind
    ids = tuple(c.id for c in shown if c.kind == kind)
    numbers = tuple(int(i) for i in ids) if kind != "bureau" else ()
    if kind == "bureau":
        names = tuple(str(i) for i in ids)
        if query.select in _INDICATOR_SELECTS:
            return replace(query, parties=(Party(names, ("indicator",)),))
        roles = slots.free_roles or slots.who_roles or (last.parties[0].roles if last.parties and not draft.focused else ())
        if query.select == "bureau":
            return replace(query, parties=(Party(names, roles),))
        joint = "all" if len(names) > 1 and slots.has("joint") else "any"
        return replace(query, parties=(Party(names, roles, joint),))  # type: ignore[arg-type]
    if kind in ("indicator", "figure", "fact"):
        numbers = tuple(dict.fromkeys(numbers))
        if query.select in ("bureau",):
            return replace(query, indicators=numbers, roles=("indicator",))
        if query.select not in _INDICATOR_SELECTS:
            query = Query("figure", years=last.years, parties=query.parties)
            if slots.groups:
                return replace(query, select="indicator", indicators=numbers, check=True)
        if not draft.focused and not query.years:
            query = replace(query, select="figure", years=last.years)
        return replace(query, indicators=numbers)
    field = {"measure": "measures", "task": "tasks", "section": "sections"}[kind]
    if query.select == "work":
        query = replace(query, select="measure")
    if not draft.focused and query.select == "measure":
        select: Select = kind  # type: ignore[assignment]
        query = replace(query, select=select)
    if query.select == "task" and kind == "measure" and not slots.has("which"):
        query = replace(query, select="task")
    if query.count and kind == "task":
        query = replace(query, select="measure")
    return replace(query, **{field: numbers})  # type: ignore[arg-type]


def _inherit_anchor(draft: Draft, slots: Slots, context: Context, missing: tuple[str, ...]) -> Reading:
    """谁负责, 单位呢, 那2030年呢, 配合的呢: of what the last turn was about."""
    query, last = draft.query, context.query
    assert last is not None
    roles = slots.free_roles or slots.who_roles
    if slots.years or slots.bare and not slots.has("measure_noun"):
        if last.select in _INDICATOR_SELECTS or last.indicators:
            years = query.years or tuple(int(2000 + n) for n in slots.bare if 2000 + n < 2100)
            base = query if draft.focused and query.select != "figure" or query.change else replace(last, select="figure" if last.select != "indicator" or not last.trend else "indicator", roles=(), change=query.change or (last.change if last.change else ""))
            if query.change and len(years) == 1 and last.years:
                years = (*last.years[:1], *years)
            indicators = last.indicators or tuple(int(c.id) for c in context.shown if c.kind in ("indicator", "figure"))
            return Reading(queries=(replace(base, indicators=indicators, years=years, fields=(), check=query.check, values=query.values),), missing=missing, inherits=True)
    if not draft.focused and not roles and not slots.groups:
        if slots.has("both") and last.years:
            return Reading(queries=(replace(last, years=()),), missing=missing, inherits=True)
        return Reading(reason="not_understood")
    if roles and not slots.who and query.select in ("measure", "work") and not query.exists and not query.count and last.select != "indicator":
        return Reading(queries=(_with_roles(last, roles, slots),), missing=missing, inherits=True)
    if query.select in _INDICATOR_SELECTS:
        indicators = last.indicators or tuple(dict.fromkeys(int(c.id) for c in context.shown if c.kind in ("indicator", "figure", "fact")))
        if indicators:
            years = query.years or (last.years if query.change or query.select == "figure" and not slots.has("both") else ())
            if query.change and len(years) == 1:
                years = ()
            return Reading(queries=(replace(query, indicators=indicators, years=years),), missing=missing, inherits=True)
        return Reading(reason="not_understood")
    if query.select == "bureau":
        if last.select in _INDICATOR_SELECTS or last.indicators:
            indicators = last.indicators or tuple(dict.fromkeys(int(c.id) for c in context.shown if c.kind in ("indicator", "figure", "fact")))
            return Reading(queries=(replace(query, indicators=indicators, roles=("indicator",)),), missing=missing, inherits=True)
        measures = tuple(int(c.id) for c in context.shown if c.kind == "measure")
        if last.select == "measure" and measures and (last.parties or last.topics):
            return Reading(queries=(replace(query, measures=measures),), missing=missing, inherits=True)
        if query.without and last.select == "bureau" and not query.roles:
            query = replace(query, roles=last.roles)
        scope = {name: getattr(last, name) for name in _SCOPE}
        return Reading(queries=(replace(query, **scope),), missing=missing, inherits=True)
    scope = {name: getattr(last, name) for name in _SCOPE}
    if query.check or query.exists or query.count or draft.focused:
        parties = query.parties or last.parties
        if roles and parties:
            parties = tuple(p._replace(roles=roles) for p in parties)
        if slots.has("content", "list") and context.shown and not query.count:
            return Reading(queries=(_about(query, context.shown, last, draft, slots),), missing=missing, inherits=True)
        return Reading(queries=(replace(query, parties=parties, **scope),), missing=missing, inherits=True)
    return Reading(reason="not_understood")


def _with_roles(last: Query, roles: tuple[str, ...], slots: Slots) -> Query:
    """那参与的呢: the same question with other roles."""
    if slots.has("also") and last.parties:
        roles = tuple(dict.fromkeys((*last.parties[0].roles, *roles)))
    if last.select == "bureau":
        return replace(last, roles=roles, check=False, exists=False)
    select: Select = "measure" if last.select == "work" else last.select
    return replace(last, select=select, parties=tuple(p._replace(roles=roles) for p in last.parties), check=last.check, exists=last.exists)


def _inherit_focus(draft: Draft, slots: Slots, context: Context, missing: tuple[str, ...]) -> Reading:
    """水利局呢, 任务14呢, 漏损率呢: the same asked of something else."""
    query, last = draft.query, context.query
    assert last is not None
    roles = query.parties[0].roles if query.parties else ()
    if query.select in _INDICATOR_SELECTS and query.indicators:
        if last.select in _INDICATOR_SELECTS and last.select != "indicator":
            years = query.years or last.years
            return Reading(queries=(replace(last, indicators=query.indicators, years=years, values=query.values, nth=()),), missing=missing, inherits=True)
        if last.select == "bureau":
            return Reading(queries=(replace(last, indicators=query.indicators, roles=("indicator",)),), missing=missing, inherits=True)
        return Reading(queries=(query, *draft.more), missing=missing)
    if query.values and last.values:
        return Reading(queries=(replace(query, years=query.years),), missing=missing, inherits=True)
    if query.parties and not (query.topics or query.tasks or query.measures):
        if last.select in _INDICATOR_SELECTS and not last.indicators:
            return Reading(queries=(replace(last, parties=tuple(Party(p.bureaus, ("indicator",), p.how) for p in query.parties)),), missing=missing, inherits=True)
        if last.parties:
            kept = roles or last.parties[0].roles
            parties = tuple(p._replace(roles=p.roles or kept) for p in query.parties)
            if len(parties) == 1 and parties[0].how == "any":
                parties = (parties[0]._replace(how=last.parties[0].how if len(parties[0].bureaus) > 1 else "any"),)
            sections = query.sections or last.sections
            return Reading(queries=(replace(last, parties=parties, sections=sections, nth=()),), missing=missing, inherits=True)
        return Reading(queries=(query, *draft.more), missing=missing)
    scope = {name: getattr(query, name) for name in _SCOPE}
    if last.select in _INDICATOR_SELECTS:
        return Reading(queries=(query, *draft.more), missing=missing)
    parties = query.parties or last.parties
    if roles:
        parties = tuple(p._replace(roles=roles) for p in parties)
    select: Select = last.select
    if last.nth or last.select == "work":
        select = "measure"
    if last.select in ("task", "section") and query.measures or last.select == "measure" and query.tasks and not last.parties:
        select = query.select
    if query.sections and last.sections and last.select == "section":
        select = "section"
    filled = replace(last, select=select, parties=parties, nth=(), **scope)
    return Reading(queries=(filled,), missing=missing, inherits=True)


# -- picking from choices --------------------------------------------------------------------------


def pick_choice(slots: Slots, context: Context, lexicon: Lexicon) -> Reading | None:
    """The pending question with the choice that the message picks; ``None`` if it picks none."""
    pending = context.pending
    if pending is None:
        return None
    picked = _picked(slots, context, lexicon)
    if not picked:
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
        plain = pending.select == "measure" and not pending.parties and not pending.count
        return replace(pending, select="task" if plain else pending.select, tasks=ids)
    field = {"measure": "measures", "section": "sections"}[kind]
    return replace(pending, **{field: ids})  # type: ignore[arg-type]


def _picked(slots: Slots, context: Context, lexicon: Lexicon) -> tuple[Choice, ...]:
    choices = context.choices
    content = [m for m in slots.mentions if m.kind != "stop" and not m.cues & {"filler", "follow", "correction", "it"}]
    if slots.has("both") and not slots.groups and not slots.topics:
        return choices
    if slots.has("first_one"):
        return choices[:1]
    if slots.has("last_one"):
        return choices[-1:]
    if slots.has("other_one"):
        denied = "task" if slots.has("work_noun", "task_noun") else "measure"
        return tuple(c for c in choices if c.kind != denied)[:1] if len(choices) == 2 else ()
    picks = slots.nth or tuple(slots.items) or (tuple(int(b) for b in slots.bare) if len(content) == 1 else ())
    kinds = {c.kind for c in choices}
    if picks and not slots.nth_level:
        try:
            return tuple(choices[n - 1 if n > 0 else n] for n in picks)
        except IndexError:
            return ()
    for level in ("task", "measure", "indicator", "section"):
        named = getattr(slots, {"task": "tasks", "measure": "measures", "indicator": "indicators", "section": "sections"}[level])
        found = tuple(c for c in choices if c.kind == level and c.id in named)
        if found and not _asks_anew(slots):
            return found
    names = [n for g in slots.groups for n in g.names]
    found = tuple(c for c in choices if c.kind == "bureau" and c.id in names)
    if found:
        return found
    if kinds == {"task", "measure"} and len(choices) == 2 and not _asks_anew(slots):
        if slots.has("measure_noun"):
            return tuple(c for c in choices if c.kind == "measure")
        if slots.has("work_noun", "task_noun"):
            return tuple(c for c in choices if c.kind == "task")
    said = "".join(slots.chunks)
    if len(said) >= 1 and not _asks_anew(slots) and kinds & {"indicator", "bureau", "task"}:
        fits = tuple(c for c in choices if all(char in label(c, lexicon) for char in said))
        if len(fits) == 1:
            return fits
    return ()


def _asks_anew(slots: Slots) -> bool:
    return slots.who or slots.has("which", "how_many", "whether", "exists", "lead", "support")


def label(choice: Choice, lexicon: Lexicon) -> str:
    """Every name of a choice, folded, to find words in."""
    plan = lexicon.plan
    if choice.kind == "indicator":
        return next(fold(" ".join((i.name, *i.aliases, i.unit))) for i in plan.indicators if i.id == choice.id)
    if choice.kind == "bureau":
        return next(fold("".join((b.name, *b.aliases))) for b in plan.bureaus if b.name == choice.id)
    if choice.kind == "task":
        return next(fold(t.title) for s in plan.sections for t in s.tasks if t.id == choice.id)
    return ""
