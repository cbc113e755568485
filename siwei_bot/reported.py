"""Answers from what was reported and changed: a query for ``report`` or ``change`` → rows.

An actual value is a row of kind ``figure`` that bears ``actual``, the day it stands for (``as_of``), its
``source``, and how it stands against the target (``met``, ``said``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from siwei_bot.answer import Findings, Row, figure_row, measure_rows, section_rows, task_rows
from siwei_bot.notices.judging import Standing, standing
from siwei_bot.plan import Indicator, Target
from siwei_bot.query import Query
from siwei_bot.store import Store

LATEST = 20
"""Changes that one answer tells."""

_ZONE = ZoneInfo("Asia/Shanghai")


def find_reported(store: Store, query: Query) -> Findings:
    """The rows that answer the query; ``not_reported`` where nothing is recorded."""
    if query.select == "change":
        return _changes(store, query)
    reports = store.rows("select * from current_reports order by indicator, year")
    if not reports:
        return Findings(failure="not_reported")
    if query.select == "indicator":
        return _indicators(store, query, reports)
    return _values(store, query, reports)


# -- actual values ---------------------------------------------------------------------------------


def _values(store: Store, query: Query, reports: Sequence[Row]) -> Findings:
    found: list[Row] = []
    for indicator in _known(store, query.indicators):
        own = [r for r in reports if r["indicator"] == indicator.id]
        asked = [r for r in own if not query.years or r["year"] in query.years]
        for report in asked if query.years else asked[-1:]:  # no year said: how it stands now
            found += _value(query, indicator, report)
    if query.check:
        met = [row["met"] for row in found if row["kind"] == "figure"]
        if met and None not in met:
            found.append({"kind": "verdict", "value": all(met)})
    return Findings(tuple(found), failure="" if found else "not_reported")


def _value(query: Query, indicator: Indicator, report: Row) -> list[Row]:
    """One reported value, and how far it is from its target where that is asked."""
    against = _standing(indicator, report)
    row = {
        **figure_row(
            {"id": indicator.id, "unit": report["unit"]}, {**report, "comparator": "", "baseline": 0}
        ),
        "actual": True,
        "as_of": report["as_of"],
        "source": report["source"],
        "met": against.met,
        "said": against.text,
    }
    if not query.change or against.gap is None:
        return [row]
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    gap = {"kind": "number", "of": "difference", "value": round(against.gap, 2), "unit": unit}
    return [row, {**gap, "indicator": indicator.id}]


def _indicators(store: Store, query: Query, reports: Sequence[Row]) -> Findings:
    """Indicators with a report, without one, or by whether the newest one meets its target."""
    rows: list[Row] = []
    for indicator in _known(store, query.indicators):
        own = [r for r in reports if r["indicator"] == indicator.id]
        own = [r for r in own if not query.years or r["year"] in query.years]
        if query.attributes and indicator.attribute not in query.attributes:
            continue
        if query.reported in ("with", "without"):
            fits = bool(own) == (query.reported == "with")
        else:
            fits = bool(own) and _standing(indicator, own[-1]).met is (query.reported == "met")
        if fits:
            rows.append({"kind": "indicator", "id": indicator.id, "name": indicator.name})
    if query.count:
        rows.append({"kind": "number", "of": "indicator", "value": len(rows), "unit": "个"})
    return Findings(tuple(rows))


def _standing(indicator: Indicator, report: Row) -> Standing:
    return standing(indicator, report["year"], report["value"], report["unit"])


def _known(store: Store, ids: Sequence[int]) -> list[Indicator]:
    """The loaded indicators as values; all of them where none is asked for."""
    targets: dict[int, list[Target]] = {}
    for row in store.rows("select * from targets order by indicator, year"):
        target = Target(row["year"], row["value"], row["comparator"], row["text"], bool(row["baseline"]))
        targets.setdefault(row["indicator"], []).append(target)
    return [
        Indicator(
            row["id"],
            row["name"],
            row["unit"],
            tuple(targets.get(row["id"], ())),
            attribute=row["attribute"],
            direction=row["direction"],
        )
        for row in store.rows("select * from indicators order by id")
        if not ids or row["id"] in ids
    ]


# -- changes ---------------------------------------------------------------------------------------


def _changes(store: Store, query: Query) -> Findings:
    """What was changed, the newest first: the rows that it is about, and a sentence for each change."""
    found = [
        change
        for change in store.rows("select * from changes order by id desc")
        if (not query.check or change["kind"] == "plan") and _is_about(change, query)
    ]
    if not found:
        return Findings(failure="not_reported")
    lines = tuple(f"{_day(change['at'])}：{change['line']}" for change in found)
    rows = _subjects(store, found[:LATEST])
    if query.check:
        rows.append({"kind": "verdict", "value": True})
    return Findings(tuple(rows), lines=lines)


def _is_about(change: Row, query: Query) -> bool:
    subject = (change["subject_kind"], change["subject_id"])
    asked = {("indicator", str(id)) for id in query.indicators}
    asked |= {("task", str(id)) for id in query.tasks} | {("measure", str(id)) for id in query.measures}
    within = any(str(id) in _numbers(change["tasks"]) for id in query.tasks)
    dated = not query.years or change["year"] in query.years
    return dated and (not asked or subject in asked or within)


def _numbers(tasks: str | None) -> set[str]:
    return set((tasks or "").strip("[]").replace(" ", "").replace('"', "").split(","))


def _subjects(store: Store, changes: Sequence[Row]) -> list[Row]:
    """The plan's rows that changes are about, as far as the plan still has them."""
    ids: dict[str, list[int]] = {}
    for change in changes:
        if change["subject_id"].isdecimal():
            ids.setdefault(change["subject_kind"], []).append(int(change["subject_id"]))
    indicators = [
        {"kind": "indicator", "id": i.id, "name": i.name} for i in _known(store, ids.get("indicator", [0]))
    ]
    return [
        *measure_rows(store, sorted(set(ids.get("measure", [])))),
        *task_rows(store, sorted(set(ids.get("task", [])))),
        *section_rows(store, sorted(set(ids.get("section", [])))),
        *indicators,
    ]


def _day(at: str) -> str:
    """The day of a moment (ISO, UTC) in China."""
    day = datetime.fromisoformat(at).astimezone(_ZONE)
    return f"{day.year}年{day.month}月{day.day}日"
