"""How a message is read, step by step, in Chinese: for the people who extend the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from siwei_bot.language.gather import gather
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import normalise
from siwei_bot.language.parse import Parser
from siwei_bot.language.reading import Context, Reading
from siwei_bot.query import Query

_EVIDENCE = {
    "exact": "原样", "sound": "同音", "alike": "近音", "initials": "拼音首字母", "near": "差一个字",
    "text": "方案原文", "number": "数字", "stranger": "方案外的名称", "none": "没有读懂",
}  # fmt: skip
_KINDS = {
    "bureau": "单位", "indicator": "指标", "section": "部分", "group": "指标分组", "task": "任务",
    "measure": "措施", "attribute": "指标属性", "unit": "计量单位", "due": "时限", "plan": "本方案",
    "cue": "词义", "text": "话题", "number": "数字",
    "stranger": "其他单位", "place": "其他地方", "gap": "生字", "stop": "标点",
}  # fmt: skip


def explain(parser: Parser, text: str, context: Context, today: date) -> str:
    """The spelling, the mentions with their evidence and cost, what is left over, and the reading."""
    return "\n".join(_lines(parser, text, context, today))


def _lines(parser: Parser, text: str, context: Context, today: date) -> Iterator[str]:
    utterance = parser.finder.find(normalise(text))
    yield f"写法：{utterance.text or '（空）'}"
    yield "切分："
    for mention in utterance.mentions:
        if mention.kind != "stop":
            yield f"  {mention.text}  {_meaning(mention)}（{_EVIDENCE[mention.evidence]}）"
    cost = utterance.cost
    yield f"代价：没读懂 {cost.unread} 字，凭证不足 {cost.corrected}，共 {cost.pieces} 段"
    slots = gather(utterance.mentions, parser.lexicon, parser.topics)
    topics = [f"{topic.said}→{'＋'.join(topic.any_of[0])}" for topic in slots.topics]
    yield f"话题：{'；'.join(topics) or '无'}"
    yield f"剩下：{'；'.join(slots.lost) or '无'}"
    yield from _reading(parser.read(text, context, today))


def _meaning(mention: Mention) -> str:
    entries = [str(entry.value) for entry in mention.entries]
    if mention.number is not None:
        numbers = "、".join(f"{value:g}" for value in mention.number.values)
        entries.append(" ".join(filter(None, (mention.number.form, numbers, mention.number.unit))))
    kind = _KINDS.get(mention.kind, mention.kind)
    return f"{kind} {' / '.join(entries)}".rstrip()


def _reading(reading: Reading) -> Iterator[str]:
    if reading.chat:
        yield f"读作：寒暄（{reading.chat}）"
    elif reading.choices:
        yield f"读作：反问，{len(reading.choices)} 个可能"
        yield from (f"  {choice.kind} {choice.id}" for choice in reading.choices)
    elif reading.reason:
        yield f"读作：不回答（{reading.reason}）{reading.subject}"
    else:
        yield f"读作：{'接着上一句，' if reading.inherits else ''}{len(reading.queries)} 个问题"
        yield from (f"  {_query(query)}" for query in reading.queries)


def _query(query: Query) -> str:
    """The slots that are filled."""
    filled: dict[str, Any] = {
        slot.name: getattr(query, slot.name)
        for slot in fields(query)
        if slot.name != "select" and getattr(query, slot.name) not in ((), "", False)
    }
    return "，".join([query.select, *(f"{name}={value}" for name, value in filled.items())])
