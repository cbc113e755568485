"""Asking: a text in a private chat, a text for the bot in a group, ``/ask``."""

from __future__ import annotations

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from handlers import addressed, subscribing, words
from handlers.desk import desk_of
from siwei_bot.notices import recognise


async def question(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer what was asked, or do what was wished about subscriptions.

    A bare mention or ``/ask`` asks what it replies to.
    """
    message = update.effective_message
    asked = addressed.read(message) if message else None
    if message is None or asked is None:
        return
    desk = desk_of(context)
    new_album = _new_album(message, context)
    text = asked.text or _replied_to(message)
    wish = recognise(text, desk.bot) if text else None
    if wish:
        await subscribing.carry_out(update, context, wish)
    elif text:
        await desk.answer(message, text)
    elif not message.effective_attachment:
        command = f"@{context.bot.username}" if asked.command == "" else f"/{asked.command}"
        await desk.reply(message, words.ASK_WHAT.format(command=command, example=desk.example))
    elif message.chat.type == ChatType.PRIVATE and new_album:
        await desk.reply(message, words.ATTACHMENT.format(example=desk.example))


async def unknown_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say that there is no such command."""
    message = update.effective_message
    asked = addressed.read(message) if message else None
    if message and asked:
        text = words.UNKNOWN_COMMAND.format(command=asked.command)
        await desk_of(context).reply(message, text)


def _new_album(message: Message, context: ContextTypes.DEFAULT_TYPE) -> bool:
    """Whether no picture of the message's album came before; each comes as a message of its own."""
    albums: dict[int, str | None] = context.bot_data["albums"]
    before = albums.pop(message.chat.id, None)
    if message.media_group_id:
        albums[message.chat.id] = message.media_group_id
    return message.media_group_id is None or message.media_group_id != before


def _replied_to(message: Message) -> str:
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.is_bot:
        return ""
    return replied.text or replied.caption or ""
