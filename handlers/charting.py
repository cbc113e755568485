"""The button 图 under an indicator's answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from handlers import replies, words
from handlers.desk import change_buttons, desk_of, toast
from handlers.logs import event
from siwei_bot.chart import chart
from siwei_bot.conversations import Turn
from siwei_bot.plan import Indicator


async def send_chart(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Reply to the answer with the chart, and take the button away."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk, id = desk_of(context), int(match[2])
    turn = desk.conversations.holding(query.message.chat.id, query.message.message_id)
    if turn is None:
        return await toast(update, words.OUTDATED)
    if turn.version == int(match[1]) and id not in turn.indicators:
        return await toast(update, words.CHART_SENT)
    indicator = next((i for i in desk.bot.plan.indicators if i.id == id), None)
    if turn.version != int(match[1]) or indicator is None:
        return await toast(update, words.OUTDATED)
    await toast(update)
    sent = await _send(context, turn, indicator)
    if sent.photo:
        desk.photos[id] = sent.photo[-1].file_id
    event("charted", chat=turn.chat, indicator=id)
    left = replace(turn, indicators=tuple(i for i in turn.indicators if i != id))
    desk.conversations.revise(left)
    # a reply to the picture goes on from what it shows
    about = replace(left, answer=sent.message_id, question=None, person=query.from_user.id, at=time.time())
    desk.conversations.keep(replace(about, choices=(), indicators=(), targets=(), menu=""))
    if isinstance(query.message, Message) and query.message.reply_markup:
        markup = _without(query.message.reply_markup, query.data or "")
        await change_buttons(query.message, markup)


async def _send(context: ContextTypes.DEFAULT_TYPE, turn: Turn, indicator: Indicator) -> Message:
    photos = desk_of(context).photos
    if indicator.id in photos:
        with suppress(BadRequest):  # Telegram has forgotten it
            return await _send_photo(context.bot, turn, indicator, photos[indicator.id])
    return await _send_photo(context.bot, turn, indicator, await asyncio.to_thread(chart, indicator))


async def _send_photo(bot: Bot, turn: Turn, indicator: Indicator, photo: str | bytes) -> Message:
    return await bot.send_photo(
        turn.chat,
        photo,
        caption=replies.html(indicator.name),
        parse_mode=ParseMode.HTML,
        message_thread_id=turn.thread or None,
        reply_parameters=ReplyParameters(turn.answer, allow_sending_without_reply=True),
        filename="chart.png",
    )


def _without(markup: InlineKeyboardMarkup, data: str) -> InlineKeyboardMarkup | None:
    rows = [[b for b in row if b.callback_data != data] for row in markup.inline_keyboard]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None
