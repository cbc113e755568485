"""Sending what is queued: paced, in order for each place, again until it has arrived or never can."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from siwei_bot.notices.ledger import Ledger
from siwei_bot.notices.outbox import Message
from siwei_bot.notices.subscriptions import Clock
from siwei_bot.store import StoreError

_log = logging.getLogger(__name__)

Send = Callable[[Message], Awaitable[int | None]]
"""Sends one message and gives its id; raises a :class:`DeliveryError`. Must not wait or try again itself."""

POLL_SECONDS = 1.0
"""How soon it is seen what another process queued."""

SOON_SECONDS = 0.1
"""A chat that takes a message no sooner makes room for others."""

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0
"""Seconds before a lost message is sent again: up to the first, doubled each time up to the longest."""

MOST_ATTEMPTS = 1000
"""After so many losses, nearly two days, a message has failed."""

SEND_SECONDS = 60.0
"""How long sending one message may take; then it is lost."""


class DeliveryError(Exception):
    """A message was not delivered."""


class RetryLater(DeliveryError):
    """The chat takes nothing for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:g}")
        self.seconds = seconds


class Gone(DeliveryError):
    """The chat (or with ``thread`` only the topic) can be written to no more."""

    def __init__(self, reason: str, thread: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.thread = reason, thread


class Refused(DeliveryError):
    """This message will never be taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Moved(DeliveryError):
    """The chat has become another one."""

    def __init__(self, to: int) -> None:
        super().__init__(str(to))
        self.to = to


class Lost(DeliveryError):
    """The network or the server failed; the message may have arrived or not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Pace:
    """How fast notices may go out: well below what the messenger takes, so that answers never wait."""

    per_second: float = 20.0
    """Messages a second, over all chats."""
    per_chat: float = 1.0
    """Seconds between two messages to one chat."""
    per_group_minute: int = 10
    """Messages a minute to one group (a chat with a negative number)."""


DEFAULT_PACE = Pace()


class Pacer:
    """Says how long the next message has to wait; times are seconds on any clock."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = float("-inf")
        self._sent: dict[int, deque[float]] = {}

    def ready(self, chat: int, now: float) -> float:
        """Seconds until this chat takes a message.

        >>> pacer = Pacer(Pace(per_second=20, per_chat=1, per_group_minute=2))
        >>> for now in (0, 10): pacer.took(-5, now)
        >>> pacer.ready(-5, 11), pacer.ready(-6, 11), round(pacer.slot(10), 2)
        (49.0, 0.0, 0.05)
        """
        sent = self._sent.get(chat)
        if not sent:
            return 0.0
        free = sent[-1] + self._pace.per_chat
        if chat < 0 and len(sent) == self._pace.per_group_minute:
            free = max(free, sent[0] + 60)
        return max(0.0, float(free - now))

    def slot(self, now: float) -> float:
        """Seconds until a message may go to any chat."""
        return max(0.0, self._next - now)

    def took(self, chat: int, now: float) -> None:
        """A message goes out now; being a little late does not delay the one after it."""
        step = 1 / self._pace.per_second
        self._next = (self._next if self._next > now - step else now) + step
        self._sent.setdefault(chat, deque(maxlen=self._pace.per_group_minute)).append(now)
        if len(self._sent) > 10_000:
            self._sent = {chat: sent for chat, sent in self._sent.items() if now - sent[-1] < 60}


class Delivery:
    """Delivers what a ledger has queued, one message at a time.

    That a message is being sent is known in memory only: after a crash it is sent again, and as only one
    is under way, a crash makes at most one arrive twice. The ledger should be one of its own, so that
    nobody else waits for a database that is busy.
    """

    def __init__(
        self,
        ledger: Ledger,
        send: Send,
        pace: Pace = DEFAULT_PACE,
        *,
        clock: Clock = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ledger, self._send = ledger, send
        self._pacer = Pacer(pace)
        self._clock, self._jitter = clock, jitter
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once for what was queued."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop`` is set; the message under way is finished."""
        while not stop.is_set():
            self._woken.clear()
            batch = await self._due()
            if not batch:
                await self._rest(POLL_SECONDS, stop, self._woken)
            while batch and not stop.is_set():
                message = min(batch, key=self._wait)
                if self._wait(message) > SOON_SECONDS:
                    break  # other chats may take one now
                batch.remove(message)
                await self._deliver(message, stop)

    async def _due(self) -> list[Message]:
        """What may be sent soon; nothing while the database cannot be used."""
        try:
            await asyncio.to_thread(self._ledger.compose_digests)
            while True:
                found = await asyncio.to_thread(self._ledger.due)
                soon = [message for message in found if self._wait(message) <= SOON_SECONDS]
                if soon or not found:
                    return soon
                for chat, wait in {one.place.chat: self._wait(one) for one in found}.items():
                    await asyncio.to_thread(self._ledger.hold_back, chat, self._clock() + wait)
        except (StoreError, sqlite3.Error) as error:
            _log.warning("the outbox cannot be used: %s", error)
            return []

    def _wait(self, message: Message) -> float:
        return self._pacer.ready(message.place.chat, self._now())

    async def _deliver(self, message: Message, stop: asyncio.Event) -> None:
        """Send a message when it may go out, if it is still wanted, and write down what came of it."""
        await self._rest(max(self._wait(message), self._pacer.slot(self._now())), stop)
        if not stop.is_set() and await self._is_wanted(message):
            self._pacer.took(message.place.chat, self._now())
            await self._write_down(await self._outcome(message), stop)

    async def _is_wanted(self, message: Message) -> bool:
        try:
            return await asyncio.to_thread(self._ledger.is_queued, message)
        except (StoreError, sqlite3.Error):
            return False  # it stays queued

    async def _outcome(self, message: Message) -> Callable[[], object]:
        """Send a message; what is to be written of it."""
        chat, ledger = message.place.chat, self._ledger
        try:
            sent = await asyncio.wait_for(self._send(message), SEND_SECONDS)
        except RetryLater as error:
            return partial(ledger.hold_back, chat, self._clock() + error.seconds)
        except Gone as error:
            return partial(ledger.end, chat, error.reason, message.place.thread if error.thread else None)
        except Refused as error:
            return partial(ledger.mark_failed, message, error.reason)
        except Moved as error:
            return partial(ledger.move, chat, error.to)
        except (Lost, TimeoutError) as error:
            return self._lost(message, str(error) or "发送超时")
        except Exception as error:  # one message must not end the delivery of all
            _log.exception("sending notice %d failed", message.notice)
            return self._lost(message, f"程序出错：{error!r}")
        return partial(ledger.mark_sent, message, sent)

    def _lost(self, message: Message, reason: str) -> Callable[[], object]:
        """Send again after an exponentially longer time, of which chance takes a part ("full jitter")."""
        if message.attempts >= MOST_ATTEMPTS:
            return partial(self._ledger.mark_failed, message, reason)
        delay = self._jitter() * min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(message.attempts, 30))
        return partial(self._ledger.mark_lost, message, reason, self._clock() + delay)

    async def _write_down(self, outcome: Callable[[], object], stop: asyncio.Event) -> None:
        """Nothing else is sent before it is known what was."""
        while True:
            try:
                await asyncio.to_thread(outcome)
                return
            except (StoreError, sqlite3.Error) as error:
                _log.warning("what was sent cannot be written down: %s", error)
                if stop.is_set():
                    return
                await self._rest(POLL_SECONDS, stop)

    async def _rest(self, seconds: float, *until: asyncio.Event) -> None:
        """Wait so long, or until one of the events is set."""
        if seconds <= 0 or any(event.is_set() for event in until):
            return
        waiting = [asyncio.ensure_future(event.wait()) for event in until]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    def _now(self) -> float:
        """The time by which messages are paced; it never jumps, unlike the one of ``clock``."""
        return asyncio.get_running_loop().time()
