"""A plan and its doubts as the text of a plan file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from siwei_bot.importing.document import lines_of
from siwei_bot.importing.settle import MARK, Doubt
from siwei_bot.plan import ROLES, Assignment, BodyRef, Indicator, Measure, Plan, Target, Task

_PLAIN = re.compile(
    "(?=[\u4e00-\u9fff（《“])[\u4e00-\u9fffA-Za-z0-9，。、；：？！（）《》“”‘’—…·％%.+-]*(?<![：‘’—·+-])"
)
_PLAIN_ITEM = re.compile("[\u4e00-\u9fff（][\u4e00-\u9fffA-Za-z0-9（）]*")
_ALL_QUOTED = re.compile("[“‘].*[”’]")

_HEAD = """\
# 从 {name} 读出的草稿。凡有“{mark}”的地方，请对照原文件逐处核对，改好后删去那一行。
# 核对完运行 check 命令检查，再用 load 命令载入。怎样写见 docs/plan-file.md。
# aliases：原文里的其他写法；去掉“市”字的简称是程序加的。平时的叫法请自行补充。"""


def write(plan: Plan, doubts: Sequence[Doubt], unused: Iterable[str], name: str) -> str:
    """The plan file, each doubt as a comment at its place, what was not read as comments at the end."""
    writer = _Writer(doubts)
    lines = [
        *_HEAD.format(name=_comment(name), mark=MARK).splitlines(),
        "format: 1",
        *writer.head(plan),
        *writer.bureaus(plan),
        *writer.indicators(plan),
        *writer.sections(plan),
        *_unused(unused),
    ]
    return "\n".join(lines) + "\n"


def _unused(texts: Iterable[str]) -> Iterator[str]:
    lines = [_comment(text) for text in texts]
    if lines:
        yield ""
        yield f"# {MARK}：下面的文字没有用上"
        yield from (f"#   {line}" for line in lines)


class _Writer:
    def __init__(self, doubts: Sequence[Doubt]) -> None:
        self._doubts: dict[tuple[str, int | str], list[str]] = {}
        for doubt in doubts:
            self._doubts.setdefault((doubt.kind, doubt.id), []).append(doubt.words)

    def _marks(self, kind: str, id: int | str, indent: str, told: Sequence[str] = ()) -> Iterator[str]:
        for words in dict.fromkeys(self._doubts.get((kind, id), ())):
            if words not in told:
                yield f"{indent}# {MARK}：{_comment(words)}"

    def head(self, plan: Plan) -> Iterator[str]:
        yield "plan:"
        yield from self._marks("plan", plan.id, "  ")
        yield f"  id: {plan.id}" if plan.id[0].isalpha() else f'  id: "{plan.id}"'
        yield f"  title: {scalar(plan.title)}"
        yield f"  region: {scalar(plan.region)}"
        if plan.source:
            yield f"  source: {scalar(plan.source)}"
        if plan.role_words:
            said = ", ".join(f"{role}: {_item(word)}" for role, word in plan.role_words.items())
            yield f"  roles: {{{said}}}"

    def bureaus(self, plan: Plan) -> Iterator[str]:
        yield ""
        yield "bureaus:"
        for bureau in plan.bureaus:
            yield from self._marks("bureau", bureau.name, "  ")
            yield f"  - name: {scalar(bureau.name)}"
            if bureau.aliases:
                yield f"    aliases: {_list(bureau.aliases)}"

    def indicators(self, plan: Plan) -> Iterator[str]:
        if plan.indicators:
            yield ""
            yield "indicators:"
        for indicator in plan.indicators:
            yield from self._marks("indicator", indicator.id, "  ")
            yield from self._indicator(indicator)

    def _indicator(self, indicator: Indicator) -> Iterator[str]:
        yield f"  - id: {indicator.id}"
        if indicator.group:
            yield f"    group: {scalar(indicator.group)}"
        yield f"    name: {scalar(indicator.name)}"
        yield f"    unit: {scalar(indicator.unit)}"
        if indicator.attribute:
            yield f"    attribute: {scalar(indicator.attribute)}"
        if indicator.direction:
            yield f"    direction: {indicator.direction}"
        for key, wanted in (("baseline", True), ("targets", False)):
            some = [target for target in indicator.targets if target.baseline is wanted]
            if some:
                yield f"    {key}: {{{', '.join(f'{t.year}: {_target(t)}' for t in some)}}}"
        yield f"    bureaus: {_bodies(indicator.bureaus)}"

    def sections(self, plan: Plan) -> Iterator[str]:
        yield ""
        yield "sections:"
        for section in plan.sections:
            yield from self._marks("section", section.id, "  ")
            yield f"  - id: {section.id}"
            if section.label:
                yield f"    label: {scalar(section.label)}"
            yield f"    title: {scalar(section.title)}"
            yield "    tasks:"
            for task in section.tasks:
                yield from self._task(task)

    def _task(self, task: Task) -> Iterator[str]:
        yield from self._marks("task", task.id, "      ")
        yield f"      - id: {task.id}"
        yield f"        title: {scalar(task.title)}"
        yield "        assignments:"
        for assignment in task.assignments:
            yield from self._assignment(assignment)

    def _assignment(self, assignment: Assignment) -> Iterator[str]:
        shared = self._shared(assignment)
        for words in shared:
            yield f"          # {MARK}：{_comment(words)}"
        parts = [f"{role}: {_bodies(found)}" for role in ROLES if (found := getattr(assignment, role))]
        if assignment.due:
            parts.append(f"due: {_due(assignment.due)}")
        for first, part in zip([True] + [False] * len(parts), parts, strict=False):
            yield f"          {'- ' if first else '  '}{part}"
        yield "            measures:"
        for measure in assignment.measures:
            yield from self._marks("measure", measure.id, "              ", shared)
            yield from self._measure(measure)

    def _shared(self, assignment: Assignment) -> list[str]:
        """Doubts of every measure of an assignment: they are about who does them."""
        if len(assignment.measures) == 1:
            return []
        first, *others = (self._doubts.get(("measure", m.id), []) for m in assignment.measures)
        return [words for words in dict.fromkeys(first) if all(words in other for other in others)]

    def _measure(self, measure: Measure) -> Iterator[str]:
        if not measure.note:
            yield f"              {measure.id}: {scalar(measure.text)}"
            return
        yield f"              {measure.id}:"
        yield f"                text: {scalar(measure.text)}"
        yield f"                note: {scalar(measure.note)}"


def scalar(text: str) -> str:
    """A text as YAML, in quotes where it needs them.

    >>> scalar("推进节水。"), scalar("%"), scalar('“引”')
    ('推进节水。', '"%"', '"“引”"')
    """
    return text if _PLAIN.fullmatch(text) and not _ALL_QUOTED.fullmatch(text) else _quoted(text)


def _item(text: str) -> str:
    return text if _PLAIN_ITEM.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(_item, names))}]"


def _bodies(bodies: Iterable[BodyRef]) -> str:
    return _list(body.spelling for body in bodies)


def _due(due: str) -> str:
    return due if re.fullmatch(r"\d{4}(-\d\d){0,2}", due) else scalar(due)


def _target(target: Target) -> str:
    if target.value is None:
        return f"{{text: {_quoted(target.text)}}}"
    number = f"{Decimal(repr(target.value)):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return f'{{value: {number}, comparator: "{target.comparator}"}}' if target.comparator else number


def _comment(text: str) -> str:
    return " ".join(lines_of(text))


def summary(doubts: Sequence[Doubt]) -> Iterator[str]:
    """What to look at, a line for each kind of doubt: 指标 1–9：原文没有写方向…"""
    by_words = sorted(enumerate(doubts), key=lambda pair: (pair[1].kind, pair[1].words, pair[0]))
    lines = []
    for (kind, words), group in groupby(by_words, key=lambda pair: (pair[1].kind, pair[1].words)):
        places = list(group)
        order = list(_NOUNS).index(kind), places[0][0]
        lines.append((order, f"{_where(kind, [doubt.id for _, doubt in places])}：{words}"))
    yield from (line for _, line in sorted(lines))


# in the order of a plan file
_NOUNS = {
    "plan": "方案",
    "bureau": "单位",
    "indicator": "指标",
    "section": "部分",
    "task": "任务",
    "measure": "具体任务",
}


def _where(kind: str, ids: Sequence[int | str]) -> str:
    if kind == "plan":
        return _NOUNS[kind]
    numbers = sorted({id for id in ids if isinstance(id, int)})
    names = [id for id in ids if isinstance(id, str)]
    return f"{_NOUNS[kind]} {'、'.join([*_ranges(numbers), *names])}"


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Numbers with runs drawn together: 1–3、5."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        some = [number for _, number in run]
        yield f"{some[0]}" if len(some) == 1 else f"{some[0]}–{some[-1]}"
