"""The words of ``data/words.yaml``, and the general names of bodies that the language knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from siwei_bot.language.vocabulary import read_data

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Words:
    """``heads``: kind of table → head → field; ``roles``: word → role or ``due``; ``comparators``: word →
    sign; ``same``: a body's name → all names of the same body; the rest as in the files."""

    heads: dict[str, dict[str, str]]
    roles: dict[str, str]
    nothing: frozenset[str]
    comparators: dict[str, str]
    before_numbers: tuple[str, ...]
    titles: tuple[str, ...]
    captions: tuple[str, ...]
    no_regions: frozenset[str]
    bodies: frozenset[str]
    endings: tuple[str, ...]
    not_bodies: frozenset[str]
    idle_in_names: tuple[str, ...]
    idle: frozenset[str]
    """Words that a table says and a plan file says otherwise: 以上 is ≥, 年 and 月 stand in dates."""
    same: dict[str, tuple[str, ...]]


@cache
def words() -> Words:
    """The words that ship with the package, read once a process."""
    text = files("siwei_bot.importing").joinpath("data", "words.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=_LOADER)
    bodies = read_data("bodies.yaml")
    return Words(
        heads={kind: _by_word(fields) for kind, fields in data["heads"].items()},
        roles=_by_word(data["roles"]),
        nothing=frozenset(data["nothing"]),
        comparators=_by_word(data["comparators"]),
        before_numbers=_longest_first(data["before_numbers"]),
        titles=_longest_first(data["titles"]),
        captions=_longest_first(data["captions"]),
        no_regions=frozenset(data["no_regions"]),
        bodies=frozenset([*bodies["bodies"], *data["governments"]]),
        endings=_longest_first([*bodies["suffixes"], *data["collectives"]]),
        not_bodies=frozenset(bodies["not_bodies"]),
        idle_in_names=tuple(data["idle_in_names"]),
        idle=_idle(data),
        same={name: tuple(names) for names in bodies["same"] for name in names},
    )


def _idle(data: dict[str, Any]) -> frozenset[str]:
    fields = [*data["heads"].values(), data["roles"], data["comparators"]]
    known = [word for names in fields for some in names.values() for word in some]
    return frozenset([*known, *data["before_numbers"], *data["nothing"], *data["dates"]])


def _by_word(fields: dict[str, Any]) -> dict[str, str]:
    return {word: name for name, some in fields.items() for word in some}


def _longest_first(some: list[str]) -> tuple[str, ...]:
    return tuple(sorted(some, key=len, reverse=True))
