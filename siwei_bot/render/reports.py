"""Answers about actual values that were reported, and about what was changed."""

from __future__ import annotations

from collections.abc import Sequence

from siwei_bot.answer import Row
from siwei_bot.plan import Indicator
from siwei_bot.query import Query
from siwei_bot.render.book import Book
from siwei_bot.render.parts import Cited, Part, line_forms
from siwei_bot.render.words import due_words, joined, quantity, quoted

_REPORTED = {"with": "已上报实际值", "without": "未上报实际值", "met": "已达标", "missed": "未达标"}


class Reports:
    """Answers about what was reported and changed."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def part(self, query: Query, rows: Sequence[Row], lines: Sequence[str]) -> Part:
        """The answer to one query for reports or changes."""
        if query.select == "change":
            return self._changes(query, lines)
        if query.reported:
            return self._list(query, rows)
        return self._values(query, rows)

    def _values(self, query: Query, rows: Sequence[Row]) -> Part:
        """用水总量2025年实际值：6.05亿立方米（截至2025年12月31日，来源：水资源公报）."""
        figures = [row for row in rows if row["kind"] == "figure"]
        found = {row["indicator"] for row in figures}
        lines = [self._value(row) for row in figures]
        asked = [self.book.indicators[id] for id in query.indicators if id in self.book.indicators]
        lines += [f"{i.name}：还没有上报实际值。" for i in asked if i.id not in found]
        verdict = next((row for row in rows if row["kind"] == "verdict"), None)
        start = "" if verdict is None else "达标。" if verdict["value"] else "没有达标。"
        if len(lines) == 1:
            return Part(start + lines[0], cited=Cited(indicators=found))
        return Part(f"{start}实际值如下：", line_forms(lines, lines), cited=Cited(indicators=found))

    def _value(self, row: Row) -> str:
        name = self.book.indicators[row["indicator"]].name
        source = f"，来源：{row['source']}" if row["source"] else ""
        value = quantity(row["value"], row["unit"])
        return (
            f"{name}{row['year']}年实际值：{value}（截至{due_words(row['as_of'])}{source}）。{row['said']}。"
        )

    def beside(self, report: Row) -> str:
        """What stands beside a target: 2025年已上报实际值：6.05亿立方米."""
        return f"{report['year']}年已上报实际值：{quantity(report['value'], report['unit'])}。"

    def _list(self, query: Query, rows: Sequence[Row]) -> Part:
        found = [self.book.indicators[row["id"]] for row in rows if row["kind"] == "indicator"]
        year = f"{joined(map(str, query.years))}年" if query.years else ""
        named = f"{year}{_REPORTED[query.reported]}的{joined(query.attributes)}指标"
        if not found:
            return Part(f"没有{named}。")
        cited = Cited(indicators={i.id for i in found})
        return Part(f"{named}有{len(found)}项：", line_forms(*self._named(found)), cited=cited)

    def _named(self, indicators: Sequence[Indicator]) -> tuple[list[str], list[str]]:
        return [f"{i.id}. {i.name}：{self.book.targets(i)}" for i in indicators], [i.name for i in indicators]

    def _changes(self, query: Query, lines: Sequence[str]) -> Part:
        """最近的变动有2处，新的在前."""
        names = [self.book.indicators[id].name for id in query.indicators if id in self.book.indicators]
        names += [f"任务{id}" for id in query.tasks] + [f"第{id}条" for id in query.measures]
        of = f"{quoted(names)}的" if names else "最近的"
        start = "改过。" if query.check else ""
        forms = line_forms(list(lines[:20]), list(lines[:5]))
        return Part(f"{start}{of}变动有{len(lines)}处，新的在前：", forms)
