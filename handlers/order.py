"""The order of things: every delivery once, one after the other in a chat, chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Hashable
from inspect import iscoroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from handlers.logs import event
from siwei_bot.conversations import Conversations

AT_ONCE = 10_000
"""Updates in hand at once, waiting ones included: enough that a chat on hold does not stop the others."""


class InOrder(BaseUpdateProcessor):
    """Handles each update once, in its chat's order."""

    __slots__ = ("_conversations", "_lines")

    def __init__(self, conversations: Conversations) -> None:
        super().__init__(AT_ONCE)
        self._conversations = conversations
        self._lines: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update when those before it in its chat are done."""
        if isinstance(update, Update) and not self._conversations.claim(update.update_id):
            event("repeated", update=update.update_id)
            if iscoroutine(coroutine):
                coroutine.close()
            return
        line = self._lines.setdefault(_place(update), asyncio.Lock())
        async with line:
            await coroutine


def _place(update: object) -> Hashable:
    if not isinstance(update, Update):
        return None
    if update.effective_chat:
        return update.effective_chat.id
    return ("person", update.effective_user.id if update.effective_user else 0)
