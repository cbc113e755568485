"""The command line: the real process for the main paths, ``main`` in process for the rest."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from siwei_bot import PlanBot, config
from siwei_bot.cli import main
from siwei_bot.cli.chatting import completion_names, completions
from siwei_bot.config import UsageError, read_env_file, settings
from siwei_bot.plan import Plan
from siwei_bot.store import Store
from tests.banks import ROOT

PLAN_FILE = ROOT / "knowledge" / "plan.yaml"
QUESTION = "市城管局牵头哪些任务"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in process; gives exit code, output and error output."""

    def run(*argv: str, stdin: bytes = b"", home: Path | None = ROOT) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main(argv, home=home)
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def plan_copy(tmp_path: Path) -> Path:
    """A copy of the real plan, to edit."""
    return Path(shutil.copy(PLAN_FILE, tmp_path / "plan.yaml"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


# -- the real process ------------------------------------------------------------------------------


def process(*argv: str, **more: Any) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, str(ROOT / "bot.py"), *argv]
    return subprocess.Popen(command, text=True, encoding="utf-8", **{**pipes, **more})


def test_ask_answers_from_any_folder(tmp_path: Path) -> None:
    asked = process("ask", "2030年灌溉系数目标", cwd=tmp_path)
    out, err = asked.communicate()
    assert asked.returncode == 0
    assert "0.6" in out
    assert err == ""


def test_each_line_is_answered_before_the_next_one_is_sent() -> None:
    with process("ask", "--jsonl") as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        answers = []
        for text in ("2030年灌溉系数目标", "那2025年呢"):
            print(json.dumps({"id": text, "chat": 1, "text": text}), file=asked.stdin, flush=True)
            answers.append(json.loads(asked.stdout.readline()))
        asked.stdin.close()
        assert asked.wait() == 0
    assert [answer["id"] for answer in answers] == ["2030年灌溉系数目标", "那2025年呢"]
    assert [answer["rows"][0]["value"] for answer in answers] == [0.6, 0.58]


def test_a_reader_that_goes_away_is_no_error() -> None:
    with process("ask", "--jsonl") as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        assert asked.stderr is not None
        asked.stdout.close()
        print(json.dumps({"text": QUESTION}), file=asked.stdin, flush=True)
        assert asked.stderr.read() == ""
        assert asked.wait() == 0
        asked.stdin.close()


def test_without_token_and_terminal_it_says_what_to_do() -> None:
    asked = process()
    out, err = asked.communicate()
    assert asked.returncode == 2
    assert out == ""
    assert err.count("\n") == 2
    assert "TELEGRAM_BOT_TOKEN" in err


def test_without_token_at_a_terminal_it_chats(tmp_path: Path) -> None:
    try:
        ours, theirs = pty.openpty()
    except OSError:
        pytest.skip("no terminal to be had here")
    with process(stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"}) as asked:
        os.close(theirs)
        read_until(ours, "问> ")
        os.write(ours, "市城管\t牵头哪些任务\n".encode())
        assert "5." in read_until(ours, "问> ")
        os.write(ours, "退出\n".encode())
        assert asked.wait() == 0
    os.close(ours)
    assert "牵头哪些任务" in (tmp_path / "data/siwei-bot/history").read_text("utf-8")


def read_until(terminal: int, sign: str, seconds: float = 30) -> str:
    """What a terminal shows until ``sign`` stands at its end."""
    shown = b""
    while not shown.endswith(sign.encode()):
        ready, _, _ = select.select([terminal], [], [], seconds)
        assert ready, shown.decode("utf-8", "replace")
        shown += os.read(terminal, 65536)
    return shown.decode("utf-8")


# -- wrong usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["ask"], "没有写问题"),
        (["ask", " "], "没有写问题"),
        (["ask", "--jsonl", "问题"], "后面不写问题"),
        (["ask", "--json", "--jsonl"], "不能和 --json 一起用"),
        (["ask", "--colour", "问题"], "不认识 --colour"),
        (["answer"], "没有 answer 这个命令"),
        (["check"], "缺少 方案文件"),
        (["check", "a", "b"], "不认识 b"),
        (["chat", "--plan"], "--plan 后面要写内容"),
        (["ask", "问题", "--plan", "nowhere.yaml"], "没有这个文件：nowhere.yaml"),
        (["check", "nowhere.yaml"], "没有这个文件：nowhere.yaml"),
        (["load", "nowhere.yaml"], "没有这个文件：nowhere.yaml"),
        (["check", "."], "不是一个文件"),
    ],
)
def test_wrong_usage_is_one_line_in_chinese(run: Run, argv: Sequence[str], said: str) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("argv", [[], ["ask"], ["chat"], ["check"], ["load"]])
def test_help_is_chinese(run: Run, argv: Sequence[str]) -> None:
    code, out, _ = run(*argv, "--help")
    assert code == 0
    assert out.startswith("用法：")
    assert not any(word in out for word in ("usage", "options", "positional", "show this"))


# -- ask -------------------------------------------------------------------------------------------


def test_ask_joins_words_around_options(run: Run) -> None:
    code, out, _ = run("ask", "市城管局", "--json", "牵头哪些任务")
    assert code == 0
    answer = json.loads(out)
    assert answer["status"] == "answered"
    assert [row["id"] for row in answer["rows"] if row["kind"] == "measure"] == [5, 6, 7, 8, 9, 34]
    assert set(answer) == {"status", "reason", "rows", "choices", "text", "interpretation", "source"}


def test_places_may_stand_before_and_after_the_command(run: Run, tmp_path: Path) -> None:
    other = str(ROOT / "tests/data/plans/yunxi_yanglao.yaml")
    before = run("--plan", other, "--db", str(tmp_path / "a.db"), "ask", "你好")
    after = run("ask", "你好", "--plan", other, "--db", str(tmp_path / "b.db"))
    assert before == after
    assert before != run("ask", "你好")
    assert (tmp_path / "a.db").is_file()
    assert (tmp_path / "b.db").is_file()


def ask_lines(run: Run, *lines: Any) -> list[dict[str, Any]]:
    raw = [
        line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines
    ]
    code, out, err = run("ask", "--jsonl", stdin=b"\n".join(raw) + b"\n")
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_a_chat_is_a_conversation_and_no_chat_is_none(run: Run) -> None:
    first, again = {"text": "2030年灌溉系数目标"}, {"text": "那2025年呢"}
    answers = ask_lines(
        run,
        {**first, "id": 1, "chat": "a"},
        {**again, "id": 2, "chat": "b"},
        {**again, "id": 3, "chat": "a"},
        {**first, "id": 4},
        {**again, "id": 5},
    )
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, 5]
    values = [[row.get("value") for row in answer["rows"][:1]] for answer in answers]
    assert values[2] == [0.58]
    assert values[1] == values[4] != [0.58]


@pytest.mark.parametrize(
    ("line", "id"),
    [
        (b"not json", None),
        (b"", None),
        (b"[1]", None),
        (b'{"id": 7}', 7),
        (b'{"id": "x", "text": 3}', "x"),
        (b'{"id": 1, "text": "\xff"}', None),
        (b'{"id": NaN, "text": "a"}', None),
        (b"[" * 100_000, None),
        (b'{"id": %s}' % (b"9" * 5000), None),
    ],
)
def test_a_bad_line_is_answered_by_an_error_and_goes_on(run: Run, line: bytes, id: Any) -> None:
    bad, good = ask_lines(run, line, {"id": "good", "text": QUESTION})
    assert set(bad) == {"id", "error"}
    assert bad["id"] == id
    assert "第 1 行" in bad["error"]
    assert good["status"] == "answered"


def test_odd_but_valid_lines_are_answered(run: Run) -> None:
    lone = '{"id": "\\ud800", "text": "\\ud800市城管局牵头哪些任务"}'.encode()
    with_mark = b"\xef\xbb\xbf" + json.dumps({"id": [1], "chat": {"a": 1}, "text": QUESTION}).encode()
    answers = ask_lines(run, lone, with_mark, {"text": ""})
    assert [answer["id"] for answer in answers] == ["\ud800", [1], None]
    assert all("status" in answer for answer in answers)


def test_a_crash_is_an_error_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> None:
        raise LookupError("broken")

    monkeypatch.setattr(PlanBot, "ask", crash)
    (answer,) = ask_lines(run, {"id": 1, "text": QUESTION})
    assert "broken" in answer["error"]


# -- chat ------------------------------------------------------------------------------------------


def test_chat_from_a_pipe(run: Run) -> None:
    code, out, err = run("chat", stdin="2030年灌溉系数目标\n\n2025年呢\n退出\n你好\n".encode())
    assert (code, err) == (0, "")
    assert "0.6" in out
    assert "0.58" in out
    assert "您好" not in out


def test_a_choice_is_picked_by_its_number(run: Run) -> None:
    _, out, _ = run("chat", stdin="第7项\n2\n".encode())
    assert "2. 第7条" in out.split("\n\n")[0]
    assert out.split("\n\n")[1].startswith("第7条")


def test_completion_completes_the_name_that_was_begun(real_plan: Plan) -> None:
    names = completion_names(real_plan)
    assert completions("请问市城管", names)[0] == "请问市城管局"
    assert "灌溉系数" in completions("灌溉系", names)
    assert completions("。", names) == []


# -- check and load --------------------------------------------------------------------------------


def test_check_lists_every_problem(run: Run) -> None:
    broken = ROOT / "tests/data/broken_plans/several.yaml"
    code, out, err = run("check", str(broken))
    assert code == 1
    assert len(out.splitlines()) > 1
    assert all(line.startswith(f"{broken}:") for line in out.splitlines())
    assert f"共 {len(out.splitlines())} 处问题" in err


def test_check_says_what_a_good_file_holds(run: Run) -> None:
    code, out, _ = run("check", str(PLAN_FILE))
    assert code == 0
    assert "没有问题" in out
    assert "18 项任务、59 条具体任务、9 个指标、21 个单位" in out


def test_load_tells_what_changed(run: Run, plan_copy: Path) -> None:
    places = ("--plan", str(plan_copy))
    assert run("load", *places)[1].startswith("已载入《")
    assert run("load", *places)[1].startswith("没有变动")
    edit(plan_copy, "2030: 0.6", "2030: 0.62")
    code, out, _ = run("load", str(plan_copy))
    assert code == 0
    assert out.splitlines()[1:] == ["指标 农田灌溉水有效利用系数：2030年目标由“0.6”改为“0.62”"]
    edit(plan_copy, "format: 1", "format: 1  # 注释")
    assert "内容没有变动" in run("load", *places)[1]


def test_load_of_a_broken_file_changes_nothing(run: Run, plan_copy: Path) -> None:
    run("load", "--plan", str(plan_copy))
    edit(plan_copy, "format: 1", "format: 9")
    code, out, err = run("load", "--plan", str(plan_copy))
    assert code == 1
    assert "请写 format: 1" in out
    assert "没有变动" in err
    edit(plan_copy, "format: 9", "format: 1")
    assert run("load", "--plan", str(plan_copy))[1].startswith("没有变动")


def test_load_refuses_the_database_of_another_plan(run: Run, tmp_path: Path) -> None:
    db = str(tmp_path / "plan.db")
    run("load", "--db", db)
    code, _, err = run("load", str(ROOT / "tests/data/plans/yunxi_yanglao.yaml"), "--db", db)
    assert code == 2
    assert "另一个方案" in err


def test_load_fails_where_it_cannot_write(run: Run, tmp_path: Path) -> None:
    code, _, err = run("load", "--db", str(tmp_path))
    assert code == 2
    assert "打不开" in err


# -- the database of ask and chat ------------------------------------------------------------------


def test_ask_fills_an_empty_database(run: Run, tmp_path: Path, real_plan: Plan) -> None:
    run("ask", QUESTION)
    with closing(Store(tmp_path / f"data/siwei-bot/{real_plan.id}.db")) as store:
        assert store.loaded() is not None


@pytest.mark.parametrize("db", [".", "/dev/null/x/plan.db"])
def test_ask_without_a_usable_database_warns_and_answers(run: Run, db: str) -> None:
    code, out, err = run("ask", "2030年灌溉系数目标", "--db", db)
    assert code == 0
    assert "0.6" in out
    assert err.startswith("提醒：")
    assert err.count("\n") == 1


def test_ask_leaves_the_loading_of_a_changed_plan_to_load(run: Run, plan_copy: Path) -> None:
    places = ("--plan", str(plan_copy))
    run("load", *places)
    edit(plan_copy, "2030: 0.6", "2030: 0.62")
    _, out, err = run("ask", "2030年灌溉系数目标", *places)
    assert "0.62" in out
    assert "load" in err
    assert "0.62" in run("load", *places)[1]
    assert run("ask", "2030年灌溉系数目标", *places)[2] == ""


def test_ask_of_a_broken_plan_lists_its_problems(run: Run) -> None:
    code, out, err = run("ask", QUESTION, "--plan", str(ROOT / "tests/data/broken_plans/several.yaml"))
    assert (code, out) == (1, "")
    assert "several.yaml:12:3" in err


# -- settings --------------------------------------------------------------------------------------


def test_with_a_token_the_front_end_is_started(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=1:x\n")
    started: list[config.Settings] = []
    front_end = types.ModuleType("handlers")
    front_end.run_telegram = lambda settings: started.append(settings) or 0  # type: ignore[attr-defined, func-returns-value]
    monkeypatch.setitem(sys.modules, "handlers", front_end)
    assert run(home=tmp_path)[0] == 0
    assert [settings.token for settings in started] == ["1:x"]


def test_with_a_token_but_no_front_end_it_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=1:x\n")
    monkeypatch.setitem(sys.modules, "handlers", None)
    code, _, err = run(home=tmp_path)
    assert code == 2
    assert "Telegram" in err
    assert err.count("\n") == 1


def test_options_win_over_environment_over_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SIWEI_PLAN=a.yaml\nSIWEI_DB=a.db\nTELEGRAM_BOT_TOKEN=a\n")
    from_file = settings(tmp_path, environ={})
    assert (from_file.plan, from_file.db, from_file.token) == (
        tmp_path / "a.yaml",
        str(tmp_path / "a.db"),
        "a",
    )
    environ = {"SIWEI_PLAN": "b.yaml", "SIWEI_DB": ":memory:", "TELEGRAM_BOT_TOKEN": ""}
    from_environment = settings(tmp_path, environ=environ)
    assert (from_environment.plan, from_environment.db) == (Path("b.yaml"), ":memory:")
    assert from_environment.token == ""
    from_options = settings(tmp_path, "c.yaml", "c.db", environ=environ)
    assert (from_options.plan, from_options.db) == (Path("c.yaml"), "c.db")


def test_env_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "\ufeff# comment\n\nA=1\nexport B = two words # comment\n"
        "C='# no comment' # comment\nD=\"x\"\nE=\nF=a#b\n"
    )
    expected = {"A": "1", "B": "two words", "C": "# no comment", "D": "x", "E": "", "F": "a#b"}
    assert read_env_file(path) == expected
    assert read_env_file(tmp_path / "none") == {}


@pytest.mark.parametrize("data", [b"A=1\nnonsense\n", "A=中文".encode("gbk")])
def test_env_file_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(UsageError, match=r"\.env"):
        settings(tmp_path, environ={})


def test_data_directory_follows_xdg_where_it_is_absolute() -> None:
    assert config.data_directory({"XDG_DATA_HOME": "/data"}) == Path("/data/siwei-bot")
    assert config.data_directory({"XDG_DATA_HOME": "data"}) == Path("~/.local/share/siwei-bot").expanduser()


def test_installed_without_bot_py_the_plan_is_found() -> None:
    assert config.default_plan(None).is_file()
