"""The commands ``check`` and ``load``: a plan file's problems, and what a new version changes."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from siwei_bot.changes import compare, describe, stored_plan
from siwei_bot.cli.opening import fingerprint, require_file
from siwei_bot.config import Settings, UsageError
from siwei_bot.plan import Plan
from siwei_bot.plan_file import PlanFileError, read_plan
from siwei_bot.store import Store, StoreError


def check(path: Path) -> int:
    """Print every problem of a plan file; 1 if there is any, else 0."""
    try:
        plan = read_plan(require_file(path))
    except PlanFileError as error:
        print(error)
        print(f"共 {len(error.problems)} 处问题", file=sys.stderr)
        return 1
    print(f"{path} 没有问题：{summary(plan)}")
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
        with closing(Store(settings.database(plan.id))) as store:
            before = stored_plan(store)
            written = store.load(plan, fingerprint(path))
    except (StoreError, sqlite3.Error, RuntimeError) as error:
        raise UsageError(str(error)) from error
    print(_report(before, plan, written))
    return 0


def _report(before: Plan | None, plan: Plan, written: bool) -> str:
    if before is None:
        return f"已载入{summary(plan)}"
    changes = compare(before, plan)
    if not written:
        return f"没有变动：数据库里已经是这一版《{plan.title}》"
    if not changes:
        return f"已重新载入《{plan.title}》：内容没有变动（简称、注释等的改动不影响内容）"
    lines = [describe(change, plan.role_words) for change in changes]
    return "\n".join([f"已载入《{plan.title}》，与上次载入相比有 {len(lines)} 处变动：", *lines])


def summary(plan: Plan) -> str:
    """The plan's title and size in one line."""
    tasks = [task for section in plan.sections for task in section.tasks]
    measures = sum(len(assignment.measures) for task in tasks for assignment in task.assignments)
    counts = [f"{len(plan.sections)} 个部分", f"{len(tasks)} 项任务", f"{measures} 条具体任务"]
    if plan.indicators:
        counts.append(f"{len(plan.indicators)} 个指标")
    return f"《{plan.title}》，{'、'.join(counts)}、{len(plan.bureaus)} 个单位"
