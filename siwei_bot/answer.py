"""Query → rows by SQL: what the plan says, in the terms of the answer contract, without words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from siwei_bot.language.reading import Reason
from siwei_bot.query import Party, Query, Tally, Topic
from siwei_bot.store import Store
from siwei_bot.units import in_unit

Row = dict[str, Any]
"""One row of an answer: ``kind`` and the fields that the contract gives this kind."""

ROLE_ORDER = ("lead", "support", "responsible", "indicator")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}
_CLOSE = 1e-9


@dataclass(frozen=True)
class Findings:
    """What a query found. ``failure`` is a reason of the contract when the plan cannot answer;
    ``missing`` holds the parts of the question that the plan does not have (years, say)."""

    rows: tuple[Row, ...] = ()
    failure: Reason = ""
    missing: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """Sentences that stand with the rows: what was changed."""
    reports: tuple[Row, ...] = ()
    """Actual values of the years that targets were asked for."""


class Answerer:
    """Runs queries against one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def find(self, query: Query) -> Findings:
        """The rows that answer the query, in plan order."""
        if query.select in ("report", "change") or query.reported:
            from siwei_bot.reported import find_reported  # here: seldom asked, and slow to import

            return find_reported(self.store, query)
        if query.select in ("indicator", "figure", "fact"):
            return _IndicatorSearch(self.store, query).find()
        if query.select == "bureau" and _asks_of_indicators(query):
            return _IndicatorSearch(self.store, query).find()
        return _MeasureSearch(self.store, query).find()


def _asks_of_indicators(query: Query) -> bool:
    return bool(
        query.indicators or query.groups or query.attributes or query.units or query.roles == ("indicator",)
    )


def compare(value: float, tally: Tally) -> bool:
    """Whether a number satisfies a condition on it."""
    return _OPERATORS[tally.op](value, tally.value)


# -- measures, tasks, sections, bodies ------------------------------------------------------------


@dataclass
class _Condition:
    sql: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def add(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        self.sql.append(sql)
        self.parameters.extend(parameters)

    def one_of(self, column: str, values: Sequence[Any], *, outside: bool = False) -> None:
        if values:
            listed = json.dumps(list(values), ensure_ascii=False)
            self.add(f"{column} {'not ' if outside else ''}in {_IDS}", [listed])


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


_IDS = "(select value from json_each(?))"
"""Any number of ids as one parameter: a statement takes only so many."""


def _ids(values: Sequence[int]) -> list[str]:
    return [json.dumps(list(values))]


class _MeasureSearch:
    def __init__(self, store: Store, query: Query) -> None:
        self.store = store
        self.query = query
        self.failure: Reason = ""
        self.names_leads = bool(store.rows("select 1 from roles where role = 'lead' limit 1"))

    def find(self) -> Findings:
        query = self.query
        if query.check:
            return self._verdict()
        if query.select == "bureau":
            rows = self._bureaus()
            scoped = query.measures or query.tasks or query.sections or query.topics or query.parties
            nothing_to_rank = bool(query.rank) and not rows
            if nothing_to_rank or (not rows and scoped and not self._measure_ids(self._scope())):
                return Findings(failure="no_match")
        elif query.select == "task":
            rows = self._tasks()
        elif query.select == "section":
            rows = self._sections()
        else:
            rows = self._measures()
        picked = _pick(rows, query.nth)
        if picked is None or (self.failure and not rows):
            return Findings(failure=self.failure or "no_such_number")
        rows = picked
        if query.exists:
            wanted = "measure" if query.select == "work" else query.select
            rows = [*rows, {"kind": "verdict", "value": any(row["kind"] == wanted for row in rows)}]
        if query.select == "work":
            indicators = Query(
                select="indicator", parties=query.parties, count=query.count, years=query.years
            )
            rows.extend(_IndicatorSearch(self.store, indicators).find().rows)
        return Findings(tuple(rows))

    # conditions

    def _roles(self, roles: Sequence[str]) -> tuple[str, ...]:
        """In a plan that names no leads at all, who leads means who is responsible."""
        if not self.names_leads and "lead" in roles:
            return tuple(dict.fromkeys([*roles, "responsible"]))
        return tuple(roles)

    def _scope(self, *, parties: bool = True) -> _Condition:
        query, where = self.query, _Condition()
        where.one_of("t.section", query.sections)
        where.one_of("m.task", query.tasks)
        where.one_of("m.id", query.measures)
        where.one_of("t.section", query.not_sections, outside=True)
        where.one_of("m.task", query.not_tasks, outside=True)
        where.one_of("m.id", query.not_measures, outside=True)
        for topic in query.topics:
            self._about(where, topic)
        if query.due_by:
            where.add("m.due_by <= ?", [query.due_by])
        if query.dated:
            where.add("m.due <> ''" if query.dated == "with" else "m.due = ''")
        if query.due_on:
            begins = " or ".join(["substr(m.due, 1, length(?)) = ?"] * len(query.due_on))
            where.add(f"({begins})", [due for due in query.due_on for _ in range(2)])
        if parties:
            for party in query.parties:
                self._held_by(where, party)
        if query.select in ("measure", "work"):
            for tally in query.tallies:
                role = " and r.role = ?" if tally.what in ROLE_ORDER else ""
                where.add(
                    f"(select count(*) from roles r where r.measure = m.id{role}) {tally.op} ?",
                    [*([tally.what] if role else []), tally.value],
                )
        return where

    def _about(self, where: _Condition, topic: Topic) -> None:
        in_text, parameters = _holds("m.folded", topic)
        if self.store.rows(f"select 1 from measures m where {in_text} limit 1", parameters):
            where.add(f"({in_text})", parameters)
        else:
            in_title, parameters = _holds("t.folded", topic)
            if self.store.rows(f"select 1 from tasks t where {in_title} limit 1", parameters):
                where.add(f"({in_title})", parameters)
            else:
                either, parameters = _holds("t.folded || '，' || m.folded", topic)
                where.add(f"({either})", parameters)

    def _held_by(self, where: _Condition, party: Party) -> None:
        roles = self._roles(party.roles)
        having = f" and r.role in ({_marks(roles)})" if roles else ""
        holds = f"m.id in (select r.measure from roles r where r.bureau = ?{having})"
        if party.how in ("all", "only"):
            for bureau in party.bureaus:
                where.add(holds, [bureau, *roles])
        else:
            clause = " or ".join([holds] * len(party.bureaus))
            parameters = [value for bureau in party.bureaus for value in (bureau, *roles)]
            where.add(f"{'not ' if party.how == 'none' else ''}({clause})", parameters)
        if party.how == "only":
            named = _marks(party.bureaus)
            others = "not exists (select 1 from roles r where r.measure = m.id"
            others += f"{having} and r.bureau not in ({named}))"
            where.add(others, [*roles, *party.bureaus])

    def _measure_ids(self, where: _Condition) -> list[int]:
        clause = " and ".join(where.sql) or "1"
        return [
            row["id"]
            for row in self.store.rows(
                f"select m.id from measures m join tasks t on t.id = m.task where {clause}"
                " order by t.section, t.id, m.id",
                where.parameters,
            )
        ]

    def _tasks_of(self, measures: Sequence[int]) -> set[int]:
        return {row["task"] for row in measure_rows(self.store, measures)}

    # rows

    def _sections_of(self, measures: Sequence[int]) -> set[int]:
        return {row["section"] for row in measure_rows(self.store, measures)}

    def _measures(self) -> list[Row]:
        query = self.query
        ids = self._measure_ids(self._scope())
        if query.rank:
            ids = self._ranked("measure", ids)
        if not ids and query.topics and not query.exists and not self._held_at_all():
            self.failure = "no_match"
        rows = measure_rows(self.store, ids)
        through = [party for party in query.parties if party.how != "none"]
        if len(through) == 1 and not query.rank:
            rows = [
                {**row, "bureau": name, "role": role}
                for row in rows
                for name, role in _held_roles(row, through[0], self._roles(through[0].roles))
            ]
        if query.topics and not query.rank:
            rows += self._titled_tasks()
        if query.count:
            rows += [
                {"kind": "number", "of": "measure", "value": len(ids), "unit": "条"},
                {
                    "kind": "number",
                    "of": "task",
                    "value": len({row["task"] for row in rows if row["kind"] == "measure"}),
                    "unit": "项",
                },
            ]
        return rows

    def _held_at_all(self) -> bool:
        """Whether any measure is about the topics, whoever does it."""
        scope = _MeasureSearch(self.store, Query("measure", topics=self.query.topics))
        return bool(scope._measure_ids(scope._scope())) or bool(self._titled_tasks())

    def _titled_tasks(self) -> list[Row]:
        """The tasks whose title holds every topic asked, beside the measures whose text does."""
        if self.query.parties or self.query.tasks or self.query.measures:
            return []
        where = _Condition()
        where.one_of("t.section", self.query.sections)
        for topic in self.query.topics:
            clause, parameters = _holds("t.folded", topic)
            where.add(f"({clause})", parameters)
        return task_rows(
            self.store,
            [
                r["id"]
                for r in self.store.rows(
                    f"select t.id from tasks t where {' and '.join(where.sql)} order by t.id",
                    where.parameters,
                )
            ],
        )

    def _tasks(self) -> list[Row]:
        query = self.query
        against = [party for party in query.parties if party.how == "none"]
        with_parties = [party for party in query.parties if party.how != "none"]
        where = self._scope(parties=False)
        for party in with_parties:
            self._held_by(where, party)
        ids = list(dict.fromkeys(r["task"] for r in measure_rows(self.store, self._measure_ids(where))))
        if not (query.topics or with_parties or query.measures or query.due_by):
            where = _Condition()
            where.one_of("section", query.sections)
            where.one_of("id", query.tasks)
            where.one_of("section", query.not_sections, outside=True)
            where.one_of("id", query.not_tasks, outside=True)
            clause = " and ".join(where.sql) or "1"
            ids = [
                r["id"]
                for r in self.store.rows(
                    f"select id from tasks where {clause} order by section, id", where.parameters
                )
            ]
        if any(party.how == "only" for party in with_parties):  # of the whole task, not of some measure
            others = self._measure_ids(self._scope(parties=False))
            alone = set(self._measure_ids(where))
            shared = {r["task"] for r in measure_rows(self.store, [i for i in others if i not in alone])}
            ids = [id for id in ids if id not in shared]
        for party in against:
            having = f" and r.role in ({_marks(party.roles)})" if party.roles else ""
            taken = {
                row["task"]
                for row in self.store.rows(
                    "select m.task from roles r join measures m on m.id = r.measure"
                    f" where r.bureau in ({_marks(party.bureaus)}){having}",
                    [*party.bureaus, *party.roles],
                )
            }
            ids = [task for task in ids if task not in taken]
        for tally in query.tallies:
            ids = [task for task in ids if compare(self._size("task", task, tally.what), tally)]
        if query.rank:
            ids = self._ranked("task", ids)
        rows = task_rows(self.store, ids)
        if query.count:
            rows.append({"kind": "number", "of": "task", "value": len(ids), "unit": "项"})
        return rows

    def _sections(self) -> list[Row]:
        query = self.query
        narrowed = query.tasks or query.measures or query.topics or query.parties
        if narrowed:
            ids = sorted({r["section"] for r in measure_rows(self.store, self._measure_ids(self._scope()))})
        else:
            ids = [r["id"] for r in self.store.rows("select id from sections order by id")]
            ids = [
                i for i in ids if (not query.sections or i in query.sections) and i not in query.not_sections
            ]
        for party in query.parties:
            if party.how == "none":  # no measure of the section, not some measure without the body
                taken = Query("section", parties=(party._replace(how="any"),))
                held = {row["id"] for row in _MeasureSearch(self.store, taken)._sections()}
                ids = [section for section in ids if section not in held]
        for tally in query.tallies:
            ids = [section for section in ids if compare(self._size("section", section, tally.what), tally)]
        if query.rank:
            ids = self._ranked("section", ids)
        rows = section_rows(self.store, ids)
        if query.count:
            rows.append({"kind": "number", "of": "section", "value": len(ids), "unit": "个"})
        return rows

    def _size(self, kind: str, id: int, what: str) -> int:
        """How many measures, tasks or bodies (of one role) a task, section or measure has."""
        column = {"measure": "m.id", "task": "m.task", "section": "t.section"}[kind]
        counted = {"measure": "m.id", "task": "m.task"}.get(what, "r.bureau")
        role = " and r.role = ?" if what in ROLE_ORDER else ""
        rows = self.store.rows(
            f"select count(distinct {counted}) as n from measures m join tasks t on t.id = m.task"
            f" join roles r on r.measure = m.id where {column} = ?{role}",
            [id, *([what] if role else [])],
        )
        return int(rows[0]["n"])

    def _ranked(self, kind: str, ids: list[int]) -> list[int]:
        by_date = self.query.rank_by == "due"
        sizes = (
            self._due_dates(ids)
            if by_date
            else {id: self._size(kind, id, self.query.rank_by or "measure") for id in ids}
        )
        if not sizes:
            return []
        best = _best(list(sizes.values()), self.query)
        return [id for id in ids if sizes.get(id) in best]

    def _due_dates(self, ids: Sequence[int]) -> dict[int, int]:
        """The last day of each measure that has a date, as a number that orders days."""
        rows = self.store.rows(
            f"select id, due_by from measures where id in {_IDS} and due_by is not null", _ids(ids)
        )
        return {row["id"]: int(row["due_by"].replace("-", "")) for row in rows}

    def _bureaus(self) -> list[Row]:
        query = self.query
        ids = self._measure_ids(self._scope())
        roles = self._roles(query.roles)
        held = self._holders(ids)
        if query.roles == ("lead",) and not any(role == "lead" for _, role, _ in held):
            roles = ("responsible",)
        held = [
            (name, role, n)
            for name, role, n in held
            if (not roles or role in roles) and name not in query.without
        ]
        if query.throughout:
            held = self._in_every_row(held)
        if query.rank:
            return self._ranked_bureaus(held)
        if query.each:
            return self._counts_of_each(held)
        if query.tallies:
            return self._bureau_sets()
        rows = [_bureau_row(name, role) for name, role, _ in held]
        narrowed = query.measures or query.tasks or query.topics or query.parties
        if not (narrowed or query.sections or query.not_sections or query.not_tasks or roles):
            found = self.store.rows("select distinct bureau from indicator_bureaus")
            rows += [
                _bureau_row(row["bureau"], "indicator") for row in found if row["bureau"] not in query.without
            ]
        if query.count:
            rows.append(
                {"kind": "number", "of": "bureau", "value": len({row["name"] for row in rows}), "unit": "个"}
            )
        if narrowed and ids:
            rows += measure_rows(self.store, ids)
        return rows

    def _holders(self, ids: Sequence[int]) -> list[tuple[str, str, int]]:
        """(body, role, number of measures) of the given measures, leads first, then as in the plan file."""
        rows = self.store.rows(
            f"""select r.bureau, r.role, count(*) as n from roles r join bureaus b on b.name = r.bureau
                where r.measure in {_IDS} group by r.bureau, r.role order by b.position""",
            _ids(ids),
        )
        found = [(row["bureau"], row["role"], row["n"]) for row in rows]
        return sorted(found, key=lambda item: ROLE_ORDER.index(item[1]))

    def _in_every_row(self, held: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
        """Those who hold one of the roles in each of the tasks (or measures, or sections) named."""
        query, roles = self.query, {role for _, role, _ in held}
        rows = (
            [replace(query, tasks=(row,)) for row in query.tasks]
            or [replace(query, measures=(row,)) for row in query.measures]
            or [replace(query, sections=(row,)) for row in query.sections]
        )
        for one in rows:
            inside = _MeasureSearch(self.store, one)
            holders = inside._holders(inside._measure_ids(inside._scope()))
            names = {name for name, role, _ in holders if role in roles}
            held = [found for found in held if found[0] in names]
        return held

    def _ranked_bureaus(self, held: list[tuple[str, str, int]]) -> list[Row]:
        totals: Counter[str] = Counter()
        if self.query.rank_by == "indicator":
            return self._ranked_by_indicators()
        if self.query.rank_by == "task":
            for name in {name for name, _, _ in held}:
                party = Party((name,), self.query.roles)
                where = self._scope()
                self._held_by(where, party)
                totals[name] = len({r["task"] for r in measure_rows(self.store, self._measure_ids(where))})
        else:
            for name, _, count in held:
                totals[name] += count
        best = _best(list(totals.values()), self.query)
        found = sorted((h for h in held if totals[h[0]] in best), key=lambda h: best.index(totals[h[0]]))
        what = "task" if self.query.rank_by == "task" else "measure"
        rows = [_bureau_row(name, role) for name, role, _ in found]
        return [*rows, *(_count_row(what, value) for value in best[:1] if len(best) == 1)]

    def _counts_of_each(self, held: list[tuple[str, str, int]]) -> list[Row]:
        """How many measures each of the bodies has."""
        totals: Counter[str] = Counter()
        for name, _, count in held:
            totals[name] += count
        numbers = [{**_count_row("measure", totals[name]), "for": name} for name in totals]
        return [*(_bureau_row(name, role) for name, role, _ in held), *numbers]

    def _ranked_by_indicators(self) -> list[Row]:
        found = self.store.rows("select bureau, count(*) as n from indicator_bureaus group by bureau")
        found = [row for row in found if row["bureau"] not in self.query.without]
        best = _best([row["n"] for row in found], self.query)
        rows = [_bureau_row(row["bureau"], "indicator") for row in found if row["n"] in best]
        numbers = [{"kind": "number", "of": "indicator", "value": value, "unit": "个"} for value in best]
        return [*rows, *(numbers if len(best) == 1 else [])]

    def _bureau_sets(self) -> list[Row]:
        """Bodies by how much they hold: leading nothing, supporting only, in one section only …"""
        where = self._scope(parties=False)
        ids = self._measure_ids(where)
        counts: dict[str, Counter[str]] = {
            row["name"]: Counter() for row in self.store.rows("select name from bureaus order by position")
        }
        for row in self.store.rows(
            f"""select r.bureau, r.role, m.id as measure, m.task, t.section from roles r
                join measures m on m.id = r.measure join tasks t on t.id = m.task
                where m.id in {_IDS}""",
            _ids(ids),
        ):
            counts[row["bureau"]][row["role"]] += 1
            counts[row["bureau"]]["any"] += 1
            counts[row["bureau"]]["measure"] += 1
            counts[row["bureau"]][f"section {row['section']}"] += 1
        for row in self.store.rows("select bureau, count(*) as n from indicator_bureaus group by bureau"):
            counts[row["bureau"]]["indicator"] = row["n"]
        for held in counts.values():
            held["section"] = sum(1 for key in held if key.startswith("section "))
        rows = []
        for name, held in counts.items():
            if name not in self.query.without and all(compare(held[t.what], t) for t in self.query.tallies):
                wanted = [
                    role
                    for role in ROLE_ORDER
                    if held[role] and (not self.query.roles or role in self.query.roles)
                ]
                of_indicators = any(t.what == "indicator" for t in self.query.tallies)
                main = next(
                    (r for r in wanted if (r == "indicator") == of_indicators), wanted[0] if wanted else ""
                )
                if main or not any(held.values()):
                    rows.append(_bureau_row(name, main))
        if self.query.count:
            rows.append({"kind": "number", "of": "bureau", "value": len(rows), "unit": "个"})
        return rows

    # yes or no

    def _verdict(self) -> Findings:
        query = self.query
        if query.tallies and query.tallies[0].what == "total":
            return self._claimed_total()
        if query.select == "bureau" and query.tallies and query.parties:
            return self._membership()
        if query.alike:
            return self._likeness()
        if query.due_by or query.due_on:
            return self._due_verdict()
        if not query.parties:
            return self._containment()
        scope = self._measure_ids(self._scope(parties=False))
        if not scope:
            return Findings(failure="no_match")
        held = self._measure_ids(self._scope())
        if query.exclusive:
            everything = _MeasureSearch(self.store, Query("measure", parties=query.parties))
            value = bool(held) and set(everything._measure_ids(everything._scope())) == set(held)
        elif query.each:
            if query.select == "section":
                value = self._sections_of(held) == self._sections_of(scope)
            elif query.select == "task":
                value = self._tasks_of(held) == self._tasks_of(scope)
            else:
                value = set(held) == set(scope)
        else:
            value = bool(held)
        rows: list[Row] = [{"kind": "verdict", "value": value}]
        names = {name for party in query.parties for name in party.bureaus}
        actual = [(name, role) for name, role, _ in self._holders(scope)]
        rows += [_bureau_row(name, role) for name, role in actual if name in names]
        return Findings((*rows, *measure_rows(self.store, scope[:12])))

    def _due_verdict(self) -> Findings:
        """Whether all of the measures named are due by the date."""
        query = self.query
        scope = self._measure_ids(_MeasureSearch(self.store, replace(query, due_by="", due_on=()))._scope())
        if not scope:
            return Findings(failure="no_match")
        held = self._measure_ids(self._scope())
        rows = measure_rows(self.store, scope)
        return Findings(({"kind": "verdict", "value": set(held) == set(scope)}, *rows))

    def _likeness(self) -> Findings:
        """Whether the rows named have the same bodies; of sections, whether they are the same one."""
        query = self.query
        if query.select == "section":
            same: Row = {"kind": "verdict", "value": len(set(query.sections)) == 1}
            return Findings((same, *section_rows(self.store, query.sections)))
        named = [*(Query("measure", measures=(id,)) for id in query.measures)]
        named += [Query("measure", tasks=(id,)) for id in query.tasks]
        sets, ids = [], list[int]()
        for one in named:
            search = _MeasureSearch(self.store, one)
            found = search._measure_ids(search._scope())
            holders = search._holders(found)
            sets.append({(n, r) for n, r, _ in holders if not query.roles or r in query.roles})
            ids += found
        value = all(held == sets[0] for held in sets)
        return Findings(({"kind": "verdict", "value": value}, *measure_rows(self.store, ids[:12])))

    def _claimed_total(self) -> Findings:
        """Whether the plan (or a part of it) has as many sections, tasks, measures or bodies as is said."""
        kind, query = self.query.select, self.query
        if query.tasks or query.sections or query.measures or query.parties:
            inside = _MeasureSearch(self.store, replace(query, check=False, tallies=()))
            total = next(row["value"] for row in inside.find().rows if row.get("of") == kind)
        else:
            table = {"section": "sections", "task": "tasks", "measure": "measures", "bureau": "bureaus"}[kind]
            total = self.store.rows(f"select count(*) as n from {table}")[0]["n"]
        number = {
            "kind": "number",
            "of": kind,
            "value": total,
            "unit": {"task": "项", "measure": "条"}.get(kind, "个"),
        }
        return Findings(({"kind": "verdict", "value": compare(total, self.query.tallies[0])}, number))

    def _membership(self) -> Findings:
        """Whether bodies are among those that hold so much: 其中有市医保局吗, of those that only support."""
        rows = self._bureau_sets()
        members = {row["name"] for row in rows}
        value = all(name in members for party in self.query.parties for name in party.bureaus)
        return Findings(({"kind": "verdict", "value": value}, *rows))

    def _containment(self) -> Findings:
        """Whether a topic, measures or tasks stand in what is named, or all in one section."""
        query = self.query
        if query.topics:
            held = self._measure_ids(self._scope())
            elsewhere = _MeasureSearch(self.store, Query("measure", topics=query.topics))
            found = held or self._measure_ids(elsewhere._scope())
            return Findings(({"kind": "verdict", "value": bool(held)}, *measure_rows(self.store, found)))
        things = measure_rows(self.store, query.measures) or task_rows(self.store, query.tasks)
        if query.select == "section":
            things = [*measure_rows(self.store, query.measures), *task_rows(self.store, query.tasks)]
            value = len({row["section"] for row in things}) == 1
            return Findings(
                (
                    {"kind": "verdict", "value": value},
                    *section_rows(self.store, sorted({row["section"] for row in things})),
                )
            )
        fits_task = not (query.measures and query.tasks) or all(row["task"] in query.tasks for row in things)
        fits_section = not query.sections or all(row["section"] in query.sections for row in things)
        return Findings(({"kind": "verdict", "value": fits_task and fits_section}, *things))


def _holds(column: str, topic: Topic) -> tuple[str, list[Any]]:
    clauses = [" and ".join([f"instr({column}, ?)"] * len(words)) for words in topic.any_of]
    return " or ".join(f"({clause})" for clause in clauses), [
        word for words in topic.any_of for word in words
    ]


def _held_roles(row: Row, party: Party, roles: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (name, role)
        for role in ("lead", "support", "responsible")
        if not roles or role in roles
        for name in row[role]
        if name in party.bureaus
    ]


def _best(values: list[int], query: Query) -> list[int]:
    """The values at the asked places of a ranking, the best first; none where a place is shared."""
    ordered = sorted(values, reverse=query.rank == "most")
    if not ordered:
        return []
    if len(query.places) == 1 and query.places != (1,):
        place = query.places[0]
        alone = place <= len(ordered) and ordered[place - 1] != ordered[place - 2]
        return [ordered[place - 1]] if alone else []
    return list(dict.fromkeys(ordered[: max(query.places, default=1)]))


def _count_row(of: str, value: int) -> Row:
    return {"kind": "number", "of": of, "value": value, "unit": "项" if of == "task" else "条"}


def _pick(rows: list[Row], nth: tuple[int, ...]) -> list[Row] | None:
    if not nth:
        return rows
    listed = [row for row in rows if row["kind"] != "number"]
    try:
        return [listed[n - 1 if n > 0 else n] for n in nth]
    except IndexError:
        return None


def measure_rows(store: Store, ids: Sequence[int]) -> list[Row]:
    """The measures with their bodies by role, in plan order."""
    if not ids:
        return []
    rows = {
        row["id"]: {
            "kind": "measure",
            "id": row["id"],
            "task": row["task"],
            "section": row["section"],
            "lead": [],
            "support": [],
            "responsible": [],
            **({"due": row["due"]} if row["due"] else {}),
            "text": row["text"],
        }
        for row in store.rows(
            f"""select m.*, t.section from measures m join tasks t on t.id = m.task
                where m.id in {_IDS} order by t.section, t.id, m.id""",
            _ids(ids),
        )
    }
    for row in store.rows(
        f"select measure, role, bureau from roles where measure in {_IDS} order by position", _ids(ids)
    ):
        rows[row["measure"]][row["role"]].append(row["bureau"])
    return list(rows.values())


def task_rows(store: Store, ids: Sequence[int]) -> list[Row]:
    """The tasks with their titles, in plan order."""
    found = store.rows(
        f"select id, section, title from tasks where id in ({_marks(ids)}) order by section, id", ids
    )
    return [{"kind": "task", **row} for row in found]


def section_rows(store: Store, ids: Sequence[int]) -> list[Row]:
    """The sections with their labels and titles, in plan order."""
    found = store.rows(f"select id, label, title from sections where id in ({_marks(ids)}) order by id", ids)
    return [{"kind": "section", **row} for row in found]


def _bureau_row(name: str, role: str) -> Row:
    return {"kind": "bureau", "name": name, "role": role}


# -- indicators -----------------------------------------------------------------------------------


class _IndicatorSearch:
    def __init__(self, store: Store, query: Query) -> None:
        self.store = store
        self.query = query

    def find(self) -> Findings:
        query = self.query
        if query.values and not query.indicators and not query.check:
            return self._reverse()
        rows = self._indicators()
        if query.rank:
            rows = self._ranked(rows)
        picked = _pick(rows, query.nth)
        if picked is None:
            return Findings(failure="no_such_number")
        rows = picked
        missing: tuple[str, ...] = ()
        reports: tuple[Row, ...] = ()
        if query.select == "bureau":
            rows = self._bureaus(rows)
        elif query.select == "fact":
            rows = [
                {"kind": "fact", "indicator": row["id"], "field": name, "value": row[name]}
                for row in rows
                for name in query.fields
            ]
        elif query.change:
            return self._changes(rows)
        elif query.select == "figure":
            rows, missing = self._figures(rows)
            if not rows and (missing or query.baseline):
                return Findings(failure="no_such_year", missing=missing)
            reports = self._reports(rows)
        if query.count:
            kind, unit = ("bureau", "个") if query.select == "bureau" else ("indicator", "个")
            names = {
                row.get("name") or row.get("indicator") or row.get("id")
                for row in rows
                if row["kind"] == (kind if kind == "bureau" else row["kind"])
            }
            rows.append({"kind": "number", "of": kind, "value": len(names), "unit": unit})
        if query.exists:
            rows.append({"kind": "verdict", "value": bool(rows)})
        if query.check and query.tallies and query.tallies[0].what == "total":
            rows.append({"kind": "verdict", "value": compare(len(self._indicators()), query.tallies[0])})
        elif query.check:
            rows.append({"kind": "verdict", "value": self._verdict(rows)})
        return Findings(tuple(rows), missing=missing, reports=reports)

    def _reports(self, figures: list[Row]) -> tuple[Row, ...]:
        """What was reported for the years of one indicator's targets: it may stand beside them."""
        if len({row["indicator"] for row in figures}) != 1 or self.query.check:
            return ()
        years = [row["year"] for row in figures]
        found = self.store.rows(
            f"select * from current_reports where indicator = ? and year in ({_marks(years)}) order by year",
            [figures[0]["indicator"], *years],
        )
        return tuple(found)

    def _indicators(self) -> list[Row]:
        query, where = self.query, _Condition()
        where.one_of("id", query.indicators)
        where.one_of('"group"', query.groups)
        of_bodies = bool(query.parties) and query.select == "indicator"
        counted = bool(query.tallies) and query.tallies[0].what == "total"  # 约束性指标是6个吗
        narrows = not query.check or query.exists or of_bodies or counted
        where.one_of("attribute", query.attributes if narrows else ())
        where.one_of("unit", query.units if narrows else ())
        for party in query.parties if not query.check or counted or query.select == "fact" else ():
            self._held_by(where, party)
        clause = " and ".join(where.sql) or "1"
        rows = self.store.rows(f"select * from indicators where {clause} order by id", where.parameters)
        rows = [row for row in rows if self._fits(row)]
        return [
            {"kind": "indicator", **{key: row[key] for key in ("id", "name", "unit", "attribute", "group")}}
            for row in rows
        ]

    def _held_by(self, where: _Condition, party: Party) -> None:
        holds = (
            "exists (select 1 from indicator_bureaus b where b.indicator = indicators.id and b.bureau = ?)"
        )
        joiner = " and " if party.how in ("all", "only") else " or "
        clause = joiner.join([holds] * len(party.bureaus))
        where.add(f"{'not ' if party.how == 'none' else ''}({clause})", party.bureaus)
        if party.how == "only":
            where.add(
                "(select count(*) from indicator_bureaus b where b.indicator = indicators.id) = ?",
                [len(party.bureaus)],
            )

    def _targets(self, indicator: int, *, baseline: bool = False) -> dict[int, Row]:
        """The indicator's targets by year; with ``baseline`` the years before the plan too."""
        rows = self.store.rows("select * from targets where indicator = ? order by year", (indicator,))
        return {row["year"]: row for row in rows if baseline or not row["baseline"]}

    def _ends(self, indicator: int) -> tuple[Row, Row] | None:
        """The two targets that a change is measured between: of the years asked, else the outermost."""
        targets = {y: t for y, t in self._targets(indicator, baseline=True).items() if t["value"] is not None}
        years = sorted(set(self.query.years) & targets.keys())
        if len(years) < 2 and self.query.years and set(self.query.years) - targets.keys():
            return None
        if len(years) == 1:
            others = [y for y, t in targets.items() if y != years[0] and not t["baseline"]]
            years = sorted([years[0], *(others[-1:] if len(others) == 1 else [])])
        if not years:
            years = [y for y, t in targets.items() if not t["baseline"]]
        return (targets[years[0]], targets[years[-1]]) if len(years) >= 2 else None

    def _fits(self, row: Row) -> bool:
        query = self.query
        if query.check:
            return True
        for tally in query.tallies:
            if tally.what == "bodies":
                counted = self.store.rows(
                    "select count(*) as n from indicator_bureaus where indicator = ?", (row["id"],)
                )
                if not compare(counted[0]["n"], tally):
                    return False
        if query.dated:
            held = set(query.years) & self._targets(row["id"]).keys()
            if held != (set(query.years) if query.dated == "with" else set()):
                return False
        if query.trend:
            ends = self._ends(row["id"])
            if ends is None or not _moves(ends[0]["value"], ends[1]["value"], query.trend):
                return False
        for tally in query.tallies:
            if tally.what == "value":
                targets = self._targets(row["id"])
                years = query.years or tuple(targets)
                bound = in_unit(tally.value, tally.unit, row["unit"])
                if bound is None or not any(
                    year in targets
                    and targets[year]["value"] is not None
                    and compare(targets[year]["value"], tally._replace(value=bound))
                    for year in years
                ):
                    return False
        return True

    def _ranked(self, rows: list[Row]) -> list[Row]:
        values = {}
        for row in rows:
            targets = self._targets(row["id"])
            years = self.query.years or tuple(targets)[-1:]
            if self.query.change:
                ends = self._ends(row["id"])
                if ends is not None:
                    values[row["id"]] = ends[1]["value"] - ends[0]["value"]
            elif years[0] in targets and targets[years[0]]["value"] is not None:
                values[row["id"]] = targets[years[0]]["value"]
        if not values:
            return []
        best = max(values.values()) if self.query.rank == "most" else min(values.values())
        return [row for row in rows if values.get(row["id"]) == best]

    def _bureaus(self, rows: list[Row]) -> list[Row]:
        ids = [row["id"] for row in rows]
        found = self.store.rows(
            f"""select distinct b.bureau from indicator_bureaus b join bureaus u on u.name = b.bureau
                where b.indicator in {_IDS} order by u.position""",
            _ids(ids),
        )
        return [
            _bureau_row(row["bureau"], "indicator")
            for row in found
            if row["bureau"] not in self.query.without
        ]

    def _figures(self, rows: list[Row]) -> tuple[list[Row], tuple[str, ...]]:
        query, found, missing = self.query, [], []
        for row in rows:
            targets = self._targets(row["id"], baseline=True)
            years = query.years or [y for y, t in targets.items() if bool(t["baseline"]) == query.baseline]
            for year in years:
                if year in targets and query.values and not query.check and not self._is_value(targets[year]):
                    continue
                if year in targets:
                    found.append(figure_row(row, targets[year]))
                elif str(year) not in missing:
                    missing.append(str(year))
        return found, tuple(missing)

    def _is_value(self, target: Row) -> bool:
        return target["value"] is not None and any(
            abs(target["value"] - v) < _CLOSE for v, _ in self.query.values
        )

    def _changes(self, rows: list[Row]) -> Findings:
        found: list[Row] = []
        for row in rows:
            ends = self._ends(row["id"])
            if ends is None:
                known = self._targets(row["id"], baseline=True)
                missing = tuple(str(y) for y in self.query.years if y not in known)
                return Findings(failure="no_such_year" if missing else "not_understood", missing=missing)
            earlier, later = ends[0]["value"], ends[1]["value"]
            changes = {self.query.change}
            if row["unit"] == "%" and self.query.change == "percent_change":
                changes.add("difference")
            for change in ("difference", "percent_change", "ratio"):
                if change not in changes or (change != "difference" and earlier == 0):
                    continue
                value = {
                    "difference": later - earlier,
                    "percent_change": (later - earlier) / earlier * 100 if earlier else 0.0,
                    "ratio": later / earlier if earlier else 0.0,
                }[change]
                unit = {
                    "difference": "个百分点" if row["unit"] == "%" else row["unit"],
                    "percent_change": "%",
                    "ratio": "倍",
                }
                found.append(
                    {
                        "kind": "number",
                        "of": change,
                        "value": round(value, 2),
                        "unit": unit[change],
                        "indicator": row["id"],
                    }
                )
            found += [figure_row(row, end) for end in ends]
        if self.query.check and self.query.values and found:
            found.append({"kind": "verdict", "value": all(map(self._is_claimed, self._numbers(found)))})
        return Findings(tuple(found), failure="" if found else "no_such_year")

    def _numbers(self, rows: list[Row]) -> list[list[Row]]:
        """The sizes of each indicator's change: of a percentage both in points and in percent."""
        numbers = [row for row in rows if row["kind"] == "number"]
        return [
            [n for n in numbers if n["indicator"] == i]
            for i in dict.fromkeys(n["indicator"] for n in numbers)
        ]

    def _is_claimed(self, sizes: list[Row]) -> bool:
        """Whether the change is as large as is said, to as many decimals."""
        value, _ = self.query.values[0]
        decimals = min(2, len(f"{value:g}".partition(".")[2]))
        return any(round(size["value"], decimals) == round(value, decimals) for size in sizes)

    def _reverse(self) -> Findings:
        """Which indicator has this value, in which year."""
        found: list[Row] = []
        for value, unit in self.query.values:
            for row in self._indicators():
                for target in self._targets(row["id"], baseline=bool(self.query.years)).values():
                    fits_year = not self.query.years or target["year"] in self.query.years
                    meant = in_unit(value, unit, row["unit"])
                    if target["value"] is None or not fits_year or meant is None:
                        continue
                    if abs(target["value"] - meant) < _CLOSE:
                        found.append(figure_row(row, target))
                        if row not in found:
                            found.append(row)
        return Findings(tuple(found), failure="" if found else "no_match")

    def _verdict(self, rows: list[Row]) -> bool:
        query = self.query
        indicators = self._indicators()
        if not indicators:
            return False
        if query.parties and query.select != "fact":
            return all(self._holds(row["id"], party) for row in indicators for party in query.parties)
        if query.attributes:
            return all(row["attribute"] in query.attributes for row in indicators)
        if query.units:
            return all(row["unit"] in query.units for row in indicators)
        if query.groups:
            return all(row["group"] in query.groups for row in indicators)
        if query.values:
            return self._values_hold([row for row in rows if row["kind"] == "figure"])
        claims = [t for t in query.tallies if t.what == "value"]
        if claims:
            figures = [
                row for row in rows if row["kind"] == "figure" and isinstance(row["value"], (int, float))
            ]
            bounds = [(f, t, in_unit(t.value, t.unit, f["unit"])) for f in figures for t in claims]
            return bool(figures) and all(
                bound is not None and compare(f["value"], t._replace(value=bound)) for f, t, bound in bounds
            )
        if query.trend:
            ends = [self._ends(row["id"]) for row in indicators]
            return all(e is not None and _moves(e[0]["value"], e[1]["value"], query.trend) for e in ends)
        return bool(rows)

    def _values_hold(self, figures: list[Row]) -> bool:
        """Whether the values are the targets': of every year that is named, each with its own value where
        there are as many; of some year, where none is."""
        years, values = self.query.years, self.query.values
        own = dict(zip(years, values, strict=True)) if len(years) == len(values) > 1 else {}

        def holds(figure: Row) -> bool:
            claimed = [own[figure["year"]]] if figure["year"] in own else values
            return isinstance(figure["value"], (int, float)) and any(
                meant is not None and abs(figure["value"] - meant) < _CLOSE
                for meant in (in_unit(value, unit, figure["unit"]) for value, unit in claimed)
            )

        if years:
            return bool(figures) and all(map(holds, figures))
        held = {figure["indicator"] for figure in figures if holds(figure)}
        return bool(figures) and held == {figure["indicator"] for figure in figures}

    def _holds(self, indicator: int, party: Party) -> bool:
        names = {
            r["bureau"]
            for r in self.store.rows("select bureau from indicator_bureaus where indicator = ?", (indicator,))
        }
        if party.how == "only":
            return names == set(party.bureaus)
        if party.how == "none":
            return not names & set(party.bureaus)
        return names >= set(party.bureaus)


def _moves(earlier: float, later: float, trend: str) -> bool:
    return {
        "rises": later > earlier,
        "falls": later < earlier,
        "unchanged": later == earlier,
        "changed": later != earlier,
        "doubled": earlier != 0 and abs(later / earlier - 2) < _CLOSE,
    }[trend]


def figure_row(indicator: Row, target: Row) -> Row:
    """A value of an indicator in one year, as a row of an answer."""
    value = target["value"]
    if value is None:
        value = target["text"]
    elif float(value).is_integer():
        value = int(value)
    return {
        "kind": "figure",
        "indicator": indicator["id"],
        "year": target["year"],
        "value": value,
        "unit": indicator["unit"],
        "comparator": target["comparator"],
        **({"baseline": True} if target["baseline"] else {}),
    }
