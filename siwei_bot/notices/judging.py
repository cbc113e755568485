"""Judging a reported value: against its target, and whether it can be right at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from siwei_bot.changes import number_words
from siwei_bot.notices.reports import Report, amount, day_words
from siwei_bot.plan import Indicator, Target

_AT_MOST, _AT_LEAST = ("≤", "<"), ("≥", ">")
_BY_DIRECTION = {"cap": "≤", "floor": "≥"}
_SAID = {"≤": "不超过", "<": "低于", "≥": "不低于", ">": "高于"}
_CLOSE = 1e-9


@dataclass(frozen=True)
class Standing:
    """A value against a target. ``met`` is ``None`` where that cannot be said; ``gap`` is value − target.

    ``target`` is the one of the value's year, else of the next year that has a number (then ``met`` is
    ``None``), else ``None``. ``text`` says all this in Chinese, without a full stop.
    """

    target: Target | None
    met: bool | None
    gap: float | None
    text: str


def standing(indicator: Indicator, year: int, value: float, unit: str) -> Standing:
    """How an actual value of a year stands against the plan's target."""
    targets = [target for target in indicator.targets if not target.baseline]
    own = next((target for target in targets if target.year == year), None)
    target = own or next((t for t in targets if t.year > year and t.value is not None), None)
    if target is None:
        return Standing(None, None, None, f"方案没有{year}年的目标")
    if target.value is None:
        return Standing(
            target, None, None, f"{target.year}年目标是“{target.text}”，不是数字，不能判断是否达标"
        )
    said = f"{target.year}年目标{target.comparator}{amount(target.value, indicator.unit)}"
    if unit != indicator.unit:
        return Standing(target, None, None, f"{said}，上报时的单位不同（{unit}），不能比较")
    gap = value - target.value
    if own is None:
        said = f"方案没有{year}年的目标，{said}"
        return Standing(target, None, gap, f"{said}，实际值{_compared(gap, indicator)}")
    met, how = _met(indicator, target, value)
    if met is None:
        how = "“左右”没有写明范围" if target.comparator == "≈" else "方案没有写明是不低于还是不超过"
        return Standing(
            target, None, gap, f"{said}，实际值{_compared(gap, indicator)}；{how}，不判断是否达标"
        )
    verdict = "达标" if met else "未达标"
    return Standing(target, met, gap, f"{said}，{verdict}（{how}），实际值{_compared(gap, indicator)}")


def _met(indicator: Indicator, target: Target, value: float) -> tuple[bool | None, str]:
    """Whether a value meets a target, and by what that is judged."""
    assert target.value is not None
    sign = target.comparator or _BY_DIRECTION.get(indicator.direction, "")
    if sign not in _SAID:
        return None, ""
    gap = value - target.value
    close = abs(gap) <= _CLOSE * max(1.0, abs(target.value))
    met = (close and sign in ("≤", "≥")) or (not close and (gap < 0) == (sign in _AT_MOST))
    said = _SAID[sign]
    return met, f"按“{said}”判断" if target.comparator else f"方案没有写明方向，按“{said}”理解"


def _compared(gap: float, indicator: Indicator) -> str:
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    if number_words(gap) == "0":
        return "与目标相同"
    return f"比目标{'多' if gap > 0 else '少'}{amount(abs(gap), unit)}"


# -- doubting --------------------------------------------------------------------------------------


_FAR_OFF = 5
"""A decimal point in the wrong place makes a value ten times as large, but plans are not met exactly."""


class Doubt(NamedTuple):
    """Why a report may be wrong: ``kind`` for programs, ``text`` as a Chinese sentence."""

    kind: str
    text: str


class Earlier(NamedTuple):
    """A value that was reported before."""

    year: int
    as_of: str
    value: float
    unit: str
    source: str = ""


def doubts(
    report: Report, indicator: Indicator, earlier: Sequence[Earlier], today: date
) -> tuple[Doubt, ...]:
    """Why a report may be wrong, given what was reported before; empty where it is plausible."""
    same_unit = [one for one in earlier if one.unit == report.unit]
    found = [
        *_time_doubts(report, indicator, today),
        *_size_doubts(report, indicator, same_unit),
        *_order_doubts(report, same_unit),
    ]
    return tuple(found)


def _time_doubts(report: Report, indicator: Indicator, today: date) -> Iterator[Doubt]:
    years = [target.year for target in indicator.targets]
    if report.year > today.year:
        yield Doubt("future", f"{report.year}年还没有到，不会有实际值")
    elif report.as_of > today.isoformat():
        yield Doubt("future", f"截至日期{day_words(report.as_of)}还没有到")
    elif not report.as_of.startswith(f"{report.year}-"):
        yield Doubt("year", f"截至日期{day_words(report.as_of)}不在{report.year}年内")
    if years and report.year > max(years):
        yield Doubt("year", f"方案的目标只到{max(years)}年")


def _size_doubts(report: Report, indicator: Indicator, earlier: Sequence[Earlier]) -> Iterator[Doubt]:
    said = amount(report.value, report.unit)
    far = _far_off(report, _references(report, indicator, earlier))
    if far:
        yield Doubt("ten_times", f"{said}{far}，请核对小数点和单位")
    if report.value < 0 and all((target.value or 0) >= 0 for target in indicator.targets):
        yield Doubt("negative", f"{said}是负数")
    if report.unit == "%" and report.value > 100:
        yield Doubt("percent", f"{said}超过了100%")
    target = next((t for t in indicator.targets if t.year == report.year and not t.baseline), None)
    if target is not None and target.value is not None:
        sign = target.comparator or _BY_DIRECTION.get(indicator.direction, "")
        if sign in _AT_MOST and not _met(indicator, target, report.value)[0]:
            limit = amount(target.value, report.unit)
            yield Doubt("over_cap", f"{said}超过了{target.year}年的上限{limit}")


def _references(
    report: Report, indicator: Indicator, earlier: Sequence[Earlier]
) -> Iterator[tuple[str, float]]:
    """What a value is compared with, and how that is called: the nearest target and the last report."""
    numeric = [(t.year, t.value, t.baseline) for t in indicator.targets if t.value]
    if numeric:
        year, value, baseline = min(numeric, key=lambda t: abs(t[0] - report.year))
        yield f"{year}年{'基期值' if baseline else '目标'}{amount(value, indicator.unit)}", value
    before = [one for one in earlier if one.value and (one.year, one.as_of) != (report.year, report.as_of)]
    if before:
        last = min(before, key=lambda one: (abs(one.year - report.year), one.as_of))
        yield f"{last.year}年上报过的{amount(last.value, last.unit)}", last.value


def _far_off(report: Report, references: Iterable[tuple[str, float]]) -> str:
    """是2025年目标…的10倍: by what a value is far too large or too small; empty where by nothing."""
    for called, value in references:
        times = abs(report.value / value)
        if times >= _FAR_OFF:
            return f"是{called}的{number_words(round(times, 1))}倍"
        if times <= 1 / _FAR_OFF:
            return f"只有{called}的{number_words(round(times * 100, 1))}%"
    return ""


def _order_doubts(report: Report, earlier: Sequence[Earlier]) -> Iterator[Doubt]:
    for one in earlier:
        if (one.year, one.as_of, one.value) == (report.year, report.as_of, report.value):
            yield Doubt("same", "同样的数已经报过")
            return
    if "累计" not in report.name:
        return
    before = [one for one in earlier if one.as_of < report.as_of and one.value > report.value]
    after = [one for one in earlier if one.as_of > report.as_of and one.value < report.value]
    for one in before[:1]:
        said = f"累计数比{day_words(one.as_of)}的{amount(one.value, one.unit)}还小"
        yield Doubt("decreasing", said)
    for one in after[:1]:
        said = f"累计数比以后（{day_words(one.as_of)}）的{amount(one.value, one.unit)}还大"
        yield Doubt("decreasing", said)


def preview(report: Report, indicator: Indicator, doubted: Sequence[Doubt]) -> str:
    """What will be recorded, for the person who confirms it: several lines."""
    lines = [f"{report.name} {report.year}年实际值：{amount(report.value, report.unit)}"]
    lines.append(f"截至：{day_words(report.as_of)}　来源：{report.source or '没有写'}")
    lines.append(f"对照：{standing(indicator, report.year, report.value, report.unit).text}")
    lines += [f"请核对：{doubt.text}。" for doubt in doubted]
    return "\n".join(lines)
