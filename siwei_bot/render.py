"""Answer rows → words for a person in a chat: the direct answer first, then the list, then the source.

Whole sentences that a person may want to change stand in ``data/phrases.yaml``; what is put together
from a plan's own words is put together here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, cast

import yaml

from siwei_bot.answer import Answerer, Findings, Row
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Reading
from siwei_bot.plan import ROLES, Assignment, Indicator, Measure, Plan, Role, Section, Target, Task
from siwei_bot.query import Party, Query, Tally, Topic
from siwei_bot.store import Store

MAX_LINES = 25
MAX_CHARACTERS = 1200
"""The most that one answer takes up in a chat; a longer list is summarised by its numbers."""

FULL_TEXTS = 8
"""Measures of a list that are quoted in full; of more, the beginnings."""

CUT = 40
"""Characters of a measure in a long list."""

_DEFAULT_WORDS: dict[Role, str] = {"lead": "牵头", "support": "参与", "responsible": "责任单位"}
_BODY_SUFFIXES = ("单位", "部门", "机构", "主体", "方")
_NO_VERBS = ("", "责任", "成员")
_OPERATORS = {"==": "正好", ">=": "不少于", "<=": "不超过", ">": "多于", "<": "少于"}
_TRENDS = {"rises": "提高", "falls": "降低", "unchanged": "不变", "doubled": "翻一番", "changed": "有变化"}
_DIGITS = "零一二三四五六七八九"
_YEAR = re.compile(r"(?:19|20)\d\d")


# -- small words -----------------------------------------------------------------------------------


@cache
def phrases() -> dict[str, dict[str, str]]:
    """The sentences of ``phrases.yaml``, read once a process."""
    text = files("siwei_bot").joinpath("data", "phrases.yaml").read_text("utf-8")
    loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return cast(dict[str, dict[str, str]], loaded)


def spans(numbers: Iterable[int]) -> str:
    """Numbers in one short string, three or more in a row as a range.

    >>> spans([1, 2, 5, 6, 7, 12])
    '1、2、5–7、12'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{r[0]}–{r[-1]}" if len(r) > 2 else "、".join(map(str, r)) for r in runs]
    return "、".join(parts)


def quantity(value: float | str, unit: str, comparator: str = "") -> str:
    """A value as the plan prints it: ``≥60%``, ``6.73亿立方米``, ``0.6``, or the words of the target."""
    if isinstance(value, str):
        return value
    return f"{comparator}{_number(value)}{'' if unit == '1' else unit}"


def due_words(due: str) -> str:
    """A due date in words; what is no date stays as printed.

    >>> due_words("2026-06"), due_words("2026-06-30"), due_words("持续推进")
    ('2026年6月', '2026年6月30日', '持续推进')
    """
    parts = due.split("-")
    if not all(part.isdecimal() for part in parts):
        return due
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _number(value: float) -> str:
    return format(value, ".10g")


def _measures_said(ids: Iterable[int]) -> str:
    return f"第{spans(ids)}条"


def _tasks_said(ids: Iterable[int]) -> str:
    return f"任务{spans(ids)}"


def _chinese(number: int) -> str:
    """A number under 100 in Chinese numerals."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _sections_said(ids: Iterable[int]) -> str:
    """第一部分, 第一至五部分."""
    said = re.sub(r"\d+", lambda match: _chinese(int(match[0])), spans(ids).replace("–", "至"))
    return f"第{said}部分"


def _quoted(words: Iterable[str]) -> str:
    return "".join(f"“{word}”" for word in words)


def _cut(text: str, length: int = CUT) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip("，、；：“（") + "…"


def _ids(rows: Iterable[Row], kind: str, key: str = "id") -> list[int]:
    return list(dict.fromkeys(row[key] for row in rows if row["kind"] == kind))


def _first(rows: Iterable[Row], kind: str) -> Row | None:
    return next((row for row in rows if row["kind"] == kind), None)


# -- the plan by number ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """A measure with everything above it."""

    measure: Measure
    assignment: Assignment
    task: Task
    section: Section

    def names(self, role: str) -> tuple[str, ...]:
        return tuple(body.name for body in getattr(self.assignment, role))

    @property
    def bodies(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self.names(role) for role in ROLES)


class _Book:
    """The plan looked up by number, and its words for roles, bodies and targets."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sections = {s.id: s for s in plan.sections}
        self.tasks = {t.id: t for s in plan.sections for t in s.tasks}
        self.section_of = {t.id: s for s in plan.sections for t in s.tasks}
        self.indicators = {i.id: i for i in plan.indicators}
        self.measures = {
            m.id: _Entry(m, a, t, s)
            for s in plan.sections
            for t in s.tasks
            for a in t.assignments
            for m in a.measures
        }
        self.names_leads = any(entry.assignment.lead for entry in self.measures.values())

    @property
    def name(self) -> str:
        """The plan as it is called in a sentence."""
        return f"{self.plan.region}{self.plan.title}"

    # roles

    def word(self, role: str) -> str:
        """The plan's own word for a role."""
        words: dict[str, str] = {**_DEFAULT_WORDS, "indicator": "责任单位", **self.plan.role_words}
        return words[role]

    def verb(self, role: str) -> str:
        """The role's word as a verb; empty where the word only names a body (责任单位)."""
        word = self.word(role)
        for suffix in _BODY_SUFFIXES:
            word = word.removesuffix(suffix)
        return "" if word in _NO_VERBS else word

    def noun(self, role: str) -> str:
        """The role's word as the name of a body: 牵头单位."""
        word = self.word(role)
        return word if word.endswith(_BODY_SUFFIXES) else word + "单位"

    def label(self, role: str) -> str:
        """The role as the heading of a list: 牵头, 责任单位."""
        return self.verb(role) or self.noun(role)

    def doing(self, role: str) -> str:
        """The role as what a body does: 牵头, 为责任单位."""
        return self.verb(role) or f"为{self.noun(role)}"

    def does(self, names: Sequence[str], role: str, things: str) -> str:
        """市水利局牵头第1条; 康养集团是第14条的责任单位."""
        verb = self.verb(role)
        said = "、".join(names)
        return f"{said}{verb}{things}" if verb else f"{said}是{things}的{self.noun(role)}"

    def held_by(self, by_role: Mapping[str, Sequence[str]]) -> str:
        """由市水利局牵头，市教育局参与; 的责任单位是康养集团: the rest of a sentence that begins with the thing."""
        parts = []
        for role, names in by_role.items():
            verb, said = self.verb(role), "、".join(names)
            parts.append(f"{said}{verb}" if verb else f"{self.noun(role)}是{said}")
        first = next(iter(by_role), "lead")
        return f"{'由' if self.verb(first) else '的'}{'，'.join(parts)}"

    def held(self, entry: _Entry, roles: Sequence[str] = ()) -> str:
        """Who does a measure, as the rest of a sentence that begins with it."""
        asked = [role for role in ROLES if not roles or role in roles or not entry.assignment.lead]
        return self.held_by({role: entry.names(role) for role in asked if entry.names(role)})

    def statements(self, ids: Iterable[int], roles: Sequence[str] = ()) -> list[str]:
        """第8、9条由…牵头, one for the measures that the same bodies do; of some roles only where asked."""
        groups: dict[tuple[tuple[str, ...], ...], list[int]] = {}
        for id in ids:
            entry = self.measures[id]
            key = tuple(
                entry.names(role) for role in ROLES if not roles or role in roles or not entry.assignment.lead
            )
            if any(key):
                groups.setdefault(key, []).append(id)
        found = []
        for group in groups.values():
            found.append(f"{_measures_said(group)}{self.held(self.measures[group[0]], roles)}")
        return found

    def roles_of(self, name: str, ids: Iterable[int] | None = None) -> dict[Role, list[int]]:
        """The measures (of those given) that a body has a part in, by role."""
        among = list(self.measures if ids is None else ids)
        held = {role: [id for id in among if name in self.measures[id].names(role)] for role in ROLES}
        return {role: measures for role, measures in held.items() if measures}

    def parts_of(self, name: str, ids: Iterable[int] | None = None) -> str:
        """牵头第30条，参与第35–37条; empty for a body that has no part."""
        said = [self.does((), role, _measures_said(held)) for role, held in self.roles_of(name, ids).items()]
        return "，".join(said)

    def under(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """The measures by their tasks, in plan order."""
        wanted = set(ids)
        found: dict[int, list[int]] = {}
        for id, entry in self.measures.items():
            if id in wanted:
                found.setdefault(entry.task.id, []).append(id)
        return found

    def of_task(self, task: int) -> list[int]:
        return [m.id for a in self.tasks[task].assignments for m in a.measures]

    def of_section(self, section: int) -> list[int]:
        return [m for t in self.sections[section].tasks for m in self.of_task(t.id)]

    def section_said(self, id: int) -> str:
        return f"{_sections_said([id])}“{self.sections[id].title}”"

    # indicators

    def target(self, indicator: Indicator, target: Target) -> str:
        value = target.text if target.value is None else target.value
        return quantity(value, indicator.unit, target.comparator)

    def targets(self, indicator: Indicator, years: Sequence[int] = ()) -> str:
        """2025年6.17亿立方米，2030年6.73亿立方米: the targets, or the values of the years asked."""
        chosen = [t for t in indicator.targets if (t.year in years if years else not t.baseline)]
        return "，".join(
            f"{t.year}年{'（基期）' if t.baseline else ''}{self.target(indicator, t)}" for t in chosen
        )

    def responsible(self, indicator: Indicator) -> str:
        """约束性指标，责任单位：市水利局."""
        bodies = "、".join(body.name for body in indicator.bodies) if hasattr(indicator, "bodies") else ""
        bodies = bodies or "、".join(body.name for body in indicator.bureaus)
        parts = [f"{indicator.attribute}指标"] if indicator.attribute else []
        parts += [f"{self.noun('indicator')}：{bodies}"] if bodies else []
        return "，".join(parts)

    @cached_property
    def folded(self) -> dict[int, str]:
        return {id: fold(entry.measure.text) for id, entry in self.measures.items()}

    @cached_property
    def _latin(self) -> dict[str, str]:
        text = " ".join(
            [e.measure.text for e in self.measures.values()] + [i.name for i in self.plan.indicators]
        )
        return {word.lower(): word for word in re.findall(r"[A-Za-z]+", text)}

    def as_printed(self, said: str) -> str:
        """Words of a question, which arrive in small letters, with the plan's capitals."""
        return re.sub(r"[a-z]+", lambda match: self._latin.get(match[0], match[0].upper()), said)


# -- parts of a text -------------------------------------------------------------------------------


@dataclass
class _Cited:
    """What an answer rests on."""

    indicators: set[int] = field(default_factory=set)
    measures: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    sections: set[int] = field(default_factory=set)

    def add(self, other: _Cited) -> None:
        self.indicators |= other.indicators
        self.measures |= other.measures
        self.tasks |= other.tasks
        self.sections |= other.sections


Form = list[str]
"""One way to write a list, in lines."""


@dataclass
class _Part:
    """An answer to one question: the direct answer, then a list in one of its forms (fullest first), then ``tail``."""

    head: str
    forms: list[Form] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    cited: _Cited = field(default_factory=_Cited)


def _size(lines: Iterable[str]) -> tuple[int, int]:
    found = [line for text in lines for line in text.split("\n")]
    return len(found), sum(len(line) + 1 for line in found)


def _fit(parts: Sequence[_Part], aside: Sequence[str], last: Sequence[str]) -> list[str]:
    """The lines of a text: of each list the fullest form that leaves room for the rest."""
    fixed = [*aside, *last, *(line for part in parts for line in (part.head, *part.tail))]
    smallest = [part.forms[-1] if part.forms else [] for part in parts]
    lines, characters = _size(fixed)
    for at, part in enumerate(parts):
        later = _size(line for form in smallest[at + 1 :] for line in form)
        for form in part.forms:
            size = _size(form)
            room = MAX_LINES - lines - later[0], MAX_CHARACTERS - characters - later[1]
            if size[0] <= room[0] and size[1] <= room[1]:
                smallest[at] = form
                break
        size = _size(smallest[at])
        lines, characters = lines + size[0], characters + size[1]
    found: list[str] = []
    for at, part in enumerate(parts):
        found += [part.head, *(aside if at == 0 else ()), *smallest[at], *part.tail]
    return [*found, *last]


def _line_forms(lines: Sequence[str], names: Sequence[str]) -> list[Form]:
    """A list of lines; where it is too long, its beginning and the names of the rest."""
    forms = [list(lines)]
    for kept in (16, 8, 4):
        if kept < len(lines):
            rest = names[kept:]
            forms.append([*lines[:kept], f"另有{len(rest)}项：{'、'.join(rest)}"])
    if len(lines) > 4:
        forms.append([f"另有{len(lines) - 4}项没有列出。"] if not names else [_cut("、".join(names), 600)])
    return forms


class _Lists:
    """Lists of measures, grouped by task."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def forms(
        self, groups: Sequence[tuple[str, Sequence[int]]], *, bodies: bool = False, due: bool = False
    ) -> list[Form]:
        """The list under each label, from full texts down to mere numbers."""
        count = sum(len(ids) for _, ids in groups)
        forms: list[Form] = []
        if not count:
            return forms
        if count <= FULL_TEXTS:
            forms += [self._texts(groups, None, True, due)] if bodies else []
            forms.append(self._texts(groups, None, False, due))
        forms.append(self._texts(groups, CUT, False, due))
        return forms + self._short(groups)

    def of_holders(self, ids: Sequence[int], roles: Sequence[str], said: str) -> list[Form]:
        """The measures behind an answer about bodies, which ``said`` gives: who does which, the texts cut short."""
        groups = [("", ids)]
        if not ids:
            return []
        entries = [self.book.measures[id] for id in ids]
        told = len({entry.bodies for entry in entries}) == 1 and all(
            n in said for names in entries[0].bodies for n in names
        )
        forms = [self._texts(groups, CUT, not told, False)] if len(ids) <= FULL_TEXTS else []
        lines = []
        for task, measures in self.book.under(ids).items():
            statements = self.book.statements(measures, roles)
            lines += [f"任务{task}：{'；'.join(statements)}"] if statements else []
        return [*forms, *([lines] if lines and not told else []), *self._short(groups)]

    def _short(self, groups: Sequence[tuple[str, Sequence[int]]]) -> list[Form]:
        """Forms without texts."""
        most = max(len(self.book.under(ids)) for _, ids in groups)
        forms = [self._compact(groups, kept) for kept in (most, 12, 6, 3) if kept <= most]
        return [*forms, self._numbers(groups)]

    def _texts(
        self, groups: Sequence[tuple[str, Sequence[int]]], cut: int | None, bodies: bool, due: bool
    ) -> Form:
        lines: Form = []
        shortened = 0
        for label, ids in groups:
            lines += [f"【{label}】"] if label else []
            for task, measures in self.book.under(ids).items():
                lines.append(f"任务{task} {self.book.tasks[task].title}")
                for at, id in enumerate(measures):
                    entry = self.book.measures[id]
                    text = entry.measure.text if cut is None else _cut(entry.measure.text, cut)
                    shortened = shortened or (id if text != entry.measure.text else 0)
                    when = (
                        f"（{due_words(entry.assignment.due) or '没有写时限'}）" if due and not bodies else ""
                    )
                    lines.append(f"{id}. {text}{when}")
                    last = (
                        at + 1 == len(measures)
                        or self.book.measures[measures[at + 1]].assignment is not entry.assignment
                    )
                    if bodies and last:
                        lines.append(f"（{self.bodies(entry)}）")
        if shortened:
            lines.append(phrases()["more"]["cut"].format(measure=shortened))
        return lines

    def _compact(self, groups: Sequence[tuple[str, Sequence[int]]], kept: int) -> Form:
        lines: Form = []
        for label, ids in groups:
            lines += [f"【{label}】"] if label else []
            tasks = list(self.book.under(ids).items())
            for task, measures in tasks[:kept]:
                lines.append(f"任务{task} {self.book.tasks[task].title}：{_measures_said(measures)}")
            if tasks[kept:]:
                count = sum(len(measures) for _, measures in tasks[kept:])
                rest = "；".join(f"任务{task}{_measures_said(measures)}" for task, measures in tasks[kept:])
                lines.append(f"另有{count}条：{rest}")
        return [*lines, self._hint(groups)]

    def _numbers(self, groups: Sequence[tuple[str, Sequence[int]]]) -> Form:
        lines = [f"{f'【{label}】' if label else ''}{_measures_said(ids)}" for label, ids in groups]
        return [*lines, self._hint(groups)]

    def _hint(self, groups: Sequence[tuple[str, Sequence[int]]]) -> str:
        first = next(ids[0] for _, ids in groups if ids)
        return phrases()["more"]["compact"].format(task=self.book.measures[first].task.id, measure=first)

    def bodies(self, entry: _Entry) -> str:
        """牵头：市水利局；参与：市教育局；时限：2026年12月."""
        parts = [
            f"{self.book.word(role)}：{'、'.join(entry.names(role))}" for role in ROLES if entry.names(role)
        ]
        parts += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        return "；".join(parts)


# -- what was asked, in words ----------------------------------------------------------------------


class _Asked:
    """The conditions of a query as the words before 的措施, 的任务, 的指标."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def scope(self, query: Query) -> str:
        """第三部分中，: where in the plan was looked."""
        parts = [_sections_said(query.sections)] if query.sections else []
        parts += [_tasks_said(query.tasks)] if query.tasks else []
        within = f"{'、'.join(parts)}中，" if parts else ""
        outside = [_sections_said(query.not_sections)] if query.not_sections else []
        outside += [_tasks_said(query.not_tasks)] if query.not_tasks else []
        return within + (f"除{'、'.join(outside)}外，" if outside else "")

    def conditions(self, query: Query) -> list[str]:
        """市城管局牵头, 与“再生水”有关, 2027年底前完成."""
        found = [self.party(party) for party in query.parties]
        found += [f"与{self.topics(query.topics)}有关"] if query.topics else []
        found += [f"{self._deadline(query.due_by)}前完成"] if query.due_by else []
        found += [self.tally(tally) for tally in query.tallies]
        return list(dict.fromkeys(found))

    def named(self, query: Query, noun: str) -> str:
        """第三部分中，市城管局牵头的措施."""
        conditions = "、".join(self.conditions(query))
        return f"{self.scope(query)}{conditions}{'的' if conditions else ''}{noun}"

    def topics(self, topics: Iterable[Topic]) -> str:
        """“母亲河”“生态廊道”, in the plan's capitals."""
        return _quoted(self.book.as_printed(topic.said) for topic in topics)

    def party(self, party: Party) -> str:
        """A condition on bodies as the words before 的."""
        roles = self.roles(party)
        verb = "或".join(self.book.verb(role) for role in roles if self.book.verb(role))
        nouns = "或".join(self.book.noun(role) for role in roles if not self.book.verb(role))
        names = "、".join(party.bureaus)
        if party.how == "none":
            return f"不由{names}{verb}" if verb else f"{nouns}不含{names}" if nouns else f"不涉及{names}"
        if party.how == "only":
            return f"{names}单独{verb}" if verb else f"{nouns}只有{names}" if nouns else f"只涉及{names}"
        if party.how == "all" and len(party.bureaus) > 1:
            return f"{names}共同{verb}" if verb else f"{nouns}同时有{names}" if nouns else f"{names}都有份"
        names = "或".join(party.bureaus)
        return f"{names}{verb}" if verb else f"{names}为{nouns}" if nouns else f"{names}承担"

    def roles(self, party: Party) -> tuple[str, ...]:
        """The roles asked, as far as the plan has them."""
        roles = tuple(role for role in party.roles if role != "indicator")
        if not self.book.names_leads and "lead" in roles:
            return tuple(dict.fromkeys("responsible" if role == "lead" else role for role in roles))
        return roles

    def tally(self, tally: Tally) -> str:
        """参与单位不少于3家."""
        number = _number(tally.value)
        if tally.what == "value":
            return f"目标{_OPERATORS[tally.op]}{quantity(tally.value, tally.unit)}".replace(
                "少", "低"
            ).replace("多", "高")
        what = self.counted(tally.what)
        unit = {"measure": "条", "task": "项", "indicator": "项", "section": "个"}.get(tally.what, "家")
        if tally.value == 0 and tally.op in ("==", "<="):
            return f"没有{what}"
        return f"{what}{_OPERATORS[tally.op]}{number}{unit}"

    def counted(self, what: str) -> str:
        """The name of what is counted."""
        known = {
            "measure": "措施",
            "task": "任务",
            "indicator": "指标",
            "section": "所在部分",
            "any": "涉及单位",
            "bodies": "涉及单位",
        }
        return known.get(what) or self.book.noun(what)

    def _deadline(self, date: str) -> str:
        year, month, _ = date.split("-")
        return f"{year}年底" if month == "12" else f"{year}年{int(month)}月底"

    def things(self, query: Query, ids: Sequence[int]) -> str:
        """What the measures are called in the answer: 第8条, 任务4, “再生水”（第6、36条）."""
        if query.topics:
            said = self.topics(query.topics)
            return f"{said}（{_measures_said(ids)}）" if 0 < len(ids) <= FULL_TEXTS else said
        if query.measures or query.nth:
            return _measures_said(ids or query.measures)
        if query.tasks:
            return _tasks_said(query.tasks)
        return _sections_said(query.sections) if query.sections else "方案"


def _alone(query: Query) -> bool:
    """Whether a query names measures, tasks or sections by number and nothing else."""
    return not (
        query.parties
        or query.topics
        or query.due_by
        or query.tallies
        or query.rank
        or query.not_tasks
        or query.not_sections
    )


# -- measures, tasks, sections, bodies -------------------------------------------------------------


class _Work:
    """Answers about who does what."""

    def __init__(self, book: _Book, answerer: Answerer) -> None:
        self.book = book
        self.answerer = answerer
        self.asked = _Asked(book)
        self.lists = _Lists(book)

    def part(self, query: Query, rows: Sequence[Row]) -> _Part:
        """The answer to one query that is not about indicators."""
        if query.check:
            return self._verdict(query, rows)
        if query.select == "bureau":
            return _Bodies(self).part(query, rows)
        if query.select == "task":
            return self._tasks(query, rows)
        if query.select == "section":
            return self._sections(query, rows)
        return self._measures(query, rows)

    def behind(self, query: Query) -> list[int]:
        """The measures that a query is about, whatever it asks of them."""
        plain = replace(
            query,
            select="measure",
            count=False,
            check=False,
            exists=False,
            rank="",
            nth=(),
            tallies=(),
            each=False,
        )
        return _ids(self.answerer.find(plain).rows, "measure")

    # measures

    def _measures(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids = _ids(rows, "measure")
        titled = _ids(rows, "task")
        indicators = _ids(rows, "indicator")
        cited = _Cited(measures=set(ids), tasks=set(titled), indicators=set(indicators))
        tail = [f"题目里提到的：任务{id} {self.book.tasks[id].title}" for id in titled]
        if not ids and not indicators:
            return self._no_measures(query, titled)
        if query.due_asked:
            return self._due(query, ids, cited)
        if len(ids) == 1 and (query.measures or query.nth) and _alone(query) and not query.count:
            return self._quote(query, ids[0])
        groups = self._groups(query, rows)
        head = self._measure_head(query, ids, groups, indicators)
        roles = {row.get("role") for row in rows if row["kind"] == "measure"}
        bodies = len(groups) == 1 and roles != {"lead"}
        forms = self.lists.forms([g for g in groups if g[1]], bodies=bodies, due=bool(query.due_by))
        tail += _indicator_lines(self.book, indicators)
        return _Part(("有，" if query.exists else "") + head, forms, tail, cited)

    def _groups(self, query: Query, rows: Sequence[Row]) -> list[tuple[str, list[int]]]:
        """The measures by the body and role that they were asked through, with a label where there are several."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            if row["kind"] == "measure":
                found.setdefault((row.get("bureau", ""), row.get("role", "")), []).append(row["id"])
        if any(party.how in ("all", "only") and len(party.bureaus) > 1 for party in query.parties):
            return [("", _ids(rows, "measure"))]
        several_bodies = len({name for name, _ in found}) > 1
        ordered = sorted(found, key=lambda key: ROLES.index(cast(Role, key[1])) if key[1] else 0)
        if several_bodies:
            asked = [name for party in query.parties for name in party.bureaus]
            ordered.sort(key=lambda key: asked.index(key[0]) if key[0] in asked else 0)
        if len(found) == 1:
            return [("", next(iter(found.values())))]
        return [
            (f"{name if several_bodies else ''}{self.book.label(role) if role else ''}", found[name, role])
            for name, role in ordered
        ]

    def _measure_head(
        self,
        query: Query,
        ids: Sequence[int],
        groups: Sequence[tuple[str, Sequence[int]]],
        indicators: Sequence[int],
    ) -> str:
        tasks = self.book.under(ids)
        among = f"，分属{len(tasks)}项任务" if len(tasks) > 1 else ""
        if len(tasks) == 1 and not query.tasks:
            among = f"，{'都' if len(ids) > 1 else ''}属于任务{next(iter(tasks))}"
        if query.rank:
            noun = self.asked.counted(query.rank_by or "measure")
            best = len(_names_in(self.book.measures[ids[0]], query.rank_by))
            return f"{self.asked.scope(query)}{noun}{_superlative(query)}的措施是{_measures_said(ids)}，{'各' if len(ids) > 1 else ''}{best}家："
        if query.select == "work":
            return self._shares(query, groups, indicators)
        labelled = [(label, held) for label, held in groups if label]
        split = f"（{'，'.join(f'{label}{len(held)}条' for label, held in labelled)}）" if labelled else among
        if _alone(query) and not query.count and (query.measures or query.nth):
            return f"{_measures_said(ids)}如下："
        if not any((self.asked.conditions(query), self.asked.scope(query), query.measures)):
            return f"方案共{len(ids)}条措施{among}："
        if not self.asked.conditions(query) and not query.measures:
            return f"{self.asked.scope(query).replace('中，', '')}共{len(ids)}条措施{among}："
        within = f"这{len(set(query.measures))}条中，" if query.measures and len(query.measures) > 1 else ""
        return f"{within}{self.asked.named(query, '措施')}有{len(ids)}条{split}："

    def _shares(
        self, query: Query, groups: Sequence[tuple[str, Sequence[int]]], indicators: Sequence[int]
    ) -> str:
        """市规自局牵头6条措施，参与9条，负责1项指标."""
        names = list(dict.fromkeys(name for party in query.parties for name in party.bureaus))
        counts = []
        for label, ids in groups:
            if ids and not label:
                roles = self.book.roles_of(names[0], ids) if len(names) == 1 else {}
                label = self.book.label(next(iter(roles))) if roles else "共同承担"
            counts += [f"{label}{len(ids)}条"] if ids else []
        counts += (
            [f"{'负责' if len(names) == 1 else '共同负责'}{len(indicators)}项指标"] if indicators else []
        )
        return f"{self.asked.scope(query)}{'、'.join(names)}：{'，'.join(counts)}。"

    def _no_measures(self, query: Query, titled: Sequence[int]) -> _Part:
        cited = _Cited(tasks=set(titled))
        if len(query.parties) == 1 and not query.topics and not query.tallies and not query.due_by:
            party = query.parties[0]
            if party.how in ("any", "all") and len(party.bureaus) == 1:
                return self._nothing_for(query, party)
        if titled:
            lines = [f"任务{id} {self.book.tasks[id].title}" for id in titled]
            return _Part("没有哪一条措施提到，但任务的题目里有：", [lines], cited=cited)
        noun = "任务和措施" if query.select == "work" else "措施"
        return _Part(
            f"{self.asked.scope(query) or '方案里'}没有{self.asked.named(replace(query, sections=(), tasks=(), not_sections=(), not_tasks=()), noun)}。"
        )

    def _nothing_for(self, query: Query, party: Party) -> _Part:
        name = party.bureaus[0]
        verbs = "或".join(self.book.verb(role) for role in self.asked.roles(party) if self.book.verb(role))
        nouns = "或".join(
            self.book.noun(role) for role in self.asked.roles(party) if not self.book.verb(role)
        )
        none = f"没有{verbs}的措施" if verbs else f"没有列为{nouns}" if nouns else "没有承担措施"
        head = f"{self.asked.scope(query)}{name}{none}。"
        within = None if not self.asked.scope(query) else self.behind(replace(query, parties=()))
        others = self.book.parts_of(name, within)
        held = self.book.roles_of(name, within)
        cited = _Cited(measures={id for ids in held.values() for id in ids})
        return _Part(head, tail=[f"{name}{others}。"] if others else [], cited=cited)

    def _quote(self, query: Query, id: int) -> _Part:
        entry = self.book.measures[id]
        inside = query.nth and query.tasks
        head = f"{f'任务{entry.task.id}的第{_position(self.book.of_task(entry.task.id), id)}条，即' if inside else ''}第{id}条：{entry.measure.text}"
        tail = [f"所属：任务{entry.task.id} {entry.task.title}"]
        for role in ROLES:
            bodies = getattr(entry.assignment, role)
            said = "、".join(
                b.name if b.spelling == b.name else f"{b.name}（原文写作“{b.spelling}”）" for b in bodies
            )
            tail += [f"{self.book.word(role)}：{said}"] if said else []
        tail += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        tail += [f"说明：{entry.measure.note}"] if entry.measure.note else []
        return _Part(head, tail=tail, cited=_Cited(measures={id}))

    def _due(self, query: Query, ids: Sequence[int], cited: _Cited) -> _Part:
        dues = dict.fromkeys(self.book.measures[id].assignment.due for id in ids)
        things = self.asked.things(query, ids)
        if len(dues) == 1:
            due = due_words(next(iter(dues)))
            head = f"{things}的完成时限是{due}。" if due else f"{things}没有写完成时限。"
        else:
            head = f"{things}的完成时限不完全相同："
        return _Part(head, self.lists.forms([("", ids)], due=len(dues) > 1), cited=cited)

    # tasks

    def _tasks(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids = _ids(rows, "task")
        cited = _Cited(tasks=set(ids))
        start = "有，" if query.exists else ""
        if not ids:
            return _Part(
                f"{self.asked.scope(query) or '方案里'}没有{self.asked.named(replace(query, sections=(), tasks=()), '任务')}。"
            )
        if query.measures and not query.parties and len(ids) == 1:
            return _Part(
                f"{_measures_said(query.measures)}属于任务{ids[0]} {self.book.tasks[ids[0]].title}。",
                cited=cited,
            )
        if len(ids) == 1 and _alone(query) and not query.count and not query.exists:
            return self._task(ids[0])
        narrowed = bool(query.parties or query.topics or query.due_by) and not any(
            p.how == "none" for p in query.parties
        )
        held = self.book.under(self.behind(query)) if narrowed else {}
        lines = [
            f"任务{id} {self.book.tasks[id].title}"
            + (f"（{_measures_said(held[id])}）" if id in held else "")
            for id in ids
        ]
        return _Part(
            start + self._task_head(query, ids), _line_forms(lines, [f"任务{id}" for id in ids]), cited=cited
        )

    def _task_head(self, query: Query, ids: Sequence[int]) -> str:
        if query.rank:
            what = query.rank_by or "measure"
            measures = self.book.of_task(ids[0])
            best = (
                len(measures)
                if what == "measure"
                else len({n for m in measures for n in _names_in(self.book.measures[m], what)})
            )
            unit = "条" if what == "measure" else "家"
            return f"{self.asked.scope(query)}{self.asked.counted(what)}{_superlative(query)}的任务有{len(ids)}项，{'各' if len(ids) > 1 else ''}{best}{unit}："
        if not self.asked.conditions(query):
            scope = _sections_said(query.sections) if query.sections else ""
            if query.tasks and not query.sections:
                return f"{_tasks_said(ids)}："
            if query.not_sections or query.not_tasks:
                return f"{self.asked.scope(query)}共{len(ids)}项任务："
            return f"{scope or '方案'}共{len(ids)}项任务："
        return f"{self.asked.named(query, '任务')}有{len(ids)}项："

    def _task(self, id: int) -> _Part:
        task, measures = self.book.tasks[id], self.book.of_task(id)
        section = self.book.section_of[id]
        forms = [
            form[1:] if form[0].startswith("任务") else form
            for form in self.lists.forms([("", measures)], bodies=True)[:-2]
        ]
        head = f"任务{id} {task.title}（{_sections_said([section.id])}，{len(measures)}条措施）"
        return _Part(head, forms, cited=_Cited(tasks={id}, measures=set(measures)))

    # sections

    def _sections(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids = _ids(rows, "section")
        cited = _Cited(sections=set(ids))
        if not ids:
            return _Part(f"方案里没有{self.asked.named(query, '部分')}。")
        narrowed = query.tasks or query.measures or query.topics
        if narrowed and not query.parties and not query.rank:
            things = self.asked.things(query, self.behind(query) if query.topics else [])
            return _Part(f"{things}属于{'、'.join(self.book.section_said(id) for id in ids)}。", cited=cited)
        if len(ids) == 1 and not query.rank and not query.parties:
            return self._section(ids[0])
        lines = [self._section_line(id) for id in ids]
        if query.rank:
            what = query.rank_by or "measure"
            head = f"{self.asked.counted(what)}{_superlative(query)}的是{_sections_said(ids)}："
        elif self.asked.conditions(query):
            head = f"{self.asked.named(query, '部分')}有{len(ids)}个："
        else:
            head = f"{'方案共' if not query.sections else ''}{len(ids)}个部分："
        return _Part(head, _line_forms(lines, [_sections_said([id]) for id in ids]), cited=cited)

    def _section_line(self, id: int) -> str:
        section = self.book.sections[id]
        label = section.label or f"{_chinese(id)}、"
        tasks = [task.id for task in section.tasks]
        return f"{label}{section.title}（{_tasks_said(tasks)}，{_measures_said(self.book.of_section(id))}）"

    def _section(self, id: int) -> _Part:
        section = self.book.sections[id]
        lines = [f"任务{t.id} {t.title}（{_measures_said(self.book.of_task(t.id))}）" for t in section.tasks]
        head = f"{_sections_said([id])}：{section.title}"
        return _Part(
            head, _line_forms(lines, [f"任务{t.id}" for t in section.tasks]), cited=_Cited(sections={id})
        )

    # yes or no

    def _verdict(self, query: Query, rows: Sequence[Row]) -> _Part:
        verdict = _first(rows, "verdict")
        value = bool(verdict and verdict["value"])
        scope = self.behind(replace(query, parties=()))
        names = [name for party in query.parties for name in party.bureaus]
        exceptions = self._exceptions(query, scope) if query.each and not value else []
        about = exceptions or scope
        said = self._said(query, about, names, value)
        absent = [name for name in names if not self.book.roles_of(name, about)] if not value else []
        if absent and len(absent) < len(self.book.plan.bureaus):
            said += f"，没有{'、'.join(absent)}"
        cited = _Cited(measures=set(about))
        return _Part(
            f"{'是' if value else '不是'}。{said}。", self.lists.of_holders(about, (), said), cited=cited
        )

    def _exceptions(self, query: Query, scope: Sequence[int]) -> list[int]:
        """The measures (or those of the tasks) for which a statement about every one does not hold."""
        held = set(self.behind(query))
        if query.select == "task":
            tasks = {self.book.measures[id].task.id for id in held}
            return [id for id in scope if self.book.measures[id].task.id not in tasks]
        return [id for id in scope if id not in held]

    def _said(self, query: Query, ids: Sequence[int], names: Sequence[str], value: bool) -> str:
        """What the plan says about who does these measures, as one sentence without its end."""
        statements = self.book.statements(ids)
        if len(statements) <= 2 and len("；".join(statements)) <= 120:
            return "；".join(statements)
        roles = [role for party in query.parties for role in self.asked.roles(party)] if value else []
        found = []
        for name in names:
            held = {r: m for r, m in self.book.roles_of(name, ids).items() if not roles or r in roles}
            parts = "，".join(
                self.book.does((), role, _measures_said(measures)) for role, measures in held.items()
            )
            found += [f"{name}{parts}"] if parts else []
        things = self.asked.things(query, ids)
        return "；".join(found) or f"{things}有{len(ids)}条措施"


def _names_in(entry: _Entry, role: str) -> tuple[str, ...]:
    return tuple(name for r in ROLES for name in entry.names(r) if role == r or role not in ROLES)


def _position(numbers: Sequence[int], number: int) -> int:
    return list(numbers).index(number) + 1


def _superlative(query: Query) -> str:
    return "最多" if query.rank == "most" else "最少"


def _indicator_lines(book: _Book, ids: Sequence[int]) -> list[str]:
    """One line for each indicator that stands beside a body's measures."""
    found = [book.indicators[id] for id in ids]
    if len(found) > 3:
        return [f"指标：{'、'.join(i.name for i in found)}"]
    return [f"指标：{i.name}（{book.targets(i)}）" for i in found]


class _Bodies:
    """Answers that are bodies: 谁牵头, 哪些部门参与."""

    def __init__(self, work: _Work) -> None:
        self.work = work
        self.book = work.book
        self.asked = work.asked

    def part(self, query: Query, rows: Sequence[Row]) -> _Part:
        """The answer to one query for bodies of measures."""
        bodies = [(row["name"], row["role"]) for row in rows if row["kind"] == "bureau"]
        ids = _ids(rows, "measure")
        scoped = bool(query.tasks or query.measures or query.topics or query.sections or query.parties)
        ids = ids or (self.work.behind(query) if scoped and not query.rank else [])
        if query.rank:
            return self._ranked(query, rows, bodies)
        if query.tallies:
            return self._sets(query, bodies)
        if not scoped:
            return self._everyone(query, bodies)
        start = "有，" if query.exists and bodies else ""
        alone = self._one_asked(query)
        if alone and bodies:
            ids = [id for held in self.book.roles_of(alone, ids).values() for id in held]
        head = start + (self._head(query, bodies, ids) if bodies else self._nobody(query, ids))
        forms = self.work.lists.of_holders(ids, query.roles, head)
        return _Part(head, forms, cited=_Cited(measures=set(ids)))

    def _head(self, query: Query, bodies: Sequence[tuple[str, str]], ids: Sequence[int]) -> str:
        things = self.asked.things(query, ids)
        by_role: dict[str, list[str]] = {}
        for name, role in bodies:
            by_role.setdefault(role, []).append(name)
        if ids and len({self.book.measures[id].bodies for id in ids}) == 1:
            entry = self.book.measures[ids[0]]
            by_role = {
                role: [n for n in entry.names(role) if n in names] or names for role, names in by_role.items()
            }
        alone = self._one_asked(query)
        if alone:
            within = f"{things}中，" if query.tasks or query.sections or query.topics else ""
            return f"{within}{alone}{self.book.parts_of(alone, ids)}。"
        partners = [name for party in query.parties if party.how == "all" for name in party.bureaus]
        if partners and set(partners) <= set(query.without):
            role = query.roles[0] if query.roles else ""
            how = self.book.verb(role) if role in ROLES else "承担措施"
            return f"与{'、'.join(partners)}一起{how}的有{self._listed([n for n, _ in bodies])}（{_measures_said(ids)}）。"
        besides = f"除{'、'.join(query.without)}外，" if query.without else ""
        no_lead = query.roles == ("lead",) and "lead" not in by_role and "responsible" in by_role
        if no_lead:
            lead = self.book.noun("lead")
            return f"{things}没有写{lead}，{besides}{self.book.noun('responsible')}是{'、'.join(by_role['responsible'])}。"
        if query.parties and not (query.topics or query.measures):
            things = self.asked.named(query, "措施")
        if query.count or len(bodies) > 4 and len(by_role) == 1:
            said = [
                f"{self.book.noun(role)}有{len(names)}家：{'、'.join(names)}"
                for role, names in by_role.items()
            ]
            return f"{things}{'，' if besides else '的'}{besides}{'；'.join(said)}。"
        held = self.book.held_by(by_role)
        if besides:
            held = f"，{besides}{held.removeprefix('的')}"
        return f"{things}{held}{self._without_lead(ids) if query.roles == ('lead',) else ''}。"

    def _one_asked(self, query: Query) -> str:
        """The body of a question like 是牵头还是参与, which leaves out all bodies but one."""
        rest = [b.name for b in self.book.plan.bureaus if b.name not in query.without]
        return rest[0] if len(rest) == 1 and len(self.book.plan.bureaus) > 2 else ""

    def _without_lead(self, ids: Sequence[int]) -> str:
        bare = [id for id in ids if not self.book.measures[id].assignment.lead]
        return f"（{_measures_said(bare)}没有写{self.book.noun('lead')}）" if bare else ""

    def _listed(self, names: Sequence[str]) -> str:
        return "、".join(dict.fromkeys(names))

    def _nobody(self, query: Query, ids: Sequence[int]) -> str:
        things = self.asked.things(query, ids)
        alone = self._one_asked(query)
        if alone:
            return f"{things}里没有{alone}。"
        noun = "、".join(self.book.noun(role) for role in query.roles) or "单位"
        besides = f"除{'、'.join(query.without)}外，" if query.without else ""
        other = "其他" if query.without else ""
        statements = self.book.statements(ids)
        actual = f"，{'；'.join(statements)}" if 0 < len(statements) <= 2 and not query.without else ""
        return f"{besides}{things}没有{other}{noun}{actual}。"

    def _everyone(self, query: Query, bodies: Sequence[tuple[str, str]]) -> _Part:
        names = list(dict.fromkeys(name for name, _ in bodies))
        besides = f"除{'、'.join(query.without)}外，" if query.without else ""
        if query.roles:
            held = [role for role in query.roles if any(role == r for _, r in bodies)] or list(query.roles)
            what = f"{besides}方案的{'、'.join(self.book.noun(role) for role in held)}有"
        else:
            what = f"{besides}方案涉及"
        if not names:
            return _Part(f"方案没有列{'、'.join(self.book.noun(role) for role in query.roles) or '单位'}。")
        measures = {
            id
            for name in names
            for role, held in self.book.roles_of(name).items()
            for id in held
            if not query.roles or role in query.roles
        }
        return _Part(f"{what}{len(names)}个单位：", [["、".join(names)]], cited=_Cited(measures=measures))

    def _ranked(self, query: Query, rows: Sequence[Row], bodies: Sequence[tuple[str, str]]) -> _Part:
        names = list(dict.fromkeys(name for name, _ in bodies))
        number = _first(rows, "number")
        scope = self.work.behind(query)
        if not names or number is None:
            return _Part(f"{self.asked.scope(query)}没有可以比较的单位。")
        verbs = "、".join(self.book.verb(role) or self.book.noun(role) for role in query.roles) or "承担"
        noun = "任务" if number["of"] == "task" else "措施"
        each = "各" if len(names) > 1 else ""
        head = f"{self.asked.scope(query)}{verbs}{noun}{_superlative(query)}的是{'、'.join(names)}，{each}{_number(number['value'])}{number['unit']}。"
        held = {
            name: [
                id
                for r, ids in self.book.roles_of(name, scope).items()
                if not query.roles or r in query.roles
                for id in ids
            ]
            for name in names
        }
        lines = [f"{name}：{_measures_said(ids)}" for name, ids in held.items() if ids]
        cited = _Cited(measures={id for ids in held.values() for id in ids})
        return _Part(head, _line_forms(lines, names), cited=cited)

    def _sets(self, query: Query, bodies: Sequence[tuple[str, str]]) -> _Part:
        """Bodies by how much they hold."""
        names = list(dict.fromkeys(name for name, _ in bodies))
        condition = self._holding(query.tallies)
        if not names:
            return _Part(f"没有{self.asked.scope(query)}{condition}的单位。")
        lines = [
            f"{name}：{self.book.parts_of(name, self.work.behind(replace(query, parties=()))) or '没有措施'}"
            for name in names
        ]
        measures = {id for name in names for ids in self.book.roles_of(name).values() for id in ids}
        forms = [lines, ["、".join(names)]]
        head = f"{self.asked.scope(query)}{condition}的单位有{len(names)}家："
        if len(lines) > 1 and max(map(len, lines)) > 60:
            forms.insert(1, [_cut(line, 60) for line in lines])
        return _Part(f"{head}{'、'.join(names)}。", forms[:-1], cited=_Cited(measures=measures))

    def _holding(self, tallies: Sequence[Tally]) -> str:
        """只参与、不牵头; 牵头不少于3条."""
        none = [
            self._doing(t.what) for t in tallies if t.value == 0 and t.op in ("==", "<=") and t.what in ROLES
        ]
        some = [
            self._doing(t.what)
            for t in tallies
            if (t.value, t.op) in ((1, ">="), (0, ">")) and t.what in ROLES
        ]
        others = [
            t
            for t in tallies
            if not (
                t.what in ROLES
                and ((t.value == 0 and t.op in ("==", "<=")) or (t.value, t.op) in ((1, ">="), (0, ">")))
            )
        ]
        words = []
        if some and none:
            words.append(f"只{'、'.join(some)}、不{'、不'.join(none)}")
        elif len(some) > 1:
            words.append(f"既{'又'.join(some)}")
        elif some or none:
            words.append("".join([*some, *(f"不{word}" for word in none)]))
        for tally in others:
            unit = {"task": "项任务", "indicator": "项指标", "section": "个部分"}.get(tally.what, "条措施")
            doing = {"section": "只涉及" if tally.op == "==" else "涉及", "indicator": "负责"}.get(
                tally.what, self._doing(tally.what)
            )
            operator = "" if tally.op == "==" else _OPERATORS[tally.op]
            words.append(f"{doing}{operator}{_number(tally.value)}{unit}")
        return "、".join(words)

    def _doing(self, what: str) -> str:
        if what not in ROLES:
            return "承担"
        return self.book.verb(what) or f"任{self.book.noun(what)}"


# -- indicators ------------------------------------------------------------------------------------


class _Figures:
    """Answers about indicators and their targets."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def part(self, query: Query, rows: Sequence[Row]) -> _Part:
        """The answer to one query about indicators."""
        ids = list(
            dict.fromkeys(
                row.get("indicator", row.get("id"))
                for row in rows
                if row["kind"] in ("indicator", "figure", "fact", "number")
                and ("indicator" in row or row["kind"] == "indicator")
            )
        )
        part = self._part(query, rows, [self.book.indicators[id] for id in ids])
        part.cited.indicators |= set(ids) | (set(query.indicators) & self.book.indicators.keys())
        return part

    def _part(self, query: Query, rows: Sequence[Row], indicators: list[Indicator]) -> _Part:
        if query.select == "bureau":
            return self._bodies(query, rows)
        if query.values and not query.indicators and not query.check:
            return self._reverse(rows)
        if query.change and any(row["kind"] == "number" for row in rows):
            return self._changes(rows, indicators)
        if query.check:
            return self._verdict(query, rows, indicators)
        if query.select == "fact":
            return self._facts(rows)
        if query.select == "figure":
            return self._figures(query, rows, indicators)
        return self._list(query, indicators)

    # who

    def _bodies(self, query: Query, rows: Sequence[Row]) -> _Part:
        names = [row["name"] for row in rows if row["kind"] == "bureau"]
        asked = [self.book.indicators[id] for id in query.indicators if id in self.book.indicators]
        noun = self.book.noun("indicator")
        besides = f"除{'、'.join(query.without)}外，" if query.without else ""
        cited = _Cited(indicators={i.id for i in asked})
        what = "、".join(i.name for i in asked) or self._named(replace(query, parties=()))
        if not names:
            return _Part(f"{besides}{what}没有{'其他' if besides else '写'}{noun}。", cited=cited)
        count = f"有{len(names)}家：" if query.count or not asked else "是"
        lines = [f"{i.name}：{'、'.join(b.name for b in i.bureaus)}" for i in asked] if len(asked) > 1 else []
        return _Part(
            f"{besides}{what}的{noun}{count}{'、'.join(names)}。", [lines] if lines else [], cited=cited
        )

    # lists

    def _named(self, query: Query) -> str:
        """市城管局负责的约束性指标."""
        parts = [self._party(party) for party in query.parties]
        parts += [f"以{'、'.join(query.units)}为单位"] if query.units else []
        parts += [self._trend(query)] if query.trend else []
        year = f"{'、'.join(map(str, query.years))}年" if query.years and query.tallies else ""
        parts += [
            f"{year}{_Asked(self.book).tally(tally)}" for tally in query.tallies if tally.what == "value"
        ]
        parts += [f"“{'”“'.join(query.groups)}”一组"] if query.groups else []
        conditions = "、".join(parts)
        return f"{conditions}{'的' if conditions else ''}{'、'.join(query.attributes)}指标"

    def _party(self, party: Party) -> str:
        names = "、".join(party.bureaus)
        how = {"none": f"不由{names}负责", "only": f"只由{names}负责", "all": f"{names}共同负责"}
        if party.how == "all" and len(party.bureaus) == 1 or party.how == "any":
            return f"{'或'.join(party.bureaus)}负责"
        return how[party.how]

    def _trend(self, query: Query) -> str:
        years = sorted(query.years)
        return (
            f"{years[-1]}年比{years[0]}年{_TRENDS[query.trend]}"
            if len(years) > 1
            else f"目标逐期{_TRENDS[query.trend]}"
        )

    def _list(self, query: Query, indicators: Sequence[Indicator]) -> _Part:
        named = self._named(query)
        start = "有，" if query.exists else ""
        if not indicators:
            if (
                len(query.parties) == 1
                and query.parties[0].how == "any"
                and named == f"{self._party(query.parties[0])}的指标"
            ):
                return _Part(f"{'、'.join(query.parties[0].bureaus)}没有负责的指标。")
            return _Part(f"方案里没有{named}。")
        lines = [f"{i.id}. {i.name}：{self.book.targets(i)}" for i in indicators]
        if query.rank:
            what = "变化" if query.change else "目标值"
            head = f"{what}{'最大' if query.rank == 'most' else '最小'}的是{'、'.join(i.name for i in indicators)}。"
        elif query.indicators and named == "指标":
            head = f"{'、'.join(i.name for i in indicators)}："
        else:
            head = f"{'方案共' if named == '指标' else f'{named}有'}{len(indicators)}项{'指标' if named == '指标' else ''}："
        return _Part(start + head, _line_forms(lines, [i.name for i in indicators]))

    def _facts(self, rows: Sequence[Row]) -> _Part:
        lines = [self._fact(row) for row in rows if row["kind"] == "fact"]
        if len(lines) <= 2:
            return _Part("，".join(lines) + "。")
        return _Part(
            f"{len(lines)}项如下：",
            _line_forms(
                lines, [self.book.indicators[r["indicator"]].name for r in rows if r["kind"] == "fact"]
            ),
        )

    def _fact(self, row: Row) -> str:
        name, value = self.book.indicators[row["indicator"]].name, row["value"]
        if row["field"] == "unit":
            return f"{name}没有计量单位，直接写数字" if value == "1" else f"{name}的单位是{value}"
        if row["field"] == "attribute":
            return f"{name}是{value}指标" if value else f"{name}没有写指标属性"
        return f"{name}属于“{value}”一组" if value else f"{name}没有分组"

    # targets

    def _figures(self, query: Query, rows: Sequence[Row], indicators: Sequence[Indicator]) -> _Part:
        if not indicators:
            return _Part(f"方案里没有{self._named(replace(query, trend='', tallies=()))}可查的目标。")
        years = {
            i.id: [row["year"] for row in rows if row["kind"] == "figure" and row["indicator"] == i.id]
            for i in indicators
        }
        if len(indicators) == 1:
            indicator = indicators[0]
            tail = [f"{self.book.responsible(indicator)}。"] if self.book.responsible(indicator) else []
            return _Part(f"{self._valued(indicator, years[indicator.id])}。", tail=tail)
        same = {tuple(found) for found in years.values()}
        when = f"{next(iter(same))[0]}年" if same and len(same) == 1 and len(next(iter(same))) == 1 else ""
        named = self._named(replace(query, years=(), tallies=(), trend=""))
        if query.indicators and not query.parties:
            named = "指标"
        lines = [f"{i.name}：{self._values(i, years[i.id], bool(when))}" for i in indicators]
        what = "基期值" if query.baseline else "目标"
        head = f"{named if named != '指标' else ''}{when}{what}（{len(indicators)}项指标）："
        return _Part(head, _line_forms(lines, [i.name for i in indicators]))

    def _values(self, indicator: Indicator, years: Sequence[int], year_said: bool) -> str:
        found = [t for t in indicator.targets if t.year in years]
        if year_said and len(found) == 1:
            return self.book.target(indicator, found[0])
        return self.book.targets(indicator, years)

    def _valued(self, indicator: Indicator, years: Sequence[int]) -> str:
        """用水总量2030年目标：6.73亿立方米."""
        found = [t for t in indicator.targets if t.year in years]
        if len(found) == 1:
            what = "基期值" if found[0].baseline else "目标"
            return f"{indicator.name}{found[0].year}年{what}：{self.book.target(indicator, found[0])}"
        return f"{indicator.name}目标：{self.book.targets(indicator, years)}"

    def _reverse(self, rows: Sequence[Row]) -> _Part:
        lines = []
        for row in rows:
            if row["kind"] == "figure":
                indicator = self.book.indicators[row["indicator"]]
                what = "基期值" if row.get("baseline") else "目标"
                lines.append(
                    f"{quantity(row['value'], row['unit'], row['comparator'])}是{indicator.name}{row['year']}年的{what}"
                )
        if len(lines) <= 2:
            return _Part("；".join(lines) + "。")
        return _Part(f"有{len(lines)}处是这个数：", _line_forms(lines, lines))

    def _changes(self, rows: Sequence[Row], indicators: Sequence[Indicator]) -> _Part:
        lines, ends = [], []
        for indicator in indicators:
            figures = sorted(
                (r for r in rows if r["kind"] == "figure" and r["indicator"] == indicator.id),
                key=lambda r: int(r["year"]),
            )
            numbers = [r for r in rows if r["kind"] == "number" and r.get("indicator") == indicator.id]
            if len(figures) >= 2 and numbers:
                said = "，".join(self._change(row) for row in numbers)
                earlier, later = figures[0]["year"], figures[-1]["year"]
                lines.append(
                    f"{indicator.name}{later}年比{earlier}年{said}。"
                    if numbers[0]["of"] != "ratio"
                    else f"{indicator.name}{later}年是{earlier}年的{said}。"
                )
                ends.append(f"{self.book.targets(indicator, [earlier, later])}。")
        if len(lines) == 1:
            return _Part(lines[0], tail=ends)
        pairs = [f"{line[:-1]}（{end[:-1]}）" for line, end in zip(lines, ends, strict=True)]
        return _Part(f"{len(lines)}项指标的变化：", _line_forms(pairs, [i.name for i in indicators]))

    def _change(self, row: Row) -> str:
        value, unit = row["value"], "" if row["unit"] == "1" else row["unit"]
        if row["of"] == "ratio":
            return f"{_number(value)}{unit}"
        size = f"{_number(abs(value))}{unit}"
        if value == 0:
            return "没有变化（0）"
        sign = "+" if value > 0 else "−"
        if row["of"] == "percent_change":
            return f"{'增长' if value > 0 else '下降'}{size}（{sign}{size}）"
        many = "高" if unit in ("个百分点", "") else "多"
        few = "低" if unit in ("个百分点", "") else "少"
        return f"{many if value > 0 else few}{size}（{sign}{size}）"

    # yes or no

    def _verdict(self, query: Query, rows: Sequence[Row], indicators: Sequence[Indicator]) -> _Part:
        verdict = _first(rows, "verdict")
        value = bool(verdict and verdict["value"])
        start = "是。" if value else "不是。"
        if query.parties and len(indicators) == 1:
            return _Part(f"{start}{self._held(indicators[0])}。")
        if query.parties:
            lines = [f"{i.name}：{'、'.join(b.name for b in i.bureaus) or '没有写'}" for i in indicators]
            return _Part(
                f"{start}这些指标的{self.book.noun('indicator')}是：",
                _line_forms(lines, [i.name for i in indicators]),
            )
        facts = [row for row in rows if row["kind"] == "fact"]
        if facts or query.attributes or query.units or query.groups:
            return self._sorted(start, facts or self._facts_asked(query, indicators))
        years = {
            i.id: [row["year"] for row in rows if row["kind"] == "figure" and row["indicator"] == i.id]
            for i in indicators
        }
        said = [self._valued(i, years[i.id]) for i in indicators]
        if query.values and not value and len(indicators) == 1:
            return _Part(
                f"{start}{said[0].replace('：', '是', 1)}，不是{quantity(query.values[0][0], query.values[0][1] or indicators[0].unit)}。"
            )
        if query.trend and len(indicators) == 1:
            return self._moved(start, indicators[0], years[indicators[0].id])
        if len(said) == 1:
            return _Part(f"{start}{said[0].replace('：', '是', 1)}。")
        return _Part(f"{start}目标如下：", _line_forms(said, [i.name for i in indicators]))

    def _held(self, indicator: Indicator) -> str:
        bodies = "、".join(body.name for body in indicator.bureaus)
        return (
            f"{indicator.name}的{self.book.noun('indicator')}是{bodies}"
            if bodies
            else f"{indicator.name}没有写{self.book.noun('indicator')}"
        )

    def _facts_asked(self, query: Query, indicators: Sequence[Indicator]) -> list[Row]:
        name = "attribute" if query.attributes else "unit" if query.units else "group"
        return [{"indicator": i.id, "field": name, "value": getattr(i, name)} for i in indicators]

    def _sorted(self, start: str, facts: Sequence[Row]) -> _Part:
        """Facts as sentences, of many indicators gathered by value."""
        if len(facts) <= 2:
            return _Part(f"{start}{'，'.join(self._fact(row) for row in facts)}。")
        by_value: dict[str, list[str]] = {}
        for row in facts:
            by_value.setdefault(row["value"] or "没有写", []).append(
                self.book.indicators[row["indicator"]].name
            )
        counts = "，".join(f"{value}{len(names)}项" for value, names in by_value.items())
        lines = [f"{value}：{'、'.join(names)}" for value, names in by_value.items()]
        return _Part(f"{start}{counts}。", [lines])

    def _moved(self, start: str, indicator: Indicator, years: Sequence[int]) -> _Part:
        ends = [t for t in indicator.targets if t.year in years and t.value is not None]
        if len(ends) < 2 or ends[0].value is None or ends[-1].value is None:
            return _Part(f"{start}{self._valued(indicator, years)}。")
        unit = "个百分点" if indicator.unit == "%" else indicator.unit
        row = {"of": "difference", "value": round(ends[-1].value - ends[0].value, 2), "unit": unit}
        head = f"{start}{indicator.name}{ends[-1].year}年比{ends[0].year}年{self._change(row)}。"
        return _Part(head, tail=[f"{self.book.targets(indicator, years)}。"])


# -- examples, refusals, small talk ----------------------------------------------------------------


class _Examples:
    """Questions that the loaded plan answers, to show what can be asked."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    @cached_property
    def questions(self) -> list[str]:
        """The best first: a body's work, who does a thing, a target, a task, a list, a yes or no."""
        makers: tuple[Callable[[], str], ...] = (
            self._of_body,
            self._of_thing,
            self.of_target,
            self._of_task,
            self._of_kind,
            self._of_part,
        )
        return [question for make in makers if (question := make())]

    def of(self, name: str) -> list[str]:
        """Questions about one body."""
        verbs = [self.book.verb(role) for role in self.book.roles_of(name) if self.book.verb(role)] or [
            "负责"
        ]
        found = [f"{name}{verb}哪些任务" for verb in verbs]
        indicators = any(body.name == name for i in self.book.plan.indicators for body in i.bureaus)
        return [*found, *([f"{name}负责哪些指标"] if indicators else [])]

    @cached_property
    def _body(self) -> tuple[str, Role, list[int]] | None:
        """A body with some work, in the role that begins sentences, neither the busiest nor an idle one."""
        role: Role = "lead" if self.book.names_leads else "responsible"
        held = [(b.name, self.book.roles_of(b.name).get(role, [])) for b in self.book.plan.bureaus]
        some = [(name, ids) for name, ids in held if ids]
        if not some:
            return None
        fit = [item for item in some if 3 <= len(item[1]) <= 10] or some
        return (fit[0][0], role, fit[0][1])

    def _of_body(self) -> str:
        if self._body is None:
            return ""
        name, role, _ = self._body
        return f"{name}{self.book.verb(role) or '负责'}哪些任务"

    def _of_thing(self) -> str:
        verb = self.book.verb("lead") if self.book.names_leads else ""
        aliases = [a for e in self.book.measures.values() for a in e.measure.aliases] + [
            a for t in self.book.tasks.values() for a in t.aliases
        ]
        thing = aliases[0] if aliases else f"第{next(iter(self.book.measures), 1)}条"
        return f"{thing}由谁{verb or '负责'}"

    def of_target(self) -> str:
        """A question for a target; empty for a plan without numbers."""
        for indicator in self.book.plan.indicators:
            years = [t.year for t in indicator.targets if not t.baseline and t.value is not None]
            if years:
                return f"{indicator.name}{years[-1]}年的目标是多少"
        return ""

    def _of_task(self) -> str:
        return f"任务{max(self.book.tasks)}有哪些措施" if self.book.tasks else ""

    def _of_kind(self) -> str:
        attributes = [i.attribute for i in self.book.plan.indicators if i.attribute]
        return f"{attributes[0]}指标有哪些" if attributes else ""

    def _of_part(self) -> str:
        for id, entry in self.book.measures.items():
            if entry.names("support") and self.book.verb("support"):
                return f"{entry.names('support')[0]}{self.book.verb('support')}第{id}条吗"
        return ""


class _Refusals:
    """Answers to what the plan does not hold: what was not found, then what is near."""

    def __init__(self, book: _Book, examples: _Examples) -> None:
        self.book = book
        self.examples = examples
        self.lists = _Lists(book)

    def part(self, reading: Reading) -> _Part:
        """The answer to a question that the plan cannot answer."""
        make: dict[str, Callable[[Reading], _Part]] = {
            "no_such_bureau": self._bureau,
            "no_such_indicator": self._indicator,
            "no_such_year": self._year,
            "no_such_number": self._number,
            "not_reported": self._report,
            "no_match": self._match,
            "out_of_scope": self._outside,
        }
        return make.get(reading.reason, self._puzzled)(reading)

    def _asking(self, questions: Sequence[str]) -> list[str]:
        return [phrases()["near"]["ask"], *_numbered(questions[:3])] if questions else []

    def _bureau(self, reading: Reading) -> _Part:
        head = phrases()["unknown"]["no_such_bureau"].format(subject=reading.subject)
        names = [b.name for b in self.book.plan.bureaus]
        near = _nearest(_stem(fold(reading.subject)), [(name, [_stem(fold(name))]) for name in names], 50)
        if near:
            return _Part(head, tail=[phrases()["near"]["bureaus"].format(near="、".join(near))])
        listed = "、".join(names[:30]) + ("等" if len(names) > 30 else "")
        return _Part(head, tail=[phrases()["near"]["all_bureaus"].format(count=len(names), near=listed)])

    def _indicator(self, reading: Reading) -> _Part:
        subject = self.book.as_printed(reading.subject)
        near = phrases()["near"]
        head = phrases()["unknown"]["no_such_indicator"].format(subject=subject)
        alike = _nearest(
            fold(reading.subject),
            [(i.name, [fold(n) for n in (i.name, *i.aliases)]) for i in self.book.plan.indicators],
            60,
        )
        ids = {i.id for i in self.book.plan.indicators if i.name in alike}
        tail = [near["indicators"].format(near="、".join(alike))] if alike else []
        word, measures = self._echo(reading.lost or (reading.subject,))
        if measures:
            head = near["mentioned"].format(subject=subject, word=self.book.as_printed(word))
        elif not alike:
            tail += (
                [f"方案的指标有：{'、'.join(i.name for i in self.book.plan.indicators[:12])}"]
                if self.book.plan.indicators
                else []
            )
        return _Part(
            head,
            self.lists.forms([("", measures)], bodies=True),
            tail,
            _Cited(measures=set(measures), indicators=ids),
        )

    def _year(self, reading: Reading) -> _Part:
        years = "、".join(_YEAR.findall(reading.subject)) or reading.subject
        asked = [
            self.book.indicators[id]
            for q in reading.queries
            for id in q.indicators
            if id in self.book.indicators
        ]
        what = asked[0].name if len(asked) == 1 else ""
        head = phrases()["unknown"]["no_such_year"].format(
            what=what, years=f"{years}年" if years else "这一年"
        )
        if not asked:
            known = sorted({t.year for i in self.book.plan.indicators for t in i.targets if not t.baseline})
            return _Part(head, tail=[f"{phrases()['near']['targets']}{'、'.join(map(str, known))}年。"])
        lines = [f"{i.name}目标：{self.book.targets(i)}" for i in asked]
        return _Part(
            head, _line_forms(lines, [i.name for i in asked]), cited=_Cited(indicators={i.id for i in asked})
        )

    def _number(self, reading: Reading) -> _Part:
        nth = next((q for q in reading.queries if q.nth and q.tasks), None)
        if nth is not None and not reading.subject:
            return self._inside(nth)
        head = phrases()["unknown"]["no_such_number"].format(subject=reading.subject or "这个编号")
        tail = [phrases()["near"]["range"].format(range=self._range)]
        match = re.fullmatch(r"(任务|第)(\d+)(条?)", reading.subject)
        if match and int(match[2]) in (self.book.measures if match[1] == "任务" else self.book.tasks):
            other = f"第{match[2]}条" if match[1] == "任务" else f"任务{match[2]}"
            tail.append(phrases()["near"]["other_level"].format(other=other))
        return _Part(head, tail=tail)

    def _inside(self, query: Query) -> _Part:
        task = query.tasks[0]
        ids = self.book.of_task(task)
        head = f"任务{task}只有{len(ids)}条措施（{_measures_said(ids)}），没有第{abs(query.nth[0])}条。"
        return _Part(head, self.lists.forms([("", ids)]), cited=_Cited(measures=set(ids)))

    @cached_property
    def _range(self) -> str:
        found = [f"{len(self.book.sections)}个部分"]
        found += [f"任务{min(self.book.tasks)}–{max(self.book.tasks)}"] if self.book.tasks else []
        found += [f"第{min(self.book.measures)}–{max(self.book.measures)}条"] if self.book.measures else []
        found += [f"{len(self.book.indicators)}项指标"] if self.book.indicators else []
        return "、".join(found)

    def _report(self, reading: Reading) -> _Part:
        asked = [
            self.book.indicators[id]
            for q in reading.queries
            for id in q.indicators
            if id in self.book.indicators
        ]
        head = phrases()["unknown"]["not_reported"]
        if asked:
            lines = [f"{i.name}目标：{self.book.targets(i)}" for i in asked]
            return _Part(
                head,
                _line_forms(lines, [i.name for i in asked]),
                cited=_Cited(indicators={i.id for i in asked}),
            )
        example = self.examples.of_target()
        return _Part(head, tail=[phrases()["near"]["target"].format(example=example)] if example else [])

    def _match(self, reading: Reading) -> _Part:
        values = [quantity(v, u) for q in reading.queries for v, u in q.values]
        unknown, near = phrases()["unknown"], phrases()["near"]
        if values:
            return _Part(
                unknown["no_such_value"].format(subject="、".join(values)),
                tail=self._asking(self.examples.questions),
            )
        if not reading.subject:
            return _Part(unknown["nothing_fits"], tail=self._asking(self.examples.questions))
        head = unknown["no_match"].format(subject=self.book.as_printed(reading.subject))
        word, measures = self._echo(reading.lost or (reading.subject,))
        if not measures:
            return _Part(head, tail=self._asking(self.examples.questions))
        head = f"{head}{near['measures'].format(word=self.book.as_printed(word))}"
        return _Part(head, self.lists.forms([("", measures)]), cited=_Cited(measures=set(measures)))

    def _outside(self, reading: Reading) -> _Part:
        unknown = phrases()["unknown"]
        subject = self.book.as_printed(reading.subject)
        head = unknown["out_of_scope"].format(subject=subject) if subject else unknown["beyond"]
        return _Part(head, tail=[phrases()["near"]["scope"], *_numbered(self.examples.questions[:3])])

    def _puzzled(self, reading: Reading) -> _Part:
        if any(bureau.name == reading.subject for bureau in self.book.plan.bureaus):
            head = phrases()["unknown"]["what_about"].format(subject=reading.subject)
            return _Part(head, tail=self._asking(self.examples.of(reading.subject)))
        return _Part(phrases()["unknown"]["not_understood"], tail=self._asking(self.examples.questions))

    def _echo(self, said: Sequence[str]) -> tuple[str, list[int]]:
        """The longest piece of the question that stands in a measure, and the few measures it stands in."""
        pieces = {
            chunk[at : at + size]
            for chunk in map(fold, said)
            for size in range(2, len(chunk) + 1)
            for at in range(len(chunk) - size + 1)
        }
        for piece in sorted(pieces, key=lambda piece: (-len(piece), piece)):
            found = [id for id, text in self.book.folded.items() if piece in text]
            if found and len(found) <= (2 if len(piece) == 2 else 4) and not _generic(piece):
                return piece, found
        return "", []


def _generic(word: str) -> bool:
    from siwei_bot.language.vocabulary import vocabulary  # here: only a refusal needs it

    known = vocabulary()
    return word in known.generic or word in known.cues


def _stem(name: str) -> str:
    """A body's name without what most bodies' names begin and end with."""
    return re.sub(r"^[市省县区]|(?<=..)(?:管理局|委员会|局|委|办|厅|院|集团|政府)$", "", name)


def _nearest(said: str, named: Iterable[tuple[str, Sequence[str]]], least: float) -> list[str]:
    """Up to three names that look like what was said: offered, never taken for it."""
    from rapidfuzz import fuzz  # here: only a refusal needs it

    scored = [
        (max((fuzz.ratio(said, n) + fuzz.partial_ratio(said, n)) / 2 for n in names), name)
        for name, names in named
        if names
    ]
    best = sorted((score, name) for score, name in scored if score >= least)[::-1]
    return [name for _, name in best[:3]]


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{at}. {line}" for at, line in enumerate(lines, 1)]


# -- the whole text --------------------------------------------------------------------------------


class Renderer:
    """Puts answers about one plan into words. Holds no state of any chat."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store
        self._answerer = Answerer(store)
        self._book = _Book(plan)
        self._examples = _Examples(self._book)
        self._work = _Work(self._book, self._answerer)
        self._figures = _Figures(self._book)
        self._refusals = _Refusals(self._book, self._examples)

    def render(self, reading: Reading, findings: Findings, status: str) -> tuple[str, str]:
        """The text of an answer and what it cites; the text's last line names the source again."""
        if status == "chat":
            return self._chat(reading.chat), ""
        if status == "clarify":
            return self._choices(reading, findings.rows), ""
        if status == "unknown":
            parts = [self._refusals.part(reading)]
        else:
            parts = list(self._answers(reading, findings))
        cited = _Cited()
        for part in parts:
            cited.add(part.cited)
        source = self._source(cited)
        aside = [*self._notes(reading), *self._missing(reading, findings)]
        return "\n".join(_fit(parts, aside, [f"来源：{source}"] if source else [])), source

    # answers

    def _answers(self, reading: Reading, findings: Findings) -> Iterator[_Part]:
        if len(reading.queries) > 1 and all(q.count and _alone(q) for q in reading.queries):
            yield self._totals(reading.queries, findings.rows)
            return
        for query in reading.queries:
            # of several questions each has to be told its own rows from the rest
            rows = findings.rows if len(reading.queries) == 1 else self._answerer.find(query).rows
            if rows or len(reading.queries) == 1:
                yield self._one(query, rows)

    def _one(self, query: Query, rows: Sequence[Row]) -> _Part:
        about = query.select in ("indicator", "figure", "fact")
        roles = {row["role"] for row in rows if row["kind"] == "bureau"}
        bodies = bool(
            query.indicators
            or query.groups
            or query.attributes
            or query.units
            or query.roles == ("indicator",)
        )
        if about or query.select == "bureau" and (bodies or roles == {"indicator"} and not query.tallies):
            return self._figures.part(query, rows)
        return self._work.part(query, rows)

    def _totals(self, queries: Sequence[Query], rows: Sequence[Row]) -> _Part:
        """几个部分、几项任务、几条措施: every number in one line, then what the parts are."""
        nouns = {
            "section": "个部分",
            "task": "项任务",
            "measure": "条措施",
            "bureau": "个单位",
            "indicator": "项指标",
        }
        numbers: dict[str, Any] = {}
        for row in rows:
            if row["kind"] == "number":
                numbers.setdefault(row["of"], row["value"])
        said = "、".join(f"{_number(value)}{nouns[of]}" for of, value in numbers.items() if of in nouns)
        sections = sorted({s for q in queries for s in q.sections}) or list(self._book.sections)
        scope = _sections_said(sections) if any(q.sections for q in queries) else "方案"
        part = self._work.part(Query("section"), [{"kind": "section", "id": id} for id in sections])
        return _Part(f"{scope}共{said}。", part.forms, cited=_Cited(sections=set(sections)))

    def _notes(self, reading: Reading) -> list[str]:
        return [f"（{'；'.join(reading.notes)}）"] if reading.notes else []

    def _missing(self, reading: Reading, findings: Findings) -> list[str]:
        """What a question named that the plan does not have, beside what it was answered for."""
        words = list(dict.fromkeys((*reading.missing, *findings.missing)))
        if not words or reading.reason:
            return []
        years = [word for word in words if _YEAR.fullmatch(word)]
        numbers = [int(word) for word in words if word.isdecimal() and word not in years]
        names = [word for word in words if not word.isdecimal()]
        lines = [f"方案没有{'、'.join(years)}年的目标。"] if years else []
        lines += [f"方案里没有{self._numbered_things(reading.queries, numbers)}。"] if numbers else []
        return lines + ([f"方案里没有“{'”“'.join(names)}”。"] if names else [])

    def _numbered_things(self, queries: Sequence[Query], numbers: Sequence[int]) -> str:
        if any(query.measures for query in queries):
            return _measures_said(numbers)
        if any(query.tasks for query in queries):
            return _tasks_said(numbers)
        return (
            _sections_said(numbers) if any(query.sections for query in queries) else f"编号{spans(numbers)}"
        )

    # questions back, small talk

    def _choices(self, reading: Reading, rows: Sequence[Row]) -> str:
        kinds = {row["kind"] for row in rows}
        words = phrases()["choose"]
        lines = _numbered([self._choice(row) for row in rows])
        question = words[next(iter(kinds))] if len(kinds) == 1 else words["mixed"]
        return "\n".join([question, *self._notes(reading), *lines, words["reply"]])

    def _choice(self, row: Row) -> str:
        book = self._book
        if row["kind"] == "task":
            return f"任务{row['id']} {book.tasks[row['id']].title}"
        if row["kind"] == "measure":
            return f"第{row['id']}条 {_cut(book.measures[row['id']].measure.text)}"
        if row["kind"] == "section":
            return f"{_sections_said([row['id']])} {book.sections[row['id']].title}"
        if row["kind"] == "indicator":
            return book.indicators[row["id"]].name
        return str(row["name"])

    def _chat(self, cue: str) -> str:
        words = phrases()["chat"]
        count = 5 if cue == "help" else 3
        examples = "\n".join(_numbered(self._examples.questions[:count]))
        return words.get(cue, words["help"]).format(plan=self._book.name, examples=examples).strip()

    # source

    def _source(self, cited: _Cited) -> str:
        """主要指标表第1项；任务分工表第8、9条."""
        tables = [part.strip() for part in re.split("[；;]", self.plan.source) if part.strip()] or [
            self.plan.title
        ]
        of_indicators = next((table for table in tables if re.search("指标|目标", table)), tables[0])
        of_measures = "、".join(table for table in tables if table != of_indicators) or of_indicators
        found = [f"{of_indicators}第{spans(cited.indicators)}项"] if cited.indicators else []
        places = [_measures_said(cited.measures)] if cited.measures else []
        tasks = cited.tasks - {self._book.measures[id].task.id for id in cited.measures}
        places += [f"第{spans(tasks)}项任务"] if tasks else []
        places += [_sections_said(cited.sections)] if cited.sections else []
        if places:
            found.append(f"{of_measures}{'、'.join(places)}")
        return "；".join(found)
