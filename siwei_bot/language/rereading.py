"""What words mean in their place: 不 in 担不担, 几 in 任务几, 那 for 哪, a verb that is only a request.

Each step takes the mentions of one sentence and returns them with some read as another word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from siwei_bot.language.clauses import NAMES, QUESTIONS
from siwei_bot.language.lexicon import Entry, Lexicon
from siwei_bot.language.mentions import Mention, Number
from siwei_bot.language.reading import Context
from siwei_bot.language.slots import ITEM_NOUNS
from siwei_bot.plan import ROLES

_BOUNDS = frozenset({"bound_ge", "bound_le"})
_AFTER_A_VERB = frozenset({"一下", "一下子", "下", "一遍", "出来", "下来", "拉一下"})
_LONGEST_VERB = 2
_REQUEST = re.compile(
    "([看查说讲列报念发])\\1$|[看查说讲列报念发](一下|下|出来?)$|看一看$|[就先]([看查说讲列报念发])$|[帮给]我"
)
"""Words before what is asked for: 看看, 查一下, 就说, 给我."""
_BEFORE_A_REQUEST = frozenset({"filler", "list", "follow", "speaker"})
_CHANGING = frozenset("删改加减增补写编画译算背唱换")
"""Verbs of orders that the bot cannot carry out."""
_PRONOUNS = frozenset({"它", "他", "他们", "它们", "这家", "这个局", "该局", "该单位"})
_PLACES = frozenset({"镇", "乡", "县", "区", "市", "村", "街道"})
_ONE = {"count_measure": "measure_noun", "count_item": "measure_noun", "count_task": "task_noun"}
"""一条, 一项 as the noun that is counted."""
_THINGS = frozenset({*ITEM_NOUNS, "section_noun", "body_noun"})
"""The cues of nouns that are counted."""


def in_their_place(mentions: Sequence[Mention], lexicon: Lexicon) -> list[Mention]:
    """The mentions of a sentence, each read as what it means where it stands."""
    found = list(mentions)
    for step in (
        _who_for_which,
        _which_for_that,
        _requests,
        _requested,
        _doubted,
        _has_or_not,
        _how_many,
        _which_number,
        _counted_ones,
        _counted_places,
        _not_one,
        _unnamed_bodies,
    ):
        found = step(found)
    return _words_of_topics(found, lexicon)


def with_referent(mentions: Sequence[Mention], context: Context) -> Sequence[Mention]:
    """除了它还有谁, 工信局和它一起牵头的: after 除了 or beside a name, 它 is the body named last."""
    last = context.query
    if last is None or context.lost:
        return mentions
    bodies = [name for party in last.parties for name in party.bureaus]
    bodies = bodies or [str(choice.id) for choice in context.shown if choice.kind == "bureau"]
    for at, mention in enumerate(mentions):
        if mention.text not in _PRONOUNS or len(bodies) != 1:
            continue
        *_, name, link = (None, None, *mentions[:at])
        following = [*mentions[at + 1 : at + 3], None, None][:2]
        beside = (link is not None and "except" in link.cues) or _joins(link, name) or _joins(*following)
        if beside:
            body = replace(mention, kind="bureau", entries=(Entry("bureau", bodies[0]),), evidence="exact")
            return [*mentions[:at], body, *mentions[at + 1 :]]
    return mentions


def _joins(link: Mention | None, name: Mention | None) -> bool:
    return link is not None and name is not None and "and" in link.cues and name.kind == "bureau"


def _words_of_topics(mentions: Sequence[Mention], lexicon: Lexicon) -> list[Mention]:
    """财政资金, 水利工程: a body's everyday short name is no body where it runs on as a longer word."""
    suffixes = lexicon.vocabulary.suffixes
    found = list(mentions)
    for at, (mention, following) in enumerate(pairwise(mentions)):
        named = mention.kind == "bureau" and mention.evidence == "exact"
        short = named and len(mention.text) < 3 and not mention.text.endswith(suffixes)
        runs_on = following.kind in ("text", "gap") and mention.end == following.start
        if short and runs_on and len(following.text) < 3:
            found[at] = Mention(mention.start, mention.end, mention.text, "text", evidence="text")
    return found


def _requests(mentions: Sequence[Mention]) -> list[Mention]:
    """核一下, 捞出来: an unknown verb that asks the bot to do something says nothing of the plan."""
    found = list(mentions)
    for at, mention in enumerate(mentions):
        if mention.text not in _AFTER_A_VERB:
            continue
        start = at
        while start and mentions[start - 1].kind == "gap" and at - start < _LONGEST_VERB:
            start -= 1
        before = mentions[start - 1] if start else None
        begins = before is None or before.kind == "stop" or "filler" in before.cues
        if begins and not any(m.text in _CHANGING for m in mentions[start:at]):
            for gap in range(start, at):
                found[gap] = replace(mentions[gap], kind="cue", entries=(Entry("cue", "filler"),))
    return found


def _requested(mentions: Sequence[Mention]) -> list[Mention]:
    """那看看市水利局牵头的吧: 吧 at the end of a request asks nothing."""
    found = list(mentions)
    content = [m for m in mentions if m.kind != "stop"]
    opening = "".join(m.text for m in takewhile(lambda m: m.cues & _BEFORE_A_REQUEST, content))
    if len(content) > 1 and content[-1].text == "吧" and _REQUEST.search(opening):
        at = mentions.index(content[-1])
        found[at] = _as_cue(content[-1], "filler")
    return found


def _doubted(mentions: Sequence[Mention]) -> list[Mention]:
    """…不是市水利局牵头的吗？我记错了: at the end of a question it puts nothing right."""
    found = list(mentions)
    content = [m for m in mentions if m.kind != "stop"]
    mistaken = bool(content) and "correction" in content[-1].cues and content[-1].text.endswith("错了")
    if mistaken and any(m.cues & QUESTIONS for m in content[:-1]):
        found[mentions.index(content[-1])] = _as_cue(content[-1], "filler")
    return found


def _has_or_not(mentions: Sequence[Mention]) -> list[Mention]:
    """有配合单位没有, 担不担: the end or the middle of a question, and no denial."""
    found = list(mentions)
    for at, mention in enumerate(mentions):
        if mention.text not in ("不", "没", "没有") or not at or mentions[at - 1].text in ("都", "也"):
            continue
        before, following = mentions[at - 1], mentions[at + 1] if at + 1 < len(mentions) else None
        if mention.text == "不":
            if following is not None and before.text == following.text:
                aside = replace(before, kind="cue", entries=(Entry("cue", "filler"),), evidence="exact")
                found[at - 1 : at + 1] = [aside, _as_cue(mention, "whether")]
            continue
        ends = following is None or following.kind == "stop"
        if following is not None and not following.text.startswith(("的", "有")):  # 甲有乙没有的
            ends = ends or bool(following.cues & {"whether", "filler"})
        clause = takewhile(lambda m: m.kind != "stop", reversed(mentions[:at]))
        if ends and any(m.text == "有" for m in clause):
            found[at] = _as_cue(mention, "whether")
    return found


def _how_many(mentions: Sequence[Mention]) -> list[Mention]:
    """是多少条, 压了几个指标: a count of things, and neither a value nor a difference."""
    found = list(mentions)
    for at, (mention, noun) in enumerate(pairwise(mentions)):
        value = "how_much" in mention.cues and mention.text.endswith(("多少", "几"))
        changed = "difference" in mention.cues and mention.text.endswith("几个")
        if (value or changed) and noun.cues & _THINGS:
            found[at] = _as_cue(mention, "how_many")
    return found


def _which_number(mentions: Sequence[Mention]) -> list[Mention]:
    """在任务几里: 哪项任务, and no count."""
    found = list(mentions)
    for at, (noun, mention) in enumerate(pairwise(mentions), 1):
        if mention.text != "几" or len(noun.text) < 2 or not noun.cues & (_THINGS - {"body_noun"}):
            continue
        if not (at + 1 < len(mentions) and mentions[at + 1].cues & _THINGS):
            named = _as_cue(noun, "task_noun") if "work_noun" in noun.cues else noun
            found[at - 1 : at + 1] = [_as_cue(mention, "which"), named]
    return found


def _who_for_which(mentions: Sequence[Mention]) -> list[Mention]:
    """没有配合单位的措施都有谁: 谁 asks for the rows that stand before it."""
    found = list(mentions)
    content = [i for i, m in enumerate(mentions) if m.kind != "stop" and m.text not in ("都", "有", "是")]
    if len(content) > 2:
        link, noun, last = content[-3:]
        rows = (
            mentions[noun].cues & {"measure_noun", "work_noun", "task_noun"} and len(mentions[noun].text) > 1
        )
        if (
            rows
            and mentions[link].text.endswith("的")
            and mentions[last].text in ("谁", "有谁", "是谁", "都谁")
        ):
            found[last] = _as_cue(mentions[last], "which")
    return found


def _which_for_that(mentions: Sequence[Mention]) -> list[Mention]:
    """漏损率归那个局负责: 那 typed for 哪, in a sentence that else asks and follows nothing."""
    found = list(mentions)
    asks = any(m.cues & (QUESTIONS | {"list", "content", "follow", "correction", "due"}) for m in mentions)
    named = any(m.kind in NAMES or m.kind == "text" for m in mentions)
    for at, mention in enumerate(mentions):
        following = mentions[at + 1].cues if at + 1 < len(mentions) else frozenset[str]()
        points = "it" in mention.cues and mention.text.startswith("那")
        points = points and bool(following & {*ROLES, "any_role", "by"})
        if points and named and not asks and mention.text.endswith(("局", "部门", "单位", "家")):
            found[at] = _as_cue(mention, "who")
    return found


def _as_cue(mention: Mention, cue: str) -> Mention:
    return replace(mention, entries=(Entry("cue", cue),))


def _counted_ones(mentions: Sequence[Mention]) -> list[Mention]:
    """只有一个, 不止一个: 一个 is a number where a bound stands before it."""
    found = list(mentions)
    for at, (before, mention) in enumerate(pairwise(mentions), 1):
        if mention.text == "一个" and before.cues & {"only", *_BOUNDS}:
            found[at] = replace(mention, kind="number", entries=(), number=Number("count_item", (1,)))
    return found


def _counted_places(mentions: Sequence[Mention]) -> list[Mention]:
    """甲、乙、丙三个镇: the bodies named, once more."""
    found = list(mentions)
    for at, (before, mention) in enumerate(pairwise(mentions), 1):
        counts = before.number is not None and before.number.form == "count_item"
        named = any(m.kind == "bureau" for m in mentions[:at])
        if counts and named and mention.kind == "gap" and mention.text in _PLACES:
            found[at] = replace(mention, kind="cue", entries=(Entry("cue", "body_noun"),), evidence="exact")
    return found


def _not_one(mentions: Sequence[Mention]) -> list[Mention]:
    """市统计局一条措施都没有: asks, as 有没有 does, whether it has any."""
    found = list(mentions)
    asks = any(m.cues & (QUESTIONS - {"whether"} | {"list"}) for m in mentions)
    said = any("whether" in m.cues and m.text not in ("吗", "么") for m in mentions)  # …，对吗
    if asks or said or not any(m.kind == "bureau" for m in mentions):
        return found
    for at, mention in enumerate(mentions):
        noun = _ONE.get(mention.number.form) if mention.number and mention.number.values == (1,) else None
        following = [m for m in mentions[at + 1 : at + 3] if m.text not in ("都", "也")]
        if noun and following and "not" in following[0].cues and "的" not in {m.text for m in mentions[at:]}:
            end = mentions.index(following[0], at)
            found[at : end + 1] = [
                _as_cue(following[0], "exists"),
                replace(_as_cue(mention, noun), kind="cue", number=None),
            ]
            return found
    return found


def _unnamed_bodies(mentions: Sequence[Mention]) -> list[Mention]:
    """自然资源部门, 石桥村委会: a body that none of the plan's names is, though a part of it may be."""
    found: list[Mention] = []
    asks_who = any("who" in m.cues for m in mentions)
    for at, mention in enumerate(mentions):
        field = found[-1] if found else None
        after = mentions[at + 1] if at + 1 < len(mentions) else None
        other = mention.kind == "stranger" and field is not None and field.kind == "bureau"
        if (other and field is not None and field.end == mention.start and len(field.text) < 4) or (
            field is not None
            and mention.text in ("部门", "主管部门")
            and field.kind in ("text", "gap")
            and field.end == mention.start
            and after is not None
            and after.cues & {*ROLES, "any_role"}
            and not asks_who
        ):
            text = field.text + mention.text
            found[-1] = Mention(field.start, mention.end, text, "stranger", evidence="stranger")
        else:
            found.append(mention)
    return found
