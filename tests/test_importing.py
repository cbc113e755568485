"""From a Word file to a plan: generated files of many forms, every fact right or marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siwei_bot import PlanBot
from siwei_bot.changes import Change, Kind, compare, describe
from siwei_bot.importing.draft import Draft, draft_of, import_plan, read_document
from siwei_bot.importing.settle import MARK
from siwei_bot.importing.words import words
from siwei_bot.plan import BodyRef, Plan, Section
from siwei_bot.plan_file import parse_plan, read_plan
from tests.plans import PLANS, bot_for
from tests.wordfiles import Form, outline_file, word_file

Import = Callable[[bytes], Draft]

SOURCE_INDICATORS = {
    "number": "序号",
    "group": "指标类型",
    "name": "指标名称",
    "unit": "单位",
    "attribute": "指标属性",
    "targets": "{}年",
    "bodies": "责任单位",
}
SOURCE = Form(
    tasks={
        "section": "重点任务",
        "number": "序号",
        "task": "主要任务",
        "measure": "具体任务(市县政府结合实际落实相关事项)",
        "bodies": "省直部门",
        "role": "职责",
        "note": "备注",
    },
    indicators=SOURCE_INDICATORS,
    page=7,
)
"""As the source of the real plan looks, with a column for what its editor notes of odd places."""

WITH_BASELINES = {"name": "指标", "baseline": "{}年基期值", "targets": "{}年目标值"}


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Import the bytes of a Word file."""

    def imported(data: bytes, name: str = "方案.docx") -> Draft:
        path = tmp_path / name
        path.write_bytes(data)
        return import_plan(path)

    return imported


# -- how a draft is judged -------------------------------------------------------------------------


def as_named_by(draft: Draft, plan: Plan) -> Plan:
    """The plan with each body called as the draft calls what is printed, so that facts compare."""
    names = {name: bureau.name for bureau in draft.plan.bureaus for name in (bureau.name, *bureau.aliases)}

    def called(bodies: tuple[BodyRef, ...]) -> tuple[BodyRef, ...]:
        return tuple(BodyRef(names.get(body.spelling, body.spelling), body.spelling) for body in bodies)

    def section(found: Section) -> Section:
        return replace(
            found,
            tasks=tuple(
                replace(
                    task,
                    assignments=tuple(
                        replace(
                            a,
                            lead=called(a.lead),
                            support=called(a.support),
                            responsible=called(a.responsible),
                        )
                        for a in task.assignments
                    ),
                )
                for task in found.tasks
            ),
        )

    printed = {body.spelling for body in printed_bodies(plan)}
    bureaus = {names.get(spelling, spelling): None for spelling in printed}
    return replace(
        plan,
        id=draft.plan.id,
        sections=tuple(map(section, plan.sections)),
        indicators=tuple(replace(i, bureaus=called(i.bureaus)) for i in plan.indicators),
        bureaus=tuple(replace(plan.bureaus[0], name=name, aliases=()) for name in bureaus),
    )


def as_printed(plan: Plan, form: Form) -> Plan:
    """The plan without its editor's notes where the form has no column for them."""
    return plan if "note" in form.tasks else without_notes(plan)


def without_notes(plan: Plan) -> Plan:
    return replace(
        plan,
        sections=tuple(
            replace(
                section,
                tasks=tuple(
                    replace(
                        task,
                        assignments=tuple(
                            replace(a, measures=tuple(replace(m, note="") for m in a.measures))
                            for a in task.assignments
                        ),
                    )
                    for task in section.tasks
                ),
            )
            for section in plan.sections
        ),
    )


def printed_bodies(plan: Plan) -> list[BodyRef]:
    bodies = [body for indicator in plan.indicators for body in indicator.bureaus]
    tasks = [task for section in plan.sections for task in section.tasks]
    return bodies + [body for task in tasks for a in task.assignments for _, body in a.bodies()]


def differences(plan: Plan, draft: Draft) -> tuple[Change, ...]:
    """What the draft says otherwise than the plan, names aside."""
    return compare(as_named_by(draft, plan), draft.plan)


def unmarked(plan: Plan, draft: Draft) -> list[str]:
    """Differences at places that no mark tells of.

    A mark of the plan as a whole excuses nothing, and one of a direction excuses no other difference.
    """
    of_directions = {(d.kind, d.id) for d in draft.doubts if "direction" in d.words}
    marked: set[tuple[Kind, int | str]] = {
        (d.kind, d.id) for d in draft.doubts if d.kind != "plan" and "direction" not in d.words
    }
    bodies = [str(id) for kind, id in marked if kind == "bureau"]
    found = [
        describe(change)
        for change in differences(plan, draft)
        if change.subject[:2] not in (of_directions if change.field == "direction" else marked)
        # a name that was not told from its neighbours stands in theirs
        and not (change.subject.kind == "bureau" and any(change.subject.name in body for body in bodies))
    ]
    return found + wrongly_joined(plan, draft, marked)


def wrongly_joined(plan: Plan, draft: Draft, marked: set[tuple[Kind, int | str]]) -> list[str]:
    """Spellings that are one body in the plan and not in the draft, or the other way round, unmarked."""
    own = {body.spelling: body.name for body in printed_bodies(plan)}
    read = {body.spelling: body.name for body in printed_bodies(draft.plan)}
    return [
        f"{one} / {other}"
        for one in own
        for other in own
        if one < other
        and one in read
        and other in read
        and (own[one] == own[other]) != (read[one] == read[other])
        and not {("bureau", read[one]), ("bureau", read[other])} & marked
    ]


def without_direction(changes: tuple[Change, ...]) -> list[str]:
    return [describe(change) for change in changes if change.field != "direction"]


def assert_told(draft: Draft) -> None:
    """Every doubt and everything unused is a comment of the draft, which reads as its plan."""
    for doubt in draft.doubts:
        assert f"# {MARK}：{doubt.words}" in draft.text
    for text in draft.unused:
        assert f"#   {text}" in draft.text
    assert parse_plan(draft.text, "draft") == draft.plan


# -- the real plan ---------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["merged", "repeated", "empty"])
def test_the_real_plan_comes_back_whole(imported: Import, real_plan: Plan, same: str) -> None:
    draft = imported(word_file(real_plan, replace(SOURCE, same=same)))  # type: ignore[arg-type]
    assert_told(draft)
    assert (draft.plan.title, draft.plan.region, draft.plan.source) == (
        real_plan.title,
        real_plan.region,
        real_plan.source,
    )
    assert draft.plan.role_words == real_plan.role_words
    assert without_direction(differences(real_plan, draft)) == []
    assert unmarked(real_plan, draft) == []
    assert draft.unused == ()


def test_the_real_plan_comes_back_from_its_text(real_plan: Plan) -> None:
    draft = import_plan(Path(__file__).parent / "data" / "plan_source.txt")
    assert_told(draft)
    changes = differences(replace(real_plan, region="本市", source=draft.plan.source), draft)
    assert {change.field for change in changes} == {"direction", "note"}
    assert draft.unused == ("书签标记 [bookmark: _GoBack]",)


# -- other forms -----------------------------------------------------------------------------------

COLUMNS = {"measure": "具体措施", "lead": "牵头单位", "support": "配合单位", "responsible": "责任单位"}
FORMS = {
    "separate columns in another order": Form(
        tasks={"lead": "主办单位", "support": "协办单位", "responsible": "实施单位", "measure": "工作措施",
               "due": "完成时限", "task": "工作任务", "section": "重点工作", "number": "序号",
               "note": "备注"},
        indicators={"bodies": "责任单位", "targets": "{}年目标值", "baseline": "{}年基期", "unit": "计量单位",
                    "name": "指标", "attribute": "属性", "group": "类别", "number": "编号"},
        between_names="、",
    ),
    "two rows of heads": Form(
        tasks={"section": "重点领域", "task": "重点任务", "measure": "具体举措", "lead": "责任分工/牵头单位",
               "support": "责任分工/配合单位", "responsible": "责任分工/责任单位", "due": "完成时间",
               "note": "说明"},
        indicators={"name": "指标名称", "baseline": "基期值/{}年", "targets": "目标值/{}年", "unit": "单位",
                    "attribute": "属性", "group": "领域", "bodies": "牵头单位"},
        between_names="，",
    ),
    "a measure a row, bodies merged": Form(
        tasks={"number": "序号", "task": "主要任务", "measure": "工作内容", "lead": "牵头部门",
               "support": "参与单位",
               "responsible": "责任单位", "due": "时间节点", "section": "板块", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年现状值"},
        one_measure_a_row=True,
        sign={"≥": "{}以上", "≤": "{}以内", "≈": "{}左右"},
    ),
    "who does it in words": Form(
        tasks={"section": "任务类别", "task": "任务名称", "measure": "主要措施", "who": "责任单位",
               "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基数"},
        role_words={"lead": "牵头单位", "support": "配合单位", "responsible": "责任单位"},
        between_names="、",
    ),
    "content controls": Form(
        tasks={"section": "工作领域", "number": "编号", "task": "重点事项", **COLUMNS, "due": "时限",
               "note": "注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        controls=True, same="repeated",
    ),
    "tracked changes": Form(
        tasks={"section": "一级任务", "task": "二级任务", **COLUMNS, "due": "完成期限", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        tracked=True, numbers="{}、",
    ),
    "rows after a gap": Form(
        tasks={"section": "重点任务", "task": "主要任务", **COLUMNS, "due": "完成时限", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        shifted=True, one_line=True,
    ),
    "sections in rows of their own": Form(
        tasks={"section": "", "number": "序号", "task": "重点任务", **COLUMNS, "due": "完成时限",
               "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期", "targets": "{}年"},
        section_rows=True, title_row=True, numbers="（{}）", between_names="；",
    ),
    "heads again in the same table": Form(
        tasks={"section": "重点任务", "number": "序号", "task": "主要任务", **COLUMNS,
               "due": "完成时限", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        page=5, heads_repeated_in_table=True, same="empty", percent=False,
    ),
    "numbers that Word counts": Form(
        tasks={"section": "重点任务", "task": "主要任务", **COLUMNS, "due": "完成时限", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        numbers="automatic", between_names=" ",
    ),
    "numbers anew in each cell": Form(
        tasks={"section": "重点任务", "task": "主要任务", **COLUMNS, "due": "完成时限"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        numbers="circle", local_numbers=True, page=6,
    ),
    "a table a section": Form(
        tasks={"number": "序号", "task": "工作任务", **COLUMNS, "due": "完成时限", "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
    ),
    "names without anything between them": Form(
        tasks={"section": "重点任务", "number": "序号", "task": "主要任务", **COLUMNS, "due": "完成时限",
               "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        between_names="",
    ),
    "a sentence cut by the end of a page": Form(
        tasks={"section": "重点任务", "number": "序号", "task": "主要任务", **COLUMNS, "due": "完成时限",
               "note": "备注"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        cut=2, page=4,
    ),
    "roles in rows": Form(
        tasks={"role": "角色", "bodies": "部门", "section": "重点任务", "measure": "具体任务",
               "task": "主要任务",
               "number": "序号", "note": "备注", "due": "完成时限"},
        indicators={**SOURCE_INDICATORS, "baseline": "{}年基期"},
        role_words={"lead": "牵头", "support": "配合", "responsible": "责任单位"},
        page=9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("form", FORMS)
def test_every_fact_is_right_or_marked(imported: Import, form: str, name: str) -> None:
    plan = as_printed(bot_for(name).plan, FORMS[form])
    draft = imported(word_file(plan, FORMS[form]))
    assert_told(draft)
    assert unmarked(plan, draft) == []
    assert (draft.plan.title, draft.plan.region) == (plan.title, plan.region)
    assert draft.unused == ()


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any order of columns, any wording of the data, any way of merging."""

    def heads(kind: str, *fields: str) -> dict[str, str]:
        named = {field: [w for w, f in words().heads[kind].items() if f == field] for field in fields}
        return {field: draw(st.sampled_from(some)) for field, some in named.items()}

    tasks = heads("tasks", "section", "number", "task", "measure", "due", "note")
    in_rows, in_columns = heads("tasks", "bodies", "role"), heads("tasks", "lead", "support")
    rows = draw(st.booleans())
    tasks |= (
        in_rows if rows else {**in_columns, "responsible": draw(st.sampled_from(["责任单位", "实施单位"]))}
    )
    indicators = heads("indicators", "number", "group", "name", "unit", "attribute", "baseline", "bodies")
    indicators |= {"baseline": f"{{}}年{indicators['baseline']}", "targets": draw(st.sampled_from(YEARS))}
    return Form(
        tasks=dict(draw(st.permutations(list(tasks.items())))),
        indicators=dict(draw(st.permutations(list(indicators.items())))),
        role_words={"lead": "主办", "support": "协办单位", "responsible": "责任单位"},
        same=draw(st.sampled_from(["merged", "repeated", "empty"])),
        one_measure_a_row=not rows and draw(st.booleans()),
        numbers=draw(st.sampled_from(["{}.", "{}、", "（{}）"])),
        between_names=draw(st.sampled_from(["\n", "、", "，", " "])),
        page=draw(st.sampled_from([0, 5, 8])),
        heads_repeated_in_table=draw(st.booleans()),
        controls=draw(st.booleans()),
        tracked=draw(st.booleans()),
        percent=draw(st.booleans()),
    )


YEARS = ["{}年", "{}年目标值", "目标值（{}年）", "到{}年"]


@settings(max_examples=20)
@given(forms(), st.sampled_from(sorted(PLANS)))
def test_any_form(form: Form, name: str) -> None:
    plan = bot_for(name).plan
    draft = draft_of(read_document(word_file(plan, form), "方案.docx"), Path("方案.docx"))
    assert unmarked(plan, draft) == []
    assert draft.unused == ()


@pytest.mark.parametrize("name", PLANS)
def test_numbered_paragraphs_with_who_does_it_in_brackets(imported: Import, name: str) -> None:
    plan = replace(without_notes(bot_for(name).plan), indicators=(), source="")
    draft = imported(outline_file(plan))
    assert_told(draft)
    changed = {change.field for change in differences(plan, draft)} - {"label"}
    assert changed <= {"text"}  # a space in the text of a made-up plan
    assert unmarked(relabelled(plan), draft) == []
    assert "正文：为落实有关要求，制定本方案。" in draft.unused


def relabelled(plan: Plan) -> Plan:
    labels = "一二三四五"
    return replace(plan, sections=tuple(replace(s, label=f"{labels[s.id - 1]}、") for s in plan.sections))


# -- from Word to answers --------------------------------------------------------------------------


def test_a_third_plan_goes_from_word_to_answers(imported: Import, tmp_path: Path) -> None:
    """A plan about something else, as a Word file, is asked about without a line of code."""
    form = FORMS["separate columns in another order"]
    draft = imported(word_file(read_plan(PLANS["yanjiang_gengxin"]), form))
    path = tmp_path / "plan.yaml"
    path.write_text(draft.text, "utf-8")
    bot = PlanBot.open(path)
    asked = {
        "第14条谁主办": "市交通局",
        "公共停车泊位总量2027年目标": "8.1",
        "城管局主办哪些任务": "更新改造地下管网",
        "各县区政府实施哪些": "一楼一表",
        "第4条什么时候完成": "2026-06-30",
    }
    for question, expected in asked.items():
        answer = bot.ask(question)
        assert answer.status == "answered", question
        assert expected in answer.text.replace("2026年6月30日", "2026-06-30"), answer.text
    assert bot.ask("市水利局主办哪些任务").reason == "no_such_bureau"
