"""Asking: whom the bot answers, where, and whom it leaves alone."""

from __future__ import annotations

import pytest

from tests.telegram.double import BOT, BotApi, Chat, Json
from tests.telegram.people import Room, group, labels, person, private

QUESTION = "2030年灌溉系数目标"
ANSWER = "0.6"
OTHER, OTHER_ANSWER = "用水总量2030年目标", "6.73"
ME = f"@{BOT['username']}"


def only_this(room: Room, text: str = "/ask " + OTHER) -> None:
    """Nothing that came before was answered, since a chat is answered in order."""
    seen = len(room.seen())
    answer = room.ask(text, by=person())
    assert OTHER_ANSWER in answer["text"]
    assert len(room.seen()) == seen + 1


def test_every_text_in_a_private_chat_is_a_question(api: BotApi) -> None:
    me = private(api)
    answer = me.ask(QUESTION)
    assert ANSWER in answer["text"]
    assert answer["reply_to_message"]["text"] == QUESTION


@pytest.mark.parametrize("kind", ["group", "supergroup"])
@pytest.mark.parametrize(
    "text",
    [
        f"/ask {QUESTION}",
        f"/ask{ME} {QUESTION}",
        f"/ASK{ME.lower()} {QUESTION}",
        f"{ME} {QUESTION}",
        f"请问 {ME.upper()} {QUESTION}",
        f"😀😀 {ME} {QUESTION}",
        f"{ME}\n{QUESTION} {ME}",
    ],
)
def test_a_group_asks_by_command_or_mention(api: BotApi, kind: str, text: str) -> None:
    room = group(api, kind)
    assert ANSWER in room.ask(text)["text"]


def test_a_reply_to_the_bot_asks(api: BotApi) -> None:
    room = group(api)
    first = room.ask(f"/ask {OTHER}")
    assert ANSWER in room.ask(QUESTION, reply_to=first)["text"]


def test_a_mention_by_name_asks(api: BotApi) -> None:
    room = group(api)
    entity = {"type": "text_mention", "offset": 0, "length": 2, "user": BOT}
    assert ANSWER in room.reply(room.say(text=f"四维 {QUESTION}", entities=[entity]))["text"]


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        f"/ask@OtherBot {QUESTION}",
        f"/ask@OtherBot {ME} {QUESTION}",
        "/foo",
        f"@OtherBot {QUESTION}",
    ],
)
def test_a_group_is_not_disturbed(api: BotApi, text: str) -> None:
    room = group(api)
    room.say(text)
    only_this(room)


def test_a_command_for_another_bot_is_not_answered_in_a_reply_either(api: BotApi) -> None:
    room = group(api)
    first = room.ask(f"/ask {QUESTION}")
    room.say(f"/ask@OtherBot {QUESTION}", reply_to=first)
    only_this(room)


def test_bots_channels_and_forwards_are_not_answered(api: BotApi) -> None:
    room = group(api)
    other_bot: Json = {"from": {"id": 99, "is_bot": True, "first_name": "别人", "username": "OtherBot"}}
    room.say(f"/ask {QUESTION}", **other_bot)
    room.say(f"/ask {QUESTION}", is_automatic_forward=True)
    room.say(f"{ME} {QUESTION}", via_bot=BOT)
    only_this(room)
    channel = Room(api, Chat(-777, "channel", "频道"), person())
    message = api.new_message(
        {"chat": channel.chat.json, "sender_chat": channel.chat.json, "text": f"{ME} {QUESTION}"}
    )
    api.push({"channel_post": message})
    only_this(room)
    assert channel.seen() == []
    assert "channel_post" not in api.allowed


def test_an_anonymous_administrator_is_answered(api: BotApi) -> None:
    room = group(api)
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    sender: Json = {"from": anonymous, "sender_chat": room.chat.json}
    asked = room.say(f"/ask {QUESTION}", **sender)
    assert ANSWER in room.reply(asked)["text"]


def test_answers_stay_in_their_topic(api: BotApi) -> None:
    room = group(api, topics={7, 8})
    first = room.ask(f"/ask {QUESTION}", topic=7)
    assert first["message_thread_id"] == 7
    # another topic is another conversation
    assert room.ask("/ask 那2025年呢", topic=8)["message_thread_id"] == 8
    assert "0.58" in room.ask("/ask 那2025年呢", topic=7)["text"]
    # a topic that the bot opened makes nothing in it a reply to the bot
    room.say(QUESTION, topic=7)
    only_this(room)


def test_a_thread_of_replies_is_no_topic(api: BotApi) -> None:
    room = group(api)
    answer = room.reply(room.say(f"/ask {QUESTION}", message_thread_id=3))
    assert "message_thread_id" not in answer


def test_a_caption_is_a_question(api: BotApi) -> None:
    photo = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    me, room = private(api), group(api)
    assert ANSWER in me.reply(me.say(caption=QUESTION, photo=photo))["text"]
    assert ANSWER in room.reply(room.say(caption=f"{ME} {QUESTION}", photo=photo))["text"]
    assert ANSWER in room.reply(room.say(caption=f"/ask {QUESTION}", photo=photo))["text"]
    room.say(caption=QUESTION, photo=photo)
    only_this(room)


PHOTO: Json = {"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]}
VOICE: Json = {"voice": {"file_id": "x", "file_unique_id": "x", "duration": 1}}
STICKER: Json = {
    "sticker": {
        "file_id": "x", "file_unique_id": "x", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False,
    }
}  # fmt: skip


@pytest.mark.parametrize("content", [PHOTO, VOICE, STICKER], ids=["photo", "voice", "sticker"])
def test_what_is_no_text_gets_one_line_in_private_and_none_in_groups(api: BotApi, content: Json) -> None:
    me, room = private(api), group(api)
    line = me.reply(me.say(**content))["text"]
    assert "文字" in line
    assert "\n" not in line
    first = room.ask(f"/ask {QUESTION}")
    room.say(**content)
    room.say(reply_to=first, **content)
    only_this(room)


def test_an_album_gets_one_line(api: BotApi) -> None:
    me = private(api)
    for _ in range(3):
        me.say(media_group_id="album", **PHOTO)
    me.ask(QUESTION)
    assert len(me.seen()) == 2


def test_an_edited_question_changes_its_answer(api: BotApi) -> None:
    me = private(api)
    asked = me.say(QUESTION)
    answer = me.reply(asked)
    me.edit(asked, OTHER)
    me.becomes(answer, OTHER_ANSWER)
    assert len(me.seen()) == 1
    # the conversation goes on from what the answer says now
    assert "6.17" in me.ask("那2025年呢")["text"]


def test_an_edited_command_changes_its_answer(api: BotApi) -> None:
    room = group(api)
    asked = room.say("/task 8")
    answer = room.reply(asked)
    room.edit(asked, "/task 2")
    room.becomes(answer, "任务2 ")
    assert len(room.seen()) == 1


def test_an_edit_that_changes_nothing_is_harmless(api: BotApi) -> None:
    me = private(api)
    asked = me.say(QUESTION)
    answer = me.reply(asked)
    me.edit(asked, QUESTION + "？")
    only_this(me, OTHER)
    assert me.now(answer)["text"] == answer["text"]


def test_an_edit_of_an_unanswered_text_asks(api: BotApi) -> None:
    room = group(api)
    asked = room.say(QUESTION)
    room.edit(asked, f"{ME} {QUESTION}")
    assert ANSWER in room.reply(asked)["text"]


def test_an_edited_question_whose_answer_was_deleted_gets_a_new_one(api: BotApi) -> None:
    me = private(api)
    asked = me.say(QUESTION)
    answer = me.reply(asked)
    del api.messages[me.chat.id, answer["message_id"]]
    problems = len(api.problems)
    me.edit(asked, OTHER)
    assert OTHER_ANSWER in me.reply(asked)["text"]
    assert api.problems.pop(problems) == "editMessageText: Bad Request: message to edit not found"


def test_a_question_deleted_meanwhile_is_answered_all_the_same(api: BotApi) -> None:
    me = private(api)
    message = me.message(QUESTION)
    del api.messages[me.chat.id, message["message_id"]]
    api.push({"message": message})
    api.wait(lambda: any(ANSWER in m["text"] for m in me.seen()))


def test_a_bare_mention_asks_what_it_replies_to(api: BotApi) -> None:
    room = group(api)
    asked = room.say(QUESTION, by=person("李强"))
    assert ANSWER in room.ask(ME, reply_to=asked)["text"]
    assert ANSWER in room.ask("/ask", reply_to=asked)["text"]


def test_a_bare_mention_says_how_to_ask(api: BotApi) -> None:
    room = group(api)
    assert f"{ME} " in room.ask(ME)["text"]
    assert "/ask " in room.ask("/ask")["text"]


def test_follow_ups_are_each_persons_own(api: BotApi) -> None:
    room, ann, ben = group(api), person("安"), person("本")
    room.ask(f"/ask {QUESTION}", by=ann)
    room.ask(f"/ask {OTHER}", by=ben)
    assert "0.58" in room.ask("/ask 那2025年呢", by=ann)["text"]
    assert "6.17" in room.ask("/ask 那2025年呢", by=ben)["text"]


def test_a_reply_to_an_older_answer_goes_on_from_it(api: BotApi) -> None:
    room, ann, ben = group(api), person("安"), person("本")
    older = room.ask(f"/ask {QUESTION}", by=ann)
    room.ask(f"/ask {OTHER}", by=ann)
    assert "0.58" in room.ask("那2025年呢", reply_to=older, by=ann)["text"]
    assert "0.58" in room.ask("那2025年呢", reply_to=older, by=ben)["text"]


def test_a_conversation_is_forgotten_after_an_hour(api: BotApi) -> None:
    me = private(api)
    answer = me.ask(QUESTION)
    assert "0.58" in me.ask("那2025年呢", date=answer["date"] + 3000)["text"]
    assert "0.58" not in me.ask("那2025年呢", date=answer["date"] + 3000 + 3700)["text"]
    # but an answer can be replied to for longer
    assert "0.58" in me.ask("那2025年呢", date=answer["date"] + 9000, reply_to=answer)["text"]


def test_unknown_and_other_bots_commands_in_private(api: BotApi) -> None:
    me = private(api)
    assert "/help" in me.ask("/weather@SiweiDoubleBot 1")["text"]
    me.say("/ask@OtherBot " + QUESTION)
    only_this(me, OTHER)


def test_what_cannot_be_answered_says_what_to_do(api: BotApi) -> None:
    me = private(api)
    answer = me.ask("今天天气怎么样")
    assert "可以" in answer["text"]
    assert labels(answer) == []


def test_any_text_comes_back_as_text(api: BotApi) -> None:
    me = private(api)
    for text in (
        "<b>&amp; </i> \u202e <script>",
        "</b>",
        "&lt;",
        "<a href='x'>市水利局</a>牵头哪些任务",
        "𬇕" * 2000,
        "a" * 4096,
    ):
        me.ask(text)
