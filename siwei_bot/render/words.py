"""Small words: numbers, dates, lists of numbers, and the sentences of ``data/phrases.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import cast

import yaml

CUT = 40
"""Characters of a measure in a long list."""

COUNTED = {"measure": "措施", "task": "任务", "indicator": "指标", "section": "部分"}
UNITS = {"measure": "条", "task": "项", "indicator": "项", "section": "个"}
"""What is counted, and its measure word; see :func:`unit_of`."""

OPERATORS = {"==": "正好", ">=": "不少于", "<=": "不超过", ">": "多于", "<": "少于"}
YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = "零一二三四五六七八九"


@cache
def phrases() -> dict[str, dict[str, str]]:
    """The sentences of ``phrases.yaml``, read once a process."""
    text = (Path(__file__).parent.parent / "data" / "phrases.yaml").read_text("utf-8")
    loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return cast(dict[str, dict[str, str]], loaded)


def spans(numbers: Iterable[int]) -> str:
    """Numbers in one short string, three or more in a row as a range.

    >>> spans([1, 2, 5, 6, 7, 12])
    '1、2、5–7、12'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return joined(f"{run[0]}–{run[-1]}" if len(run) > 2 else joined(map(str, run)) for run in runs)


def quantity(value: float | str, unit: str, comparator: str = "") -> str:
    """A value as the plan prints it: ``≥60%``, ``6.73亿立方米``, ``0.6``, or the words of the target."""
    if isinstance(value, str):
        return value
    return f"{comparator}{number_said(value)}{'' if unit == '1' else unit}"


def due_words(due: str) -> str:
    """A due date in words; what is no date stays as printed.

    >>> due_words("2026-06"), due_words("2026-06-30"), due_words("持续推进")
    ('2026年6月', '2026年6月30日', '持续推进')
    """
    parts = due.split("-")
    if not all(part.isdecimal() for part in parts):
        return due
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def number_said(value: float) -> str:
    """A number without needless zeros: 0.6, 18."""
    return format(value, ".10g")


def joined(words: Iterable[str]) -> str:
    """甲、乙、丙."""
    return "、".join(words)


def amount(value: float, kind: str) -> str:
    """18项任务, 3个单位: so many of a kind of row."""
    return number_said(value) + ("个单位" if kind == "bureau" else f"{UNITS[kind]}{COUNTED[kind]}")


def unit_of(what: str) -> str:
    """The measure word of what is counted: 条, 项, 个, or 家 for bodies in whatever role."""
    return UNITS.get(what, "家")


def quoted(words: Iterable[str]) -> str:
    """“甲”“乙”."""
    return "".join(f"“{word}”" for word in words)


def numbered(lines: Sequence[str]) -> list[str]:
    """The lines with 1. 2. 3. before them."""
    return [f"{at}. {line}" for at, line in enumerate(lines, 1)]


def bracketed(notes: Sequence[str]) -> list[str]:
    """The line of notes on how a question was read, if there are any."""
    return [f"（{'；'.join(notes)}）"] if notes else []


def measures_said(ids: Iterable[int]) -> str:
    """第8、9条."""
    return f"第{spans(ids)}条"


def tasks_said(ids: Iterable[int]) -> str:
    """任务3–5."""
    return f"任务{spans(ids)}"


def sections_said(ids: Iterable[int]) -> str:
    """第一部分, 第一至五部分."""
    said = re.sub(r"\d+", lambda match: chinese(int(match[0])), spans(ids).replace("–", "至"))
    return f"第{said}部分"


def chinese(number: int) -> str:
    """A number under 100 in Chinese numerals."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def clipped(text: str) -> str:
    """The beginning of a text that is long for a line."""
    return text if len(text) <= CUT else text[: CUT - 1].rstrip("，、；：“（") + "…"
