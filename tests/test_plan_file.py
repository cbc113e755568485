"""Plan files that are right, wrong, and arbitrary."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.plan import (
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
from siwei_bot.plan_file import PlanFileError, Problem, parse_plan, read_plan

DATA = Path(__file__).parent / "data"
VALID = DATA / "plans" / "wanglan_yuedu.yaml"
TEXT = VALID.read_text(encoding="utf-8")
BROKEN = sorted((DATA / "broken_plans").glob("*.yaml"))

TRAPS = [
    ": ",
    ":",
    "：",
    ",",
    "，",
    " #",
    "#",
    "\t",
    "'",
    '"',
    "“",
    "[",
    "]",
    "{",
    "}",
    "%",
    "&",
    "*",
    "!",
    "|",
]


def expectations(path: Path) -> list[tuple[str, str]]:
    """Place and words of every problem that a broken file must have.

    They stand in its first lines, ``# expect: LINE:COLUMN WORDS``; where those would change what is
    tested, they stand in a file beside it that ends in ``.expect``, without ``# expect:``.
    """
    beside = path.with_suffix(".expect")
    if beside.exists():
        lines = beside.read_text(encoding="utf-8").splitlines()
    else:
        lines = re.findall("^# expect: (.*)", path.read_text(encoding="utf-8"), flags=re.M)
    return [(place, words) for place, _, words in (line.partition(" ") for line in lines)]


def load(text: str) -> Plan | PlanFileError:
    """The plan, or what is wrong with it; any other exception fails the test."""
    try:
        return parse_plan(text, "x.yaml")
    except PlanFileError as error:
        return error


CULTURE, EDUCATION, DISTRICTS = "市文旅局", "市教育局", "各县区政府"
PLAN = Plan(
    id="wanglan-yuedu",
    title="全民阅读促进方案（2026—2030年）",
    region="望岚市",
    aliases=("全民阅读方案", "阅读方案"),
    source="目标表；分工表",
    role_words={"lead": "牵头单位", "responsible": "责任单位"},
    bureaus=(
        Bureau(CULTURE, ("市文化和旅游局", "文旅局")),
        Bureau(EDUCATION),
        Bureau(DISTRICTS, ("县、区政府",)),
    ),
    indicators=(
        Indicator(
            id=1,
            group="阅读空间",
            name="每万人拥有阅读设施数",
            aliases=("阅读设施数",),
            unit="%",
            attribute="预期性",
            direction="floor",
            targets=(
                Target(2024, 2.5, baseline=True),
                Target(2028, 4.0),
                Target(2030, 5.0, comparator="≥"),
            ),
            bureaus=(BodyRef(CULTURE, "市文化和旅游局"), BodyRef(DISTRICTS, DISTRICTS)),
        ),
        Indicator(id=2, name="借阅系数", unit="1", targets=(Target(2030, None, text="高于全省平均水平"),)),
    ),
    sections=(
        Section(
            id=1,
            label="（一）",
            title="建设阅读空间",
            aliases=("阅读空间",),
            tasks=(
                Task(
                    id=1,
                    title="建好社区书屋",
                    aliases=("社区书屋",),
                    assignments=(
                        Assignment(
                            lead=(BodyRef(CULTURE, "文旅局"),),
                            support=(BodyRef(EDUCATION, EDUCATION),),
                            due="2026-06-30",
                            measures=(
                                Measure(1, "推进“一社区一书屋”，每周开放5天。"),
                                Measure(2, "书屋周末开放，配备管理员。", ("周末开放",), "原文缺句号"),
                            ),
                        ),
                        Assignment(
                            responsible=(BodyRef(DISTRICTS, "县、区政府"),),
                            due="持续推进",
                            measures=(Measure(3, "规划 #1 书屋: 先行试点"),),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id=2,
            title="培育阅读风尚",
            tasks=(
                Task(
                    id=2,
                    title="办好阅读节",
                    assignments=(
                        Assignment(
                            lead=(BodyRef(EDUCATION, EDUCATION), BodyRef(CULTURE, CULTURE)),
                            due="2027",
                            measures=(Measure(4, "每年举办一次阅读节。"),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
"""What ``wanglan_yuedu.yaml`` says."""


def test_valid_file() -> None:
    assert read_plan(VALID) == PLAN


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.rstrip("\n"),
        "---\n" + TEXT + "...\n",
        TEXT.replace("id: 2\n", 'id: "2"\n'),
        TEXT.replace("unit: 1\n", 'unit: "1"  # 系数\n'),
        TEXT.replace("title: 建设阅读空间\n", "title:   '建设阅读空间 '   # 注\n"),
    ],
    ids=["bom", "crlf", "cr", "no last newline", "marked document", "quoted id", "comments", "spaces"],
)
def test_harmless_variants(text: str) -> None:
    assert parse_plan(text, "x.yaml") == PLAN


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2027", "2027"),
        ("2027-06", "2027-06"),
        ("2028-02-29", "2028-02-29"),
        ("2027年6月底前", "2027年6月底前"),
        ('"2027-06"', "2027-06"),
    ],
)
def test_due_stays_as_printed(written: str, due: str) -> None:
    plan = parse_plan(TEXT.replace("due: 持续推进", f"due: {written}"), "x.yaml")
    assert plan.sections[0].tasks[0].assignments[1].due == due


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file(path: Path) -> None:
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    problems = caught.value.problems
    expected = expectations(path)
    assert [f"{problem.line}:{problem.column}" for problem in problems] == [place for place, _ in expected]
    for problem, (_, words) in zip(problems, expected, strict=True):
        assert words in str(problem)


def test_no_file(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.yaml", "没有这个文件"), (tmp_path, "打不开")):
        with pytest.raises(PlanFileError, match=words):
            read_plan(path)


def test_problem_reads_as_one_line() -> None:
    problem = Problem("knowledge/plan.yaml", 12, 5, "不认识的键 “aliasses”", "请改为 aliases")
    assert str(problem) == "knowledge/plan.yaml:12:5: 不认识的键 “aliasses”；请改为 aliases"


def test_error_reads_as_its_problems_in_order_of_place() -> None:
    late, early = (Problem("x.yaml", line, 1, "错", "改") for line in (9, 2))
    error = PlanFileError([late, early])
    assert error.problems == (early, late)
    assert str(error) == "x.yaml:2:1: 错；改\nx.yaml:9:1: 错；改"


@given(st.text() | st.text(alphabet="abid:12 -\n\t\r[]{},.#&*!|>'\"%@`?~“”：，\\\x85\ufeff\ud800"))
def test_any_text_loads_or_is_explained(text: str) -> None:
    assert isinstance(load(text), Plan | PlanFileError)


@given(data=st.binary())
def test_any_bytes_load_or_are_explained(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    with contextlib.suppress(PlanFileError):
        read_plan(path)


@given(st.data())
def test_mutated_plan_loads_or_is_explained(data: st.DataObject) -> None:
    lines = TEXT.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4), label="mutations")):
        at = data.draw(st.integers(0, len(lines) - 1), label="line")
        kind = data.draw(st.sampled_from(["delete", "repeat", "indent", "swap", "insert"]), label="mutation")
        line = lines[at]
        place = data.draw(st.integers(0, max(0, len(line) - 2)), label="place")
        match kind:
            case "delete":
                lines[at] = ""
            case "repeat":
                lines[at] = line * 2
            case "indent":
                lines[at] = "  " + line
            case "swap":
                lines[at] = line[:place] + line[place : place + 2][::-1] + line[place + 2 :]
            case "insert":
                lines[at] = line[:place] + data.draw(st.sampled_from(TRAPS), label="inserted") + line[place:]
    assert isinstance(load("".join(lines)), Plan | PlanFileError)


def test_every_deleted_line_that_matters_is_missed() -> None:
    """Without any one of its lines the file is refused, or says something else than before."""
    lines = TEXT.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            assert load("".join(lines[:number] + lines[number + 1 :])) != PLAN, line


@pytest.mark.parametrize("trap", [" #", ": ", "\t", "\u200b", "\x00"])
def test_nothing_is_lost_silently(trap: str) -> None:
    """A trap anywhere in a measure's text is refused, never read as a shorter text."""
    text = "推进“一社区一书屋”，每周开放5天。"
    for at in range(len(text)):
        result = load(TEXT.replace(text, text[:at] + trap + text[at:]))
        assert isinstance(result, PlanFileError), (at, result)
