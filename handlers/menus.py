"""Looking things up by tapping: ``/task``, ``/bureau``, ``/indicator``, and the examples of ``/help``."""

from __future__ import annotations

import time
from dataclasses import replace

from telegram import Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes, ExtBot

from handlers import addressed, replies, words
from handlers.desk import Desk, Entry, Handler, desk_of, edit, toast
from handlers.logs import event
from siwei_bot.bot import PlanBot
from siwei_bot.conversations import Turn
from siwei_bot.language.reading import Context

PER_PAGE = 8

QUESTIONS = {"task": "任务{}", "bureau": "{}的分工", "indicator": "{}的目标"}
"""How the argument of a command is asked."""


def lists(bot: PlanBot) -> dict[str, tuple[Entry, ...]]:
    """Everything that can be tapped, from the loaded plan."""
    tasks = [task for section in bot.plan.sections for task in section.tasks]
    return {
        "task": tuple(Entry(f"{task.id} {task.title}", QUESTIONS["task"].format(task.id)) for task in tasks),
        "bureau": _named("bureau", [bureau.name for bureau in bot.plan.bureaus]),
        "indicator": _named("indicator", [indicator.name for indicator in bot.plan.indicators]),
        "example": tuple(Entry(question, question) for question in bot.renderer.examples),
    }


def _named(kind: str, names: list[str]) -> tuple[Entry, ...]:
    return tuple(Entry(name, QUESTIONS[kind].format(name)) for name in names)


def command(kind: str) -> Handler:
    """The handler of the command that asks for one of a list; without an argument it shows the list."""

    async def handler(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        asked = addressed.read(message) if message else None
        if message is None or asked is None:
            return
        desk = desk_of(context)
        if asked.text:
            await desk.answer(message, _question(kind, asked.text))
        elif desk.lists[kind]:
            text = heading(desk, kind, context.bot, message.chat)
            await desk.reply(message, text, buttons(desk, kind))
        else:
            await desk.reply(message, words.EMPTY_LISTS[kind])

    return handler


def _question(kind: str, argument: str) -> str:
    """A task's number, a name; a whole sentence after the command is asked as it stands."""
    plain = argument.isdecimal() if kind == "task" else len(argument.split()) == 1
    return QUESTIONS[kind].format(argument) if plain else argument


def heading(desk: Desk, kind: str, bot: ExtBot[None], chat: Chat) -> str:
    """What stands above a list; above the examples, the help for this kind of chat."""
    if kind != "example":
        return words.LISTS[kind].format(count=len(desk.lists[kind]))
    how = words.HOW_PRIVATE if chat.type == ChatType.PRIVATE else words.HOW_GROUP
    return words.HELP.format(how=how.format(username=bot.username), username=bot.username)


def buttons(desk: Desk, kind: str, page: int = 0) -> InlineKeyboardMarkup:
    """One page of a list as buttons."""
    entries = desk.lists[kind]
    count = max(1, -(-len(entries) // PER_PAGE))
    page = min(max(page, 0), count - 1)
    shown = entries[page * PER_PAGE : (page + 1) * PER_PAGE]
    rows = [
        [InlineKeyboardButton(replies.label(entry.label), callback_data=f"open:{kind}:{page}:{entry.key}")]
        for entry in shown
    ]
    if count > 1:
        rows.append(replies.leaf(f"list:{kind}", page, count))
    return InlineKeyboardMarkup(rows)


async def turn_list(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show another page of a list, or the list again in place of what was opened."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk, kind, page = desk_of(context), match[1], int(match[2])
    await toast(update)
    text = heading(desk, kind, context.bot, query.message.chat)
    shown = buttons(desk, kind, page)
    if isinstance(query.message, Message) and query.message.reply_markup == shown:
        return  # it is there already
    await edit(context.bot, query.message.chat.id, query.message.message_id, text, shown)


async def open_entry(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Put the answer about the tapped thing in place of the list."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or query.message is None or match is None:
        return
    desk, kind, page, key = desk_of(context), match[1], match[2], match[3]
    entry = next((entry for entry in desk.lists[kind] if entry.key == key), None)
    if entry is None:
        command = "help" if kind == "example" else kind
        return await toast(update, words.PLAN_CHANGED.format(command=command))
    await toast(update)
    chat, message = query.message.chat.id, query.message.message_id
    answer = await desk.ask(entry.question, Context())
    thread = addressed.thread_of(query.message) if isinstance(query.message, Message) else 0
    blank = Turn(
        chat=chat, answer=message, thread=thread, person=query.from_user.id, question=None,
        before=Context(), after=Context(), text="", at=time.time(), menu=f"{kind}:{page}",
    )  # fmt: skip
    was = desk.conversations.holding(chat, message)
    turn = desk.turned(replace(blank, version=was.version) if was else blank, answer)
    if await desk.show(context.bot, turn):
        desk.conversations.keep(turn)
    event("opened", chat=chat, list=kind, status=answer.status)
