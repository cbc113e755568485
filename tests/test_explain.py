"""The explanation of a reading, and the documents that show it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.plans import ROOT, bot_for

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("城官局参与第31条吗", ["城官局  单位 市城管局（同音）", "第31条  数字 measure 31", "check=True"]),
        ("第7项", ["读作：反问，2 个可能"]),
        ("水利局电话多少", ["不回答（out_of_scope）电话"]),
        ("海绵城市建设是哪一条", ["剩下：海绵城市建设", "不回答（no_match）"]),
        ("谢谢", ["读作：寒暄（thanks）"]),
        ("", ["写法：（空）"]),
    ],
)
def test_explain(text: str, shown: list[str]) -> None:
    explained = bot_for("changzhi").explain(text, today=TODAY)
    for part in shown:
        assert part in explained


def test_the_example_of_the_document_is_what_the_bot_prints() -> None:
    document = Path(ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    assert bot_for("changzhi").explain("城官局参与第31条吗", today=TODAY) in document
