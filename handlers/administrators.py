"""Who may do what: the bot's administrators, and a group's."""

from __future__ import annotations

from functools import wraps

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from handlers import words
from handlers.desk import Handler, desk_of, limited, toast
from handlers.logs import event


async def may_change_chat(update: Update, context: ContextTypes.DEFAULT_TYPE) -> bool:
    """Whether who sent the update may change what concerns the whole chat."""
    chat, person = update.effective_chat, update.effective_user
    if chat is None or person is None:
        return False
    message = update.effective_message if update.callback_query is None else None
    if chat.type == ChatType.PRIVATE:
        return True
    if message and message.sender_chat:  # an anonymous administrator speaks as the group
        return message.sender_chat.id == chat.id
    return await desk_of(context).group_administrators.include(context.bot, chat.id, person.id)


def administrators_only(handler: Handler) -> Handler:
    """The handler, for the bot's administrators in their private chats; others are refused."""

    @limited
    @wraps(handler)
    async def guarded(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        chat, person, desk = update.effective_chat, update.effective_user, desk_of(context)
        if chat and person and person.id in desk.administrators and chat.type == ChatType.PRIVATE:
            return await handler(update, context)
        event("refused", chat=chat.id if chat else "-", person=person.id if person else "-")
        administrator = person is not None and person.id in desk.administrators
        refusal = words.ONLY_PRIVATELY if administrator else words.ONLY_ADMINISTRATORS
        if update.callback_query:
            await toast(update, refusal)
        elif isinstance(update.effective_message, Message):
            await desk.reply(update.effective_message, refusal)

    return guarded


def named(update: Update) -> str:
    """Who sent the update, for the records."""
    person = update.effective_user
    return f"{person.full_name}（{person.id}）" if person else ""
