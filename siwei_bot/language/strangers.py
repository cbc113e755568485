"""Who a message names that is none of the plan's bodies: other bodies, other places, colleagues."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from siwei_bot.language.lexicon import Entry, Lexicon, own_level
from siwei_bot.language.mentions import Mention, mention
from siwei_bot.language.normalise import any_of, fold

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_PERSON = re.compile(
    rf"(?:办公室|综合科|秘书科|督查科|信息科)?[小老][{_SURNAMES}](?![\u4e00-\u9fff]*区)"
    rf"|[{_SURNAMES}](?:科长|处长|主任|局长|院长|书记|科|处|工|总|姐|哥|局|老师|主席|县长|镇长)"
    r"(?=[，。、 :让说问要催叫]|您好|你好|早上好|下午好|上午好|$)"
)


_NOT_IN_NAMES = "的了是吗呢吧在有都和与跟谁几哪要就还也里这那给让由归管条项到从比各及把只查问看请"
"""Characters that no county's name begins with or holds."""

_LONGEST = 8
"""Characters of an unknown name before what it ends in."""
_CHINESE = re.compile("[\u4e00-\u9fff]+")


def _said_of(level: str) -> set[str]:
    """How people say that something is of a level: 县, 县级, 我县."""
    after = {level + word for word in ("", "级", "里", "上", "直", "属", "一级")}
    return after | {word + level for word in ("我", "本", "全", "该", "咱")}


def people(text: str) -> Iterator[Mention]:
    """Colleagues who are named in passing: 我是住建小刘, 王科长."""
    for match in _PERSON.finditer(text):
        yield Mention(match.start(), match.end(), match[0], "cue", (Entry("cue", "filler"),))


class StrangerFinder:
    """Finds names of bodies and places that are not the plan's own."""

    def __init__(self, lexicon: Lexicon) -> None:
        words, plan = lexicon.vocabulary, lexicon.plan
        self._own = lexicon.names
        own = own_level(plan.region)
        here = {plan.region, plan.region.removesuffix(own)}
        own_bodies = {
            name for name in lexicon.names if any(e.kind == "bureau" for e in lexicon.entries[name])
        }
        self._here = tuple(sorted(here, key=len))
        self._places = words.places - here
        self._bodies = (words.bodies | {own + word for word in words.governing}) - lexicon.names
        self._own_level = own
        self._cores = words.bodies | {name.removeprefix(own) for name in own_bodies}
        self._sizes = sorted({len(b) for b in self._cores | self._places}, reverse=True)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        """First two characters of known names → how long these are."""
        for name in self._bodies | self._places:
            self._lengths[name[:2]].add(len(name))
        counties = [fold(n) for b in plan.bureaus for n in (b.name, *b.aliases) if n.endswith(("县", "区"))]
        levels = [*(set(words.levels) - _said_of(own)), *(() if own == "市" else _said_of("市"))]
        places = any_of(self._places)
        own_counties = "|".join([*counties, rf"[^\x00-\u3fff{_NOT_IN_NAMES}]{{1,3}}县"])
        self._level = re.compile(rf"(?:{any_of(levels)}|{places}|{own_counties})+(?:的)?")
        higher = any_of(word for word in levels if len(word) > 1 or word == "省")  # 县, 区 end names too
        self._higher = re.compile(
            rf"(?:{higher})[^由哪谁的和跟与是有在参配负牵责，。、 ]{{1,8}}?(?:部门|单位|厅|委员会|委|局|机关)"
        )
        self._suffix = re.compile(rf"(?=({any_of(words.suffixes)}))")

    def find(self, text: str) -> Iterator[tuple[Mention, bool]]:
        """Mentions of kind ``stranger`` or ``place``, and whether the name is a known one."""
        for start in range(len(text)):
            yield from ((found, True) for found in self._known(text, start))
        for match in self._level.finditer(text):  # 省水利厅, 县水利局
            ends = [match.end(), *([match.end() - 1] if text[match.end() - 1] == "市" else [])]
            for end, size in product(ends, self._sizes):  # 市市场监管局: the second 市 is the name's
                word = text[end : end + size]
                if word in self._cores and len(word) == size and end > match.start():
                    yield _stranger(text, match.start(), end + size), True
        for match in self._higher.finditer(text):
            yield _stranger(text, match.start(), match.end()), True
        yield from ((found, False) for found in self._unknown(text))

    def _unknown(self, text: str) -> Iterator[Mention]:
        """Whatever ends as bodies' names end: up to eight characters before 局, 委, 中心 …."""
        suffixes = [(match.start(), match.end(1)) for match in self._suffix.finditer(text)]
        for at, end in suffixes:
            before = max((earlier for earlier, _ in suffixes if earlier < at), default=0)
            for start in range(max(before, at - _LONGEST), at):
                if _CHINESE.fullmatch(text, start, at) and text[start:end] not in self._own:
                    yield _stranger(text, start, end)

    def own_place(self, name: str) -> int:
        """How many characters of a name are the plan's own place before it: 2 of 长治理工大学."""
        return max((len(place) for place in self._here if name.startswith(place)), default=0)

    def _known(self, text: str, start: int) -> Iterator[Mention]:
        for size in self._lengths.get(text[start : start + 2], ()):
            word = text[start : start + size]
            if len(word) < size:
                continue
            if word in self._bodies:
                if start and text[start - 1] == self._own_level:
                    yield _stranger(text, start - 1, start + size)
                for place in self._here:  # 长治理工大学: the city's name is no topic
                    if text.endswith(place, 0, start):
                        yield _stranger(text, start - len(place), start + size)
                yield _stranger(text, start, start + size)
            if word in self._places:
                yield mention(text, start, start + size, "place", evidence="stranger")


def _stranger(text: str, start: int, end: int) -> Mention:
    return mention(text, start, end, "stranger", evidence="stranger")
