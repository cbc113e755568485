"""What the handlers share: the plan bot, what is kept, and how an answer gets into a chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import wraps
from hashlib import sha256
from typing import Any, cast

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from handlers import addressed, replies, words
from handlers.group_administrators import GroupAdministrators
from handlers.limits import Limiter
from handlers.logs import event
from handlers.replies import indicator_target
from siwei_bot.bot import Answer, PlanBot
from siwei_bot.chart import drawable, indicators_of
from siwei_bot.config import Settings
from siwei_bot.conversations import Conversations, Turn
from siwei_bot.language.reading import Context
from siwei_bot.notices import Ledger, Place
from siwei_bot.store import StoreError

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

MOST_OFFERS = 3
"""Indicators of an answer that get buttons; of a longer list one asks for each."""


LONGEST_TOAST = 200
"""Characters that Telegram shows over a chat."""


@dataclass(frozen=True)
class Entry:
    """One thing to tap: what the button says and what it asks."""

    label: str
    question: str

    @property
    def key(self) -> str:
        """What a button remembers of it, the same after a restart and a new plan."""
        return sha256(self.question.encode()).hexdigest()[:12]


@dataclass
class Desk:
    """Everything that answering needs."""

    settings: Settings
    bot: PlanBot
    conversations: Conversations
    ledger: Ledger
    lists: dict[str, tuple[Entry, ...]]
    administrators: frozenset[int] = frozenset()
    """Who may report values and reload the plan."""
    group_administrators: GroupAdministrators = field(default_factory=GroupAdministrators)
    questions: Limiter = field(default_factory=lambda: Limiter(20, 60))
    inline: Limiter = field(default_factory=lambda: Limiter(60, 60))
    photos: dict[int, str] = field(default_factory=dict)
    """Charts that Telegram already has, by indicator."""
    wake: Callable[[], None] = lambda: None
    """Tells the delivery that there is a new notice."""

    @property
    def example(self) -> str:
        """One question that the plan answers."""
        return self.lists["example"][0].question if self.lists["example"] else ""

    async def ask(self, text: str, context: Context) -> Answer:
        """Ask the plan, beside everything else that goes on."""
        return await asyncio.to_thread(self.bot.ask, text, context)

    def context_of(self, message: Message) -> Context:
        """What a message may inherit: the context of the answer it replies to, else of the newest one."""
        chat, me = message.chat.id, message.get_bot().id
        if message.reply_to_message and addressed.replies_to(message, me):
            turn = self.conversations.holding(chat, message.reply_to_message.message_id)
            if turn:
                return turn.after
        person, now = addressed.sender_of(message), (message.edit_date or message.date).timestamp()
        return self.conversations.last(chat, addressed.thread_of(message), person, now)

    async def answer(self, message: Message, text: str) -> None:
        """Answer what a message asked; where it was asked before, change that answer."""
        began = time.monotonic()
        known = (
            self.conversations.asked_by(message.chat.id, message.message_id) if message.edit_date else None
        )
        before = known.before if known else self.context_of(message)
        answer = await self.ask(text, before)
        if known:
            same = (known.text, known.choices) == (answer.text, _choices(answer))
            turn = replace(known, after=answer.context) if same else self.turned(known, answer)
            if same or await self.show(message.get_bot(), turn):
                self.conversations.revise(turn)
                return self._log(turn, answer, began, edited=True)
        draft = Turn(
            chat=message.chat.id,
            answer=0,
            thread=addressed.thread_of(message),
            person=addressed.sender_of(message),
            question=message.message_id,
            before=before,
            after=answer.context,
            text=answer.text,
            at=(message.edit_date or message.date).timestamp(),
        )
        draft = self._offering(draft, answer)
        sent = await self.reply(message, answer.text, self.buttons(draft))
        turn = replace(draft, chat=sent.chat.id, answer=sent.message_id)
        self.conversations.keep(turn)
        self._log(turn, answer, began)

    def turned(self, turn: Turn, answer: Answer, **changes: Any) -> Turn:
        """The turn with another answer in its message."""
        turned = replace(
            turn,
            after=answer.context,
            text=answer.text,
            version=turn.version + 1,
            **changes,
        )
        return self._offering(turned, answer)

    def buttons(self, turn: Turn, page: int = 0) -> InlineKeyboardMarkup | None:
        """The buttons under a page of an answer."""
        subscribed = self.subscribed(Place(turn.chat, turn.thread)) if turn.targets else ()
        return replies.keyboard(turn, page, self.bot.plan.indicators, subscribed)

    def subscribed(self, place: Place) -> frozenset[str]:
        """What a place has subscribed to, by the targets' tokens; nothing where that cannot be read."""
        with suppress(StoreError):
            return frozenset(one.target.token for one in self.ledger.subscriptions(place))
        return frozenset()

    async def reply(
        self, message: Message, text: str, buttons: InlineKeyboardMarkup | None = None
    ) -> Message:
        """Reply to a message in its topic; also where it has been deleted in between."""
        return await send(
            message.get_bot(), message.chat.id, text, buttons,
            thread=addressed.thread_of(message), to=message.message_id,
        )  # fmt: skip

    async def show(self, bot: Bot, turn: Turn, page: int = 0) -> bool:
        """Put a page of the turn's answer into its message; whether the message is still there."""
        found = replies.pages(turn.text)
        page = min(page, len(found) - 1)
        return await edit(bot, turn.chat, turn.answer, found[page], self.buttons(turn, page), first=page == 0)

    def _offering(self, turn: Turn, answer: Answer) -> Turn:
        """The turn with what is offered under the answer: choices, charts, subscriptions."""
        found = indicators_of(self.bot.plan, answer.rows) if answer.status == "answered" else ()
        offered = found if len(found) <= MOST_OFFERS else ()
        return replace(
            turn,
            choices=_choices(answer),
            indicators=tuple(indicator.id for indicator in offered if drawable(indicator)),
            targets=tuple(indicator_target(indicator).token for indicator in offered),
        )

    def _log(self, turn: Turn, answer: Answer, began: float, *, edited: bool = False) -> None:
        spent = round((time.monotonic() - began) * 1000)
        name = "edited" if edited else "answered"
        event(name, chat=turn.chat, status=answer.status, reason=answer.reason or "-", ms=spent)


def desk_of(context: ContextTypes.DEFAULT_TYPE) -> Desk:
    """The desk of the running application."""
    return cast(Desk, context.bot_data["desk"])


def limited(handler: Handler) -> Handler:
    """The handler, for people who do not ask too much; who does is told so once.

    The bot's administrators have other means to drown it.
    """

    @wraps(handler)
    async def guarded(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, query = update.message or update.edited_message, update.callback_query
        person = query.from_user.id if query else addressed.sender_of(message) if message else 0
        desk = desk_of(context)
        verdict = "yes" if person in desk.administrators else desk.questions.admit(person)
        if verdict == "yes":
            return await handler(update, context)
        event("limited", person=person)
        if query:
            await toast(update, words.TOO_FAST)
        elif verdict == "tell" and message:
            await desk.reply(message, words.TOO_FAST)

    return guarded


async def send(
    bot: Bot,
    chat: int,
    text: str,
    buttons: InlineKeyboardMarkup | None,
    *,
    thread: int = 0,
    to: int | None = None,
) -> Message:
    """Send the first page of a text."""
    page = replies.pages(text)[0]
    more: dict[str, Any] = {
        "reply_markup": buttons,
        "message_thread_id": thread or None,
        "reply_parameters": ReplyParameters(to, allow_sending_without_reply=True) if to else None,
    }
    return await bot.send_message(chat, replies.html(page), parse_mode=ParseMode.HTML, **more)


async def edit(
    bot: Bot, chat: int, message: int, page: str, buttons: InlineKeyboardMarkup | None, *, first: bool = True
) -> bool:
    """Change a message; whether it is still there."""
    try:
        await bot.edit_message_text(
            replies.html(page, first=first), chat, message, parse_mode=ParseMode.HTML, reply_markup=buttons
        )
    except BadRequest as error:
        if "not modified" in error.message:
            return True
        if "not found" in error.message or "can't be edited" in error.message:
            return False
        raise
    return True


async def change_buttons(message: Message, buttons: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under a message; nothing where it was deleted, or has them already."""
    with suppress(BadRequest):
        await message.edit_reply_markup(buttons)


def place_of(message: Message) -> Place:
    """Where a message stands: the chat, and the forum topic in it."""
    return Place(message.chat.id, addressed.thread_of(message))


async def toast(update: Update, text: str = "") -> None:
    """Answer a press of a button; with words where nothing else will be seen."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text[:LONGEST_TOAST] or None, show_alert=len(text) > 20)
    except BadRequest:
        event("late")  # Telegram stopped waiting for it


def _choices(answer: Answer) -> tuple[str, ...]:
    return tuple(_choice(row) for row in answer.choices)


def _choice(row: dict[str, Any]) -> str:
    said = row.get("name") or row.get("title") or row.get("text") or ""
    prefix = {"task": f"任务{row.get('id')} ", "measure": f"第{row.get('id')}条 "}.get(row["kind"], "")
    return f"{prefix}{said}"
