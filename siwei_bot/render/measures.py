"""Answers that are measures: a list of them, one in full, or when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from siwei_bot.answer import Row
from siwei_bot.plan import ROLES, Indicator
from siwei_bot.query import Party, Query
from siwei_bot.render.asked import Asked, by_number
from siwei_bot.render.book import Book
from siwei_bot.render.lists import Lists, Share
from siwei_bot.render.parts import Cited, Part, holds, ids_of, names_of
from siwei_bot.render.words import due_words, joined, measures_said


class Measures:
    """Answers about what is to be done: lists of measures, and single ones in full."""

    def __init__(self, book: Book, asked: Asked) -> None:
        self.book = book
        self.asked = asked
        self.lists = Lists(book)

    def part(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one query for measures, or for all that a body does."""
        ids, titled, indicators = (ids_of(rows, kind) for kind in ("measure", "task", "indicator"))
        cited = Cited(measures=set(ids), tasks=set(titled), indicators=set(indicators))
        if not ids and not indicators:
            return self._no_measures(query, titled)
        if query.due_asked and ids:
            return self._due(query, ids, cited)
        verbatim = bool(query.measures or query.nth) and by_number(query) and not query.count
        if verbatim and len(ids) == 1:
            return self._quote(query, ids[0])
        shares = self._shares(query, rows)
        said = f"{measures_said(ids)}如下："
        head = said if verbatim else self._head(query, ids, shares, indicators)
        led = all(row.get("role") == "lead" for row in rows if row["kind"] == "measure")
        forms = self.lists.forms(shares, bodies=len(shares) == 1 and not led, due=bool(query.due_by))
        tail = [f"题目里提到的：{self.book.task_said(id)}" for id in titled]
        tail += self._beside([self.book.indicators[id] for id in indicators])
        tail += self._without_leads(query)
        return Part(("有，" if query.exists and holds(rows) else "") + head, forms, tail, cited)

    def _without_leads(self, query: Query) -> list[str]:
        """What has to be said where leads were asked of a plan that names none."""
        asked = any("lead" in party.roles for party in query.parties)
        if not asked or self.book.names_leads:
            return []
        return [f"方案没有写{self.book.noun('lead')}，只写{self.book.noun('responsible')}。"]

    def _beside(self, indicators: Sequence[Indicator]) -> list[str]:
        """The indicators that a body has beside its measures."""
        if len(indicators) > 3:
            return [f"指标：{joined(i.name for i in indicators)}"]
        return [f"指标：{i.name}（{self.book.targets(i)}）" for i in indicators]

    def _shares(self, query: Query, rows: Sequence[Row]) -> list[Share]:
        """The measures by the body and role that they were asked through."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            if row["kind"] == "measure":
                found.setdefault((row.get("bureau", ""), row.get("role", "")), []).append(row["id"])
        jointly = any(party.how in ("all", "only") and len(party.bureaus) > 1 for party in query.parties)
        if jointly or any(not name for name, _ in found):
            return [Share(ids_of(rows, "measure"))] if found else []
        asked = names_of(query.parties)
        several = len(asked) > 1
        ordered = sorted(found, key=lambda key: (asked.index(key[0]), ROLES.index(cast(Any, key[1]))))
        return [
            Share(
                found[name, role],
                f"{name if several else ''}{self.book.label(role)}" if len(found) > 1 else "",
                f"{name if several else ''}{self.book.doing(role)}",
            )
            for name, role in ordered
        ]

    def _head(
        self, query: Query, ids: Sequence[int], shares: Sequence[Share], indicators: Sequence[int]
    ) -> str:
        where = self._where(query, ids)
        if query.rank_by == "due":
            last = "最晚" if query.rank == "most" else "最早"
            due = due_words(self.book.measures[ids[0]].assignment.due) if ids else ""
            return f"{self.asked.scope(query)}时限{last}的措施是{measures_said(ids)}（{due}）："
        if query.rank:
            size = self.book.size(query.rank_by or "any", ids[:1])
            return f"{self.asked.best(query, measures_said(ids), '措施', len(ids), size, '家')}："
        if query.nth and ids and self.asked.conditions(query):  # 水利局牵头的前三条, of forty
            return f"{self.asked.named(query, '措施')}中的{measures_said(ids)}："
        names = names_of(query.parties)
        plain = [p.how for p in query.parties] in (["any"], ["all"]) and not query.topics
        if query.select == "work" and plain and (len(names) == 1 or query.parties[0].how == "all"):
            return self._portions(query, ids, shares, indicators)
        if len(names) > 1 and len(query.parties) == 1 and shares and shares[0].doing:
            each = self._each(query, shares)
            return f"{each}，共{len(ids)}条{where}：" if query.count else f"{each}："
        counts = "，".join(f"{share.doing}{len(share.ids)}条" for share in shares if share.label)
        if not self.asked.conditions(query) and ids:
            scope = "" if query.measures else self.asked.scope(query).replace("中，", "") or "方案"
            return f"{scope}共{len(ids)}条措施{where}："
        within = self.asked.among(query) if len(set(query.measures)) > 1 else ""
        also = f"，指标有{len(indicators)}项" if indicators else ""
        if not ids:
            return f"{self.asked.none(query, '措施').removesuffix('。')}{also}："
        named = self.asked.named(query, "措施")
        return f"{within}{named}有{len(ids)}条{where}{f'（{counts}）' if counts else ''}{also}："

    def _where(self, query: Query, ids: Sequence[int]) -> str:
        """，分属3项任务: where in the plan the measures stand, after their number."""
        tasks = list(self.book.under(ids))
        if len(tasks) > 1:
            return f"，分属{len(tasks)}项任务"
        if query.count and tasks and not query.tasks:
            return f"，属于1项任务（任务{tasks[0]}）"
        if len(ids) == 1:
            return f"，即第{ids[0]}条"
        return f"，都属于任务{tasks[0]}" if tasks and not query.tasks else ""

    def _portions(
        self, query: Query, ids: Sequence[int], shares: Sequence[Share], indicators: Sequence[int]
    ) -> str:
        """市规自局牵头4条、参与9条措施，负责1项指标."""
        names = names_of(query.parties)
        together = "共同" if len(names) > 1 else ""
        counts = [f"{share.doing or f'{together}承担'}{len(share.ids)}条" for share in shares if share.ids]
        said = [f"{joined(counts)}措施"] if counts else []
        if query.count and counts:
            split = f"（{joined(counts)}）" if len(counts) > 1 else ""
            said = [f"{together}承担{len(ids)}条措施{self._where(query, ids)}{split}"]
        said += [f"{together}负责{len(indicators)}项指标"] if indicators else []
        return f"{self.asked.scope(query)}{joined(names)}{'，'.join(said)}。"

    def _each(self, query: Query, shares: Sequence[Share]) -> str:
        """市商务局牵头1条，市税务局没有."""
        party = query.parties[0]
        counts: dict[str, list[str]] = {name: [] for name in party.bureaus}
        for share in shares:
            name = next(name for name in party.bureaus if share.doing.startswith(name))
            counts[name].append(f"{share.doing.removeprefix(name)}{len(share.ids)}条")
        verb, nouns = self.asked.doing(party)
        none = f"没有{verb}的" if verb else f"没有列为{nouns}的" if nouns else "没有"
        said = "，".join(f"{name}{joined(found) or none}" for name, found in counts.items())
        rest = self.asked.conditions(replace(query, parties=()))
        return f"{self.asked.scope(query)}{rest}{'的措施，' if rest else ''}{said}"

    def _no_measures(self, query: Query, titled: Sequence[int]) -> Part:
        others = (query.topics, query.tallies, query.due_by, query.measures)
        if len(query.parties) == 1 and not any(others):
            party = query.parties[0]
            if party.how in ("any", "all") and len(party.bureaus) == 1:
                return self._nothing_for(query, party)
        if titled:
            lines = [self.book.task_said(id) for id in titled]
            cited = Cited(tasks=set(titled))
            return Part("没有哪一条措施提到，但任务的题目里有：", [lines], cited=cited)
        return Part(self.asked.none(query, "任务和措施" if query.select == "work" else "措施"))

    def _nothing_for(self, query: Query, party: Party) -> Part:
        """市教育局没有牵头的措施. What it does have follows."""
        name = party.bureaus[0]
        verb, nouns = self.asked.doing(party)
        none = f"没有{verb}的措施" if verb else f"没有列为{nouns}" if nouns else "没有承担措施"
        scope = self.asked.scope(query)
        within = self.asked.behind(replace(query, parties=())) if scope else None
        others = self.book.parts_of(name, within)
        measures = {id for ids in self.book.roles_of(name, within).values() for id in ids}
        tail = [f"{name}{others}。"] if others else []
        return Part(f"{scope}{name}{none}。", tail=tail, cited=Cited(measures=measures))

    def _quote(self, query: Query, id: int) -> Part:
        entry = self.book.measures[id]
        head = f"第{id}条：{entry.measure.text}"
        if query.nth and query.tasks:
            head = f"任务{entry.task.id}的第{self.book.of_task(entry.task.id).index(id) + 1}条，即{head}"
        tail = [f"所属：{self.book.task_said(entry.task.id)}"]
        for role in ROLES:
            bodies = getattr(entry.assignment, role)
            said = [b.name + (f"（原文写作“{b.spelling}”）" if b.spelling != b.name else "") for b in bodies]
            tail += [f"{self.book.word(role)}：{joined(said)}"] if said else []
        tail += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        tail += [f"说明：{entry.measure.note}"] if entry.measure.note else []
        return Part(head, tail=tail, cited=Cited(measures={id}))

    def _due(self, query: Query, ids: Sequence[int], cited: Cited) -> Part:
        dues = {self.book.measures[id].assignment.due for id in ids}
        things = self.asked.things(query, ids) if by_number(query) else self.asked.named(query, "措施")
        head = f"{things}的完成时限不完全相同："
        if len(dues) == 1:
            due = dues.pop()
            said = due_words(due) if due_words(due) != due else f"“{due}”"
            head = f"{things}的完成时限是{said}。" if due else f"{things}没有写完成时限。"
        return Part(head, self.lists.forms([Share(ids)], due=bool(dues)), cited=cited)
