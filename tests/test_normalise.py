"""One spelling for what can be typed in many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.language.normalise import MAX_LENGTH, fold, normalise


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("第２３条", "第23条"),
        ("ＧＤＰ", "gdp"),
        ("任务1️⃣3️⃣谁牵头", "任务13谁牵头"),
        ("農 業 農 村 局", "农业农村局"),
        ("農田灌溉係數，２０２５年？", "农田灌溉系数，2025年。"),
        ("2 0 3 0 年 目 标", "2030年目标"),
        ("@机器人 第45条", "第45条"),
        ("(｡･ω･｡)ﾉ 求第55条原文~ 谢谢", "求第55条原文 谢谢"),
        ("麻烦查两个：\n1、甲\n2、乙\n谢谢", "麻烦查两个，甲。乙。谢谢"),
        (">> 任务11谁牵头？\n>> 请反馈", "任务11谁牵头。请反馈"),
        ("见附件《方案（定稿2）.pdf》，第52条", "见附件，第52条"),
        ("<b>任务13</b>的牵头部门", "任务13 的牵头部门"),
        ("王科长 15:20", "王科长"),
        ("39-41条", "39-41条"),
        ("甲\u200b乙\u202e丙", "甲乙丙"),
        ("🙏🙏", ""),
        ("", ""),
    ],
)
def test_normalise(typed: str, read: str) -> None:
    assert normalise(typed).strip("。") == read.strip("。")


@pytest.mark.parametrize(
    ("name", "folded"), [("“四水四定”实施方案", "四水四定实施方案"), ("农村供水“3+ 1”", "农村供水3+1")]
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text())
def test_any_text_is_read_in_known_characters(text: str) -> None:
    read = normalise(text)
    assert len(read) <= 4 * MAX_LENGTH
    assert all("\u4e00" <= c <= "\u9fff" or c.isascii() or c in "〇。，、“”《》·≥≤" for c in read)


@given(st.text())
def test_reading_twice_changes_nothing(text: str) -> None:
    once = normalise(text, message=False)
    assert normalise(once, message=False) == once
