"""One spelling for what can be typed in many: width, case, script, spaces, emoji, quoting marks.

The text that comes out holds only simplified Chinese, lower-case Latin letters, digits and a
few punctuation marks; sentence ends are ``。``, clause ends ``，``, list commas ``、``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

MAX_LENGTH = 500
"""Characters of a message that are read; a longer one is cut (and the caller says so)."""

_SENTENCE_END = "。!?;\n"
_CLAUSE_END = ",:…"
_KEPT = "、“”《》%.·+-≥≤><~/"
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys(_SENTENCE_END, "。"),
        **dict.fromkeys(_CLAUSE_END, "，"),
        **dict.fromkeys("「『\"'‘’」』【】[]（）(){}<>〈〉|", " "),
        "～": "~",
    }
)
_MENTION = re.compile(r"@\S{1,32}?(?=[\s,，。:：]|$)")
_LIST_NUMBER = re.compile(r"(^|\n)\s*(?:[(（]?\d{1,2}[、.)）](?!\d)|[>*-]+)\s*")
_SPACED_OUT = re.compile(r"(?:(?<=\s)|^)[\u4e00-\u9fff\d](?:\s+[\u4e00-\u9fff\d](?=\s|$)){2,}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_QUOTES = re.compile("[“”《》]")
_BRACKETED = re.compile(r"(?<=第)[（(]([0-9一二三四五六七八九十百]+)[）)]")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_FILE_NAME = re.compile(r"《[^》]*\.(?:pdf|docx?|xlsx?|wps)》|[^\s《]+\.(?:pdf|docx?|xlsx?|wps)\b")
_IN_ALL = re.compile("(?<![统第])一共(?![享同建治识产性])")
"""一共, which after a number (任务十四一共几条) would run on as one."""
_WHAT = re.compile("(?<=.)为何(?=[。，]|$)")
"""为何 at the end asks what (职责为何), before a verb why."""
_CIRCLED = re.compile("(?:^|(?<=[\\s，。；：,;:]))[①-⑳❶-❿]")
_ZERO = re.compile(r"(?<=\d)[oO](?=\d)")
_STRAY_MARK = re.compile(r"(?<!\d)[-~./+]+|[-~./+]+(?!\d)")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _opencc() -> _Converter:
    import opencc

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def simplify(text: str) -> str:
    """Traditional characters as simplified ones.

    GB 2312 holds simplified characters only, so text that it can encode needs no conversion
    and the converter is loaded only for a message that is written in the other script.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return _opencc().convert(text)
    return text


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """A name or a plan's sentence in the spelling that messages are matched in, without spaces."""
    return _QUOTES.sub("", normalise(re.sub(r"\s+", "", text), message=False)).replace(" ", "")


def normalise(text: str, *, message: bool = True) -> str:
    """The text in one spelling; ``message`` also drops what a chat adds (@names, list numbers)."""
    text = text[:MAX_LENGTH].encode("utf-8", "ignore").decode()
    if message:
        text = _CIRCLED.sub("\n", text)
    text = unicodedata.normalize("NFKC", text)
    if message:
        text = _TAG.sub(" ", text)
        text = _MENTION.sub(" ", text)
        text = _LIST_NUMBER.sub(r"\1", text)
        text = _FILE_NAME.sub(" ", text)
        text = _CLOCK.sub(" ", text)
        text = _BRACKETED.sub(r"\1", text)
        text = _ZERO.sub("0", text)
    text = simplify(text).lower().translate(_PUNCTUATION)
    text = "".join(c if _readable(c) else " " for c in text if not _invisible(c))
    if message:
        text = _IN_ALL.sub("总共", text)
        text = _WHAT.sub("是什么", text)
        text = _SPACED_OUT.sub(lambda match: re.sub(r"\s+", "", match[0]), text)
    text = re.sub(r"\s+", " ", _STRAY_MARK.sub(" ", text))
    text = re.sub(r" ?([。，、])[ 。，、]*", r"\1", text)
    return text.strip(" ，、")


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me") and char != "\n"


def _readable(char: str) -> bool:
    return (
        "\u4e00" <= char <= "\u9fff"
        or (char.isascii() and char.isalnum())
        or char in "〇。，"
        or char in _KEPT
    )


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
