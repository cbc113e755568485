"""A reported actual value, and how it is read from words; nothing here touches the database."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from siwei_bot.bot import ZONE, PlanBot
from siwei_bot.changes import number_words
from siwei_bot.language import numerals
from siwei_bot.language.normalise import normalise
from siwei_bot.language.numbers import number_mentions
from siwei_bot.notices.targets import Kind, targets_of
from siwei_bot.plan import Indicator, Plan, last_day

LONGEST_SOURCE = 300
LONGEST_NAME = 100
"""Characters of a source and of a reporter's name."""

_LONGEST_LINE = 1000
_LARGEST = 1e12
_CANDIDATES = 6
_INDICATORS: tuple[Kind, ...] = ("indicator",)


class ReportError(Exception):
    """The report cannot be taken as it is; the message is one line for the user, in Chinese."""


@dataclass(frozen=True)
class Report:
    """An indicator's actual value of a year, as it stood on the day ``as_of`` (``YYYY-MM-DD``)."""

    indicator: int
    name: str
    year: int
    as_of: str
    value: float
    unit: str
    source: str = ""

    def to_json(self) -> str:
        """The report as one JSON object, for :meth:`from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """The report that :meth:`to_json` wrote."""
        return cls(**json.loads(text))


# -- reading ---------------------------------------------------------------------------------------


def read_report(
    bot: PlanBot,
    indicator: str,
    year: str,
    value: str,
    *,
    unit: str = "",
    as_of: str = "",
    source: str = "",
    today: date | None = None,
) -> Report:
    """The report that these words make. Raises :class:`ReportError`."""
    _refuse_long(indicator, year, value, unit, as_of)
    today = today or _today()
    meant = named_indicator(bot, indicator)
    year_meant = read_year(year, today)
    return checked(
        Report(
            indicator=meant.id,
            name=meant.name,
            year=year_meant,
            as_of=_day(as_of) if as_of.strip() else min(today, date(year_meant, 12, 31)).isoformat(),
            value=_value(value.strip() + unit.strip(), meant, bot.plan),
            unit=meant.unit,
            source=source,
        ),
        bot.plan,
    )


_AS_OF = re.compile(r"(?:^|\s)(?:截至|截止到?|截止至)[:\s]*(\S+)")
_SOURCE = re.compile(r"(?:^|\s)(?:数据)?来源[:\s]*(.*)$", re.DOTALL)
_USAGE = (
    "请写成“指标 年份 数值”，中间空一格，例如“{name} {year} {value}”；后面还可以写“截至 日期”和“来源 出处”"
)


def read_command(bot: PlanBot, text: str, *, today: date | None = None) -> Report:
    """The report that one line makes: ``指标 年份 数值 [单位] [截至 日期] [来源 出处]``.

    Raises :class:`ReportError`.
    """
    _refuse_long(text, longest=_LONGEST_LINE)
    rest = unicodedata.normalize("NFKC", text)
    parts = {}
    for name, pattern in (("source", _SOURCE), ("as_of", _AS_OF)):
        match = pattern.search(rest)
        if match is not None:
            parts[name] = match[1]
            rest = rest[: match.start()] + rest[match.end() :]
    words = rest.split()
    at = next((at for at, word in enumerate(words) if at and _is_year(word)), None)
    if at is None or at + 1 >= len(words):
        raise ReportError(_usage(bot.plan))
    value, more = words[at + 1], words[at + 2 :]
    if more and more[0] in {indicator.unit for indicator in bot.plan.indicators}:
        parts["unit"] = more.pop(0)
    if more:
        parts["source"] = " ".join([*more, parts.get("source", "")]).strip()
    return read_report(bot, " ".join(words[:at]), words[at], value, today=today, **parts)


def _refuse_long(*words: str, longest: int = LONGEST_NAME) -> None:
    """Refuse what would be cut before it is read."""
    for said in words:
        if len(said) > longest:
            raise ReportError(f"“{_shortened(said)}”太长（{len(said)}字），请写短一些")


def _usage(plan: Plan) -> str:
    for indicator in plan.indicators:
        for target in indicator.targets:
            if target.value is not None:
                said = amount(target.value, indicator.unit)
                return _USAGE.format(name=indicator.name, year=target.year, value=said)
    return "方案里没有带数字目标的指标，不能上报"


def named_indicator(bot: PlanBot, words: str) -> Indicator:
    """The one indicator that the words name. Raises :class:`ReportError` where it is none or unclear."""
    named = targets_of(words, bot, kinds=_INDICATORS)
    by_name = {indicator.name: indicator for indicator in bot.plan.indicators}
    if len(named.targets) == 1 and not named.candidates and not named.unknown:
        return by_name[named.targets[0].key]
    fits = [target.name for target in (*named.targets, *named.candidates)]
    said = _shortened(words)
    if fits and not named.unknown:
        raise ReportError(f"“{said}”可能是{'、'.join(fits[:_CANDIDATES])}，请写清楚是哪一个指标")
    if not by_name:
        raise ReportError("方案里没有指标，不能上报")
    raise ReportError(f"方案里没有“{said}”这个指标；指标有：{'、'.join(by_name)}")


def _is_year(word: str) -> bool:
    try:
        read_year(word, date(2000, 1, 1))
    except ReportError:
        return False
    return True


_RELATIVE = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}


def read_year(words: str, today: date | None = None) -> int:
    """The year that the words are. Raises :class:`ReportError`."""
    today = today or _today()
    text = normalise(words)
    if text in _RELATIVE:
        return today.year + _RELATIVE[text]
    years = {
        int(mention.number.values[0])
        for mention in number_mentions(text, ())
        if mention.text == text
        and mention.number
        and mention.number.form == "year"
        and len(mention.number.values) == 1
    }
    if len(years) != 1:
        raise ReportError(f"“{_shortened(words)}”不是年份；请写成 2025 或 2025年")
    return years.pop()


def _day(words: str) -> str:
    """A date as ``YYYY-MM-DD``; of a month or a year its last day.

    >>> _day("2025年6月30日"), _day("2025-6"), _day("20250630")
    ('2025-06-30', '2025-06-30', '2025-06-30')
    """
    text = unicodedata.normalize("NFKC", words).strip()
    match = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[日号月年底末]*", text)
    match = match or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if match is not None:
        try:
            day = last_day("-".join(f"{int(part):02}" for part in match.groups() if part))
            return date.fromisoformat(str(day)).isoformat()
        except ValueError:
            pass
    raise ReportError(f"“{_shortened(words)}”不是日期；请写成 2025-06-30")


_DECIMAL = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_TIMES = {"万": 1e4, "亿": 1e8}
_PERCENT = {"个百分点": "%", "百分点": "%"}


def _value(words: str, indicator: Indicator, plan: Plan) -> float:
    """The number that the words are, in the indicator's unit."""
    text = unicodedata.normalize("NFKC", words).strip().replace("−", "-").replace("负", "-", 1)
    sign = -1.0 if text.startswith("-") else 1.0
    wanted = "" if indicator.unit == "1" else indicator.unit
    number, unit = _number_and_unit(text.lstrip("+-").strip(), wanted, plan)
    if number is None:
        raise ReportError(f"“{_shortened(words)}”不是数值；请写数字，例如 {amount(12.5, indicator.unit)}")
    if unit and unit != wanted:
        should = f"单位是{wanted}" if wanted else "没有单位"
        raise ReportError(f"{indicator.name}的{should}，写的是{_shortened(unit)}；请换算后再报")
    return sign * number


def _number_and_unit(text: str, wanted: str, plan: Plan) -> tuple[float | None, str]:
    units = sorted({indicator.unit for indicator in plan.indicators} - {"", "1"}, key=len, reverse=True)
    match = _DECIMAL.match(text)
    rest = text[match.end() :].strip() if match else ""
    if match is not None and not re.search(r"[\d.,]", rest):
        number = float(match[0].replace(",", ""))
        times = _TIMES.get(rest[:1], 1.0)
        if rest and wanted.startswith(rest):  # 6.05亿, of 亿立方米
            return number, wanted
        if rest[1:] in ("", wanted):  # 3万亩, of 亩
            return number * times, "" if times > 1 else rest
        return number, _PERCENT.get(rest, rest)
    said = normalise(text)
    if re.fullmatch(numerals.NUMBER, said):  # also a single character, which in a sentence is no number
        return numerals.number(said), ""
    read = {
        (mention.number.values[0], mention.number.unit)
        for mention in number_mentions(said, units)
        if mention.text == said and mention.number and mention.number.form == "value"
    }
    return read.pop() if len(read) == 1 else (None, "")


def checked(report: Report, plan: Plan) -> Report:
    """The report with clean texts, if the plan can take it. Raises :class:`ReportError`."""
    indicator = indicator_of(report, plan)
    if indicator.unit != report.unit:
        raise ReportError(f"{indicator.name}的单位已改为{indicator.unit}，请重新上报")
    if not math.isfinite(report.value) or abs(report.value) > _LARGEST:
        raise ReportError("数值太大，请核对单位和小数点")
    if not 1900 <= report.year <= 2100:
        raise ReportError(f"年份{report.year}不对；请写 1900 到 2100 之间的年份")
    _day(report.as_of)
    source = clean(report.source)
    if len(source) > LONGEST_SOURCE:
        raise ReportError(f"来源太长（{len(source)}字），请缩短到{LONGEST_SOURCE}字以内")
    return replace(report, source=source)


def indicator_of(report: Report, plan: Plan) -> Indicator:
    """The indicator that a report is about, found by its name. Raises :class:`ReportError`."""
    for indicator in plan.indicators:
        if indicator.name == report.name:
            return indicator
    raise ReportError(f"方案里没有“{_shortened(report.name)}”这个指标，可能刚改过名称；请重新上报")


def clean(text: str) -> str:
    """A text in one line, without characters that cannot be seen or stored.

    >>> clean(" 水资源\\n公报\\u202e\\x00 ")
    '水资源 公报'
    """
    kept = (char if char.isprintable() else " " for char in text if unicodedata.category(char) != "Cf")
    return " ".join("".join(kept).split())


def _shortened(text: str) -> str:
    text = clean(text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _today() -> date:
    return datetime.now(ZONE).date()


def amount(value: float, unit: str) -> str:
    """A number with its unit.

    >>> amount(6.05, "亿立方米"), amount(0.6, "1"), amount(80, "%")
    ('6.05亿立方米', '0.6', '80%')
    """
    return f"{number_words(value)}{'' if unit == '1' else unit}"


def day_words(day: str) -> str:
    """A date in words.

    >>> day_words("2025-06-30")
    '2025年6月30日'
    """
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"
