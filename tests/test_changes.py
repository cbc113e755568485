"""What a new version of a plan changes, and the version that a database holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from siwei_bot.changes import Change, Subject, compare, describe, stored_plan
from siwei_bot.plan import Plan
from siwei_bot.plan_file import parse_plan, read_plan
from siwei_bot.store import Store

PLAN = """\
format: 1
plan: {id: example, title: 示例方案, region: 某市, source: 分工表}
bureaus:
  - {name: 市甲局, aliases: [甲局]}
  - {name: 市乙局}
  - {name: 市丙局}
indicators:
  - {id: 1, name: 总量, unit: 万亩, attribute: 约束性, targets: {2025: 10, 2030: 12}, bureaus: [市甲局]}
sections:
  - id: 1
    title: 第一方面
    tasks:
      - id: 1
        title: 开渠
        assignments:
          - lead: [市甲局]
            support: [市乙局]
            measures:
              1: 开挖新渠。
              2: 整修旧渠。
      - id: 2
        title: 打井
        assignments:
          - lead: [市乙局]
            due: 2026-06
            measures:
              3: 打新井。
"""


def version(*edits: tuple[str, str]) -> Plan:
    text = PLAN
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return parse_plan(text, "plan.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2030: 12}", "2030: 13.5}", "指标 总量：2030年目标由“12万亩”改为“13.5万亩”"),
        ("2030: 12}", "2030: {value: 12, comparator: ≥}}", "指标 总量：2030年目标由“12万亩”改为“≥12万亩”"),
        ("2025: 10, ", "", "指标 总量：2025年目标删去（原为“10万亩”）"),
        ("attribute: 约束性", "attribute: 预期性", "指标 总量：属性由“约束性”改为“预期性”"),
        ("bureaus: [市甲局]}", "bureaus: [市甲局, 市丙局]}", "指标 总量：新增市丙局（负责）"),
        ("title: 打井", "title: 打深井", "任务2（打深井）：标题由“打井”改为“打深井”"),
        ("3: 打新井。", "3: 打新井五眼。", "第3条（打新井五眼。）：内容由“打新井。”改为“打新井五眼。”"),
        ("due: 2026-06", "due: 2026-12", "第3条（打新井。）：完成时限由“2026-06”改为“2026-12”"),
        ("            due: 2026-06\n", "", "第3条（打新井。）：完成时限删去（原为“2026-06”）"),
        ("region: 某市", "region: 另一市", "方案：地区由“某市”改为“另一市”"),
        ("- {name: 市丙局}", "- {name: 市丙局}\n  - {name: 市丁局}", "新增单位 市丁局"),
        ("  - {name: 市丙局}\n", "", "删去单位 市丙局"),
        ("3: 打新井。", "3: 打新井。\n              4: 修旧井。", "新增第4条（修旧井。）"),
        ("              2: 整修旧渠。\n", "", "删去第2条（整修旧渠。）"),
    ],
)
def test_one_change_is_told_in_one_line(old: str, new: str, said: str) -> None:
    assert [describe(change) for change in compare(version(), version((old, new)))] == [said]


def test_unit_changes_every_target() -> None:
    changes = compare(version(), version(("unit: 万亩", "unit: 亩")))
    assert [(change.field, change.year) for change in changes] == [
        ("unit", 0),
        ("target", 2025),
        ("target", 2030),
    ]


def test_roles_change_body_by_body() -> None:
    changes = compare(
        version(), version(("lead: [市甲局]\n            support: [市乙局]", "lead: [市乙局, 市丙局]"))
    )
    assert [describe(change) for change in changes[:3]] == [
        "第1条（开挖新渠。）：市乙局由参与改为牵头",
        "第1条（开挖新渠。）：新增市丙局（牵头）",
        "第1条（开挖新渠。）：减去市甲局（原为牵头）",
    ]
    assert {change.subject.id for change in changes} == {1, 2}
    assert set(changes[0].bureaus) == {"市甲局", "市乙局", "市丙局"}


def test_the_plans_own_role_words_are_used() -> None:
    changes = compare(version(), version(("            support: [市乙局]\n", "")))
    assert describe(changes[0], {"support": "协办"}) == "第1条（开挖新渠。）：减去市乙局（原为协办）"


def test_a_removed_measure_still_knows_its_bodies() -> None:
    change = compare(version(), version(("              2: 整修旧渠。\n", "")))[0]
    assert change == Change(
        "removed", Subject("measure", 2, "整修旧渠。"), bureaus=("市甲局", "市乙局"), tasks=(1,)
    )


def test_a_moved_measure_is_a_change_of_its_task() -> None:
    moved = version(
        ("              2: 整修旧渠。\n", ""), ("3: 打新井。", "3: 打新井。\n              2: 整修旧渠。")
    )
    fields = {change.field for change in compare(version(), moved)}
    assert fields == {"task", "due", "role"}
    assert {change.tasks for change in compare(version(), moved)} == {(2, 1)}


def test_spellings_make_no_change() -> None:
    assert (
        compare(version(), version(("aliases: [甲局]", "aliases: [甲]"), ("lead: [市甲局]", "lead: [甲]")))
        == ()
    )


def test_an_empty_database_holds_no_plan() -> None:
    assert stored_plan(Store(":memory:")) is None


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.glob("data/plans/*.yaml")), ids=lambda path: path.stem
)
def test_a_plan_comes_back_from_the_database_unchanged(path: Path) -> None:
    store, plan = Store(":memory:"), read_plan(path)
    store.load(plan, "1")
    stored = stored_plan(store)
    assert stored is not None
    assert compare(stored, plan) == ()
