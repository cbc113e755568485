"""Chinese and Arabic numerals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.language.numerals import integer, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("23", 23), ("二十三", 23), ("十", 10), ("十一", 11), ("二〇三〇", 2030), ("一百零五", 105),
        ("两", 2), ("三百六十", 360), ("捌", 8), ("九千八百", 9800), ("", None), ("甲", None), ("第", None),
    ],
)  # fmt: skip
def test_integer(text: str, value: int | None) -> None:
    assert integer(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("6.17", 6.17), ("六点一七", 6.17), ("九点五", 9.5), ("三十", 30), ("x", None), ("点五", None)],
)
def test_number(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.integers(1, 9999))
def test_every_spoken_integer_is_read_back(value: int) -> None:
    digits, spoken = "零一二三四五六七八九", ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            spoken += digits[digit] + name
        elif spoken and not spoken.endswith("零") and value % unit:
            spoken += "零"
    assert integer(spoken) == value
    assert integer("".join(digits[int(d)] for d in str(value))) == value
