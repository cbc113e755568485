"""What settles a sentence before its question is read: bodies, numbers and figures that the plan has not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from siwei_bot.language.drafting import HOLE, Drafter, Sentence
from siwei_bot.language.mentions import Mention
from siwei_bot.language.reading import Reading
from siwei_bot.language.slots import ITEM_NOUNS
from siwei_bot.query import Party, Query

_YEARS_FROM_NOW = {"前年": -2, "去年": -1, "今年": 0, "本年度": 0, "本年": 0, "明年": 1, "后年": 2}
_NUMBERED = {
    "tasks": "任务{}",
    "measures": "第{}条",
    "sections": "第{}部分",
    "indicator_numbers": "第{}个指标",
    "not_tasks": "任务{}",
    "not_measures": "第{}条",
    "not_sections": "第{}部分",
}
"""The slots that hold the plan's own numbers, and how one is called."""


def settle(sentence: Sentence, today: date) -> Reading | None:
    """The refusal of a sentence about what the plan has not.

    What is named beside things of the plan is only noted as missing; numbers within a section
    (第二部分的第一项) and years counted from today become the plan's own.
    """
    return _Settler(sentence, today).settle()


class _Settler(Drafter):
    def __init__(self, sentence: Sentence, today: date) -> None:
        super().__init__(sentence)
        self.today = today

    def settle(self) -> Reading | None:
        slots = self.slots
        if slots.relative_year:
            slots.years.append(self.today.year + _YEARS_FROM_NOW[slots.relative_year])
        self._same_section()
        return (
            self._strangers()
            or self._unknown_numbers()
            or self._nested_tasks()
            or self._nested_measures()
            or self._of_each_place()
            or self._not_reported()
        )

    # -- bodies --------------------------------------------------------------------------------------

    def _strangers(self) -> Reading | None:
        """市气象局牵头哪些任务, where the plan names no such body."""
        slots = self.slots
        named = [m for m in slots.strangers if m.kind == "stranger"]
        if not named:
            return None
        if not slots.groups or self._jointly():
            pending = self._asked_of(HOLE)
            return Reading(reason="no_such_bureau", subject=named[0].text, pending=pending)
        slots.missing += [m.text for m in named]
        return None

    def _asked_of(self, body: str) -> Query | None:
        """The question with a hole where the unknown body stands: a follow-up may name another."""
        slots, has = self.slots, self.has
        roles = slots.free_roles or slots.who_roles
        asks = slots.who or has(
            "which", "how_many", "whether", "exists", "list", "any_role",
            "work_noun", "measure_noun", "indicator_noun",
        )  # fmt: skip
        if slots.groups or slots.lost or not (roles or asks) or self._of_the_last_rows():
            return None
        query = Query(
            "measure",
            parties=(Party((body,), roles),),
            sections=tuple(slots.sections),
            tasks=tuple(slots.tasks),
            measures=tuple(slots.measures),
            topics=tuple(slots.topics),
            count=has("how_many"),
        )
        if has("indicator_noun"):
            return replace(query, select="indicator")
        scoped = bool(query.tasks or query.measures or query.topics)
        of_work = roles or scoped or has("work_noun", "measure_noun")
        return replace(query, check=scoped and has("whether"), select="measure" if of_work else "work")

    def _of_the_last_rows(self) -> bool:
        """没有司法局吗, after 任务14谁参与: the rows are still those of the last question."""
        last = self.last
        rows = bool(last and (last.tasks or last.measures or last.topics))
        return rows and not self._scoped_or_topic() and not self.has(*ITEM_NOUNS)

    # -- numbers -------------------------------------------------------------------------------------

    def _unknown_numbers(self) -> Reading | None:
        """第99条谁牵头."""
        known = {
            "tasks": self.lexicon.measures_of.keys(),
            "measures": self.lexicon.measure_ids,
            "sections": self.lexicon.section_ids,
            "indicator_numbers": self.lexicon.indicators.keys(),
        }
        known |= {f"not_{rows}": known[rows] for rows in ("sections", "tasks", "measures")}
        for slot, label in _NUMBERED.items():
            asked: list[int] = getattr(self.slots, slot)
            setattr(self.slots, slot, [n for n in asked if n in known[slot]])
            if asked and not known[slot] & set(asked):
                return Reading(reason="no_such_number", subject=label.format(asked[0]))
            self.slots.missing += [str(n) for n in asked if n not in known[slot]]
        return None

    def _nested_tasks(self) -> Reading | None:
        """第二部分的第一项任务: counted inside the section."""
        slots = self.slots
        if not slots.nested:
            return None
        inside = [t.id for s in self.plan.sections if s.id in slots.sections for t in s.tasks]
        try:
            slots.tasks = [inside[n - 1] for n in slots.nested]
        except IndexError:
            return Reading(reason="no_such_number", subject=f"这一部分的第{slots.nested[0]}项任务")
        slots.sections, slots.nested = [], ()
        return None

    def _same_section(self) -> None:
        """这部分谁牵头的最多: the section of the turn before."""
        slots, sections = self.slots, self.last.sections if self.last is not None else ()
        told = tuple(int(choice.id) for choice in self.context.shown if choice.kind == "section")
        sections = sections or told
        pointed = slots.says("这部分", "这一部分", "那部分", "那一部分") and not slots.sections
        if pointed and len(sections) == 1:
            slots.sections = list(sections)

    def _nested_measures(self) -> Reading | None:
        """任务七的第三条, 里面第一条 of the task that is shown: counted inside the task."""
        slots = self.slots
        if slots.measures and not slots.tasks and slots.points_inside():
            shown = [int(choice.id) for choice in self.context.shown if choice.kind == "task"]
            if len(shown) != 1:
                return Reading(reason="not_understood")
            slots.tasks, slots.nth, slots.nth_level = shown, tuple(slots.measures), "measure"
        if slots.nth_level != "measure" or len(slots.tasks) != 1:
            return None
        inside = self.lexicon.measures_of[slots.tasks[0]]
        try:
            slots.measures = [inside[n - 1 if n > 0 else n] for n in slots.nth]
        except IndexError:
            return Reading(reason="no_such_number", subject=f"任务{slots.tasks[0]}的第{slots.nth[0]}条")
        slots.tasks, slots.nth, slots.nth_level = [], (), ""
        return None

    def _of_each_place(self) -> Reading | None:
        """各县分别是多少: no plan's target is split so."""
        slots, has = self.slots, self.has
        places = slots.says("县", "区", "县区", "乡镇", "个县", "各县", "各区") and has("each", "universal")
        rows = has("measure_noun", "work_noun", "task_noun", "lead", "support")
        if not (places and has("how_much")) or rows or slots.groups:
            return None
        return Reading(reason="out_of_scope", subject="各县（区）的数")

    # -- what is not reported --------------------------------------------------------------------------

    def _not_reported(self) -> Reading | None:
        """用水总量实际完成多少, 现在是多少: the plan has no actual values; reports may."""
        slots, has = self.slots, self.has
        actual = next((m for m in slots.mentions if "actual" in m.cues), None)
        past = slots.relative_year in ("去年", "前年")
        if (actual and not has("due")) or (past and (slots.indicators or actual)):
            return self._unreported(actual)
        rows = has("work_noun", "measure_noun", "task_noun")
        things = has("how_many") and bool(slots.topics or slots.lost) and not slots.groups  # 现在认定了多少家
        asks_value = (has("how_much") or things) and not rows
        counts = has("how_many") and not (rows or slots.groups or has("body_noun", "section_noun"))
        if has("now") and not has("target") and (slots.indicators or asks_value or counts):
            return Reading(reason="not_reported", subject="现在的实际值", pending=self._figure_asked())
        return None

    def _unreported(self, actual: Mention | None) -> Reading:
        subject = actual.text if actual else self.slots.relative_year
        return Reading(reason="not_reported", subject=subject, pending=self._figure_asked())

    def _figure_asked(self) -> Query | None:
        indicators = tuple(dict.fromkeys(self.slots.indicators))
        return Query("figure", indicators=indicators) if indicators else None
