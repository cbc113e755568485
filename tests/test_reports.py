"""A reported actual value: how it is read from words, judged by its target, and doubted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.notices import Report, ReportError, preview, read_command, read_report, standing
from siwei_bot.notices.judging import Earlier, doubts
from siwei_bot.notices.reports import LONGEST_SOURCE, checked, indicator_of
from siwei_bot.plan import Indicator
from tests.noticing import bot, report

TODAY = date(2026, 3, 1)


def named(name: str) -> Indicator:
    return next(indicator for indicator in bot().plan.indicators if indicator.name == name)


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "value", "read"),
    [
        ("取水总量", "5.9", 5.9),
        ("取水总量", " 5.9 亿立方米 ", 5.9),
        ("取水总量", "5.9亿", 5.9),
        ("取水总量", "５.９亿立方米", 5.9),
        ("取水总量", "五点九亿立方米", 5.9),
        ("取水总量", "六", 6.0),
        ("取水", "-1", -1.0),
        ("取水", "−1.5亿立方米", -1.5),
        ("漏损率", "8.5%", 8.5),
        ("漏损率", "8.5 个百分点", 8.5),
        ("漏损率", "百分之八", 8.0),
        ("累计建成农田", "1,150.5", 1150.5),
        ("累计建成农田", "2030", 2030.0),
        ("农田灌溉面积", "3万", 30000.0),
        ("农田灌溉面积", "3万亩", 30000.0),
        ("累计建成农田", "180万亩", 180.0),
        ("灌溉系数", "0.55", 0.55),
    ],
)
def test_values_are_read(indicator: str, value: str, read: float) -> None:
    found = read_report(bot(), indicator, "2025", value, today=TODAY)
    assert (found.value, found.unit) == (read, named(found.name).unit)


@pytest.mark.parametrize(
    ("indicator", "year", "value", "said"),
    [
        ("取水总量", "2025", "590万立方米", "单位是亿立方米，写的是万立方米"),
        ("取水总量", "2025", "5%", "单位是亿立方米"),
        ("灌溉系数", "2025", "55%", "没有单位"),
        ("取水总量", "2025", "很多", "不是数值"),
        ("取水总量", "2025", "nan", "不是数值"),
        ("取水总量", "2025", "inf", "不是数值"),
        ("取水总量", "2025", "1e3", "不是数值"),
        ("取水总量", "2025", "5.9.1", "不是数值"),
        ("取水总量", "2025", "9" * 40, "数值太大"),
        ("取水总量", "2025", "", "不是数值"),
        ("取水总量", "二五", "5.9", "不是年份"),
        ("取水总量", "202", "5.9", "不是年份"),
        ("农田", "2025", "5.9", "可能是累计建成农田、农田灌溉面积"),
        ("月球", "2025", "5.9", "没有“月球”这个指标；指标有：取水总量、"),
        ("取水总量" + "水" * 20, "2025", "5.9", "没有“取水总量水水"),
        ("取水总量" + "水" * 10_000, "2025", "5.9", "太长（10004字）"),
        ("市甲局", "2025", "5.9", "没有“市甲局”这个指标"),
        ("取水总量和漏损率", "2025", "5.9", "可能是取水总量、管网漏损率"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_line(
    indicator: str, year: str, value: str, said: str
) -> None:
    with pytest.raises(ReportError) as refused:
        read_report(bot(), indicator, year, value, today=TODAY)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("year", "as_of", "day"),
    [
        ("2025", "", "2025-12-31"),
        ("2025年", "", "2025-12-31"),
        ("今年", "", "2026-03-01"),
        ("去年", "", "2025-12-31"),
        ("25年", "2025年6月30日", "2025-06-30"),
        ("2025", "2025-6", "2025-06-30"),
        ("2025", "20250630", "2025-06-30"),
    ],
)
def test_days_are_read(year: str, as_of: str, day: str) -> None:
    assert read_report(bot(), "取水总量", year, "5.9", as_of=as_of, today=TODAY).as_of == day


@pytest.mark.parametrize("as_of", ["昨天", "2025-02-30", "2025-13-01", "6月"])
def test_what_is_no_day_is_refused(as_of: str) -> None:
    with pytest.raises(ReportError, match="不是日期"):
        read_report(bot(), "取水总量", "2025", "5.9", as_of=as_of, today=TODAY)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("取水总量 2025 5.9", report(source="")),
        ("取水总量 2025年 5.9亿立方米", report(source="")),
        ("取水总量 2025 5.9 亿立方米", report(source="")),
        ("取水总量 2025 5.9 水资源公报 第3页", report(source="水资源公报 第3页")),
        ("取水 2025 5.9 截至2025-06-30 来源：公报", report(as_of="2025-06-30")),
        ("取水 2025 5.9 截止 2025年6月 来源 公报", report(as_of="2025-06-30")),
    ],
)
def test_a_report_in_one_line(text: str, read: Report) -> None:
    assert read_command(bot(), text, today=TODAY) == read


@pytest.mark.parametrize("text", ["", "取水总量", "取水总量 2025", "2025 取水总量 5.9 6", "5.9"])
def test_an_incomplete_line_is_told_how_to_write_it(text: str) -> None:
    with pytest.raises(ReportError, match=r"取水总量 2025 6亿立方米|不是数值|没有“2025"):
        read_command(bot(), text, today=TODAY)


def test_a_very_long_line_is_refused() -> None:
    with pytest.raises(ReportError, match="太长"):
        read_command(bot(), f"取水总量{'水' * 10_000} 2025 6.05", today=TODAY)


def test_a_report_is_kept_as_json() -> None:
    assert Report.from_json(report().to_json()) == report()


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "'; drop table reports; --",
            "<b>bold</b><script>alert(1)</script>",
            "&lt;",
            "=cmd|' /C calc'!A0",
            "x" * 10_000,
            "汉" * 10_000,
            "\x00\n\r\u202e",
            "\ud800",
            "{0.__class__}",
            "%s%n",
        ]
    ),
    st.text(max_size=60),
)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_any_words_are_read_or_refused(
    indicator: str, year: str, value: str, unit: str, as_of: str, source: str
) -> None:
    words = {"unit": unit, "as_of": as_of, "source": source}
    for named_as, of_year in ((indicator, year), ("取水总量", "2025")):
        said = ""
        try:
            said = read_report(bot(), named_as, of_year, value, **words, today=TODAY).source
        except ReportError as error:
            said = str(error)
        assert len(said) <= LONGEST_SOURCE
        assert said.isprintable()
        said.encode()


@given(HOSTILE)
def test_any_source_is_text_or_refused(source: str) -> None:
    try:
        found = read_report(bot(), "取水总量", "2025", "5.9", source=source, today=TODAY)
    except ReportError:
        assert len(source) > LONGEST_SOURCE
    else:
        assert "\n" not in found.source


@given(HOSTILE)
def test_any_line_is_read_or_refused(text: str) -> None:
    said = ""
    try:
        said = read_command(bot(), text, today=TODAY).name
    except ReportError as error:
        said = str(error)
    assert said


def test_a_plan_that_changed_in_between_is_noticed() -> None:
    with pytest.raises(ReportError, match="可能刚改过名称"):
        checked(report(name="别的"), bot().plan)
    with pytest.raises(ReportError, match="单位已改为"):
        checked(report(unit="万立方米"), bot().plan)
    assert indicator_of(report(indicator=99), bot().plan).id == 1


# -- judging ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "year", "value", "met", "said"),
    [
        (
            "取水总量",
            2025,
            5.9,
            True,
            "2025年目标6亿立方米，达标（方案没有写明方向，按“不超过”理解），实际值比目标少0.1",
        ),
        ("取水总量", 2025, 6.0, True, "与目标相同"),
        (
            "取水总量",
            2025,
            6.1,
            False,
            "未达标（方案没有写明方向，按“不超过”理解），实际值比目标多0.1亿立方米",
        ),
        ("管网漏损率", 2025, 8.0, True, "实际值比目标少1个百分点"),
        ("累计建成农田", 2025, 179.9, False, "按“不低于”理解），实际值比目标少0.1万亩"),
        ("农田灌溉面积", 2025, 60, False, "2025年目标>60亩，未达标（按“高于”判断）"),
        ("农田灌溉面积", 2025, 61, True, "达标（按“高于”判断）"),
        ("农田灌溉面积", 2028, 61, None, "2028年目标是“完成省下达任务”，不是数字"),
        ("农田灌溉面积", 2030, 80, None, "“左右”没有写明范围，不判断是否达标"),
        ("灌溉系数", 2025, 0.5, None, "方案没有写明是不低于还是不超过，不判断是否达标"),
        ("取水总量", 2027, 6.5, None, "方案没有2027年的目标，2030年目标7亿立方米，实际值比目标少0.5亿立方米"),
        ("取水总量", 2035, 6.5, None, "方案没有2035年的目标"),
        ("农田灌溉面积", 2020, 60, None, "方案没有2020年的目标"),
    ],
)
def test_a_value_stands_against_the_target(
    name: str, year: int, value: float, met: bool | None, said: str
) -> None:
    found = standing(named(name), year, value, named(name).unit)
    assert found.met is met
    assert said in found.text


def test_nearly_equal_is_equal() -> None:
    assert standing(named("取水总量"), 2025, 0.1 * 3 * 20, "亿立方米").met is True


def test_another_unit_is_not_compared() -> None:
    found = standing(named("取水总量"), 2025, 590000, "万立方米")
    assert (found.met, found.gap) == (None, None)


# -- doubting --------------------------------------------------------------------------------------

NAMES = {"取水总量": (1, "亿立方米"), "管网漏损率": (2, "%"), "累计建成农田": (3, "万亩")}
BEFORE = (Earlier(2024, "2024-12-31", 150.0, "万亩"), Earlier(2025, "2025-12-31", 178.0, "万亩"))


@pytest.mark.parametrize(
    ("name", "year", "as_of", "value", "kinds"),
    [
        ("取水总量", 2025, "2025-12-31", 5.9, []),
        ("取水总量", 2025, "2025-12-31", 59.0, ["ten_times", "over_cap"]),
        ("取水总量", 2025, "2025-12-31", 0.59, ["ten_times"]),
        ("取水总量", 2025, "2025-12-31", 6.1, ["over_cap"]),
        ("取水总量", 2025, "2025-12-31", -5.9, ["negative"]),
        ("取水总量", 2026, "2026-03-02", 5.9, ["future"]),
        ("取水总量", 2027, "2026-03-01", 5.9, ["future"]),
        ("取水总量", 2025, "2026-01-15", 5.9, ["year"]),
        ("管网漏损率", 2026, "2026-01-15", 9.0, ["year"]),
        ("管网漏损率", 2025, "2025-12-31", 101.0, ["ten_times", "percent", "over_cap"]),
        ("累计建成农田", 2026, "2026-02-28", 177.0, ["decreasing"]),
        ("累计建成农田", 2025, "2025-06-30", 179.0, ["decreasing"]),
        ("累计建成农田", 2025, "2025-12-31", 178.0, ["same"]),
        ("累计建成农田", 2025, "2025-12-31", 179.0, []),
        ("累计建成农田", 2026, "2026-02-28", 1790.0, ["ten_times"]),
    ],
)
def test_implausible_values_are_doubted(
    name: str, year: int, as_of: str, value: float, kinds: list[str]
) -> None:
    id, unit = NAMES[name]
    meant = Report(id, name, year, as_of, value, unit)
    earlier = BEFORE if name == "累计建成农田" else ()
    found = doubts(meant, named(name), earlier, TODAY)
    assert [doubt.kind for doubt in found] == kinds
    assert all(doubt.text and not doubt.text.endswith("。") for doubt in found)


def test_the_last_report_is_compared_with_where_it_is_nearer_than_any_target() -> None:
    meant = Report(5, "农田灌溉面积", 2026, "2026-02-01", 500.0, "亩")
    found = doubts(meant, named("农田灌溉面积"), [Earlier(2025, "2025-12-31", 90.0, "亩")], TODAY)
    assert [doubt.text for doubt in found] == ["500亩是2025年目标60亩的8.3倍，请核对小数点和单位"]


def test_the_preview_says_all_that_is_confirmed() -> None:
    meant = report(59.0)
    said = preview(meant, named("取水总量"), doubts(meant, named("取水总量"), (), TODAY))
    assert "取水总量 2025年实际值：59亿立方米" in said
    assert "截至：2025年12月31日　来源：公报" in said
    assert "未达标" in said
    assert "请核对：59亿立方米是2025年目标6亿立方米的9.8倍" in said
