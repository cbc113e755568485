"""The commands ``export``, ``backup`` and ``restore``: the data outside the database."""

from __future__ import annotations

import sys
from pathlib import Path

from siwei_bot.cli.opening import database_file
from siwei_bot.cli.reporting import opened_ledger
from siwei_bot.config import Settings, UsageError
from siwei_bot.notices.backup import BackupError
from siwei_bot.notices.backup import backup as back_up
from siwei_bot.notices.backup import restore as put_back
from siwei_bot.notices.export import What, write_csv
from siwei_bot.plan_file import read_plan


def export(settings: Settings, what: What, path: Path | None) -> int:
    """Write reports or changes as CSV to a new file, or to standard output."""
    with opened_ledger(database_file(settings)) as ledger:
        if path is None:
            reconfigure = getattr(sys.stdout, "reconfigure", None)
            if reconfigure is not None:  # a spreadsheet knows UTF-8 by the mark at its beginning
                reconfigure(encoding="utf-8" if sys.stdout.isatty() else "utf-8-sig", newline="")
            write_csv(ledger.store, what, sys.stdout)
            return 0
        try:
            with path.open("x", encoding="utf-8-sig", newline="") as file:
                count = write_csv(ledger.store, what, file)
        except FileExistsError:
            raise UsageError(f"{path} 已经存在；请换一个文件名") from None
        except OSError as error:
            raise UsageError(f"{path} 写不了：{error.strerror}") from error
    print(f"已写 {count} 行到 {path}")
    return 0


def backup(settings: Settings, path: Path) -> int:
    """Copy the database, which may be in use, to a new file."""
    try:
        back_up(database_file(settings), path)
    except BackupError as error:
        raise UsageError(str(error)) from error
    print(f"已备份到 {path}")
    return 0


def restore(settings: Settings, path: Path) -> int:
    """Put a backup in the place of the database; the old one is kept beside it."""
    plan_id = read_plan(settings.plan).id if settings.plan.is_file() else ""
    try:
        kept = put_back(path, database_file(settings), plan_id)
    except BackupError as error:
        raise UsageError(str(error)) from error
    print(f"已从 {path} 恢复")
    if kept is not None:
        print(f"原来的数据库留在 {kept}")
    return 0
