"""The texts of notices, plain and short enough for one message."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siwei_bot.notices.judging import standing
from siwei_bot.notices.reports import Report, amount, day_words
from siwei_bot.plan import Indicator

LONGEST = 3500
"""Characters of a notice."""


def headed(number: int, title: str) -> str:
    """The first line of a notice; its number shows a notice that comes twice."""
    return f"【第{number}号通知】{title}"


def listed(head: str, lines: Sequence[str]) -> str:
    """A notice with a line for each change; those that do not fit are counted."""
    text, left = head, len(lines)
    for line in lines:
        rest = f"\n另有{left}处变动，请问“最近有什么更新”查看全部。"
        more = f"{text}\n{len(lines) - left + 1}. {line}"
        if len(more) + len(rest) > LONGEST:
            return text + rest
        text, left = more, left - 1
    return text


def plan_text(number: int, lines: Sequence[str]) -> str:
    """What a new version of the plan changes for one place."""
    return listed(headed(number, f"方案已更新，与您订阅的内容有关的变动有{len(lines)}处："), lines)


def digest_text(number: int, lines: Sequence[str]) -> str:
    """What changed for one place since its last digest."""
    return listed(headed(number, f"每日摘要：您订阅的内容有{len(lines)}处变动："), lines)


def _name(by: str) -> str:
    """A person's name without the number in brackets, which is for the audit only.

    >>> _name("张三（4000001）"), _name("")
    ('张三', '没有写')
    """
    return re.sub(r"\s*[（(]\d+[）)]$", "", by) or "没有写"


def report_text(number: int, report: Report, indicator: Indicator, by: str, before: str) -> str:
    """A newly reported value."""
    lines = [headed(number, f"{report.name}有{'更正' if before else '新的'}上报")]
    lines.append(
        f"{report.year}年实际值：{amount(report.value, report.unit)}（截至{day_words(report.as_of)}）"
    )
    lines += [f"原报：{before}"] if before else []
    lines.append(f"{standing(indicator, report.year, report.value, report.unit).text}。")
    lines.append(f"来源：{report.source or '没有写'}；上报人：{_name(by)}")
    return "\n".join(lines)


def withdrawal_text(number: int, name: str, year: int, before: str, by: str) -> str:
    """A reported value that was taken back."""
    head = headed(number, f"{name}撤回一项上报")
    return f"{head}\n{year}年实际值：原报{before}，已撤回\n撤回人：{_name(by)}"
