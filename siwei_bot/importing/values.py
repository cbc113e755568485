"""What the cells of indicators and deadlines say: 9%, ≥0.6, 180以上, 完成省下达任务, 2026年12月底前."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import NamedTuple

from siwei_bot.importing.words import words

BARE = "1"
"""The unit of a bare number."""

_NUMBER = re.compile(r"[-−－]?\d{1,12}(?:\.\d{1,10})?")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_YEAR = re.compile(r"[（(]?((?:19|20)\d\d)年?(?:底|末)?[）)]?")
_IN_BRACKETS_A_YEAR = re.compile(r"[（(]\s*((?:19|20)\d\d)\s*年?(?:底|末|基期)?\s*[）)]")
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{1,12})[）)]\s*$")
_PERCENT = "%％﹪"
_DUE = re.compile(
    r"((?:19|20)\d\d)(?:年|[-./])?(?:(\d{1,2})(?:月|[-./])?(?:(\d{1,2})[日号]?)?)?(?:(底)前?|前(?<=日前)|(?<=号)前|末)?"
)
_LIKE_A_DATE = re.compile("[0-9][0-9 ./:-]*")


class Value(NamedTuple):
    """What a cell of targets says; ``number`` is ``None`` where it is ``text``.

    ``unit`` is the one printed beside the number, ``year`` is 0 where none is printed, ``unclear`` is a
    doubt in Chinese.
    """

    number: float | None
    comparator: str = ""
    text: str = ""
    unit: str = ""
    year: int = 0
    unclear: str = ""


def value(printed: str, unit: str = "") -> Value | None:
    """The value of a cell whose row has this unit; ``None`` where the cell says nothing.

    >>> value("≥0.6"), value("180以上")
    (Value(number=0.6, comparator='≥', text='', unit='', year=0, unclear=''), \
Value(number=180.0, comparator='≥', text='', unit='', year=0, unclear=''))
    """
    text = printed.strip()
    if not text or text in words().nothing:
        return None
    found = _IN_BRACKETS_A_YEAR.search(text)
    year = int(found[1]) if found else 0
    if found:
        text = (text[: found.start()] + text[found.end() :]).strip()
        if not text:
            return None
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-")
    read = _number_with_words(plain, unit)
    if read is None:
        return Value(None, text=text, year=year, unclear=_doubt_of_words(plain, text))
    return read._replace(year=year)


def _number_with_words(text: str, unit: str) -> Value | None:
    """A number with at most a comparator, a unit and words that do not change it around it."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    before, after = text[: match.start()].strip(), text[match.end() :].strip()
    comparator, before = _comparator(before, at_end=True)
    unclear = ""
    if before in words().before_numbers:
        before, unclear = "", f"原文作“{text}”"
    printed_unit, after = _unit(after, unit)
    later, after = _comparator(after, at_end=False)
    if before or after or (comparator and later):
        return None
    return Value(float(match[0]), comparator or later, unit=printed_unit, unclear=unclear)


def _comparator(text: str, *, at_end: bool) -> tuple[str, str]:
    """The sign that the words nearest to the number stand for, and what is left of them."""
    for word in sorted(words().comparators, key=len, reverse=True):
        if text.endswith(word) if at_end else text.startswith(word):
            rest = text.removesuffix(word) if at_end else text.removeprefix(word)
            return words().comparators[word], rest.strip()
    return "", text


def _unit(text: str, unit: str) -> tuple[str, str]:
    """The unit printed after a number, and what is left of the words after it."""
    if text[:1] in _PERCENT and text:
        return "%", text[1:].strip()
    if unit and unit != BARE and text.startswith(unit):
        return unit, text.removeprefix(unit).strip()
    if unit:
        return "", text
    match = re.match(r"[^\d\s（）()，,；;以及左]{1,8}", text)
    return (match[0], text[match.end() :].strip()) if match else ("", text)


def _doubt_of_words(plain: str, text: str) -> str:
    return f"“{text}”里有数字，没有拆开，按文字照录" if _NUMBER.search(plain) else ""


def unit(printed: str) -> str:
    """A unit as a plan file writes it; nothing where the cell says nothing."""
    text = unicodedata.normalize("NFKC", printed).strip() if printed.strip() in _PERCENT else printed.strip()
    return "" if text in words().nothing else text


def unit_of_name(name: str) -> tuple[str, str]:
    """A name, and the unit in brackets at its end: 用水总量（亿立方米）."""
    match = _IN_BRACKETS.search(name)
    return (name[: match.start()].strip(), match[1].strip()) if match else (name, "")


def year(printed: str) -> int:
    """The year that a cell names, 0 if it names none or several."""
    found = set(map(int, _YEAR.findall(printed)))
    return found.pop() if len(found) == 1 else 0


def due(printed: str) -> tuple[str, str]:
    """A deadline as a plan file writes it, and a doubt in Chinese if there is one.

    Only what has the same last day becomes a date: 2026年底前 is 2026, 每年3月底前 stays words.

    >>> due("2026年12月底前"), due("2027年"), due("2026年6月前"), due("2026.6.30")
    (('2026-12', ''), ('2027', ''), ('2026年6月前', ''), ('2026-06-30', ''))
    """
    text = printed.strip()
    if not text or text in words().nothing:
        return "", ""
    match = _DUE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if match and (found := _date(match)):
        return found, ""
    if _LIKE_A_DATE.fullmatch(text):
        return f"“{text}”", f"时限“{text}”读不成日期，请写成 2026、2026-06 或 2026-06-30"
    return text, ""


def _date(match: re.Match[str]) -> str:
    year, month, day = (int(part or 0) for part in match.group(1, 2, 3))
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return ""
    return f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
