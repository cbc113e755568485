"""The schema's steps: each is applied once, whatever a database already has."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from siwei_bot.conversations import Conversations
from siwei_bot.migrations import STEPS, migrate, statements
from siwei_bot.store import Store, StoreError


def applied(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("select name from _sqlite_migrations order by rowid")]


def old_database(path: Path, steps: int) -> None:
    """A database as an older release left it, with only the first steps."""
    migrations = Migrations("siwei_bot")
    for name, script in list(STEPS.items())[:steps]:

        def step(db: Database, script: str = script) -> None:
            for statement in statements(script):
                db.execute(statement)

        migrations(name=name)(step)
    with closing(sqlite3.connect(path)) as connection:
        migrations.apply(Database(connection))


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
@pytest.mark.parametrize("opened", [Store, lambda path: Conversations(path, "1")], ids=["store", "chats"])
def test_whoever_opens_a_database_brings_it_up_to_date(tmp_path: Path, steps: int, opened: type) -> None:
    path = tmp_path / "a.db"
    old_database(path, steps)
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert applied(connection) == list(STEPS)


def test_a_database_that_is_up_to_date_needs_no_slow_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path / "a.db").close()
    monkeypatch.setitem(sys.modules, "sqlite_utils", None)
    Store(tmp_path / "a.db").close()
    with pytest.raises(ImportError):
        Store(tmp_path / "b.db")


def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setitem(STEPS, "broken", "create table one (id integer);\nnot sql;\n")
    with pytest.raises(StoreError):
        Store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*) from sqlite_schema").fetchone() == (0,)
    monkeypatch.delitem(STEPS, "broken")
    Store(path).close()


def test_two_that_open_a_new_database_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    ready = threading.Barrier(4)

    def run() -> None:
        try:
            with closing(sqlite3.connect(tmp_path / "a.db", timeout=30, isolation_level=None)) as connection:
                ready.wait()
                migrate(connection)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert applied(connection) == list(STEPS)
