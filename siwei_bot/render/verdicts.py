"""Yes or no about who does what and where it stands; with what the plan says instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from siwei_bot.answer import Row
from siwei_bot.plan import ROLES
from siwei_bot.query import Query
from siwei_bot.render.asked import Asked
from siwei_bot.render.book import Book
from siwei_bot.render.lists import FULL_TEXTS, Lists
from siwei_bot.render.parts import Cited, Part, holds, ids_of, line_forms, names_of, number_row, yes_or_no
from siwei_bot.render.words import (
    COUNTED,
    amount,
    due_words,
    joined,
    measures_said,
    number_said,
    sections_said,
    unit_of,
)


class Verdicts:
    """Answers to yes-or-no questions about measures, tasks, sections and their bodies."""

    def __init__(self, book: Book, asked: Asked) -> None:
        self.book = book
        self.asked = asked
        self.lists = Lists(book)

    def part(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one yes-or-no question that is not about indicators."""
        value = holds(rows)
        start = yes_or_no(query, value)
        number = number_row(rows)
        if number is not None:
            return self._total(start, query, number)
        if query.alike:
            return self._alike(value, query, rows)
        if query.due_by or query.due_on:
            return self._due(start, ids_of(rows, "measure"))
        if not query.parties:
            return self._places(start, query, rows)
        scope = self.asked.behind(replace(query, parties=()))
        names = names_of(query.parties)
        if query.exclusive:
            about = [id for id in self.book.measures if any(self.book.roles_of(name, [id]) for name in names)]
            said = self._parts(names, about, ())
        else:
            about = scope if value or not query.each else self._exceptions(query, scope)
            said = self._said(query, about, value)
        absent = [name for name in names if not self.book.roles_of(name, about)]
        if absent and not value:
            said += f"{'，' if said else ''}没有{joined(absent)}"
        forms = self.lists.of_holders(about, (), said)
        return Part(f"{start}{said}。", forms, cited=Cited(measures=set(about)))

    def _alike(self, value: bool, query: Query, rows: Sequence[Row]) -> Part:
        """第10、12条的牵头单位不一样."""
        if query.select == "section":
            said = "；".join(
                f"{sections_said([id])}是“{self.book.sections[id].title}”" for id in query.sections
            )
            return Part(f"{yes_or_no(query, value)}{said}。", cited=Cited(sections=set(query.sections)))
        ids = ids_of(rows, "measure")
        noun = joined(self.book.noun(role) for role in query.roles) or "单位"
        asked = [*(f"任务{id}" for id in query.tasks), *(f"第{id}条" for id in query.measures)]
        head = f"{'一样' if value else '不一样'}：{joined(asked)}的{noun}{'相同' if value else '不同'}。"
        return Part(head, self.lists.of_holders(ids, query.roles, head), cited=Cited(measures=set(ids)))

    def _due(self, start: str, ids: Sequence[int]) -> Part:
        """第9条的时限是2026年6月."""
        by_due: dict[str, list[int]] = {}
        for id in ids:
            by_due.setdefault(self.book.measures[id].assignment.due, []).append(id)
        said = [
            f"{measures_said(same)}{f'的时限是{due_words(due)}' if due else '没有写时限'}"
            for due, same in by_due.items()
        ]
        return Part(f"{start}{'；'.join(said)}。", cited=Cited(measures=set(ids)))

    def _total(self, start: str, query: Query, number: Row) -> Part:
        """方案共18项任务，不是19项任务."""
        tally, of = query.tallies[0], number["of"]
        claimed = tally.op == "==" and tally.value != number["value"]
        wrong = f"，不是{amount(tally.value, of)}" if claimed else ""
        if of == "bureau" and (query.tasks or query.measures):
            return self._holders(start, query, f"{amount(number['value'], of)}{wrong}")
        if query.parties:
            ids = self.asked.behind(query)
            held = self.asked.named(replace(query, tallies=()), COUNTED[of])
            wrong = f"，不是{number_said(tally.value)}{unit_of(of)}" if claimed else ""
            said = f"{start}{held}有{number_said(number['value'])}{unit_of(of)}{wrong}。"
            return Part(said, cited=Cited(measures=set(ids)))
        cited = Cited(sections=set(self.book.sections))
        where = self.asked.scope(query).removesuffix("中，") or "方案"
        return Part(f"{start}{where}共{amount(number['value'], of)}{wrong}。", cited=cited)

    def _holders(self, start: str, query: Query, said: str) -> Part:
        """第8条的牵头单位有2个单位，不是3个单位：市城管局、市市场监管局."""
        ids = self.asked.behind(replace(query, tallies=()))
        names = dict.fromkeys(
            name for id in ids for role in query.roles or ROLES for name in self.book.measures[id].names(role)
        )
        noun = joined(self.book.noun(role) for role in query.roles) or "单位"
        listed = f"：{joined(names)}" if names else ""
        head = f"{start}{self.asked.things(query, ids)}的{noun}是{said}{listed}。"
        return Part(head, cited=Cited(measures=set(ids)))

    def _places(self, start: str, query: Query, rows: Sequence[Row]) -> Part:
        """Where in the plan a topic, measures or tasks stand: “再生水”在第36条, 任务6属于第二部分."""
        if query.topics:
            ids = ids_of(rows, "measure")
            where = f"{self.asked.topics(query.topics)}在{measures_said(ids)}"
            forms = self.lists.of_holders(ids, (), where)
            return Part(f"{start}{where}。", forms, cited=Cited(measures=set(ids)))
        measures = list(query.measures) or ids_of(rows, "measure")
        tasks = [] if measures else list(query.tasks) or ids_of(rows, "task")
        places: dict[str, list[str]] = {}
        for id in measures:
            entry = self.book.measures[id]
            place = "" if query.select == "section" else f"任务{entry.task.id}，"
            places.setdefault(f"{place}{sections_said([entry.section.id])}", []).append(f"第{id}条")
        for id in tasks:
            place = sections_said([self.book.section_of[id].id])
            places.setdefault(place, []).append(f"任务{id}")
        said = [f"{joined(ids)}{'都' if len(ids) > 1 else ''}属于{place}" for place, ids in places.items()]
        cited = Cited(measures=set(measures), tasks=set(tasks))
        if len(said) > FULL_TEXTS:
            return Part(f"{start}{said[0]}。", line_forms(said, said), cited=cited)
        return Part(f"{start}{'；'.join(said)}。", cited=cited)

    def _exceptions(self, query: Query, scope: Sequence[int]) -> list[int]:
        """The measures for which a statement about every one (or every task) does not hold."""
        held = set(self.asked.behind(query))
        if query.select == "task":
            held = {id for task in self.book.under(held) for id in self.book.of_task(task)}
        elif query.select == "section":
            sections = {self.book.measures[id].section.id for id in held}
            held = {id for section in sections for id in self.book.of_section(section)}
        return [id for id in scope if id not in held]

    def _said(self, query: Query, ids: Sequence[int], value: bool) -> str:
        """What the plan says about who does these measures, as one sentence without its end."""
        statements = self.book.statements(ids)
        if len(statements) <= 2 and len("；".join(statements)) <= 120:
            return "；".join(statements)
        roles = [role for party in query.parties for role in self.asked.roles(party)] if value else []
        said = self._parts(names_of(query.parties), ids, roles)
        return said or f"{self.asked.things(query, ids)}有{len(ids)}条措施"

    def _parts(self, names: Sequence[str], ids: Sequence[int], roles: Sequence[str]) -> str:
        """市城管局参与第31、32条；市财政局牵头第58条."""
        parts = [(name, self.book.parts_of(name, ids, roles)) for name in names]
        return "；".join(f"{name}{part}" for name, part in parts if part)
