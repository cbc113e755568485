"""Asking: a text in a private chat, a text for the bot in a group, ``/ask``."""

from __future__ import annotations

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from handlers import addressed, words
from handlers.desk import desk_of


async def question(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer what was asked; a bare mention or ``/ask`` asks what it replies to."""
    message = update.effective_message
    asked = addressed.read(message) if message else None
    if message is None or asked is None:
        return
    desk = desk_of(context)
    text = asked.text or _replied_to(message)
    if text:
        await desk.answer(message, text)
    elif not message.effective_attachment:
        command = f"@{context.bot.username}" if asked.command == "" else f"/{asked.command}"
        await desk.reply(message, words.ASK_WHAT.format(command=command, example=desk.example))
    elif message.chat.type == ChatType.PRIVATE:
        await _attachment(message, context)


async def unknown_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say that there is no such command."""
    message = update.effective_message
    asked = addressed.read(message) if message else None
    if message and asked:
        text = words.UNKNOWN_COMMAND.format(command=asked.command)
        await desk_of(context).reply(message, text)


async def _attachment(message: Message, context: ContextTypes.DEFAULT_TYPE) -> None:
    """One polite line for a picture, a voice message or a sticker; for an album one in all."""
    albums: dict[int, str] = context.bot_data["albums"]
    if message.media_group_id:
        if albums.get(message.chat.id) == message.media_group_id:
            return
        albums[message.chat.id] = message.media_group_id
    desk = desk_of(context)
    await desk.reply(message, words.ATTACHMENT.format(example=desk.example))


def _replied_to(message: Message) -> str:
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.is_bot:
        return ""
    return replied.text or replied.caption or ""
