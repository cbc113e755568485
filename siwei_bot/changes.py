"""What a new version of a plan changes, as values; and the version that a database holds.

A change is about one thing of the plan. Which spellings a plan file allows for a name (aliases) is
no part of what a plan says, so it makes no change; neither does the way the source spells a body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from siwei_bot.plan import (
    ROLES,
    Assignment,
    BodyRef,
    Bureau,
    Indicator,
    Measure,
    Plan,
    Role,
    Section,
    Target,
    Task,
)
from siwei_bot.store import Store

Kind = Literal["plan", "bureau", "section", "task", "measure", "indicator"]
How = Literal["added", "removed", "changed"]


class Subject(NamedTuple):
    """The thing that a change is about; ``name`` is its name, title or text, the new one if there is one."""

    kind: Kind
    id: int | str
    name: str


@dataclass(frozen=True)
class Change:
    """One difference between two versions of a plan.

    ``field`` is empty where the whole thing was added or removed; else what of it changed: ``title``,
    ``text``, ``unit``, …, ``target`` or ``actual`` (of ``year``), or ``role`` (of ``bureau``: ``lead``,
    ``support``, ``responsible``, ``indicator`` for who answers for an indicator, or empty). ``bureaus``
    and ``tasks`` are the bodies and the tasks that the thing concerns, before or after. An ``actual``
    value comes from a report (``notices``), never from a plan.
    """

    how: How
    subject: Subject
    field: str = ""
    before: str = ""
    after: str = ""
    year: int = 0
    bureau: str = ""
    bureaus: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()


# -- two versions compared -------------------------------------------------------------------------


class _Thing(NamedTuple):
    """One thing of one version: its plain fields, and its fields by body or by year."""

    subject: Subject
    fields: Mapping[str, str]
    roles: Mapping[str, str] = MappingProxyType({})
    targets: Mapping[int, str] = MappingProxyType({})
    task: int = 0


def compare(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Every difference between two versions of a plan, in the plan's order; what was removed comes last."""
    old = {thing.subject[:2]: thing for thing in _things(before)}
    new = {thing.subject[:2]: thing for thing in _things(after)}
    changes: list[Change] = []
    for key, thing in new.items():
        if key in old:
            changes += _differences(old[key], thing)
        else:
            changes.append(_whole("added", thing))
    changes += [_whole("removed", thing) for key, thing in old.items() if key not in new]
    return tuple(changes)


def _whole(how: How, thing: _Thing) -> Change:
    return Change(how, thing.subject, bureaus=tuple(thing.roles), tasks=_tasks(thing.task))


def _tasks(*numbers: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(filter(None, numbers)))


def _differences(old: _Thing, new: _Thing) -> Iterator[Change]:
    bureaus = tuple(dict.fromkeys((*new.roles, *old.roles)))
    concerned: Any = {"bureaus": bureaus, "tasks": _tasks(new.task, old.task)}

    def changed(field: str, before: str, after: str, **more: Any) -> Iterator[Change]:
        if before != after:
            yield Change("changed", new.subject, field, before, after, **concerned, **more)

    for field, value in new.fields.items():
        yield from changed(field, old.fields[field], value)
    for year in sorted({*old.targets, *new.targets}):
        yield from changed("target", old.targets.get(year, ""), new.targets.get(year, ""), year=year)
    for bureau in bureaus:
        yield from changed("role", old.roles.get(bureau, ""), new.roles.get(bureau, ""), bureau=bureau)


def _things(plan: Plan) -> Iterator[_Thing]:
    yield _Thing(
        Subject("plan", plan.id, plan.title),
        {"title": plan.title, "region": plan.region, "source": plan.source},
    )
    for section in plan.sections:
        yield _Thing(
            Subject("section", section.id, section.title), {"title": section.title, "label": section.label}
        )
        for task in section.tasks:
            yield _Thing(
                Subject("task", task.id, task.title),
                {"title": task.title, "section": str(section.id)},
                task=task.id,
            )
            for assignment in task.assignments:
                yield from _measures(task, assignment)
    yield from map(_indicator, plan.indicators)
    for bureau in plan.bureaus:
        yield _Thing(Subject("bureau", bureau.name, bureau.name), {}, {bureau.name: ""})


def _measures(task: Task, assignment: Assignment) -> Iterator[_Thing]:
    roles = {body.name: role for role, body in assignment.bodies()}
    for measure in assignment.measures:
        fields = {"text": measure.text, "note": measure.note, "due": assignment.due, "task": str(task.id)}
        yield _Thing(Subject("measure", measure.id, measure.text), fields, roles, task=task.id)


def _indicator(indicator: Indicator) -> _Thing:
    unit = "" if indicator.unit == "1" else indicator.unit
    fields = {
        "name": indicator.name,
        "unit": unit,
        "attribute": indicator.attribute,
        "group": indicator.group,
        "direction": _DIRECTIONS[indicator.direction],
    }
    return _Thing(
        Subject("indicator", indicator.id, indicator.name),
        fields,
        {body.name: "indicator" for body in indicator.bureaus},
        {target.year: _target(target, unit) for target in indicator.targets},
    )


def _target(target: Target, unit: str) -> str:
    words = target.text if target.value is None else f"{target.comparator}{number_words(target.value)}{unit}"
    return f"{words}（基期）" if target.baseline else words


def number_words(value: float) -> str:
    """A number without an exponent and without idle zeros.

    >>> number_words(1150000.0), number_words(0.60), number_words(-0.0)
    ('1150000', '0.6', '0')
    """
    words = f"{value:.10f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words


# -- the version in the database -------------------------------------------------------------------


def stored_plan(store: Store) -> Plan | None:
    """The plan that a database holds, without what it does not keep (aliases); ``None`` if it holds none."""
    heads = store.rows("select * from plan")
    if not heads:
        return None
    head = heads[0]
    return Plan(
        id=head["id"],
        title=head["title"],
        region=head["region"],
        source=head["source"],
        sections=_stored_sections(store),
        bureaus=tuple(
            Bureau(row["name"]) for row in store.rows("select name from bureaus order by position")
        ),
        indicators=_stored_indicators(store),
    )


def _stored_sections(store: Store) -> tuple[Section, ...]:
    bodies: dict[int, dict[Role, list[BodyRef]]] = {}
    for row in store.rows("select * from roles order by measure, position"):
        of_measure = bodies.setdefault(row["measure"], {role: [] for role in ROLES})
        of_measure[row["role"]].append(BodyRef(row["bureau"], row["spelling"]))
    assignments: dict[int, list[Assignment]] = {}
    for row in store.rows("select * from measures order by id"):
        roles = {role: tuple(found) for role, found in bodies.get(row["id"], {}).items()}
        measure = Measure(row["id"], row["text"], note=row["note"])
        assignments.setdefault(row["task"], []).append(Assignment((measure,), **roles, due=row["due"]))
    tasks: dict[int, list[Task]] = {}
    for row in store.rows("select * from tasks order by id"):
        task = Task(row["id"], row["title"], tuple(assignments.get(row["id"], ())))
        tasks.setdefault(row["section"], []).append(task)
    return tuple(
        Section(row["id"], row["title"], tuple(tasks.get(row["id"], ())), row["label"])
        for row in store.rows("select * from sections order by id")
    )


def _stored_indicators(store: Store) -> tuple[Indicator, ...]:
    targets: dict[int, list[Target]] = {}
    for row in store.rows("select * from targets order by indicator, year"):
        target = Target(row["year"], row["value"], row["comparator"], row["text"], bool(row["baseline"]))
        targets.setdefault(row["indicator"], []).append(target)
    bureaus: dict[int, list[BodyRef]] = {}
    for row in store.rows("select * from indicator_bureaus order by indicator, position"):
        bureaus.setdefault(row["indicator"], []).append(BodyRef(row["bureau"], row["spelling"]))
    return tuple(
        Indicator(
            id=row["id"],
            name=row["name"],
            unit=row["unit"],
            targets=tuple(targets.get(row["id"], ())),
            bureaus=tuple(bureaus.get(row["id"], ())),
            group=row["group"],
            attribute=row["attribute"],
            direction=row["direction"],
        )
        for row in store.rows("select * from indicators order by id")
    )


# -- in an official's words ------------------------------------------------------------------------

_ROLES = {"lead": "牵头", "support": "参与", "responsible": "责任单位", "indicator": "负责"}
_DIRECTIONS: Mapping[str, str] = {"floor": "不低于", "cap": "不超过", "": ""}
_FIELDS = {
    "title": "标题",
    "region": "地区",
    "source": "出处",
    "label": "序号",
    "section": "所属部分",
    "task": "所属任务",
    "text": "内容",
    "note": "说明",
    "due": "完成时限",
    "name": "名称",
    "unit": "单位",
    "attribute": "属性",
    "group": "类别",
    "direction": "方向",
}
_FIELDS_OF_A_YEAR = {"target": "{}年目标", "actual": "{}年实际值"}
_NO_WORDS: Mapping[Role, str] = MappingProxyType({})
_HOW = {"added": "新增", "removed": "删去"}
_LONGEST_NAME = 24


def describe(change: Change, role_words: Mapping[Role, str] = _NO_WORDS) -> str:
    """A change as one line for an official; ``role_words`` are the plan's own words for the roles."""
    subject = change.subject
    if not change.field:
        return f"{_HOW[change.how]}{_called(subject, full=True)}"
    if change.field == "role":
        words = _ROLES | {str(role): word for role, word in role_words.items()}
        return f"{_called(subject)}：{_role_change(change, words)}"
    field = _FIELDS_OF_A_YEAR.get(change.field, "").format(change.year) or _FIELDS[change.field]
    return f"{_called(subject)}：{field}{_from_to(change)}"


def _called(subject: Subject, full: bool = False) -> str:
    if subject.kind == "plan":
        return "方案"
    if subject.kind == "bureau":
        return f"单位 {subject.name}"
    if subject.kind == "indicator":
        return f"指标 {subject.name}"
    name = subject.name
    if not full and len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    noun = {"section": "第{}部分", "task": "任务{}", "measure": "第{}条"}[subject.kind]
    return f"{noun.format(subject.id)}（{name}）"


def _role_change(change: Change, words: Mapping[str, str]) -> str:
    if not change.before:
        return f"新增{change.bureau}（{words[change.after]}）"
    if not change.after:
        return f"减去{change.bureau}（原为{words[change.before]}）"
    return f"{change.bureau}由{words[change.before]}改为{words[change.after]}"


def _from_to(change: Change) -> str:
    actual = change.field == "actual"
    if not change.before:
        return f"{'新报' if actual else '新写为'}“{change.after}”"
    if not change.after:
        return f"{'撤回' if actual else '删去'}（原为“{change.before}”）"
    return f"由“{change.before}”改为“{change.after}”"
