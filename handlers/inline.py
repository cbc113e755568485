"""Inline mode: ``@bot 问题`` in any chat puts an answer there."""

from __future__ import annotations

from dataclasses import dataclass

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
    parts = [part for title, answer in found.items() for part in _parts(title, answer, context.bot.username)]
    results = [part.result(n) for n, part in enumerate(parts[:MOST_RESULTS], 1)]
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


@dataclass(frozen=True)
class _Part:
    """One result: an answer, or as much of a long one as a message holds."""

    title: str
    description: str
    content: str

    def result(self, id: int) -> InlineQueryResultArticle:
        return InlineQueryResultArticle(
            id=str(id),
            title=replies.label(self.title),
            description=replies.label(self.description) or words.INLINE_NO_MORE,
            input_message_content=InputTextMessageContent(self.content, parse_mode=ParseMode.HTML),
        )


def _parts(title: str, answer: Answer, username: str) -> list[_Part]:
    """All of an answer, in as many parts as can be offered, and where to read what does not fit."""
    found = replies.pages(answer.text)
    if len(found) == 1:
        rest = " ".join(line for line in answer.text.split("\n") if line and line != title)
        return [_Part(title, rest, replies.html(found[0]))]
    shown = found[:MOST_RESULTS]
    named = [
        words.INLINE_PART.format(part=n, count=len(found), title=title) for n in range(1, len(shown) + 1)
    ]
    contents = [replies.html(page, first=page is found[0]) for page in shown]
    if len(found) > len(shown):
        contents[-1] += "\n" + words.INLINE_CUT.format(username=username)
    return [_Part(*part) for part in zip(named, shown, contents, strict=True)]
