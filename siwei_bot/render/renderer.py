"""The whole text: which kind of answer a question gets, what was missing, and the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from siwei_bot.answer import Answerer, Findings, Row
from siwei_bot.language.reading import Reading
from siwei_bot.plan import Plan
from siwei_bot.query import Query
from siwei_bot.render.asked import Asked, by_number
from siwei_bot.render.bodies import Bodies
from siwei_bot.render.book import Book
from siwei_bot.render.figures import Figures
from siwei_bot.render.measures import Measures
from siwei_bot.render.parts import Cited, Part, fit
from siwei_bot.render.places import Places
from siwei_bot.render.refusals import Refusals
from siwei_bot.render.reports import Reports
from siwei_bot.render.talk import Examples, Talk
from siwei_bot.render.verdicts import Verdicts
from siwei_bot.render.words import (
    YEAR,
    amount,
    bracketed,
    joined,
    measures_said,
    quoted,
    sections_said,
    spans,
    tasks_said,
)
from siwei_bot.store import Store


class Renderer:
    """Puts answers about one plan into words. Holds no state of any chat."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self._answerer = Answerer(store)
        self._book = Book(plan)
        asked, examples = Asked(self._book, self._answerer), Examples(self._book)
        self._measures = Measures(self._book, asked)
        self._places = Places(self._book, asked)
        self._verdicts = Verdicts(self._book, asked)
        self._bodies = Bodies(self._book, asked)
        self._figures = Figures(self._book)
        self._reports = Reports(self._book)
        self._refusals = Refusals(self._book, examples)
        self._talk = Talk(self._book, examples)

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions that the plan answers, the best first."""
        return tuple(self._talk.examples.questions)

    def render(self, reading: Reading, findings: Findings, status: str) -> tuple[str, str]:
        """The text of an answer and what it cites, which is also the text's last line."""
        if status == "chat":
            return self._talk.chat(reading.chat), ""
        if status == "clarify":
            return self._talk.choices(reading.notes, findings.rows), ""
        if status == "unknown":
            parts = [self._refusals.part(reading)]
        else:
            parts = list(self._answers(reading, findings))
            parts = parts or [self._refusals.part(Reading(reason="no_match"))]
        cited = Cited()
        for part in parts:
            cited.add(part.cited)
        source = self._source(cited)
        missing = self._missing(reading, findings) if status == "answered" else []
        aside = [*bracketed(reading.notes), *missing]
        return "\n".join(fit(parts, aside, [f"来源：{source}"] if source else [])), source

    # answers

    def _answers(self, reading: Reading, findings: Findings) -> Iterator[Part]:
        queries = reading.queries
        if queries[0].select in ("report", "change") or queries[0].reported:
            yield self._reports.part(queries[0], findings.rows, findings.lines)
        elif len(queries) == 1:
            part = self._one(queries[0], findings.rows)
            part.tail += map(self._reports.beside, findings.reports)
            yield part
        elif all(query.count and by_number(query) for query in queries):
            yield self._totals(queries, findings.rows)
        else:
            # the rows of several questions come in one list: ask again which are whose
            found = [(query, self._answerer.find(query)) for query in queries]
            yield from (self._one(query, of.rows) for query, of in found if of.rows or not of.failure)

    def _one(self, query: Query, rows: Sequence[Row]) -> Part:
        roles = {row["role"] for row in rows if row["kind"] == "bureau"}
        named = query.indicators or query.groups or query.attributes or query.units
        of_indicators = bool(named) or query.roles == ("indicator",) or roles == {"indicator"}
        if query.select in ("indicator", "figure", "fact"):
            return self._figures.part(query, rows)
        if query.select == "bureau" and of_indicators and not (query.tallies or query.rank):
            return self._figures.part(query, rows)
        if query.check and query.select == "bureau" and query.tallies and query.parties:
            return self._bodies.membership(query, rows)
        if query.check:
            return self._verdicts.part(query, rows)
        parts = {"task": self._places.tasks, "section": self._places.sections, "bureau": self._bodies.part}
        return parts.get(query.select, self._measures.part)(query, rows)

    def _totals(self, queries: Sequence[Query], rows: Sequence[Row]) -> Part:
        """几个部分、几项任务、几条措施: every number in one line, then what the parts are."""
        numbers = {row["of"]: row["value"] for row in reversed(rows) if row["kind"] == "number"}
        asked = [query.select for query in queries if query.select in numbers]
        said = joined(amount(numbers[of], of) for of in dict.fromkeys([*asked, *numbers]))
        sections = sorted({id for query in queries for id in query.sections})
        bodies = dict.fromkeys(row["name"] for row in rows if row["kind"] == "bureau")
        shown = sections or list(self._book.sections)
        head = f"{sections_said(sections) if sections else '方案'}共{said}。"
        forms = self._places.section_forms(shown)
        return Part(head, forms, [joined(bodies)] if bodies else [], Cited(sections=set(shown)))

    def _missing(self, reading: Reading, findings: Findings) -> list[str]:
        """What a question named that the plan does not have, beside what it was answered for."""
        words = list(dict.fromkeys((*reading.missing, *findings.missing)))
        years = [word for word in words if YEAR.fullmatch(word)]
        numbers = [int(word) for word in words if word.isdecimal() and word not in years]
        names = [word for word in words if not word.isdecimal()]
        lines = [f"方案没有{joined(years)}年的目标。"] if years else []
        lines += [f"方案里没有{self._numbered_things(reading.queries, numbers)}。"] if numbers else []
        return lines + ([f"方案里没有{quoted(names)}。"] if names else [])

    def _numbered_things(self, queries: Sequence[Query], numbers: Sequence[int]) -> str:
        if any(query.measures for query in queries):
            return measures_said(numbers)
        if any(query.tasks for query in queries):
            return tasks_said(numbers)
        return sections_said(numbers) if any(q.sections for q in queries) else f"编号{spans(numbers)}"

    # source

    def _source(self, cited: Cited) -> str:
        """主要指标表第1项；任务分工表第8、9条."""
        tables = [part.strip() for part in re.split("[；;]", self._book.plan.source) if part.strip()]
        tables = tables or [self._book.plan.title]
        of_indicators = next((table for table in tables if re.search("指标|目标", table)), tables[0])
        of_measures = joined(table for table in tables if table != of_indicators) or of_indicators
        found = [f"{of_indicators}第{spans(cited.indicators)}项"] if cited.indicators else []
        tasks = cited.tasks - {self._book.measures[id].task.id for id in cited.measures}
        places = [measures_said(cited.measures)] if cited.measures else []
        places += [f"第{spans(tasks)}项任务"] if tasks else []
        places += [sections_said(cited.sections)] if cited.sections else []
        return "；".join([*found, *([f"{of_measures}{joined(places)}"] if places else [])])
