"""What is legal in a plan file and likely wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siwei_bot.plan_file import PlanFileError, Problem, read_placed_plan
from siwei_bot.plan_warnings import warnings
from tests.plans import PLANS

PLAN = """\
format: 1
plan: {id: lantan, title: 湿地保护方案, region: 岚滩市}
bureaus:
  - name: 市林草局
    aliases: [林草局]
  - name: 市水务局
    aliases: [水务局]
indicators:
  - id: 1
    name: 湿地保护率
    unit: "%"
    direction: floor
    targets: {2025: 40, 2030: 55}
    bureaus: [市林草局]
sections:
  - id: 1
    title: 保护湿地
    tasks:
      - id: 1
        title: 修复湿地
        aliases: [湿地修复]
        assignments:
          - lead: [市林草局]
            support: [市水务局]
            measures:
              1: 修复退化湿地，恢复植被。
              2: 划定湿地保护红线。
              3: 建立“湿地长制（试点）。”
              4: 巡护重要湿地；
"""

LIKELY_WRONG = {
    "same but for width": (
        ("[水务局]", "[水务局]\n  - name: （市）林草局\n  - name: (市)林草局"),
        "9:11",
        "“(市)林草局” 与 “（市）林草局” 只差空格、标点或全角半角",
    ),
    "same sound": (
        ("[水务局]", "[水务局]\n  - name: 市临草局\n    aliases: [草]"),
        "8:11",
        "“市临草局” 与 “市林草局” 读音相同",
    ),
    "one without two characters": (
        ("[水务局]", "[水务局]\n  - name: 市林业草原局"),
        "8:11",
        "“市林业草原局” 与 “市林草局” 只差一两个字；建议核对是不是同一个单位；是的话，把一个写进另一个的"
        " aliases（市林草局、市林业草原局）",
    ),
    "indicators alike": (
        (
            "sections:",
            "  - {id: 2, name: 湿地 保护率, unit: 个, targets: {2030: 1}, bureaus: [市水务局]}\nsections:",
        ),
        "15:19",
        "“湿地 保护率” 与 “湿地保护率” 只差空格",
    ),
    "nobody's body": (
        ("[水务局]", "[水务局]\n  - name: 市文物局"),
        "8:11",
        "单位 “市文物局” 没有任何分工或指标",
    ),
    "a body's name for a task": (
        ("[湿地修复]", "[林草局]"),
        "21:19",
        "别名 “林草局” 是单位 “市林草局” 的名称",
    ),
    "a word of questions": (("[林草局]", "[林草局, 负责]"), "5:20", "别名 “负责” 是问话里的常用词"),
    "an ordinary word": (("[林草局]", "[林草局, 湿地]"), "5:20", "别名 “湿地” 在 4 条措施里是平常的词"),
    "a floor that falls": (
        ("2030: 55", "2030: 35"),
        "13:25",
        "direction 是 floor（至少达到），2030年却比2025年减少（40 → 35）",
    ),
    "a cap that rises": (("direction: floor", "direction: cap"), "13:25", "2030年却比2025年增加（40 → 55）"),
    "a fraction for per cent": (("2030: 55", "2030: 0.55"), "13:25", "百分之 0.55；建议核对是不是应写 55"),
    "an indicator without bodies": (
        ("    bureaus: [市林草局]", "    bureaus: []"),
        "10:11",
        "指标 “湿地保护率” 没有负责的单位",
    ),
    "cut off": (("恢复植被。", "恢复植"), "26:15", "第1条没有以句号结尾（…湿地，恢复植）"),
    "twice": (("划定湿地保护红线。", "修复退化湿地，恢复植被。"), "27:15", "第2条与第1条的文字相同"),
}
"""What to replace, where the warning is, and what it says among others."""


def warned(path: Path, text: str) -> list[Problem]:
    path.write_text(text, "utf-8")
    return list(warnings(read_placed_plan(path)))


def edited(old: str, new: str, text: str = PLAN) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_nothing_is_said_of_a_good_plan(tmp_path: Path) -> None:
    assert warned(tmp_path / "plan.yaml", PLAN) == []


@pytest.mark.parametrize("case", LIKELY_WRONG.values(), ids=LIKELY_WRONG)
def test_what_is_likely_wrong(tmp_path: Path, case: tuple[tuple[str, str], str, str]) -> None:
    (old, new), place, words = case
    path = tmp_path / "plan.yaml"
    said = [str(warning) for warning in warned(path, edited(old, new))]
    assert [line for line in said if line.startswith(f"{path}:{place}: 提醒：") and words in line], said


def test_a_body_that_appears_once_and_resembles_another(tmp_path: Path) -> None:
    text = edited("[水务局]", "[水务局]\n  - name: 市林早局")
    text = edited("support: [市水务局]", "support: [市水务局, 市林早局]", text)
    found = {problem.what for problem in warned(tmp_path / "plan.yaml", text)}
    assert found == {"提醒：单位 “市林早局” 只出现一次，与 “市林草局” 只差一个字"}


@pytest.mark.parametrize("name", ["市税务局", "市商务局"])
def test_a_common_body_is_no_misspelling(tmp_path: Path, name: str) -> None:
    text = edited("[水务局]", f"[水务局]\n  - name: {name}")
    text = edited("support: [市水务局]", f"support: [市水务局, {name}]", text)
    assert warned(tmp_path / "plan.yaml", text) == []


def test_a_change_per_period_need_not_grow(tmp_path: Path) -> None:
    text = edited("2030: 55", "2030: 35", edited("湿地保护率", "湿地损失降幅"))
    assert warned(tmp_path / "plan.yaml", text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("恢复植被。", "恢复植  # 已核对：原表如此"),
        (
            "              1: 修复退化湿地，恢复植被。",
            "              # 已核对\n              1: 修复退化湿地",
        ),
        ("1: 修复退化湿地，恢复植被。", "1: {text: 修复退化湿地, note: 原文没有句号，照录}"),
    ],
)
def test_what_was_checked_is_not_told_again(tmp_path: Path, old: str, new: str) -> None:
    assert warned(tmp_path / "plan.yaml", edited(old, new)) == []


def test_the_comment_counts_for_its_own_line_only(tmp_path: Path) -> None:
    text = edited("2: 划定湿地保护红线。", "2: 划定湿地保护红线", edited("恢复植被。", "恢复植  # 已核对"))
    assert len(warned(tmp_path / "plan.yaml", text)) == 1


def test_the_real_plan_is_warned_of_nothing_but_its_rising_cap() -> None:
    """Whether the source's one cap may rise is for a reader to see; everything else is as it should be."""
    said = [str(warning) for warning in warnings(read_placed_plan(PLANS["changzhi"]))]
    assert [line for line in said if "direction 是 cap" not in line] == []


@pytest.mark.parametrize("name", PLANS)
def test_warnings_come_in_order_of_place_with_advice(name: str) -> None:
    found = warnings(read_placed_plan(PLANS[name]))
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert all(problem.what.startswith("提醒：") and problem.fix.startswith("建议") for problem in found)


@given(data=st.data())
@settings(max_examples=40)
def test_any_legal_plan_can_be_warned_of(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from([PLAN, *(path.read_text("utf-8") for path in PLANS.values())]))
    lines = text.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    word = data.draw(st.text("市局湿地水务，。%0.5#- 负责", max_size=6))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    lines[at] = lines[at][:place] + word + lines[at][place:]
    path = tmp_path_factory.getbasetemp() / "warned.yaml"
    path.write_text("".join(lines), "utf-8")
    try:
        placed = read_placed_plan(path)
    except PlanFileError:
        return
    found = warnings(placed)
    assert all(1 <= problem.line <= len(placed.lines) for problem in found)
