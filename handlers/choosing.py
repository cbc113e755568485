"""Pressing a button under an answer: the choice that a question back offers, and pages."""

from __future__ import annotations

import time
from dataclasses import replace

from telegram import Message, Update
from telegram.ext import ContextTypes

from handlers import words
from handlers.desk import desk_of, toast
from handlers.logs import event


async def choose(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with what was chosen, in place of the question back."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk, version, number = desk_of(context), int(match[1]), int(match[2])
    turn = desk.conversations.holding(query.message.chat.id, query.message.message_id)
    if turn is None:
        return await toast(update, words.OUTDATED)
    if turn.version != version or number > len(turn.choices):
        return await toast(update, words.CHOSEN)
    if turn.person != query.from_user.id and turn.person > 0:
        return await toast(update, words.NOT_YOURS)
    await toast(update)
    answer = await desk.ask(str(number), turn.after)
    chosen = replace(desk.turned(turn, answer), at=time.time())
    if await desk.show(context.bot, chosen):
        desk.conversations.keep(chosen)
    event("chosen", chat=turn.chat, status=answer.status)


async def turn_page(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show another page of an answer."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk = desk_of(context)
    turn = desk.conversations.holding(query.message.chat.id, query.message.message_id)
    if turn is None or turn.version != int(match[1]):
        return await toast(update, words.OUTDATED)
    await toast(update)
    page = int(match[2])
    if isinstance(query.message, Message) and query.message.reply_markup == desk.buttons(turn, page):
        return  # it is there already
    await desk.show(context.bot, turn, page)
