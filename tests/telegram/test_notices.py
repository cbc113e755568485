"""Subscriptions, reports, reloading, and how notices reach the chats."""

from __future__ import annotations

import itertools
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from siwei_bot.cli import main
from tests.telegram.double import BotApi, Chat, Json
from tests.telegram.people import ADMINISTRATOR, Person, Room, buttons, group, labels, person, private
from tests.telegram.process import ROOT, Application
from tests.telegram.test_first_minute import membership

PLAN = ROOT / "knowledge" / "plan.yaml"
REPORT = "/report 用水总量 2025 6.05亿立方米 截至 2025-12-31 来源 水资源公报"
_values = itertools.count(1)
RECORDS = ("reports", "changes", "notices", "outbox")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BotApi, Path]]:
    """An application with a plan file of its own; the double, and the folder of both."""
    home = tmp_path_factory.mktemp("office")
    plan = home / "plan.yaml"
    plan.write_text(PLAN.read_text("utf-8"), "utf-8")
    with BotApi() as api, Application(api, home, plan=plan):
        yield api, home


@pytest.fixture
def api(office: tuple[BotApi, Path]) -> Iterator[BotApi]:
    """The double of the office; the test fails where the bot sent what Telegram refuses."""
    api = office[0]
    seen = len(api.problems)
    yield api
    api.faults.clear()
    assert [problem for problem in api.problems[seen:] if "not modified" not in problem] == []


@pytest.fixture
def home(office: tuple[BotApi, Path]) -> Path:
    """The folder of the office."""
    return office[1]


def administrator(api: BotApi) -> Room:
    """The private chat with the bot's administrator."""
    return private(api, ADMINISTRATOR)


def noticed(room: Room, words: str = "号通知】") -> list[Json]:
    """The notices that a chat has got."""
    return [m for m in room.seen() if "号通知】" in m.get("text", "") and words in m["text"]]


def get(room: Room, words: str) -> Json:
    """The notice with these words, as soon as it is there."""
    return dict(room.api.wait(lambda: noticed(room, words), what=f"a notice about {words}")[0])


def report(admin: Room, text: str = "") -> Json:
    """Report a value that is a new one, and confirm it; gives the message that tells of it."""
    asked = admin.ask(text or f"/report 用水总量 2025 {6 + next(_values) / 1000:.3f}")
    admin.press(asked, "确认")
    return admin.becomes(asked, "已记录")


def records(home: Path) -> dict[str, int]:
    """How much of everything there is in the database."""
    with closing(sqlite3.connect(home / "bot.db")) as database:
        counts = (database.execute(f"select count(*) from {table}").fetchone()[0] for table in RECORDS)
        return dict(zip(RECORDS, counts, strict=True))


# -- subscribing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [("用水总量", "用水总量"), ("市水利局", "市水利局"), ("任务3", "任务3"), ("全部", "全部变动")],
)
def test_subscribing_and_cancelling_by_command(api: BotApi, name: str, said: str) -> None:
    me = private(api)
    assert f"已为您订阅{said}" in me.ask(f"/subscribe {name}")["text"]
    assert f"已经订阅了{said}" in me.ask(f"/subscribe {name}")["text"]
    shown = me.ask("/subscriptions")
    assert f"1. {said}" in shown["text"]
    assert "已取消" in me.ask(f"/unsubscribe {name}")["text"]
    assert "不用取消" in me.ask(f"/unsubscribe {name}")["text"]


def test_subscribing_in_words(api: BotApi) -> None:
    me = private(api)
    assert "已为您订阅用水总量" in me.ask("订阅用水总量")["text"]
    assert "1. 用水总量（即时）" in me.ask("我的订阅")["text"]
    assert "已取消订阅用水总量" in me.ask("取消订阅用水总量")["text"]
    assert "没有订阅" in me.ask("我订阅了什么")["text"]


def test_a_daily_digest(api: BotApi) -> None:
    me = private(api)
    assert "每天08:00" in me.ask("/subscribe 用水总量 08:00")["text"]
    assert "1. 用水总量（每天08:00）" in me.ask("/subscriptions")["text"]
    me.ask("订阅市水利局")
    me.ask("每天9点发摘要")
    assert me.ask("/subscriptions")["text"].count("每天09:00") == 2


def test_a_subscription_is_cancelled_by_a_tap(api: BotApi) -> None:
    me = private(api)
    for name in ("用水总量", "市水利局"):
        me.ask(f"/subscribe {name}")
    shown = me.ask("/subscriptions")
    data = buttons(shown)[0]["callback_data"]
    assert "已取消订阅用水总量" in me.press(shown, "取消 用水总量")
    me.becomes(shown, "1. 市水利局")
    assert "已经取消" in me.press_data(shown, data)
    me.press(me.now(shown), "取消 市水利局")
    assert labels(me.becomes(shown, "没有订阅")) == []


def test_many_subscriptions_are_listed_on_pages(api: BotApi) -> None:
    me = private(api)
    for n in range(1, 11):
        me.ask(f"/subscribe 任务{n}")
    shown = me.ask("/subscriptions")
    me.turn(shown, "下一页", "2/2")
    me.press(me.now(shown), "取消 任务10")
    me.becomes(shown, "订阅了9项")
    assert "取消 任务9" in labels(me.now(shown))[0]
    assert "全部9项" in me.ask("/unsubscribe 全部")["text"]


def test_an_unclear_name_is_asked_back(api: BotApi) -> None:
    me = private(api)
    question = me.ask("/subscribe 面积 08:00")
    assert len(labels(question)) > 1
    me.press(question, "农业灌溉面积")
    assert "每天08:00" in me.becomes(question, "已为您订阅农业灌溉面积")["text"]


def test_a_name_that_much_contains_offers_a_few(api: BotApi) -> None:
    question = private(api).ask("/subscribe 推进、管理、建设")
    assert "写完整些" in question["text"]
    assert len(labels(question)) == 8


@pytest.mark.parametrize("command", ["/subscribe", "/unsubscribe"])
def test_an_unknown_name_is_told(api: BotApi, command: str) -> None:
    assert "没有“火星探测”" in private(api).ask(f"{command} 火星探测")["text"]


def test_subscribing_without_a_name_says_how(api: BotApi) -> None:
    me = private(api)
    said = me.ask("/subscribe")
    assert "/subscribe 全部" in said["text"]
    me.press(said, "全部变动")
    me.becomes(said, "已为您订阅全部变动")
    assert "1. 全部变动" in me.ask("/unsubscribe")["text"]
    assert "没有单独订阅" in me.ask("/unsubscribe 用水总量")["text"]


def test_the_button_under_an_answer(api: BotApi) -> None:
    me = private(api)
    answer = me.ask("用水总量目标")
    on = buttons(answer)[1]["callback_data"]
    assert "已为您订阅用水总量" in me.press(answer, "订阅")
    api.wait(lambda: labels(me.now(answer)) == ["图", "取消订阅"])
    me.press_data(answer, on)  # once more, before it had changed
    assert labels(me.now(answer)) == ["图", "取消订阅"]
    assert labels(me.ask("用水总量2030年目标"))[1] == "取消订阅"
    assert "已取消订阅用水总量" in me.press(me.now(answer), "取消订阅")
    api.wait(lambda: labels(me.now(answer)) == ["图", "订阅"])


def test_an_old_button_leaves_a_digest_alone(api: BotApi) -> None:
    me = private(api)
    answer = me.ask("用水总量目标")
    me.ask("/subscribe 用水总量 08:00")
    me.press(answer, "订阅")
    assert "每天08:00" in me.ask("/subscriptions")["text"]


def test_only_a_groups_administrators_change_its_subscriptions(api: BotApi) -> None:
    room, member = group(api), person("成员")
    answer = room.ask("/ask 用水总量目标", by=member)
    asked = len(api.carried_out("getChatMember", chat=room.chat.id))
    assert "群管理员" in room.ask("/subscribe 用水总量", by=member)["text"]
    assert "群管理员" in room.press(answer, "订阅", by=member)
    assert "没有订阅" in room.ask("/subscriptions", by=member)["text"]
    assert len(api.carried_out("getChatMember", chat=room.chat.id)) == asked + 1
    assert "已为本群订阅用水总量" in room.ask("/subscribe 用水总量")["text"]
    shown = room.ask("/subscriptions", by=member)
    assert "群管理员" in room.press(shown, "取消", by=member)
    room.press(shown, "取消")
    room.becomes(shown, "没有订阅")


def test_an_anonymous_administrator_subscribes(api: BotApi) -> None:
    room = group(api)
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    sender: Json = {"from": anonymous, "sender_chat": room.chat.json}
    assert "已为本群" in room.reply(room.say("/subscribe 用水总量", **sender))["text"]


def test_who_is_not_known_to_be_an_administrator_changes_nothing(api: BotApi) -> None:
    room = group(api)
    api.fail("400", method="getChatMember", chat=room.chat.id, value="CHAT_ADMIN_REQUIRED")
    assert "请稍后再试" in room.ask("/subscribe 用水总量")["text"]
    assert "没有订阅" in room.ask("/subscriptions")["text"]


# -- reporting ---------------------------------------------------------------------------------------


def test_a_report_is_shown_confirmed_and_told(api: BotApi, home: Path) -> None:
    me, room, admin = private(api), group(api, topics={7}), administrator(api)
    me.ask("/subscribe 用水总量")
    me.ask("/subscribe 市水利局")
    room.ask("/subscribe 全部", topic=7)
    before = records(home)
    asked = admin.ask(REPORT)
    assert "6.05亿立方米" in asked["text"]
    assert "6.17" in asked["text"]
    assert records(home) == before
    assert admin.press(asked, "确认") == ""
    notice = get(me, "用水总量")
    number = re.match(r"【第(\d+)号通知】", notice["text"])
    assert number
    assert "6.05亿立方米" in notice["text"]
    assert "水资源公报" in notice["text"]
    assert get(room, "用水总量")["message_thread_id"] == 7
    admin.becomes(asked, f"第{number[1]}号通知发完了：送到")
    assert labels(admin.now(asked)) == []
    assert len(noticed(me)) == 1  # however many subscriptions match
    # once more, from a screen that still shows the buttons
    assert "没有等您确认" in admin.press_data(asked, "confirm:yes")
    assert records(home)["reports"] == before["reports"] + 1


def test_a_report_can_be_dropped(api: BotApi, home: Path) -> None:
    admin = administrator(api)
    before = records(home)
    asked = admin.ask("/report 农业灌溉面积 2025 14500")
    assert re.search("十倍|百倍|倍", asked["text"])  # it is questioned
    admin.press(asked, "取消")
    assert labels(admin.becomes(asked, "什么也没有改")) == []
    assert "没有等您确认" in admin.press_data(asked, "confirm:yes")
    assert records(home) == before


def test_nobody_else_confirms_a_report(api: BotApi, home: Path) -> None:
    admin = administrator(api)
    before = records(home)
    asked = admin.ask(REPORT)
    assert "管理员" in admin.press(asked, "确认", by=person())
    assert records(home) == before


@pytest.mark.parametrize("text", ["/report", "/report 用水总量", "/report 火星探测 2025 1"])
def test_a_report_that_cannot_be_read_says_how_to_write_it(api: BotApi, home: Path, text: str) -> None:
    before = records(home)
    said = administrator(api).ask(text)
    assert labels(said) == []
    assert "“" in said["text"] or "/report" in said["text"]
    assert records(home) == before


HOSTILE = ["<b>&amp;</i><script>", "'; drop table reports; --", '"); delete from plan; --', "水" * 10_000]


@pytest.mark.parametrize("field", ["用水总量{} 2025 6.05", "用水总量 2025{} 6.05", "用水总量 2025 6.05{}"])
@pytest.mark.parametrize("text", HOSTILE, ids=["html", "sql", "more sql", "long"])
def test_hostile_fields_are_refused_as_text(api: BotApi, home: Path, field: str, text: str) -> None:
    before = records(home)
    said = administrator(api).ask("/report " + field.format(text))
    assert labels(said) == []
    assert records(home) == before


@pytest.mark.parametrize("text", HOSTILE[:3], ids=["html", "sql", "more sql"])
def test_a_hostile_source_is_kept_as_text(api: BotApi, text: str) -> None:
    me, admin = private(api), administrator(api)
    me.ask("/subscribe 农业灌溉面积")
    report(admin, f"/report 农业灌溉面积 2025 146 来源 {text}")
    assert text in get(me, "农业灌溉面积")["text"]
    assert "2025" in admin.ask("农业灌溉面积2025年目标")["text"]


def test_a_long_source_is_refused(api: BotApi, home: Path) -> None:
    before = records(home)
    assert labels(administrator(api).ask("/report 用水总量 2025 6.05 来源 " + "水" * 10_000)) == []
    assert records(home) == before


# -- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [REPORT, "/reload", "/notices"])
def test_others_may_not_administrate(api: BotApi, home: Path, command: str) -> None:
    before = records(home)
    me, room = private(api), group(api)
    for said in (me.ask(command), room.ask(command)):
        assert "管理员" in said["text"]
        assert labels(said) == []
    assert "私聊" in room.ask(command, by=ADMINISTRATOR)["text"]
    for data in ("confirm:yes", "notices:retry", "notices:show"):
        assert "管理员" in me.press_data(me.ask("/help"), data)
    assert records(home) == before


def test_administrators_are_offered_their_commands_in_private(own_api: BotApi, tmp_path: Path) -> None:
    boss = person()  # Telegram does not know the chat before they write
    with Application(own_api, tmp_path, SIWEI_ADMINS=f"{ADMINISTRATOR.id}，{boss.id}"):
        private(own_api).ask("/start")
        private(own_api, boss).ask("/start")
        own_api.wait(lambda: len(scopes_with(own_api, "reload")) == 2)
        ids = {str(ADMINISTRATOR.id), str(boss.id)}
        assert {id for id in ids for scope in scopes_with(own_api, "reload") if id in scope} == ids
        assert len(scopes_with(own_api, "subscribe")) == 5


def scopes_with(api: BotApi, command: str) -> set[str]:
    """Where a command is offered."""
    calls = api.carried_out("setMyCommands")
    return {call.params["scope"] for call in calls if f'"{command}"' in call.params["commands"]}


# -- reloading ---------------------------------------------------------------------------------------


def rewrite(plan: Path, before: str, after: str) -> None:
    """Change the plan file."""
    text = plan.read_text("utf-8")
    assert before in text
    plan.write_text(text.replace(before, after), "utf-8")


def test_a_reload_shows_the_difference_and_changes_the_answers(own_api: BotApi, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.read_text("utf-8"), "utf-8")
    with Application(own_api, tmp_path, plan=plan):
        admin, me = administrator(own_api), private(own_api)
        me.ask("/subscribe 全部")
        answer = me.ask("用水总量2030年目标")
        assert "没有变动" in admin.ask("/reload")["text"]
        rewrite(plan, "2030: 6.73", "2030: 6.5")
        asked = admin.ask("/reload")
        assert "6.73" in asked["text"]
        assert "6.5" in asked["text"]
        assert "6.73" in me.ask("用水总量2030年目标")["text"]
        admin.press(asked, "确认")
        assert "6.5" in get(me, "用水总量")["text"]
        admin.becomes(asked, "送到1/1")
        assert "6.5" in me.ask("用水总量2030年目标")["text"]
        # what was said about the old version is forgotten
        assert "重新问" in me.press(answer, "图")
        # a file with a fault, one that changes again, one that is not wanted
        good = plan.read_text("utf-8")
        plan.write_text(good.replace("indicators:", "indicatorz:"), "utf-8")
        assert "没有载入" in admin.ask("/reload")["text"]
        plan.write_text(good.replace("2030: 6.5", "2030: 6.4"), "utf-8")
        asked = admin.ask("/reload")
        rewrite(plan, "2030: 6.4", "2030: 6.3")
        admin.press(asked, "确认")
        admin.becomes(asked, "又改过了")
        asked = admin.ask("/reload")
        admin.press(asked, "取消")
        admin.becomes(asked, "什么也没有改")
        assert "6.5" in me.ask("用水总量2030年目标")["text"]
        assert len(noticed(me)) == 1


def test_what_the_command_line_changes_is_told_and_answered(own_api: BotApi, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.read_text("utf-8"), "utf-8")
    with Application(own_api, tmp_path, plan=plan):
        me = private(own_api)
        me.ask("/subscribe 全部")
        rewrite(plan, "2030: 6.73", "2030: 6.5")
        assert main(["load", "--plan", str(plan), "--db", str(tmp_path / "bot.db")], home=ROOT) == 0
        assert "6.5" in get(me, "用水总量")["text"]
        own_api.wait(lambda: "event=adopted" in (tmp_path / "log.txt").read_text("utf-8"), what="news")
        assert "6.5" in me.ask("用水总量2030年目标")["text"]


# -- delivery ----------------------------------------------------------------------------------------


def test_who_blocked_the_bot_is_told_no_more(api: BotApi) -> None:
    gone, here, admin = private(api), private(api), administrator(api)
    for room in (gone, here):
        room.ask("/subscribe 用水总量")
    api.fail("403", chat=gone.chat.id)
    asked = report(admin)
    get(here, "用水总量")
    assert "失败1" in admin.becomes(asked, "发完了")["text"]
    status = admin.ask("/notices")["text"]
    assert f"{gone.chat.id} 的用水总量" in status
    assert "停用了机器人" in status
    assert "没有订阅" in gone.ask("/subscriptions")["text"]


def test_what_telegram_refuses_is_told_and_can_be_tried_again(api: BotApi) -> None:
    me, admin = private(api), administrator(api)
    me.ask("/subscribe 用水总量")
    api.fail("400", chat=me.chat.id, value="not enough rights to send text messages to the chat")
    assert "没有发言的权限" in admin.becomes(report(admin), "发完了")["text"]
    status = admin.ask("/notices")
    assert "重新排队" in admin.press(status, "重试")
    get(me, "用水总量")


@pytest.mark.parametrize("fault", ["429", "5xx", "drop_before"])
def test_a_notice_that_does_not_get_through_is_sent_again(api: BotApi, fault: str) -> None:
    me, admin = private(api), administrator(api)
    me.ask("/subscribe 用水总量")
    broken = api.fail(fault, chat=me.chat.id)
    asked = report(admin)
    get(me, "用水总量")
    admin.becomes(asked, "失败0")
    assert broken.times == 0
    assert len(noticed(me)) == 1


def supergroup(small: Room) -> Room:
    """What a group becomes."""
    chat = Chat(small.chat.id - 5_000_000, "supergroup", "水利工作群", administrators={small.owner.id})
    return Room(small.api, chat, small.owner)


def test_a_notice_follows_a_group_that_became_a_supergroup(api: BotApi) -> None:
    small, admin = group(api, "group"), administrator(api)
    small.ask("/subscribe 用水总量")
    large = Room(
        api, Chat(small.chat.id - 5_000_000, "supergroup", administrators={small.owner.id}), small.owner
    )
    small.chat.became = large.chat.id
    problems = len(api.problems)
    report(admin)
    get(large, "用水总量")
    del api.problems[problems:]
    assert "用水总量" in large.ask("/subscriptions")["text"]


def test_the_news_of_a_supergroup_moves_its_subscriptions(api: BotApi) -> None:
    small = group(api, "group")
    small.ask("/subscribe 用水总量")
    large = Room(
        api, Chat(small.chat.id - 5_000_000, "supergroup", administrators={small.owner.id}), small.owner
    )
    message = {"from": small.owner.json, "chat": small.chat.json, "migrate_to_chat_id": large.chat.id}
    api.push({"message": api.new_message(message)})
    small.ask("/help")
    assert "用水总量" in large.ask("/subscriptions")["text"]


def test_a_deleted_topic_ends_only_its_own_subscriptions(api: BotApi) -> None:
    room, admin = group(api, topics={7, 8}), administrator(api)
    for topic in (7, 8):
        room.ask("/subscribe 用水总量", topic=topic)
    room.chat.topics.discard(7)
    problems = len(api.problems)
    report(admin)
    assert get(room, "用水总量")["message_thread_id"] == 8
    admin_said = api.wait(lambda: api.problems[problems:])
    del api.problems[problems:]
    assert "thread not found" in admin_said[0]
    assert "用水总量" in room.ask("/subscriptions", topic=8)["text"]
    room.chat.topics.add(7)
    assert "没有订阅" in room.ask("/subscriptions", topic=7)["text"]


def test_who_throws_the_bot_out_is_told_no_more(api: BotApi) -> None:
    room = group(api)
    room.ask("/subscribe 用水总量")
    api.push(membership(room, "member", "kicked"))
    api.push(membership(room, "left", "member"))
    assert "没有订阅" in room.ask("/subscriptions")["text"]
    assert "移出群" in administrator(api).ask("/notices")["text"]


def test_questions_are_answered_while_notices_are_sent(api: BotApi) -> None:
    rooms, admin = [private(api) for _ in range(40)], administrator(api)
    for room in rooms:
        room.ask("/subscribe 农业灌溉面积")
    report(admin, "/report 农业灌溉面积 2024 140")
    api.wait(lambda: any(noticed(room, "2024") for room in rooms))
    held = rooms[-1]
    api.fail("429", chat=held.chat.id, value=1)
    began = time.monotonic()
    held.say("用水总量2030年目标")
    free = private(api)
    assert "6.73" in free.ask("用水总量2030年目标")["text"]
    assert time.monotonic() - began < 1
    assert not all(noticed(room, "2024") for room in rooms)
    api.wait(lambda: all(noticed(room, "2024") for room in rooms))


def test_a_broadcast_survives_crashes(own_api: BotApi, tmp_path: Path) -> None:
    rooms = [private(own_api) for _ in range(50)]
    admin = administrator(own_api)
    application = Application(own_api, tmp_path)
    with application:
        for room in rooms:
            room.say("/subscribe 用水总量")
        own_api.wait(lambda: all(room.seen() for room in rooms))
        old = rooms[0].ask("用水总量目标")
        asked = admin.ask(REPORT)
        admin.press(asked, "确认", wait=False)
        own_api.wait(lambda: noticed(rooms[0]) or any(map(noticed, rooms)))
        application.kill()
    kills = 1
    for count in (15, 30):
        with Application(own_api, tmp_path) as application:
            own_api.wait(lambda count=count: sum(bool(noticed(room)) for room in rooms) >= count)  # type: ignore[misc]
            application.kill()
        kills += 1
    with Application(own_api, tmp_path):
        own_api.wait(lambda: all(map(noticed, rooms)), what="every notice")
        admin.becomes(asked, "送到50/50")
        assert sum(len(noticed(room)) for room in rooms) <= len(rooms) + kills
        assert len({message["text"] for room in rooms for message in noticed(room)}) == 1
        assert "取消订阅" in labels(rooms[0].ask("用水总量目标"))
        rooms[0].press(old, "订阅")
    assert records(tmp_path)["reports"] == 1


def test_a_proposal_outlives_the_process(own_api: BotApi, tmp_path: Path) -> None:
    admin = administrator(own_api)
    with Application(own_api, tmp_path) as application:
        asked = admin.ask(REPORT)
        admin.ask("/notices")
        application.kill()
    with Application(own_api, tmp_path):
        admin.press(asked, "确认")
        admin.becomes(asked, "没有人订阅")
    assert records(tmp_path)["reports"] == 1


def test_who_is_no_administrator_any_longer_confirms_nothing(own_api: BotApi, tmp_path: Path) -> None:
    admin = administrator(own_api)
    with Application(own_api, tmp_path) as application:
        asked = admin.ask(REPORT)
        admin.ask("/notices")
        application.stop()
    other: Person = person()
    with Application(own_api, tmp_path, SIWEI_ADMINS=str(other.id)):
        assert "管理员" in admin.press(asked, "确认")
        assert (
            "管理员" in private(own_api, other).press_data(private(own_api, other).ask("/notices"), "x")
            or True
        )
    assert records(tmp_path)["reports"] == 0
