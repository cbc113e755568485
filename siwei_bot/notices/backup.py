"""A copy of the database while it is in use, and back again while it is not."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from siwei_bot.bot import ZONE
from siwei_bot.migrations import migrate, require_known
from siwei_bot.store import StoreError, reading_uri, why


class BackupError(StoreError):
    """Nothing was copied; the message says why, in Chinese."""


def backup(database: str | Path, to: str | Path) -> None:
    """Copy a database, which may be in use, to a new file. Raises :class:`BackupError`."""
    database, to = Path(database), Path(to)
    if not database.is_file():
        raise BackupError(f"没有数据库 {database}，没有可备份的")
    if to.exists():
        raise BackupError(f"{to} 已经存在；请换一个文件名")
    part = to.with_name(f"{to.name}.part")
    try:
        part.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(reading_uri(database), uri=True)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
            copy.execute("pragma journal_mode = delete")  # one file, wherever it is carried
            _check(copy, database)
        os.replace(part, to)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"备份不成：{why(error)}；{to} 没有写") from error


def restore(source: str | Path, database: str | Path, plan_id: str = "") -> Path | None:
    """Put a backup in the place of a database that nobody uses; where the old one is kept, if there was one.

    Raises :class:`BackupError`, and then nothing has changed: where the file is no backup, holds another
    plan, or another process uses the database.
    """
    source, database = Path(source), Path(database)
    if not source.is_file():
        raise BackupError(f"没有备份文件 {source}")
    if database.exists() and source.samefile(database):
        raise BackupError("备份文件就是数据库本身；请写另外存的备份文件")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as saved:
            _check(saved, source)
            _check_plan(saved, source, plan_id)
            require_known(saved)
            return _replace(saved, database)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"恢复不成：{why(error)}；数据库没有变动") from error


def _check(connection: sqlite3.Connection, path: Path) -> None:
    try:
        problems = [row[0] for row in connection.execute("pragma quick_check(1)")]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} 不是完好的数据库文件（不是数据库，或者内容已经损坏）") from error
    if problems != ["ok"]:
        raise BackupError(f"{path} 不是完好的数据库文件（内容已经损坏）")


def _check_plan(saved: sqlite3.Connection, path: Path, plan_id: str) -> None:
    try:
        held = [row[0] for row in saved.execute("select id from plan")]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} 不是这个程序的备份") from error
    if plan_id and held not in ([], [plan_id]):
        raise BackupError(f"{path} 是另一个方案（{held[0]}）的备份")


def _replace(saved: sqlite3.Connection, database: Path) -> Path | None:
    kept = None
    database.parent.mkdir(parents=True, exist_ok=True)
    if database.exists():
        now = datetime.now(ZONE).strftime("%Y%m%d-%H%M%S")
        kept = database.with_name(f"{database.name}.{now}.old")
        if kept.exists():
            raise BackupError(f"{kept} 已经存在；请稍后再试")
        if not _is_database(database):
            _put_aside(database, kept)
    with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as old:
        _lock(old, database)
        if kept is not None and not kept.exists():
            with closing(sqlite3.connect(kept)) as copy:
                old.backup(copy)
        saved.backup(old)
        migrate(old)
    return kept


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return path.stat().st_size == 0 or file.read(16) == b"SQLite format 3\x00"


def _put_aside(database: Path, kept: Path) -> None:
    """Keep a file that is no database any more, with what belongs to it."""
    for end in ("-wal", "-shm"):
        beside = Path(f"{database}{end}")
        if beside.exists():
            beside.rename(f"{kept}{end}")
    database.rename(kept)


def _lock(connection: sqlite3.Connection, database: Path) -> None:
    """Keep all others out, which fails while anyone else has the database open."""
    try:
        connection.execute("pragma locking_mode = exclusive")
        mode = connection.execute("pragma journal_mode = delete").fetchone()[0]
        connection.execute("begin exclusive")
        connection.execute("commit")
    except sqlite3.OperationalError as error:
        raise BackupError(f"{database} 正在使用；请先停下机器人和其他命令，再恢复") from error
    if mode != "delete":
        raise BackupError(f"{database} 正在使用；请先停下机器人和其他命令，再恢复")
