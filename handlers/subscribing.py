"""Subscriptions: ``/subscribe``, ``/unsubscribe``, ``/subscriptions``, the same in words, and the buttons."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from handlers import addressed, replies, words
from handlers.administrators import may_change_chat, named
from handlers.desk import Desk, Handler, change_buttons, desk_of, edit, place_of, toast
from handlers.logs import event
from siwei_bot.notices import EVERYTHING, Subscription, Target, Wish, recognise, target_of

PER_PAGE = 8

_VERBS = {"subscribe": "订阅", "unsubscribe": "取消订阅"}


def command(action: str) -> Handler:
    """The handler of ``/subscribe`` or ``/unsubscribe``."""

    async def handler(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        asked = addressed.read(message) if message else None
        if message is None or asked is None:
            return
        wish = recognise(f"{_VERBS[action]} {asked.text}", desk_of(context).bot)
        if wish is None or wish.action != action:
            await desk_of(context).reply(message, _say(message, words.UNKNOWN_TARGET, name=asked.text))
        else:
            await carry_out(update, context, wish)

    return handler


async def subscriptions(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """List what this chat has subscribed to, each to be cancelled by a tap."""
    await carry_out(update, context, Wish("list"))


async def carry_out(update: Update, context: ContextTypes.DEFAULT_TYPE, wish: Wish) -> None:
    """Do what a message wishes about subscriptions, and reply with what came of it."""
    message, desk = update.effective_message, desk_of(context)
    if message is None:
        return
    place = place_of(message)
    if wish.action == "list" or (wish.action == "unsubscribe" and not _names_anything(wish)):
        return await _reply_list(desk, message)
    refusal = await _refusal(update, context)
    if refusal:
        await desk.reply(message, refusal)
        return
    targets = wish.targets
    if wish.action == "subscribe" and wish.digest and not _names_anything(wish):
        targets = tuple(subscription.target for subscription in desk.ledger.subscriptions(place))
    if wish.action == "subscribe":
        lines = [_subscribe(desk, message, target, named(update), wish.digest) for target in targets]
    else:
        lines = [_unsubscribe(desk, message, target) for target in targets]
    lines += [words.UNKNOWN_TARGET.format(name=wish.unknown)] if wish.unknown else []
    if wish.candidates:
        few = len(wish.candidates) <= PER_PAGE
        lines.append(words.WHICH_TARGET if few else words.WHICH_OF_MANY.format(count=len(wish.candidates)))
    picks = [_pick(target, wish) for target in wish.candidates[:PER_PAGE]]
    if not lines:
        lines, picks = [words.SUBSCRIBE_WHAT.format(example=_example(desk))], [_pick(EVERYTHING, wish)]
    event("wished", chat=place.chat, action=wish.action, targets=len(targets))
    await desk.reply(message, "\n".join(lines), InlineKeyboardMarkup(picks) if picks else None)


def _names_anything(wish: Wish) -> bool:
    return bool(wish.targets or wish.candidates or wish.unknown)


def _example(desk: Desk) -> str:
    names = [indicator.name for indicator in desk.bot.plan.indicators]
    names += [bureau.name for bureau in desk.bot.plan.bureaus]
    return names[0] if names else words.EVERYTHING


def _subscribe(desk: Desk, message: Message, target: Target, by: str, digest: str) -> str:
    new = desk.ledger.subscribe(place_of(message), target, by, digest)
    text = words.SUBSCRIBED if new else words.SUBSCRIBED_ALREADY
    return _say(message, text, name=target.name, how=_how(digest))


def _unsubscribe(desk: Desk, message: Message, target: Target) -> str:
    place = place_of(message)
    if target == EVERYTHING:
        count = len(desk.ledger.unsubscribe(place))
        return words.UNSUBSCRIBED_ALL.format(count=count) if count else words.NOTHING_SUBSCRIBED
    if desk.ledger.unsubscribe(place, target):
        return words.UNSUBSCRIBED.format(name=target.name)
    everything = EVERYTHING in {subscription.target for subscription in desk.ledger.subscriptions(place)}
    return (words.COVERED_BY_ALL if everything else words.NOT_SUBSCRIBED).format(name=target.name)


def _pick(target: Target, wish: Wish) -> list[InlineKeyboardButton]:
    how = "on" if wish.action == "subscribe" else "off"
    data = f"pick:{how}:{target.token}:{wish.digest.replace(':', '')}"
    return [InlineKeyboardButton(replies.label(target.name), callback_data=data)]


async def picked(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The one that was meant: (un)subscribe, in place of the question back."""
    message, target, how = await _pressed(update, context)
    if message is None or target is None or context.matches is None:
        return
    desk, time = desk_of(context), context.matches[0][3]
    digest = f"{time[:2]}:{time[2:]}" if time else ""
    if how == "on":
        text = _subscribe(desk, message, target, named(update), digest)
    else:
        text = _unsubscribe(desk, message, target)
    await toast(update)
    await edit(context.bot, message.chat.id, message.message_id, text, None)


async def toggled(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The button under an answer: (un)subscribe, and offer the opposite."""
    message, target, how = await _pressed(update, context)
    if message is None or target is None:
        return
    desk = desk_of(context)
    if how == "on":
        if target.token not in desk.subscribed(place_of(message)):  # else it may be a daily digest
            desk.ledger.subscribe(place_of(message), target, named(update))
        said = _say(message, words.SUBSCRIBED, name=target.name, how=_how(""))
    else:
        desk.ledger.unsubscribe(place_of(message), target)
        said = words.UNSUBSCRIBED.format(name=target.name)
    event("toggled", chat=message.chat.id, on=how == "on")
    await toast(update, said)
    if message.reply_markup:
        await _swap(message, desk)


async def _swap(message: Message, desk: Desk) -> None:
    """The buttons as they should be after a subscription changed."""
    subscribed = desk.subscribed(place_of(message))
    rows = [
        [replies.turned(button, subscribed) for button in row]
        for row in (message.reply_markup.inline_keyboard if message.reply_markup else ())
    ]
    await change_buttons(message, InlineKeyboardMarkup(rows))


async def _pressed(
    update: Update, context: ContextTypes.DEFAULT_TYPE
) -> tuple[Message | None, Target | None, str]:
    """What a button means; it is answered here where it cannot be done."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or match is None or not isinstance(query.message, Message):
        await toast(update, words.OUTDATED)
        return None, None, ""
    target = target_of(desk_of(context).bot.plan, match[2])
    if target is None:
        await toast(update, words.TARGET_GONE)
        return None, None, ""
    refusal = await _refusal(update, context)
    if refusal:
        await toast(update, refusal)
        return None, None, ""
    return query.message, target, match[1]


# -- the list --------------------------------------------------------------------------------------


async def _reply_list(desk: Desk, message: Message) -> None:
    await desk.reply(message, *_list(desk, message))


async def turn_page(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show another page of the list."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or match is None or not isinstance(query.message, Message):
        return await toast(update, words.OUTDATED)
    await toast(update)
    await _show_list(desk_of(context), query.message, int(match[1]))


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Cancel the subscription that was tapped, and show the rest."""
    query, match = update.callback_query, context.matches[0] if context.matches else None
    if query is None or match is None or not isinstance(query.message, Message):
        return await toast(update, words.OUTDATED)
    refusal = await _refusal(update, context)
    if refusal:
        return await toast(update, refusal)
    desk, message = desk_of(context), query.message
    cancelled = desk.ledger.cancel(place_of(message), int(match[1]))
    said = words.UNSUBSCRIBED.format(name=cancelled.target.name) if cancelled else words.CANCELLED_ALREADY
    await toast(update, said)
    await _show_list(desk, message, int(match[2]))


async def _show_list(desk: Desk, message: Message, page: int) -> None:
    text, shown = _list(desk, message, page)
    if message.reply_markup != shown:
        page_shown = replies.pages(text)[0]
        await edit(message.get_bot(), message.chat.id, message.message_id, page_shown, shown)


def _list(desk: Desk, message: Message, page: int = 0) -> tuple[str, InlineKeyboardMarkup | None]:
    found = desk.ledger.subscriptions(place_of(message))
    if not found:
        return _say(message, words.NO_SUBSCRIPTIONS, example=_example(desk)), None
    lines = [f"{n}. {one.target.name}（{_how(one.digest)}）" for n, one in enumerate(found, 1)]
    head = _say(message, words.SUBSCRIPTIONS, count=len(found))
    return "\n".join([head, *lines]), InlineKeyboardMarkup(list(_cancel_buttons(found, page)))


def _cancel_buttons(found: tuple[Subscription, ...], page: int) -> Iterable[list[InlineKeyboardButton]]:
    count = -(-len(found) // PER_PAGE)
    page = min(page, count - 1)
    for one in found[page * PER_PAGE : (page + 1) * PER_PAGE]:
        text = replies.label(words.CANCEL_BUTTON.format(name=one.target.name))
        yield [InlineKeyboardButton(text, callback_data=f"cancel:{one.id}:{page}")]
    if count > 1:
        yield replies.leaf("subscriptions", page, count)


# -- words -----------------------------------------------------------------------------------------


async def _refusal(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
    """Why the sender may not change this chat's subscriptions; empty where they may."""
    try:
        return "" if await may_change_chat(update, context) else words.ONLY_GROUP_ADMINISTRATORS
    except TelegramError as error:
        event("unknown_member", error_type=type(error).__name__)
        return words.UNKNOWN_MEMBER


def _how(digest: str) -> str:
    return words.DAILY.format(time=digest) if digest else words.AT_ONCE


def _say(message: Message, text: str, **more: object) -> str:
    """A text about this chat; it calls it by what it is."""
    if message.chat.type == ChatType.PRIVATE:
        place = words.PLACE_PRIVATE
    else:
        place = words.PLACE_TOPIC if addressed.thread_of(message) else words.PLACE_GROUP
    return text.format(place=place, **more)
