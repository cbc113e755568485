"""What can be mentioned: the plan's names and the vocabulary's words, ready to be looked up.

Three indexes over the same entries, from strict to lenient: by spelling, by sound, and by
spelling with one character off. An entry found leniently keeps how (``Evidence``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, Literal, NamedTuple

from siwei_bot.language import pinyin
from siwei_bot.language.normalise import fold, normalise
from siwei_bot.language.vocabulary import Vocabulary
from siwei_bot.language.words import Words, tokenizer
from siwei_bot.plan import Plan, last_day

Kind = Literal[
    "due", "bureau", "indicator", "section", "group", "task", "measure", "attribute", "unit", "plan", "cue"
]

HEARD = frozenset(
    {
        "lead", "support", "responsible", "either_role", "who", "which", "measure_noun", "task_noun",
        "work_noun", "indicator_noun", "section_noun", "content", "due", "joint", "target", "actual",
        "attribute", "greeting", "thanks",
    }
)  # fmt: skip
"""Cues that are recognised by their sound; for others a word of the same sound is too often another word."""
_OPENINGS = ("严格落实", "严格", "切实", "坚持", "全面", "加快", "大力", "着力", "持续", "深入")
"""Words that a section's title opens with and that people leave out."""

_ENOUGH = 100
"""Places of two characters where a quotation is looked for: those of a long plan are too many."""
_STOPS = "，。、 “”《》"
_Trie = dict[str, Any]

_LETTER = re.compile("[A-Za-z]")

EDITED = 3
"""Pairs of neighbouring characters that one edit of a name can spoil."""


class Entry(NamedTuple):
    """One thing a word can stand for; ``value`` is an id, a canonical name or a cue's name."""

    kind: Kind
    value: int | str


@dataclass(frozen=True)
class Text:
    """A sentence of the plan that a topic may quote: a measure's text or a title, folded."""

    kind: Literal["measure", "task", "section", "indicator"]
    id: int
    text: str


class Lexicon:
    """Every name and word, looked up by spelling, sound or with one character off."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary) -> None:
        self.plan = plan
        self.vocabulary = vocabulary
        self.entries = _entries(plan, vocabulary)
        self.names = {w for w, es in self.entries.items() if any(e.kind != "cue" for e in es)}
        self.texts = tuple(_texts(plan))
        self.measures_of = {
            task.id: [m.id for a in task.assignments for m in a.measures]
            for section in plan.sections
            for task in section.tasks
        }
        self.measure_ids = {m for inside in self.measures_of.values() for m in inside}
        self.indicators = {indicator.id: indicator for indicator in plan.indicators}
        self.section_ids = {section.id for section in plan.sections}
        self._bigrams: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, text in enumerate(self.texts):
            for at in range(len(text.text) - 1):
                self._bigrams[text.text[at : at + 2]].append((number, at))
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self.entries:
            lengths[word[:2]].add(len(word))
        self._lengths = {opening: tuple(sorted(sizes)) for opening, sizes in lengths.items()}

    @cached_property
    def has_responsible(self) -> bool:
        """Whether the plan names responsible bodies, which then is a role of its own."""
        return any(a.responsible for s in self.plan.sections for t in s.tasks for a in t.assignments)

    def exact(self, text: str, start: int) -> Iterator[tuple[int, tuple[Entry, ...]]]:
        """End and entries of every word that stands at ``start``, the shortest first."""
        single, opening = text[start], text[start : start + 2]
        if single in self.entries:
            yield start + 1, self.entries[single]
        for size in self._lengths.get(opening, ()) if opening != single else ():
            entries = self.entries.get(text[start : start + size])
            if entries is not None and start + size <= len(text):
                yield start + size, entries

    @cached_property
    def words(self) -> Words:
        """The cutter that knows the plan's names and the vocabulary."""
        return tokenizer(word for word in self.entries if len(word) > 1)

    @cached_property
    def _ends(self) -> tuple[frozenset[int], ...]:
        """For each sentence of the plan, where its words end: a quotation does not break one."""
        found = []
        cutter = tokenizer()  # without the plan's names, which would be one word each
        for text in self.texts:
            at, ends = 0, []
            for word in cutter.cut(text.text):
                at += len(word)
                ends.append(at)
            found.append(frozenset(ends))
        return tuple(found)

    def quotations(self, text: str, start: int) -> set[int]:
        """Ends of the runs of whole words from ``start`` that some sentence of the plan holds."""
        found = set()
        for number, at in self._bigrams.get(text[start : start + 2], ())[:_ENOUGH]:
            sentence, ends, size = self.texts[number].text, self._ends[number], 1
            if at and at not in ends:
                continue
            while (
                start + size < len(text)
                and text[start + size] not in _STOPS
                and at + size < len(sentence)
                and text[start + size] == sentence[at + size]
            ):
                size += 1
                if at + size in ends:
                    found.add(start + size)
        return found if text[start] not in _STOPS else set()

    def in_measures(self, words: str) -> bool:
        """Whether a measure or a task's title holds these words."""
        return next(self.texts_with(words), None) is not None

    def one_character_off(self, said: str) -> set[str]:
        """What the plan's sentences say that differs in one character from these (at least four)."""
        size, found = len(said), set()
        for bigram, offset in ((said[:2], 0), (said[-2:], size - 2)):  # one of the two is right
            for number, at in self._bigrams.get(bigram, ()):
                words = self.texts[number].text[max(0, at - offset) : at - offset + size]
                if len(words) == size and sum(map(str.__ne__, said, words)) == 1:
                    found.add(words)
        return found

    def texts_of(self, char: str) -> list[Text]:
        """The sentences of the plan that hold a character before another one."""
        return [self.texts[number] for number in self._characters.get(char, ())]

    @cached_property
    def _characters(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self.texts):
            for char in dict.fromkeys(text.text[:-1]):
                found[char].append(number)
        return found

    def texts_with(self, words: str) -> Iterator[Text]:
        """The measures and titles of tasks that hold these words, in plan order."""
        places = [self._bigrams.get(words[at : at + 2], []) for at in range(len(words) - 1)]
        rarest = dict.fromkeys(number for number, _ in min(places, key=len, default=[]))
        for text in (self.texts[number] for number in rarest) if places else self.texts:
            if text.kind in ("measure", "task") and words in text.text:
                yield text

    def holds_word(self, word: str) -> bool:
        """Whether the plan has a word or a part of one, and not only scraps of two (水利 of 再生水利用)."""
        for number, at in self._bigrams.get(word[:2], ()):
            if not self.texts[number].text.startswith(word, at):
                continue
            ends, end = self._ends[number], at + len(word)
            whole = (not at or at in ends) and end in ends
            if whole or not any(at < inner < end for inner in ends):
                return True
        return False

    # -- by sound ------------------------------------------------------------------------------

    def _trie(self, words: Iterable[str], letters: Callable[[str], str]) -> _Trie:
        """Letters → next letters; the key ``""`` holds the words that end there."""
        root: _Trie = {}
        for word in words:
            spoken = pinyin.syllables(word)
            if spoken is None or word.isascii():
                continue
            node = root
            for letter in "".join(map(letters, spoken)):
                node = node.setdefault(letter, {})
            node.setdefault("", {})[word] = {}
        return root

    @cached_property
    def _spelled(self) -> _Trie:
        """Every word, for pinyin that is typed as such."""
        return self._trie(self.entries, _as_is)

    @cached_property
    def _heard(self) -> list[str]:
        """The words that are recognised by their sound: names, and cues that are often misheard."""
        worth = [w for w, es in self.entries.items() if len(w) > 1 and any(_is_heard(e) for e in es)]
        return worth

    @cached_property
    def _same_sounds(self) -> _Trie:
        return self._trie(self._heard, _as_is)

    @cached_property
    def _similar_sounds(self) -> _Trie:
        return self._trie((word for word in self._heard if len(word) > 2), pinyin.merged)

    def sounding(self, text: str, start: int) -> Iterator[tuple[int, str, bool]]:
        """End, word and whether it sounds exactly the same, for words that sound like the text at ``start``.

        Latin letters are read as pinyin, which must be exact.
        """
        same = self._spelled if _LETTER.search(text) else self._same_sounds
        yield from ((end, word, True) for end, word in _walk(same, text, start, _as_is))
        yield from (
            (end, word, False) for end, word in _walk(self._similar_sounds, text, start, pinyin.merged)
        )

    @cached_property
    def initials(self) -> dict[str, tuple[Entry, ...]]:
        """First letters of the bodies' and indicators' names → what they may stand for."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for word, entries in self.entries.items():
            spoken = pinyin.syllables(word) if not any(c.isascii() for c in word) else None
            if spoken is None or len(spoken) < 3:
                continue
            for entry in entries:
                key = "".join(s[0] for s in spoken)
                if entry.kind in ("bureau", "indicator") and entry not in found[key]:
                    found[key].append(entry)
        return {key: tuple(entries) for key, entries in found.items()}

    # -- with one character off ------------------------------------------------------------------

    @cached_property
    def _deletions(self) -> dict[str, set[str]]:
        index: dict[str, set[str]] = defaultdict(set)
        for word in self.names:
            if len(word) >= 3:
                for variant in _variants(word):
                    index[variant].add(word)
        return index

    @cached_property
    def _pairs(self) -> frozenset[str]:
        return frozenset("".join(pair) for word in self.names for pair in pairwise(word))

    def unlike(self, text: str) -> list[int]:
        """How many pairs of neighbouring characters before each position are in no name.

        One edit spoils at most three of them, so that a stretch with more (``EDITED``) need not be compared.
        """
        pairs = ("".join(pair) not in self._pairs for pair in pairwise(text))
        return list(accumulate(pairs, initial=0))

    @cached_property
    def _swapped(self) -> dict[str, set[str]]:
        """Names with two neighbouring parts of two characters changed round (农村农业局)."""
        index: dict[str, set[str]] = defaultdict(set)
        for word in self.names:
            for at in range(len(word) - 3):
                index[word[:at] + word[at + 2 : at + 4] + word[at : at + 2] + word[at + 4 :]].add(word)
        return index

    def near(self, text: str) -> set[str]:
        """Names of three and more characters at one edit (wrong, missing, extra or swapped) from the text."""
        found: set[str] = set()
        for variant in _variants(text):
            found |= self._deletions.get(variant, set())
        found.discard(text)
        return {word for word in found if _one_edit(text, word)} | self._swapped.get(text, set())

    def is_part(self, typed: str) -> bool:
        """Whether the text is part of an indicator's name, and so is no misspelling of another."""
        return any(typed in name for name in self._indicator_names)

    @cached_property
    def _indicator_names(self) -> tuple[str, ...]:
        return tuple(fold(name) for i in self.plan.indicators for name in (i.name, *i.aliases))

    def in_plan_order(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Entries as the plan file lists them; bodies by their place, all else by number."""
        return tuple(
            sorted(
                entries,
                key=lambda e: (
                    e.kind,
                    self._places.get(str(e.value), 0),
                    e.value if isinstance(e.value, int) else 0,
                ),
            )
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {bureau.name: at for at, bureau in enumerate(self.plan.bureaus)}

    @cached_property
    def target_years(self) -> frozenset[int]:
        """Every year that an indicator has a value for."""
        return frozenset(t.year for i in self.plan.indicators for t in i.targets)

    @cached_property
    def has_due(self) -> bool:
        """Whether the plan gives any dates of completion."""
        return any(a.due for s in self.plan.sections for t in s.tasks for a in t.assignments)

    def display(self, entry: Entry) -> str:
        """How an entry is called in an answer."""
        numbered = {"section": "第{}部分", "task": "任务{}", "measure": "第{}条"}
        if entry.kind in numbered:
            return numbered[entry.kind].format(entry.value)
        if entry.kind == "indicator":
            return next(i.name for i in self.plan.indicators if i.id == entry.value)
        return str(entry.value)


def _as_is(syllable: str) -> str:
    return syllable


def _is_heard(entry: Entry) -> bool:
    return entry.kind != "cue" or entry.value in HEARD


def _variants(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _one_edit(a: str, b: str) -> bool:
    from rapidfuzz.distance import OSA  # here: slow to import, and only a misspelling needs it

    return bool(OSA.distance(a, b, score_cutoff=1) <= 1)


def _walk(trie: _Trie, text: str, start: int, letters: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Every word of a trie that the text sounds like from ``start`` on."""
    stack = [(start, trie)]
    while stack:
        at, node = stack.pop()
        typed = text[start:at]
        for word in node.get("", ()):
            if typed != word and (letters("ng") == "ng" or not any(c.isascii() for c in typed)):
                yield at, word
        if at >= len(text) or at - start > 40:
            continue
        if text[at] == " " and at > start and text[at - 1].isascii():
            stack.append((at + 1, node))
            continue
        for spoken in {letters(reading) for reading in pinyin.readings(text[at])}:
            following: _Trie | None = node
            for letter in spoken:
                following = following.get(letter) if following else None
            if following:
                stack.append((at + 1, following))


def _entries(plan: Plan, vocabulary: Vocabulary) -> dict[str, tuple[Entry, ...]]:
    """Every word with what it may stand for: cues, the plan's names, its own words for the roles."""
    meanings = {cues: tuple(Entry("cue", cue) for cue in cues) for cues in set(vocabulary.cues.values())}
    found = {word: meanings[cues] for word, cues in vocabulary.cues.items()}
    for word, entry in _plan_words(plan):
        # 各镇（街道） arrives as 各镇 街道
        for spelled in {fold(word), normalise(word, message=False)} - {""}:
            _add(found, spelled, entry)
    for role, word in plan.role_words.items():
        entries = [Entry("cue", role)]
        for noun in ("单位", "部门"):
            if word.endswith(noun):
                entries.append(Entry("cue", "body_noun"))
                _add(found, fold(word.removesuffix(noun)), Entry("cue", role))
        found[fold(word)] = tuple(entries)
    for ending, bodies in _shared_endings(plan).items():
        found.setdefault(ending, tuple(Entry("bureau", name) for name in bodies))
    return found


def _add(found: dict[str, tuple[Entry, ...]], word: str, entry: Entry) -> None:
    known = found.get(word, ())
    if entry not in known:
        found[word] = (*known, entry)


def _texts(plan: Plan) -> Iterator[Text]:
    for section in plan.sections:
        yield Text("section", section.id, fold(section.title))
        for task in section.tasks:
            yield Text("task", task.id, fold(task.title))
            for assignment in task.assignments:
                for measure in assignment.measures:
                    yield Text("measure", measure.id, fold(measure.text))
    for indicator in plan.indicators:
        yield Text("indicator", indicator.id, fold(indicator.name))


def _plan_words(plan: Plan) -> Iterator[tuple[str, Entry]]:
    yield plan.region, Entry("plan", plan.id)
    for section in plan.sections:
        for task in section.tasks:
            for assignment in task.assignments:
                if assignment.due and last_day(assignment.due) is None:
                    for word in (assignment.due, assignment.due.removeprefix("每年")):
                        yield word, Entry("due", assignment.due)
    for word in (plan.title, *plan.aliases):
        yield word, Entry("plan", plan.id)
    for bureau in plan.bureaus:
        for word in _with_place(plan.region, (bureau.name, *bureau.aliases)):
            yield word, Entry("bureau", bureau.name)
    for section in plan.sections:
        for word in (section.title, *section.aliases, *_clauses(section.title)):
            yield word, Entry("section", section.id)
        for task in section.tasks:
            for word in (task.title, *task.aliases):
                yield word, Entry("task", task.id)
            for assignment in task.assignments:
                for measure in assignment.measures:
                    for word in measure.aliases:
                        yield word, Entry("measure", measure.id)
    for indicator in plan.indicators:
        for word in (indicator.name, *indicator.aliases):
            yield word, Entry("indicator", indicator.id)
        if indicator.group:
            yield indicator.group, Entry("group", indicator.group)
        if indicator.attribute:
            yield indicator.attribute, Entry("attribute", indicator.attribute)
            yield indicator.attribute.removesuffix("性"), Entry("attribute", indicator.attribute)
        if indicator.unit not in ("", "1"):
            yield indicator.unit, Entry("unit", indicator.unit)
        if indicator.unit == "%":
            for word in ("百分号", "百分比", "百分数"):
                yield word, Entry("unit", "%")


def _shared_endings(plan: Plan) -> dict[str, list[str]]:
    """Endings that several bodies' names share (管理局) and that are no name: they ask which is meant."""
    found: dict[str, list[str]] = defaultdict(list)
    for bureau in plan.bureaus:
        word = fold(bureau.name)
        for size in range(3, len(word) - 1):
            found[word[-size:]].append(bureau.name)
    return {ending: names for ending, names in found.items() if 1 < len(names) <= 6}


def _clauses(title: str) -> Iterator[str]:
    """What people call a section by: each clause of its title, with and without its opening words."""
    for clause in fold(title).replace("。", "，").split("，"):
        if len(clause) >= 4:
            yield clause
            for opening in _OPENINGS:
                if clause.startswith(opening) and len(clause) - len(opening) >= 4:
                    yield clause.removeprefix(opening)


def own_level(region: str) -> str:
    """What a region is: 市, 县, 区 …; its own bodies may bear it before their names."""
    return region[-1] if region[-1] in "省市县区旗州盟" else "市"


def _with_place(region: str, words: Iterable[str]) -> Iterator[str]:
    """A city's body is also called with the city's name before it, with or without 市; a county's alike."""
    level = own_level(region)
    place = region.removesuffix(level)
    for word in words:
        yield word
        if word.startswith(level) and len(word) >= 4:
            yield place + word
            yield place + word.removeprefix(level)
        elif len(word) >= 3 and word[-1] in "局委办院队" and word[0] not in "省市县区":
            yield level + word
            yield region + word
            yield place + word
