"""The numbers that Word counts by itself: printed before a paragraph, they stand nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_CHINESE = "零一二三四五六七八九"
_CHINESE_FORMATS = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "taiwaneseDigital",
    }
)


@dataclass(frozen=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass
class _List:
    """An abstract list: its levels and how far each has counted."""

    levels: dict[int, _Level]
    counted: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the paragraphs of one document; ``label`` is to be asked once a paragraph, in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, tuple[_List, dict[int, int]]] = {}
        self._begun: set[str] = set()
        self._styles: dict[str, tuple[str, str, str]] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None and self._lists:
            self._read_styles(styles)

    def label(self, properties: Element | None) -> str:
        """What Word prints before the paragraph with these properties: ``1.``, ``（一）`` or nothing."""
        if properties is None or not self._lists:
            return ""
        number, depth = self._of(properties)
        if number not in self._lists:
            return ""
        counting, restarts = self._lists[number]
        level = counting.levels.get(depth)
        if level is None or level.form in ("bullet", "none") or not level.text:
            return ""
        if number not in self._begun:
            self._begun.add(number)
            for deep, start in restarts.items():
                counting.counted[deep] = start - 1
        counting.counted[depth] = counting.counted.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, _LEVELS):
            counting.counted.pop(deeper, None)
        return re.sub("%([1-9])", lambda match: _shown(counting, int(match[1]) - 1), level.text)

    def _of(self, properties: Element) -> tuple[str, int]:
        """The list and the level of a paragraph, by itself or by its style."""
        number = _value(properties.find(f"{W}numPr/{W}numId"))
        depth = _value(properties.find(f"{W}numPr/{W}ilvl"))
        style = _value(properties.find(f"{W}pStyle"))
        for _ in range(_LEVELS):  # a style may be based on itself by way of others
            if number or style not in self._styles:
                break
            number, styled_depth, style = self._styles[style]
            depth = depth or styled_depth
        return number, min(_integer(depth, 0), _LEVELS - 1)

    def _read_lists(self, numbering: Element) -> None:
        abstract = {
            part.get(f"{W}abstractNumId", ""): _List(dict(_levels(part)))
            for part in numbering.iterfind(f"{W}abstractNum")
        }
        for part in numbering.iterfind(f"{W}num"):
            counting = abstract.get(_value(part.find(f"{W}abstractNumId")))
            restarts = {
                _integer(override.get(f"{W}ilvl"), 0): _integer(_value(start), 1)
                for override in part.iterfind(f"{W}lvlOverride")
                if (start := override.find(f"{W}startOverride")) is not None
            }
            if counting is not None:
                self._lists[part.get(f"{W}numId", "")] = counting, restarts

    def _read_styles(self, styles: Element) -> None:
        for style in styles.iterfind(f"{W}style"):
            self._styles[style.get(f"{W}styleId", "")] = (
                _value(style.find(f"{W}pPr/{W}numPr/{W}numId")),
                _value(style.find(f"{W}pPr/{W}numPr/{W}ilvl")),
                _value(style.find(f"{W}basedOn")),
            )


def _levels(abstract: Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iterfind(f"{W}lvl"):
        yield (
            _integer(level.get(f"{W}ilvl"), 0),
            _Level(
                _integer(_value(level.find(f"{W}start")), 1),
                _value(level.find(f"{W}numFmt")) or "decimal",
                _value(level.find(f"{W}lvlText")),
            ),
        )


def _shown(counting: _List, depth: int) -> str:
    level = counting.levels.get(depth, _Level())
    number = counting.counted.get(depth, level.start)
    if level.form in _CHINESE_FORMATS:
        return chinese(number)
    if level.form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def chinese(number: int) -> str:
    """A number below 100 in Chinese numerals, as headings are counted; a larger one in digits.

    >>> chinese(3), chinese(10), chinese(21)
    ('三', '十', '二十一')
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return before + (_CHINESE[ones] if ones else "")


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
