"""What a sentence asks about indicators: their values, changes and facts, which they are, whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from siwei_bot.language.drafting import ASKED_BACK, Draft, Drafter
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.plan import Indicator
from siwei_bot.query import Change, How, Party, Query, Rank, Tally, Topic, Trend
from siwei_bot.units import in_unit

_HAVING = frozenset(
    {
        "有", "没有", "写", "没写", "写了", "给", "定", "设", "设了",
        "设有", "没", "没设", "未设", "未", "定了", "无", "设定", "设定了",
        "没定", "未定", "没给", "没填", "未填", "未写", "没注明", "没明确", "未明确", "没写明", "未写明",
    }
)  # fmt: skip
"""Words by which an indicator has a target, or has none."""


_OR = ("还是", "抑或", "或者")
_PERCENTAGES = ("百分之几", "百分之多少", "几成", "百分比", "百分数", "百分率")
_MOVES = frozenset({"rises", "falls", "more", "fewer"})


class FigureDrafter(Drafter):
    """Drafts a question about indicators; which they are is settled before (:mod:`.linking`)."""

    def draft(self) -> Draft | Reading:
        """The draft of the first reader that the sentence is a question for."""
        readers = (
            self._things_of_bodies,
            self._each_its_year,
            self._claim_about_all,
            self._change_claimed,
            self._change,
            self._value_looked_up,
            self._limit,
            self._fact,
            self._rank_of_bodies,
            self._bodies,
            self._attribute_asked_back,
            self._attribute_claimed,
            self._unit_claimed,
            self._trend,
            self._body_claimed,
            self._value_claimed,
            self._of_attribute,
            self._list,
            self._rank_of_changes,
            self._rank_of_values,
        )
        for reader in readers:
            drafted = reader()
            if drafted is not None:
                return drafted
        return self._value()

    # -- what the sentence says, whatever it asks --------------------------------------------------

    @cached_property
    def query(self) -> Query:
        """Every condition of the sentence, in a question for values."""
        slots, has = self.slots, self.has
        named = bool(slots.indicators)
        groups = slots.groups_named if has("indicator_noun", "group", "which") or not named else ()
        units = slots.units if has("indicator_noun", "unit", "whether") or not named else ()
        if (self._asks_unit() and not self.check) or (has("percent") and not has("indicator_noun", "which")):
            units = ()
        return Query(
            "figure",
            indicators=tuple(dict.fromkeys(slots.indicators)),
            groups=tuple(dict.fromkeys(groups)),
            attributes=tuple(dict.fromkeys(slots.attributes)),
            units=tuple(dict.fromkeys(units)),
            years=tuple(dict.fromkeys(slots.years + self._bare_years())),
            values=tuple(slots.values) + self._bare_values(),
            parties=tuple(self._parties()),
            tallies=self._tallies(),
            trend=self._trend_said(),
            baseline=has("baseline"),
            nth=slots.nth if not slots.items else (),
        )

    def _tallies(self) -> tuple[Tally, ...]:
        """Bounds of values; numbers of bodies: 由两家负责的, 只由一个单位负责的."""
        slots = self.slots
        one = any("only" in m.cues and m.text.startswith("一个") for m in slots.mentions)
        found = [t for t in slots.tallies if t.what == "value" or (t.what == "bodies" and not slots.groups)]
        return tuple(found) or ((Tally("bodies", "==", 1),) if one and not slots.groups else ())

    @cached_property
    def anchored(self) -> bool:
        """Whether the sentence says which indicators it asks about."""
        query = self.query
        return bool(
            query.indicators
            or query.groups
            or query.attributes
            or query.units
            or query.parties
            or query.values
            or self.slots.all_indicators
        )

    @cached_property
    def check(self) -> bool:
        """Whether the sentence asks for yes or no."""
        return self._yes_or_no() and not self.has("exists", "correction")

    def _ask(
        self, query: Query, *, focused: bool = True, anchored: bool = False, more: Sequence[Query] = ()
    ) -> Draft:
        """The draft of a query, with a number where one is asked for; 指标 alone says of what."""
        has = self.has
        anchored = anchored or self.anchored
        if query.select in ("indicator", "bureau") and has("how_many", "in_all"):
            query = replace(query, count=True)
        if query.select == "fact" and not query.indicators and not has("indicator_noun"):
            anchored = False
        if query.select == "indicator" and query.trend:
            anchored = True
        return Draft(query, focused, anchored or self._of_all(query), tuple(more))

    def _of_all(self, query: Query) -> bool:
        """Whether 指标 says of what: of all indicators, where none is pointed at."""
        has = self.has
        dated = query.select == "figure" and query.years and has("target") and has("which", "list", "both")
        if dated and self.last is None and not self.slots.chunks:
            return True  # 2025年的目标都有哪些
        if not has("indicator_noun") or has("it"):
            return False
        if query.select in ("indicator", "figure") and not has("among"):
            return query.select == "indicator" or has("both") or bool(query.years)
        return query.select == "bureau"

    def _bare_values(self) -> tuple[tuple[float, str], ...]:
        """9800是哪个指标: a bare number is a value where an indicator or a year is asked for."""
        slots, has = self.slots, self.has
        years = {year % 100 for year in self.lexicon.target_years}
        asked = has("whether", "which_year") or (not slots.indicators and has("which", "content"))
        return tuple((n, "") for n in slots.bare if asked and not (n in years and not slots.years))

    def _parties(self) -> list[Party]:
        slots, together = self.slots, self._jointly()
        found = []
        for group in slots.groups:
            if group.partner and slots.who:
                continue
            how: How = "any"
            if group.negated and not self.has("whether"):
                how = "none"
            elif group.only:
                how = "only"
            elif together and len(group.names) > 1:
                how = "all"
            found.append(Party(tuple(group.names), ("indicator",), how))
        if slots.without and not (slots.who or self.has("body_noun")):
            found.append(Party(tuple(slots.without), ("indicator",), "none"))
        return found

    def _trend_said(self) -> Trend:
        """The movement that indicators are asked for or claimed to make: 哪些指标要提高, 用水总量有变化吗."""
        slots, has = self.slots, self.has
        if has("doubled"):
            return "doubled"
        if has("unchanged"):
            return "unchanged"
        if has("changed") and has("whether", "exists", "not"):
            return "changed"
        if slots.tallied("value"):  # 低于10% compares with a number, not with another year
            return ""
        listed = not slots.indicators and has("indicator_noun", "which") and not slots.values
        if has("how_much", "how_many") and not listed and not has("indicator_noun"):
            return ""
        if has("most", "least"):
            return ""
        if listed and has("compare") and len(slots.years) == 2 and has("more") != has("fewer"):
            return "rises" if has("more") else "falls"  # 哪些指标2030年比2027年小
        if has("compare") and has("whether") and has("more", "fewer") and not has("rises", "falls"):
            return "rises" if has("more") else "falls"
        if has("rises", "falls") and (listed or has("whether", "compare")):
            return "rises" if has("rises") else "falls"
        return ""

    def _rank(self) -> Rank:
        return "most" if self.has("most", "more") else "least"

    # -- readers, in their order -------------------------------------------------------------------

    def _things_of_bodies(self) -> Reading | None:
        """石桥镇有多少人: a number of things that a body has is in no plan."""
        slots, query = self.slots, self.query
        things = any(slots.followed(word, "unit_word", within=1) for word in ("how_many", "how_much"))
        named = query.indicators or query.attributes or query.units or self.has("indicator_noun", "target")
        if not (slots.groups and things) or named:
            return None
        return Reading(reason="out_of_scope", subject=slots.unit_words[0] if slots.unit_words else "")

    def _each_its_year(self) -> Draft | None:
        """漏损率2025年目标和灌溉系数2030年目标: every indicator with the year behind it."""
        query = self.query
        pairs: list[tuple[int, tuple[int, ...]]] = []
        for mention in self.slots.mentions:
            if mention.kind == "indicator":
                pairs.append((int(mention.values("indicator")[0]), ()))
            elif pairs and mention.number and mention.number.form == "year":
                pairs[-1] = (pairs[-1][0], (*pairs[-1][1], *map(int, mention.number.values)))
        said = {year for _, years in pairs for year in years}
        apart = len(pairs) > 1 and all(years for _, years in pairs) and len(said) > 1
        if not apart or query.values or query.tallies or self.check or self.has("compare", "difference"):
            return None
        first, *more = (replace(query, indicators=(one,), years=years) for one, years in pairs)
        return self._ask(first, more=more)

    def _claim_about_all(self) -> Draft | None:
        """9个指标都是约束性的吗, 约束性指标都归市水利局吗, 市水利局有指标没."""
        slots, has = self.slots, self.has
        noun = slots.index("indicator_noun")
        if self._claims_bodies_of_all():
            return self._ask(replace(self.query, select="indicator", check=True), anchored=True)
        claims = any(
            "universal" in m.cues and (m.text.endswith("是") or noun < i)
            for i, m in enumerate(slots.mentions)
        )
        of_all = claims and bool(self.query.attributes) and (noun >= 0 or slots.all_indicators)
        any_at_all = self.query.parties and noun >= 0 and self._ends_in_question()
        kinds = ("indicator", "item") if noun >= 0 and not slots.who else ("indicator",)
        claimed = [t for t in slots.tallies if t.what in kinds]
        if self.check and claimed and not (slots.who or has("which", "body_noun") or self.query.indicators):
            total = claimed[0]._replace(what="total")
            query = replace(self.query, select="indicator", count=True, check=True, tallies=(total,))
            return self._ask(query, anchored=True)  # 市水利局负责3个指标吗
        if has("which") or not (of_all or any_at_all):
            return None
        if of_all and self.query.parties:
            query = replace(self.query, select="fact", fields=("attribute",), check=True)
        else:
            query = replace(self.query, select="indicator", check=of_all, exists=not of_all)
        return self._ask(query, anchored=True)

    def _claims_bodies_of_all(self) -> bool:
        """约束性指标都归市水利局吗: of a kind of indicators, before a body is named, all are claimed its."""
        slots, query = self.slots, self.query
        if not (self.check and query.parties) or query.indicators or self.slots.says("有"):
            return False
        named = [
            i for i, m in enumerate(slots.mentions) if "indicator_noun" in m.cues or m.kind == "attribute"
        ]
        every = self.has("universal") or self.slots.all_of_them()
        return every and bool(named) and min(named) < slots.groups[0].at

    def _change(self) -> Draft | Reading | None:
        """用水总量2030年比2025年多多少, 增长百分之几, 是几倍."""
        query, has = self.query, self.has
        percent = has("percent") or self._in_percent()
        named = (has("difference", "ratio") or percent) and not self._is_change_itself()
        if not named and (query.trend or not self._compares_years()):
            return None
        if self.slots.says("每年", "年均", "平均每年", "逐年", "一年"):
            return Reading(reason="out_of_scope", subject="每年的变化")
        pointed = len(self.last.indicators) if self.last and has("it") else 0
        if len(query.indicators) + pointed > 1 and has("compare") and len(query.years) < 2:
            return Reading(reason="out_of_scope", subject="两个指标之间的差")
        indicators = query.indicators or (self.last.indicators if self.last else ())
        if query.baseline and indicators and len(query.years) < 2:  # 以2026年为基数 is no baseline
            targets = [t for i in indicators for t in self.lexicon.indicators[i].targets]
            if not any(target.baseline for target in targets):
                return self._ask(replace(query, years=(), trend="", values=()))  # there is none
            baselines = (t.year for t in targets if t.baseline and t.year not in query.years)
            query = replace(query, years=(*query.years, *baselines))
        change = self._kind_of_change(percent)
        baseline = query.baseline and len(self.query.years) < 2
        query = replace(
            query, change=change, baseline=baseline, values=query.values if self.check else (), trend=""
        )
        if query.indicators or not has("most", "least"):
            counted = {self.lexicon.indicators[i].unit for i in query.indicators} - {"%"}
            both = change == "percent_change" and has("difference") and bool(counted)
            return self._ask(query, more=[replace(query, change="difference")] if both else ())
        rank: Rank = "most" if has("most") else "least"
        return self._ask(replace(query, select="indicator", rank=rank), anchored=True)

    def _kind_of_change(self, percent: bool) -> Change:
        """What is asked of two years; 跟2024年比呢 asks for the same as the question before."""
        if self.has("ratio"):
            return "ratio"
        again = self.last is not None and self.has("follow", "correction")
        before = self.last.change if self.last is not None and again else ""
        return "percent_change" if percent else before or "difference"

    def _change_claimed(self) -> Draft | Reading | None:
        """灌溉面积增加3万亩对吗: a value right after a word for a movement is claimed to be its size."""
        query, slots = self.query, self.slots
        if not (self.check and query.indicators and query.values) or self._is_change_itself():
            return None
        content = [
            m for m in slots.content if not m.cues & {"filler", "about"} or m.cues & {"rises", "falls"}
        ]
        moves = [
            before
            for before, mention in pairwise(content)
            if mention.number and mention.number.form == "value" and before.cues & _MOVES
        ]
        if len(moves) != len(query.values):
            return None
        if len(moves) > 1 or slots.tallied("value"):
            return Reading(reason="not_understood")
        down = bool(moves[0].cues & {"falls", "fewer"})
        value, unit = query.values[0]
        units = {self.lexicon.indicators[i].unit for i in query.indicators}
        if not unit and len(units) == 1:
            value = in_unit(value, unit, *units) or value  # 增加3万, of 万亩
        change: Change = "percent_change" if unit == "%" and "百分点" not in slots.text else "difference"
        if unit not in ("", "%", *units):
            return Reading(reason="not_understood")
        claimed = ((-value if down else value, unit),)
        return self._ask(replace(query, change=change, values=claimed, trend="", check=True))

    def _is_change_itself(self) -> bool:
        """要下降多少, asked of an indicator that is a decrease itself, asks for its target."""
        named = [self.lexicon.indicators[i].name for i in self.query.indicators]
        changes = all(re.search("下降|降低|增长|提高|增加|减少|增幅|降幅|增速", name) for name in named)
        return bool(named) and changes and not self.has("compare", "ratio") and len(self.query.years) < 2

    def _in_percent(self) -> bool:
        """变动百分之几, 相差百分之几: a change in percent; 分别是百分之几 asks for values."""
        if not self.query.indicators and (self.last is None or self.has("indicator_noun", "which")):
            return False
        changes = self.has("changed", "difference") or (self.has("compare") and not self.has("reach"))
        return changes and self.slots.says(*_PERCENTAGES) and not self.check

    def _compares_years(self) -> bool:
        has = self.has
        more = has("follow", "more", "fewer", "correction", "changed")
        again = more and bool(self.slots.years) and self.last is not None  # 比2025年呢, 比2025年高了多少
        compares = has("compare") and (has("how_much", "how_many", "changed") or again)
        compares = compares or (has("changed") and has("how_much"))  # 2030年变到多少 is none
        return compares and (again or len(set(self.slots.years)) != 1) and not has("whether")

    def _value_looked_up(self) -> Draft | Reading | None:
        """5.5亿立方米是哪个指标."""
        query = self.query
        if not query.values or query.indicators or query.parties or query.tallies:
            return None
        if "百分点" in self.slots.text:  # 提了5个百分点的是哪个指标
            return Reading(reason="not_understood")
        return self._ask(replace(query, attributes=(), units=()))

    def _limit(self) -> Draft | None:
        """2030年目标超过90%的指标有哪些, 用水总量超过5亿立方米吗."""
        query = self.query
        if not self.slots.tallied("value"):
            return None
        if query.indicators:
            return self._ask(replace(query, check=True)) if self.check else None
        limits = {t.unit for t in self.slots.tallies}
        units = tuple(u for u in query.units if u not in limits)
        return self._ask(replace(query, select="indicator", units=units), anchored=True)

    def _fact(self) -> Draft | None:
        """用水总量的单位是什么, 是什么属性, 属于哪一类."""
        query, slots, fields = self.query, self.slots, self._fields()
        if not fields:
            return None
        claimed = (query.units or tuple(slots.unit_words)) if self.check else ()
        groups = tuple(slots.groups_named) if self.check else ()
        query = replace(query, select="fact", fields=fields, attributes=(), units=claimed, groups=groups)
        return self._ask(replace(query, check=bool(claimed or groups)))

    def _fields(self) -> tuple[str, ...]:
        attribute = self._asks_attribute()
        group = self._asks_group() and not (attribute and self.slots.attributes)  # 是哪一类，约束性还是预期性
        asked = {"unit": self._asks_unit(), "attribute": attribute, "group": group}
        return tuple(field for field, wanted in asked.items() if wanted)

    def _asks_unit(self) -> bool:
        slots, has = self.slots, self.has
        if slots.tallied("indicator", "bodies"):
            return False  # 负责三个指标的单位, 由两家单位负责的指标
        either = "还是" in slots.text  # 单位是亩还是万亩
        narrows = slots.units and (has("indicator_noun") or not slots.indicators) and not either
        serves = slots.followed("any_role", "unit", within=len(slots.mentions)) and not slots.units
        of_two = either and len(slots.units) + len(slots.unit_words) > 1 and bool(slots.indicators)
        return of_two or (has("unit") and not (narrows or slots.who or has("lead", "support") or serves))

    def _asks_attribute(self) -> bool:
        """用水总量是约束性还是预期性."""
        slots = self.slots
        of_two = len(set(slots.attributes)) > 1
        if of_two and any(word in slots.text for word in _OR) and not self.has("which", "indicator_noun"):
            return True
        if slots.attributes and not slots.indicators:  # 属性为约束性的指标
            return self.has("attribute") and not self.has("indicator_noun")
        return self.has("attribute") or of_two

    def _asks_group(self) -> bool:
        slots, has = self.slots, self.has
        if not slots.groups_named:
            placed = has("belongs") and has("section_noun") and has("which") and bool(slots.indicators)
            return has("group") or placed
        if not slots.indicators or has("indicator_noun"):
            return has("group") and bool(slots.indicators)
        return has("group", "belongs", "whether")

    def _rank_of_bodies(self) -> Draft | None:
        """负责指标最多的部门是哪个."""
        slots, has = self.slots, self.has
        ranks = has("most", "least") or (has("which") and has("more", "fewer"))
        bodies = slots.who or (has("body_noun") and not slots.units)
        of_indicators = slots.followed(
            "which", "indicator_noun"
        )  # 哪项指标责任单位最多: not bodies are ranked
        if not (ranks and bodies) or self.query.indicators or of_indicators:
            return None
        query = Query("bureau", rank=self._rank(), rank_by="indicator", without=tuple(slots.without))
        return self._ask(query, anchored=True)

    def _bodies(self) -> Draft | None:
        """用水总量由谁负责, 负责3个指标的部门有哪些."""
        if not self._asks_bodies():
            return None
        query, slots = self.query, self.slots
        without = tuple(slots.without)
        bodies = replace(query, select="bureau", roles=("indicator",), without=without, parties=())
        counts = tuple(t for t in slots.tallies if t.what == "indicator" and not query.indicators)
        if self._without_any():
            counts = (Tally("indicator", "==", 0),)
        if counts:
            bodies = Query("bureau", tallies=counts)
        more: list[Query] = []
        as_topics = self._bodies_of_topics()
        if as_topics is not None and as_topics.roles and "responsible" not in as_topics.roles:
            bodies = as_topics
        elif as_topics is not None:
            more = [replace(as_topics, roles=())]
        if query.indicators and (slots.years or (self.has("target") and self.has("how_much"))):
            more = [replace(bodies, select="figure", roles=(), without=())]
        return self._ask(bodies, anchored=bool(counts), more=more)

    def _bodies_of_topics(self) -> Query | None:
        """城镇开发边界谁牵头: measures may be about what an indicator is called."""
        slots = self.slots
        topics = tuple(Topic(m.text, ((m.text,),)) for m in slots.mentions if m.kind == "indicator")
        if not topics or self.has("indicator_noun") or not self.topics.measures(topics):
            return None
        roles = slots.who_roles or slots.free_roles
        return Query("bureau", topics=topics, roles=roles, without=tuple(slots.without))

    def _asks_bodies(self) -> bool:
        slots, has = self.slots, self.has
        units = {self.lexicon.indicators[i].unit for i in self.query.indicators}
        if any(f"{word}{unit}" in slots.text for unit in units for word in ("多少", "几")) and not has("who"):
            return False  # 装备企业数到2030年要有多少家
        counted = slots.tallied("bodies") and has("indicator_noun") and has("which") and not has("who")
        if counted:  # 负责单位有三家的是哪个指标
            return False
        if slots.who and not self._who_means_indicators() and not self._who_is_a_unit():
            return True
        if any(slots.followed(word, "indicator_noun", within=1) for word in ("which", "how_many")):
            return False
        named = has("which") or (has("only", "indicator_noun") and not slots.units)
        if named and self._names_bodies() and not self.query.tallies:
            return True
        if slots.content and "body_noun" in slots.content[-1].cues and self._names_bodies():
            return True
        return not slots.groups and has("responsible", "lead", "support")

    def _without_any(self) -> bool:
        """没有分到指标的部门: bodies that have no indicator at all."""
        slots = self.slots
        alone = not (slots.indicators or slots.attributes or slots.units or slots.years or slots.groups)
        alone = alone and not self.has("lead", "support", "work_noun", "measure_noun")
        return alone and self.has("not") and slots.index("not") < slots.index("indicator_noun")

    def _names_bodies(self) -> bool:
        """哪些部门, but not 单位为%的: 单位 before a unit is no body."""
        content = self.slots.content
        return any(
            "body_noun" in m.cues
            and not ("unit" in m.cues and any(after.kind == "unit" for after in content[at + 1 : at + 3]))
            for at, m in enumerate(content)
        )

    def _who_is_a_unit(self) -> bool:
        """有几个单位是万亩: units are counted, and no bodies."""
        content = self.slots.content
        return any(
            "who" in m.cues
            and m.text.endswith("单位")
            and any(n.kind == "unit" for n in content[at + 1 : at + 3])
            for at, m in enumerate(content)
        )

    def _who_means_indicators(self) -> bool:
        """约束性指标有谁: 谁 asks for indicators after their noun."""
        slots, has = self.slots, self.has
        at = slots.index("indicator_noun")
        narrowed = bool(slots.attributes or slots.units or slots.groups or slots.years)
        return (
            (narrowed or has("rises", "falls", "unchanged"))
            and not slots.indicators
            and at >= 0
            and any(m.text in ("有谁", "都谁", "是谁", "谁") for m in slots.mentions[at + 1 :])
            and not has("any_role", "responsible")
        )

    def _attribute_claimed(self) -> Draft | None:
        """用水总量是约束性的吗, 市水利局负责的是约束性指标吗."""
        query, has = self.query, self.has
        claims = self.check or (query.indicators and not has("which", "compare", "target", "how_much"))
        if not (query.attributes and claims) or (query.parties and self.slots.says("有")):
            return None
        if query.indicators or query.parties or not has("indicator_noun") or has("it"):
            return self._ask(replace(query, select="fact", fields=("attribute",), check=True))
        return None

    def _attribute_asked_back(self) -> Draft | None:
        """约束性的？, after a question about one indicator."""
        query, last = self.query, self.last
        one = last is not None and last.select in ("figure", "fact") and len(last.indicators) == 1
        aside = {"filler", "whether"}
        plain = all(m.kind == "attribute" or m.cues & aside for m in self.slots.content)
        if not (query.attributes and one and plain) or self.slots.without_attribute:
            return None
        return Draft(replace(query, select="fact", fields=("attribute",), check=True), True, False)

    def _unit_claimed(self) -> Draft | None:
        """用水总量单位是万立方米吗; 单位是万人吧, after a question about one indicator."""
        query, last = self.query, self.last
        units = query.units or tuple(self.slots.unit_words)
        again = last is not None and len(last.indicators) == 1 and self.has("unit")
        again = again and not (query.parties or self.has("indicator_noun"))
        if not (units and self.check and (query.indicators or again)) or query.values:
            return None
        claimed = replace(query, select="fact", fields=("unit",), check=True, units=units)
        return self._ask(claimed) if query.indicators else Draft(claimed, True, False)

    def _trend(self) -> Draft | None:
        """哪些指标2030年比2025年提高, 用水总量2030年比2025年降低吗."""
        query, has = self.query, self.has
        if query.trend and not query.indicators:
            return self._ask(replace(query, select="indicator", exists=has("exists")))
        its_own = bool(query.values) and self._is_change_itself()  # 万元GDP用水量下降10%吗
        if query.trend and (self.check or has("exists", "changed")) and not its_own:
            return self._ask(replace(query, check=True))
        return None

    def _body_claimed(self) -> Draft | None:
        """用水总量市水利局管不管."""
        query = self.query
        if not (query.parties and query.indicators):
            return None
        holders = [{ref.name for ref in self.lexicon.indicators[i].bureaus} for i in query.indicators]
        own = all(names.issuperset(party.bureaus) for names in holders for party in query.parties)
        if own and self.has("how_many", "how_much") and not (self.check or self.slots.who):
            return self._ask(replace(query, select="figure"))  # 城管局2030年漏损率要降到多少
        either = len(self.slots.names) > 1 and self.slots.says("哪个", "哪家", "哪一个")
        if either and not self.check:  # 城管局和水利局哪个负责漏损率
            return self._ask(replace(query, select="bureau", roles=("indicator",)))
        return self._ask(replace(query, select="indicator", check=not self.has("which")))

    def _value_claimed(self) -> Draft | None:
        """用水总量2030年是5.5亿立方米吗."""
        query = self.query
        asks = self.check or not self.has("which_year", "which", "content")
        if not (asks and query.indicators and query.values):
            return None
        if self.has("reach") and not query.years and len(query.indicators) == 1:  # 提高到30%: in the end
            targets = self.lexicon.indicators[query.indicators[0]].targets
            query = replace(query, years=(max(target.year for target in targets),), trend="")
        moved = "" if self._is_change_itself() else query.trend  # 万元GDP用水量下降10%
        return self._ask(replace(query, trend=moved, check=True))

    def _of_attribute(self) -> Draft | None:
        """哪些是约束性的, of all indicators or of those just listed."""
        query, has = self.query, self.has
        lists = has("list") and not has("target", "how_much")
        asked = query.attributes and (has("which", "only", "just", "follow") or lists)
        if not asked or query.indicators or self.slots.years or self.check:
            return None
        shown, last = self.context.shown, self.last
        lists = last is not None and last.select in ("indicator", "figure") and bool(last.attributes)
        if has("follow") and last is not None and lists:
            return Draft(replace(last, attributes=query.attributes), True, True)  # 预期性的呢: the other kind
        if not has("indicator_noun") and shown and shown[0].kind == "indicator":
            kinds = {i.id: i.attribute for i in self.plan.indicators}
            fits = tuple(int(c.id) for c in shown if kinds[int(c.id)] in query.attributes)
            query = replace(query, indicators=fits)  # none of those: all of the plan
        return self._ask(replace(query, select="indicator"), anchored=True)

    def _list(self) -> Draft | None:
        """市水利局负责哪些指标, 一共几个指标."""
        query, has = self.query, self.has
        values = self._asks_values() or (has("target") and has("how_much"))
        values = values and not self._dated()
        counted = self.slots.all_indicators and has("how_many", "which")  # 12个指标里约束性的有几个
        if not (has("indicator_noun") or counted) or values or query.indicators:
            return None
        exists = has("exists", "whether") or self._ends_in_question()
        if self._dated():
            query = replace(query, dated="without" if has("not") else "with")
        return self._ask(replace(query, select="indicator", exists=exists))

    def _dated(self) -> bool:
        """设了2026年目标的, 2026年没有目标的: indicators by whether they have a target at all."""
        slots = self.slots
        if not slots.years or slots.tallied("value") or self.query.trend:
            return False
        content = slots.content
        year = next((i for i, m in enumerate(content) if m.number and m.number.form == "year"), 0)
        target = next((i for i, m in enumerate(content) if "target" in m.cues), -1)
        around = (*content[max(0, year - 1) : year], *content[max(0, target - 1) : target])
        return target >= 0 and any(m.text in _HAVING for m in around)

    def _asks_values(self) -> bool:
        """各项指标2030年目标是多少, but not 哪些指标."""
        slots, has = self.slots, self.has
        return (
            (bool(slots.years) or has("both", "target"))
            and has("how_much", "target", "reach", "each")
            and not slots.followed("which", "indicator_noun")
            and not slots.followed("indicator_noun", "which", within=3)
        )

    def _rank_of_changes(self) -> Draft | Reading | None:
        """2030年比2025年提高最多的是什么."""
        query, has = self.query, self.has
        moves = has("most", "least") and has("rises", "falls", "compare", "changed")
        if not moves or query.indicators:
            return None
        fell = has("falls") and not has("rises")
        rank: Rank = "least" if has("most") == fell else "most"
        query = replace(query, select="indicator", change="difference", rank=rank, trend="")
        units = {i.unit for i in self.plan.indicators if not query.units or i.unit in query.units}
        return self._ask(query, anchored=True) if len(units) < 2 else _which(self.plan.indicators, query)

    def _rank_of_values(self) -> Draft | Reading | None:
        """用水总量和再生水利用量哪个目标大: only values of one unit can be compared."""
        query = self.query
        if not self._ranks_named():
            unnamed = self.has("most", "least") and not query.indicators
            return _which(self.plan.indicators, query) if unnamed else None
        if self.last is not None and not (query.indicators or self._kinds()):
            shown = tuple(int(c.id) for c in self.context.shown if c.kind == "indicator")
            query = replace(query, indicators=shown, years=query.years or self.last.years)
        chosen = [
            i
            for i in self.plan.indicators
            if (not query.indicators or i.id in query.indicators)
            and (not query.units or i.unit in query.units)
            and (not query.attributes or i.attribute in query.attributes)
            and (not query.groups or i.group in query.groups)
        ]
        if len({i.unit for i in chosen}) > 1:
            return _which(chosen, query)
        return Draft(replace(query, select="indicator", rank=self._rank()), True, True)

    def _ranks_named(self) -> bool:
        """Whether the sentence names what it ranks, or points at several that were shown."""
        has = self.has
        several = len(self.query.indicators) > 1 or self._kinds()
        shown = [c for c in self.context.shown if c.kind == "indicator"]
        compared = self.last is not None and len(shown) > 1 and not self.query.indicators
        return (has("most", "least") and several) or (
            has("more", "fewer") and has("which") and (several or compared)
        )

    def _kinds(self) -> bool:
        """Whether indicators are named by what they have in common."""
        return bool(self.query.units or self.query.attributes or self.query.groups)

    def _value(self) -> Draft:
        """用水总量2030年目标是多少, or an indicator alone."""
        slots = self.slots
        if (
            slots.indicator_numbers
            and self.has("which", "content")
            and not (slots.years or self.has("target"))
        ):
            return self._ask(replace(self.query, select="indicator"))  # 第3个指标是哪个
        asked = self.has(
            "how_much", "target", "reach", "which_year", "how_many", "list", "content", "baseline"
        )
        dated = bool(slots.years and self.query.indicators)
        return self._ask(self.query, focused=asked or bool(slots.values) or dated)


def _which(indicators: Sequence[Indicator], query: Query) -> Reading:
    """A question back: which indicator is meant."""
    choices = tuple(Choice("indicator", i.id) for i in indicators[:ASKED_BACK])
    return Reading(choices=choices, pending=query)
