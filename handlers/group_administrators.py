"""Who administers which group."""

from __future__ import annotations

import time

from telegram import Bot
from telegram.constants import ChatMemberStatus

REMEMBERED_SECONDS = 60.0
"""Asking Telegram counts against the twenty messages a minute that a group gets."""

_ADMINISTRATORS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class GroupAdministrators:
    """Who administers which group: asked of Telegram, and remembered for a while."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def include(self, bot: Bot, chat: int, person: int) -> bool:
        """Whether a person administers a group. Raises TelegramError where Telegram does not tell."""
        now = time.monotonic()
        self._known = {key: found for key, found in self._known.items() if found[1] > now}
        if (chat, person) not in self._known:
            member = await bot.get_chat_member(chat, person)
            self._known[chat, person] = (member.status in _ADMINISTRATORS, now + REMEMBERED_SECONDS)
        return self._known[chat, person][0]
