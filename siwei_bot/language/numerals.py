"""Chinese and Arabic numerals as numbers. Only for places where a number can stand."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGITS |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

INTEGER = r"(?:\d+|[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+)"
"""Regular expression of a whole number in either script."""

NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?)"
"""Regular expression of a number, decimals included (六点一七)."""

LARGEST = 10**15
"""What a larger number is read as: more than anything in a plan, and an integer to SQLite."""


def integer(text: str) -> int | None:
    """``"二十三"``, ``"二三"``, ``"23"`` as 23; ``None`` for what is no number."""
    value = _integer(text)
    return value if value is None else min(value, LARGEST)


def _integer(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


def number(text: str) -> float | None:
    """``"六点一七"``, ``"6.17"`` as 6.17; ``None`` for what is no number."""
    try:
        value = float(text) if text.isascii() else _spoken(text)
    except ValueError:
        return None
    return value if value is None else min(value, LARGEST)


def _spoken(text: str) -> float | None:
    whole, point, decimals = text.partition("点")
    value = integer(whole)
    if value is None or not point:
        return value
    return float(f"{value}.{''.join(str(_DIGITS[c]) for c in decimals)}")
