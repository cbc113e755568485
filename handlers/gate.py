"""The gate that every request to Telegram passes: waits where Telegram says so, tries again what got lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

from handlers.logs import event

LONGEST_WAIT = 300.0
"""Seconds of 429 back-off that one request sits out in all; then it is given up."""

LOST_DELAYS = (0.2, 1.0, 4.0)
"""Seconds before each new try of a request whose connection broke or whose server failed."""

CONNECTIONS = 10
"""Requests at once: enough for the thirty messages a second that Telegram takes. Waiting for a place here
is cheaper than in the connection pool, which looks at all its connections for everyone who waits."""

DIRECT = 1
"""As ``rate_limit_args``: one try and no waiting, for who paces and retries on its own."""

_SINGLE_TRY = ("getMe", "getWebhookInfo")
"""Asked at start-up, where the caller counts the tries."""


class Gate(BaseRateLimiter[int]):
    """Holds back one request, never the others: a 429 stalls only the chat that it came for, because
    the updates of a chat are handled one after the other (see ``order``).

    A request whose response was lost is sent again: where Telegram had carried it out, an answer
    comes twice, which is better than not at all.
    """

    def __init__(self) -> None:
        self._connections = asyncio.Semaphore(CONNECTIONS)
        self.closing = asyncio.Event()
        """Set at shutdown: nobody waits any longer."""

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send one request, again where that may help."""
        if rate_limit_args == DIRECT:
            async with self._connections:
                return await callback(endpoint, data, **kwargs)
        lost, waited = 0, 0.0
        while True:
            try:
                async with self._connections:
                    return await callback(endpoint, data, **kwargs)
            except RetryAfter as error:
                delay = seconds(error)
                waited += delay
                if waited > LONGEST_WAIT:
                    raise
                event("flood", level=logging.WARNING, chat=data.get("chat_id"), method=endpoint, wait=delay)
                failure: Exception = error
            except ChatMigrated as error:
                if data.get("chat_id") in (None, error.new_chat_id):
                    raise
                event("migrated", chat=data["chat_id"], to=error.new_chat_id)
                data = {**data, "chat_id": error.new_chat_id}
                continue
            except BadRequest:
                raise
            except NetworkError as error:
                if endpoint in _SINGLE_TRY or lost == len(LOST_DELAYS):
                    raise
                delay = LOST_DELAYS[lost]
                lost += 1
                event("lost", level=logging.WARNING, chat=data.get("chat_id"), method=endpoint, tries=lost)
                failure = error
            if not await self._wait(delay):
                raise failure

    async def _wait(self, seconds: float) -> bool:
        """Whether the time passed before the bot began to shut down."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return True
        return False


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error._retry_after  # the public attribute warns about its type, which is changing
    return wait.total_seconds()
