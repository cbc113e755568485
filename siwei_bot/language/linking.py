"""Which indicators a sentence means: by number, by a part of a name (再生水), by what was asked before."""

from __future__ import annotations

import re
from dataclasses import replace

from siwei_bot.language.drafting import ASKED_BACK, Draft, Drafter
from siwei_bot.language.figures import FigureDrafter
from siwei_bot.language.normalise import fold
from siwei_bot.language.numbers import spoken
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.plan import Indicator
from siwei_bot.query import Query, Select, Topic

_LONG_PART = 3
"""Characters of a name's part that with a year beside it names one indicator."""
_JOINS = ("和", "、", "跟", "与", "及", "以及", "还有")


class IndicatorLinker(Drafter):
    """Completes the indicators of a sentence's slots; words left over name another quantity."""

    def continues(self) -> bool:
        """城市的呢, after 农村…覆盖率: one stretch that with the last question names an indicator."""
        chunks = self.slots.chunks
        return len(chunks) == 1 and self._sibling(chunks[0]) is not None

    def link(self) -> Reading | None:
        """Fill in ``slots.indicators``, or say what no indicator of the plan is called."""
        slots = self.slots
        refused = self._by_number() or self._in_another_unit()
        if refused:
            return refused
        chunks = self._chunks()
        if not chunks or self._listed_beside(chunks) or self._topic_of_bodies(chunks):
            return None
        said = "".join(chunks)
        if len(slots.indicators) == 1 and self._belongs(said, slots.indicators[0]):
            self._mean(slots.indicators)
            return None
        sibling = self._sibling(said) if not slots.indicators else None
        if sibling is not None:
            self._mean([sibling])
            return None
        if (
            slots.indicators
            or slots.attributes
            or slots.values
            or (slots.groups and self.has("indicator_noun"))
        ):
            return Reading(reason="no_such_indicator", subject=self._around(said), lost=tuple(chunks))
        return self._by_part(chunks)

    def _belongs(self, chunk: str, indicator: int) -> bool:
        """秋冬季重污染天数: with the words beside it the name is still one of the indicator's own."""
        said = self._around(chunk)
        return said != chunk and any(
            _subsequence(said, n) for n in _names(self.lexicon.indicators[indicator])
        )

    def _mean(self, indicators: list[int]) -> None:
        """The words named these indicators, and so no topic."""
        self.slots.indicators, self.slots.topics, self.slots.lost = indicators, [], []

    def _by_number(self) -> Reading | None:
        """第3个指标, 指标第3项."""
        slots = self.slots
        if slots.items and self.has("indicator_noun") and not self.context.shown and not slots.indicators:
            if not set(slots.items) & self.lexicon.indicators.keys():
                return Reading(reason="no_such_number", subject=f"第{slots.items[0]}个指标")
            slots.indicator_numbers, slots.items = list(slots.items), []
        slots.indicators += [n for n in slots.indicator_numbers if n not in slots.indicators]
        return None

    def _in_another_unit(self) -> Reading | None:
        """用水总量是多少公里: no indicator of that name has the unit."""
        slots = self.slots
        own = {
            fold(self.lexicon.indicators[i].unit) for i in slots.indicators if i in self.lexicon.indicators
        }
        after_number = [
            m.text
            for i, m in enumerate(slots.mentions)
            if m.kind == "unit" and i and slots.mentions[i - 1].cues & {"how_much", "how_many"}
        ]
        asked = [*slots.unit_words, *after_number]
        if not (asked and own and self.has("how_much", "how_many")) or self.has("whether"):
            return None
        said = {name for unit in own for name in (unit, spoken(unit))}
        if any(word in name or name in word for word in asked for name in said):
            return None
        return Reading(reason="no_such_indicator", subject=self._around("") or asked[0])

    def _chunks(self) -> list[str]:
        """The stretches that may name an indicator; a unit's word alone may, where none is asked for."""
        slots = self.slots
        chunks = list(slots.chunks)
        if slots.unit_words and not self.has("unit", "whether", "how_many", "how_much", "difference"):
            chunks.append(slots.unit_words[0])
        return chunks

    def _listed_beside(self, chunks: list[str]) -> bool:
        """漏损率和水质达标率: what is listed beside an indicator is asked for itself, and may be missing."""
        slots = self.slots
        text = slots.text
        names = [m.text for m in slots.mentions if m.kind == "indicator"]
        own = [name for i in self.plan.indicators for name in _names(i)]

        def beside(chunk: str) -> bool:
            return any(
                name + join + chunk in text or chunk + join + name in text
                for name in names
                for join in _JOINS
            )

        if not all(beside(chunk) and not any(chunk in name for name in own) for chunk in chunks):
            return False
        slots.missing += chunks
        slots.lost, slots.topics = [], []
        return True

    def _topic_of_bodies(self, chunks: list[str]) -> bool:
        """城镇开发边界划定谁牵头: an indicator's name with more words is what a measure is about."""
        slots = self.slots
        if not slots.indicators or not (slots.who or self.has("lead", "support")):
            return False
        names = [m.text for m in slots.mentions if m.kind == "indicator"]
        topic = self.topics.joined([Topic(word, ((word,),)) for word in (*names, *chunks)])
        if topic is None or not self.topics.measures([topic]):
            return False
        slots.topics, slots.lost, slots.indicators = [topic], [], []
        return True

    def _sibling(self, said: str) -> int | None:
        """城市的呢, after 农村…覆盖率: the one indicator of that word that ends as the last one does."""
        last = self.last
        if last is None or len(last.indicators) != 1 or not self.has("follow"):
            return None
        names = {i.id: fold(i.name) for i in self.plan.indicators}
        ending = names[last.indicators[0]][-3:]
        fits = [
            i
            for i, name in names.items()
            if said in name and name.endswith(ending) and i not in last.indicators
        ]
        return fits[0] if len(fits) == 1 else None

    def _around(self, chunk: str) -> str:
        """The chunk with the indicator's name beside it, as it was said."""
        text = self.slots.text
        for mention in self.slots.mentions:
            if mention.kind == "indicator":
                name = mention.text
                for joined in (chunk + name, f"{chunk}的{name}", name + chunk, f"{name}的{chunk}"):
                    if joined in text:
                        return joined
        return chunk

    def _by_part(self, chunks: list[str]) -> Reading | None:
        """再生水, 用水效率: the indicators whose names hold the words, if that is what is asked about."""
        slots, has, said = self.slots, self.has, "".join(chunks)
        fits = [i for i in self.plan.indicators if any(_subsequence(said, n) for n in _names(i))]
        counted = next((said + end for end in ("数", "总数") if said + end in slots.text), "")
        if counted and not any(_subsequence(counted, name) for i in fits for name in _names(i)):
            fits = []  # 空置床位数, where the plan has 空置床位率
        if len(fits) == 1 and self._is_short_for(said, fits[0].id):
            self._mean([fits[0].id])
            return None
        if len(fits) > 1:
            return self._which(fits)
        of_bodies = slots.groups and has("work_noun", "measure_noun") and not has("indicator_noun", "target")
        if of_bodies or (has("lead", "support") and not has("target")):
            return None
        stated = self._stating_numbers()
        if stated:
            select: Select = "bureau" if slots.who else "measure"
            return Reading(queries=(Query(select, measures=tuple(stated), roles=slots.who_roles),))
        return Reading(reason="no_such_indicator", subject=said, lost=tuple(chunks))

    def _is_short_for(self, said: str, indicator: int) -> bool:
        """Whether the words end only this name, or open only this one before a quantity's ending (…率)."""
        ends = [i.id for i in self.plan.indicators if any(n.endswith(said) for n in _names(i))]
        if ends == [indicator]:
            return True
        heads = self.lexicon.vocabulary.heads
        headed = [
            i.id
            for i in self.plan.indicators
            if any(n.endswith(said + head) for n in _names(i) for head in heads)
        ]
        asks_value = bool(self.slots.years) or self.has("target")
        of_bodies = self.slots.who or self.has("lead", "support")
        inside = [i.id for i in self.plan.indicators if any(said in n for n in _names(i))]
        part = (
            inside == [indicator] and len(said) >= _LONG_PART and bool(self.slots.years)
        )  # 易涝点2028年目标
        return (part or (headed == [indicator] and len(said) > 1)) and asks_value and not of_bodies

    def _which(self, fits: list[Indicator]) -> Reading | None:
        """A question back, with what is asked of the indicator that will be picked."""
        slots = self.slots
        self._mean([i.id for i in fits])
        drafted = FigureDrafter(self.sentence).draft()
        slots.indicators = []
        if len(fits) > ASKED_BACK:
            return None
        pending = (
            replace(drafted.query, indicators=())
            if isinstance(drafted, Draft)
            else Query("figure", years=tuple(slots.years))
        )
        return Reading(choices=tuple(Choice("indicator", i.id) for i in fits), pending=pending)

    def _stating_numbers(self) -> list[int]:
        """Measures whose own text states a number about the topic asked (每百户…平方米)."""
        slots = self.slots
        target = any("target" in m.cues and m.text not in ("要求", "标准数") for m in slots.mentions)
        counts = slots.says(
            "多少个", "几个", "多少座", "多少台", "多少张"
        )  # of things, which a measure may plan
        if slots.lost or slots.years or target or counts or not slots.topics:
            return []
        topic = self.topics.joined(slots.topics)
        held = self.topics.measures([topic]) if topic else []
        texts = {text.id: text.text for text in self.topics.texts if text.kind == "measure"}
        held = [i for i in held if all(unit in texts[i] for unit in slots.unit_words)]
        return [
            i
            for i in held
            if re.search(
                r"\d|百分之|[二三四五六七八九十百千万]+[以个次年%平批户辆座所台张家件吨公小天月米人]",
                texts[i],
            )
        ]


def _names(indicator: Indicator) -> tuple[str, ...]:
    return tuple(fold(name) for name in (indicator.name, *indicator.aliases))


def _subsequence(said: str, name: str) -> bool:
    """Whether the characters stand in the name in this order."""
    at = -1
    for char in said:
        at = name.find(char, at + 1)
        if at < 0:
            return False
    return True
