"""The commands about reports, notices and the database."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from siwei_bot.cli import main
from siwei_bot.notices import EVERYTHING, Ledger, Place
from siwei_bot.plan import Plan
from tests.plans import PLANS, ROOT

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on a database of its own; ``typed``: what a person types at a terminal."""
    monkeypatch.setenv("SIWEI_DB", str(tmp_path / "a.db"))

    def run(*argv: str, typed: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", _Typed(typed))
        code = main(argv, home=ROOT)
        out, err = capsys.readouterr()
        return code, out, err

    return run


class _Typed(io.StringIO):
    def __init__(self, typed: str | None) -> None:
        super().__init__(typed or "")
        self._typed = typed

    def isatty(self) -> bool:
        return self._typed is not None


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> Iterator[Ledger]:
    """The ledger that the commands write to, with one subscriber."""
    assert run("load")[0] == 0
    with closing(Ledger.open(tmp_path / "a.db")) as ledger:
        ledger.subscribe(Place(7), EVERYTHING, "李四")
        yield ledger


def test_a_report_is_set_against_its_target_and_queued(run: Run, kept: Ledger, real_plan: Plan) -> None:
    indicator = real_plan.indicators[0]
    code, out, err = run(
        "report", indicator.aliases[0], "2025", f"6.05{indicator.unit}",
        "--as-of", "2025-12-31", "--source", "水资源公报", "--by", "张三",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "已记录：",
        f"{indicator.name} 2025年实际值：6.05{indicator.unit}",
        "截至：2025年12月31日　来源：水资源公报",
        "对照：2025年目标6.17亿立方米，达标（方案没有写明方向，按“不超过”理解），实际值比目标少0.12亿立方米",
        "第1号通知：已为 1 个会话排队（由正在运行的机器人发出）",
    ]
    assert kept.store.rows("select value, reported_by, source from reports") == [
        {"value": 6.05, "reported_by": "张三", "source": "水资源公报"}
    ]


def test_a_report_is_taken_back(run: Run, kept: Ledger) -> None:
    run("report", "用水总量", "2025", "6.05")
    code, out, _ = run("report", "用水总量", "2025", "撤回")
    assert code == 0
    assert out.splitlines()[1].endswith("2025年实际值撤回（原为“6.05亿立方米（截至2025年12月31日）”）")
    assert kept.store.rows("select * from current_reports") == []
    assert run("report", "用水总量", "2025", "撤回")[0] == 2
    assert run("report", "月球", "2025", "撤回")[0] == 2


def test_everything_works_where_nobody_subscribes(run: Run) -> None:
    assert run("report", "用水总量", "2025", "6.05")[1].splitlines()[-1] == "没有会话订阅有关内容，不发通知"
    assert run("notices")[1].splitlines() == ["待发 0 条，已发 0 条，失败 0 条", "订阅 0 个，来自 0 个会话"]


def test_a_doubtful_value_is_refused_where_nobody_can_be_asked(run: Run, kept: Ledger) -> None:
    code, out, err = run("report", "用水总量", "2025", "61.7")
    assert (code, out) == (1, "")
    assert "请核对：61.7亿立方米是2025年目标6.17亿立方米的10倍" in err
    assert "--yes" in err
    assert kept.history() == ()
    assert run("report", "用水总量", "2025", "61.7", "--yes")[0] == 0
    assert len(kept.history()) == 1


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("是\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_at_a_terminal_a_doubt_is_asked(run: Run, kept: Ledger, typed: str, code: int) -> None:
    found, out, _ = run("report", "用水总量", "2025", "61.7", typed=typed)
    assert found == code
    assert "请核对" in out
    assert len(kept.history()) == 1 - code


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("用水", "2025", "6"), "可能是"),
        (("月球", "2025", "6"), "没有“月球”这个指标"),
        (("用水总量", "明天", "6"), "不是年份"),
        (("用水总量", "2025", "很多"), "不是数值"),
        (("用水总量", "2025", "605万立方米"), "单位是亿立方米"),
        (("用水总量", "2025", "6", "--as-of", "昨天"), "不是日期"),
        (("用水总量", "2025", "6", "--source", "x" * 10_000), "来源太长"),
        (("用水总量", "2025"), "缺少 数值"),
        (("用水总量", "2025", "6", "--db", ":memory:"), "内存里的数据库留不住数据"),
    ],
)
def test_wrong_usage_is_told_in_one_line(run: Run, argv: tuple[str, ...], said: str) -> None:
    code, out, err = run("report", *argv)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_report_of_another_plan_is_refused(run: Run) -> None:
    run("load")
    code, _, err = run("report", "用水总量", "2025", "6", "--plan", str(PLANS["yunxi_yanglao"]))
    assert code == 2
    assert err.count("\n") == 1


def test_load_tells_the_differences_and_how_many_are_told(run: Run, kept: Ledger, tmp_path: Path) -> None:
    plan = Path(shutil.copy(PLANS["changzhi"], tmp_path / "plan.yaml"))
    plan.write_text(plan.read_text("utf-8").replace("2030: 0.6", "2030: 0.62"), "utf-8")
    code, out, _ = run("load", str(plan))
    assert code == 0
    assert out.splitlines()[1:] == [
        "指标 农田灌溉水有效利用系数：2030年目标由“0.6”改为“0.62”",
        "第1号通知：已为 1 个会话排队（由正在运行的机器人发出）",
    ]
    assert run("load", str(plan))[1].startswith("没有变动")
    assert kept.status().queued == 1


def test_answers_know_the_reports_whatever_version_is_loaded(run: Run, kept: Ledger, tmp_path: Path) -> None:
    from siwei_bot.cli.opening import opened_bot, snapshot_bot
    from siwei_bot.config import Settings

    run("report", "用水总量", "2025", "6.05")
    newer = Path(shutil.copy(PLANS["changzhi"], tmp_path / "plan.yaml"))
    newer.write_text(newer.read_text("utf-8") + "\n# 新的一版\n", "utf-8")
    settings = Settings(plan=newer, db=str(tmp_path / "a.db"))
    with opened_bot(settings) as bot, closing(snapshot_bot(settings).store) as snapshot:
        for store in (bot.store, snapshot):
            assert [row["value"] for row in store.rows("select value from current_reports")] == [6.05]
        run("report", "用水总量", "2025", "6.06")
        for store in (bot.store, snapshot):
            assert [row["value"] for row in store.rows("select value from current_reports")] == [6.06]


def test_notices_say_what_failed_and_who_ended(run: Run, kept: Ledger) -> None:
    kept.subscribe(Place(-100, 4), EVERYTHING, "王五", "08:00")
    kept.subscribe(Place(9), EVERYTHING, "王五")
    run("report", "用水总量", "2025", "6.05")
    first, second = kept.due()
    kept.mark_failed(first, "内容被拒")
    kept.mark_lost(second, "断线", 0)
    kept.end(9, "机器人被停用")
    code, out, _ = run("notices")
    assert code == 0
    lines = out.splitlines()
    assert lines[:4] == [
        "待发 0 条，已发 0 条，失败 2 条",
        "　失败 1 条：内容被拒",
        "　失败 1 条：机器人被停用",
        "等每日摘要的变动 1 处",
    ]
    assert lines[4] == "订阅 2 个，来自 2 个会话"
    assert lines[6].endswith("　会话 9　全部变动：机器人被停用")
    assert run("notices", "--retry")[1].startswith("已把 1 条发送失败的通知重新排队\n待发 1 条")
    assert run("notices", "--retry")[1].startswith("没有可以重发的通知")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_exports_open_in_a_spreadsheet(run: Run, kept: Ledger, tmp_path: Path) -> None:
    run("report", "用水总量", "2025", "6.05", "--source", "=HYPERLINK(1)", "--by", "@张三")
    run("report", "用水总量", "2025", "6.06", "--source", '甲,"乙"')
    path = tmp_path / "reports.csv"
    assert run("export", "reports", "-o", str(path)) == (0, f"已写 2 行到 {path}\n", "")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of(path.read_text("utf-8"))
    assert [(row["数值"], row["现行"]) for row in rows] == [("6.05", "否"), ("6.06", "是")]
    assert (rows[0]["来源"], rows[0]["上报人"], rows[1]["来源"]) == ("'=HYPERLINK(1)", "'@张三", '甲,"乙"')
    code, out, _ = run("export", "changes")
    assert code == 0
    assert [row["有关单位"] for row in rows_of(out)] == ["市水利局", "市水利局"]
    assert run("export", "reports", "-o", str(path))[0] == 2


@pytest.mark.parametrize("what", ["reports", "changes"])
def test_an_empty_export_says_so(run: Run, what: str) -> None:
    code, out, _ = run("export", what)
    assert code == 0
    assert "没有" in out


def test_a_backup_is_restored(run: Run, kept: Ledger, tmp_path: Path) -> None:
    copy = str(tmp_path / "b.db")
    run("report", "用水总量", "2025", "6.05")
    assert run("backup", copy) == (0, f"已备份到 {copy}\n", "")
    assert run("backup", copy)[0] == 2
    run("report", "用水总量", "2025", "6.06")
    code, _, err = run("restore", copy)
    assert code == 2
    assert "正在使用" in err
    kept.close()
    code, out, _ = run("restore", copy)
    assert code == 0
    assert "原来的数据库留在" in out
    assert [row["数值"] for row in rows_of(run("export", "reports")[1])] == ["6.05"]
    assert run("restore", str(tmp_path / "nothing.db"))[0] == 2


@pytest.mark.parametrize("command", ["report", "notices", "export", "backup", "restore"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith("用法：")
