"""Answers about indicators: their targets, changes, facts and who answers for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from siwei_bot.answer import Row
from siwei_bot.plan import Indicator
from siwei_bot.query import Party, Query
from siwei_bot.render.book import Book
from siwei_bot.render.parts import Cited, Part, holds, line_forms, names_of, yes_or_no
from siwei_bot.render.words import OPERATORS, joined, number_said, quantity, quoted
from siwei_bot.units import in_unit

_VALUE_OPERATORS = {"==": "等于", ">=": "不低于", "<=": "不超过", ">": "高于", "<": "低于"}
_TRENDS = {"rises": "提高", "falls": "降低", "unchanged": "不变", "doubled": "翻一番", "changed": "有变化"}


class Figures:
    """Answers about indicators and their targets."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def part(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one query about indicators."""
        ids = [row["id"] if row["kind"] == "indicator" else row.get("indicator") for row in rows]
        found = [self.book.indicators[id] for id in dict.fromkeys(ids) if id is not None]
        part = self._part(query, rows, found)
        named = {i.id for i in found} | (set(query.indicators) & self.book.indicators.keys())
        part.cited.indicators = part.cited.indicators or named
        return part

    def _part(self, query: Query, rows: Sequence[Row], found: list[Indicator]) -> Part:
        if query.select == "bureau":
            return self._bodies(query, rows)
        if query.values and not query.indicators and not query.check:
            return self._reverse(rows)
        if query.change and any(row["kind"] == "number" for row in rows):
            return self._changes(query, rows, found)
        if query.check:
            return self._verdict(query, rows, found)
        if query.select == "fact":
            return self._facts("", [row for row in rows if row["kind"] == "fact"])
        if query.select == "figure":
            return self._figures(query, rows, found)
        return self._list(query, found)

    def _years(self, indicator: Indicator, rows: Sequence[Row]) -> list[int]:
        """The years of an indicator's figures among the rows."""
        return [r["year"] for r in rows if r["kind"] == "figure" and r["indicator"] == indicator.id]

    # who

    def _bodies(self, query: Query, rows: Sequence[Row]) -> Part:
        names = [row["name"] for row in rows if row["kind"] == "bureau"]
        asked = [self.book.indicators[id] for id in query.indicators if id in self.book.indicators]
        noun = self.book.noun("indicator")
        besides = f"除{joined(query.without)}外，" if query.without else ""
        what = joined(i.name for i in asked) or self._named(replace(query, parties=()))
        if not names:
            return Part(f"{besides}{what}没有{'其他' if besides else '写'}{noun}。")
        count = f"有{len(names)}家：" if query.count or not asked else "是"
        lines = [f"{i.name}：{self.book.holders(i) or '没有写'}" for i in asked] if len(asked) > 1 else []
        forms = line_forms(lines, [i.name for i in asked]) if lines else []
        return Part(f"{besides}{what}的{noun}{count}{joined(names)}。", forms)

    # lists

    def _named(self, query: Query) -> str:
        """市城管局负责的约束性指标."""
        parts = [self._party(party) for party in query.parties]
        parts += [f"以{joined(query.units)}为单位"] if query.units else []
        parts += [self._trend(query)] if query.trend else []
        values = [t for t in query.tallies if t.what == "value"]
        said = [f"{_VALUE_OPERATORS[t.op]}{quantity(t.value, t.unit)}" for t in values]
        year = f"{joined(map(str, query.years))}年" if query.years else ""
        parts += [f"{'有' if query.dated == 'with' else '没有'}{year}目标"] if query.dated else []
        parts += [f"{year}目标{joined(said)}"] if said else []
        held = [t for t in query.tallies if t.what == "bodies"]
        parts += [f"责任单位{OPERATORS[t.op]}{number_said(t.value)}家" for t in held]
        parts += [f"{quoted(query.groups)}一组"] if query.groups else []
        return f"{joined(parts)}{'的' if parts else ''}{joined(query.attributes)}指标"

    def _party(self, party: Party) -> str:
        names = joined(party.bureaus)
        if party.how == "none":
            return f"不由{names}负责"
        if party.how == "only":
            return f"只由{names}负责"
        if party.how == "all" and len(party.bureaus) > 1:
            return f"{names}共同负责"
        return f"{'或'.join(party.bureaus)}负责"

    def _trend(self, query: Query) -> str:
        years = sorted(query.years)
        when = f"{years[-1]}年比{years[0]}年" if len(years) > 1 else "目标"
        return f"{when}{_TRENDS[query.trend]}"

    def _list(self, query: Query, found: Sequence[Indicator]) -> Part:
        named = self._named(query)
        if not found:
            if named == f"{joined(names_of(query.parties))}负责的指标":
                return Part(f"{joined(names_of(query.parties))}没有负责的指标。")
            return Part(f"方案里没有{named}。")
        names = [i.name for i in found]
        lines = [f"{i.id}. {i.name}：{self.book.targets(i)}" for i in found]
        if query.rank:
            what = "变化" if query.change else "目标值"
            head = f"{what}{'最大' if query.rank == 'most' else '最小'}的是{joined(names)}。"
        elif query.indicators and named == "指标":
            head = f"{len(names)}项指标：" if len(names) > 1 or query.count else f"{names[0]}："
        else:
            head = f"方案共{len(names)}项指标：" if named == "指标" else f"{named}有{len(names)}项："
        return Part(("有，" if query.exists else "") + head, line_forms(lines, names))

    def _facts(self, start: str, facts: Sequence[Row]) -> Part:
        """Facts as sentences, of many indicators gathered by value."""
        cited = Cited(indicators={row["indicator"] for row in facts})
        if len(facts) <= 2:
            return Part(f"{start}{'，'.join(map(self._fact, facts))}。", cited=cited)
        by_value: dict[str, list[str]] = {}
        for row in facts:
            value = str(row["value"])
            value = {"1": "没有单位", "": "没有写"}.get(value, value)
            by_value.setdefault(value, []).append(self.book.indicators[row["indicator"]].name)
        counts = "，".join(f"{value}{len(names)}项" for value, names in by_value.items())
        lines = [f"{value}：{joined(names)}" for value, names in by_value.items()]
        return Part(f"{start}{counts}。", [lines], cited=cited)

    def _fact(self, row: Row) -> str:
        name, value = self.book.indicators[row["indicator"]].name, row["value"]
        if row["field"] == "unit":
            return f"{name}没有计量单位，直接写数字" if value == "1" else f"{name}的单位是{value}"
        if row["field"] == "attribute":
            return f"{name}是{value}指标" if value else f"{name}没有写指标属性"
        return f"{name}属于“{value}”一组" if value else f"{name}没有分组"

    # targets

    def _figures(self, query: Query, rows: Sequence[Row], found: Sequence[Indicator]) -> Part:
        named = self._named(replace(query, years=(), tallies=(), trend=""))
        if not found:
            return Part(f"方案里没有{named}。")
        years = {i.id: self._years(i, rows) for i in found}
        if len(found) == 1:
            indicator = found[0]
            about = [f"{indicator.attribute}指标"] if indicator.attribute else []
            bodies = self.book.holders(indicator)
            about += [f"{self.book.noun('indicator')}：{bodies}"] if bodies else []
            tail = [f"{'，'.join(about)}。"] if about else []
            return Part(f"{self._valued(indicator, years[indicator.id])}。", tail=tail)
        same = {year for found_years in years.values() for year in found_years}
        when = f"{same.pop()}年" if len(same) == 1 else ""
        lines = [f"{i.name}：{self._values(i, years[i.id], bool(when))}" for i in found]
        what = f"{when}{'基期值' if query.baseline else '目标'}"
        plain = named == "指标" or (query.indicators and not query.parties)
        head = f"{len(found)}项指标{what}：" if plain else f"{named}{what}（{len(found)}项）："
        return Part(head, line_forms(lines, [i.name for i in found]))

    def _values(self, indicator: Indicator, years: Sequence[int], year_said: bool) -> str:
        found = [t for t in indicator.targets if t.year in years]
        if year_said and len(found) == 1:
            return self.book.target(indicator, found[0])
        return self.book.targets(indicator, years)

    def _valued(self, indicator: Indicator, years: Sequence[int], joiner: str = "：") -> str:
        """用水总量2030年目标：6.73亿立方米."""
        found = [t for t in indicator.targets if t.year in years]
        if len(found) == 1:
            what = "基期值" if found[0].baseline else "目标"
            return f"{indicator.name}{found[0].year}年{what}{joiner}{self.book.target(indicator, found[0])}"
        return f"{indicator.name}目标{joiner}{self.book.targets(indicator, years)}"

    def _reverse(self, rows: Sequence[Row]) -> Part:
        """60%是用水效率2030年的目标: what a number is the target of."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            if row["kind"] == "figure":
                value = quantity(row["value"], row["unit"], row["comparator"])
                name = self.book.indicators[row["indicator"]].name
                year = f"{row['year']}年{'（基期）' if row.get('baseline') else ''}"
                found.setdefault((value, name), []).append(year)
        lines = [f"{value}是{name}{joined(years)}的目标" for (value, name), years in found.items()]
        lines = [re.sub("（基期）的目标$", "的基期值", line) for line in lines]
        if len(lines) <= 2:
            return Part("；".join(lines) + "。")
        return Part(f"有{len(lines)}处是这个数：", line_forms(lines, lines))

    # changes

    def _changes(self, query: Query, rows: Sequence[Row], found: Sequence[Indicator]) -> Part:
        start = yes_or_no(query, holds(rows)) if query.check and query.values else ""
        changes = []
        for indicator in found:
            years = sorted(self._years(indicator, rows))
            numbers = [r for r in rows if r["kind"] == "number" and r.get("indicator") == indicator.id]
            if len(years) > 1 and numbers:
                said = "，".join(map(self._change, numbers))
                than = "是" if numbers[0]["of"] == "ratio" else "比"
                of = "的" if numbers[0]["of"] == "ratio" else ""
                change = f"{indicator.name}{years[-1]}年{than}{years[0]}年{of}{said}"
                changes.append((change, self.book.targets(indicator, [years[0], years[-1]])))
        if len(changes) == 1:
            return Part(f"{start}{changes[0][0]}。", tail=[f"{changes[0][1]}。"])
        lines = [f"{change}（{ends}）" for change, ends in changes]
        return Part(f"{start}{len(lines)}项指标的变化：", line_forms(lines, [i.name for i in found]))

    def _change(self, row: Row) -> str:
        """多0.56亿立方米（+0.56亿立方米）."""
        value, unit = row["value"], "" if row["unit"] == "1" else row["unit"]
        size = f"{number_said(abs(value))}{unit}"
        if row["of"] == "ratio":
            return size
        if value == 0:
            return f"没有变化（差{size}）"
        words = ("多", "少")
        if row["of"] == "percent_change":
            words = ("增长", "下降")
        elif unit in ("个百分点", ""):
            words = ("高", "低")
        return f"{words[value < 0]}{size}（{'−' if value < 0 else '+'}{size}）"

    # yes or no

    def _verdict(self, query: Query, rows: Sequence[Row], found: Sequence[Indicator]) -> Part:
        if not found:
            return Part(f"方案里没有{self._named(replace(query, years=(), tallies=(), trend=''))}。")
        value = holds(rows)
        start = yes_or_no(query, value)
        if not value and query.trend == "changed":
            start = "没有。"
        facts = [row for row in rows if row["kind"] == "fact"]
        if query.tallies and query.tallies[0].what == "total":
            claimed = "" if value else f"，不是{number_said(query.tallies[0].value)}项"
            named = self._named(replace(query, tallies=(), check=False))
            lines = [i.name for i in found]
            return Part(f"{start}{named}有{len(found)}项{claimed}：", line_forms(lines, lines))
        if query.parties and query.select == "indicator":
            return self._held(start, found)
        if facts or query.attributes or query.units or query.groups:
            return self._facts(start, facts or self._facts_asked(query, found))
        if query.trend and len(found) == 1:
            return self._moved(start, query.trend, found[0], self._years(found[0], rows))
        said = [self._valued(i, self._years(i, rows), "是") for i in found]
        if len(said) != 1:
            return Part(f"{start}各项目标如下：", line_forms(said, [i.name for i in found]))
        wrong = ""
        if query.values and not value:
            number, unit = query.values[0]
            meant = number if unit else in_unit(number, unit, found[0].unit) or number
            wrong = f"，不是{quantity(meant, unit or found[0].unit)}"
        return Part(f"{start}{said[0]}{wrong}。")

    def _held(self, start: str, found: Sequence[Indicator]) -> Part:
        """Who answers for the indicators."""
        noun = self.book.noun("indicator")
        if len(found) == 1:
            bodies = self.book.holders(found[0])
            return Part(f"{start}{found[0].name}{f'的{noun}是{bodies}' if bodies else f'没有写{noun}'}。")
        lines = [f"{i.name}：{self.book.holders(i) or '没有写'}" for i in found]
        return Part(f"{start}各项指标的{noun}如下：", line_forms(lines, [i.name for i in found]))

    def _facts_asked(self, query: Query, found: Sequence[Indicator]) -> list[Row]:
        """What the indicators are, in what was asked of them."""
        name = "attribute" if query.attributes else "unit" if query.units else "group"
        return [{"indicator": i.id, "field": name, "value": getattr(i, name)} for i in found]

    def _moved(self, start: str, trend: str, indicator: Indicator, years: Sequence[int]) -> Part:
        numeric = [t for t in indicator.targets if t.value is not None]
        asked = [t for t in numeric if t.year in years]
        if len(asked) < 2:
            asked = [t for t in numeric if not t.baseline]
        if len(asked) < 2:
            return Part(f"{start}{self._valued(indicator, years, '是')}。")
        first, last = asked[0], asked[-1]
        value = round((last.value or 0) - (first.value or 0), 2)
        unit = "个百分点" if indicator.unit == "%" else indicator.unit
        change = f"比{first.year}年{self._change({'of': 'difference', 'value': value, 'unit': unit})}"
        if trend == "doubled" and first.value:
            change = f"是{first.year}年的{number_said(round((last.value or 0) / first.value, 2))}倍"
        ends = self.book.targets(indicator, [t.year for t in asked])
        return Part(f"{start}{indicator.name}{last.year}年{change}。", tail=[f"{ends}。"])
