"""What can be subscribed to, and the words in which a person asks for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, NamedTuple

from siwei_bot.bot import PlanBot
from siwei_bot.language import numerals
from siwei_bot.language.mentions import Mention
from siwei_bot.language.normalise import fold, normalise
from siwei_bot.plan import Plan, Task

Kind = Literal["indicator", "bureau", "task", "all"]
KINDS: tuple[Kind, ...] = ("indicator", "bureau", "task", "all")


class Target(NamedTuple):
    """One thing to subscribe to; ``name`` is for a person."""

    kind: Kind
    key: str
    """The canonical name of an indicator or a body, a task's number, empty for everything."""
    name: str

    @property
    def token(self) -> str:
        """A short name for it that a button can remember, the same for as long as the thing keeps its key.

        >>> EVERYTHING.token, len(Target("task", "3", "任务3").token)
        ('all', 13)
        """
        if self.kind == "all":
            return "all"
        return self.kind[0] + sha256(self.key.encode()).hexdigest()[:12]


EVERYTHING = Target("all", "", "全部变动")


def every_target(plan: Plan) -> Iterator[Target]:
    """Everything of a plan that can be subscribed to."""
    yield EVERYTHING
    yield from (Target("indicator", indicator.name, indicator.name) for indicator in plan.indicators)
    yield from (Target("bureau", bureau.name, bureau.name) for bureau in plan.bureaus)
    yield from (_task(task) for section in plan.sections for task in section.tasks)


def target_of(plan: Plan, token: str) -> Target | None:
    """The target that a button remembers; ``None`` where the plan has it no more."""
    return next((target for target in every_target(plan) if target.token == token), None)


def _task(task: Task) -> Target:
    return Target("task", str(task.id), f"任务{task.id}（{task.title}）")


# -- names in a text -------------------------------------------------------------------------------

_ALL = re.compile(r"(?:全部|所有|一切|全体|任何|全|all)(?:的)?(?:变动|变化|更新|通知|消息|内容|订阅|东西)?")
_FIGURE_NOUNS = frozenset({"indicator_noun", "task_noun", "measure_noun", "body_noun", "work_noun"})
_ASIDE = frozenset({"filler", "and", "changed", "target", "actual", *_FIGURE_NOUNS})
"""Cues that say nothing more about what is named (用水总量的变动, 漏损率指标)."""
_SHORTEST_PART = 2


@dataclass(frozen=True)
class Named:
    """What a text names: certainly, possibly (to be asked back), and words that nothing fits."""

    targets: tuple[Target, ...] = ()
    candidates: tuple[Target, ...] = ()
    unknown: str = ""


def targets_of(text: str, bot: PlanBot, kinds: Collection[Kind] = KINDS) -> Named:
    """What a text names, through the names, aliases and parts of names that the bot knows.

    A name is certain where it stands as the plan writes it (or as an alias), or where it is part of one
    name only; a misspelling is only possibly meant.
    """
    said = normalise(text)
    if "all" in kinds and _ALL.fullmatch(said):
        return Named((EVERYTHING,))
    known = {target[:2]: target for target in every_target(bot.plan) if target.kind in kinds}
    targets: dict[Target, None] = {}
    candidates: dict[Target, None] = {}
    unknown: list[str] = []
    for words, mention in _pieces(bot.parser.finder.find(said).mentions):
        found = [known[key] for key in _keys(bot.plan, mention) if key in known]
        certain = mention is not None and mention.evidence in ("exact", "number")
        if not found:
            found, certain = _holding(bot.plan, words, known.values()), True
        if len(found) == 1 and certain:
            targets[found[0]] = None
        elif found:
            candidates.update(dict.fromkeys(found))
        else:
            unknown.append(words)
    return Named(tuple(targets), tuple(candidates), "、".join(unknown))


def _pieces(mentions: Iterable[Mention]) -> Iterator[tuple[str, Mention | None]]:
    """What each part of a text may name; neighbouring parts that are no name of anything are one."""
    unread = ""
    for mention in mentions:
        names = any(kind in KINDS for kind in (entry.kind for entry in mention.entries))
        number = mention.number is not None and mention.number.form in ("task", "count_task")
        stops = mention.kind == "stop" and not mention.text.isalnum()  # a character typed twice is no name
        aside = stops or (mention.kind == "cue" and mention.cues & _ASIDE)
        if not (names or number or aside):
            unread += mention.text
            continue
        if unread:
            yield unread, None
            unread = ""
        if not aside:
            yield mention.text, mention
    if unread:
        yield unread, None


def _keys(plan: Plan, mention: Mention | None) -> list[tuple[str, str]]:
    if mention is None:
        return []
    if mention.number is not None:
        return [("task", str(int(value))) for value in mention.number.values]
    names = {indicator.id: indicator.name for indicator in plan.indicators}
    keys = [("indicator", names[int(id)]) for id in mention.values("indicator")]
    keys += [("bureau", str(name)) for name in mention.values("bureau")]
    return keys + [("task", str(id)) for id in mention.values("task")]


def _holding(plan: Plan, words: str, known: Collection[Target]) -> list[Target]:
    """The targets whose names hold the words."""
    part = fold(words)
    if len(part) < _SHORTEST_PART or part.isdecimal():
        return []
    aliases = {("bureau", bureau.name): bureau.aliases for bureau in plan.bureaus}
    aliases |= {("indicator", indicator.name): indicator.aliases for indicator in plan.indicators}
    return [
        target
        for target in known
        if target.kind != "all"
        and any(part in fold(name) for name in (target.name, *aliases.get((target.kind, target.key), ())))
    ]


# -- wishes ----------------------------------------------------------------------------------------

_LONGEST_WISH = 200

Action = Literal["subscribe", "unsubscribe", "list"]


@dataclass(frozen=True)
class Wish:
    """What a person wants of their subscriptions.

    No target: nothing was named (``unknown`` holds what could not be understood). ``digest`` is the
    time of day of a morning digest, ``HH:MM``; empty: at once.
    """

    action: Action
    targets: tuple[Target, ...] = ()
    candidates: tuple[Target, ...] = ()
    unknown: str = ""
    digest: str = ""


# what is repeated is matched possessively (*+): nothing is tried twice, however a message is made
_POLITE = r"(?:请|麻烦|劳驾|帮我|帮忙|帮|给我|替我|我要|我想|我们要|想要|想|要|把|将|您好|你好|[,，。 ])*+"
_WORDS = ("订阅", "退订", "摘要", "汇总", "通知")
_CANCEL = r"取消|退掉|退|停止|停掉|不再|不要|不想|不|别"
_DONE = r"(?:一下|掉|了|吧|吗|啊|呀|呢|。|!|！|\?|？)*+"
_LIST = re.compile(
    rf"{_POLITE}(?:查看|看看|看一下|看下|看|列出|显示)?(?:我们?|本群)?(?:的|现在|目前|都|已经|已)*+"
    rf"(?:有(?:哪些|什么)订阅|订阅(?:了)?(?:哪些|什么|啥|列表|清单|情况|的内容)(?:内容|东西)?)(?:了)?{_DONE}"
    rf"|{_POLITE}(?:查看|看看|看一下|看下|看|列出|显示)?(?:我们?|本群)的?订阅{_DONE}|(?:查看|看看|列出)订阅{_DONE}"
)
_CANCELLED = re.compile(
    rf"{_POLITE}(?:(?:(?:{_CANCEL})(?:再)?订阅|退订)(?P<after>.*?)|(?:取消|退掉|停止|停掉)(?P<within>.+?)的?订阅"
    rf"|(?P<before>.+?)的?订阅(?:给我|都|全)*+(?:取消|退掉?|停掉?)){_DONE}"
)
_SUBSCRIBED = re.compile(rf"{_POLITE}订阅(?:一下|下|:|：)?(?P<after>.*?){_DONE}")
_DIGEST_ONLY = re.compile(
    rf"{_POLITE}(?:汇总|合并)?(?:发送?|推送|推|收|改成|改为|设为)?(?:摘要|汇总|通知){_DONE}"
)


def recognise(text: str, bot: PlanBot) -> Wish | None:
    """The wish that a message is, ``None`` where it is none (a question, say).

    Commands are understood with their word before the argument: ``订阅 用水总量 08:00``.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    if len(said) > _LONGEST_WISH or not any(word in said for word in _WORDS):
        return None
    rest, digest = _without_time(said)
    if _LIST.fullmatch(rest):
        return Wish("list")
    cancelled = _CANCELLED.fullmatch(rest)
    if cancelled is not None:
        named = _named(next((group for group in cancelled.groups() if group), ""), bot)
        return Wish("unsubscribe", named.targets, named.candidates, named.unknown)
    subscribed = _SUBSCRIBED.fullmatch(rest)
    if subscribed is not None:
        named = _named(subscribed["after"], bot)
        return Wish("subscribe", named.targets, named.candidates, named.unknown, digest)
    if digest and _DIGEST_ONLY.fullmatch(rest):
        return Wish("subscribe", digest=digest)
    return None


def _named(words: str, bot: PlanBot) -> Named:
    words = words.strip(" ,，。、:：")
    return targets_of(words, bot) if words else Named()


# -- times of day ----------------------------------------------------------------------------------

_TIME = re.compile(
    r"(?:每天|每日|天天|每个?工作日)?\s*(?:的|在|于)?(?P<part>早上|早晨|清晨|凌晨|上午|中午|下午|傍晚|晚上|早|晚)?\s*"
    rf"(?<!\d)(?P<hour>\d{{1,2}}|{numerals.INTEGER})(?::(?P<exact>\d{{2}})(?!\d)|[点时](?:整|钟)?"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{{1,2}}|{numerals.INTEGER})分?)?)"
)
_AFTER_NOON = ("下午", "傍晚", "晚上", "晚")


def clock_time(text: str) -> str | None:
    """The time of day that a text is, as ``HH:MM``.

    >>> [clock_time(text) for text in ("8:05", "早上八点半", "每天下午5点", "25:00", "八条")]
    ['08:05', '08:30', '17:00', None, None]
    """
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return _time(match) if match else None


def _without_time(text: str) -> tuple[str, str]:
    """A text without the time of day in it, and that time (empty where there is none)."""
    for match in _TIME.finditer(text):
        time = _time(match)
        if time is not None:
            return f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}".strip(), time
    return text, ""


def _time(match: re.Match[str]) -> str | None:
    hour = numerals.integer(match["hour"])
    minute = numerals.integer(match["exact"] or match["minute"] or "0")
    if match["half"] or match["quarter"]:
        minute = 30 if match["half"] else 15 if match["quarter"] == "一" else 45
    if hour is None or minute is None or hour > 23 or minute > 59:
        return None
    if match["part"] in _AFTER_NOON and hour < 12:
        hour += 12
    return f"{hour:02}:{minute:02}"
