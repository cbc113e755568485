"""What must hold of every plan: templates answered with exactly its rows, slips never another's rows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot import Answer, PlanBot
from siwei_bot.language.pinyin import syllables
from siwei_bot.plan import Assignment, BodyRef, Bureau, Indicator, Measure, Plan, Section, Target, Task
from siwei_bot.store import Store
from tests.plans import PLANS, bot_for

TODAY = date(2026, 11, 22)


def measures_of(plan: Plan, name: str, roles: tuple[str, ...]) -> set[int]:
    """The measures in which a body holds one of the roles, straight from the plan."""
    return {
        measure.id
        for section in plan.sections
        for task in section.tasks
        for assignment in task.assignments
        for role, body in assignment.bodies()
        for measure in assignment.measures
        if body.name == name and role in roles
    }


def rows(answer: Answer, kind: str) -> set[object]:
    """Ids (names for bodies) of an answer's rows of one kind."""
    return {row.get("id", row.get("name")) for row in answer.rows if row["kind"] == kind}


# -- generated plans ------------------------------------------------------------------------------

_FIRST = "琥玳瑁璎珞翡翠玛瑙珊瑚琅玕璞瑾瑜琪璇玑"
_SECOND = "峰岭溪泽湾渚洲屿岬礁汀沚崖壑"
_WORKS = ("修葺", "疏浚", "勘测", "编目", "巡护", "培植")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of invented bodies, indicators and measures; all names far from each other."""
    size = draw(st.integers(3, 6))
    bureaus = tuple(Bureau(f"市{_FIRST[2 * i]}{_FIRST[2 * i + 1]}{_SECOND[i]}管理处") for i in range(size))
    number = 0
    sections: list[Section] = []
    for section in range(1, draw(st.integers(1, 3)) + 1):
        tasks = []
        for task in range(draw(st.integers(1, 2))):
            shuffled = draw(st.permutations(bureaus))
            leads = draw(st.integers(1, 2))
            measures = []
            for _ in range(draw(st.integers(1, 3))):
                number += 1
                measures.append(
                    Measure(number, f"{_WORKS[number % 6]}{_SECOND[number % 14]}畔第{number}号古驿站。")
                )
            assignment = Assignment(
                tuple(measures),
                lead=tuple(BodyRef(b.name, b.name) for b in shuffled[:leads]),
                support=tuple(
                    BodyRef(b.name, b.name) for b in shuffled[leads : leads + draw(st.integers(0, 2))]
                ),
            )
            id = sum(len(s.tasks) for s in sections) + task + 1
            tasks.append(Task(id, f"{_WORKS[id % 6]}古驿站{_SECOND[id % 14]}段", (assignment,)))
        sections.append(Section(section, f"守护驿道{_SECOND[section]}遗存", tuple(tasks)))
    values = draw(st.lists(st.integers(10, 900), min_size=4, max_size=4, unique=True))
    indicators = tuple(
        Indicator(
            i + 1,
            f"{_FIRST[2 * i]}{_FIRST[2 * i + 1]}驿道存量",
            "里",
            (Target(2027, float(values[2 * i])), Target(2031, float(values[2 * i + 1]))),
            (BodyRef(bureaus[i].name, bureaus[i].name),),
            attribute="约束性",
        )
        for i in range(2)
    )
    return Plan("generated", "古驿道守护方案", "玄圃市", tuple(sections), bureaus, indicators)


def open_plan(plan: Plan) -> PlanBot:
    """A bot for a plan that was never a file."""
    store = Store(":memory:")
    store.load(plan, "generated")
    return PlanBot(plan, store)


def check_templates(bot: PlanBot) -> None:
    """Every body, indicator, task and measure of the plan, asked by templates."""
    plan = bot.plan
    leads = any(a.lead for s in plan.sections for t in s.tasks for a in t.assignments)
    for bureau in plan.bureaus:
        led = bot.ask(f"{bureau.name}牵头哪些措施", today=TODAY)
        assert led.status == "answered"
        assert rows(led, "measure") == measures_of(
            plan, bureau.name, ("lead",) if leads else ("lead", "responsible")
        )
        whole = bot.ask(f"{bureau.name}负责哪些措施", today=TODAY)
        assert rows(whole, "measure") == measures_of(plan, bureau.name, ("lead", "support", "responsible"))
    for indicator in plan.indicators:
        for target in indicator.targets:
            answer = bot.ask(f"{indicator.name}{target.year}年目标是多少", today=TODAY)
            figures = [r for r in answer.rows if r["kind"] == "figure"]
            assert [(r["indicator"], r["year"]) for r in figures] == [(indicator.id, target.year)]
            assert figures[0]["value"] == (target.text if target.value is None else target.value)
    for section in plan.sections:
        for task in section.tasks:
            placed = bot.ask(f"任务{task.id}属于哪一部分", today=TODAY)
            assert rows(placed, "section") == {section.id}
            for assignment in task.assignments:
                for measure in assignment.measures:
                    asked = bot.ask(f"第{measure.id}条谁配合", today=TODAY)
                    assert rows(asked, "bureau") == {body.name for body in assignment.support}
                    assert rows(bot.ask(f"第{measure.id}条原文", today=TODAY), "measure") == {measure.id}


@pytest.mark.parametrize("name", PLANS)
def test_templates_of_plan_files(name: str) -> None:
    check_templates(bot_for(name))


@given(plans())
def test_templates_of_generated_plans(plan: Plan) -> None:
    check_templates(open_plan(plan))


# -- slips ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["changzhi", "yunxi_yanglao", "yanjiang_gengxin"])
@given(data=st.data())
def test_one_wrong_character_never_yields_another_body(name: str, data: st.DataObject) -> None:
    bot = bot_for(name)
    bureau = data.draw(st.sampled_from(bot.plan.bureaus))
    spelled = data.draw(st.sampled_from([w for w in (bureau.name, *bureau.aliases) if len(w) >= 3]))
    at = data.draw(st.integers(0, len(spelled) - 1))
    wrong = data.draw(
        st.sampled_from("的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要出也得里后自以会")
    )
    edit = data.draw(st.sampled_from(["change", "drop", "double", "add"]))
    text = {
        "change": spelled[:at] + wrong + spelled[at + 1 :],
        "drop": spelled[:at] + spelled[at + 1 :],
        "double": spelled[: at + 1] + spelled[at:],
        "add": spelled[:at] + wrong + spelled[at:],
    }[edit]
    known = bot.parser.lexicon.names
    answer = bot.ask(f"{text}牵头哪些措施", today=TODAY)
    if answer.status == "answered" and text not in known:
        bodies = {row["bureau"] for row in answer.rows if "bureau" in row}
        others = {body for body in bot.plan.bureaus if body.name in bodies - {bureau.name}}
        assert all(body.name in text or text in body.name or heard_as(text, body) for body in others)


def heard_as(text: str, body: Bureau) -> bool:
    """Whether a text is written by the sound of a body's name (上务局 for 商务局), which outweighs a slip."""
    return syllables(text) in map(syllables, (body.name, *body.aliases))


MEANINGFUL = ("电话", "预算多少", "为什么", "去年实际", "怎么申请", "局长是谁", "合理吗")
HARMLESS = ("，谢谢", "？", " ", "！！", "，麻烦了", "，急", "🙏", "，辛苦了")


def templates(bot: PlanBot) -> list[str]:
    """Questions that every plan answers."""
    plan = bot.plan
    questions = [f"{b.name}牵头哪些措施" for b in plan.bureaus] + [f"第{n}条谁牵头" for n in (1, 2, 3)]
    return questions + [f"{i.name}的目标是多少" for i in plan.indicators] + ["一共多少项任务"]


@pytest.mark.parametrize("name", ["changzhi", "yunxi_yanglao", "yanjiang_gengxin"])
@given(data=st.data())
def test_words_that_mean_something_are_never_dropped(name: str, data: st.DataObject) -> None:
    bot = bot_for(name)
    question = data.draw(st.sampled_from(templates(bot)))
    word = data.draw(st.sampled_from(MEANINGFUL))
    plain, asked = bot.ask(question, today=TODAY), bot.ask(question + word, today=TODAY)
    assert plain.status == "answered"
    assert asked.rows != plain.rows or asked.status != "answered"


@pytest.mark.parametrize("name", ["changzhi", "yunxi_yanglao", "yanjiang_gengxin"])
@given(data=st.data())
def test_courtesy_and_punctuation_change_nothing(name: str, data: st.DataObject) -> None:
    bot = bot_for(name)
    question = data.draw(st.sampled_from(templates(bot)))
    before = data.draw(st.sampled_from(["", "请问", "麻烦问下，", "你好，", "@机器人 ", "  "]))
    after = data.draw(st.sampled_from(HARMLESS))
    assert bot.ask(before + question + after, today=TODAY).rows == bot.ask(question, today=TODAY).rows


# -- anything at all ----------------------------------------------------------------------------------


@given(st.text(max_size=600))
def test_any_text_gets_an_answer(text: str) -> None:
    answer = bot_for("changzhi").ask(text, today=TODAY)
    assert answer.status in ("answered", "clarify", "unknown", "chat")
    assert answer.text.strip()


@given(
    st.lists(
        st.sampled_from("任务第条谁牵头参与水利局年203050目标多少吗不是的和、，。其中它那呢最"), max_size=40
    ),
    st.integers(0, 3),
)
def test_any_conversation_gets_answers(characters: list[str], cuts: int) -> None:
    bot, context = bot_for("changzhi"), None
    text = "".join(characters)
    for start in range(0, len(text), max(1, len(text) // (cuts + 1))):
        answer = bot.ask(text[start : start + len(text) // (cuts + 1) + 1], context, TODAY)
        context = answer.context
        assert answer.status in ("answered", "clarify", "unknown", "chat")
