"""What answers look like: sentences as data, then what holds of every text whatever was asked.

Queries are written out, so that these tests are about words and not about how questions are read.
"""

from __future__ import annotations

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siwei_bot.answer import Answerer, Findings, Row, measure_rows, section_rows, task_rows
from siwei_bot.bot import PlanBot
from siwei_bot.language.reading import Reading, Reason
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
from siwei_bot.plan_file import read_plan
from siwei_bot.query import Party, Query, Tally, Topic
from siwei_bot.render import MAX_CHARACTERS, MAX_LINES, Renderer, due_words, phrases, quantity, spans
from siwei_bot.store import Store

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "changzhi": ROOT / "knowledge" / "plan.yaml",
    "yanjiang": ROOT / "tests" / "data" / "plans" / "yanjiang_gengxin.yaml",
    "wanglan": ROOT / "tests" / "data" / "plans" / "wanglan_yuedu.yaml",
}


@dataclass(frozen=True)
class Bench:
    """A plan with all that turns a query into a text."""

    plan: Plan
    store: Store
    answerer: Answerer
    renderer: Renderer

    def rows(self, *queries: Query) -> Findings:
        """What the queries find, as one list."""
        rows: list[Row] = []
        missing: tuple[str, ...] = ()
        failure: Reason = ""
        for query in queries:
            found = self.answerer.find(query)
            rows += [row for row in found.rows if row not in rows]
            missing += found.missing
            failure = failure or found.failure
        return Findings(tuple(rows), failure if not rows else "", missing)

    def answer(self, *queries: Query, **reading: Any) -> str:
        """The text of the answer to queries that the plan can answer."""
        findings = self.rows(*queries)
        assert not findings.failure
        return self.renderer.render(Reading(queries=queries, **reading), findings, "answered")[0]

    def refusal(self, reason: Reason, **reading: Any) -> str:
        return self.renderer.render(Reading(reason=reason, **reading), Findings(), "unknown")[0]


def bench_of(plan: Plan) -> Bench:
    store = Store(":memory:")
    store.load(plan, "test")
    return Bench(plan, store, Answerer(store), Renderer(plan, store))


@cache
def bench(name: str) -> Bench:
    return bench_of(SMALL[name] if name in SMALL else read_plan(FILES[name]))


# -- plans that no file has --------------------------------------------------------------------------


def refs(*names: str) -> tuple[BodyRef, ...]:
    return tuple(BodyRef(name, name) for name in names)


def long_plan() -> Plan:
    """Forty tasks of five measures, each of a hundred characters; fifty indicators."""
    text = "，".join(["建立健全长效工作机制"] * 9) + "。"
    tasks = tuple(
        Task(
            t,
            f"做好第{t}方面的各项重点工作并且长期坚持下去",
            (
                Assignment(
                    tuple(Measure(5 * t + m, text) for m in range(-4, 1)),
                    lead=refs("甲局"),
                    support=refs("乙局"),
                ),
            ),
        )
        for t in range(1, 41)
    )
    indicators = tuple(
        Indicator(i, f"第{i}类设施覆盖率", "%", (Target(2030, i),), refs("甲局")) for i in range(1, 51)
    )
    sections = (Section(1, "上半部分", tasks[:20]), Section(2, "下半部分", tasks[20:]))
    return Plan(
        "long", "长方案", "某市", sections, (Bureau("甲局"), Bureau("乙局"), Bureau("丙局")), indicators
    )


def bare_plan() -> Plan:
    """No source, no indicators, no leads: its bodies are 责任单位, of whom a cell spells one otherwise."""
    responsible = (BodyRef("甲局", "甲管理局"), BodyRef("乙局", "乙局"))
    first = Assignment((Measure(1, "修路。"), Measure(2, "修桥。")), responsible=responsible)
    second = Assignment((Measure(3, "种树。"),), responsible=refs("丙局"))
    tasks = (Task(1, "搞好建设", (first,)), Task(2, "搞好绿化", (second,)))
    bureaus = (Bureau("甲局", ("甲管理局",)), Bureau("乙局"), Bureau("丙局"))
    return Plan("bare", "小方案", "某县", (Section(1, "总的", tasks),), bureaus)


def called_responsible() -> Plan:
    """A plan that calls its leads 责任单位 and those who support 配合部门."""
    plan = bare_plan()
    assignment = Assignment((Measure(1, "修路。"),), lead=refs("甲局"), support=refs("乙局"))
    section = Section(1, "总的", (Task(1, "搞好建设", (assignment,)),))
    words: Any = {"lead": "责任单位", "support": "配合部门"}
    return replace(plan, id="called", sections=(section,), role_words=words)


SMALL = {"long": long_plan(), "bare": bare_plan(), "called": called_responsible()}
PLANS = [*FILES, *SMALL]


# -- sentences -----------------------------------------------------------------------------------------


def by(*names: str, roles: str = "", how: Any = "any") -> tuple[Party, ...]:
    return (Party(names, tuple(roles.split()), how),)


def about(*words: str) -> tuple[Topic, ...]:
    return tuple(Topic(word, ((word,),)) for word in words)


SUPPORT_ONLY = (Tally("lead", "==", 0), Tally("support", ">=", 1))

# plan, query, first line, a further line that the text has (or none)
SENTENCES: list[tuple[str, Query, str, str]] = [
    # a body's measures
    (
        "changzhi",
        Query("measure", parties=by("市城管局", roles="lead")),
        "市城管局牵头的措施有6条，分属3项任务：",
        "8. 持续推进老旧供水管网改造，进一步降低供水管网漏损。",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市水利局", roles="lead")),
        "市水利局牵头的措施有44条，分属14项任务：",
        "任务4 做好城乡生活深度节水：第10–12条",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市财政局", roles="lead")),
        "市财政局牵头的措施有1条，即第58条：",
        "任务17 深化水价改革",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市能源局"), count=True),
        "市能源局承担的措施有5条，分属3项任务（牵头2条，参与3条）：",
        "【参与】",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市检察院", roles="support"), count=True),
        "市检察院参与的措施有3条，属于1项任务（任务14）：",
        "（牵头：市水利局；参与：市生态环境局、市公安局、市检察院）",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市教育局", roles="lead"), exists=True),
        "市教育局没有牵头的措施。",
        "市教育局参与第10、11条。",
    ),
    (
        "changzhi",
        Query("measure", sections=(2,), parties=by("市城管局")),
        "第二部分中，市城管局没有承担措施。",
        "",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市商务局", "市税务局", roles="lead")),
        "市商务局牵头1条，市税务局没有牵头的：",
        "来源：任务分工表第40条",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市水利局", "市能源局", roles="lead", how="all")),
        "市水利局、市能源局共同牵头的措施有1条，即第39条：",
        "",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市税务局", "市财政局", roles="support", how="all"), exists=True),
        "方案里没有市税务局、市财政局共同参与的措施。",
        "",
    ),
    (
        "changzhi",
        Query("measure", parties=(*by("市水利局", roles="lead"), *by("市能源局", roles="support"))),
        "市水利局牵头、市能源局参与的措施有2条，都属于任务10：",
        "（牵头：市工信局、市水利局；参与：市能源局、市城管局）",
    ),
    (
        "changzhi",
        Query("measure", parties=by("市水利局", how="none"), count=True),
        "不涉及市水利局的措施有7条，分属5项任务：",
        "3. 合理划定城镇开发边界。",
    ),
    (
        "changzhi",
        Query("work", parties=by("市规自局")),
        "市规自局牵头4条、参与9条措施，负责1项指标。",
        "指标：城镇开发边界（2025年415.57平方千米，2030年415.57平方千米）",
    ),
    (
        "yanjiang",
        Query("measure", parties=by("各县区政府", roles="lead")),
        "各县区政府没有主办的措施。",
        "各县区政府协办第5、25、26条，实施第3、27条。",
    ),
    (
        "yanjiang",
        Query("measure", parties=by("砚江城投集团", roles="responsible")),
        "砚江城投集团实施的措施有2条，分属2项任务：",
        "（实施单位：砚江城投集团；时限：2029年）",
    ),
    (
        "bare",
        Query("measure", parties=by("甲局", roles="lead")),
        "甲局为责任单位的措施有2条，都属于任务1：",
        "方案没有写牵头单位，只写责任单位。",
    ),
    # measures by number, topic, date
    (
        "changzhi",
        Query("measure", measures=(57,)),
        "第57条：深化用水权交易试点工作，鼓励缺水户通过用水权市场化交易获得用",
        "说明：原文到“获得用”为止，后文残缺，照录",
    ),
    (
        "changzhi",
        Query("measure", tasks=(7,), nth=(3,)),
        "任务7的第3条，即第22条：持续推进母亲河复苏行动，推进沿河湖生态廊道建设。",
        "所属：任务7 推动生态保护和修复",
    ),
    (
        "changzhi",
        Query("measure", measures=(33,)),
        "第33条：新（改、扩）项目严格执行节水“三同时”管理制度，加强项目事前、事中和事后管理。",
        "参与：市发展改革委、市审批服务管理局（原文写作“市行政审批局”）",
    ),
    (
        "changzhi",
        Query("measure", topics=about("湿地")),
        "与“湿地”有关的措施有2条，分属2项任务：",
        "21. 加大水土流失重点治理力度，强化湿地资源保护与修复。",
    ),
    (
        "changzhi",
        Query("measure", topics=about("光伏"), exists=True),
        "方案里没有与“光伏”有关的措施。",
        "",
    ),
    (
        "changzhi",
        Query("measure", topics=about("灌溉")),
        "与“灌溉”有关的措施有5条，分属4项任务：",
        "题目里提到的：任务5 优化农田灌溉规模和布局，推进高标准农田建设",
    ),
    (
        "yanjiang",
        Query("measure", parties=by("砚江城投集团", roles="lead"), due_by="2026-12-31"),
        "砚江城投集团主办、2026年底前完成的措施有2条，都属于任务11：",
        "29. 设立城市更新基金，引导社会资本参与运营。（2026年12月）",
    ),
    (
        "yanjiang",
        Query("measure", measures=(12,), due_asked=True),
        "第12条的完成时限是2028年5月31日。",
        "",
    ),
    (
        "yanjiang",
        Query("measure", measures=(33,), due_asked=True),
        "第33条的完成时限是“持续推进”。",
        "",
    ),
    (
        "changzhi",
        Query("measure", tallies=(Tally("lead", ">", 2),)),
        "牵头单位多于2家的措施有2条，分属2项任务：",
        "（牵头：市住建局、市发展改革委、市水利局）",
    ),
    # tasks and sections
    (
        "changzhi",
        Query("task", tasks=(13,)),
        "任务13 严格取水许可审批管理（第四部分，2条措施）",
        "（牵头：市审批服务管理局；参与：市水利局）",
    ),
    (
        "changzhi",
        Query("task", parties=by("市规自局", roles="support"), count=True),
        "市规自局参与的任务有2项：",
        "任务7 推动生态保护和修复（第20–24条）",
    ),
    (
        "changzhi",
        Query("task", measures=(45,)),
        "第45条属于任务14 严格取水执法监督管理。",
        "",
    ),
    ("changzhi", Query("task", count=True), "方案共18项任务：", "任务18 推动水预算试点建设"),
    ("changzhi", Query("task", sections=(3,)), "第三部分共4项任务：", "任务9 推进农业节水增效"),
    (
        "changzhi",
        Query("task", rank="least", rank_by="measure"),
        "措施最少的任务是任务18，1条：",
        "任务18 推动水预算试点建设",
    ),
    (
        "changzhi",
        Query("section", tasks=(12,)),
        "任务12属于第四部分“加强取用水监督管理，完善取水计量和监督体系”。",
        "",
    ),
    (
        "changzhi",
        Query("section", count=True),
        "方案共5个部分：",
        "（二）严格落实以水定地，推动水土资源协调发展（任务5–7，第13–24条）",
    ),
    # bodies
    (
        "changzhi",
        Query("bureau", measures=(8,), roles=("lead",)),
        "第8条由市城管局、市市场监管局牵头。",
        "8. 持续推进老旧供水管网改造，进一步降低供水管网漏损。",
    ),
    (
        "changzhi",
        Query("bureau", topics=about("合同节水")),
        "“合同节水”（第11条）由市机关事务管理局、市水利局牵头，市教育局参与。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", tasks=(18,), roles=("support",), exists=True),
        "任务18没有参与单位，由市水利局牵头。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", tasks=(12,), roles=("lead",), count=True),
        "任务12的牵头单位有8家：市水利局、市农业农村局、市规自局、市工信局、市商务局、市能源局、市交通局、市文旅局。",
        "41. 对涉及水资源开发利用的相关规划，提出规划水资源论证是否符合水资源强制性约束控制指标要求的意见。",
    ),
    (
        "changzhi",
        Query("bureau", tasks=(14,), without=("市水利局",)),
        "任务14，除市水利局外，由市生态环境局、市公安局、市检察院参与。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", roles=("lead",), rank="most", rank_by="measure"),
        "牵头的措施最多的是市水利局，44条。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", roles=("lead",), rank="most", rank_by="measure", without=("市水利局",)),
        "除市水利局外，牵头的措施最多的是市城管局，6条。",
        "市城管局：第5–9、34条",
    ),
    (
        "changzhi",
        Query("measure", parties=(Party(("市水利局",), ("lead",)),), nth=(-1,)),
        "市水利局牵头的措施中的第59条：",
        "",
    ),
    ("changzhi", Query("task", nth=(1, 2)), "任务1、2：", ""),
    (
        "changzhi",
        Query("bureau", tallies=(Tally("lead", "==", 0), Tally("support", ">=", 1))),
        "只参与、不牵头的单位有6家：",
        "市教育局：参与第10、11条",
    ),
    (
        "yanjiang",
        Query("bureau", measures=(13,), roles=("lead",)),
        "第13条没有写主办单位，由砚东区政府、砚北区政府实施。",
        "13. 清掏雨水管渠和检查井，落实下穿通道值守。",
    ),
    (
        "yanjiang",
        Query("bureau", tasks=(5,), roles=("lead",)),
        "任务5由市城管局主办（第13条没有写主办单位，由砚东区政府、砚北区政府实施）。",
        "（主办单位：市城管局；协办单位：市自然资源局、砚江城投集团；时限：2028年5月31日）",
    ),
    (
        "bare",
        Query("bureau", measures=(1,), roles=("lead",)),
        "第1条没有写牵头单位，责任单位是甲局、乙局。",
        "",
    ),
    ("called", Query("bureau", measures=(1,)), "第1条的责任单位是甲局，乙局配合。", ""),
    # yes or no
    (
        "changzhi",
        Query("measure", tasks=(14,), parties=by("市公安局"), check=True),
        "是。第44–46条由市水利局牵头，市生态环境局、市公安局、市检察院参与。",
        "44. 依法严厉打击违法取水行为。",
    ),
    (
        "changzhi",
        Query("measure", measures=(54, 55, 56, 57), parties=by("市财政局", roles="lead"), check=True),
        "不是。第54–57条由市水利局牵头，市发展改革委、市农业农村局、市税务局、市城管局参与，没有市财政局。",
        "",
    ),
    (
        "changzhi",
        Query("measure", tasks=(10,), parties=by("市城管局", roles="support"), check=True),
        "是。市城管局参与第31、32条。",
        "（牵头：市工信局、市水利局；参与：市能源局、市城管局）",
    ),
    (
        "changzhi",
        Query("measure", sections=(5,), parties=by("市水利局", roles="lead"), check=True, each=True),
        "不是。第58条由市财政局牵头，没有市水利局。",
        "",
    ),
    # indicators
    (
        "changzhi",
        Query("figure", indicators=(1,), years=(2030,)),
        "用水总量2030年目标：6.73亿立方米。",
        "约束性指标，责任单位：市水利局。",
    ),
    (
        "changzhi",
        Query("figure", indicators=(4,)),
        "农田灌溉水有效利用系数目标：2025年0.58，2030年0.6。",
        "来源：主要指标表第4项",
    ),
    (
        "yanjiang",
        Query("figure", indicators=(3,), years=(2029,)),
        "完整社区覆盖率2029年目标：≥70%。",
        "",
    ),
    (
        "yanjiang",
        Query("figure", indicators=(10,), years=(2027,)),
        "更新项目群众满意度2027年目标：不低于全省平均水平。",
        "",
    ),
    (
        "yanjiang",
        Query("figure", indicators=(5,), baseline=True),
        "城市公共供水管网漏损率2025年基期值：11.2%。",
        "",
    ),
    (
        "changzhi",
        Query("figure", parties=by("市城管局", roles="indicator"), years=(2025,)),
        "市城管局负责的指标2025年目标（3项）：",
        "城市再生水利用率：25%",
    ),
    (
        "changzhi",
        Query("figure", indicators=(1,), change="difference", years=(2025, 2030)),
        "用水总量2030年比2025年多0.56亿立方米（+0.56亿立方米）。",
        "2025年6.17亿立方米，2030年6.73亿立方米。",
    ),
    (
        "changzhi",
        Query("figure", indicators=(2,), change="difference"),
        "万元GDP用水量下降幅度2030年比2025年低2个百分点（−2个百分点）。",
        "2025年10%，2030年8%。",
    ),
    (
        "changzhi",
        Query("figure", indicators=(7,), change="percent_change"),
        "城市再生水利用率2030年比2025年高5个百分点（+5个百分点），增长20%（+20%）。",
        "2025年25%，2030年30%。",
    ),
    (
        "changzhi",
        Query("figure", indicators=(5,), change="difference"),
        "城镇开发边界2030年比2025年没有变化（差0平方千米）。",
        "",
    ),
    (
        "changzhi",
        Query("figure", indicators=(9,), change="ratio"),
        "累计建成高标准农田面积2030年是2025年的2倍。",
        "2025年180万亩，2030年360万亩。",
    ),
    (
        "changzhi",
        Query("figure", values=((9, "%"),)),
        "9%是城镇公共供水管网漏损率2025年、2030年的目标。",
        "",
    ),
    (
        "changzhi",
        Query("figure", indicators=(6,), years=(2030,), values=((8, "%"),), check=True),
        "不是。城镇公共供水管网漏损率2030年目标是9%，不是8%。",
        "",
    ),
    (
        "changzhi",
        Query("fact", indicators=(1,), fields=("attribute",), attributes=("预期性",), check=True),
        "不是。用水总量是约束性指标。",
        "",
    ),
    (
        "changzhi",
        Query("fact", indicators=(4,), fields=("unit",)),
        "农田灌溉水有效利用系数没有计量单位，直接写数字。",
        "",
    ),
    (
        "changzhi",
        Query("indicator", attributes=("约束性",), count=True),
        "约束性指标有6项：",
        "1. 用水总量：2025年6.17亿立方米，2030年6.73亿立方米",
    ),
    (
        "changzhi",
        Query("indicator", parties=by("市住建局", roles="indicator"), exists=True),
        "市住建局没有负责的指标。",
        "",
    ),
    (
        "changzhi",
        Query("indicator", indicators=(6,), parties=by("市水利局", roles="indicator"), check=True),
        "不是。城镇公共供水管网漏损率的责任单位是市城管局。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", indicators=(4,), roles=("indicator",)),
        "农田灌溉水有效利用系数的责任单位是市水利局、市农业农村局。",
        "",
    ),
    (
        "changzhi",
        Query("indicator", trend="rises", years=(2025, 2030)),
        "2030年比2025年提高的指标有5项：",
        "9. 累计建成高标准农田面积：2025年180万亩，2030年360万亩",
    ),
    (
        "changzhi",
        Query("indicator", tallies=(Tally("value", ">", 100, "万亩"),), years=(2030,)),
        "2030年目标高于100万亩的指标有2项：",
        "",
    ),
    (
        "changzhi",
        Query(
            "bureau",
            measures=(8,),
            roles=("lead",),
            tallies=(Tally("total", "==", 3),),
            count=True,
            check=True,
        ),
        "不是。第8条的牵头单位是2个单位，不是3个单位：市城管局、市市场监管局。",
        "",
    ),
    (
        "changzhi",
        Query("bureau", parties=by("市住建局"), tallies=SUPPORT_ONLY, check=True),
        "不是。只参与、不牵头的单位有6家：",
        "市教育局：参与第10、11条",
    ),
    (
        "changzhi",
        Query("bureau", parties=by("市教育局"), tallies=SUPPORT_ONLY, check=True, exists=True),
        "有。只参与、不牵头的单位有6家：",
        "",
    ),
    (
        "changzhi",
        Query("measure", measures=(36,), topics=about("再生水"), check=True),
        "是。“再生水”在第36条。",
        "",
    ),
    (
        "changzhi",
        Query("measure", measures=(36,), topics=about("矿井水"), check=True),
        "不是。“矿井水”在第39条。",
        "",
    ),
]


@pytest.mark.parametrize(("name", "query", "first", "further"), SENTENCES)
def test_first_line_is_the_answer(name: str, query: Query, first: str, further: str) -> None:
    lines = bench(name).answer(query).split("\n")
    assert lines[0] == first
    assert not further or further in lines[1:]
    assert lines[-1].startswith("来源：") or len(lines) == 1


# reason, what the reading holds, the lines of the text from the first on
REFUSALS: list[tuple[str, Reason, dict[str, Any], list[str]]] = [
    (
        "changzhi",
        "no_such_bureau",
        {"subject": "市水务局"},
        ["方案里没有“市水务局”这个单位。", "方案里名称相近的单位有：市水利局、市商务局、市税务局。"],
    ),
    (
        "bare",
        "no_such_bureau",
        {"subject": "市残联"},
        ["方案里没有“市残联”这个单位。", "方案涉及的3个单位是：甲局、乙局、丙局。"],
    ),
    (
        "changzhi",
        "no_such_indicator",
        {"subject": "地下水水位", "lost": ("地下水水位",)},
        [
            "方案没有给“地下水水位”设指标，但有措施提到“地下水”：",
            "任务7 推动生态保护和修复",
            "23. 严控地下水开采量管控指标，逐步建立地下水超采预防工作机制.",
        ],
    ),
    (
        "changzhi",
        "no_such_indicator",
        {"subject": "人均用水量", "lost": ("人均用水量",)},
        [
            "方案没有给“人均用水量”设指标。",
            "相近的指标有：用水总量、万元GDP用水量下降幅度、万元工业增加值用水量下降幅度。",
        ],
    ),
    ("bare", "no_such_indicator", {"subject": "绿化率"}, ["方案没有给“绿化率”设指标。"]),
    (
        "changzhi",
        "no_such_year",
        {"subject": "2027", "queries": (Query("figure", indicators=(1,), years=(2027,)),)},
        ["方案没有用水总量2027年的目标。", "用水总量目标：2025年6.17亿立方米，2030年6.73亿立方米"],
    ),
    (
        "changzhi",
        "no_such_year",
        {"subject": "2027、2029"},
        ["方案没有2027、2029年的目标。", "有目标的年份是2025、2030年。"],
    ),
    (
        "changzhi",
        "no_such_number",
        {"subject": "任务23"},
        [
            "方案里没有任务23。",
            "方案有5个部分、任务1–18、第1–59条、9项指标。",
            "方案有第23条，发“第23条”可以看。",
        ],
    ),
    (
        "changzhi",
        "no_such_number",
        {"subject": "第60条"},
        ["方案里没有第60条。", "方案有5个部分、任务1–18、第1–59条、9项指标。"],
    ),
    (
        "changzhi",
        "no_such_number",
        {"queries": (Query("measure", tasks=(9,), nth=(5,)),)},
        [
            "任务9只有3条措施，没有第5条。",
            "任务9 推进农业节水增效",
            "27. 推进适水种植，优化调整农业种植结构。",
        ],
    ),
    (
        "changzhi",
        "not_reported",
        {"subject": "实际", "queries": (Query("figure", indicators=(6,)),)},
        ["方案只有目标值，还没有上报的实际值和进度。", "城镇公共供水管网漏损率目标：2025年9%，2030年9%"],
    ),
    (
        "changzhi",
        "not_reported",
        {"subject": "实际", "pending": Query("figure", indicators=(6,))},
        ["方案只有目标值，还没有上报的实际值和进度。", "城镇公共供水管网漏损率目标：2025年9%，2030年9%"],
    ),
    ("bare", "not_reported", {"subject": "进度"}, ["方案只有目标值，还没有上报的实际值和进度。"]),
    (
        "yanjiang",
        "no_match",
        {"subject": "候鸟观测", "lost": ("候鸟观测",)},
        [
            "方案里没有与“候鸟观测”有关的措施。",
            "可以这样问：",
            "1. 市住建局主办哪些任务",
            "2. 一梯一策由谁主办",
            "3. 城镇老旧小区改造完成率2029年的目标是多少",
        ],
    ),
    (
        "yanjiang",
        "no_match",
        {"subject": "夜间消费补贴", "lost": ("夜间消费补贴",)},
        [
            "方案里没有与“夜间消费补贴”有关的措施。提到“夜间消费”的有：",
            "任务8 盘活老厂房和闲置楼宇",
            "22. 改造北门批发市场，引入首店经济和夜间消费业态。",
        ],
    ),
    (
        "changzhi",
        "no_match",
        {"queries": (Query("figure", values=((200, "万亩"),)),)},
        ["方案里没有目标是200万亩的指标。", "可以这样问："],
    ),
    (
        "yanjiang",
        "out_of_scope",
        {"subject": "天气"},
        [
            "“天气”超出了方案写明的内容，答不了。",
            "可以查谁主办、谁协办、任务和措施的原文、指标目标。例如：",
            "1. 市住建局主办哪些任务",
        ],
    ),
    ("changzhi", "out_of_scope", {}, ["这个问题超出了方案写明的内容，答不了。"]),
    (
        "changzhi",
        "not_understood",
        {},
        ["没看懂这句话。", "可以这样问：", "1. 市农业农村局牵头哪些任务", "2. 老旧管网改造由谁牵头"],
    ),
    (
        "changzhi",
        "not_understood",
        {"subject": "市财政局"},
        ["想问市财政局的什么？", "可以这样问：", "1. 市财政局牵头哪些任务", "2. 市财政局参与哪些任务"],
    ),
]


@pytest.mark.parametrize(("name", "reason", "reading", "lines"), REFUSALS)
def test_a_refusal_says_what_was_not_found(
    name: str, reason: Reason, reading: dict[str, Any], lines: list[str]
) -> None:
    assert bench(name).refusal(reason, **reading).split("\n")[: len(lines)] == lines


def test_how_a_misspelling_was_read_stands_under_the_answer() -> None:
    query = Query("measure", parties=by("市财政局", roles="lead"))
    text = bench("changzhi").answer(query, notes=("“财正局”读作“市财政局”",))
    assert text.split("\n")[1] == "（“财正局”读作“市财政局”）"


@pytest.mark.parametrize(
    ("query", "missing", "line"),
    [
        (Query("figure", indicators=(1,), years=(2025, 2027)), (), "方案没有2027年的目标。"),
        (Query("measure", parties=by("市城管局", roles="lead")), ("民政局",), "方案里没有“民政局”。"),
        (Query("measure", measures=(59,)), ("60", "61"), "方案里没有第60、61条。"),
        (Query("task", tasks=(18,)), ("19",), "方案里没有任务19。"),
    ],
)
def test_a_partial_answer_names_what_the_plan_does_not_have(
    query: Query, missing: tuple[str, ...], line: str
) -> None:
    assert bench("changzhi").answer(query, missing=missing).split("\n")[1] == line


def test_several_questions_get_an_answer_each() -> None:
    queries = (
        Query("bureau", indicators=(7,), roles=("indicator",)),
        Query("bureau", measures=(37,), roles=("lead",)),
    )
    text = bench("changzhi").answer(*queries)
    assert "城市再生水利用率的责任单位是市水利局、市城管局。" in text
    assert "第37条由市水利局牵头。" in text
    assert text.endswith("来源：主要指标表第7项；任务分工表第37条")


def test_numbers_asked_in_one_breath_stand_in_one_line() -> None:
    queries = (Query("section", count=True), Query("task", count=True), Query("measure", count=True))
    assert bench("changzhi").answer(*queries).startswith("方案共5个部分、18项任务、59条措施。\n（一）")


def test_the_source_is_the_table() -> None:
    answer = bench("changzhi")
    query = Query("measure", measures=(8, 9))
    text, source = answer.renderer.render(Reading(queries=(query,)), answer.rows(query), "answered")
    assert source == "任务分工表第8、9条"
    assert text.endswith(f"\n来源：{source}")
    assert bench("bare").answer(query).endswith("来源：小方案第8、9条") is False
    assert bench("bare").answer(Query("measure", measures=(1, 2))).endswith("来源：小方案第1、2条")


# -- questions back and small talk ---------------------------------------------------------------------


def test_a_question_back_has_numbered_choices() -> None:
    store = bench("changzhi").store
    rows = (*task_rows(store, [8]), *measure_rows(store, [8]))
    text, source = bench("changzhi").renderer.render(Reading(), Findings(rows), "clarify")
    assert text.split("\n") == [
        "您问的是哪一个？",
        "1. 任务8 加强节水产业创新建设",
        "2. 第8条 持续推进老旧供水管网改造，进一步降低供水管网漏损。",
        "回复序号即可。",
    ]
    assert source == ""


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [{"kind": "bureau", "name": "市商务局"}, {"kind": "bureau", "name": "市税务局"}],
            ["您问的是哪个单位？", "1. 市商务局", "2. 市税务局", "回复序号即可。"],
        ),
        (
            [{"kind": "indicator", "id": 1, "name": "用水总量"}, {"kind": "indicator", "id": 6}],
            ["您问的是哪个指标？", "1. 用水总量", "2. 城镇公共供水管网漏损率", "回复序号即可。"],
        ),
        (
            [*section_rows(bench("changzhi").store, [1, 2])],
            [
                "您问的是哪一部分？",
                "1. 第一部分 严格落实以水定人定城，切实加强水资源刚性约束",
                "2. 第二部分 严格落实以水定地，推动水土资源协调发展",
                "回复序号即可。",
            ],
        ),
    ],
)
def test_choices_of_one_kind(rows: list[Row], lines: list[str]) -> None:
    notes = ("“swj”读作“市商务局”",)
    text, _ = bench("changzhi").renderer.render(Reading(notes=notes), Findings(tuple(rows)), "clarify")
    assert [line for line in text.split("\n") if "swj" not in line] == lines
    assert ("swj" in text) == (rows[0]["kind"] != "bureau"), "the word asked about was not read yet"


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("cue", ["greeting", "thanks", "goodbye", "acknowledgement", "help", "who_are_you"])
def test_small_talk(name: str, cue: str) -> None:
    text, source = bench(name).renderer.render(Reading(chat=cue), Findings(), "chat")
    assert source == ""
    assert_readable(bench(name), text)
    if cue in ("greeting", "help", "who_are_you"):
        assert bench(name).plan.title in text
        assert "1. " in text


@pytest.mark.parametrize("name", FILES)
def test_examples_are_questions_that_the_bot_answers(name: str) -> None:
    bot = PlanBot.open(FILES[name])
    text = bot.ask("帮助").text
    examples = re.findall(r"^\d\. (.+)$", text, re.M)
    assert len(examples) >= 4
    assert {question: bot.ask(question).status for question in examples} == dict.fromkeys(
        examples, "answered"
    )


# -- what holds of every text --------------------------------------------------------------------------

_LATIN = re.compile("[A-Za-z]+")
_DOUBLED = re.compile("[，。、；：]{2}|：。|的的|中中|没有没有")


def assert_readable(on: Bench, text: str, *, bounded: bool = True) -> None:
    """Chinese, whole, short: whatever was asked."""
    assert text.strip() == text
    assert all(line.strip() for line in text.split("\n"))
    known = set(_LATIN.findall(repr(on.plan)))
    own = {word for word in _LATIN.findall(text) if word not in known or word == "None"}
    assert not own, own
    assert not re.search("[{}]", text)
    assert not _DOUBLED.search(text), _DOUBLED.search(text)
    if bounded:
        assert text.count("\n") < MAX_LINES
        assert len(text) <= MAX_CHARACTERS


def numbers_in(text: str) -> set[int]:
    """Every number that a text gives, ranges spelt out."""
    found = {int(number) for number in re.findall(r"\d+", text)}
    for first, last in re.findall(r"(\d+)–(\d+)", text):
        found |= set(range(int(first), int(last) + 1))
    return found


def assert_shows(on: Bench, query: Query, text: str, rows: tuple[Row, ...]) -> None:
    """Every row of the kind that was asked stands in the text, by its number or its name."""
    numbers = numbers_in(text)
    names = {i.id: i.name for i in on.plan.indicators}
    kind = {"work": "measure"}.get(query.select, query.select)
    for row in rows:
        if row["kind"] == "verdict":
            assert text.startswith(("是。", "不是。", "没有。")) or not query.check
        elif row["kind"] == "number":
            shown = format(abs(row["value"]), ".10g")
            assert shown in text or not row["value"] or (row["of"] == "task" and row["value"] == 1), row
        elif row["kind"] == "figure":
            assert names[row["indicator"]] in text
            assert str(row["year"]) in text or not query.years
            assert quantity(row["value"], row["unit"], row["comparator"]) in text
        elif row["kind"] != kind or query.check:
            continue
        elif row["kind"] == "bureau":
            assert row["name"] in text
        elif row["kind"] == "indicator":
            assert names[row["id"]] in text
        elif row["kind"] == "fact":
            assert names[row["indicator"]] in text
            assert row["value"] in text or row["value"] in ("1", "")
        elif row["kind"] != "section":
            assert row["id"] in numbers, row


def assert_good(on: Bench, *queries: Query) -> None:
    findings = on.rows(*queries)
    status = "unknown" if findings.failure else "answered"
    reason: Any = findings.failure
    subject = "、".join(findings.missing) if findings.failure else ""
    reading = Reading(queries=queries, reason=reason, subject=subject)
    text, source = on.renderer.render(reading, findings, status)
    assert_readable(on, text)
    assert text.endswith(f"来源：{source}") if source else "来源：" not in text
    if status == "answered":
        for query in queries:
            assert_shows(on, query, text, on.rows(query).rows)


def systematic(plan: Plan) -> Iterator[Query]:
    """Every plain question about every thing of a plan."""
    roles: list[tuple[str, ...]] = [(), ("lead",), ("support",), ("responsible",), ("lead", "support")]
    for bureau in plan.bureaus:
        for role in roles:
            party = (Party((bureau.name,), role),)
            for select in ("measure", "task", "section"):
                yield Query(select, parties=party, count=True)
            yield Query("measure", parties=party, exists=True)
            yield Query("measure", parties=party, sections=(plan.sections[-1].id,))
            yield Query("measure", parties=(Party((bureau.name,), role, "none"),))
            yield Query("measure", parties=(Party((bureau.name,), role, "only"),))
            yield Query("measure", parties=party, tasks=(1,), check=True)
            yield Query(
                "bureau", parties=(Party((bureau.name,), role, "all"),), without=(bureau.name,), roles=role
            )
        yield Query("work", parties=(Party((bureau.name,)),))
        yield Query("indicator", parties=(Party((bureau.name,), ("indicator",)),), exists=True)
    for section in plan.sections:
        yield from (
            Query(s, sections=(section.id,), count=True) for s in ("measure", "task", "section", "bureau")
        )
        for task in section.tasks:
            yield Query("task", tasks=(task.id,))
            yield Query("section", tasks=(task.id,))
            yield from (Query("bureau", tasks=(task.id,), roles=role) for role in roles)
            for assignment in task.assignments:
                ids = tuple(measure.id for measure in assignment.measures)
                yield Query("measure", measures=ids)
                yield Query("measure", measures=ids, due_asked=True)
                yield Query("bureau", measures=ids, count=True)
                yield Query("task", measures=ids)
                yield Query("measure", measures=ids[:1], parties=by(plan.bureaus[0].name), check=True)
                yield from (Query("measure", measures=(id,)) for id in ids)
    for rank in ("most", "least"):
        for select in ("bureau", "task", "section", "measure"):
            for of in ("measure", "task", "lead", "any"):
                if (select, of) not in (("measure", "measure"), ("task", "task"), ("measure", "task")):
                    yield Query(select, rank=rank, rank_by=of)  # type: ignore[arg-type]
    for indicator in plan.indicators:
        one = (indicator.id,)
        years = tuple(target.year for target in indicator.targets)
        yield Query("figure", indicators=one)
        yield Query("figure", indicators=one, years=(*years[:1], 2099))
        yield Query("figure", indicators=one, years=years[-1:], values=((1, ""),), check=True)
        yield Query("fact", indicators=one, fields=("unit", "attribute", "group"))
        yield Query("bureau", indicators=one, roles=("indicator",))
        yield Query("indicator", indicators=one, parties=by(plan.bureaus[0].name), check=True)
        for change in ("difference", "percent_change", "ratio"):
            yield Query("figure", indicators=one, change=change)
        for trend in ("rises", "falls", "unchanged", "doubled"):
            yield Query("figure", indicators=one, trend=trend, check=True)
    for select in ("indicator", "task", "section", "measure", "bureau"):
        yield Query(select, count=True)  # type: ignore[arg-type]
    for trend in ("rises", "falls", "unchanged", "doubled"):
        yield Query("indicator", trend=trend)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PLANS)
def test_every_plain_answer_is_readable_and_whole(name: str) -> None:
    for query in systematic(bench(name).plan):
        try:
            assert_good(bench(name), query)
        except AssertionError as error:
            raise AssertionError(f"{query}\n{bench(name).rows(query)}\n{error}") from error


@st.composite
def queries(draw: st.DrawFn, plan: Plan) -> Query:
    """Questions as they are put together of conditions, likely or not."""
    measures = [m.id for s in plan.sections for t in s.tasks for a in t.assignments for m in a.measures]
    tasks = [t.id for s in plan.sections for t in s.tasks]
    roles = st.sampled_from([(), ("lead",), ("support",), ("responsible",), ("lead", "support")])
    names = st.lists(st.sampled_from([b.name for b in plan.bureaus]), min_size=1, max_size=3, unique=True)
    party = st.builds(Party, names.map(tuple), roles, st.sampled_from(["any", "all", "none", "only"]))
    tally = st.builds(
        Tally,
        st.sampled_from(["lead", "support"]),
        st.sampled_from(["==", ">=", "<", ">"]),
        st.integers(0, 4),
    )
    some = draw(st.sampled_from(["measures", "tasks", "sections", "topics", "not_tasks", "due_by", ""]))
    scopes: dict[str, dict[str, Any]] = {
        "measures": {"measures": tuple(draw(st.lists(st.sampled_from(measures), max_size=9, unique=True)))},
        "tasks": {"tasks": tuple(draw(st.lists(st.sampled_from(tasks), max_size=3, unique=True)))},
        "sections": {"sections": (draw(st.sampled_from(plan.sections)).id,)},
        "topics": {"topics": about(*draw(st.sampled_from([["建设"], ["推进"], ["加强", "建设"]])))},
        "not_tasks": {"not_tasks": (draw(st.sampled_from(tasks)),)},
        "due_by": {"due_by": "2027-12-31"},
        "": {},
    }
    select: Any = draw(st.sampled_from(["measure", "task", "bureau", "work", "section"]))
    parties = tuple(draw(st.lists(party, max_size=2)))
    check = draw(st.booleans()) and bool(parties) and select in ("measure", "task")
    tallies = tuple(draw(st.lists(tally, max_size=1))) if select in ("measure", "task") and not check else ()
    return Query(
        select,
        parties=parties,
        tallies=tallies,
        roles=draw(roles) if select == "bureau" else (),
        check=check,
        each=check and draw(st.booleans()),
        count=not check and draw(st.booleans()),
        exists=not check and draw(st.booleans()),
        **scopes[some],
    )


@pytest.mark.parametrize("name", PLANS)
def test_any_answer_is_readable_and_whole(name: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(queries(bench(name).plan))
    def holds(query: Query) -> None:
        assert_good(bench(name), query)

    holds()


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(
    "reason",
    [
        "no_such_bureau", "no_such_indicator", "no_such_year", "no_such_number", "not_reported",
        "no_match", "out_of_scope", "not_understood",
    ],
)  # fmt: skip
@pytest.mark.parametrize("subject", ["", "某某", "市林业和草原局", "第999条", "任务999", "2099", "建设资金"])
def test_every_refusal_is_readable(name: str, reason: Reason, subject: str) -> None:
    text = bench(name).refusal(reason, subject=subject, lost=(subject,) if subject else ())
    assert_readable(bench(name), text.replace("“”", ""))


def test_a_long_list_is_summarised_by_its_numbers() -> None:
    text = bench("long").answer(Query("measure", parties=by("甲局", roles="lead")))
    assert "另有" in text
    assert numbers_in(text) >= set(range(1, 201))
    assert "要看措施，发任务号或条号，比如“任务1”“第1条”。" in text


def test_a_long_list_of_indicators_names_the_rest() -> None:
    text = bench("long").answer(Query("figure", years=(2030,), parties=by("甲局", roles="indicator")))
    assert text.startswith("甲局负责的指标2030年目标（50项）：\n第1类设施覆盖率：1%\n")
    assert "另有" in text
    assert "第50类设施覆盖率" in text


# -- small words and files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([3], "3"), ([8, 9], "8、9"), ([9, 7, 8], "7–9"), ([1, 2, 5, 6, 7, 12], "1、2、5–7、12")],
)
def test_spans(numbers: list[int], said: str) -> None:
    assert spans(numbers) == said


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "said"),
    [
        (6.73, "亿立方米", "", "6.73亿立方米"),
        (60, "%", "≥", "≥60%"),
        (0.6, "1", "", "0.6"),
        (9.0, "个", "≈", "≈9个"),
        (1234567.5, "张", "", "1234567.5张"),
        ("完成省下达任务", "万人", "", "完成省下达任务"),
    ],
)
def test_quantity(value: float | str, unit: str, comparator: str, said: str) -> None:
    assert quantity(value, unit, comparator) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2028", "2028年"),
        ("2026-06", "2026年6月"),
        ("2026-06-30", "2026年6月30日"),
        ("每年3月底前", "每年3月底前"),
    ],
)
def test_due_words(due: str, said: str) -> None:
    assert due_words(due) == said


def test_phrases_hold_only_what_is_filled_in() -> None:
    """A person may reword a sentence; a name in braces that nobody fills in would fail in a chat."""
    known = {
        "chat": {"plan", "examples", "lead", "support"},
        "unknown": {"subject", "years", "what", "task", "count", "number"},
        "near": {"near", "count", "subject", "word", "years", "range", "other", "example", "lead", "support"},
        "choose": set(),
        "more": {"measures", "measure", "task"},
    }
    assert phrases().keys() == known.keys()
    for group, sentences in phrases().items():
        for name, sentence in sentences.items():
            filled = {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}
            assert filled <= known[group], f"{group}.{name}"


def test_importing_is_light() -> None:
    code = "import siwei_bot.render, sys; print('rapidfuzz.fuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
