"""The token stays where it was put: in no output, no error, no log and no database of any command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from siwei_bot.cli import main
from tests.plans import ROOT

SECRET = "AAF-zQw9_secretsecretsecretsecret42"
TOKEN = f"987654321:{SECRET}"
BROKEN = "tests/data/broken_plans/several.yaml"

COMMANDS = [
    ["ask", "2030年灌溉系数目标"],
    ["ask", "--json", "口令是什么"],
    ["ask", "--explain", "token"],
    ["check", "knowledge/plan.yaml"],
    ["check", BROKEN],
    ["check", ".env"],
    ["load"],
    ["load", ".env"],
    ["load", BROKEN],
    ["report", "用水总量", "2025", "6.05"],
    ["report", "没有的指标", "2025", "6.05"],
    ["notices", "--retry"],
    ["export", "reports"],
    ["backup", "copy.db"],
    ["restore", ".env"],
    ["import", ".env"],
    ["new"],
    ["diff", ".env", "knowledge/plan.yaml"],
    ["web", "--port", "x"],
    ["nonsense"],
    ["--nonsense"],
    ["--once", "--plan", BROKEN],
    ["--once", "--plan", ".env"],
    ["--once", "--plan", "nowhere.yaml"],
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of ``bot.py`` whose ``.env`` holds the token; the current folder, too."""
    for name in ("knowledge", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nSIWEI_DB=plan.db\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_with_secret(folder: Path) -> list[Path]:
    """Every file that holds the token, but the one it was put in."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".env"]
    return [path for path in files if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_no_command_tells_the_token(home: Path, argv: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    main(["load"], home=home)
    main(argv, home=home)
    out, err = capfd.readouterr()
    assert out + err
    assert SECRET not in out + err
    assert files_with_secret(home) == []


@pytest.mark.parametrize(
    "line",
    [
        f"TELEGRAM_BOT_TOKEN {TOKEN}",
        f"TELEGRAM_BOT_TOKEN：{TOKEN}",
        TOKEN,
        f"SIWEI_PLAN=plan.yaml\n{TOKEN}=",
    ],
)
def test_a_faulty_env_file_is_told_by_line_number(
    home: Path, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (home / ".env").write_text(line)
    assert main(["ask", "你好"], home=home) == 2
    out, err = capfd.readouterr()
    assert "行读不懂" in err
    assert SECRET not in out + err


def telegram(home: Path, **variables: str) -> str:
    """What ``bot.py --once`` says, with its log, in an environment of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}/bot"
        environment: Mapping[str, str] = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "SIWEI_"))},
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": nowhere,
            "SIWEI_DB": str(home / "plan.db"),
            **variables,
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), "--once"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    assert done.returncode in (1, 2), done.stdout
    return done.stdout


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "连不上 Telegram"),
        ({"SIWEI_LOG_LEVEL": "DEBUG"}, "连不上 Telegram"),
        ({"TELEGRAM_API_BASE_URL": "nonsense"}, "连不上 Telegram"),
    ],
    ids=str,
)
def test_no_failure_of_the_start_tells_the_token(home: Path, variables: dict[str, str], said: str) -> None:
    output = telegram(home, **variables)
    assert said in output
    assert SECRET not in output
    assert "Traceback" not in output or variables.get("SIWEI_LOG_LEVEL") == "DEBUG"
    assert files_with_secret(home) == []


@pytest.mark.parametrize("name", ["SIWEI_ADMINS", "TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_LISTEN"])
def test_a_token_in_the_wrong_place_is_not_told(
    home: Path, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, TOKEN)
    assert main(["--once"], home=home) == 2
    out, err = capfd.readouterr()
    assert name in err
    assert SECRET not in out + err
