"""From what was found to a plan: numbers made unique, names brought together, a doubt noted at each guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from siwei_bot.changes import Kind
from siwei_bot.importing import values
from siwei_bot.importing.bodies import UNKNOWN, BodyNames, register
from siwei_bot.importing.found import (
    NOT_WRITTEN,
    Found,
    FoundGroup,
    FoundIndicator,
    FoundMeasure,
    FoundSection,
    FoundTask,
)
from siwei_bot.importing.labels import label
from siwei_bot.plan import (
    ROLES,
    Assignment,
    BodyRef,
    Indicator,
    Measure,
    Plan,
    Role,
    Section,
    Target,
    Task,
)

MARK = "请核对"
"""What the comment at every doubt begins with."""

_FULL_STOPS = "。！？!?；;…”』」）)：:"


@dataclass(frozen=True)
class Doubt:
    """What a person must look at: where it is, as a change names its subject, and why, in Chinese."""

    kind: Kind
    id: int | str
    words: str


class Title(NamedTuple):
    """What the plan is called; ``unclear`` are doubts in Chinese."""

    id: str
    title: str
    region: str
    source: str
    unclear: tuple[str, ...]


class Numbers(NamedTuple):
    """A number for each thing; ``unclear`` for each; ``general`` is what is unclear of all of them."""

    ids: tuple[int, ...]
    unclear: tuple[tuple[str, ...], ...]
    general: str = ""


def settle(found: Found, title: Title) -> tuple[Plan, list[Doubt]]:
    """The plan that was found and every doubt about it, in the order of the plan file."""
    return _Settler(found, title).plan()


def numbers(printed: Sequence[int | None]) -> Numbers:
    """Unique numbers, as printed where that can be.

    >>> numbers([1, 2, 2, None]).ids, numbers([1, 2, 1, 2]).ids
    ((1, 2, 3, 4), (1, 2, 3, 4))
    """
    count = len(printed)
    every = tuple(range(1, count + 1))
    known = [number for number in printed if number is not None]
    if not known:
        general = f"原文没有编号，按次序编为 1–{count}" if count else ""
        return Numbers(every, ((),) * count, general)
    if printed.count(1) > 1:
        unclear = tuple(tuple(_gap(number, before, set())) for number, before in _with_before(printed))
        return Numbers(every, unclear, f"原文的编号不是全文连续的，按次序重新编为 1–{count}")
    return _as_printed(printed, set(known))


def _with_before(printed: Sequence[int | None]) -> Iterator[tuple[int | None, int]]:
    before = 0
    for number in printed:
        yield number, 0 if number == 1 else before
        before = number if number is not None else before


def _as_printed(printed: Sequence[int | None], known: set[int]) -> Numbers:
    ids: list[int] = []
    unclear: list[tuple[str, ...]] = []
    taken: set[int] = set()
    free = max(known) + 1
    for number, before in _with_before(printed):
        if number is not None and number not in taken:
            ids.append(number)
            unclear.append(tuple(_gap(number, before, known)))
        else:
            ids.append(free)
            what = "原文没有编号" if number is None else f"原文的编号 {number} 重复"
            unclear.append((f"{what}，暂编为 {free}",))
            free += 1
        taken.add(ids[-1])
    return Numbers(tuple(ids), tuple(unclear))


def _gap(number: int | None, before: int, known: set[int]) -> Iterator[str]:
    if number is None:
        return
    if number < before:
        yield f"编号 {number} 排在 {before} 后面"
    missing = [n for n in range(before + 1, min(number, before + 100)) if n not in known]
    if missing:
        several = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}–{number - 1}"
        yield f"前面缺编号 {several}"


class _Settler:
    def __init__(self, found: Found, title: Title) -> None:
        self._found, self._title = found, title
        self._doubts: list[Doubt] = []
        self._texts: dict[str, int] = {}
        self._sections = [section for section in found.sections if section.tasks]
        tasks = [task for section in self._sections for task in section.tasks]
        for task in tasks:
            task.groups = task.groups or [_group_of_title(task)]
        groups = [group for task in tasks for group in task.groups]
        measures = [measure for group in groups for measure in group.measures]
        self._task_ids = self._numbered([task.number for task in tasks], "task", "任务")
        self._measure_ids = self._numbered([measure.number for measure in measures], "measure", "具体任务")
        self._names = BodyNames(
            [i.bodies for i in found.indicators] + [p.who for g in groups for p in g.parts]
        )
        self._register = register(self._spellings(groups), title.region)

    def _spellings(self, groups: Sequence[FoundGroup]) -> Iterator[str]:
        """Every name as often as it is printed."""
        for indicator in self._found.indicators:
            yield from self._names.split(indicator.bodies).names
        for group in groups:
            names = [(part.role, self._names.split(part.who).names) for part in group.parts]
            for _, some in names:
                yield from some
            if not any(some for role, some in names if role != "support"):
                yield UNKNOWN

    def plan(self) -> tuple[Plan, list[Doubt]]:
        head, found = self._title, self._found
        for words in (*head.unclear, "id 由标题的拼音而来，可以改；载入后不要再改", *found.unclear):
            self._doubt("plan", head.id, words)
        for section in found.sections:
            if not section.tasks:
                found.unused.append(f"标题：{section.label}{section.title}")
        for name, doubts in self._register.unclear.items():
            for words in doubts:
                self._doubt("bureau", name, words)
        made = Plan(
            id=head.id,
            title=head.title,
            region=head.region,
            source=head.source,
            indicators=tuple(self._indicators()),
            sections=tuple(self._section(*numbered) for numbered in enumerate(self._sections, 1)),
            bureaus=self._register.bureaus,
            role_words={role: found.role_words[role] for role in ROLES if role in found.role_words},
        )
        return made, self._doubts

    def _doubt(self, kind: Kind, id: int | str, words: str) -> None:
        self._doubts.append(Doubt(kind, id, words))

    def _numbered(self, printed: Sequence[int | None], kind: Kind, noun: str) -> Iterator[int]:
        """The ids of all things of a kind, in order; their doubts are noted at once."""
        settled = numbers(printed)
        if settled.general:
            self._found.unclear.append(f"{noun}：{settled.general}")
        for id, doubts in zip(settled.ids, settled.unclear, strict=True):
            for words in doubts:
                self._doubt(kind, id, words)
        return iter(settled.ids)

    # -- sections, tasks and measures

    def _section(self, id: int, found: FoundSection) -> Section:
        title = found.title
        if not title:
            title = self._title.title
            self._doubt("section", id, "原文没有分部分，暂用方案的标题")
        printed = label(f"{found.label}{title}")
        if printed is not None and found.label and printed.number != id:
            self._doubt("section", id, f"序号“{found.label}”与次序不符")
        for words in found.unclear:
            self._doubt("section", id, words)
        tasks = tuple(self._task(task, found) for task in found.tasks)
        return Section(id, title, tasks, found.label)

    def _task(self, found: FoundTask, section: FoundSection) -> Task:
        id, title = next(self._task_ids), found.title
        if not title:
            title = section.title or NOT_WRITTEN
            found.unclear.append("原文没有写任务名称，暂写成这样")
        for words in found.unclear:
            self._doubt("task", id, words)
        return Task(id, title, tuple(self._assignment(group) for group in found.groups))

    def _assignment(self, group: FoundGroup) -> Assignment:
        roles, doubts = self._roles(group)
        due, unclear = values.due(group.due)
        doubts = [*group.unclear, *doubts, *([unclear] if unclear else [])]
        measures = tuple(self._measure(measure, doubts) for measure in group.measures)
        return Assignment(measures, due=due, **roles)

    def _measure(self, found: FoundMeasure, doubts: Sequence[str]) -> Measure:
        id = next(self._measure_ids)
        first = self._texts.setdefault(found.text, id)
        if first != id:
            self._doubt("measure", id, f"文字与具体任务 {first} 相同")
        for words in (*found.unclear, *_doubts_of_end(found.text), *doubts):
            self._doubt("measure", id, words)
        return Measure(id, found.text, note=found.note)

    def _roles(self, group: FoundGroup) -> tuple[dict[Role, tuple[BodyRef, ...]], list[str]]:
        """The bodies of a group by role, each once; and doubts."""
        doubts: list[str] = []
        said: dict[Role, list[BodyRef]] = {"lead": [], "responsible": [], "support": []}
        holds: dict[str, Role] = {}
        has_lead = any(part.role == "lead" and self._names.split(part.who).names for part in group.parts)
        for wanted in said:
            for part in group.parts:
                if part.role != wanted:
                    continue
                role: Role = "support" if wanted == "responsible" and has_lead else wanted
                if role != wanted:
                    doubts.append(
                        f"既写了牵头又写了{part.word or '责任单位'}，后者暂作参与：{''.join(part.who)}"
                    )
                names = self._names.split(part.who)
                doubts += names.unclear
                doubts += self._hold(names.names, role, said[role], holds)
        if not said["lead"] and not said["responsible"]:
            said["responsible"].append(self._ref(UNKNOWN))
            doubts.append("原文没有写牵头或责任单位")
        return {role: tuple(bodies) for role, bodies in said.items() if bodies}, doubts

    def _hold(
        self, names: Sequence[str], role: Role, bodies: list[BodyRef], holds: dict[str, Role]
    ) -> Iterator[str]:
        """Give bodies a role; a body has one role only, the first."""
        for body in map(self._ref, names):
            before = holds.setdefault(body.name, role)
            if before != role:
                yield f"{body.spelling}写了两个职责，只留了前一个"
            elif all(body.name != other.name for other in bodies):
                bodies.append(body)

    def _ref(self, spelling: str) -> BodyRef:
        return BodyRef(self._register.names[spelling], spelling)

    # -- indicators

    def _indicators(self) -> Iterator[Indicator]:
        kept = [found for found in self._found.indicators if any(not value[2] for value in found.values)]
        for found in self._found.indicators:
            if found not in kept:
                self._found.unused.append(f"指标“{found.name}”没有目标值")
                self._found.unclear.append(f"指标“{found.name}”没有目标值，没有收")
        ids = self._numbered([found.number for found in kept], "indicator", "指标")
        names: set[str] = set()
        for id, found in zip(ids, kept, strict=True):
            yield self._indicator(id, found, names)

    def _indicator(self, id: int, found: FoundIndicator, names: set[str]) -> Indicator:
        name = found.name
        if name in names:
            name = f"{name}（第{id}项）"
            found.unclear.append("有同名的指标，加了序号来区分")
        names.add(name)
        unit = _unit(found)
        targets = tuple(_targets(found, unit))
        bodies = self._names.split(found.bodies)
        direction = _direction(targets)
        found.unclear += bodies.unclear
        if direction:
            found.unclear.append("direction 由目标前的符号而来")
        else:
            found.unclear.append(
                "原文没有写方向，请补 direction: floor（至少达到）或 direction: cap（不超过）"
            )
        for words in found.unclear:
            self._doubt("indicator", id, words)
        refs: list[BodyRef] = []
        list(self._hold(bodies.names, "responsible", refs, {}))
        return Indicator(
            id,
            name,
            unit,
            targets,
            tuple(refs),
            group=found.group,
            attribute=found.attribute,
            direction=direction,
        )


def _group_of_title(task: FoundTask) -> FoundGroup:
    return FoundGroup(
        [FoundMeasure(task.title or NOT_WRITTEN, unclear=["原文没有写具体任务，暂用任务的标题"])]
    )


def _doubts_of_end(text: str) -> Iterator[str]:
    if text.endswith("."):
        yield "句末是半角“.”，照录"
    elif not text.endswith(tuple(_FULL_STOPS)):
        yield "句末没有句号，可能没有写完"


def _unit(found: FoundIndicator) -> str:
    """The unit of an indicator, from its column or from beside its values."""
    printed = list(dict.fromkeys(value.unit for _, value, _ in found.values if value.unit))
    if not found.unit:
        if len(printed) != 1:
            found.unclear.append("原文没有写单位，暂按没有单位的数")
        return printed[0] if len(printed) == 1 else values.BARE
    if any(unit != found.unit for unit in printed):
        found.unclear.append(f"单位是“{found.unit}”，数值后面写的是“{'、'.join(printed)}”")
    return found.unit


def _targets(found: FoundIndicator, unit: str) -> Iterator[Target]:
    """One target a year; a value with another unit than the indicator's is kept as words."""
    made: dict[int, Target] = {}
    for year, value, is_baseline in found.values:
        if year in made:
            found.unclear.append(f"{year} 年写了两个值，只留了前一个，另一个是 {value.text or value.number}")
            continue
        if value.number is None or (value.unit and value.unit != unit):
            text = value.text or f"{value.comparator}{value.number:g}{value.unit}"
            made[year] = Target(year, None, text=text, baseline=is_baseline)
        else:
            made[year] = Target(year, value.number, value.comparator, baseline=is_baseline)
    if all(target.baseline for target in made.values()):
        # the year had a baseline first: a plan file needs a target, and the doubt above tells of it
        made = {year: Target(t.year, t.value, t.comparator, t.text) for year, t in made.items()}
    yield from (made[year] for year in sorted(made))


def _direction(targets: Sequence[Target]) -> Literal["floor", "cap", ""]:
    signs = {target.comparator for target in targets if not target.baseline and target.comparator}
    if signs and signs <= {"≥", ">"}:
        return "floor"
    return "cap" if signs and signs <= {"≤", "<"} else ""
