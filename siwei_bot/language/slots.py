"""What one sentence fills in: bodies with their roles, numbers, topics, and the words that ask.

Slots are gathered (:mod:`siwei_bot.language.gather`) without deciding what is asked;
:mod:`siwei_bot.language.draft` does that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from siwei_bot.language.mentions import Mention
from siwei_bot.query import Tally, Topic

ITEM_NOUNS = ("work_noun", "measure_noun", "task_noun", "indicator_noun")
"""The cues that name rows of either world."""

_INSIDE = ("里面", "里头", "里边", "当中")

MOST_PLACES = 10_000
"""No list is longer: 前999999999条 asks for more than there is, and must not be counted out."""


@dataclass
class Group:
    """Bodies named together, and what is said of them."""

    at: int
    names: list[str]
    mentions: list[Mention]
    roles: tuple[str, ...] = ()
    bound: bool = False
    """Whether a word for a role has been found theirs."""
    negated: bool = False
    only: bool = False
    """Nobody else has the role: 水利局一家牵头."""
    exclusive: bool = False
    """They have nothing else: 水利局只牵头第一部分的吗."""
    partner: bool = False
    """Named after 跟 or 和: 谁跟水利局一起牵头."""


@dataclass
class Slots:
    """Everything that a sentence says, by kind, in order of appearance."""

    mentions: list[Mention]
    # bodies
    groups: list[Group] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    strangers: list[Mention] = field(default_factory=list)
    unclear: list[Mention] = field(default_factory=list)
    """Mentions that fit several names equally well."""
    missing: list[str] = field(default_factory=list)
    """Names and numbers that the plan lacks, said beside others that it has."""
    # roles
    who: bool = False
    who_roles: tuple[str, ...] = ()
    free_roles: tuple[str, ...] = ()
    free_negated: tuple[str, ...] = ()
    either: bool = False
    """Asked is which of two roles a body has."""
    # rows
    sections: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    measures: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    """Numbers without their level: 7号, 第7项."""
    nested: tuple[int, ...] = ()
    """Tasks counted within their section: 第二部分的第一项任务."""
    nth: tuple[int, ...] = ()
    nth_level: str = ""
    not_sections: list[int] = field(default_factory=list)
    not_tasks: list[int] = field(default_factory=list)
    not_measures: list[int] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    """Measures said without 第 (41条), which may be a number of measures after a question about such."""
    # indicators
    indicators: list[int] = field(default_factory=list)
    indicator_numbers: list[int] = field(default_factory=list)
    all_indicators: bool = False
    """Named by their number: 九个指标, where the plan has nine."""
    groups_named: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    without_attribute: bool = False
    """Whether the attributes are those left by 除了约束性的."""
    units: list[str] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    due_words: list[str] = field(default_factory=list)
    """Dates that the plan gives in words, such as 持续推进."""
    unit_words: list[str] = field(default_factory=list)
    # numbers
    years: list[int] = field(default_factory=list)
    relative_year: str = ""
    values: list[tuple[float, str]] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    # words
    chunks: list[str] = field(default_factory=list)
    """Stretches that no name, number or cue explains; each is one of ``topics`` or ``lost``."""
    topics: list[Topic] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Stretches that name nothing of the plan."""
    plan_named: bool = False

    @property
    def text(self) -> str:
        """The sentence as it was read."""
        return "".join(mention.text for mention in self.mentions)

    @property
    def content(self) -> list[Mention]:
        """The mentions without punctuation."""
        return [mention for mention in self.mentions if mention.kind != "stop"]

    @property
    def names(self) -> tuple[str, ...]:
        """Every body that is named, but for those left out."""
        return tuple(name for group in self.groups for name in group.names)

    def all_of_them(self) -> bool:
        """都牵头: 都 before a role."""
        for at, mention in enumerate(self.mentions):
            if mention.text in ("都", "都是", "均", "均为", "皆") and not self.either:
                aside = {"by", "belongs", "filler"}
                following = next((m for m in self.mentions[at + 1 :] if not m.cues & aside), None)
                if following and following.cues & {"lead", "support", "responsible", "any_role"}:
                    return True
        return False

    def points_inside(self) -> bool:
        """里面第一条, 水利局在里面…: inside what was shown."""
        content = self.content
        inside = next((i for i, mention in enumerate(content) if mention.text in _INSIDE), -1)
        return inside == 0 or (inside > 0 and content[inside - 1].text in ("在", "是"))

    def has(self, *cues: str) -> bool:
        """Whether one of these cues stands in the sentence."""
        return not self._cues.isdisjoint(cues)

    @cached_property
    def _cues(self) -> frozenset[str]:
        return frozenset(cue for mention in self.mentions for cue in mention.cues)

    def says(self, *words: str) -> bool:
        """Whether one of these words, which no cue sets apart, stands in the sentence by itself."""
        return not self._words.isdisjoint(words)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(mention.text for mention in self.mentions)

    def tallied(self, *kinds: str) -> bool:
        """Whether a number of one of these kinds of things is said."""
        return any(tally.what in kinds for tally in self.tallies)

    def index(self, *cues: str) -> int:
        """Where the first of these cues stands; -1 if none does."""
        wanted = set(cues)
        return next((i for i, m in enumerate(self.mentions) if m.cues & wanted), -1)

    def followed(self, first: str, *then: str, within: int = 2) -> bool:
        """Whether one of ``then`` stands at most ``within`` mentions after a ``first``."""
        wanted = set(then)
        return self.has(first) and any(
            first in mention.cues and any(m.cues & wanted for m in self.mentions[i + 1 : i + 1 + within])
            for i, mention in enumerate(self.mentions)
        )
