"""A person's first minute, and a group's: ``/start``, ``/help``, ``/source``, hello."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Chat,
    Message,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from handlers import menus, words
from handlers.addressed import ADMINISTRATION
from handlers.desk import Desk, desk_of, send
from handlers.logs import event
from siwei_bot.cli.plans import summary

_IN_GROUPS = (
    *("ask", "task", "bureau", "indicator", "source"),
    *("subscribe", "unsubscribe", "subscriptions", "help"),
)
_IN_PRIVATE = (*_IN_GROUPS, "start")

_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Greet, with examples to tap."""
    if update.effective_message:
        desk = desk_of(context)
        text = words.START.format(title=_title(desk))
        await desk.reply(update.effective_message, text, menus.buttons(desk, "example"))
        person = update.effective_user
        if person and person.id in desk.administrators:  # Telegram did not know their chat before
            await register_administrator(context.bot, person.id)


async def help(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what can be asked and how, with examples to tap."""
    message = update.effective_message
    if message:
        desk = desk_of(context)
        text = menus.heading(desk, "example", context.bot, message.chat)
        await desk.reply(message, text, menus.buttons(desk, "example"))


async def source(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what the answers rest on."""
    if update.effective_message:
        desk = desk_of(context)
        plan = desk.bot.plan
        text = words.SOURCE.format(summary=f"{plan.region}{summary(plan)}", source=plan.source or plan.title)
        await desk.reply(update.effective_message, text)


async def joined_or_left(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say in three lines how to ask, when the bot comes into a group; end the subscriptions when it goes."""
    change = update.my_chat_member
    if change is None:
        return
    if change.new_chat_member.status in _OUTSIDE:
        return _left(desk_of(context), change.chat)
    if change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return
    if change.old_chat_member.status not in _OUTSIDE:
        return
    event("joined", chat=change.chat.id)
    administrator = change.new_chat_member.status == ChatMemberStatus.ADMINISTRATOR
    hears_all = administrator or bool(context.bot.bot.can_read_all_group_messages)
    privacy = words.PRIVACY_OFF if hears_all else words.PRIVACY_ON
    text = words.HELLO.format(title=_title(desk_of(context)), username=context.bot.username, privacy=privacy)
    await send(context.bot, change.chat.id, text, None)


def _left(desk: Desk, chat: Chat) -> None:
    reason = words.BLOCKED if chat.type == ChatType.PRIVATE else words.REMOVED
    event("left", chat=chat.id, subscriptions=desk.ledger.end(chat.id, reason))


async def migrated(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Take conversations and subscriptions along when a group becomes a supergroup."""
    message, desk = update.effective_message, desk_of(context)
    if isinstance(message, Message) and message.migrate_to_chat_id:
        desk.conversations.move(message.chat.id, message.migrate_to_chat_id)
        desk.ledger.move(message.chat.id, message.migrate_to_chat_id)


async def register_commands(bot: Bot, administrators: Iterable[int]) -> None:
    """Tell Telegram which commands to offer where."""
    scopes = {
        BotCommandScopeAllPrivateChats(): _IN_PRIVATE,
        BotCommandScopeAllGroupChats(): _IN_GROUPS,
        BotCommandScopeAllChatAdministrators(): _IN_GROUPS,
    }
    for scope, names in scopes.items():
        await bot.set_my_commands(_commands(names), scope=scope)
    for person in sorted(administrators):
        await register_administrator(bot, person)


async def register_administrator(bot: Bot, person: int) -> None:
    """Offer an administrator everything, in their private chat only."""
    try:
        await bot.set_my_commands(
            _commands((*ADMINISTRATION, *_IN_PRIVATE)), scope=BotCommandScopeChat(person)
        )
    except BadRequest:  # they have not written to the bot yet; /start comes here again
        event("unregistered", person=person)


def _commands(names: Iterable[str]) -> list[BotCommand]:
    return [BotCommand(name, words.COMMANDS[name]) for name in names]


def _title(desk: Desk) -> str:
    return f"{desk.bot.plan.region}{desk.bot.plan.title}"
