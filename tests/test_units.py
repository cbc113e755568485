"""Quantities said in one unit, compared in another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.units import in_unit


@pytest.mark.parametrize(
    ("value", "said", "unit", "meant"),
    [
        (6.73, "", "亿立方米", 6.73),
        (673_000_000, "", "亿立方米", 6.73),
        (67_300, "万立方米", "亿立方米", 6.73),
        (1_480_000, "", "万亩", 148),
        (7_800, "人", "万人", 0.78),
        (18_000, "", "元", 18_000),
        (9, "%", "%", 9),
        (9, "%", "万亩", None),
        (9, "立方米", "万亩", None),
    ],
)
def test_what_is_said_in_the_unit_of_an_indicator(
    value: float, said: str, unit: str, meant: float | None
) -> None:
    found = in_unit(value, said, unit)
    assert found == (None if meant is None else pytest.approx(meant))


@given(st.floats(0.01, 9_999), st.sampled_from(["万亩", "亿元", "人", "%", "1", ""]))
def test_a_value_in_the_indicators_own_unit_stays(value: float, unit: str) -> None:
    assert in_unit(value, unit, unit) == pytest.approx(value)
    assert in_unit(value, "", unit) == pytest.approx(value)
