"""Which parts of a message mention what: the cheapest way to cut it into known words.

Every possible mention is an edge over the text; a message is read along the cheapest path
(:class:`.Cost`). Strict evidence is tried first; sounds and one-character slips only where
strict evidence leaves something unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from siwei_bot.language.lexicon import EDITED, HEARD, Entry, Lexicon
from siwei_bot.language.mentions import Cost, Mention, Utterance, mention
from siwei_bot.language.numbers import number_mentions
from siwei_bot.language.strangers import StrangerFinder, people
from siwei_bot.language.words import in_a_word

_ROLE_CUES = frozenset({"lead", "support", "who", "responsible", "whether", "exists"})
_ASKS = frozenset({"each", "universal", "which", "who", "how_many", "not", "only", "also"})
"""Cues of single characters that are never typed for another by mistake."""
_WEAK = frozenset({"filler", "target", "reach", "by", "to", "it"})
"""Cues of single characters that are also part of many words."""
_PARTICLES = frozenset(
    "的了是吗呢吧啊呀在有都和与跟谁几哪要就还也里这那我您你请不没给由让归管条项到从比各及哦嗯个把"
)
"""Single characters that are words of their own in most sentences; others are often scraps of a word."""
_LATIN = frozenset({"who", "filler", "which", "and", "whether", "follow"})
"""Cues of single characters that are read in a run of pinyin; wu, ju are parts of words far more often."""
_QUOTED = 3
"""What a quotation of the plan's text costs (:class:`.Cost`)."""
_LONG_NAME = 5
"""Characters of a name that is known even with another character at its end."""
_LONG_QUOTATION = 4
"""Characters that are no chance meeting of words."""
_SUFFIXES = "局委办院厅处"
_STOPS = " 。，、“”《》"
_NAMES = ("bureau", "indicator", "section", "group", "task", "measure", "attribute", "unit", "due", "plan")


class _Edge(NamedTuple):
    mention: Mention
    cost: Cost


class MentionFinder:
    """Cuts messages into mentions of one plan."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._strangers = StrangerFinder(lexicon)
        units = {i.unit for i in lexicon.plan.indicators if i.unit not in ("", "1", "%")}
        self._units = sorted(units, key=len, reverse=True)

    def find(self, text: str) -> Utterance:
        """The cheapest reading of a normalised text."""
        if not text:
            return Utterance("", (), Cost())
        edges = self._strict_edges(text)
        utterance = _cheapest(text, edges)
        if utterance.cost.unread or utterance.cost.corrected >= _QUOTED:
            for edge in self._lenient_edges(text):
                edges[edge.mention.start].append(edge)
            utterance = _cheapest(text, edges)
        return utterance

    # -- strict evidence ------------------------------------------------------------------------

    def _strict_edges(self, text: str) -> list[list[_Edge]]:
        """For every position, the edges that begin there; a gap edge leads on from each."""
        edges: list[list[_Edge]] = [[] for _ in text]
        inside_word = self._inside_words(text)
        for start, char in enumerate(text):
            if char in _STOPS:
                edges[start].append(_Edge(mention(text, start, start + 1, "stop"), Cost()))
                continue
            edges[start].append(
                _Edge(mention(text, start, start + 1, "gap", evidence="none"), Cost(unread=1))
            )
            twice = char in (text[start - 1 : start], text[start + 1 : start + 2])
            if twice and not char.isascii():
                edges[start].append(
                    _Edge(mention(text, start, start + 1, "stop"), Cost(corrected=2, pieces=1))
                )
            edges[start].extend(self._word_edges(text, start, inside_word))
            edges[start].extend(self._quotation_edges(text, start))
        for edge in self._pattern_edges(text):
            edges[edge.mention.start].append(edge)
        return edges

    def _word_edges(self, text: str, start: int, inside_word: set[int]) -> Iterator[_Edge]:
        """Names and cues as they are spelled."""
        for end, entries in self._exact(text)[start]:
            single = end - start == 1
            if (single and start in inside_word) or (text[start].isascii() and _cuts_latin(text, start, end)):
                continue
            scrap = 2 if single and text[start] not in _PARTICLES else 0
            yield _Edge(mention(text, start, end, _kind(entries), entries), Cost(corrected=scrap, pieces=1))

    def _pattern_edges(self, text: str) -> Iterator[_Edge]:
        """Marked quotations, people, numbers, and bodies that the plan does not have."""
        for match in re.finditer("[“《]([^“”《》]{1,40})[”》]", text):
            if match[1] not in self._units and self.lexicon.in_measures(match[1]):
                quoted = Mention(match.start(), match.end(), match[1], "text", evidence="text")
                yield _Edge(quoted, Cost())
        for person in people(text):
            yield _Edge(person, Cost(pieces=1))
        for number in number_mentions(text, self._units):
            yield _Edge(number, Cost(pieces=1))
        for stranger, known in self._strangers.find(text):
            place = self._strangers.own_place(stranger.text)
            unread = 0 if known else len(stranger.text) - place - 1
            yield _Edge(stranger, Cost(unread=unread, pieces=1))

    def _inside_words(self, text: str) -> set[int]:
        """Positions inside longer everyday words, where a single character is no word of its own."""
        return {at for start, end in self._everyday_words(text) for at in range(start, end)}

    @lru_cache(maxsize=8)  # noqa: B019 - strict and lenient evidence need the same, one after the other
    def _exact(self, text: str) -> list[list[tuple[int, tuple[Entry, ...]]]]:
        """For every position, end and entries of the names and cues that stand there as they are spelled."""
        return [list(self.lexicon.exact(text, start)) for start in range(len(text))]

    @lru_cache(maxsize=8)  # noqa: B019 - as above
    def _everyday_words(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where words of the dictionary stand that mean nothing to a question."""
        found, at = [], 0
        for word in self.lexicon.words.cut(text):
            end = at + len(word)
            everyday = len(word) > 1 and word not in self.lexicon.entries and not self._made_of_entries(word)
            if everyday and not any(start < at < stop < end for start, stop in self._quoted(text)):
                found.append((at, end))
            at = end
        return tuple(found)

    def _quoted(self, text: str) -> list[tuple[int, int]]:
        """Long quotations of the plan, whose end is the end of a word: 节水型器具 in 节水型器具有."""
        return [
            (start, end)
            for start, ends in enumerate(self._quotations(text))
            for end in ends
            if end - start >= _LONG_QUOTATION
        ]

    @lru_cache(maxsize=8)  # noqa: B019 - as above
    def _quotations(self, text: str) -> list[set[int]]:
        return [self.lexicon.quotations(text, start) for start in range(len(text))]

    def _made_of_entries(self, word: str) -> bool:
        """几条, 谁管: a word for the dictionary, but two for a question; 指数 is one for both."""
        return self._asks(word) or any(
            self._asks(word[:at]) and self._made_of_entries(word[at:]) for at in range(1, len(word))
        )

    def _asks(self, word: str) -> bool:
        entries = self.lexicon.entries.get(word, ())
        return bool(entries) and (len(word) > 1 or not _WEAK & {entry.value for entry in entries})

    def _quotation_edges(self, text: str, start: int) -> Iterator[_Edge]:
        for end in self._quotations(text)[start]:
            if not self._cue_at_edge(text, start, end):
                quoted = mention(text, start, end, "text", evidence="text")
                yield _Edge(quoted, Cost(corrected=_QUOTED, pieces=1))

    def _cue_at_edge(self, text: str, start: int, end: int) -> bool:
        """Whether a quotation would swallow a role word or a particle at one of its ends."""
        if text[start] in "的了和与及等" or text[end - 1] in "的了和与及等":
            return True
        for at in range(start, end):
            for stop, entries in self._exact(text)[at]:
                touches = at == start or stop == end
                if touches and stop - at > 1 and stop <= end and _ROLE_CUES & {e.value for e in entries}:
                    return True
        return False

    # -- lenient evidence -----------------------------------------------------------------------

    def _lenient_edges(self, text: str) -> Iterator[_Edge]:
        within = self._within_words(text)
        unlike = self.lexicon.unlike(text)
        for start, char in enumerate(text):
            if char in _STOPS:
                continue
            yield from self._sound_edges(text, start)
            if start in within:
                continue
            for end in range(start + 2, min(len(text), start + 16) + 1):
                if end not in within and unlike[end - 1] - unlike[start] <= EDITED:
                    yield from self._near_edges(text, start, end)
        for match in re.finditer(r"[a-z]{3,8}", text):
            entries = self.lexicon.in_plan_order(self.lexicon.initials.get(match[0], ()))
            if entries:
                initials = mention(text, match.start(), match.end(), entries[0].kind, entries, "initials")
                yield _Edge(initials, Cost(corrected=4, pieces=1))

    def _within_words(self, text: str) -> set[int]:
        """Positions between the characters of one word: no slip begins or ends there (教育分 of 教育分别)."""
        words = [*self._everyday_words(text), *self._cue_words(text)]
        return {at for start, end in words for at in range(start + 1, end)}

    def _cue_words(self, text: str) -> Iterator[tuple[int, int]]:
        for start in range(len(text)):
            for end, entries in self._exact(text)[start]:
                if all(entry.kind == "cue" for entry in entries):
                    yield start, end

    def _sound_edges(self, text: str, start: int) -> Iterator[_Edge]:
        """Words of the same or a similar sound, Latin letters read as pinyin."""
        alike: dict[tuple[int, bool, str], list[Entry]] = {}
        for end, word, same in self.lexicon.sounding(text, start):
            typed = text[start:end]
            latin = typed.isascii()
            whole = len(word) == 2 and not latin and self.lexicon.words.cut(typed) == [typed]
            for entry in self.lexicon.entries[word]:
                if latin and len(word) == 1 and entry.value not in _LATIN and _cuts_latin(text, start, end):
                    continue
                if whole and entry.kind != "cue":
                    continue  # 上午 is a word of its own, and no 商务
                if latin or _worth_hearing(entry, word, same=same):
                    group = alike.setdefault((end, same, "cue" if entry.kind == "cue" else "name"), [])
                    if entry not in group:
                        group.append(entry)
        for (end, same, _), entries in alike.items():
            if not same:  # 税你局 sounds like 水利局, and is one character from 税务局: neither is clear
                entries += [e for e in self._slips(text[start:end]) if e not in entries]
            found = self.lexicon.in_plan_order(entries)
            heard = mention(text, start, end, _kind(found), found, "sound" if same else "alike")
            yield _Edge(heard, Cost(corrected=4 if same else 5, pieces=1))

    def _near_edges(self, text: str, start: int, end: int) -> Iterator[_Edge]:
        """Names with one character wrong, missing or too many, or with two parts changed round."""
        typed = text[start:end]
        if any(c in typed for c in " 。，、") or typed in self.lexicon.names:
            return
        near = self._near(typed)
        by_kind: dict[str, list[Entry]] = {}
        for word in sorted(near):
            for entry in self.lexicon.entries[word]:
                if self._is_slip(typed, word, entry):
                    group = by_kind.setdefault("section" if entry.kind == "group" else entry.kind, [])
                    if entry not in group:
                        group.append(entry)
        swapped = any(sorted(name) == sorted(typed) for name in near)
        cost = Cost(corrected=3 if swapped else 6 if len(typed) < 5 else 5, pieces=1)
        for kind, entries in by_kind.items():
            if kind != "indicator" or not self.lexicon.is_part(typed):
                found = self.lexicon.in_plan_order(entries)
                yield _Edge(mention(text, start, end, kind, found, "near"), cost)

    def _near(self, typed: str) -> set[str]:
        """The names one character off; none for a word of its own (统计), which is not half a name."""
        near = self.lexicon.near(typed)
        own = near and typed not in self.lexicon.entries and self.lexicon.words.cut(typed) == [typed]
        return set() if own else near

    def _slips(self, typed: str) -> list[Entry]:
        """The bodies whose names are one character off."""
        return [
            entry
            for word in sorted(self._near(typed))
            for entry in self.lexicon.entries[word]
            if entry.kind == "bureau" and self._is_slip(typed, word, entry)
        ]

    def _is_slip(self, typed: str, word: str, entry: Entry) -> bool:
        """Whether the text can be a misspelling of a name, and not another word."""
        if entry.kind == "bureau" and len(typed) > 3 and sorted(typed) == sorted(word):
            return True  # two characters changed round
        if word in typed:
            return False  # the name stands there exactly, with a character beside it
        if len(typed) < 3 and len(word) != 3:
            return False
        if entry.kind == "bureau" and word[-1] in _SUFFIXES and typed[:-1] == word[:-1]:
            return len(word) >= _LONG_NAME  # 统计时 is 统计 and 时: of 局 only the sound is mistaken
        if entry.kind == "unit" or entry.kind not in _NAMES or self._another_word(typed, word):
            return False
        rearranged = _only_adds(typed, word) or sorted(typed) == sorted(word)
        return rearranged or not self._stands_within(typed, entry) or _makes_no_word(typed, word)

    def _another_word(self, typed: str, name: str) -> bool:
        """Whether the difference makes another word, not a slip: 农业 for 工业, 利用量 for 利用率."""
        if name.endswith(("集团", "公司", "银行", "学院", "大学")):
            return typed[:-2] != name[:-2]  # 热力集团 and 热电集团 may both be real, but 集困 is none
        wrong = [i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b]
        if len(typed) != len(name) or len(wrong) != 1:
            return False
        if wrong[0] == len(typed) - 1 and typed[-1] in "率量数值额度比":
            return True
        if any(entry.value in _ASKS for entry in self.lexicon.entries.get(typed[wrong[0]], ())):
            return True  # 统计各部门: a word that asks or counts, and no slip for 统计局
        at = 0
        for word in self.lexicon.words.cut(typed):
            if len(word) > 1 and word not in self.lexicon.entries and at <= wrong[0] < at + len(word):
                return True
            at += len(word)
        return False

    def _stands_within(self, typed: str, entry: Entry) -> bool:
        """Whether a name of the same thing stands exactly in the text: what is around it is no slip."""
        return any(
            entry in found and len(found) == 1
            for at in range(len(typed))
            for end, found in self.lexicon.exact(typed, at)
            if end <= len(typed)
        )


def _cheapest(text: str, edges: list[list[_Edge]]) -> Utterance:
    """The path over the edges that costs least, the first found of equals."""
    best: list[tuple[Cost, _Edge | None]] = [(Cost(), None), *[(Cost(10**9), None)] * len(text)]
    for start in range(len(text)):
        so_far = best[start][0]
        if so_far.unread >= 10**9:
            continue
        for edge in edges[start]:
            cost = so_far.plus(edge.cost)
            if cost < best[edge.mention.end][0]:
                best[edge.mention.end] = (cost, edge)
    mentions, at = [], len(text)
    while at:
        last = best[at][1]
        assert last is not None  # a gap edge leads to every position
        mentions.append(last.mention)
        at = last.mention.start
    return Utterance(text, tuple(reversed(mentions)), best[len(text)][0])


def _kind(entries: tuple[Entry, ...]) -> str:
    kinds = {entry.kind for entry in entries}
    return next((kind for kind in _NAMES if kind in kinds), "cue")


def _worth_hearing(entry: Entry, word: str, *, same: bool) -> bool:
    """Whether Chinese characters of a word's sound can be that word: short words sound like too many."""
    if entry.kind == "cue" and (entry.value not in HEARD or not same):
        return False
    return len(word) > 2 or (len(word) == 2 and same)


def _only_adds(typed: str, word: str) -> bool:
    """Whether the typed text is the word with one character more inside (住建建局)."""
    return len(typed) == len(word) + 1 and any(
        typed[:i] + typed[i + 1 :] == word for i in range(1, len(word))
    )


def _makes_no_word(typed: str, word: str) -> bool:
    """Whether a long name has one wrong character that makes no word with the ones beside it."""
    if len(typed) != len(word) or len(typed) < 6:
        return False
    wrong = [i for i, (a, b) in enumerate(zip(typed, word, strict=True)) if a != b]
    return len(wrong) == 1 and not in_a_word(typed, wrong[0])


def _cuts_latin(text: str, start: int, end: int) -> bool:
    """Whether a span of Latin letters begins or ends inside a longer Latin word."""
    before = start > 0 and text[start - 1].isascii() and text[start - 1].isalpha() and text[start].isalpha()
    after = end < len(text) and text[end].isascii() and text[end].isalpha() and text[end - 1].isalpha()
    return before or (after and text[end - 1].isascii())
