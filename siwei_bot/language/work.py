"""What a sentence asks about sections, tasks, measures and bodies."""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.bodies import BodyReaders
from siwei_bot.language.conditions import NOUNS, counted_kinds
from siwei_bot.language.drafting import ASKED_BACK, Draft
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import fold
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.plan import ROLES
from siwei_bot.query import Party, Query, Select, Topic

_CLASSIFIERS = frozenset({"条", "项", "个", "家"})
_AFFAIRS = frozenset({"事", "事儿", "事情", "活", "活儿", "差事", "工作"})
"""Words for work of any kind: asked by them, a body's indicators belong to the answer."""
_WHERE = ("在哪", "在哪里", "在哪儿", "哪里", "哪儿", "什么地方", "啥地方")
_TOTALS: dict[str, Select] = {"section": "section", "task": "task", "measure": "measure", "bodies": "bureau"}


class WorkDrafter(BodyReaders):
    """Drafts a question about work: every reader is tried in its order, and a list is asked for otherwise."""

    def draft(self) -> Draft | Reading:
        """The draft of the first reader that the sentence is a question for."""
        refused = (
            self._lost() or self._bare_noun() or self._things() or self._which_title() or self._elsewhere()
        )
        if refused is not None:
            return refused
        if self.slots.bare and not (self.slots.groups or self._scoped_or_topic()):
            self.slots.items = [int(number) for number in self.slots.bare]
        readers = (
            self._pairs,
            self._same_verdict,
            self._no_due_dates,
            self._more_of_named,
            self._most,
            self._of_each,
            self._same_bodies,
            self._counts,
            self._total_claimed,
            self._number_claimed,
            self._due_claimed,
            self._contained,
            self._section,
            self._role_held,
            self._who,
            self._task,
            self._verdict,
            self._unclaimed,
            self._count,
        )
        for reader in readers:
            drafted = reader()
            if drafted is not None:
                return drafted
        return self._list()

    # -- what the plan says nothing of -------------------------------------------------------------

    def _lost(self) -> Reading | None:
        """海水淡化归谁管, where the plan has no such word; an indicator may be meant by it."""
        slots = self.slots
        if not slots.lost:
            return None
        asks_any = self.has("exists") or (self._yes_or_no() and slots.says("有"))
        words = self.has("about") or all(len(said) > 1 for said in slots.lost)  # 必须交的有没有: no topic
        if asks_any and words and self.has("exists", "about") and not (slots.groups or slots.topics):
            slots.topics += [Topic(said, ((said,),)) for said in slots.lost]  # no measure holds it: none
            return None
        fits = [i.id for i in self.plan.indicators if slots.lost[0] in fold(i.name)]
        if len(slots.lost) == 1 and 1 < len(fits) <= ASKED_BACK and not slots.groups:
            pending = Query("bureau", roles=("indicator",)) if slots.who else Query("figure")
            return Reading(choices=tuple(Choice("indicator", i) for i in fits), pending=pending)
        return Reading(reason="no_match", subject=slots.lost[0], lost=tuple(slots.lost))

    def _bare_noun(self) -> Reading | None:
        """面积: a word alone that indicators are called by as well as measures."""
        slots = self.slots
        alone = len(slots.chunks) == 1 and all(
            m.kind in ("text", "gap") or "filler" in m.cues for m in slots.content
        )
        if not alone or self.last is not None:
            return None
        fits = [Choice("indicator", i.id) for i in self.plan.indicators if slots.chunks[0] in fold(i.name)]
        fits += [Choice("measure", id) for id in self.topics.measures(self.about)]
        either = len({choice.kind for choice in fits}) > 1
        return Reading(choices=tuple(fits[:ASKED_BACK]), pending=Query("measure")) if either else None

    def _things(self) -> Reading | None:
        """领跑者都有哪些企业: a list of things that no plan row is."""
        if self.slots.topics and self.slots.text.rstrip("。").endswith(_WHERE) and not self._scoped():
            return Reading(reason="out_of_scope", subject="地点")  # 辛安泉在哪
        mentions, generic = self.slots.mentions, self.lexicon.vocabulary.passing
        rows = {"measure_noun", "work_noun", "task_noun", "body_noun"}
        for at, mention in enumerate(mentions[:-1]):
            rest = mentions[at + 1 :]
            if (
                "which" in mention.cues
                and rest[0].kind in ("text", "gap")
                and rest[0].text not in generic
                and rest[0].start == mention.end
                and not any(m.cues & rows for m in rest)
            ):
                things = "".join(m.text for m in rest if m.kind in ("text", "gap"))
                return Reading(reason="no_match", subject=things)
        return None

    def _which_title(self) -> Reading | None:
        """“加强养老服务”那项任务: words that several tasks' titles hold."""
        pointing = any(m.text.endswith("任务") and "it" in m.cues for m in self.slots.mentions)
        if not pointing or len(self.about) != 1:
            return None
        words = self.about[0].any_of[0]
        fits = [t.id for s in self.plan.sections for t in s.tasks if all(w in fold(t.title) for w in words)]
        if not 1 < len(fits) <= ASKED_BACK:
            return None
        pending = Query("bureau", roles=self.slots.who_roles) if self.slots.who else Query("task")
        return Reading(choices=tuple(Choice("task", i) for i in fits), pending=pending)

    def _elsewhere(self) -> Reading | None:
        """第5条的养老服务谁牵头, where the fifth measure is about something else."""
        slots, topics = self.slots, self.about
        held = set(self.topics.measures(topics))
        asks_where = self.check and bool(held) and not (slots.groups or self.has(*ROLES))  # 是第5条里的吗
        if not (slots.measures and topics) or set(slots.measures) & held or asks_where:
            return None
        quoted = slots.says("《")
        return Reading(reason="out_of_scope" if quoted else "no_match", subject=topics[0].said)

    # -- readers, in their order (those that ask for bodies are in bodies.py) ----------------------

    def _pairs(self) -> Draft | Reading | None:
        """甲牵头乙配合的和乙牵头甲配合的, 甲牵头的和乙牵头的: each is asked for itself."""
        parties, runs = self.query.parties, list[list[Party]]()
        for group, party in zip(self.slots.groups, parties, strict=True):
            before = self.slots.mentions[max(0, group.at - 2) : group.at]
            listed = len(before) == 2 and ("and" in before[1].cues or before[1].text in "、，")
            apart = listed and before[0].text == "的"
            # no body has two roles in one measure
            again = runs and any(set(party.bureaus) & set(other.bureaus) for other in runs[-1])
            if not runs or again or (apart and not self.has("joint")):
                runs.append([])
            runs[-1].append(party)
        plain = all(party.how in ("any", "all") and party.roles for party in parties)
        if len(runs) < 2 or not plain or self.slots.who or self.check:
            return None
        count = self.has("how_many")
        if self.has("in_all"):  # 加起来几条: those of any of them
            same = len({party.roles for party in parties}) == 1 and all(p.how == "any" for p in parties)
            names = tuple(dict.fromkeys(name for party in parties for name in party.bureaus))
            if not same:
                return Reading(reason="not_understood")
            return self._ask(replace(self.query, parties=(Party(names, parties[0].roles),), count=count))
        first, *more = (replace(self.query, parties=tuple(run), count=count) for run in runs)
        return self._ask(first, more=more)

    def _same_verdict(self) -> Draft | None:
        """是牵头吗, 那是配合？ after a question for yes or no: asked of the same body and row; 它牵头不: of
        the body."""
        last = self.last
        slots = self.slots
        opening = "".join(m.text for m in slots.content[:-1])
        claimed = last is not None and last.check and opening in ("是", "那是", "就是", "那就是", "它是")
        again = (self.check or claimed) and not slots.groups and not self.anchored and slots.free_roles
        if not again or last is None:
            return None
        scoped = last.measures or last.tasks or last.topics
        if (last.check and not last.exists) or (last.exists and scoped and last.parties):
            return Draft(Query("measure", check=True), True, False)
        return Draft(Query("measure", exists=True), True, False) if self.has("it") else None

    def _same_bodies(self) -> Draft | Reading | None:
        """第10条跟第12条的牵头单位一样吗."""
        slots, query = self.slots, self.query
        rows = len(query.measures) + len(query.tasks)
        if not (self.check and self.has("unchanged") and rows > 1) or slots.groups:
            return None
        roles = slots.who_roles or slots.free_roles
        if not (roles or self.has("body_noun", "any_role")):
            return None
        same = replace(query, check=True, alike=True, roles=roles, denied=self.denied or slots.says("不"))
        return self._ask(same)

    def _no_due_dates(self) -> Reading | None:
        """第5条什么时候完成, of a plan that gives no dates."""
        if not self.query.due_asked or self._has_due():
            return None
        return Reading(reason="out_of_scope", subject="完成时限")

    def _counts(self) -> Draft | Reading | None:
        """几大部分、几项任务、几条措施: every kind counted in one breath."""
        kinds = counted_kinds(self.slots)
        if len(kinds) < 2 or self.query.parties:
            return None
        first, *more = (replace(self.query, select=kind, count=True) for kind in kinds)
        return self._ask(first, anchored=True, more=more)

    def _total_claimed(self) -> Draft | Reading | None:
        """方案一共有60条措施吗."""
        slots = self.slots
        if not self.check or self.anchored or not slots.tallies or slots.tallies[0].what not in _TOTALS:
            return None
        total = slots.tallies[0]._replace(what="total")
        query = Query(_TOTALS[slots.tallies[0].what], count=True, check=True, tallies=(total,))
        return self._ask(query, anchored=True)

    def _contained(self) -> Draft | Reading | None:
        """第25条在任务8里面吗, 任务6跟任务7在不在一个部分."""
        query, slots = self.query, self.slots
        if not self.check or slots.groups or self.exists:
            return None
        sections = self.has("section_noun") or slots.tallied("section")
        if sections and len(query.tasks) + len(query.measures) > 1 and not query.sections:
            return self._ask(replace(query, select="section", check=True))
        named = sum(m.kind in ("section", "group") or _is_section(m) for m in slots.mentions)
        if named > 1 and slots.says("是", "就是", "算") and not (query.measures or query.tasks):
            return self._ask(replace(query, select="section", check=True, alike=True))  # 以水定地是第四部分吗
        if sum(map(bool, (query.measures, query.tasks, query.sections))) > 1:
            return self._ask(replace(query, select="measure", check=True, each=True))
        plain = not (slots.who or self.has("which", "how_many", "list", *ROLES))
        if query.topics and plain and query.measures:
            return self._ask(replace(query, select="measure", check=True))  # 节水评价是不是第36条里的
        return None

    def _section(self) -> Draft | Reading | None:
        """第25条在哪一部分, 方案分几部分."""
        slots, has = self.slots, self.has
        asked = slots.followed("which", "section_noun") or slots.followed("how_many", "section_noun")
        place = has("belongs") and not (slots.groups or has("measure_noun", "work_noun", "task_noun"))
        place = place and has("section_noun") and self.last is not None  # 所属部分
        if not (asked or place or (has("section_noun") and has("which"))) or (slots.sections and not asked):
            return None
        counted = has("how_many") and not self.anchored
        query = replace(self.query, select="section", count=counted)
        if self.anchored and slots.followed("which", "task_noun", "work_noun", within=1):
            return self._ask(replace(query, select="task"), more=[query])  # 属于哪项任务、第几部分
        whole = slots.plan_named or self.last is None  # 方案分哪几个部分, but 在方案第几部分
        of_plan = asked and whole and not (self.anchored or has("belongs", "it"))
        more = self._other_counts(query) if counted else ()
        return self._ask(query, anchored=counted or of_plan, more=more)

    def _task(self) -> Draft | Reading | None:
        """第25条属于哪项任务."""
        slots = self.slots
        belongs = bool(slots.groups) and slots.has("belongs")  # 财政局配合的归在哪项任务下
        named = belongs or ((slots.measures or slots.topics or slots.has("it")) and not slots.groups)
        asked = any(
            m.cues & {"task_noun", "work_noun"} and before.text in ("哪", "哪个", "第几", "哪一")
            for before, m in zip(slots.mentions, slots.mentions[1:], strict=False)
        )
        if not (named and asked):
            return None
        both = slots.measures and self.has("content")  # 第39条写的啥，在哪项任务里
        query = replace(self.query, select="task", count=self.has("how_many"))
        return self._ask(query, more=[replace(self.query, select="measure")] if both else ())

    def _verdict(self) -> Draft | Reading | None:
        """第5条是市水利局牵头吗, 任务3全由市水利局牵头吗, 市水利局牵头吗."""
        slots = self.slots
        if not (self.check or self._is_claim()) or not slots.groups or self.exists:
            return None
        everywhere = self._in_every_section()
        every = self.has("universal") or everywhere
        if not (every or self._scoped_or_topic() or self.last is not None):
            return self._ask(replace(self.query, select="measure", exists=True))
        exclusive = any(g.exclusive for g in slots.groups) and self._scoped()
        query = replace(self.query, check=True, denied=self.denied, each=every, exclusive=exclusive)
        of_tasks = self.has("task_noun") or slots.followed("universal", "work_noun", within=1)
        if everywhere:
            query = replace(query, select="section")
        elif every and of_tasks:
            query = replace(query, select="task")
        return self._ask(query)

    def _is_claim(self) -> bool:
        """市住建局牵头第10条: who is named with a role and a measure's number is claimed to have it."""
        slots = self.slots
        asks = slots.who or self.has(
            "which", "how_many", "list", "content", "due", "follow", "correction", "it"
        )
        named = bool(slots.measures) and any(g.roles or self.has("any_role") for g in slots.groups)
        return named and not (asks or self.has("also", "not", "only", "except", "joint", "measure_noun"))

    def _unclaimed(self) -> Reading | None:
        """今天会下暴雨吗: a question for yes or no in which nobody and nothing of the plan is claimed."""
        slots = self.slots
        named = slots.groups or self._scoped() or slots.who or slots.tallies or slots.free_roles
        if not (self.check and slots.topics) or named or self.exists or self.last is not None:
            return None
        asks = self.has(
            "which", "how_many", "about", "measure_noun", "work_noun", "task_noun", "due", "belongs"
        )
        return None if asks else Reading(reason="out_of_scope", subject=slots.topics[0].said)

    def _due_claimed(self) -> Draft | Reading | None:
        """第9条是2026年4月底前完成吗."""
        query = self.query
        if not (self.check and (query.due_by or query.due_on)) or self.slots.groups or self.exists:
            return None
        if not (query.measures or query.tasks or query.topics):
            return None
        return self._ask(replace(query, check=True))

    def _number_claimed(self) -> Draft | Reading | None:
        """任务12一共8条措施吗, 第8条的牵头单位是不是三家: a number claimed of what is named."""
        slots, query = self.slots, self.query
        bodies = [t for t in slots.tallies if t.what == "bodies"]
        if self.check and len(bodies) == 1 and (query.tasks or query.measures) and not slots.groups:
            total, roles = bodies[0]._replace(what="total"), slots.who_roles or slots.free_roles
            claimed = replace(query, select="bureau", roles=roles, count=True, check=True, tallies=(total,))
            return self._ask(claimed)
        counted = [t for t in slots.tallies if t.what in ("measure", "task")]
        own = len(slots.groups) == 1 and bool(slots.groups[0].roles)  # 水利局牵头的措施过五十条了吧
        scoped = own if slots.groups else bool(query.tasks or query.sections)
        if not (self.check and len(counted) == 1 and scoped) or query.topics or self.exists:
            return None
        what: Select = "task" if counted[0].what == "task" else "measure"
        total = counted[0]._replace(what="total")
        return self._ask(replace(query, select=what, count=True, check=True, tallies=(total,)))

    def _count(self) -> Draft | Reading | None:
        """市水利局牵头多少条, 第一部分有几项任务."""
        slots, has = self.slots, self.has
        if not counted_kinds(self.slots) and (not has("how_many") or has("content")):
            return None
        beside = has("indicator_noun") and bool(self.query.parties)  # 几个指标几条措施
        query = replace(self.query, select="work" if beside else self._counted_kind(), count=True)
        rows = {
            m.text for m in slots.mentions if m.cues & {"measure_noun", "work_noun", "task_noun", "body_noun"}
        }
        last = self.last  # 有几条, 一共几项: of what was shown, or of the section or task last asked about
        of_last = last is not None and (rows <= _CLASSIFIERS or bool(last.sections or last.tasks))
        whole = query.select in ("task", "section") or has("measure_noun") or has("in_all")
        beneath = has("under") and last is not None and not query.sections  # 下面几条措施
        roles = slots.free_roles or slots.who_roles
        whole = whole and not (roles or has("it") or of_last or beneath)
        more = [] if query.parties else self._other_counts(query)
        return self._ask(query, anchored=whole or slots.plan_named, more=more)

    def _counted_kind(self) -> Select:
        query, has = self.query, self.has
        if has("measure_noun") and (query.parties or not has("work_noun", "task_noun")):
            return "measure"
        if query.parties:
            return "task" if has("task_noun") or self._counted_tasks() else "measure"
        if query.topics:
            return "measure"
        if has("section_noun") and not query.sections:
            return "section"
        return "task" if has("task_noun", "work_noun") and not has("measure_noun") else "measure"

    def _other_counts(self, query: Query) -> list[Query]:
        """几大部分、几项任务、几条措施: every other thing counted in the same breath."""
        nouns: dict[Select, str] = {kind: cues[-1] for kind, cues in NOUNS.items()}
        return [
            replace(query, select=kind, count=True)
            for kind, noun in nouns.items()
            if kind != query.select
            and self.slots.followed("how_many", noun)
            and not (kind == "task" and query.select == "measure")
        ]

    # -- what is a list otherwise ------------------------------------------------------------------

    def _list(self) -> Draft | Reading:
        """市水利局牵头哪些任务, 第一部分有什么, 第5条."""
        query, has = self.query, self.has
        if has("task_noun") or self._counted_tasks() or query.select == "task":
            return self._ask(replace(query, select="task"))
        whole: tuple[Select, bool] | None = None
        if not query.topics:
            whole = self._of_bodies() if query.parties else self._of_sections_and_tasks()
        select, focused = whole or ("measure", self._asks_measures())
        claimed = any(party.roles for party in query.parties) and bool(query.topics) and not self._asks_list()
        if claimed and self.last is None:  # 税务局牵头水资源税改革
            query = replace(query, exists=True)
        return self._ask(replace(query, select=select), focused=focused)

    def _of_bodies(self) -> tuple[Select, bool] | None:
        """市水利局管什么, 市水利局有哪些任务和指标: everything that bodies have."""
        has = self.has
        affairs = all(
            m.text in _AFFAIRS for m in self.slots.mentions if m.cues & {"work_noun", "measure_noun"}
        )
        plain = affairs and has("any_role") and not self._scoped()
        if has("work_noun", "measure_noun") and not (plain and has("which")):
            return ("work", True) if has("indicator_noun") else None
        dated = self.query.due_by or self.query.due_on  # 2027年要完成的: no indicator has a due date
        if dated or any(party.roles for party in self.query.parties):
            return None
        asked = has("which", "any_role", "list", "content", "indicator_noun", "how_many")
        return "measure" if self._scoped() else "work", asked

    def _of_sections_and_tasks(self) -> tuple[Select, bool] | None:
        """第一部分有哪些任务, 任务3."""
        query, has = self.query, self.has
        if query.due_by or query.due_on or any(tally.what in ROLES for tally in query.tallies):
            return None
        plan = query.sections or self.slots.plan_named or not query.tasks
        if has("work_noun") and plan and not query.measures:
            return ("measure", True) if has("measure_noun") else ("task", self._asks_list())
        if has("measure_noun"):
            return None
        if query.tasks:
            return None if has("under") or query.nth else ("task", True)
        if query.sections:
            return "task" if has("work_noun", "which") else "section", self._asks_list()
        return None

    def _asks_list(self) -> bool:
        return self.has(
            "which", "list", "content", "exists", "due", "whether", "both",
            "work_noun", "measure_noun", "task_noun",
        )  # fmt: skip

    def _asks_measures(self) -> bool:
        query = self.query
        bare = self.last is not None and len(self.slots.content) == 1
        roles = any(party.roles for party in query.parties)
        return self._asks_list() or (bool(query.measures) and not bare) or roles or bool(query.tallies)


def _is_section(mention: Mention) -> bool:
    return mention.number is not None and mention.number.form == "section"
