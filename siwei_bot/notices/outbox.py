"""What is to be sent, was sent, or could not be: one row for each notice and place, and daily digests.

Rows are written in the transaction of the change that they tell of. A row stays ``queued`` until it is
known to have been delivered, so that a crash at any moment only makes it be sent again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from siwei_bot.bot import ZONE
from siwei_bot.changes import Change, Subject
from siwei_bot.notices.subscriptions import Ended, Place, Subscriptions, concerned
from siwei_bot.notices.wording import digest_text

Told = tuple[int, Change, str]
"""A change, its number in the audit, and its line."""


class Message(NamedTuple):
    """One notice for one place, as plain text."""

    notice: int
    place: Place
    text: str
    attempts: int = 0


class Progress(NamedTuple):
    """How far a notice has come; ``reasons`` says why places failed, and how many for each reason."""

    notice: int
    queued: int
    sent: int
    failed: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def finished(self) -> bool:
        """Whether nothing of it is queued any more."""
        return self.queued == 0


class Status(NamedTuple):
    """The whole outbox, and who subscribes."""

    queued: int
    sent: int
    failed: int
    reasons: tuple[tuple[str, int], ...]
    retrying: tuple[tuple[str, int], ...]
    """Why some of what is queued did not arrive at the first try, and how many."""
    awaiting: int
    """Changes that wait for a daily digest, counted for each place."""
    subscriptions: int
    places: int
    ended: tuple[Ended, ...]


class Outbox(Subscriptions):
    """The notices in a store's database."""

    # queueing, inside the transaction of the change

    def _queue(self, connection: sqlite3.Connection, notice: int, texts: dict[Place, str]) -> None:
        insert = "insert into outbox (notice, chat, thread, text, next_at) values (?, ?, ?, ?, ?)"
        now = self._clock()
        connection.executemany(insert, [[notice, *place, text, now] for place, text in texts.items()])

    def _concerned(
        self, told: Sequence[Told]
    ) -> tuple[dict[Place, list[Told]], dict[Place, dict[int, float]]]:
        """For each place, the changes to tell at once, and when to tell the others in a digest."""
        by_target: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for one in told:
            for key in concerned(one[1]):
                by_target[key].append(one)
        at_once: dict[Place, dict[int, Told]] = defaultdict(dict)
        digests: dict[Place, dict[int, float]] = defaultdict(dict)
        now = self._clock()
        for subscription in self.every_subscription():
            for one in by_target.get(subscription.target[:2], ()):
                if not subscription.digest:
                    at_once[subscription.place][one[0]] = one
                    continue
                due = next_time(subscription.digest, now)
                waiting = digests[subscription.place]
                waiting[one[0]] = min(due, waiting.get(one[0], due))
        later = {
            place: {id: due for id, due in waiting.items() if id not in at_once.get(place, {})}
            for place, waiting in digests.items()
        }
        now_told = {place: [found[id] for id in sorted(found)] for place, found in at_once.items()}
        return now_told, {place: waiting for place, waiting in later.items() if waiting}

    # delivering

    def due(self, limit: int = 50) -> tuple[Message, ...]:
        """What may be sent now, oldest first; of each place only its oldest notice, so that order is kept."""
        rows = self.store.rows(
            "select notice, chat, thread, text, attempts from outbox o "
            "where state = 'queued' and next_at <= ? and not exists (select 1 from outbox e "
            "where e.chat = o.chat and e.thread = o.thread and e.state = 'queued' and e.notice < o.notice) "
            "order by next_at, notice limit ?",
            [self._clock(), limit],
        )
        return tuple(
            Message(row["notice"], Place(row["chat"], row["thread"]), row["text"], row["attempts"])
            for row in rows
        )

    def is_queued(self, message: Message) -> bool:
        """Whether it is still to be sent."""
        select = "select 1 from outbox where (notice, chat, thread) = (?, ?, ?) and state = 'queued'"
        return bool(self.store.rows(select, [message.notice, *message.place]))

    def mark_sent(self, message: Message, message_id: int | None) -> None:
        """It was delivered."""
        self._mark(
            message, "state = 'sent', reason = '', message_id = ?, sent_at = ?", message_id, self._now()
        )

    def mark_failed(self, message: Message, reason: str) -> None:
        """It cannot be delivered, ever."""
        self._mark(message, "state = 'failed', reason = ?", reason)

    def mark_lost(self, message: Message, reason: str, until: float) -> None:
        """It may not have been delivered; it is sent again at a time."""
        self._mark(message, "reason = ?, next_at = ?", reason, until)

    def hold_back(self, chat: int, until: float) -> None:
        """Nothing goes to this chat until a time."""
        with self._writing(durable=False) as connection:
            update = "update outbox set next_at = max(next_at, ?) where chat = ? and state = 'queued'"
            connection.execute(update, [until, chat])

    def _mark(self, message: Message, assignments: str, *values: object) -> None:
        update = f"update outbox set attempts = attempts + 1, {assignments} where "
        with self._writing(durable=False) as connection:  # lost, it would only be sent again
            connection.execute(
                f"{update}(notice, chat, thread) = (?, ?, ?) and state = 'queued'",
                [*values, message.notice, *message.place],
            )

    # digests

    def compose_digests(self) -> int | None:
        """Queue the daily digests whose time has come; the number of the notice, if there is any.

        A digest that was due while nothing ran is composed as soon as something does.
        """
        now = self._clock()
        if not self.store.rows("select 1 from awaiting where due <= ? limit 1", [now]):
            return None
        with self._writing() as connection:
            due = self.store.rows(
                "select a.chat, a.thread, c.* from awaiting a join changes c on c.id = a.change "
                "where a.due <= ? order by a.chat, a.thread, c.id",
                [now],
            )
            connection.execute("delete from awaiting where due <= ?", [now])
            lines: dict[Place, list[str]] = defaultdict(list)
            for row in due:
                place = Place(row["chat"], row["thread"])
                if self._still_subscribed(place, change_of(row)):
                    lines[place].append(row["line"])
            if not lines:
                return None
            number = self._new_notice(connection, "digest", "", "每日摘要")
            self._queue(connection, number, {p: digest_text(number, found) for p, found in lines.items()})
            return number

    def _still_subscribed(self, place: Place, change: Change) -> bool:
        wanted = concerned(change)
        return any(subscription.target[:2] in wanted for subscription in self.subscriptions(place))

    def _new_notice(
        self, connection: sqlite3.Connection, kind: str, by: str, title: str, key: str | None = None
    ) -> int:
        insert = "insert into notices (at, by, kind, title, key) values (?, ?, ?, ?, ?)"
        return int(connection.execute(insert, [self._now(), by, kind, title, key]).lastrowid or 0)

    # how far it has come

    def progress(self, notice: int) -> Progress:
        """How far one notice has come."""
        counts = self._counts("where notice = ?", [notice])
        return Progress(notice, **_totals(counts), reasons=tuple(counts["failed"].items()))

    def status(self) -> Status:
        """How far everything has come."""
        states = self._counts("", [])
        counts = self.store.rows(
            "select count(*) as subscriptions, count(distinct chat || '/' || thread) as places, "
            "(select count(*) from awaiting) as awaiting from subscriptions"
        )[0]
        return Status(
            **_totals(states),
            **counts,
            reasons=tuple(states["failed"].items()),
            retrying=tuple((reason, count) for reason, count in states["queued"].items() if reason),
            ended=self.ended(),
        )

    def retry_failed(self, notice: int | None = None) -> int:
        """Queue again what failed, for places that still subscribe to something; how many."""
        of_notice = "" if notice is None else " and notice = :notice"
        with self._writing() as connection:
            update = connection.execute(
                "update outbox set state = 'queued', next_at = :now, attempts = 0 where state = 'failed' "
                "and exists (select 1 from subscriptions s where s.chat = outbox.chat "
                f"and s.thread = outbox.thread){of_notice}",
                {"now": self._clock(), "notice": notice},
            )
            return update.rowcount

    def _counts(self, where: str, parameters: Sequence[Any]) -> dict[str, dict[str, int]]:
        """How many rows there are of each state and reason."""
        select = f"select state, reason, count(*) as n from outbox {where} group by state, reason"
        counts: dict[str, dict[str, int]] = {"queued": {}, "sent": {}, "failed": {}}
        for row in self.store.rows(f"{select} order by n desc, reason", parameters):
            counts[row["state"]][row["reason"]] = row["n"]
        return counts


def _totals(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    return {state: sum(reasons.values()) for state, reasons in counts.items()}


def next_time(time_of_day: str, now: float) -> float:
    """When it will be ``HH:MM`` in China next, after ``now``; both in seconds since 1970.

    >>> next_time("08:00", 0.0), next_time("07:59", 0.0)
    (86400.0, 86340.0)
    """
    hour, minute = map(int, time_of_day.split(":"))
    here = datetime.fromtimestamp(now, ZONE)
    due = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if due <= here:
        due += timedelta(days=1)
    return due.timestamp()


def change_of(row: dict[str, Any]) -> Change:
    """A row of the audit as a change."""
    return Change(
        how=row["how"],
        subject=Subject(row["subject_kind"], row["subject_id"], row["subject_name"]),
        field=row["field"],
        before=row["before"],
        after=row["after"],
        year=row["year"],
        bureau=row["bureau"],
        bureaus=tuple(json.loads(row["bureaus"])),
        tasks=tuple(json.loads(row["tasks"])),
    )
