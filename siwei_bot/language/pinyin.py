"""How characters sound, without tones; sounds that input methods and dialects mix up can be merged."""

from __future__ import annotations

import os
from functools import cache

_OF_SEVERAL = frozenset(
    "行重长调降率参都还种传数更发间相将处应乐单曾朝藏差当倒得的地分供好号和会几济假角教结解尽卷看空量落没宁铺强切省盛石似宿提系鲜兴削咽要与着只中转作大车"
)
"""Characters with more than one everyday reading."""
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def readings(char: str) -> tuple[str, ...]:
    """The toneless readings of one character, the usual one first; a letter reads as itself.

    Of most characters only the usual one: the rare ones (位 as li) make other words of anything.
    """
    if char.isascii():
        return (char,)
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    spoken = tuple(dict.fromkeys(r.replace("ü", "v") for r in found[0])) if found else ()
    return spoken if char in _OF_SEVERAL else spoken[:1]


def syllables(text: str) -> tuple[str, ...] | None:
    """The usual reading of every character, or ``None`` where one has none."""
    found = [readings(char) for char in text]
    return tuple(r[0] for r in found) if all(found) else None


@cache
def merged(syllable: str) -> str:
    """A syllable with zh/z, ch/c, sh/s, -ng/-n and l-/n- told apart no longer."""
    for full, short in _MERGED:
        syllable = syllable.replace(full, short)
    return "l" + syllable[1:] if syllable.startswith("n") else syllable
