"""Inline mode: ``@bot 问题`` in any chat puts an answer there."""

from __future__ import annotations

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from handlers import replies, words
from handlers.desk import Desk, desk_of
from handlers.logs import event
from siwei_bot.bot import Answer
from siwei_bot.language.reading import Context

MOST_RESULTS = 5

_CACHE_SECONDS = 60


async def inline(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Offer the answer; for a question back, the answer to each choice; then what the words name."""
    query = update.inline_query
    if query is None:
        return
    desk = desk_of(context)
    if desk.inline.admit(query.from_user.id) != "yes":
        return
    found = await _answers(desk, query.query.strip())
    results = [
        _result(f"{n}", title, answer, context.bot.username)
        for n, (title, answer) in enumerate(list(found.items())[:MOST_RESULTS], 1)
    ]
    event("inline", results=len(results))
    await query.answer(results, cache_time=_CACHE_SECONDS, is_personal=False)


async def _answers(desk: Desk, text: str) -> dict[str, Answer]:
    """Answers by their titles, the most fitting first."""
    found: dict[str, Answer] = {}
    unanswered: dict[str, Answer] = {}
    if text:
        answer = await desk.ask(text, Context())
        if answer.status == "clarify":
            for n in range(1, min(len(answer.choices), MOST_RESULTS) + 1):
                chosen = await desk.ask(str(n), answer.context)
                found[_title(chosen)] = chosen
        elif answer.status == "answered":
            found[_title(answer)] = answer
        else:
            unanswered[_title(answer)] = answer
        entries = [e for kind in ("bureau", "indicator", "task") for e in desk.lists[kind] if text in e.label]
    else:
        entries = list(desk.lists["example"])
    for entry in entries[: MOST_RESULTS - len(found)]:
        found.setdefault(entry.label, await desk.ask(entry.question, Context()))
    return found or unanswered


def _title(answer: Answer) -> str:
    return answer.text.partition("\n")[0]


def _result(id: str, title: str, answer: Answer, username: str) -> InlineQueryResultArticle:
    found = replies.pages(answer.text)
    content = replies.html(found[0])
    if len(found) > 1:
        content += "\n" + words.INLINE_CUT.format(username=username)
    lines = [line for line in answer.text.split("\n") if line and line != title]
    return InlineQueryResultArticle(
        id=id,
        title=replies.label(title),
        description=replies.label(" ".join(lines[:2])) or words.INLINE_TOO_LONG,
        input_message_content=InputTextMessageContent(content, parse_mode=ParseMode.HTML),
    )
