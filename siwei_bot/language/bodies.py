"""Questions about work whose answer is bodies, or ranks by them: who, with whom, which sets, who most."""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.conditions import NOUNS, WorkConditions
from siwei_bot.language.drafting import ASKED_BACK, Draft
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.language.slots import MOST_PLACES
from siwei_bot.plan import ROLES
from siwei_bot.query import Party, Query, Rank, Select, Tally

_ALONE = frozenset("独单自一")
"""Characters of words that say with nobody else (独自牵头), where 只牵头 says nothing else."""
MANY = 6
"""Measures that a topic may have before the bot asks which task is meant."""


class BodyReaders(WorkConditions):
    """The readers of :class:`.WorkDrafter` that ask for bodies."""

    def _more_of_named(self) -> Draft | Reading | None:
        """市水利局和市城管局比，谁牵头的措施多."""
        slots, names = self.slots, self.slots.names
        if len(names) == 1 and self.has("compare") and self.last is not None:  # 跟财政局比，哪个参与的多
            names = tuple(dict.fromkeys((*(n for p in self.last.parties for n in p.bureaus), *names)))
        asks = slots.who or slots.says("哪个", "哪家")
        if not asks or len(names) < 2 or not self.has("more", "fewer"):
            return None
        if slots.unit_words:  # 谁的人多
            return Reading(reason="out_of_scope", subject=slots.unit_words[0])
        roles = next((g.roles for g in slots.groups if g.roles), slots.who_roles or slots.free_roles)
        rank: Rank = "most" if self.has("more") else "least"
        without = self._everyone_but(names)
        query = replace(self.query, select="bureau", parties=(), without=without, roles=roles, rank=rank)
        return self._ask(query, anchored=True)

    def _most(self) -> Draft | Reading | None:
        """谁牵头最多, 哪项任务涉及的部门最多, 措施最少的部分: what is ranked, and by the number of what."""
        slots, has = self.slots, self.has
        dated = has("due", "before") and has("earliest", "latest") and not (slots.who or slots.years)
        if dated and has("which", "measure_noun"):  # 到期最早的是哪条
            by_date = replace(self.query, select="measure", rank="most" if has("latest") else "least")
            return self._ask(replace(by_date, rank_by="due", due_asked=False), anchored=True)
        places = self._places()
        several = max(len(slots.sections), len(slots.tasks), len(slots.measures)) > 1
        compared = several and has("which") and has("more", "fewer")
        if not (has("most", "least") or places or compared):
            return None
        rank: Rank = "least" if has("least", "fewer") else "most"
        roles = slots.who_roles or slots.free_roles
        ranked = self._of_named() if compared else self._ranked()
        if places:
            slots.items, slots.nth, slots.tallies = [], (), []
        asked = replace(self.query, nth=(), tallies=()) if places else self.query
        if ranked == "bureau":
            by = "task" if has("task_noun") or self._counted_tasks() or self._of_tasks() else "measure"
            query = replace(asked, select="bureau", rank=rank, rank_by=by, roles=roles, places=places)
            if has("joint") and slots.groups:  # 跟市水利局一起牵头最多的
                of_group = next((group.roles for group in slots.groups if group.roles), roles)
                query = replace(query, roles=of_group, without=(*query.without, *slots.names))
            return self._ask(query, anchored=True)
        by = "measure"
        if roles or has("body_noun") or (slots.who and not has("measure_noun")):
            by = roles[0] if roles else "any"
        elif ranked == "section" and has("work_noun", "task_noun") and not has("measure_noun"):
            by = "task"
        query = replace(asked, select=ranked, rank=rank, rank_by=by, parties=(), places=places)
        return self._ask(query, anchored=True)

    def _of_named(self) -> Select:
        """第三部分和第四部分哪个措施多: the kind of the rows that are compared."""
        slots = self.slots
        return "section" if slots.sections else "task" if slots.tasks else "measure"

    def _of_tasks(self) -> bool:
        """任务数最多的: tasks are counted."""
        return self.slots.followed("work_noun", "target", within=1) and not self.has("measure_noun")

    def _places(self) -> tuple[int, ...]:
        """Places in a ranking: 前三名, 第二多的, 排第二; a number of the plan is none."""
        slots = self.slots
        compared = self.has("most", "least", "more", "fewer")
        ranks = compared or slots.says("排", "名次", "排名")
        named = any(m.number is not None and m.text.endswith("名") for m in slots.mentions)
        counted = compared or slots.who or self.has("body_noun", "lead", "support")
        in_section = bool(slots.sections) and not counted  # 第三部分排第五的任务
        if not (ranks or named) or (slots.tasks or slots.measures) or in_section:
            return ()
        count = next((int(t.value) for t in slots.tallies if t.what == "bodies" and t.op == "=="), 0)
        return slots.nth or tuple(slots.items) or tuple(range(1, min(count, MOST_PLACES) + 1))

    def _ranked(self) -> Select:
        """The noun that 哪 asks for, or that follows 最多的."""
        slots, has = self.slots, self.has
        if slots.nth_level == "task" and self._places():
            return "task"
        nouns = ("task_noun",) if slots.groups else ("task_noun", "work_noun")
        if not slots.who and any(slots.followed(noun, "measure_noun", within=1) for noun in nouns):
            return "task"  # 任务措施最多的前两个
        of_bodies = has("body_noun", "lead", "support", "responsible") or slots.who
        in_sections = any("部分" in m.text for m in slots.mentions)
        for opening in ("which", "most", "least"):
            for kind, cues in NOUNS.items():
                is_counted = kind == "measure" and not of_bodies
                if is_counted and in_sections:
                    return "section"
                close = slots.followed(opening, *cues, within=1) and not is_counted
                if close or (
                    slots.followed(opening, "filler", within=1) and slots.followed(opening, *cues, within=2)
                ):
                    return kind
        if has("who"):
            return "bureau"
        if has("section_noun") and not slots.sections:
            return "section"
        return "task" if has("task_noun") else "bureau"

    def _of_each(self) -> Draft | Reading | None:
        """各部门牵头多少条, 每家各参与几条: a number for every body."""
        slots, has = self.slots, self.has
        every = slots.followed("universal", "body_noun", within=1) or slots.followed(
            "each", "body_noun", within=1
        )
        if not (every and has("how_many")) or slots.groups or has("indicator_noun", "task_noun"):
            return None
        if slots.says("县", "区", "县区", "个县", "乡镇"):  # 每个县区: not every body
            return Reading(reason="not_understood")
        roles = slots.who_roles or slots.free_roles
        query = replace(self.query, select="bureau", roles=roles, each=True)
        return self._ask(query, anchored=True)

    def _role_held(self) -> Draft | None:
        """第5条市水利局算牵头还是算参与."""
        if not self.slots.either or (self.has("whether", "exists") and self.slots.groups):
            return None
        names = self.slots.names
        before = self.last.parties if self.last is not None else ()
        if not names and (self.has("it") or len(before) == 1):  # 它是什么角色
            names = tuple(name for party in before for name in party.bureaus)
        without = self._everyone_but(names) if names else ()
        query = replace(self.query, select="bureau", parties=(), without=without)
        scoped = query.tasks or query.measures or query.topics or query.sections
        return Draft(query, True, bool(scoped))

    def _everyone_but(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(b.name for b in self.plan.bureaus if b.name not in names)

    def _who(self) -> Draft | Reading | None:
        """第5条谁牵头, 哪些部门只牵头不配合, 一共涉及多少个部门."""
        if not self._asks_who():
            return None
        query = self._who_query()
        several = len(query.tasks) + len(query.measures) > 1
        both = self.has("joint") or self.slots.all_of_them() or self.slots.says("既")
        if several and not self.slots.groups and both:  # 同时牵头任务3和任务4的部门
            if query.tallies or query.rank or (query.tasks and query.measures):
                return Reading(reason="not_understood")
            query = replace(query, throughout=True)
        if self._in_every_section() and not (several or query.sections or query.tallies):
            sections = tuple(sorted(self.lexicon.section_ids))
            query = replace(query, sections=sections, throughout=True)
        if self._asks_which_of_them():
            query = replace(query, parties=(), without=self._everyone_but(self.slots.names))
        held = self.topics.measures(query.topics) if query.topics else []
        if len(held) > MANY and not (query.parties or query.sections or query.tasks or query.measures):
            return self._which_task(held, query)
        in_all, plan = self.has("in_all"), self.slots.plan_named
        anchored = self.anchored or bool(query.tallies) or query.throughout
        last_bodies = self.last is not None and self.last.select == "bureau"
        if in_all and last_bodies and not (anchored or plan or self._scoped_or_topic()):
            return Draft(query, True, False)
        whole = plan or in_all or (query.count and self.last is None)
        return self._ask(query, anchored=anchored or whole)

    def _asks_which_of_them(self) -> bool:
        """甲和乙谁牵头第12条."""
        slots = self.slots
        apart = slots.without or self.has("joint", "besides", "most")
        named = len(slots.names) > 1 and not any(g.bound or g.partner for g in slots.groups)
        return slots.who and named and self._scoped_or_topic() and not apart

    def _who_query(self) -> Query:
        slots, last = self.slots, self.last
        roles = slots.who_roles or slots.free_roles
        if slots.who_roles and slots.free_roles and slots.says("又"):  # 又牵头又配合的有哪些部门
            roles = tuple(dict.fromkeys((*slots.free_roles, *slots.who_roles)))
        if "responsible" in roles and not self.lexicon.has_responsible:
            roles = ()
        together_with_last = self.has("joint") and not slots.groups and not self._scoped_or_topic()
        if together_with_last and last is not None and last.parties:
            names = last.parties[0].bureaus  # 跟谁一起牵头的: the others of the last body's measures
            roles = roles or last.parties[0].roles
            party = Party(names, roles)
            return replace(self.query, select="bureau", roles=roles, parties=(party,), without=names)
        query = replace(self._beside_named(roles), select="bureau", exists=self.exists)
        sets = self._sets(query.roles)
        if sets and (not self._scoped_or_topic() or slots.free_negated or self.has("only")):
            query = replace(query, tallies=sets, roles=())
        if self.has("how_many") or any("who" in m.cues and m.text.startswith("几") for m in slots.mentions):
            query = replace(query, count=True)
        return query

    def _beside_named(self, roles: tuple[str, ...]) -> Query:
        """跟市水利局一起牵头的有谁, 除了市水利局还有谁: without the bodies that are named."""
        slots, query = self.slots, self.query
        partners = slots.groups if self.has("joint") else []
        if partners:
            roles = roles or next((g.roles for g in partners if g.roles), ())
            party, names = Party(slots.names, roles, "all"), slots.names
            return replace(query, roles=roles, parties=(party,), without=(*query.without, *names))
        besides = self.has("besides") or slots.says("还")
        others = all(g.roles and not set(g.roles) & set(roles) for g in slots.groups)
        if not besides or not slots.groups or query.without or (roles and others):  # X牵头，还有谁配合
            return replace(query, roles=roles)
        parties = query.parties
        if self._scoped_or_topic():
            parties = tuple(p for p in parties if p.bureaus != slots.names)
        return replace(query, roles=roles, parties=parties, without=slots.names)

    def _sets(self, said: tuple[str, ...]) -> tuple[Tally, ...]:
        """Bodies by what they hold at all: 只牵头不配合的, 一条都不牵头的, 又牵头又配合的."""
        slots, has = self.slots, self.has
        nothing = tuple(t for t in slots.tallies if t.what in ROLES and t.value == 0)
        if nothing:  # 只有配合、没有牵头单位的
            held = [role for role in said if role not in {t.what for t in nothing}]
            return (*nothing, *(Tally(role, ">=", 1) for role in held))
        roles, negated = self._roles_and_denied(said)
        given = tuple(t for t in self.query.tallies if t.what in roles)
        both = len(roles) > 1 and has("joint")
        if given or both:
            return given or tuple(Tally(role, ">=", 1) for role in roles)
        of_sections = tuple(t for t in slots.tallies if t.what == "section")
        if of_sections:
            return of_sections
        none = list(negated)
        only = any("only" in m.cues and not set(m.text) & _ALONE for m in slots.mentions)
        if only and roles and not negated and not slots.groups:
            none += [r for r in ("lead", "support") if r not in roles]
        tallies = [Tally(role, "==", 0) for role in none]
        if tallies or (len(roles) > 1 and ("又" in slots.text or "两头" in slots.text)):
            tallies += [Tally(role, ">=", 1) for role in roles]
        return tuple(tallies)

    def _roles_and_denied(self, said: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Roles that the bodies hold, and roles that they do not."""
        slots, has = self.slots, self.has
        negated = slots.free_negated
        roles = tuple(r for r in said if r not in negated)
        if negated and not roles and has("only") and not slots.groups:
            roles = tuple(r for r in ("lead", "support") if r not in negated)
        asks = has("whether", "exists") or self._ends_in_question()
        if not negated and roles and has("not") and not asks:
            return (roles, ()) if len(roles) > 1 else ((), roles)
        return roles, negated

    def _which_task(self, measures: list[int], query: Query) -> Reading:
        """A topic that too many measures hold: ask back with the tasks that hold them."""
        held = {task: sum(m in measures for m in inside) for task, inside in self.lexicon.measures_of.items()}
        tasks = sorted((t for t in held if held[t]), key=lambda t: -held[t])[:ASKED_BACK]
        if len(tasks) < 2:
            return Reading(queries=(query,))
        return Reading(choices=tuple(Choice("task", t) for t in sorted(tasks)), pending=query)
