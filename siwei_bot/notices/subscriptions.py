"""Who is told of what: subscriptions by place, and how they end."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from siwei_bot.changes import Change
from siwei_bot.notices.targets import Target, clock_time
from siwei_bot.plan import Plan
from siwei_bot.store import Store, StoreError, why

Clock = Callable[[], float]
"""Seconds since 1970."""


class LedgerError(StoreError):
    """Nothing was written; the message says why, in Chinese."""


class Place(NamedTuple):
    """Where a notice goes: a chat, and a topic in it (0: none)."""

    chat: int
    thread: int = 0


class Subscription(NamedTuple):
    """One thing that a place is told of; ``digest`` is ``HH:MM`` of its daily digest, empty: at once."""

    id: int
    place: Place
    target: Target
    by: str
    at: str
    digest: str


class Ended(NamedTuple):
    """A subscription that ended without being cancelled, and why."""

    place: Place
    target: Target
    at: str
    reason: str


class Subscriptions:
    """The subscriptions in a store's database. Writing raises :class:`LedgerError` where that fails."""

    def __init__(self, store: Store, clock: Clock = time.time) -> None:
        self.store = store
        self._clock = clock

    def subscribe(self, place: Place, target: Target, by: str, digest: str = "") -> bool:
        """Tell a place of a target from now on; ``False``: it was told already, ``digest`` is new.

        Raises ``ValueError`` where ``digest`` is neither empty nor a time of day as ``HH:MM``.
        """
        if digest and clock_time(digest) != digest:
            raise ValueError(f"no time of day: {digest}")
        with self._writing() as connection:
            known = (
                "select id from subscriptions where (chat, thread, kind, target) = (?, ?, ?, ?)",
                [*place, *target[:2]],
            )
            if connection.execute(*known).fetchone():
                update = "update subscriptions set digest = ?, name = ? where (chat, thread, kind, target) = "
                connection.execute(f"{update}(?, ?, ?, ?)", [digest, target.name, *place, *target[:2]])
                return False
            insert = "insert into subscriptions (chat, thread, kind, target, name, by, at, digest) values "
            row = [*place, *target, by, self._now(), digest]
            connection.execute(f"{insert}(?, ?, ?, ?, ?, ?, ?, ?)", row)
            return True

    def unsubscribe(self, place: Place, target: Target | None = None) -> tuple[Subscription, ...]:
        """Cancel a place's subscription to a target, or all that it has; what was cancelled."""
        with self._writing() as connection:
            found = self.subscriptions(place)
            gone = tuple(one for one in found if target is None or one.target[:2] == target[:2])
            connection.executemany("delete from subscriptions where id = ?", [[one.id] for one in gone])
            return gone

    def cancel(self, place: Place, id: int) -> Subscription | None:
        """Cancel one subscription of a place; ``None`` where it is no longer there."""
        with self._writing() as connection:
            found = next((one for one in self.subscriptions(place) if one.id == id), None)
            connection.execute("delete from subscriptions where id = ?", [found.id if found else 0])
            return found

    def subscriptions(self, place: Place) -> tuple[Subscription, ...]:
        """What a place is told of, in the order in which it asked for it."""
        select = "select * from subscriptions where chat = ? and thread = ? order by id"
        return tuple(_subscription(row) for row in self.store.rows(select, place))

    def every_subscription(self) -> tuple[Subscription, ...]:
        """What any place is told of."""
        return tuple(_subscription(row) for row in self.store.rows("select * from subscriptions order by id"))

    def end(self, chat: int, reason: str, thread: int | None = None) -> int:
        """End the subscriptions of a chat (or of one topic) that cannot be written to; how many there were.

        What was queued for it fails with the same reason.
        """
        where, parameters = "chat = ?", [chat]
        if thread is not None:
            where, parameters = "chat = ? and thread = ?", [chat, thread]
        columns = "chat, thread, kind, target, name, by, at"
        with self._writing() as connection:
            connection.execute(
                f"insert into ended_subscriptions ({columns}, ended_at, reason) "
                f"select {columns}, ?, ? from subscriptions where {where} order by id",
                [self._now(), reason, *parameters],
            )
            ended = connection.execute(f"delete from subscriptions where {where}", parameters).rowcount
            connection.execute(f"delete from awaiting where {where}", parameters)
            connection.execute(
                f"update outbox set state = 'failed', reason = ? where state = 'queued' and {where}",
                [reason, *parameters],
            )
            return int(ended)

    def ended(self, limit: int = 20) -> tuple[Ended, ...]:
        """The subscriptions that ended last, newest first."""
        rows = self.store.rows("select * from ended_subscriptions order by id desc limit ?", [limit])
        return tuple(Ended(_place(row), _target(row), row["ended_at"], row["reason"]) for row in rows)

    def move(self, chat: int, to: int) -> None:
        """Take along what a group subscribed to, and what is queued for it, to the chat that it became."""
        with self._writing() as connection:
            for table in ("subscriptions", "awaiting", "outbox"):
                connection.execute(f"update or ignore {table} set chat = ? where chat = ?", [to, chat])
            # what the new chat had already
            for table in ("subscriptions", "awaiting"):
                connection.execute(f"delete from {table} where chat = ?", [chat])
            failed = "update outbox set state = 'failed', reason = ? where state = 'queued' and chat = ?"
            connection.execute(failed, ["已改发到新群", chat])

    def follow_renames(self, connection: sqlite3.Connection, before: Plan, after: Plan) -> None:
        """Let subscriptions go on under the new name of what a new version of the plan calls otherwise."""
        renamed = [("indicator", old, new) for old, new in _renamed(before.indicators, after.indicators)]
        renamed += [("bureau", old, new) for old, new in _renamed(before.bureaus, after.bureaus)]
        for kind, old, new in renamed:
            update = "update or ignore subscriptions set target = ?, name = ? where kind = ? and target = ?"
            connection.execute(update, [new, new, kind, old])

    @contextmanager
    def _writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction (see :meth:`.Store.transaction`) whose failure is told in Chinese."""
        try:
            with self.store.transaction(durable=durable) as connection:
                yield connection
        except sqlite3.Error as error:
            raise LedgerError(f"数据库 {self.store.path} 写不进去：{why(error)}；什么都没有改") from error

    def _now(self) -> str:
        return moment(self._clock())


def concerned(change: Change) -> set[tuple[str, str]]:
    """The kinds and keys of the targets that a change is about."""
    keys = {("all", "")}
    keys |= {("bureau", name) for name in change.bureaus}
    keys |= {("task", str(number)) for number in change.tasks}
    if change.subject.kind == "indicator":
        names = {change.subject.name, *((change.before, change.after) if change.field == "name" else ())}
        keys |= {("indicator", name) for name in names}
    return keys


def _renamed(before: Iterable[Any], after: Iterable[Any]) -> list[tuple[str, str]]:
    """Old and new names: where the old one lives on as an alias, or the number has only this new name."""
    new = tuple(after)
    names = {thing.name for thing in new}
    old_names = {thing.name for thing in before}
    found = []
    for thing in before:
        if thing.name in names:
            continue
        heirs = [one.name for one in new if thing.name in one.aliases]
        id = getattr(thing, "id", None)
        heirs += [one.name for one in new if id is not None and one.id == id and one.name not in old_names]
        found += [(thing.name, heir) for heir in heirs[:1]]
    return found


def moment(seconds: float) -> str:
    """A time as it is stored.

    >>> moment(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _subscription(row: dict[str, Any]) -> Subscription:
    return Subscription(row["id"], _place(row), _target(row), row["by"], row["at"], row["digest"])


def _place(row: dict[str, Any]) -> Place:
    return Place(row["chat"], row["thread"])


def _target(row: dict[str, Any]) -> Target:
    return Target(row["kind"], row["target"], row["name"])
