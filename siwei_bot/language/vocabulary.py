"""The vocabulary files: what words mean in any plan (cues), other bodies, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from siwei_bot.language.normalise import fold

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKET = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")


@dataclass(frozen=True)
class Vocabulary:
    """``cues``: word → cue names; ``synonyms``: said → words a plan may use instead;
    ``bodies``, ``suffixes``, ``levels``: names of bodies in general; ``places``: other places."""

    cues: dict[str, tuple[str, ...]]
    synonyms: dict[str, tuple[str, ...]]
    generic: frozenset[str]
    bodies: frozenset[str]
    suffixes: tuple[str, ...]
    levels: tuple[str, ...]
    places: frozenset[str]


def expand(pattern: str) -> Iterator[str]:
    """Every word that a pattern stands for: ``[x|y]`` may be left out, ``(a|b)`` is a or b."""
    match = _BRACKET.search(pattern)
    if match is None:
        yield pattern
        return
    optional, required = match.groups()
    choices = ["", *optional.split("|")] if required is None else required.split("|")
    for choice in choices:
        yield from expand(pattern[: match.start()] + choice + pattern[match.end() :])


def read_data(name: str) -> Any:
    """One YAML file of the vocabulary that ships with the package."""
    text = files("siwei_bot.language").joinpath("data", name).read_text("utf-8")
    return yaml.load(text, Loader=_LOADER)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package, read once a process."""
    cues: dict[str, list[str]] = {}
    for entry in read_data("vocabulary.yaml"):
        for pattern in entry["words"]:
            for word in expand(str(pattern)):
                names = cues.setdefault(fold(word) if not word.isascii() else word.lower(), [])
                if entry["cue"] not in names:
                    names.append(entry["cue"])
    bodies, topics = read_data("bodies.yaml"), read_data("topics.yaml")
    return Vocabulary(
        cues={word: tuple(names) for word, names in cues.items()},
        synonyms={said: tuple(meant) for said, meant in topics["synonyms"].items()},
        generic=frozenset(topics["generic"]),
        bodies=frozenset(bodies["bodies"]),
        suffixes=tuple(bodies["suffixes"]),
        levels=tuple(bodies["levels"]),
        places=frozenset(read_data("places.yaml")["places"]),
    )
