"""Reports and changes as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from typing import Any, Literal, TextIO

from siwei_bot.bot import ZONE
from siwei_bot.store import Store

What = Literal["reports", "changes"]

_REPORTS = """
    select r.id as 编号, r.name as 指标, r.year as 年份, r.as_of as 截至, coalesce(r.value, '撤回') as 数值,
           case r.unit when '1' then '' else r.unit end as 单位, r.source as 来源, r.reported_by as 上报人,
           r.reported_at as 上报时间, r.notice as 通知号,
           case when c.id is null then '否' else '是' end as 现行
    from reports r left join current_reports c on c.id = r.id order by r.id
"""
_CHANGES = """
    select id as 编号, at as 时间, by as 操作人, batch as 通知号,
           case kind when 'report' then '上报' else '方案' end as 来由, line as 变动,
           subject_kind as 对象, subject_id as 对象编号, subject_name as 对象名称, field as 内容,
           case year when 0 then '' else year end as 年份, bureau as 单位, before as 原来, after as 现在,
           bureaus as 有关单位
    from changes order by id
"""
_TIMES = ("上报时间", "时间")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(store: Store, what: What, to: TextIO) -> int:
    """Write all reports or all changes, oldest first; how many. Times are those of China."""
    rows = store.rows(_REPORTS if what == "reports" else _CHANGES)
    writer = csv.writer(to)
    writer.writerow(rows[0] if rows else [f"没有{'上报' if what == 'reports' else '变动'}"])
    writer.writerows([_cell(column, value) for column, value in row.items()] for row in rows)
    return len(rows)


def _cell(column: str, value: Any) -> Any:
    if column in _TIMES:
        return datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    if column == "有关单位":
        value = "、".join(json.loads(value))
    # a spreadsheet would calculate a text that looks like a formula
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
