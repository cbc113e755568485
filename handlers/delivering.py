"""Notices on their way into the chats, and how an administrator sees them go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes, ExtBot

from handlers import replies, words
from handlers.desk import Desk, desk_of, edit, toast
from handlers.gate import DIRECT, seconds
from handlers.logs import event
from siwei_bot.conversations import Proposal
from siwei_bot.notices import (
    Delivery,
    DeliveryError,
    Gone,
    Ledger,
    Lost,
    Message,
    Moved,
    Progress,
    Refused,
    RetryLater,
    Send,
)

FOLLOW_SECONDS = 1.5
"""Between two looks at a notice's progress: an edit counts as a message."""

MOST_ENDED = 5

_ENDS = {
    "blocked": words.BLOCKED,
    "kicked": words.REMOVED,
    "not a member": words.REMOVED,
    "chat not found": words.CHAT_GONE,
    "was deleted": words.CHAT_GONE,
    "deactivated": words.CHAT_GONE,
    "peer_id_invalid": words.CHAT_GONE,
}
"""What Telegram says where a chat takes no message ever again."""

_TOPIC_ENDS = ("message thread not found", "topic_deleted", "topic_id_invalid")

_REFUSALS = {
    "rights": words.NO_RIGHTS,
    "write_forbidden": words.NO_RIGHTS,
    "topic_closed": words.TOPIC_CLOSED,
}
"""What it says where something has to be changed there first."""


def sender(bot: ExtBot[int]) -> Send:
    """What a delivery sends with: one try each, and no waiting."""

    async def send(message: Message) -> int:
        text = replies.html(replies.pages(message.text)[0])
        chat, thread = message.place
        try:
            sent = await bot.send_message(
                chat,
                text,
                parse_mode=ParseMode.HTML,
                message_thread_id=thread or None,
                rate_limit_args=DIRECT,
            )
        except TelegramError as error:
            raise reason_of(error) from error
        event("noticed", chat=chat, notice=message.notice)
        return sent.message_id

    return send


def reason_of(error: TelegramError) -> DeliveryError:
    """What an error of Telegram means for a notice."""
    said = error.message.lower()
    if isinstance(error, RetryAfter):
        return RetryLater(seconds(error))
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden | BadRequest):
        if any(phrase in said for phrase in _TOPIC_ENDS):
            return Gone(words.TOPIC_GONE, thread=True)
        ends = next((reason for phrase, reason in _ENDS.items() if phrase in said), "")
        ends = ends or (words.UNWANTED if isinstance(error, Forbidden) else "")
        refusal = next((reason for phrase, reason in _REFUSALS.items() if phrase in said), "")
        refusal = refusal or words.REFUSED.format(error=error.message)
        return Gone(ends) if ends else Refused(refusal)
    return Lost(words.UNREACHABLE if isinstance(error, NetworkError) else error.message)


# -- an administrator watches ----------------------------------------------------------------------


class Followers:
    """Messages that tell how far a notice has come, each edited by a task of its own."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self._bot, self._desk = bot, desk
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, told: Proposal) -> None:
        """Tell in this message of its notice, until every chat has it."""
        self._desk.conversations.propose(told)
        self._start(told)

    def resume(self) -> None:
        """Go on with what an earlier process told of."""
        for told in self._desk.conversations.followed():
            self._start(told)

    def stop(self) -> None:
        """Leave the rest to the next process."""
        for task in self._tasks:
            task.cancel()

    def _start(self, told: Proposal) -> None:
        task = asyncio.create_task(self._tell(told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, told: Proposal) -> None:
        shown, finished = "", False
        while not finished:
            progress = self._desk.ledger.progress(told.notice)
            finished, text = progress.finished, f"{told.content}\n{told_of(progress)}"
            if text != shown:
                shown = text if await self._edit(told, text) else shown
            if not finished:
                await asyncio.sleep(FOLLOW_SECONDS)
        self._desk.conversations.close_proposal(told.chat, told.message)

    async def _edit(self, told: Proposal, text: str) -> bool:
        try:
            return await edit(self._bot, told.chat, told.message, replies.pages(text)[0], None)
        except TelegramError as error:
            event("untold", level=logging.WARNING, chat=told.chat, error_type=type(error).__name__)
            return False


def told_of(progress: Progress) -> str:
    """How far a notice has come, or how it ended."""
    total = progress.queued + progress.sent + progress.failed
    text = words.NOTICE_DONE if progress.finished else words.NOTICE_GOING
    lines = [text.format(notice=progress.notice, sent=progress.sent, total=total, failed=progress.failed)]
    return "\n".join([*lines, *_reasons(progress.reasons)])


def _reasons(reasons: tuple[tuple[str, int], ...]) -> list[str]:
    return [words.NOTICE_REASON.format(reason=reason, count=count) for reason, count in reasons]


@asynccontextmanager
async def delivering(
    bot: ExtBot[int], desk: Desk, ledger: Ledger, stop: asyncio.Event
) -> AsyncIterator[Followers]:
    """Send the notices of a ledger as long as the block runs; the message in hand is finished."""
    delivery = Delivery(ledger, sender(bot))
    desk.wake = delivery.wake
    followers = Followers(bot, desk)
    followers.resume()
    running = asyncio.create_task(delivery.run(stop))
    running.add_done_callback(_ended(stop))
    try:
        yield followers
    finally:
        followers.stop()
        stop.set()
        await running


def _ended(stop: asyncio.Event) -> Callable[[asyncio.Task[None]], None]:
    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            event("delivery_failed", level=logging.CRITICAL, error=task.exception())
            stop.set()  # a service manager starts it again, which beats a bot that tells nobody

    return ended


# -- /notices --------------------------------------------------------------------------------------


async def notices(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what waits, what was sent, what failed and why."""
    if update.effective_message:
        desk = desk_of(context)
        await desk.reply(update.effective_message, *_status(desk))


async def retry(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send again what failed, and show how things stand."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk, said = desk_of(context), ""
    if match[1] == "retry":
        said = words.RETRIED.format(count=desk.ledger.retry_failed())
        desk.wake()
    await toast(update, said)
    text, buttons = _status(desk)
    await edit(context.bot, query.message.chat.id, query.message.message_id, text, buttons)


def _status(desk: Desk) -> tuple[str, InlineKeyboardMarkup]:
    status = desk.ledger.status()
    lines = [
        words.STATUS.format(
            queued=status.queued, sent=status.sent, failed=status.failed,
            subscriptions=status.subscriptions, places=status.places,
        ),
        *_reasons(status.retrying),
        *_reasons(status.reasons),
    ]  # fmt: skip
    if status.awaiting:
        lines.append(words.AWAITING.format(count=status.awaiting))
    if status.ended:
        lines.append(words.ENDED.format(count=len(status.ended)))
    lines += [
        words.ENDED_LINE.format(chat=one.place.chat, name=one.target.name, at=one.at, reason=one.reason)
        for one in status.ended[:MOST_ENDED]
    ]
    row = [InlineKeyboardButton(words.REFRESH_BUTTON, callback_data="notices:show")]
    if status.failed:
        text = words.RETRY_BUTTON.format(count=status.failed)
        row.append(InlineKeyboardButton(text, callback_data="notices:retry"))
    return replies.pages("\n".join(lines))[0], InlineKeyboardMarkup([row])
