"""Databases that cannot be used: what is said, that nothing is lost, and that answers go on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from siwei_bot.bot import PlanBot
from siwei_bot.cli import main
from siwei_bot.migrations import STEPS
from siwei_bot.notices import Ledger, LedgerError, Report
from siwei_bot.notices.backup import BackupError, backup, restore
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store, StoreError, why
from tests.plans import ROOT

PLAN_FILE = ROOT / "knowledge" / "plan.yaml"
PLAN = read_plan(PLAN_FILE)
QUESTION = "第1条谁牵头"
ANSWER = "第1条由市水利局牵头"
REPORT = Report(1, "用水总量", 2025, "2025-12-31", 6.05, "亿立方米")


def loaded(path: Path) -> None:
    with closing(Store(path)) as store:
        Ledger(store).load(PLAN, "first", by="")


def corrupt(path: Path) -> None:
    path.write_bytes(b"no database at all " * 2000)


def truncate(path: Path) -> None:
    loaded(path)
    os.truncate(path, 20_000)


def from_the_future(path: Path) -> None:
    loaded(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = "(migration_set, name, applied_at)"
        connection.execute(f"insert into _sqlite_migrations {columns} values ('siwei_bot', 'next', '2040')")


def folder(path: Path) -> None:
    path.mkdir()


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "corrupted": (corrupt, "损坏"),
    "truncated": (truncate, "损坏"),
    "newer": (from_the_future, "更新的版本"),
    "folder": (folder, "不能打开"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "command",
    [["load"], ["report", "用水总量", "2025", "6.05", "--yes"], ["notices"], ["export", "reports"]],
    ids=lambda command: command[0],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    fault: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.db"
    make, words = FAULTS[fault]
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    assert main([*command, "--plan", str(PLAN_FILE), "--db", str(path)]) == 2
    out, err = capsys.readouterr()
    assert words in err
    assert (out, len(err.strip().splitlines())) == ("", 1)
    assert not path.is_file() or path.read_bytes() == before


@pytest.mark.parametrize("fault", FAULTS)
def test_answers_go_on_from_memory(fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.db"
    make, words = FAULTS[fault]
    make(path)
    assert main(["ask", QUESTION, "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
    out, err = capsys.readouterr()
    assert ANSWER in out
    assert words in err


def reported(path: Path) -> None:
    loaded(path)
    with closing(Ledger.open(path)) as ledger:
        ledger.record(REPORT, PLAN, by="张工")


def damage(path: Path, table: str) -> None:
    """Spoil the first page of a table, of which opening the database sees nothing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        size = connection.execute("pragma page_size").fetchone()[0]
        root = connection.execute("select rootpage from sqlite_schema where name = ?", [table]).fetchone()[0]
    content = path.read_bytes()
    path.write_bytes(content[: (root - 1) * size] + b"\xff" * size + content[root * size :])


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "2025年用水总量实际值是多少"],
        ["report", "用水总量", "2024", "6.05", "--yes"],
        ["export", "reports"],
        ["backup", "copy.db"],
    ],
    ids=lambda command: command[0],
)
def test_damage_that_is_met_while_reading_is_told_in_one_line(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plan.db"
    assert main(["load", "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
    capsys.readouterr()
    with closing(Ledger.open(path)) as ledger:
        ledger.record(REPORT, PLAN, by="张工")
    damage(path, "reports")
    assert main([*command, "--plan", str(PLAN_FILE), "--db", str(path)]) == 2
    out, err = capsys.readouterr()
    assert "损坏" in err or "不是完好的数据库" in err
    assert (out.strip("\ufeff"), len(err.strip().splitlines())) == ("", 1)
    assert not Path("copy.db").exists()


def test_what_a_newer_version_keeps_is_read_but_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.db"
    reported(path)
    from_the_future(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("alter table reports add column next text")
    before = path.read_bytes()
    question = "2025年用水总量实际值是多少"
    assert main(["ask", question, "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "6.05亿立方米" in out
    assert err.startswith("提醒：")
    assert "看不到" not in err
    assert path.read_bytes() == before


def test_that_the_records_cannot_be_seen_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.db"
    corrupt(path)
    assert main(["ask", QUESTION, "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
    assert "看不到上报的实际值和变动" in capsys.readouterr().err


def test_a_backup_of_a_newer_version_is_not_put_back(tmp_path: Path) -> None:
    path, saved = tmp_path / "plan.db", tmp_path / "saved.db"
    reported(path)
    backup(path, saved)
    from_the_future(saved)
    with pytest.raises(BackupError, match="更新的版本"):
        restore(saved, path)
    with closing(Ledger.open(path)) as ledger:
        assert len(ledger.history()) == 1
    assert sorted(one.name for one in tmp_path.glob("*.old")) == []


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        last = list(STEPS)[-1]
        connection.execute("delete from _sqlite_migrations where name = ?", [last])
        connection.execute(f"drop table {last}")
    with closing(Store(path)) as store:
        assert store.loaded() == (PLAN.id, "first")
        assert store.rows(f"select count(*) as n from {last}") == [{"n": 0}]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(Store(path)) as store:
        pages = store.rows("pragma page_count")[0]["page_count"]
        store.rows(f"pragma max_page_count = {pages}")
        ledger = Ledger(store)
        reports = [
            Report(1, "用水总量", 2025, "2025-12-31", 6 + number / 1000, "亿立方米", "长" * 300)
            for number in range(200)
        ]

        def record_all() -> None:
            for report in reports:
                ledger.record(report, PLAN, by="张工")

        with pytest.raises(LedgerError, match="磁盘满了"):
            record_all()
        kept = store.rows("select count(*) as n from reports")[0]["n"]
        assert store.rows("select count(*) as n from changes where kind = 'report'")[0]["n"] == kept
        assert ANSWER in PlanBot(PLAN, store).ask(QUESTION).text
        assert store.rows("pragma integrity_check") == [{"integrity_check": "ok"}]


def test_a_read_only_database_still_answers(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(Store(path)) as store:
        store.rows("pragma query_only = 1")
        with pytest.raises(StoreError, match="只读"):
            store.load(PLAN, "second")
        assert store.loaded() == (PLAN.id, "first")
        assert ANSWER in PlanBot(PLAN, store).ask(QUESTION).text


def test_a_locked_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(Store(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        store.rows("pragma busy_timeout = 1")
        other.execute("begin exclusive")
        with pytest.raises(StoreError, match="别的程序正占用着它"):
            store.load(PLAN, "second")
        assert ANSWER in PlanBot(PLAN, store).ask(QUESTION).text
        other.execute("rollback")
        assert store.load(PLAN, "second")


def test_a_file_that_is_deleted_while_it_is_used_still_answers(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(Store(path)) as store:
        path.unlink()
        assert ANSWER in PlanBot(PLAN, store).ask(QUESTION).text


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_to_a_file_that_was_deleted(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    with closing(Ledger.open(path)) as ledger:
        path.rename(tmp_path / "away.db")
        if replaced:
            path.write_bytes((tmp_path / "away.db").read_bytes())
        with pytest.raises(StoreError, match="被删除或换掉了"):
            ledger.record(REPORT, PLAN, by="张工")
        (tmp_path / "away.db").rename(path)
        assert ledger.record(REPORT, PLAN, by="张工").number == 1


def test_nobody_else_may_read_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "data" / "plan.db"
    loaded(path)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_reports_of_several_processes_are_all_recorded(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    command = [sys.executable, str(ROOT / "bot.py"), "report", "用水总量", "--yes", "--db", str(path)]
    years = [str(year) for year in range(2020, 2026)]
    running = [
        subprocess.Popen([*command, year, "6.05"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for year in years
    ]
    for process in running:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    with closing(Store(path)) as store:
        found = [str(row["year"]) for row in store.rows("select year from reports order by year")]
        assert found == years
        assert len(store.rows("select * from changes where kind = 'report'")) == len(years)


def test_other_words_are_passed_on() -> None:
    assert why(OSError("something new")) == "something new"
