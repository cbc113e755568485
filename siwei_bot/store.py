"""The plan in SQLite: schema, migrations, loading in one transaction, and the queries' connection.

One database file holds one plan. The tables are meant to be read by people too; the view
``responsibilities`` joins who does what in one line.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from siwei_bot.language.normalise import fold
from siwei_bot.migrations import migrate
from siwei_bot.plan import Plan, last_day


class StoreError(Exception):
    """The database cannot be used; the message is for the user, in Chinese."""


def _make_private(path: Path) -> None:
    """Make the file, and its folder, if there is none: conversations in it are nobody else's business."""
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


_WHY = {
    "NewerDatabase": "它由更新的版本写过，请升级程序",
    "file is not a database": "不是数据库文件，或者已经损坏，请用备份恢复",
    "malformed": "文件已经损坏，请用备份恢复",
    "file is encrypted": "不是数据库文件，或者已经损坏，请用备份恢复",
    "is locked": "别的程序正占用着它，请稍后再试",
    "readonly": "文件是只读的，请检查权限",
    "is full": "磁盘满了，请先腾出空间",
    "unable to open": "不能打开或建立这个文件，请检查路径和权限",
    "disk i/o error": "读写磁盘出错，请检查磁盘是否满了、坏了",
    "no such file": "没有这个文件夹，请检查路径",
    "permission denied": "没有权限，请检查路径和权限",
}
"""What SQLite and the system say (a part of it), and what that means and asks for."""


def why(error: Exception) -> str:
    """Why a database cannot be used, in Chinese; as it was said where there is no better word.

    >>> why(sqlite3.OperationalError("database is locked"))
    '别的程序正占用着它，请稍后再试'
    """
    said = str(error)
    return next((words for part, words in _WHY.items() if part.lower() in said.lower()), said)


def reading_uri(path: str | Path) -> str:
    """How SQLite opens a database file without writing to it, in a folder that takes no files, too."""
    path = Path(path).absolute()
    # without an index of the log beside the file; a log whose content is still needed would be passed over
    lonely = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
    return f"{path.as_uri()}?mode=ro{'&immutable=1' if lonely else ''}"


class Store:
    """One plan's database. ``path`` may be ``":memory:"``. Reading is safe from any thread."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._lock = threading.RLock()
        try:
            if self.path != ":memory:":
                _make_private(Path(self.path))
            self._connection = sqlite3.connect(
                self.path, check_same_thread=False, timeout=10, isolation_level=None, uri=True
            )
            self._file = self._identity()
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma foreign_keys = on")
            migrate(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"数据库 {self.path} 打不开：{why(error)}，或用 --db 另指定一个文件") from error

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        self._connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """The rows of one query as dictionaries. Raises :class:`StoreError` where they cannot be read."""
        try:
            with self._lock:
                return [dict(row) for row in self._connection.execute(sql, parameters)]
        except sqlite3.Error as error:
            raise StoreError(f"数据库 {self.path} 读不了：{why(error)}") from error

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """The connection, in a transaction that is written as a whole or not at all; may be nested.

        ``durable`` outlives a loss of power; else what was written last may be missing after one.
        Raises :class:`StoreError` where the file was deleted: what is written to it would be lost.
        """
        with self._lock:
            connection = self._connection
            if connection.in_transaction:
                yield connection
                return
            if self._identity() != self._file:
                raise StoreError(f"数据库 {self.path} 在使用中被删除或换掉了，写不进去；请重新启动程序")
            connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                connection.rollback()
                raise

    def _identity(self) -> tuple[int, int] | None:
        """What tells the file from any other that may take its place; ``None`` where there is none."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def read_records_of(self, path: str) -> bool:
        """Read the reports and changes of another database file, for as long as this store is open.

        For a store in memory that stands in for that file. A file that cannot be read, or that holds
        another plan, is left out; whether they are read.
        """
        tables = ("reports", "changes", "notices")
        with self._lock, suppress(StoreError, sqlite3.Error, ValueError):
            connection = self._connection
            connection.execute("attach ? as kept", [reading_uri(path)])
            if not self.rows("select 1 from main.plan join kept.plan using (id)"):
                return False
            columns = {table: self._columns(table) for table in tables}
            for table in tables:
                connection.execute(f"select {columns[table]} from kept.{table} limit 0")
            for table in tables:
                connection.execute(f"create temp view {table} as select {columns[table]} from kept.{table}")
            view = self.rows("select sql from main.sqlite_schema where name = 'current_reports'")[0]["sql"]
            # the names inside a temporary view mean temporary tables first, then this store's own
            connection.execute(view.replace("CREATE VIEW", "create temp view", 1))
            return True
        return False

    def _columns(self, table: str) -> str:
        """The columns that this version knows; a newer one may have added some."""
        return ", ".join(row["name"] for row in self.rows(f"pragma main.table_info({table})"))

    def loaded(self) -> tuple[str, str] | None:
        """Id and fingerprint of the loaded plan; ``None`` when there is none yet."""
        rows = self.rows("select id, fingerprint from plan")
        return (str(rows[0]["id"]), str(rows[0]["fingerprint"])) if rows else None

    def require_sound(self) -> None:
        """Read all that is loaded of the plan. Raises :class:`StoreError` where a part of it is damaged."""
        for table in _PLAN_TABLES:
            found = self.rows(f"pragma integrity_check({table})")
            if found != [{"integrity_check": "ok"}]:
                raise StoreError(f"数据库 {self.path} 读不了：{_WHY['malformed']}")

    def load(self, plan: Plan, fingerprint: str) -> bool:
        """Replace the loaded plan by this one in one transaction; whether anything was written.

        An equal ``fingerprint`` (a digest of the plan file) changes nothing. Raises
        :class:`StoreError` when the database holds another plan.
        """
        if self._holds(plan, fingerprint):
            return False
        from sqlite_utils import Database  # here: reading needs it not, and it is slow to import

        tables = _plan_rows(plan, fingerprint)
        try:
            with self.transaction() as connection:
                if self._holds(plan, fingerprint):  # another process was faster
                    return False
                database = Database(connection)
                for table in reversed(tables):
                    database.execute(f"delete from {table}")
                for table, rows in tables.items():
                    database.table(table).insert_all(rows)
        except sqlite3.Error as error:
            raise StoreError(f"数据库 {self.path} 写不进去：{why(error)}；方案没有变动") from error
        return True

    def _holds(self, plan: Plan, fingerprint: str) -> bool:
        """Whether this very version is loaded; raises :class:`StoreError` for another plan."""
        loaded = self.loaded()
        if loaded and loaded[0] != plan.id:
            raise StoreError(
                f"数据库 {self.path} 里是另一个方案（{loaded[0]}），不能载入 {plan.id}；"
                "请用 --db 另指定一个文件"
            )
        return loaded == (plan.id, fingerprint)


_PLAN_TABLES = (
    *("plan", "bureaus", "sections", "tasks", "measures", "roles"),
    *("indicators", "targets", "indicator_bureaus"),
)
"""In an order that foreign keys allow."""


def _plan_rows(plan: Plan, fingerprint: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of the plan."""
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in _PLAN_TABLES}
    tables["plan"].append(
        {
            "id": plan.id,
            "title": plan.title,
            "region": plan.region,
            "source": plan.source,
            "fingerprint": fingerprint,
            "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    )
    tables["bureaus"].extend(
        {"position": at, "name": bureau.name} for at, bureau in enumerate(plan.bureaus, 1)
    )
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
