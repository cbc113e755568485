"""From a message to a reading, sentence by sentence.

The way of a question: normalised (:mod:`.normalise`), cut into mentions (:mod:`.finder`), gathered
into slots (:mod:`.gather`), drafted as a query (:mod:`.draft`), completed from the turn before
(:mod:`.dialogue`) unless it picks from a question back (:mod:`.choices`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from siwei_bot.language.amending import (
    after_restart,
    as_passed_on,
    corrected,
    without_denied,
    without_mistaken,
    without_premises,
)
from siwei_bot.language.choices import pick_choice, pick_other
from siwei_bot.language.clauses import (
    NAMES,
    POINTED,
    QUESTIONS,
    Kept,
    is_refusing,
    may_ask,
    narrower,
    refused,
    small_talk,
    split,
    stands_alone,
    without_asides,
    without_preface,
)
from siwei_bot.language.dialogue import asked_back, complete
from siwei_bot.language.draft import draft
from siwei_bot.language.drafting import Sentence
from siwei_bot.language.finder import MentionFinder
from siwei_bot.language.gather import gather
from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.mentions import Mention, Utterance
from siwei_bot.language.normalise import normalise
from siwei_bot.language.reading import Context, Reading
from siwei_bot.language.rereading import with_referent
from siwei_bot.language.slots import ITEM_NOUNS
from siwei_bot.language.topics import TopicFinder
from siwei_bot.plan import ROLES
from siwei_bot.query import Query

_AFTERTHOUGHTS = frozenset(
    {"lead", "support", "attribute", "unit", "difference", "percent", "ratio", "follow"}
)
"""Cues by which a sentence asks one thing more of what the one before it named."""
_MOST_QUESTIONS = 4
"""Questions that one message may ask."""


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
        mentions = as_passed_on(after_restart(utterance.mentions))
        reading = self._several(mentions, context, today) or self._one(mentions, context, today)
        return self._noted(reading, utterance)

    def _one(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading:
        """The reading of one question: of the whole message, else without what is said beside it."""
        kept = without_asides(mentions)
        beside = kept and self._kept(kept, context, today)
        if beside and kept and kept.spoken:
            return beside
        whole = self._read(mentions, context, today)
        if whole.reason in ("", "no_such_year", "no_such_number", "not_reported"):
            return whole
        if beside:
            return beside
        for part in filter(may_ask, narrower(mentions)):
            reading = self._read(part, context, today)
            if reading.choices or (reading.queries and not reading.inherits):
                return reading
        corrects = any(m.cues & {"correction", "other_one"} for m in mentions)
        return replace(whole, forgets=corrects and whole.reason in ("not_understood", "no_match"))

    def _kept(self, kept: Kept, context: Context, today: date) -> Reading | None:
        """The reading of a message without its asides, if it is a question that may be asked so."""
        reading = self._read(kept.mentions, context, today)
        alone = kept.spoken or kept.empty or (not reading.inherits and stands_alone(kept.mentions))
        return reading if reading.choices or (reading.queries and alone) else None

    def _several(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading | None:
        """第8条谁牵头？第10条谁参与？: sentences that each ask a whole question, as one reading."""
        whole = QUESTIONS | {"content"}
        for stops, asking in (("。", QUESTIONS | POINTED | _AFTERTHOUGHTS), ("。，", whole)):
            named = NAMES - {"number"}  # 两件事 is none
            parts = [
                part
                for part in split(mentions, stops)
                if any(m.cues & asking or m.kind in named for m in part)
            ]
            if not 1 < len(parts) <= _MOST_QUESTIONS:
                continue
            if not all(any(m.cues & asking for m in part) for part in parts):
                continue
            together = self._as_one(parts, today, whole=stops == "。，")
            if together is not None:
                return together
        *clauses, last = split(mentions, "。，")
        if (
            clauses
            and _is_same_again(last)
            and any(m.cues & (QUESTIONS | {"unit"}) for clause in clauses for m in clause)
        ):
            parts = [[m for clause in clauses for m in clause], last]  # 水利局牵头几条，城管局呢
            return self._as_one(parts, today, whole=False)
        return None

    def _as_one(self, parts: Sequence[Sequence[Mention]], today: date, *, whole: bool) -> Reading | None:
        """Several questions as one reading, if each is understood: by itself or, unless each is to be
        ``whole``, about what the first one named."""
        queries: list[Query] = []
        for part in parts:
            reading = self._read(without_preface(part), Context(), today)
            if not (reading.queries or whole) and queries:
                reading = self._read(part, Context(queries[0]), today)
            if not reading.queries or reading.missing:
                return None
            queries += reading.queries
        return Reading(queries=tuple(queries))

    def _read(self, mentions: Sequence[Mention], context: Context, today: date) -> Reading:
        chat = small_talk(mentions)
        if chat:
            return Reading(chat=chat)
        mentions = self._topics_among(mentions)
        beyond = refused(mentions)
        if beyond:
            return Reading(reason="out_of_scope", subject=beyond)
        mentions = without_premises(corrected(without_mistaken(without_denied(mentions))))
        slots = gather(with_referent(mentions, context), self.lexicon, self.topics)
        picked = (
            pick_choice(slots, context, self.lexicon)
            if context.choices
            else pick_other(slots, context, self.lexicon)
        )
        if picked is not None:
            return picked
        drafted = draft(Sentence(slots, self.lexicon, self.topics, context), today)
        if isinstance(drafted, Reading):
            return asked_back(drafted, slots, context)
        return complete(drafted, slots, context)

    def _topics_among(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        """有没有涉及举报的措施: a word that else is refused, where measures about it are asked for."""
        listed = any("about" in m.cues for m in mentions) and any("measure_noun" in m.cues for m in mentions)
        if not listed:
            return mentions
        return [
            replace(m, kind="text", entries=(), evidence="text")
            if is_refusing(m) and len(m.text) > 1 and self.lexicon.in_measures(m.text)
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
