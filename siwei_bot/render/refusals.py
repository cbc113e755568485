"""Answers to what the plan does not hold: what was not found, then what is near."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Reading
from siwei_bot.plan import Indicator
from siwei_bot.render.book import Book
from siwei_bot.render.lists import Lists, Share
from siwei_bot.render.parts import Cited, Part, line_forms
from siwei_bot.render.talk import Examples
from siwei_bot.render.words import YEAR, joined, numbered, phrases, quantity


class Refusals:
    """Answers to what the plan does not hold: what was not found, then what is near."""

    def __init__(self, book: Book, examples: Examples) -> None:
        self.book = book
        self.examples = examples
        self.lists = Lists(book)

    def part(self, reading: Reading) -> Part:
        """The answer to a question that the plan cannot answer."""
        make: dict[str, Callable[[Reading], Part]] = {
            "no_such_bureau": self._bureau,
            "no_such_indicator": self._indicator,
            "no_such_year": self._year,
            "no_such_number": self._number,
            "not_reported": self._report,
            "no_match": self._match,
            "out_of_scope": self._outside,
        }
        return make.get(reading.reason, self._puzzled)(reading)

    def _say(self, name: str, **words: object) -> str:
        return phrases()["unknown"][name].format(**words)

    def _offer(self, name: str, **words: object) -> str:
        return phrases()["near"][name].format(**words)

    def _asking(self, questions: Sequence[str]) -> list[str]:
        return [self._offer("ask"), *numbered(questions[:3])] if questions else []

    def _meant(self, reading: Reading) -> list[Indicator]:
        queries = [*reading.queries, *([reading.pending] if reading.pending else [])]
        ids = dict.fromkeys(id for query in queries for id in query.indicators)
        return [self.book.indicators[id] for id in ids if id in self.book.indicators]

    def _with_targets(self, head: str, indicators: Sequence[Indicator]) -> Part:
        lines = [f"{i.name}目标：{self.book.targets(i)}" for i in indicators]
        cited = Cited(indicators={i.id for i in indicators})
        return Part(head, line_forms(lines, [i.name for i in indicators]), cited=cited)

    def _bureau(self, reading: Reading) -> Part:
        head = self._say("no_such_bureau", subject=reading.subject)
        names = [bureau.name for bureau in self.book.plan.bureaus]
        near = _nearest(_stem(fold(reading.subject)), {name: [_stem(fold(name))] for name in names}, 50)
        if near:
            return Part(head, tail=[self._offer("bureaus", near=joined(near))])
        listed = joined(names[:30]) + ("等" if len(names) > 30 else "")
        return Part(head, tail=[self._offer("all_bureaus", count=len(names), near=listed)])

    def _indicator(self, reading: Reading) -> Part:
        subject = self.book.as_printed(reading.subject)
        known = self.book.plan.indicators
        spelt = {i.name: [fold(name) for name in (i.name, *i.aliases)] for i in known}
        near = _nearest(fold(reading.subject), spelt, 60)
        word, measures = self._echo(reading.lost or (reading.subject,))
        head = self._say("no_such_indicator", subject=subject)
        if measures:
            head = self._offer("mentioned", subject=subject, word=self.book.as_printed(word))
        tail = [self._offer("indicators", near=joined(near))] if near else []
        if not measures and not near and known:
            tail = [self._offer("all_indicators", count=len(known), near=joined(i.name for i in known[:15]))]
        cited = Cited(measures=set(measures), indicators={i.id for i in known if i.name in near})
        return Part(head, self.lists.forms([Share(measures)], bodies=True), tail, cited)

    def _year(self, reading: Reading) -> Part:
        years = YEAR.findall(reading.subject)
        meant = self._meant(reading)
        what = meant[0].name if len(meant) == 1 else ""
        baseline = any(query.baseline for query in reading.queries)
        if baseline and not years:
            head = self._say("no_such_baseline", what=what or "指标")
        else:
            head = self._say("no_such_year", what=what, years=f"{joined(years)}年" if years else "这一年")
        if meant:
            return self._with_targets(head, meant)
        known = sorted({t.year for i in self.book.plan.indicators for t in i.targets if not t.baseline})
        return Part(head, tail=[self._offer("years", years=joined(map(str, known)))] if known else [])

    def _number(self, reading: Reading) -> Part:
        inside = next((query for query in reading.queries if query.nth and query.tasks), None)
        if inside is not None and not reading.subject:
            return self._inside(inside.tasks[0], abs(inside.nth[0]))
        match = re.fullmatch(r"任务(\d+)的第(\d+)条", reading.subject)
        if match and int(match[1]) in self.book.tasks:
            return self._inside(int(match[1]), int(match[2]))
        head = self._say("no_such_number", subject=reading.subject or "这个编号")
        tail = [self._offer("range", range=self._range)]
        match = re.fullmatch(r"(任务|第)(\d+)条?", reading.subject)
        if match and int(match[2]) in (self.book.measures if match[1] == "任务" else self.book.tasks):
            other = f"第{match[2]}条" if match[1] == "任务" else f"任务{match[2]}"
            tail.append(self._offer("other_level", other=other))
        return Part(head, tail=tail)

    def _inside(self, task: int, position: int) -> Part:
        ids = self.book.of_task(task)
        head = self._say("no_such_position", task=task, count=len(ids), number=position)
        return Part(head, self.lists.forms([Share(ids)]), cited=Cited(measures=set(ids)))

    @cached_property
    def _range(self) -> str:
        tasks, measures = self.book.tasks, self.book.measures
        found = [f"{len(self.book.sections)}个部分"]
        found += [f"任务{min(tasks)}–{max(tasks)}"] if tasks else []
        found += [f"第{min(measures)}–{max(measures)}条"] if measures else []
        return joined([*found, *([f"{len(self.book.indicators)}项指标"] if self.book.indicators else [])])

    def _report(self, reading: Reading) -> Part:
        meant = self._meant(reading)
        if any(query.select == "change" for query in reading.queries):
            what = f"{joined(i.name for i in meant)}的" if meant else ""
            return Part(self._say("nothing_changed", what=what))
        head = self._say("not_reported")
        if meant:
            return self._with_targets(head, meant)
        example = self.examples.target()
        return Part(head, tail=[self._offer("target", example=example)] if example else [])

    def _match(self, reading: Reading) -> Part:
        values = [quantity(value, unit) for query in reading.queries for value, unit in query.values]
        examples = self._asking(self.examples.questions)
        if values or not reading.subject:
            head = self._say("no_such_value", subject=joined(values)) if values else self._say("nothing_fits")
            return Part(head, tail=examples)
        head = self._say("no_match", subject=self.book.as_printed(reading.subject))
        word, measures = self._echo(reading.lost or (reading.subject,))
        if not measures:
            return Part(head, tail=examples)
        head += self._offer("measures", word=self.book.as_printed(word))
        return Part(head, self.lists.forms([Share(measures)]), cited=Cited(measures=set(measures)))

    def _outside(self, reading: Reading) -> Part:
        subject = self.book.as_printed(reading.subject)
        head = self._say("out_of_scope", subject=subject) if subject else self._say("beyond")
        return Part(
            head, tail=[self._offer("scope", **self.book.verbs), *numbered(self.examples.questions[:3])]
        )

    def _puzzled(self, reading: Reading) -> Part:
        if any(bureau.name == reading.subject for bureau in self.book.plan.bureaus):
            head = self._say("what_about", subject=reading.subject)
            return Part(head, tail=self._asking(self.examples.of(reading.subject)))
        return Part(self._say("not_understood"), tail=self._asking(self.examples.questions))

    def _echo(self, said: Sequence[str]) -> tuple[str, list[int]]:
        """The longest beginning or end of the question's words that stands in a few measures, and those."""
        chunks = [fold(chunk) for chunk in said]
        pieces = {chunk[:end] for chunk in chunks for end in range(2, len(chunk) + 1)}
        pieces |= {chunk[at:] for chunk in chunks for at in range(1, len(chunk) - 1)}
        for piece in sorted(pieces, key=lambda piece: (-len(piece), piece)):
            found = [id for id, text in self.book.folded.items() if piece in text]
            # a piece of two characters may be a piece of other words by chance
            if 0 < len(found) <= (2 if len(piece) == 2 else 4) and not _generic(piece):
                return piece, found
        return "", []


def _generic(word: str) -> bool:
    from siwei_bot.language.vocabulary import vocabulary  # here: only a refusal needs it

    known = vocabulary()
    return word in known.generic or word in known.cues


def _stem(name: str) -> str:
    """A body's name without what most bodies' names begin and end with."""
    return re.sub("^[市省县区]|(?<=..)(?:管理局|委员会|局|委|办|厅|院|集团|政府)$", "", name)


def _nearest(said: str, spellings: Mapping[str, Sequence[str]], least: float) -> list[str]:
    """Up to three names that look like what was said: offered, never taken for it."""
    from rapidfuzz import fuzz  # here: only a refusal needs it

    scored = []
    for at, (name, spelt) in enumerate(spellings.items()):
        score = max((fuzz.ratio(said, s) + fuzz.partial_ratio(said, s)) / 2 for s in spelt)
        scored += [(-score, at, name)] if score >= least else []
    return [name for _, _, name in sorted(scored)[:3]]
