"""Which clauses of a message are the question, and which are only said beside it."""

from __future__ import annotations

import pytest

from siwei_bot.language.clauses import narrower, refused, small_talk, stands_alone, without_asides
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import normalise
from tests.plans import bot_for


def mentions(text: str) -> tuple[Mention, ...]:
    return bot_for("changzhi").parser.finder.find(normalise(text)).mentions


def said(found: object) -> str:
    assert isinstance(found, list | tuple)
    return "".join(m.text for m in found)


@pytest.mark.parametrize(
    ("text", "question", "spoken"),
    [
        ("局长刚问，第5条谁牵头", "第5条谁牵头", True),
        ("督查室来电话了，第5条谁牵头", "第5条谁牵头", True),
        ("第5条谁牵头，我好交差", "第5条谁牵头", True),
        ("下班前要交，用水总量什么属性", "用水总量什么属性", True),
        ("风挺大的，市水利局牵头几条", "市水利局牵头几条", False),
        ("没有啊，那参与的呢", "那参与的呢", False),
    ],
)
def test_asides_are_left_out(text: str, question: str, spoken: bool) -> None:
    kept = without_asides(mentions(text))
    assert kept is not None
    assert said(kept.mentions) == question
    assert kept.spoken == spoken


@pytest.mark.parametrize(
    "text",
    [
        "第5条谁牵头",
        "我想问合同节水，谁牵头",
        "除了水利局，再生水还有谁参与",
        "说错了，是第30条",
        "单位是百分比的，2025年目标最高的是哪个",
        "水利局牵头哪些，为什么",
    ],
)
def test_what_the_question_needs_is_no_aside(text: str) -> None:
    kept = without_asides(mentions(text))
    assert kept is None or said(kept.mentions) == normalise(text).replace("，", "")


def test_a_topic_is_not_left_behind() -> None:
    assert [said(part) for part in narrower(mentions("合同节水乱放，按方案找哪些单位"))] == []
    assert not stands_alone(mentions("按方案找哪些单位"))
    answer = bot_for("changzhi").ask("合同节水乱放，按方案找哪些单位")
    assert answer.status == "unknown"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("水利局局长是谁", "局长"),
        ("为什么用水总量低", "为什么"),
        ("用水总量怎么定的", ""),
        ("第3项任务叫什么名字", ""),
        ("第5条谁牵头", ""),
    ],
)
def test_refused_words(text: str, word: str) -> None:
    assert refused(mentions(text)) == word


@pytest.mark.parametrize(
    ("text", "kind"),
    [("你好", "greeting"), ("麻烦了，谢谢", "thanks"), ("你能干什么", "help"), ("第5条谁牵头，谢谢", "")],
)
def test_small_talk(text: str, kind: str) -> None:
    assert small_talk(mentions(text)) == kind
