"""An answer as Telegram messages: pages of escaped HTML, and the buttons under them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers import words
from siwei_bot.conversations import Turn
from siwei_bot.notices import Target
from siwei_bot.plan import Indicator

LONGEST_PAGE = 3800
"""UTF-16 units on a page; Telegram takes 4096, entities aside."""

LONGEST_LABEL = 48


def units(text: str) -> int:
    """The length of a text as Telegram counts it.

    >>> units("水"), units("𬇕")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pages(text: str, longest: int = LONGEST_PAGE) -> list[str]:
    """The text on pages, broken at the ends of lines where that is possible.

    >>> pages("一\\n二二\\n三三三三", 4)
    ['一\\n二二', '三三三三']
    """
    found = [""]
    for line in _sound(text).split("\n"):
        for piece in _pieces(line, longest):
            joined = f"{found[-1]}\n{piece}" if found[-1] else piece
            if units(joined) <= longest:
                found[-1] = joined
            else:
                found.append(piece)
    return [page for page in found if page.strip()] or ["……"]


def html(page: str, *, first: bool = True) -> str:
    """A page as Telegram's HTML; the answer's first line, which is the direct answer, in bold."""
    head, newline, rest = escape(page, quote=False).partition("\n")
    return f"<b>{head}</b>{newline}{rest}" if first and newline and head.strip() else head + newline + rest


def keyboard(
    turn: Turn, page: int, indicators: Iterable[Indicator], subscribed: Container[str]
) -> InlineKeyboardMarkup | None:
    """The buttons under an answer: what to choose, pages, charts and subscriptions, the way back.

    ``subscribed`` are the tokens of what the chat has subscribed to.
    """
    rows = [
        [InlineKeyboardButton(label(f"{n} {choice}"), callback_data=f"choose:{turn.version}:{n}")]
        for n, choice in enumerate(turn.choices, 1)
    ]
    count = len(pages(turn.text))
    if count > 1:
        rows.append(leaf(f"page:{turn.version}", page, count))
    known = {indicator_target(indicator).token: indicator for indicator in indicators}
    for token in filter(known.__contains__, turn.targets):
        indicator, several = known[token], len(turn.targets) > 1
        row = [subscription(token, indicator.name if several else "", on=token in subscribed)]
        if indicator.id in turn.indicators:
            text = label(_about(words.CHART_BUTTON, indicator.name if several else ""))
            row.insert(0, InlineKeyboardButton(text, callback_data=f"chart:{turn.version}:{indicator.id}"))
        rows.append(row)
    if turn.menu:
        rows.append([InlineKeyboardButton(words.BACK, callback_data=f"list:{turn.menu}")])
    return InlineKeyboardMarkup(rows) if rows else None


def subscription(token: str, name: str, *, on: bool) -> InlineKeyboardButton:
    """The button that subscribes, or where that is done (``on``) cancels."""
    text = words.UNSUBSCRIBE_BUTTON if on else words.SUBSCRIBE_BUTTON
    data = f"toggle:{'off' if on else 'on'}:{token}"
    return InlineKeyboardButton(label(_about(text, name)), callback_data=data)


def turned(button: InlineKeyboardButton, subscribed: Container[str]) -> InlineKeyboardButton:
    """The button as it should be after a subscription changed; another kind of button as it is."""
    data = str(button.callback_data)
    if not data.startswith("toggle:"):
        return button
    token = data.rpartition(":")[2]
    return subscription(token, button.text.partition("：")[2], on=token in subscribed)


def _about(text: str, name: str) -> str:
    return f"{text}：{name}" if name else text


def indicator_target(indicator: Indicator) -> Target:
    """An indicator as something to subscribe to."""
    return Target("indicator", indicator.name, indicator.name)


def leaf(prefix: str, page: int, count: int) -> list[InlineKeyboardButton]:
    """A row of buttons to turn pages with; where one is, it tells."""
    row = [InlineKeyboardButton(f"{page + 1}/{count}", callback_data=f"{prefix}:{page}")]
    if page > 0:
        row.insert(0, InlineKeyboardButton(words.EARLIER, callback_data=f"{prefix}:{page - 1}"))
    if page < count - 1:
        row.append(InlineKeyboardButton(words.LATER, callback_data=f"{prefix}:{page + 1}"))
    return row


def label(text: str) -> str:
    """A text short enough for a button."""
    text = _sound(" ".join(text.split()))
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _pieces(line: str, longest: int) -> list[str]:
    if units(line) <= longest:
        return [line]
    found, piece, size = [], "", 0
    for character in line:
        width = units(character)
        if size + width > longest:
            found.append(piece)
            piece, size = "", 0
        piece, size = piece + character, size + width
    return [*found, piece]


def _sound(text: str) -> str:
    """The text without what no message can hold: lone surrogates and control characters."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in sound if c == "\n" or ord(c) >= 32)
