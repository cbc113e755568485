"""Opening the plan and its database for a command."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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


def database_file(settings: Settings) -> str:
    """The database file of the plan, which need not exist yet."""
    path = settings.db or settings.database(read_plan(require_file(settings.plan)).id)
    if path == MEMORY:
        raise UsageError("内存里的数据库留不住数据；请用 --db 指定一个文件")
    return path


@contextmanager
def opened_bot(settings: Settings) -> Iterator[PlanBot]:
    """The bot to ask, while it is needed; answers always come from the plan file as it is now.

    A database that cannot be used, or that holds another version of the plan, is left alone and
    one in memory takes its place: only ``load`` replaces a loaded plan, so that its changes are told.
    """
    plan = read_plan(require_file(settings.plan))
    digest = fingerprint(settings.plan)
    store = _store_for(plan, digest, settings)
    with closing(store):
        yield PlanBot(plan, store)


def snapshot_bot(settings: Settings) -> PlanBot:
    """A bot that goes on answering from the plan file as it is now, whatever version is loaded later.

    The plan is in memory; reports and changes are read from the database, of which any may be added
    later. Close ``bot.store`` afterwards. Raises :class:`.PlanFileError`, :class:`.UsageError`.
    """
    plan = read_plan(require_file(settings.plan))
    digest = fingerprint(settings.plan)
    memory = _loaded_store(MEMORY, plan, digest)
    with suppress(RuntimeError):  # no home directory to find the database in
        path = settings.database(plan.id)
        if path != MEMORY:
            with suppress(StoreError, sqlite3.Error):
                _fill(path, plan, digest)
            memory.read_records_of(path)
    return PlanBot(plan, memory)


def _fill(path: str, plan: Plan, digest: str) -> None:
    """Load the plan where no version of it is loaded yet."""
    with closing(Store(path)) as store:
        if store.loaded() is None:
            store.load(plan, digest)


def _store_for(plan: Plan, digest: str, settings: Settings) -> Store:
    try:
        return _loaded_store(settings.database(plan.id), plan, digest)
    except (StoreError, sqlite3.Error, RuntimeError) as error:
        store, read = _loaded_store(MEMORY, plan, digest), False
        with suppress(RuntimeError):  # no home directory to find the database in
            read = store.read_records_of(settings.database(plan.id))
        unread = "" if read else "，看不到上报的实际值和变动"
        print(f"提醒：{error}；这次用内存里的数据库回答{unread}", file=sys.stderr)
        return store


def _loaded_store(path: str, plan: Plan, digest: str) -> Store:
    """A store with this very plan in it: a new one is filled, one with another plan is refused."""
    store = Store(path)
    try:
        if store.loaded() not in (None, (plan.id, digest)):
            raise StoreError(f"数据库 {path} 里是另一个方案或旧的一版（用 load 命令载入新的一版）")
        if not store.load(plan, digest):
            store.require_sound()
    except BaseException:
        store.close()
        raise
    return store
