"""From a message to a reading, sentence by sentence.

The way of a question: normalised (:mod:`.normalise`), cut into mentions (:mod:`.finder`), gathered
into slots (:mod:`.gather`), drafted as a query (:mod:`.draft`), completed from the turn before
(:mod:`.dialogue`) unless it picks from a question back (:mod:`.choices`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from siwei_bot.language.choices import pick_choice, pick_other
from siwei_bot.language.dialogue import complete
from siwei_bot.language.draft import draft
from siwei_bot.language.drafting import Sentence
from siwei_bot.language.finder import MentionFinder
from siwei_bot.language.gather import gather
from siwei_bot.language.lexicon import Entry, Lexicon
from siwei_bot.language.mentions import Mention, Utterance
from siwei_bot.language.normalise import normalise
from siwei_bot.language.reading import Context, Reading
from siwei_bot.language.slots import ITEM_NOUNS
from siwei_bot.language.topics import TopicFinder
from siwei_bot.plan import ROLES
from siwei_bot.query import Query

_REFUSED = frozenset(
    {"order", "reason", "opinion", "personal", "money", "procedure", "hypothesis", "offtopic", "elsewhere"}
)
"""Cues of what no plan answers."""
_POINTED = frozenset({"target", "content", "list", "due"})
"""Cues of a question that asks by naming."""
_QUESTIONS = frozenset({"who", "which", "how_many", "how_much", "whether", "exists"})
"""Cues by which a sentence asks, and does not only name."""
_ASKING = (
    frozenset({"who", "which", "how_many", "whether", "exists", "lead", "support", "how_much"}) | _REFUSED
)
_AFTERTHOUGHTS = frozenset(
    {"lead", "support", "attribute", "unit", "difference", "percent", "ratio", "follow"}
)
"""Cues by which a sentence asks one thing more of what the one before it named."""
_NAMES = frozenset({"section", "group", "task", "measure", "indicator", "bureau", "number"})
_MOST_QUESTIONS = 4
"""Questions that one message may ask."""
_POINTING = ("这块", "那块", "方面", "这部分", "那部分", "这一块", "里面", "这方面")
_DENIALS = frozenset({"不是", "不是说", "不是问", "不要", "没问", "不问"})
_REPORTING = 6
"""Mentions among which 问 stands, where somebody else's question is passed on."""
_CALLERS = frozenset({"领导", "同志", "主任", "科长", "老板", "科室", "组"})
_CHAT = ("who_are_you", "help", "greeting", "thanks", "goodbye", "acknowledgement")


class Parser:
    """Reads messages about one plan. Holds no state of any chat."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.finder = MentionFinder(lexicon)
        self.topics = TopicFinder(lexicon)

    def read(self, text: str, context: Context, today: date) -> Reading:
        """The reading of one message after the turns that ``context`` remembers."""
        utterance = self.finder.find(normalise(text))
        if not any(m.kind != "stop" for m in utterance.mentions):
            return Reading(reason="not_understood")
        utterance = replace(utterance, mentions=tuple(_asked(_after_restart(utterance.mentions))))
        several = self._several(utterance.mentions, context, today)
        if several is not None:
            return self._noted(several, utterance)
        whole = self._read(utterance.mentions, context, today)
        if whole.reason in ("", "no_such_year", "no_such_number", "not_reported"):
            return self._noted(whole, utterance)
        for part, is_whole in self._parts(utterance):
            if not any(map(_may_ask, part)):
                continue
            reading = self._read(part, context, today)
            if (reading.queries and (is_whole or not reading.inherits)) or reading.choices:
                return self._noted(reading, utterance)
        corrects = any("correction" in m.cues for m in utterance.mentions)
        forgets = corrects and whole.reason in ("not_understood", "no_match")
        return self._noted(replace(whole, forgets=forgets), utterance)

    def _several(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading | None:
        """第8条谁牵头？第10条谁参与？: sentences that each ask a whole question, as one reading."""
        whole = _QUESTIONS | {"content"}
        for stops, asking in (("。", _QUESTIONS | _POINTED | _AFTERTHOUGHTS), ("。，", whole)):
            named = _NAMES - {"number"}  # 两件事 is none
            parts = [
                part
                for part in _split(mentions, stops)
                if any(m.cues & asking or m.kind in named for m in part)
            ]
            if not 1 < len(parts) <= _MOST_QUESTIONS:
                continue
            if not all(any(m.cues & asking for m in part) for part in parts):
                continue
            together = self._as_one(parts, today, whole=stops == "。，")
            if together is not None:
                return together
        *clauses, last = _split(mentions, "。，")
        if (
            clauses
            and _is_same_again(last)
            and any(m.cues & (_QUESTIONS | {"unit"}) for clause in clauses for m in clause)
        ):
            parts = [[m for clause in clauses for m in clause], last]  # 水利局牵头几条，城管局呢
            return self._as_one(parts, today, whole=False)
        return None

    def _as_one(self, parts: Sequence[Sequence[Mention]], today: date, *, whole: bool) -> Reading | None:
        """Several questions as one reading, if each is understood: by itself or, unless each is to be
        ``whole``, about what the first one named."""
        queries: list[Query] = []
        for part in parts:
            reading = self._read(_without_preface(part), Context(), today)
            if not (reading.queries or whole) and queries:
                reading = self._read(part, Context(queries[0]), today)
            if not reading.queries or reading.missing:
                return None
            queries += reading.queries
        return Reading(queries=tuple(queries))

    def _parts(self, utterance: Utterance) -> Iterator[tuple[Sequence[Mention], bool]]:
        """What may be the question, when the whole makes none; whether only asides are left out.

        The last sentence, then its last clauses, then every clause that names something.
        """
        sentences = list(_split(utterance.mentions, "。"))
        if len(sentences) > 1:
            yield from ((s, False) for s in reversed(sentences) if not _refused(s))
        if sentences and not any(_refused(s) for s in sentences[-1:]):
            clauses = list(_split(sentences[-1], "， "))
            last = max((at for at, clause in enumerate(clauses) if any(map(_may_ask, clause))), default=0)
            for at in range(1, last + 1):
                if any(map(_matters, clauses[at - 1])):
                    break
                yield [m for clause in clauses[at:] for m in clause], False
            if weighty := _without_asides(clauses, last):
                yield weighty, True

    def _read(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading:
        chat = _small_talk(mentions)
        if chat:
            return Reading(chat=chat)
        mentions = self._topics_among(mentions)
        refused = _refused(mentions)
        if refused:
            return Reading(reason="out_of_scope", subject=refused)
        mentions = _without_premises(_corrected(_without_denied(mentions)))
        slots = gather(mentions, self.lexicon, self.topics)
        picked = pick_choice(slots, context, self.lexicon) if context.choices else pick_other(slots, context)
        if picked is not None:
            return picked
        drafted = draft(Sentence(slots, self.lexicon, self.topics, context), today)
        return drafted if isinstance(drafted, Reading) else complete(drafted, slots, context)

    def _topics_among(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        """有没有涉及举报的措施: a word that else is refused, where measures about it are asked for."""
        listed = any("about" in m.cues for m in mentions) and any("measure_noun" in m.cues for m in mentions)
        if not listed:
            return mentions
        return [
            replace(m, kind="text", entries=(), evidence="text")
            if m.cues & _REFUSED and len(m.text) > 1 and self.lexicon.in_measures(m.text)
            else m
            for m in mentions
        ]

    def _noted(self, reading: Reading, utterance: Utterance) -> Reading:
        """Each question once, with a note for every word that was read as another."""
        read = [
            (mention.text.strip(), self.lexicon.display(entry))
            for mention in utterance.mentions
            if mention.evidence in ("sound", "alike", "initials", "near") and mention.kind != "cue"
            for entry in [e for e in mention.entries if e.kind == mention.kind][:1]
        ]
        for topic in (topic for query in reading.queries for topic in query.topics):
            words = topic.any_of[0]
            if len(words) == 1 and words[0] not in topic.said:
                read.append((topic.said, words[0]))
        notes = dict.fromkeys(f"“{said}”读作“{meant}”" for said, meant in read)
        return replace(reading, queries=tuple(dict.fromkeys(reading.queries)), notes=tuple(notes))


def _is_same_again(part: Sequence[Mention]) -> bool:
    """Whether a clause only names something else to be asked about: 2030年目标呢, 配合单位呢, 配合几条."""
    roles = any(m.cues & set(ROLES) for m in part)
    named = roles or any(m.kind in ("bureau", "indicator") or m.number for m in part)
    counts = roles and any("how_many" in m.cues for m in part)
    aside = {"follow", "filler", "target", "body_noun", *ROLES}
    aside |= {"how_many", *ITEM_NOUNS} if counts else set()
    plain = all(m.kind in ("bureau", "indicator", "number") or m.cues & aside for m in part)
    return named and plain and (counts or "follow" in part[-1].cues)


def _without_preface(part: Sequence[Mention]) -> Sequence[Mention]:
    """两件事：…: without an opening clause that says nothing of its own."""
    first, *rest = _split(part, "，")
    says = any(m.kind in ("text", "gap", *_NAMES - {"number"}) or m.cues & _ASKING for m in first)
    return part if says or not rest else [m for clause in rest for m in clause]


def _split(mentions: Sequence[Mention], stops: str) -> Iterator[list[Mention]]:
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


def _after_restart(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """What comes after 言归正传, 先不说那个: the question itself."""
    at = max((i for i, m in enumerate(mentions) if "restart" in m.cues), default=-1)
    rest = mentions[at + 1 :]
    return rest if any(m.kind != "stop" for m in rest) else mentions


def _asked(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """审计局的同志问…: what somebody asks, without who it is."""
    at = next((i for i, m in enumerate(mentions[:_REPORTING]) if m.text in ("问", "来问", "让问", "在问")), 0)
    who, rest = mentions[:at], mentions[at + 1 :]
    named = any(m.kind in ("stranger", "bureau", "gap") or m.text in _CALLERS for m in who)
    return rest if named and not any(map(_asks, who)) and any(map(_may_ask, rest)) else mentions


def _without_denied(mentions: Sequence[Mention]) -> Sequence[Mention]:
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
        if (ends or mention.text in ("是", "我问的是", "我要的是", "要")) and any(map(_weighs, rest)):
            denial = Mention(0, 0, "不是", "cue", (Entry("cue", "correction"),))
            return [*mentions[:start], denial, *rest]
    return mentions


def _corrected(mentions: Sequence[Mention]) -> Sequence[Mention]:
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
    opening = next((i for i, m in enumerate(mentions) if _weighs(m) and not m.cues & aside), None)
    if opening is None or mentions[opening].text not in _DENIALS:
        return None
    asks = any("other_one" in m.cues or ("whether" in m.cues and m.text in ("吗", "么")) for m in mentions)
    return None if asks else opening


def _weighs(mention: Mention) -> bool:
    return mention.kind != "stop" and "filler" not in mention.cues


def _without_premises(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """25年145，30年148，那28年呢: clauses that only state values are no part of the question."""
    clauses = list(_split(mentions, "，"))
    stated = [
        c
        for c in clauses
        if {"year", "value"} <= {m.number.form for m in c if m.number}
        and not any(_asks(m) or m.kind == "indicator" for m in c)
    ]
    if not stated or len(stated) == len(clauses):
        return mentions
    return [m for clause in clauses if clause not in stated for m in clause]


def _matters(mention: Mention) -> bool:
    """Whether a clause with this mention cannot be mere background."""
    return _asks(mention) or mention.kind in _NAMES or mention.text in _POINTING


def _may_ask(mention: Mention) -> bool:
    """Whether a part with this mention may be the question."""
    return _asks(mention) or bool(mention.cues & _POINTED)


def _asks(mention: Mention) -> bool:
    return bool(mention.cues & _ASKING)


def _refused(mentions: Sequence[Mention]) -> str:
    """The word by which a sentence asks for what no plan answers; empty if there is none."""
    opening = next((m for m in mentions if _weighs(m)), None)
    for at, mention in enumerate(mentions):
        if mention is opening and "correction" in mention.cues:
            continue
        row = mentions[at - 1].number if at else None
        of_row = row is not None and row.form in ("section", "task", "measure")  # 第3项任务叫什么名字
        aside = {"filler", "which", "reach", *(("content",) if of_row else ())}
        refused = mention.cues & _REFUSED and not mention.cues & aside
        if mention.kind == "place" or refused:
            return mention.text
    return ""


def _without_asides(clauses: Sequence[Sequence[Mention]], last: int) -> list[Mention]:
    """我商务局的，摸个底，我们牵头几条，我好准备: without what names nothing.

    Such clauses before the question are background, and behind it those in which somebody speaks of himself.
    Empty if there are none.
    """

    def aside(at: int) -> bool:
        clause = clauses[at]
        spoken = at < last or any("speaker" in m.cues for m in clause)
        return spoken and not any(map(_matters, clause)) and not _refused(clause)

    kept = [clause for at, clause in enumerate(clauses) if not aside(at)]
    return [m for clause in kept for m in clause] if len(kept) < len(clauses) else []


def _small_talk(mentions: Sequence[Mention]) -> str:
    """The kind of small talk that a message is, if it is nothing else."""
    kinds = [cue for m in mentions for cue in _CHAT if cue in m.cues]
    aside = {*_CHAT, "filler", "follow", "it", "whether", "now"}
    rest = [m for m in mentions if m.kind not in ("stop", "plan") and not m.cues & aside]
    return min(kinds, key=_CHAT.index) if kinds and not rest else ""
