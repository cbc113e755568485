"""The commands ``new`` and ``diff``, and ``check`` with warnings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from siwei_bot.cli import main
from siwei_bot.cli.editing import template
from siwei_bot.plan_file import KEYS, parse_plan, read_placed_plan, read_plan
from siwei_bot.plan_warnings import warnings
from tests.plans import PLANS, ROOT

PLAN_FILE = PLANS["wanglan_yuedu"]
BROKEN = ROOT / "tests" / "data" / "broken_plans"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of a plan, to edit."""
    return Path(shutil.copy(PLAN_FILE, tmp_path / "copy.yaml"))


# -- new -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [[], ["-o"]])
def test_a_new_plan_has_nothing_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    path = tmp_path / "方案 一" / "plan.yaml"
    path.parent.mkdir()
    assert main(["new", *option, str(path)], home=ROOT) == 0
    assert str(path) in capsys.readouterr().out
    assert warnings(read_placed_plan(path)) == ()
    assert path.stat().st_mode & 0o111 == 0


def test_a_new_plan_names_every_key() -> None:
    text = template(ROOT)
    keys = {key for kind in KEYS.values() for key in kind}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}:\s", text)] == []


def test_a_new_plan_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new"], home=ROOT) == 0
    out = capsys.readouterr().out
    assert parse_plan(out, "new").title in out


def test_editors_find_the_schema(tmp_path: Path) -> None:
    folder = tmp_path / "方案 一"
    folder.mkdir()
    hint = re.match(r"# yaml-language-server: \$schema=(\S+)\n", template(folder))
    assert hint
    assert (folder / unquote(hint[1])).resolve() == ROOT / "docs" / "plan.schema.json"


def test_a_new_plan_is_never_written_over_another(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(copy)], home=ROOT) == 2
    assert "--force" in capsys.readouterr().err
    assert copy.read_bytes() == PLAN_FILE.read_bytes()
    assert main(["new", str(copy), "--force"], home=ROOT) == 0
    assert copy.read_bytes() != PLAN_FILE.read_bytes()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["new", "a.yaml", "-o", "b.yaml"], "文件名写一次就够了"),
        (["new", "."], "是一个目录"),
        (["new", "nowhere/plan.yaml"], "请检查目录是否存在"),
        (["new", "nowhere/plan.yaml", "--force"], "请检查目录是否存在"),
        (["diff", "a.yaml"], "缺少 新文件"),
        (["diff", "nowhere.yaml", str(PLAN_FILE)], "没有这个文件：nowhere.yaml"),
        (["diff", str(PLAN_FILE), "nowhere.yaml"], "没有这个文件：nowhere.yaml"),
    ],
)
def test_wrong_usage_is_one_line(
    argv: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(argv, home=ROOT) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# -- diff ------------------------------------------------------------------------------------------


def test_equal_plans_have_no_differences(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy.write_text(copy.read_text("utf-8") + "\n# 注释\n", "utf-8")
    assert main(["diff", str(PLAN_FILE), str(copy)], home=ROOT) == 0
    assert capsys.readouterr() == ("内容没有变动（简称、注释等的改动不影响内容）\n", "")


def test_differences_are_told_in_the_plan_s_own_words(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        copy.read_text("utf-8").replace("2028: 4", "2028: 4.5").replace("support: [市教育局]", "support: []")
    )
    copy.write_text(text, "utf-8")
    assert main(["diff", str(PLAN_FILE), str(copy)], home=ROOT) == 0
    out, err = capsys.readouterr()
    head, *lines = out.splitlines()
    assert head == f"{copy} 与 {PLAN_FILE} 相比有 {len(lines)} 处变动："
    assert "指标 每万人拥有阅读设施数：2028年目标由“4%”改为“4.5%”" in lines
    assert [line for line in lines if "减去市教育局（原为参与）" in line]
    assert err == ""


def test_another_id_is_pointed_out(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = read_plan(copy).id
    copy.write_text(copy.read_text("utf-8").replace(f"id: {plan_id}", "id: another"), "utf-8")
    assert main(["diff", str(PLAN_FILE), str(copy)], home=ROOT) == 0
    out, err = capsys.readouterr()
    assert out.startswith("内容没有变动")
    assert err.startswith(f"提醒：两个文件的 id 不同（{plan_id}、another）")


def test_problems_of_both_files_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = BROKEN / "several.yaml", BROKEN / "key_missing.yaml"
    assert main(["diff", str(first), str(second)], home=ROOT) == 1
    out, err = capsys.readouterr()
    files = [line.partition(":")[0] for line in out.splitlines()]
    assert files == sorted(files, key=[str(first), str(second)].index)
    assert set(files) == {str(first), str(second)}
    assert f"共 {len(files)} 处问题" in err


# -- check -----------------------------------------------------------------------------------------


def test_warnings_are_no_errors(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy.write_text(copy.read_text("utf-8").replace("2028: 4", "2028: 1"), "utf-8")
    assert main(["check", str(copy)], home=ROOT) == 0
    out, err = capsys.readouterr()
    *told, last = out.splitlines()
    assert [
        line for line in told if re.fullmatch(re.escape(str(copy)) + r":\d+:\d+: 提醒：.+；建议.+", line)
    ] == told
    assert [line for line in told if "2028年却比2024年减少" in line]
    assert "没有问题" in last
    assert f"共 {len(told)} 处提醒" in err
