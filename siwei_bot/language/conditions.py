"""What a sentence about work says, whatever it asks: whose, where, how many, about what, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from siwei_bot.language.drafting import Draft, Drafter
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.language.slots import Group, Slots
from siwei_bot.plan import ROLES
from siwei_bot.query import How, Party, Query, Select, Tally, Topic

NOUNS: dict[Select, tuple[str, ...]] = {
    "section": ("section_noun",),
    "task": ("task_noun", "work_noun"),
    "measure": ("measure_noun",),
    "bureau": ("body_noun",),
}
"""The cues that name each kind of row of work."""


def counted_kinds(slots: Slots) -> list[Select]:
    """The kinds of rows whose number is asked for, each with its own 几 or 多少."""
    nouns: dict[Select, tuple[str, ...]] = {**NOUNS, "indicator": ("indicator_noun",)}
    return [
        kind
        for kind, cues in nouns.items()
        if slots.followed("how_many", *cues, within=2 if kind == "section" else 1)
    ]


class WorkConditions(Drafter):
    """The conditions of a sentence about sections, tasks, measures and bodies, and its finished draft."""

    @cached_property
    def query(self) -> Query:
        """Every condition of the sentence, in a question for measures (or for tasks counted by them)."""
        slots = self.slots
        query = Query(
            "measure",
            parties=tuple(self._party(group) for group in slots.groups),
            sections=tuple(dict.fromkeys(slots.sections)),
            tasks=tuple(dict.fromkeys(slots.tasks)),
            measures=tuple(dict.fromkeys(slots.measures)),
            not_sections=tuple(slots.not_sections),
            not_tasks=tuple(slots.not_tasks),
            not_measures=tuple(slots.not_measures),
            topics=self.about,
            without=tuple(slots.without),
            nth=slots.nth,
        )
        return self._due(self._counted(query))

    @cached_property
    def about(self) -> tuple[Topic, ...]:
        """Topics that one measure holds together; else their words in any order; else each its own."""
        topics = self.slots.topics
        if len(topics) < 2 or self.topics.together(topics):
            return tuple(topics)
        joined = self.topics.joined(topics)
        if joined is not None:
            return (joined,)
        if "、" in self.slots.text or self.has("and", "each"):
            alternatives = tuple(words for topic in topics for words in topic.any_of)
            return (Topic("、".join(topic.said for topic in topics), alternatives),)
        return tuple(topics)

    @cached_property
    def anchored(self) -> bool:
        """Whether the sentence names whose work, or which, it asks about."""
        query = self.query
        named = query.parties or query.sections or query.tasks or query.measures or query.topics
        return bool(named or self.slots.items or query.due_by or query.due_on or query.dated)

    @cached_property
    def check(self) -> bool:
        """Whether the sentence asks for yes or no."""
        return self._yes_or_no() and not self.has("correction")

    @cached_property
    def exists(self) -> bool:
        """Whether the sentence asks if there is any: 有没有, 有…吗, 捞着牵头的没有."""
        has, content = self.has, self.slots.content
        if has("exists"):
            return True
        if self._in_every_section():
            return False
        if (
            len(content) > 2
            and content[-2].text == "的"
            and content[-1].text in ("没", "没有")
            and not self._scoped_or_topic()
        ):
            return True
        if self._ends_in_question() and has("besides", "body_noun"):  # 还有别的单位参与没有
            return True
        stands = self.slots.plan_named or has("about", "belongs") or self.slots.says("有")
        entitled = any(m.kind == "measure" for m in self.slots.mentions)
        if self._yes_or_no() and (self.slots.topics or entitled) and stands and not self.slots.groups:
            numbered = any(m.number and m.number.form in NOUNS for m in self.slots.mentions)
            return not (numbered or self.slots.who)  # 方案里写了合同节水吗
        kind = has("work_noun", "measure_noun", "task_noun", "body_noun", "lead", "support", "before")
        return self._yes_or_no() and self.slots.says("有") and kind and "有份" not in self.slots.text

    @cached_property
    def denied(self) -> bool:
        """Whether a question for yes or no claims the contrary: 没有市水利局吧, but not 不是市水利局吗."""
        asks = self.has("whether") and self.slots.content[-1].text in ("吗", "么")
        return any(
            "not" in m.cues and not (m.text == "不是" and asks) for m in self.slots.content[:-1]
        ) and self.has("whether")

    def _in_every_section(self) -> bool:
        """每个部分都有任务的单位, 五个部分都牵头的: in each section of the plan."""
        slots, total = self.slots, len(self.lexicon.section_ids)
        numbers = [m.number for m in slots.mentions if m.number is not None]
        all_of_them = any(n.form == "count_section" and n.values == (total,) for n in numbers)
        each = slots.followed("universal", "section_noun", within=1)
        every = self.has("universal", "joint") or any(m.text[0] in "都全" for m in slots.mentions)
        return each or (all_of_them and every)

    # -- parts of the query ------------------------------------------------------------------------

    def _party(self, group: Group) -> Party:
        roles = group.roles
        noun = self.slots.followed("support", "body_noun", within=1)  # 是参与单位吗: that very role
        any_part = self.has("whether") and self.slots.says("参与", "参加") and self._scoped_or_topic()
        any_part = any_part and not noun
        if roles == ("support",) and any_part:
            roles = ()  # 参与 in a yes/no question is any part in it
        return Party(tuple(group.names), roles, self._how(group, roles))

    def _how(self, group: Group, roles: tuple[str, ...]) -> How:
        """Whether any of the bodies is meant, all together, they alone, or none."""
        whether = self.has("whether")
        if group.negated and (self.exists or not (whether and len(self.slots.groups) == 1)):
            return "none"
        alone = self.has("only") and len(self.slots.groups) == 1 and not group.exclusive
        if group.only or (alone and not self._only_number()):
            return "any" if roles == ("support",) and whether else "only"
        return "all" if len(group.names) > 1 and self._jointly() else "any"

    def _only_number(self) -> bool:
        """只有三条的, 只有谁: 只 goes with a number or a question."""
        slots = self.slots
        counts = slots.followed("only", "filler", "both", "measure_noun", within=1)
        return self.has("who") or (counts and slots.index("only") == 0)

    def _counted(self, query: Query) -> Query:
        """两家牵头的措施, 有三条措施的任务: conditions on numbers."""
        tallies = dict.fromkeys(
            (*self._body_tallies(), *self._row_tallies(), *self._only_role(), *self._with_others())
        )
        by_measures = self.has("task_noun", "work_noun") and any(t.what == "measure" for t in tallies)
        of_tasks = by_measures or self._counted_tasks()
        return replace(query, tallies=tuple(tallies), select="task" if of_tasks else query.select)

    def _body_tallies(self) -> list[Tally]:
        slots = self.slots
        if self._asks_who():
            return []  # 第15条两家牵头单位是谁: said in passing
        said = (*slots.free_roles, *slots.who_roles)
        role = next((r for r in ("lead", "support") if r in said), "any")
        at_least = self.has("bound_ge")
        return [
            Tally(role, ">=" if tally.op == "==" and at_least else tally.op, tally.value)
            for tally in slots.tallies
            if tally.what == "bodies" and not any(len(g.names) >= tally.value for g in slots.groups)
        ]

    def _row_tallies(self) -> list[Tally]:
        slots = self.slots
        others = slots.says("另外", "其余", "其他", "其它", "剩下")
        roles = slots.free_roles or slots.who_roles
        of_bodies = roles and not any(m.text.startswith("那") for m in slots.mentions) and self._asks_who()
        found = []
        for tally in slots.tallies:
            if tally.what == "measure" and not others and of_bodies:
                found.append(Tally(roles[0], tally.op, tally.value))
            elif tally.what in ROLES or (tally.what == "measure" and not others and not slots.groups):
                found.append(tally)
        return found

    def _with_others(self) -> list[Tally]:
        """跟别家一起牵头的: rows with more bodies in the role than the one that is named."""
        slots = self.slots
        others = slots.says("别家", "别人", "其他单位", "别的单位", "其他部门", "别的部门", "人家")
        groups = [g for g in slots.groups if not g.negated]
        alone = len(slots.names) == 1 and len(groups) == 1 and not self.has("only", "not")
        if not (self.has("joint") and others and alone):
            return []
        return [Tally(role, ">=", 2) for role in groups[0].roles[:1]]

    def _only_role(self) -> list[Tally]:
        """只写了责任单位的措施: rows with bodies in no other role."""
        if not self._rows_by_role():
            return []
        roles = self.slots.free_roles or self.slots.who_roles
        some = [Tally(role, ">=", 1) for role in roles]
        return [*some, *(Tally(role, "==", 0) for role in ROLES if role not in roles)]

    def _rows_by_role(self) -> bool:
        """Whether a noun for a role stands between 只 and the noun for rows."""
        slots = self.slots
        only, row = slots.index("only"), slots.index("measure_noun", "task_noun", "work_noun")
        counted = any(tally.what not in ROLES for tally in slots.tallies)
        if slots.groups or counted or not 0 <= only < row:
            return False
        between = slots.mentions[only + 1 : row]
        roles = any(m.cues & set(ROLES) for m in between)
        return roles and any("body_noun" in m.cues for m in between)

    def _due(self, query: Query) -> Query:
        """2027年底前完成的措施; 第5条什么时候完成."""
        slots = self.slots
        if slots.due_words:
            return replace(query, due_on=tuple(slots.due_words))
        if self._without_due():
            return replace(query, dated="without")
        if not (slots.years and self.has("before", "due", "measure_noun", "work_noun") and self._has_due()):
            asked = self.has("due") or (bool(slots.years) and self.has("before"))
            return replace(query, due_asked=asked)
        if self._on_the_day():
            months = [f"-{month:02}" for month in slots.months] or [""]
            return replace(query, due_on=tuple(f"{year}{month}" for year in slots.years for month in months))
        if self._before_the_year():
            return replace(query, due_by=f"{max(slots.years) - 1}-12-31")
        half_year = 6 if slots.says("上半年") else 12
        return replace(query, due_by=f"{max(slots.years)}-{max(slots.months, default=half_year):02}-31")

    def _without_due(self) -> bool:
        """没写完成时限的措施, 时限空着的措施: rows that have no date."""
        slots = self.slots
        rows = self.has("measure_noun", "work_noun") and not (slots.measures or slots.tasks or slots.years)
        denied = slots.followed("not", "due", within=3) or slots.followed("due", "not", within=2)
        return rows and denied and not self.has("exists", "whether")

    def _before_the_year(self) -> bool:
        """2027年前完成的, which is not 2027年底前."""
        return not self.slots.months and any(
            mention.number is not None
            and mention.number.form == "year"
            and mention.text.endswith("年")
            and after.text.startswith(("前", "之前", "以前", "年前"))
            for mention, after in pairwise(self.slots.mentions)
        )

    def _on_the_day(self) -> bool:
        """时限写的是2027年6月的, 2027年6月到期的: then, and not by then."""
        said = "".join(m.text for m in self.slots.mentions if "before" in m.cues)
        if self.slots.says("才"):
            return True
        if not said:
            return self.has("due")
        return "到期" in said and not any(char in said for char in "前底内")

    def _has_due(self) -> bool:
        return self.lexicon.has_due

    # -- what it asks for --------------------------------------------------------------------------

    def _asks_who(self) -> bool:
        """谁牵头, 牵头单位是哪家, 哪些部门, or a role alone beside a row (第5条牵头)."""
        slots, has = self.slots, self.has
        counts_rows = slots.followed("how_many", "measure_noun", "task_noun", within=1)
        if self._counts_bodies_of_rows() or self._rows_by_role() or (counts_rows and not has("who")):
            return False
        if slots.who:
            return True
        if slots.followed("body_noun", "which") and slots.tallied("section"):
            return True
        if any(slots.followed(word, "body_noun") for word in ("which", "how_many", "in_all")):
            return True
        group = slots.groups[0] if slots.groups else None
        partners = any({"joint", "body_noun"} <= m.cues for m in slots.mentions)  # 牵头的伙伴
        if group is not None and not partners:
            return group.partner and has("joint") and slots.index("body_noun") > group.at
        rows = has("measure_noun", "work_noun", "task_noun")
        ends = slots.content[-1].cues if slots.content else frozenset[str]()
        if slots.followed("body_noun", "how_many", within=3) and not slots.groups:
            return True
        if slots.followed("body_noun", "which", within=2) and slots.tallied("measure", "task"):
            return True
        if has("body_noun") and (not rows or ("body_noun" in ends and "responsible" not in ends)):
            return True
        named = bool(slots.tasks or slots.measures or slots.topics or slots.items)
        return bool(slots.free_roles) and not rows and not has("which", "how_many") and named

    def _counts_bodies_of_rows(self) -> bool:
        """哪些措施由三家牵头: rows by their number of bodies."""
        slots, nouns = self.slots, ("task_noun", "measure_noun", "work_noun")
        rows = slots.followed("which", *nouns) or self._counted_tasks() or slots.index(*nouns) > 1
        return rows and slots.tallied("bodies", *ROLES) and not self.has("who")

    # -- the draft ---------------------------------------------------------------------------------

    def _inside_tasks(self, query: Query) -> bool:
        return query.select == "bureau" or self.has("measure_noun")

    def _ask(
        self, query: Query, *, focused: bool = True, anchored: bool = False, more: Sequence[Query] = ()
    ) -> Draft | Reading:
        """The draft of a query, with what holds for every question about work."""
        slots = self.slots
        anchored = anchored or self.anchored or bool(query.tallies) or self._counted_tasks()
        first = slots.nth and slots.nth_level == "measure" and not (self.context.shown or self.anchored)
        if first and query.select == "bureau":  # 前五条措施都是谁牵头
            measures = sorted(self.lexicon.measure_ids)
            query = replace(query, measures=tuple(measures[n - 1 if n > 0 else n] for n in slots.nth), nth=())
            anchored = True
        elif slots.nth and slots.nth_level == "task" and self._inside_tasks(query) and not self.context.shown:
            tasks = list(self.lexicon.measures_of)  # 前三项任务谁牵头, 最后一项任务有几条措施
            inside = query.select if query.select == "bureau" else "measure"
            places = tuple(tasks[n - 1 if n > 0 else n] for n in slots.nth)
            query = replace(query, select=inside, tasks=places, nth=())
            anchored = True
        elif slots.nth and slots.nth_level in ("task", "measure") and not self.context.shown:
            query = replace(query, select="task" if slots.nth_level == "task" else "measure")
            anchored = True
        if (
            query.without
            and query.parties
            and self.has("lead")
            and self.has("support")
            and not slots.free_roles
        ):
            return Reading(reason="not_understood")  # which of the roles the exception is about is not said
        if query.dated and query.select == "task":  # 哪些任务没写时限: dates are of measures
            query = replace(query, select="measure")
        if query.without and query.select in ("measure", "task", "work"):
            without = Party(query.without, slots.free_roles, "none")
            select: Select = "measure" if query.select == "work" else query.select
            query = replace(query, select=select, without=(), parties=(*query.parties, without))
            anchored = anchored or self.has("measure_noun", "task_noun")  # 不含水利局的措施有哪些
        if self.exists and query.select != "section":
            query = replace(query, exists=True)
        if query.tasks and query.measures and not query.check:
            query, more = _apart(query, more)
        if slots.items:
            return self._at_its_level(query)
        return Draft(query, focused, anchored, tuple(more))

    def _at_its_level(self, query: Query) -> Draft | Reading:
        """第7号, 第11项: the level at which the number exists; where both do, ask back."""
        numbers, last = tuple(self.slots.items), self.last
        if (
            last is not None
            and (last.tasks or last.measures)
            and self.slots.bare
            and not self.has("content", "which", "lead", "support")
        ):
            same = replace(query, measures=numbers) if last.measures else replace(query, tasks=numbers)
            return Draft(same, False, True)
        if self.context.shown or self.context.choices:
            aside = {"follow", "filler"}  # 那第一个呢: the same asked again
            alone = self.has("follow") and all(m.number or m.cues & aside for m in self.slots.content)
            return Draft(replace(query, nth=numbers), not alone, False)
        number = numbers[0]
        is_task, is_measure = number in self.lexicon.measures_of, number in self.lexicon.measure_ids
        if is_task and is_measure:
            return Reading(choices=(Choice("task", number), Choice("measure", number)), pending=query)
        if is_task:
            select: Select = "task" if query.select == "measure" else query.select
            return Draft(replace(query, select=select, tasks=(number,)), True, True)
        if is_measure:
            return Draft(replace(query, measures=(number,)), True, True)
        return Reading(reason="no_such_number", subject=f"{number}号")


def _apart(query: Query, more: Sequence[Query]) -> tuple[Query, Sequence[Query]]:
    """任务3和第25条: tasks and measures named together are asked for one after the other."""
    if query.select == "bureau":
        return replace(query, measures=()), [replace(query, tasks=())]
    if query.select in ("measure", "task"):
        tasks = replace(query, measures=(), select="task")
        return tasks, [replace(query, tasks=(), select="measure")]
    return query, more
