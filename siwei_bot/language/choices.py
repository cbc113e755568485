"""Answers to a question back: which of the choices a message picks, and the question they complete."""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.drafting import HOLE
from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.query import Party, Query, Select


def pick_choice(slots: Slots, context: Context, lexicon: Lexicon) -> Reading | None:
    """The pending question with the choice that the message picks; ``None`` if it picks none."""
    pending = context.pending
    if pending is None:
        return None
    picked = _Picker(slots, context, lexicon).picked()
    if not picked:
        if pending.topics and slots.topics and not _asks_anew(slots):
            return Reading(queries=(replace(pending, topics=tuple(slots.topics)),), inherits=True)
        return None
    query = pending
    for kind in dict.fromkeys(choice.kind for choice in picked):
        query = _fill(query, tuple(c for c in picked if c.kind == kind))
    left = tuple(choice for choice in context.choices if choice not in picked)
    return Reading(queries=(query,), inherits=True, left=left)


def pick_other(slots: Slots, context: Context, lexicon: Lexicon) -> Reading | None:
    """另一个呢, 前一个呢, 人数的呢, after one choice of several was picked."""
    if context.pending is None or not context.left:
        return None
    aside = {"other_one", "first_one", "last_one", "follow", "filler", "whether"}
    plain = all(m.cues & aside for m in slots.content)
    others: tuple[Choice, ...] = ()
    if plain and slots.has("other_one", "first_one", "last_one"):
        others = context.left
    elif slots.has("follow") and not _asks_anew(slots):
        others = _Picker(slots, replace(context, choices=context.left), lexicon).named()
    return Reading(queries=(_fill(context.pending, others),), inherits=True) if len(others) == 1 else None


def _fill(pending: Query, picked: tuple[Choice, ...]) -> Query:
    """A pending query with rows of one kind in the place that was open."""
    kind = picked[0].kind
    if kind == "bureau":
        names = tuple(str(c.id) for c in picked)
        parties = tuple(p._replace(bureaus=names) if HOLE in p.bureaus else p for p in pending.parties)
        return replace(pending, parties=parties or (Party(names),))
    ids = tuple(int(c.id) for c in picked)
    if kind == "indicator":
        select: Select = "figure" if pending.select in ("measure", "work") else pending.select
        return replace(pending, select=select, indicators=ids)
    if kind == "measure":
        return replace(pending, measures=ids)
    if kind == "section":
        return replace(pending, sections=ids)
    plain = pending.select == "measure" and not (pending.parties or pending.count or pending.check)
    return replace(pending, select="task" if plain else pending.select, tasks=ids)


class _Picker:
    def __init__(self, slots: Slots, context: Context, lexicon: Lexicon) -> None:
        self.slots = slots
        self.choices = context.choices
        self.lexicon = lexicon

    def picked(self) -> tuple[Choice, ...]:
        """The choices picked by their place, by name or number, by level, or by a part of a name."""
        pointed = self._pointed()
        if pointed is not None:
            return pointed
        slots, anew = self.slots, _asks_anew(self.slots)
        bodies = tuple(c for c in self.choices if c.kind == "bureau" and c.id in slots.names)
        if anew:
            return bodies
        return self._numbered() or bodies or self._of_level() or self._in_part()

    def named(self) -> tuple[Choice, ...]:
        """The choices that are named again, or by a part of a name."""
        return self._numbered() or self._in_part()

    def _pointed(self) -> tuple[Choice, ...] | None:
        """第二个, 都要, 最后一个, 另一个; ``None`` where no place is said."""
        slots, choices = self.slots, self.choices
        if slots.has("both") and not slots.groups and not slots.topics:
            return choices
        if slots.has("first_one"):
            return choices[:1]
        if slots.has("last_one", "last"):
            return choices[-1:]
        if slots.has("other_one"):
            denied = "task" if slots.has("work_noun", "task_noun") else "measure"
            return tuple(c for c in choices if c.kind != denied)[:1] if len(choices) == 2 else ()
        places = self._places()
        if not places:
            return None
        try:
            return tuple(choices[n - 1 if n > 0 else n] for n in places)
        except IndexError:
            return ()

    def _places(self) -> tuple[int, ...]:
        slots = self.slots
        if slots.nth_level:
            return ()
        aside = {"filler", "follow", "correction", "it"}
        alone = len([m for m in slots.content if not m.cues & aside]) == 1
        return slots.nth or tuple(slots.items) or (tuple(map(int, slots.bare)) if alone else ())

    def _numbered(self) -> tuple[Choice, ...]:
        """任务3, 用水总量: rows named again."""
        slots = self.slots
        named = {
            "task": slots.tasks,
            "measure": slots.measures,
            "indicator": slots.indicators,
            "section": slots.sections,
        }
        return tuple(c for c in self.choices if c.id in named.get(c.kind, ()))

    def _of_level(self) -> tuple[Choice, ...]:
        """我说的是任务, where a task and a measure have the same number."""
        slots, choices = self.slots, self.choices
        if {c.kind for c in choices} != {"task", "measure"} or len(choices) != 2:
            return ()
        if slots.has("measure_noun"):
            return tuple(c for c in choices if c.kind == "measure")
        return tuple(c for c in choices if c.kind == "task" and slots.has("work_noun", "task_noun"))

    def _in_part(self) -> tuple[Choice, ...]:
        """再生水的那个: the one choice whose names hold all the characters."""
        said = "".join(self.slots.chunks)
        fits = tuple(c for c in self.choices if said and set(said) <= set(self._names(c)))
        if not said:
            aside = {"filler", "follow", "it", "correction"}
            said = "".join(m.text for m in self.slots.content if not m.cues & aside)
            fits = tuple(c for c in self.choices if len(said) > 1 and said in self._names(c))
        return fits if len(fits) == 1 else ()

    def _names(self, choice: Choice) -> str:
        """Every name of a choice, folded, to find words in."""
        plan = self.lexicon.plan
        if choice.kind == "indicator":
            indicator = next(i for i in plan.indicators if i.id == choice.id)
            return fold(" ".join((indicator.name, *indicator.aliases, indicator.unit)))
        if choice.kind == "bureau":
            bureau = next(b for b in plan.bureaus if b.name == choice.id)
            return fold("".join((bureau.name, *bureau.aliases)))
        if choice.kind == "task":
            return next(fold(t.title) for s in plan.sections for t in s.tasks if t.id == choice.id)
        return ""


def _asks_anew(slots: Slots) -> bool:
    return slots.who or slots.has("which", "how_many", "whether", "exists", "lead", "support")
