"""The commands ``new`` and ``diff``: a plan file to begin with, and two versions compared."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from siwei_bot.changes import compare, describe
from siwei_bot.cli.files import print_plan, require_free, write_plan
from siwei_bot.cli.opening import require_file
from siwei_bot.plan import Plan
from siwei_bot.plan_file import PlanFileError, read_plan

_PACKAGE = Path(__file__).resolve().parent.parent
_SCHEMAS = (_PACKAGE.parent / "docs" / "plan.schema.json", _PACKAGE / "data" / "plan.schema.json")


def new(output: Path | None, *, force: bool) -> int:
    """Write a plan file with explanations to ``output``, or to standard output without one."""
    if output is None:
        print_plan(template(Path.cwd()))
        return 0
    require_free(output, force=force)
    write_plan(output, template(output.absolute().parent))
    print(f"已写到 {output}；照着里面的说明改成您的方案，再用 check 命令检查")
    return 0


def template(folder: Path) -> str:
    """A plan file with explanations, to stand in ``folder``: editors find the schema by its first line."""
    text = files("siwei_bot").joinpath("data", "new_plan.yaml").read_text("utf-8")
    schema = next((path for path in _SCHEMAS if path.is_file()), None)
    if schema is None:
        return text
    return f"# yaml-language-server: $schema={quote(os.path.relpath(schema, folder))}\n{text}"


def diff(before: Path, after: Path) -> int:
    """Print what the plan file ``after`` changes in ``before``; 1 if either has problems, else 0."""
    read = [_read(path) for path in (before, after)]
    errors = [error for error in read if isinstance(error, PlanFileError)]
    if errors:
        print(*errors, sep="\n")
        count = sum(len(error.problems) for error in errors)
        print(f"共 {count} 处问题；改好以后再比较", file=sys.stderr)
        return 1
    old, plan = (plan for plan in read if isinstance(plan, Plan))
    if old.id != plan.id:
        said = f"提醒：两个文件的 id 不同（{old.id}、{plan.id}），仍然当作同一个方案的两版来比较"
        print(said, file=sys.stderr)
    changes = compare(replace(old, id=plan.id), plan)
    if not changes:
        print("内容没有变动（简称、注释等的改动不影响内容）")
        return 0
    print(f"{after} 与 {before} 相比有 {len(changes)} 处变动：")
    print(*(describe(change, plan.role_words) for change in changes), sep="\n")
    return 0


def _read(path: Path) -> Plan | PlanFileError:
    try:
        return read_plan(require_file(path))
    except PlanFileError as error:
        return error
