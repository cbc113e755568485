"""Reads a plan file into a :class:`siwei_bot.plan.Plan`, or says everything that is wrong with it.

A plan file is YAML written by people who do not program, so the reader is strict where YAML would
silently read something else than was meant. It works in three steps, each of which notes its problems
in one list:

1. the characters of the source (encoding, tabs, full-width colons after keys);
2. YAML (syntax, and the parts of YAML that a plan file does not use);
3. the nodes: keys, values, and how they refer to each other.

A fault that can be mended on its line (an unquoted ``%``) is noted and mended, so that the rest of the
file is still checked. A reader method that meets a problem notes it and returns an empty value; the plan
is handed out only when no problem was noted.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from siwei_bot.plan import (
    ROLES,
    Assignment,
    BodyRef,
    Bureau,
    Indicator,
    Measure,
    Plan,
    Section,
    Target,
    Task,
)

__all__ = ["PlacedPlan", "PlanFileError", "Problem", "parse_plan", "read_placed_plan", "read_plan"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a plan file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}；{self.fix}"


class PlanFileError(Exception):
    """A plan file that cannot be used; ``problems`` holds all that was found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Place(NamedTuple):
    """A line and a column of a plan file, which count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class PlacedPlan:
    """A plan with the places where its file says what.

    ``places`` has one for each thing: ``("bureau", spelling)``, ``("indicator", spelling)``, ``("alias",
    the kind and id of a section, task or measure, spelling)``, ``("section" | "task" | "measure", id)``
    and ``("target", indicator id, year)``. ``lines`` are the lines of the file.
    """

    plan: Plan
    file: str
    lines: tuple[str, ...]
    places: Mapping[Hashable, Place]


def read_plan(path: str | Path) -> Plan:
    """Read the plan file at ``path``; raise :class:`PlanFileError` with every problem it has."""
    return read_placed_plan(path).plan


def read_placed_plan(path: str | Path) -> PlacedPlan:
    """As :func:`read_plan`, with the places of what was read."""
    name = str(path)
    return _parse(_decoded(path, name), name)


def parse_plan(text: str, name: str) -> Plan:
    """Read the text of a plan file; ``name`` is what problems call the file."""
    return _parse(text, name).plan


def _decoded(path: str | Path, name: str) -> str:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else "文件打不开"
        raise PlanFileError([Problem(name, 1, 1, reason, "请检查文件的路径和权限")]) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _split_lines(data[: error.start].decode("utf-8"))
        what, fix = "文件不是 UTF-8 编码（可能是 GBK 或 UTF-16）", "请在编辑器里另存为 UTF-8"
        raise PlanFileError([Problem(name, len(before), len(before[-1]) + 1, what, fix)]) from error


def _parse(text: str, name: str) -> PlacedPlan:
    source = _Source(text, name)
    lines = tuple(source.lines)
    reader = _Reader(source)
    plan = reader.plan(source.compose())
    source.raise_problems()
    return PlacedPlan(plan, name, lines, reader.places)


KEYS = {
    kind: {key.rstrip("?"): not key.endswith("?") for key in keys.split()}
    for kind, keys in {
        "file": "format plan bureaus indicators? sections",
        "plan": "id title region aliases? source? roles?",
        "roles": "lead? support? responsible?",
        "bureau": "name aliases?",
        "indicator": "id group? name aliases? unit attribute? direction? baseline? targets bureaus",
        "target": "value? comparator? text?",
        "section": "id label? title aliases? tasks",
        "task": "id title aliases? assignments",
        "assignment": "lead? support? responsible? due? measures",
        "measure": "text aliases? note?",
    }.items()
}
"""The keys of every mapping in a plan file, in the order they are usually written, and whether each must
be there."""

_ANY_KEY = "(?:" + "|".join(sorted({key for keys in KEYS.values() for key in keys})) + "|[0-9]+)"

COMPARATORS = {
    "≥": ">= => ≧ 以上 不低于 不少于 不小于 至少 达到",
    "≤": "<= =< ≦ 以内 以下 不高于 不超过 不大于 至多",
    ">": "＞ 大于 高于 超过",
    "<": "＜ 小于 低于",
    "≈": "~ ～ 约 大约 左右",
}
DIRECTIONS = {"floor": "下限 不低于 至少 min", "cap": "上限 不超过 至多 max"}
"""Each comparator and each direction, with other ways to write it, for suggestions."""

YEARS = range(1900, 2101)

PLAN_ID = re.compile("[a-z0-9-]+")
POSITIVE = re.compile("[1-9][0-9]{0,8}")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_DATE = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LIKE_DATE = re.compile("[0-9][0-9 ./:-]*")
_FULL_WIDTH_QUOTED = re.compile("[“”＂‘’＇][^“”＂‘’＇]*[“”＂‘’＇]")
_FULL_WIDTH_SEPARATOR = re.compile("[，、；]")
# A comment that may have been meant as text: less than two spaces before the #, or none after it.
_CARELESS_COMMENT = re.compile(" ?#| +#(?=[^ ])")
# Control characters, and characters that cannot be seen but make two names differ.
_INVISIBLE = "[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]"

_DEEPEST = 20
_QUOTE_IT = "请用双引号把整段文字括起来"


# Steps 1 and 2: characters and YAML.


class _Trap(NamedTuple):
    """A fault that a line of the source shows by itself; the group ``bad`` is its place.

    ``mend`` is what to read there instead, so as to go on; ``None`` if reading cannot go on.
    """

    pattern: str
    what: str
    fix: str
    mend: str | None = None


_TRAPS = (
    _Trap(f"(?P<bad>(?!\t){_INVISIBLE})", "有看不见的字符 {code}", "请删去它（把这里的文字重新输入一遍）"),
    _Trap(r"^[ -]*(?P<bad>[\t\u3000\xa0])\s*[^\s#]", "缩进用了 Tab 或全角空格", "请改用半角空格"),
    _Trap(r"(?P<bad>\t)", "有 Tab 字符", "请改用空格", mend=" "),
    _Trap(
        f"^ *(?:- +)*{_ANY_KEY} *(?P<bad>：)",
        "键后面是全角冒号 “：”",
        "请改成半角冒号加空格 “: ”",
        mend=": ",
    ),
    _Trap(
        rf"^ *(?:(?=[0-9])|(?:- +)*(?![0-9])){_ANY_KEY}(?P<bad>:)(?=\S)",
        "键的冒号后面没有空格",
        "请在冒号后面加一个空格",
        mend=": ",
    ),
)


class _Syntax(NamedTuple):
    """What an error message of YAML means to the writer.

    ``opening``: its place is where the construct began, not where YAML gave up. ``mend`` is what to read
    there instead of one character, so as to go on; ``None`` if reading cannot go on.
    """

    pattern: str
    what: str
    fix: str
    opening: bool = False
    mend: str | None = None


_SYNTAX = (
    _Syntax(
        "cannot start any token|scanning (?:a block scalar|an alias|an anchor|a tag)",
        "文字不能以 “{char}” 开头",
        _QUOTE_IT,
        opening=True,
        mend="x",
    ),
    _Syntax("escape c", "双引号里的反斜杠 “\\” 有特殊含义", "请把双引号改成单引号"),
    _Syntax("quoted scalar", "引号没有配对", "请补上右边的引号", opening=True),
    _Syntax(
        "expected ':'",
        "这一行没有冒号，或者缩进不对",
        "请写成 “键: 内容”（半角冒号加空格），并与同级的行对齐",
        opening=True,
    ),
    _Syntax(
        "parsing a flow",
        "括号没有配对，或者各项之间的逗号不对",
        "请检查 [ ] 与 { } 是否成对，各项之间用一个半角逗号加空格",
        opening=True,
    ),
    _Syntax(
        "mapping values are not allowed",
        "这里不应有 “键: 内容”",
        "请检查本行是否与同级的行对齐，上一行是否完整",
    ),
    _Syntax(
        "entries are not allowed",
        "“- ” 不能写在这里",
        f"列表的各项请另起一行；文字若以 “- ” 开头，{_QUOTE_IT}",
    ),
    _Syntax(
        "parsing a block",
        "这一行的缩进与同级的行不一致，或者有多余的符号",
        "请与同级的行左边对齐，并检查引号和括号",
    ),
    _Syntax("", "YAML 读不懂这里", "请检查这一行和上一行的缩进、冒号、引号和括号"),
)
_AFTER_COMMA = f"，\\s*{_ANY_KEY}$"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Source:
    """The lines of one file and the problems found in it; lines and columns count from 0 here."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = _split_lines(text.removeprefix("\ufeff"))
        self._problems: list[Problem] = []
        self._mended: set[int] = set()

    def note(self, line: int, column: int, what: str, fix: str) -> None:
        """Note a problem; not on a mended line, where it may well follow from the fault that was mended."""
        if line not in self._mended:
            self._problems.append(Problem(self.name, line + 1, column + 1, what, fix))

    def raise_problems(self) -> None:
        """Raise :class:`PlanFileError` if any problem was noted."""
        if self._problems:
            raise PlanFileError(self._problems)

    def place(self, mark: Any) -> tuple[int, int]:
        """Line and column of a mark; YAML may place the end of the file a line too far."""
        if mark.line < len(self.lines):
            return mark.line, mark.column
        return len(self.lines) - 1, len(self.lines[-1])

    def compose(self) -> Node | None:
        """Return the root node of the file, or ``None`` if the file is empty."""
        readable = [self._check_characters(number) for number in range(len(self.lines))]
        if not all(readable):
            self.raise_problems()
        while True:
            text = "\n".join(self.lines)
            try:
                self._check_constructs(text)
                root: Node | None = yaml.compose(text, _Loader)
                return root
            except yaml.MarkedYAMLError as error:
                if not self._explain(error):
                    self.raise_problems()

    def _mend(self, line: int, start: int, end: int, text: str) -> None:
        self._mended.add(line)
        self.lines[line] = self.lines[line][:start] + text + self.lines[line][end:]

    def _check_characters(self, number: int) -> bool:
        """Note and mend the traps of a line; tell whether it can be read."""
        for trap in _TRAPS:
            while found := re.search(trap.pattern, self.lines[number]):
                start, end = found.span("bad")
                self.note(number, start, trap.what.format(code=_code(found["bad"])), trap.fix)
                if trap.mend is None:
                    return False
                self._mend(number, start, end, trap.mend)
        return True

    def _check_constructs(self, text: str) -> None:
        """Refuse what a plan file does not use of YAML, before any tree is built of it."""
        depth = documents = 0
        refused: list[Any] = []
        for event in yaml.parse(text, _Loader):
            mark: Any = event.start_mark
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > _DEEPEST:
                self.note(mark.line, mark.column, "括号或缩进的层数太多", "请删去多余的括号和 “- ”")
                self.raise_problems()
            if documents > 1:
                self.note(mark.line, mark.column, "文件里有几份文档", "请删去 “---” 这一行，一份计划一个文件")
                self.raise_problems()
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                refused.append(mark)
        for mark in refused:
            char = self.lines[mark.line][mark.column]
            self.note(mark.line, mark.column, f"文字不能以 “{char}” 开头", _QUOTE_IT)
        if refused:
            self.raise_problems()

    def _explain(self, error: yaml.MarkedYAMLError) -> bool:
        """Note what a syntax error means; tell whether it is mended."""
        message = f"{error.context} {error.problem}"
        syntax = next(syntax for syntax in _SYNTAX if re.search(syntax.pattern, message))
        line, column = self.place(error.problem_mark)
        before, char = self.lines[line][:column], self.lines[line][column : column + 1]
        if char == ":" and ": " in before:  # not the first colon of its line
            if "flow" in message and re.search(_AFTER_COMMA, before):
                column = before.rindex("，")
                self.note(line, column, "两项之间是全角逗号 “，”", "请改成半角逗号加空格 “, ”")
                self._mend(line, column, column + 1, ",")
            else:
                self.note(line, column, "文字里有半角冒号加空格 “: ”", _QUOTE_IT)
                self._mend(line, column, column + 1, "：")
            return True
        if "parsing" in message and before.rstrip().endswith(("'", '"', "]", "}")):
            quote = "'" if before.rstrip().endswith('"') else '"'
            fix = f"请删去它，或用 {quote} 把整段文字括起来"
            self.note(line, column, "引号或括号后面有多余的内容", fix)
            return False
        if syntax.opening and error.context_mark:
            line, column = self.place(error.context_mark)
        char = self.lines[line][column : column + 1]
        self.note(line, column, syntax.what.format(char=char), syntax.fix)
        if syntax.mend is None or not char:
            return False
        self._mend(line, column, column + 1, syntax.mend)
        return True


# Step 3: keys, values, and how they refer to each other.


class _Reader:
    """Reads the nodes of one file. A method that meets a problem notes it and returns an empty value."""

    def __init__(self, source: _Source) -> None:
        self.places: dict[Hashable, Place] = {}
        self._source = source
        self._bureau_names: dict[str, tuple[str, int]] = {}
        self._indicator_names: dict[str, tuple[str, int]] = {}
        self._ids: dict[tuple[str, int], int] = {}

    # The parts of a plan.

    def plan(self, node: Node | None) -> Plan:
        """Read the root of the file; bureaus come first, since the other parts refer to them."""
        if node is None:
            self._source.note(0, 0, "文件是空的", "请写上 format: 1 和计划的内容")
        top = self._mapping(node, "file")
        if "format" in top and self._scalar(top["format"]) not in ("1", ""):
            self._note(top["format"], "不认识这种 format", "请写 format: 1")
        head = self._mapping(top.get("plan"), "plan")
        bureaus = [self._bureau(item) for item in self._items(top.get("bureaus"), least=1)]
        title, aliases = self._names(head.get("title"), head.get("aliases"), {})
        roles = self._mapping(head.get("roles"), "roles")
        return Plan(
            id=self._plan_id(head.get("id")),
            title=title,
            region=self._text(head.get("region")),
            sections=tuple(self._section(item) for item in self._items(top.get("sections"), least=1)),
            bureaus=tuple(bureaus),
            indicators=tuple(self._indicator(item) for item in self._items(top.get("indicators"))),
            aliases=aliases,
            source=self._text(head.get("source")),
            role_words={role: self._text(roles[role]) for role in ROLES if role in roles},
        )

    def _bureau(self, node: Node) -> Bureau:
        keys = self._mapping(node, "bureau")
        name, aliases = self._names(keys.get("name"), keys.get("aliases"), self._bureau_names, "bureau")
        return Bureau(name, aliases)

    def _indicator(self, node: Node) -> Indicator:
        keys = self._mapping(node, "indicator")
        name, aliases = self._names(keys.get("name"), keys.get("aliases"), self._indicator_names, "indicator")
        number = self._id(keys.get("id"), "指标")
        return Indicator(
            id=number,
            name=name,
            unit=self._text(keys.get("unit")),
            targets=self._targets(number, keys.get("baseline"), keys.get("targets")),
            bureaus=self._bodies(keys.get("bureaus"), set()),
            aliases=aliases,
            group=self._text(keys.get("group")),
            attribute=self._text(keys.get("attribute")),
            direction=cast(Literal["floor", "cap", ""], self._choice(keys.get("direction"), DIRECTIONS)),
        )

    def _targets(self, indicator: int, baseline: Node | None, targets: Node | None) -> tuple[Target, ...]:
        found: dict[int, Target] = {}
        for node, is_baseline in ((baseline, True), (targets, False)):
            for key, value in self._pairs(node):
                year = self._year(key)
                if year in found:
                    self._note(key, f"年份 {year} 在这个指标里写了两次", "请只留一个")
                target = self._target(year, value, is_baseline)
                self._place(key, "target", indicator, year)
                if year:
                    found[year] = target
        if isinstance(targets, MappingNode) and not targets.value:
            self._note(targets, "指标没有目标值", "请至少写一个年份的目标，如 {2030: 60}")
        return tuple(found[year] for year in sorted(found))

    def _target(self, year: int, node: Node, baseline: bool) -> Target:
        if not isinstance(node, MappingNode):
            return Target(year, self._number(node), baseline=baseline)
        keys = self._mapping(node, "target")
        if ("value" in keys) == ("text" in keys) or ("comparator" in keys and "text" in keys):
            self._note(
                node, "目标写法不对", '请写数字、{value: 60, comparator: "≥"} 或 {text: 文字} 三者之一'
            )
        return Target(
            year,
            self._number(keys["value"]) if "value" in keys else None,
            self._choice(keys.get("comparator"), COMPARATORS),
            self._text(keys.get("text")),
            baseline,
        )

    def _section(self, node: Node) -> Section:
        keys = self._mapping(node, "section")
        number = self._id(keys.get("id"), "部分")
        self._place(keys.get("title"), "section", number)
        title, aliases = self._names(keys.get("title"), keys.get("aliases"), {}, "alias", "section", number)
        return Section(
            id=number,
            title=title,
            tasks=tuple(self._task(item) for item in self._items(keys.get("tasks"), least=1)),
            label=self._text(keys.get("label")),
            aliases=aliases,
        )

    def _task(self, node: Node) -> Task:
        keys = self._mapping(node, "task")
        number = self._id(keys.get("id"), "任务")
        self._place(keys.get("title"), "task", number)
        title, aliases = self._names(keys.get("title"), keys.get("aliases"), {}, "alias", "task", number)
        return Task(
            id=number,
            title=title,
            assignments=tuple(
                self._assignment(item) for item in self._items(keys.get("assignments"), least=1)
            ),
            aliases=aliases,
        )

    def _assignment(self, node: Node) -> Assignment:
        keys = self._mapping(node, "assignment")
        taken: set[str] = set()
        assignment = Assignment(
            lead=self._bodies(keys.get("lead"), taken),
            support=self._bodies(keys.get("support"), taken),
            responsible=self._bodies(keys.get("responsible"), taken),
            due=self._due(keys.get("due")),
            measures=self._measures(keys.get("measures")),
        )
        written = [role for role in ("lead", "responsible") if role in keys and keys[role].value]
        if isinstance(node, MappingNode) and not written:
            self._note(node, "这条分工没有负责的单位", "请写 lead: [单位] 或 responsible: [单位]")
        elif len(written) == 2:
            self._note(keys["responsible"], "lead 和 responsible 不能同时写", "请只留一个")
        return assignment

    def _measures(self, node: Node | None) -> tuple[Measure, ...]:
        if isinstance(node, MappingNode) and not node.value:
            self._note(node, "这里没有措施", "请写 “编号: 措施文字”")
        return tuple(self._measure(key, value) for key, value in self._pairs(node))

    def _measure(self, key: Node, node: Node) -> Measure:
        number = self._id(key, "措施")
        self._place(key, "measure", number)
        if not isinstance(node, MappingNode):
            return Measure(number, self._text(node))
        keys = self._mapping(node, "measure")
        text, aliases = self._names(keys.get("text"), keys.get("aliases"), {}, "alias", "measure", number)
        return Measure(number, text, aliases, self._text(keys.get("note")))

    # Mappings, lists and single values.

    def _place(self, node: Node | None, *thing: Hashable) -> None:
        if node is not None:
            line, column = self._source.place(node.start_mark)
            self.places.setdefault(thing, Place(line + 1, column + 1))

    def _note(self, node: Node, what: str, fix: str) -> None:
        self._source.note(node.start_mark.line, node.start_mark.column, what, fix)

    def _mapping(self, node: Node | None, kind: str) -> dict[str, Node]:
        """The values of a mapping by key. A misspelt key counts as the one it resembles."""
        known = KEYS[kind]
        found: dict[str, Node] = {}
        misspelt: list[tuple[str, Node]] = []
        for key, value in self._pairs(node):
            word = key.value
            if word in found:
                self._note(key, f"键 “{word}” 写了两次", "请只留一个")
            elif word in known:
                found[word] = value
            elif near := _nearest(word, known, 70):
                self._note(key, f"不认识的键 “{_clip(word)}”", f"请改为 {near[0]}")
                misspelt.append((near[0], value))
            else:
                self._note(key, f"不认识的键 “{_clip(word)}”", f"请改为这些键之一：{'、'.join(known)}")
        for word, value in misspelt:
            found.setdefault(word, value)
        for word, required in known.items():
            if required and word not in found and isinstance(node, MappingNode):
                self._note(node, f"缺少键 “{word}”", f"请补上 “{word}: …”")
        return found

    def _pairs(self, node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
        """Keys and values of a mapping, without the ones that a stray comma or colon made of other text."""
        if node is None:
            return
        if not isinstance(node, MappingNode):
            self._note(node, "这里要写 “键: 内容”", "请写成 “键: 内容” 的各行，冒号后面加一个空格")
            return
        before: Node | None = None
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._note(key, "键要写成一个词或一个编号", "请检查这里的括号和 “- ”")
            elif not node.flow_style or self._has_colon(key, value):
                yield key, value
            elif re.match(f"{_ANY_KEY} *[:：]", key.value):
                self._note(
                    key, "花括号里的键后面不是半角冒号加空格", "请写成 “键: 内容”，半角冒号后面加一个空格"
                )
            elif key.value.isdigit() and isinstance(before, ScalarNode) and NUMBER.fullmatch(before.value):
                self._note(key, "半角逗号把一个数断成了两个", "请写不带逗号的数字，如 1150")
            else:
                self._note(key, "花括号里的半角逗号把文字断开了", f"{_QUOTE_IT}，或改用全角逗号")
            before = value

    def _has_colon(self, key: ScalarNode, value: Node) -> bool:
        """Whether a colon stands between a key and its value: in ``{text: 甲,乙}`` none follows ``乙``."""
        start, end = key.end_mark, value.start_mark
        return start.line != end.line or ":" in self._source.lines[start.line][start.column : end.column]

    def _items(self, node: Node | None, least: int = 0) -> list[Node]:
        if isinstance(node, SequenceNode):
            if len(node.value) < least:
                self._note(node, "这里至少要有一项", "请补上")
            items: list[Node] = node.value
            return items
        if isinstance(node, ScalarNode) and (text := self._scalar(node)):
            names = ", ".join(_FULL_WIDTH_SEPARATOR.split(text.strip("[]［］【】")))
            self._note(node, "这里要写成列表", f"请写成 [{_clip(names)}]")
        elif isinstance(node, MappingNode):
            self._note(node, "这里要写成列表", "请在每一项前面加 “- ”")
        return []

    def _scalar(self, node: Node | None) -> str:
        """A single value as it is written, whatever type YAML would make of it."""
        if node is None:
            return ""
        if not isinstance(node, ScalarNode):
            self._note(node, "这里不能写列表或 “键: 内容”", f"请直接写内容；文字若以括号开头，{_QUOTE_IT}")
            return ""
        text = str(node.value).strip()
        if node.style in ("|", ">"):
            self._note(node, f"文字不能以 “{node.style}” 开头", "请写在同一行里，并用双引号括起来")
        elif node.start_mark.line != node.end_mark.line:
            self._note(node, "内容分在了几行", "请写在同一行里（换行会变成空格），并检查下一行的缩进和冒号")
        elif text and node.tag != "tag:yaml.org,2002:null":
            return text
        elif not self._cut_by_comment(node):
            self._note(node, "这里没有内容", "请写上内容；可以不写的键请整行删去")
        return ""

    def _text(self, node: Node | None) -> str:
        """One line of words, stripped; what YAML takes for a number or a date stays as it is written."""
        text = self._scalar(node)
        if not text or not isinstance(node, ScalarNode):
            return text
        if unseen := re.search(_INVISIBLE, text):
            self._note(node, f"文字里有看不见的字符 {_code(unseen[0])}", "请删去它")
        elif not node.style and _FULL_WIDTH_QUOTED.fullmatch(text):
            fix = f"请改用半角引号 \"{text[1:-1]}\"；引号若是文字的一部分，请写成 '{text}'"
            self._note(node, "文字两端是全角引号", fix)
        else:
            self._cut_by_comment(node)
        return text

    def _cut_by_comment(self, node: ScalarNode) -> bool:
        """Note a comment right after a value that may have been meant as part of it; tell if there is one."""
        line, column = self._source.place(node.end_mark)
        comment = _CARELESS_COMMENT.match(self._source.lines[line], column)
        if not comment:
            return False
        fix = f"若是文字，{_QUOTE_IT}；若是注释，请在 # 前面留两个空格、后面留一个空格"
        self._source.note(line, comment.end() - 1, "“ #” 后面的文字会被当成注释丢掉", fix)
        return True

    def _item(self, node: Node) -> str:
        """A name in a list. One that a full-width comma joins is refused unless it is quoted."""
        text = self._text(node)
        if isinstance(node, ScalarNode) and not node.style and (found := _FULL_WIDTH_SEPARATOR.search(text)):
            fix = "请改用半角逗号加空格 “, ” 隔开各项；若本来是一个名称，请用双引号括起来"
            self._note(node, f"列表的一项里有 “{found[0]}”", fix)
            return ""
        return text

    def _names(
        self,
        name: Node | None,
        aliases: Node | None,
        used: dict[str, tuple[str, int]],
        *kind: Hashable,
    ) -> tuple[str, tuple[str, ...]]:
        """A name and its aliases, none of which is in ``used`` yet: spelling → (name, line)."""
        own = self._text(name)
        spellings = [(own, name)] + [(self._item(item), item) for item in self._items(aliases)]
        for spelling, node in spellings:
            if node is None or not spelling:
                continue
            if kind:
                self._place(node, *kind, spelling)
            if spelling in used:
                what = f"名称 “{_clip(spelling)}” 在第 {used[spelling][1]} 行已经用过"
                self._note(node, what, "请删去这一处，或改成不会混淆的名称")
            else:
                used[spelling] = (own, node.start_mark.line + 1)
        return own, tuple(spelling for spelling, _ in spellings[1:])

    def _bodies(self, node: Node | None, taken: set[str]) -> tuple[BodyRef, ...]:
        """The bodies of a list, none of which is in ``taken`` yet."""
        bodies = []
        for item in self._items(node):
            spelling = self._item(item)
            if spelling not in self._bureau_names:
                self._note_unlisted(item, spelling)
                continue
            name, _ = self._bureau_names[spelling]
            if name in taken:
                what = f"单位 “{_clip(spelling)}” 在这里写了两次"
                self._note(item, what, "一个单位只写一次、只担任一个角色，请删去一处")
            taken.add(name)
            bodies.append(BodyRef(name, spelling))
        return tuple(bodies)

    def _note_unlisted(self, node: Node, spelling: str) -> None:
        if not spelling or not self._bureau_names:
            return  # noted already: an empty value, or a plan that lists no bureaus
        near = _nearest(spelling, self._bureau_names, 60)
        instead = f"请改为 {' 或 '.join(near)}，或者" if near else "请"
        self._note(node, f"单位 “{_clip(spelling)}” 没有列在 bureaus 里", f"{instead}在 bureaus 里补上它")

    def _id(self, node: Node | None, kind: str) -> int:
        """A positive number that no other ``kind`` has."""
        raw = self._scalar(node)
        if node is None or not raw:
            return 0
        if not POSITIVE.fullmatch(raw):
            plain = _plain_digits(raw)
            fix = f"请写 {plain}" if POSITIVE.fullmatch(plain) else "请写 1、2、3 这样的半角数字"
            self._note(node, f"{kind}的编号 “{_clip(raw)}” 不是正整数", fix)
            return 0
        number, line = int(raw), node.start_mark.line + 1
        if (kind, number) in self._ids:
            what = f"{kind}的编号 {number} 在第 {self._ids[kind, number]} 行已经用过"
            self._note(node, what, "请改成没有用过的编号")
        else:
            self._ids[kind, number] = line
        return number

    def _year(self, node: Node) -> int:
        raw = self._scalar(node)
        if re.fullmatch("[0-9]{4}", raw) and int(raw) in YEARS:
            return int(raw)
        if raw:
            what = f"“{_clip(raw)}” 不是 {YEARS[0]}–{YEARS[-1]} 之间的年份"
            self._note(node, what, "请写四位半角数字，如 2030")
        return 0

    def _number(self, node: Node) -> float | None:
        raw = self._scalar(node)
        if NUMBER.fullmatch(raw):
            return float(raw)
        if raw:
            self._note(node, f"“{_clip(raw)}” 不是数字", _number_fix(raw))
        return None

    def _choice(self, node: Node | None, choices: dict[str, str]) -> str:
        """One of ``choices``, whose values are other words for the same, for suggestions."""
        raw = self._scalar(node)
        if node is None or not raw or raw in choices:
            return raw
        meant = _meant(raw, choices)
        fix = f'请改为 "{meant}"' if meant else f"请改为这些之一：{' '.join(choices)}"
        self._note(node, f"这里不能写 “{_clip(raw)}”", fix)
        return ""

    def _plan_id(self, node: Node | None) -> str:
        text = self._text(node)
        if node is not None and text and not PLAN_ID.fullmatch(text):
            plain = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
            fix = f"请改为 {_clip(plain)}" if plain else "请用拼音，如 my-plan"
            self._note(node, f"id “{_clip(text)}” 只能有小写字母、数字和连字符 -", fix)
        return text

    def _due(self, node: Node | None) -> str:
        """A deadline as printed: a year, a month, a date, or words; what looks like a date must be one."""
        text = self._text(node)
        if node is not None and _LIKE_DATE.fullmatch(text) and not _is_date(text):
            fix = "请写 2026、2026-06、2026-06-30 这样的年、月、日，或写文字"
            self._note(node, f"“{_clip(text)}” 不是日期", fix)
        return text


def _split_lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text)


def _clip(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _nearest(word: str, choices: Iterable[str], least: int) -> list[str]:
    """At most three of ``choices`` that resemble ``word``, the nearest first."""
    from rapidfuzz import fuzz, process  # slow to import and needed only where something is wrong

    found = process.extract(word, list(choices), scorer=fuzz.ratio, limit=3, score_cutoff=least)
    return [choice for choice, _, _ in found]


def _meant(word: str, choices: dict[str, str]) -> str:
    """The choice that ``word`` is another word for, or nothing."""
    return next((choice for choice, others in choices.items() if word in (choice, *others.split())), "")


def _plain_digits(text: str) -> str:
    """A number in half-width digits without separators and leading zeros."""
    plain = re.sub("[_, ]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^0+(?=[0-9])", "", plain)


def _number_fix(raw: str) -> str:
    """What to write instead of ``raw`` where a number is wanted."""
    plain = _plain_digits(raw)
    if NUMBER.fullmatch(plain):
        return f"请写 {plain}"
    parts = re.fullmatch(rf"([^0-9.]*?)({NUMBER.pattern})([^0-9.]*)", plain)
    if not parts:
        return "请写普通的数字，如 60 或 0.58；没有数字的目标请写 {text: 文字}"
    before, number, after = parts.groups()
    comparator = _meant(before, COMPARATORS) or _meant(after, COMPARATORS)
    if comparator:
        return f'请写 {{value: {number}, comparator: "{comparator}"}}'
    return f"请只写数字 {number}，单位写在 unit 里"


def _is_date(text: str) -> bool:
    parts = _DATE.fullmatch(text)
    if not parts:
        return False
    year, month, day = (int(part or 1) for part in parts.groups())
    try:
        return datetime.date(year, month, day).year in YEARS
    except ValueError:
        return False
