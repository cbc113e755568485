"""From mentions to slots: who is bound to which role, which numbers mean what, what is left over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import fold
from siwei_bot.language.slots import STOP_LIST, Group, Slots
from siwei_bot.language.topics import TopicFinder
from siwei_bot.query import Tally

_ROLES = ("lead", "support", "responsible")
_OPERATOR_BEFORE = {"bound_ge": ">=", "bound_le": "<="}
_COUNTING = (
    "另外",
    "其余",
    "其他",
    "其它",
    "剩下",
    "剩下的",
    "那",
    "这",
    "有",
    "正好",
    "恰好",
    "刚好",
    "共有",
    "不到",
    "够",
    "得有",
    "各有",
    "是",
)
_COUNTED = {
    "body_noun": "bodies",
    "measure_noun": "measure",
    "task_noun": "task",
    "work_noun": "task",
    "section_noun": "section",
}
_COUNTY = re.compile("[\u4e00-\u9fff]{1,3}县")
_EXCLUSIVE = ("只", "仅", "只是", "仅仅", "光", "单单")
_STRICT = {
    "超过": ">",
    "大于": ">",
    "高于": ">",
    "多于": ">",
    "突破": ">",
    "不止": ">",
    "多过": ">",
    "不到": "<",
    "不满": "<",
    "不够": "<",
    "小于": "<",
    "低于": "<",
    "少于": "<",
    "不足": "<",
}


class Gatherer:
    """Fills slots from the mentions of one sentence."""

    def __init__(self, lexicon: Lexicon, topics: TopicFinder) -> None:
        self.lexicon = lexicon
        self.topics = topics

    def gather(self, mentions: Sequence[Mention]) -> Slots:
        """The slots of one sentence (or of several, read as one)."""
        slots = Slots(list(mentions))
        self._names(slots)
        self._numbers(slots)
        self._bind_roles(slots)
        self._chunks(slots)
        return slots

    # -- names -----------------------------------------------------------------------------------

    def _names(self, slots: Slots) -> None:
        for at, mention in enumerate(slots.mentions):
            if mention.kind == "bureau":
                self._bureau(slots, at, mention)
            elif mention.kind == "indicator":
                values = [int(v) for v in mention.values("indicator")]
                if len(values) > 1:
                    slots.unclear.append(mention)
                elif values[0] not in slots.indicators:
                    slots.indicators.append(values[0])
            elif mention.kind in ("section", "group"):
                sections = [int(v) for v in mention.values("section")]
                if self._excluded(slots, at):
                    slots.not_sections += sections
                else:
                    slots.sections += sections
                    slots.groups_named += [str(v) for v in mention.values("group")]
            elif mention.kind == "task":
                values = [int(v) for v in mention.values("task")]
                if len(values) > 1:
                    slots.unclear.append(mention)
                elif self._excluded(slots, at):
                    slots.not_tasks += values
                else:
                    slots.tasks += values
            elif mention.kind == "measure":
                slots.measures += [int(v) for v in mention.values("measure")]
            elif mention.kind == "attribute":
                slots.attributes += [str(v) for v in mention.values("attribute")][:1]
            elif (
                mention.kind == "unit"
                and len(mention.text) == 1
                and not slots.has("unit")
                and mention.text not in "%"
            ):
                continue  # 个, 张: counts things far more often than it names a unit
            elif mention.kind == "unit":
                slots.units += [str(v) for v in mention.values("unit")]
            elif mention.kind == "plan" or "plan_noun" in mention.cues:
                slots.plan_named = True
            elif "unit_word" in mention.cues:
                slots.unit_words.append(mention.text)
            elif mention.kind in ("stranger", "place"):
                following = slots.mentions[at + 1].text if at + 1 < len(slots.mentions) else ""
                if following not in ("在问", "来问", "老来问"):
                    slots.strangers.append(mention)

    def _bureau(self, slots: Slots, at: int, mention: Mention) -> None:
        names = [str(v) for v in mention.values("bureau")]
        if len(names) > 1:
            slots.unclear.append(mention)
            return
        if self._excluded(slots, at):
            slots.without += names
            return
        previous = slots.groups[-1] if slots.groups else None
        if previous and self._joined(slots, previous, at):
            if names[0] not in previous.names:
                previous.names += names
                previous.mentions.append(mention)
            return
        slots.groups.append(Group(at, names, [mention]))

    def _joined(self, slots: Slots, group: Group, at: int) -> bool:
        """Whether a body at ``at`` continues the list of a group: only commas and 和 stand between."""
        last = max(i for i, m in enumerate(slots.mentions[:at]) if m is group.mentions[-1])
        between = slots.mentions[last + 1 : at]
        linked = any(
            m.text in STOP_LIST or m.kind == "stop" or "and" in m.cues or m.text in ("还是", "以及")
            for m in between
        )
        return linked and all(
            m.kind in ("stop", "stranger") or (m.cues & {"and", "filler", "also"} and not m.cues & set(_ROLES))
            for m in between
        )

    def _excluded(self, slots: Slots, at: int) -> bool:
        """Whether 除了, 不含 … stands before a name, or 以外 after it."""
        before = [m for m in slots.mentions[max(0, at - 3) : at] if m.kind != "stop"]
        for m in reversed(before):
            if "except" in m.cues:
                return True
            if not (m.kind in ("bureau", "section", "task") or m.cues & {"and", "filler"}):
                break
        after = slots.mentions[at + 1 : at + 3]
        closed = len(after) < 2 or after[1].kind == "stop"
        return bool(after) and (after[0].text in ("以外", "之外") or ("except" in after[0].cues and closed))

    # -- numbers ---------------------------------------------------------------------------------

    def _numbers(self, slots: Slots) -> None:
        for at, mention in enumerate(slots.mentions):
            number = mention.number
            if number is None:
                continue
            ints = [int(v) for v in number.values]
            excluded = self._excluded(slots, at)
            if number.form == "year":
                slots.years += [y for y in ints if y not in slots.years]
                slots.relative_year = slots.relative_year or number.level
            elif number.form == "section":
                (slots.not_sections if excluded else slots.sections).extend(ints)
            elif number.form == "task":
                if slots.sections and self._inside(slots, at, "section"):
                    slots.nested = ("task", tuple(ints))
                else:
                    (slots.not_tasks if excluded else slots.tasks).extend(ints)
            elif number.form == "measure":
                if (slots.tasks or slots.nested or self._named_before(slots, at)) and self._inside(
                    slots, at, "task"
                ):
                    slots.nth, slots.nth_level = tuple(ints), "measure"
                else:
                    slots.measures += ints
            elif number.form == "indicator":
                slots.indicator_numbers += ints
            elif number.form == "item":
                if (slots.tasks or slots.nested) and self._inside(slots, at, "task"):
                    slots.nth, slots.nth_level = tuple(ints), "measure"
                else:
                    slots.items += ints
            elif number.form in ("first", "last", "nth_last"):
                count = ints[0]
                picks = {
                    "first": tuple(range(1, count + 1)),
                    "last": tuple(range(-count, 0)),
                    "nth_last": (-count,),
                }
                slots.nth, slots.nth_level = picks[number.form], number.level
            elif number.form.startswith("count_"):
                self._counted(slots, at, mention)
            elif number.form == "value":
                self._value(slots, at, mention)

    def _named_before(self, slots: Slots, at: int) -> bool:
        return any(m.kind == "task" for m in slots.mentions[:at])

    def _inside(self, slots: Slots, at: int, level: str) -> bool:
        """Whether a number counts inside the task or section named right before it (任务七的第三条)."""
        for m in reversed(slots.mentions[max(0, at - 3) : at]):
            if m.kind == level or (m.number is not None and m.number.form in (level, "task")):
                return True
            if not m.cues & {"filler", "under", "among", "it"}:
                return False
        return False

    def _counted(self, slots: Slots, at: int, mention: Mention) -> None:
        """N条, N项, N家 without 第: a number of things, a reference (四十四到四十六条 has its own form)."""
        assert mention.number is not None
        value, noun = mention.number.values[0], mention.number.form.removeprefix("count_")
        text = mention.text
        op = self._operator(slots, at)
        if value == 1 and self._not_even(slots, at):
            if noun == "indicator":
                slots.tallies.append(Tally("indicator", "==", 0))
            return  # 一条都不牵头: says none
        if noun == "measure" and len(slots.bare) == value:
            slots.measures += [int(n) for n in slots.bare]  # 27、28两条
            slots.bare = []
            return
        following = slots.mentions[at + 1] if at + 1 < len(slots.mentions) else None
        alone = (
            value == 1
            and op == "=="
            and text.endswith("家")
            and at > 0
            and slots.mentions[at - 1].kind == "bureau"
        )
        if alone:
            slots.groups[-1].only = True
        elif (
            (noun == "item"
            and text.endswith("家"))
            or (following is not None
            and "body_noun" in following.cues
            and noun == "item")
        ):
            if value == len(self.lexicon.plan.bureaus):
                slots.plan_named = True
            else:
                slots.tallies.append(Tally("bodies", op, value))
        elif noun == "item" and text.endswith("号"):
            slots.items.append(int(value))
        elif noun == "measure" and text.endswith("条") and not self._is_count(slots, at):
            slots.measures.append(int(value))
            slots.loose.append(int(value))
        elif noun == "section" and value == len(self.lexicon.plan.sections) and not slots.has("whether"):
            slots.plan_named = True
        elif noun == "indicator" and value == len(self.lexicon.plan.indicators):
            slots.all_indicators = True
        elif noun in ("task", "section", "indicator", "item", "measure"):
            slots.tallies.append(Tally(noun, op, value))

    def _not_even(self, slots: Slots, at: int) -> bool:
        """一条都不, 一个都没: none at all."""
        later = slots.mentions[at + 1 : at + 3]
        if later and later[0].text.startswith(("都", "也")) and "not" in later[0].cues:
            return True
        return len(later) == 2 and later[0].text in ("都", "也") and "not" in later[1].cues

    def _is_count(self, slots: Slots, at: int) -> bool:
        """有三条措施的任务, 只牵头一条的: how many, where 41条归谁 means the 41st."""
        before = [m for m in slots.mentions[max(0, at - 2) : at] if m.kind != "stop"]
        after = slots.mentions[at + 1 : at + 3]
        if before and before[-1].text in ("那", "这") and slots.mentions[at].text[0].isdigit():
            return False
        counting = before and (
            before[-1].text in _COUNTING
            or before[-1].cues & {"only", "bound_ge", "bound_le", "lead", "support", "in_all", "not"}
        )
        return (
            bool(counting)
            or any(m.cues & {"bound_ge", "bound_le"} for m in after[:1])
            or "两" in slots.mentions[at].text
        )

    def _value(self, slots: Slots, at: int, mention: Mention) -> None:
        assert mention.number is not None
        value, unit = mention.number.values[0], mention.number.unit
        near = slots.mentions[max(0, at - 2) : at] + slots.mentions[at + 1 : at + 2]
        bound = next((m for m in near if m.cues & set(_OPERATOR_BEFORE)), None)
        if any("between" in m.cues for m in slots.mentions) and not slots.has("difference"):
            first = not any(t.what == "value" for t in slots.tallies)
            slots.tallies.append(Tally("value", ">=" if first else "<=", value, unit))
        elif bound is not None:
            slots.tallies.append(Tally("value", self._operator(slots, at), value, unit))
        elif unit or mention.text.count(".") or "点" in mention.text:
            slots.values.append((value, unit))
        elif at + 1 < len(slots.mentions) and slots.mentions[at + 1].cues & set(_COUNTED):
            noun = next(_COUNTED[cue] for cue in _COUNTED if cue in slots.mentions[at + 1].cues)
            if noun == "bodies" and value == len(self.lexicon.plan.bureaus):
                slots.plan_named = True
            else:
                slots.tallies.append(Tally(noun, self._operator(slots, at), value))
        else:
            slots.bare.append(value)

    def _operator(self, slots: Slots, at: int) -> str:
        near = slots.mentions[max(0, at - 2) : at] + slots.mentions[at + 1 : at + 2]
        for m in near:
            for cue, op in _OPERATOR_BEFORE.items():
                if cue in m.cues:
                    return _STRICT.get(m.text, op)
        return "=="

    # -- roles -----------------------------------------------------------------------------------

    def _bind_roles(self, slots: Slots) -> None:
        mentions = slots.mentions
        measured = bool(slots.indicators or slots.units) and not slots.has(*_ROLES)
        who_at = [
            i for i, m in enumerate(mentions) if "who" in m.cues and not ("unit" in m.cues and measured)
        ]
        slots.who = bool(who_at)
        slots.either = self._either(slots) or slots.has("either_role")
        who_roles: list[str] = []
        free: list[str] = []
        free_negated: list[str] = []
        either = self._either(slots)
        for at, mention in enumerate(mentions):
            if "either_role" in mention.cues:
                continue
            if "role_mix" in mention.cues:
                for group in slots.groups:
                    group.roles, group.bound = ("lead", "support"), True
                continue
            role = next((r for r in _ROLES if r in mention.cues), "")
            every_role = role == "responsible" and not self._is_responsible(mention)
            if every_role:
                role = ""
            if either and role:
                continue
            weak = (
                not role
                and "any_role" in mention.cues
                and not (mention.cues & {"filler", "reach", "about", "belongs"})
            )
            negated = self._negated(slots, at)
            if every_role and slots.has("indicator_noun") and any(t.what == "bodies" for t in slots.tallies):
                continue
            if every_role or (not role and negated and "about" in mention.cues):
                weak = True
            if not role and not weak:
                continue
            if role and self._nobody(slots, at):
                if not self._others(slots, at):
                    slots.tallies.append(Tally(role, "==", 0))
                continue
            target = self._owner(slots, at, who_at, role)
            if isinstance(target, Group):
                if target.bound and role and not target.roles:
                    target.roles = (role,)
                elif role and negated and target.roles:
                    slots.groups.append(
                        Group(at, list(target.names), target.mentions, (role,), bound=True, negated=True)
                    )
                    continue
                elif role:
                    target.roles = (*target.roles, role) if role not in target.roles else target.roles
                target.bound = target.bound or bool(role)
                target.negated = target.negated or negated
            elif target == "who":
                slots.who = True
                if role:
                    (free_negated if negated else who_roles).append(role)
            elif role:
                (free_negated if negated else free).append(role)
        slots.who_roles = tuple(dict.fromkeys(who_roles))
        slots.free_roles = tuple(dict.fromkeys(free))
        slots.free_negated = tuple(dict.fromkeys(free_negated))
        for group in slots.groups:
            if not group.negated:
                self._qualify(slots, group)

    def _is_responsible(self, mention: Mention) -> bool:
        """责任单位 is a role of its own only in a plan that has it by that word; elsewhere it is every role."""
        plan = self.lexicon.plan
        uses = any(a.responsible for s in plan.sections for t in s.tasks for a in t.assignments)
        return uses and (
            fold(plan.role_words.get("responsible", "责任单位")) == mention.text
            or "responsible" not in plan.role_words
        )

    def _either(self, slots: Slots) -> bool:
        """算牵头还是算参与: asks which of two roles a body has."""
        at = next((i for i, m in enumerate(slots.mentions) if m.text == "还是"), -1)
        roles = {"lead", "support", "responsible"}
        return (
            at > 0
            and any(m.cues & roles for m in slots.mentions[max(0, at - 3) : at])
            and any(m.cues & roles for m in slots.mentions[at : at + 4])
        )

    def _owner(self, slots: Slots, at: int, who_at: list[int], role: str) -> Group | str | None:
        """Whose role the word at ``at`` names: a group's, the asked body's (``who``), or nobody's yet."""
        mentions = slots.mentions
        before = [g for g in slots.groups if g.at < at]
        group = before[-1] if before else None
        who_before = [i for i in who_at if i < at]
        who_after = [i for i in who_at if i > at]
        noun_after = self._noun_after(slots, at)
        if (
            group is not None
            and who_before
            and who_before[-1] < group.at
            and "to" in mentions[group.at - 1].cues
        ):
            group.roles, group.bound, group.served = ("lead", "responsible"), True, True
            return "who"
        if group is not None and not group.bound and not (who_before and who_before[-1] > group.at):
            asks = (
                noun_after
                and (who_after or slots.has("which", "how_many", "list"))
                and self._scope_before(slots, group, at)
            )
            if not asks:
                return group
        if who_before and (group is None or who_before[-1] > group.at or group.bound):
            return "who"
        if (
            group is not None
            and group.bound
            and (self._adjacent_role(slots, at) or self._asks_again(slots, at))
        ):
            return group
        if noun_after or (who_after and self._near_after(slots, at, who_after[0])):
            return "who"
        after = [g for g in slots.groups if g.at > at and not g.bound]
        if after and self._gives(slots, at, after[0]):
            return after[0]
        if group is not None and not group.bound:
            return group
        if (
            group is not None
            and role
            and role not in group.roles
            and not slots.has("either_role")
            and self._listed(slots, at)
        ):
            return group
        return None

    def _scope_before(self, slots: Slots, group: Group, at: int) -> bool:
        return False

    def _noun_after(self, slots: Slots, at: int) -> bool:
        """牵头单位, 配合部门: the role word names bodies."""
        following = [m for m in slots.mentions[at + 1 : at + 3] if m.text not in ("的", "都", "是")]
        mention = slots.mentions[at]
        if (
            "body_noun" in mention.cues
            or ("responsible" in mention.cues
            and mention.text.endswith(("单位", "部门", "主体", "方", "人")))
        ):
            return True
        if (
            len(following) == 2
            and ("and" in following[0].cues or following[0].text == "、")
            and following[1].cues & {"lead", "support"}
        ):
            return self._noun_after(slots, slots.mentions.index(following[1]))
        return bool(following) and "body_noun" in following[0].cues and slots.mentions[at + 1].text != "是"

    def _nobody(self, slots: Slots, at: int) -> bool:
        """没有配合单位, 一个配合单位都没有: the number of such bodies is none."""
        noun = at if "body_noun" in slots.mentions[at].cues else at + 1
        if (
            not self._noun_after(slots, at)
            or (slots.mentions[noun : noun + 1]
            and slots.mentions[noun].text == "的")
        ):
            return False
        after = [m for m in slots.mentions[noun + 1 : noun + 4] if not m.cues & {"filler"} or "not" in m.cues]
        before = [
            m for m in slots.mentions[max(0, at - 2) : at] if not m.cues & {"filler"} or "not" in m.cues
        ]
        if self._others(slots, at):
            return "not" in slots.mentions[at - 2].cues
        denied = (
            (after[:1]
            and "not" in after[0].cues)
            or (before[-1:]
            and "not" in before[-1].cues
            and before[-1].text != "不是")
        )
        return bool(denied) and not slots.has("exists") and not slots.has("whether")

    def _others(self, slots: Slots, at: int) -> bool:
        """没有别的牵头单位: says again that the named body is alone."""
        return at > 1 and "besides" in slots.mentions[at - 1].cues

    def _near_after(self, slots: Slots, at: int, who: int) -> bool:
        return all(
            m.cues & {"filler", "by", "which", "list", "any_role", "follow", "work_noun", "measure_noun"}
            or m.text in "、 "
            for m in slots.mentions[at + 1 : who]
        )

    def _adjacent_role(self, slots: Slots, at: int) -> bool:
        """牵头、配合的: a second role word in a list with the first."""
        before = [
            m
            for m in slots.mentions[max(0, at - 3) : at]
            if not (m.kind == "stop" or m.cues & {"filler", "and", "also"})
        ]
        return (
            bool(before) and bool(before[-1].cues & {"lead", "support"}) and not self._noun_after(slots, at)
        )

    def _asks_again(self, slots: Slots, at: int) -> bool:
        """牵头什么任务、参与什么任务; 哪几条牵头、哪几条配合: the same body, asked of twice."""
        if slots.who or sum("which" in m.cues for m in slots.mentions) < 2:
            return False
        return not self._noun_after(slots, at)

    def _listed(self, slots: Slots, at: int) -> bool:
        return self._adjacent_role(slots, at)

    def _gives(self, slots: Slots, at: int, group: Group) -> bool:
        """参与单位是水利局吗: the body follows its role."""
        between = slots.mentions[at + 1 : group.at]
        return all(m.cues & {"filler", "body_noun", "by", "not"} for m in between)

    def _negated(self, slots: Slots, at: int) -> bool:
        for back in (1, 2, 3):
            if at - back < 0:
                return False
            m = slots.mentions[at - back]
            if "not" in m.cues:
                return not (m.text == "不是" and slots.has("whether"))
            if not m.cues & {"by", "filler", "any_role"} and m.kind != "bureau":
                return False
        return False

    def _qualify(self, slots: Slots, group: Group) -> None:
        """不归X牵头, X一家牵头, 跟X一起."""
        before = [m for m in slots.mentions[max(0, group.at - 2) : group.at]]
        last = max(i for i, m in enumerate(slots.mentions) if m is group.mentions[-1])
        after = slots.mentions[last + 1 : last + 4]
        if any("not" in m.cues and m.text != "不是" for m in before[-1:]) or (
            len(before) == 2
            and "not" in before[0].cues
            and before[0].text != "不是"
            and before[1].cues & {"by", "any_role", "filler"}
        ):
            group.negated = True
        if any(
            m.text in ("没份", "都没份", "没关系")
            or (m.text in ("没", "没有", "没有份") and i + 1 < len(after) and "any_role" in after[i + 1].cues)
            for i, m in enumerate(after)
        ):
            group.negated = not slots.has("whether")
        if any(m.text in _EXCLUSIVE for m in after[:2]):
            group.exclusive = True
        elif (
            any("only" in m.cues for m in after[:2])
            or any("only" in m.cues for m in before[-1:])
            or (len(before) == 2 and "only" in before[0].cues and before[1].cues & {"by", "any_role"})
        ):
            group.only = True
        if (
            (before
            and before[-1].cues & {"and"})
            or any(m.text in ("跟", "和", "与", "同") for m in before[-1:])
        ):
            group.partner = True

    # -- the rest ----------------------------------------------------------------------------------

    def _chunks(self, slots: Slots) -> None:
        """Stretches that no name, number or cue explains: topics, or words that the plan does not know."""
        run: list[Mention] = []
        mentions = slots.mentions
        for at, mention in enumerate([*mentions, None]):
            if mention is not None and (not run or run[-1].end == mention.start):
                between = (
                    run
                    and at + 1 < len(mentions)
                    and _says_topic(mentions[at + 1])
                    and _is_scrap(mention, mentions[at + 1])
                )
                if _says_topic(mention) or between:
                    run.append(mention)
                    continue
            if any(m.kind in ("text", "gap") or "quantity" in m.cues for m in run):
                slots.chunks.append("".join(m.text for m in run))
                slots.unit_words = [word for word in slots.unit_words if word not in {m.text for m in run}]
            run = [mention] if mention is not None and _says_topic(mention) else []
        title = fold(self.lexicon.plan.title)
        if len(slots.chunks) > 1 and any(chunk in title for chunk in slots.chunks):
            slots.chunks = [chunk for chunk in slots.chunks if chunk not in title] or slots.chunks
            slots.plan_named = True
        for chunk in [c for c in slots.chunks if _COUNTY.fullmatch(c)]:
            if len(slots.chunks) == 1 and slots.has("follow") and not slots.groups:
                slots.chunks.remove(chunk)
                slots.strangers.append(Mention(0, 0, chunk, "stranger", evidence="stranger"))
        for chunk in slots.chunks:
            topic = self.topics.resolve(chunk)
            if topic is not None:
                slots.topics.append(topic)
            else:
                slots.lost.append(chunk)


_LINKS = frozenset("的和与跟及、，。 了是在有谁哪都不要由让给")


def _is_scrap(mention: Mention, following: Mention) -> bool:
    """A single character that happens to be a cue, inside words that are none: 能 in 高耗能产业."""
    return len(mention.text) == 1 and mention.text not in _LINKS and mention.end == following.start


def _says_topic(mention: Mention) -> bool:
    """Whether a mention is part of what is asked about: no name, number or cue, or a unit within such words."""
    return mention.kind in ("text", "gap") or mention.cues == {"unit_word"} or "quantity" in mention.cues
