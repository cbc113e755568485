"""The question in words: what an answer repeats of what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from siwei_bot.answer import Answerer
from siwei_bot.plan import ROLES
from siwei_bot.query import Party, Query, Tally, Topic
from siwei_bot.render.book import Book
from siwei_bot.render.lists import FULL_TEXTS
from siwei_bot.render.parts import ids_of
from siwei_bot.render.words import (
    COUNTED,
    OPERATORS,
    due_words,
    joined,
    measures_said,
    number_said,
    quoted,
    sections_said,
    tasks_said,
    unit_of,
)


class Asked:
    """A query in words: its conditions as they stand before 的措施 and 的任务, and what it is about."""

    def __init__(self, book: Book, answerer: Answerer) -> None:
        self.book = book
        self.answerer = answerer

    def scope(self, query: Query) -> str:
        """第三部分中，: where in the plan was looked."""
        inside = [sections_said(query.sections)] if query.sections else []
        inside += [tasks_said(query.tasks)] if query.tasks else []
        outside = [sections_said(query.not_sections)] if query.not_sections else []
        outside += [tasks_said(query.not_tasks)] if query.not_tasks else []
        outside += [measures_said(query.not_measures)] if query.not_measures else []
        found = f"{joined(inside)}中，" if inside else ""
        return found + (f"除{joined(outside)}外，" if outside else "")

    def conditions(self, query: Query) -> str:
        """市城管局牵头、与“再生水”有关."""
        found = [self.party(party) for party in query.parties]
        found += [f"与{self.topics(query.topics)}有关"] if query.topics else []
        found += [f"{self._deadline(query.due_by)}前完成"] if query.due_by else []
        found += [f"时限为{joined(map(due_words, query.due_on))}"] if query.due_on else []
        found += [f"{'' if query.dated == 'with' else '没有'}写明时限"] if query.dated else []
        found += [self.tally(tally) for tally in query.tallies]
        return joined(dict.fromkeys(found))

    def named(self, query: Query, noun: str) -> str:
        """第三部分中，市城管局牵头的措施."""
        conditions = self.conditions(query)
        return f"{self.scope(query)}{conditions}{'的' if conditions else ''}{noun}"

    def none(self, query: Query, noun: str) -> str:
        """第三部分中，没有市城管局牵头的措施."""
        conditions = self.conditions(query)
        where = self.scope(query) or self.among(query) or "方案里"
        if conditions.startswith("没有") and "、" not in conditions:
            return f"{where.replace('中，', '')}的{noun}都有{conditions.removeprefix('没有')}。"
        if "没有" in conditions:
            return f"{where}没有这样的{noun}：{conditions}。"
        return f"{where}没有{conditions}{'的' if conditions else ''}{noun}。"

    def among(self, query: Query) -> str:
        """这5条中，: of the measures that the last answer listed."""
        count = len(set(query.measures))
        return f"这{count}条中，" if count > 1 else f"{measures_said(query.measures)}中，" if count else ""

    def topics(self, topics: Iterable[Topic]) -> str:
        """“母亲河”“生态廊道”, in the plan's capitals."""
        return quoted(dict.fromkeys(self.book.as_printed(topic.said) for topic in topics))

    def party(self, party: Party) -> str:
        """A condition on bodies as the words before 的."""
        names, either = joined(party.bureaus), "或".join(party.bureaus)
        verb, nouns = self.doing(party)
        how = party.how if party.how != "all" or len(party.bureaus) > 1 else "any"
        said = {
            "none": (f"不由{names}{verb}", f"{nouns}不含{names}", f"不涉及{names}"),
            "only": (f"{names}单独{verb}", f"{nouns}只有{names}", f"只涉及{names}"),
            "all": (f"{names}共同{verb}", f"{nouns}同时有{names}", f"{names}都有份"),
            "any": (f"{either}{verb}", f"{either}为{nouns}", f"{either}承担"),
        }[how]
        return said[0] if verb else said[1] if nouns else said[2]

    def doing(self, party: Party) -> tuple[str, str]:
        """The roles asked as verbs, and those that have none as nouns."""
        roles = self.roles(party)
        verbs = [self.book.verb(role) for role in roles if self.book.verb(role)]
        return "或".join(verbs), "或".join(self.book.noun(role) for role in roles if not self.book.verb(role))

    def roles(self, party: Party) -> tuple[str, ...]:
        """The roles asked, as far as the plan has them."""
        roles = [role for role in party.roles if role != "indicator"]
        if not self.book.names_leads:
            roles = ["responsible" if role == "lead" else role for role in roles]
        return tuple(dict.fromkeys(roles))

    def tally(self, tally: Tally) -> str:
        """参与单位不少于3家."""
        what = self.counted(tally.what)
        if tally.value == 0 and tally.op in ("==", "<="):
            return f"没有{what}"
        if tally.value == 1 and tally.op == ">=":
            return f"有{what}"
        return f"{what}{OPERATORS[tally.op]}{number_said(tally.value)}{unit_of(tally.what)}"

    def counted(self, what: str) -> str:
        """The name of what is counted."""
        return COUNTED.get(what) or (self.book.noun(what) if what in ROLES else "涉及单位")

    def _deadline(self, date: str) -> str:
        year, month, *_ = date.split("-")
        return f"{year}年底" if month == "12" else f"{year}年{int(month)}月底"

    def things(self, query: Query, ids: Sequence[int]) -> str:
        """What was asked about, in the answer's words: 第8条, 任务4, “再生水”（第6、36条）."""
        if query.topics:
            said = self.topics(query.topics)
            return f"{said}（{measures_said(ids)}）" if 0 < len(ids) <= FULL_TEXTS else said
        if query.measures or (query.nth and ids):
            return measures_said(ids or query.measures)
        if query.tasks:
            return tasks_said(query.tasks)
        return sections_said(query.sections) if query.sections else "方案"

    def best(self, query: Query, names: str, noun: str, count: int, size: int, unit: str) -> str:
        """措施最多的任务是任务3、7，各5条: what a superlative found."""
        most = "最多" if query.rank == "most" else "最少"
        each = "各" if count > 1 else ""
        counted = self.counted(query.rank_by or "measure")
        return f"{self.scope(query)}{counted}{most}的{noun}是{names}，{each}{size}{unit}"

    def behind(self, query: Query) -> list[int]:
        """The measures that a query is about, whatever it asks of them."""
        plain = replace(query, select="measure", tallies=(), nth=(), rank="")
        plain = replace(plain, count=False, check=False, exists=False, each=False)
        return ids_of(self.answerer.find(plain).rows, "measure")


def by_number(query: Query) -> bool:
    """Whether a query names measures, tasks or sections by number and nothing else."""
    outside = (query.not_sections, query.not_tasks, query.not_measures)
    others = (query.parties, query.topics, query.due_by, query.due_on, query.dated, query.tallies, *outside)
    return not any(others) and not query.rank
