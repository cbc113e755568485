"""What a sentence leaves out, taken from the turn before.

A follow-up narrows the list last shown (:mod:`.narrowing`), points at its rows (:mod:`.pointing`), or asks
something else of the same things, or the same of something else (here).
"""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.completion import OUTSIDE, of_indicators, scope_of, with_roles
from siwei_bot.language.drafting import FIGURE_SELECTS, Draft
from siwei_bot.language.pointing import Pointing
from siwei_bot.language.reading import Context, Reading
from siwei_bot.language.slots import ITEM_NOUNS, Slots
from siwei_bot.plan import ROLES
from siwei_bot.query import How, Party, Query, Select


def complete(draft: Draft, slots: Slots, context: Context) -> Reading:
    """The draft as it stands, or completed from the context where it leaves something out."""
    if context.query is None:
        points = slots.has("among") and (context.lost or slots.says("其中"))
        return Reading(reason="not_understood") if points else _by_itself(draft, slots, context)
    return _FollowUp(draft, slots, context, context.query).reading() or _by_itself(draft, slots, context)


def asked_back(reading: Reading, slots: Slots, context: Context) -> Reading:
    """A question back (那养老床位数呢) with the years of the turn before, where it follows that one."""
    last, pending = context.query, reading.pending
    if last is None or pending is None or not (reading.choices and slots.has("follow")):
        return reading
    of_figures = last.select in FIGURE_SELECTS and pending.select == "figure" and not pending.years
    return replace(reading, pending=replace(pending, years=last.years)) if of_figures else reading


def _by_itself(draft: Draft, slots: Slots, context: Context) -> Reading:
    """The question as the sentence alone asks it, if it does."""
    query = draft.query
    if not draft.anchored or _is_bare(query, slots):
        return Reading(reason="not_understood")
    alone = (query.check or query.exists) and query.parties and not any(scope_of(query).values())
    if (
        alone
        and (slots.has("follow") or context.lost)
        and not (slots.says("的") or slots.has("exists", *ITEM_NOUNS))
    ):
        return Reading(reason="not_understood")  # 那水利局参与吗, after nothing that it may be part of
    if not draft.focused and query.parties and not query.parties[0].roles and query.select == "work":
        return Reading(reason="not_understood", subject=query.parties[0].bureaus[0])
    return _as_drafted(draft, slots)


def _is_bare(query: Query, slots: Slots) -> bool:
    """有几家, 最高的是哪个, 也是约束性的？: a number, a place or more of nothing that is named."""
    if slots.has("also") and query.attributes and not (query.indicators or query.parties or query.years):
        return not slots.has(*ITEM_NOUNS, "which")
    if query == Query("indicator", exists=True):
        return not slots.plan_named  # 有指标吗
    nouns = any(
        m.cues & {"body_noun", "section_noun", *ITEM_NOUNS} and len(m.text) > 1 for m in slots.mentions
    )
    said = nouns or slots.plan_named or slots.who or slots.has("in_all", "who", *ROLES)
    counts = query in (Query("bureau", count=True), Query("measure", count=True), Query("task", count=True))
    ranks = query == Query("bureau", rank=query.rank, rank_by="measure") and bool(query.rank)
    return (counts or ranks) and not said


def _as_drafted(draft: Draft, slots: Slots) -> Reading:
    return Reading(queries=(draft.query, *draft.more), missing=tuple(slots.missing))


class _FollowUp(Pointing):
    """The whole question of a sentence that leaves something out."""

    def reading(self) -> Reading | None:
        """The whole question, or ``None`` if the sentence asks all of it: the rows it points at come first,
        then what the last question was about, then what it asked."""
        query, slots = self.query, self.slots
        if self.context.lost and slots.has("it") and not slots.groups:  # 它谁牵头, after what was not found
            return Reading(reason="not_understood")
        if self._is_next_report():
            indicators = query.indicators or self.last.indicators
            years = query.years or (self.last.years if query.indicators else ())
            return self._inherited(replace(self.last, indicators=indicators, years=years))
        if slots.has("reversed") and not query.parties:
            return self._reversed()
        if self._asks_for_others():
            return Reading(reason="not_understood")
        if self._claims_the_same():
            years = query.years or self.last.years
            return self._inherited(replace(self.last, years=years, values=query.values, check=True))
        together = self._together_again() or self._neighbour()
        if together is not None:
            return together
        if self._asks_its_attribute():
            said = query.attributes
            fact = Query(
                "fact", indicators=self.last.indicators, fields=("attribute",), attributes=said, check=True
            )
            return self._inherited(fact)
        if self._is_of_another_kind():
            kind: Select = "measure" if slots.has("measure_noun") else "task"
            return self._inherited(replace(self.last, select=kind))
        if self._is_membership():
            return self._inherited(self._membership())
        if slots.has("among") and query.select == "bureau" and slots.has("not") and not slots.has("who"):
            return Reading(reason="not_understood")  # 其中没写牵头单位的
        if slots.has("among") and self._places() and not query.parties:  # 其中第二个归谁负责
            return self._pointing(self._places())
        if self._is_narrowing():
            return self._inherited(self._narrowed())
        if self._ranks_the_same():
            return self._inherited(replace(query, roles=self.last.roles))
        reranked = self._ranked_anew()
        if reranked is not None:
            return self._inherited(reranked)
        places = self._places()
        if places and self.last.rank and len(self.context.shown) == 1 and places[0] > 0:
            return self._inherited(replace(self.last, places=places))  # 第二呢, after 谁最多
        if places or self._points():
            return self._pointing(places) or self._same_anchor()
        if self._asks_whether_any_indicator():
            return self._inherited(replace(self.last, parties=of_indicators(query.parties), exists=True))
        if self._asks_its_indicators():
            return self._inherited(replace(query, parties=of_indicators(self.last.parties)))
        inside = query.check and any(scope_of(self.last).values()) and not any(scope_of(query).values())
        if not self.draft.anchored or inside:
            return self._same_anchor()
        follows = slots.has("follow", "correction", "also", "both") and not self._asks_itself()
        follows = follows or slots.has("as_before")
        if not self.draft.focused or follows or self._is_elliptic():
            return self._same_focus()
        return None

    def _asks_for_others(self) -> bool:
        """只有它吗: whether there is nothing else, which no query holds; 只有一家吗 is a number."""
        said = all(map(self.slots.has, ("it", "only", "whether")))
        return said and not (self.slots.groups or self.query.tallies)

    def _asks_whether_any_indicator(self) -> bool:
        """住建局有没, after a body's indicators."""
        query, slots, last = self.query, self.slots, self.last
        plain = not (any(scope_of(query).values()) or self.roles or slots.indicators)
        of_last = last.select == "indicator" and bool(last.parties) and bool(query.parties)
        return of_last and plain and query.check and not slots.has(*ITEM_NOUNS)

    def _asks_its_indicators(self) -> bool:
        """负责啥指标, after a question about a body."""
        query, last, slots = self.query, self.last, self.slots
        plain = query in (Query("indicator"), Query("indicator", count=True)) and not slots.who
        return plain and len(last.parties) == 1 and slots.has("any_role", "responsible")

    def _ranks_the_same(self) -> bool:
        """最多的是谁, after 有几个局牵头: most of what was asked."""
        query, last = self.query, self.last
        ranks = query.rank and query.select == "bureau" and not (query.roles or self.roles or query.places)
        return bool(ranks and last.select == "bureau" and last.roles and not last.indicators)

    def _ranked_anew(self) -> Query | None:
        """最少的呢, 牵头单位最多的呢, after 哪条措施的参与单位最多: the same rows by another end or role."""
        query, last, slots = self.query, self.last, self.slots
        of_rows = last.rank and last.select in ("measure", "task", "section", "indicator")
        if not of_rows or not query.rank or query.select != "bureau" or slots.has("who") or query.parties:
            return None
        role = next((role for role in ROLES if self._named_as_body(role)), "")
        if role and last.rank_by in (*ROLES, "bodies"):
            return replace(last, rank=query.rank, rank_by=role)
        plain = not (self.roles or slots.has("body_noun", *ITEM_NOUNS))
        return replace(last, rank=query.rank) if plain else None

    def _is_next_report(self) -> bool:
        """那2030年呢, 漏损率呢, after a question for an actual value."""
        query, slots = self.query, self.slots
        short = query.select == "figure" and not (query.change or query.trend or query.check or query.values)
        asks = slots.has("target", "baseline", "reach", "whether") or slots.groups or slots.who
        return self.last.select == "report" and short and not asks and bool(query.years or query.indicators)

    def _named_as_body(self, role: str) -> bool:
        """牵头单位: a body of this role, in one word or two."""
        one = any(role in m.cues and m.text.endswith(("单位", "部门")) for m in self.slots.mentions)
        return one or self.slots.followed(role, "body_noun", within=1)

    def _asks_its_attribute(self) -> bool:
        """是约束性指标吗, after one indicator's value."""
        query, last, slots = self.query, self.last, self.slots
        of_one = last.select in ("figure", "fact", "report") and len(last.indicators) == 1
        asks = query.select == "indicator" and query.exists and bool(query.attributes)
        any_is = slots.says("有", "有没有") or slots.has("which", "how_many", "list")
        return of_one and asks and not (any_is or query.indicators or query.parties or query.years)

    def _is_of_another_kind(self) -> bool:
        """不对，我是问哪条措施, after the tasks of a superlative: the same of another kind of row."""
        slots, last = self.slots, self.last
        aside = {"correction", "which", "filler", "measure_noun", "task_noun", "work_noun", "follow"}
        plain = all(m.cues & aside for m in slots.content) and slots.has("measure_noun", "task_noun")
        return slots.has("correction") and plain and last.select in ("measure", "task") and not last.check

    def _is_membership(self) -> bool:
        """其中有没有医保局, 医保局在不在这几家里头, after a list of bodies."""
        query, last, slots = self.query, self.last, self.slots
        scoped = any(scope_of(last).values()) and not last.parties
        if last.select != "bureau" or last.rank or not (last.tallies or scoped) or not query.parties:
            return False
        asks = (query.check or query.exists) and not (self.roles or query.parties[0].roles)
        inside = slots.has("among") or slots.points_inside() or (slots.has("it") and slots.has("under"))
        return asks and inside and not any(scope_of(query).values())

    def _membership(self) -> Query:
        query, last = self.query, self.last
        asked = replace(query, select="measure", parties=with_roles(query.parties, ()), count=False)
        if last.tallies:
            return replace(asked, select="bureau", tallies=last.tallies, check=True, **scope_of(last))
        roles = last.roles if self.slots.has("it", "among") else ()  # 在里头: in whatever role
        return replace(asked, parties=with_roles(query.parties, roles), **scope_of(last))

    def _claims_the_same(self) -> bool:
        """25年也是0.6？, after an indicator's value."""
        query, last = self.query, self.last
        claims = query.select == "figure" and bool(query.values) and not (query.indicators or query.change)
        of_one = last.select == "figure" and len(last.indicators) == 1 and not last.change
        asks = self.slots.has("also") or (self.slots.has("whether") and bool(query.years))
        return claims and of_one and asks and not self.slots.has("which", "who", "indicator_noun")

    def _is_elliptic(self) -> bool:
        """第三部分的是哪些: a scope alone, where the last question was about a body's rows in one."""
        query, slots = self.query, self.slots
        if not query.sections or query.parties or query.topics or query.tasks or query.measures:
            return False
        nouns = {*ITEM_NOUNS, "section_noun", "content"}
        if query.count and slots.says("的"):  # 第四部分的有几条
            nouns.discard("measure_noun")
        held = self.last.parties or self.last.tallies or self.last.topics
        return bool(held) and self.last.select != "bureau" and not slots.who and not slots.has(*nouns)

    def _asks_itself(self) -> bool:
        """Whether a sentence with 那 or 呢 asks a whole question of its own."""
        query, slots = self.query, self.slots
        if query.check and query.parties and query.parties[0].roles and any(scope_of(query).values()):
            return True  # 第25条也是医保局牵头吗
        if query.select == "figure" and not query.change:
            return slots.has("target", "how_much")
        if query.parties and query.select in ("measure", "work") and not query.topics:
            asks = slots.has("which", "list", "work_noun", "measure_noun", "both", "how_many")
            return asks and bool(query.parties[0].roles)
        return slots.who or slots.has(
            "which", "how_many", "how_much", "content", "whether", "exists", "list", "target"
        )

    def _reversed(self) -> Reading:
        """反过来呢, after 甲牵头乙参与的: the roles of two bodies changed round."""
        parties, last = self.last.parties, self.last
        if len(parties) != 2 or parties[0].roles == parties[1].roles or last.check:
            return Reading(reason="not_understood")
        first, second = parties
        changed = (first._replace(roles=second.roles), second._replace(roles=first.roles))
        return self._inherited(replace(last, parties=changed, nth=()))

    def _same_anchor(self) -> Reading:
        """谁负责, 单位呢, 那2030年呢, 配合的呢: of what the last turn was about."""
        query, last, slots = self.query, self.last, self.slots
        figures = query.select in FIGURE_SELECTS
        about_figures = last.select in FIGURE_SELECTS or bool(last.indicators)
        if figures and about_figures:
            return self._same_indicators()
        if self._is_role_alone():
            return self._inherited(self._with_roles())
        if self._is_exception():
            return self._inherited(replace(last, **{name: getattr(query, name) for name in OUTSIDE}))
        if query.select == "indicator" and last.parties:
            return self._inherited(replace(query, parties=of_indicators(last.parties)))
        if slots.has("both") and last.years and about_figures:
            return self._inherited(replace(last, years=()))
        if query.exists and self.roles and last.select == "bureau" and not query.parties:  # 有配合的吗
            return self._inherited(replace(last, roles=self.roles, exists=True, check=False, count=False))
        if query.select == "bureau":
            return self._bodies_of_last()
        if query == Query(last.select, count=True) and last.tallies:
            return self._inherited(replace(last, count=True))  # 有几条, after 没有配合单位的措施
        if self.roles and not slots.who and not query.exists and last.select != "indicator":
            return self._inherited(self._with_roles())
        if not self.draft.focused:
            return Reading(reason="not_understood")
        if slots.has("content", "list") and not query.count and not query.parties:
            rows = self._rows_of_last()
            if rows:
                return self._inherited(self._about(rows))
        if figures:
            return Reading(reason="not_understood")
        return self._inherited(replace(query, parties=self._parties_of_last(), **scope_of(last)))

    def _is_exception(self) -> bool:
        """除了第四部分的: the last list without a part of it."""
        query, last = self.query, self.last
        plain = not (query.parties or query.topics or self.slots.who or self.roles)
        of_rows = last.select in ("measure", "task", "work", "bureau") and not query.check
        return of_rows and plain and any(getattr(query, name) for name in OUTSIDE) and not query.without

    def _parties_of_last(self) -> tuple[Party, ...]:
        query, last = self.query, self.last
        if query.select in ("task", "section") and last.check and last.measures:
            return query.parties  # 任务几的, after 第35条有发改委吗
        parties = query.parties or last.parties
        if not query.parties and any(party.roles == ("indicator",) for party in parties):
            parties = with_roles(parties, ())  # 那任务呢, after a body's indicators
        if self.roles:
            parties = with_roles(parties, self.roles)
        if query.check and not query.parties and self.roles == ("support",):
            parties = with_roles(parties, ())  # 参与 in a yes/no question is any part
        if query.parties and query.check and last.roles and not query.parties[0].roles:
            parties = with_roles(parties, last.roles)
        return parties

    def _same_indicators(self) -> Reading:
        """那2030年呢, 单位呢, 差多少: of the indicators of the last turn."""
        query, last = self.query, self.last
        if not self._indicators_of_last():  # the last question named a quantity that the plan has not
            return Reading(reason="not_understood")
        if query.select == "figure" and not query.change:
            return self._same_indicators_value()
        years = query.years
        if query.change and last.change and not years:  # 百分比变化率呢
            return self._inherited(replace(last, change=query.change))
        if query.change and len(years) == 1:
            years = (*last.years, *years)
        elif query.change and not years:
            years = self.context.years[-2:]
        return self._inherited(replace(query, indicators=self._indicators_of_last(), years=years))

    def _same_indicators_value(self) -> Reading:
        query, last, focused = self.query, self.last, self.draft.focused
        both = self.slots.has("both")
        if self.slots.has("it") and self.slots.has("also"):
            return Reading(reason="not_understood")  # 25年的也是这个数吗
        if last.change and self.slots.says("百分之几", "百分之多少"):
            return self._inherited(replace(last, change="percent_change"))
        if not (query.years or focused or query.values or both):
            return Reading(reason="not_understood")
        moved = query.years and last.change and not query.check and not focused
        if moved or (last.select == "indicator" and (last.trend or last.rank)):
            return self._inherited(replace(last, years=query.years))
        years = query.years or (() if both or query.baseline else last.years)
        return self._inherited(replace(query, indicators=self._indicators_of_last(), years=years))

    def _bodies_of_last(self) -> Reading:
        """那谁负责: the bodies of the rows of the last turn."""
        query, last, shown, slots = self.query, self.last, self.context.shown, self.slots
        if last.select in FIGURE_SELECTS or (last.indicators and last.select == "bureau"):
            indicators = self._indicators_of_last()
            return self._inherited(replace(query, indicators=indicators, roles=("indicator",)))
        same_roles = (query.without or query.count) and not slots.either
        if same_roles and last.select == "bureau" and not query.roles:
            query = replace(query, roles=last.roles)
            if query.count and last.tallies and not query.tallies:
                return self._inherited(replace(last, count=True))  # 有几家, after 只参与不牵头的单位
        listed = "measure" if last.select == "work" else last.select
        rows = tuple(int(c.id) for c in shown if c.kind == listed and c.kind in ("measure", "task"))
        if slots.has("besides") and not query.without:  # 还有别的局吗
            told = [str(choice.id) for choice in shown if choice.kind == "bureau" and last.without]
            named = [name for party in last.parties for name in party.bureaus]
            query = replace(query, without=tuple(named or told))
        picked = last.measures and not (last.parties or last.topics)
        if not rows or picked:
            several = len(last.tasks or last.measures) > 1
            every = several and slots.all_of_them() and not slots.groups  # 都参与的是谁, after 任务3和任务5
            return self._inherited(replace(query, **scope_of(last), throughout=every))
        return self._inherited(
            replace(query, measures=rows) if listed == "measure" else replace(query, tasks=rows)
        )

    def _same_focus(self) -> Reading:
        """水利局呢, 任务14呢, 漏损率呢: the same asked of something else."""
        query, last = self.query, self.last
        if query.select == "indicator" and not (query.indicators or query.parties) and last.parties:
            return self._inherited(replace(query, parties=of_indicators(last.parties)))
        renumbered = self._renumbered()
        if renumbered is not None:
            return self._inherited(renumbered)
        if query.select in FIGURE_SELECTS and query.indicators:
            return self._same_of_indicators()
        if query.parties and not (query.topics or query.tasks or query.measures):
            return self._same_of_bodies()
        if last.select in FIGURE_SELECTS:
            if (
                query.topics and self.slots.says("的") and not self.draft.focused
            ):  # 出租车的呢, after 公交车占比
                return Reading(reason="no_such_indicator", subject=query.topics[0].said)
            return self._as_drafted()
        return self._same_of_scope()

    def _renumbered(self) -> Query | None:
        """那5条的呢, 那最少的呢: the same condition with another number, or the other end of a rank."""
        query, last, slots = self.query, self.last, self.slots
        if slots.loose and last.tallies:
            value = float(slots.loose[0])
            return replace(last, tallies=tuple(t._replace(value=value) for t in last.tallies))
        if query.rank and last.rank:
            roles = self.roles or last.roles
            return replace(last, rank=query.rank, rank_by=query.rank_by or last.rank_by, roles=roles)
        if query.tallies and last.tallies and last.select in ("task", "measure", "section", "bureau"):
            return replace(last, tallies=query.tallies)
        return None

    def _same_of_indicators(self) -> Reading:
        """漏损率呢."""
        query, last = self.query, self.last
        same = replace(last, indicators=query.indicators)
        if last.select in ("figure", "fact"):
            years = query.years or last.years
            return self._inherited(replace(same, years=years, values=query.values, nth=(), parties=()))
        if last.select == "bureau":
            return self._inherited(replace(same, roles=("indicator",), **scope_of(query)))
        return self._as_drafted()

    def _same_of_bodies(self) -> Reading:
        """水利局呢."""
        query, last = self.query, self.last
        if not last.parties:
            return self._bodies_alone()
        if last.select in FIGURE_SELECTS:
            return self._inherited(replace(last, parties=of_indicators(query.parties)))
        first = last.parties[0]
        roles = query.parties[0].roles or first.roles
        denied = first.how in ("none", "only") and not query.parties[0].roles and not self.slots.says("的")
        how: How = first.how if denied else "any"  # 那城管局呢, after 水利局不参与的
        parties = tuple(
            p._replace(roles=p.roles or roles, how=how if p.how == "any" else p.how) for p in query.parties
        )
        alone = parties[0].how != "all" and len(parties[0].bureaus) == 1
        again = self.slots.says("也") and bool(self.roles or query.parties[0].roles) and not query.check
        if alone and (again or (self.slots.has("joint") and self.slots.groups[0].partner)):
            parties = (Party((*first.bureaus, *parties[0].bureaus), roles, "all"),)
        if first.how == "all" and len(parties) == 1 and len(parties[0].bureaus) > 1:
            parties = (parties[0]._replace(how="all"),)
        sections = query.sections or last.sections
        return self._inherited(replace(last, parties=parties, sections=sections, nth=()))

    def _bodies_alone(self) -> Reading:
        """水利局呢, after a question that named no body: after 谁, whether it is one of those."""
        query, last = self.query, self.last
        if last.select == "bureau" and not last.indicators:
            return self._inherited(replace(query, select="measure", check=True, **scope_of(last)))
        if last.select in ("measure", "task") and last.due_by and self.slots.has("follow"):
            return self._inherited(replace(last, parties=query.parties))
        if query.select == "work" and not self.draft.focused:
            return Reading(reason="not_understood", subject=query.parties[0].bureaus[0])
        return self._as_drafted()

    def _same_of_scope(self) -> Reading:
        """任务14呢, 农业节水方面呢."""
        query, last = self.query, self.last
        roles = query.parties[0].roles if query.parties else self.roles
        parties = query.parties or last.parties
        if roles:
            parties = with_roles(parties, roles)
        select: Select = "measure" if last.nth or last.select == "work" else last.select
        if last.select in ("task", "section", "measure") and not last.parties and not last.topics:
            keeps = query.sections and last.select in ("task", "measure")
            keeps = keeps or (query.tasks and last.tasks and last.select == "measure")
            # 第30条呢, after 第9条在哪一部分
            keeps = keeps or (query.measures and last.measures and last.select != "measure")
            placed = last.select == "section" and (last.tasks or last.measures)
            keeps = keeps or (placed and (query.tasks or query.measures))
            select = last.select if keeps else query.select
        return self._inherited(replace(last, select=select, parties=parties, nth=(), **scope_of(query)))
