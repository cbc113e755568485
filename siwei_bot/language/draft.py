"""What one sentence asks by itself: its focus (what is asked) and its anchor (of what)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Group, Slots
from siwei_bot.query import Party, Query, Tally

HOLE = "?"
"""Stands in a pending query for the body that a choice will fill in."""


@dataclass
class Draft:
    """A query as far as its sentence goes. ``focused``: it says what is asked; ``anchored``: it names of what."""

    query: Query
    focused: bool
    anchored: bool
    more: list[Query] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    level: str = ""
    """``task`` or ``measure`` where the sentence says only the level (我说的是任务)."""


def draft(slots: Slots, lexicon: Lexicon, context: Context, today: date) -> Draft | Reading:
    """The draft of one sentence, or the reading that settles it at once (a refusal, a question back)."""
    return _Drafter(slots, lexicon, context, today).draft()


class _Drafter:
    def __init__(self, slots: Slots, lexicon: Lexicon, context: Context, today: date) -> None:
        self.slots = slots
        self.lexicon = lexicon
        self.plan = lexicon.plan
        self.context = context
        self.today = today
        self.missing: list[str] = []
        self.has = slots.has

    def draft(self) -> Draft | Reading:
        refused = self._strangers() or self._numbers() or self._reported()
        if refused:
            return refused
        figures = self._is_about_figures()
        if figures:
            unclear = self._link_indicators()
            if unclear:
                return unclear
        drafted = self._figures() if figures else self._work()
        if isinstance(drafted, Reading):
            return drafted
        drafted.missing += self.missing
        return self._unclear(drafted) or drafted

    # -- what settles a sentence at once ---------------------------------------------------------

    def _strangers(self) -> Reading | None:
        slots = self.slots
        named = [m for m in slots.strangers if m.kind == "stranger"]
        if not named:
            return None
        for mention in named:
            alike = [b.name for b in self.plan.bureaus if any(mention.text in fold(n) for n in (b.name, *b.aliases))]
            if len(alike) > 1 and not slots.groups:
                slots.strangers.remove(mention)
                slots.groups.append(Group(slots.mentions.index(mention), [HOLE], [mention]))
                drafted = self._redraft()
                pending = drafted.query if isinstance(drafted, Draft) else Query("measure", parties=(Party((HOLE,)),))
                return Reading(choices=tuple(Choice("bureau", n) for n in alike[:6]), pending=pending)
        if not slots.groups or self._jointly():
            return Reading(reason="no_such_bureau", subject=named[0].text)
        self.missing += [m.text for m in named]
        return None

    def _redraft(self) -> Draft | Reading:
        from siwei_bot.language.gather import Gatherer

        del Gatherer
        return self._figures() if self._is_about_figures() else self._work()

    def _numbers(self) -> Reading | None:
        slots, plan = self.slots, self.plan
        tasks = {t.id for s in plan.sections for t in s.tasks}
        measures = {m.id for s in plan.sections for t in s.tasks for a in t.assignments for m in a.measures}
        known = {
            "tasks": tasks, "measures": measures, "sections": {s.id for s in plan.sections},
            "indicator_numbers": {i.id for i in plan.indicators},
        }  # fmt: skip
        for name, ids in known.items():
            asked = getattr(slots, name)
            if asked and not set(asked) & ids:
                label = {"tasks": "任务{}", "measures": "第{}条", "sections": "第{}部分", "indicator_numbers": "第{}个指标"}[name]
                return Reading(reason="no_such_number", subject=label.format(asked[0]))
            self.missing += [str(n) for n in asked if n not in ids]
            setattr(slots, name, [n for n in asked if n in ids])
        if slots.nested:
            inside = [t.id for s in plan.sections if s.id in slots.sections for t in s.tasks]
            level, numbers = slots.nested
            try:
                slots.tasks = [inside[n - 1] for n in numbers]
            except IndexError:
                return Reading(reason="no_such_number", subject=f"这一部分的第{numbers[0]}项任务")
            slots.sections = []
        return None

    def _reported(self) -> Reading | None:
        """Actual values and progress: none is recorded, so none is told."""
        slots = self.slots
        past = slots.relative_year in ("去年", "前年")
        if self.has("actual") and not self.has("due") or past and (slots.indicators or self.has("actual")):
            subject = next((m.text for m in slots.mentions if "actual" in m.cues), slots.relative_year)
            return Reading(reason="not_reported", subject=subject)
        if self.has("now") and (slots.indicators or self.has("how_much") and not self.has("work_noun", "measure_noun", "task_noun")) and not self.has("target"):
            return Reading(reason="not_reported", subject="现在的实际值")
        if slots.relative_year:
            year = self.today.year + {"今年": 0, "本年度": 0, "本年": 0, "明年": 1, "后年": 2}.get(slots.relative_year, -1)
            slots.years.append(year)
        return None

    def _unclear(self, drafted: Draft) -> Reading | None:
        if not self.slots.unclear:
            return None
        mention = self.slots.unclear[0]
        query = drafted.query
        if mention.kind == "bureau":
            query = self._work_with_hole(mention)
        ids = mention.values(mention.kind)
        return Reading(choices=tuple(Choice(mention.kind, v) for v in ids[:6]), pending=query)

    def _work_with_hole(self, mention: object) -> Query:
        slots = self.slots
        at = next(i for i, m in enumerate(slots.mentions) if m is mention)
        slots.groups.append(Group(at, [HOLE], [slots.mentions[at]], roles=slots.free_roles, bound=bool(slots.free_roles)))
        slots.unclear = []
        drafted = self._figures() if self._is_about_figures() else self._work()
        return drafted.query if isinstance(drafted, Draft) else Query("measure", parties=(Party((HOLE,), slots.free_roles),))

    # -- which world ------------------------------------------------------------------------------

    def _is_about_figures(self) -> bool:
        slots, has = self.slots, self.has
        if has("about") and slots.indicators and has("work_noun", "measure_noun") and not has("indicator_noun"):
            self._indicators_as_topics()
            return False
        if slots.indicators or slots.indicator_numbers or slots.attributes or slots.units:
            return True
        if any(m.kind == "indicator" for m in slots.unclear):
            return True
        if slots.values or any(t.what == "value" for t in slots.tallies):
            return not (slots.measures or slots.tasks)
        if has("indicator_noun") and not self._quoted_word("指标"):
            return True
        if has("attribute", "baseline", "which_year", "doubled") or has("unchanged") and not has("measure_noun", "task_noun", "who"):
            return True
        if has("unit") and not slots.groups and not slots.who and not has("lead", "support", "responsible") and not has("which"):
            return True
        if has("percent", "ratio", "difference") and not slots.groups:
            return True
        asks_value = has("how_much", "target", "reach", "rises", "falls", "compare") and not has("measure_noun", "work_noun", "task_noun", "section_noun", "who", "lead", "support", "responsible", "body_noun")
        if (slots.years or slots.relative_year) and not has("due", "before") and not has("measure_noun", "work_noun", "task_noun"):
            return True
        return asks_value and not has("content") and bool(slots.lost or slots.topics or not slots.groups and not self._scoped())

    def _quoted_word(self, word: str) -> bool:
        return any(m.text == "“" for m in self.slots.mentions) and word in "".join(m.text for m in self.slots.mentions)

    def _scoped(self) -> bool:
        slots = self.slots
        return bool(slots.tasks or slots.measures or slots.sections or slots.items)

    def _indicators_as_topics(self) -> None:
        from siwei_bot.query import Topic

        slots = self.slots
        for mention in slots.mentions:
            if mention.kind == "indicator":
                slots.topics.append(Topic(mention.text, ((mention.text,),)))
        slots.indicators = []

    # -- indicators --------------------------------------------------------------------------------

    def _link_indicators(self) -> Reading | None:
        """Complete the indicators from words that are part of their names; what is left over is another quantity."""
        slots = self.slots
        slots.indicators += [n for n in slots.indicator_numbers if n not in slots.indicators]
        chunks = [c for c in slots.chunks if len(c) > 1 or not slots.indicators]
        if not chunks:
            return None
        if slots.indicators or slots.attributes or slots.values or (slots.groups and self.has("indicator_noun")):
            whole = "".join(chunks)
            return Reading(reason="no_such_indicator", subject=self._around(whole), lost=tuple(chunks))
        said = "".join(chunks)
        fits = [i for i in self.plan.indicators if any(_subsequence(said, fold(n)) for n in (i.name, *i.aliases))]
        suffix = [i for i in self.plan.indicators if any(fold(n).endswith(said) for n in (i.name, *i.aliases))]
        if len(suffix) == 1 and len(fits) == 1:
            slots.indicators.append(suffix[0].id)
            slots.topics, slots.lost = [], []
            return None
        if len(fits) > 1:
            slots.topics, slots.lost = [], []
            drafted = self._figures()
            pending = drafted.query if isinstance(drafted, Draft) else Query("figure", years=tuple(slots.years))
            if len(fits) > 6:
                return None
            return Reading(choices=tuple(Choice("indicator", i.id) for i in fits), pending=pending)
        if slots.groups or self.has("lead", "support") and not self.has("target"):
            return None
        return Reading(reason="no_such_indicator", subject=said, lost=tuple(chunks))

    def _around(self, chunk: str) -> str:
        """The chunk with the indicator's name beside it, as it was said."""
        text = "".join(m.text for m in self.slots.mentions)
        for mention in self.slots.mentions:
            if mention.kind == "indicator":
                for joined in (chunk + mention.text, chunk + "的" + mention.text, mention.text + chunk, mention.text + "的" + chunk):
                    if joined in text:
                        return joined
        return chunk

    def _figures(self) -> Draft | Reading:
        slots, has = self.slots, self.has
        query = Query(
            "figure",
            indicators=tuple(dict.fromkeys(slots.indicators)),
            groups=tuple(dict.fromkeys(slots.groups_named)) if has("indicator_noun", "group", "which") or not slots.indicators else (),
            attributes=tuple(dict.fromkeys(slots.attributes)),
            units=tuple(dict.fromkeys(slots.units)) if has("indicator_noun", "unit", "whether") or not slots.indicators else (),
            years=tuple(dict.fromkeys(slots.years + self._bare_years())),
            values=tuple(slots.values) if slots.values else (),
            parties=tuple(self._indicator_parties()),
            tallies=tuple(t for t in slots.tallies if t.what == "value"),
            trend=self._trend(),
            baseline=has("baseline"),
            nth=slots.nth if not slots.items else (),
        )
        anchored = bool(query.indicators or query.groups or query.attributes or query.units or query.parties or query.values)
        check = has("whether") and not has("exists")
        listed = has("indicator_noun") and (has("which", "how_many", "list", "exists", "in_all") or has("whether") and slots.index("indicator_noun") > 0)
        more: list[Query] = []
        focused = True
        if has("difference", "percent", "ratio") or self._compares():
            change = "ratio" if has("ratio") else "percent_change" if has("percent") else "difference"
            query = replace(query, change=change, values=() if not check else query.values, trend="")
            if not query.indicators and has("most", "least"):
                query = replace(query, select="indicator", rank="most" if has("most") else "least")
        elif slots.values and not query.indicators and not query.parties:
            query = replace(query, attributes=(), units=())
        elif self._fields():
            query = replace(query, select="fact", fields=self._fields(), attributes=(), units=query.units if check else ())
            if check and slots.groups_named:
                query = replace(query, check=True, groups=tuple(slots.groups_named))
        elif slots.who or has("which") and has("body_noun") or self._asks_bodies():
            query = replace(query, select="bureau", roles=("indicator",), without=tuple(slots.without), parties=())
            if slots.tallies and not query.indicators:
                query = replace(query, tallies=tuple(Tally("indicator", t.op, t.value) for t in slots.tallies if t.what in ("indicator", "item")), roles=("indicator",))
            if (slots.years or has("target") and has("how_much")) and query.indicators:
                more = [replace(query, select="figure", roles=(), without=())]
        elif query.attributes and check and query.indicators:
            query = replace(query, select="fact", fields=("attribute",), check=True)
        elif query.attributes and check and query.parties:
            query = replace(query, select="indicator", check=True)
        elif query.units and check and query.indicators:
            query = replace(query, select="fact", fields=("unit",), check=True)
        elif query.trend and not query.indicators:
            query = replace(query, select="indicator", check=False, exists=has("exists"))
        elif query.trend and (check or has("exists", "changed")):
            query = replace(query, check=True)
        elif query.parties and query.indicators:
            query = replace(query, select="indicator", check=True)
        elif check and query.indicators and query.values:
            query = replace(query, check=True)
        elif (listed or has("indicator_noun")) and not (has("target") and (slots.years or has("how_much"))) and not query.indicators:
            query = replace(query, select="indicator", exists=has("exists") or has("whether"))
        elif has("most", "least") and not query.indicators:
            return Reading(choices=tuple(Choice("indicator", i.id) for i in self.plan.indicators[:6]), pending=query)
        else:
            focused = has("how_much", "target", "reach", "which_year", "how_many", "list", "content", "baseline", "values") or bool(slots.values)
            if slots.years and query.indicators:
                focused = True
        if query.select in ("indicator", "bureau") and has("how_many") and not query.trend:
            query = replace(query, count=True)
        if query.select in ("indicator", "bureau") and has("in_all"):
            query = replace(query, count=True)
        if not query.indicators and query.select == "figure" and not anchored and not has("both", "indicator_noun"):
            anchored = False
        elif query.select in ("indicator", "figure") and has("indicator_noun") and not (has("it") or has("among")):
            anchored = anchored or has("both") or query.select == "indicator" or bool(query.years)
        return Draft(query, focused, anchored or bool(query.trend and query.select == "indicator"), more)

    def _bare_years(self) -> list[int]:
        """25 beside 30年, or alone where a year was asked: two figures that end a year of the plan."""
        years = {t.year for i in self.plan.indicators for t in i.targets}
        return [int(2000 + n) for n in self.slots.bare if 2000 + n in years]

    def _compares(self) -> bool:
        slots = self.slots
        return self.has("compare") and self.has("how_much", "how_many", "changed") and len(set(slots.years)) != 1 and not self.has("whether")

    def _fields(self) -> tuple[str, ...]:
        has, slots = self.has, self.slots
        found = []
        unit = has("unit") and not (slots.units and has("indicator_noun")) and not slots.who and not has("lead", "support")
        if unit and not (slots.units and has("which") and not slots.indicators):
            found.append("unit")
        if has("attribute") or len(set(slots.attributes)) > 1 and "还是" in "".join(m.text for m in slots.mentions):
            found.append("attribute")
        in_group = has("group") and not (has("indicator_noun") and slots.groups_named and not slots.indicators)
        if in_group and (slots.indicators or not slots.groups_named):
            found.append("group")
        elif slots.groups_named and slots.indicators and (has("belongs") or has("whether")) and not has("indicator_noun"):
            found.append("group")
        return tuple(found)

    def _asks_bodies(self) -> bool:
        slots = self.slots
        if slots.groups:
            return False
        role = self.has("responsible") or any(m.cues & {"lead", "support"} for m in slots.mentions)
        return role

    def _indicator_parties(self) -> Iterator[Party]:
        slots = self.slots
        together = self._jointly()
        for group in slots.groups:
            if group.partner and slots.who:
                continue
            how = "none" if group.negated else "only" if group.only else "all" if together and len(group.names) > 1 else "any"
            yield Party(tuple(group.names), ("indicator",), how)

    def _trend(self) -> str:  # type: ignore[return]
        has, slots = self.has, self.slots
        if has("doubled"):
            return "doubled"
        if has("unchanged"):
            return "unchanged"
        if has("changed") and has("whether", "exists", "not"):
            return "changed"
        asked_list = not slots.indicators and has("indicator_noun", "which") and not slots.values
        if has("how_much", "how_many") and not asked_list:
            return ""
        if (asked_list or has("whether", "compare")) and has("rises", "falls"):
            return "rises" if has("rises") else "falls"
        return ""

    def _jointly(self) -> bool:
        slots = self.slots
        if self.has("each"):
            return False
        if self.has("joint"):
            return True
        grouped = any(len(g.names) > 1 for g in slots.groups)
        return grouped and any(t.what == "bodies" for t in slots.tallies)

    # -- tasks, measures, bodies -----------------------------------------------------------------

    def _work(self) -> Draft | Reading:
        slots, has = self.slots, self.has
        if slots.lost:
            return Reading(reason="no_match", subject=slots.lost[0], lost=tuple(slots.lost))
        topics = list(slots.topics)
        query = Query(
            "measure",
            parties=tuple(self._parties()),
            sections=tuple(dict.fromkeys(slots.sections)),
            tasks=tuple(dict.fromkeys(slots.tasks)),
            measures=tuple(dict.fromkeys(slots.measures)),
            not_sections=tuple(slots.not_sections),
            not_tasks=tuple(slots.not_tasks),
            topics=tuple(topics),
            without=tuple(slots.without),
            nth=slots.nth,
        )
        anchored = bool(query.parties or query.sections or query.tasks or query.measures or query.topics or slots.items)
        query = self._with_headcount(query)
        query = self._due(query)
        if isinstance(query, Draft):
            return query
        check = has("whether") or self._ends_in_question()
        exists = has("exists") or self._has_any()
        focused = True
        more: list[Query] = []
        if has("most", "least"):
            query = self._ranking(query)
            anchored = True
        elif self._asks_place("section"):
            query = replace(query, select="section", count=not anchored and has("how_many"))
            if has("how_many") and not anchored:
                more = self._other_counts(query)
                anchored = True
        elif has("either_role"):
            names = tuple(n for g in slots.groups for n in g.names)
            query = replace(query, select="bureau", parties=(), without=self._everyone_but(names) if names else ())
            return Draft(query, True, anchored and not self._needs_scope(query))
        elif self._asks_who():
            query = self._who(query, exists=exists)
            anchored = anchored or bool(query.tallies) or self._all_bodies()
        elif self._asks_place("task"):
            query = replace(query, select="task", count=has("how_many"))
        elif check and slots.groups and not exists:
            query = replace(query, check=True, each=self._universal())
            if self._universal() and has("task_noun"):
                query = replace(query, select="task")
        elif has("how_many") and not has("content"):
            query = self._counting(query)
            more = self._other_counts(query) if not query.parties else []
            anchored = True if has("in_all") or slots.plan_named else anchored
            anchored = anchored or query.select in ("task", "section") or has("measure_noun")
        else:
            query, focused = self._listing(query)
        if exists and query.select != "section":
            query = replace(query, exists=True)
        if slots.items:
            return self._bare_numbers(query)
        return Draft(query, focused, anchored, more, level=self._level())

    def _level(self) -> str:
        if self.has("task_noun", "work_noun"):
            return "task"
        return "measure" if self.has("measure_noun") else ""

    def _parties(self) -> Iterator[Party]:
        slots = self.slots
        together = self._jointly()
        only = self.has("only")
        for group in slots.groups:
            roles = group.roles
            if self.has("whether") and roles == ("support",) and any(m.text in ("参与", "参加") for m in slots.mentions) and self._scoped_or_topic():
                roles = ()  # 参与 in a yes/no question is any part in it
            how = "none" if group.negated else "only" if group.only or only and len(slots.groups) == 1 and not self._only_number() else "any"
            if how == "any" and len(group.names) > 1 and together:
                how = "all"
            if how == "only" and roles == ("support",) and self.has("whether"):
                how = "any"
            yield Party(tuple(group.names), roles, how)

    def _only_number(self) -> bool:
        return self.has("who") or self.slots.followed("only", "filler", "both", "measure_noun", within=1) and self.slots.index("only") == 0

    def _scoped_or_topic(self) -> bool:
        return self._scoped() or bool(self.slots.topics)

    def _with_headcount(self, query: Query) -> Query:
        slots = self.slots
        tallies = []
        for tally in slots.tallies:
            if tally.what == "bodies" and (len(slots.groups) == 0 or not any(len(g.names) >= tally.value for g in slots.groups)):
                role = next((r for r in ("lead", "support") if r in (*slots.free_roles, *slots.who_roles)), "any")
                op = ">=" if tally.op == "==" and any("bound_ge" in m.cues for m in slots.mentions) else tally.op
                tallies.append(Tally(role, op, tally.value))
        text = "".join(m.text for m in slots.mentions)
        if self.has("not") and any(word in text for word in ("一个配合单位都没有", "没有配合单位", "没有参与单位", "无配合单位", "没配合单位", "一个参与单位都没有", "没有协办")):
            tallies.append(Tally("support", "==", 0))
        return replace(query, tallies=tuple(tallies))

    def _due(self, query: Query) -> Query | Draft:  # type: ignore[return]
        slots = self.slots
        if slots.years and self.has("before"):
            month = next((int(b) for b in slots.bare if 1 <= b <= 12), 12)
            return replace(query, due_by=f"{max(slots.years)}-{month:02}-31")
        return replace(query, due_asked=self.has("due"))

    def _ends_in_question(self) -> bool:
        """有份没, 参与不: a negation at the end asks."""
        content = [m for m in self.slots.mentions if m.kind != "stop"]
        return bool(content) and content[-1].text in ("没", "没有", "不", "否") and len(content) > 1

    def _has_any(self) -> bool:
        """有…吗, 有…没: is there any."""
        slots = self.slots
        text = "".join(m.text for m in slots.mentions)
        asks = self.has("whether") or self._ends_in_question()
        has_it = any(m.text == "有" for m in slots.mentions)
        return asks and has_it and self.has("work_noun", "measure_noun", "task_noun", "body_noun", "lead", "support") and "有份" not in text

    def _asks_place(self, level: str) -> bool:
        slots = self.slots
        noun = "section_noun" if level == "section" else "task_noun"
        if level == "section":
            if slots.followed("which", noun) or slots.followed("how_many", noun):
                return True
            return slots.has(noun) and slots.has("which") and not slots.sections
        named = bool(slots.measures or slots.topics or slots.has("it")) and not slots.groups
        work = slots.followed("which", "task_noun", "work_noun") or any(
            m.cues & {"task_noun", "work_noun"} and i and slots.mentions[i - 1].text in ("哪", "哪个", "第几", "几", "第几项", "哪一")
            for i, m in enumerate(slots.mentions)
        )
        return named and work and (slots.has("belongs", "under", "among") or "第几" in "".join(m.text for m in slots.mentions))

    def _asks_who(self) -> bool:
        slots = self.slots
        if slots.who:
            return True
        if slots.followed("which", "body_noun") or slots.followed("how_many", "body_noun") or slots.followed("in_all", "body_noun"):
            return True
        bodies_only = slots.has("body_noun") and not slots.has("measure_noun", "work_noun", "task_noun") and not slots.groups
        if bodies_only:
            return True
        return bool(slots.free_roles) and not slots.groups and not slots.has("measure_noun", "work_noun", "task_noun", "which", "how_many") and bool(slots.tasks or slots.measures or slots.topics or slots.items)

    def _all_bodies(self) -> bool:
        return self.slots.plan_named or self.has("in_all")

    def _who(self, query: Query, *, exists: bool) -> Query:
        slots = self.slots
        roles = slots.who_roles or slots.free_roles
        if "responsible" in roles and not self._uses_responsible():
            roles = ()
        partners = [g for g in slots.groups if g.partner or self.has("joint")]
        without = list(query.without)
        parties = list(query.parties)
        if partners and self.has("joint"):
            names = tuple(n for g in partners for n in g.names)
            roles = roles or next((g.roles for g in partners if g.roles), ())
            parties = [Party(names, roles, "all")]
            without += names
        elif self.has("besides") and slots.groups and not without:
            names = tuple(n for g in slots.groups for n in g.names)
            without += names
            parties = [p for p in parties if p.bureaus != names]
        query = replace(query, select="bureau", roles=roles, parties=tuple(parties), without=tuple(without), exists=exists, nth=query.nth)
        sets = self._bureau_set(roles)
        if sets and not self._scoped_or_topic():
            query = replace(query, tallies=sets, roles=())
        elif sets and (slots.free_negated or self.has("only")):
            query = replace(query, tallies=sets, roles=())
        if self.has("how_many"):
            query = replace(query, count=True)
        return query

    def _bureau_set(self, roles: tuple[str, ...]) -> tuple[Tally, ...]:
        """Bodies by what they hold at all: 只牵头不配合的, 一条都不牵头的, 又牵头又配合的."""
        slots = self.slots
        negated = list(slots.free_negated)
        text = "".join(m.text for m in slots.mentions)
        if not negated and self.has("not") and not self.has("whether", "exists") and roles:
            negated = [roles[0]] if len(roles) == 1 else []
            roles = tuple(r for r in roles if r not in negated)
        tallies = [Tally(role, "==", 0) for role in negated]
        if self.has("only") and roles and not negated and not slots.groups:
            tallies += [Tally(r, "==", 0) for r in ("lead", "support") if r not in roles]
        if tallies or len(roles) > 1 and "又" in text:
            tallies += [Tally(role, ">=", 1) for role in roles]
        if slots.who and self.has("section_noun") and self.has("only"):
            tallies = [Tally("section", "==", 1)]
        return tuple(tallies)

    def _uses_responsible(self) -> bool:
        return any(a.responsible for s in self.plan.sections for t in s.tasks for a in t.assignments)

    def _everyone_but(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(b.name for b in self.plan.bureaus if b.name not in names)

    def _needs_scope(self, query: Query) -> bool:
        return not (query.tasks or query.measures or query.topics or query.sections)

    def _ranking(self, query: Query) -> Query:
        slots, has = self.slots, self.has
        rank = "most" if has("most") else "least"
        roles = slots.who_roles or slots.free_roles
        by = roles[0] if roles else "any"
        if slots.followed("which", "section_noun") or has("section_noun") and not slots.sections:
            by = "bodies" if has("body_noun") or slots.who and not has("which") else "task" if has("work_noun", "task_noun") and not has("measure_noun") else "measure"
            return replace(query, select="section", rank=rank, rank_by=by, parties=())
        if has("task_noun") or slots.followed("which", "work_noun"):
            by = (roles[0] if roles else "any") if has("body_noun") or roles else "measure"
            return replace(query, select="task", rank=rank, rank_by=by)
        if not slots.who and (slots.followed("which", "measure_noun") and (has("body_noun") or roles)):
            return replace(query, select="measure", rank=rank, rank_by=by)
        by = "task" if has("task_noun") else "measure"
        return replace(query, select="bureau", rank=rank, rank_by=by, roles=roles)

    def _universal(self) -> bool:
        return any(m.text in ("全由", "每", "每项", "每条", "全部", "所有", "全", "全是", "每个") for m in self.slots.mentions)

    def _counting(self, query: Query) -> Query:
        slots, has = self.slots, self.has
        if query.parties or query.topics or has("measure_noun") and not has("work_noun", "task_noun"):
            select = "measure"
        elif has("section_noun") and not query.sections:
            select = "section"
        elif has("task_noun", "work_noun") and not has("measure_noun"):
            select = "task"
        else:
            select = "measure"
        return replace(query, select=select, count=True)  # type: ignore[arg-type]

    def _other_counts(self, query: Query) -> list[Query]:
        """几大部分、几项任务、几条措施: every other thing counted in the same breath."""
        counted = {"section": "section_noun", "task": "work_noun", "measure": "measure_noun", "bureau": "body_noun"}
        found = []
        for select, noun in counted.items():
            if select != query.select and (self.slots.followed("how_many", noun, within=2)) and not (select == "task" and query.select == "measure"):
                found.append(replace(query, select=select, count=True))  # type: ignore[arg-type]
        return found

    def _listing(self, query: Query) -> tuple[Query, bool]:
        slots, has = self.slots, self.has
        through = bool(query.parties)
        asked = has("which", "list", "content", "exists", "due", "whether", "both") or has("work_noun", "measure_noun", "task_noun")
        if has("task_noun") or self._counted_tasks():
            return replace(query, select="task"), True
        if through and not has("work_noun", "measure_noun") and not any(p.roles for p in query.parties) and not query.topics:
            asked_whole = has("which", "any_role", "list", "content", "indicator_noun", "how_many")
            return replace(query, select="work" if not self._scoped() else "measure"), asked_whole
        if has("work_noun") and not through and not query.topics and (query.sections or slots.plan_named or not query.tasks) and not query.measures:
            if has("measure_noun"):
                return query, True
            return replace(query, select="task"), asked
        if query.tasks and not (has("measure_noun") or has("under") or through or query.nth or query.topics):
            return replace(query, select="task"), asked or not through
        if query.sections and not (through or query.topics or has("measure_noun") or query.tasks):
            return replace(query, select="task" if has("work_noun", "which") else "section"), asked
        focused = asked or bool(query.measures) or through and any(p.roles for p in query.parties) or bool(query.tallies)
        return query, focused

    def _counted_tasks(self) -> bool:
        """18项任务里哪些: the plan's own number of tasks."""
        total = sum(len(s.tasks) for s in self.plan.sections)
        return any(t.what in ("task", "item") and t.value == total for t in self.slots.tallies)

    def _bare_numbers(self, query: Query) -> Draft | Reading:
        """第7号, 第11项: the level at which the number exists; where both do, ask back."""
        number = self.slots.items[0]
        tasks = {t.id for s in self.plan.sections for t in s.tasks}
        measures = {m.id for s in self.plan.sections for t in s.tasks for a in t.assignments for m in a.measures}
        if self.context.shown or self.context.choices:
            return Draft(replace(query, nth=tuple(self.slots.items)), True, False)
        fits = [kind for kind, ids in (("task", tasks), ("measure", measures)) if number in ids]
        if not fits:
            return Reading(reason="no_such_number", subject=f"{number}号")
        if len(fits) == 2:
            return Reading(choices=tuple(Choice(kind, number) for kind in fits), pending=query)
        if fits == ["task"]:
            return Draft(replace(query, select="task" if query.select == "measure" else query.select, tasks=(number,)), True, True)
        return Draft(replace(query, measures=(number,)), True, True)


def _subsequence(said: str, name: str) -> bool:
    at = -1
    for char in said:
        at = name.find(char, at + 1)
        if at < 0:
            return False
    return True
