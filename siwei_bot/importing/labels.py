"""Printed numbers before headings and items (一、 （一） 1. （1） ①), and cells split by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from siwei_bot.importing.document import joined
from siwei_bot.language.numerals import integer

_ZH = "[零〇一二三四五六七八九十百]{1,5}"
_STYLES = {  # from the whole to the part
    "chapter": rf"第(?P<n>{_ZH}|\d{{1,3}})(?:章|部分|篇|节)[\s:：、]*",
    "comma": rf"(?P<n>{_ZH})\s*[、.．,，]\s*",
    "bracket": rf"[（(]\s*(?P<n>{_ZH})\s*[）)][、.．]?\s*",
    "article": rf"第(?P<n>{_ZH}|\d{{1,4}})(?:条|项)[\s:：、]*",
    "dot": r"(?P<n>[0-9０-９]{1,4})\s*[.．、]\s*(?![0-9０-９])",
    "half": r"(?P<n>[0-9０-９]{1,3})\s*[）)]\s*",
    "digit_bracket": r"[（(]\s*(?P<n>[0-9０-９]{1,3})\s*[）)][、.．]?\s*",
    "circle": r"(?P<n>[①-⑳])\s*",
}
STYLES = tuple(_STYLES)
"""The kinds of numbers, from the whole to the part."""

_ITEM_STYLES = STYLES[2:]
_LABELS = {style: re.compile(pattern) for style, pattern in _STYLES.items()}
_ENDED = re.compile(r"[。；;！!？?：:.]\s*$")
_FINAL = "。！？!?；;…”）)"


class Label(NamedTuple):
    """A printed number: ``text`` as printed, without blanks; ``rest`` is what it stands before."""

    style: str
    number: int
    text: str
    rest: str


class Item(NamedTuple):
    """One item of a cell; ``number`` is ``None`` where none is printed, ``unclear`` a doubt in Chinese."""

    number: int | None
    lines: tuple[str, ...]
    unclear: str = ""


def label(text: str, styles: Sequence[str] = STYLES) -> Label | None:
    """The printed number that a text begins with.

    >>> label("（一）严格用水"), label("3、4层以上"), label("2030年")
    (Label(style='bracket', number=1, text='（一）', rest='严格用水'), None, None)
    """
    for style in styles:
        match = _LABELS[style].match(text)
        if match is not None and text[match.end() :].strip():
            number = _number(match["n"])
            if number is not None:
                return Label(style, number, re.sub(r"\s", "", match[0]), text[match.end() :])
    return None


def _number(text: str) -> int | None:
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    return integer(text)


def is_finished(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.rstrip().endswith((*_FINAL, "."))


def items(lines: Sequence[str]) -> list[Item]:
    """The numbered items of a cell; a cell without numbers is one item, or one a paragraph that ends as such.

    Only numbers of the kind that comes first make items: in 1.…（1）…（2）… 2.… there are two.
    """
    first = next((found for line in lines if (found := label(line, _ITEM_STYLES))), None)
    if first is None:
        return list(_paragraphs(lines))
    return [item for whole in _by_line(lines, first.style) for item in _within(whole, first.style)]


def _paragraphs(lines: Sequence[str]) -> Iterator[Item]:
    if len(lines) > 1 and all(line.endswith(("。", "；", ";")) for line in lines):
        for line in lines:
            yield Item(None, (line,), "原文没有编号，按段落分成几条")
    else:
        yield Item(None, tuple(lines))


def _by_line(lines: Sequence[str], style: str) -> Iterator[Item]:
    number: int | None = None
    own: list[str] = []
    for line in lines:
        found = label(line, (style,))
        if found is None:
            own.append(line)
            continue
        if own:
            yield Item(number, tuple(own))
        number, own = found.number, [found.rest]
    if own:
        yield Item(number, tuple(own))


def _within(item: Item, style: str) -> Iterator[Item]:
    """An item cut where the next number stands within its lines: 1.甲。2.乙。"""
    text, number, unclear = "\n".join(item.lines), item.number, ""
    while number is not None:
        place = _next_number(text, style, number + 1)
        if place is None:
            break
        start, end = place
        yield Item(number, tuple(text[:start].split("\n")), unclear)
        before = text[:start]
        unclear = "" if _ENDED.search(before) else "编号前没有句号，请核对是不是从这里分开"
        text, number = text[end:], number + 1
    yield Item(number, tuple(text.split("\n")), unclear)


def _next_number(text: str, style: str, wanted: int) -> tuple[int, int] | None:
    """Where the number ``wanted`` begins and ends after a sentence or a Chinese character."""
    for match in _LABELS[style].finditer(text, 1):
        before = text[: match.start()].rstrip()
        if _number(match["n"]) != wanted or not text[match.end() :].strip():
            continue
        if _ENDED.search(before) or re.search("[\u4e00-\u9fff）”》](?<![第至到和及或])$", before):
            return match.start(), match.end()
    return None


def item_text(item: Item) -> str:
    """The words of an item in one line."""
    return joined(item.lines)
