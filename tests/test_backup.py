"""Copies of a live database, and back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from siwei_bot.notices import Ledger
from siwei_bot.notices.backup import BackupError, backup, restore
from siwei_bot.store import Store
from tests.noticing import CHAT, ledger, report, target, version
from tests.plans import ROOT


def values(path: Path) -> list[float]:
    with closing(Ledger.open(path)) as kept:
        return [row["value"] for row in kept.store.rows("select value from reports order by id")]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with one report, which nobody has open."""
    with closing(ledger(tmp_path / "a.db")) as kept:
        kept.subscribe(CHAT, target("all", ""), "李四")
        kept.record(report(5.7), version(), "张三")
    return tmp_path / "a.db"


def test_a_backup_is_one_file_with_everything(database: Path, tmp_path: Path) -> None:
    with closing(Ledger.open(database)) as kept:
        kept.record(report(5.8), version(), "张三")  # still only in the write-ahead log
        backup(database, tmp_path / "b.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "b.db"]
    assert values(tmp_path / "b.db") == [5.7, 5.8]
    with closing(Ledger.open(tmp_path / "b.db")) as copy:
        assert copy.store.loaded() == ("example", "1")
        assert copy.status().queued == 2


def test_a_backup_is_taken_while_others_write(database: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing(Ledger.open(database)) as kept:
            number = 0
            while not stop.is_set():
                number += 1
                kept.record(report(5 + number / 1000), version(), "张三")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(database, tmp_path / f"b{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"b{number}.db")) as copy:
            notices, reports, changes, outbox = (
                copy.execute(f"select count(*) from {table}").fetchone()[0]
                for table in ("notices", "reports", "changes", "outbox")
            )
            assert notices == reports == changes == outbox > 0


@pytest.mark.parametrize("kind", ["there already", "no database", "no folder"])
def test_a_backup_that_cannot_be_taken_says_why(database: Path, tmp_path: Path, kind: str) -> None:
    to = tmp_path / "b.db"
    if kind == "there already":
        to.write_text("anything")
    elif kind == "no database":
        database.unlink()
    else:
        to = tmp_path / "nowhere" / "b.db"
    with pytest.raises(BackupError) as refused:
        backup(database, to)
    assert "\n" not in str(refused.value)
    assert not to.exists() or to.read_text() == "anything"


def test_a_restored_database_is_as_it_was_and_the_other_is_kept(database: Path, tmp_path: Path) -> None:
    backup(database, tmp_path / "b.db")
    with closing(Ledger.open(database)) as kept:
        kept.record(report(5.8), version(), "张三")
    old = restore(tmp_path / "b.db", database, "example")
    assert values(database) == [5.7]
    assert old is not None
    assert values(old) == [5.7, 5.8]
    with closing(Ledger.open(database)) as kept:
        assert kept.record(report(5.9), version(), "张三").number == 2
        assert len(kept.subscriptions(CHAT)) == 1


def test_restoring_where_there_is_no_database(database: Path, tmp_path: Path) -> None:
    backup(database, tmp_path / "b.db")
    assert restore(tmp_path / "b.db", tmp_path / "new" / "c.db") is None
    assert values(tmp_path / "new" / "c.db") == [5.7]


@pytest.mark.parametrize("rest", ["", "-wal"])
def test_a_database_that_is_broken_is_replaced_and_kept(database: Path, tmp_path: Path, rest: str) -> None:
    backup(database, tmp_path / "b.db")
    database.write_bytes(b"broken" * 1000)
    if rest:
        Path(f"{database}{rest}").write_bytes(b"broken")
    old = restore(tmp_path / "b.db", database)
    assert values(database) == [5.7]
    assert old is not None
    assert old.read_bytes().startswith(b"broken")


@pytest.mark.parametrize("how", ["idle", "reading", "writing"])
def test_a_database_that_another_process_uses_is_left_alone(database: Path, tmp_path: Path, how: str) -> None:
    backup(database, tmp_path / "b.db")
    with closing(Ledger.open(database)) as kept:
        kept.record(report(5.8), version(), "张三")
    code = f"""
import sqlite3, sys
from siwei_bot.store import Store
store = Store({str(database)!r})
store.rows("select * from plan")
{'store._connection.execute("begin"); store.rows("select * from plan")' if how == "reading" else ""}
{'store._connection.execute("begin immediate")' if how == "writing" else ""}
print("open", flush=True)
sys.stdin.read()
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": ROOT, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == "open\n"
        with pytest.raises(BackupError, match="正在使用"):
            restore(tmp_path / "b.db", database)
        other.stdin.close()
    assert values(database) == [5.7, 5.8]
    assert restore(tmp_path / "b.db", database) is not None
    assert values(database) == [5.7]


@pytest.mark.parametrize("kind", ["missing", "no database", "cut", "other program", "other plan", "itself"])
def test_what_is_no_backup_changes_nothing(database: Path, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "b.db"
    if kind == "no database":
        source.write_text("anything")
    elif kind == "cut":
        source.write_bytes(database.read_bytes()[:6000])
    elif kind == "other program":
        with closing(sqlite3.connect(source)) as other:
            other.execute("create table songs (id integer)")
    elif kind == "other plan":
        with closing(Store(source)) as store:
            store.load(version(("id: example", "id: other")), "1")
    elif kind == "itself":
        source = database
    with pytest.raises(BackupError) as refused:
        restore(source, database, "example")
    assert "\n" not in str(refused.value)
    assert values(database) == [5.7]
    assert not list(tmp_path.glob("*.old"))
