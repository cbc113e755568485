"""Names of bodies: lists and glued names taken apart, and spellings of one body brought together.

What a name is, is known from the rest of the document, from the general list of bodies that the
language has, and from how names begin and end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from siwei_bot.importing.package import ImportFileError
from siwei_bot.importing.words import words
from siwei_bot.plan import Bureau

UNKNOWN = "待核对单位"
"""Stands where a plan file must name a body and the source names none."""

_SEPARATORS = "、，,；;/／ \t\u3000\xa0|"
_LEVELS = "市省县区"
_BEGINS_A_NAME = re.compile(f"[{_LEVELS}各]|团[市省县区]委")
_GOVERNMENT = re.compile("[\u4e00-\u9fff]{1,5}[市县区旗乡镇](?:人民)?政府")
_AND = re.compile("(?<=[局委办院厅部署会处所站队心司团行社府])(?:以及|和|及|与)(?=[市省县区各])")
_GLUED = re.compile(
    "(?<=[局委办院厅部署会处所站队心司团行社府])(?=各[县区镇乡街旗市])|(?<=[)）])(?=[市省县区])"
)
"""Where a name ends and the next begins for certain: 区教育局|各镇（街道）|区商务局."""
_AND_OTHERS = re.compile("等(?:[\\d一二三四五六七八九十]*个?(?:有关|相关|市直)?(?:部门|单位))?$")
_OF_TWO_HALVES = re.compile("各.")  # 各县、区人民政府
_LONGEST_NAME = 30
_LONGEST_LIST = 300
_MOST_BODIES = 2_000
_MUCH_ALIKE = 75
_HOPELESS = 9


class Names(NamedTuple):
    """The names in one cell, in order; ``unclear`` are doubts in Chinese."""

    names: tuple[str, ...]
    unclear: tuple[str, ...] = ()


class BodyNames:
    """Takes cells with names apart; knows the names that stand alone in any of ``cells``."""

    def __init__(self, cells: Iterable[Sequence[str]]) -> None:
        fragments = {fragment for lines in cells for fragment in _fragments(lines)[0]}
        self._known: frozenset[str] = frozenset()
        self._known = frozenset(f for f in fragments if len(self._cut(f)) == 1 and looks_like_a_body(f))

    def split(self, lines: Sequence[str]) -> Names:
        """The names in a cell, each once."""
        fragments, unclear = _fragments(lines)
        found: dict[str, None] = {}
        for fragment in fragments:
            names = self._cut(fragment)
            found.update(dict.fromkeys(names))
            if len(names) > 1 and not self._known.issuperset(names):
                unclear.append(f"“{fragment}”是连写的，拆成了{'、'.join(names)}")
            unclear += [f"“{name}”可能是几个单位连写" for name in names if _may_be_several(name)]
        return Names(tuple(found), tuple(unclear))

    def _cut(self, text: str) -> list[str]:
        """The names that a text is made of; the text itself where it is one name, or none that is known."""
        if _is_general(text) or len(text) > _LONGEST_LIST:
            return [text]
        best: list[tuple[int, int, int]] = [
            (0, 0, 0)
        ]  # of each end: worst piece, pieces, where the last begins
        for end in range(1, len(text) + 1):
            choices = [(_HOPELESS, end, 0)]
            is_end = text.endswith(words().endings, 0, end)
            for start in range(max(0, end - _LONGEST_NAME), end - 1) if is_end else ():
                worst, pieces, _ = best[start]
                choices.append((max(worst, self._doubt(text, start, end)), pieces + 1, start))
            best.append(min(choices, key=lambda choice: choice[:2]))
        whole = self._doubt(text, 0, len(text))
        if best[-1][0] >= min(whole, _HOPELESS):
            return [text]
        names: list[str] = []
        end = len(text)
        while end:
            start = best[end][2]
            names.insert(0, text[start:end])
            end = start
        return names

    def _doubt(self, text: str, start: int, end: int) -> int:
        """How doubtful it is that this part of a text is a name: 0 not at all."""
        piece, is_whole = text[start:end], end - start == len(text)
        if piece in self._known and not is_whole:
            return 0
        begins = bool(_BEGINS_A_NAME.match(piece) or _GOVERNMENT.fullmatch(piece))
        if begins and _is_general(piece):
            return 1
        if start == 0 and piece in words().bodies:
            return 1
        if not looks_like_a_body(piece):
            return _HOPELESS
        if _is_two_names(piece):
            return 4
        return 2 if begins else 3


def _may_be_several(text: str) -> bool:
    """Whether a name is made of two that each look like one: 各县区政府 + 高新区管委会."""
    return not _is_general(text) and any(
        looks_like_a_body(text[:end]) and looks_like_a_body(text[end:]) and text[end:] not in words().endings
        for end in range(3, len(text) - 2)
    )


def _fragments(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands between separators, halves of names joined; and doubts."""
    pieces: list[tuple[str, str]] = []  # the separator before, the piece
    unclear: list[str] = []
    for line in lines:
        before = ""
        for piece, separator in _separated(line):
            if not piece:
                continue
            if others := _AND_OTHERS.search(piece):
                unclear.append(f"“{piece}”：“{others[0]}”没有写明是哪些单位")
                piece = piece[: others.start()]
            if piece:
                pieces.append((before, piece))
            before = separator
    return list(_whole(pieces)), unclear


def _separated(line: str) -> Iterator[tuple[str, str]]:
    """Pieces of a line, each with the separator after it; none is sought within brackets."""
    line, depth, start = _GLUED.sub("、", _AND.sub("、", line)), 0, 0
    for place, char in enumerate(line):
        depth = max(0, depth + (char in "（(") - (char in "）)"))
        if char in _SEPARATORS and not depth:
            yield line[start:place].strip(" 。.：:"), char
            start = place + 1
    yield line[start:].strip(" 。.：:"), ""


def _whole(pieces: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Pieces, with those joined that only together are a name: 市人力资源 + 社会保障局, 各县、区人民政府."""
    place = 0
    while place < len(pieces):
        text = pieces[place][1]
        place += 1
        while place < len(pieces) and (_OF_TWO_HALVES.fullmatch(text) or not looks_like_a_body(text)):
            together = "".join((text, pieces[place][0].strip(), pieces[place][1]))
            is_half = _OF_TWO_HALVES.fullmatch(text)
            if not looks_like_a_body(together) or (pieces[place][1][:1] in "市各" and not is_half):
                break
            text, place = together, place + 1
        yield text


def _core(name: str) -> str:
    return name[1:] if name[:1] in _LEVELS and len(name) > 2 else name


def _is_general(name: str) -> bool:
    return name in words().bodies or _core(name) in words().bodies


def _is_two_names(text: str) -> bool:
    """Whether a known body is followed by what begins as another name does: 市教育局 + 各县区政府."""
    return any(
        (text[end] in "市各" or _GOVERNMENT.match(text[end:]))
        and _is_general(text[:end])
        and looks_like_a_body(text[end:])
        for end in range(3, len(text) - 2)
    )


def looks_like_a_body(name: str) -> bool:
    """Whether a name is one of the general list, or ends as names of bodies do."""
    if name in words().not_bodies or len(name) < 2:
        return False
    return _is_general(name) or name.endswith(words().endings)


# -- spellings of one body -------------------------------------------------------------------------


class Register(NamedTuple):
    """Every body of a plan once, in order of appearance; ``unclear``: name → doubts in Chinese."""

    bureaus: tuple[Bureau, ...]
    names: dict[str, str]
    """Each spelling → the canonical name."""
    unclear: dict[str, tuple[str, ...]]


def register(spellings: Iterable[str], region: str) -> Register:
    """The bodies that these spellings, one for each time that it is printed, stand for.

    Spellings are of one body where only the plan's own level is left out (水利局, 市水利局), or where
    the general list says so (发改委, 发展改革委). The canonical name is the one most often written.
    Raises :class:`ImportFileError` for more bodies than any plan has.
    """
    counted = Counter(spellings)
    groups: dict[object, list[str]] = {}
    for spelling in counted:
        groups.setdefault(_identity(spelling, region), []).append(spelling)
    if len(groups) > _MOST_BODIES:
        raise ImportFileError(f"读出了 {len(groups)} 个不同的单位，不像是方案；请检查“责任单位”一栏")
    written = {max(group, key=lambda spelling: counted[spelling]): group for group in groups.values()}
    names = {spelling: name for name, group in written.items() for spelling in group}
    alike = _grouped(written, _marrow)
    shorts = _grouped(written, lambda name: name[1:])
    bureaus, unclear = [], {}
    for name, group in written.items():
        others = [spelling for spelling in group if spelling != name]
        doubts = [f"原文也写作{_quoted(others)}，按同一个单位处理"] if others else []
        once = sum(counted[spelling] for spelling in group) == 1
        doubts += _doubts(
            name, [other for other in alike[_marrow(name)] if other != name], once, list(written)
        )
        short = (
            [name[1:]] if name[1:] not in names and len(shorts[name[1:]]) == 1 and _has_short(name) else []
        )
        bureaus.append(Bureau(name, (*others, *short)))
        unclear[name] = tuple(doubts)
    return Register(tuple(bureaus), names, {name: doubts for name, doubts in unclear.items() if doubts})


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups


def _identity(name: str, region: str) -> object:
    core = name.removeprefix(region) if region and len(name) > len(region) + 2 else name
    level = core[0] if core[:1] in "省县区" and _core(core) in words().bodies else ""
    core = _core(core) if level or core[:1] == "市" else core
    return level, words().same.get(core, (core,))[0]


def _has_short(name: str) -> bool:
    """Whether a name without 市 is a name."""
    return name.startswith("市") and len(name) > 3 and name.endswith(words().endings)


def _doubts(name: str, alike: Sequence[str], once: bool, names: Sequence[str]) -> Iterator[str]:
    """``alike`` are names that differ in idle words only; ``once``: the name is printed once."""
    if name == UNKNOWN:
        yield "原文没有写单位的地方暂写成这样，请改成实际的单位"
        return
    if not looks_like_a_body(name):
        yield "不像单位名称"
    elif _may_be_several(name):
        yield "可能是几个单位连写"
    near = dict.fromkeys([*alike, *(_resembling(name, names) if once else ())])
    if near:
        yield f"{'只出现一次，' if once else ''}与{_quoted(near)}相近，是不是同一个单位"
    elif once and looks_like_a_body(name) and not _is_general(name):
        yield "只出现一次，也不是常见的单位，请核对有没有写错"


def _resembling(name: str, names: Sequence[str]) -> Iterator[str]:
    """Names that differ little from this one and are not known to be another body's."""
    from rapidfuzz import fuzz, process  # slow to import, and needed only here

    found = process.extract(name, names, scorer=fuzz.ratio, limit=4, score_cutoff=_MUCH_ALIKE)
    for other, _, _ in found:
        if other not in (name, UNKNOWN) and not (_is_general(name) and _is_general(other)):
            yield other


@lru_cache(maxsize=4096)
def _marrow(name: str) -> str:
    """What tells a name from others: without level, ending and idle words."""
    core = _core(name)
    ending = next((e for e in words().endings if core.endswith(e) and len(core) > len(e)), "")
    core = core.removesuffix(ending)
    for idle in words().idle_in_names:
        core = core.replace(idle, "")
    return core or name


def _quoted(names: Iterable[str]) -> str:
    return "".join(f"“{name}”" for name in names)
