"""The chart of an indicator: its values by year, as a PNG picture in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from siwei_bot.answer import Row
from siwei_bot.plan import Indicator, Plan, Target
from siwei_bot.render import quantity

WIDTH, HEIGHT = 1200, 750
_MARGIN = 70
_TOP, _BOTTOM = 230, 610
_INK, _FAINT, _LINE = "#1f2933", "#66717d", "#c9d1d9"
_TARGET, _BASELINE, _PAPER = "#2f6fb2", "#9aa5b1", "#ffffff"
_WIDEST_BAR = 150

_DIRECTIONS = {"floor": "按“至少达到”理解", "cap": "按“不超过”理解", "": ""}


class ChartError(Exception):
    """The chart cannot be drawn or written; the message is for the user, in Chinese."""


@lru_cache(maxsize=256)
def chart(indicator: Indicator) -> bytes:
    """The picture. Raises :class:`ChartError` where no value of the indicator is a number."""
    targets = [target for target in indicator.targets if target.value is not None]
    if not targets:
        raise ChartError(f"“{indicator.name}”没有可以画成图的数值")
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    _heading(draw, indicator)
    _bars(draw, indicator, targets)
    _footing(draw, indicator, targets)
    written = BytesIO()
    image.quantize(64).save(written, "PNG", optimize=False)
    return written.getvalue()


def indicators_of(plan: Plan, rows: Iterable[Row]) -> tuple[Indicator, ...]:
    """The indicators that an answer's rows are about."""
    kinds = ("figure", "fact", "number", "indicator")
    ids = [row.get("indicator", row.get("id")) for row in rows if row["kind"] in kinds]
    known = {indicator.id: indicator for indicator in plan.indicators}
    return tuple(known[id] for id in dict.fromkeys(ids) if id in known)


def drawable(indicator: Indicator) -> bool:
    """Whether an indicator has numbers to draw."""
    return any(target.value is not None for target in indicator.targets)


def charted(plan: Plan, rows: Iterable[Row]) -> tuple[Indicator, ...]:
    """The indicators that an answer's rows are about and that have numbers to draw."""
    return tuple(filter(drawable, indicators_of(plan, rows)))


def save_chart(plan: Plan, rows: Iterable[Row], path: Path) -> None:
    """Write the chart of the one indicator that an answer is about; says what is wrong where that fails."""
    found = charted(plan, rows)
    if len(found) != 1:
        raise ChartError("只能画一个指标的图；请问清楚是哪一个指标，例如先问“有哪些指标”")
    try:
        path.write_bytes(chart(found[0]))
    except OSError as error:
        raise ChartError(f"图写不进 {path}：{error.strerror}") from error


def _heading(draw: ImageDraw.ImageDraw, indicator: Indicator) -> None:
    lines = _wrapped(indicator.name, _font(44), WIDTH - 2 * _MARGIN)[:2]
    top = 50 if len(lines) == 1 else 24
    for at, line in enumerate(lines):
        draw.text((_MARGIN, top + 54 * at), line, _INK, _font(44))
    unit = f"单位：{indicator.unit}" if indicator.unit not in ("", "1") else ""
    said = "　".join(filter(None, [unit, indicator.attribute, _DIRECTIONS[indicator.direction]]))
    draw.text((_MARGIN, top + 54 * len(lines) + 12), said, _FAINT, _font(26))


def _bars(draw: ImageDraw.ImageDraw, indicator: Indicator, targets: list[Target]) -> None:
    """One bar a year from zero, each with its value; a baseline is grey."""
    values = [target.value or 0.0 for target in targets]
    high, low = max(0.0, *values), min(0.0, *values)
    scale = (_BOTTOM - _TOP - (60 if low < 0 else 0)) / ((high - low) or 1.0)
    zero = _TOP + high * scale
    draw.line([(_MARGIN, zero), (WIDTH - _MARGIN, zero)], _LINE, 3)
    step = (WIDTH - 2 * _MARGIN) / len(targets)
    width = min(_WIDEST_BAR, step * 0.6)
    size = 34 if len(targets) <= 6 else 22
    for at, (target, value) in enumerate(zip(targets, values, strict=True)):
        middle = _MARGIN + step * (at + 0.5)
        end = zero - value * scale
        colour = _BASELINE if target.baseline else _TARGET
        draw.rectangle([middle - width / 2, min(zero, end), middle + width / 2, max(zero, end)], colour)
        said = quantity(value, indicator.unit if indicator.unit == "%" else "1", target.comparator)
        anchor, gap = ("mb", -10) if value >= 0 else ("mt", 10)
        draw.text((middle, end + gap), said, _INK, _font(size), anchor=anchor)
        year = f"{target.year}年" + ("（基期）" if target.baseline else "")
        draw.text((middle, _BOTTOM + 18), year, _INK, _font(min(size, 28)), anchor="mt")


def _footing(draw: ImageDraw.ImageDraw, indicator: Indicator, targets: list[Target]) -> None:
    said = "柱长从零起；" + (
        "灰色是基期，蓝色是目标" if any(t.baseline for t in targets) else "数值是方案的目标"
    )
    worded = [f"{t.year}年：{t.text}" for t in indicator.targets if t.value is None]
    for at, line in enumerate(_wrapped("；".join([said, *worded]), _font(22), WIDTH - 2 * _MARGIN)[:2]):
        draw.text((_MARGIN, HEIGHT - 72 + 30 * at), line, _FAINT, _font(22))


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for character in text:
        if font.getlength(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return ImageFont.truetype(str(folder / "NotoSansSC-Regular.otf"), size)
