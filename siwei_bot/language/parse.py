"""From a message to a reading: what is asked (focus), of what (anchor), completed from the context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from siwei_bot.language.dialogue import complete, pick_choice
from siwei_bot.language.draft import Draft, draft
from siwei_bot.language.gather import Gatherer
from siwei_bot.language.lexicon import Entry, Lexicon
from siwei_bot.language.mentions import Mention, MentionFinder, Utterance
from siwei_bot.language.normalise import normalise
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Slots
from siwei_bot.language.topics import TopicFinder

_REFUSED = (
    "order",
    "reason",
    "opinion",
    "personal",
    "money",
    "procedure",
    "hypothesis",
    "offtopic",
    "elsewhere",
)
_CHAT = ("who_are_you", "help", "greeting", "thanks", "goodbye", "acknowledgement")


class Parser:
    """Reads messages about one plan. Holds no state of any chat."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.finder = MentionFinder(lexicon)
        self.topics = TopicFinder(lexicon, lexicon.words)
        self.gatherer = Gatherer(lexicon, self.topics)

    def read(self, text: str, context: Context, today: date) -> Reading:
        """The reading of one message after the turns that ``context`` remembers."""
        utterance = self.finder.find(normalise(text))
        if not any(m.kind != "stop" for m in utterance.mentions):
            return Reading(reason="not_understood")
        utterance = replace(utterance, mentions=tuple(_after_restart(utterance.mentions)))
        whole = self._read(utterance.mentions, context, today)
        if whole.reason in ("", "no_such_year", "no_such_number", "not_reported"):
            return self._noted(whole, utterance)
        for part in self._parts(utterance):
            if not any(_asks(m) or m.cues & {"target", "content", "list", "due"} for m in part):
                continue
            reading = self._read(part, context, today)
            if (reading.queries and not reading.inherits) or reading.choices:
                return self._noted(reading, utterance)
        return self._noted(whole, utterance)

    def _parts(self, utterance: Utterance) -> Iterator[Sequence[Mention]]:
        """What may be the question itself, when the whole makes none: the last sentence, then its last clauses."""
        sentences = list(_split(utterance.mentions, "。"))
        if len(sentences) > 1:
            yield from (s for s in reversed(sentences) if not _refused(s))
        if sentences and not any(_refused(s) for s in sentences[-1:]):
            clauses = list(_split(sentences[-1], "， "))
            for at in range(1, len(clauses)):
                if not any(_matters(m) for clause in clauses[:at] for m in clause):
                    yield [m for clause in clauses[at:] for m in clause]

    def _read(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading:
        chat = _small_talk(mentions)
        if chat:
            return Reading(chat=chat)
        refused = _refused(mentions)
        if refused:
            return Reading(reason="out_of_scope", subject=refused)
        slots = self.gatherer.gather(_without_premises(_without_denied(mentions)))
        if context.choices:
            picked = pick_choice(slots, context, self.lexicon)
            if picked is not None:
                return picked
        drafted = draft(slots, self.lexicon, self.topics, context, today)
        if isinstance(drafted, Reading):
            return drafted
        return complete(drafted, slots, context)

    def _noted(self, reading: Reading, utterance: Utterance) -> Reading:
        """With a note for every word that was read as another."""
        notes = []
        for mention in utterance.mentions:
            if (
                mention.evidence in ("sound", "alike", "initials", "near")
                and mention.kind != "cue"
                and len(mention.entries)
            ):
                name = self.lexicon.display(next(e for e in mention.entries if e.kind == mention.kind))
                notes.append(f"“{mention.text.strip()}”读作“{name}”")
        for query in reading.queries:
            for topic in query.topics:
                plain = topic.any_of[0]
                if len(plain) == 1 and plain[0] != topic.said and plain[0] not in topic.said:
                    notes.append(f"“{topic.said}”读作“{plain[0]}”")
        return replace(reading, notes=tuple(dict.fromkeys(notes)))


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


def _without_denied(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """不是X，是Y; 不是25是30: without what is denied, where something is said instead."""
    opens = [i for i, m in enumerate(mentions) if m.kind != "stop" and not m.cues & {"filler", "correction"}]
    start = next((i for i in opens[:1] if mentions[i].text in ("不是", "不是说", "不是问", "不要")), None)
    if (
        start is None
        or any("other_one" in m.cues for m in mentions)
        or any("whether" in m.cues and m.text in ("吗", "么") for m in mentions)
    ):
        return mentions
    for at in range(start + 1, len(mentions)):
        if (
            (mentions[at].kind == "stop"
            and mentions[at].text in "，。 ")
            or mentions[at].text in ("是", "我问的是", "我要的是", "要")
        ):
            rest = mentions[at:]
            if any(m.kind not in ("stop",) and not m.cues & {"filler"} for m in rest):
                denial = Mention(0, 0, "不是", "cue", (Entry("cue", "correction"),))
                return [*mentions[:start], denial, *rest]
    return mentions


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
    named = mention.kind in ("section", "group", "task", "measure", "indicator", "bureau", "number")
    return (
        _asks(mention)
        or named
        or mention.text in ("这块", "那块", "方面", "这部分", "那部分", "这一块", "里面", "这方面")
    )


def _asks(mention: Mention) -> bool:
    return bool(
        mention.cues
        & {"who", "which", "how_many", "whether", "exists", "lead", "support", "how_much", *_REFUSED}
    )


def _refused(mentions: Sequence[Mention]) -> str:
    opening = next((m for m in mentions if m.kind != "stop" and not m.cues & {"filler"}), None)
    for mention in mentions:
        if mention is opening and "correction" in mention.cues:
            continue
        if (
            mention.kind == "place"
            or (mention.cues & set(_REFUSED)
            and not mention.cues & {"filler", "which", "reach"})
        ):
            return mention.text
    return ""


def _small_talk(mentions: Sequence[Mention]) -> str:
    """The kind of small talk that a message is, if it is nothing else."""
    kinds = [cue for m in mentions for cue in _CHAT if cue in m.cues]
    rest = [
        m for m in mentions
        if m.kind != "stop" and not (m.cues & {*_CHAT, "filler", "follow", "it", "whether", "now"}) and m.kind != "plan"
    ]  # fmt: skip
    return min(kinds, key=_CHAT.index) if kinds and not rest else ""


__all__ = ["Choice", "Draft", "Parser", "Slots"]
