"""Conversations that outlive the process: which message holds which answer, and what may follow it.

Knows no messenger: a place is a chat and a thread in it, a person and a message are numbers. What a
person wrote is kept only until it is answered, then only how it was understood.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from siwei_bot.language.reading import Context
from siwei_bot.migrations import migrate

_log = logging.getLogger(__name__)

FOLLOW_UP_SECONDS = 60 * 60
"""How long a person's next message may build on the last answer without replying to it."""

KEPT_SECONDS = 7 * 24 * 60 * 60
"""How long an answer may be replied to, leafed through and chosen from."""

MOST_TRIES = 20
"""How many processes may take up a delivery; one that ended each of them is given up."""

_COLUMNS = "chat, answer, thread, person, question, before, after, text, offers, version, at"


@dataclass(frozen=True)
class Turn:
    """One answer and the message that holds it."""

    chat: int
    answer: int
    """The message that holds the answer; unique in its chat."""
    thread: int
    person: int
    """Who asked; negative where a chat speaks (an anonymous administrator)."""
    question: int | None
    """The message that asked; none where a button did."""
    before: Context
    after: Context
    text: str
    """The whole answer, of which the message may show a page."""
    at: float
    choices: tuple[str, ...] = ()
    indicators: tuple[int, ...] = ()
    """Those whose chart is offered."""
    targets: tuple[str, ...] = ()
    """What a subscription is offered to, by the targets' tokens."""
    menu: str = ""
    """The list the answer was opened from."""
    version: int = 1
    """Counts the answers that the message held; a button of an earlier one is outdated."""


Kind = Literal["report", "reload"]


@dataclass(frozen=True)
class Proposal:
    """What a person was asked to confirm; once that is done, the notice whose way the message tells of."""

    chat: int
    message: int
    """The message that asks, and then tells; unique in its chat."""
    person: int
    kind: Kind
    content: str
    """What is to be carried out; once that is done, what the message says of it."""
    at: float
    notice: int = 0


@contextmanager
def _forgiving() -> Iterator[None]:
    """What the database refuses is forgotten and logged: an answer that builds on nothing beats none."""
    try:
        yield
    except sqlite3.Error as error:
        _log.warning("conversations cannot be kept: %s", error)


class Conversations:
    """The turns of every chat, in tables of their own beside the plan's. For one thread only.

    ``plan`` is the fingerprint of the plan file: a turn about another version of it is forgotten.
    Where the database fails later (a full disk), turns are forgotten; opening, ``claim``, ``propose`` and
    ``proposed`` raise ``sqlite3.Error``.
    """

    def __init__(self, path: str | Path, plan: str) -> None:
        self.plan = plan
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        migrate(self._connection)
        self._purge(time.time())

    def close(self) -> None:
        """Close the connection; nothing can be looked up afterwards."""
        self._connection.close()

    # deliveries

    def claim(self, delivery: int, content: str | None = None) -> bool:
        """Whether this delivery comes for the first time; asking marks it as seen.

        Its content, where it is given, is kept until the delivery is ``done``.
        """
        insert = "insert or ignore into deliveries (id, at, waiting) values (?, ?, ?)"
        return self._connection.execute(insert, [delivery, time.time(), content]).rowcount == 1

    def done(self, delivery: int) -> None:
        """Keep no longer what a delivery holds."""
        with _forgiving():
            self._connection.execute("update deliveries set waiting = null where id = ?", [delivery])

    def unhandled(self) -> list[tuple[int, str]]:
        """The deliveries that an earlier process took and did not finish, with their contents, in order."""
        begin = "update deliveries set tries = tries + 1 where waiting is not null"
        select = "select id, waiting from deliveries where waiting is not null and tries <= ? order by id"
        with _forgiving():
            self._connection.execute(begin)
            return self._connection.execute(select, [MOST_TRIES]).fetchall()
        return []

    def answered(self, chat: int, question: int) -> bool:
        """Whether this message has got its answer, be it about another version of the plan."""
        select = "select 1 from turns where chat = ? and question = ?"
        with _forgiving():
            return self._connection.execute(select, [chat, question]).fetchone() is not None
        return False

    # proposals

    def propose(self, proposal: Proposal) -> None:
        """Keep a proposal, in place of what the message held before."""
        row = [*astuple(proposal), self.plan]
        columns = ", ".join(field.name for field in fields(Proposal))
        marks = ", ".join("?" * len(row))
        self._connection.execute(f"insert or replace into proposals ({columns}, plan) values ({marks})", row)

    def proposed(self, chat: int, message: int) -> Proposal | None:
        """What this message asks to confirm; nothing where that is done, or is about another plan."""
        where = "chat = ? and message = ? and notice = 0 and (plan = ? or kind = 'reload')"
        return next(self._proposals(where, chat, message, self.plan), None)

    def followed(self) -> list[Proposal]:
        """The messages that tell of the way of a notice."""
        with _forgiving():
            return list(self._proposals("notice > 0"))
        return []

    def close_proposal(self, chat: int, message: int) -> None:
        """Forget a proposal."""
        with _forgiving():
            self._connection.execute("delete from proposals where chat = ? and message = ?", [chat, message])

    def _proposals(self, where: str, *parameters: object) -> Iterator[Proposal]:
        columns = ", ".join(field.name for field in fields(Proposal))
        rows = self._connection.execute(f"select {columns} from proposals where {where}", parameters)
        return (Proposal(*row) for row in rows.fetchall())

    # turns

    def last(self, chat: int, thread: int, person: int, now: float) -> Context:
        """What a person's next message may inherit: the newest turn's context, if it is not too old."""
        turn = self._turn("chat = ? and thread = ? and person = ?", chat, thread, person)
        return turn.after if turn and now - turn.at <= FOLLOW_UP_SECONDS else Context()

    def holding(self, chat: int, answer: int) -> Turn | None:
        """The turn whose answer stands in this message now."""
        return self._turn("chat = ? and answer = ?", chat, answer)

    def asked_by(self, chat: int, question: int) -> Turn | None:
        """The turn that this message asked."""
        return self._turn("chat = ? and question = ?", chat, question)

    def keep(self, turn: Turn) -> None:
        """Keep a turn as the newest of its person and of its message."""
        marks = ", ".join("?" * 12)
        row = self._row(turn)
        with _forgiving():
            self._connection.execute(f"insert or replace into turns ({_COLUMNS}, plan) values ({marks})", row)

    def revise(self, turn: Turn) -> None:
        """Keep what changed of a turn without making it the newest."""
        assignments = ", ".join(f"{column.strip()} = ?" for column in f"{_COLUMNS}, plan".split(","))
        where = "where chat = ? and answer = ? and person = ?"
        row = [*self._row(turn), turn.chat, turn.answer, turn.person]
        with _forgiving():
            self._connection.execute(f"update turns set {assignments} {where}", row)

    def move(self, chat: int, to: int) -> None:
        """Take a chat's conversations along to the chat that it became."""
        with _forgiving():
            self._connection.execute("update or ignore turns set chat = ? where chat = ?", [to, chat])

    def purge(self, now: float) -> None:
        """Forget what is too old to be asked about."""
        with _forgiving():
            self._purge(now)

    def _purge(self, now: float) -> None:
        for table in ("turns", "deliveries", "proposals"):
            self._connection.execute(f"delete from {table} where at < ?", [now - KEPT_SECONDS])

    def _turn(self, where: str, *parameters: int) -> Turn | None:
        select = f"select {_COLUMNS} from turns where {where} and plan = ? order by id desc limit 1"
        row = None
        with _forgiving():
            row = self._connection.execute(select, [*parameters, self.plan]).fetchone()
        if row is None:
            return None
        chat, answer, thread, person, question, before, after, text, offers, version, at = row
        offered = json.loads(offers)
        return Turn(
            chat=chat,
            answer=answer,
            thread=thread,
            person=person,
            question=question,
            before=unpacked(before),
            after=unpacked(after),
            text=text,
            at=at,
            choices=tuple(offered["choices"]),
            indicators=tuple(offered["indicators"]),
            targets=tuple(offered.get("targets", ())),
            menu=offered["menu"],
            version=version,
        )

    def _row(self, turn: Turn) -> list[Any]:
        names = ("choices", "indicators", "targets", "menu")
        offers = {name: getattr(turn, name) for name in names}
        return [
            *(turn.chat, turn.answer, turn.thread, turn.person, turn.question),
            *(packed(turn.before), packed(turn.after), turn.text),
            *(json.dumps(offers, ensure_ascii=False), turn.version, turn.at, self.plan),
        ]


# -- contexts as JSON ------------------------------------------------------------------------------


def packed(context: Context) -> str:
    """A context as JSON; what is as in an empty one is left out.

    >>> packed(Context(previous=("市水利局",)))
    '{"previous": ["市水利局"]}'
    """
    return json.dumps(_plain(context), ensure_ascii=False)


def unpacked(text: str) -> Context:
    """The context that was packed; an empty one where this version does not understand it.

    >>> unpacked('{"previous": ["市水利局"]}').previous
    ('市水利局',)
    """
    try:
        context = _typed(Context, json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Context()
    return context if isinstance(context, Context) else Context()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        empty = {field.name: field.default for field in fields(value)}
        held = {name: getattr(value, name) for name in empty}
        return {name: _plain(one) for name, one in held.items() if one != empty[name]}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: Any) -> Any:
    """A JSON value as the type that an annotation names."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        members = [member for member in get_args(kind) if member is not NoneType]
        return value if value is None or len(members) > 1 else _typed(members[0], value)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _typed(_hints(kind)[name], one) for name, one in value.items()})
    if hasattr(kind, "_fields"):
        return kind(*(_typed(hint, one) for hint, one in zip(_hints(kind).values(), value, strict=True)))
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in value)
    return value
