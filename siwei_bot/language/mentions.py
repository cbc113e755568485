"""What parts of a message stand for: a span of text, the names or words it may be, how surely.

:mod:`siwei_bot.language.finder` cuts a message into mentions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from siwei_bot.language.lexicon import Entry

Evidence = Literal["exact", "sound", "alike", "initials", "near", "text", "number", "stranger", "none"]


class Number(NamedTuple):
    """A number in a question: ``form`` says what kind of number it is.

    ``year``: years; ``value``: one float in ``values`` and its ``unit``; ``task``, ``measure``,
    ``section``, ``indicator``: numbers that the plan prints; ``item``: 第3项, 3号, 第3个, level not
    said; ``count_…``: a number of such things, or one of them (41条); ``first``, ``last``: the
    first or last N; ``nth_last``: the Nth from the end.
    """

    form: str
    values: tuple[float, ...]
    unit: str = ""
    level: str = ""


@dataclass(frozen=True)
class Mention:
    """A span ``text[start:end]`` and what it stands for.

    ``entries`` holds more than one where the word has several meanings (or several names
    are equally near); ``number`` carries a year, a value or a reference such as 第23条.
    """

    start: int
    end: int
    text: str
    kind: str
    entries: tuple[Entry, ...] = ()
    number: Number | None = None
    evidence: Evidence = "exact"

    def values(self, kind: str) -> tuple[int | str, ...]:
        """What the span may stand for, of one kind."""
        return tuple(entry.value for entry in self.entries if entry.kind == kind)

    @cached_property
    def cues(self) -> frozenset[str]:
        """The cues that the span may be."""
        return frozenset(str(value) for value in self.values("cue"))


def mention(
    text: str, start: int, end: int, kind: str, entries: tuple[Entry, ...] = (), evidence: Evidence = "exact"
) -> Mention:
    """The mention of a span of a text."""
    return Mention(start, end, text[start:end], kind, entries, evidence=evidence)


class Cost(NamedTuple):
    """What a reading pays, compared field by field: the first difference decides."""

    unread: int = 0
    """Characters that nothing explains."""
    corrected: int = 0
    """Evidence short of a name or word: 2 a single character that may be a scrap of a word, 3 a quotation
    of the plan's text, 4 a word of the same sound, 5 of a similar sound, 6 one character off, but 5 in a
    long name: two quotations side by side are worse than a slip."""
    pieces: int = 0
    """Mentions used: longer words win."""

    def plus(self, other: Cost) -> Cost:
        """The cost of both together."""
        return Cost(self.unread + other.unread, self.corrected + other.corrected, self.pieces + other.pieces)


@dataclass(frozen=True)
class Utterance:
    """A normalised message cut into mentions, in order and without gaps."""

    text: str
    mentions: tuple[Mention, ...]
    cost: Cost
