"""Sending: pace, order, faults, digests and stopping, in virtual time."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from siwei_bot.notices import Delivery, Gone, Ledger, Lost, Message, Moved, Pace, Place, Refused, RetryLater
from siwei_bot.notices import delivery as module
from siwei_bot.notices.delivery import LONGEST_DELAY, MOST_ATTEMPTS, SEND_SECONDS
from tests import virtual
from tests.noticing import CHAT, GROUP, TOPIC, bot, ledger, report, target, version

Fault = Callable[[Message], Exception | None]


class Messenger:
    """What messages arrived when; ``fault`` says what goes wrong with one instead."""

    def __init__(self, loop: virtual.VirtualLoop, fault: Fault | None = None, takes: float = 0.02) -> None:
        self.loop, self.fault, self.takes = loop, fault, takes
        self.arrived: list[tuple[float, Message]] = []
        self.tried: list[tuple[float, Message]] = []

    async def send(self, message: Message) -> int:
        self.tried.append((self.loop.time(), message))
        await asyncio.sleep(self.takes)
        error = self.fault(message) if self.fault else None
        if error:
            raise error
        self.arrived.append((self.loop.time(), message))
        return len(self.arrived)

    @property
    def places(self) -> list[Place]:
        return [message.place for _, message in self.arrived]


class Scene:
    """A ledger with subscribers, and its delivery to a messenger."""

    def __init__(
        self,
        loop: virtual.VirtualLoop,
        places: list[Place],
        fault: Fault | None = None,
        pace: Pace | None = None,
        digest: str = "",
        seed: int = 1,
    ) -> None:
        self.ledger = ledger(clock=loop.clock)
        for place in places:
            self.ledger.subscribe(place, target("all", ""), "李四", digest)
        self.messenger = Messenger(loop, fault)
        self.delivery = Delivery(
            self.ledger,
            self.messenger.send,
            pace or Pace(),
            clock=loop.clock,
            jitter=random.Random(seed).random,
        )
        self.stop = asyncio.Event()
        self.loop = loop

    def report(self, value: float = 5.9) -> None:
        self.ledger.record(report(value), version(), "张三")

    async def deliver(self, seconds: float = 3600.0) -> float:
        """Deliver until nothing is queued; how many seconds that took."""
        began = self.loop.time()
        running = asyncio.ensure_future(self.delivery.run(self.stop))
        while self.ledger.status().queued and self.loop.time() < began + seconds:
            await asyncio.sleep(0.25)
        spent = self.loop.time() - began
        self.stop.set()
        await running
        return spent


def chats(count: int) -> list[Place]:
    return [Place(1000 + number) for number in range(count)]


def once(error: Exception) -> Fault:
    """A fault of the first message only."""
    left = [error]
    return lambda message: left.pop() if left else None


def test_everyone_gets_every_notice_once_and_in_order() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[tuple[Place, int]]:
        scene = Scene(loop, [CHAT, GROUP, TOPIC])
        scene.report(5.7)
        scene.report(5.8)
        await scene.deliver()
        assert scene.ledger.status()[:3] == (0, 6, 0)
        return [(message.place, message.notice) for _, message in scene.messenger.arrived]

    arrived = virtual.run(main)
    assert Counter(arrived) == Counter((place, n) for place in (CHAT, GROUP, TOPIC) for n in (1, 2))
    for place in (CHAT, GROUP, TOPIC):
        assert [notice for one, notice in arrived if one == place] == [1, 2]


def test_the_pace_is_kept_overall_for_each_chat_and_for_each_group() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[tuple[float, Message]]:
        topics = [Place(-100, thread) for thread in range(25)]
        scene = Scene(loop, [*chats(40), *topics], pace=Pace(10, 1, 10))
        scene.report(5.7)
        scene.report(5.8)
        await scene.deliver()
        assert len(scene.messenger.arrived) == 130
        return scene.messenger.tried

    tried = virtual.run(main)
    times = [at for at, _ in tried]
    assert all(sum(1 for t in times if at <= t < at + 1) <= 11 for at in times)
    for chat in {message.place.chat for _, message in tried}:
        own = [at for at, message in tried if message.place.chat == chat]
        assert all(later - sooner > 0.999 for sooner, later in pairwise(own))
        if chat < 0:
            assert all(sum(1 for t in own if at <= t < at + 59.99) <= 10 for at in own)


def test_chats_that_must_wait_do_not_delay_the_others() -> None:
    async def main(loop: virtual.VirtualLoop) -> float:
        topics = [Place(-100, thread) for thread in range(200)]
        scene = Scene(loop, [*topics, *chats(100)])
        scene.report()
        began = loop.time()
        running = asyncio.ensure_future(scene.delivery.run(scene.stop))
        while not {*chats(100)} <= {*scene.messenger.places}:
            await asyncio.sleep(0.05)
        scene.stop.set()
        await running
        return loop.time() - began

    assert virtual.run(main) < 100 / 20 * 1.1


def test_a_broadcast_keeps_up_with_its_pace_while_questions_are_answered() -> None:
    async def main(loop: virtual.VirtualLoop) -> tuple[float, int, list[float]]:
        faults = random.Random(7)

        def fault(message: Message) -> Exception | None:
            kinds = (Lost("断线"), RetryLater(2.0), Lost("502"), RetryLater(1.0))
            return faults.choice(kinds) if faults.random() < 0.1 else None

        scene = Scene(loop, chats(1000), fault)
        scene.report()
        waits: list[float] = []

        async def ask() -> None:
            while not scene.stop.is_set():
                began = loop.time()
                assert await asyncio.to_thread(lambda: bot().ask("取水总量2030年目标").status) == "answered"
                waits.append(loop.time() - began)
                await asyncio.sleep(1)

        asking = asyncio.ensure_future(ask())
        spent = await scene.deliver()
        await asking
        assert scene.ledger.status()[:3] == (0, 1000, 0)
        assert Counter(scene.messenger.places) == Counter(chats(1000))
        return spent, len(scene.messenger.tried), waits

    spent, tried, waits = virtual.run(main)
    assert tried > 1050
    assert spent <= tried / Pace().per_second * 1.1
    assert len(waits) > 40
    assert max(waits) < 0.01


def test_a_flooded_chat_is_left_alone_as_long_as_it_says() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[float]:
        began = loop.time()
        scene = Scene(loop, [CHAT], once(RetryLater(42)))
        scene.report()
        await scene.deliver()
        return [at - began for at, _ in scene.messenger.tried]

    first, second = virtual.run(main)
    assert first < 0.1
    assert 42 <= second < 44


def test_what_is_lost_is_sent_again_after_longer_and_longer_times() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[float]:
        left = [10]

        def fault(message: Message) -> Exception | None:
            left[0] -= 1
            return Lost("断线") if left[0] >= 0 else None

        scene = Scene(loop, [CHAT], fault)
        scene.delivery._jitter = lambda: 1.0
        scene.report()
        await scene.deliver(seconds=10_000)
        assert scene.messenger.places == [CHAT]
        times = [at for at, _ in scene.messenger.tried]
        return [later - sooner for sooner, later in pairwise(times)]

    gaps = virtual.run(main)
    for at, gap in enumerate(gaps):
        assert min(2.0**at, LONGEST_DELAY) <= gap <= min(2.0**at, LONGEST_DELAY) + 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(Refused("内容被拒"), "内容被拒"), (Gone("机器人被停用"), "机器人被停用")],
)
def test_what_can_never_arrive_ends_with_its_reason(fault: Exception, reason: str) -> None:
    async def main(loop: virtual.VirtualLoop) -> Ledger:
        scene = Scene(loop, [CHAT], once(fault))
        scene.report(5.7)
        scene.report(5.8)
        await scene.deliver()
        return scene.ledger

    kept = virtual.run(main)
    assert kept.progress(1).reasons == ((reason, 1),)
    gone = isinstance(fault, Gone)
    assert kept.progress(2).sent == (0 if gone else 1)
    assert [end.reason for end in kept.ended()] == ([reason] if gone else [])
    assert len(kept.subscriptions(CHAT)) == (0 if gone else 1)


def test_a_topic_that_is_gone_ends_only_itself() -> None:
    async def main(loop: virtual.VirtualLoop) -> Ledger:
        fault: Fault = lambda m: Gone("话题已删除", thread=True) if m.place == TOPIC else None  # noqa: E731
        scene = Scene(loop, [GROUP, TOPIC], fault)
        scene.report()
        await scene.deliver()
        return scene.ledger

    kept = virtual.run(main)
    assert [end.place for end in kept.ended()] == [TOPIC]
    assert len(kept.subscriptions(GROUP)) == 1
    assert kept.progress(1)[1:4] == (0, 1, 1)


def test_a_group_that_moved_gets_its_notices_where_it_is() -> None:
    async def main(loop: virtual.VirtualLoop) -> tuple[Ledger, list[Place]]:
        fault: Fault = lambda m: Moved(-200) if m.place.chat == -100 else None  # noqa: E731
        scene = Scene(loop, [GROUP, TOPIC], fault)
        scene.report()
        await scene.deliver()
        return scene.ledger, scene.messenger.places

    kept, places = virtual.run(main)
    assert sorted(places) == [Place(-200), Place(-200, 4)]
    assert len(kept.subscriptions(Place(-200))) == len(kept.subscriptions(Place(-200, 4))) == 1


def test_a_fault_of_the_program_ends_nothing() -> None:
    async def main(loop: virtual.VirtualLoop) -> tuple[Any, list[Place]]:
        scene = Scene(loop, [CHAT], once(KeyError("键")))
        scene.report()
        await scene.deliver()
        return scene.ledger.status(), scene.messenger.places

    status, places = virtual.run(main)
    assert places == [CHAT]
    assert status[:3] == (0, 1, 0)


def test_what_takes_too_long_is_lost() -> None:
    async def main(loop: virtual.VirtualLoop) -> float:
        scene = Scene(loop, [CHAT])
        scene.messenger.takes = 10 * SEND_SECONDS
        scene.report()
        await scene.deliver(SEND_SECONDS + 5)
        assert scene.messenger.arrived == []
        assert scene.ledger.status().retrying == (("发送超时", 1),)
        return loop.time()

    assert virtual.run(main) < 3 * SEND_SECONDS


def test_after_very_many_losses_it_has_failed() -> None:
    async def main(loop: virtual.VirtualLoop) -> Any:
        scene = Scene(loop, [CHAT], lambda message: Lost("断线"))
        scene.report()
        scene.ledger.store.rows(f"update outbox set attempts = {MOST_ATTEMPTS}")
        await scene.deliver()
        return scene.ledger.status()

    assert virtual.run(main).reasons == (("断线", 1),)


def test_nothing_is_sent_to_who_ended_in_between() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[Place]:
        scene = Scene(loop, chats(3))
        scene.report()
        send = scene.messenger.send

        async def send_and_end(message: Message) -> int:
            scene.ledger.end(1001, "被停用")
            return await send(message)

        scene.delivery._send = send_and_end
        await scene.deliver()
        return scene.messenger.places

    assert virtual.run(main) == [Place(1000), Place(1002)]


def test_the_message_under_way_is_finished_before_it_stops() -> None:
    async def main(loop: virtual.VirtualLoop) -> Any:
        scene = Scene(loop, chats(2))
        scene.messenger.takes = 5.0
        scene.report()
        running = asyncio.ensure_future(scene.delivery.run(scene.stop))
        await asyncio.sleep(1)
        scene.stop.set()
        await running
        return scene.ledger.status()

    assert virtual.run(main)[:3] == (1, 1, 0)


def test_it_sees_at_once_what_this_process_queues_and_soon_what_another_does() -> None:
    async def main(loop: virtual.VirtualLoop) -> tuple[float, float]:
        scene = Scene(loop, [CHAT])
        running = asyncio.ensure_future(scene.delivery.run(scene.stop))
        waits = []
        for value, wake in ((5.7, True), (5.8, False)):
            await asyncio.sleep(10.5)
            scene.report(value)
            began = loop.time()
            if wake:
                scene.delivery.wake()
            await asyncio.sleep(3)
            waits.append(scene.messenger.tried[-1][0] - began)
        scene.stop.set()
        await running
        return waits[0], waits[1]

    woken, polled = virtual.run(main)
    assert woken < 0.01
    assert polled <= 1.0


def test_a_morning_digest_goes_out_at_its_time() -> None:
    async def main(loop: virtual.VirtualLoop) -> list[tuple[float, str]]:
        scene = Scene(loop, [CHAT], digest="16:05")
        scene.report(5.7)
        scene.report(5.8)
        running = asyncio.ensure_future(scene.delivery.run(scene.stop))
        await asyncio.sleep(600)
        scene.stop.set()
        await running
        return [(at, message.text) for at, message in scene.messenger.arrived]

    ((at, text),) = virtual.run(main)
    assert 0 <= at - 300 < 2
    assert "每日摘要：您订阅的内容有2处变动" in text


def test_a_database_that_cannot_be_used_for_a_while_makes_nothing_arrive_twice(tmp_path: Path) -> None:
    async def main(loop: virtual.VirtualLoop) -> tuple[list[Place], list[float]]:
        scene = Scene(loop, chats(3))
        failing = {"mark": 3, "due": 2}
        mark, due = scene.ledger.mark_sent, scene.ledger.due

        def fails(what: str) -> None:
            failing[what] -= 1
            if failing[what] >= 0:
                raise sqlite3.OperationalError("database is locked")

        def marking(*args: Any) -> None:
            fails("mark")
            mark(*args)

        def reading() -> tuple[Message, ...]:
            fails("due")
            return due()

        scene.ledger.mark_sent = marking  # type: ignore[method-assign, assignment]
        scene.ledger.due = reading  # type: ignore[method-assign, assignment]
        scene.report()
        await scene.deliver()
        return scene.messenger.places, [failing["mark"], failing["due"]]

    places, left = virtual.run(main)
    assert places == chats(3)
    assert max(left) < 0


def test_the_errors_of_sending_are_of_one_family() -> None:
    for error in (RetryLater(1), Gone("a"), Refused("b"), Moved(1), Lost("c")):
        assert isinstance(error, module.DeliveryError)
        assert str(error)
