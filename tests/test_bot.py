"""The Python interface: one answer a message, a context for the next, nothing kept between."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from siwei_bot import Answer, PlanBot, PlanFileError
from siwei_bot.language.reading import Context
from tests.plans import PLANS, bot_for

TODAY = date(2026, 11, 22)


def ids(answer: Answer, kind: str = "measure") -> list[int]:
    return [row["id"] for row in answer.rows if row["kind"] == kind]


def test_the_two_questions_of_the_readme() -> None:
    bot = bot_for("changzhi")
    assert ids(bot.ask("市城管局牵头哪些任务")) == [5, 6, 7, 8, 9, 34]
    answer = bot.ask("2030年灌溉系数目标")
    assert [r["value"] for r in answer.rows if r["kind"] == "figure"] == [0.6]
    assert [r["value"] for r in bot.ask("2025年呢", answer.context).rows if r["kind"] == "figure"] == [0.58]


def test_a_follow_up_needs_its_context() -> None:
    bot = bot_for("changzhi")
    answer = bot.ask("市城管局牵头哪些任务")
    assert ids(bot.ask("那参与的呢", context=answer.context)) == [31, 32, *range(50, 58)]
    assert bot.ask("那参与的呢").status == "unknown"


def test_what_is_asked_twice_is_answered_once() -> None:
    bot = bot_for("changzhi")
    answer = bot.ask("第8条谁牵头，第8条谁牵头，第9条谁牵头")
    assert (answer.text.count("第8条由"), answer.text.count("第9条由")) == (1, 1)


def test_small_talk_keeps_the_context() -> None:
    bot = bot_for("changzhi")
    first = bot.ask("漏损率2030年目标")
    thanks = bot.ask("谢谢", first.context)
    assert thanks.status == "chat"
    assert thanks.context == first.context


def test_to_dict_has_the_fields_of_the_contract() -> None:
    answer = bot_for("changzhi").ask("第8条谁牵头").to_dict()
    assert set(answer) == {"status", "reason", "rows", "choices", "text", "interpretation", "source"}


def test_answers_are_values() -> None:
    bot = bot_for("changzhi")
    answer = bot.ask("第8条谁牵头", today=TODAY)
    assert answer == bot.ask("第8条谁牵头", today=TODAY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.status = "x"  # type: ignore[misc,unused-ignore]


def test_many_threads_get_the_answers_of_one() -> None:
    bot = bot_for("changzhi")
    questions = [f"第{n}条谁牵头" for n in range(1, 60)]
    alone = [bot.ask(question, today=TODAY) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: bot.ask(question, today=TODAY), questions))
    assert together == alone


def test_how_a_slip_was_read_is_said() -> None:
    answer = bot_for("changzhi").ask("水力局牵头多少条措施")
    assert "水力局" in answer.interpretation
    assert "市水利局" in answer.interpretation
    assert "市水利局" in answer.text


def test_a_broken_plan_file_raises_its_problems() -> None:
    broken = PLANS["changzhi"].parent.parent / "tests" / "data" / "broken_plans"
    path = sorted(broken.glob("*.yaml"))[0]
    with pytest.raises(PlanFileError) as caught:
        PlanBot.open(path)
    assert caught.value.problems


def test_this_year_is_the_day_of_the_question() -> None:
    bot = bot_for("yunxi_yanglao")
    asked = "今年助餐点数量目标"
    assert [r["year"] for r in bot.ask(asked, today=date(2026, 1, 5)).rows if r["kind"] == "figure"] == [2026]
    assert bot.ask(asked, today=date(2027, 1, 5)).reason == "no_such_year"


def test_an_empty_context_is_the_default() -> None:
    bot = bot_for("changzhi")
    assert bot.ask("任务8", Context(), TODAY) == bot.ask("任务8", None, TODAY)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("用水总量2030年6.73亿对吗", "是。"),
        ("用水总量2030年67300万立方米对吗", "是。"),
        ("灌溉面积2030年150万对吗", "不是。农业灌溉面积2030年目标是148万亩，不是150万亩。"),
        ("能源局牵头的就一条吧", "不是。市能源局牵头的措施有2条，不是1条。"),
        ("城管局跟农业农村局谁牵头多", "市农业农村局、市城管局中，牵头的措施最多的是市城管局，6条。"),
        ("城管局2030年漏损率要降到多少", "城镇公共供水管网漏损率2030年目标：9%。"),
        ("水利局2030年漏损率要降到多少", "不是。"),
        ("最后一部分牵头的有谁", "第五部分由市水利局、市财政局牵头。"),
        ("方案分哪几个部分", "方案共5个部分："),
    ],
)
def test_what_an_answer_begins_with(question: str, begins: str) -> None:
    assert bot_for("changzhi").ask(question).text.startswith(begins)


@pytest.mark.parametrize(
    "question",
    [
        "约束性指标还是预期性指标更多",
        "能源局牵头的就矿井水那一条，是吧",
        "城管局和城市管理局是一个单位吗",
        "倒数第二项有几条措施",
    ],
)
def test_what_no_query_holds_is_refused(question: str) -> None:
    assert bot_for("changzhi").ask(question).status == "unknown"


def test_the_next_measure_is_asked_the_same() -> None:
    bot = bot_for("changzhi")
    first = bot.ask("第8条谁参与")
    following = bot.ask("那下一条呢", first.context)
    assert following.text.startswith("第9条")
    assert bot.ask("上一条谁牵头", following.context).text.startswith("第8条由市城管局、市市场监管局牵头")
    assert bot.ask("上一条", bot.ask("第1条").context).reason == "no_such_number"
    assert bot.ask("下一条").status == "unknown"


def test_a_change_from_a_baseline_that_is_not_written_is_refused() -> None:
    answer = bot_for("chenghu_shian").ask("公众食品安全满意度比基期提高多少")
    assert answer.reason == "no_such_year"
    assert answer.text.startswith("方案没有写公众食品安全满意度的基期值。")
