"""What a message takes back, passes on or says as known."""

from __future__ import annotations

import pytest

from siwei_bot.language.amending import (
    after_restart,
    as_passed_on,
    corrected,
    without_denied,
    without_mistaken,
    without_premises,
)
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import normalise
from tests.plans import bot_for


def mentions(text: str) -> tuple[Mention, ...]:
    return bot_for("changzhi").parser.finder.find(normalise(text)).mentions


def said(found: object) -> str:
    assert isinstance(found, list | tuple)
    return "".join(m.text for m in found)


def test_a_restart_leaves_out_what_was_before() -> None:
    assert said(after_restart(mentions("今天真忙，言归正传，第1条谁牵头"))) == "，第1条谁牵头"
    assert said(after_restart(mentions("第1条谁牵头"))) == "第1条谁牵头"


def test_a_question_that_is_passed_on() -> None:
    assert said(as_passed_on(mentions("审计局的同志问第5条谁牵头"))) == "第5条谁牵头"
    assert said(as_passed_on(mentions("第5条谁牵头"))) == "第5条谁牵头"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("不是牵头的，是参与的", "参与"),
        ("不是25年，是30年", "30年"),
    ],
)
def test_what_is_denied_is_left_out(text: str, kept: str) -> None:
    found = said(without_denied(mentions(text)))
    assert kept in found
    assert normalise(text).split("，")[0].removeprefix("不是") not in found


def test_what_is_corrected_takes_the_place_of_what_was_said_first() -> None:
    assert said(corrected(mentions("市水利局牵头的，不对，是参与的条目"))).startswith("市水利局参与")


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("说成牵头了，其实是参与", "参与", "牵头"),
        ("写成市水利局了，其实要市商务局", "市商务局", "市水利局"),
    ],
)
def test_what_was_said_by_mistake_is_left_out(text: str, kept: str, gone: str) -> None:
    found = said(without_mistaken(mentions(text)))
    assert kept in found
    assert gone not in found


def test_a_mistake_without_anything_instead_stays() -> None:
    assert said(without_mistaken(mentions("写成市水利局了"))) == "写成市水利局了"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("牵头的记下了，配合的呢", "配合的呢"),
        ("2025年的抄好了，2030年的呢", "2030年的呢"),
        ("25年145亩，30年148亩，那28年呢", "那28年呢"),
        ("用水总量定了几倍也行", "用水总量定了几倍也行"),
    ],
)
def test_clauses_that_say_what_is_known_are_left_out(text: str, kept: str) -> None:
    assert said(without_premises(mentions(text))) == kept


def test_it_is_who_a_premise_names() -> None:
    text = "既然市教育局一条都不用牵头，那它配合的有哪些"
    assert said(without_premises(mentions(text))) == "那市教育局配合的有哪些"
