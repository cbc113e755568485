"""The plan as the renderer looks it up: by number, and in the plan's own words for its roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from siwei_bot.language.normalise import fold
from siwei_bot.plan import ROLES, Assignment, Indicator, Measure, Plan, Section, Target, Task
from siwei_bot.render.words import due_words, joined, measures_said, quantity, sections_said

_ROLE_WORDS = {"lead": "牵头", "support": "参与", "responsible": "责任单位", "indicator": "责任单位"}
_BODY_SUFFIXES = ("单位", "部门", "机构", "主体", "方")
_NO_VERBS = ("", "责任", "成员")


class Entry(NamedTuple):
    """A measure with everything above it."""

    measure: Measure
    assignment: Assignment
    task: Task
    section: Section

    def names(self, role: str) -> tuple[str, ...]:
        """The bodies that hold a role."""
        return tuple(body.name for body in getattr(self.assignment, role, ()))

    @property
    def bodies(self) -> tuple[tuple[str, ...], ...]:
        """The bodies role by role, to tell whether measures have the same ones."""
        return tuple(self.names(role) for role in ROLES)


class Book:
    """The plan looked up by number, and its words for roles, bodies and targets."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sections = {s.id: s for s in plan.sections}
        self.tasks = {t.id: t for s in plan.sections for t in s.tasks}
        self.section_of = {t.id: s for s in plan.sections for t in s.tasks}
        self.indicators = {i.id: i for i in plan.indicators}
        self.measures = {
            m.id: Entry(m, a, t, s)
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

    def indicators_of(self, name: str) -> list[Indicator]:
        """The indicators that a body answers for."""
        return self._indicators_by_body.get(name, [])

    @cached_property
    def _indicators_by_body(self) -> dict[str, list[Indicator]]:
        found: dict[str, list[Indicator]] = {}
        for indicator in self.plan.indicators:
            for body in indicator.bureaus:
                found.setdefault(body.name, []).append(indicator)
        return found

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
            parts.append(f"{joined(names)}{verb}" if verb else f"{self.noun(role)}是{joined(names)}")
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
        return [f"{measures_said(same)}{self.held_by(dict(held))}" for held, same in groups.items()]

    def roles_of(self, name: str, ids: Iterable[int] | None = None) -> dict[str, list[int]]:
        """The measures (of those given) that a body has a part in, by role."""
        held = self._held.get(name, {})
        if ids is not None:
            among = ids if isinstance(ids, Set) else set(ids)
            held = {role: [id for id in measures if id in among] for role, measures in held.items()}
        return {role: held[role] for role in ROLES if held.get(role)}

    @cached_property
    def _held(self) -> dict[str, dict[str, list[int]]]:
        """Every body's measures by role, in plan order."""
        found: dict[str, dict[str, list[int]]] = {}
        for id, entry in self.measures.items():
            for role, body in entry.assignment.bodies():
                found.setdefault(body.name, {}).setdefault(role, []).append(id)
        return found

    def parts_of(self, name: str, ids: Iterable[int] | None = None, roles: Sequence[str] = ()) -> str:
        """牵头第30条，参与第35–37条; empty for a body that has no part."""
        held = self.roles_of(name, ids).items()
        return "，".join(
            f"{self.verb(role)}{measures_said(measures)}"
            if self.verb(role)
            else f"是{measures_said(measures)}的{self.noun(role)}"
            for role, measures in held
            if not roles or role in roles
        )

    def held(self, entry: Entry) -> str:
        """牵头：市水利局；参与：市教育局；时限：2026年12月."""
        parts = [f"{self.word(role)}：{joined(entry.names(role))}" for role in ROLES if entry.names(role)]
        parts += [f"时限：{due_words(entry.assignment.due)}"] if entry.assignment.due else []
        return "；".join(parts)

    # places

    def under(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """The measures by their tasks, in plan order."""
        found: dict[int, list[int]] = {}
        for id in sorted(set(ids), key=self._places.__getitem__):
            found.setdefault(self.measures[id].task.id, []).append(id)
        return found

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id: at for at, id in enumerate(self.measures)}

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
        return f"{sections_said([id])}“{self.sections[id].title}”"

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
        return joined(body.name for body in indicator.bureaus)

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
