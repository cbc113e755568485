"""Who does what, where a text says it: 牵头单位：甲；配合单位：乙, 甲牵头，乙配合, 甲（牵头）、乙."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from siwei_bot.importing.bodies import looks_like_a_body
from siwei_bot.importing.document import joined
from siwei_bot.importing.words import words
from siwei_bot.language.normalise import any_of
from siwei_bot.plan import Role

Said = Literal["lead", "support", "responsible", "due"]
_MARKS = "：:"
_NAMES = re.compile("[、，,;；/ ]|等$")
_END = re.compile(r"[。.；;，,\s]*$")


class Part(NamedTuple):
    """One part of an allotment: ``who`` are the lines with names, or a deadline; ``word`` as printed."""

    role: Said
    who: tuple[str, ...]
    word: str


def role_of(text: str) -> Role | None:
    """The role that a cell names (牵头, 配合单位, …), ``None`` if it names none."""
    plain = re.sub(r"[\s（）()：:]", "", text)
    role = words().roles.get(plain)
    return None if role is None or role == "due" else role  # type: ignore[return-value]


def allotment(lines: Sequence[str]) -> list[Part] | None:
    """The parts of a text that says who does what; ``None`` for a text that says no role.

    >>> [(part.role, part.who) for part in allotment(["牵头单位：甲局、乙局；配合单位：丙局"])]
    [('lead', ('甲局、乙局',)), ('support', ('丙局',))]
    """
    text = "\n".join(lines)
    for read in (_by_marks, _by_brackets, _by_verbs):
        parts = read(text)
        if parts:
            return parts
    return None


def taken_from(text: str) -> tuple[str, list[Part]] | None:
    """A text without the allotment in brackets at its end, and the allotment; ``None`` if none is there."""
    stripped = text.rstrip("。.；; \n")
    start = _opening(stripped)
    if start is None:
        return None
    inside = stripped[start + 1 : -1]
    parts = _by_marks(inside) or _by_verbs_of_bodies(inside)
    if not parts:
        return None
    before = stripped[:start].rstrip()
    ended = before.endswith(tuple("。；;！？!?.")) or not before
    return before if ended else before + text[len(stripped) :].strip()[:1], parts


def _opening(text: str) -> int | None:
    """Where the bracket opens that the text ends with."""
    if not text.endswith(("）", ")", "】")):
        return None
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in "）)】") - (text[place] in "（(【")
        if depth == 0:
            return place
    return None


@cache
def _marked() -> re.Pattern[str]:
    """A word for a role before a colon."""
    spoken = any_of(words().roles)
    return re.compile(rf"(?:^|(?<=[；;。，,、\s（(]))({spoken})\s*[{_MARKS}]")


def _by_marks(text: str) -> list[Part]:
    found = list(_marked().finditer(text))
    if not found or text[: found[0].start()].strip(" \n；;，,"):
        return []
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [
        Part(_role(match[1]), _lines(text[match.end() : end]), match[1])
        for match, end in zip(found, ends, strict=True)
    ]


@cache
def _spoken() -> re.Pattern[str]:
    """Names before a word for a role: 甲局、乙局牵头，丙局配合."""
    verbs = [word for word, role in words().roles.items() if role != "due"]
    spoken = any_of(verbs)
    return re.compile(rf"\s*由?(.+?)({spoken})\s*(?:[；;。，,\n]|$)", re.DOTALL)


def _by_verbs(text: str) -> list[Part]:
    parts, place = [], 0
    while match := _spoken().match(text, place):
        parts.append(Part(_role(match[2]), _lines(match[1]), match[2]))
        place = match.end()
    return [] if text[place:].strip(" 。；;，,\n") else parts


def _by_verbs_of_bodies(text: str) -> list[Part]:
    """As :func:`_by_verbs`, where all names look like bodies: （由群众负责） is no allotment."""
    parts = _by_verbs(text)
    names = [name for part in parts for line in part.who for name in _NAMES.split(line) if name]
    return parts if all(map(looks_like_a_body, names)) else []


@cache
def _bracketed() -> re.Pattern[str]:
    spoken = any_of(words().roles)
    return re.compile(rf"[（(]({spoken})[）)]")


def _by_brackets(text: str) -> list[Part]:
    """A role in brackets after each name, or after the first ones only: 甲局（牵头）、乙局."""
    found = list(_bracketed().finditer(text))
    parts, start = [], 0
    for match in found:
        parts.append(Part(_role(match[1]), _lines(text[start : match.start()]), match[1]))
        start = match.end()
    if found and (rest := _lines(text[start:])):
        parts.append(Part("support", rest, ""))
    return parts


def _role(word: str) -> Said:
    return words().roles[word]  # type: ignore[return-value]


def _lines(text: str) -> tuple[str, ...]:
    lines = (_END.sub("", line).strip(" 、，,；;") for line in text.split("\n"))
    return tuple(line for line in lines if line)


def said_in_words(parts: Sequence[Part]) -> Iterator[str]:
    """The parts in words, for a person to read."""
    for part in parts:
        yield f"{part.word}：{joined(part.who)}"
