"""The commands ``check`` and ``load``: a plan file's problems, and what a new version changes."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from siwei_bot.cli.opening import fingerprint, require_file
from siwei_bot.cli.reporting import queued, user
from siwei_bot.config import Settings, UsageError
from siwei_bot.notices.ledger import Ledger, Loaded
from siwei_bot.plan import Plan
from siwei_bot.plan_file import PlanFileError, read_placed_plan, read_plan
from siwei_bot.plan_warnings import warnings
from siwei_bot.store import StoreError


def check(path: Path) -> int:
    """Print every problem of a plan file, or what is worth a look in it; 1 if there is a problem."""
    try:
        placed = read_placed_plan(require_file(path))
    except PlanFileError as error:
        print(error)
        print(f"共 {len(error.problems)} 处问题", file=sys.stderr)
        return 1
    found = warnings(placed)
    print(*found, sep="\n", end="\n" if found else "")
    if found:
        print(f"共 {len(found)} 处提醒；核对无误的，写一句 note 或注释 # 已核对，就不再提醒", file=sys.stderr)
    print(f"{path} 没有问题：{summary(placed.plan)}")
    return 0


def load(settings: Settings, path: Path) -> int:
    """Load a plan file into the database and print what changed; 1 if the file has problems."""
    try:
        plan = read_plan(require_file(path))
    except PlanFileError as error:
        print(error)
        print(f"共 {len(error.problems)} 处问题；没有载入，数据库没有变动", file=sys.stderr)
        return 1
    try:
        with closing(Ledger.open(settings.database(plan.id))) as ledger:
            loaded = ledger.load(plan, fingerprint(path), user())
    except (StoreError, sqlite3.Error, RuntimeError) as error:
        raise UsageError(str(error)) from error
    print(_report(plan, loaded))
    return 0


def _report(plan: Plan, loaded: Loaded) -> str:
    if loaded.first:
        return f"已载入{summary(plan)}"
    if not loaded.written:
        return f"没有变动：数据库里已经是这一版《{plan.title}》"
    if not loaded.lines:
        return f"已重新载入《{plan.title}》：内容没有变动（简称、注释等的改动不影响内容）"
    head = f"已载入《{plan.title}》，与上次载入相比有 {len(loaded.lines)} 处变动："
    told = loaded.notice is not None and (loaded.notice.chats or loaded.notice.digests)
    return "\n".join([head, *loaded.lines, *([queued(loaded.notice)] if told else [])])


def summary(plan: Plan) -> str:
    """The plan's title and size in one line."""
    tasks = [task for section in plan.sections for task in section.tasks]
    measures = sum(len(assignment.measures) for task in tasks for assignment in task.assignments)
    counts = [f"{len(plan.sections)} 个部分", f"{len(tasks)} 项任务", f"{measures} 条具体任务"]
    if plan.indicators:
        counts.append(f"{len(plan.indicators)} 个指标")
    return f"《{plan.title}》，{'、'.join(counts)}、{len(plan.bureaus)} 个单位"
