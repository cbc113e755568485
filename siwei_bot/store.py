"""The plan in SQLite: schema, migrations, loading in one transaction, and the queries' connection.

One database file holds one plan. The tables are meant to be read by people too; the view
``responsibilities`` joins who does what in one line.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from siwei_bot.language.normalise import fold
from siwei_bot.plan import Plan, last_day


class StoreError(Exception):
    """The database cannot be used; the message is for the user, in Chinese."""


class Store:
    """One plan's database. ``path`` may be ``":memory:"``. Reading is safe from any thread."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._lock = threading.RLock()
        try:
            if self.path != ":memory:":
                Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, check_same_thread=False, timeout=10)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma foreign_keys = on")
            self._migrate()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"数据库 {self.path} 打不开：{error}；请检查路径和权限，或用 --db 另指定一个文件"
            ) from error

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        self._connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows of one query as dictionaries."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, parameters)]

    def loaded(self) -> tuple[str, str] | None:
        """Id and fingerprint of the loaded plan; ``None`` when there is none yet."""
        rows = self.rows("select id, fingerprint from plan")
        return (str(rows[0]["id"]), str(rows[0]["fingerprint"])) if rows else None

    def load(self, plan: Plan, fingerprint: str) -> bool:
        """Replace the loaded plan by this one in one transaction; whether anything was written.

        An equal ``fingerprint`` (a digest of the plan file) changes nothing. Raises
        :class:`StoreError` when the database holds another plan.
        """
        loaded = self.loaded()
        if loaded and loaded[0] != plan.id:
            raise StoreError(
                f"数据库 {self.path} 里是另一个方案（{loaded[0]}），不能载入 {plan.id}；"
                "请用 --db 另指定一个文件"
            )
        if loaded and loaded[1] == fingerprint:
            return False
        from sqlite_utils import Database  # here: reading needs it not, and it is slow to import

        tables = _plan_rows(plan, fingerprint)
        try:
            with self._lock:
                database = Database(self._connection)
                with database.atomic():
                    for table in reversed(tables):
                        database.execute(f"delete from {table}")
                    for table, rows in tables.items():
                        database.table(table).insert_all(rows)
        except sqlite3.Error as error:
            raise StoreError(f"数据库 {self.path} 写不进去：{error}；方案没有变动") from error
        return True

    def _migrate(self) -> None:
        """Bring the schema up to date; each step runs once, in its own transaction."""
        try:
            applied = {
                r["name"]
                for r in self.rows("select name from _sqlite_migrations where migration_set = 'siwei_bot'")
            }
        except sqlite3.OperationalError:
            applied = set()
        if not applied >= {"plan_tables"}:
            from sqlite_utils import Database

            from siwei_bot.migrations import migrations

            with self._lock:
                migrations.apply(Database(self._connection))


def _plan_rows(plan: Plan, fingerprint: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of the plan, in an order that foreign keys allow."""
    tables: dict[str, list[dict[str, Any]]] = {
        "plan": [
            {
                "id": plan.id,
                "title": plan.title,
                "region": plan.region,
                "source": plan.source,
                "fingerprint": fingerprint,
                "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        ],
        "bureaus": [{"position": at, "name": bureau.name} for at, bureau in enumerate(plan.bureaus, 1)],
        "sections": [],
        "tasks": [],
        "measures": [],
        "roles": [],
        "indicators": [],
        "targets": [],
        "indicator_bureaus": [],
    }
    for section in plan.sections:
        tables["sections"].append({"id": section.id, "label": section.label, "title": section.title})
        for task in section.tasks:
            tables["tasks"].append(
                {"id": task.id, "section": section.id, "title": task.title, "folded": fold(task.title)}
            )
            for assignment in task.assignments:
                for measure in assignment.measures:
                    tables["measures"].append(
                        {
                            "id": measure.id,
                            "task": task.id,
                            "text": measure.text,
                            "note": measure.note,
                            "due": assignment.due,
                            "due_by": last_day(assignment.due),
                            "folded": fold(measure.text),
                        }
                    )
                    tables["roles"].extend(
                        {
                            "measure": measure.id,
                            "bureau": body.name,
                            "role": role,
                            "spelling": body.spelling,
                            "position": at,
                        }
                        for at, (role, body) in enumerate(assignment.bodies())
                    )
    for indicator in plan.indicators:
        tables["indicators"].append(
            {
                "id": indicator.id,
                "name": indicator.name,
                "unit": indicator.unit,
                "attribute": indicator.attribute,
                "group": indicator.group,
                "direction": indicator.direction,
            }
        )
        tables["targets"].extend(
            {
                "indicator": indicator.id,
                "year": target.year,
                "value": target.value,
                "text": target.text,
                "comparator": target.comparator,
                "baseline": int(target.baseline),
            }
            for target in indicator.targets
        )
        tables["indicator_bureaus"].extend(
            {"indicator": indicator.id, "bureau": body.name, "spelling": body.spelling, "position": at}
            for at, body in enumerate(indicator.bureaus)
        )
    return tables
