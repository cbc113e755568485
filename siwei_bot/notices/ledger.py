"""The ledger: reports and versions of the plan, the audit of what they change, and who is to be told."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from siwei_bot.bot import ZONE
from siwei_bot.changes import Change, Subject, compare, describe, stored_plan
from siwei_bot.notices.judging import Doubt, Earlier, doubts
from siwei_bot.notices.outbox import Outbox, Told
from siwei_bot.notices.reports import (
    LONGEST_NAME,
    Report,
    amount,
    checked,
    clean,
    day_words,
    indicator_of,
)
from siwei_bot.notices.subscriptions import Clock, LedgerError
from siwei_bot.notices.wording import plan_text, report_text, withdrawal_text
from siwei_bot.plan import Indicator, Plan
from siwei_bot.store import Store


class Notice(NamedTuple):
    """What a report or a new version of the plan set going: how many places are told, and when."""

    number: int
    title: str
    chats: int
    """Places that are told at once."""
    digests: int = 0
    """Places that are told in their daily digest only."""


@dataclass(frozen=True)
class Loaded:
    """What loading a plan did. ``first``: the database held no plan before, so nothing changed."""

    written: bool
    first: bool = False
    changes: tuple[Change, ...] = ()
    lines: tuple[str, ...] = ()
    notice: Notice | None = None


class Ledger(Outbox):
    """Everything about reports, changes, subscriptions and notices of one plan's database.

    Safe to use from any thread. Writing raises :class:`LedgerError` where the database refuses.
    """

    def __init__(self, store: Store, clock: Clock = time.time) -> None:
        super().__init__(store, clock)

    @classmethod
    def open(cls, path: str | Path, plan_id: str = "", clock: Clock = time.time) -> Ledger:
        """The ledger in a database file (or ``:memory:``); of this plan, if one is given.

        Raises :class:`.StoreError` where it cannot be opened or holds another plan.
        """
        store = Store(path)
        loaded = store.loaded()
        if plan_id and loaded and loaded[0] != plan_id:
            store.close()
            raise LedgerError(f"数据库 {path} 里是另一个方案（{loaded[0]}）；请用 --db 另指定一个文件")
        return cls(store, clock)

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    # -- reports -------------------------------------------------------------------------------

    def assess(self, report: Report, plan: Plan, today: date | None = None) -> tuple[Doubt, ...]:
        """Why a report may be wrong; empty where it is plausible. Raises :class:`.ReportError`."""
        report = checked(report, plan)
        today = today or datetime.fromtimestamp(self._clock(), ZONE).date()
        return doubts(report, indicator_of(report, plan), self._reported(report.name), today)

    def record(self, report: Report, plan: Plan, by: str, key: str = "") -> Notice:
        """Record a report and queue its notices; with a ``key`` that was used before, nothing happens again.

        Raises :class:`.ReportError` where the plan cannot take it.
        """
        report = checked(report, plan)
        indicator = indicator_of(report, plan)
        by = clean(by)[:LONGEST_NAME]
        with self._writing() as connection:
            known = self._known(key)
            if known:
                return known
            now = Earlier(report.year, report.as_of, report.value, report.unit, report.source)
            before, after = _corrected(self._reported(report.name), now)
            change = _actual(indicator, report.year, before, after)
            number = self._new_notice(connection, "report", by, describe(change), key or None)
            self._insert_report(connection, number, report, report.value, by)
            text = report_text(number, report, indicator, by, before)
            return self._announce(connection, number, "report", by, [change], [describe(change)], text)

    def withdraw(self, indicator: Indicator, year: int, by: str, key: str = "") -> Notice:
        """Take back the current report of a year, which was a mistake; what was reported before counts again.

        Raises :class:`LedgerError` where there is none.
        """
        by = clean(by)[:LONGEST_NAME]
        with self._writing() as connection:
            known = self._known(key)
            if known:
                return known
            found = [one for one in self._reported(indicator.name) if one.year == year]
            if not found:
                raise LedgerError(f"{indicator.name}{year}年没有上报过，不用撤回")
            last = max(found, key=lambda one: one.as_of)
            change = _actual(indicator, year, _said(last), "")
            number = self._new_notice(connection, "report", by, describe(change), key or None)
            report = Report(indicator.id, indicator.name, year, last.as_of, last.value, last.unit)
            self._insert_report(connection, number, report, None, by)
            text = withdrawal_text(number, indicator.name, year, change.before, by)
            return self._announce(connection, number, "report", by, [change], [describe(change)], text)

    def _reported(self, name: str) -> list[Earlier]:
        """What holds of the reports of an indicator: of each year and day the newest, if not withdrawn."""
        rows = self.store.rows(
            "select year, as_of, value, unit, source from reports r "
            "where name = ? and value is not null and id = "
            "(select max(id) from reports n where (n.name, n.year, n.as_of) = (r.name, r.year, r.as_of))",
            [name],
        )
        return [Earlier(**row) for row in rows]

    def _insert_report(
        self, connection: sqlite3.Connection, notice: int, report: Report, value: float | None, by: str
    ) -> None:
        connection.execute(
            "insert into reports (indicator, name, year, as_of, value, unit, source, reported_by, "
            "reported_at, notice) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(report.indicator, report.name, report.year, report.as_of, value, report.unit),
                *(report.source, by, self._now(), notice),
            ],
        )

    # -- the plan ------------------------------------------------------------------------------

    def compare(self, plan: Plan) -> tuple[Change, ...]:
        """What loading a plan would change; empty where none is loaded yet."""
        before = stored_plan(self.store)
        return compare(before, plan) if before else ()

    def load(self, plan: Plan, fingerprint: str, by: str) -> Loaded:
        """Replace the loaded version of the plan, with the audit and the notices of what that changes.

        An equal ``fingerprint`` changes nothing. Raises :class:`.StoreError` for another plan.
        """
        if self.store.loaded() == (plan.id, fingerprint):
            return Loaded(written=False)
        by = clean(by)[:LONGEST_NAME]
        with self._writing() as connection:
            before = stored_plan(self.store)
            if not self.store.load(plan, fingerprint) or before is None:
                return Loaded(written=before is None, first=before is None)
            changes = compare(before, plan)
            lines = tuple(describe(change, plan.role_words) for change in changes)
            if not changes:
                return Loaded(written=True)
            title = f"方案更新，{len(changes)}处变动"
            number = self._new_notice(connection, "plan", by, title)
            notice = self._announce(connection, number, "plan", by, changes, lines)
            self.follow_renames(connection, before, plan)
            return Loaded(True, changes=changes, lines=lines, notice=notice)

    # -- both ----------------------------------------------------------------------------------

    def history(self, limit: int = 20) -> tuple[str, ...]:
        """The lines of the last changes, newest first."""
        rows = self.store.rows("select line from changes order by id desc limit ?", [limit])
        return tuple(row["line"] for row in rows)

    def _known(self, key: str) -> Notice | None:
        """The notice of a report that was recorded before with the same key."""
        rows = self.store.rows("select id, title from notices where key = ?", [key]) if key else []
        if not rows:
            return None
        return self._notice(rows[0]["id"], rows[0]["title"])

    def _notice(self, number: int, title: str) -> Notice:
        counts = self.store.rows(
            "select (select count(*) from outbox where notice = :number) as chats, "
            "(select count(distinct chat || '/' || thread) from awaiting a join changes c on c.id = a.change "
            "where c.batch = :number and not exists (select 1 from outbox o where o.notice = :number "
            "and o.chat = a.chat and o.thread = a.thread)) as digests",
            {"number": number},
        )[0]
        return Notice(number, title, counts["chats"], counts["digests"])

    def _announce(
        self,
        connection: sqlite3.Connection,
        number: int,
        kind: str,
        by: str,
        changes: Sequence[Change],
        lines: Sequence[str],
        text: str = "",
    ) -> Notice:
        """Write the audit of the changes and queue what places are told: lines, or one ``text`` for all."""
        told: list[Told] = []
        for change, line in zip(changes, lines, strict=True):
            told.append((self._insert_change(connection, number, kind, by, change, line), change, line))
        at_once, later = self._concerned(told)
        texts: dict[tuple[int, ...], str] = {}
        messages = {}
        for place, found in at_once.items():
            ids = tuple(id for id, _, _ in found)
            if ids not in texts:
                texts[ids] = text or plan_text(number, [line for _, _, line in found])
            messages[place] = texts[ids]
        self._queue(connection, number, messages)
        connection.executemany(
            "insert into awaiting (chat, thread, change, due) values (?, ?, ?, ?)",
            [[*place, id, due] for place, waiting in later.items() for id, due in waiting.items()],
        )
        title = self.store.rows("select title from notices where id = ?", [number])[0]["title"]
        return self._notice(number, title)

    def _insert_change(
        self, connection: sqlite3.Connection, batch: int, kind: str, by: str, change: Change, line: str
    ) -> int:
        row = {
            "at": self._now(),
            "by": by,
            "batch": batch,
            "kind": kind,
            "how": change.how,
            "subject_kind": change.subject.kind,
            "subject_id": str(change.subject.id),
            "subject_name": change.subject.name,
            "field": change.field,
            "year": change.year,
            "bureau": change.bureau,
            "before": change.before,
            "after": change.after,
            "line": line,
            "bureaus": json.dumps(change.bureaus, ensure_ascii=False),
            "tasks": json.dumps(change.tasks),
        }
        marks = ", ".join(f":{column}" for column in row)
        insert = f"insert into changes ({', '.join(row)}) values ({marks})"
        return int(connection.execute(insert, row).lastrowid or 0)


def _actual(indicator: Indicator, year: int, before: str, after: str) -> Change:
    return Change(
        how="added" if not before else "changed" if after else "removed",
        subject=Subject("indicator", indicator.id, indicator.name),
        field="actual",
        before=before,
        after=after,
        year=year,
        bureaus=tuple(body.name for body in indicator.bureaus),
    )


def _corrected(earlier: Sequence[Earlier], now: Earlier) -> tuple[str, str]:
    """What was reported of the same year and day (empty: nothing), and what is now."""
    for one in earlier:
        if one[:2] != now[:2]:
            continue
        if one == now:
            raise LedgerError(f"{now.year}年截至{day_words(now.as_of)}已经报过同样的数，不用再报")
        if one[:4] == now[:4]:  # only the source is another
            return _sourced(one), _sourced(now)
        return _said(one), _said(now)
    return "", _said(now)


def _sourced(one: Earlier) -> str:
    return f"{_said(one)}，来源：{one.source or '没有写'}"


def _said(one: Earlier) -> str:
    return f"{amount(one.value, one.unit)}（截至{day_words(one.as_of)}）"
