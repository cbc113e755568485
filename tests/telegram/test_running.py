"""Running: start-up, faults of the network and of Telegram, webhook, a clean end."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from siwei_bot.conversations import Conversations
from tests.telegram.double import TOKEN, BotApi, Chat, Json
from tests.telegram.people import Room, group, person, private
from tests.telegram.process import Application

QUESTION, ANSWER = "2030年灌溉系数目标", "0.6"


# -- faults ----------------------------------------------------------------------------------------


def test_a_chat_on_hold_does_not_stall_another(api: BotApi) -> None:
    held, free = group(api), group(api)
    api.fail("429", chat=held.chat.id, value=2)
    asked = held.say(f"/ask {QUESTION}")
    api.wait(lambda: any(c.status == 429 and c.chat == held.chat.id for c in api.calls))
    began = time.monotonic()
    free.ask(f"/ask {QUESTION}")
    assert time.monotonic() - began < 1
    assert held.replies(asked) == []
    assert ANSWER in held.reply(asked)["text"]
    refused, sent = [c for c in api.calls if c.chat == held.chat.id and c.method == "sendMessage"]
    assert sent.at - refused.at >= 2
    assert len(held.seen()) == 1


def test_a_chat_on_hold_keeps_its_order(api: BotApi) -> None:
    room = group(api)
    api.fail("429", chat=room.chat.id, value=1)
    asked = [room.say(f"/task {n}", by=person()) for n in range(1, 9)]
    api.wait(lambda: len(room.seen()) == len(asked))
    assert [m["reply_to_message"]["message_id"] for m in room.seen()] == [m["message_id"] for m in asked]


@pytest.mark.parametrize("fault", ["5xx", "drop_before"])
def test_what_got_lost_is_sent_again(api: BotApi, fault: str) -> None:
    me = private(api)
    api.fail(fault, chat=me.chat.id, times=2)
    assert ANSWER in me.ask(QUESTION)["text"]
    me.ask("/help")
    assert len(me.seen()) == 2


def test_a_lost_response_does_not_lose_the_answer(api: BotApi) -> None:
    me = private(api)
    api.fail("drop_after", chat=me.chat.id)
    assert ANSWER in me.ask(QUESTION)["text"]
    me.ask("/help")
    assert len(me.seen()) == 3  # nobody can tell that the first one had arrived


def test_a_slow_server_is_waited_for(api: BotApi) -> None:
    me = private(api)
    api.fail("delay", chat=me.chat.id, value=0.3)
    assert ANSWER in me.ask(QUESTION)["text"]


def test_who_blocked_the_bot_stops_nobody(api: BotApi) -> None:
    gone, here = private(api), private(api)
    api.fail("403", chat=gone.chat.id)
    gone.say(QUESTION)
    assert ANSWER in here.ask(QUESTION)["text"]
    assert ANSWER in gone.ask(QUESTION)["text"]
    assert len(gone.seen()) == 1


def test_a_group_that_became_a_supergroup(api: BotApi) -> None:
    small = group(api, "group")
    small.ask(f"/ask {QUESTION}")
    large = Room(api, Chat(small.chat.id - 5_000_000, "supergroup", "水利工作群"), small.owner)
    # the server already knows, the news of it comes after a question
    small.chat.became = large.chat.id
    problems = len(api.problems)
    small.say("/ask 用水总量2030年目标")
    api.wait(lambda: any("6.73" in m["text"] for m in large.seen()))
    del api.problems[problems:]
    message = {"from": small.owner.json, "chat": small.chat.json, "migrate_to_chat_id": large.chat.id}
    api.push({"message": api.new_message(message)})
    large.ask("/help")
    assert "6.17" in large.ask("/ask 那2025年呢")["text"]


def test_an_update_delivered_twice_is_answered_once(api: BotApi) -> None:
    me = private(api)
    asked = me.say(QUESTION, times=3)
    me.reply(asked)
    api.redeliver(me.last_update, {"message": asked})
    me.ask("/help")
    assert len(me.replies(asked)) == 1


def test_an_update_delivered_again_after_a_crash_is_answered_once(own_api: BotApi, tmp_path: Path) -> None:
    me = private(own_api)
    with Application(own_api, tmp_path) as application:
        asked = me.say(QUESTION)
        update = me.last_update
        me.ask("/help")  # by then the bot knows that the answer has arrived
        application.kill()
    with Application(own_api, tmp_path):
        own_api.redeliver(update, {"message": asked})
        me.ask("/source")
        assert len(me.replies(asked)) == 1


@pytest.mark.parametrize("fault", ["429", "delay"])
def test_a_question_that_was_taken_is_answered_after_a_crash(
    own_api: BotApi, tmp_path: Path, fault: str
) -> None:
    me, room = private(own_api), group(own_api)
    with Application(own_api, tmp_path) as application:
        done = me.say("/help")
        me.reply(done)
        holding = own_api.fail(fault, chat=me.chat.id, value=30)
        asked = [me.say(QUESTION), me.say("那2025年呢"), me.say("/task")]
        own_api.wait(lambda: holding.times == 0)
        own_api.fail("429", chat=room.chat.id, value=30)
        other = room.say(f"/ask {QUESTION}")
        own_api.wait(lambda: len(own_api.faults) == 2 and own_api.faults[1].times == 0)
        application.kill()
    with Application(own_api, tmp_path) as application:
        assert ANSWER in room.reply(other)["text"]
        me.reply(asked[2])
        assert "0.58" in me.replies(asked[1])[0]["text"]
        me.ask("/source")
        assert [len(me.replies(message)) for message in [done, *asked]] == [1, 1, 1, 1]
        application.kill()
    with Application(own_api, tmp_path):
        me.ask("/source")
        assert [len(me.replies(message)) for message in [done, *asked]] == [1, 1, 1, 1]


def test_a_leftover_whose_answer_arrived_is_not_answered_again(own_api: BotApi, tmp_path: Path) -> None:
    me = private(own_api)
    with Application(own_api, tmp_path) as application:
        asked = me.say(QUESTION)
        me.reply(asked)
        application.stop()
    with closing(sqlite3.connect(tmp_path / "bot.db")) as database, database:
        content = json.dumps({"update_id": me.last_update, "message": asked})
        changed = database.execute("update deliveries set waiting = ?", [content])
        assert changed.rowcount == 1
    with Application(own_api, tmp_path):
        me.ask("/source")
        assert len(me.replies(asked)) == 1


def test_a_leftover_that_cannot_be_read_is_dropped(own_api: BotApi, tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "bot.db", "")
    for id, content in enumerate(("[]", "{", '{"update_id": 3, "message": {}}'), 1):
        kept.claim(id, content)
    application = Application(own_api, tmp_path)
    with application:
        assert ANSWER in private(own_api).ask(QUESTION)["text"]
        assert application.stop() == 0
        assert application.said.count("event=unreadable") == 3
        application.log.write_text("")
    assert kept.unhandled() == []
    kept.close()


def test_a_question_that_had_to_wait_at_the_end_is_answered_by_the_next_process(
    own_api: BotApi, tmp_path: Path
) -> None:
    me = private(own_api)
    with Application(own_api, tmp_path) as application:
        held = own_api.fail("429", chat=me.chat.id, value=200)
        asked = me.say(QUESTION)
        own_api.wait(lambda: held.times == 0)
        assert application.stop() == 0
    with Application(own_api, tmp_path):
        assert ANSWER in me.reply(asked)["text"]


def test_what_was_asked_is_kept_only_until_it_is_answered(own_api: BotApi, tmp_path: Path) -> None:
    with Application(own_api, tmp_path) as application:
        me = private(own_api)
        me.ask(QUESTION)
        assert application.stop() == 0
    with closing(sqlite3.connect(tmp_path / "bot.db")) as database:
        assert database.execute("select count(*), count(waiting) from deliveries").fetchone() == (1, 0)


def test_one_person_cannot_drown_the_bot(api: BotApi) -> None:
    room, loud, calm = group(api), person("急"), person("慢")
    asked = [room.say(f"/ask {QUESTION}", by=loud) for _ in range(25)]
    assert ANSWER in room.ask(f"/ask {QUESTION}", by=calm)["text"]
    texts = [message["text"] for message in room.seen()[:-1]]
    assert sum(ANSWER in text for text in texts) == 20
    assert [text for text in texts if ANSWER not in text] == [room.replies(asked[20])[0]["text"]]
    assert "太快" in texts[-1]


def test_chatter_in_a_group_uses_up_nobodys_share(api: BotApi) -> None:
    room = group(api)
    for n in range(30):
        room.say(f"闲聊{n}")
    assert ANSWER in room.ask(f"/ask {QUESTION}")["text"]


# -- start, stop, logs -------------------------------------------------------------------------------


def test_a_bad_token_is_said_clearly_and_not_logged(own_api: BotApi, tmp_path: Path) -> None:
    bad = "987654:wrong-AAABBBCCC"
    application = Application(own_api, tmp_path, TELEGRAM_BOT_TOKEN=bad, SIWEI_LOG_LEVEL="DEBUG")
    assert application.run() == 2
    assert "TELEGRAM_BOT_TOKEN" in application.said
    assert bad not in application.said
    assert bad.split(":")[1] not in application.said
    assert "Traceback" not in application.said


def test_a_start_up_in_bad_weather(own_api: BotApi, tmp_path: Path) -> None:
    own_api.fail("5xx", method="getMe", times=1)
    own_api.fail("drop_before", method="deleteWebhook", times=1)
    own_api.fail("5xx", method="setMyCommands", times=1)
    with Application(own_api, tmp_path):
        assert ANSWER in private(own_api).ask(QUESTION)["text"]


def test_a_start_up_that_does_not_succeed_can_be_stopped(own_api: BotApi, tmp_path: Path) -> None:
    own_api.fail("5xx", method="getMe", times=100)
    application = Application(own_api, tmp_path)
    application.start()
    own_api.wait(lambda: own_api.calls, 30)
    assert application.stop() == 0


def test_the_self_check(own_api: BotApi, tmp_path: Path) -> None:
    application = Application(own_api, tmp_path, "--once")
    assert application.run() == 0
    assert "@SiweiDoubleBot" in application.said
    assert "59 条" in application.said
    assert {call.method for call in own_api.calls} == {"getMe", "getWebhookInfo"}


def test_the_self_check_without_a_server(tmp_path: Path, own_api: BotApi) -> None:
    own_api.fail("5xx", method="getMe", times=100)
    application = Application(own_api, tmp_path, "--once")
    assert application.run() == 1
    assert "连不上" in application.said


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_token_is_in_no_log_and_questions_in_none_by_default(
    own_api: BotApi, tmp_path: Path, level: str
) -> None:
    own_api.fail("drop_before", times=1)
    own_api.fail("5xx", method="getUpdates", times=1)
    with Application(own_api, tmp_path, SIWEI_LOG_LEVEL=level) as application:
        me = private(own_api)
        me.ask(QUESTION)
        assert application.stop() == 0
        said = application.said
        application.log.write_text("")
    assert TOKEN not in said
    assert TOKEN.split(":")[1] not in said
    assert "event=answered" in said
    if level == "INFO":
        assert QUESTION not in said
        assert ANSWER not in said
        lines = said.splitlines()[1:]
        assert all(re.match(r"time=\S+ level=\S+ logger=\S+ event=\S+", line) for line in lines), said


def test_sigterm_finishes_what_was_begun(own_api: BotApi, tmp_path: Path) -> None:
    with Application(own_api, tmp_path) as application:
        me = private(own_api)
        own_api.fail("delay", chat=me.chat.id, value=0.5)
        asked = me.say(QUESTION)
        own_api.wait(lambda: own_api.faults[0].times == 0)
        assert application.stop() == 0
        assert len(me.replies(asked)) == 1
        assert "event=stopped" in application.said


def test_sigterm_does_not_wait_for_a_chat_on_hold(own_api: BotApi, tmp_path: Path) -> None:
    with Application(own_api, tmp_path) as application:
        me = private(own_api)
        own_api.fail("429", chat=me.chat.id, value=200)
        me.say(QUESTION)
        own_api.wait(lambda: any(call.status == 429 for call in own_api.calls))
        assert application.stop() == 0


def test_a_second_process_with_the_same_token_is_noticed(own_api: BotApi, tmp_path: Path) -> None:
    with Application(own_api, tmp_path) as application:
        request = urllib.request.Request(f"{own_api.url}{TOKEN}/getUpdates", data=b"timeout=0")
        own_api.wait(lambda: any(c.method == "getUpdates" for c in own_api.calls) or own_api.allowed)
        with urllib.request.urlopen(request):
            pass
        own_api.wait(lambda: any(c.status == 409 for c in own_api.calls))
        assert ANSWER in private(own_api).ask(QUESTION)["text"]
        assert "同一口令" in application.said


def test_one_that_starts_where_another_takes_the_updates_gives_way(own_api: BotApi, tmp_path: Path) -> None:
    own_api.fail("409", method="getUpdates", times=100)
    application = Application(own_api, tmp_path)
    assert application.run() == 2
    assert "同一口令已有另一个程序在收消息" in application.said.splitlines()[-1]
    assert "Traceback" not in application.said


@pytest.mark.parametrize("database", [":memory:", "/dev/null/no.db"])
def test_a_database_that_keeps_nothing_is_no_obstacle(own_api: BotApi, tmp_path: Path, database: str) -> None:
    with Application(own_api, tmp_path, SIWEI_DB=database) as application:
        me = private(own_api)
        assert ANSWER in me.ask(QUESTION)["text"]
        assert "0.58" in me.ask("那2025年呢")["text"]
        assert ("提醒" in application.said) == (database != ":memory:")


# -- webhook ---------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def status(url: str, data: bytes | None = None, **headers: str) -> int:
    request = urllib.request.Request(
        url, data, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_webhook(own_api: BotApi, tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_port()}"
    url = f"http://{place}/hook"
    settings: Json = {
        "TELEGRAM_WEBHOOK_URL": url,
        "TELEGRAM_WEBHOOK_LISTEN": place,
        "TELEGRAM_WEBHOOK_SECRET": "a-long-secret",
        "SIWEI_LOG_LEVEL": "DEBUG",
    }
    with Application(own_api, tmp_path, **settings) as application:
        assert own_api.webhook == {"url": url, "secret_token": "a-long-secret"}
        assert status(f"http://{place}/healthz") == 200
        me = private(own_api)
        asked = me.say(QUESTION, times=2)
        assert ANSWER in me.reply(asked)["text"]
        secret = {"X_Telegram_Bot_Api_Secret_Token": "a-long-secret"}
        forged = json.dumps({"update_id": 1, "message": me.message(QUESTION)}).encode()
        assert status(url, forged) == 403
        assert status(url, forged, X_Telegram_Bot_Api_Secret_Token="wrong") == 403
        assert status(url, b"{", **secret) == 400
        assert status(url, b"[1]", **secret) == 400
        assert status(url) == 405
        assert status(f"http://{place}/other") == 404
        me.ask("/help")
        assert len(me.seen()) == 2
        assert set(own_api.webhook_answers) == {200}
        assert not any(call.method == "getUpdates" for call in own_api.calls)
        assert application.stop() == 0
        assert "a-long-secret" not in application.said


def test_a_webhook_whose_port_is_taken(own_api: BotApi, tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        place = "127.0.0.1:" + str(listener.getsockname()[1])
        settings: Json = {
            "TELEGRAM_WEBHOOK_URL": "https://example.org/hook",
            "TELEGRAM_WEBHOOK_LISTEN": place,
        }
        application = Application(own_api, tmp_path, **settings)
        assert application.run() == 2
        assert "TELEGRAM_WEBHOOK_LISTEN" in application.said
        assert "Traceback" not in application.said


def test_a_webhook_without_a_secret_makes_one(own_api: BotApi, tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_port()}"
    with Application(
        own_api, tmp_path, TELEGRAM_WEBHOOK_URL=f"http://{place}/", TELEGRAM_WEBHOOK_LISTEN=place
    ):
        assert len(own_api.webhook["secret_token"]) >= 32
        assert ANSWER in private(own_api).ask(QUESTION)["text"]


def test_two_bots_never_use_one_database(tmp_path: Path) -> None:
    with BotApi() as api, Application(api, tmp_path) as first:
        second = Application(api, tmp_path)
        second.log = tmp_path / "second.txt"
        assert second.run() == 2
        assert "另一个机器人正用着数据库" in second.said
        assert first.process.poll() is None
        assert ANSWER in private(api).ask(QUESTION)["text"]
