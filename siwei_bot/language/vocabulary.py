"""The vocabulary files: what words mean in any plan (cues), other bodies, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).with_name("data")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKET = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")


@dataclass(frozen=True)
class Vocabulary:
    """``cues``: word → cue names; ``synonyms``: said → words a plan may use instead; ``generic``: words that
    say little; ``passing``: words that are no topic beside a name; ``heads``: what names of figures end in;
    ``bodies``, ``suffixes``, ``levels``: names of bodies in general; ``places``: other places."""

    cues: dict[str, tuple[str, ...]]
    synonyms: dict[str, tuple[str, ...]]
    generic: frozenset[str]
    passing: frozenset[str]
    heads: tuple[str, ...]
    bodies: frozenset[str]
    suffixes: tuple[str, ...]
    levels: tuple[str, ...]
    governing: tuple[str, ...]
    places: frozenset[str]


def expand(pattern: str) -> Iterator[str]:
    """Every word that a pattern stands for: ``[x|y]`` may be left out, ``(a|b)`` is a or b."""
    match = _BRACKET.search(pattern) if "[" in pattern or "(" in pattern else None
    if match is None:
        yield pattern
        return
    optional, required = match.groups()
    choices = ["", *optional.split("|")] if required is None else required.split("|")
    for choice in choices:
        yield from expand(pattern[: match.start()] + choice + pattern[match.end() :])


def read_data(name: str) -> Any:
    """One YAML file of the vocabulary that ships with the package."""
    return yaml.load((_DATA / name).read_text("utf-8"), Loader=_LOADER)


_FUNCTION_TAGS = frozenset({"d", "u", "ul", "uj", "uv", "ug", "y", "e", "o", "c", "p", "r", "zg", "k"})
_DENIALS = frozenset("不未没非无莫别勿否几")


def _function_words() -> Iterator[str]:
    """Adverbs, conjunctions, particles and such of the general dictionary: they carry no content.

    Those that deny or count are left to the vocabulary's own cues.
    """
    for line in (_DATA / "words.txt").read_text("utf-8").splitlines():
        word, _, tag = line.split(" ")
        if tag in _FUNCTION_TAGS and len(word) > 1 and not _DENIALS & set(word):
            yield word


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package, read once a process."""
    cues: dict[str, list[str]] = {}
    for entry in read_data("vocabulary.yaml"):
        for pattern in entry["words"]:
            for word in expand(str(pattern)):
                names = cues.setdefault(word.lower(), [])
                if entry["cue"] not in names:
                    names.append(entry["cue"])
    for word in _function_words():
        cues.setdefault(word, ["filler"])
    bodies, topics = read_data("bodies.yaml"), read_data("topics.yaml")
    return Vocabulary(
        cues={word: tuple(names) for word, names in cues.items()},
        synonyms={said: tuple(meant) for said, meant in topics["synonyms"].items()},
        generic=frozenset(topics["generic"]),
        passing=frozenset((*topics["generic"], *topics["passing"])),
        heads=tuple(topics["heads"]),
        bodies=frozenset(bodies["bodies"]),
        suffixes=tuple(bodies["suffixes"]),
        levels=tuple(bodies["levels"]),
        governing=tuple(bodies["governing"]),
        places=frozenset(read_data("places.yaml")["places"]),
    )
