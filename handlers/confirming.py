"""What an administrator changes after confirming it: ``/report`` and ``/reload``."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import ContextTypes

from handlers import addressed, replies, words
from handlers.administrators import named
from handlers.delivering import Followers
from handlers.desk import Desk, desk_of, edit, toast
from handlers.logs import event
from handlers.versions import adopt
from siwei_bot.bot import PlanBot
from siwei_bot.changes import describe
from siwei_bot.cli.opening import fingerprint, require_file, snapshot_bot
from siwei_bot.config import UsageError
from siwei_bot.conversations import Kind, Proposal
from siwei_bot.notices import Notice, Report, ReportError, preview, read_command
from siwei_bot.notices.reports import indicator_of
from siwei_bot.plan_file import PlanFileError, read_plan
from siwei_bot.store import StoreError

MOST_PAGES = 5
"""Messages that a long difference is shown in."""


@dataclass(frozen=True)
class Done:
    """What came of a proposal: what to tell, and the notice that is on its way."""

    text: str
    notice: Notice | None = None


async def report(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show what would be recorded, against its target and with every doubt, and ask."""
    message = update.effective_message
    asked = addressed.read(message) if message else None
    if message is None or asked is None:
        return
    desk = desk_of(context)
    if not asked.text:
        await desk.reply(message, words.REPORT_HOW.format(example=_example(desk.bot)))
        return
    try:
        found = read_command(desk.bot, asked.text)
        doubts = desk.ledger.assess(found, desk.bot.plan)
    except (ReportError, StoreError) as error:
        await desk.reply(message, str(error))
        return
    indicator = indicator_of(found, desk.bot.plan)
    text = f"{preview(found, indicator, doubts)}\n{words.CONFIRM_REPORT}"
    await _propose(update, desk, message, text, "report", found.to_json())


async def reload(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show what the plan file changes, and ask."""
    message, desk = update.effective_message, desk_of(context)
    if message is None:
        return
    try:
        digest, lines = await asyncio.to_thread(_difference, desk)
    except (PlanFileError, UsageError, StoreError, OSError) as error:
        text = words.PLAN_FAULTY if isinstance(error, PlanFileError) else words.PLAN_UNREADABLE
        await desk.reply(message, text.format(error=error))
        return
    if not lines and digest == desk.conversations.plan:
        await desk.reply(message, words.NOTHING_TO_RELOAD)
        return
    head = words.DIFFERENCE.format(count=len(lines)) if lines else words.NO_DIFFERENCE
    pages = replies.pages("\n".join([head, *lines, words.CONFIRM_RELOAD]))
    if len(pages) > MOST_PAGES:
        cut = words.DIFFERENCE_CUT.format(path=desk.settings.plan.name)
        pages[MOST_PAGES - 1 :] = [f"{cut}\n{words.CONFIRM_RELOAD}"]
    for page in pages[:-1]:
        await desk.reply(message, page)
    await _propose(update, desk, message, pages[-1], "reload", digest)


def _difference(desk: Desk) -> tuple[str, list[str]]:
    path = require_file(desk.settings.plan)
    digest, plan = fingerprint(path), read_plan(path)
    return digest, [describe(change, plan.role_words) for change in desk.ledger.compare(plan)]


async def _propose(update: Update, desk: Desk, message: Message, text: str, kind: Kind, content: str) -> None:
    buttons = [
        InlineKeyboardButton(words.CONFIRM_BUTTON, callback_data="confirm:yes"),
        InlineKeyboardButton(words.REJECT_BUTTON, callback_data="confirm:no"),
    ]
    sent = await desk.reply(message, text, InlineKeyboardMarkup([buttons]))
    person = update.effective_user.id if update.effective_user else 0
    desk.conversations.propose(Proposal(sent.chat.id, sent.message_id, person, kind, content, at=time.time()))
    event("proposed", chat=sent.chat.id, kind=kind)


async def confirm(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Carry out what was proposed, or drop it; once."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or match is None or not isinstance(query.message, Message):
        return await toast(update, words.OUTDATED)
    desk, message = desk_of(context), query.message
    proposal = desk.conversations.proposed(message.chat.id, message.message_id)
    if proposal is None or proposal.person != query.from_user.id:
        return await toast(update, words.NOTHING_TO_CONFIRM)
    await toast(update)
    carry_out = {"report": _record, "reload": _load}[proposal.kind]
    done = await carry_out(desk, proposal, named(update)) if match[1] == "yes" else Done(words.REJECTED)
    event("confirmed" if match[1] == "yes" else "rejected", chat=proposal.chat, kind=proposal.kind)
    if done.notice is None:
        await edit(context.bot, proposal.chat, proposal.message, replies.pages(done.text)[0], None)
        return desk.conversations.close_proposal(proposal.chat, proposal.message)
    desk.wake()
    followers: Followers = context.bot_data["followers"]
    followers.follow(replace(proposal, content=done.text, notice=done.notice.number))


async def _record(desk: Desk, proposal: Proposal, by: str) -> Done:
    found = Report.from_json(proposal.content)
    key = f"telegram:{proposal.chat}:{proposal.message}"
    try:
        notice = await asyncio.to_thread(desk.ledger.record, found, desk.bot.plan, by, key)
    except (ReportError, StoreError) as error:
        return Done(str(error))
    return _noticed(words.RECORDED.format(title=notice.title), notice)


async def _load(desk: Desk, proposal: Proposal, by: str) -> Done:
    try:
        if fingerprint(require_file(desk.settings.plan)) != proposal.content:
            return Done(words.CHANGED_AGAIN)
        bot = await asyncio.to_thread(snapshot_bot, desk.settings)
        loaded = await asyncio.to_thread(desk.ledger.load, bot.plan, proposal.content, by)
    except (PlanFileError, UsageError, StoreError, OSError) as error:
        return Done(words.PLAN_UNREADABLE.format(error=error))
    adopt(desk, bot, proposal.content)
    text = words.RELOADED if loaded.changes else words.RELOADED_SAME
    text = (text if loaded.written else words.LOADED_ALREADY).format(
        title=bot.plan.title, count=len(loaded.changes)
    )
    return _noticed(text, loaded.notice) if loaded.notice else Done(text)


def _noticed(text: str, notice: Notice) -> Done:
    if notice.digests:
        text += words.IN_DIGESTS.format(count=notice.digests)
    elif not notice.chats:
        text += words.NOTICE_NOBODY
    return Done(text, notice if notice.chats else None)


def _example(bot: PlanBot) -> str:
    for indicator in bot.plan.indicators:
        for target in indicator.targets:
            if target.value is not None:
                return f"/report {indicator.name} {target.year} {target.value:g}"
    return "/report 指标 2025 1"
