"""What the tests of reports and notices share: a small plan, a ledger with a clock, places, targets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from siwei_bot import PlanBot
from siwei_bot.notices import Ledger, Place, Report, Target
from siwei_bot.plan import Plan
from siwei_bot.plan_file import parse_plan
from siwei_bot.store import Store
from tests.virtual import START

TEXT = """\
format: 1
plan: {id: example, title: 示例方案, region: 某市, source: 分工表}
bureaus:
  - {name: 市甲局, aliases: [甲局]}
  - {name: 市乙局}
  - {name: 市丙局}
indicators:
  - {id: 1, name: 取水总量, aliases: [取水], unit: 亿立方米, direction: cap, targets: {2025: 6, 2030: 7},
     bureaus: [市甲局]}
  - {id: 2, name: 管网漏损率, aliases: [漏损率], unit: "%", direction: cap, targets: {2025: 9},
     bureaus: [市乙局]}
  - {id: 3, name: 累计建成农田, unit: 万亩, direction: floor, targets: {2025: 180, 2030: 360}, bureaus: []}
  - {id: 4, name: 灌溉系数, unit: "1", targets: {2025: 0.5}, bureaus: []}
  - {id: 5, name: 农田灌溉面积, unit: 亩, baseline: {2020: 50}, direction: floor,
     targets: {2025: {value: 60, comparator: ">"}, 2028: {text: 完成省下达任务},
               2030: {value: 80, comparator: "≈"}}, bureaus: []}
sections:
  - id: 1
    title: 第一方面
    tasks:
      - id: 1
        title: 开渠引水
        assignments:
          - {lead: [市甲局], support: [市乙局], measures: {1: 开挖新渠。, 2: 整修旧渠。}}
      - id: 2
        title: 打井取暖
        assignments:
          - {lead: [市乙局], due: 2026-06, measures: {3: 打新井。}}
"""

CHAT, GROUP, TOPIC = Place(7), Place(-100), Place(-100, 4)


def version(*edits: tuple[str, str]) -> Plan:
    """The plan with edits of its text."""
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return parse_plan(text, "plan.yaml")


@cache
def bot() -> PlanBot:
    """A bot for the plan; asking changes nothing."""
    plan, store = version(), Store(":memory:")
    store.load(plan, "1")
    return PlanBot(plan, store)


@dataclass
class Clock:
    """A clock that a test sets."""

    now: float = START

    def __call__(self) -> float:
        return self.now


def ledger(path: Any = ":memory:", clock: Any = None) -> Ledger:
    """A ledger with the plan in it."""
    found = Ledger.open(path, clock=clock or Clock())
    found.load(version(), "1", "管理员")
    return found


def report(value: float = 5.9, year: int = 2025, as_of: str = "2025-12-31", **more: Any) -> Report:
    """A report, by default of the first indicator."""
    known: dict[str, Any] = {"indicator": 1, "name": "取水总量", "unit": "亿立方米", "source": "公报"}
    return Report(year=year, as_of=as_of, value=value, **known | more)


def target(kind: Any, key: str) -> Target:
    """A target, named by its key."""
    return Target(kind, key, key or "全部变动")
