"""Opening the plan and its database for a command."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from pathlib import Path

from siwei_bot.bot import PlanBot
from siwei_bot.config import MEMORY, Settings, UsageError
from siwei_bot.plan import Plan
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store, StoreError


def require_file(path: Path) -> Path:
    """The path, if a file is there."""
    if not path.exists():
        raise UsageError(f"没有这个文件：{path}")
    if not path.is_file():
        raise UsageError(f"这不是一个文件：{path}")
    return path


def fingerprint(path: Path) -> str:
    """A digest of the plan file: equal digests, equal plans."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def open_bot(settings: Settings) -> PlanBot:
    """The bot to ask; answers always come from the plan file as it is now.

    A database that cannot be used, or that holds another version of the plan, is left alone and
    one in memory takes its place: only ``load`` replaces a loaded plan, so that its changes are told.
    """
    plan = read_plan(require_file(settings.plan))
    digest = fingerprint(settings.plan)
    try:
        store = Store(settings.database(plan.id))
        if store.loaded() in (None, (plan.id, digest)):
            store.load(plan, digest)
            return PlanBot(plan, store)
        warning = _other_plan(store, plan)
    except (StoreError, sqlite3.Error, RuntimeError) as error:
        warning = f"{error}；这次改用内存里的数据库"
    print(f"提醒：{warning}", file=sys.stderr)
    store = Store(MEMORY)
    store.load(plan, digest)
    return PlanBot(plan, store)


def _other_plan(store: Store, plan: Plan) -> str:
    loaded = store.loaded()
    if loaded and loaded[0] == plan.id:
        return "方案文件有改动，还没有载入数据库（用 load 命令载入）；这次按文件回答"
    return f"数据库 {store.path} 里是另一个方案；这次改用内存里的数据库"
