"""People in chats: what they write, and what they see of the bot."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

from tests.telegram.double import BOT, BotApi, Chat, Json
from tests.telegram.markup import units

_ids = itertools.count(1)
_ENTITIES = re.compile(r"(?P<bot_command>^/\w+(?:@\w+)?)|(?P<mention>(?<!\S)@\w+)")


@dataclass(frozen=True)
class Person:
    """Somebody with a Telegram account."""

    id: int
    name: str

    @property
    def json(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}


ADMINISTRATOR = Person(4_000_001, "赵管理")
"""Who may report and reload, in every application that the tests start."""


def person(name: str = "王芳") -> Person:
    """A person that no chat knows yet."""
    return Person(5_000_000 + next(_ids), name)


class Room:
    """A chat, and what happens in it."""

    def __init__(self, api: BotApi, chat: Chat, owner: Person) -> None:
        self.api, self.chat, self.owner = api, api.add(chat), owner

    def say(self, text: str = "", *, by: Person | None = None, times: int = 1, **more: Any) -> Json:
        """Write a message (``more``: fields of it); gives it as the server keeps it."""
        message = self.message(text, by=by, **more)
        self.last_update = self.api.push({"message": message}, times)
        return message

    def message(
        self,
        text: str = "",
        *,
        by: Person | None = None,
        reply_to: Json | None = None,
        topic: int = 0,
        **more: Any,
    ) -> Json:
        """A message that is not delivered yet."""
        content: Json = {"from": (by or self.owner).json, "chat": self.chat.json}
        if text:
            content |= {"text": text, "entities": entities(text)}
        if "caption" in more:
            content["caption_entities"] = entities(more["caption"])
        if reply_to:
            content["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        if topic:
            content |= {"message_thread_id": topic, "is_topic_message": True}
            root = {"message_id": topic, "date": 1, "chat": self.chat.json, "from": BOT}
            root["forum_topic_created"] = {"name": "话题", "icon_color": 7322096}
            content.setdefault("reply_to_message", root)
        return self.api.new_message({**content, **more})

    def edit(self, message: Json, text: str, *, later: int = 5) -> None:
        """Change what was written."""
        changed = {"text": text, "entities": entities(text), "edit_date": message["date"] + later}
        edited = {**message, **changed}
        self.api.messages[self.chat.id, message["message_id"]] = edited
        self.api.push({"edited_message": edited})

    def replies(self, message: Json) -> list[Json]:
        """What the bot replied to a message, as it stands now."""
        return [
            m for m in self.seen() if m.get("reply_to_message", {}).get("message_id") == message["message_id"]
        ]

    def seen(self) -> list[Json]:
        """Everything that the bot wrote here, as it stands now."""
        return [
            m for (chat, _), m in self.api.messages.items() if chat == self.chat.id and m.get("from") == BOT
        ]

    def reply(self, message: Json) -> Json:
        """The bot's reply to a message, as soon as it is there."""
        return dict(self.api.wait(lambda: self.replies(message), what=f"a reply to {message.get('text')}")[0])

    def ask(self, text: str, **more: Any) -> Json:
        """Write, and wait for the reply."""
        return self.reply(self.say(text, **more))

    def now(self, message: Json) -> Json:
        """A message as it stands now."""
        return dict(self.api.messages[message["chat"]["id"], message["message_id"]])

    def becomes(self, message: Json, words: str) -> Json:
        """The message, as soon as these words stand in it."""
        self.api.wait(lambda: words in self.now(message).get("text", ""), what=f"{words} in a message")
        return self.now(message)

    def press(self, message: Json, button: str, *, by: Person | None = None, wait: bool = True) -> str:
        """Press the first button with these words; gives what the bot says about the press."""
        found = [b for b in buttons(message) if button in b["text"]]
        assert found, f"no button {button} in {[b['text'] for b in buttons(message)]}"
        return self.press_data(message, found[0]["callback_data"], by=by, wait=wait)

    def press_data(self, message: Json, data: str, *, by: Person | None = None, wait: bool = True) -> str:
        """Press a button by what it carries."""
        id = f"q{next(_ids)}"
        query = {"id": id, "from": (by or self.owner).json, "chat_instance": "1", "data": data}
        self.api.push({"callback_query": {**query, "message": self.now(message)}})
        return self.toast(id) if wait else ""

    def turn(self, message: Json, button: str, page: str) -> Json:
        """Press a button and wait until the message shows this page (``2/3``)."""
        self.press(self.now(message), button)
        self.api.wait(lambda: page in labels(self.now(message)), what=f"page {page}")
        return self.now(message)

    def toast(self, id: str) -> str:
        """What the bot said about a press."""

        def answered() -> list[Any]:
            calls = self.api.carried_out("answerCallbackQuery")
            return [call for call in calls if call.params["callback_query_id"] == id]

        return str(self.api.wait(answered, what="a press to be answered")[0].params.get("text", ""))


def buttons(message: Json) -> list[Json]:
    """The buttons under a message."""
    return [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def labels(message: Json) -> list[str]:
    """What the buttons under a message say."""
    return [button["text"] for button in buttons(message)]


def entities(text: str) -> list[Json]:
    """The entities that Telegram finds in a text."""
    found = []
    for match in _ENTITIES.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    return found


def inline(api: BotApi, by: Person, text: str) -> list[Json]:
    """Type ``@bot text`` in some chat; gives what the bot offers."""
    id = f"q{next(_ids)}"
    api.push({"inline_query": {"id": id, "from": by.json, "query": text, "offset": ""}})

    def answered() -> list[Any]:
        return [c for c in api.carried_out("answerInlineQuery") if c.params["inline_query_id"] == id]

    results: list[Json] = api.wait(answered, what="inline results")[0].params["results"]
    return results


def private(api: BotApi, who: Person | None = None) -> Room:
    """A private chat with the bot."""
    who = who or person()
    return Room(api, Chat(who.id, "private", who.name), who)


def group(api: BotApi, type: str = "supergroup", topics: set[int] | None = None) -> Room:
    """A group that the bot is in; its owner administers it."""
    id, owner = -1_000_000 - next(_ids), person()
    return Room(api, Chat(id, type, "水利工作群", topics or set(), {owner.id}), owner)
