"""Whether a message is meant for this bot, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, MessageEntity
from telegram.constants import ChatType
from telegram.ext import filters

ADMINISTRATION = ("report", "reload", "notices")
"""Commands for the bot's administrators, in their private chats."""

COMMANDS = (
    *("start", "help", "ask", "task", "bureau", "indicator", "source"),
    *("subscribe", "unsubscribe", "subscriptions", *ADMINISTRATION),
)


@dataclass(frozen=True)
class Asked:
    """What a message wants of the bot: a command and its argument, or a text without one."""

    command: str
    text: str


def read(message: Message) -> Asked | None:
    """What the message asks of this bot; ``None`` where it is not for it.

    In a private chat everything is. In a group only a command for this bot, a reply to it, or a
    mention of it; nowhere a command for another bot, a bot's message, or a post of a channel.
    """
    if not _from_a_person(message):
        return None
    private = message.chat.type == ChatType.PRIVATE
    text = message.text or message.caption or ""
    if not text and (message.edit_date or not message.effective_attachment):
        return None  # somebody joined, a pinned message, a live location that moves
    me = message.get_bot()
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    mentioned = False
    command = ""
    for entity, words in sorted(entities.items(), key=lambda item: -item[0].offset):
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            command, _, name = words[1:].partition("@")
            if name and name.lower() != me.username.lower():
                return None
            mentioned = mentioned or bool(name)
        elif _names(entity, words, me.username, me.id):
            mentioned = True
            text = _without(text, entity)
    if command:
        command = command.lower()
        if not (private or mentioned or command in COMMANDS):
            return None
        return Asked(command, _argument(text))
    if not (private or mentioned or replies_to(message, me.id)):
        return None
    return Asked("", text.strip())


def replies_to(message: Message, bot: int) -> bool:
    """Whether the message replies to one of the bot's (not merely stands in a topic that it opened)."""
    replied = message.reply_to_message
    return bool(
        replied and replied.from_user and replied.from_user.id == bot and not replied.forum_topic_created
    )


def thread_of(message: Message) -> int:
    """The forum topic of a message; 0 where there is none."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def sender_of(message: Message) -> int:
    """Who sent a message: a person, or (negative) a chat that speaks for one."""
    if message.sender_chat:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else 0


def _from_a_person(message: Message) -> bool:
    if message.chat.type == ChatType.CHANNEL or message.is_automatic_forward or message.via_bot:
        return False
    bot = message.from_user is None or message.from_user.is_bot
    return not bot or message.sender_chat is not None


def _names(entity: MessageEntity, words: str, username: str, id: int) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == id
    return entity.type == MessageEntity.MENTION and words[1:].lower() == username.lower()


def _without(text: str, entity: MessageEntity) -> str:
    """The text without an entity, which is measured in UTF-16 units."""
    units = text.encode("utf-16-le")
    rest = units[: entity.offset * 2] + b" \0" + units[(entity.offset + entity.length) * 2 :]
    return rest.decode("utf-16-le")


def _argument(text: str) -> str:
    words = text.split(None, 1)
    return words[1].strip() if len(words) > 1 else ""


class Wants(filters.MessageFilter):
    """Messages for this bot with one of these commands; without any, those that are no known command."""

    def __init__(self, *commands: str) -> None:
        super().__init__(name=f"Wants({', '.join(commands)})")
        self._commands = commands

    def filter(self, message: Message) -> bool:
        """Whether to handle the message."""
        asked = read(message)
        if asked is None:
            return False
        return asked.command in self._commands if self._commands else asked.command not in ("", *COMMANDS)
