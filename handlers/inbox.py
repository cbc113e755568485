"""Updates on their way to the handlers: each once, and kept on disk until it is handled."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3

from telegram import Bot, Update

from handlers.logs import event
from siwei_bot.conversations import Conversations


class Inbox(asyncio.Queue[object]):
    """The application's queue. Whatever was put in is handled, if need be by the next process.

    An update is written down before Telegram is told that it has arrived, and crossed out when its
    answer is sent: only a crash between these two makes an answer come twice.
    """

    def __init__(self, conversations: Conversations) -> None:
        super().__init__()
        self._conversations = conversations
        self._postponed: set[int] = set()

    async def put(self, item: object) -> None:
        """Take an update, unless it was delivered before."""
        if isinstance(item, Update) and not self._claim(item):
            return event("repeated", update=item.update_id)
        await super().put(item)

    def _claim(self, update: Update) -> bool:
        # nobody waits for an inline query any longer when a new process starts
        content = None if update.inline_query else update.to_json()
        try:
            return self._conversations.claim(update.update_id, content)
        except sqlite3.Error as error:  # an answer that may get lost is better than none
            event("unkept", level=logging.ERROR, update=update.update_id, said=str(error).replace(" ", "_"))
            return True

    async def resume(self, bot: Bot) -> None:
        """Take up what an earlier process left unhandled."""
        for id, content in self._conversations.unhandled():
            try:
                update = Update.de_json(json.loads(content), bot)
            except (ValueError, TypeError, KeyError, AttributeError) as error:  # another version wrote it
                event("unreadable", level=logging.ERROR, update=id, error=error)
                self._conversations.done(id)
                continue
            message = update.message
            if message and self._conversations.answered(message.chat.id, message.message_id):
                self._conversations.done(id)
                continue
            event("resumed", update=id)
            await super().put(update)

    def done(self, update: Update) -> None:
        """Cross out an update that has been handled."""
        if update.update_id not in self._postponed:
            self._conversations.done(update.update_id)

    def postpone(self, update: Update) -> None:
        """Leave an update, whose answer could not be sent any more, to the next process."""
        self._postponed.add(update.update_id)
        event("postponed", update=update.update_id)
