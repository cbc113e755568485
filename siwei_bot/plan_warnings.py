"""What a plan file may say and seldom means: names alike, targets the wrong way, texts cut off.

None of it is an error: a source may be odd, and a plan must be told as it is. Whoever has compared a place
with the source says so in the file, and it is not told again: a measure by its ``note``, any other place by
a comment that begins ``# 已核对``, at the end of its line or on the line above.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from siwei_bot.language.normalise import fold
from siwei_bot.language.pinyin import syllables
from siwei_bot.language.vocabulary import vocabulary
from siwei_bot.language.words import tokenizer
from siwei_bot.plan import Assignment, Indicator, Measure, Plan
from siwei_bot.plan_file import Place, PlacedPlan, Problem

CHECKED = re.compile(r"#\s*已核对")
"""The comment that says: compared with the source, and meant."""

# A change per period (降幅, 增速) need not grow from one period to the next.
_CHANGE = re.compile("[增降]|涨幅|下降|减少|提高幅度")
_FULL_STOP = re.compile("[。；！？!?;.][”’）)」』》]*")
_LONGEST = 40
"""Characters of a name; what is longer is a sentence."""
_OTHERWISE_MEANT = 3
"""Measures that hold a body's short name as an ordinary word, from which on it misleads."""

Found = tuple[tuple[Hashable, ...], str, str]
"""The thing that a warning is about, as ``PlacedPlan.places`` calls it, what is odd, and what to do."""


def warnings(placed: PlacedPlan) -> tuple[Problem, ...]:
    """What is worth a look in a plan that has no errors, in order of place."""
    plan = placed.plan
    found = [
        *_alike(plan),
        *_misspelt(plan),
        *_idle(plan),
        *_misleading(plan),
        *(warning for indicator in plan.indicators for warning in _indicator(indicator)),
        *_texts(plan),
    ]
    told = {}
    for thing, what, fix in found:
        place = placed.places[thing]
        if not _is_checked(placed.lines, place):
            told[place, what] = Problem(placed.file, *place, f"提醒：{what}", f"建议{fix}")
    return tuple(told[key] for key in sorted(told))


def _is_checked(lines: tuple[str, ...], place: Place) -> bool:
    at = place.line - 1
    above = lines[at - 1].strip() if at else ""
    return bool(CHECKED.search(lines[at]) or CHECKED.match(above))


# -- names -----------------------------------------------------------------------------------------


class _Spelling(NamedTuple):
    """One way to write a body or an indicator, and the name of what is written."""

    kind: str
    text: str
    name: str


def _spellings(plan: Plan) -> Iterator[_Spelling]:
    for bureau in plan.bureaus:
        yield from (_Spelling("bureau", text, bureau.name) for text in (bureau.name, *bureau.aliases))
    for indicator in plan.indicators:
        for text in (indicator.name, *indicator.aliases):
            yield _Spelling("indicator", text, indicator.name)


def _alike(plan: Plan) -> Iterator[Found]:
    """Names of two things that a reader, or a listener, takes for one."""
    told: set[frozenset[str]] = set()
    for first, later, words in (*_same(plan), *_abridged(plan)):
        if first.name == later.name or frozenset((first.name, later.name)) in told:
            continue
        told.add(frozenset((first.name, later.name)))
        both = f"{first.name}、{later.name}"
        fix = {
            "bureau": f"核对是不是同一个单位；是的话，把一个写进另一个的 aliases（{both}）",
            "indicator": f"核对是不是同一个指标（{both}）",
        }
        yield (later.kind, later.text), f"“{later.text}” 与 “{first.text}” {words}", fix[later.kind]


def _same(plan: Plan) -> Iterator[tuple[_Spelling, _Spelling, str]]:
    """Pairs of spellings that are the same as they are matched, or as they are spoken."""
    alike = ("只差空格、标点或全角半角", fold), ("读音相同", _sound)
    for words, key in alike:
        groups: dict[tuple[str, Hashable], list[_Spelling]] = defaultdict(list)
        for spelling in _spellings(plan):
            if form := key(spelling.text):
                groups[spelling.kind, form].append(spelling)
        for first, later in (pair for group in groups.values() for pair in combinations(group, 2)):
            if key is fold or not (_known(first.text) and _known(later.text)):  # 税务局, 水务局
                yield first, later, words


def _sound(text: str) -> tuple[str, ...] | None:
    """How a name sounds; of short ones too many sound alike."""
    return syllables(text) if len(text) > 3 else None


def _abridged(plan: Plan) -> Iterator[tuple[_Spelling, _Spelling, str]]:
    """Pairs of full names of bodies of which one is the other without one or two characters."""
    full = {bureau.name: _Spelling("bureau", bureau.name, bureau.name) for bureau in plan.bureaus}
    for name, long in full.items():
        for size in (1, 2):
            for left in combinations(name, len(name) - size) if len(name) <= _LONGEST else ():
                short = "".join(left)
                if len(short) > 3 and short in full:
                    yield full[short], long, "只差一两个字"


def _known(name: str) -> bool:
    """Whether governments commonly have a body of this name: then it is hardly a misspelling."""
    bodies = vocabulary().bodies
    return any(name.removeprefix(level) in bodies for level in ("", "市", *vocabulary().levels))


def _misspelt(plan: Plan) -> Iterator[Found]:
    """Bodies that appear once, are no common ones, and differ by one character from one that appears."""
    count = _appearances(plan)
    near: dict[str, list[str]] = defaultdict(list)
    for name in count:
        for at in range(len(name) if len(name) > 3 else 0):
            near[f"{name[:at]}*{name[at + 1 :]}"].append(name)
    for names in near.values():
        for name in names:
            others = [other for other in names if other != name]
            if others and count[name] == 1 and not _known(name):
                what = f"单位 “{name}” 只出现一次，与 “{others[0]}” 只差一个字"
                yield ("bureau", name), what, "核对是不是写错了字"


def _appearances(plan: Plan) -> Counter[str]:
    named = [body.name for indicator in plan.indicators for body in indicator.bureaus]
    named += [body.name for assignment in _assignments(plan) for _, body in assignment.bodies()]
    return Counter(named)


def _idle(plan: Plan) -> Iterator[Found]:
    count = _appearances(plan)
    for bureau in plan.bureaus:
        if not count[bureau.name]:
            what = f"单位 “{bureau.name}” 没有任何分工或指标"
            yield ("bureau", bureau.name), what, "核对是不是漏写了它的分工；方案里没有它的话删去这一项"


def _misleading(plan: Plan) -> Iterator[Found]:
    """Names by which a question would be read as another one."""
    bodies = {s.text: s.name for s in _spellings(plan) if s.kind == "bureau"}
    for thing, alias in _aliases(plan):
        if thing[0] != "bureau" and alias in bodies:
            what = f"别名 “{alias}” 是单位 “{bodies[alias]}” 的名称"
            yield thing, what, "换一个不会混淆的别名，或删去它"
        elif fold(alias) in vocabulary().cues:
            what = f"别名 “{alias}” 是问话里的常用词"
            yield thing, what, "删去它，否则含有这个词的问题会答错"
    yield from _ordinary(plan)


def _aliases(plan: Plan) -> Iterator[tuple[tuple[Hashable, ...], str]]:
    """Every alias with the thing that its place is known by."""
    for bureau in plan.bureaus:
        yield from ((("bureau", alias), alias) for alias in bureau.aliases)
    for indicator in plan.indicators:
        yield from ((("indicator", alias), alias) for alias in indicator.aliases)
    for section in plan.sections:
        yield from ((("alias", "section", section.id, alias), alias) for alias in section.aliases)
        for task in section.tasks:
            yield from ((("alias", "task", task.id, alias), alias) for alias in task.aliases)
    for measure in _measures(plan):
        yield from ((("alias", "measure", measure.id, alias), alias) for alias in measure.aliases)


def _ordinary(plan: Plan) -> Iterator[Found]:
    """Bodies' short names that are ordinary words in the plan's own sentences."""
    texts = [measure.text for measure in _measures(plan)]
    for bureau in plan.bureaus:
        longer = [spelling for spelling in (bureau.name, *bureau.aliases) if len(spelling) > 2]
        full = re.compile("|".join(map(re.escape, longer)) or "(?!)")
        for alias in (alias for alias in bureau.aliases if len(alias) <= 2):
            holding = [rest for text in texts if alias in text and alias in (rest := full.sub("，", text))]
            if len(holding) < _OTHERWISE_MEANT:
                continue
            cut = tokenizer().cut
            count = sum(alias in cut(rest) for rest in holding)
            if count >= _OTHERWISE_MEANT:
                what = f"别名 “{alias}” 在 {count} 条措施里是平常的词"
                yield ("bureau", alias), what, f"删去它，否则问到这个词会当成{bureau.name}"


# -- indicators ------------------------------------------------------------------------------------


def _indicator(indicator: Indicator) -> Iterator[Found]:
    thing = "indicator", indicator.name
    if not indicator.bureaus:
        yield thing, f"指标 “{indicator.name}” 没有负责的单位", "核对原表；原表没有写的话不用改"
    numbers = [(target.year, target.value) for target in indicator.targets if target.value is not None]
    small = [(year, value) for year, value in numbers if 0 < value < 1]
    if indicator.unit == "%" and small:
        year, value = small[0]
        what = f"单位是 %，数值却是 {value:g}，即百分之 {value:g}"
        yield ("target", indicator.id, year), what, f"核对是不是应写 {value * 100:g}"
    if indicator.direction and not _CHANGE.search(indicator.name):
        for (before, old), (year, new) in pairwise(numbers):
            if new < old if indicator.direction == "floor" else new > old:
                yield ("target", indicator.id, year), *_against(indicator.direction, before, old, year, new)


def _against(direction: str, before: int, old: float, year: int, new: float) -> tuple[str, str]:
    meant, moves = ("至少达到", "减少") if direction == "floor" else ("不超过", "增加")
    what = f"direction 是 {direction}（{meant}），{year}年却比{before}年{moves}（{old:g} → {new:g}）"
    return what, "核对数值和 direction"


# -- measures --------------------------------------------------------------------------------------


def _assignments(plan: Plan) -> Iterator[Assignment]:
    for section in plan.sections:
        for task in section.tasks:
            yield from task.assignments


def _measures(plan: Plan) -> Iterator[Measure]:
    for assignment in _assignments(plan):
        yield from assignment.measures


def _texts(plan: Plan) -> Iterator[Found]:
    first: dict[str, int] = {}
    for measure in _measures(plan):
        same = first.setdefault(fold(measure.text), measure.id)
        if measure.note:
            continue
        if not _FULL_STOP.search(measure.text[-3:]):
            end = measure.text[-6:]
            what = f"第{measure.id}条没有以句号结尾（…{end}）"
            yield ("measure", measure.id), what, "核对原文是不是没有抄完；原文如此的话写一句 note"
        if same != measure.id:
            what = f"第{measure.id}条与第{same}条的文字相同"
            yield ("measure", measure.id), what, "核对是不是抄重了；原文如此的话写一句 note"
