"""Where things are: the plan, the database and the Telegram token, from options, environment and ``.env``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEMORY = ":memory:"
"""The database that lives only as long as the process."""

_PATHS = ("SIWEI_PLAN", "SIWEI_DB")
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(?:#.*)?""")


class UsageError(Exception):
    """The command was called in a way that cannot work; the message is one line in Chinese."""


@dataclass(frozen=True)
class Settings:
    """What every command needs to know; ``home`` is the folder of ``bot.py`` (``None`` where installed)."""

    plan: Path
    db: str | None = None
    """The database file; ``None`` stands for a file of the plan's own in the user's data directory."""
    token: str = ""
    home: Path | None = None

    def database(self, plan_id: str) -> str:
        """The database to use for the plan with this id."""
        return self.db or str(data_directory() / f"{plan_id}.db")


def settings(
    home: Path | None = None,
    plan: str | None = None,
    db: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings: options win over the environment, the environment over ``.env`` beside ``bot.py``."""
    variables = {**(read_env_file(home / ".env") if home else {}), **environ}
    plan = plan or variables.get("SIWEI_PLAN")
    db = db or variables.get("SIWEI_DB") or None
    return Settings(
        plan=Path(plan).expanduser() if plan else default_plan(home),
        db=db if db in (None, MEMORY) else str(Path(str(db)).expanduser()),
        token=variables.get("TELEGRAM_BOT_TOKEN", "").strip(),
        home=home,
    )


def default_plan(home: Path | None) -> Path:
    """``knowledge/plan.yaml`` beside ``bot.py``, or the plan that ships with the package."""
    package = Path(__file__).resolve().parent
    folders = [*([home] if home else []), package, package.parent]
    candidates = [folder / "knowledge" / "plan.yaml" for folder in folders]
    return next((path for path in candidates if path.is_file()), candidates[0])


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's directory for the project's data (``XDG_DATA_HOME`` where it is an absolute path)."""
    given = environ.get("XDG_DATA_HOME", "")
    base = Path(given) if given.startswith("/") else Path("~/.local/share").expanduser()
    return base / "siwei-bot"


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of an ``.env`` file: ``KEY=VALUE`` a line, quotes and ``#`` comments allowed.

    A relative path in it is meant from the file's own folder. A file that does not exist holds nothing.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} 读不了：{error}；请检查权限，并存为 UTF-8") from error
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        match = _ASSIGNMENT.fullmatch(line)
        if match is None:
            raise UsageError(f"{path} 第 {number} 行读不懂；每行写成 名称=值")
        found[match[1]] = _value(match[2])
    for key in _PATHS:
        if found.get(key) not in (None, "", MEMORY):
            found[key] = str(path.parent / Path(found[key]).expanduser())
    return found


def _value(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return quoted[2] if quoted else re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
