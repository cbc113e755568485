"""Quantities said in one unit, compared in another: 67300万立方米 are 6.73亿立方米."""

from __future__ import annotations

_TIMES = {"万": 1e4, "亿": 1e8}


def in_unit(value: float, said: str, unit: str) -> float | None:
    """A value that is said in the unit ``said`` (or in none, 6.73亿) in an indicator's ``unit``.

    ``None`` if it is of another kind, which is no matter of size: 9% of 万亩. A number without a unit that
    is as large as the unit's own 万 or 亿 counts single things, as 148万 of 万亩 does.
    """
    times, base = _parts(unit)
    if not said:
        return value / times if times > 1 and value >= times else value
    said_times, said_base = _parts(said)
    return value * said_times / times if said_base == base else None


def _parts(unit: str) -> tuple[float, str]:
    """万亩 as ten thousand 亩."""
    return (_TIMES[unit[0]], unit[1:]) if len(unit) > 1 and unit[0] in _TIMES else (1.0, unit)
