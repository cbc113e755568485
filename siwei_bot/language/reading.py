"""What a message was read as: questions, a question back, a refusal, or small talk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from siwei_bot.query import Query

Reason = Literal[
    "", "no_such_bureau", "no_such_indicator", "no_such_year", "no_such_number", "not_reported",
    "no_match", "out_of_scope", "not_understood",
]  # fmt: skip


class Choice(NamedTuple):
    """One thing to pick from: a row's kind and its id (a body's name)."""

    kind: str
    id: int | str


@dataclass(frozen=True)
class Context:
    """What the next question of the same chat may inherit.

    ``query`` is the last question understood, ``shown`` the rows of its list in order,
    ``choices`` the open question back, ``pending`` what was asked when it was put.
    """

    query: Query | None = None
    shown: tuple[Choice, ...] = ()
    choices: tuple[Choice, ...] = ()
    pending: Query | None = None
    left: tuple[Choice, ...] = ()
    """What was not picked of the last question back, and still may be (另一个呢) in ``pending``."""
    previous: tuple[str, ...] = ()
    """Bodies of the last turns, newest last: 这两家."""
    lost: bool = False
    """Whether the last question found nothing: what points at its answer points at nothing."""
    years: tuple[int, ...] = ()
    """Years asked of the same indicators in the last turns, newest last: 差多少."""


@dataclass(frozen=True)
class Reading:
    """The reading of one message.

    Exactly one of ``queries``, ``choices``, ``reason``, ``chat`` is filled. ``subject`` names what
    was not found; ``notes`` says how misspellings were read; ``missing`` what the plan lacks of a
    question that it can answer in part.
    """

    queries: tuple[Query, ...] = ()
    choices: tuple[Choice, ...] = ()
    pending: Query | None = None
    reason: Reason = ""
    subject: str = ""
    chat: str = ""
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = field(default=())
    picked: bool = False
    """Whether it was about rows of the last list, by their place in it."""
    left: tuple[Choice, ...] = ()
    """What was not picked of the choices of a question back."""
    inherits: bool = False
    """Whether the reading needed the turn before."""
    forgets: bool = False
    """Whether the turn before was put right by words not understood: nothing may build on it."""
