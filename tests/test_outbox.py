"""What is queued, sent and failed, in order; and the daily digests."""

from __future__ import annotations

from datetime import datetime

import pytest

from siwei_bot.bot import ZONE
from siwei_bot.notices import Ledger, Place
from siwei_bot.notices.outbox import next_time
from siwei_bot.notices.wording import LONGEST
from tests.noticing import CHAT, GROUP, TOPIC, Clock, ledger, report, target, version

HOUR, DAY = 3600.0, 86400.0
EIGHT = datetime(2027, 1, 16, 8, tzinfo=ZONE).timestamp()
"""The first eight o'clock after the tests' clock begins."""


def subscribed(*places: Place, digest: str = "", clock: Clock | None = None) -> Ledger:
    kept = ledger(clock=clock)
    for place in places:
        kept.subscribe(place, target("all", ""), "李四", digest)
    return kept


# -- delivering ------------------------------------------------------------------------------------


def test_each_place_gets_its_oldest_notice_first() -> None:
    kept = subscribed(CHAT, GROUP)
    for value in (5.7, 5.8):
        kept.record(report(value), version(), "张三")
    assert [(m.notice, m.place) for m in kept.due()] == [(1, CHAT), (1, GROUP)]
    kept.mark_sent(kept.due()[0], 99)
    assert [(m.notice, m.place) for m in kept.due()] == [(1, GROUP), (2, CHAT)]
    assert kept.store.rows("select message_id, sent_at from outbox where state = 'sent'") == [
        {"message_id": 99, "sent_at": "2027-01-15T08:00:00+00:00"}
    ]


def test_what_is_lost_is_due_again_later_and_later_notices_wait_for_it() -> None:
    clock = Clock()
    kept = subscribed(CHAT, clock=clock)
    for value in (5.7, 5.8):
        kept.record(report(value), version(), "张三")
    kept.mark_lost(kept.due()[0], "断线", clock.now + 10)
    assert kept.due() == ()
    assert kept.status().retrying == (("断线", 1),)
    clock.now += 10
    assert [(m.notice, m.attempts) for m in kept.due()] == [(1, 1)]


def test_a_chat_that_is_held_back_holds_back_all_its_topics() -> None:
    clock = Clock()
    kept = subscribed(GROUP, TOPIC, CHAT, clock=clock)
    kept.record(report(), version(), "张三")
    kept.hold_back(-100, clock.now + 30)
    assert [m.place for m in kept.due()] == [CHAT]
    clock.now += 30
    assert len(kept.due()) == 3
    assert {m.attempts for m in kept.due()} == {0}


def test_what_was_sent_or_failed_is_final() -> None:
    kept = subscribed(CHAT, GROUP)
    kept.record(report(), version(), "张三")
    first, second = kept.due()
    kept.mark_sent(first, 1)
    kept.mark_failed(second, "内容被拒")
    kept.mark_failed(first, "迟到的失败")
    assert kept.progress(1) == (1, 0, 1, 1, (("内容被拒", 1),))
    assert kept.progress(1).finished
    assert not kept.is_queued(first)


def test_what_failed_is_sent_again_only_to_who_still_subscribes() -> None:
    kept = subscribed(CHAT, GROUP, TOPIC)
    kept.record(report(), version(), "张三")
    for message in kept.due():
        kept.mark_failed(message, "内容被拒")
    kept.unsubscribe(CHAT)
    assert kept.retry_failed(notice=2) == 0
    assert kept.retry_failed() == 2
    assert kept.retry_failed() == 0
    assert {message.place for message in kept.due()} == {GROUP, TOPIC}


def test_a_notice_with_very_many_changes_fits_into_one_message() -> None:
    kept = subscribed(CHAT)
    many = "\n".join(f"  - {{name: 第{n}{'某' * 20}局}}" for n in range(300))
    kept.load(version(("  - {name: 市丙局}", f"  - {{name: 市丙局}}\n{many}")), "2", "管理员")
    text = kept.due()[0].text
    assert len(text) <= LONGEST
    assert "有300处" in text
    listed = text.count("新增单位")
    assert f"另有{300 - listed}处变动" in text
    assert len(kept.history(999)) == 300


# -- digests ---------------------------------------------------------------------------------------


def test_a_digest_tells_in_the_morning_what_changed_since_the_last_one() -> None:
    clock = Clock()
    kept = subscribed(CHAT, digest="08:00", clock=clock)
    notice = kept.record(report(5.7), version(), "张三")
    assert (notice.chats, notice.digests) == (0, 1)
    kept.record(report(5.8), version(), "张三")
    clock.now = EIGHT - 1
    assert kept.compose_digests() is None
    clock.now = EIGHT
    assert kept.compose_digests() == 3
    (message,) = kept.due()
    assert message.text.startswith("【第3号通知】每日摘要：您订阅的内容有2处变动：\n1. 指标 取水总量")
    assert kept.compose_digests() is None
    kept.mark_sent(message, 1)
    clock.now += DAY
    assert kept.compose_digests() is None
    assert kept.due() == ()


def test_a_digest_that_was_missed_is_told_once_when_something_runs_again() -> None:
    clock = Clock()
    kept = subscribed(CHAT, GROUP, digest="08:00", clock=clock)
    kept.record(report(), version(), "张三")
    clock.now = EIGHT + 5 * DAY + HOUR
    assert kept.compose_digests() == 2
    assert {message.place for message in kept.due()} == {CHAT, GROUP}
    assert kept.compose_digests() is None


def test_what_is_told_at_once_is_not_told_again_in_the_morning() -> None:
    clock = Clock()
    kept = subscribed(CHAT, digest="08:00", clock=clock)
    kept.subscribe(CHAT, target("bureau", "市甲局"), "李四")
    loaded = kept.load(version(("2030: 7}", "2030: 6.5}"), ("3: 打新井。", "3: 打深井。")), "2", "管理员")
    assert loaded.notice is not None
    assert loaded.notice.chats == 1
    assert "有1处" in kept.due()[0].text
    clock.now = EIGHT
    kept.compose_digests()
    digest = [row["text"] for row in kept.store.rows("select text from outbox where notice = 2")]
    assert len(digest) == 1
    assert "打深井" in digest[0]
    assert "取水总量" not in digest[0]


def test_the_earliest_of_two_digests_tells_a_change_that_both_want() -> None:
    clock = Clock()
    kept = subscribed(CHAT, digest="09:00", clock=clock)
    kept.subscribe(CHAT, target("bureau", "市甲局"), "李四", "08:00")
    kept.record(report(), version(), "张三")
    clock.now = EIGHT
    assert kept.compose_digests() == 2
    clock.now = EIGHT + HOUR
    assert kept.compose_digests() is None


def test_who_cancelled_gets_no_digest() -> None:
    clock = Clock()
    kept = subscribed(CHAT, digest="08:00", clock=clock)
    kept.record(report(), version(), "张三")
    kept.unsubscribe(CHAT)
    clock.now = EIGHT
    assert kept.compose_digests() is None
    assert kept.due() == ()
    assert kept.status().awaiting == 0


@pytest.mark.parametrize(
    ("time", "hours"), [("08:00", 16), ("16:00", 24), ("16:01", 1 / 60), ("00:00", 8), ("15:59", 24 - 1 / 60)]
)
def test_the_next_time_of_day_is_chinese_time(time: str, hours: float) -> None:
    now = Clock().now  # 16:00 in China
    assert next_time(time, now) == pytest.approx(now + hours * HOUR)
