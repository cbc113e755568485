"""Who is told of what: matched, listed, cancelled, moved, ended, renamed."""

from __future__ import annotations

import pytest

from siwei_bot.notices import Ledger, Place
from tests.noticing import CHAT, GROUP, TOPIC, ledger, report, target, version

NEW_TARGET = ("2030: 7}", "2030: 6.5}")
NEW_TEXT = ("3: 打新井。", "3: 打深井。")
NEW_TITLE = ("title: 开渠引水", "title: 开渠")


def queued(kept: Ledger) -> dict[Place, str]:
    rows = kept.store.rows("select chat, thread, text from outbox where state = 'queued'")
    return {Place(row["chat"], row["thread"]): row["text"] for row in rows}


def test_a_subscription_is_listed_once_and_cancelled_in_one_tap() -> None:
    kept = ledger()
    assert kept.subscribe(CHAT, target("indicator", "取水总量"), "李四")
    assert not kept.subscribe(CHAT, target("indicator", "取水总量"), "王五")
    assert kept.subscribe(CHAT, target("all", ""), "李四", "08:00")
    first, second = kept.subscriptions(CHAT)
    assert (first.target, first.by, first.digest) == (target("indicator", "取水总量"), "李四", "")
    assert (second.target.kind, second.digest) == ("all", "08:00")
    assert kept.subscriptions(GROUP) == ()
    assert kept.cancel(GROUP, first.id) is None
    assert kept.cancel(CHAT, first.id) == first
    assert kept.cancel(CHAT, first.id) is None
    assert kept.subscriptions(CHAT) == (second,)


def test_a_new_time_of_the_digest_replaces_the_old_one() -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("all", ""), "李四", "08:00")
    assert not kept.subscribe(CHAT, target("all", ""), "李四", "09:00")
    assert [one.digest for one in kept.subscriptions(CHAT)] == ["09:00"]


@pytest.mark.parametrize("time", ["25:00", "8:00", "八点", "08:00:00", "'; --"])
def test_what_is_no_time_of_day_is_refused(time: str) -> None:
    kept = ledger()
    with pytest.raises(ValueError, match="no time of day"):
        kept.subscribe(CHAT, target("all", ""), "李四", time)
    assert kept.subscriptions(CHAT) == ()


def test_what_is_cancelled_is_told() -> None:
    kept = ledger()
    for kind, key in (("indicator", "取水总量"), ("bureau", "市甲局"), ("task", "1")):
        kept.subscribe(CHAT, target(kind, key), "李四")
        kept.subscribe(TOPIC, target(kind, key), "李四")
    assert [one.target.key for one in kept.unsubscribe(CHAT, target("bureau", "市甲局"))] == ["市甲局"]
    assert kept.unsubscribe(CHAT, target("bureau", "市甲局")) == ()
    assert [one.target.key for one in kept.unsubscribe(CHAT)] == ["取水总量", "1"]
    assert len(kept.subscriptions(TOPIC)) == 3


@pytest.mark.parametrize(
    ("kind", "key", "told"),
    [
        ("all", "", ["取水总量", "打深井", "开渠"]),
        ("indicator", "取水总量", ["取水总量"]),
        ("indicator", "管网漏损率", []),
        ("bureau", "市甲局", ["取水总量"]),
        ("bureau", "市乙局", ["打深井"]),
        ("bureau", "市丙局", []),
        ("task", "1", ["开渠"]),
        ("task", "2", ["打深井"]),
        ("task", "3", []),
    ],
)
def test_each_is_told_what_concerns_it_in_one_digest_of_the_load(
    kind: str, key: str, told: list[str]
) -> None:
    kept = ledger()
    kept.subscribe(CHAT, target(kind, key), "李四")
    loaded = kept.load(version(NEW_TARGET, NEW_TEXT, NEW_TITLE), "2", "管理员")
    assert loaded.notice is not None
    assert loaded.notice.chats == (1 if told else 0)
    if told:
        text = queued(kept)[CHAT]
        assert text.startswith("【第1号通知】")
        assert f"有{len(told)}处" in text
        assert [name for name in ("取水总量", "打深井", "开渠") if name in text] == told
    else:
        assert queued(kept) == {}


def test_one_chat_gets_one_notice_however_many_subscriptions_match() -> None:
    kept = ledger()
    for kind, key in (("all", ""), ("indicator", "取水总量"), ("bureau", "市甲局")):
        kept.subscribe(CHAT, target(kind, key), "李四")
    assert kept.record(report(), version(), "张三").chats == 1
    kept.load(version(NEW_TARGET), "2", "管理员")
    texts = [row["text"] for row in kept.store.rows("select text from outbox order by notice")]
    assert len(texts) == 2
    assert texts[1].count("2030年目标") == 1


def test_bodies_that_lost_or_got_a_measure_are_told() -> None:
    kept = ledger()
    for name in ("市甲局", "市乙局", "市丙局"):
        kept.subscribe(Place(len(kept.every_subscription()) + 1), target("bureau", name), "李四")
    kept.load(version(("lead: [市乙局], due", "lead: [市丙局], due")), "2", "管理员")
    assert set(queued(kept)) == {Place(2), Place(3)}


def test_a_task_that_lost_a_measure_to_another_is_told_like_the_other() -> None:
    kept = ledger()
    kept.subscribe(Place(1), target("task", "1"), "李四")
    kept.subscribe(Place(2), target("task", "2"), "李四")
    kept.load(
        version((", 2: 整修旧渠。", ""), ("{3: 打新井。}", "{2: 整修旧渠。, 3: 打新井。}")), "2", "管理员"
    )
    assert set(queued(kept)) == {Place(1), Place(2)}


@pytest.mark.parametrize("kind", ["indicator", "bureau"])
def test_a_subscription_goes_on_under_the_new_name(kind: str) -> None:
    kept = ledger()
    old, new = {"indicator": ("取水总量", "全市取水总量"), "bureau": ("市丙局", "市丙委")}[kind]
    kept.subscribe(CHAT, target(kind, old), "李四")
    renamed = {
        "indicator": ("name: 取水总量, aliases: [取水]", "name: 全市取水总量, aliases: [取水]"),
        "bureau": ("{name: 市丙局}", "{name: 市丙委, aliases: [市丙局]}"),
    }[kind]
    kept.load(version(renamed), "2", "管理员")
    assert queued(kept) != {}
    assert [one.target.key for one in kept.subscriptions(CHAT)] == [new]


def test_numbers_that_change_round_rename_nothing() -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("indicator", "取水总量"), "李四")
    swapped = (
        ("{id: 1, name: 取水总量", "{id: 8, name: 取水总量"),
        ("{id: 2, name: 管网漏损率", "{id: 1, name: 管网漏损率"),
        ("{id: 8, name: 取水总量", "{id: 2, name: 取水总量"),
    )
    kept.load(version(*swapped), "2", "管理员")
    assert [one.target.key for one in kept.subscriptions(CHAT)] == ["取水总量"]


def test_subscriptions_and_what_is_queued_move_with_a_group() -> None:
    kept = ledger()
    kept.subscribe(GROUP, target("all", ""), "李四")
    kept.subscribe(TOPIC, target("bureau", "市甲局"), "李四")
    kept.subscribe(Place(-200), target("all", ""), "李四")
    kept.record(report(), version(), "张三")
    kept.move(-100, -200)
    kept.move(-100, -200)
    assert kept.subscriptions(GROUP) == kept.subscriptions(TOPIC) == ()
    assert len(kept.subscriptions(Place(-200))) == len(kept.subscriptions(Place(-200, 4))) == 1
    assert set(queued(kept)) == {Place(-200), Place(-200, 4)}
    assert kept.progress(1).reasons == (("已改发到新群", 1),)


def test_a_chat_that_is_gone_ends_and_says_why() -> None:
    kept = ledger()
    for place in (CHAT, GROUP, TOPIC):
        kept.subscribe(place, target("all", ""), "李四")
    kept.record(report(), version(), "张三")
    assert kept.end(-100, "被移出群", thread=4) == 1
    assert kept.end(7, "被停用") == 1
    assert kept.end(7, "被停用") == 0
    assert set(queued(kept)) == {GROUP}
    status = kept.status()
    assert (status.queued, status.failed, status.subscriptions, status.places) == (1, 2, 1, 1)
    assert [(end.place, end.target.name, end.reason) for end in status.ended] == [
        (CHAT, "全部变动", "被停用"), (TOPIC, "全部变动", "被移出群"),
    ]  # fmt: skip
    assert kept.record(report(5.8), version(), "张三").chats == 1


def test_everything_works_where_nobody_subscribes() -> None:
    kept = ledger()
    notice = kept.record(report(), version(), "张三")
    assert (notice.number, notice.chats, notice.digests) == (1, 0, 0)
    loaded = kept.load(version(NEW_TARGET), "2", "管理员")
    assert loaded.notice is not None
    assert (loaded.notice.number, loaded.notice.chats) == (2, 0)
    assert kept.status()[:3] == (0, 0, 0)
