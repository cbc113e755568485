"""Which version of the plan the running bot answers from."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress

from handlers import menus
from handlers.desk import Desk
from handlers.logs import event
from siwei_bot.bot import PlanBot
from siwei_bot.cli.opening import fingerprint, snapshot_bot
from siwei_bot.config import UsageError
from siwei_bot.plan_file import PlanFileError
from siwei_bot.store import StoreError

CLOSE_SECONDS = 60.0
"""How long questions that are on their way may still use the version that was replaced."""

WATCH_SECONDS = 2.0


def adopt(desk: Desk, bot: PlanBot, digest: str) -> None:
    """Answer from another version from now on; what was said about the old one is forgotten."""
    old, desk.bot = desk.bot, bot
    desk.conversations.plan = digest
    desk.lists = menus.lists(bot)
    desk.photos.clear()
    asyncio.get_running_loop().call_later(CLOSE_SECONDS, old.store.close)
    event("adopted", plan=digest[:12])


async def watch(desk: Desk, stop: asyncio.Event) -> None:
    """Adopt what the command ``load`` loads, so that nobody is told of a change and answered without it."""
    while not stop.is_set():
        try:
            digest = await asyncio.to_thread(_news, desk)
            if digest:
                adopt(desk, await asyncio.to_thread(snapshot_bot, desk.settings), digest)
        except (PlanFileError, UsageError, StoreError, sqlite3.Error, OSError) as error:
            event("unadopted", level=logging.WARNING, error_type=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WATCH_SECONDS)


def _news(desk: Desk) -> str:
    """The digest of the version that was loaded meanwhile, if it is the one in the plan file."""
    loaded = desk.ledger.store.loaded()
    digest = loaded[1] if loaded else ""
    known = digest in ("", desk.conversations.plan)
    return "" if known or fingerprint(desk.settings.plan) != digest else digest
