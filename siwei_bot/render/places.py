"""Answers that are places in the plan: tasks and sections."""

from __future__ import annotations

from collections.abc import Sequence

from siwei_bot.answer import Row
from siwei_bot.query import Query
from siwei_bot.render.asked import Asked, by_number
from siwei_bot.render.book import Book
from siwei_bot.render.lists import Lists, Share
from siwei_bot.render.parts import Cited, Form, Part, ids_of, line_forms
from siwei_bot.render.words import chinese, joined, measures_said, sections_said, tasks_said, unit_of


class Places:
    """Answers about tasks and sections: which there are, and what one holds."""

    def __init__(self, book: Book, asked: Asked) -> None:
        self.book = book
        self.asked = asked
        self.lists = Lists(book)

    def _best(self, query: Query, names: str, noun: str, count: int, measures: Sequence[int]) -> str:
        what = query.rank_by or "measure"
        size = self.book.size(what, measures)
        return f"{self.asked.best(query, names, noun, count, size, unit_of(what))}："

    # tasks

    def tasks(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one query for tasks."""
        ids = ids_of(rows, "task")
        cited = Cited(tasks=set(ids))
        if not ids:
            return Part(self.asked.none(query, "任务"))
        if query.measures and not query.parties and len(ids) == 1:
            return Part(f"{measures_said(query.measures)}属于{self.book.task_said(ids[0])}。", cited=cited)
        if len(ids) == 1 and by_number(query) and not (query.count or query.exists):
            return self._task(ids[0])
        held = self.book.under(self.asked.behind(query)) if self._narrowed(query) else {}
        lines = [
            f"{self.book.task_said(id)}{f'（{measures_said(held[id])}）' if id in held else ''}" for id in ids
        ]
        head = ("有，" if query.exists else "") + self._task_head(query, ids)
        return Part(head, line_forms(lines, [f"任务{id}" for id in ids]), cited=cited)

    def _narrowed(self, query: Query) -> bool:
        """Whether only some measures of a task are meant."""
        without = any(party.how == "none" for party in query.parties)
        return bool(query.parties or query.topics or query.due_by) and not without

    def _task_head(self, query: Query, ids: Sequence[int]) -> str:
        if query.rank:
            return self._best(query, tasks_said(ids), "任务", len(ids), self.book.of_task(ids[0]))
        if query.nth:
            among = f"{self.asked.named(query, '任务')}中的" if self.asked.conditions(query) else ""
            return f"{among}{tasks_said(ids)}："
        if self.asked.conditions(query):
            return f"{self.asked.named(query, '任务')}有{len(ids)}项："
        if query.tasks and not query.sections:
            return f"{tasks_said(ids)}{f'，共{len(ids)}项' if query.count else ''}："
        return f"{self.asked.scope(query).replace('中，', '') or '方案'}共{len(ids)}项任务："

    def _task(self, id: int) -> Part:
        measures = self.book.of_task(id)
        # the head has the task's title already
        forms = [form[1:] for form in self.lists.forms([Share(measures)], bodies=True)[:-2]]
        where = sections_said([self.book.section_of[id].id])
        head = f"{self.book.task_said(id)}（{where}，{len(measures)}条措施）"
        return Part(head, forms, cited=Cited(tasks={id}, measures=set(measures)))

    # sections

    def sections(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one query for sections."""
        ids = ids_of(rows, "section")
        cited = Cited(sections=set(ids))
        if not ids:
            return Part(self.asked.none(query, "部分"))
        located = bool(query.tasks or query.measures or query.topics)
        compared = bool(query.rank or query.tallies)
        if not compared and (query.parties or (located and query.count)):
            return self._sections_of(query, ids)
        if located and not compared:
            things = self.asked.things(query, self.asked.behind(query) if query.topics else [])
            return Part(f"{things}属于{joined(map(self.book.section_said, ids))}。", cited=cited)
        if len(ids) == 1 and by_number(query) and not query.count:
            return self._section(ids[0])
        if query.rank:
            head = self._best(query, sections_said(ids), "部分", len(ids), self.book.of_section(ids[0]))
        elif self.asked.conditions(query):
            head = f"{self.asked.named(query, '部分')}有{len(ids)}个："
        else:
            head = f"{'' if query.sections else '方案共'}{len(ids)}个部分："
        return Part(head, self.section_forms(ids), cited=cited)

    def _sections_of(self, query: Query, ids: Sequence[int]) -> Part:
        """市公安局承担的措施在第四部分."""
        measures = self.asked.behind(query)
        held = {id: [m for m in self.book.of_section(id) if m in measures] for id in ids}
        lines = [f"{self.book.section_said(id)}：{measures_said(found)}" for id, found in held.items()]
        forms = line_forms(lines, [sections_said([id]) for id in ids])
        named = self.asked.things(query, []) if by_number(query) else self.asked.named(query, "措施")
        several = len(ids) > 1 or query.count
        head = f"{named}{f'分布在{len(ids)}个部分' if several else f'在{sections_said(ids)}'}："
        return Part(head, forms, cited=Cited(measures=set(measures)))

    def section_forms(self, ids: Sequence[int]) -> list[Form]:
        """A line for each section, with its label as printed and what it holds."""
        lines = []
        for id in ids:
            section = self.book.sections[id]
            holds = f"{tasks_said(t.id for t in section.tasks)}，{measures_said(self.book.of_section(id))}"
            lines.append(f"{section.label or f'{chinese(id)}、'}{section.title}（{holds}）")
        return line_forms(lines, [sections_said([id]) for id in ids])

    def _section(self, id: int) -> Part:
        """A section with its tasks."""
        tasks = [task.id for task in self.book.sections[id].tasks]
        lines = [f"{self.book.task_said(t)}（{measures_said(self.book.of_task(t))}）" for t in tasks]
        head = f"{sections_said([id])}：{self.book.sections[id].title}"
        return Part(head, line_forms(lines, [f"任务{t}" for t in tasks]), cited=Cited(sections={id}))
