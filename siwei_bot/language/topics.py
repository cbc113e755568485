"""What a question's own words are about: from a stretch of text to words that the plan uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise, product

from siwei_bot.language import pinyin
from siwei_bot.language.lexicon import Lexicon, Text
from siwei_bot.language.words import in_a_word, is_word
from siwei_bot.query import Topic

_SYLLABLE = 6
"""Letters of the longest syllable (zhuang)."""
_QUANTITY = re.compile(
    "(?<=[\u4e00-\u9fff])[两二三四五六七八九十\\d]+(?:座|个|条|项|处|家|所|台|套|类|种)(?=[\u4e00-\u9fff]{2})"
)
_ABBREVIATION = 3
"""Characters that are no chance meeting in a sentence."""
_LONG = 4
"""Characters that a phrase must have for one wrong one to leave no doubt."""


class TopicFinder:
    """Resolves stretches of text against the plan's measures and titles."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._words = lexicon.words
        self.texts = tuple(text for text in lexicon.texts if text.kind in ("measure", "task"))

    def resolve(self, said: str, *, literal: bool = False) -> Topic | None:
        """The topic in the plan's words, strictest way first; ``None`` when nothing of the plan fits.

        Literal text, then a synonym (unless ``literal``), then the same sound, then all of its content words
        in any order, then pieces of one sentence in any order, then one wrong or doubled character.
        """
        said = said.replace(" ", "")
        if len(said) < 2:
            return None
        if self._stands(said):
            return Topic(said, ((said,),))
        synonyms = () if literal else self._synonyms(said)
        if synonyms:
            return Topic(said, synonyms)
        heard = self._sounding(said)
        if heard:
            return Topic(said, ((heard,),))
        words = self._terms(said)
        if words and self._together(words):
            return Topic(said, (words,))
        pieces = self._pieces(said)
        if pieces:
            return Topic(said, pieces)
        uncounted = _QUANTITY.sub("", said)  # 东关、南湖两座排涝泵站
        if uncounted != said:
            return self.resolve(uncounted, literal=literal)
        meant = self._misspelt(said)
        if meant:
            return Topic(said, ((meant,),))
        heard_pieces = self._pieces(said, heard=True)
        return Topic(said, heard_pieces) if heard_pieces else None

    def _synonyms(self, said: str) -> tuple[tuple[str, ...], ...]:
        """What a plan may say instead, each with the other words of the stretch."""
        found: list[tuple[str, ...]] = []
        words = self._words.cut(said)
        for phrase, meant in self.lexicon.vocabulary.synonyms.items():
            if not (said.startswith(phrase) or said.endswith(phrase) or phrase in words):
                continue  # 水管 of 供水管网 is no word of its own
            rest = said.replace(phrase, "")
            others = self._terms(rest)
            if others or not self._says_something(rest):
                found += [(word, *others) for word in meant if self._together((word, *others))]
        return tuple(found)

    def joined(self, topics: Sequence[Topic]) -> Topic | None:
        """Several topics as one, by their words in any order; ``None`` where no measure holds them all."""
        said = "".join(topic.said for topic in topics)
        words: list[str] = []
        for topic in topics:
            plain = topic.any_of[0]
            words += self._terms("".join(plain)) or plain
        return Topic(said, (tuple(dict.fromkeys(words)),)) if self._together(tuple(words)) else None

    def together(self, topics: Sequence[Topic]) -> bool:
        """Whether one measure (or one task's title) is about all of these."""
        return self._together(tuple(words[0] for topic in topics for words in topic.any_of[:1]))

    def measures(self, topics: Sequence[Topic]) -> list[int]:
        """The measures whose own text is about all of these."""
        return [
            text.id
            for text in self.texts
            if text.kind == "measure"
            and all(any(all(w in text.text for w in words) for words in topic.any_of) for topic in topics)
        ]

    def _stands(self, said: str) -> bool:
        return self.lexicon.in_measures(said)

    def _holds(self, word: str) -> bool:
        return self._stands(word) and (len(word) != 2 or self.lexicon.holds_word(word))

    def _together(self, words: tuple[str, ...]) -> bool:
        return any(all(word in text.text for word in words) for text in self._joined)

    @cached_property
    def _joined(self) -> tuple[Text, ...]:
        """Each measure's text, and each with its task's title before it."""
        titles = {text.id: text.text for text in self.texts if text.kind == "task"}
        texts = {text.id: text for text in self.texts if text.kind == "measure"}
        found = []
        for task, measures in self.lexicon.measures_of.items():
            for measure in measures:
                text = texts[measure]
                found += [text, Text("measure", measure, f"{titles[task]}，{text.text}")]
        return tuple(found)

    def _terms(self, said: str) -> tuple[str, ...]:
        """The content words of a stretch: all must stand in the plan, else nothing is returned."""
        if len(said) == 2 and self._stands(said):
            return (said,)
        found: list[str] = []
        cut = self._words.cut(said)
        if any(len(w) == 1 and not self._particle(w) for w in cut) and not self._abbreviates(said):
            return ()
        for word in cut:
            if word in self.lexicon.vocabulary.generic or self._particle(word):
                continue
            parts = [word] if self._holds(word) or len(word) != 4 else [word[:2], word[2:]]
            if not all(map(self._holds, parts)):
                return ()
            found += [part for part in parts if part not in self.lexicon.vocabulary.generic]
        return tuple(dict.fromkeys(found))

    def _pieces(self, said: str, *, heard: bool = False) -> tuple[tuple[str, ...], ...]:
        """The stretch as pieces of one measure's text in any order (北门批发市场改造 for 改造北门批发市场).

        A piece has two characters or more, so that scraps do not make up a sentence's words by chance;
        where it need only be ``heard``, it has four.
        """
        found = [self._cover(said, text.text, heard=heard) for text in self.lexicon.texts_with(said[:2])]
        if heard:
            found += [self._cover(said, text.text, heard=True) for text in self.lexicon.texts_with(said[-2:])]
        return tuple(dict.fromkeys(pieces for pieces in found if pieces))

    def _cover(self, said: str, text: str, *, heard: bool) -> tuple[str, ...]:
        """The fewest pieces of a text that the stretch is made of; empty if it holds anything else."""
        best: list[tuple[str, ...] | None] = [(), *[None] * len(said)]
        for end in range(2, len(said) + 1):
            for start in range(end - 1):
                before, typed = best[start], said[start:end]
                if before is None or not (best[end] is None or len(before) + 1 < len(best[end] or ())):
                    continue
                piece = typed if typed in text else _heard_in(typed, text) if heard else ""
                if piece:
                    best[end] = (*before, piece)
        return best[len(said)] or ()

    def _says_something(self, rest: str) -> bool:
        generic = self.lexicon.vocabulary.generic
        return any(word not in generic and not self._particle(word) for word in self._words.cut(rest))

    def _abbreviates(self, said: str) -> bool:
        """Whether a sentence of the plan holds the characters in this order, close together (淘汰类目录)."""
        if len(said) < _ABBREVIATION:
            return False
        for text in self.lexicon.texts_of(said[0]):
            for start in (i for i, c in enumerate(text.text) if c == said[0]):
                at = start
                for char in said[1:]:
                    at = text.text.find(char, at + 1, start + 2 * len(said) + 4)
                    if at < 0:
                        break
                else:
                    return True
        return False

    def _particle(self, word: str) -> bool:
        return any(
            entry.value in ("filler", "and", "to", "under", "belongs", "by")
            for entry in self.lexicon.entries.get(word, ())
        )

    # -- slips ---------------------------------------------------------------------------------

    @cached_property
    def _sounds(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((text.text, tuple(map(_spoken, text.text))) for text in self.texts)

    @cached_property
    def _sounding_at(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """Two syllables → which texts have them one after the other, and where."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for number, (_, spoken) in enumerate(self._sounds):
            for at, pair in enumerate(pairwise(spoken)):
                found[pair].append((number, at))
        return found

    def _misspelt(self, said: str) -> str | None:
        """The plan's words of which one character is wrong or doubled or two are changed round, if only these
        can be meant.

        Of two phrases that differ in one character both may be real (高耗能, 高耗水): the wrong character
        must make no word with the ones beside it.
        """
        single = re.sub(r"(.)\1", r"\1", said)
        if single != said and len(single) > 2 and self._stands(single):
            return single
        if len(said) < _LONG:
            return None
        for at in range(len(said) - 1):
            swapped = said[:at] + said[at + 1] + said[at] + said[at + 2 :]
            if swapped != said and self._stands(swapped):
                return swapped
        found = self.lexicon.one_character_off(said)
        if len(found) != 1:
            return None
        meant = found.pop()
        at = next(i for i, char in enumerate(said) if char != meant[i])
        return None if in_a_word(said, at) else meant

    def _sounding(self, said: str) -> str | None:
        """The plan's words that sound exactly as the stretch, Latin letters read as pinyin."""
        if any(c.isascii() for c in said):
            return self._spelled("".join(map(_spoken, said)))
        if len(said) == 2 and is_word(said):
            return None
        options = [pinyin.readings(c) for c in said]
        pairs = product(options[0], options[1])
        places = sorted(place for pair in pairs for place in self._sounding_at.get(pair, ()))
        for number, start in places:
            text, spoken = self._sounds[number]
            heard = text[start : start + len(said)]
            alike = zip(spoken[start : start + len(said)], options, strict=False)
            same = len(heard) == len(said) and all(sound in option for sound, option in alike)
            if same and (len(said) > 2 or self.lexicon.holds_word(heard)):
                return heard
        return None

    def _spelled(self, letters: str) -> str | None:
        """The plan's words whose pinyin the letters are."""
        cuts = [(i, j) for i in range(1, _SYLLABLE + 1) for j in range(i + 1, i + _SYLLABLE + 1)]
        pairs = {(letters[:i], letters[i:j]) for i, j in cuts}
        for number, start in sorted(place for pair in pairs for place in self._sounding_at.get(pair, ())):
            text, spoken = self._sounds[number]
            joined, end = "", start
            while end < len(text) and len(joined) < len(letters) and letters.startswith(joined):
                joined += spoken[end]
                end += 1
            if joined == letters:
                return text[start:end]
        return None


def _heard_in(typed: str, text: str) -> str:
    """The words of a text that sound as what was typed, of which at most half the characters differ."""
    size = len(typed)
    if size < _LONG or any(c.isascii() for c in typed):
        return ""
    options = [pinyin.readings(c) for c in typed]
    for at in range(len(text) - size + 1):
        words = text[at : at + size]
        same = sum(map(str.__eq__, typed, words))
        if 2 * same >= size and all(_spoken(c) in option for c, option in zip(words, options, strict=True)):
            return words
    return ""


def _spoken(char: str) -> str:
    readings = pinyin.readings(char)
    return readings[0] if readings else char
