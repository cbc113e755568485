"""What one sentence fills in: bodies with their roles, numbers, topics, and the words that ask.

Slots are gathered without deciding what is asked; :mod:`siwei_bot.language.parse` does that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from siwei_bot.language.mentions import Mention
from siwei_bot.query import Tally, Topic

STOP_LIST = frozenset("、 ")
"""Stops that a list of names may contain."""


@dataclass
class Group:
    """Bodies named together, and what is said of them."""

    at: int
    names: list[str]
    mentions: list[Mention]
    roles: tuple[str, ...] = ()
    bound: bool = False
    negated: bool = False
    only: bool = False
    partner: bool = False
    exclusive: bool = False
    served: bool = False


@dataclass
class Slots:
    """Everything that a sentence says, by kind, in order of appearance."""

    mentions: list[Mention]
    groups: list[Group] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    strangers: list[Mention] = field(default_factory=list)
    unclear: list[Mention] = field(default_factory=list)
    """Mentions that fit several names equally well."""
    who: bool = False
    who_roles: tuple[str, ...] = ()
    free_roles: tuple[str, ...] = ()
    free_negated: tuple[str, ...] = ()
    sections: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    measures: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    nested: tuple[str, tuple[int, ...]] | None = None
    nth: tuple[int, ...] = ()
    nth_level: str = ""
    not_sections: list[int] = field(default_factory=list)
    not_tasks: list[int] = field(default_factory=list)
    indicators: list[int] = field(default_factory=list)
    indicator_numbers: list[int] = field(default_factory=list)
    groups_named: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    relative_year: str = ""
    values: list[tuple[float, str]] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Stretches that name nothing of the plan."""
    plan_named: bool = False
    either: bool = False
    """Asked is which of two roles a body has."""
    all_indicators: bool = False
    """Named by their number: 九个指标, where the plan has nine."""
    loose: list[int] = field(default_factory=list)
    """Measures said without 第 (41条), which may be a number of measures after a question about such."""
    unit_words: list[str] = field(default_factory=list)

    def has(self, *cues: str) -> bool:
        """Whether one of these cues stands in the sentence."""
        return any(cue in mention.cues for mention in self.mentions for cue in cues)

    def index(self, *cues: str) -> int:
        """Where the first of these cues stands; -1 if none does."""
        return next((i for i, m in enumerate(self.mentions) if m.cues & set(cues)), -1)

    def followed(self, first: str, *then: str, within: int = 2) -> bool:
        """Whether one of ``then`` stands at most ``within`` mentions after a ``first``."""
        return any(
            first in mention.cues and any(m.cues & set(then) for m in self.mentions[i + 1 : i + 1 + within])
            for i, mention in enumerate(self.mentions)
        )
