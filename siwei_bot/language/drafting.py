"""What drafting works with: the draft itself, and what is asked of a sentence in either world."""

from __future__ import annotations

from dataclasses import dataclass

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.reading import Context
from siwei_bot.language.slots import Slots
from siwei_bot.language.topics import TopicFinder
from siwei_bot.query import Query, Select

HOLE = "?"
"""Stands in a pending query for the body that a choice will fill in."""

ASKED_BACK = 6
"""Choices that a question back may have."""

FIGURE_SELECTS: tuple[Select, ...] = ("indicator", "figure", "fact")


@dataclass(frozen=True)
class Draft:
    """A query as far as its sentence goes.

    ``focused``: it says what is asked; ``anchored``: it names of what. ``more`` is asked in the same breath.
    """

    query: Query
    focused: bool
    anchored: bool
    more: tuple[Query, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """The slots of one sentence and what they are read against."""

    slots: Slots
    lexicon: Lexicon
    topics: TopicFinder
    context: Context


class Drafter:
    """What the drafters of both worlds know of their sentence."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.slots = sentence.slots
        self.lexicon = sentence.lexicon
        self.plan = sentence.lexicon.plan
        self.topics = sentence.topics
        self.context = sentence.context
        self.last = sentence.context.query
        self.has = sentence.slots.has

    def _scoped(self) -> bool:
        """Whether rows are named by their numbers."""
        slots = self.slots
        return bool(slots.tasks or slots.measures or slots.sections or slots.items)

    def _scoped_or_topic(self) -> bool:
        return self._scoped() or bool(self.slots.topics)

    def _yes_or_no(self) -> bool:
        return self.has("whether") or self._ends_in_question()

    def _ends_in_question(self) -> bool:
        """有份没, 参与不: a negation at the end asks."""
        content = self.slots.content
        denied = len(content) > 1 and content[-2].text in ("都", "也")  # 一条都没有
        return len(content) > 1 and content[-1].text in ("没", "没有", "不", "否") and not denied

    def _jointly(self) -> bool:
        """水利局和城管局共同牵头的, 水利局和城管局都牵头的: the bodies are meant together."""
        slots = self.slots
        if self.has("each") and not self.has("joint"):
            return False
        if self.has("joint") or (len(slots.names) + len(slots.strangers) > 1 and self.slots.all_of_them()):
            return True
        return any(len(g.names) > 1 for g in slots.groups) and slots.tallied("bodies")

    def _counted_tasks(self) -> bool:
        """18项任务里哪些: the plan's own number of tasks."""
        total = len(self.lexicon.measures_of)
        return any(t.what in ("task", "item") and t.value == total for t in self.slots.tallies)

    def _bare_years(self) -> list[int]:
        """25 beside 30年, or alone where a year was asked: two figures that end a year of the plan."""
        years = self.lexicon.target_years
        return [int(2000 + n) for n in self.slots.bare if 2000 + n in years]
