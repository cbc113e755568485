"""The plan file against its source, read three times.

``knowledge/plan.yaml`` is compared with tables typed from the source a second time, and with what a
few lines of code read from ``tests/data/plan_source.txt``, the text of the two tables as exported.
Needs nothing but PyYAML, so a fault in the project's own reader cannot hide a fault in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PLAN: dict[str, Any] = yaml.safe_load((ROOT / "knowledge" / "plan.yaml").read_text(encoding="utf-8"))
EXPORTED = (ROOT / "tests" / "data" / "plan_source.txt").read_text(encoding="utf-8")
SOURCE = re.sub(r"\s+|\[bookmark:[^]]*\]", "", EXPORTED)
"""The source without any whitespace and without the word processor's bookmark."""

BODIES = [
    "市水利局",
    "市农业农村局",
    "市城管局",
    "市规自局",
    "市发展改革委",
    "市市场监管局",
    "市机关事务管理局",
    "市教育局",
    "市生态环境局",
    "市住建局",
    "市工信局",
    "市商务局",
    "市统计局",
    "市能源局",
    "市审批服务管理局",
    "市交通局",
    "市文旅局",
    "市公安局",
    "市检察院",
    "市财政局",
    "市税务局",
]
"""The canonical names."""

RESPELT = {"市发改委": "市发展改革委", "市行政审批局": "市审批服务管理局"}
"""Other spellings that the source itself uses."""

# id: name, unit, attribute, group, 2025, 2030, bodies
INDICATORS: dict[int, tuple[str, str, str, str, float, float, str]] = {
    1: ("用水总量", "亿立方米", "约束性", "总体目标", 6.17, 6.73, "市水利局"),
    2: ("万元GDP用水量下降幅度", "%", "约束性", "总体目标", 10, 8, "市水利局 市农业农村局 市城管局"),
    3: ("万元工业增加值用水量下降幅度", "%", "约束性", "总体目标", 9.5, 5, "市水利局"),
    4: ("农田灌溉水有效利用系数", "1", "约束性", "总体目标", 0.58, 0.6, "市水利局 市农业农村局"),
    5: ("城镇开发边界", "平方千米", "约束性", "以水定人定城", 415.57, 415.57, "市规自局"),
    6: ("城镇公共供水管网漏损率", "%", "约束性", "以水定人定城", 9, 9, "市城管局"),
    7: ("城市再生水利用率", "%", "预期性", "以水定产", 25, 30, "市城管局 市水利局"),
    8: ("农业灌溉面积", "万亩", "预期性", "以水定地", 145, 148, "市农业农村局 市水利局"),
    9: ("累计建成高标准农田面积", "万亩", "预期性", "以水定地", 180, 360, "市农业农村局"),
}

SECTIONS = {
    1: ("（一）", "严格落实以水定人定城，切实加强水资源刚性约束"),
    2: ("（二）", "严格落实以水定地，推动水土资源协调发展"),
    3: ("（三）", "坚持以水定产,推进节水产业发展"),
    4: ("（四）", "加强取用水监督管理，完善取水计量和监督体系"),
    5: ("（五）", "优化水资源配置，提升水安全支撑保障能力"),
}

TASKS = {
    1: "严格用水总量控制",
    2: "优化城镇开发格局",
    3: "推进节水型社会建设",
    4: "做好城乡生活深度节水",
    5: "优化农田灌溉规模和布局，推进高标准农田建设",
    6: "推进林草绿化节水",
    7: "推动生态保护和修复",
    8: "加强节水产业创新建设",
    9: "推进农业节水增效",
    10: "强化工业节水减排，严控高耗水服务业用水",
    11: "加强非常规水源开发利用",
    12: "严格落实规划水资源论证制度",
    13: "严格取水许可审批管理",
    14: "严格取水执法监督管理",
    15: "科学合理调整供用水结构",
    16: "全面推进市级水网先导区建设",
    17: "深化水价改革",
    18: "推动水预算试点建设",
}

# section, task, first and last measure, lead, support: as spelt in the source
GROUPS: list[tuple[int, int, int, int, str, str]] = [
    (1, 1, 1, 2, "市水利局", ""),
    (1, 2, 3, 3, "市规自局", ""),
    (1, 2, 4, 4, "市发展改革委", ""),
    (1, 3, 5, 7, "市城管局 市水利局", ""),
    (1, 4, 8, 9, "市城管局 市市场监管局", ""),
    (1, 4, 10, 11, "市机关事务管理局 市水利局", "市教育局"),
    (1, 4, 12, 12, "市水利局", ""),
    (2, 5, 13, 14, "市水利局", "市农业农村局"),
    (2, 5, 15, 15, "市农业农村局", ""),
    (2, 5, 16, 17, "市水利局", ""),
    (2, 6, 18, 19, "市规自局", "市水利局"),
    (2, 7, 20, 24, "市水利局", "市生态环境局 市规自局 市住建局"),
    (
        3,
        8,
        25,
        26,
        "市水利局",
        "市工信局 市商务局 市住建局 市机关事务管理局 市农业农村局 市市场监管局 市统计局",
    ),
    (3, 9, 27, 29, "市农业农村局", "市水利局"),
    (3, 10, 30, 30, "市发展改革委", "市工信局 市水利局 市能源局"),
    (3, 10, 31, 32, "市工信局 市水利局", "市能源局 市城管局"),
    (3, 10, 33, 33, "市水利局", "市发展改革委 市行政审批局"),
    (3, 10, 34, 34, "市水利局 市城管局", ""),
    (3, 11, 35, 37, "市水利局", "市住建局 市发展改革委 市农业农村局"),
    (3, 11, 38, 38, "市住建局 市发改委 市水利局", ""),
    (3, 11, 39, 39, "市能源局 市水利局", ""),
    (4, 12, 40, 40, "市工信局 市农业农村局 市规自局 市能源局 市交通局 市文旅局 市商务局", ""),
    (4, 12, 41, 41, "市水利局", ""),
    (4, 13, 42, 43, "市审批服务管理局", "市水利局"),
    (4, 14, 44, 46, "市水利局", "市生态环境局 市公安局 市检察院"),
    (5, 15, 47, 49, "市水利局", ""),
    (5, 16, 50, 53, "市水利局", "市财政局 市规自局 市住建局 市城管局"),
    (5, 17, 54, 57, "市水利局", "市发展改革委 市农业农村局 市税务局 市城管局"),
    (5, 17, 58, 58, "市财政局", ""),
    (5, 18, 59, 59, "市水利局", ""),
]

# id: the first and the last eight characters
EDGES = {
    1: ("严格落实市县两级", "量管控指标体系。"),
    2: ("确保用水总量控制", "在管控指标以内。"),
    3: ("合理划定城镇开发", "定城镇开发边界。"),
    4: ("合理规划全市人口", "化城镇开发格局。"),
    5: ("落实城市节水各项", "进城镇节水改造。"),
    6: ("抓好城镇污水再生", "利用和配置力度。"),
    7: ("对纳入取水许可管", "行计划用水管理。"),
    8: ("持续推进老旧供水", "低供水管网漏损。"),
    9: ("推动城镇居民家庭", "普及节水型器具。"),
    10: ("公共机构积极推广", "当安装节水器具。"),
    11: ("推广实施合同节水", "施合同节水管理。"),
    12: ("加快推进农村供水", "村供水县域统管。"),
    13: ("在不增加农业灌溉", "，扩大灌溉面积。"),
    14: ("积极发展集雨节灌", "强蓄水保墒能力。"),
    15: ("推动高效节水灌溉", "田建设同步实施。"),
    16: ("持续推进大中型灌", "级骨干灌排设施。"),
    17: ("加快推进大中型灌", "现代化改造项目。"),
    18: ("宜林则林、宜草则", "学恢复林草植被."),
    19: ("科学选用节水耐旱", "水等非常规水源。"),
    20: ("结合幸福河湖建设", "生态保护与修复。"),
    21: ("加大水土流失重点", "资源保护与修复。"),
    22: ("持续推进母亲河复", "湖生态廊道建设。"),
    23: ("严控地下水开采量", "采预防工作机制."),
    24: ("实施《辛安泉十条", "善泉域生态环境。"),
    25: ("积极推动节水龙头", "水龙头企业建设。"),
    26: ("鼓励节水先进的灌", "节水型企业遴选。"),
    27: ("推进适水种植，优", "整农业种植结构。"),
    28: ("因地制宜推广农业", "肥一体化等技术。"),
    29: ("大力推进节水灌溉", "效节水工程建设。"),
    30: ("严格执行高耗水工", "高耗水产业目录。"),
    31: ("推动工业节水增效", "水系统集成优化。"),
    32: ("加强用水定额管理", "测试和水效对标。"),
    33: ("新（改、扩）项目", "事中和事后管理。"),
    34: ("从严管控高耗水服", "水等非常规水源。"),
    35: ("将非常规水纳入区", "水最低利用目标。"),
    36: ("统筹将达标再生水", "水、城市杂用等。"),
    37: ("积极争取地方政府", "市再生水利用率。"),
    38: ("加快建设再生水利", "置试点建设任务。"),
    39: ("指导采矿企业科学", "溉、生态修复等。"),
    40: ("全市各级工业、农", "不得批准该规划。"),
    41: ("对涉及水资源开发", "指标要求的意见。"),
    42: ("严把取水许可审批", "予办理取水许可。"),
    43: ("严格取水许可审批", "予通过技术审查。"),
    44: ("依法严厉打击违法", "击违法取水行为。"),
    45: ("全面实施取用水领", "水领域信用评价。"),
    46: ("完善生态环境损害", "境损害赔偿责任。"),
    47: ("进一步调整和改善", "等水源工程建设。"),
    48: ("合理确定河湖生态", "障基本生态用水。"),
    49: ("推动形成用好地表", "规水的用水格局。"),
    50: ("加快构建长治现代", "点水网工程建设。"),
    51: ("重点推动上党灌区", "动上党灌区建设。"),
    52: ("推进全市防洪能力", "洪能力提升工程。"),
    53: ("加快实施“一泓清", "黄河”水利项目。"),
    54: ("深化农业水价综合", "业水价综合改革。"),
    55: ("严格落实水资源税", "规减征水资源税。"),
    56: ("落实城镇居民阶梯", "动采取节水措施。"),
    57: ("深化用水权交易试", "市场化交易获得用"),
    58: ("落实农业水价精准", "和节水奖励机制。"),
    59: ("全力推动沁源县水", "开水预算建设工作"),
}

ODD_IN_SOURCE = [18, 23, 33, 57, 59]
"""Measures that the source prints oddly: the file says so in a note."""


@dataclass(frozen=True)
class Measure:
    """A measure of the file with where it stands and who does it, as spelt there."""

    id: int
    text: str
    note: str
    aliases: list[str]
    task: int
    section: int
    lead: list[str]
    support: list[str]


def file_measures() -> Iterator[Measure]:
    """Every measure of the file, in its order."""
    for section in PLAN["sections"]:
        for task in section["tasks"]:
            for group in task["assignments"]:
                assert not group.keys() - {"lead", "support", "measures"}
                for number, entry in group["measures"].items():
                    fields: dict[str, Any] = {"text": entry} if isinstance(entry, str) else entry
                    yield Measure(
                        id=number,
                        text=fields["text"],
                        note=fields.get("note", ""),
                        aliases=fields.get("aliases", []),
                        task=task["id"],
                        section=section["id"],
                        lead=group["lead"],
                        support=group.get("support", []),
                    )


def source_measures() -> dict[int, tuple[str, list[str], list[str]]]:
    """What code reads from the source: id to text, lead, support.

    The cells of a row follow each other: measures, the leading bodies, 牵头, and, where there are any,
    the supporting bodies of the same measures, 参与.
    """
    table = SOURCE[SOURCE.index("省直部门职责") :]
    spellings = "|".join([*BODIES, *RESPELT])
    cells = list(re.finditer(rf"((?:{spellings})+)(牵头|参与)", table))
    found: dict[int, tuple[str, list[str], list[str]]] = {}
    number, start, group = 1, 0, list[int]()
    for cell in cells:
        bodies = re.findall(spellings, cell[1])
        if cell[2] == "参与":
            for member in group:
                found[member][2].extend(bodies)
        else:
            group = []
            while 0 <= (mark := table.find(f"{number}.", start)) < cell.start():
                begin = mark + len(f"{number}.")
                after = table.find(f"{number + 1}.", begin, cell.start())
                end = after if after >= 0 else cell.start()
                found[number] = (table[begin:end], list(bodies), [])
                group.append(number)
                number, start = number + 1, end
        start = cell.end()
    return found


MEASURES = {measure.id: measure for measure in file_measures()}
READ = source_measures()


def squeezed(text: str) -> str:
    """The text without any whitespace."""
    return "".join(text.split())


def canonical_names() -> dict[str, str]:
    """Every name and alias of a body, with the canonical name."""
    return {name: body["name"] for body in PLAN["bureaus"] for name in names_of([body], "name")}


def names_of(entries: list[dict[str, Any]], label: str) -> list[str]:
    """All names and aliases of these entries, each as often as it is written."""
    return [name for entry in entries for name in [entry[label], *entry.get("aliases", [])]]


def tasks() -> list[dict[str, Any]]:
    """The tasks of all sections."""
    return [task for section in PLAN["sections"] for task in section["tasks"]]


def repeated(names: list[str]) -> list[str]:
    """The names that are written more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def test_plan() -> None:
    """The head of the file."""
    head = PLAN["plan"]
    assert PLAN["format"] == 1
    assert (head["id"], head["region"]) == ("changzhi-sishuisiding", "长治市")
    assert head["title"] == "“四水四定”实施方案"
    assert head["source"] == "主要指标表；任务分工表"
    assert head["roles"] == {"lead": "牵头", "support": "参与"}
    assert "四水四定" in head["aliases"]


def test_bodies() -> None:
    """The 21 bodies, and every one of them has something to do."""
    assert len(BODIES) == 21
    assert sorted(body["name"] for body in PLAN["bureaus"]) == sorted(BODIES)
    named = {name for measure in MEASURES.values() for name in measure.lead + measure.support}
    assert named == {*BODIES, *RESPELT}


@pytest.mark.parametrize(("spelling", "name"), RESPELT.items())
def test_respelt_bodies(spelling: str, name: str) -> None:
    """Two spellings of the source that mean a body with another canonical name."""
    assert canonical_names()[spelling] == name
    assert SOURCE.count(spelling) <= SOURCE.count(name)


def test_no_name_is_shared() -> None:
    """A name or alias means one thing only."""
    groups = {indicator["group"] for indicator in PLAN["indicators"]}
    bodies = names_of(PLAN["bureaus"], "name")
    indicators = names_of(PLAN["indicators"], "name")
    sections = names_of(PLAN["sections"], "title")
    titles = names_of(tasks(), "title")
    measures = [alias for measure in MEASURES.values() for alias in measure.aliases]
    plan = names_of([PLAN["plan"]], "title")
    assert not repeated(bodies + indicators + sections + titles + measures + plan)
    assert groups & {*sections} == {"以水定人定城", "以水定地", "以水定产"}
    assert not groups & {*bodies, *indicators, *titles, *measures}


@pytest.mark.parametrize(
    "name", ["下降幅度", "降幅", "用水量", "万元用水量", "用水量下降幅度", "面积", "灌溉", "目标", "管理局"]
)
def test_no_alias_for_what_is_ambiguous(name: str) -> None:
    """Words that fit two indicators or two bodies name none."""
    assert name not in names_of(PLAN["indicators"], "name") + names_of(PLAN["bureaus"], "name")


def test_task_aliases_hide_no_measure() -> None:
    """A task's alias found in measures' texts is found in all measures of that task and in no other."""
    for task in tasks():
        own = {number for group in task["assignments"] for number in group["measures"]}
        for alias in task.get("aliases", []):
            assert {m.id for m in MEASURES.values() if alias in m.text} in (set(), own), alias


def test_indicators() -> None:
    """The indicator table."""
    read = {
        entry["id"]: (
            entry["name"],
            entry["unit"],
            entry["attribute"],
            entry["group"],
            entry["targets"][2025],
            entry["targets"][2030],
            " ".join(entry["bureaus"]),
        )
        for entry in PLAN["indicators"]
    }
    assert read == INDICATORS
    assert list(read) == list(range(1, 10))
    assert all([*entry["targets"]] == [2025, 2030] for entry in PLAN["indicators"])


@pytest.mark.parametrize("number", INDICATORS)
def test_indicator_in_source(number: int) -> None:
    """The row of an indicator, cell after cell, is in the source (the group only in its first row)."""
    entry = next(entry for entry in PLAN["indicators"] if entry["id"] == number)
    percent = "%" if number in (6, 7) else ""
    row = [entry["name"], entry["unit"], entry["attribute"]]
    row += [f"{entry['targets'][year]}{percent}" for year in (2025, 2030)]
    row.append("、".join(entry["bureaus"]))
    first_of_group = number in (1, 5, 7, 8)
    assert f"{number}{entry['group'] if first_of_group else ''}{''.join(row)}" in SOURCE


def test_direction() -> None:
    """What is read as an upper limit; all others are to be reached at least."""
    directions = {entry["id"]: entry["direction"] for entry in PLAN["indicators"]}
    assert {number for number, way in directions.items() if way == "cap"} == {1, 5, 6}
    assert {number for number, way in directions.items() if way == "floor"} == {2, 3, 4, 7, 8, 9}


def test_sections() -> None:
    """The labels and titles of the sections, as in the source."""
    assert {entry["id"]: (entry["label"], entry["title"]) for entry in PLAN["sections"]} == SECTIONS
    assert all(entry["label"] + entry["title"] in SOURCE for entry in PLAN["sections"])


def test_tasks() -> None:
    """The numbers and titles of the tasks, as in the source."""
    assert {task["id"]: task["title"] for task in tasks()} == TASKS
    assert [task["id"] for task in tasks()] == list(range(1, 19))
    assert all(f"{task['id']}{task['title']}" in SOURCE for task in tasks())


def test_numbers_of_measures() -> None:
    """59 measures, each once, in order."""
    assert [measure.id for measure in file_measures()] == list(range(1, 60))


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[2]}-{group[3]}")
def test_roles(group: tuple[int, int, int, int, str, str]) -> None:
    """Who leads and who supports, as typed from the source; the measures of a cell stand together."""
    section, task, first, last, lead, support = group
    for number in range(first, last + 1):
        measure = MEASURES[number]
        assert (measure.section, measure.task) == (section, task)
        assert measure.lead == lead.split()
        assert measure.support == support.split()
    assignments = [entry for item in tasks() if item["id"] == task for entry in item["assignments"]]
    assert [*range(first, last + 1)] in [[*entry["measures"]] for entry in assignments]


def test_groups_are_complete() -> None:
    """The table of roles covers every measure once."""
    assert [number for group in GROUPS for number in range(group[2], group[3] + 1)] == list(range(1, 60))


@pytest.mark.parametrize("number", EDGES)
def test_edges(number: int) -> None:
    """The first and last characters of a measure, as typed from the source."""
    first, last = EDGES[number]
    text = MEASURES[number].text
    assert (len(first), len(last)) == (8, 8)
    assert text.startswith(first)
    assert text.endswith(last)


@pytest.mark.parametrize("number", range(1, 60))
def test_measure_in_source(number: int) -> None:
    """The whole text of a measure and its bodies, as code reads them from the source."""
    measure = MEASURES[number]
    assert f"{number}.{squeezed(measure.text)}" in SOURCE
    assert (squeezed(measure.text), measure.lead, measure.support) == READ[number]


def test_no_stray_whitespace() -> None:
    """No space of the table layout is left in names and texts."""
    written = [measure.text for measure in MEASURES.values()]
    written += names_of(PLAN["bureaus"], "name") + names_of(PLAN["indicators"], "name")
    written += names_of(PLAN["sections"], "title") + names_of(tasks(), "title")
    assert [text for text in written if text != squeezed(text)] == []


def test_notes() -> None:
    """Where the source is odd a note says so."""
    assert [measure.id for measure in MEASURES.values() if measure.note] == ODD_IN_SOURCE
    unended = [measure.id for measure in MEASURES.values() if not measure.text.endswith("。")]
    assert unended == [18, 23, 57, 59]
