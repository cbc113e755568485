"""Who has which role in a sentence: words for roles bound to the bodies named, or to those asked for."""

from __future__ import annotations

from typing import Literal

from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import fold
from siwei_bot.language.slots import Group, Slots
from siwei_bot.plan import ROLES
from siwei_bot.query import Tally

_ALONE = ("只", "仅", "只是", "仅仅", "光", "单单")
_AS = ("作为", "列为", "当", "担任", "做", "充当")
_WITH = ("跟", "和", "与", "同")


def bind_roles(slots: Slots, lexicon: Lexicon) -> None:
    """Fill in who has (or is asked for) which role, and what is said of each group of bodies."""
    _Binder(slots, lexicon).bind()


class _Binder:
    def __init__(self, slots: Slots, lexicon: Lexicon) -> None:
        self.slots = slots
        self.plan = lexicon.plan
        self.has_responsible = lexicon.has_responsible
        self.mentions = slots.mentions
        measured = bool(slots.indicators or slots.units) and not slots.has(*ROLES)
        self.who_at = [
            i for i, m in enumerate(self.mentions) if "who" in m.cues and not ("unit" in m.cues and measured)
        ]
        self.either = self._either()
        self.asked: list[str] = []
        self.free: list[str] = []
        self.denied: list[str] = []

    def bind(self) -> None:
        slots = self.slots
        slots.who = bool(self.who_at)
        slots.either = self.either or slots.has("either_role")
        for at, mention in enumerate(self.mentions):
            if "either_role" in mention.cues:
                continue
            if "role_mix" in mention.cues:
                for group in slots.groups:
                    group.roles, group.bound = ("lead", "support"), True
                continue
            role = self._role(at)
            if role is not None:
                self._bind(at, role)
        slots.who_roles = tuple(dict.fromkeys(self.asked))
        slots.free_roles = tuple(dict.fromkeys(self.free))
        if slots.free_roles and slots.groups and not any(group.bound for group in slots.groups):
            for group in slots.groups:  # 都配合的是哪几条，北屏、澜溪: said before the names
                group.roles, group.bound = slots.free_roles, True
        slots.free_negated = tuple(dict.fromkeys(self.denied))
        for group in slots.groups:
            if not group.negated:
                self._qualify(group)

    # -- which role a word names ---------------------------------------------------------------------

    def _role(self, at: int) -> str | None:
        """The role that a word names; empty for a part of any kind (负责), ``None`` for no such word."""
        mention = self.mentions[at]
        role = next((r for r in ROLES if r in mention.cues), "")
        if role == "responsible" and not self._is_own_role(mention):
            counted = self.slots.has("indicator_noun") and self.slots.tallied("bodies")
            return None if counted else ""
        if role:
            return None if self.either else role
        weak = "any_role" in mention.cues and not mention.cues & {"filler", "reach", "about", "belongs"}
        unrelated = "about" in mention.cues and self._negated(at)
        return "" if weak or unrelated else None

    def _is_own_role(self, mention: Mention) -> bool:
        """责任单位 is a role of its own only in a plan that has it by that word, else it is every role."""
        words = self.plan.role_words
        word = fold(words.get("responsible", "责任单位"))
        own = mention.text in (word, word.removesuffix("单位"), word.removesuffix("部门"))
        return self.has_responsible and (own or "responsible" not in words)

    def _either(self) -> bool:
        """算牵头还是算参与: asks which of two roles a body has."""
        at = next((i for i, m in enumerate(self.mentions) if m.text == "还是"), -1)
        around = self.mentions[max(0, at - 3) : at], self.mentions[at : at + 4]
        return at > 0 and all(any(m.cues & set(ROLES) for m in side) for side in around)

    # -- whose role it is ------------------------------------------------------------------------------

    def _bind(self, at: int, role: str) -> None:
        """Give the role (or, empty, a part of any kind) to whom the word at ``at`` says it of."""
        negated = self._negated(at)
        if role and self._nobody(at):
            if not self._others(at):
                self.slots.tallies.append(Tally(role, "==", 0))
            return
        if role and self._has_some(at):
            self.slots.tallies.append(Tally(role, ">=", 1))
            return
        owner = self._among_holders(at) or self._owner(at)
        if isinstance(owner, Group):
            self._give(owner, at, role, negated)
            return
        if owner == "who":
            self.slots.who = True
        if role and negated:
            self.denied.append(role)
        elif role:
            (self.asked if owner == "who" else self.free).append(role)

    def _give(self, group: Group, at: int, role: str, negated: bool) -> None:
        differs = negated or (group.negated and role not in group.roles)
        if role and differs and group.roles:  # 牵头但不参与的, 不牵头但参与的: a condition of its own
            apart = Group(at, list(group.names), group.mentions, (role,), bound=True, negated=negated)
            self.slots.groups.append(apart)
            return
        if role and role not in group.roles:
            group.roles = (*group.roles, role)
        group.bound = group.bound or bool(role)
        group.negated = group.negated or negated

    def _owner(self, at: int) -> Group | Literal["who"] | None:
        """Whose role the word at ``at`` names: a group's, the asked body's (``who``), or nobody's yet."""
        mentions = self.mentions
        before = [g for g in self.slots.groups if g.at < at]
        group = before[-1] if before else None
        asked = [i for i in self.who_at if i < at]
        if group is not None and asked and asked[-1] < group.at and "to" in mentions[group.at - 1].cues:
            group.roles, group.bound = ("lead", "responsible"), True  # 谁给市水利局打下手
            return "who"
        if group is not None and not group.bound and not (asked and asked[-1] > group.at):
            return group
        if asked:
            return "who"
        if group is not None and (self._in_list(at) or self._asks_again(at)):
            return group
        later = [i for i in self.who_at if i > at]
        if at and mentions[at - 1].text in _AS and not self.who_at:
            return None  # 其作为配合单位的措施
        if self._claimed_of_last(at):
            return None
        if self._noun_after(at) or (later and self._leads_to(at, later[0])):
            return "who"
        after = [g for g in self.slots.groups if g.at > at and not g.bound]
        return after[0] if after and self._given_to(at, after[0]) else None

    def _claimed_of_last(self, at: int) -> bool:
        """那是配合单位吗: claimed of who was named before, and asked of nobody."""
        following = [m for m in self.mentions[at + 1 : at + 3] if "body_noun" not in m.cues]
        ends = bool(following) and "whether" in following[0].cues
        return (
            ends
            and self.mentions[at - 1].text in ("是", "那是", "算")
            and not (self.slots.groups or self.who_at)
        )

    def _among_holders(self, at: int) -> Group | None:
        """牵头单位里有没有市教育局, 责任单位是市教育局的: who is looked for among the holders of a role."""
        later = [g for g in self.slots.groups if g.at > at and not g.bound]
        after = self.mentions[later[0].at + len(later[0].mentions) :] if later else []
        after = [m for m in after if not (m.text.endswith("家") or "only" in m.cues)][:1]
        closed = bool(after) and (after[0].text == "的" or "whether" in after[0].cues)
        rows = any("which" in m.cues for m in self.mentions[:at])  # 哪些任务的牵头单位写的是市教育局
        attribute = (closed or rows or self.slots.has("whether")) and not self.who_at
        if not self._noun_after(at) or not (self.slots.has("exists") or attribute):
            return None
        between = self.mentions[at + 1 : later[0].at] if later else []
        aside = {"body_noun", "under", "filler", "exists", "among", "about", "to", "only", "whether"}
        return later[0] if later and all(m.cues & aside for m in between) else None

    def _noun_after(self, at: int) -> bool:
        """牵头单位, 配合部门: the role word names bodies."""
        mention = self.mentions[at]
        if "body_noun" in mention.cues:
            return True
        if "responsible" in mention.cues and mention.text.endswith(("单位", "部门", "主体", "方", "人")):
            return True
        following = [m for m in self.mentions[at + 1 : at + 3] if m.text not in ("的", "都", "是")]
        listed = len(following) == 2 and ("and" in following[0].cues or following[0].text == "、")
        if listed and following[1].cues & {"lead", "support"}:
            return self._noun_after(at + 2)  # 牵头和配合单位
        return bool(following) and "body_noun" in following[0].cues and self.mentions[at + 1].text != "是"

    def _in_list(self, at: int) -> bool:
        """牵头、配合的: a second role word in a list with the first."""
        before = [
            m
            for m in self.mentions[max(0, at - 3) : at]
            if not (m.kind == "stop" or m.cues & {"filler", "and", "also"})
        ]
        return bool(before) and bool(before[-1].cues & {"lead", "support"}) and not self._noun_after(at)

    def _asks_again(self, at: int) -> bool:
        """牵头什么任务、参与什么任务; 哪几条牵头、哪几条配合: the same body, asked of twice."""
        twice = sum("which" in m.cues for m in self.mentions) > 1
        return twice and not self.slots.who and not self._noun_after(at)

    def _leads_to(self, at: int, who: int) -> bool:
        """牵头的都有谁, 牵头的和配合的分别是谁: the asked body follows its role."""
        passed = {"filler", "by", "which", "list", "any_role", "follow", "work_noun", "measure_noun", "each"}
        between = self.mentions[at + 1 : who]
        if any(m.cues & {"lead", "support"} for m in between):
            passed |= {"and", "lead", "support"}
        return all(m.cues & passed or m.text in "、 " for m in between)

    def _given_to(self, at: int, group: Group) -> bool:
        """参与单位是水利局吗: the named body follows its role."""
        between = self.mentions[at + 1 : group.at]
        return all(m.cues & {"filler", "body_noun", "by", "not"} for m in between)

    # -- denials -----------------------------------------------------------------------------------------

    def _nobody(self, at: int) -> bool:
        """没有配合单位, 一个配合单位都没有: the number of such bodies is none."""
        mentions, has = self.mentions, self.slots.has
        noun = at if "body_noun" in mentions[at].cues else at + 1
        if not self._noun_after(at) or [m.text for m in mentions[noun : noun + 1]] == ["的"]:
            return False
        if self._others(at):
            return "not" in mentions[at - 2].cues
        before = _weighty(mentions[max(0, at - 2) : at])
        after = _weighty(mentions[noun + 1 : noun + 6])
        denied = bool(after) and "not" in after[0].cues and not any(m.cues & set(ROLES) for m in after[1:2])
        denied = denied or (bool(before) and "not" in before[-1].cues and before[-1].text != "不是")
        nouns = ("task_noun", "work_noun", "measure_noun")
        rows = self.slots.followed("which", *nouns)  # 有没有哪项任务没有牵头单位
        *_, link, last = (mentions[0], *mentions)
        rows = rows or (link.text.endswith("的") and not last.cues.isdisjoint(nouns))  # …配合单位的措施
        return denied and (rows or not has("exists", "whether"))

    def _has_some(self, at: int) -> bool:
        """有牵头单位、但没有配合单位的措施: the number of such bodies is one at least."""
        slots, before = self.slots, self.mentions[at - 1].text if at else ""
        asked = slots.groups or slots.has("who", "whether", "exists")
        rows = slots.has("measure_noun", "task_noun") and not asked
        denies_more = slots.has("not") and slots.index("not") > at
        return before == "有" and self._noun_after(at) and rows and denies_more

    def _others(self, at: int) -> bool:
        """没有别的牵头单位: says again that the named body is alone."""
        return at > 1 and "besides" in self.mentions[at - 1].cues

    def _negated(self, at: int) -> bool:
        """Whether 不, 没有 … stands before the word, with nothing of weight between."""
        for mention in reversed(self.mentions[max(0, at - 3) : at]):
            if "not" in mention.cues:
                return not (mention.text == "不是" and self.slots.has("whether"))
            if not mention.cues & {"by", "filler", "any_role"} and mention.kind != "bureau":
                return False
        return False

    # -- what is said of a group -------------------------------------------------------------------------

    def _qualify(self, group: Group) -> None:
        """不归X牵头, X一家牵头, X只牵头, 跟X一起."""
        last = max(i for i, m in enumerate(self.mentions) if m is group.mentions[-1])
        before = self.mentions[max(0, group.at - 2) : group.at]
        after = self.mentions[last + 1 : last + 4]
        if _denied(before):
            group.negated = True
        lacks = "".join(m.text for m in after[:2]) in ("没有的", "没的", "没有的是")
        if _has_no_part(after) or (lacks and len(self.slots.groups) > 1):
            group.negated = not self.slots.has("whether")
        if any(m.text in _ALONE for m in after[:2]):
            group.exclusive = True
        elif _only(before, after):
            group.only = True
        if before and ("and" in before[-1].cues or before[-1].text in _WITH):
            group.partner = True


def _weighty(mentions: list[Mention]) -> list[Mention]:
    return [m for m in mentions if "filler" not in m.cues or "not" in m.cues]


def _denied(before: list[Mention]) -> bool:
    """不归市水利局, 不是归 aside."""

    def denies(mention: Mention) -> bool:
        return "not" in mention.cues and mention.text != "不是"

    if before and denies(before[-1]):
        return True
    return len(before) == 2 and denies(before[0]) and bool(before[1].cues & {"by", "any_role", "filler"})


def _has_no_part(after: list[Mention]) -> bool:
    """市水利局没份, 市水利局没有参与."""
    return any(
        m.text in ("没份", "都没份", "没关系", "没有关系", "没啥关系", "无关", "不相干")
        or (m.text in ("没", "没有", "没有份") and any("any_role" in n.cues for n in after[i + 1 : i + 2]))
        for i, m in enumerate(after)
    )


def _only(before: list[Mention], after: list[Mention]) -> bool:
    """只由市水利局牵头, 市水利局一家牵头."""
    if any("only" in m.cues for m in (*after[:2], *before[-1:])):
        return True
    return len(before) == 2 and "only" in before[0].cues and bool(before[1].cues & {"by", "any_role"})
