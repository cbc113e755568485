"""The clauses of a message: which ask, which name something, which are only said beside the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from siwei_bot.language.mentions import Mention

QUESTIONS = frozenset({"who", "which", "how_many", "how_much", "whether", "exists"})
"""Cues by which a sentence asks, and does not only name."""
POINTED = frozenset(
    {
        "target", "content", "list", "due", "attribute", "unit", "group", "difference", "percent", "ratio",
        "baseline",
    }
)  # fmt: skip
"""Cues of a question that asks by naming."""
NAMES = frozenset({"section", "group", "task", "measure", "indicator", "bureau", "number"})
"""Kinds of mentions that name something of the plan."""

_PASSING = frozenset({"personal", "money", "procedure", "offtopic"})
"""Cues of what no plan answers that may be told in passing: 督查室来电话了."""
_REFUSED = frozenset({"order", "reason", "opinion", "hypothesis", "elsewhere"}) | _PASSING
"""Cues of what no plan answers."""
_ASKING = QUESTIONS | {"lead", "support"} | (_REFUSED - _PASSING)
_CONDITIONS = NAMES | {"unit", "attribute", "due"}
_BINDING = frozenset({"correction", "except", "only", "just", "among", "it", "follow", "besides", "also"})
"""Cues by which a clause says something of the one before or behind it."""
_BOUND = frozenset({"except", "only", "just", "among"})
"""Those of them that put a condition on what follows."""
_POINTING = ("这块", "那块", "方面", "这部分", "那部分", "这一块", "里面", "这方面")
_REQUESTS = ("问", "查", "了解", "请教", "咨询", "关于", "核实", "确认", "看")
"""Characters of words that bring a question's topic along: 想问合同节水，谁牵头."""
_HOW_SET = frozenset({"怎么定的", "咋定的", "怎么定", "怎么排的"})
"""Of an indicator these ask for its targets, else for reasons."""
_CHAT = ("who_are_you", "help", "greeting", "thanks", "goodbye", "acknowledgement")


@dataclass(frozen=True)
class Kept:
    """What of a message is the question: its ``mentions``, and what kind of clauses were left out.

    ``spoken``: in all of them somebody speaks of himself. ``empty``: none says anything at all. Where neither
    is so, the question must name by itself what it is about.
    """

    mentions: Sequence[Mention]
    spoken: bool
    empty: bool


def split(mentions: Sequence[Mention], stops: str) -> Iterator[list[Mention]]:
    """The parts between stops, without these."""
    part: list[Mention] = []
    for mention in mentions:
        if mention.kind == "stop" and mention.text in stops:
            if part:
                yield part
            part = []
        else:
            part.append(mention)
    if part:
        yield part


def asks(mention: Mention) -> bool:
    """Whether a mention asks, or asks for what no plan answers."""
    return bool(mention.cues & (_ASKING | _REFUSED))


def may_ask(part: Sequence[Mention]) -> bool:
    """Whether a part may be the question."""
    return any(asks(m) or m.cues & POINTED for m in part)


def weighs(mention: Mention) -> bool:
    """Whether a mention is more than courtesy and punctuation."""
    return mention.kind != "stop" and "filler" not in mention.cues


def stands_alone(part: Sequence[Mention]) -> bool:
    """Whether a part names what it is about."""
    return any(m.kind in NAMES or _is_topic(m) for m in part)


def without_preface(part: Sequence[Mention]) -> Sequence[Mention]:
    """两件事：…: without an opening clause that says nothing of its own."""
    first, *rest = split(part, "，")
    named = any(m.kind in ("text", "gap", *NAMES - {"number"}) for m in first)
    says = named or any(map(asks, first))
    return part if says or not rest else [m for clause in rest for m in clause]


def without_asides(mentions: Sequence[Mention]) -> Kept | None:
    """我商务局的，摸个底，我们牵头几条，我好准备: without what is only said beside the question.

    Before the question that is every clause that names and asks nothing; behind it, those in which somebody
    speaks of himself or of what the answer is for. ``None`` if there are none.
    """
    clauses = list(split(mentions, "。， "))
    last = max((at for at, clause in enumerate(clauses) if _may_be_asked(clause)), default=-1)
    asides = [at for at, clause in enumerate(clauses) if _is_aside(clause, before=at < last)]
    if last < 0 or not asides:
        return None
    kept = [m for at, clause in enumerate(clauses) if at not in asides for m in clause]
    spoken = all(_speaks(clauses[at]) for at in asides)
    return Kept(kept, spoken, not any(_is_unread(m) for at in asides for m in clauses[at]))


def narrower(mentions: Sequence[Mention]) -> Iterator[Sequence[Mention]]:
    """What may be the question, when the whole makes none: one sentence, the last first, or its last clauses.

    What stands before it must name nothing that the question may be about, unless this names its own.
    """
    sentences = list(split(mentions, "。"))
    if len(sentences) > 1:
        topics = any(map(_is_topic, mentions))
        yield from (s for s in reversed(sentences) if not refused(s) and (stands_alone(s) or not topics))
    if not sentences or refused(sentences[-1]):
        return
    clauses = list(split(sentences[-1], "， "))
    last = max((at for at, clause in enumerate(clauses) if may_ask(clause)), default=0)
    topics = False
    for at in range(1, last + 1):
        if _asks_or_names(clauses[at - 1]):
            return
        rest = [m for clause in clauses[at:] for m in clause]
        topics = topics or any(map(_is_topic, clauses[at - 1]))
        if not topics or stands_alone(rest):
            yield rest


def refused(mentions: Sequence[Mention]) -> str:
    """The word by which a sentence asks for what no plan answers; empty if there is none."""
    opening = next((m for m in mentions if weighs(m)), None)
    for at, mention in enumerate(mentions):
        if mention is opening and "correction" in mention.cues:
            continue
        row = mentions[at - 1].number if at else None
        of_row = row is not None and row.form in ("section", "task", "measure")  # 第3项任务叫什么名字
        aside = {"filler", "which", "reach", *(("content",) if of_row else ())}
        if mention.text in _HOW_SET and any(m.kind == "indicator" for m in mentions):
            continue
        if mention.kind == "place" or (mention.cues & _REFUSED and not mention.cues & aside):
            return mention.text
    return ""


def is_refusing(mention: Mention) -> bool:
    """Whether a mention asks for what no plan answers."""
    return bool(mention.cues & _REFUSED)


def small_talk(mentions: Sequence[Mention]) -> str:
    """The kind of small talk that a message is, if it is nothing else."""
    kinds = [cue for m in mentions for cue in _CHAT if cue in m.cues]
    aside = {*_CHAT, "filler", "follow", "it", "whether", "now", "speaker"}
    rest = [m for m in mentions if m.kind not in ("stop", "plan") and not m.cues & aside]
    return min(kinds, key=_CHAT.index) if kinds and not rest else ""


def _may_be_asked(clause: Sequence[Mention]) -> bool:
    return may_ask(clause) or (stands_alone(clause) and not _speaks(clause))


def _is_aside(clause: Sequence[Mention], *, before: bool) -> bool:
    """Whether a clause, which stands ``before`` the question or behind it, is no part of it."""
    speaks = _speaks(clause)
    requests = any(word in m.text for m in clause for word in _REQUESTS)
    named = any(map(_is_topic, clause)) and not (speaks and not requests)
    binds = any(m.kind in _CONDITIONS or m.cues & (_ASKING | _BINDING) for m in clause)
    if named or binds or any(m.text in _POINTING for m in clause):
        return False
    return before if refused(clause) else (before or speaks)


def _asks_or_names(clause: Sequence[Mention]) -> bool:
    """Whether a clause cannot be mere background."""
    return any(
        asks(m) or m.kind in NAMES or m.cues & (_BOUND | POINTED) or m.text in _POINTING for m in clause
    )


def _speaks(clause: Sequence[Mention]) -> bool:
    return any("speaker" in m.cues for m in clause)


def _is_topic(mention: Mention) -> bool:
    return mention.kind == "text" and len(mention.text) > 1


def _is_unread(mention: Mention) -> bool:
    return mention.kind in ("gap", "text", "stranger", "place") or is_refusing(mention)
