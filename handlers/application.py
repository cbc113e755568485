"""The application: every handler, in the order in which they are asked."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from handlers import (
    asking,
    charting,
    choosing,
    confirming,
    delivering,
    inline,
    menus,
    starting,
    subscribing,
    words,
)
from handlers.addressed import Wants, read
from handlers.administrators import administrators_only
from handlers.desk import Desk, desk_of, limited, toast
from handlers.gate import CONNECTIONS, Gate
from handlers.inbox import Inbox
from handlers.logs import event
from handlers.options import Options
from handlers.order import InOrder
from siwei_bot.store import StoreError

App = Application[Any, Any, Any, Any, Any, Any]

UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
"""What Telegram is asked to deliver."""


def build(desk: Desk, options: Options, gate: Gate) -> App:
    """The application with its handlers."""
    inbox = Inbox(desk.conversations)
    application = (
        ApplicationBuilder()
        .token(options.token)
        .base_url(options.server)
        .connect_timeout(5)
        .read_timeout(10)
        .connection_pool_size(CONNECTIONS)
        .pool_timeout(60)
        .rate_limiter(gate)
        .update_queue(inbox)
        .concurrent_updates(InOrder(inbox))
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.bot_data.update(desk=desk, albums={}, gate=gate, inbox=inbox)
    wire(application)
    return application


def wire(application: App) -> None:
    """Every handler, in order; the first that wants an update has it."""
    add = application.add_handler
    add(MessageHandler(filters.StatusUpdate.MIGRATE, starting.migrated))
    add(ChatMemberHandler(starting.joined_or_left, ChatMemberHandler.MY_CHAT_MEMBER))

    add(MessageHandler(Wants("start"), limited(starting.start)))
    add(MessageHandler(Wants("help"), limited(starting.help)))
    add(MessageHandler(Wants("source"), limited(starting.source)))
    for kind in ("task", "bureau", "indicator"):
        add(MessageHandler(Wants(kind), limited(menus.command(kind))))
    for action in ("subscribe", "unsubscribe"):
        add(MessageHandler(Wants(action), limited(subscribing.command(action))))
    add(MessageHandler(Wants("subscriptions"), limited(subscribing.subscriptions)))
    add(MessageHandler(Wants("report"), administrators_only(confirming.report)))
    add(MessageHandler(Wants("reload"), administrators_only(confirming.reload)))
    add(MessageHandler(Wants("notices"), administrators_only(delivering.notices)))
    add(MessageHandler(Wants("", "ask"), limited(asking.question)))
    add(MessageHandler(Wants(), limited(asking.unknown_command)))

    add(CallbackQueryHandler(limited(choosing.choose), pattern=r"^choose:(\d+):(\d+)$"))
    add(CallbackQueryHandler(limited(choosing.turn_page), pattern=r"^page:(\d+):(\d+)$"))
    add(CallbackQueryHandler(limited(charting.send_chart), pattern=r"^chart:(\d+):(\d+)$"))
    lists = "task|bureau|indicator|example"
    add(CallbackQueryHandler(limited(menus.turn_list), pattern=rf"^list:({lists}):(\d+)$"))
    add(CallbackQueryHandler(limited(menus.open_entry), pattern=rf"^open:({lists}):(\d+):([0-9a-f]+)$"))
    add(CallbackQueryHandler(limited(subscribing.toggled), pattern=r"^toggle:(on|off):(\w+)$"))
    add(CallbackQueryHandler(limited(subscribing.picked), pattern=r"^pick:(on|off):(\w+):(\d{4})?$"))
    add(CallbackQueryHandler(limited(subscribing.cancel), pattern=r"^cancel:(\d+):(\d+)$"))
    add(CallbackQueryHandler(limited(subscribing.turn_page), pattern=r"^subscriptions:(\d+)$"))
    add(CallbackQueryHandler(administrators_only(confirming.confirm), pattern=r"^confirm:(yes|no)$"))
    add(CallbackQueryHandler(administrators_only(delivering.retry), pattern=r"^notices:(show|retry)$"))
    add(CallbackQueryHandler(limited(_unknown_button)))

    add(InlineQueryHandler(inline.inline))
    application.add_error_handler(failed)


async def _unknown_button(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await toast(update, words.OUTDATED)


async def failed(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log what went wrong, and tell the person where there is a chance that it arrives."""
    error = context.error
    lost = isinstance(error, RetryAfter | NetworkError) and not isinstance(error, BadRequest)
    if lost and isinstance(update, Update) and context.bot_data["gate"].closing.is_set():
        inbox: Inbox = context.bot_data["inbox"]
        return inbox.postpone(update)
    chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
    if isinstance(error, Forbidden):
        event("forbidden", chat=chat)  # blocked, or thrown out
        return
    kind = type(error).__name__
    if isinstance(error, TelegramError):
        event("unsent", level=logging.ERROR, chat=chat, error_type=kind, said=error.message.replace(" ", "_"))
        return
    if isinstance(error, StoreError | sqlite3.Error):  # nothing is wrong with the program
        event("unstored", level=logging.ERROR, chat=chat, said=str(error).replace(" ", "_"))
        text = words.UNUSABLE
    else:
        event("failed", level=logging.ERROR, chat=chat, error_type=kind, error=error)
        text = words.FAILED
    if not isinstance(update, Update):
        return
    message = update.message or update.edited_message
    with suppress(TelegramError):
        if update.callback_query:
            await toast(update, text)
        elif message and read(message):
            await desk_of(context).reply(message, text)
