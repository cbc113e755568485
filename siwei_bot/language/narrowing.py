"""Follow-ups that narrow the list last shown: 其中…, 里面…, 去掉…, 哪些是…."""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.completion import Completion, of_indicators, scope_of, with_roles
from siwei_bot.language.drafting import FIGURE_SELECTS
from siwei_bot.language.slots import ITEM_NOUNS
from siwei_bot.plan import ROLES
from siwei_bot.query import How, Query, Select


class Narrowing(Completion):
    """A follow-up with one more condition on the rows last shown."""

    def _is_narrowing(self) -> bool:
        """其中市水利局牵头的: a condition on the rows last shown."""
        query = self.query
        own = query.check or (query.tasks and not query.parties)
        narrows = self.slots.has("among") or self._is_of_those() or self._is_inside()
        narrows = narrows or self._is_without() or self._has_body()
        return narrows and bool(self.context.shown) and not own

    def _is_inside(self) -> bool:
        """水利局在里面参与了哪些: within what was shown."""
        shown = self.context.shown
        listed = bool(shown) and shown[0].kind in ("measure", "task")
        return self.slots.points_inside() and listed and not any(scope_of(self.query).values())

    def _is_without(self) -> bool:
        """去掉水利局牵头的, 不含约束性的: the list without some of it."""
        query, shown, slots = self.query, self.context.shown, self.slots
        if not (slots.has("except") or self._lacks()) or slots.has("which", "who", *ITEM_NOUNS) or not shown:
            return False
        of_bodies = bool(query.parties) and all(party.how == "none" for party in query.parties)
        if shown[0].kind == "bureau" and self.last.select == "bureau":
            return (of_bodies or bool(query.without)) and not any(scope_of(query).values())
        return (shown[0].kind == "measure" and of_bodies) or (
            shown[0].kind == "indicator" and slots.without_attribute
        )

    def _lacks(self) -> bool:
        """没有水利局的呢, after the rows of another body."""
        last, slots = self.last, self.slots
        known = {name for party in last.parties if party.how != "none" for name in party.bureaus}
        said = slots.says("没有", "没") and not self.roles and not self.query.check
        return bool(said and known - set(slots.names))

    def _has_body(self) -> bool:
        """哪条有财政局, after the measures of a topic."""
        query, last, slots = self.query, self.last, self.slots
        of_topic = last.select == "measure" and bool(last.topics) and not last.parties
        asks = slots.followed("which", "measure_noun", within=1) and slots.says("有")
        return of_topic and asks and bool(query.parties) and not any(scope_of(query).values())

    def _is_of_those(self) -> bool:
        """哪些是水利局的, after a list of indicators."""
        query, slots = self.query, self.slots
        listed = self.last.select == "indicator" and bool(self.context.shown)
        asks = query.select == "work" and slots.has("which") and slots.says("是")
        return listed and asks and not slots.has(*ITEM_NOUNS) and not any(p.roles for p in query.parties)

    def _narrowed(self) -> Query:
        """其中…: the last list with one more condition."""
        query, last, shown = self.query, self.last, self.context.shown
        kind = shown[0].kind
        if kind == "bureau":
            if query.select == "bureau" or self._is_without():
                none = [name for p in query.parties if p.how == "none" for name in p.bureaus]
                without = tuple(dict.fromkeys((*last.without, *query.without, *none)))
                return replace(last, roles=self.roles or last.roles, without=without, nth=())
            held = next((t.what for t in last.tallies if t.what in ROLES), "")
            if query.parties and query.select in ("measure", "work") and (held or last.roles):
                roles = (held,) if held else last.roles  # 其中能源局是哪两条
                parties = with_roles(query.parties, query.parties[0].roles or roles)
                scope = {} if held else scope_of(last)
                return replace(query, select="measure", parties=parties, tallies=(), **scope)
            if query.parties and (query.exists or query.check):
                parties = with_roles(query.parties, last.roles)  # 这里面有没有规自局
                return replace(last, select="measure", parties=parties, check=True, roles=(), without=())
        elif kind in ("indicator", "measure", "task"):
            ids = tuple(int(c.id) for c in shown if c.kind == kind)
            if kind == "indicator":
                return self._narrowed_indicators(ids)
            return self._narrowed_measures(ids) if kind == "measure" else self._narrowed_tasks(ids)
        return replace(last, parties=(*last.parties, *query.parties), topics=(*last.topics, *query.topics))

    def _narrowed_indicators(self, ids: tuple[int, ...]) -> Query:
        query = self.query
        if query.select not in FIGURE_SELECTS and query.select != "bureau":
            query = Query("indicator", parties=of_indicators(query.parties), count=query.count)
        elif query.select == "figure" and not query.years:
            query = replace(query, select="indicator")
        return replace(query, indicators=ids, check=False)

    def _narrowed_measures(self, ids: tuple[int, ...]) -> Query:
        query, last, slots = self.query, self.last, self.slots
        places = slots.has("which") and slots.has("task_noun", "section_noun")
        select: Select = query.select
        if select in ("work", "figure", "section", "task") and not places:
            select = "measure"
        parties = query.parties
        if query.due_by and not parties:
            parties = last.parties  # so that 那协办的呢 knows whose
        as_role = slots.says("当", "作为", "担任")  # 其中当责任单位的
        if as_role and select == "bureau" and not (slots.has("which") or parties):
            select, query = "measure", replace(query, roles=())
        if self.roles and not parties and last.parties and select == "measure":
            alone = any("only" in m.cues and set(m.text) & set("独单") for m in slots.mentions)
            how: How = "only" if alone else last.parties[0].how
            parties = (last.parties[0]._replace(roles=self.roles, how=how),)
        return replace(query, select=select, measures=query.measures or ids, parties=parties)

    def _narrowed_tasks(self, ids: tuple[int, ...]) -> Query:
        query = self.query
        of_measures = query.select == "measure" and self.slots.has("measure_noun")
        kept = (query.select == "bureau" or of_measures) and query.parties
        return replace(query, tasks=ids, select=query.select if kept else "task")
