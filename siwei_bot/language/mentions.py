"""Which parts of a message mention what: the cheapest way to cut it into known words.

Every possible mention is an edge over the text; a message is read along the cheapest path
(:class:`Cost`). Strict evidence is tried first; sounds and one-character slips only where
strict evidence leaves something unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from siwei_bot.language import numerals
from siwei_bot.language.lexicon import Entry, Lexicon
from siwei_bot.language.normalise import fold

Evidence = Literal["exact", "sound", "alike", "initials", "near", "text", "number", "stranger", "none"]
_HEARD = frozenset(
    {
        "lead", "support", "responsible", "either_role", "who", "which", "measure_noun", "task_noun", "work_noun",
        "indicator_noun", "section_noun", "content", "due", "joint", "target", "actual", "attribute", "greeting", "thanks",
    }
)  # fmt: skip
"""Cues that are recognised by their sound; for others a word of the same sound is too often another word."""
_ROLE_CUES = frozenset({"lead", "support", "who", "responsible", "whether", "exists"})
_WEAK = frozenset({"filler", "target", "reach", "by", "to", "it"})
"""Cues of single characters that are also part of many words."""
_PARTICLES = frozenset(
    "的了是吗呢吧啊呀在有都和与跟谁几哪要就还也里这那我您你请不没给由让归管条项到从比各及哦嗯个把"
)
"""Single characters that are words of their own in most sentences; others are often scraps of a word."""
_QUOTED = 3
_NAMES = ("bureau", "indicator", "section", "group", "task", "measure", "attribute", "unit", "plan")


class Cost(NamedTuple):
    """What a reading pays, compared field by field: the first difference decides."""

    unread: int = 0
    """Characters that nothing explains."""
    corrected: int = 0
    """Evidence short of a name or word: 2 a single character that may be a scrap of a word, 3 a quotation of the plan's text, 4 a word of the same sound, 5 of a similar
    sound, 6 one character off, but 5 in a long name: two quotations side by side are worse than a slip."""
    pieces: int = 0
    """Mentions used: longer words win."""

    def plus(self, other: Cost) -> Cost:
        """The cost of both together."""
        return Cost(self.unread + other.unread, self.corrected + other.corrected, self.pieces + other.pieces)


@dataclass(frozen=True)
class Mention:
    """A span ``text[start:end]`` and what it stands for.

    ``entries`` holds more than one where the word has several meanings (or several names
    are equally near); ``number`` carries a year, a value or a reference such as 第23条.
    """

    start: int
    end: int
    text: str
    kind: str
    entries: tuple[Entry, ...] = ()
    number: Number | None = None
    evidence: Evidence = "exact"

    def values(self, kind: str) -> tuple[int | str, ...]:
        """What the span may stand for, of one kind."""
        return tuple(entry.value for entry in self.entries if entry.kind == kind)

    @cached_property
    def cues(self) -> frozenset[str]:
        """The cues that the span may be."""
        return frozenset(str(value) for value in self.values("cue"))


class Number(NamedTuple):
    """A number in a question: ``form`` says what kind of number it is.

    ``year``: years; ``value``: one float in ``values`` and its ``unit``; ``task``, ``measure``,
    ``section``, ``indicator``: numbers that the plan prints; ``item``: 第3项, 3号, 第3个, level not
    said; ``first``/``last``: the first or last N (negative: the Nth from the end).
    """

    form: str
    values: tuple[float, ...]
    unit: str = ""
    level: str = ""


@dataclass(frozen=True)
class Utterance:
    """A normalised message cut into mentions, in order and without gaps."""

    text: str
    mentions: tuple[Mention, ...]
    cost: Cost


class _Edge(NamedTuple):
    mention: Mention
    cost: Cost


class MentionFinder:
    """Cuts messages into mentions of one plan."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._strangers = _StrangerFinder(lexicon)
        self._units = sorted(
            {i.unit for i in lexicon.plan.indicators if i.unit not in ("", "1", "%")}, key=len, reverse=True
        )

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
        edges: list[list[_Edge]] = [[] for _ in text]
        inside_word = self._inside_words(text)
        for start, char in enumerate(text):
            if char in " 。，、“”《》":
                edges[start].append(_Edge(_mention(text, start, start + 1, "stop"), Cost()))
                continue
            edges[start].append(
                _Edge(_mention(text, start, start + 1, "gap", evidence="none"), Cost(unread=1))
            )
            if start and char == text[start - 1] and not char.isascii():
                edges[start].append(
                    _Edge(_mention(text, start, start + 1, "stop"), Cost(corrected=2, pieces=1))
                )
            for end, entries in self.lexicon.exact(text, start):
                if end - start == 1 and start in inside_word:
                    continue
                if text[start].isascii() and _cuts_latin(text, start, end):
                    continue
                scrap = 2 if end - start == 1 and char not in _PARTICLES else 0
                edges[start].append(
                    _Edge(
                        _mention(text, start, end, _kind(entries), entries), Cost(corrected=scrap, pieces=1)
                    )
                )
            edges[start].extend(self._quotation_edges(text, start))
        for match in re.finditer("[“《]([^“”《》]{1,40})[”》]", text):
            if self.lexicon.in_measures(match[1]):
                mention = Mention(match.start(), match.end(), match[1], "text", evidence="text")
                edges[match.start()].append(_Edge(mention, Cost()))
        for mention in _people(text):
            edges[mention.start].append(_Edge(mention, Cost(pieces=1)))
        for mention in _number_mentions(text, self._units):
            edges[mention.start].append(_Edge(mention, Cost(pieces=1)))
        for mention, known in self._strangers.find(text):
            unread = 0 if known else mention.end - mention.start - 1
            edges[mention.start].append(_Edge(mention, Cost(unread=unread, pieces=1)))
        return edges

    def _inside_words(self, text: str) -> set[int]:
        """Positions inside longer everyday words, where a single character is no word of its own."""
        found, at = set(), 0
        for word in self.lexicon.words.cut(text):
            if len(word) > 1 and word not in self.lexicon.entries and not self._made_of_entries(word):
                found.update(range(at, at + len(word)))
            at += len(word)
        return found

    def _made_of_entries(self, word: str) -> bool:
        """几条, 谁管: a word for the dictionary, but two for a question; 指数 is one for both."""
        return self._asks(word) or any(
            self._asks(word[:at]) and self._made_of_entries(word[at:]) for at in range(1, len(word))
        )

    def _asks(self, word: str) -> bool:
        entries = self.lexicon.entries.get(word, ())
        return bool(entries) and (len(word) > 1 or not _WEAK & {entry.value for entry in entries})

    def _quotation_edges(self, text: str, start: int) -> Iterator[_Edge]:
        for end in self.lexicon.quotations(text, start):
            if not self._cue_at_edge(text, start, end):
                mention = _mention(text, start, end, "text", evidence="text")
                yield _Edge(mention, Cost(corrected=_QUOTED, pieces=1))

    def _cue_at_edge(self, text: str, start: int, end: int) -> bool:
        """Whether a quotation would swallow a role word or a particle at one of its ends."""
        if text[start] in "的了和与及等" or text[end - 1] in "的了和与及等":
            return True
        for at in range(start, end):
            for stop, entries in self.lexicon.exact(text, at):
                touches = at == start or stop == end
                if touches and stop - at > 1 and stop <= end and _ROLE_CUES & {e.value for e in entries}:
                    return True
        return False

    # -- lenient evidence -----------------------------------------------------------------------

    def _lenient_edges(self, text: str) -> Iterator[_Edge]:
        within = self._within_words(text)
        for start, char in enumerate(text):
            if char in " 。，、“”《》":
                continue
            yield from self._sound_edges(text, start)
            if start in within:
                continue
            for end in range(start + 2, min(len(text), start + 16) + 1):
                if end not in within:
                    yield from self._near_edges(text, start, end)
        for match in re.finditer(r"[a-z]{3,8}", text):
            entries = self.lexicon.in_plan_order(self.lexicon.initials.get(match[0], ()))
            if entries:
                mention = _mention(text, match.start(), match.end(), entries[0].kind, entries, "initials")
                yield _Edge(mention, Cost(corrected=4, pieces=1))

    def _within_words(self, text: str) -> set[int]:
        """Positions between the characters of one everyday word: no slip begins or ends there."""
        found, at = set(), 0
        for word in self.lexicon.words.cut(text):
            if word not in self.lexicon.entries and not self._made_of_entries(word):
                found.update(range(at + 1, at + len(word)))
            at += len(word)
        return found

    def _sound_edges(self, text: str, start: int) -> Iterator[_Edge]:
        alike: dict[tuple[int, bool, str], list[Entry]] = {}
        for end, word, same in self.lexicon.sounding(text, start):
            typed = text[start:end]
            latin = typed.isascii()
            if latin and _cuts_latin(text, start, end) and not same:
                continue
            for entry in self.lexicon.entries[word]:
                if (
                    entry.kind == "cue"
                    and not latin
                    and (entry.value not in _HEARD or len(word) < 2 or not same)
                ):
                    continue
                if (len(word) < 2 and not latin) or (len(word) < 3 and not same):
                    continue
                group = alike.setdefault((end, same, "cue" if entry.kind == "cue" else "name"), [])
                if entry not in group:
                    group.append(entry)
        for (end, same, _), entries in alike.items():
            found = self.lexicon.in_plan_order(entries)
            mention = _mention(text, start, end, _kind(found), found, "sound" if same else "alike")
            yield _Edge(mention, Cost(corrected=4 if same else 5, pieces=1))

    def _near_edges(self, text: str, start: int, end: int) -> Iterator[_Edge]:
        typed = text[start:end]
        if any(c in typed for c in " 。，、") or typed in self.lexicon.names:
            return
        by_kind: dict[str, list[Entry]] = {}
        for word in self.lexicon.near(typed):
            if word in typed:
                continue  # the name stands there exactly, with a character beside it
            if len(typed) < 3 and len(word) != 3:
                continue
            for entry in self.lexicon.entries[word]:
                if self._another_word(typed, word):
                    continue
                if (
                    entry.kind == "unit"
                    or (self._stands_within(typed, entry)
                    and not (_only_adds(typed, word) or sorted(typed) == sorted(word)))
                ):
                    continue
                group = by_kind.setdefault("section" if entry.kind == "group" else entry.kind, [])
                if entry.kind in _NAMES and entry not in group:
                    group.append(entry)
        for kind, entries in by_kind.items():
            if kind == "indicator" and self.lexicon.is_part(typed):
                continue
            mention = _mention(text, start, end, kind, self.lexicon.in_plan_order(entries), "near")
            swapped = any(sorted(fold(name)) == sorted(typed) for name in self.lexicon.near(typed))
            yield _Edge(mention, Cost(corrected=3 if swapped else 6 if len(typed) < 5 else 5, pieces=1))

    def _another_word(self, typed: str, name: str) -> bool:
        """Whether the difference makes another word, not a slip: 农业 for 工业, 利用量 for 利用率, another company."""
        if name.endswith(("集团", "公司", "银行", "学院", "大学")):
            return True
        wrong = [i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b]
        if len(typed) != len(name) or len(wrong) != 1:
            return False
        if wrong[0] == len(typed) - 1 and typed[-1] in "率量数值额度比":
            return True
        at = 0
        for word in self.lexicon.words.cut(typed):
            if len(word) > 1 and word not in self.lexicon.entries and at <= wrong[0] < at + len(word):
                return True
            at += len(word)
        return False

    def _stands_within(self, typed: str, entry: Entry) -> bool:
        """Whether a name of the same thing stands exactly in the text: what is around it is no slip."""
        return any(
            entry in found
            for at in range(len(typed))
            for end, found in self.lexicon.exact(typed, at)
            if end <= len(typed)
        )


def _cheapest(text: str, edges: list[list[_Edge]]) -> Utterance:
    best: list[tuple[Cost, _Edge | None]] = [(Cost(), None)] + [(Cost(10**9), None)] * len(text)
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
        edge = best[at][1]
        assert edge is not None  # a gap edge leads to every position
        mentions.append(edge.mention)
        at = edge.mention.start
    return Utterance(text, tuple(reversed(mentions)), best[len(text)][0])


def _mention(
    text: str, start: int, end: int, kind: str, entries: tuple[Entry, ...] = (), evidence: Evidence = "exact"
) -> Mention:
    return Mention(start, end, text[start:end], kind, entries, evidence=evidence)


def _kind(entries: tuple[Entry, ...]) -> str:
    kinds = {entry.kind for entry in entries}
    return next((kind for kind in _NAMES if kind in kinds), "cue")


def _only_adds(typed: str, word: str) -> bool:
    """Whether the typed text is the word with one character more inside (住建建局)."""
    return len(typed) == len(word) + 1 and any(
        typed[:i] + typed[i + 1 :] == word for i in range(1, len(word))
    )


def _cuts_latin(text: str, start: int, end: int) -> bool:
    """Whether a span of Latin letters begins or ends inside a longer Latin word."""
    before = start > 0 and text[start - 1].isascii() and text[start - 1].isalpha() and text[start].isalpha()
    after = end < len(text) and text[end].isascii() and text[end].isalpha() and text[end - 1].isalpha()
    return before or (after and text[end - 1].isascii())


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_PERSON = re.compile(
    rf"[小老][{_SURNAMES}](?![\u4e00-\u9fff]*区)|[{_SURNAMES}](?:科长|处长|主任|科|处|工|总|姐|哥|局|老师|主席|县长|镇长)(?=[，。、 :]|$)"
)


def _people(text: str) -> Iterator[Mention]:
    """Colleagues who are named in passing: 我是住建小刘, 王科长."""
    for match in _PERSON.finditer(text):
        yield Mention(match.start(), match.end(), match[0], "cue", (Entry("cue", "filler"),))


# -- numbers ------------------------------------------------------------------------------------

_N = numerals.INTEGER
_LEVELS = {
    "measure": r"[条跳](?:措施|具体任务|具体措施)?|(?:项|个|号|件)?(?:具体任务|措施|具体措施|小项)|款",
    "task": r"(?:大|个|号|件)?(?:项)?(?:重点任务|主要任务|大?任务)|大项",
    "section": r"(?:个|大)*(?:部分|板块|章节?|大块|方面)|章",
    "indicator": r"(?:个|项|号)?指标",
    "item": r"项|个|号|件|位|家",
}
_PREFIXES = {
    "measure": "具体任务|具体措施|措施|条目|measure",
    "task": "重点任务|主要任务|任务|task",
    "section": "部分|section",
    "indicator": "指标",
}
_AND = r"(?:[、和跟与及,]|以及|还有)"
_TO = r"(?:到第?|至第?|[-~]第?)"
_SERIES = rf"{_N}(?:(?:{_AND}|{_TO}){_N})*"
_DIGIT_YEAR = "[零〇一二三四五六七八九]"
_YEAR_WORDS = {"十四五": 2025, "十五五": 2030, "十六五": 2035, "十三五": 2020}
_YEAR = re.compile(
    rf"(?P<full>(?:19|20|21)\d\d(?!\d|\.\d))年?(?:底|末|初)?|(?P<span>\d\d){_TO}(?P<until>\d\d)年"
    rf"|(?P<short>(?<![\d.])\d\d)年(?!间|内|来)(?:底|末)?|(?P<words>{_DIGIT_YEAR}{{4}})年?(?:底|末)?"
    rf"|(?P<two>(?<!{_DIGIT_YEAR}){_DIGIT_YEAR}{{2}})年(?!间|内|来)(?:底|末)?"
    r"|(?P<period>十[三四五六]五)(?:规划)?(?:期末|末期|末|收官|期间|时期)?(?:年)?"
    r"|(?P<relative>今年|明年|去年|前年|后年|本年度?)"
)
_VALUE = re.compile(
    rf"(?:(?P<percent>百分之)(?P<p>{numerals.NUMBER})|(?P<n>{numerals.NUMBER})(?P<wan>[万亿](?![亩元人立平方]))?)"
)


def _number_mentions(text: str, units: list[str]) -> Iterator[Mention]:
    yield from _years(text)
    yield from _references(text)
    for match in _VALUE.finditer(text):
        value = numerals.number(match["p"] or match["n"])
        if value is None or (
            match.start() and text[match.start() - 1].isascii() and text[match.start() - 1].isalpha()
        ):
            continue
        if _YEAR.fullmatch(match[0]):
            continue
        counted = match["wan"] and not any(text.startswith(word, match.end() - 1) for word in units)
        if counted:
            value *= {"万": 1e4, "亿": 1e8}[match["wan"]]
        end = match.end() - (1 if match["wan"] and not counted else 0)
        unit = "%" if match["percent"] else ""
        for word in ("%", "个百分点", "百分点", *units):
            if not unit and text.startswith(word, end):
                unit, end = "%" if "百分" in word else word, end + len(word)
        spelled = not match[0].isascii() and len(match[0]) == 1 and not unit
        if not spelled:
            yield Mention(
                match.start(),
                end,
                text[match.start() : end],
                "number",
                (),
                Number("value", (value,), unit),
                "number",
            )


def _years(text: str) -> Iterator[Mention]:
    for match in _YEAR.finditer(text):
        years: tuple[float, ...]
        if match["full"]:
            years = (int(match["full"]),)
        elif match["span"]:
            years = tuple(range(2000 + int(match["span"]), 2000 + int(match["until"]) + 1))
        elif match["short"]:
            years = (2000 + int(match["short"]),)
        elif match["words"]:
            years = (numerals.integer(match["words"]) or 0,)
        elif match["two"]:
            years = (2000 + (numerals.integer(match["two"]) or 0),)
        elif match["period"]:
            years = (_YEAR_WORDS[match["period"]],)
        else:
            years = ()
        level = match["relative"] or ""
        if years and not 1900 <= years[0] <= 2100:
            continue
        number = Number("year", years, level=level)
        yield Mention(match.start(), match.end(), match[0], "number", (), number, "number")
        if match["full"] and match.end() > match.start() + 4:  # 2030 of 2030年用水…, where 年 begins a name
            yield Mention(match.start(), match.start() + 4, match["full"], "number", (), number, "number")


def _references(text: str) -> Iterator[Mention]:
    for level, nouns in _LEVELS.items():
        # 47条到49条
        for match in re.finditer(rf"第?(?P<a>{_N})(?:{nouns}){_TO}(?P<b>{_N})(?:{nouns})", text):
            first, last = numerals.integer(match["a"]), numerals.integer(match["b"])
            if first and last and first < last < first + 500:
                numbers = tuple(range(first, last + 1))
                yield Mention(
                    match.start(), match.end(), match[0], "number", (), Number(level, numbers), "number"
                )
        # 第3条, 3到5条, 3、5条; without 第 a count may be meant (有3条), which the parser decides
        for match in re.finditer(rf"(?:(?P<ordinal>第)|(?<![哪每某任同]))(?P<n>{_SERIES})(?:{nouns})", text):
            if (
                not match["ordinal"]
                and text[match.start() - 1 : match.start()] in ("这", "那")
                and len(match["n"]) == 1
            ):
                continue  # 那一部分, 这两条: points, and counts nothing
            yield from _reference(match, level, counted=not match["ordinal"])
        if level in _PREFIXES:
            pattern = rf"(?:第)?(?:{_PREFIXES[level]}) ?(?P<n>{_N}(?:(?:{_AND}|{_TO})(?:(?:{_PREFIXES[level]}) ?)?{_N})*)(?!年|\.?\d|%|项|个|条)"
            for match in re.finditer(pattern, text):
                yield from _reference(match, level, counted=False)
    for match in re.finditer(rf"(?:第|序号|编号)(?P<n>{_N})(?![年期次届季\d])", text):
        yield from _reference(match, "item", counted=False)
    for match in re.finditer(
        rf"(?P<side>前|后|最后|倒数第?)(?P<n>{_N})(?P<noun>个|项|条|位|家)?(?:(?P<task>重点任务|主要任务|任务)|(?P<measure>措施|具体任务)|(?P<indicator>指标))?",
        text,
    ):
        count = numerals.integer(match["n"])
        if count is None or (match["noun"] is None and not match["side"].startswith("倒数")):
            continue
        level = next(
            (name for name in ("task", "measure", "indicator") if match[name]),
            "measure" if match["noun"] == "条" else "",
        )
        form = (
            "nth_last" if match["side"].startswith("倒数") else "first" if match["side"] == "前" else "last"
        )
        yield Mention(
            match.start(), match.end(), match[0], "number", (), Number(form, (count,), level=level), "number"
        )


def _reference(match: re.Match[str], level: str, *, counted: bool) -> Iterator[Mention]:
    numbers: list[float] = []
    parts = re.split(
        rf"({_AND}|{_TO})",
        re.sub(
            r"[^\d零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟、和跟与及,到至~-]", "", match["n"]
        ),
    )
    through = False
    for part in parts:
        value = numerals.integer(part)
        if value is None:
            through = bool(re.fullmatch(_TO, part))
            continue
        if through and numbers and value > numbers[-1]:
            numbers.extend(range(int(numbers[-1]) + 1, min(value, int(numbers[-1]) + 500) + 1))
        else:
            numbers.append(value)
        through = False
    if numbers:
        form = f"count_{level}" if counted and len(numbers) == 1 else level
        yield Mention(
            match.start(), match.end(), match[0], "number", (), Number(form, tuple(numbers)), "number"
        )


# -- bodies that the plan does not have -----------------------------------------------------------


class _StrangerFinder:
    """Finds names of bodies and places that are not the plan's own."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.vocabulary
        self._own = lexicon.names
        region = lexicon.plan.region
        here = {region, region.removesuffix("市"), region.removesuffix("县"), region.removesuffix("区")}
        self._places = words.places - here
        cores = {b for b in words.bodies} | {
            n.removeprefix("市") for n in lexicon.names if _is_body(lexicon, n)
        }
        self._bodies = {b for b in words.bodies if b not in lexicon.names}
        self._cores = cores
        own_places = [
            fold(n) for b in lexicon.plan.bureaus for n in (b.name, *b.aliases) if n.endswith(("县", "区"))
        ]
        levels = "|".join(sorted(map(re.escape, words.levels), key=len, reverse=True))
        places = "|".join(sorted(map(re.escape, self._places), key=len, reverse=True))
        counties = "|".join([*own_places, "[\u4e00-\u9fff]{1,3}县"])
        self._level = re.compile(rf"(?:{levels}|{places}|{counties})+(?:的)?")
        self._higher = re.compile(
            rf"(?:{levels})[^由哪谁的和跟与是有在参配负牵责，。、 ]{{1,8}}?(?:部门|单位|厅|委员会|委|局|机关)"
        )
        suffixes = "|".join(sorted(map(re.escape, words.suffixes), key=len, reverse=True))
        self._unknown = re.compile(rf"[\u4e00-\u9fff]{{1,8}}?(?:{suffixes})")
        self._sizes = sorted({len(b) for b in self._cores | self._bodies | self._places}, reverse=True)
        self._region = here

    def find(self, text: str) -> Iterator[tuple[Mention, bool]]:
        """Mentions of kind ``stranger`` or ``place``, and whether the name is a known one."""
        for start in range(len(text)):
            for size in self._sizes:
                word = text[start : start + size]
                if len(word) < size:
                    continue
                if word in self._bodies:
                    begin = start - 1 if start and text[start - 1] == "市" else start
                    yield _mention(text, begin, start + size, "stranger", evidence="stranger"), True
                    yield _mention(text, start, start + size, "stranger", evidence="stranger"), True
                if word in self._places:
                    yield _mention(text, start, start + size, "place", evidence="stranger"), True
        for match in self._level.finditer(text):
            for size in self._sizes:
                word = text[match.end() : match.end() + size]
                if word in self._cores and len(word) == size:
                    yield (
                        _mention(text, match.start(), match.end() + size, "stranger", evidence="stranger"),
                        True,
                    )
        for match in self._higher.finditer(text):
            yield _mention(text, match.start(), match.end(), "stranger", evidence="stranger"), True
        for start in range(len(text)):
            match = self._unknown.match(text, start)
            if match and match[0] not in self._own:
                yield _mention(text, start, match.end(), "stranger", evidence="stranger"), False


def _is_body(lexicon: Lexicon, word: str) -> bool:
    return any(entry.kind == "bureau" for entry in lexicon.entries[word])
