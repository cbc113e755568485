"""What one sentence asks by itself: its focus (what is asked) and its anchor (of what)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Context, Reading
from siwei_bot.language.slots import Group, Slots
from siwei_bot.language.topics import TopicFinder
from siwei_bot.query import Party, Query, Tally, Topic

MANY = 6
"""Measures that a topic may have before the bot asks which task is meant."""

_ROLES = ("lead", "support", "responsible")

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


def draft(
    slots: Slots, lexicon: Lexicon, topics: TopicFinder, context: Context, today: date
) -> Draft | Reading:
    """The draft of one sentence, or the reading that settles it at once (a refusal, a question back)."""
    return _Drafter(slots, lexicon, topics, context, today).draft()


class _Drafter:
    def __init__(
        self, slots: Slots, lexicon: Lexicon, topics: TopicFinder, context: Context, today: date
    ) -> None:
        self.slots = slots
        self.topics = topics
        self.lexicon = lexicon
        self.plan = lexicon.plan
        self.context = context
        self.today = today
        self.missing: list[str] = []
        self.has = slots.has

    def draft(self) -> Draft | Reading:
        refused = self._strangers() or self._numbers() or self._reported()
        if refused and refused.reason == "no_such_number" and refused.pending is None:
            rest = self._work()
            return replace(refused, pending=rest.query if isinstance(rest, Draft) and rest.focused else None)
        if refused:
            return refused
        figures = (
            self._is_about_figures()
            or (len(self.slots.chunks) == 1
            and self._sibling(self.slots.chunks[0]) is not None)
        )
        if figures:
            unclear = self._link_indicators()
            if unclear:
                return unclear
            figures = bool(self.slots.indicators) or not self.slots.topics
        drafted = self._figures() if figures else self._work()
        if isinstance(drafted, Reading):
            return drafted
        if not self._accounted(drafted):
            return Reading(reason="not_understood")
        drafted.missing += self.missing
        return self._unclear(drafted) or drafted

    def _accounted(self, drafted: Draft) -> bool:
        """Whether the query says everything that the sentence says: what is dropped changes the meaning."""
        slots, has, queries = self.slots, self.has, [drafted.query, *drafted.more]
        query = drafted.query
        figures = query.select in ("figure", "fact", "indicator")
        said = {
            "not": any(p.how == "none" for q in queries for p in q.parties) or any(t.value == 0 for t in query.tallies)
            or query.check or query.exists or has("correction", "whether", "other_one") or query.trend == "unchanged"
            or query.trend == "changed" or bool(slots.free_negated and query.parties) or any(p.how == "only" for p in query.parties),
            "only": (bool(query.sections or query.tasks) and self.context.query is not None) or any(p.how == "only" for p in query.parties) or query.exclusive or bool(query.tallies) or query.check
            or bool(slots.free_roles) or has("it") or (self.context.query is not None and not slots.groups),
            "except": bool(query.without or query.not_sections or query.not_tasks),
            "most": bool(query.rank), "least": bool(query.rank),
            "compare": figures or bool(query.rank) or (query.select == "bureau" and bool(query.indicators)),
            "unchanged": figures, "rises": figures, "falls": figures, "changed": figures, "doubled": figures,
            "difference": figures, "percent": figures, "ratio": figures, "baseline": figures,
        }  # fmt: skip
        for cue, kept in said.items():
            if not kept and any(
                cue in m.cues and not m.cues & {"filler", "measure_noun", "who"} for m in slots.mentions
            ):
                return False
        used = (
            query.select != "indicator"
            or query.tallies
            or query.trend
            or query.rank
            or query.change
            or query.check
        )
        if slots.years and not used:
            return False
        if slots.years and not figures and not query.due_by and not query.indicators:
            return (
                not any(q.years for q in queries)
                and drafted.query.select == "bureau"
                and bool(query.indicators)
            )
        if slots.values and not any(q.values for q in queries) and not query.change:
            return False
        last = self.context.query
        if (
            slots.free_roles
            and query.select in ("measure", "task")
            and not (query.parties or query.tallies)
            and drafted.anchored
        ):
            if last is None or not (last.parties or last.select == "bureau"):
                return False
        if has("other_one"):
            return False
        counted = [t for t in slots.tallies if t.what in ("measure", "bodies", "section", "indicator")]
        scoped = bool(slots.measures or slots.tasks)
        if counted and not (
            query.tallies or query.check or figures or self._counted_tasks() or scoped or len(drafted.more)
        ):
            if not any(len(g.names) >= 2 for g in slots.groups) and not has("it", "joint") and not slots.nth:
                return False
        named = {n for g in slots.groups for n in g.names}
        kept_names = {n for q in queries for p in q.parties for n in p.bureaus} | {
            n for q in queries for n in q.without
        }
        if query.rank or slots.either:
            kept_names |= named
        return named <= kept_names

    # -- what settles a sentence at once ---------------------------------------------------------

    def _strangers(self) -> Reading | None:
        slots = self.slots
        named = [m for m in slots.strangers if m.kind == "stranger"]
        if not named:
            return None
        if not slots.groups or self._jointly():
            return Reading(
                reason="no_such_bureau", subject=named[0].text, pending=self._without_stranger(named[0])
            )
        self.missing += [m.text for m in named]
        return None

    def _without_stranger(self, mention: Mention) -> Query | None:
        """The question with a hole where the unknown body stands: a follow-up may name another."""
        slots = self.slots
        roles = slots.free_roles or slots.who_roles
        asks = (
            roles
            or slots.who
            or self.has(
                "which",
                "how_many",
                "whether",
                "exists",
                "list",
                "any_role",
                "work_noun",
                "measure_noun",
                "indicator_noun",
            )
        )
        if slots.groups or slots.lost or not asks:
            return None
        query = Query(
            "measure",
            parties=(Party((HOLE,), roles),),
            sections=tuple(slots.sections),
            tasks=tuple(slots.tasks),
        )
        query = replace(
            query, measures=tuple(slots.measures), topics=tuple(slots.topics), count=self.has("how_many")
        )
        scoped = query.tasks or query.measures or query.topics
        if self.has("indicator_noun"):
            return replace(query, select="indicator")
        return replace(
            query,
            check=bool(scoped) and self.has("whether"),
            select="measure" if roles or scoped or self.has("work_noun", "measure_noun") else "work",
        )

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
                setattr(slots, name, [])
                label = {
                    "tasks": "任务{}",
                    "measures": "第{}条",
                    "sections": "第{}部分",
                    "indicator_numbers": "第{}个指标",
                }[name]
                return Reading(reason="no_such_number", subject=label.format(asked[0]))
            self.missing += [str(n) for n in asked if n not in ids]
            setattr(slots, name, [n for n in asked if n in ids])
        if slots.nth_level == "measure" and len(slots.tasks) == 1 and not slots.nested:
            within = [
                m.id
                for s in plan.sections
                for t in s.tasks
                if t.id in slots.tasks
                for a in t.assignments
                for m in a.measures
            ]
            return self._nested_measures(within, f"任务{slots.tasks[0]}")
        if slots.nested:
            inside = [t.id for s in plan.sections if s.id in slots.sections for t in s.tasks]
            level, numbers = slots.nested
            try:
                slots.tasks = [inside[n - 1] for n in numbers]
            except IndexError:
                return Reading(reason="no_such_number", subject=f"这一部分的第{numbers[0]}项任务")
            slots.sections, slots.nested = [], None
            if slots.nth_level == "measure":
                return self._numbers()
        return None

    def _nested_measures(self, within: list[int], label: str) -> Reading | None:
        """任务七的第三条: counted inside the task."""
        slots = self.slots
        try:
            slots.measures = [within[n - 1 if n > 0 else n] for n in slots.nth]
        except IndexError:
            return Reading(reason="no_such_number", subject=f"{label}的第{slots.nth[0]}条")
        slots.tasks, slots.nth, slots.nth_level = [], (), ""
        return None

    def _reported(self) -> Reading | None:
        """Actual values and progress: none is recorded, so none is told."""
        slots = self.slots
        past = slots.relative_year in ("去年", "前年")
        if (self.has("actual") and not self.has("due")) or (past and (slots.indicators or self.has("actual"))):
            subject = next((m.text for m in slots.mentions if "actual" in m.cues), slots.relative_year)
            return Reading(reason="not_reported", subject=subject, pending=self._figure_asked())
        if (
            self.has("now")
            and (
                slots.indicators
                or (self.has("how_much")
                and not self.has("work_noun", "measure_noun", "task_noun"))
            )
            and not self.has("target")
        ):
            return Reading(reason="not_reported", subject="现在的实际值", pending=self._figure_asked())
        if slots.relative_year:
            year = self.today.year + {"今年": 0, "本年度": 0, "本年": 0, "明年": 1, "后年": 2}.get(
                slots.relative_year, -1
            )
            slots.years.append(year)
        return None

    def _figure_asked(self) -> Query | None:
        indicators = tuple(dict.fromkeys(self.slots.indicators))
        return Query("figure", indicators=indicators) if indicators else None

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
        slots.groups.append(
            Group(at, [HOLE], [slots.mentions[at]], roles=slots.free_roles, bound=bool(slots.free_roles))
        )
        slots.unclear = []
        drafted = self._figures() if self._is_about_figures() else self._work()
        return (
            drafted.query
            if isinstance(drafted, Draft)
            else Query("measure", parties=(Party((HOLE,), slots.free_roles),))
        )

    # -- which world ------------------------------------------------------------------------------

    def _is_about_figures(self) -> bool:
        slots, has = self.slots, self.has
        if (
            has("about")
            and slots.indicators
            and has("work_noun", "measure_noun")
            and not has("indicator_noun")
        ):
            self._indicators_as_topics()
            return False
        if (
            has("indicator_noun")
            and slots.groups
            and has("work_noun", "measure_noun")
            and not slots.indicators
            and not slots.attributes
        ):
            return False
        if slots.indicators or slots.indicator_numbers or slots.attributes or slots.units:
            return True
        if any(m.kind == "indicator" for m in slots.unclear):
            return True
        if any(t.what == "indicator" for t in slots.tallies) or slots.all_indicators:
            return True
        last = self.context.query
        if slots.bare and self._bare_years() and last is not None and last.indicators and not self._scoped():
            return True
        counts_things = (
            has("target")
            and has("how_many")
            and not has("work_noun", "measure_noun", "task_noun", "section_noun", "lead", "support", "who")
        )
        if counts_things and (slots.topics or slots.lost):
            return True
        if slots.followed("how_many", "unit_word", within=1) or slots.followed(
            "how_much", "unit_word", within=1
        ):
            return True
        if slots.values or any(t.what == "value" for t in slots.tallies):
            return not (slots.measures or slots.tasks)
        if has("indicator_noun"):
            return True
        if (
            has("attribute", "baseline", "which_year", "doubled")
            or (has("unchanged")
            and not has("measure_noun", "task_noun", "who"))
        ):
            return True
        if (
            has("unit")
            and not slots.groups
            and not slots.who
            and not has("lead", "support", "responsible")
            and not has("which")
        ):
            return True
        if has("percent", "ratio", "difference") and not slots.groups:
            return True
        asks_value = has("how_much", "target", "reach", "rises", "falls", "compare") and not has(
            "measure_noun",
            "work_noun",
            "task_noun",
            "section_noun",
            "who",
            "lead",
            "support",
            "responsible",
            "body_noun",
        )
        if (
            (slots.years or slots.relative_year)
            and not has("due", "before")
            and not has("measure_noun", "work_noun", "task_noun")
        ):
            return True
        return (
            asks_value
            and not has("content")
            and bool(slots.lost or slots.topics or (not slots.groups and not self._scoped()))
        )

    def _scoped(self) -> bool:
        slots = self.slots
        return bool(slots.tasks or slots.measures or slots.sections or slots.items)

    def _indicators_as_topics(self) -> None:
        slots = self.slots
        for mention in slots.mentions:
            if mention.kind == "indicator":
                slots.topics.append(Topic(mention.text, ((mention.text,),)))
        slots.indicators = []

    # -- indicators --------------------------------------------------------------------------------

    def _link_indicators(self) -> Reading | None:
        """Complete the indicators from words that are part of their names; what is left over is another quantity."""
        slots = self.slots
        if slots.items and self.has("indicator_noun") and not self.context.shown and not slots.indicators:
            known = {i.id for i in self.plan.indicators}
            if not set(slots.items) & known:
                return Reading(reason="no_such_number", subject=f"第{slots.items[0]}个指标")
            slots.indicator_numbers, slots.items = list(slots.items), []
        slots.indicators += [n for n in slots.indicator_numbers if n not in slots.indicators]
        chunks = list(slots.chunks)
        if slots.unit_words and not self.has("unit", "whether", "how_many", "how_much", "difference"):
            chunks.append(slots.unit_words[0])
        measured = {fold(i.unit) for i in self.plan.indicators if i.id in slots.indicators}
        units = [
            m.text
            for i, m in enumerate(slots.mentions)
            if m.kind == "unit" and i and slots.mentions[i - 1].cues & {"how_much", "how_many"}
        ]
        asked_unit = [
            w.replace("亿方", "亿立方米").replace("万方", "万立方米") for w in (*slots.unit_words, *units)
        ]
        if asked_unit and measured and self.has("how_much", "how_many") and not self.has("whether"):
            if not any(w in unit or unit in w for w in asked_unit for unit in measured):
                return Reading(reason="no_such_indicator", subject=self._around("") or asked_unit[0])
        if not chunks:
            return None
        listed = self._listed_beside(chunks)
        if listed:
            self.missing += listed
            slots.lost, slots.topics = [], []
            return None
        if slots.indicators and (slots.who or self.has("lead", "support")) and self._as_topic(chunks):
            return None
        sibling = self._sibling("".join(chunks)) if not slots.indicators else None
        if sibling is not None:
            slots.indicators, slots.topics, slots.lost = [sibling], [], []
            return None
        if (
            slots.indicators
            or slots.attributes
            or slots.values
            or (slots.groups and self.has("indicator_noun"))
        ):
            whole = "".join(chunks)
            return Reading(reason="no_such_indicator", subject=self._around(whole), lost=tuple(chunks))
        said = "".join(chunks)
        fits = [
            i for i in self.plan.indicators if any(_subsequence(said, fold(n)) for n in (i.name, *i.aliases))
        ]
        suffix = [
            i for i in self.plan.indicators if any(fold(n).endswith(said) for n in (i.name, *i.aliases))
        ]
        if len(suffix) == 1 and len(fits) == 1:
            slots.indicators.append(suffix[0].id)
            slots.topics, slots.lost = [], []
            return None
        headed = [
            i.id for i in self.plan.indicators
            if any(fold(n).endswith(said + head) for n in (i.name, *i.aliases) for head in self.lexicon.vocabulary.heads)
        ]  # fmt: skip
        if (
            len(fits) == 1
            and headed == [fits[0].id]
            and len(said) > 1
            and (slots.years or self.has("target"))
            and not slots.who
            and not self.has("lead", "support")
        ):
            slots.indicators, slots.topics, slots.lost = headed, [], []
            return None
        if len(fits) > 1:
            slots.topics, slots.lost = [], []
            slots.indicators = [i.id for i in fits]
            drafted = self._figures()
            slots.indicators = []
            pending = (
                replace(drafted.query, indicators=())
                if isinstance(drafted, Draft)
                else Query("figure", years=tuple(slots.years))
            )
            if len(fits) > 6:
                return None
            return Reading(choices=tuple(Choice("indicator", i.id) for i in fits), pending=pending)
        if (
            slots.groups
            and self.has("work_noun", "measure_noun", "lead", "support")
            and not self.has("indicator_noun", "target")
        ):
            return None
        if self.has("lead", "support") and not self.has("target"):
            return None
        stated = self._stated_number()
        if stated:
            return Reading(queries=(Query("measure", measures=tuple(stated)),))
        return Reading(reason="no_such_indicator", subject=said, lost=tuple(chunks))

    def _listed_beside(self, chunks: list[str]) -> list[str]:
        """漏损率和水质达标率: what is listed beside an indicator is asked for itself, and may be missing."""
        text = "".join(m.text for m in self.slots.mentions)
        names = [m.text for m in self.slots.mentions if m.kind == "indicator"]
        joins = ("和", "、", "跟", "与", "及", "以及", "还有")
        own = [fold(n) for i in self.plan.indicators for n in (i.name, *i.aliases)]
        beside = [
            c
            for c in chunks
            if not any(c in name for name in own)
            and any(n + j + c in text or c + j + n in text for n in names for j in joins)
        ]
        return beside if len(beside) == len(chunks) else []

    def _as_topic(self, chunks: list[str]) -> bool:
        """城镇开发边界划定谁牵头: an indicator's name with more words is what a measure is about."""
        slots = self.slots
        names = [m.text for m in slots.mentions if m.kind == "indicator"]
        topic = self.topics.joined([Topic(word, ((word,),)) for word in (*names, *chunks)])
        if topic is None or not self.topics.measures([topic]):
            return False
        slots.topics, slots.lost, slots.indicators = [topic], [], []
        return True

    def _sibling(self, said: str) -> int | None:
        """城市的呢, after 农村…覆盖率: the one indicator of that word that ends as the last one does."""
        last = self.context.query
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

    def _stated_number(self) -> list[int]:
        """Measures whose own text states a number about the topic asked (每百户…平方米)."""
        slots = self.slots
        target = any("target" in m.cues and m.text not in ("要求", "标准数") for m in slots.mentions)
        if slots.lost or slots.years or target or not slots.topics:
            return []
        topic = self.topics.joined(slots.topics)
        held = self.topics.measures([topic]) if topic else []
        texts = {text.id: text.text for text in self.topics.texts if text.kind == "measure"}
        return [i for i in held if re.search(r"\d|百分之|[二三四五六七八九十百千]+[以个次年%平]", texts[i])]

    def _around(self, chunk: str) -> str:
        """The chunk with the indicator's name beside it, as it was said."""
        text = "".join(m.text for m in self.slots.mentions)
        for mention in self.slots.mentions:
            if mention.kind == "indicator":
                for joined in (
                    chunk + mention.text,
                    chunk + "的" + mention.text,
                    mention.text + chunk,
                    mention.text + "的" + chunk,
                ):
                    if joined in text:
                        return joined
        return chunk

    def _figures(self) -> Draft | Reading:
        slots, has = self.slots, self.has
        query = Query(
            "figure",
            indicators=tuple(dict.fromkeys(slots.indicators)),
            groups=tuple(dict.fromkeys(slots.groups_named))
            if has("indicator_noun", "group", "which") or not slots.indicators
            else (),
            attributes=tuple(dict.fromkeys(slots.attributes)),
            units=tuple(dict.fromkeys(slots.units))
            if has("indicator_noun", "unit", "whether") or not slots.indicators
            else (),
            years=tuple(dict.fromkeys(slots.years + self._bare_years())),
            values=tuple(slots.values) + self._bare_values(),
            parties=tuple(self._indicator_parties()),
            tallies=tuple(
                t for t in slots.tallies if t.what == "value" or (t.what == "bodies" and not slots.groups)
            ),
            trend=self._trend(),
            baseline=has("baseline"),
            nth=slots.nth if not slots.items else (),
        )
        anchored = bool(
            query.indicators
            or query.groups
            or query.attributes
            or query.units
            or query.parties
            or query.values
        )
        check = (has("whether") or self._ends_in_question()) and not has("exists") and not has("correction")
        asks_value = (
            bool(slots.years or has("both", "target"))
            and has("how_much", "target", "reach", "each")
            and not slots.followed("which", "indicator_noun")
            and not slots.followed("indicator_noun", "which", within=3)
        )
        listed = (
            has("indicator_noun")
            and not asks_value
            and (
                has("which", "how_many", "list", "exists", "in_all")
                or (has("whether")
                and slots.index("indicator_noun") > 0)
            )
        )
        more: list[Query] = []
        focused = True
        noun = has("indicator_noun") or slots.all_indicators
        claims = any(
            "universal" in m.cues and (m.text.endswith("是") or slots.index("indicator_noun") < i)
            for i, m in enumerate(slots.mentions)
        )
        universal = claims and query.attributes and noun and not has("which")
        if (
            universal
            or (query.parties
            and has("indicator_noun")
            and self._ends_in_question()
            and not has("which"))
        ):
            query = replace(query, select="indicator", check=bool(universal), exists=not universal)
            anchored = True
        elif (
            (has("difference", "percent", "ratio")
            and not self._names_change(query))
            or (self._compares()
            and not query.trend)
        ):
            if len(query.indicators) > 1 and has("compare") and len(query.years) < 2:
                return Reading(reason="out_of_scope", subject="两个指标之间的差")
            change = "ratio" if has("ratio") else "percent_change" if has("percent") else "difference"
            query = replace(query, change=change, values=() if not check else query.values, trend="")
            if not query.indicators and has("most", "least"):
                query, anchored = (
                    replace(query, select="indicator", rank="most" if has("most") else "least"),
                    True,
                )
        elif query.values and not query.indicators and not query.parties and not query.tallies:
            query = replace(query, attributes=(), units=())
        elif any(t.what == "value" for t in slots.tallies) and query.indicators and check:
            query = replace(query, check=True)
        elif any(t.what == "value" for t in slots.tallies) and not query.indicators:
            of_tally = {t.unit for t in slots.tallies}
            query = replace(
                query, select="indicator", units=tuple(u for u in query.units if u not in of_tally)
            )
            anchored = True
        elif self._fields():
            claimed = (query.units or tuple(slots.unit_words)) if check else ()
            query = replace(
                query, select="fact", fields=self._fields(), attributes=(), units=claimed, check=bool(claimed)
            )
            query = replace(query, groups=())
            if check and slots.groups_named:
                query = replace(query, check=True, groups=tuple(slots.groups_named))
        elif (
            (has("most", "least") or (has("which") and has("more", "fewer")))
            and (slots.who or (has("body_noun") and not slots.units))
            and not query.indicators
        ):
            query = Query(
                "bureau",
                rank="most" if has("most", "more") else "least",
                rank_by="indicator",
                without=tuple(slots.without),
            )
            anchored = True
        elif (
            (slots.who
            and not self._asks_which_indicators())
            or (has("which")
            and has("body_noun")
            and not query.tallies)
            or (has("body_noun")
            and has("only", "indicator_noun")
            and not slots.units
            and not query.tallies)
            or self._asks_bodies()
        ):
            query = replace(
                query, select="bureau", roles=("indicator",), without=tuple(slots.without), parties=()
            )
            counted = tuple(t for t in slots.tallies if t.what == "indicator")
            if counted and not query.indicators:
                query, anchored = Query("bureau", tallies=counted), True
            texts = [Topic(m.text, ((m.text,),)) for m in slots.mentions if m.kind == "indicator"]
            if texts and not has("indicator_noun") and self.topics.measures(texts):
                asked = Query(
                    "bureau",
                    topics=tuple(texts),
                    roles=slots.who_roles or slots.free_roles,
                    without=tuple(slots.without),
                )
                if asked.roles and "responsible" not in asked.roles:
                    query = asked
                else:
                    more = [replace(asked, roles=())]
            if (slots.years or (has("target") and has("how_much"))) and query.indicators:
                more = [replace(query, select="figure", roles=(), without=())]
        elif query.attributes and check and (query.indicators or not has("indicator_noun") or has("it")):
            query = replace(query, select="fact", fields=("attribute",), check=True)
        elif query.attributes and check and query.parties:
            query = replace(query, select="indicator", check=True)
        elif (query.units or slots.unit_words) and check and query.indicators and not query.values:
            query = replace(
                query,
                select="fact",
                fields=("unit",),
                check=True,
                units=query.units or tuple(slots.unit_words),
            )
        elif query.trend and not query.indicators:
            query = replace(query, select="indicator", check=False, exists=has("exists"))
        elif query.trend and (check or has("exists", "changed")):
            query = replace(query, check=True)
        elif query.parties and query.indicators:
            query = replace(query, select="indicator", check=True)
        elif check and query.indicators and query.values:
            query = replace(query, check=True)
        elif (
            query.attributes
            and has("which", "only", "follow")
            and not query.indicators
            and not slots.years
            and not check
        ):
            query = replace(query, select="indicator")
            if not has("indicator_noun") and self.context.shown and self.context.shown[0].kind == "indicator":
                query = replace(query, indicators=tuple(int(c.id) for c in self.context.shown))
        elif (
            (listed or has("indicator_noun"))
            and not asks_value
            and not (has("target") and has("how_much"))
            and not query.indicators
        ):
            query = replace(query, select="indicator", exists=has("exists") or has("whether"))
        elif (
            has("most", "least")
            and has("rises", "falls", "compare", "change", "changed")
            and not query.indicators
        ):
            fell = has("falls") and not has("rises")
            rank = "least" if has("most") == fell else "most"
            query, anchored = (
                replace(query, select="indicator", change="difference", rank=rank, trend=""),
                True,
            )  # type: ignore[arg-type]
            units = {i.unit for i in self.plan.indicators if not query.units or i.unit in query.units}
            if len(units) > 1:
                return Reading(
                    choices=tuple(Choice("indicator", i.id) for i in self.plan.indicators[:6]), pending=query
                )
        elif self._ranks_figures(query):
            return self._figure_rank(query)
        elif has("most", "least") and not query.indicators:
            return Reading(
                choices=tuple(Choice("indicator", i.id) for i in self.plan.indicators[:6]), pending=query
            )
        else:
            focused = has(
                "how_much",
                "target",
                "reach",
                "which_year",
                "how_many",
                "list",
                "content",
                "baseline",
                "values",
            ) or bool(slots.values)
            if slots.years and query.indicators:
                focused = True
        if query.select in ("indicator", "bureau") and has("how_many"):
            query = replace(query, count=True)
        if query.select in ("indicator", "bureau") and has("in_all"):
            query = replace(query, count=True)
        if query.select == "bureau" and has("indicator_noun") and not has("it"):
            anchored = True
        elif (
            query.select in ("indicator", "figure")
            and has("indicator_noun")
            and not (has("it") or has("among"))
        ):
            anchored = anchored or has("both") or query.select == "indicator" or bool(query.years)
        if query.select == "fact" and not query.indicators and not has("indicator_noun"):
            anchored = False
        return Draft(query, focused, anchored or bool(query.trend and query.select == "indicator"), more)

    def _bare_values(self) -> tuple[tuple[float, str], ...]:
        """9800是哪个指标: a bare number is a value where an indicator or a year is asked for."""
        slots = self.slots
        years = {t.year % 100 for i in self.plan.indicators for t in i.targets}
        asked = (
            (not slots.indicators
            and self.has("which", "which_year", "content"))
            or self.has("whether", "which_year")
        )
        return tuple((n, "") for n in slots.bare if asked and not (n in years and slots.years == []))

    def _ranks_figures(self, query: Query) -> bool:
        has, last = self.has, self.context.query
        several = len(query.indicators) > 1 or bool(query.units or query.attributes or query.groups)
        shown = [c for c in self.context.shown if c.kind == "indicator"]
        compared = last is not None and len(shown) > 1 and not query.indicators
        return (
            (has("most", "least")
            and several)
            or (has("more", "fewer")
            and has("which")
            and (several or compared))
        )

    def _figure_rank(self, query: Query) -> Draft | Reading:
        """哪个目标大: only values of one unit can be compared."""
        last = self.context.query
        if (
            not query.indicators
            and last is not None
            and not (query.units or query.attributes or query.groups)
        ):
            shown = tuple(int(c.id) for c in self.context.shown if c.kind == "indicator")
            query = replace(query, indicators=shown, years=query.years or last.years)
        chosen = [
            i
            for i in self.plan.indicators
            if (not query.indicators or i.id in query.indicators)
            and (not query.units or i.unit in query.units)
            and (not query.attributes or i.attribute in query.attributes)
            and (not query.groups or i.group in query.groups)
        ]
        if len({i.unit for i in chosen}) > 1:
            return Reading(choices=tuple(Choice("indicator", i.id) for i in chosen[:6]), pending=query)
        rank = "most" if self.has("most", "more") else "least"
        return Draft(replace(query, select="indicator", rank=rank), True, True)  # type: ignore[arg-type]

    def _names_change(self, query: Query) -> bool:
        """要下降多少, asked of an indicator that is a decrease itself, asks for its target."""
        named = [i.name for i in self.plan.indicators if i.id in query.indicators]
        itself = named and all(
            re.search("下降|降低|增长|提高|增加|减少|增幅|降幅|增速", name) for name in named
        )
        return bool(itself) and not self.has("compare", "ratio") and len(query.years) < 2

    def _bare_years(self) -> list[int]:
        """25 beside 30年, or alone where a year was asked: two figures that end a year of the plan."""
        years = {t.year for i in self.plan.indicators for t in i.targets}
        return [int(2000 + n) for n in self.slots.bare if 2000 + n in years]

    def _compares(self) -> bool:
        slots = self.slots
        return (
            self.has("compare")
            and self.has("how_much", "how_many", "changed")
            and len(set(slots.years)) != 1
            and not self.has("whether")
        )

    def _fields(self) -> tuple[str, ...]:
        has, slots = self.has, self.slots
        found = []
        unit = (
            has("unit")
            and not (slots.units and (has("indicator_noun") or not slots.indicators))
            and not slots.who
            and not has("lead", "support")
        )
        if unit and not (slots.units and has("which") and not slots.indicators):
            found.append("unit")
        if (
            has("attribute")
            or (len(set(slots.attributes)) > 1
            and "还是" in "".join(m.text for m in slots.mentions))
        ):
            found.append("attribute")
        in_group = has("group") and not (
            has("indicator_noun") and slots.groups_named and not slots.indicators
        )
        if (in_group and (slots.indicators or not slots.groups_named)) or (
            slots.groups_named
            and slots.indicators
            and (has("belongs") or has("whether"))
            and not has("indicator_noun")
        ):
            found.append("group")
        return tuple(found)

    def _asks_which_indicators(self) -> bool:
        """约束性指标有谁: 谁 asks for indicators after their noun."""
        slots = self.slots
        at = slots.index("indicator_noun")
        narrowed = bool(slots.attributes or slots.units or slots.groups or slots.years) or self.has(
            "rises", "falls", "unchanged"
        )
        return (
            narrowed
            and not slots.indicators
            and at >= 0
            and any(m.text in ("有谁", "都谁", "是谁", "谁") for m in slots.mentions[at + 1 :])
            and not self.has("any_role", "responsible")
        )

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
            how = (
                "none"
                if group.negated and not self.has("whether")
                else "only"
                if group.only
                else "all"
                if together and len(group.names) > 1
                else "any"
            )
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
        if has("how_much", "how_many") and not asked_list and not has("indicator_noun"):
            return ""
        asked_list = asked_list or (not slots.indicators and has("indicator_noun") and has("compare"))
        if has("most", "least"):
            return ""
        if has("compare") and has("whether") and has("more", "fewer") and not has("rises", "falls"):
            return "rises" if has("more") else "falls"
        if (asked_list or has("whether", "compare")) and has("rises", "falls"):
            return "rises" if has("rises") else "falls"
        return ""

    def _jointly(self) -> bool:
        slots = self.slots
        if self.has("each"):
            return False
        if self.has("joint"):
            return True
        names = sum(len(g.names) for g in slots.groups) + len(slots.strangers)
        for i, m in enumerate(slots.mentions):
            if m.text == "都" and names > 1:
                following = next((n for n in slots.mentions[i + 1 :] if not n.cues & {"by"}), None)
                if (
                    following is not None
                    and following.cues & {"lead", "support", "responsible", "any_role"}
                    and not slots.either
                ):
                    return True
        grouped = any(len(g.names) > 1 for g in slots.groups)
        return grouped and any(t.what == "bodies" for t in slots.tallies)

    # -- tasks, measures, bodies -----------------------------------------------------------------

    def _work(self) -> Draft | Reading:
        slots, has = self.slots, self.has
        if slots.lost and has("exists", "about") and self._asks_existence() and not slots.groups:
            slots.topics += [Topic(said, ((said,),)) for said in slots.lost]
        elif slots.lost:
            fits = [
                i.id for i in self.plan.indicators if len(slots.lost) == 1 and slots.lost[0] in fold(i.name)
            ]
            if 1 < len(fits) <= 6 and not slots.groups:
                pending = Query("bureau", roles=("indicator",)) if slots.who else Query("figure")
                return Reading(choices=tuple(Choice("indicator", i) for i in fits), pending=pending)
            return Reading(reason="no_match", subject=slots.lost[0], lost=tuple(slots.lost))
        if slots.bare and not (slots.groups or self._scoped_or_topic()):
            slots.items = [int(n) for n in slots.bare]
        asked_thing = self._asks_for_things()
        if asked_thing:
            return Reading(reason="no_match", subject=asked_thing)
        topics = self._reconciled(slots.topics)
        if self._unclear_task(topics):
            fits = self._unclear_task(topics)
            return Reading(
                choices=tuple(Choice("task", i) for i in fits),
                pending=Query("bureau", roles=slots.who_roles) if slots.who else Query("task"),
            )
        if slots.measures and topics and not set(slots.measures) & set(self.topics.measures(topics)):
            return Reading(
                reason="out_of_scope" if any(m.text == "《" for m in slots.mentions) else "no_match",
                subject=topics[0].said,
            )
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
        anchored = bool(
            query.parties
            or query.sections
            or query.tasks
            or query.measures
            or query.topics
            or slots.items
            or query.due_by
        )
        query = self._due(self._with_headcount(query))
        anchored = anchored or bool(query.due_by)
        check = (has("whether") or self._ends_in_question()) and not has("correction")
        last = self.context.query
        if (
            check
            and not slots.groups
            and not anchored
            and slots.free_roles
            and last is not None
            and last.check
        ):
            return Draft(Query("measure", check=True), True, False)
        exists = has("exists") or self._has_any()
        focused = True
        more: list[Query] = []
        if query.due_asked and not self._has_due():
            return Reading(reason="out_of_scope", subject="完成时限")
        counted = self._counted_kinds()
        anchored_scope = self._scoped_or_topic() or bool(query.sections) or self.context.query is not None
        names = tuple(n for g in slots.groups for n in g.names)
        if slots.who and len(names) > 1 and has("more", "fewer"):
            roles = next((g.roles for g in slots.groups if g.roles), slots.who_roles or slots.free_roles)
            rank = "most" if has("more") else "least"
            query = replace(
                query, select="bureau", parties=(), without=self._everyone_but(names), roles=roles, rank=rank
            )  # type: ignore[arg-type]
            anchored = True
        elif has("most", "least"):
            query = self._ranking(query)
            anchored = True
        elif len(counted) > 1 and not query.parties:
            query, *more = [replace(query, select=kind, count=True) for kind in counted]  # type: ignore[arg-type]
            anchored = True
        elif (
            check
            and not anchored
            and slots.tallies
            and slots.tallies[0].what in ("section", "task", "measure", "bodies")
        ):
            what = {"bodies": "bureau"}.get(slots.tallies[0].what, slots.tallies[0].what)
            query = Query(
                what,
                count=True,
                check=True,
                tallies=slots.tallies[:1] and (slots.tallies[0]._replace(what="total"),),
            )  # type: ignore[arg-type]
            anchored = True
        elif check and not slots.groups and not exists and self._containment(query) is not None:
            query = self._containment(query) or query
        elif self._asks_place("section"):
            query = replace(query, select="section", count=not anchored and has("how_many"))
            if has("how_many") and not anchored:
                more = self._other_counts(query)
                anchored = True
        elif slots.either:
            names = tuple(n for g in slots.groups for n in g.names)
            query = replace(
                query, select="bureau", parties=(), without=self._everyone_but(names) if names else ()
            )
            return Draft(query, True, anchored and not self._needs_scope(query))
        elif self._asks_who():
            query = self._who(query, exists=exists)
            held = self.topics.measures(query.topics) if query.topics else []
            if len(held) > MANY and not (query.parties or query.sections or query.tasks or query.measures):
                return self._which_task(held, query)
            whole = (
                not anchored
                and not query.tallies
                and not self._scoped_or_topic()
                and self.has("in_all")
                and not slots.plan_named
            )
            if whole and last is not None and last.select == "bureau":
                return Draft(query, True, False)
            anchored = anchored or bool(query.tallies) or self._all_bodies()
        elif self._asks_place("task"):
            query = replace(query, select="task", count=has("how_many"))
        elif check and slots.groups and not exists and not anchored_scope and not self._universal():
            query = replace(query, select="measure", exists=True)
        elif check and slots.groups and not exists:
            exclusive = any(g.exclusive for g in slots.groups) and self._scoped()
            query = replace(query, check=True, each=self._universal(), exclusive=exclusive)
            if self._universal() and has("task_noun"):
                query = replace(query, select="task")
        elif counted or (has("how_many") and not has("content")):
            query = self._counting(query)
            more = self._other_counts(query) if not query.parties else []
            anchored = True if has("in_all") or slots.plan_named else anchored
            whole_plan = query.select in ("task", "section") or has("measure_noun")
            anchored = anchored or (whole_plan and not slots.free_roles and not has("it"))
        else:
            query, focused = self._listing(query)
        anchored = anchored or bool(query.tallies) or self._counted_tasks()
        if slots.nth and slots.nth_level in ("task", "measure") and not self.context.shown:
            query, anchored = replace(query, select=slots.nth_level), True  # type: ignore[arg-type]
        if query.without and query.select in ("measure", "task", "work"):
            against = Party(query.without, slots.free_roles, "none")
            query = replace(
                query,
                select="measure" if query.select == "work" else query.select,
                without=(),
                parties=(*query.parties, against),
            )
        if exists and query.select != "section":
            query = replace(query, exists=True)
        if (
            query.tasks
            and query.measures
            and not query.check
            and query.select in ("measure", "task", "bureau")
        ):
            more = [replace(query, tasks=(), select="measure" if query.select == "task" else query.select)]
            query = replace(query, measures=(), select="task" if query.select == "measure" else query.select)
        if slots.items:
            return self._bare_numbers(query)
        return Draft(query, focused, anchored, more, level=self._level())

    def _asks_for_things(self) -> str:
        """领跑者都有哪些企业: a list of things that no plan row is."""
        slots, generic = self.slots, self.lexicon.vocabulary.generic
        for i, m in enumerate(slots.mentions[:-1]):
            following = slots.mentions[i + 1]
            if (
                "which" in m.cues
                and following.kind in ("text", "gap")
                and following.text not in generic
                and following.start == m.end
            ):
                run = "".join(x.text for x in slots.mentions[i + 1 :] if x.kind in ("text", "gap"))
                if not any(
                    x.cues & {"measure_noun", "work_noun", "task_noun", "body_noun"}
                    for x in slots.mentions[i + 1 :]
                ):
                    return run
        return ""

    def _unclear_task(self, topics: list[Topic]) -> list[int]:
        """“加强养老服务”那项任务: words that several tasks' titles hold."""
        pointing = any(m.text.endswith("任务") and "it" in m.cues for m in self.slots.mentions)
        if not pointing or len(topics) != 1:
            return []
        words = topics[0].any_of[0]
        fits = [t.id for s in self.plan.sections for t in s.tasks if all(w in fold(t.title) for w in words)]
        return fits if 1 < len(fits) <= 6 else []

    def _reconciled(self, topics: list[Topic]) -> list[Topic]:
        """Topics that one measure holds together; else their words in any order; else, if listed, each its own."""
        if len(topics) < 2 or self.topics.together(topics):
            return list(topics)
        joined = self.topics.joined(topics)
        if joined is not None:
            return [joined]
        text = "".join(m.text for m in self.slots.mentions)
        if "、" in text or self.has("and", "each"):
            alternatives = tuple(words for topic in topics for words in topic.any_of)
            return [Topic("、".join(topic.said for topic in topics), alternatives)]
        return list(topics)

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
            if (
                self.has("whether")
                and roles == ("support",)
                and any(m.text in ("参与", "参加") for m in slots.mentions)
                and self._scoped_or_topic()
            ):
                roles = ()  # 参与 in a yes/no question is any part in it
            how = (
                "none"
                if group.negated and not self.has("whether")
                else "only"
                if group.only
                or (only
                and len(slots.groups) == 1
                and not group.exclusive
                and not self._only_number())
                else "any"
            )
            if how == "any" and len(group.names) > 1 and together:
                how = "all"
            if how == "only" and roles == ("support",) and self.has("whether"):
                how = "any"
            yield Party(tuple(group.names), roles, how)

    def _only_number(self) -> bool:
        return (
            self.has("who")
            or (self.slots.followed("only", "filler", "both", "measure_noun", within=1)
            and self.slots.index("only") == 0)
        )

    def _scoped_or_topic(self) -> bool:
        return self._scoped() or bool(self.slots.topics)

    def _with_headcount(self, query: Query) -> Query:
        slots = self.slots
        tallies = []
        for tally in slots.tallies:
            if tally.what == "bodies" and (slots.measures or slots.tasks) and self._asks_who():
                continue  # 第15条两家牵头单位是谁: said in passing
            if tally.what == "bodies" and (
                len(slots.groups) == 0 or not any(len(g.names) >= tally.value for g in slots.groups)
            ):
                role = next(
                    (r for r in ("lead", "support") if r in (*slots.free_roles, *slots.who_roles)), "any"
                )
                op = (
                    ">="
                    if tally.op == "==" and any("bound_ge" in m.cues for m in slots.mentions)
                    else tally.op
                )
                tallies.append(Tally(role, op, tally.value))
        for tally in slots.tallies:
            roles = slots.free_roles or slots.who_roles
            has_other = any(m.text in ("另外", "其余", "其他", "其它", "剩下") for m in slots.mentions)
            if (
                tally.what == "measure"
                and self._asks_who()
                and roles
                and not has_other
                and not any(m.text.startswith("那") for m in slots.mentions)
            ):
                tallies.append(Tally(roles[0], tally.op, tally.value))
            elif (tally.what == "measure" and not slots.groups and not has_other) or tally.what in _ROLES:
                tallies.append(tally)
        of_tasks = (
            (self.has("task_noun", "work_noun")
            and any(t.what == "measure" for t in tallies))
            or self._counted_tasks()
        )
        return replace(
            query, tallies=tuple(dict.fromkeys(tallies)), select="task" if of_tasks else query.select
        )

    def _due(self, query: Query) -> Query:
        slots = self.slots
        if slots.years and self.has("before", "measure_noun", "work_noun") and self._has_due():
            half = any(m.text == "上半年" for m in slots.mentions)
            month = next((int(b) for b in slots.bare if 1 <= b <= 12), 6 if half else 12)
            return replace(query, due_by=f"{max(slots.years)}-{month:02}-31")
        return replace(query, due_asked=self.has("due"))

    def _asks_existence(self) -> bool:
        return (
            self.has("exists")
            or ((self.has("whether") or self._ends_in_question())
            and any(m.text == "有" for m in self.slots.mentions))
        )

    def _has_due(self) -> bool:
        return any(a.due for s in self.plan.sections for t in s.tasks for a in t.assignments)

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
        content = [m for m in slots.mentions if m.kind != "stop"]
        if (
            len(content) > 2
            and content[-1].text in ("没", "没有")
            and content[-2].text == "的"
            and not self._scoped_or_topic()
        ):
            return True  # 捞着牵头的没有
        return (
            asks
            and has_it
            and self.has("work_noun", "measure_noun", "task_noun", "body_noun", "lead", "support", "before")
            and "有份" not in text
        )

    def _asks_place(self, level: str) -> bool:
        slots = self.slots
        noun = "section_noun" if level == "section" else "task_noun"
        if level == "section":
            if slots.followed("which", noun) or slots.followed("how_many", noun):
                return True
            return slots.has(noun) and slots.has("which") and not slots.sections
        named = bool(slots.measures or slots.topics or slots.has("it")) and not slots.groups
        work = any(
            m.cues & {"task_noun", "work_noun"}
            and i
            and slots.mentions[i - 1].text in ("哪", "哪个", "第几", "哪一")
            for i, m in enumerate(slots.mentions)
        )
        return named and work

    def _asks_who(self) -> bool:
        slots = self.slots
        nouns = ("task_noun", "measure_noun", "work_noun")
        asked = slots.followed("which", *nouns) or self._counted_tasks() or slots.index(*nouns) > 1
        if (
            asked
            and any(t.what in ("bodies", *_ROLES) for t in slots.tallies)
            and not any("who" in m.cues for m in slots.mentions)
        ):
            return False
        if slots.who:
            return True
        if slots.followed("body_noun", "which") and any(t.what == "section" for t in slots.tallies):
            return True
        if (
            slots.followed("which", "body_noun")
            or slots.followed("how_many", "body_noun")
            or slots.followed("in_all", "body_noun")
        ):
            return True
        if (
            slots.groups
            and slots.groups[0].partner
            and slots.has("joint")
            and slots.index("body_noun") > slots.groups[0].at
        ):
            return True
        bodies_only = (
            slots.has("body_noun")
            and not slots.has("measure_noun", "work_noun", "task_noun")
            and not slots.groups
        )
        if bodies_only:
            return True
        return (
            bool(slots.free_roles)
            and not slots.groups
            and not slots.has("measure_noun", "work_noun", "task_noun", "which", "how_many")
            and bool(slots.tasks or slots.measures or slots.topics or slots.items)
        )

    def _which_task(self, measures: list[int], query: Query) -> Reading:
        """A topic that too many measures hold: ask back with the tasks that hold them."""
        tasks = [
            (t.id, sum(m.id in measures for a in t.assignments for m in a.measures))
            for s in self.plan.sections
            for t in s.tasks
        ]
        most = sorted(sorted((t for t in tasks if t[1]), key=lambda t: -t[1])[:6])
        if len(most) < 2:
            return Reading(queries=(query,))
        return Reading(choices=tuple(Choice("task", id) for id, _ in most), pending=query)

    def _all_bodies(self) -> bool:
        return self.slots.plan_named or self.has("in_all")

    def _who(self, query: Query, *, exists: bool) -> Query:
        slots = self.slots
        roles = slots.who_roles or slots.free_roles
        if "responsible" in roles and not self._uses_responsible():
            roles = ()
        last = self.context.query
        if (
            self.has("joint")
            and not slots.groups
            and last is not None
            and last.parties
            and not self._scoped_or_topic()
        ):
            names = last.parties[0].bureaus  # 跟谁一起牵头的: the others of the last body's measures
            return replace(
                query,
                select="bureau",
                roles=roles or last.parties[0].roles,
                parties=(Party(names, roles or last.parties[0].roles),),
                without=names,
            )
        partners = [g for g in slots.groups if g.partner or self.has("joint")]
        without = list(query.without)
        parties = list(query.parties)
        if partners and self.has("joint"):
            names = tuple(n for g in partners for n in g.names)
            roles = roles or next((g.roles for g in partners if g.roles), ())
            parties = [Party(names, roles, "all")]
            without += names
        elif (
            (self.has("besides") or any(m.text == "还" for m in slots.mentions))
            and slots.groups
            and not without
        ):
            names = tuple(n for g in slots.groups for n in g.names)
            without += names
            if self._scoped_or_topic():
                parties = [p for p in parties if p.bureaus != names]
        query = replace(
            query,
            select="bureau",
            roles=roles,
            parties=tuple(parties),
            without=tuple(without),
            exists=exists,
            nth=query.nth,
        )
        sets = self._bureau_set(roles)
        if (sets and not self._scoped_or_topic()) or (sets and (slots.free_negated or self.has("only"))):
            query = replace(query, tallies=sets, roles=())
        if self.has("how_many") or any("who" in m.cues and m.text.startswith("几") for m in slots.mentions):
            query = replace(query, count=True)
        return query

    def _bureau_set(self, roles: tuple[str, ...]) -> tuple[Tally, ...]:
        """Bodies by what they hold at all: 只牵头不配合的, 一条都不牵头的, 又牵头又配合的."""
        slots = self.slots
        roles = tuple(r for r in roles if r not in slots.free_negated)
        negated = list(slots.free_negated)
        text = "".join(m.text for m in slots.mentions)
        if self.has("only") and negated and not roles and not slots.groups:
            roles = tuple(r for r in ("lead", "support") if r not in negated)
        if not negated and self.has("not") and not self.has("whether", "exists") and roles:
            negated = [roles[0]] if len(roles) == 1 else []
            roles = tuple(r for r in roles if r not in negated)
        tallies = [Tally(role, "==", 0) for role in negated]
        if self.has("only") and roles and not negated and not slots.groups:
            tallies += [Tally(r, "==", 0) for r in ("lead", "support") if r not in roles]
        given = [t for t in self._with_headcount(Query("bureau")).tallies if t.what in roles]
        if given:
            return tuple(given)
        if len(roles) > 1 and self.has("joint"):
            return tuple(Tally(role, ">=", 1) for role in roles)
        if tallies or (len(roles) > 1 and ("又" in text or "两头" in text)):
            tallies += [Tally(role, ">=", 1) for role in roles]
        if any(t.what == "section" for t in slots.tallies):
            tallies = [Tally("section", "==", 1)]
        return tuple(tallies)

    def _uses_responsible(self) -> bool:
        return any(a.responsible for s in self.plan.sections for t in s.tasks for a in t.assignments)

    def _everyone_but(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(b.name for b in self.plan.bureaus if b.name not in names)

    def _needs_scope(self, query: Query) -> bool:
        return not (query.tasks or query.measures or query.topics or query.sections)

    def _ranking(self, query: Query) -> Query:
        """谁牵头最多, 哪项任务涉及的部门最多, 措施最少的部分: what is ranked, and by the number of what."""
        slots, has = self.slots, self.has
        rank = "most" if has("most") else "least"
        roles = slots.who_roles or slots.free_roles
        ranked = self._ranked_kind()
        if ranked == "bureau":
            by = "task" if has("task_noun") else "measure"
            return replace(query, select="bureau", rank=rank, rank_by=by, roles=roles)  # type: ignore[arg-type]
        bodies = bool(roles) or has("body_noun") or (slots.who and not has("measure_noun"))
        by = (roles[0] if roles else "any") if bodies else "measure"
        if ranked == "section" and not bodies and has("work_noun", "task_noun") and not has("measure_noun"):
            by = "task"
        return replace(query, select=ranked, rank=rank, rank_by=by, parties=())  # type: ignore[arg-type]

    def _ranked_kind(self) -> str:
        """The noun that 哪 asks for, or that follows 最多的."""
        slots = self.slots
        kinds = {
            "section": ("section_noun",),
            "task": ("task_noun", "work_noun"),
            "measure": ("measure_noun",),
            "bureau": ("body_noun",),
        }
        for opening in ("which", "most", "least"):
            for kind, cues in kinds.items():
                counts_itself = kind == "measure" and not (
                    slots.has("body_noun", "lead", "support", "responsible") or slots.who
                )
                if counts_itself and any("部分" in m.text for m in slots.mentions):
                    return "section"
                if (
                    (slots.followed(opening, *cues, within=1)
                    and not counts_itself)
                    or (slots.followed(opening, "filler", within=1)
                    and slots.followed(opening, *cues, within=2))
                ):
                    return kind
        if any("who" in m.cues for m in slots.mentions):
            return "bureau"
        if slots.has("section_noun") and not slots.sections:
            return "section"
        return "task" if slots.has("task_noun") else "bureau"

    def _universal(self) -> bool:
        return self.has("universal")

    def _counting(self, query: Query) -> Query:
        slots, has = self.slots, self.has
        if query.parties and has("task_noun") and not has("measure_noun"):
            select = "task"
        elif query.parties or query.topics or (has("measure_noun") and not has("work_noun", "task_noun")):
            select = "measure"
        elif has("section_noun") and not query.sections:
            select = "section"
        elif has("task_noun", "work_noun") and not has("measure_noun"):
            select = "task"
        else:
            select = "measure"
        return replace(query, select=select, count=True)  # type: ignore[arg-type]

    def _counted_kinds(self) -> list[str]:
        """几大部分、几项任务、几条措施: every kind counted in one breath."""
        nouns = {
            "section": ("section_noun",),
            "task": ("task_noun", "work_noun"),
            "measure": ("measure_noun",),
            "bureau": ("body_noun",),
        }
        return [
            kind
            for kind, cues in nouns.items()
            if self.slots.followed("how_many", *cues, within=1 if kind != "section" else 2)
        ]

    def _containment(self, query: Query) -> Query | None:
        """第25条在任务8里面吗, 任务6跟任务7在不在一个部分."""
        slots = self.slots
        named = slots.has("section_noun") or any(t.what == "section" for t in slots.tallies)
        if named and len(query.tasks) + len(query.measures) > 1 and not query.sections:
            return replace(query, select="section", check=True)
        if (query.measures and (query.tasks or query.sections)) or (query.tasks and query.sections):
            return replace(query, select="measure", check=True, each=True)
        return None

    def _other_counts(self, query: Query) -> list[Query]:
        """几大部分、几项任务、几条措施: every other thing counted in the same breath."""
        counted = {
            "section": "section_noun",
            "task": "work_noun",
            "measure": "measure_noun",
            "bureau": "body_noun",
        }
        found = []
        for select, noun in counted.items():
            if (
                select != query.select
                and (self.slots.followed("how_many", noun, within=2))
                and not (select == "task" and query.select == "measure")
            ):
                found.append(replace(query, select=select, count=True))  # type: ignore[arg-type]
        return found

    def _listing(self, query: Query) -> tuple[Query, bool]:
        slots, has = self.slots, self.has
        through = bool(query.parties)
        asked = has("which", "list", "content", "exists", "due", "whether", "both") or has(
            "work_noun", "measure_noun", "task_noun"
        )
        if has("task_noun") or self._counted_tasks() or query.select == "task":
            return replace(query, select="task"), True
        if through and has("indicator_noun") and has("work_noun", "measure_noun") and not query.topics:
            return replace(query, select="work"), True
        if (
            through
            and not has("work_noun", "measure_noun")
            and not any(p.roles for p in query.parties)
            and not query.topics
        ):
            asked_whole = has("which", "any_role", "list", "content", "indicator_noun", "how_many")
            return replace(query, select="work" if not self._scoped() else "measure"), asked_whole
        if (
            has("work_noun")
            and not through
            and not query.topics
            and (query.sections or slots.plan_named or not query.tasks)
            and not query.measures
        ):
            if has("measure_noun"):
                return query, True
            return replace(query, select="task"), asked
        if query.tasks and not (has("measure_noun") or has("under") or through or query.nth or query.topics):
            return replace(query, select="task"), asked or not through
        if query.sections and not (through or query.topics or has("measure_noun") or query.tasks):
            return replace(query, select="task" if has("work_noun", "which") else "section"), asked
        bare = (
            bool(query.measures)
            and self.context.query is not None
            and len([m for m in slots.mentions if m.kind != "stop"]) == 1
        )
        focused = (
            asked
            or (bool(query.measures)
            and not bare)
            or (through
            and any(p.roles for p in query.parties))
            or bool(query.tallies)
        )
        return query, focused

    def _counted_tasks(self) -> bool:
        """18项任务里哪些: the plan's own number of tasks."""
        total = sum(len(s.tasks) for s in self.plan.sections)
        return any(t.what in ("task", "item") and t.value == total for t in self.slots.tallies)

    def _bare_numbers(self, query: Query) -> Draft | Reading:
        """第7号, 第11项: the level at which the number exists; where both do, ask back."""
        number = self.slots.items[0]
        last = self.context.query
        if (
            last is not None
            and self.slots.bare
            and not self.slots.has("content", "which", "lead", "support")
            and (last.tasks or last.measures)
        ):
            field = "measures" if last.measures else "tasks"
            scope: dict[str, tuple[int, ...]] = {field: tuple(self.slots.items)}
            return Draft(replace(query, **scope), False, True)  # type: ignore[arg-type]
        tasks = {t.id for s in self.plan.sections for t in s.tasks}
        measures = {
            m.id for s in self.plan.sections for t in s.tasks for a in t.assignments for m in a.measures
        }
        if self.context.shown or self.context.choices:
            return Draft(replace(query, nth=tuple(self.slots.items)), True, False)
        fits = [kind for kind, ids in (("task", tasks), ("measure", measures)) if number in ids]
        if not fits:
            return Reading(reason="no_such_number", subject=f"{number}号")
        if len(fits) == 2:
            return Reading(choices=tuple(Choice(kind, number) for kind in fits), pending=query)
        if fits == ["task"]:
            return Draft(
                replace(query, select="task" if query.select == "measure" else query.select, tasks=(number,)),
                True,
                True,
            )
        return Draft(replace(query, measures=(number,)), True, True)


def _subsequence(said: str, name: str) -> bool:
    at = -1
    for char in said:
        at = name.find(char, at + 1)
        if at < 0:
            return False
    return True
