"""Questions about actual values and changes: what was reported, how it stands, what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from siwei_bot.bot import Answer, PlanBot
from siwei_bot.language.reading import Context
from siwei_bot.notices import Ledger, Report
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store
from tests.banks import ROOT

PLAN = read_plan(ROOT / "knowledge" / "plan.yaml")
TODAY = date(2026, 6, 1)
FIRST, LEAKS = PLAN.indicators[0], PLAN.indicators[5]


def report(indicator: Any, year: int, value: float, as_of: str) -> Report:
    return Report(indicator.id, indicator.name, year, as_of, value, indicator.unit, "水资源公报")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlanBot]:
    path = tmp_path_factory.mktemp("reported") / "plan.db"
    with closing(Store(path)) as store:
        ledger = Ledger(store)
        ledger.load(PLAN, "first", by="")
        ledger.record(report(FIRST, 2025, 6.31, "2025-06-30"), PLAN, by="张工")
        ledger.record(report(FIRST, 2025, 6.05, "2025-12-31"), PLAN, by="张工")
        ledger.record(report(LEAKS, 2025, 9.8, "2025-12-31"), PLAN, by="李工")
        yield PlanBot(PLAN, store)


def rows(answer: Answer, kind: str) -> list[dict[str, Any]]:
    return [row for row in answer.rows if row["kind"] == kind]


@pytest.mark.parametrize(
    "question",
    [
        "用水总量现在完成多少",
        "用水总量2025年实际",
        "用水总量实际是多少",
        "用水总量完成了吗",
        "用水总量去年完成多少",
    ],
)
def test_the_newest_report_answers(bot: PlanBot, question: str) -> None:
    answer = bot.ask(question, today=TODAY)
    assert answer.status == "answered"
    (figure,) = rows(answer, "figure")
    assert (figure["indicator"], figure["year"], figure["value"], figure["actual"]) == (1, 2025, 6.05, True)
    assert "截至2025年12月31日" in answer.text
    assert "水资源公报" in answer.text


@pytest.mark.parametrize(("question", "met"), [("用水总量达标了吗", True), ("漏损率达标没", False)])
def test_whether_the_target_is_met_says_by_which_direction(bot: PlanBot, question: str, met: bool) -> None:
    answer = bot.ask(question, today=TODAY)
    assert [row["value"] for row in rows(answer, "verdict")] == [met]
    assert "不超过" in answer.text


def test_how_far_from_the_target(bot: PlanBot) -> None:
    answer = bot.ask("漏损率还差多少", today=TODAY)
    assert [(row["of"], row["value"]) for row in rows(answer, "number")] == [("difference", 0.8)]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("哪些指标已经上报了", [1, 6]),
        ("哪些指标还没上报", [2, 3, 4, 5, 7, 8, 9]),
        ("哪些指标达标了", [1]),
        ("2025年哪些指标没达标", [6]),
        ("哪些约束性指标没上报", [2, 3, 4, 5]),
    ],
)
def test_indicators_by_their_reports(bot: PlanBot, question: str, ids: list[int]) -> None:
    assert [row["id"] for row in rows(bot.ask(question, today=TODAY), "indicator")] == ids


@pytest.mark.parametrize(
    "question",
    [
        "灌溉系数实际多少",
        "用水总量2030年实际完成多少",
        "再生水利用率达标了吗",
        "用水总量的目标改过吗",
        "任务3改过没有",
    ],
)
def test_what_nobody_reported_is_not_known(bot: PlanBot, question: str) -> None:
    answer = bot.ask(question, today=TODAY)
    assert (answer.status, answer.reason) == ("unknown", "not_reported")


def test_follow_ups_stay_with_actual_values_until_targets_are_asked(bot: PlanBot) -> None:
    context, found = Context(), []
    for text in ("用水总量目标多少", "实际呢", "漏损率呢", "那2030年呢", "2030年的目标呢"):
        answer = bot.ask(text, context, TODAY)
        context = answer.context
        found.append((answer.status, [row["value"] for row in rows(answer, "figure")]))
    assert found == [
        ("answered", [6.17, 6.73]),
        ("answered", [6.05]),
        ("answered", [9.8]),
        ("unknown", []),
        ("answered", [9]),
    ]


def test_a_target_is_told_with_what_was_reported(bot: PlanBot) -> None:
    answer = bot.ask("用水总量2025年目标", today=TODAY)
    assert [row["value"] for row in rows(answer, "figure")] == [6.17]
    assert "2025年已上报实际值：6.05亿立方米" in answer.text


def test_changes_are_told_the_newest_first(bot: PlanBot) -> None:
    lines = bot.ask("最近有什么更新", today=TODAY).text.splitlines()
    told = [line for line in lines if "实际值" in line]
    assert ["9.8%" in told[0], "6.05" in told[1], "6.31" in told[2]] == [True, True, True]


def test_a_changed_target_is_told(tmp_path: Path) -> None:
    raised = replace(FIRST.targets[-1], value=6.9)
    indicator = replace(FIRST, targets=(*FIRST.targets[:-1], raised))
    plan = replace(PLAN, indicators=(indicator, *PLAN.indicators[1:]))
    with closing(Store(tmp_path / "plan.db")) as store:
        ledger = Ledger(store)
        ledger.load(PLAN, "first", by="")
        ledger.load(plan, "second", by="张工")
        answer = PlanBot(plan, store).ask("用水总量的目标改过吗", today=TODAY)
    assert [row["value"] for row in rows(answer, "verdict")] == [True]
    assert "6.9亿立方米" in answer.text
