"""Answer rows → words for a person in a chat: the direct answer first, then the list, then the source.

Whole sentences that a person may want to change stand in ``data/phrases.yaml``; what is put together
from a plan's own words is put together here. From the top: small words, the plan by number, lists that
fit a chat, the conditions of a query in words, then one class for each kind of answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple, cast

import yaml

from siwei_bot.answer import Answerer, Findings, Row
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Reading
from siwei_bot.plan import ROLES, Assignment, Indicator, Measure, Plan, Section, Target, Task
from siwei_bot.query import Party, Query, Tally, Topic
from siwei_bot.store import Store

MAX_LINES = 25
MAX_CHARACTERS = 1200
"""The most that one answer takes up in a chat; a longer list is summarised by its numbers."""

FULL_TEXTS = 8
"""Measures of a list that are quoted in full; of more, the beginnings."""

FEW = 3
"""Measures that are quoted in full even where they only stand behind the answer."""

CUT = 40
"""Characters of a measure in a long list."""

_ROLE_WORDS = {"lead": "牵头", "support": "参与", "responsible": "责任单位", "indicator": "责任单位"}
_BODY_SUFFIXES = ("单位", "部门", "机构", "主体", "方")
_NO_VERBS = ("", "责任", "成员")
_COUNTED = {"measure": "措施", "task": "任务", "indicator": "指标", "section": "部分"}
_UNITS = {"measure": "条", "task": "项", "indicator": "项", "section": "个"}
_OPERATORS = {"==": "正好", ">=": "不少于", "<=": "不超过", ">": "多于", "<": "少于"}
_VALUE_OPERATORS = {"==": "等于", ">=": "不低于", "<=": "不超过", ">": "高于", "<": "低于"}
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
    return _and(f"{run[0]}–{run[-1]}" if len(run) > 2 else _and(map(str, run)) for run in runs)


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


def _and(words: Iterable[str]) -> str:
    return "、".join(words)


def _thing(kind: str) -> str:
    """项任务, 条措施: a kind of row after its number."""
    return "个单位" if kind == "bureau" else f"{_UNITS[kind]}{_COUNTED[kind]}"


def _quoted(words: Iterable[str]) -> str:
    return "".join(f"“{word}”" for word in words)


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{at}. {line}" for at, line in enumerate(lines, 1)]


def _measures_said(ids: Iterable[int]) -> str:
    return f"第{spans(ids)}条"


def _tasks_said(ids: Iterable[int]) -> str:
    return f"任务{spans(ids)}"


def _sections_said(ids: Iterable[int]) -> str:
    """第一部分, 第一至五部分."""
    said = re.sub(r"\d+", lambda match: _chinese(int(match[0])), spans(ids).replace("–", "至"))
    return f"第{said}部分"


def _chinese(number: int) -> str:
    """A number under 100 in Chinese numerals."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _cut(text: str, length: int = CUT) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip("，、；：“（") + "…"


def _ids(rows: Iterable[Row], kind: str) -> list[int]:
    return list(dict.fromkeys(row["id"] for row in rows if row["kind"] == kind))


def _names(parties: Iterable[Party]) -> list[str]:
    return list(dict.fromkeys(name for party in parties for name in party.bureaus))


def _holds(rows: Iterable[Row]) -> bool:
    """The verdict among the rows."""
    return any(row["kind"] == "verdict" and row["value"] for row in rows)


# -- the plan by number ----------------------------------------------------------------------------


class _Entry(NamedTuple):
    """A measure with everything above it."""

    measure: Measure
    assignment: Assignment
    task: Task
    section: Section

    def names(self, role: str) -> tuple[str, ...]:
        return tuple(body.name for body in getattr(self.assignment, role, ()))

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
        own = {str(known): word for known, word in self.plan.role_words.items()}
        return own.get(role) or _ROLE_WORDS[role]

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

    @property
    def verbs(self) -> dict[str, str]:
        """The plan's words for leading and supporting, for whole sentences."""
        return {"lead": self.verb("lead") or "负责", "support": self.verb("support") or "参与"}

    def doing(self, role: str) -> str:
        """The role as what a body does: 牵头, 为责任单位."""
        return self.verb(role) or f"为{self.noun(role)}"

    def label(self, role: str) -> str:
        """The role as the heading of a list: 牵头, 责任单位."""
        return self.verb(role) or self.noun(role)

    def held_by(self, by_role: Mapping[str, Sequence[str]]) -> str:
        """由市水利局牵头，市教育局参与; 的责任单位是康养集团: the rest of a sentence that names the thing."""
        parts = []
        for role, names in by_role.items():
            verb = self.verb(role)
            parts.append(f"{_and(names)}{verb}" if verb else f"{self.noun(role)}是{_and(names)}")
        first = next(iter(by_role), "lead")
        return f"{'由' if self.verb(first) else '的'}{'，'.join(parts)}"

    def statements(self, ids: Iterable[int], roles: Sequence[str] = ()) -> list[str]:
        """第8、9条由…牵头, one for the measures that the same bodies do; of the roles asked, if any."""
        groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[int]] = {}
        for id in ids:
            entry = self.measures[id]
            # who is responsible is said wherever no lead is named, whichever role was asked
            asked = [role for role in ROLES if not roles or role in roles or not entry.assignment.lead]
            held = tuple((role, entry.names(role)) for role in asked if entry.names(role))
            if held:
                groups.setdefault(held, []).append(id)
        return [f"{_measures_said(same)}{self.held_by(dict(held))}" for held, same in groups.items()]

    def roles_of(self, name: str, ids: Iterable[int] | None = None) -> dict[str, list[int]]:
        """The measures (of those given) that a body has a part in, by role."""
        among = list(self.measures if ids is None else ids)
        held = {role: [id for id in among if name in self.measures[id].names(role)] for role in ROLES}
        return {role: measures for role, measures in held.items() if measures}

    def parts_of(self, name: str, ids: Iterable[int] | None = None, roles: Sequence[str] = ()) -> str:
        """牵头第30条，参与第35–37条; empty for a body that has no part."""
        held = self.roles_of(name, ids).items()
        return "，".join(
            f"{self.verb(role)}{_measures_said(measures)}"
            if self.verb(role)
            else f"是{_measures_said(measures)}的{self.noun(role)}"
            for role, measures in held
            if not roles or role in roles
        )

    def bodies(self, entry: _Entry) -> str:
        """牵头：市水利局；参与：市教育局；时限：2026年12月."""
        parts = [f"{self.word(role)}：{_and(entry.names(role))}" for role in ROLES if entry.names(role)]
        parts += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        return "；".join(parts)

    # places

    def under(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """The measures by their tasks, in plan order."""
        wanted = set(ids)
        found: dict[int, list[int]] = {}
        for id, entry in self.measures.items():
            if id in wanted:
                found.setdefault(entry.task.id, []).append(id)
        return found

    def of_task(self, task: int) -> list[int]:
        """The measures of a task."""
        return [m.id for a in self.tasks[task].assignments for m in a.measures]

    def of_section(self, section: int) -> list[int]:
        """The measures of a section."""
        return [id for task in self.sections[section].tasks for id in self.of_task(task.id)]

    def task_said(self, id: int) -> str:
        """任务4 做好城乡生活深度节水."""
        return f"任务{id} {self.tasks[id].title}"

    def section_said(self, id: int) -> str:
        """第四部分“加强取用水监督管理”."""
        return f"{_sections_said([id])}“{self.sections[id].title}”"

    def size(self, what: str, ids: Sequence[int]) -> int:
        """How many measures, tasks, or bodies (of one role) there are in some measures."""
        if what == "measure":
            return len(ids)
        if what == "task":
            return len(self.under(ids))
        roles = [role for role in ROLES if what == role or what not in ROLES]
        return len({name for id in ids for role in roles for name in self.measures[id].names(role)})

    # indicators

    def target(self, indicator: Indicator, target: Target) -> str:
        """≥60%."""
        value = target.text if target.value is None else target.value
        return quantity(value, indicator.unit, target.comparator)

    def targets(self, indicator: Indicator, years: Sequence[int] = ()) -> str:
        """2025年6.17亿立方米，2030年6.73亿立方米: the targets, or the values of the years asked."""
        chosen = [t for t in indicator.targets if (t.year in years if years else not t.baseline)]
        return "，".join(
            f"{t.year}年{'（基期）' if t.baseline else ''}{self.target(indicator, t)}" for t in chosen
        )

    def holders(self, indicator: Indicator) -> str:
        """The bodies that answer for an indicator; may be empty."""
        return _and(body.name for body in indicator.bureaus)

    # texts

    @cached_property
    def folded(self) -> dict[int, str]:
        """The measures' texts in the spelling that questions arrive in."""
        return {id: fold(entry.measure.text) for id, entry in self.measures.items()}

    @cached_property
    def _latin(self) -> dict[str, str]:
        texts = [entry.measure.text for entry in self.measures.values()]
        names = [indicator.name for indicator in self.plan.indicators]
        return {word.lower(): word for word in re.findall("[A-Za-z]+", " ".join(texts + names))}

    def as_printed(self, said: str) -> str:
        """Words of a question, which arrive in small letters, with the plan's capitals."""
        return re.sub("[a-z]+", lambda match: self._latin.get(match[0], match[0].upper()), said)


# -- parts of a text, lists that fit ---------------------------------------------------------------


@dataclass
class _Cited:
    """What an answer rests on, by number."""

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
    """An answer to one question: the direct answer, a list in one of its forms (fullest first), a tail."""

    head: str
    forms: list[Form] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    cited: _Cited = field(default_factory=_Cited)


def _size(lines: Iterable[str]) -> tuple[int, int]:
    found = [line for text in lines for line in text.split("\n")]
    return len(found), sum(len(line) + 1 for line in found)


def _fit(parts: Sequence[_Part], aside: Sequence[str], last: Sequence[str]) -> list[str]:
    """The lines of a text: of each list the fullest form that leaves room for the rest."""
    chosen = [part.forms[-1] if part.forms else [] for part in parts]
    lines, characters = _size([*aside, *last, *(line for part in parts for line in (part.head, *part.tail))])
    for at, part in enumerate(parts):
        later = _size(line for form in chosen[at + 1 :] for line in form)
        room = MAX_LINES - lines - later[0], MAX_CHARACTERS - characters - later[1]
        fitting = (form for form in part.forms if all(map(int.__le__, _size(form), room)))
        chosen[at] = next(fitting, chosen[at])
        size = _size(chosen[at])
        lines, characters = lines + size[0], characters + size[1]
    found: list[str] = []
    for at, part in enumerate(parts):
        found += [part.head, *(aside if at == 0 else ()), *chosen[at], *part.tail]
    return [*found, *last]


def _line_forms(lines: Sequence[str], names: Sequence[str]) -> list[Form]:
    """A list of lines; where it is too long, its beginning and the names of the rest."""
    forms = [list(lines)]
    for kept in (16, 8, 4, 0):
        rest = names[kept:]
        if kept < len(lines):
            forms.append([*lines[:kept], f"{'另有' if kept else '共'}{len(rest)}项：{_and(rest)}"])
    return forms


class _Share(NamedTuple):
    """Measures of a list that stand together: those that one body has in one role, or all."""

    ids: Sequence[int]
    label: str = ""
    doing: str = ""
    """How the number of these measures is introduced: 市水利局牵头."""


class _Lists:
    """Lists of measures, grouped by task."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def forms(self, shares: Sequence[_Share], *, bodies: bool = False, due: bool = False) -> list[Form]:
        """The list under each label, from full texts down to mere numbers."""
        count = sum(len(share.ids) for share in shares)
        if not count:
            return []
        forms = [self._texts(shares, CUT, due=due)]
        if count <= FULL_TEXTS:
            forms.insert(0, self._texts(shares, due=due))
            if bodies:
                forms.insert(0, self._texts(shares, bodies=True))
        return [*forms, *self._short(shares)]

    def of_holders(self, ids: Sequence[int], roles: Sequence[str], said: str) -> list[Form]:
        """The measures behind an answer about bodies: who does which, unless ``said`` has told it."""
        if not ids:
            return []
        shares = [_Share(ids)]
        bodies = {self.book.measures[id].bodies for id in ids}
        told = len(bodies) == 1 and all(name in said for held in bodies for names in held for name in names)
        forms = [self._texts(shares, CUT, bodies=not told)] if len(ids) <= FULL_TEXTS else []
        if len(ids) <= FEW:
            forms.insert(0, self._texts(shares, bodies=not told))
        tasks = self.book.under(ids).items()
        statements = [(task, self.book.statements(measures, roles)) for task, measures in tasks]
        lines = [f"任务{task}：{'；'.join(found)}" for task, found in statements if found]
        return [*forms, *([lines] if lines and not told else []), *self._short(shares)]

    def _texts(
        self, shares: Sequence[_Share], cut: int = 0, *, bodies: bool = False, due: bool = False
    ) -> Form:
        lines: Form = []
        shortened: list[int] = []
        for share in shares:
            lines += [f"【{share.label}】"] if share.label else []
            for task, ids in self.book.under(share.ids).items():
                lines.append(self.book.task_said(task))
                for id, following in zip(ids, [*ids[1:], 0], strict=True):
                    entry = self.book.measures[id]
                    text = _cut(entry.measure.text, cut) if cut else entry.measure.text
                    shortened += [id] if text != entry.measure.text else []
                    when = f"（{due_words(entry.assignment.due) or '没有写时限'}）" if due else ""
                    lines.append(f"{id}. {text}{when}")
                    same = following and self.book.measures[following].assignment is entry.assignment
                    lines += [f"（{self.book.bodies(entry)}）"] if bodies and not same else []
        hint = phrases()["more"]["cut"].format(measures=_measures_said(shortened)) if shortened else ""
        return [*lines, *([hint] if hint else [])]

    def _short(self, shares: Sequence[_Share]) -> list[Form]:
        """Forms without texts."""
        first = next(share.ids[0] for share in shares if share.ids)
        hint = phrases()["more"]["compact"].format(task=self.book.measures[first].task.id, measure=first)
        most = max(len(self.book.under(share.ids)) for share in shares)
        forms = [self._compact(shares, kept) for kept in (most, 12, 6, 3) if kept <= most]
        numbers = [f"{f'【{s.label}】' if s.label else ''}{_measures_said(s.ids)}" for s in shares]
        return [[*form, hint] for form in (*forms, numbers)]

    def _compact(self, shares: Sequence[_Share], kept: int) -> Form:
        lines: Form = []
        for share in shares:
            lines += [f"【{share.label}】"] if share.label else []
            tasks = list(self.book.under(share.ids).items())
            lines += [f"{self.book.task_said(task)}：{_measures_said(ids)}" for task, ids in tasks[:kept]]
            if tasks[kept:]:
                count = sum(len(ids) for _, ids in tasks[kept:])
                rest = "；".join(f"任务{task}{_measures_said(ids)}" for task, ids in tasks[kept:])
                lines.append(f"另有{count}条：{rest}")
        return lines


# -- what was asked, in words ----------------------------------------------------------------------


class _Asked:
    """The conditions of a query as the words before 的措施, 的任务, 的指标."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def scope(self, query: Query) -> str:
        """第三部分中，: where in the plan was looked."""
        inside = [_sections_said(query.sections)] if query.sections else []
        inside += [_tasks_said(query.tasks)] if query.tasks else []
        outside = [_sections_said(query.not_sections)] if query.not_sections else []
        outside += [_tasks_said(query.not_tasks)] if query.not_tasks else []
        found = f"{_and(inside)}中，" if inside else ""
        return found + (f"除{_and(outside)}外，" if outside else "")

    def conditions(self, query: Query) -> str:
        """市城管局牵头、与“再生水”有关."""
        found = [self.party(party) for party in query.parties]
        found += [f"与{self.topics(query.topics)}有关"] if query.topics else []
        found += [f"{self._deadline(query.due_by)}前完成"] if query.due_by else []
        found += [self.tally(tally) for tally in query.tallies]
        return _and(dict.fromkeys(found))

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
        return f"{where}没有{conditions}{'的' if conditions else ''}{noun}。"

    def among(self, query: Query) -> str:
        """这5条中，: of the measures that the last answer listed."""
        count = len(set(query.measures))
        return f"这{count}条中，" if count > 1 else f"{_measures_said(query.measures)}中，" if count else ""

    def topics(self, topics: Iterable[Topic]) -> str:
        """“母亲河”“生态廊道”, in the plan's capitals."""
        return _quoted(dict.fromkeys(self.book.as_printed(topic.said) for topic in topics))

    def party(self, party: Party) -> str:
        """A condition on bodies as the words before 的."""
        names, either = _and(party.bureaus), "或".join(party.bureaus)
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
        return f"{what}{_OPERATORS[tally.op]}{_number(tally.value)}{_UNITS.get(tally.what, '家')}"

    def counted(self, what: str) -> str:
        """The name of what is counted."""
        return _COUNTED.get(what) or (self.book.noun(what) if what in ROLES else "涉及单位")

    def _deadline(self, date: str) -> str:
        year, month, *_ = date.split("-")
        return f"{year}年底" if month == "12" else f"{year}年{int(month)}月底"

    def things(self, query: Query, ids: Sequence[int]) -> str:
        """What was asked about, in the answer's words: 第8条, 任务4, “再生水”（第6、36条）."""
        if query.topics:
            said = self.topics(query.topics)
            return f"{said}（{_measures_said(ids)}）" if 0 < len(ids) <= FULL_TEXTS else said
        if query.measures or (query.nth and ids):
            return _measures_said(ids or query.measures)
        if query.tasks:
            return _tasks_said(query.tasks)
        return _sections_said(query.sections) if query.sections else "方案"

    def best(self, query: Query, names: str, noun: str, count: int, size: int, unit: str) -> str:
        """措施最多的任务有6项，各5条: what a superlative found."""
        most = "最多" if query.rank == "most" else "最少"
        each = "各" if count > 1 else ""
        counted = self.counted(query.rank_by or "measure")
        return f"{self.scope(query)}{counted}{most}的{noun}是{names}，{each}{size}{unit}"


def _alone(query: Query) -> bool:
    """Whether a query names measures, tasks or sections by number and nothing else."""
    others = (query.parties, query.topics, query.due_by, query.tallies, query.not_tasks, query.not_sections)
    return not any(others) and not query.rank


# -- measures, tasks, sections ---------------------------------------------------------------------


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
        if query.select == "task":
            return self._tasks(query, rows)
        if query.select == "section":
            return self._sections(query, rows)
        if query.select == "bureau":
            return _Bodies(self).part(query, rows)
        return self._measures(query, rows)

    def behind(self, query: Query) -> list[int]:
        """The measures that a query is about, whatever it asks of them."""
        plain = replace(query, select="measure", tallies=(), nth=(), rank="")
        plain = replace(plain, count=False, check=False, exists=False, each=False)
        return _ids(self.answerer.find(plain).rows, "measure")

    # measures

    def _measures(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids, titled, indicators = (_ids(rows, kind) for kind in ("measure", "task", "indicator"))
        cited = _Cited(measures=set(ids), tasks=set(titled), indicators=set(indicators))
        if not ids and not indicators:
            return self._no_measures(query, titled)
        if query.due_asked and ids:
            return self._due(query, ids, cited)
        quoted = bool(query.measures or query.nth) and _alone(query) and not query.count
        if quoted and len(ids) == 1:
            return self._quote(query, ids[0])
        shares = self._shares(query, rows)
        said = f"{_measures_said(ids)}如下："
        head = said if quoted else self._head(query, ids, shares, indicators)
        led = all(row.get("role") == "lead" for row in rows if row["kind"] == "measure")
        forms = self.lists.forms(shares, bodies=len(shares) == 1 and not led, due=bool(query.due_by))
        tail = [f"题目里提到的：{self.book.task_said(id)}" for id in titled]
        tail += self._beside([self.book.indicators[id] for id in indicators])
        tail += self._without_leads(query)
        return _Part(("有，" if query.exists and _holds(rows) else "") + head, forms, tail, cited)

    def _without_leads(self, query: Query) -> list[str]:
        """What has to be said where leads were asked of a plan that names none."""
        asked = any("lead" in party.roles for party in query.parties)
        if not asked or self.book.names_leads:
            return []
        return [f"方案没有写{self.book.noun('lead')}，只写{self.book.noun('responsible')}。"]

    def _beside(self, indicators: Sequence[Indicator]) -> list[str]:
        """The indicators that a body has beside its measures."""
        if len(indicators) > 3:
            return [f"指标：{_and(i.name for i in indicators)}"]
        return [f"指标：{i.name}（{self.book.targets(i)}）" for i in indicators]

    def _shares(self, query: Query, rows: Sequence[Row]) -> list[_Share]:
        """The measures by the body and role that they were asked through."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            if row["kind"] == "measure":
                found.setdefault((row.get("bureau", ""), row.get("role", "")), []).append(row["id"])
        jointly = any(party.how in ("all", "only") and len(party.bureaus) > 1 for party in query.parties)
        if jointly or any(not name for name, _ in found):
            return [_Share(_ids(rows, "measure"))] if found else []
        asked = _names(query.parties)
        several = len(asked) > 1
        ordered = sorted(found, key=lambda key: (asked.index(key[0]), ROLES.index(cast(Any, key[1]))))
        return [
            _Share(
                found[name, role],
                f"{name if several else ''}{self.book.label(role)}" if len(found) > 1 else "",
                f"{name if several else ''}{self.book.doing(role)}",
            )
            for name, role in ordered
        ]

    def _head(
        self, query: Query, ids: Sequence[int], shares: Sequence[_Share], indicators: Sequence[int]
    ) -> str:
        among = self._among(query, ids)
        if query.rank:
            size = self.book.size(query.rank_by or "any", ids[:1])
            return f"{self.asked.best(query, _measures_said(ids), '措施', len(ids), size, '家')}："
        names = _names(query.parties)
        plain = [p.how for p in query.parties] in (["any"], ["all"]) and not query.topics
        if query.select == "work" and plain and (len(names) == 1 or query.parties[0].how == "all"):
            return self._portions(query, ids, shares, indicators)
        if len(names) > 1 and len(query.parties) == 1 and shares and shares[0].doing:
            each = self._each(query, shares)
            return f"{each}，共{len(ids)}条{among}：" if query.count else f"{each}："
        counts = "，".join(f"{share.doing}{len(share.ids)}条" for share in shares if share.label)
        if not self.asked.conditions(query) and ids:
            where = "" if query.measures else self.asked.scope(query).replace("中，", "") or "方案"
            return f"{where}共{len(ids)}条措施{among}："
        within = self.asked.among(query) if len(set(query.measures)) > 1 else ""
        also = f"，指标有{len(indicators)}项" if indicators else ""
        if not ids:
            return f"{self.asked.none(query, '措施').removesuffix('。')}{also}："
        named = self.asked.named(query, "措施")
        return f"{within}{named}有{len(ids)}条{among}{f'（{counts}）' if counts else ''}{also}："

    def _among(self, query: Query, ids: Sequence[int]) -> str:
        tasks = list(self.book.under(ids))
        if len(tasks) > 1:
            return f"，分属{len(tasks)}项任务"
        if query.count and tasks and not query.tasks:
            return f"，属于1项任务（任务{tasks[0]}）"
        if len(ids) == 1:
            return f"，即第{ids[0]}条"
        return f"，都属于任务{tasks[0]}" if tasks and not query.tasks else ""

    def _portions(
        self, query: Query, ids: Sequence[int], shares: Sequence[_Share], indicators: Sequence[int]
    ) -> str:
        """市规自局牵头4条、参与9条措施，负责1项指标."""
        names = _names(query.parties)
        together = "共同" if len(names) > 1 else ""
        counts = [f"{share.doing or f'{together}承担'}{len(share.ids)}条" for share in shares if share.ids]
        said = [f"{_and(counts)}措施"] if counts else []
        if query.count and counts:
            split = f"（{_and(counts)}）" if len(counts) > 1 else ""
            said = [f"{together}承担{len(ids)}条措施{self._among(query, ids)}{split}"]
        said += [f"{together}负责{len(indicators)}项指标"] if indicators else []
        return f"{self.asked.scope(query)}{_and(names)}{'，'.join(said)}。"

    def _each(self, query: Query, shares: Sequence[_Share]) -> str:
        """市商务局牵头1条，市税务局没有."""
        party = query.parties[0]
        counts: dict[str, list[str]] = {name: [] for name in party.bureaus}
        for share in shares:
            name = next(name for name in party.bureaus if share.doing.startswith(name))
            counts[name].append(f"{share.doing.removeprefix(name)}{len(share.ids)}条")
        verb, nouns = self.asked.doing(party)
        none = f"没有{verb}的" if verb else f"没有列为{nouns}的" if nouns else "没有"
        said = "，".join(f"{name}{_and(found) or none}" for name, found in counts.items())
        rest = self.asked.conditions(replace(query, parties=()))
        return f"{self.asked.scope(query)}{rest}{'的措施，' if rest else ''}{said}"

    def _no_measures(self, query: Query, titled: Sequence[int]) -> _Part:
        others = (query.topics, query.tallies, query.due_by, query.measures)
        if len(query.parties) == 1 and not any(others):
            party = query.parties[0]
            if party.how in ("any", "all") and len(party.bureaus) == 1:
                return self._nothing_for(query, party)
        if titled:
            lines = [self.book.task_said(id) for id in titled]
            cited = _Cited(tasks=set(titled))
            return _Part("没有哪一条措施提到，但任务的题目里有：", [lines], cited=cited)
        return _Part(self.asked.none(query, "任务和措施" if query.select == "work" else "措施"))

    def _nothing_for(self, query: Query, party: Party) -> _Part:
        """市教育局没有牵头的措施. What it does have follows."""
        name = party.bureaus[0]
        verb, nouns = self.asked.doing(party)
        none = f"没有{verb}的措施" if verb else f"没有列为{nouns}" if nouns else "没有承担措施"
        scope = self.asked.scope(query)
        within = self.behind(replace(query, parties=())) if scope else None
        others = self.book.parts_of(name, within)
        measures = {id for ids in self.book.roles_of(name, within).values() for id in ids}
        tail = [f"{name}{others}。"] if others else []
        return _Part(f"{scope}{name}{none}。", tail=tail, cited=_Cited(measures=measures))

    def _quote(self, query: Query, id: int) -> _Part:
        entry = self.book.measures[id]
        head = f"第{id}条：{entry.measure.text}"
        if query.nth and query.tasks:
            head = f"任务{entry.task.id}的第{self.book.of_task(entry.task.id).index(id) + 1}条，即{head}"
        tail = [f"所属：{self.book.task_said(entry.task.id)}"]
        for role in ROLES:
            bodies = getattr(entry.assignment, role)
            said = [b.name + (f"（原文写作“{b.spelling}”）" if b.spelling != b.name else "") for b in bodies]
            tail += [f"{self.book.word(role)}：{_and(said)}"] if said else []
        tail += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        tail += [f"说明：{entry.measure.note}"] if entry.measure.note else []
        return _Part(head, tail=tail, cited=_Cited(measures={id}))

    def _due(self, query: Query, ids: Sequence[int], cited: _Cited) -> _Part:
        dues = {self.book.measures[id].assignment.due for id in ids}
        things = self.asked.things(query, ids) if _alone(query) else self.asked.named(query, "措施")
        head = f"{things}的完成时限不完全相同："
        if len(dues) == 1:
            due = dues.pop()
            said = due_words(due) if due_words(due) != due else f"“{due}”"
            head = f"{things}的完成时限是{said}。" if due else f"{things}没有写完成时限。"
        return _Part(head, self.lists.forms([_Share(ids)], due=bool(dues)), cited=cited)

    # tasks

    def _tasks(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids = _ids(rows, "task")
        cited = _Cited(tasks=set(ids))
        if not ids:
            return _Part(self.asked.none(query, "任务"))
        if query.measures and not query.parties and len(ids) == 1:
            return _Part(f"{_measures_said(query.measures)}属于{self.book.task_said(ids[0])}。", cited=cited)
        if len(ids) == 1 and _alone(query) and not (query.count or query.exists):
            return self._task(ids[0])
        held = self.book.under(self.behind(query)) if self._narrowed(query) else {}
        lines = [
            f"{self.book.task_said(id)}{f'（{_measures_said(held[id])}）' if id in held else ''}"
            for id in ids
        ]
        head = ("有，" if query.exists else "") + self._task_head(query, ids)
        return _Part(head, _line_forms(lines, [f"任务{id}" for id in ids]), cited=cited)

    def _narrowed(self, query: Query) -> bool:
        """Whether only some measures of a task are meant."""
        without = any(party.how == "none" for party in query.parties)
        return bool(query.parties or query.topics or query.due_by) and not without

    def _task_head(self, query: Query, ids: Sequence[int]) -> str:
        if query.rank:
            what = query.rank_by or "measure"
            size = self.book.size(what, self.book.of_task(ids[0]))
            names = _tasks_said(ids)
            return f"{self.asked.best(query, names, '任务', len(ids), size, _UNITS.get(what, '家'))}："
        if self.asked.conditions(query):
            return f"{self.asked.named(query, '任务')}有{len(ids)}项："
        if query.tasks and not query.sections:
            return f"{_tasks_said(ids)}{f'，共{len(ids)}项' if query.count else ''}："
        return f"{self.asked.scope(query).replace('中，', '') or '方案'}共{len(ids)}项任务："

    def _task(self, id: int) -> _Part:
        measures = self.book.of_task(id)
        # the head has the task's title already
        forms = [form[1:] for form in self.lists.forms([_Share(measures)], bodies=True)[:-2]]
        where = _sections_said([self.book.section_of[id].id])
        head = f"{self.book.task_said(id)}（{where}，{len(measures)}条措施）"
        return _Part(head, forms, cited=_Cited(tasks={id}, measures=set(measures)))

    # sections

    def _sections(self, query: Query, rows: Sequence[Row]) -> _Part:
        ids = _ids(rows, "section")
        cited = _Cited(sections=set(ids))
        if not ids:
            return _Part(self.asked.none(query, "部分"))
        located = bool(query.tasks or query.measures or query.topics)
        compared = bool(query.rank or query.tallies)
        if not compared and (query.parties or (located and query.count)):
            return self._sections_of(query, ids)
        if located and not compared:
            things = self.asked.things(query, self.behind(query) if query.topics else [])
            return _Part(f"{things}属于{_and(map(self.book.section_said, ids))}。", cited=cited)
        if len(ids) == 1 and _alone(query) and not query.count:
            return self.section(ids[0])
        if query.rank:
            what = query.rank_by or "measure"
            size = self.book.size(what, self.book.of_section(ids[0]))
            names = _sections_said(ids)
            head = f"{self.asked.best(query, names, '部分', len(ids), size, _UNITS.get(what, '家'))}："
        elif self.asked.conditions(query):
            head = f"{self.asked.named(query, '部分')}有{len(ids)}个："
        else:
            head = f"{'' if query.sections else '方案共'}{len(ids)}个部分："
        return _Part(head, self.section_forms(ids), cited=cited)

    def _sections_of(self, query: Query, ids: Sequence[int]) -> _Part:
        """市公安局承担的措施在第四部分."""
        measures = self.behind(query)
        held = {id: [m for m in self.book.of_section(id) if m in measures] for id in ids}
        lines = [f"{self.book.section_said(id)}：{_measures_said(found)}" for id, found in held.items()]
        forms = _line_forms(lines, [_sections_said([id]) for id in ids])
        named = self.asked.things(query, []) if _alone(query) else self.asked.named(query, "措施")
        several = len(ids) > 1 or query.count
        head = f"{named}{f'分布在{len(ids)}个部分' if several else f'在{_sections_said(ids)}'}："
        return _Part(head, forms, cited=_Cited(measures=set(measures)))

    def section_forms(self, ids: Sequence[int]) -> list[Form]:
        """A line for each section, with its label as printed and what it holds."""
        lines = []
        for id in ids:
            section = self.book.sections[id]
            holds = f"{_tasks_said(t.id for t in section.tasks)}，{_measures_said(self.book.of_section(id))}"
            lines.append(f"{section.label or f'{_chinese(id)}、'}{section.title}（{holds}）")
        return _line_forms(lines, [_sections_said([id]) for id in ids])

    def section(self, id: int) -> _Part:
        """A section with its tasks."""
        tasks = [task.id for task in self.book.sections[id].tasks]
        lines = [f"{self.book.task_said(t)}（{_measures_said(self.book.of_task(t))}）" for t in tasks]
        head = f"{_sections_said([id])}：{self.book.sections[id].title}"
        return _Part(head, _line_forms(lines, [f"任务{t}" for t in tasks]), cited=_Cited(sections={id}))

    # yes or no

    def _verdict(self, query: Query, rows: Sequence[Row]) -> _Part:
        value = _holds(rows)
        start = "是。" if value else "不是。"
        number = next((row for row in rows if row["kind"] == "number"), None)
        if number is not None:
            return self._total(start, query, number)
        if not query.parties:
            return self._places(start, query, rows)
        scope = self.behind(replace(query, parties=()))
        names = _names(query.parties)
        if query.exclusive:
            about = [id for id in self.book.measures if any(self.book.roles_of(name, [id]) for name in names)]
            said = self._parts(names, about, ())
        else:
            about = scope if value or not query.each else self._exceptions(query, scope)
            said = self._said(query, about, value)
        absent = [name for name in names if not self.book.roles_of(name, about)]
        if absent and not value:
            said += f"{'，' if said else ''}没有{_and(absent)}"
        forms = self.lists.of_holders(about, (), said)
        return _Part(f"{start}{said}。", forms, cited=_Cited(measures=set(about)))

    def _total(self, start: str, query: Query, number: Row) -> _Part:
        """方案共18项任务，不是19项任务."""
        thing, tally = _thing(number["of"]), query.tallies[0]
        claimed = tally.op == "==" and tally.value != number["value"]
        wrong = f"，不是{_number(tally.value)}{thing}" if claimed else ""
        cited = _Cited(sections=set(self.book.sections))
        return _Part(f"{start}方案共{_number(number['value'])}{thing}{wrong}。", cited=cited)

    def _places(self, start: str, query: Query, rows: Sequence[Row]) -> _Part:
        """Where in the plan measures or tasks stand: 第45条属于任务14, 任务6属于第二部分."""
        measures = list(query.measures) or _ids(rows, "measure")
        tasks = [] if measures else list(query.tasks) or _ids(rows, "task")
        places: dict[str, list[str]] = {}
        for id in measures:
            entry = self.book.measures[id]
            place = "" if query.select == "section" else f"任务{entry.task.id}，"
            places.setdefault(f"{place}{_sections_said([entry.section.id])}", []).append(f"第{id}条")
        for id in tasks:
            place = _sections_said([self.book.section_of[id].id])
            places.setdefault(place, []).append(f"任务{id}")
        said = [
            f"{_and(things)}{'都' if len(things) > 1 else ''}属于{place}" for place, things in places.items()
        ]
        cited = _Cited(measures=set(measures), tasks=set(tasks))
        if len(said) > FULL_TEXTS:
            return _Part(f"{start}{said[0]}。", _line_forms(said, said), cited=cited)
        return _Part(f"{start}{'；'.join(said)}。", cited=cited)

    def _exceptions(self, query: Query, scope: Sequence[int]) -> list[int]:
        """The measures for which a statement about every one (or every task) does not hold."""
        held = set(self.behind(query))
        if query.select == "task":
            held = {id for task in self.book.under(held) for id in self.book.of_task(task)}
        return [id for id in scope if id not in held]

    def _said(self, query: Query, ids: Sequence[int], value: bool) -> str:
        """What the plan says about who does these measures, as one sentence without its end."""
        statements = self.book.statements(ids)
        if len(statements) <= 2 and len("；".join(statements)) <= 120:
            return "；".join(statements)
        roles = [role for party in query.parties for role in self.asked.roles(party)] if value else []
        said = self._parts(_names(query.parties), ids, roles)
        return said or f"{self.asked.things(query, ids)}有{len(ids)}条措施"

    def _parts(self, names: Sequence[str], ids: Sequence[int], roles: Sequence[str]) -> str:
        """市城管局参与第31、32条；市财政局牵头第58条."""
        parts = [(name, self.book.parts_of(name, ids, roles)) for name in names]
        return "；".join(f"{name}{part}" for name, part in parts if part)


# -- bodies ----------------------------------------------------------------------------------------


class _Bodies:
    """Answers that are bodies: 谁牵头, 哪些部门参与."""

    def __init__(self, work: _Work) -> None:
        self.work = work
        self.book = work.book
        self.asked = work.asked

    def part(self, query: Query, rows: Sequence[Row]) -> _Part:
        """The answer to one query for bodies of measures."""
        held = [(str(row["name"]), str(row["role"])) for row in rows if row["kind"] == "bureau"]
        if query.rank:
            return self._ranked(query, rows, held)
        if query.tallies:
            return self._sets(query, held)
        if not (query.tasks or query.measures or query.topics or query.sections or query.parties):
            return self._everyone(query, held)
        ids = _ids(rows, "measure") or self.work.behind(query)
        alone = self._one_asked(query)
        if alone and held:
            ids = sorted(id for measures in self.book.roles_of(alone, ids).values() for id in measures)
        head = self._head(query, held, ids) if held else self._nobody(query, ids)
        forms = self.work.lists.of_holders(ids, query.roles, head)
        start = "有，" if query.exists and held else ""
        return _Part(start + head, forms, cited=_Cited(measures=set(ids)))

    def _head(self, query: Query, held: Sequence[tuple[str, str]], ids: Sequence[int]) -> str:
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
            others = _and(dict.fromkeys(name for name, _ in held))
            return f"与{_and(partners)}一起{how}的有{others}（{_measures_said(ids)}）。"
        if query.parties and not (query.topics or query.measures):
            things = self.asked.named(query, "措施")
        besides = f"，除{_and(query.without)}外，" if query.without else ""
        if query.roles == ("lead",) and "lead" not in by_role:
            said = f"没有写{self.book.noun('lead')}{besides or '，'}"
            held_by = self.book.held_by(by_role).removeprefix("的")
            return f"{things}{said}{self._counted(by_role) if query.count else held_by}。"
        if query.count or (len(held) > 4 and len(by_role) == 1):
            return f"{things}{besides or '的'}{self._counted(by_role)}。"
        doing = self.book.held_by(by_role)
        doing = f"{besides}{doing.removeprefix('的')}" if besides else doing
        return f"{things}{doing}{self._without_lead(ids) if query.roles == ('lead',) else ''}。"

    def _by_role(self, held: Sequence[tuple[str, str]], ids: Sequence[int]) -> dict[str, list[str]]:
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
        said = [f"{self.book.noun(role)}有{len(names)}家：{_and(names)}" for role, names in by_role.items()]
        return (f"单位共{len(everyone)}家，" if len(by_role) > 1 else "") + "；".join(said)

    def _one_asked(self, query: Query) -> str:
        """The body of a question like 是牵头还是参与, which leaves out all bodies but one."""
        rest = [b.name for b in self.book.plan.bureaus if b.name not in query.without]
        return rest[0] if len(rest) == 1 and len(self.book.plan.bureaus) > 2 else ""

    def _without_lead(self, ids: Sequence[int]) -> str:
        bare = [id for id in ids if not self.book.measures[id].assignment.lead]
        others = self.book.statements(bare)
        if len(others) != 1:
            return f"（{_measures_said(bare)}没有写{self.book.noun('lead')}）" if bare else ""
        said = others[0].removeprefix(_measures_said(bare)).removeprefix("的")
        return f"（{_measures_said(bare)}没有写{self.book.noun('lead')}，{said}）"

    def _nobody(self, query: Query, ids: Sequence[int]) -> str:
        things = self.asked.things(query, ids)
        alone = self._one_asked(query)
        if alone:
            return f"{things}里没有{alone}。"
        noun = _and(self.book.noun(role) for role in query.roles) or "单位"
        if query.without:
            return f"除{_and(query.without)}外，{things}没有其他{noun}。"
        statements = self.book.statements(ids)
        actual = "；".join(statements) if len(statements) <= 2 else ""
        if len(statements) == 1:
            actual = actual.removeprefix(_measures_said(ids)).removeprefix("的")
        return f"{things}没有{noun}{'，' if actual else ''}{actual}。"

    def _everyone(self, query: Query, held: Sequence[tuple[str, str]]) -> _Part:
        """The bodies of the whole plan."""
        names = list(dict.fromkeys(name for name, _ in held))
        roles = list(dict.fromkeys(role for _, role in held)) if query.roles else []
        what = f"的{_and(self.book.noun(role) for role in roles)}有" if roles else "涉及"
        if not names:
            return _Part(f"方案没有列{_and(self.book.noun(role) for role in query.roles) or '单位'}。")
        besides = f"除{_and(query.without)}外，" if query.without else ""
        measures = self._measures_of(names, query.roles, self.book.measures)
        head = f"{besides}方案{what}{len(names)}{'家' if roles else '个单位'}："
        return _Part(head, [[_and(names)]], cited=_Cited(measures=measures))

    def _measures_of(self, names: Iterable[str], roles: Sequence[str], ids: Iterable[int]) -> set[int]:
        among = list(ids)
        held = [(role, found) for name in names for role, found in self.book.roles_of(name, among).items()]
        return {id for role, found in held if not roles or role in roles for id in found}

    def _ranked(self, query: Query, rows: Sequence[Row], held: Sequence[tuple[str, str]]) -> _Part:
        names = list(dict.fromkeys(name for name, _ in held))
        number = next((row for row in rows if row["kind"] == "number"), None)
        if not names or number is None:
            return _Part(f"{self.asked.scope(query)}没有可以比较的单位。")
        most = "最多" if query.rank == "most" else "最少"
        size = f"{'各' if len(names) > 1 else ''}{_number(number['value'])}{_UNITS[number['of']]}"
        found = f"{most}的是{_and(names)}，{size}。"
        if number["of"] == "indicator":
            return self._with_indicators(f"负责的指标{found}", names)
        scope = self.work.behind(replace(query, parties=()))
        verbs = _and(self.book.doing(role) for role in query.roles) or "承担"
        lines = [f"{name}：{_measures_said(self._measures_of([name], query.roles, scope))}" for name in names]
        cited = _Cited(measures=self._measures_of(names, query.roles, scope))
        head = f"{self.asked.scope(query)}{verbs}的{_COUNTED[number['of']]}{found}"
        return _Part(head, _line_forms(lines, names), cited=cited)

    def _with_indicators(self, head: str, names: Sequence[str]) -> _Part:
        held = {
            name: [i for i in self.book.plan.indicators if any(body.name == name for body in i.bureaus)]
            for name in names
        }
        lines = [f"{name}：{_and(i.name for i in found)}" for name, found in held.items()]
        cited = _Cited(indicators={i.id for found in held.values() for i in found})
        return _Part(head, _line_forms(lines, names), cited=cited)

    def _sets(self, query: Query, held: Sequence[tuple[str, str]]) -> _Part:
        """Bodies by how much they hold."""
        names = list(dict.fromkeys(name for name, _ in held))
        condition = self._holding(query.tallies)
        if not names:
            return _Part(f"{self.asked.scope(query)}没有{condition}的单位。")
        head = f"{self.asked.scope(query)}{condition}的单位有{len(names)}家："
        if any(tally.what == "indicator" for tally in query.tallies):
            return self._with_indicators(head, names)
        scope = self.work.behind(replace(query, parties=()))
        lines = [f"{name}：{self.book.parts_of(name, scope) or '没有措施'}" for name in names]
        measures = self._measures_of(names, (), scope)
        forms = [lines, [_cut(line) for line in lines], [_and(names)]]
        return _Part(head, forms, cited=_Cited(measures=measures))

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
            words.insert(0, f"只{_and(some)}、{_and(none)}")
        elif some or none:
            words.insert(0, f"既{'又'.join(some)}" if len(some) > 1 else _and(some or none))
        return _and(words)

    def _holding_so_many(self, tally: Tally) -> str:
        unit = {"task": "项任务", "indicator": "项指标", "section": "个部分"}.get(tally.what, "条措施")
        doing = {"indicator": "负责", "section": "涉及"}.get(tally.what, "承担")
        doing = self.book.doing(tally.what) if tally.what in ROLES else doing
        operator = "只" if tally.op == "==" else ""
        more = "" if tally.op == "==" else _OPERATORS[tally.op]
        return f"{operator}{doing}{more}{_number(tally.value)}{unit}"


# -- indicators ------------------------------------------------------------------------------------


class _Figures:
    """Answers about indicators and their targets."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    def part(self, query: Query, rows: Sequence[Row]) -> _Part:
        """The answer to one query about indicators."""
        ids = [row["id"] if row["kind"] == "indicator" else row.get("indicator") for row in rows]
        found = [self.book.indicators[id] for id in dict.fromkeys(ids) if id is not None]
        part = self._part(query, rows, found)
        named = {i.id for i in found} | (set(query.indicators) & self.book.indicators.keys())
        part.cited.indicators |= named if not part.cited.indicators else set()
        return part

    def _part(self, query: Query, rows: Sequence[Row], found: list[Indicator]) -> _Part:
        if query.select == "bureau":
            return self._bodies(query, rows)
        if query.values and not query.indicators and not query.check:
            return self._reverse(rows)
        if query.change and any(row["kind"] == "number" for row in rows):
            return self._changes(rows, found)
        if query.check:
            return self._verdict(query, rows, found)
        if query.select == "fact":
            return self._facts("", [row for row in rows if row["kind"] == "fact"])
        if query.select == "figure":
            return self._figures(query, rows, found)
        return self._list(query, found)

    def _years(self, indicator: Indicator, rows: Sequence[Row]) -> list[int]:
        return [r["year"] for r in rows if r["kind"] == "figure" and r["indicator"] == indicator.id]

    # who

    def _bodies(self, query: Query, rows: Sequence[Row]) -> _Part:
        names = [row["name"] for row in rows if row["kind"] == "bureau"]
        asked = [self.book.indicators[id] for id in query.indicators if id in self.book.indicators]
        noun = self.book.noun("indicator")
        besides = f"除{_and(query.without)}外，" if query.without else ""
        what = _and(i.name for i in asked) or self._named(replace(query, parties=()))
        if not names:
            return _Part(f"{besides}{what}没有{'其他' if besides else '写'}{noun}。")
        count = f"有{len(names)}家：" if query.count or not asked else "是"
        lines = [f"{i.name}：{self.book.holders(i) or '没有写'}" for i in asked] if len(asked) > 1 else []
        forms = _line_forms(lines, [i.name for i in asked]) if lines else []
        return _Part(f"{besides}{what}的{noun}{count}{_and(names)}。", forms)

    # lists

    def _named(self, query: Query) -> str:
        """市城管局负责的约束性指标."""
        parts = [self._party(party) for party in query.parties]
        parts += [f"以{_and(query.units)}为单位"] if query.units else []
        parts += [self._trend(query)] if query.trend else []
        values = [t for t in query.tallies if t.what == "value"]
        said = [f"{_VALUE_OPERATORS[t.op]}{quantity(t.value, t.unit)}" for t in values]
        year = f"{_and(map(str, query.years))}年" if query.years else ""
        parts += [f"{year}目标{_and(said)}"] if said else []
        parts += [f"{_quoted(query.groups)}一组"] if query.groups else []
        return f"{_and(parts)}{'的' if parts else ''}{_and(query.attributes)}指标"

    def _party(self, party: Party) -> str:
        names = _and(party.bureaus)
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

    def _list(self, query: Query, found: Sequence[Indicator]) -> _Part:
        named = self._named(query)
        if not found:
            if named == f"{_and(_names(query.parties))}负责的指标":
                return _Part(f"{_and(_names(query.parties))}没有负责的指标。")
            return _Part(f"方案里没有{named}。")
        names = [i.name for i in found]
        lines = [f"{i.id}. {i.name}：{self.book.targets(i)}" for i in found]
        if query.rank:
            what = "变化" if query.change else "目标值"
            head = f"{what}{'最大' if query.rank == 'most' else '最小'}的是{_and(names)}。"
        elif query.indicators and named == "指标":
            head = f"{len(names)}项指标：" if len(names) > 1 or query.count else f"{names[0]}："
        else:
            head = f"方案共{len(names)}项指标：" if named == "指标" else f"{named}有{len(names)}项："
        return _Part(("有，" if query.exists else "") + head, _line_forms(lines, names))

    def _facts(self, start: str, facts: Sequence[Row]) -> _Part:
        """Facts as sentences, of many indicators gathered by value."""
        cited = _Cited(indicators={row["indicator"] for row in facts})
        if len(facts) <= 2:
            return _Part(f"{start}{'，'.join(map(self._fact, facts))}。", cited=cited)
        by_value: dict[str, list[str]] = {}
        for row in facts:
            value = str(row["value"])
            value = {"1": "没有单位", "": "没有写"}.get(value, value)
            by_value.setdefault(value, []).append(self.book.indicators[row["indicator"]].name)
        counts = "，".join(f"{value}{len(names)}项" for value, names in by_value.items())
        lines = [f"{value}：{_and(names)}" for value, names in by_value.items()]
        return _Part(f"{start}{counts}。", [lines], cited=cited)

    def _fact(self, row: Row) -> str:
        name, value = self.book.indicators[row["indicator"]].name, row["value"]
        if row["field"] == "unit":
            return f"{name}没有计量单位，直接写数字" if value == "1" else f"{name}的单位是{value}"
        if row["field"] == "attribute":
            return f"{name}是{value}指标" if value else f"{name}没有写指标属性"
        return f"{name}属于“{value}”一组" if value else f"{name}没有分组"

    # targets

    def _figures(self, query: Query, rows: Sequence[Row], found: Sequence[Indicator]) -> _Part:
        named = self._named(replace(query, years=(), tallies=(), trend=""))
        if not found:
            return _Part(f"方案里没有{named}。")
        years = {i.id: self._years(i, rows) for i in found}
        if len(found) == 1:
            indicator = found[0]
            about = [f"{indicator.attribute}指标"] if indicator.attribute else []
            bodies = self.book.holders(indicator)
            about += [f"{self.book.noun('indicator')}：{bodies}"] if bodies else []
            tail = [f"{'，'.join(about)}。"] if about else []
            return _Part(f"{self._valued(indicator, years[indicator.id])}。", tail=tail)
        same = {year for found_years in years.values() for year in found_years}
        when = f"{same.pop()}年" if len(same) == 1 else ""
        lines = [f"{i.name}：{self._values(i, years[i.id], bool(when))}" for i in found]
        what = f"{when}{'基期值' if query.baseline else '目标'}"
        plain = named == "指标" or (query.indicators and not query.parties)
        head = f"{len(found)}项指标{what}：" if plain else f"{named}{what}（{len(found)}项）："
        return _Part(head, _line_forms(lines, [i.name for i in found]))

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

    def _reverse(self, rows: Sequence[Row]) -> _Part:
        found: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            if row["kind"] == "figure":
                value = quantity(row["value"], row["unit"], row["comparator"])
                name = self.book.indicators[row["indicator"]].name
                year = f"{row['year']}年{'（基期）' if row.get('baseline') else ''}"
                found.setdefault((value, name), []).append(year)
        lines = [f"{value}是{name}{_and(years)}的目标" for (value, name), years in found.items()]
        lines = [re.sub("（基期）的目标$", "的基期值", line) for line in lines]
        if len(lines) <= 2:
            return _Part("；".join(lines) + "。")
        return _Part(f"有{len(lines)}处是这个数：", _line_forms(lines, lines))

    # changes

    def _changes(self, rows: Sequence[Row], found: Sequence[Indicator]) -> _Part:
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
            return _Part(f"{changes[0][0]}。", tail=[f"{changes[0][1]}。"])
        lines = [f"{change}（{ends}）" for change, ends in changes]
        return _Part(f"{len(lines)}项指标的变化：", _line_forms(lines, [i.name for i in found]))

    def _change(self, row: Row) -> str:
        """多0.56亿立方米（+0.56亿立方米）."""
        value, unit = row["value"], "" if row["unit"] == "1" else row["unit"]
        size = f"{_number(abs(value))}{unit}"
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

    def _verdict(self, query: Query, rows: Sequence[Row], found: Sequence[Indicator]) -> _Part:
        value = _holds(rows)
        start = "是。" if value else "不是。"
        if not value and _TRENDS.get(query.trend) == "有变化":
            start = "没有。"
        facts = [row for row in rows if row["kind"] == "fact"]
        if facts or query.attributes or query.units or query.groups:
            return self._facts(start, facts or self._facts_asked(query, found))
        if query.parties:
            return self._held(start, found)
        if query.trend and len(found) == 1:
            return self._moved(start, query.trend, found[0], self._years(found[0], rows))
        said = [self._valued(i, self._years(i, rows), "是") for i in found]
        if len(said) != 1:
            return _Part(f"{start}各项目标如下：", _line_forms(said, [i.name for i in found]))
        wrong = ""
        if query.values and not value:
            number, unit = query.values[0]
            wrong = f"，不是{quantity(number, unit or found[0].unit)}"
        return _Part(f"{start}{said[0]}{wrong}。")

    def _held(self, start: str, found: Sequence[Indicator]) -> _Part:
        noun = self.book.noun("indicator")
        if len(found) == 1:
            bodies = self.book.holders(found[0])
            return _Part(f"{start}{found[0].name}{f'的{noun}是{bodies}' if bodies else f'没有写{noun}'}。")
        lines = [f"{i.name}：{self.book.holders(i) or '没有写'}" for i in found]
        return _Part(f"{start}各项指标的{noun}如下：", _line_forms(lines, [i.name for i in found]))

    def _facts_asked(self, query: Query, found: Sequence[Indicator]) -> list[Row]:
        """What the indicators (of a body, if one was named) are, in what was asked of them."""
        names = set(_names(query.parties))
        meant = [i for i in found if not names or names & {body.name for body in i.bureaus}]
        name = "attribute" if query.attributes else "unit" if query.units else "group"
        return [{"indicator": i.id, "field": name, "value": getattr(i, name)} for i in meant]

    def _moved(self, start: str, trend: str, indicator: Indicator, years: Sequence[int]) -> _Part:
        numeric = [t for t in indicator.targets if t.value is not None]
        asked = [t for t in numeric if t.year in years]
        if len(asked) < 2:
            asked = [t for t in numeric if not t.baseline]
        if len(asked) < 2:
            return _Part(f"{start}{self._valued(indicator, years, '是')}。")
        first, last = asked[0], asked[-1]
        value = round((last.value or 0) - (first.value or 0), 2)
        unit = "个百分点" if indicator.unit == "%" else indicator.unit
        change = f"比{first.year}年{self._change({'of': 'difference', 'value': value, 'unit': unit})}"
        if trend == "doubled" and first.value:
            change = f"是{first.year}年的{_number(round((last.value or 0) / first.value, 2))}倍"
        ends = self.book.targets(indicator, [t.year for t in asked])
        return _Part(f"{start}{indicator.name}{last.year}年{change}。", tail=[f"{ends}。"])


# -- examples, refusals ----------------------------------------------------------------------------


class _Examples:
    """Questions that the loaded plan answers, to show what can be asked."""

    def __init__(self, book: _Book) -> None:
        self.book = book

    @cached_property
    def questions(self) -> list[str]:
        """The best first: a body's work, who does a thing, a target, a task, a list, a yes or no."""
        found = (self._body(), self._thing(), self.target(), self._task(), self._attribute(), self._check())
        return [question for question in found if question]

    def of(self, name: str) -> list[str]:
        """Questions about one body."""
        verbs = [self.book.verb(role) for role in self.book.roles_of(name) if self.book.verb(role)]
        found = [f"{name}{verb}哪些任务" for verb in verbs or ["负责"]]
        indicators = any(body.name == name for i in self.book.plan.indicators for body in i.bureaus)
        return [*found, *([f"{name}负责哪些指标"] if indicators else [])]

    def target(self) -> str:
        """A question for a target; empty for a plan without numbers."""
        for indicator in self.book.plan.indicators:
            years = [t.year for t in indicator.targets if not t.baseline and t.value is not None]
            if years:
                return f"{indicator.name}{years[-1]}年的目标是多少"
        return ""

    @property
    def _main(self) -> str:
        return "lead" if self.book.names_leads else "responsible"

    def _body(self) -> str:
        held = [(b.name, len(self.book.roles_of(b.name).get(self._main, []))) for b in self.book.plan.bureaus]
        busy = [name for name, count in held if 3 <= count <= 10] or [name for name, count in held if count]
        return f"{busy[0]}{self.book.verb(self._main) or '负责'}哪些任务" if busy else ""

    def _thing(self) -> str:
        aliases = [alias for entry in self.book.measures.values() for alias in entry.measure.aliases]
        aliases += [alias for task in self.book.tasks.values() for alias in task.aliases]
        thing = aliases[0] if aliases else _measures_said([*self.book.measures][:1])
        return f"{thing}由谁{self.book.verb(self._main) or '负责'}" if self.book.measures else ""

    def _task(self) -> str:
        return f"任务{max(self.book.tasks)}有哪些措施" if self.book.tasks else ""

    def _attribute(self) -> str:
        attributes = [i.attribute for i in self.book.plan.indicators if i.attribute]
        return f"{attributes[0]}指标有哪些" if attributes else ""

    def _check(self) -> str:
        verb = self.book.verb("support")
        for id, entry in self.book.measures.items():
            if entry.names("support") and verb:
                return f"{entry.names('support')[0]}{verb}第{id}条吗"
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

    def _say(self, name: str, **words: object) -> str:
        return phrases()["unknown"][name].format(**words)

    def _offer(self, name: str, **words: object) -> str:
        return phrases()["near"][name].format(**words)

    def _asking(self, questions: Sequence[str]) -> list[str]:
        return [self._offer("ask"), *_numbered(questions[:3])] if questions else []

    def _meant(self, reading: Reading) -> list[Indicator]:
        queries = [*reading.queries, *([reading.pending] if reading.pending else [])]
        ids = dict.fromkeys(id for query in queries for id in query.indicators)
        return [self.book.indicators[id] for id in ids if id in self.book.indicators]

    def _with_targets(self, head: str, indicators: Sequence[Indicator]) -> _Part:
        lines = [f"{i.name}目标：{self.book.targets(i)}" for i in indicators]
        cited = _Cited(indicators={i.id for i in indicators})
        return _Part(head, _line_forms(lines, [i.name for i in indicators]), cited=cited)

    def _bureau(self, reading: Reading) -> _Part:
        head = self._say("no_such_bureau", subject=reading.subject)
        names = [bureau.name for bureau in self.book.plan.bureaus]
        near = _nearest(_stem(fold(reading.subject)), {name: [_stem(fold(name))] for name in names}, 50)
        if near:
            return _Part(head, tail=[self._offer("bureaus", near=_and(near))])
        listed = _and(names[:30]) + ("等" if len(names) > 30 else "")
        return _Part(head, tail=[self._offer("all_bureaus", count=len(names), near=listed)])

    def _indicator(self, reading: Reading) -> _Part:
        subject = self.book.as_printed(reading.subject)
        known = self.book.plan.indicators
        spelt = {i.name: [fold(name) for name in (i.name, *i.aliases)] for i in known}
        near = _nearest(fold(reading.subject), spelt, 60)
        word, measures = self._echo(reading.lost or (reading.subject,))
        head = self._say("no_such_indicator", subject=subject)
        if measures:
            head = self._offer("mentioned", subject=subject, word=self.book.as_printed(word))
        tail = [self._offer("indicators", near=_and(near))] if near else []
        if not measures and not near and known:
            tail = [self._offer("all_indicators", count=len(known), near=_and(i.name for i in known[:15]))]
        cited = _Cited(measures=set(measures), indicators={i.id for i in known if i.name in near})
        return _Part(head, self.lists.forms([_Share(measures)], bodies=True), tail, cited)

    def _year(self, reading: Reading) -> _Part:
        years = _YEAR.findall(reading.subject)
        meant = self._meant(reading)
        what = meant[0].name if len(meant) == 1 else ""
        head = self._say("no_such_year", what=what, years=f"{_and(years)}年" if years else "这一年")
        if meant:
            return self._with_targets(head, meant)
        known = sorted({t.year for i in self.book.plan.indicators for t in i.targets if not t.baseline})
        return _Part(head, tail=[self._offer("years", years=_and(map(str, known)))] if known else [])

    def _number(self, reading: Reading) -> _Part:
        inside = next((query for query in reading.queries if query.nth and query.tasks), None)
        if inside is not None and not reading.subject:
            return self._inside(inside.tasks[0], abs(inside.nth[0]))
        match = re.fullmatch(r"任务(\d+)的第(\d+)条", reading.subject)
        if match and int(match[1]) in self.book.tasks:
            return self._inside(int(match[1]), int(match[2]))
        head = self._say("no_such_number", subject=reading.subject or "这个编号")
        tail = [self._offer("range", range=self._range)]
        match = re.fullmatch(r"(任务|第)(\d+)条?", reading.subject)
        if match and int(match[2]) in (self.book.measures if match[1] == "任务" else self.book.tasks):
            other = f"第{match[2]}条" if match[1] == "任务" else f"任务{match[2]}"
            tail.append(self._offer("other_level", other=other))
        return _Part(head, tail=tail)

    def _inside(self, task: int, position: int) -> _Part:
        ids = self.book.of_task(task)
        head = self._say("no_such_position", task=task, count=len(ids), number=position)
        return _Part(head, self.lists.forms([_Share(ids)]), cited=_Cited(measures=set(ids)))

    @cached_property
    def _range(self) -> str:
        tasks, measures = self.book.tasks, self.book.measures
        found = [f"{len(self.book.sections)}个部分"]
        found += [f"任务{min(tasks)}–{max(tasks)}"] if tasks else []
        found += [f"第{min(measures)}–{max(measures)}条"] if measures else []
        return _and([*found, *([f"{len(self.book.indicators)}项指标"] if self.book.indicators else [])])

    def _report(self, reading: Reading) -> _Part:
        head = self._say("not_reported")
        meant = self._meant(reading)
        if meant:
            return self._with_targets(head, meant)
        example = self.examples.target()
        return _Part(head, tail=[self._offer("target", example=example)] if example else [])

    def _match(self, reading: Reading) -> _Part:
        values = [quantity(value, unit) for query in reading.queries for value, unit in query.values]
        examples = self._asking(self.examples.questions)
        if values or not reading.subject:
            head = self._say("no_such_value", subject=_and(values)) if values else self._say("nothing_fits")
            return _Part(head, tail=examples)
        head = self._say("no_match", subject=self.book.as_printed(reading.subject))
        word, measures = self._echo(reading.lost or (reading.subject,))
        if not measures:
            return _Part(head, tail=examples)
        head += self._offer("measures", word=self.book.as_printed(word))
        return _Part(head, self.lists.forms([_Share(measures)]), cited=_Cited(measures=set(measures)))

    def _outside(self, reading: Reading) -> _Part:
        subject = self.book.as_printed(reading.subject)
        head = self._say("out_of_scope", subject=subject) if subject else self._say("beyond")
        return _Part(
            head, tail=[self._offer("scope", **self.book.verbs), *_numbered(self.examples.questions[:3])]
        )

    def _puzzled(self, reading: Reading) -> _Part:
        if any(bureau.name == reading.subject for bureau in self.book.plan.bureaus):
            head = self._say("what_about", subject=reading.subject)
            return _Part(head, tail=self._asking(self.examples.of(reading.subject)))
        return _Part(self._say("not_understood"), tail=self._asking(self.examples.questions))

    def _echo(self, said: Sequence[str]) -> tuple[str, list[int]]:
        """The longest beginning or end of the question's words that stands in a few measures, and those."""
        chunks = [fold(chunk) for chunk in said]
        pieces = {chunk[:end] for chunk in chunks for end in range(2, len(chunk) + 1)}
        pieces |= {chunk[at:] for chunk in chunks for at in range(1, len(chunk) - 1)}
        for piece in sorted(pieces, key=lambda piece: (-len(piece), piece)):
            found = [id for id, text in self.book.folded.items() if piece in text]
            # a piece of two characters may be a piece of other words by chance
            if 0 < len(found) <= (2 if len(piece) == 2 else 4) and not _generic(piece):
                return piece, found
        return "", []


def _generic(word: str) -> bool:
    from siwei_bot.language.vocabulary import vocabulary  # here: only a refusal needs it

    known = vocabulary()
    return word in known.generic or word in known.cues


def _stem(name: str) -> str:
    """A body's name without what most bodies' names begin and end with."""
    return re.sub("^[市省县区]|(?<=..)(?:管理局|委员会|局|委|办|厅|院|集团|政府)$", "", name)


def _nearest(said: str, spellings: Mapping[str, Sequence[str]], least: float) -> list[str]:
    """Up to three names that look like what was said: offered, never taken for it."""
    from rapidfuzz import fuzz  # here: only a refusal needs it

    scored = []
    for at, (name, spelt) in enumerate(spellings.items()):
        score = max((fuzz.ratio(said, s) + fuzz.partial_ratio(said, s)) / 2 for s in spelt)
        scored += [(-score, at, name)] if score >= least else []
    return [name for _, _, name in sorted(scored)[:3]]


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
        """The text of an answer and what it cites, which is also the text's last line."""
        if status == "chat":
            return self._chat(reading.chat), ""
        if status == "clarify":
            return self._choices(reading, findings.rows), ""
        if status == "unknown":
            parts = [self._refusals.part(reading)]
        else:
            parts = list(self._answers(reading, findings))
            parts = parts or [self._refusals.part(Reading(reason="no_match"))]
        cited = _Cited()
        for part in parts:
            cited.add(part.cited)
        source = self._source(cited)
        aside = [*self._notes(reading), *(self._missing(reading, findings) if status == "answered" else ())]
        return "\n".join(_fit(parts, aside, [f"来源：{source}"] if source else [])), source

    # answers

    def _answers(self, reading: Reading, findings: Findings) -> Iterator[_Part]:
        queries = reading.queries
        if len(queries) == 1:
            yield self._one(queries[0], findings.rows)
        elif all(query.count and _alone(query) for query in queries):
            yield self._totals(queries, findings.rows)
        else:
            # the rows of several questions come in one list: ask again which are whose
            found = [(query, self._answerer.find(query)) for query in queries]
            yield from (self._one(query, of.rows) for query, of in found if of.rows or not of.failure)

    def _one(self, query: Query, rows: Sequence[Row]) -> _Part:
        roles = {row["role"] for row in rows if row["kind"] == "bureau"}
        named = query.indicators or query.groups or query.attributes or query.units
        of_indicators = bool(named) or query.roles == ("indicator",) or roles == {"indicator"}
        if query.select in ("indicator", "figure", "fact"):
            return self._figures.part(query, rows)
        if query.select == "bureau" and of_indicators and not (query.tallies or query.rank):
            return self._figures.part(query, rows)
        return self._work.part(query, rows)

    def _totals(self, queries: Sequence[Query], rows: Sequence[Row]) -> _Part:
        """几个部分、几项任务、几条措施: every number in one line, then what the parts are."""
        numbers = {row["of"]: row["value"] for row in reversed(rows) if row["kind"] == "number"}
        asked = [query.select for query in queries if query.select in numbers]
        said = _and(f"{_number(numbers[of])}{_thing(of)}" for of in dict.fromkeys([*asked, *numbers]))
        sections = sorted({id for query in queries for id in query.sections})
        tail = [_and(dict.fromkeys(row["name"] for row in rows if row["kind"] == "bureau"))]
        shown = sections or list(self._book.sections)
        head = f"{_sections_said(sections) if sections else '方案'}共{said}。"
        forms = self._work.section_forms(shown)
        return _Part(head, forms, [line for line in tail if line], _Cited(sections=set(shown)))

    def _notes(self, reading: Reading) -> list[str]:
        return [f"（{'；'.join(reading.notes)}）"] if reading.notes else []

    def _missing(self, reading: Reading, findings: Findings) -> list[str]:
        """What a question named that the plan does not have, beside what it was answered for."""
        words = list(dict.fromkeys((*reading.missing, *findings.missing)))
        years = [word for word in words if _YEAR.fullmatch(word)]
        numbers = [int(word) for word in words if word.isdecimal() and word not in years]
        names = [word for word in words if not word.isdecimal()]
        lines = [f"方案没有{_and(years)}年的目标。"] if years else []
        lines += [f"方案里没有{self._numbered_things(reading.queries, numbers)}。"] if numbers else []
        return lines + ([f"方案里没有{_quoted(names)}。"] if names else [])

    def _numbered_things(self, queries: Sequence[Query], numbers: Sequence[int]) -> str:
        if any(query.measures for query in queries):
            return _measures_said(numbers)
        if any(query.tasks for query in queries):
            return _tasks_said(numbers)
        return _sections_said(numbers) if any(q.sections for q in queries) else f"编号{spans(numbers)}"

    # questions back, small talk

    def _choices(self, reading: Reading, rows: Sequence[Row]) -> str:
        words = phrases()["choose"]
        kinds = {row["kind"] for row in rows}
        question = words[kinds.pop()] if len(kinds) == 1 else words["mixed"]
        lines = _numbered([self._choice(row) for row in rows])
        # a note on the very word that is asked about would say that it was read already
        chosen = [str(row["name"]) for row in rows if "name" in row]
        notes = [note for note in reading.notes if not any(name in note for name in chosen)]
        aside = self._notes(replace(reading, notes=tuple(notes)))
        return "\n".join([question, *aside, *lines, words["reply"]])

    def _choice(self, row: Row) -> str:
        kind, book = row["kind"], self._book
        if kind == "task":
            return book.task_said(row["id"])
        if kind == "measure":
            return f"第{row['id']}条 {_cut(book.measures[row['id']].measure.text)}"
        if kind == "section":
            return f"{_sections_said([row['id']])} {book.sections[row['id']].title}"
        return book.indicators[row["id"]].name if kind == "indicator" else str(row["name"])

    def _chat(self, cue: str) -> str:
        words = phrases()["chat"]
        questions = self._examples.questions[: 5 if cue == "help" else 3]
        examples = "\n".join(_numbered(questions))
        text = words.get(cue, words["help"])
        return text.format(plan=self._book.name, examples=examples, **self._book.verbs).strip()

    # source

    def _source(self, cited: _Cited) -> str:
        """主要指标表第1项；任务分工表第8、9条."""
        tables = [part.strip() for part in re.split("[；;]", self.plan.source) if part.strip()]
        tables = tables or [self.plan.title]
        of_indicators = next((table for table in tables if re.search("指标|目标", table)), tables[0])
        of_measures = _and(table for table in tables if table != of_indicators) or of_indicators
        found = [f"{of_indicators}第{spans(cited.indicators)}项"] if cited.indicators else []
        tasks = cited.tasks - {self._book.measures[id].task.id for id in cited.measures}
        places = [_measures_said(cited.measures)] if cited.measures else []
        places += [f"第{spans(tasks)}项任务"] if tasks else []
        places += [_sections_said(cited.sections)] if cited.sections else []
        return "；".join([*found, *([f"{of_measures}{_and(places)}"] if places else [])])
