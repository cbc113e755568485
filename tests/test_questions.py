"""Every question bank, asked and scored; and the scoring itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from siwei_bot import PlanBot
from tests.banks import BANKS, Score, all_banks, ask_bank, bank_name, judge, plan_file

THRESHOLDS: dict[str, dict[str, float]] = yaml.safe_load((BANKS / "thresholds.yaml").read_text("utf-8"))


@cache
def bot_for(plan: Path) -> PlanBot:
    return PlanBot.open(plan)


def test_every_threshold_is_of_a_bank() -> None:
    assert set(THRESHOLDS) - {"default"} <= {bank_name(bank) for bank in all_banks()}


@pytest.mark.parametrize("bank", all_banks(), ids=bank_name)
def test_bank(bank: Path) -> None:
    outcomes = list(ask_bank(bot_for(plan_file(bank)), bank))
    score = Score(outcome.verdict for outcome in outcomes)
    misses = "\n".join(
        f"{o.verdict} {o.turn.name} {o.turn.text}" for o in outcomes if o.verdict in ("wrong", "broken")
    )
    threshold = THRESHOLDS.get(bank_name(bank), THRESHOLDS["default"])
    assert score.right >= threshold["right"], f"{score}\n{misses}"
    assert score.wrong <= threshold["wrong"], f"{score}\n{misses}"


def answer(status: str, *rows: dict[str, Any], text: str = "…", **more: Any) -> dict[str, Any]:
    return {"status": status, "rows": list(rows), "text": text, **more}


MEASURES = {"status": "answered", "rows": {"measure": [1, 2]}}
ONE, TWO, THREE = ({"kind": "measure", "id": id} for id in (1, 2, 3))


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (answer("answered", TWO, ONE, ONE), "right"),
        (answer("answered", ONE, TWO, {"kind": "number", "of": "measure", "value": 2}), "right"),
        (answer("answered", ONE), "wrong"),
        (answer("answered", ONE, TWO, THREE), "wrong"),
        (answer("clarify"), "asked"),
        (answer("unknown"), "asked"),
        (answer("chat"), "wrong"),
        (answer("answered", ONE, TWO, text=" "), "broken"),
        (answer("answered", ONE, {"kind": "weather"}), "broken"),
        ({}, "broken"),
    ],
)
def test_verdict_where_rows_are_expected(given: dict[str, Any], verdict: str) -> None:
    assert judge(given, MEASURES) == verdict


@pytest.mark.parametrize(
    ("rows", "wanted", "fits"),
    [
        (
            [{"kind": "figure", "indicator": 4, "year": 2030, "value": 0.6}],
            {"figure": [[4, 2030, 0.6]]},
            True,
        ),
        (
            [{"kind": "figure", "indicator": 4, "year": 2030, "value": 0.58}],
            {"figure": [[4, 2030, 0.6]]},
            False,
        ),
        (
            [{"kind": "figure", "indicator": 4, "year": 2030, "value": "完成"}],
            {"figure": [[4, 2030, "完成"]]},
            True,
        ),
        (
            [{"kind": "number", "of": "percent_change", "value": 3.4483}],
            {"number": {"percent_change": 3.45}},
            True,
        ),
        ([{"kind": "number", "of": "task", "value": 3}], {"number": {"measure": 3}}, False),
        ([{"kind": "verdict", "value": False}], {"verdict": False}, True),
        ([{"kind": "verdict", "value": False}], {"verdict": True}, False),
        (
            [{"kind": "fact", "indicator": 1, "field": "unit", "value": "%"}],
            {"fact": [[1, "unit", "%"]]},
            True,
        ),
        ([{"kind": "bureau", "name": "甲", "role": "lead"}], {"bureau": ["甲"]}, True),
        ([{"kind": "bureau", "name": "甲", "role": "lead"}], {"bureau": ["甲:support"]}, False),
        ([{"kind": "bureau", "name": "甲", "role": "lead"}], {"bureau": ["甲:lead", "乙"]}, False),
        ([], {"measure": []}, True),
    ],
)
def test_rows_of_each_kind(rows: list[dict[str, Any]], wanted: dict[str, Any], fits: bool) -> None:
    verdict = judge(answer("answered", *rows), {"status": "answered", "rows": wanted})
    assert verdict == ("right" if fits else "wrong")


def test_a_question_back_must_offer_what_is_expected() -> None:
    expect = {"status": "clarify", "choices": {"measure": [1, 2]}}
    assert judge(answer("clarify", choices=[ONE, TWO, THREE]), expect) == "right"
    assert judge(answer("clarify", choices=[ONE, THREE]), expect) == "asked"
    assert judge(answer("clarify", choices=[ONE]), {"status": "clarify"}) == "asked"
    assert judge(answer("answered", ONE), expect) == "wrong"


def test_any_refusal_is_as_good_as_another() -> None:
    expect = {"status": "unknown", "reason": "no_such_bureau"}
    assert judge(answer("unknown", reason="out_of_scope"), expect) == "right"
    assert judge(answer("clarify"), expect) == "asked"
    assert judge(answer("answered"), expect) == "wrong"
    assert judge(answer("answered"), expect, {"status": "answered"}) == "right"


def test_reliability_weighs_a_wrong_answer_ten_times() -> None:
    score = Score(["right"] * 98 + ["wrong", "broken"])
    assert (score.right, score.wrong, score.reliability) == (98.0, 2.0, 78.0)
