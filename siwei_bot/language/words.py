"""Cutting a sentence into words, with a small general dictionary and the words a plan brings along.

jieba cuts by word frequencies only (its guessing of unknown words is off), so the same words
always give the same cut. The dictionary is ``data/words.txt``; jieba's own of 5 MB is searched only
for whether a suspected misspelling is a word (:func:`in_a_word`).
"""

from __future__ import annotations

import importlib
import mmap
import sys
import warnings
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

_DICTIONARY = Path(__file__).with_name("data") / "words.txt"
_import_lock = Lock()

_FREQUENCY = 1000
"""Frequency of an extra word: enough to be kept whole beside known words (市民政局, not 市民 and 政局),
and without trying every word against its parts, which takes longer than all the rest of a start."""


class Words:
    """Cuts sentences; built by :func:`tokenizer`."""

    def __init__(self, extra_words: Iterable[str] = ()) -> None:
        self._jieba = _jieba().Tokenizer()
        frequencies, self._jieba.total = _frequencies()
        self._jieba.FREQ = dict(frequencies)
        # jieba's own way to load a dictionary leaves a cache file in the temporary directory
        self._jieba.initialized = True
        self._add(extra_words)

    def _add(self, words: Iterable[str]) -> None:
        """As ``Tokenizer.add_word`` does for each, without its tags and in a quarter of the time."""
        known = self._jieba.FREQ
        for word in words:
            frequency = max(_FREQUENCY, known.get(word, 0))
            known[word] = frequency
            self._jieba.total += frequency
            for end in range(1, len(word)):
                known.setdefault(word[:end], 0)

    def cut(self, text: str) -> list[str]:
        """The text's words in order; joined they are the text again. Unknown characters stand alone."""
        words: list[str] = self._jieba.lcut(text, HMM=False)
        return words


def tokenizer(extra_words: Iterable[str] = ()) -> Words:
    """A cutter that knows the general words and ``extra_words``, each kept whole where it stands alone.

    Where words overlap in a text, the likelier cut of the whole text wins.
    """
    return Words(extra_words)


def in_a_word(text: str, at: int) -> bool:
    """Whether a character makes a word with the one before or after it, and so is no misspelling.

    >>> in_a_word("高耗能", 2), in_a_word("特别果债", 2)
    (True, False)
    """
    around = (text[max(0, at - 1) : at + 1], text[at : at + 2])
    return any(len(word) == 2 and is_word(word) for word in around)


@lru_cache(maxsize=1000)
def is_word(word: str) -> bool:
    """Whether jieba's dictionary has a word."""
    dictionary = Path(_jieba().__file__).with_name("dict.txt")
    with dictionary.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(f"\n{word} ".encode()) >= 0


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """Every word and beginning of a word with its frequency, and their sum."""
    with _DICTIONARY.open("rb") as file:
        frequencies, total = _jieba().Tokenizer.gen_pfdict(file)
    return frequencies, total


@cache
def _jieba() -> Any:
    """The jieba package, imported when it is first needed and without its side effects.

    Python 3.12 and later warn of invalid escapes in its source when they compile it. It imports all of
    ``pkg_resources``, where that exists, for a dictionary that is not read here, and a model of unknown
    words (a tenth of a new process's time) that no cut here asks for.
    """
    hidden: dict[str, Any] = {"pkg_resources": None, "jieba.finalseg": ModuleType("jieba.finalseg")}
    with _import_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hidden = {name: instead for name, instead in hidden.items() if name not in sys.modules}
        sys.modules.update(hidden)
        try:
            return importlib.import_module("jieba")
        finally:
            for name in hidden:
                sys.modules.pop(name, None)
