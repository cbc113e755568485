"""Reports and versions of the plan: what is written, audited and told, all or nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.notices import Ledger, LedgerError, Place, Report, ReportError
from siwei_bot.notices.outbox import change_of
from siwei_bot.store import Store, StoreError
from tests.noticing import CHAT, GROUP, Clock, ledger, report, target, version


def current(kept: Ledger) -> list[tuple[int, int, str, float]]:
    rows = kept.store.rows("select * from current_reports")
    return [(row["indicator"], row["year"], row["as_of"], row["value"]) for row in rows]


def texts(kept: Ledger) -> dict[Place, str]:
    rows = kept.store.rows("select chat, thread, text from outbox order by notice")
    return {Place(row["chat"], row["thread"]): row["text"] for row in rows}


# -- reports ---------------------------------------------------------------------------------------


def test_the_newest_report_of_the_newest_day_counts() -> None:
    kept = ledger()
    for value, as_of in ((3.0, "2025-06-30"), (4.0, "2025-09-30"), (3.1, "2025-06-30")):
        kept.record(report(value, as_of=as_of), version(), "张三")
    kept.record(report(2.0, year=2024, as_of="2024-12-31"), version(), "张三")
    assert current(kept) == [(1, 2024, "2024-12-31", 2.0), (1, 2025, "2025-09-30", 4.0)]
    assert kept.store.rows("select count(*) as n from reports") == [{"n": 4}]


def test_a_report_keeps_all_that_was_said() -> None:
    kept = ledger()
    notice = kept.record(report(), version(), "张三")
    row = kept.store.rows("select * from reports")[0]
    assert row == {
        "id": 1, "indicator": 1, "name": "取水总量", "year": 2025, "as_of": "2025-12-31", "value": 5.9,
        "unit": "亿立方米", "source": "公报", "reported_by": "张三",
        "reported_at": "2027-01-15T08:00:00+00:00", "notice": notice.number,
    }  # fmt: skip


def test_a_renumbered_plan_gives_no_value_to_another_indicator() -> None:
    kept = ledger()
    kept.record(report(), version(), "张三")
    swapped = version(
        ("{id: 1, name: 取水总量", "{id: 6, name: 取水总量"), ("{id: 2, name: 管", "{id: 1, name: 管")
    )
    kept.load(swapped, "2", "管理员")
    assert current(kept) == [(6, 2025, "2025-12-31", 5.9)]
    gone = version(("name: 取水总量, aliases: [取水]", "name: 用电总量, aliases: [用电]"))
    kept.load(gone, "3", "管理员")
    assert current(kept) == []
    assert kept.store.rows("select value from reports") == [{"value": 5.9}]


def test_a_correction_says_what_it_corrects_and_a_later_day_does_not() -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("indicator", "取水总量"), "李四")
    for value, as_of in ((3.0, "2025-06-30"), (3.1, "2025-06-30"), (4.0, "2025-09-30")):
        kept.record(report(value, as_of=as_of), version(), "张三")
    assert kept.history() == (
        "指标 取水总量：2025年实际值新报“4亿立方米（截至2025年9月30日）”",
        "指标 取水总量：2025年实际值由“3亿立方米（截至2025年6月30日）”改为“3.1亿立方米（截至2025年6月30日）”",
        "指标 取水总量：2025年实际值新报“3亿立方米（截至2025年6月30日）”",
    )
    sent = [row["text"] for row in kept.store.rows("select text from outbox order by notice")]
    assert [text.split("\n")[0] for text in sent] == [
        "【第1号通知】取水总量有新的上报",
        "【第2号通知】取水总量有更正上报",
        "【第3号通知】取水总量有新的上报",
    ]
    assert "原报：3亿立方米（截至2025年6月30日）" in sent[1]
    assert "达标（方案没有写明方向，按“不超过”理解）" in sent[2]


def test_a_mistake_is_taken_back_and_what_was_reported_before_counts_again() -> None:
    kept = ledger()
    plan = version()
    kept.subscribe(CHAT, target("all", ""), "李四")
    kept.record(report(3.0, as_of="2025-06-30"), plan, "张三")
    kept.record(report(4.0), plan, "张三")
    kept.withdraw(plan.indicators[0], 2025, "王五")
    assert current(kept) == [(1, 2025, "2025-06-30", 3.0)]
    assert "撤回" in texts(kept)[CHAT]
    assert kept.store.rows("select how from changes order by id desc limit 1") == [{"how": "removed"}]
    kept.record(report(4.5), plan, "张三")
    assert current(kept) == [(1, 2025, "2025-12-31", 4.5)]
    with pytest.raises(LedgerError, match="2030年没有上报过"):
        kept.withdraw(plan.indicators[0], 2030, "王五")


def test_the_same_key_records_nothing_twice() -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("all", ""), "李四")
    first = kept.record(report(), version(), "张三", key="press 1")
    assert kept.record(report(), version(), "张三", key="press 1") == first
    assert first.chats == 1
    assert len(kept.store.rows("select * from reports")) == 1
    assert kept.record(report(5.8), version(), "张三", key="press 2").number == first.number + 1


def test_the_same_value_is_announced_once_but_another_source_is_a_correction() -> None:
    kept = ledger()
    kept.record(report(), version(), "张三")
    with pytest.raises(LedgerError, match="已经报过同样的数"):
        kept.record(report(), version(), "李四")
    kept.record(report(source="年鉴"), version(), "李四")
    assert kept.history()[0].endswith("由“5.9亿立方米（截至2025年12月31日），来源：公报”改为"
                                      "“5.9亿立方米（截至2025年12月31日），来源：年鉴”")  # fmt: skip
    assert len(kept.store.rows("select * from reports")) == 2


def test_the_number_of_a_person_is_for_the_audit_only() -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("all", ""), "李四")
    kept.record(report(), version(), "张三（4000001）")
    assert "上报人：张三" in texts(kept)[CHAT]
    assert "4000001" not in texts(kept)[CHAT]
    assert kept.store.rows("select by from changes") == [{"by": "张三（4000001）"}]


def test_doubts_look_at_what_was_reported() -> None:
    kept = ledger()
    assert kept.assess(report(), version()) == ()
    kept.record(report(), version(), "张三")
    assert [doubt.kind for doubt in kept.assess(report(), version())] == ["same"]
    with pytest.raises(ReportError):
        kept.assess(report(name="别的"), version())


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("source", "'); drop table reports; --", "'); drop table reports; --"),
        ("source", "<b>甲</b>&amp;", "<b>甲</b>&amp;"),
        ("source", "甲\n乙\x00\u202e", "甲 乙"),
        ("source", "甲" * 10_000, None),
        ("name", "'); drop table reports; --", None),
        ("name", "甲" * 10_000, None),
        ("unit", "<b>", None),
        ("as_of", "2025-12-31' or 1=1", None),
        ("value", float("nan"), None),
        ("value", float("inf"), None),
        ("year", 10_000, None),
    ],
)
def test_hostile_fields_are_text_or_refused(field: str, value: Any, stored: str | None) -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("all", ""), "李四")
    hostile = Report.from_json(json.dumps(json.loads(report().to_json()) | {field: value}))
    if stored is None:
        with pytest.raises(ReportError):
            kept.record(hostile, version(), "张三")
        assert kept.store.rows("select * from reports") == []
        assert texts(kept) == {}
    else:
        kept.record(hostile, version(), "张三")
        assert kept.store.rows(f"select {field} from reports") == [{field: stored}]
        assert stored in texts(kept)[CHAT]


@pytest.mark.parametrize("by", ["'); drop table reports; --", "<b>甲</b>", "甲" * 10_000, "\ud800甲\x00"])
def test_a_hostile_reporter_is_text(by: str) -> None:
    kept = ledger()
    kept.record(report(), version(), by)
    stored = kept.store.rows("select reported_by from reports")[0]["reported_by"]
    assert len(stored) <= 100
    assert stored in by or stored == "甲"


# -- the audit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["reports", "changes"])
@pytest.mark.parametrize(
    "write", ["delete from {}", "update {} set id = id + 1", "replace into {} select * from {}"]
)
def test_what_happened_is_never_rewritten(tmp_path: Path, table: str, write: str) -> None:
    kept = ledger(tmp_path / "a.db")
    kept.record(report(), version(), "张三")
    before = kept.store.rows(f"select * from {table}")
    with sqlite3.connect(tmp_path / "a.db") as other, pytest.raises(sqlite3.Error, match="never"):
        other.execute(write.format(table, table))
    assert kept.store.rows(f"select * from {table}") == before
    kept.close()


def test_the_audit_says_who_changed_what_when_and_whom_it_concerns() -> None:
    kept = ledger()
    loaded = kept.load(
        version(("2030: 7}", "2030: 6.5}"), ("3: 打新井。", "3: 打深井。")), "2", "管理员 王五"
    )
    rows = kept.store.rows("select * from changes order by id")
    assert [(row["kind"], row["subject_kind"], row["field"]) for row in rows] == [
        ("plan", "measure", "text"), ("plan", "indicator", "target"),
    ]  # fmt: skip
    assert {row["by"] for row in rows} == {"管理员 王五"}
    assert {row["at"] for row in rows} == {"2027-01-15T08:00:00+00:00"}
    assert json.loads(rows[0]["tasks"]) == [2]
    assert json.loads(rows[1]["bureaus"]) == ["市甲局"]
    assert (rows[1]["year"], rows[1]["before"], rows[1]["after"]) == (2030, "7亿立方米", "6.5亿立方米")
    assert tuple(row["line"] for row in rows) == loaded.lines
    assert [change_of(row).field for row in rows] == [change.field for change in loaded.changes]


# -- loading ---------------------------------------------------------------------------------------


def test_the_first_version_changes_nothing() -> None:
    kept = Ledger.open(":memory:")
    assert kept.compare(version()) == ()
    loaded = kept.load(version(), "1", "管理员")
    assert (loaded.written, loaded.first, loaded.changes, loaded.notice) == (True, True, (), None)
    assert kept.store.rows("select * from notices") == []


def test_the_same_version_changes_nothing() -> None:
    kept = ledger()
    assert not kept.load(version(), "1", "管理员").written
    same = kept.load(version(("aliases: [取水]", "aliases: [取水量]")), "2", "管理员")
    assert (same.written, same.changes, same.notice) == (True, (), None)


def test_comparing_writes_nothing() -> None:
    kept = ledger()
    assert [change.field for change in kept.compare(version(("2030: 7}", "2030: 6.5}")))] == ["target"]
    assert kept.store.loaded() == ("example", "1")


def test_another_plan_is_refused(tmp_path: Path) -> None:
    kept = ledger(tmp_path / "a.db")
    with pytest.raises(StoreError, match="另一个方案"):
        kept.load(version(("id: example", "id: other")), "2", "管理员")
    kept.close()
    with pytest.raises(StoreError, match="另一个方案"):
        Ledger.open(tmp_path / "a.db", "other")


@pytest.mark.parametrize("table", ["changes", "outbox", "indicators", "notices"])
def test_a_load_that_fails_writes_nothing_at_all(tmp_path: Path, table: str) -> None:
    kept = ledger(tmp_path / "a.db")
    kept.subscribe(CHAT, target("all", ""), "李四")
    trigger = f"create trigger fail before insert on {table} begin select raise(abort, 'no'); end"
    kept.store.rows(trigger)
    with pytest.raises(StoreError, match="没有"):
        kept.load(version(("2030: 7}", "2030: 6.5}")), "2", "管理员")
    assert kept.store.loaded() == ("example", "1")
    assert not any(kept.store.rows(f"select * from {name}") for name in ("notices", "changes", "outbox"))
    kept.close()


@pytest.mark.parametrize("table", ["changes", "outbox", "reports"])
def test_a_report_that_fails_writes_nothing_at_all(table: str) -> None:
    kept = ledger()
    kept.subscribe(CHAT, target("all", ""), "李四")
    kept.store.rows(f"create trigger fail before insert on {table} begin select raise(abort, 'no'); end")
    with pytest.raises(LedgerError, match="什么都没有改"):
        kept.record(report(), version(), "张三")
    assert not any(kept.store.rows(f"select * from {t}") for t in ("notices", "changes", "outbox", "reports"))


# -- read from a store that stands in for the file ---------------------------------------------------


def test_a_store_in_memory_reads_the_records_of_the_file_as_they_come(tmp_path: Path) -> None:
    kept = ledger(tmp_path / "a.db")
    memory = Store(":memory:")
    memory.load(version(("{id: 1, name: 取水总量", "{id: 9, name: 取水总量")), "2")
    memory.read_records_of(str(tmp_path / "a.db"))
    kept.record(report(), version(), "张三")
    assert [row["indicator"] for row in memory.rows("select * from current_reports")] == [9]
    assert memory.rows("select line from changes") == kept.store.rows("select line from changes")
    with pytest.raises(StoreError, match="只读"):
        memory.rows("delete from kept.outbox")
    memory.close()
    kept.close()


@pytest.mark.parametrize("kind", ["missing", "other plan", "no database", "empty"])
def test_a_file_that_cannot_be_read_has_no_records(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.db"
    if kind == "other plan":
        other = Ledger.open(path)
        other.load(version(("id: example", "id: other")), "1", "")
        other.record(report(), version(), "张三")
        other.close()
    elif kind != "missing":
        path.write_bytes(b"no database" * 100 if kind == "no database" else b"")
    memory = Store(":memory:")
    memory.load(version(), "1")
    memory.read_records_of(str(path))
    assert memory.rows("select * from current_reports") == []
    assert memory.rows("select * from changes") == []
    memory.close()


# -- any history -----------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "withdraw"]),
        st.integers(2024, 2025),
        st.sampled_from(["06-30", "09-30", "12-31"]),
        st.floats(0.5, 10).map(lambda value: round(value, 2)),
    ),
    max_size=12,
)


@given(EVENTS)
def test_any_history_is_kept_and_the_view_shows_what_holds(
    events: list[tuple[str, int, str, float]],
) -> None:
    kept, plan, held = ledger(clock=Clock()), version(), dict[tuple[int, str], float]()
    written = 0
    for what, year, day, value in events:
        if what == "record" and held.get((year, f"{year}-{day}")) != value:
            kept.record(report(value, year=year, as_of=f"{year}-{day}"), plan, "张三")
            held[year, f"{year}-{day}"] = value
        elif what == "withdraw" and any(one == year for one, _ in held):
            kept.withdraw(plan.indicators[0], year, "张三")
            del held[max(key for key in held if key[0] == year)]
        else:
            continue
        written += 1
    newest = {year: max(day for one, day in held if one == year) for year, _ in held}
    assert current(kept) == [(1, year, newest[year], held[year, newest[year]]) for year in sorted(newest)]
    assert len(kept.store.rows("select * from reports")) == len(kept.history(99)) == written
    kept.close()


def test_groups_and_topics_are_places_of_their_own() -> None:
    kept = ledger()
    kept.subscribe(GROUP, target("all", ""), "李四")
    kept.subscribe(Place(-100, 4), target("bureau", "市甲局"), "李四")
    assert kept.record(report(), version(), "张三").chats == 2
    assert set(texts(kept)) == {GROUP, Place(-100, 4)}
