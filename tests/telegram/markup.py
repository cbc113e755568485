"""What Telegram accepts as HTML and as buttons; what it refuses is refused with its words."""

from __future__ import annotations

import json
import re
from typing import Any

_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "a", "code", "pre", "blockquote"}
    | {"tg-spoiler", "tg-emoji"}
)
_TOKEN = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>|&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|([<])|([^<&]+|&)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class Refused(Exception):
    """The server's answer to a request that it does not carry out."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> Refused:
    """A request that is wrong in itself."""
    return Refused(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """A length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(html: str) -> str:
    """The text of HTML as a member of the chat reads it.

    >>> plain("<b>1 &lt; 2</b> & &nbsp;")
    '1 < 2 & &nbsp;'
    """
    text: list[str] = []
    open_tags: list[str] = []
    for match in _TOKEN.finditer(html):
        closing, tag, _, entity, stray, piece = match.groups()
        at = len(html[: match.start()].encode())
        if stray or (tag is not None and not closing and tag not in _TAGS):
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag or ""}" at byte offset {at}')
        if entity:
            code = entity[1:]
            number = int(code[1:], 16) if code.startswith("x") else int(code or 0) if code.isdecimal() else 0
            text.append(_NAMED.get(entity) or chr(number))
        elif piece:
            text.append(piece)
        elif closing:
            if not open_tags or open_tags.pop() != tag:
                raise bad(f"can't parse entities: Unexpected end tag at byte offset {at}")
        else:
            open_tags.append(tag)
    if open_tags:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1]}\"")
    return "".join(text).strip()


def checked_text(value: str, mode: str, longest: int = 4096, *, what: str = "message text") -> str:
    """The text as it is shown; refused where Telegram would."""
    text = plain(value) if mode == "HTML" else value.strip()
    if not text and what == "message text":
        raise bad("message text is empty")
    if units(text) > longest:
        raise bad("message is too long" if what == "message text" else "message caption is too long")
    return text


def checked_buttons(value: str) -> dict[str, Any] | None:
    """An inline keyboard; refused where Telegram would."""
    if not value:
        return None
    markup: dict[str, Any] = json.loads(value)
    rows = markup.get("inline_keyboard", [])
    if sum(map(len, rows)) > 100:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    return markup if rows else None
