"""How characters sound, without tones; sounds that input methods and dialects mix up can be merged."""

from __future__ import annotations

import os
from functools import cache

_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def readings(char: str) -> tuple[str, ...]:
    """Every toneless reading of one character, the usual one first; a letter reads as itself."""
    if char.isascii():
        return (char,)
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(r.replace("ü", "v") for r in found[0])) if found else ()


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
