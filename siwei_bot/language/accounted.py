"""Whether a query says everything that its sentence says: what is dropped changes the meaning."""

from __future__ import annotations

from itertools import pairwise

from siwei_bot.language.clauses import POINTED
from siwei_bot.language.drafting import FIGURE_SELECTS, Draft, Drafter, Sentence

_COMPARATORS = {">=": "≥", "<=": "≤"}
_LIGHT = frozenset({"filler", "speaker", "list"})
"""Cues of words that else say nothing."""
_BETWEEN = frozenset(
    {
        "来着", "正好", "刚好", "恰好", "自己", "一起", "具体", "主要", "到底", "究竟", "那儿", "那里",
        "那边", "手里", "手上", "身上", "头上", "名下", "应该", "应当", "需要", "目前", "现在", "大概",
        "可能", "一般", "正在", "这会儿",
    }
)  # fmt: skip
"""Words that may stand between 谁 and its verb."""
_COURTEOUS = frozenset({"吧", "是吧", "么", "行吗", "好吗", "可以吗", "成吗", "能吗"})
"""Words of a question that also end a request."""
_ALSO_DATES = frozenset({"filler", "any_role", "reach", "target", "content"})
"""Other meanings of words for dates."""
_KEPT_IN = {
    "sections": ("sections",),
    "tasks": ("tasks",),
    "measures": ("measures",),
    "not_sections": ("not_sections",),
    "not_tasks": ("not_tasks",),
    "not_measures": ("not_measures",),
    "indicators": ("indicators",),
}
"""The slots of a sentence that name rows, and where a query holds them."""
_ONLY = frozenset({"只有", "只", "仅", "仅有", "就", "就是", "就只", "就只有", "只是", "光"})
"""Words after 牵头的 that say that there is nothing else."""
_ENOUGH = frozenset({"够", "满", "超", "过了"})
"""Bounds only before a number."""
_OF_FIGURES = (
    "unchanged", "rises", "falls", "changed", "doubled", "difference", "percent", "ratio", "baseline",
)  # fmt: skip
"""Cues that only a question about indicators takes up."""


def accounted(draft: Draft, sentence: Sentence) -> bool:
    """Whether nothing that the sentence says was left out of its draft."""
    return _Account(draft, sentence).holds()


class _Account(Drafter):
    def __init__(self, draft: Draft, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.draft = draft
        self.query = draft.query
        self.queries = (draft.query, *draft.more)
        self.parties = [party for query in self.queries for party in query.parties]
        self.figures = self.query.select in FIGURE_SELECTS

    def holds(self) -> bool:
        return (
            self._words()
            and self._years()
            and self._values()
            and self._roles()
            and self._both_roles()
            and self._has_a_slot()
            and self._counts()
            and self._whole_question()
            and self._bodies()
            and self._nobody_in_particular()
            and self._what_is_asked()
            and self._claims()
            and self._only_that()
            and self._one_body()
            and self._denied_twice()
            and self._one_against_itself()
            and self._rows_named()
            and self._asked_as_said()
            and self._whose_deed()
        )

    def _whose_deed(self) -> bool:
        """第5条谁汇总: what somebody is asked to have done is no courtesy."""
        return not any(
            "who" in m.cues
            and m.end == after.start
            and len(after.text) > 1
            and after.cues
            and after.cues <= _LIGHT
            and after.text not in _BETWEEN
            for m, after in pairwise(self.slots.mentions)
        )

    def _asked_as_said(self) -> bool:
        """A question for yes or no gets a verdict; dates, bounds, ratios and company are in the query."""
        query, has, mentions = self.query, self.has, self.slots.mentions
        verdict = any(q.check or q.exists for q in self.queries) or (self.last and query.values)
        asks = any("whether" in m.cues and m.text not in _COURTEOUS for m in mentions)
        if asks and not (verdict or has("correction") or "filler" in mentions[-1].cues):
            return False
        said = has("how_much", "how_many", "which", "list", "content", "correction", *POINTED)
        if self.figures and has("whether") and not (verdict or said or self.last):
            return False  # 同属一组吧
        if has("doubled") and has("more"):
            return False
        if has("bound_ge", "bound_le") and query.change and not query.check:
            return False  # 涨幅超过10%的指标
        if has("ratio") and not any(q.change == "ratio" for q in self.queries):
            return False
        others = self.slots.says("别家", "别人", "其他单位", "别的单位", "其他部门", "别的部门")
        alone = query.select == "measure" and len({n for p in self.parties for n in p.bureaus}) == 1
        apart = query.tallies or any(party.how in ("only", "none") for party in self.parties)
        if has("joint") and others and alone and not apart:
            return False
        dated = any(m.cues & {"due", "before"} and not m.cues & _ALSO_DATES for m in mentions)
        by_date = query.due_by or query.due_on or query.due_asked or query.dated or query.rank_by == "due"
        return not dated or bool(by_date or query.check or self.last)

    def _rows_named(self) -> bool:
        """Every row, indicator and kind of indicator that is named is in the query."""
        slots, queries = self.slots, self.queries
        kept = {
            name: {value for query in queries for field in fields for value in getattr(query, field)}
            for name, fields in _KEPT_IN.items()
        }
        if self.figures or slots.groups_named:
            kept.pop("sections")  # a group of indicators may be called as a section is
        if self.query.topics:
            kept.pop("indicators")  # 家庭养老床位谁牵头: what a measure is about
        return all(set(getattr(slots, name)) <= found for name, found in kept.items())

    def _has_a_slot(self) -> bool:
        """Nothing is asked that no query can hold: 另一个, 标题里有节水的, 水利局排第几, 漏损率这条任务."""
        query, slots, has = self.query, self.slots, self.has
        titles = query.topics and slots.says("标题", "名称", "名字")
        doubling = query.trend == "doubled" and query.indicators and not query.check
        both = slots.says("既") and any(len(p.roles) > 1 and p.how == "any" for p in self.parties)
        place = slots.groups and slots.says("排", "排名", "名次") and not query.rank
        work = self.figures and has("measure_noun", "task_noun") and not has("indicator_noun")
        work = work or (self.figures and bool(slots.measures or slots.tasks))
        unmet = has("met", "reported") and self.figures and not query.reported
        with_whom = query.rank and query.select == "bureau" and has("joint") and not self.parties
        another = has("other_one") and not has("next_one", "previous_one")
        pointed = slots.says("这部分", "那部分", "这一部分", "那一部分") and not query.sections
        listed = self.context.shown or (self.draft.anchored and slots.nth_level)
        uncounted = query.count and query.nth and not listed  # 倒数第二项有几条措施, of no list
        nowhere = pointed and self.last is not None and not (slots.topics or query.indicators)
        return not (
            another
            or uncounted
            or nowhere
            or unmet
            or with_whom
            or titles
            or doubling
            or both
            or place
            or work
        )

    def _one_body(self) -> bool:
        """城管局和城市管理局是同一个单位吗: whose names are the same is no question about their work."""
        same = ("一个单位", "同一个", "同一家", "一个局", "一个部门", "一家单位", "一回事")
        named = [m for m in self.slots.mentions if m.kind == "bureau"]
        return not (len(named) > 1 and self.has("whether") and any(word in self.slots.text for word in same))

    def _only_that(self) -> bool:
        """水利局牵头的就第5条吧: that there is nothing else is claimed of a body, and no query holds it."""
        named = self.query.topics or self.query.measures or self.query.tasks
        said = any(
            m.text.endswith("的") and after.text in _ONLY for m, after in pairwise(self.slots.mentions)
        )
        return not (said and named and self.query.check)

    def _claims(self) -> bool:
        """要达到9%以上吗, 是8立方米吗: a bound or another unit is no value to say yes to."""
        printed = {
            target.comparator
            for id in self.query.indicators
            for target in self.lexicon.indicators[id].targets
            if not self.query.years or target.year in self.query.years
        }
        bounds = any(
            tally.what == "value" and tally.op in _COMPARATORS and _COMPARATORS[tally.op] not in printed
            for tally in self.query.tallies
        )
        units = bool(self.slots.unit_words) and any(not unit for _, unit in self.query.values)
        return not (self.query.check and self.figures and (bounds or units))

    def _denied_twice(self) -> bool:
        """既不牵头也不参与: every denied role is denied in the query."""
        mentions = self.slots.mentions
        denied = sum(
            "not" in m.cues and bool(after.cues & {"lead", "support"}) for m, after in pairwise(mentions)
        )
        kept = sum(max(1, len(p.roles)) for p in self.parties if p.how == "none")
        kept += sum(tally.value == 0 for tally in self.query.tallies)
        return denied < 2 or kept >= denied

    def _what_is_asked(self) -> bool:
        """哪些措施只有一个牵头单位: who asks for rows is not told bodies, and rows are no number of rows."""
        of_work = self.has("work_noun", "measure_noun", "task_noun") and self.has("lead", "support")
        if self.query.roles == ("indicator",) and of_work and self.has("indicator_noun"):
            return False  # 既负责指标又牵头任务
        if self.query.select == "measure" and any(tally.what == "measure" for tally in self.query.tallies):
            return False
        rows = self.slots.followed("which", "measure_noun", "task_noun", within=1)
        return not (self.query.select == "bureau" and rows and not self.has("who"))

    def _one_against_itself(self) -> bool:
        """漏损率比灌溉系数高吗, 负责的单位一样吗: a trend is an indicator's own."""
        kinds = len(set(self.slots.attributes)) > 1 and self.has("more", "fewer", "most", "least")
        if kinds and not self.query.indicators:  # 约束性指标还是预期性指标更多
            return False
        query = self.query
        if query.trend == "unchanged" and query.indicators and self.has("body_noun", "any_role"):
            return False
        return not (query.trend and query.check and len(query.indicators) > 1 and self.has("compare"))

    def _nobody_in_particular(self) -> bool:
        """谁不参与任务8: bodies that have no part in some rows are not counted."""
        query = self.query
        scoped = query.tasks or query.measures or query.topics or query.sections
        return not (query.select == "bureau" and scoped and any(tally.value == 0 for tally in query.tallies))

    def _words(self) -> bool:
        """Every word that denies, restricts or compares is in the query."""
        query, ranked = self.query, bool(self.query.rank)
        years = self.slots.says("两年", "三年", "几年", "多年", "每年")  # 哪个指标三年都有目标
        if query.select == "indicator" and years and not (query.trend or query.change or query.rank):
            return False
        places = any(m.number and m.text.endswith("名") for m in self.slots.mentions)
        if query.select == "indicator" and places:
            return False  # 保持前三名 is a target in words, and no place in the list
        kept = {
            "not": self._denies(),
            "only": self._restricts(),
            "except": bool(query.without or query.not_sections or query.not_tasks or query.not_measures)
            or any(party.how == "none" for party in query.parties)
            or (self.slots.without_attribute and bool(query.attributes)),
            "most": ranked,
            "least": ranked,
            "more": ranked or self.figures or query.check or not self.has("which", "who"),
            "fewer": ranked or self.figures or query.check or not self.has("which", "who"),
            "compare": self.figures or ranked or (query.select == "bureau" and bool(query.indicators)),
            **dict.fromkeys(_OF_FIGURES, self.figures or query.alike or query.select == "section"),
            "unchanged": bool(query.trend) or query.alike or query.select == "section",
        }
        said = {
            cue
            for mention in self.slots.mentions
            if not mention.cues & {"filler", "measure_noun", "who"}
            and not (ranked and mention.cues & {"more", "fewer"})
            for cue in mention.cues
        }
        return all(kept[cue] for cue in said & kept.keys())

    def _denies(self) -> bool:
        query = self.query
        return bool(
            any(party.how == "none" for party in self.parties)
            or any(party.how == "only" for party in query.parties)
            or any(tally.value == 0 for tally in query.tallies)
            or query.not_sections
            or query.not_tasks
            or query.not_measures
            or query.dated == "without"
            or query.check
            or (query.exists and "not" in self.slots.content[-1].cues)  # 捞着牵头的没有
            or query.trend in ("changed", "unchanged")
            or (self.slots.free_negated and query.parties and not query.exists)
            or self.has("correction", "other_one")
            or (self.has("whether") and not (query.exists and self.has("body_noun")))
        )

    def _restricts(self) -> bool:
        query, follows = self.query, self.last is not None
        scoped = query.tasks or query.measures or query.topics or query.sections
        if query.select == "bureau" and not (scoped or follows or query.indicators):  # 哪些单位独自牵过头
            return bool(query.tallies or any(party.how in ("only", "none") for party in query.parties))
        return bool(
            any(party.how in ("only", "none") for party in query.parties)
            or query.exclusive
            or query.tallies
            or query.check
            or self.slots.free_roles
            or self.has("it")
            or (follows and (query.sections or query.tasks or not self.slots.groups))
        )

    def _years(self) -> bool:
        query = self.query
        if not self.slots.years:
            return True
        if query.select == "indicator":
            return bool(
                query.dated or query.tallies or query.trend or query.rank or query.change or query.check
            )
        if query.select == "fact":  # 单位是什么，2030年目标呢
            return bool(self.draft.more)
        return self.figures or bool(query.due_by or query.due_on or query.indicators)

    def _values(self) -> bool:
        years = {int(year) % 100 for year in self.query.years}
        values = {value for query in self.queries for value, _ in query.values}
        bounded = self.figures and self.has("bound_ge", "bound_le")
        if bounded and not set(self.slots.bare) <= years | values:
            return False  # 80都不到的
        return not self.slots.values or bool(self.query.change) or any(q.values for q in self.queries)

    def _roles(self) -> bool:
        query, last = self.query, self.last
        if not self.slots.free_roles or query.parties or query.tallies or not self.draft.anchored:
            return True
        if query.alike:
            return True
        whose = last is not None and (last.parties or last.select == "bureau")
        return bool(whose) or query.select not in ("measure", "task")

    def _both_roles(self) -> bool:
        """牵头或参与都算上谁最少, 不牵头、光配合的: every role that is said (and not denied) is asked."""
        mentions, query = self.slots.mentions, self.query
        said = {
            role
            for before, mention in pairwise(mentions)
            for role in mention.cues & {"lead", "support"}
            if "not" not in before.cues and "by" not in mention.cues
        }
        if query.check or query.alike or self.slots.either or self.last is not None:
            return True
        roles = [party.roles for party in self.parties] + [q.roles for q in self.queries]
        kept = {role for some in roles for role in some} | {tally.what for tally in query.tallies}
        kept.add(query.rank_by)
        return not kept & {"lead", "support"} or said <= kept

    def _whole_question(self) -> bool:
        """措施最多的任务谁牵头, 有跟水利局一起的吗: two steps, or half of what stands together."""
        query, slots = self.query, self.slots
        ranks_rows = query.rank and query.select in ("measure", "task", "section")
        two_steps = ranks_rows and slots.index("who") > slots.index("most", "least")
        bodies = {name for party in self.parties for name in party.bureaus}
        half = query.select == "measure" and len(bodies) == 1 and any(g.partner for g in slots.groups)
        return not (two_steps or (half and slots.has("joint") and self.last is None))

    def _counts(self) -> bool:
        query, slots = self.query, self.slots
        bare = (after for m, after in pairwise(slots.mentions) if m.text in _ENOUGH and not after.number)
        if any("how_many" not in after.cues for after in bare):
            return False  # 够用几年, but 建够多少万亩
        counted = ("measure", "task", "bodies", "section", "indicator", "item")
        kept = {(t.op, t.value) for q in self.queries for t in q.tallies}
        values = {value for _, value in kept if value > 1}
        dropped = [
            t
            for t in slots.tallies
            if t.what in counted and (t.op, t.value) not in kept and t.value not in values
        ]
        bounds = any(t.op != "==" for t in dropped) and (query.check or slots.measures)
        if bounds and not self.figures:
            return False  # 59条里水利局牵头的超过四十条吧
        return bool(
            not dropped
            or query.check
            or self.figures
            or self.draft.more
            or self._counted_tasks()
            or slots.measures
            or slots.tasks
            or any(len(group.names) > 1 for group in slots.groups)
            or self.has("it", "joint")
            or slots.nth
        )

    def _bodies(self) -> bool:
        if self.slots.either:
            return True
        if self.query.rank:  # 哪个部分水利局最多: of rows that are ranked, a body's own are not counted
            return self.query.select == "bureau" or not self.slots.names
        kept = {name for party in self.parties for name in party.bureaus}
        kept |= {name for query in self.queries for name in query.without}
        if self.query.select == "bureau" and self.query.without:  # 甲和乙谁牵头: all others are left out
            kept |= {b.name for b in self.plan.bureaus} - set(self.query.without)
        return set(self.slots.names) <= kept
