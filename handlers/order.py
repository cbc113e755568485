"""The order of things: one after the other in a chat, chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Hashable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from handlers.inbox import Inbox

AT_ONCE = 10_000
"""Updates in hand at once, waiting ones included: enough that a chat on hold does not stop the others."""


class InOrder(BaseUpdateProcessor):
    """Handles the updates of each chat in their order."""

    __slots__ = ("_inbox", "_lines")

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(AT_ONCE)
        self._inbox = inbox
        self._lines: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update when those before it in its chat are done."""
        line = self._lines.setdefault(_place(update), asyncio.Lock())
        async with line:
            await coroutine
        if isinstance(update, Update):
            self._inbox.done(update)


def _place(update: object) -> Hashable:
    if not isinstance(update, Update):
        return None
    if update.effective_chat:
        return update.effective_chat.id
    return ("person", update.effective_user.id if update.effective_user else 0)
