"""Databases that cannot be used: what is said, that nothing is lost, and that answers go on."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from siwei_bot.bot import PlanBot
from siwei_bot.cli import main
from siwei_bot.conversations import Conversations
from siwei_bot.migrations import STEPS
from siwei_bot.notices import Ledger, LedgerError, Report
from siwei_bot.notices.backup import BackupError, backup, restore
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store, StoreError, why
from tests.plans import ROOT
from tests.telegram.double import BotApi
from tests.telegram.people import ADMINISTRATOR, Room, private
from tests.telegram.process import Application

PLAN_FILE = ROOT / "knowledge" / "plan.yaml"
PLAN = read_plan(PLAN_FILE)
QUESTION = "第1条谁牵头"
ANSWER = "第1条由市水利局牵头"
ACTUAL_QUESTION = "2025年用水总量实际值是多少"
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
@pytest.mark.parametrize("command", [["ask", QUESTION], ["ask", "--jsonl"], ["chat"]], ids=" ".join)
def test_answers_go_on_from_memory(
    fault: str,
    command: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "plan.db"
    make, words = FAULTS[fault]
    make(path)
    given = json.dumps({"text": QUESTION}) if "--jsonl" in command else QUESTION
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"))
    assert main([*command, "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
    out, err = capsys.readouterr()
    assert ANSWER in out
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("fault", ["corrupted", "truncated", "folder"])
def test_nothing_is_backed_up_of_what_cannot_be_read(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, to = tmp_path / "plan.db", tmp_path / "copy.db"
    FAULTS[fault][0](path)
    assert main(["backup", str(to), "--plan", str(PLAN_FILE), "--db", str(path)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert list(tmp_path.glob("copy.db*")) == []


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
        ["ask", ACTUAL_QUESTION],
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


def loaded_and_reported(path: Path) -> list[str]:
    """A database with the plan and one report; the options of a command that uses it."""
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    assert main(["load", *options]) == 0
    assert main(["report", "用水总量", "2025", "6.05", "--yes", *options]) == 0
    return options


@pytest.mark.parametrize("command", [["ask", "--jsonl"], ["chat"]], ids=" ".join)
def test_a_conversation_goes_on_after_damage(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = loaded_and_reported(tmp_path / "plan.db")
    damage(tmp_path / "plan.db", "reports")
    capsys.readouterr()
    asked = [ACTUAL_QUESTION, QUESTION]
    given = [json.dumps({"text": text}) for text in asked] if "--jsonl" in command else asked
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(given).encode()), "utf-8"))
    assert main([*command, *options]) == 0
    out, err = capsys.readouterr()
    assert "文件已经损坏，请用备份恢复" in out + err
    assert "StoreError" not in out + err
    assert ANSWER in out


def test_a_damaged_plan_is_answered_from_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = loaded_and_reported(tmp_path / "plan.db")
    damage(tmp_path / "plan.db", "measures")
    capsys.readouterr()
    assert main(["ask", QUESTION, *options]) == 0
    out, err = capsys.readouterr()
    assert ANSWER in out
    assert err.startswith("提醒：")
    assert "文件已经损坏" in err
    assert main(["ask", ACTUAL_QUESTION, *options]) == 0
    assert "6.05亿立方米" in capsys.readouterr().out


def test_what_a_newer_version_keeps_is_read_but_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.db"
    reported(path)
    from_the_future(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("alter table reports add column next text")
    before = path.read_bytes()
    assert main(["ask", ACTUAL_QUESTION, "--plan", str(PLAN_FILE), "--db", str(path)]) == 0
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


def connecting(monkeypatch: pytest.MonkeyPatch, pragma: str, **changed: Any) -> None:
    """From now on, every connection to a database begins with a pragma."""
    connect = sqlite3.connect

    def connected(*args: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **named | changed)
        connection.execute(pragma)
        return connection

    monkeypatch.setattr("sqlite3.connect", connected)


def test_commands_on_a_full_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.db"
    loaded(path)
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("pragma page_count").fetchone()[0]
    connecting(monkeypatch, f"pragma max_page_count = {pages}")
    long = ["--source", "长" * 200, "--by", "人" * 50]
    codes: list[int] = []
    for n in range(10, 90):
        codes.append(main(["report", "用水总量", "2025", f"6.{n}", "--yes", *long, *options]))
        if codes[-2:] == [2, 2]:
            break
    _, err = capsys.readouterr()
    assert codes == [*[0] * codes.count(0), 2, 2]
    assert err.splitlines() == [
        f"数据库 {path} 写不进去：磁盘满了，请先腾出空间；什么都没有改"
    ] * codes.count(2)
    assert main(["ask", ACTUAL_QUESTION, *options]) == 0
    assert f"6.{9 + codes.count(0)}亿立方米" in capsys.readouterr().out
    assert main(["export", "reports", *options]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + codes.count(0)


def test_a_new_database_on_a_full_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.db"
    connect = sqlite3.connect

    def connected(database: str, *args: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(database, *args, **named)
        connection.execute(f"pragma max_page_count = {5 if database == str(path) else 5000}")
        return connection

    monkeypatch.setattr("sqlite3.connect", connected)
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    for command in (["load"], ["report", "用水总量", "2025", "6.05"], ["notices"]):
        assert main([*command, *options]) == 2
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)
        assert "磁盘满了" in err
    assert main(["ask", QUESTION, *options]) == 0
    out, err = capsys.readouterr()
    assert ANSWER in out
    assert "磁盘满了" in err


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


@pytest.mark.parametrize("lock", ["begin exclusive", "pragma locking_mode = exclusive"])
def test_commands_on_a_locked_database(
    lock: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.db"
    reported(path)
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(lock)
        if lock.startswith("pragma"):  # taken with the first reading, and kept
            other.execute("begin immediate")
            other.execute("commit")
        connecting(monkeypatch, "pragma busy_timeout = 1", timeout=0)
        assert main(["report", "用水总量", "2024", "6.05", "--yes", *options]) == 2
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)
        assert "别的程序正占用着它，请稍后再试" in err
        assert main(["ask", QUESTION, *options]) == 0
        assert ANSWER in capsys.readouterr().out
    monkeypatch.undo()
    assert main(["report", "用水总量", "2024", "6.05", "--yes", *options]) == 0


def plainly(*argv: str) -> subprocess.CompletedProcess[str]:
    """Run the program as somebody to whom permissions apply, which the superuser is not."""
    command = [sys.executable, str(ROOT / "bot.py"), *argv]
    if os.geteuid() == 0:
        bounded = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if shutil.which("setpriv") is None or subprocess.run([*bounded, "true"]).returncode:
            pytest.skip("the superuser may write everywhere")
        command = [*bounded, *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    path, copy = folder / "plan.db", tmp_path / "copy.db"
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    assert main(["load", *options]) == 0
    assert main(["report", "用水总量", "2025", "6.05", "--yes", *options]) == 0
    before = path.read_bytes()
    path.chmod(0o400)
    folder.chmod(0o500)
    try:
        asked = plainly("ask", ACTUAL_QUESTION, *options)
        assert (asked.returncode, asked.stderr[:3]) == (0, "提醒：")
        assert "6.05亿立方米" in asked.stdout
        refused = plainly("report", "用水总量", "2024", "6.05", "--yes", *options)
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
        assert "文件是只读的，请检查权限" in refused.stderr
        assert plainly("backup", str(copy), *options).returncode == 0
        assert path.read_bytes() == before
    finally:
        folder.chmod(0o700)
    with closing(Ledger.open(copy)) as ledger:
        assert len(ledger.history()) == 1


def test_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.db"
    options = ["--plan", str(PLAN_FILE), "--db", str(path)]
    assert main(["load", *options]) == 0
    path.chmod(0o400)
    refused = plainly("report", "用水总量", "2025", "6.05", "--yes", *options)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"数据库 {path} 写不进去：文件是只读的，请检查权限；什么都没有改\n"


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


# -- several processes -----------------------------------------------------------------------------


def test_what_several_processes_write_is_all_kept(tmp_path: Path) -> None:
    path, plan = tmp_path / "plan.db", tmp_path / "plan.yaml"
    loaded(path)
    text = PLAN_FILE.read_text("utf-8")
    plan.write_text(text.replace("2030: 6.73", "2030: 6.5"), "utf-8")
    program = [sys.executable, str(ROOT / "bot.py")]
    years = [str(year) for year in range(2021, 2026)]
    commands = [["report", "用水总量", year, "6.05", "--yes", "--plan", str(PLAN_FILE)] for year in years]
    commands.append(["load", "--plan", str(plan)])
    running = [
        subprocess.Popen(
            [*program, *command, "--db", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for command in commands
    ]
    claimed = 0
    with closing(Conversations(path, "first")) as conversations:  # as the running bot does
        while any(process.poll() is None for process in running):
            claimed += conversations.claim(claimed + 1, "{}")
    for process in running:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    with closing(Store(path)) as store:
        found = [str(row["year"]) for row in store.rows("select year from reports order by year")]
        assert found == years
        changes = store.rows("select kind, count(*) as n from changes group by kind order by kind")
        assert changes == [{"kind": "plan", "n": 1}, {"kind": "report", "n": len(years)}]
        assert store.rows("select count(*) as n from deliveries") == [{"n": claimed}]
        assert store.rows("pragma integrity_check") == [{"integrity_check": "ok"}]


# -- the running bot -------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
def test_the_bot_starts_and_answers_beside_a_database_that_cannot_be_used(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    make, words = FAULTS[fault]
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with BotApi() as api, Application(api, tmp_path) as application:
        assert ANSWER in private(api).ask(QUESTION)["text"]
        told = [line for line in application.said.splitlines() if line.startswith("提醒：")]
        assert len(told) == 2  # conversations, and subscriptions
        assert all(words in line for line in told)
    assert not path.is_file() or path.read_bytes() == before


def full(application: Application, path: Path) -> None:
    """No file of the process grows beyond a few kilobytes any more."""
    resource.prlimit(application.process.pid, resource.RLIMIT_FSIZE, (8_000, 8_000))


def spoilt(application: Application, path: Path) -> None:
    for table in ("turns", "deliveries", "subscriptions"):
        damage(path, table)


@pytest.mark.parametrize("fault", [full, spoilt])
def test_the_running_bot_goes_on_answering(
    fault: Callable[[Application, Path], None], tmp_path: Path
) -> None:
    with BotApi() as api, Application(api, tmp_path) as application:
        me = private(api)
        assert ANSWER in me.ask(QUESTION)["text"]
        fault(application, tmp_path / "bot.db")
        for number in range(1, 8):
            assert f"第{number}条由" in me.ask(f"第{number}条谁牵头")["text"]
        assert len(me.seen()) == 8  # no word of a failure beside an answer
        assert "目标" in me.ask("用水总量2030年目标")["text"]
        assert "数据库现在用不了" in me.ask("/subscribe 全部")["text"]
        assert application.stop() == 0
        assert "Traceback" not in application.said


def test_two_bots_never_use_one_database_by_two_names(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("bot.db")
    with BotApi() as api, Application(api, tmp_path):
        second = Application(api, tmp_path, SIWEI_DB=str(tmp_path / "link.db"))
        second.log = tmp_path / "second.txt"
        assert second.run() == 2
        assert (
            second.said == f"另一个机器人正用着数据库 {tmp_path}/link.db；请先停掉它，或用 --db 另指定一个\n"
        )


def test_a_report_to_a_database_that_was_deleted_is_refused(tmp_path: Path) -> None:
    with BotApi() as api, Application(api, tmp_path) as application:
        administrator = Room(api, api.chats[ADMINISTRATOR.id], ADMINISTRATOR)
        asked = administrator.ask("/report 用水总量 2025 6.05")
        (tmp_path / "bot.db").rename(tmp_path / "away.db")
        administrator.press_data(asked, "confirm:yes")
        assert "被删除或换掉了" in administrator.becomes(asked, "写不进去")["text"]
        assert ANSWER in administrator.ask(QUESTION)["text"]
        assert application.stop() == 0


def test_other_words_are_passed_on() -> None:
    assert why(OSError("something new")) == "something new"
