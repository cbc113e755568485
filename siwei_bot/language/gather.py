"""From mentions to slots: what is named, which numbers mean what, what words are left over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.mentions import Mention, Number
from siwei_bot.language.normalise import fold
from siwei_bot.language.rereading import in_their_place
from siwei_bot.language.roles import bind_roles
from siwei_bot.language.slots import MOST_PLACES, Group, Slots
from siwei_bot.language.topics import TopicFinder
from siwei_bot.plan import ROLES
from siwei_bot.query import Tally

_LIST_STOPS = frozenset("、 ")
"""Stops that a list of names may contain."""
_BOUNDS = {"bound_ge": ">=", "bound_le": "<="}
_STRICT = {
    **dict.fromkeys(("超过", "大于", "高于", "多于", "突破", "不止", "多过"), ">"),
    **dict.fromkeys(("不到", "不满", "不够", "小于", "低于", "少于", "不足"), "<"),
}
_PAST = frozenset({"过", "过了", "破", "超"})
_BEFORE_A_COUNT = frozenset(
    {
        "另外", "其余", "其他", "其它", "剩下", "剩下的", "那", "这", "有", "是",
        "达到", "达", "正好", "恰好", "刚好", "共有", "不到", "够", "得有", "各有",
    }
)  # fmt: skip
_SEVERAL = frozenset({"多", "多个", "好几", "好几个", "若干"})
"""Numbers of bodies that are not given: 多家单位, 多部门."""
_COUNTED = {
    "body_noun": "bodies",
    "measure_noun": "measure",
    "task_noun": "task",
    "work_noun": "task",
    "section_noun": "section",
}
_LITERALLY = (
    "提到", "提及", "提过", "提了", "提到了", "字样", "字眼", "出现", "写到", "谈到", "这个词", "关键词",
)  # fmt: skip
"""Words of a question for what is written, not for what is meant."""
_NUMERALS = "0123456789.零〇一二两三四五六七八九十百千万"
_LIST = 7
"""Mentions between 除了 and the last name of its list: four names."""
_LINKS = frozenset("呃嗯啊哦呀的和与跟及、，。 了是在有谁哪都不要由让给")
_OPENING = frozenset("加分对表用新算报管抓办做干领担背发看查标设按自从写完落高低多少大小")
"""Characters that are cues by themselves and open many words: before an unread one they are part of it."""
_COUNTY = re.compile("[\u4e00-\u9fff]{1,3}县")


def gather(mentions: Sequence[Mention], lexicon: Lexicon, topics: TopicFinder) -> Slots:
    """The slots of one sentence (or of several, read as one)."""
    slots = Slots(in_their_place(mentions, lexicon))
    gatherer = _Gatherer(slots, lexicon)
    gatherer.names()
    gatherer.numbers()
    bind_roles(slots, lexicon)
    gatherer.chunks()
    for chunk in _without_passing(slots, lexicon):
        topic = topics.resolve(chunk, literal=slots.says(*_LITERALLY))
        if topic is not None:
            slots.topics.append(topic)
        else:
            slots.lost.append(chunk)
    return slots


def _without_passing(slots: Slots, lexicon: Lexicon) -> list[str]:
    """The stretches that may be topics: words such as 推进 are none beside something that is named."""
    chunks = list(dict.fromkeys(slots.chunks))
    weighty = [chunk for chunk in chunks if chunk not in lexicon.vocabulary.passing]
    named = slots.groups or slots.measures or slots.tasks or slots.sections or slots.indicators or weighty
    return weighty if named and not slots.has("about") else chunks


class _Gatherer:
    def __init__(self, slots: Slots, lexicon: Lexicon) -> None:
        self.slots = slots
        self.plan = lexicon.plan
        self._totals = {"section": len(lexicon.plan.sections), "measure": len(lexicon.measure_ids)}
        self.mentions = slots.mentions

    # -- names -----------------------------------------------------------------------------------

    def names(self) -> None:
        """Fill in what is called by its name."""
        for at, mention in enumerate(self.mentions):
            self._name(at, mention)

    def _name(self, at: int, mention: Mention) -> None:
        slots = self.slots
        match mention.kind:
            case "bureau":
                self._bureau(at, mention)
            case "indicator":
                self._indicator(mention)
            case "section" | "group":
                self._section(at, mention)
            case "task":
                self._task(at, mention)
            case "measure":
                slots.measures += _numbers(mention, "measure")
            case "attribute":
                self._attribute(at, str(mention.values("attribute")[0]))
            case "unit":
                # 个, 张 count things far more often than they name a unit
                if len(mention.text) > 1 or mention.text == "%" or slots.has("unit"):
                    slots.units += [str(v) for v in mention.values("unit")]
            case "due":
                slots.due_words += [str(v) for v in mention.values("due")]
            case "plan":
                slots.plan_named = True
            case _ if "plan_noun" in mention.cues:
                slots.plan_named = True
            case _ if "unit_word" in mention.cues:
                slots.unit_words.append(mention.text)
            case "stranger" | "place":
                asks = any(m.text in ("在问", "来问", "老来问") for m in self.mentions[at + 1 : at + 2])
                if not asks:
                    slots.strangers.append(mention)

    def _bureau(self, at: int, mention: Mention) -> None:
        slots = self.slots
        names = [str(v) for v in mention.values("bureau")]
        if len(names) > 1:
            slots.unclear.append(mention)
        elif self._excluded(at):
            slots.without += names
        elif not (slots.groups and self._continues(slots.groups[-1], at)):
            slots.groups.append(Group(at, names, [mention]))
        elif names[0] not in slots.groups[-1].names:
            slots.groups[-1].names += names
            slots.groups[-1].mentions.append(mention)

    def _indicator(self, mention: Mention) -> None:
        numbers = _numbers(mention, "indicator")
        if len(numbers) > 1:
            self.slots.unclear.append(mention)
        elif numbers[0] not in self.slots.indicators:
            self.slots.indicators.append(numbers[0])

    def _attribute(self, at: int, named: str) -> None:
        """约束性; 除了约束性的 is every other one of the plan."""
        others = dict.fromkeys(i.attribute for i in self.plan.indicators if i.attribute != named)
        self.slots.without_attribute = self._excluded(at)
        self.slots.attributes += list(others) if self.slots.without_attribute else [named]

    def _section(self, at: int, mention: Mention) -> None:
        sections = _numbers(mention, "section")
        if self._excluded(at):
            self.slots.not_sections += sections
            return
        self.slots.sections += sections
        self.slots.groups_named += [str(v) for v in mention.values("group")]

    def _task(self, at: int, mention: Mention) -> None:
        tasks = _numbers(mention, "task")
        if len(tasks) > 1:
            self.slots.unclear.append(mention)
        elif self._excluded(at):
            self.slots.not_tasks += tasks
        else:
            self.slots.tasks += tasks

    def _continues(self, group: Group, at: int) -> bool:
        """Whether a body at ``at`` continues the list of a group: only commas and 和 stand between."""
        last = max(i for i, m in enumerate(self.mentions[:at]) if m is group.mentions[-1])
        between = self.mentions[last + 1 : at]
        linked = not between or any(
            m.text in _LIST_STOPS
            or m.kind == "stop"
            or m.cues & {"and", "joint"}
            or m.text in ("还是", "以及")
            for m in between
        )
        return linked and all(
            m.kind in ("stop", "stranger")
            or (m.cues & {"and", "filler", "also", "joint"} and not m.cues & set(ROLES))
            for m in between
        )

    def _excluded(self, at: int) -> bool:
        """Whether 除了, 不含, 不在 … stands before a name, or 以外 after it."""
        denial = self.mentions[max(0, at - 2) : at]
        if len(denial) == 2 and "not" in denial[0].cues and "belongs" in denial[1].cues:
            return not self.slots.has("whether")
        for m in reversed(self.mentions[max(0, at - _LIST) : at]):
            if "except" in m.cues:
                return True
            if m.text == "，":
                break
            listed = m.kind in ("stop", "bureau", "section", "task", "number")
            if not listed and not m.cues & {"and", "filler"}:
                break
        following = self.mentions[at + 1 : at + 4]
        after = following[bool(following and following[0].text == "的") :][:2]  # 第五部分的不算
        closed = len(after) < 2 or after[1].kind == "stop"
        return bool(after) and (after[0].text in ("以外", "之外") or ("except" in after[0].cues and closed))

    # -- numbers ---------------------------------------------------------------------------------

    def numbers(self) -> None:
        """Fill in what numbers refer to, count or state."""
        for at, mention in enumerate(self.mentions):
            if mention.number is not None:
                self._number(at, mention, mention.number)
            elif mention.text in _SEVERAL and self._before_body_noun(at):
                self.slots.tallies.append(Tally("bodies", ">=", 2))

    def _number(self, at: int, mention: Mention, number: Number) -> None:
        slots, ints = self.slots, [int(v) for v in number.values]
        match number.form:
            case "month":
                slots.months += ints
            case "year":
                slots.years += [year for year in ints if year not in slots.years]
                slots.relative_year = slots.relative_year or number.level
            case "section":
                (slots.not_sections if self._excluded(at) else slots.sections).extend(ints)
            case "task" if slots.sections and self._inside(at, "section"):
                slots.nested = tuple(ints)
            case "task":
                (slots.not_tasks if self._excluded(at) else slots.tasks).extend(ints)
            case "measure" | "item" if self._within_task(at, number.form):
                slots.nth, slots.nth_level = tuple(ints), "measure"
            case "measure":
                (slots.not_measures if self._excluded(at) else slots.measures).extend(ints)
            case "item" if slots.sections and self._titles_task(at):
                slots.nested = tuple(ints)
            case "item":
                slots.items += ints
            case "indicator":
                slots.indicator_numbers += ints
            case "first" | "last" | "nth_last" if number.level == "section":
                slots.sections += self._sections_at(_positions(number.form, ints[0]))
            case "first" | "last" | "nth_last":
                slots.nth, slots.nth_level = _positions(number.form, ints[0]), number.level
            case "value":
                self._value(at, mention, number)
            case _:
                self._count(at, mention, number)

    def _sections_at(self, places: tuple[int, ...]) -> list[int]:
        """最后一部分, 前两部分: numbers of sections; of more than there are, a number that the plan lacks."""
        sections = sorted(section.id for section in self.plan.sections)
        if max(map(abs, places)) > len(sections):
            return [len(sections) + 1]
        return [sections[n - 1 if n > 0 else n] for n in places]

    def _titles_task(self, at: int) -> bool:
        """第三部分排第五的任务: a number that counts tasks, though their noun comes after it."""
        after = [m for m in self.mentions[at + 1 : at + 3] if m.text != "的"][:1]
        return bool(after) and bool(after[0].cues & {"task_noun", "work_noun"})

    def _within(self, at: int) -> bool:
        """是28条里的, 在28条里面: that very row, and no number of rows."""
        before, after = self.mentions[max(0, at - 1) : at], self.mentions[at + 1 : at + 2]
        stands = bool(before) and before[0].text in ("是", "在", "属于")
        return stands and bool(after) and "under" in after[0].cues

    def _within_task(self, at: int, form: str) -> bool:
        """任务七的第三条: counted inside the task, which for 第三项 is given by its number."""
        titled = form == "measure" and any(m.kind == "task" for m in self.mentions[:at])
        return bool(self.slots.tasks or self.slots.nested or titled) and self._inside(at, "task")

    def _inside(self, at: int, level: str) -> bool:
        """Whether a number counts inside the task or section named right before it."""
        for m in reversed(self.mentions[max(0, at - 3) : at]):
            if m.kind == level or (m.number is not None and m.number.form in (level, "task")):
                return True
            if not m.cues & {"filler", "under", "among", "it"}:
                return False
        return False

    def _count(self, at: int, mention: Mention, number: Number) -> None:
        """N条, N项, N家 without 第: a number of things, a reference (四十四到四十六条 has its own form)."""
        slots, plan, text = self.slots, self.plan, mention.text
        value, noun = number.values[0], number.form.removeprefix("count_")
        if self._included(at, value):
            return
        if value == self._totals.get(noun) and self._of_all(at):
            slots.plan_named = True
            return
        op = self._operator(at)
        noun = self._noun_after_bound(at) or noun if noun == "item" else noun
        if value == 1 and self._not_even(at):
            if noun == "indicator" or (noun in ("measure", "task") and not slots.has("lead", "support")):
                what = "indicator" if noun == "indicator" else "measure"
                slots.tallies.append(Tally(what, "==", 0))  # 一个指标都没有
        elif noun == "measure" and f"哪{text}" in slots.text:
            pass  # 牵头的三条是哪三条: a premise
        elif noun == "measure" and self._within(at):
            slots.measures.append(int(value))
        elif noun == "measure" and len(slots.bare) == value:
            slots.measures += [int(n) for n in slots.bare]  # 27、28两条
            slots.bare = []
        elif value == 1 and op == "==" and text.endswith("家") and slots.groups and self._follows_body(at):
            slots.groups[-1].only = True
        elif noun == "item" and (names := self._bodies_of_kind(at, value)):
            slots.groups.append(Group(at, names, [mention]))
        elif self._is_value(text, value):
            slots.values.append((value, text.lstrip(_NUMERALS)))  # 260个是哪个指标
        elif noun == "item" and text.endswith("号"):
            slots.items.append(int(value))
        elif noun == "measure" and "号" in text:
            slots.measures.append(int(value))
        elif noun == "item" and (text.endswith("家") or self._before_body_noun(at)):
            self._count_bodies(op, value)
        elif noun == "measure" and text.endswith("条") and not self._is_count(at):
            slots.measures.append(int(value))
            slots.loose.append(int(value))
        elif value == self._totals.get(noun) and not slots.has("whether"):
            slots.plan_named = True
        elif noun == "indicator" and value == len(plan.indicators):
            slots.all_indicators = True
        else:
            slots.tallies.append(Tally(noun, op, value))

    def _included(self, at: int, value: float) -> bool:
        """五条以上（含五条）: said again of the bound before it."""
        before = self.mentions[at - 1].text if at else ""
        again = before in ("含", "包括", "包含") and any(t.value == value for t in self.slots.tallies)
        if again:
            self.slots.tallies = [
                t._replace(op={">": ">=", "<": "<="}.get(t.op, t.op)) if t.value == value else t
                for t in self.slots.tallies
            ]
        return again

    def _of_all(self, at: int) -> bool:
        """59条里…的超过四十条吗: of all that the plan has."""
        after = self.mentions[at + 1 : at + 2]
        return bool(after) and bool(after[0].cues & {"under", "among"})

    def _bodies_of_kind(self, at: int, value: float) -> list[str]:
        """两个县: the bodies of a kind, where the plan has just as many."""
        kind = "".join(m.text for m in self.mentions[at + 1 : at + 2] if m.text in ("县", "区"))
        names = [
            body.name
            for body in self.plan.bureaus
            if kind and any(name.endswith(kind) for name in (body.name, *body.aliases))
        ]
        return names if len(names) == value > 1 else []

    def _is_value(self, text: str, value: float) -> bool:
        """Whether so many 个 are a value: of an indicator that is named, or more than there are indicators,
        one of which is asked for."""
        units = {
            indicator.unit for indicator in self.plan.indicators if indicator.id in self.slots.indicators
        }
        if text.lstrip(_NUMERALS) in units:
            return True
        asked = self.slots.followed("which", "indicator_noun", within=1) and not self.slots.groups
        own = any(indicator.unit == "个" for indicator in self.plan.indicators)
        return text.endswith("个") and asked and own and value > len(self.plan.indicators)

    def _noun_after_bound(self, at: int) -> str:
        """三个及以上指标: what is counted, where a bound stands between."""
        after = self.mentions[at + 1 : at + 3]
        if len(after) < 2 or not after[0].cues & set(_BOUNDS):
            return ""
        nouns = {"indicator_noun": "indicator", **_COUNTED}
        return next((noun for cue, noun in nouns.items() if cue in after[1].cues), "")

    def _count_bodies(self, op: str, value: float) -> None:
        """三个部门; the plan's own number of bodies means all of them."""
        if value == len(self.plan.bureaus):
            self.slots.plan_named = True
        else:
            self.slots.tallies.append(Tally("bodies", op, value))

    def _follows_body(self, at: int) -> bool:
        """水利局一家, 水利局单独一家."""
        before = self.mentions[max(0, at - 2) : at]
        alone = len(before) == 2 and "only" in before[1].cues
        return bool(before) and (before[-1].kind == "bureau" or (alone and before[0].kind == "bureau"))

    def _before_body_noun(self, at: int) -> bool:
        """两个部门, 一个牵头单位; 牵头单位不止一个."""
        after, before = self.mentions[at + 1 : at + 3], self.mentions[max(0, at - 2) : at]
        if after and "body_noun" in after[-1].cues and all(m.cues & {*ROLES, "body_noun"} for m in after):
            return True
        bound = len(before) == 2 and bool(before[1].cues & {"only", *_BOUNDS})
        return (bool(after) and "body_noun" in after[0].cues) or (bound and "body_noun" in before[0].cues)

    def _not_even(self, at: int) -> bool:
        """一条都不, 一个都没, 一条不: none at all."""
        later = self.mentions[at + 1 : at + 3]
        if len(later) == 2 and later[0].text in ("不", "没") and later[1].cues & set(ROLES):
            return True
        if later and later[0].cues & set(ROLES):  # 一条配合都没有
            later = self.mentions[at + 2 : at + 4]
        if later and later[0].text.startswith(("都", "也")) and "not" in later[0].cues:
            return True
        return len(later) == 2 and later[0].text in ("都", "也") and "not" in later[1].cues

    def _is_count(self, at: int) -> bool:
        """有三条措施的任务, 只牵头一条的: how many, where 41条归谁 means the 41st."""
        text = self.mentions[at].text
        if text.startswith("一") and self.mentions[at].number == Number("count_measure", (1,)):
            return True  # 一条 is no first one
        rows = {"measure_noun", "work_noun"}
        if any(m.cues & rows and len(m.text) > 1 and not m.number for m in self.mentions[:at]):
            return True  # 牵头的措施过五十条了吧
        before = [m for m in self.mentions[max(0, at - 2) : at] if m.kind != "stop"][-1:]
        if any(m.text in ("那", "这") for m in before) and text[0].isdigit():
            return False
        if self.slots.has("correction") and text[0].isdigit():  # 打错了，是52条
            return False
        cues = {"only", "bound_ge", "bound_le", "lead", "support", "in_all", "not"}
        if "两" in text or any(m.text in _BEFORE_A_COUNT or m.cues & cues for m in before):
            return True
        return any(m.cues & set(_BOUNDS) for m in self.mentions[at + 1 : at + 2])

    def _value(self, at: int, mention: Mention, number: Number) -> None:
        """A number with a unit, or one whose meaning stands beside it: 超过90%, 5到10之间, 三部门."""
        slots = self.slots
        value, unit = number.values[0], number.unit
        if self._included(at, value):
            return
        if slots.has("between") and not slots.has("difference"):
            bound = "<=" if slots.tallied("value") else ">="
            slots.tallies.append(Tally("value", bound, value, unit))
        elif any(m.cues & set(_BOUNDS) for m in self._beside(at)):
            slots.tallies.append(Tally("value", self._operator(at), value, unit))
        elif unit or "." in mention.text or "点" in mention.text or self._unit_beside(at):
            slots.values.append((value, unit or self._unit_beside(at)))
        else:
            self._bare(at, value)

    def _unit_beside(self, at: int) -> str:
        """148亩: a unit that is none of the plan's, right after a number."""
        after = self.mentions[at + 1 : at + 2]
        touches = bool(after) and after[0].start == self.mentions[at].end
        is_unit = touches and ("unit_word" in after[0].cues or after[0].text == "个")
        decimal = "." in self.mentions[at].text
        return after[0].text if is_unit and (decimal or "unit_word" in after[0].cues) else ""

    def _bare(self, at: int, value: float) -> None:
        following = self.mentions[at + 1].cues if at + 1 < len(self.mentions) else frozenset[str]()
        noun = next((_COUNTED[cue] for cue in _COUNTED if cue in following), "")
        if noun == "bodies":
            self._count_bodies(self._operator(at), value)
        elif noun:
            self.slots.tallies.append(Tally(noun, self._operator(at), value))
        else:
            self.slots.bare.append(value)

    def _beside(self, at: int) -> list[Mention]:
        after = [m for m in self.mentions[at + 1 : at + 3] if m.text not in ("都", "也")]  # 连80都不到
        return self.mentions[max(0, at - 2) : at] + after[:1]

    def _operator(self, at: int) -> str:
        """The comparison that stands beside a number; equality if none does."""
        if at and self.mentions[at - 1].text in _PAST:
            return ">"
        if at and self.mentions[at - 1].text in ("达到", "达", "够", "满"):
            return ">="
        for m in self._beside(at):
            for cue, op in _BOUNDS.items():
                if cue in m.cues:
                    return _STRICT.get(m.text, op)
        return "=="

    # -- the rest ----------------------------------------------------------------------------------

    def chunks(self) -> None:
        """Fill in stretches that no name, number or cue explains: topics, or words unknown to the plan."""
        slots = self.slots
        for run in self._runs():
            if any(m.kind in ("text", "gap") or "quantity" in m.cues for m in run):
                slots.chunks.append("".join(m.text for m in run))
                slots.unit_words = [word for word in slots.unit_words if word not in {m.text for m in run}]
        title = fold(self.plan.title)
        if len(slots.chunks) > 1 and any(chunk in title for chunk in slots.chunks):
            slots.chunks = [chunk for chunk in slots.chunks if chunk not in title] or slots.chunks
            slots.plan_named = True
        if len(slots.chunks) == 1 and slots.has("follow") and not slots.groups:
            chunk = slots.chunks[0]
            if _COUNTY.fullmatch(chunk):  # 那平遥县呢: another place, not a topic
                slots.chunks = []
                slots.strangers.append(Mention(0, 0, chunk, "stranger", evidence="stranger"))

    def _runs(self) -> list[list[Mention]]:
        """Mentions that stand together, with no other word, gap or punctuation between them."""
        mentions, runs = self.mentions, [list[Mention]()]
        for at, mention in enumerate(mentions):
            run = runs[-1]
            following = mentions[at + 1] if at + 1 < len(mentions) else None
            scrap = following is not None and _is_scrap(mention, following)
            inside = scrap and bool(run) and following is not None and _says_topic(following)
            opens = scrap and following is not None and following.kind == "gap" and mention.text in _OPENING
            touches = not run or run[-1].end == mention.start
            if touches and (_says_topic(mention) or inside or opens):
                run.append(mention)
            else:
                runs.append([mention] if _says_topic(mention) or opens else [])
        return runs


def _numbers(mention: Mention, kind: str) -> list[int]:
    return [int(value) for value in mention.values(kind)]


def _positions(form: str, count: int) -> tuple[int, ...]:
    """前3条, 后3条, 倒数第3条 as places in a list."""
    if form == "nth_last":
        return (-count,)
    count = min(count, MOST_PLACES)
    return tuple(range(1, count + 1)) if form == "first" else tuple(range(-count, 0))


def _is_scrap(mention: Mention, following: Mention) -> bool:
    """A single character that happens to be a cue, inside words that are none: 能 in 高耗能产业."""
    return len(mention.text) == 1 and mention.text not in _LINKS and mention.end == following.start


def _says_topic(mention: Mention) -> bool:
    """Whether a mention is part of what is asked about: no name, number or cue, or a unit among words."""
    return mention.kind in ("text", "gap") or mention.cues == {"unit_word"} or "quantity" in mention.cues
