"""What stands under an answer: choices, pages, charts; still good after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.telegram.double import BotApi
from tests.telegram.markup import units
from tests.telegram.people import buttons, group, inline, labels, person, private
from tests.telegram.process import ROOT, Application

UNCLEAR = "面积是多少"
CHOICES = ["城镇开发边界", "农业灌溉面积", "累计建成高标准农田面积"]


def test_a_choice_is_made_by_a_button(api: BotApi) -> None:
    room = group(api)
    question = room.ask(f"/ask {UNCLEAR}")
    assert [label.split(" ", 1)[1] for label in labels(question)] == CHOICES
    assert room.press(question, CHOICES[1]) == ""
    answer = room.becomes(question, "145万亩")
    assert labels(answer) == ["图", "订阅"]
    assert len(room.seen()) == 1
    assert "148" in room.ask("/ask 那2030年呢")["text"]


def test_a_choice_is_made_by_a_number_too(api: BotApi) -> None:
    me = private(api)
    me.ask(UNCLEAR)
    assert "145万亩" in me.ask("2")["text"]


def test_pressing_twice_is_harmless(api: BotApi) -> None:
    room = group(api)
    question = room.ask(f"/ask {UNCLEAR}")
    data = buttons(question)[1]["callback_data"]
    toasts = [room.press_data(question, data), room.press_data(question, data)]
    assert toasts[0] == ""
    assert "已经选过" in toasts[1]
    assert "145万亩" in room.now(question)["text"]
    assert len(room.seen()) == 1


def test_a_choice_belongs_to_who_asked(api: BotApi) -> None:
    room = group(api)
    question = room.ask(f"/ask {UNCLEAR}")
    assert "提问的人" in room.press(question, CHOICES[0], by=person("别人"))
    assert room.now(question)["text"] == question["text"]


@pytest.mark.parametrize(
    "data", ["choose:1:1", "page:1:1", "chart:1:1", "something old", "choose:9999999999:1"]
)
def test_an_outdated_button_is_answered_politely(api: BotApi, data: str) -> None:
    room = group(api)
    message = room.ask("/help")
    assert "重新问" in room.press_data(message, data)


def test_a_press_that_telegram_no_longer_waits_for_is_harmless(api: BotApi) -> None:
    room = group(api)
    question = room.ask(f"/ask {UNCLEAR}")
    fault = api.fail("5xx", method="answerCallbackQuery", times=1)
    room.press(question, CHOICES[0])
    room.becomes(question, "415.57")
    assert fault.times == 0


def test_the_chart_of_an_indicator(api: BotApi) -> None:
    room = group(api, topics={7})
    answer = room.ask("/ask 用水总量目标", topic=7)
    room.press(answer, "图")
    photo = room.reply(answer)
    assert photo["caption"] == "用水总量"
    assert photo["message_thread_id"] == 7
    api.wait(lambda: labels(room.now(answer)) == ["订阅"], what="the button to go")
    assert "已经发过" in room.press(answer, "图")
    # the picture is part of the conversation, and is uploaded once
    assert "6.73" in room.ask("那2030年呢", topic=7, reply_to=photo)["text"]
    other = group(api)
    again = other.ask("/ask 用水总量目标")
    other.press(again, "图")
    assert other.reply(again)["photo"] == photo["photo"]
    sent = [call for call in api.carried_out("sendPhoto") if call.params["caption"].find("用水总量") >= 0]
    assert sum("picture" in call.params for call in sent) == 1


def test_an_answer_about_several_indicators_names_the_charts(api: BotApi) -> None:
    me = private(api)
    answer = me.ask("用水总量和农业灌溉面积的目标")
    names = ("用水总量", "农业灌溉面积")
    assert labels(answer) == [f"{what}：{name}" for name in names for what in ("图", "订阅")]
    me.press(answer, "图：农业灌溉面积")
    assert me.reply(answer)["caption"] == "农业灌溉面积"
    left = ["图：用水总量", "订阅：用水总量", "订阅：农业灌溉面积"]
    api.wait(lambda: labels(me.now(answer)) == left)


PIECE = "落实“<b>&节水”责任，"
LONG = PIECE * 700


@pytest.fixture
def long_plan(tmp_path: Path) -> Path:
    """A plan whose first measure is longer than a message and full of what HTML knows."""
    text = (ROOT / "knowledge" / "plan.yaml").read_text("utf-8")
    short = "严格落实市县两级行政区域用水总量管控指标体系。"
    assert text.count(f"1: {short}") == 1
    text = text.replace(f"1: {short}", f"1: {LONG}")
    path = tmp_path / "plan.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_long_answer_is_paged_and_escaped(own_api: BotApi, tmp_path: Path, long_plan: Path) -> None:
    with Application(own_api, tmp_path, plan=long_plan) as application:
        room = group(own_api)
        first = room.ask("/ask 第1条是什么")
        count = int(labels(first)[0].split("/")[1])
        assert count >= 3
        assert labels(first) == [f"1/{count}", "下一页 ›"]
        assert units(first["text"]) <= 4096
        text = first["text"]
        for n in range(2, count + 1):
            text += room.turn(first, "下一页", f"{n}/{count}")["text"]
        # anybody may turn the pages, and twice does no harm
        room.press(room.now(first), f"{count}/{count}", by=person())
        back = next(b["callback_data"] for b in buttons(room.now(first)) if "上一页" in b["text"])
        room.press_data(first, back, by=person())
        room.press_data(first, back, by=person())
        assert text.replace("\n", "").count(PIECE) == 700
        own_api.wait(lambda: f"{count - 1}/{count}" in labels(room.now(first)))
        assert all("not modified" in problem for problem in own_api.problems)
        application.stop()
    with Application(own_api, tmp_path, plan=long_plan):
        room.turn(first, "下一页", f"{count}/{count}")


def test_a_long_inline_answer_is_offered_in_parts(own_api: BotApi, tmp_path: Path, long_plan: Path) -> None:
    with Application(own_api, tmp_path, plan=long_plan):
        results = inline(own_api, person(), "第1条是什么")
        assert 3 <= len(results) <= 5
        assert [result["title"][:9] for result in results] == [
            f"（第{n}段，共{len(results)}段）" for n in range(1, len(results) + 1)
        ]
        text = "".join(result["input_message_content"]["plain"] for result in results)
        assert text.replace("\n", "").count(PIECE) == 700


def test_everything_goes_on_after_a_restart(own_api: BotApi, tmp_path: Path) -> None:
    room = group(own_api)
    with Application(own_api, tmp_path) as application:
        question = room.ask(f"/ask {UNCLEAR}")
        update, asked = room.last_update, room.message(f"/ask {UNCLEAR}")
        older = room.ask("/ask 2030年灌溉系数目标", by=person("安"))
        menu = room.ask("/task")
        application.kill()
    with Application(own_api, tmp_path):
        own_api.redeliver(update, {"message": asked})
        room.press(question, CHOICES[1])
        room.becomes(question, "145万亩")
        assert "148" in room.ask("/ask 那2030年呢")["text"]
        assert "0.58" in room.ask("那2025年呢", reply_to=older)["text"]
        room.press(menu, "1 ")
        room.becomes(menu, "任务1 ")
        assert room.replies(asked) == []


def test_a_new_plan_outdates_the_buttons_of_the_old_one(own_api: BotApi, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text((ROOT / "knowledge" / "plan.yaml").read_text("utf-8"), "utf-8")
    room = group(own_api)
    with Application(own_api, tmp_path, plan=plan):
        question = room.ask(f"/ask {UNCLEAR}")
        menu = room.ask("/indicator")
    plan.write_text(plan.read_text("utf-8").replace("name: 用水总量", "name: 年度用水总量"), "utf-8")
    with Application(own_api, tmp_path, plan=plan):
        assert "重新问" in room.press(question, CHOICES[1])
        assert "/indicator" in room.press(menu, "用水总量")
        room.press(menu, "农业灌溉面积")
        room.becomes(menu, "145万亩")


def test_the_chart_is_quick_and_readable(api: BotApi, tmp_path: Path) -> None:
    me = private(api)
    answer = me.ask("漏损率目标")
    me.press(answer, "图")
    me.reply(answer)
    picture = next(
        c.params["picture"] for c in api.carried_out("sendPhoto", chat=me.chat.id) if "picture" in c.params
    )
    path = tmp_path / "chart.png"
    path.write_bytes(picture)
    with Image.open(path) as image:
        assert image.size == (1200, 750)
        assert len(image.convert("RGB").getcolors(1 << 24) or []) > 8
