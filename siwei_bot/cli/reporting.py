"""The commands ``report`` and ``notices``: an actual value, and who has been told."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from siwei_bot.bot import ZONE
from siwei_bot.cli.opening import database_file, snapshot_bot
from siwei_bot.config import Settings, UsageError
from siwei_bot.notices.judging import preview
from siwei_bot.notices.ledger import Ledger, Notice
from siwei_bot.notices.reports import ReportError, indicator_of, named_indicator, read_report, read_year
from siwei_bot.notices.subscriptions import Place
from siwei_bot.store import StoreError

_WITHDRAWN = "撤回"
_YES = ("y", "yes", "是", "好", "确认")


def report(
    settings: Settings,
    indicator: str,
    year: str,
    value: str,
    *,
    unit: str = "",
    as_of: str = "",
    source: str = "",
    by: str = "",
    sure: bool = False,
) -> int:
    """Record an actual value and queue its notices; 1 where it is doubtful and nobody is sure."""
    path = database_file(settings)
    bot = snapshot_bot(settings)
    try:
        # the store, which only reads, first: the last one to close merges the log into the database
        with opened_ledger(path, bot.plan.id) as ledger, closing(bot.store):
            if value == _WITHDRAWN:
                notice = ledger.withdraw(named_indicator(bot, indicator), read_year(year), by or user())
                print(f"已撤回：\n{notice.title}\n{queued(notice)}")
                return 0
            meant = read_report(bot, indicator, year, value, unit=unit, as_of=as_of, source=source)
            doubted = ledger.assess(meant, bot.plan)
            said = preview(meant, indicator_of(meant, bot.plan), doubted)
            if doubted and not sure and not _confirmed(said):
                return 1
            notice = ledger.record(meant, bot.plan, by or user())
    except (ReportError, StoreError) as error:
        raise UsageError(str(error)) from error
    print(f"已记录：\n{preview(meant, indicator_of(meant, bot.plan), ())}\n{queued(notice)}")
    return 0


def _confirmed(said: str) -> bool:
    if not sys.stdin.isatty():
        print(f"{said}\n没有记录；核对无误的话，加上 --yes 再报一次", file=sys.stderr)
        return False
    print(said)
    try:
        answer = input("确认无误，仍然记录？输入 y 记录，直接回车放弃：")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in _YES:
        print("没有记录")
        return False
    return True


def notices(settings: Settings, *, retry: bool = False) -> int:
    """Print how far the notices have come; queue the failed ones again if told so."""
    with opened_ledger(database_file(settings)) as ledger:
        if retry:
            count = ledger.retry_failed()
            print(f"已把 {count} 条发送失败的通知重新排队" if count else "没有可以重发的通知")
        print(_status(ledger))
    return 0


def _status(ledger: Ledger) -> str:
    status = ledger.status()
    lines = [f"待发 {status.queued} 条，已发 {status.sent} 条，失败 {status.failed} 条"]
    lines += [f"　失败 {count} 条：{reason}" for reason, count in status.reasons]
    lines += [f"　重试中 {count} 条：{reason}" for reason, count in status.retrying]
    if status.awaiting:
        lines.append(f"等每日摘要的变动 {status.awaiting} 处")
    lines.append(f"订阅 {status.subscriptions} 个，来自 {status.places} 个会话")
    if status.ended:
        lines.append("最近终止的订阅：")
        lines += [
            f"　{_local(end.at)}　{_place(end.place)}　{end.target.name}：{end.reason}"
            for end in status.ended
        ]
    return "\n".join(lines)


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _place(place: Place) -> str:
    return f"会话 {place.chat}" + (f" 话题 {place.thread}" if place.thread else "")


@contextmanager
def opened_ledger(path: str, plan_id: str = "") -> Iterator[Ledger]:
    """The ledger of a database, while it is needed. What the database refuses is wrong usage."""
    try:
        with closing(Ledger.open(path, plan_id)) as ledger:
            yield ledger
    except StoreError as error:
        raise UsageError(str(error)) from error


def queued(notice: Notice | None) -> str:
    """How many are told, in one line."""
    if notice is None or not (notice.chats or notice.digests):
        return "没有会话订阅有关内容，不发通知"
    said = [f"已为 {notice.chats} 个会话排队"] if notice.chats else []
    said += [f"{notice.digests} 个会话在每日摘要里收到"] if notice.digests else []
    return f"第{notice.number}号通知：{'，'.join(said)}（由正在运行的机器人发出）"


def user() -> str:
    """Who is at the terminal."""
    try:
        return f"终端用户 {getpass.getuser()}"
    except (OSError, KeyError, ImportError):
        return "终端用户"
