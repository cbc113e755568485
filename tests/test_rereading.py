"""What words mean in their place."""

from __future__ import annotations

import pytest

from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import normalise
from siwei_bot.language.reading import Context
from siwei_bot.language.rereading import in_their_place, with_referent
from siwei_bot.query import Party, Query
from tests.plans import bot_for


def read(text: str) -> list[Mention]:
    parser = bot_for("changzhi").parser
    return in_their_place(parser.finder.find(normalise(text)).mentions, parser.lexicon)


def cues(text: str, word: str) -> frozenset[str]:
    return next(m.cues for m in read(text) if m.text == word)


@pytest.mark.parametrize(
    ("text", "word", "cue"),
    [
        ("市水利局担不担第5条", "不", "whether"),
        ("有配合单位没有", "没有", "whether"),
        ("是多少条", "是多少", "how_many"),
        ("在任务几里", "几", "which"),
        ("没有配合单位的措施都有谁", "有谁", "which"),
        ("漏损率归那个局负责", "那个局", "who"),
        ("瞄一下第5条谁牵头", "瞄", "filler"),
        ("那看看市水利局牵头的吧", "吧", "filler"),
        ("第5条不是市水利局牵头的吗？我记错了", "记错了", "filler"),
        ("市统计局一条措施都没有", "没有", "exists"),
        ("市统计局一条措施都没有", "一条措施", "measure_noun"),
        ("市水利局和市教育局两个县都配合的", "县", "body_noun"),
    ],
)
def test_a_word_is_read_as_another(text: str, word: str, cue: str) -> None:
    assert cue in cues(text, word)


@pytest.mark.parametrize(
    ("text", "word", "cue"),
    [
        ("市水利局有任务而市教育局没有的", "没有", "not"),
        ("一条都没有", "没有", "not"),
        ("市教育局一条都没牵头，对吗", "都没", "not"),
        ("那个局牵头的呢", "那个局", "it"),
        ("第5条有谁", "有谁", "who"),
        ("市水利局牵头第5条吧", "吧", "whether"),
        ("第5条谁牵头？哦说错了，第6条", "说错了", "correction"),
    ],
)
def test_a_word_stays_what_it_is(text: str, word: str, cue: str) -> None:
    found = [m for m in read(text) if cue in m.cues]
    assert found or cue in cues(text, word)


def test_only_one_is_a_number() -> None:
    numbers = [m.number for m in read("牵头单位只有一个的措施") if m.number]
    assert [number.values for number in numbers] == [(1,)]


def test_a_field_before_department_is_no_body_of_the_plan() -> None:
    assert any(m.kind == "stranger" and m.text == "自然资源部门" for m in read("自然资源部门牵头哪些"))


def test_a_short_name_that_runs_on_is_a_word() -> None:
    assert not any(m.kind == "bureau" for m in read("水利工程谁牵头"))


LAST = Query("measure", parties=(Party(("市水利局",)),))


@pytest.mark.parametrize(
    ("text", "context", "named"),
    [
        ("除了它还有谁", Context(LAST), ["市水利局"]),
        ("城管局和它一起牵头的", Context(LAST), ["市城管局", "市水利局"]),
        ("它和城管局一起牵头的", Context(LAST), ["市水利局", "市城管局"]),
        ("它牵头哪些", Context(LAST), []),
        ("除了它还有谁", Context(LAST, lost=True), []),
        ("除了它还有谁", Context(), []),
    ],
)
def test_it_is_the_body_of_the_turn_before(text: str, context: Context, named: list[str]) -> None:
    mentions = bot_for("changzhi").parser.finder.find(normalise(text)).mentions
    found = with_referent(mentions, context)
    assert [entry.value for m in found if m.kind == "bureau" for entry in m.entries[:1]] == named
