"""What a message takes back or passes on: 不是…，是…; 哦不对; 言归正传; 审计局的同志问…."""

from __future__ import annotations

from collections.abc import Sequence

from siwei_bot.language.clauses import POINTED, QUESTIONS, asks, may_ask, split, weighs
from siwei_bot.language.lexicon import Entry
from siwei_bot.language.mentions import Mention

_DENIALS = frozenset({"不是", "不是说", "不是问", "不要", "没问", "不问"})
_MISTAKEN = frozenset({"说成", "写成", "听成", "看成", "记成", "打成", "弄成", "输成", "当成", "讲成"})
_REPORTING = 6
"""Mentions among which 问 stands, where somebody else's question is passed on."""
_CALLERS = frozenset({"领导", "同志", "主任", "科长", "老板", "科室", "组"})


def after_restart(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """What comes after 言归正传, 先不说那个: the question itself."""
    at = max((i for i, m in enumerate(mentions) if "restart" in m.cues), default=-1)
    rest = mentions[at + 1 :]
    return rest if any(m.kind != "stop" for m in rest) else mentions


def as_passed_on(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """审计局的同志问…: what somebody asks, without who it is."""
    at = next((i for i, m in enumerate(mentions[:_REPORTING]) if m.text in ("问", "来问", "让问", "在问")), 0)
    who, rest = mentions[:at], mentions[at + 1 :]
    named = any(m.kind in ("stranger", "bureau", "gap") or m.text in _CALLERS for m in who)
    return rest if named and not any(map(asks, who)) and may_ask(rest) else mentions


def without_denied(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """不是X，是Y; 不是25是30: without what is denied, where something is said instead."""
    start = _denial(mentions)
    if start is None:
        return mentions
    parts = {_part_of(m) for m in mentions[start + 1 : start + 3]} - {""}
    for at in range(start + 1, len(mentions)):
        mention, rest = mentions[at], mentions[at:]
        ends = mention.kind == "stop" and mention.text in "，。 "
        left_out = mentions[start].text == "不要" and not any(_part_of(m) in parts for m in rest)
        if left_out:
            return mentions  # 不要水利局的，再生水谁牵头: an exception, and nothing to put right
        if (ends or mention.text in ("是", "我问的是", "我要的是", "要")) and any(map(weighs, rest)):
            denial = Mention(0, 0, "不是", "cue", (Entry("cue", "correction"),))
            return [*mentions[:start], denial, *rest]
    return mentions


def without_mistaken(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """说成牵头了，是参与; 写成水利局了: without what was said by mistake."""
    at = next((i for i, m in enumerate(mentions[:-1]) if m.text in _MISTAKEN), -1)
    others = [*mentions[:at], *mentions[at + 2 :]]
    part = _part_of(mentions[at + 1]) if at >= 0 else ""
    if not part or all(_part_of(m) != part for m in others):
        return mentions
    return [Mention(0, 0, "不是", "cue", (Entry("cue", "correction"),)), *others]


def corrected(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """农业农村局牵头的，哦不对，是参与的条目: what was said first, with what is put right in its place."""
    at = next((i for i, m in enumerate(mentions) if i and "correction" in m.cues), 0)
    before, after = list(mentions[:at]), list(mentions[at + 1 :])
    right = {_part_of(m): m for m in reversed(after) if _part_of(m)}
    wrong = [i for i, m in enumerate(before) if _part_of(m) in right]
    if not right or len(wrong) != len(right):
        return mentions
    for i in wrong:
        before[i] = right[_part_of(before[i])]
    return [*before, *(m for m in after if m not in right.values())]


def without_premises(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """25年145，30年148，那28年呢; 牵头的记下了，配合的呢: without clauses that only say what is known.

    既然市水利局不牵头，那它参与什么: who the clause names stands for 它.
    """
    clauses = list(split(mentions, "，"))
    if len(clauses) < 2:
        return mentions
    first, rest = clauses[0], [m for clause in clauses[1:] for m in clause]
    bodies = [m for m in first if m.kind == "bureau"]
    it = next((at for at, m in enumerate(rest) if "it" in m.cues), None)
    if first[0].text == "既然" and len(bodies) == 1 and it is not None:
        return [*rest[:it], *bodies, *rest[it + 1 :]]
    stated = [
        c
        for c in clauses
        if ({"year", "value"} <= {m.number.form for m in c if m.number} and not any(map(asks, c)))
        or ("acknowledgement" in c[-1].cues and not any(m.cues & (QUESTIONS | POINTED) for m in c))
    ]
    stated = [c for c in stated if not any(m.kind == "indicator" for m in c)]
    if not stated or len(stated) == len(clauses):
        return mentions
    return [m for clause in clauses if clause not in stated for m in clause]


def _part_of(mention: Mention) -> str:
    """The part of a question that a mention can put right: a role, a body, a year, a number of the plan."""
    if mention.cues & {"lead", "support"}:
        return "role"
    if mention.number is not None and mention.number.form in ("year", "task", "measure", "section"):
        return mention.number.form
    return mention.kind if mention.kind in ("bureau", "indicator") else ""


def _denial(mentions: Sequence[Mention]) -> int | None:
    """Where a message opens with a denial, unless it asks (不是…吗) or means 另一个."""
    aside = {"correction", "also"}
    opening = next((i for i, m in enumerate(mentions) if weighs(m) and not m.cues & aside), None)
    if opening is None or mentions[opening].text not in _DENIALS:
        return None
    asks = any("other_one" in m.cues or ("whether" in m.cues and m.text in ("吗", "么")) for m in mentions)
    return None if asks else opening
