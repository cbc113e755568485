"""The database: loaded in one transaction, idempotent, readable by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from siwei_bot.plan import Plan, last_day
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store, StoreError
from tests.plans import PLANS


@pytest.fixture
def plan() -> Plan:
    return read_plan(PLANS["yunxi_yanglao"])


def counts(store: Store) -> dict[str, int]:
    tables = (
        "sections",
        "tasks",
        "measures",
        "roles",
        "bureaus",
        "indicators",
        "targets",
        "indicator_bureaus",
    )
    return {table: store.rows(f"select count(*) as n from {table}")[0]["n"] for table in tables}


def test_everything_is_loaded(plan: Plan) -> None:
    store = Store(":memory:")
    assert store.load(plan, "a")
    found = counts(store)
    assert found["tasks"] == sum(len(s.tasks) for s in plan.sections)
    assert found["bureaus"] == len(plan.bureaus)
    assert found["targets"] == sum(len(i.targets) for i in plan.indicators)


def test_loading_again_changes_nothing(plan: Plan, tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    assert store.load(plan, "a")
    before = counts(store), store.rows("select * from plan")
    assert not store.load(plan, "a")
    assert (counts(store), store.rows("select * from plan")) == before
    assert store.load(plan, "b")
    assert counts(store) == before[0]
    store.close()


def test_the_source_spelling_is_kept_beside_the_name(plan: Plan) -> None:
    store = Store(":memory:")
    store.load(plan, "a")
    spelled = store.rows("select distinct bureau, spelling from roles where bureau <> spelling")
    assert {"bureau": "市卫生健康委", "spelling": "市卫健委"} in spelled


def test_a_failed_load_leaves_the_old_plan(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = Store(path)
    store.load(plan, "a")
    before = counts(store)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create trigger fail before insert on targets begin select raise(abort, 'no'); end"
        )
    with pytest.raises(StoreError, match="方案没有变动"):
        store.load(plan, "b")
    assert counts(store) == before
    assert store.loaded() == (plan.id, "a")
    store.close()


def test_another_plan_is_refused(plan: Plan, tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    store.load(plan, "a")
    with pytest.raises(StoreError, match="另一个方案"):
        store.load(read_plan(PLANS["changzhi"]), "b")
    assert store.loaded() == (plan.id, "a")
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="打不开"):
        Store(path)


def test_a_person_can_read_who_does_what(plan: Plan) -> None:
    store = Store(":memory:")
    store.load(plan, "a")
    rows = store.rows("select role, bureau from responsibilities where measure = 35 order by bureau")
    assert rows == [
        {"role": "responsible", "bureau": "云溪康养集团"},
        {"role": "responsible", "bureau": "市财政局"},
    ]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("2026", "2026-12-31"),
        ("2028-02", "2028-02-29"),
        ("2026-06-30", "2026-06-30"),
        ("持续推进", None),
        ("", None),
    ],
)
def test_last_day(due: str, day: str | None) -> None:
    assert last_day(due) == day
