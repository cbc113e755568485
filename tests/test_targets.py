"""What can be subscribed to, and the words in which a person asks for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.notices import EVERYTHING, Wish, clock_time, recognise, target_of, targets_of
from siwei_bot.notices.targets import Kind, every_target
from tests.noticing import bot
from tests.plans import PLANS, bot_for

INDICATOR, BODY = ("indicator", "取水总量"), ("bureau", "市甲局")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("取水总量", [INDICATOR]),
        ("取水", [INDICATOR]),
        ("甲局", [BODY]),
        ("取水总量和市甲局", [INDICATOR, BODY]),
        ("取水总量、甲局的变动", [INDICATOR, BODY]),
        ("任务2", [("task", "2")]),
        ("第2项任务", [("task", "2")]),
        ("打井取暖", [("task", "2")]),
        ("漏损", [("indicator", "管网漏损率")]),
        ("全部", [("all", "")]),
        ("所有变动", [("all", "")]),
    ],
)
def test_names_are_found(text: str, keys: list[tuple[str, str]]) -> None:
    named = targets_of(text, bot())
    assert [target[:2] for target in named.targets] == keys
    assert (named.candidates, named.unknown) == ((), "")


def test_what_may_mean_several_is_asked_back() -> None:
    named = targets_of("农田", bot())
    assert [target.key for target in named.candidates] == ["累计建成农田", "农田灌溉面积"]
    assert named.targets == ()


def test_a_misspelling_is_only_possibly_meant() -> None:
    named = targets_of("管网漏损绿", bot())
    assert [target.key for target in (*named.candidates, *named.targets)] in (["管网漏损率"], [])
    assert named.targets == ()


@pytest.mark.parametrize("text", ["月球", "任务99", "水", "5"])
def test_what_the_plan_has_not_is_unknown(text: str) -> None:
    named = targets_of(text, bot())
    assert named.targets == named.candidates == ()
    assert named.unknown == text


def test_only_the_kinds_that_are_asked_for() -> None:
    kinds: tuple[Kind, ...] = ("indicator",)
    named = targets_of("市甲局", bot(), kinds)
    assert named.targets == ()


@pytest.mark.parametrize("plan", PLANS)
def test_every_target_of_a_plan_is_named_by_its_name_and_remembered_by_its_token(plan: str) -> None:
    asked = bot_for(plan)
    targets = list(every_target(asked.plan))
    assert len({target.token for target in targets}) == len(targets)
    for target in targets:
        assert target_of(asked.plan, target.token) == target
        assert len(target.token.encode()) <= 13
        said = f"任务{target.key}" if target.kind == "task" else target.name
        assert target in targets_of(said, asked).targets


def test_a_token_of_another_plan_is_of_nothing() -> None:
    assert target_of(bot().plan, "i000000000000") is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("订阅 取水总量", ("subscribe", [INDICATOR], "")),
        ("请帮我订阅甲局", ("subscribe", [BODY], "")),
        ("订阅全部", ("subscribe", [("all", "")], "")),
        ("订阅取水总量 每天8点", ("subscribe", [INDICATOR], "08:00")),
        ("订阅 取水总量 08:30", ("subscribe", [INDICATOR], "08:30")),
        ("每天早上八点半订阅取水总量", ("subscribe", [INDICATOR], "08:30")),
        ("每天8点发摘要", ("subscribe", [], "08:00")),
        ("订阅", ("subscribe", [], "")),
        ("取消订阅", ("unsubscribe", [], "")),
        ("取消订阅取水总量", ("unsubscribe", [INDICATOR], "")),
        ("退订 全部", ("unsubscribe", [("all", "")], "")),
        ("不再订阅任务2了", ("unsubscribe", [("task", "2")], "")),
        ("把取水总量的订阅取消掉", ("unsubscribe", [INDICATOR], "")),
        ("取消取水总量的订阅", ("unsubscribe", [INDICATOR], "")),
        ("我的订阅", ("list", [], "")),
        ("我订阅了什么", ("list", [], "")),
        ("查看订阅", ("list", [], "")),
        ("订阅列表", ("list", [], "")),
    ],
)
def test_wishes(text: str, wish: tuple[str, list[tuple[str, str]], str]) -> None:
    found = recognise(text, bot())
    assert found is not None
    assert (found.action, [target[:2] for target in found.targets], found.digest) == wish
    assert found.unknown == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "取水总量是多少",
        "谁订阅了取水总量",
        "2025年取水总量目标",
        "第8点是什么",
        "每天8点开会",
        "订" * 500,
    ],
)
def test_a_question_is_no_wish(text: str) -> None:
    assert recognise(text, bot()) is None


def test_a_wish_for_something_unknown_says_so() -> None:
    assert recognise("订阅月球", bot()) == Wish("subscribe", unknown="月球")


@pytest.mark.parametrize(
    "text",
    ["要想" * 100, "我想" * 90 + "订阅", "的订阅" * 66, "取消" * 100, "8点" * 100, "8点" * 95 + "订阅",
     "把" * 99 + "订阅" * 50, "不" * 198 + "订阅", "了" * 198 + "订阅", "订阅" + "了吧" * 98 + "我",
     "\ufdfa" * 200],
)  # fmt: skip
def test_a_message_made_to_be_hard_to_read_is_read_like_any_other(text: str) -> None:
    wish = recognise(text, bot())
    assert wish is None or wish.targets == ()


@pytest.mark.parametrize("plan", PLANS)
def test_no_question_of_a_plan_is_taken_for_a_wish(plan: str) -> None:
    asked = bot_for(plan)
    for target in every_target(asked.plan):
        assert recognise(f"{target.name}2030年目标是多少", asked) is None
        found = recognise(f"订阅{target.name}", asked)
        assert found is not None
        if target != EVERYTHING:
            assert found.action == "subscribe"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("8点", "08:00"),
        ("早上8点", "08:00"),
        ("晚上8点一刻", "20:15"),
        ("下午3:05", "15:05"),
        ("十二点", "12:00"),
        ("8：00", "08:00"),
        ("24:00", None),
        ("8:61", None),
        ("八", None),
        ("明天", None),
    ],
)
def test_times_of_day(text: str, time: str | None) -> None:
    assert clock_time(text) == time


@given(st.text(alphabet="订阅取消退全部每天早上8点半:00水总量甲局任务2的把，。 ", max_size=30))
def test_any_text_is_read_without_failing(text: str) -> None:
    wish = recognise(text, bot())
    assert wish is None or wish.action in ("subscribe", "unsubscribe", "list")
