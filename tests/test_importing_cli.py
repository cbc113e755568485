"""The command ``import``: what it writes, prints and refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from siwei_bot.cli import main
from siwei_bot.importing import draft
from siwei_bot.importing.settle import MARK
from siwei_bot.plan import Plan
from siwei_bot.plan_file import parse_plan, read_plan
from tests.plans import ROOT
from tests.test_importing import SOURCE
from tests.wordfiles import word_file

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in process; gives exit code, output and error output."""

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in argv], home=ROOT)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def word(tmp_path: Path, real_plan: Plan) -> Path:
    path = tmp_path / "方案.docx"
    path.write_bytes(word_file(real_plan, SOURCE))
    return path


def test_the_draft_goes_to_standard_output(run: Run, word: Path) -> None:
    code, out, err = run("import", word)
    assert code == 0
    assert parse_plan(out, "out").title == "“四水四定”实施方案"
    assert err.startswith("已读出《“四水四定”实施方案》，5 个部分、18 项任务、59 条具体任务、9 个指标")
    assert "指标 1–9：原文没有写方向" in err


def test_the_draft_goes_to_a_file_that_check_accepts(run: Run, word: Path, tmp_path: Path) -> None:
    plan = tmp_path / "new.yaml"
    code, out, err = run("import", word, "-o", plan)
    assert (code, out) == (0, "")
    assert str(plan) in err
    assert MARK in plan.read_text("utf-8")
    assert run("check", plan)[0] == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_every_line_of_the_summary_is_a_mark_of_the_draft(run: Run, word: Path) -> None:
    _, out, err = run("import", word)
    lines = [line.split("：", 1)[1] for line in err.splitlines() if line.startswith("  ")]
    assert lines
    assert [line for line in lines if line not in out] == []


def test_no_file_is_overwritten_without_force(run: Run, word: Path, tmp_path: Path) -> None:
    plan = tmp_path / "old.yaml"
    plan.write_text("旧", "utf-8")
    code, _, err = run("import", word, "-o", plan)
    assert (code, plan.read_text("utf-8")) == (2, "旧")
    assert "--force" in err
    assert run("import", word, "-o", plan, "--force")[0] == 0
    assert read_plan(plan).region == "长治市"


def test_a_bad_file_writes_nothing(run: Run, tmp_path: Path) -> None:
    bad, plan = tmp_path / "坏.docx", tmp_path / "new.yaml"
    bad.write_bytes(b"PK\x03\x04")
    code, out, err = run("import", bad, "-o", plan)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "坏.docx 已损坏" in err
    assert not plan.exists()


def test_places_that_cannot_be_written(run: Run, word: Path, tmp_path: Path) -> None:
    for output, expected in (
        (tmp_path, "是一个目录"),
        (word, "就是要读的文件"),
        (tmp_path / "没有" / "x.yaml", "写不了"),
    ):
        code, out, err = run("import", word, "-o", output, "--force")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert expected in err
    assert word.read_bytes().startswith(b"PK")


def test_a_draft_that_check_would_refuse_is_not_handed_out(
    run: Run, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "write", lambda *_: "format: 2\n")
    plan = tmp_path / "new.yaml"
    code, _, err = run("import", word, "-o", plan)
    assert (code, plan.exists()) == (2, False)
    assert "没有通过检查" in err


def test_usage(run: Run) -> None:
    assert run("import")[0] == 2
    code, out, _ = run("import", "--help")
    assert code == 0
    assert "--force" in out
