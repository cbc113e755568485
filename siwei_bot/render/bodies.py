"""Answers that are bodies: 谁牵头, 哪些部门参与, 哪个单位最多."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from siwei_bot.answer import Row
from siwei_bot.plan import ROLES
from siwei_bot.query import Query, Tally
from siwei_bot.render.asked import Asked
from siwei_bot.render.book import Book
from siwei_bot.render.lists import Lists
from siwei_bot.render.parts import Cited, Part, holds, ids_of, line_forms, number_row, yes_or_no
from siwei_bot.render.words import COUNTED, OPERATORS, UNITS, clipped, joined, measures_said, number_said

FEW = 4
"""Bodies that a question names when it asks which of them, so that all others are left out."""

Held = Sequence[tuple[str, str]]
"""Bodies, each with a role that it holds."""


class Bodies:
    """Answers that are bodies: 谁牵头, 哪些部门参与."""

    def __init__(self, book: Book, asked: Asked) -> None:
        self.book = book
        self.asked = asked
        self.lists = Lists(book)

    def part(self, query: Query, rows: Sequence[Row]) -> Part:
        """The answer to one query for bodies of measures."""
        held = [(str(row["name"]), str(row["role"])) for row in rows if row["kind"] == "bureau"]
        if query.rank:
            return self._ranked(query, rows, held)
        if query.each:
            return self._counts(query, rows)
        if query.tallies:
            return self._sets(query, held)
        if not (query.tasks or query.measures or query.topics or query.sections or query.parties):
            return self._everyone(query, held)
        ids = ids_of(rows, "measure") or self.asked.behind(query)
        alone = self._one_asked(query)
        if alone and held:
            ids = sorted(id for measures in self.book.roles_of(alone, ids).values() for id in measures)
        head = self._head(query, held, ids) if held else self._nobody(query, ids)
        forms = self.lists.of_holders(ids, query.roles, head)
        start = "有，" if query.exists and held else ""
        return Part(start + head, forms, cited=Cited(measures=set(ids)))

    def _head(self, query: Query, held: Held, ids: Sequence[int]) -> str:
        by_role = self._by_role(held, ids)
        things = self.asked.things(query, ids)
        alone = self._one_asked(query)
        if alone:
            things = self.asked.things(query, [])
            within = f"{things}中，" if query.tasks or query.sections or query.topics else ""
            return f"{within}{alone}{self.book.parts_of(alone, ids)}。"
        partners = [name for party in query.parties if party.how == "all" for name in party.bureaus]
        if partners and set(partners) <= set(query.without):
            how = self.book.verb(query.roles[0]) if query.roles else "承担措施"
            others = joined(_names(held))
            return f"与{joined(partners)}一起{how}的有{others}（{measures_said(ids)}）。"
        few = [b.name for b in self.book.plan.bureaus if b.name not in query.without]
        if 1 < len(few) <= FEW < len(query.without):  # 甲牵头还是乙牵头
            held_by_each = [self.book.parts_of(name, ids) for name in few]
            each = [f"{name}{part or '没有列入'}" for name, part in zip(few, held_by_each, strict=True)]
            return f"{things}：{'；'.join(each)}。"
        if query.parties and not (query.topics or query.measures):
            things = self.asked.named(query, "措施")
        besides = f"，除{joined(query.without)}外，" if query.without else ""
        if query.roles == ("lead",) and "lead" not in by_role:
            said = f"没有写{self.book.noun('lead')}{besides or '，'}"
            held_by = self.book.held_by(by_role).removeprefix("的")
            return f"{things}{said}{self._counted(by_role) if query.count else held_by}。"
        if query.count or (len(held) > 4 and len(by_role) == 1):
            return f"{things}{besides or '的'}{self._counted(by_role)}。"
        doing = ("都" if query.throughout else "") + self.book.held_by(by_role)
        doing = f"{besides}{doing.removeprefix('的')}" if besides else doing
        return f"{things}{doing}{self._without_lead(ids) if query.roles == ('lead',) else ''}。"

    def _by_role(self, held: Held, ids: Sequence[int]) -> dict[str, list[str]]:
        """The bodies by role; of measures that all have the same ones, in the order of the print."""
        by_role: dict[str, list[str]] = {}
        for name, role in held:
            by_role.setdefault(role, []).append(name)
        if len({self.book.measures[id].bodies for id in ids}) == 1:
            entry = self.book.measures[ids[0]]
            printed = {role: [n for n in entry.names(role) if n in names] for role, names in by_role.items()}
            by_role = {role: names or by_role[role] for role, names in printed.items()}
        return by_role

    def _counted(self, by_role: Mapping[str, Sequence[str]]) -> str:
        """牵头单位有3家：…; over several roles the number of all of them first."""
        everyone = {name for names in by_role.values() for name in names}
        said = [f"{self.book.noun(role)}有{len(names)}家：{joined(names)}" for role, names in by_role.items()]
        return (f"单位共{len(everyone)}家，" if len(by_role) > 1 else "") + "；".join(said)

    def _one_asked(self, query: Query) -> str:
        """The body of a question like 是牵头还是参与, which leaves out all bodies but one."""
        bureaus = self.book.plan.bureaus
        if len(bureaus) < 3 or len(query.without) != len(bureaus) - 1:
            return ""
        return next(b.name for b in bureaus if b.name not in query.without)

    def _without_lead(self, ids: Sequence[int]) -> str:
        bare = [id for id in ids if not self.book.measures[id].assignment.lead]
        others = self.book.statements(bare)
        if len(others) != 1:
            return f"（{measures_said(bare)}没有写{self.book.noun('lead')}）" if bare else ""
        said = others[0].removeprefix(measures_said(bare)).removeprefix("的")
        return f"（{measures_said(bare)}没有写{self.book.noun('lead')}，{said}）"

    def _nobody(self, query: Query, ids: Sequence[int]) -> str:
        things = self.asked.things(query, ids)
        alone = self._one_asked(query)
        if alone:
            return f"{things}里没有{alone}。"
        noun = joined(self.book.noun(role) for role in query.roles) or "单位"
        if query.throughout:
            return f"{things}没有共同的{noun}。"
        if query.parties:
            things = self.asked.named(query, "措施")
        if query.without:
            return f"除{joined(query.without)}外，{things}没有其他{noun}。"
        statements = self.book.statements(ids)
        actual = "；".join(statements) if len(statements) <= 2 else ""
        if len(statements) == 1:
            actual = actual.removeprefix(measures_said(ids)).removeprefix("的")
        return f"{things}没有{noun}{'，' if actual else ''}{actual}。"

    def _everyone(self, query: Query, held: Held) -> Part:
        """The bodies of the whole plan."""
        names = _names(held)
        roles = list(dict.fromkeys(role for _, role in held)) if query.roles else []
        what = f"的{joined(self.book.noun(role) for role in roles)}有" if roles else "涉及"
        if not names:
            return Part(f"方案没有列{joined(self.book.noun(role) for role in query.roles) or '单位'}。")
        besides = f"除{joined(query.without)}外，" if query.without else ""
        measures = self._measures_of(names, query.roles, self.book.measures)
        head = f"{besides}方案{what}{len(names)}{'家' if roles else '个单位'}："
        return Part(head, [[joined(names)]], cited=Cited(measures=measures))

    def _measures_of(self, names: Iterable[str], roles: Sequence[str], ids: Iterable[int]) -> set[int]:
        among = set(ids)
        held = [(role, found) for name in names for role, found in self.book.roles_of(name, among).items()]
        return {id for role, found in held if not roles or role in roles for id in found}

    def _ranked(self, query: Query, rows: Sequence[Row], held: Held) -> Part:
        names = _names(held)
        number = number_row(rows)
        if not names:
            return Part(f"{self.asked.scope(query)}没有可以比较的单位。")
        if number is None:
            return self._in_order(query, names)
        most = "最多" if query.rank == "most" else "最少"
        if query.places:
            most = f"{'' if query.rank == 'most' else '从少到多'}排第{query.places[0]}"
        size = f"{'各' if len(names) > 1 else ''}{number_said(number['value'])}{UNITS[number['of']]}"
        found = f"{most}的是{joined(names)}，{size}。"
        among = self._among(query)
        if number["of"] == "indicator":
            return self._with_indicators(f"{among}负责的指标{found}", names)
        scope = self._ranked_of(query)
        verbs = joined(self.book.doing(role) for role in query.roles) or "承担"
        lines = [f"{name}：{measures_said(self._measures_of([name], query.roles, scope))}" for name in names]
        cited = Cited(measures=self._measures_of(names, query.roles, scope))
        head = f"{self.asked.scope(query)}{among}{verbs}的{COUNTED[number['of']]}{found}"
        return Part(head, line_forms(lines, names), cited=cited)

    def _among(self, query: Query) -> str:
        """Of whom a ranking is: of those compared (市城管局、市工信局中，), without some, with a partner."""
        compared = [body.name for body in self.book.plan.bureaus if body.name not in query.without]
        partners = [name for party in query.parties for name in party.bureaus if name in query.without]
        if partners:
            return f"与{joined(partners)}共同"
        if query.parties or not query.without:
            return ""
        few = len(compared) < len(query.without)
        return f"{joined(compared)}中，" if few else f"除{joined(query.without)}外，"

    def _ranked_of(self, query: Query) -> list[int]:
        """The measures that a ranking counts: those of a partner, who is left out, or all in the scope."""
        partners = {name for party in query.parties for name in party.bureaus} & set(query.without)
        return list(self.asked.behind(query if partners else replace(query, parties=())))

    def _in_order(self, query: Query, names: Sequence[str]) -> Part:
        """牵头的措施最多的3家：市水利局44条，…."""
        scope = self._ranked_of(query)
        verbs = joined(self.book.doing(role) for role in query.roles) or "承担"
        held = {name: self._measures_of([name], query.roles, scope) for name in names}
        lines = [f"{name}：{len(ids)}条，{measures_said(ids)}" for name, ids in held.items()]
        short = [f"{name}{len(ids)}条" for name, ids in held.items()]
        most = "最多" if query.rank == "most" else "最少"
        head = f"{self.asked.scope(query)}{verbs}的措施{most}的{len(names)}家："
        return Part(head, line_forms(lines, short), cited=Cited(measures=set().union(*held.values())))

    def _counts(self, query: Query, rows: Sequence[Row]) -> Part:
        """各单位牵头的措施：市水利局44条，…."""
        numbers = {str(row["for"]): int(row["value"]) for row in rows if row["kind"] == "number"}
        verbs = joined(self.book.doing(role) for role in query.roles) or "承担"
        if not numbers:
            return Part(f"{self.asked.scope(query)}没有单位{verbs}措施。")
        lines = [f"{name}：{value}条" for name, value in numbers.items()]
        scope = self.asked.behind(replace(query, each=False))
        cited = Cited(measures=self._measures_of(numbers, query.roles, scope))
        head = f"{self.asked.scope(query)}{len(numbers)}个单位{verbs}措施的条数："
        return Part(
            head, line_forms(lines, [f"{name}{value}条" for name, value in numbers.items()]), cited=cited
        )

    def _with_indicators(self, head: str, names: Sequence[str]) -> Part:
        held = {name: self.book.indicators_of(name) for name in names}
        if not any(held.values()):
            return Part(head, [[joined(names)]])
        lines = [f"{name}：{joined(i.name for i in found)}" for name, found in held.items()]
        cited = Cited(indicators={i.id for found in held.values() for i in found})
        return Part(head, line_forms(lines, names), cited=cited)

    def _sets(self, query: Query, held: Held) -> Part:
        """Bodies by how much they hold."""
        names = _names(held)
        condition = self._holding(query.tallies)
        if not names:
            none = "没有这样的单位：" if "没有" in condition else "没有"
            end = "。" if "没有" in condition else "的单位。"
            return Part(f"{self.asked.scope(query)}{none}{condition}{end}")
        head = f"{self.asked.scope(query)}{condition}的单位有{len(names)}家："
        if any(tally.what == "indicator" for tally in query.tallies):
            return self._with_indicators(head, names)
        scope = set(self.asked.behind(replace(query, parties=())))
        lines = [f"{name}：{self.book.parts_of(name, scope) or '没有措施'}" for name in names]
        measures = self._measures_of(names, (), scope)
        forms = [lines, [clipped(line) for line in lines], [joined(names)]]
        return Part(head, forms, cited=Cited(measures=measures))

    def membership(self, query: Query, rows: Sequence[Row]) -> Part:
        """Whether a body is in a set: 没有。只参与、不牵头的单位有6家：…."""
        part = self.part(replace(query, check=False, parties=()), rows)
        value = holds(rows)
        start = ("有。" if value else "没有。") if query.exists else yes_or_no(query, value)
        return replace(part, head=f"{start}{part.head}")

    def _holding(self, tallies: Sequence[Tally]) -> str:
        """只参与、不牵头; 牵头不少于3条措施."""
        none, some, words = [], [], []
        for tally in tallies:
            if tally.what in ROLES and tally.value == 0 and tally.op in ("==", "<="):
                none.append(f"不{self.book.doing(tally.what)}")
            elif tally.what in ROLES and (tally.value, tally.op) in ((1, ">="), (0, ">")):
                some.append(self.book.doing(tally.what))
            else:
                words.append(self._holding_so_many(tally))
        if some and none:
            words.insert(0, f"只{joined(some)}、{joined(none)}")
        elif some or none:
            words.insert(0, f"既{'又'.join(some)}" if len(some) > 1 else joined(some or none))
        return joined(words)

    def _holding_so_many(self, tally: Tally) -> str:
        unit = {"task": "项任务", "indicator": "项指标", "section": "个部分"}.get(tally.what, "条措施")
        doing = {"indicator": "负责", "section": "涉及"}.get(tally.what, "承担")
        doing = self.book.doing(tally.what) if tally.what in ROLES else doing
        if tally.value == 0 and tally.op == "==":
            return f"没有{unit[1:]}"
        operator = "只" if tally.op == "==" else ""
        more = "" if tally.op == "==" else OPERATORS[tally.op]
        return f"{operator}{doing}{more}{number_said(tally.value)}{unit}"


def _names(held: Held) -> list[str]:
    return list(dict.fromkeys(name for name, _ in held))
