"""The first minute of a person and of a group; looking things up by tapping; inline mode."""

from __future__ import annotations

import json

import pytest

from tests.telegram.double import BOT, BotApi, Json
from tests.telegram.people import Room, group, inline, labels, person, private


@pytest.mark.parametrize("command", ["/start", "/help"])
def test_examples_can_be_tapped(api: BotApi, command: str) -> None:
    me = private(api)
    message = me.ask(command)
    example = labels(message)[0]
    assert len(labels(message)) >= 3
    assert example.endswith("牵头哪些任务")
    me.press(message, example)
    answer = me.becomes(message, "任务分工表")
    assert labels(answer) == ["‹ 返回列表"]
    me.press(answer, "返回")
    assert example in labels(me.becomes(message, "/bureau"))


def test_the_help_of_a_group_tells_how_to_ask_there(api: BotApi) -> None:
    assert "直接发问题" in private(api).ask("/help")["text"]
    room = group(api)
    assert "/ask" in room.ask("/help")["text"]
    assert f"@{BOT['username']}" in room.ask(f"/help@{BOT['username']}")["text"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/task 8", "任务8 "),
        ("/task 任务8谁牵头", "市水利局"),
        ("/task 999", "没有"),
        ("/bureau 市城管局", "市城管局牵头"),
        ("/bureau 城管局", "市城管局牵头"),
        ("/bureau 市民政局", "没有"),
        ("/indicator 漏损率", "9%"),
        ("/indicator 再生水利用率2030年目标", "30%"),
        ("/source", "主要指标表"),
    ],
)
def test_commands_with_an_argument(api: BotApi, command: str, words: str) -> None:
    assert words in private(api).ask(command)["text"]


@pytest.mark.parametrize(("command", "count"), [("/task", 18), ("/bureau", 21), ("/indicator", 9)])
def test_commands_without_an_argument_list_what_there_is(api: BotApi, command: str, count: int) -> None:
    room = group(api)
    message = room.ask(command)
    assert f"{count}" in message["text"]
    seen = [label for label in labels(message) if "页" not in label and "/" not in label]
    pages = -(-count // 8)
    for page in range(2, pages + 1):
        room.turn(message, "下一页", f"{page}/{pages}")
        seen += [label for label in labels(room.now(message)) if "页" not in label and "/" not in label]
    assert len(seen) == len(set(seen)) == count


def test_what_was_opened_can_be_asked_about_and_left(api: BotApi) -> None:
    room = group(api)
    message = room.ask("/bureau")
    room.press(message, "市城管局")
    opened = room.becomes(message, "市城管局牵头")
    room.press(opened, "返回")
    assert "市城管局" in labels(room.becomes(message, "21个单位"))
    room.press(room.now(message), "市水利局", by=person())
    room.becomes(message, "市水利局牵头")
    answer = room.ask("/ask 那参与的呢")
    assert "市城管局参与" in answer["text"]


def test_opening_twice_is_harmless(api: BotApi) -> None:
    me = private(api)
    message = me.ask("/task")
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    me.press_data(message, data)
    me.becomes(message, "任务1 ")
    me.press_data(message, data)
    assert "任务1 " in me.now(message)["text"]


def test_commands_are_registered_per_scope(api: BotApi) -> None:
    calls = api.carried_out("setMyCommands")
    by_scope = {json.loads(c.params["scope"])["type"]: json.loads(c.params["commands"]) for c in calls}
    names = {scope: [command["command"] for command in commands] for scope, commands in by_scope.items()}
    assert "start" in names["all_private_chats"]
    assert "start" not in names["all_group_chats"]
    assert names["all_chat_administrators"]


def membership(room: Room, before: str, after: str) -> Json:
    rights = (
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
        "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
        "can_edit_stories can_delete_stories"
    )

    def member(status: str) -> Json:
        more: Json = dict.fromkeys(rights.split() if status == "administrator" else [], False)
        more |= {"until_date": 0} if status == "kicked" else {}
        return {"user": BOT, "status": status, **more}

    change = {"chat": room.chat.json, "from": room.owner.json, "date": 1}
    return {"my_chat_member": {**change, "old_chat_member": member(before), "new_chat_member": member(after)}}


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_hello_in_three_lines(api: BotApi, kind: str) -> None:
    room = group(api, kind)
    api.push(membership(room, "left", "member"))
    hello = api.wait(room.seen)[0]["text"]
    assert len(hello.split("\n")) == 3
    assert "/ask" in hello
    assert "隐私模式开着" in hello
    api.push(membership(room, "member", "administrator"))
    api.push(membership(room, "administrator", "left"))
    room.ask("/help")
    assert len(room.seen()) == 2


def test_an_administrator_hears_everything(api: BotApi) -> None:
    room = group(api)
    api.push(membership(room, "left", "administrator"))
    assert "隐私模式关着" in api.wait(room.seen)[0]["text"]


def test_inline_answers(api: BotApi) -> None:
    results = inline(api, person(), "用水总量2030年目标")
    assert results[0]["title"].startswith("用水总量2030年目标：6.73")
    assert results[0]["description"]
    assert "来源" in results[0]["input_message_content"]["plain"]


@pytest.mark.parametrize("text", ["", "面积是多少", "水", "水利", "今天天气怎么样", "<b>&", "市水利局"])
def test_inline_offers_up_to_five(api: BotApi, text: str) -> None:
    results = inline(api, person(), text)
    assert 1 <= len(results) <= 5
    assert all(result["title"] and result["description"] for result in results)


def test_inline_offers_an_answer_to_each_choice(api: BotApi) -> None:
    titles = [result["title"] for result in inline(api, person(), "面积是多少")]
    assert [title.split("目标")[0] for title in titles] == [
        "城镇开发边界",
        "农业灌溉面积",
        "累计建成高标准农田面积",
    ]
