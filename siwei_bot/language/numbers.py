"""Numbers in a message: years, references such as 第23条, numbers of things, values with units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from siwei_bot.language import numerals
from siwei_bot.language.mentions import Mention, Number

_N = numerals.INTEGER
_LEVELS = {
    "measure": r"[条跳](?:措施|具体任务|具体措施)?|(?:项|个|号|件)?(?:具体任务|措施|具体措施|小项)|款",
    "task": r"(?:大|个|号|件)?(?:项)?(?:重点任务|主要任务|大?任务)|大项",
    "section": r"(?:个|大)*(?:部[分份]|板块|章节?|大块|方面)|章",
    "indicator": r"(?:个|项|号)?指标",
    "item": r"项|个|号|件|位|家|名",
}
_PREFIXES = {
    "measure": "具体任务|具体措施|措施|条目|measure|cuoshi",
    "task": "重点任务|主要任务|任务|task|renwu",
    "section": "部分|section",
    "indicator": "指标",
}
_AND = r"(?:[、和跟与及,]|以及|还有)"
_TO = r"(?:到第?|至第?|[-~]第?)"
_SERIES = rf"{_N}(?:(?:{_AND}|{_TO})第?{_N})*"
_DIGIT_YEAR = "[零〇一二三四五六七八九]"
_YEAR_WORDS = {
    "十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025,
    "十五五": 2030, "十六五": 2035, "十七五": 2040,
}  # fmt: skip
_YEAR = re.compile(
    rf"(?P<full>(?:19|20|21)\d\d(?!\d|\.\d))年?(?:底|末|初)?|(?P<span>\d\d){_TO}(?P<until>\d\d)年"
    rf"|(?P<short>(?<![\d.])\d\d)年(?!间|内|来)(?:底|末)?|(?P<words>{_DIGIT_YEAR}{{4}})年?(?:底|末)?"
    rf"|(?P<two>(?<!{_DIGIT_YEAR}){_DIGIT_YEAR}{{2}})年(?!间|内|来)(?:底|末)?"
    r"|(?P<period>十[一二三四五六七]五)(?:规划)?(?:期末|末期|末|收官|期间|时期)?(?:年)?"
    r"|(?P<relative>今年|明年|去年|前年|后年|本年度?)"
)
_MONTH = re.compile(rf"(?P<n>{_N})月份?(?:底|末|初|中旬|下旬|上旬|{_N}[日号])?")
_VALUE = re.compile(
    rf"(?:(?P<percent>百分之)(?P<p>{numerals.NUMBER})"
    rf"|(?P<n>{numerals.NUMBER})(?P<times>[万亿](?![亩元人立平方]))?)"
)
_PLACE = re.compile(
    rf"(?P<side>前|后|最后|倒数第?)(?P<n>{_N})(?P<noun>个|项|条|位|家|名)?"
    r"(?:(?P<task>重点任务|主要任务|任务)|(?P<measure>措施|具体任务)|(?P<indicator>指标)|(?P<section>部分|板块|章))?"
)
_NUMBER = re.compile(rf"(?:第|序号|编号)(?P<n>{_N})(?![年期次届季\d])")
_OTHER_CHARACTERS = re.compile(
    r"[^\d零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟、和跟与及,到至~-]"
)
_DIGIT = re.compile("[\\d零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]")
_OF_TASK = re.compile(rf"任务{_N}?$")
_TIMES = {"万": 1e4, "亿": 1e8}
_RANGES = {
    level: re.compile(rf"第?(?P<a>(?>{_N}))(?:{nouns}){_TO}(?P<b>{_N})(?:{nouns})")
    for level, nouns in _LEVELS.items()
}
"""47条到49条."""
_SERIES_OF = {
    level: re.compile(rf"(?:(?P<ordinal>第)|(?<![哪每某任同]))(?P<n>(?>{_SERIES}))(?:{nouns})")
    for level, nouns in _LEVELS.items()
}
"""第3条, 3、5条."""
_NAMED = {
    level: re.compile(
        rf"第?(?:{noun}) ?(?!(?:19|20)\d\d(?!\d))"  # 指标2027没目标
        rf"(?P<n>{_N}(?:(?:{_AND}|{_TO})(?:(?:{noun}) ?)?{_N})*)(?!年|\.?\d|%|项|个|条|共|些|般|起|直)"
    )
    for level, noun in _PREFIXES.items()
}
"""措施3, 任务三和任务五."""
_LONGEST = 500
"""Numbers that one reference may list (1到500条)."""


def number_mentions(text: str, units: Sequence[str]) -> Iterator[Mention]:
    """Every number in a message; ``units`` are those of the plan, longest first."""
    yield from _years(text)
    if not _DIGIT.search(text):
        return
    for level in _LEVELS:
        yield from _ranges(text, level)
        yield from _references(text, level)
    for match in _NUMBER.finditer(text):
        yield from _listed(match, "item")
    for match in _MONTH.finditer(text):
        month = numerals.integer(match["n"])
        if month is not None and 1 <= month <= 12:
            yield _mention(match, Number("month", (month,)))
    yield from _places(text)
    yield from _values(text, units)


def spoken(unit: str) -> str:
    """A unit as people say it: 亿方 for 亿立方米."""
    return unit.replace("立方米", "方")


def _mention(match: re.Match[str], number: Number, end: int | None = None) -> Mention:
    start, stop = match.start(), match.end() if end is None else end
    return Mention(start, stop, match.string[start:stop], "number", (), number, "number")


def _values(text: str, units: Sequence[str]) -> Iterator[Mention]:
    """5.5亿立方米, 百分之九十, 3万."""
    for match in _VALUE.finditer(text):
        value = numerals.number(match["p"] or match["n"])
        before = text[match.start() - 1 : match.start()]
        latin = before.isascii() and before.isalpha()
        counted = any(text.startswith(word, match.end()) for word in units)  # 2000张 is no year
        if value is None or latin or before == "哪" or (_YEAR.fullmatch(match[0]) and not counted):
            continue
        end, unit = match.end(), "%" if match["percent"] else ""
        if match["times"] and any(text.startswith(word, end - 1) for word in units):
            end -= 1  # 万 is the unit's own (万立方米)
        elif match["times"]:
            value *= _TIMES[match["times"]]
        said = {word: word for word in ("%", *units)} | {"个百分点": "%", "百分点": "%"}
        said |= {spoken(unit): unit for unit in units}
        for word, meant in said.items():
            if not unit and text.startswith(word, end):
                unit, end = meant, end + len(word)
        if unit or match[0].isascii() or len(match[0]) > 1 or match[0] == "零":
            yield _mention(match, Number("value", (value,), unit), end)


def _years(text: str) -> Iterator[Mention]:
    """2030年, 30年, 二〇三〇年, 十五五, 25到30年, 今年."""
    for match in _YEAR.finditer(text):
        years = _years_of(match)
        if years and not 1900 <= years[0] <= 2100:
            continue
        number = Number("year", years, level=match["relative"] or "")
        yield _mention(match, number)
        if match["full"] and match.end() > match.start() + 4:  # 2030 of 2030年用水…, where 年 begins a name
            yield _mention(match, number, match.start() + 4)


def _years_of(match: re.Match[str]) -> tuple[float, ...]:
    if match["full"]:
        return (int(match["full"]),)
    if match["span"]:
        return tuple(range(2000 + int(match["span"]), 2000 + int(match["until"]) + 1))
    if match["short"]:
        return (2000 + int(match["short"]),)
    if match["words"]:
        return (numerals.integer(match["words"]) or 0,)
    if match["two"]:
        return (2000 + (numerals.integer(match["two"]) or 0),)
    return (_YEAR_WORDS[match["period"]],) if match["period"] else ()


def _ranges(text: str, level: str) -> Iterator[Mention]:
    """47条到49条."""
    for match in _RANGES[level].finditer(text):
        first, last = numerals.integer(match["a"]), numerals.integer(match["b"])
        if first and last and first < last < first + _LONGEST:
            yield _mention(match, Number(level, tuple(range(first, last + 1))))


def _references(text: str, level: str) -> Iterator[Mention]:
    """第3条, 3到5条, 措施3、5; without 第 a count may be meant (有3条), which the parser decides."""
    for match in _SERIES_OF[level].finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not match["ordinal"] and before in ("这", "那") and len(match["n"]) == 1:
            continue  # 那一部分, 这两条: points, and counts nothing
        if not match["ordinal"] and _OF_TASK.search(text, 0, match.start()):
            continue  # 任务10措施清单: the task's number
        yield from _listed(match, level, counted=not match["ordinal"])
    if level in _NAMED:
        for match in _NAMED[level].finditer(text):
            yield from _listed(match, level)


def _places(text: str) -> Iterator[Mention]:
    """前3条, 最后两项任务, 倒数第二个, 最后一部分."""
    for match in _PLACE.finditer(text):
        count, from_end = numerals.integer(match["n"]), match["side"].startswith("倒数")
        if count is None or (match["noun"] is None and not (from_end or match["section"])):
            continue
        named = next((level for level in ("task", "measure", "indicator", "section") if match[level]), "")
        level = named or ("measure" if match["noun"] == "条" else "")
        form = "nth_last" if from_end else "first" if match["side"] == "前" else "last"
        yield _mention(match, Number(form, (count,), level=level))


def _listed(match: re.Match[str], level: str, *, counted: bool = False) -> Iterator[Mention]:
    """A reference to all the numbers of a list or range (3、5到7)."""
    numbers: list[int] = []
    through = False
    for part in re.split(rf"({_AND}|{_TO})", _OTHER_CHARACTERS.sub("", match["n"])):
        value = numerals.integer(part)
        if value is None:
            through = bool(re.fullmatch(_TO, part))
            continue
        if through and numbers and value > numbers[-1]:
            numbers.extend(range(numbers[-1] + 1, min(value, numbers[-1] + _LONGEST) + 1))
        else:
            numbers.append(value)
        through = False
    if numbers:
        form = f"count_{level}" if counted and len(numbers) == 1 else level
        yield _mention(match, Number(form, tuple(numbers)))
