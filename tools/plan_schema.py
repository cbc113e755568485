"""Write docs/plan.schema.json, by which editors complete and check a plan file while it is written.

    python -m tools.plan_schema           write the file
    python -m tools.plan_schema --check   exit 1 if the file is not what this script writes

Which keys there are, which of them must be there and what their values are is taken from the reader's own
tables (``siwei_bot.plan_file``) and from the fields that they fill (``siwei_bot.plan``). What a schema cannot
say (a body listed, an id used once) only ``check`` finds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from siwei_bot.plan import Assignment, BodyRef, Bureau, Indicator, Measure, Plan, Section, Target, Task
from siwei_bot.plan_file import COMPARATORS, KEYS, NUMBER, PLAN_ID, POSITIVE, YEARS

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "plan.schema.json"

Json = dict[str, Any]

KINDS: dict[str, type] = {
    "file": Plan,
    "plan": Plan,
    "bureau": Bureau,
    "indicator": Indicator,
    "target": Target,
    "section": Section,
    "task": Task,
    "assignment": Assignment,
    "measure": Measure,
}
"""The kinds of mappings in a plan file, and what is read from each."""

DESCRIPTIONS = {
    "file": {
        "format": "这种文件的版本，固定写 1",
        "plan": "方案的名称、地区等",
        "bureaus": "方案里出现的每一个单位，各写一次",
        "indicators": "指标和目标；没有指标的方案整段删去",
        "sections": "方案的各部分，其下是任务，任务下是分工和措施",
    },
    "plan": {
        "id": "方案的代号：小写字母、数字和连字符；定了就不要再改",
        "title": "方案的名称",
        "region": "哪个地方的方案",
        "aliases": "方案的别的叫法",
        "source": "回答时引的出处，如 “主要指标表；任务分工表”",
        "roles": "方案自己怎么称呼三种职责",
    },
    "roles": {"lead": "牵头的称呼", "support": "参与的称呼", "responsible": "不分牵头和参与的单位的称呼"},
    "bureau": {"name": "方案里最常用的写法", "aliases": "原文的别的写法、全称、平时的简称"},
    "indicator": {
        "id": "原表的序号，不重复",
        "group": "指标分的类",
        "name": "指标的名称，照原表",
        "aliases": "平时的叫法",
        "unit": '计量单位，照原表；没有单位的写 "1"，% 要加引号',
        "attribute": "约束性、预期性等，照原表",
        "direction": "对目标的理解：floor 表示至少达到，cap 表示不超过",
        "baseline": "现状（基期）的数值，写法同 targets",
        "targets": '年份: 数字，或 {value: 60, comparator: "≥"}，或 {text: 完成省下达任务}',
        "bureaus": "负责的单位；原表没有写的，写 []",
    },
    "target": {
        "value": "数字",
        "comparator": "≥（以上）≤（以内）> < ≈（左右）",
        "text": "没有数字的目标，照原文",
    },
    "section": {
        "id": "部分的编号，不重复",
        "label": "原文的序号，如 （一）",
        "title": "部分的标题，照原文",
        "aliases": "平时的叫法",
        "tasks": "这一部分的任务",
    },
    "task": {
        "id": "任务的编号，全方案不重复",
        "title": "任务的标题，照原文",
        "aliases": "平时的叫法",
        "assignments": "谁做哪几条；分工不同的措施各写一组",
    },
    "assignment": {
        "lead": "牵头的单位",
        "support": "参与、配合的单位",
        "responsible": "不分牵头和参与的，写共同的责任单位；不能和 lead 同时写",
        "due": "完成时限：年、年-月、年-月-日，或 “持续推进” 这样的话",
        "measures": "编号: 措施原文，或 {text: 原文, aliases: [简称], note: 说明}",
    },
    "measure": {"text": "措施原文，一字不改", "aliases": "平时的叫法", "note": "原文残缺或少见时的说明"},
}
"""What an editor shows of each key."""

RULES: dict[str, Json] = {
    "target": {
        "oneOf": [{"required": ["value"]}, {"required": ["text"], "not": {"required": ["comparator"]}}]
    },
    "assignment": {
        "oneOf": [
            {"required": [role], "properties": {role: {"minItems": 1}}} for role in ("lead", "responsible")
        ]
    },
}
"""What the keys of one mapping ask of each other."""

TEXT: Json = {"type": ["string", "number", "boolean"], "minLength": 1}
"""One line of words; a plain number or date is read as it is written."""


def schema() -> Json:
    """The JSON Schema (draft 7) of a plan file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "方案文件",
        **_mapping("file"),
        "definitions": {kind: _mapping(kind) for kind in KEYS if kind != "file"},
    }


def _mapping(kind: str) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, required in KEYS[kind].items() if required],
        "properties": {
            key: {**_value(kind, key), "description": DESCRIPTIONS[kind][key]} for key in KEYS[kind]
        },
        **RULES.get(kind, {}),
    }


def _value(kind: str, key: str) -> Json:
    """What may stand behind a key."""
    match kind, key:
        case "file", "format":
            return {"enum": [1, "1"]}
        case "file", "plan":
            return _reference("plan")
        case "plan", "id":
            return {"type": ["string", "integer"], "pattern": f"^{PLAN_ID.pattern}$"}
        case "plan", "roles":
            return _reference("roles")
        case "roles", _:
            return TEXT
        case "target", "comparator":
            return {"enum": list(COMPARATORS)}
        case "indicator", "baseline":
            return {**_by_kind(Target), "minProperties": 0}
    return _of_type(get_type_hints(KINDS[kind])[key], empty=_may_be_empty(KINDS[kind], key))


def _may_be_empty(owner: type, key: str) -> bool:
    default = next(field.default for field in fields(owner) if field.name == key)
    return default is not MISSING


def _of_type(type_: Any, empty: bool) -> Json:
    if get_origin(type_) is Literal:
        return {"enum": [choice for choice in get_args(type_) if choice]}
    if get_origin(type_) is tuple:
        return _many(get_args(type_)[0], empty)
    if type_ is str:
        return TEXT
    if type_ is int:
        return {"type": ["integer", "string"], "minimum": 1, "pattern": f"^{POSITIVE.pattern}$"}
    return {"type": ["number", "string"], "pattern": f"^{NUMBER.pattern}$"}


def _many(item: type, empty: bool) -> Json:
    if item in (Target, Measure):
        return _by_kind(item)
    items = TEXT if item in (str, BodyRef) else _reference(_kind(item))
    return {"type": "array", "items": items, **({} if empty else {"minItems": 1})}


def _by_kind(item: type) -> Json:
    """Targets by year, or measures by number, each short or as a mapping."""
    if item is Target:
        key, short = _years(), _of_type(float, empty=False)
    else:
        key, short = POSITIVE.pattern, TEXT
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "patternProperties": {f"^(?:{key})$": {"anyOf": [short, _reference(_kind(item))]}},
    }


def _years() -> str:
    """The years that a target may have, as a regular expression."""
    centuries = {
        year // 100 for year in YEARS if year - year % 100 in YEARS and year - year % 100 + 99 in YEARS
    }
    rest = [year for year in YEARS if year // 100 not in centuries]
    return "|".join([*(f"{century}[0-9]{{2}}" for century in sorted(centuries)), *map(str, rest)])


def _kind(item: type) -> str:
    return next(kind for kind, read in KINDS.items() if read is item and kind != "file")


def _reference(kind: str) -> Json:
    # draft 7 ignores whatever stands beside a reference, so that it needs a place of its own
    return {"allOf": [{"$ref": f"#/definitions/{kind}"}]}


def text() -> str:
    """What the file holds."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file, or check that it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args(argv).check:
        SCHEMA.write_text(text(), "utf-8")
    elif not SCHEMA.is_file() or SCHEMA.read_text("utf-8") != text():
        print("docs/plan.schema.json is out of date: run python -m tools.plan_schema", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
