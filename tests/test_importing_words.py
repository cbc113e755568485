"""What the importer makes of words in cells: items, values, deadlines, allotments, names; and its doubts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from siwei_bot.importing.bodies import UNKNOWN, BodyNames, register
from siwei_bot.importing.document import Cell, Document, Paragraph, Table, lines_of
from siwei_bot.importing.draft import Draft, draft_of
from siwei_bot.importing.heads import layout
from siwei_bot.importing.labels import item_text, items, label
from siwei_bot.importing.naming import plan_id, region_and_title, title_of
from siwei_bot.importing.package import ImportFileError
from siwei_bot.importing.roles import allotment, role_of, taken_from
from siwei_bot.importing.settle import numbers
from siwei_bot.importing.values import due, unit_of_name, value
from siwei_bot.importing.words import words
from siwei_bot.importing.writing import summary


def made_table(*rows: Sequence[str]) -> Table:
    return Table(
        tuple(Cell(r, c, lines_of(text)) for r, row in enumerate(rows) for c, text in enumerate(row))
    )


def draft(*blocks: Paragraph | Table) -> Draft:
    return draft_of(Document((Paragraph("某某市测试方案"), *blocks)), Path("方案.docx"))


# -- items -----------------------------------------------------------------------------------------

ITEMS = {
    "1.甲。\n2.乙。": [(1, "甲。"), (2, "乙。")],
    "1.甲。2.乙。": [(1, "甲。"), (2, "乙。")],
    "1、甲；2、乙。": [(1, "甲；"), (2, "乙。")],
    "（1）甲；（2）乙。": [(1, "甲；"), (2, "乙。")],
    "①甲。②乙。": [(1, "甲。"), (2, "乙。")],
    "5.达到1.5万亩。6.建成3、4层以上。": [(5, "达到1.5万亩。"), (6, "建成3、4层以上。")],
    "1.甲：（1）子；（2）丑。\n2.乙。": [(1, "甲：（1）子；（2）丑。"), (2, "乙。")],
    "1.甲的\n后半句。\n2.乙。": [(1, "甲的后半句。"), (2, "乙。")],
    "2030年建成。": [(None, "2030年建成。")],
    "甲，\n乙。": [(None, "甲，乙。")],
    "甲。\n乙。": [(None, "甲。"), (None, "乙。")],
    "总的：\n1.甲。": [(None, "总的："), (1, "甲。")],
    "12.依照第1、2条办理。": [(12, "依照第1、2条办理。")],
}


@pytest.mark.parametrize("text", ITEMS)
def test_items_of_a_cell(text: str) -> None:
    assert [(item.number, item_text(item)) for item in items(lines_of(text))] == ITEMS[text]


def test_an_item_that_begins_without_a_full_stop_before_it_is_unclear() -> None:
    assert [bool(item.unclear) for item in items(["1.甲2.乙。"])] == [False, True]


@pytest.mark.parametrize(
    ("text", "number", "printed"),
    [
        ("（一）甲", 1, "（一）"),
        ("十二、甲", 12, "十二、"),
        ("第三章 甲", 3, "第三章"),
        ("3．甲", 3, "3．"),
        ("⑩甲", 10, "⑩"),
    ],
)
def test_labels(text: str, number: int, printed: str) -> None:
    found = label(text)
    assert found is not None
    assert (found.number, found.text, found.rest.strip()) == (number, printed, "甲")


# -- values and deadlines --------------------------------------------------------------------------

VALUES = {
    ("9%", "%"): (9.0, "", ""),
    ("≥0.6", "1"): (0.6, "≥", ""),
    ("180以上", "万亩"): (180.0, "≥", ""),
    ("不低于92%", "%"): (92.0, "≥", ""),
    ("５０％以内", "%"): (50.0, "≤", ""),
    ("约1,150", "张"): (1150.0, "≈", ""),
    ("约30万人", "万人"): (30.0, "≈", ""),
    ("-3.5", "1"): (-3.5, "", ""),
    ("累计360", "万亩"): (360.0, "", ""),
    ("完成省下达任务", "%"): (None, "", "完成省下达任务"),
    ("25—30", "%"): (None, "", "25—30"),
    ("降低10%", "%"): (None, "", "降低10%"),
    ("不低于全省平均水平", "%"): (None, "", "不低于全省平均水平"),
}


@pytest.mark.parametrize(("printed", "unit"), VALUES)
def test_values(printed: str, unit: str) -> None:
    found = value(printed, unit)
    assert found is not None
    assert (found.number, found.comparator, found.text) == VALUES[printed, unit]


@pytest.mark.parametrize("printed", ["", "—", "-", "/", "无"])
def test_cells_without_a_value(printed: str) -> None:
    assert value(printed) is None


def test_doubtful_values_say_so() -> None:
    for printed in ("累计360", "25—30", "降低10%"):
        found = value(printed, "%")
        assert found is not None
        assert printed in found.unclear


def test_years_and_units_beside_a_value() -> None:
    found = value("86%（2023年）")
    assert found is not None
    assert (found.number, found.unit, found.year) == (86.0, "%", 2023)
    assert unit_of_name("用水总量（亿立方米）") == ("用水总量", "亿立方米")


DUES = {
    "2026年12月": "2026-12",
    "2026年": "2026",
    "2026年底前": "2026",
    "2026年12月底": "2026-12",
    "2026年6月30日前": "2026-06-30",
    "2026.12": "2026-12",
    "2026/6/30": "2026-06-30",
    "持续推进": "持续推进",
    "每年3月底前": "每年3月底前",
    "2026年6月前": "2026年6月前",
    "2026年13月": "2026年13月",
    "—": "",
}


@pytest.mark.parametrize("printed", DUES)
def test_deadlines(printed: str) -> None:
    assert due(printed) == (DUES[printed], "")


def test_a_deadline_that_only_looks_like_a_date_is_kept_as_words() -> None:
    text, unclear = due("2025-2027")
    assert text == "“2025-2027”"
    assert "2025-2027" in unclear


# -- allotments ------------------------------------------------------------------------------------

ALLOTMENTS = {
    "牵头单位：甲局、乙局；配合单位：丙局": [("lead", "甲局、乙局"), ("support", "丙局")],
    "牵头单位：甲局\n配合单位：丙局、\n丁局": [("lead", "甲局"), ("support", "丙局|丁局")],
    "责任单位：甲局；完成时限：2026年": [("responsible", "甲局"), ("due", "2026年")],
    "甲局牵头，乙局、丙局配合": [("lead", "甲局"), ("support", "乙局、丙局")],
    "甲局、乙局按职责分工负责": [("responsible", "甲局、乙局")],
    "甲局（牵头）、乙局": [("lead", "甲局"), ("support", "乙局")],
}


@pytest.mark.parametrize("text", ALLOTMENTS)
def test_allotments(text: str) -> None:
    parts = allotment(text.split("\n"))
    assert parts is not None
    assert [(part.role, "|".join(part.who)) for part in parts] == ALLOTMENTS[text]


def test_names_alone_are_no_allotment() -> None:
    assert allotment(["甲局、乙局"]) is None


def test_an_allotment_is_taken_from_the_end_of_a_text() -> None:
    taken = taken_from("加强管理。（牵头单位：市水务局；配合单位：各县（区）人民政府）")
    assert taken is not None
    assert taken[0] == "加强管理。"
    assert [part.who for part in taken[1]] == [("市水务局",), ("各县（区）人民政府",)]
    taken = taken_from("加强管理（市水务局牵头，市审计局配合）。")
    assert taken is not None
    assert taken[0] == "加强管理。"
    assert taken_from("加强管理（由市场主体和群众共同负责）。") is None
    assert taken_from("落实制度（三类）。") is None


def test_words_for_roles() -> None:
    assert [role_of(text) for text in ("牵头", "牵头 单位：", "参与", "责任单位", "完成时限", "其他")] == [
        "lead",
        "lead",
        "support",
        "responsible",
        None,
        None,
    ]


# -- names of bodies -------------------------------------------------------------------------------

NAMES = {
    "市水务局": ["市水务局"],
    "市水务局、市审计局，市统计局": ["市水务局", "市审计局", "市统计局"],
    "市水务局\n市审计局": ["市水务局", "市审计局"],
    "市水务局市审计局": ["市水务局", "市审计局"],
    "市水务局和市审计局": ["市水务局", "市审计局"],
    "市农业农村局市市场监管局市体育局": ["市农业农村局", "市市场监管局", "市体育局"],
    "市人力资源\n社会保障局": ["市人力资源社会保障局"],
    "市文化和旅游局、各县（市、区）人民政府": ["市文化和旅游局", "各县（市、区）人民政府"],
    "各县、区人民政府": ["各县、区人民政府"],
    "市审计局各县区政府": ["市审计局", "各县区政府"],
    "甲山县政府乙水县政府": ["甲山县政府", "乙水县政府"],
    "市审计局某某水务集团": ["市审计局", "某某水务集团"],
    "市公安局交警支队": ["市公安局交警支队"],
    "市水务局等部门": ["市水务局"],
    "市人大、市政协": ["市人大", "市政协"],
}


@pytest.mark.parametrize("text", NAMES)
def test_names_are_taken_apart(text: str) -> None:
    known = BodyNames([lines_of(text), ("某某水务集团",), ("市人大",)])
    assert list(known.split(lines_of(text)).names) == NAMES[text]


@pytest.mark.parametrize("text", ["市水务局市审计局", "市水务局等部门", "市公安局交警支队"])
def test_guesses_about_names_are_told(text: str) -> None:
    assert BodyNames([(text,)]).split([text]).unclear


def test_spellings_of_one_body_are_brought_together() -> None:
    spellings = ["市发改委", "市发展改革委", "市发展改革委", "某某市审计局", "审计局", "县审计局"]
    found = register(spellings, "某某市")
    assert [(bureau.name, bureau.aliases) for bureau in found.bureaus] == [
        ("市发展改革委", ("市发改委", "发展改革委")),
        ("某某市审计局", ("审计局",)),
        ("县审计局", ()),
    ]
    assert "市发改委" in found.unclear["市发展改革委"][0]


def test_no_short_name_that_two_bodies_share() -> None:
    found = register(["市审计局", "县审计局", "审计局"], "某某市")
    aliases = [alias for bureau in found.bureaus for alias in (bureau.name, *bureau.aliases)]
    assert sorted(aliases) == ["县审计局", "审计局", "市审计局"]


@pytest.mark.parametrize(
    ("names", "name", "doubt"),
    [
        (["市行政审批局", "市审批服务管理局"], "市审批服务管理局", "相近"),
        (["市生态环境局"] * 3 + ["市生态环镜局"], "市生态环镜局", "只出现一次，与“市生态环境局”相近"),
        (["市建投公社"], "市建投公社", "不像单位名称"),
        (["某某治理中心"], "某某治理中心", "不是常见的单位"),
        ([UNKNOWN], UNKNOWN, "改成实际的单位"),
    ],
)
def test_doubtful_names_are_told(names: list[str], name: str, doubt: str) -> None:
    assert any(doubt in words for words in register(names, "").unclear[name])


def test_well_known_bodies_are_not_doubted() -> None:
    assert register(["市财政局", "市民政局", "市审计局", "市统计局"], "").unclear == {}


# -- numbers, titles, heads ------------------------------------------------------------------------

NUMBERED = [
    ([1, 2, 3], [1, 2, 3], ["", "", ""]),
    ([1, 3], [1, 3], ["", "前面缺编号 2"]),
    ([1, 2, 2, 3], [1, 2, 4, 3], ["", "", "原文的编号 2 重复，暂编为 4", ""]),
    ([1, None, 2], [1, 3, 2], ["", "原文没有编号，暂编为 3", ""]),
    ([2, 1], [2, 1], ["前面缺编号 1", ""]),
    ([1, 2, 1, 2], [1, 2, 3, 4], ["", "", "", ""]),
    ([None, None], [1, 2], ["", ""]),
]


@pytest.mark.parametrize(("printed", "ids", "doubts"), NUMBERED)
def test_numbers(printed: list[int | None], ids: list[int], doubts: list[str]) -> None:
    found = numbers(printed)
    assert list(found.ids) == ids
    known = [n for n in printed if n is not None]
    if printed.count(1) < 2 and known and printed != [2, 1]:
        assert ["；".join(unclear) for unclear in found.unclear] == doubts
    assert bool(found.general) == (printed.count(1) > 1 or not known)


@pytest.mark.parametrize(
    ("paragraphs", "title"),
    [
        (["某某市城市更新行动方案（2026—2030年）"], "某某市城市更新行动方案（2026—2030年）"),
        (["某某市人民政府", "关于印发《某某市测试工作方案》的通知"], "某某市测试工作方案"),
        (["附件", "“测试”实施方案任务分工"], "“测试”实施方案"),
        (["一、关于方案", "没有标题"], ""),
    ],
)
def test_titles(paragraphs: list[str], title: str) -> None:
    assert title_of(Document(tuple(map(Paragraph, paragraphs)))) == title


def test_regions_and_ids() -> None:
    assert region_and_title("某某市“测试”实施方案") == ("某某市", "“测试”实施方案")
    assert region_and_title("城市更新行动方案") == ("", "城市更新行动方案")
    assert region_and_title("某州市节水方案") == ("某州市", "节水方案")
    assert region_and_title("某州区节水方案") == ("某州区", "节水方案")
    assert region_and_title("某某州区域发展规划") == ("某某州", "区域发展规划")
    assert region_and_title("某某自治州县域发展规划") == ("某某自治州", "县域发展规划")
    assert plan_id("某某市", "“四新”实施方案（2026—2030年）") == "moumou-sixin"
    assert plan_id("", "！") == "plan"


def test_every_head_is_recognised_as_what_it_stands_for() -> None:
    """A word in the data that another rule shadows would never be read."""
    for kind, heads in words().heads.items():
        for head, field in heads.items():
            beside = ["指标名称", "2030年"] if kind == "indicators" else ["具体任务", "牵头单位"]
            found = layout(made_table([head, *beside], ["甲", "乙", "丙"]))
            assert found is not None
            assert (found.kind, found.columns[0].field) == (kind, field), head


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("市级责任单位", "bodies"),
        ("具体任务（2026年）", "measure"),
        ("考核单位", None),
        ("措施及责任单位", None),
        ("联系人", None),
    ],
)
def test_heads_that_are_not_in_the_data(head: str, field: str | None) -> None:
    found = layout(made_table([head, "工作内容", "牵头单位"], ["甲", "乙", "丙"]))
    assert found is not None
    assert [column.field for column in found.columns if column.index == 0] == ([field] if field else [])
    assert found.unknown == (() if field else (head,))
    assert bool(found.columns[0].unclear) == (head == "市级责任单位")


@pytest.mark.parametrize("heads", [["姓名", "电话"], ["序号", "备注"], ["具体任务"], ["指标名称", "单位"]])
def test_other_tables_are_none(heads: list[str]) -> None:
    assert layout(made_table(heads, ["甲"] * len(heads))) is None


# -- doubts ----------------------------------------------------------------------------------------

TASK_HEADS = ["序号", "主要任务", "具体任务", "牵头单位", "配合单位", "责任单位", "完成时限"]
FINE = ["1", "加强管理", "1.建立台账。", "市财政局", "市审计局", "", "2026年"]
DOUBTS: dict[str, tuple[list[list[str]], str]] = {
    "a number missing": ([FINE, ["2", "乙", "3.公开。", "市财政局", "", "", ""]], "前面缺编号 2"),
    "a number repeated": ([FINE, ["2", "乙", "1.公开。2.报告。", "市财政局", "", "", ""]], "编号"),
    "a sentence cut off": ([["1", "甲", "1.获得用", "市财政局", "", "", ""]], "可能没有写完"),
    "a sentence with a half-width stop": ([["1", "甲", "1.公开.", "市财政局", "", "", ""]], "半角"),
    "nobody": ([["1", "甲", "1.公开。", "", "", "", ""]], "没有写牵头或责任单位"),
    "nobody who leads": ([["1", "甲", "1.公开。", "", "市审计局", "", ""]], "没有写牵头或责任单位"),
    "empty cells below": ([FINE, ["", "", "2.公开。", "", "", "", ""]], "按上一条的单位"),
    "two roles": ([["1", "甲", "1.公开。", "市财政局", "市财政局", "", ""]], "写了两个职责"),
    "lead and responsible": ([["1", "甲", "1.公开。", "市财政局", "", "市审计局", ""]], "后者暂作参与"),
    "no measure": ([["1", "公开", "", "市财政局", "", "", ""]], "没有写具体任务"),
    "no task": ([["1", "", "1.公开。", "市财政局", "", "", ""]], "没有写任务名称"),
    "no numbers": ([["1", "甲", "公开。", "市财政局", "", "", ""]], "原文没有编号"),
    "the same text twice": ([FINE, ["2", "乙", "2.建立台账。", "市财政局", "", "", ""]], "相同"),
    "an unclear deadline": ([["1", "甲", "1.公开。", "市财政局", "", "", "2025-2027"]], "读不成日期"),
    "other bodies": ([["1", "甲", "1.公开。", "市财政局等部门", "", "", ""]], "没有写明是哪些单位"),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_doubts_about_tasks_are_marked(name: str) -> None:
    rows, doubt = DOUBTS[name]
    made = draft(made_table(TASK_HEADS, *rows))
    assert any(doubt in d.words for d in made.doubts), made.text
    assert any(doubt in line for line in made.text.splitlines() if "# 请核对" in line)
    assert any(doubt in line for line in summary(made.doubts))


def test_a_plain_table_raises_no_doubts_but_the_usual_ones() -> None:
    made = draft(made_table(TASK_HEADS, FINE))
    assert {d.kind for d in made.doubts} == {"plan", "section"}


INDICATOR_HEADS = ["指标名称", "单位", "2025年", "2030年", "责任单位"]
INDICATOR_DOUBTS = {
    "an odd unit": (["甲", "亿立方米", "9%", "6.7", "市财政局"], "数值后面写的是“%”"),
    "no unit": (["甲", "", "9", "10", "市财政局"], "没有写单位"),
    "words with a number": (["甲", "%", "降低10%", "9", "市财政局"], "按文字照录"),
    "a word before a number": (["甲", "万亩", "累计360", "400", "市财政局"], "累计360"),
    "glued names": (["甲", "%", "1", "2", "市财政局市体育局"], "连写"),
    "no direction": (["甲", "%", "1", "2", "市财政局"], "没有写方向"),
    "a direction from a sign": (["甲", "%", "≥1", "2", "市财政局"], "由目标前的符号而来"),
}


@pytest.mark.parametrize("name", INDICATOR_DOUBTS)
def test_doubts_about_indicators_are_marked(name: str) -> None:
    row, doubt = INDICATOR_DOUBTS[name]
    made = draft(made_table(INDICATOR_HEADS, row), made_table(TASK_HEADS, FINE))
    assert any(doubt in d.words for d in made.doubts if d.kind == "indicator"), made.text


def test_a_row_a_year() -> None:
    heads = ["指标名称", "计量单位", "目标年份", "目标值"]
    rows = (["甲", "%", "2027年", "≥80"], ["甲", "%", "2030年", "100"], ["乙", "个", "2030年", "5"])
    made = draft(made_table(heads, *rows), made_table(TASK_HEADS, FINE))
    assert [(i.name, {t.year: t.value for t in i.targets}) for i in made.plan.indicators] == [
        ("甲", {2027: 80.0, 2030: 100.0}),
        ("乙", {2030: 5.0}),
    ]


def test_a_table_that_is_not_understood_is_told_and_listed() -> None:
    made = draft(made_table(TASK_HEADS, FINE), made_table(["姓名", "电话"], ["张三", "12345"]))
    assert any("第2个表没有认出来" in d.words for d in made.doubts)
    assert "#   第2个表第2行第1栏：张三" in made.text


def test_a_column_that_is_not_understood_is_told_and_listed() -> None:
    made = draft(made_table([*TASK_HEADS, "资金来源"], [*FINE, "专项债"]))
    assert any("“资金来源”一栏没有认出来" in d.words for d in made.doubts)
    assert made.unused == ("第1个表第1行第8栏：资金来源", "第1个表第2行第8栏：专项债")


def test_a_table_without_heads_goes_on_with_the_one_before() -> None:
    made = draft(made_table(TASK_HEADS, FINE), made_table(["2", "乙", "2.公开。", "市审计局", "", "", ""]))
    assert [task.title for task in made.plan.sections[0].tasks] == ["加强管理", "乙"]
    assert any("没有表头" in d.words for d in made.doubts)


def test_measures_a_row_with_one_column_of_what_is_done() -> None:
    heads = ["序号", "工作内容", "责任单位"]
    made = draft(
        Paragraph("一、测试"), made_table(heads, ["1", "公开。", "市审计局"], ["2", "报告。", "市财政局"])
    )
    (section,) = made.plan.sections
    measures = [(m.id, m.text) for a in section.tasks[0].assignments for m in a.measures]
    assert (section.title, section.label, measures) == ("测试", "一、", [(1, "公开。"), (2, "报告。")])


def test_more_bodies_than_any_plan_has_are_refused() -> None:
    with pytest.raises(ImportFileError, match="不像是方案"):
        register((f"市{number}局" for number in range(2001)), "")


def test_more_prose_than_any_plan_has_is_refused() -> None:
    with pytest.raises(ImportFileError, match="正文超过"):
        draft(*[Paragraph("一、甲（责任单位：市财政局）")] * 10_001)
