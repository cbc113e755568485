"""What a message mentions: sentences as data, for the plan that the project ships."""

from __future__ import annotations

import pytest

from siwei_bot.language.mentions import Mention, Utterance
from siwei_bot.language.normalise import normalise
from tests.plans import bot_for


def find(text: str) -> Utterance:
    return bot_for("changzhi").parser.finder.find(normalise(text))


def only(text: str, kind: str) -> Mention:
    return next(m for m in find(text).mentions if m.kind == kind)


@pytest.mark.parametrize(
    ("text", "name", "evidence"),
    [
        ("市城管局牵头哪些任务", "市城管局", "exact"),
        ("发改委参与哪些", "市发展改革委", "exact"),
        ("长治市水利局负责什么", "市水利局", "exact"),
        ("水力局牵头几条", "市水利局", "sound"),
        ("城馆局牵头几条", "市城管局", "sound"),
        ("chengguanju牵头哪几条", "市城管局", "sound"),
        ("农业农村居牵头的任务", "市农业农村局", "sound"),
        ("市市场监局主责哪些任务", "市市场监管局", "near"),
        ("农村农业局牵头哪几项", "市农业农村局", "near"),
        ("gaj要配合哪几条", "市公安局", "initials"),
    ],
)
def test_bodies(text: str, name: str, evidence: str) -> None:
    mention = only(text, "bureau")
    assert mention.values("bureau") == (name,)
    assert mention.evidence == evidence


@pytest.mark.parametrize(
    "text",
    [
        "市民政局牵头哪些",
        "水务局负责什么",
        "省水利厅要配合哪几条",
        "县水利局管什么",
        "审计局牵头的",
        "长治水务集团承担哪些",
        "minzhengju主责哪些",
    ],
)
def test_other_bodies_are_strangers(text: str) -> None:
    assert (
        any(m.kind == "stranger" for m in find(text).mentions)
        or bot_for("changzhi").ask(text).status == "unknown"
    )


@pytest.mark.parametrize(
    ("text", "form", "values"),
    [
        ("第23条", "measure", (23,)),
        ("第二十三条", "measure", (23,)),
        ("39到41条", "measure", (39, 40, 41)),
        ("47条到49条", "measure", (47, 48, 49)),
        ("措施40", "measure", (40,)),
        ("任务八", "task", (8,)),
        ("第八项任务", "task", (8,)),
        ("任务5到任务7", "task", (5, 6, 7)),
        ("第四部分", "section", (4,)),
        ("第7号", "item", (7,)),
        ("最后两条", "last", (2,)),
        ("前三项", "first", (3,)),
        ("倒数第三项", "nth_last", (3,)),
        ("2030年", "year", (2030,)),
        ("三零年", "year", (2030,)),
        ("二〇三〇年", "year", (2030,)),
        ("25年", "year", (2025,)),
        ("26到29年", "year", (2026, 2027, 2028, 2029)),
        ("十四五末", "year", (2025,)),
        ("6.73", "value", (6.73,)),
        ("百分之三十", "value", (30,)),
        ("三百六十万亩", "value", (360,)),
        ("六点一七亿立方米", "value", (6.17,)),
    ],
)
def test_numbers(text: str, form: str, values: tuple[float, ...]) -> None:
    numbers = [m.number for m in find(text).mentions if m.number is not None]
    assert [(n.form, n.values) for n in numbers] == [(form, values)]


@pytest.mark.parametrize("text", ["水利局的指数是多少", "食堂在哪", "管道谁负责"])
def test_a_cue_inside_a_word_is_none(text: str) -> None:
    known = {"指", "数", "堂", "管"}
    assert not any(m.text in known and m.cues for m in find(text).mentions)


def test_mentions_cover_the_text_without_gaps() -> None:
    for text in ("市城管局牵头哪些任务，还有谁参与？", "asdf 哦哦 8888", "再生水2030年目标"):
        utterance = find(text)
        assert "".join(utterance.text[m.start : m.end] for m in utterance.mentions) == utterance.text
