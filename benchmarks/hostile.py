"""How long the longest and oddest messages take: ``python -m benchmarks.hostile``.

Prints a Markdown table: for each text of ``tests/data/hostile.jsonl``, repeated or cut to each length, the
milliseconds of CPU time of its answer, and what a character of the longest costs, compared with one of the shortest. A
ratio that grows with the length is a quadratic blow-up; about 1 or less is none. ``--all`` prints every text,
else those that take longest and those with the largest ratio.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

from siwei_bot import PlanBot
from tests.hostile import TEXTS
from tests.plans import PLANS

LENGTHS = (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
LIMIT = 50.0
"""Milliseconds that a message of 4,096 characters may take."""
RUNS = 3
WORST = 12


class Times(NamedTuple):
    """The least milliseconds of an answer to one text at each of ``LENGTHS``."""

    name: str
    each: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """What a character of the longest message costs, compared with one of the shortest."""
        return (self.each[-1] / LENGTHS[-1]) / (self.each[0] / LENGTHS[0])

    @property
    def at_limit(self) -> float:
        """Milliseconds of the longest message that people can send."""
        return self.each[LENGTHS.index(4096)]


def measure(bot: PlanBot, name: str, text: str) -> Times:
    """The times of one text."""
    found = []
    for length in LENGTHS:
        message = (text * (length // len(text) + 1))[:length]
        least = float("inf")
        for _ in range(RUNS):
            start = time.thread_time()
            bot.ask(message)
            least = min(least, 1000 * (time.thread_time() - start))
        found.append(least)
    return Times(name, tuple(found))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--all", action="store_true")
    everything: bool = options.parse_args().all
    bot = PlanBot.open(PLANS["changzhi"])
    bot.ask("shishuiliju")  # loads what only misspellings need
    times = [measure(bot, text.name, text.unit) for text in TEXTS if text.unit]
    shown = {t.name for t in sorted(times, key=lambda t: t.at_limit)[-WORST:]}
    shown |= {t.name for t in sorted(times, key=lambda t: t.ratio)[-WORST:]}
    print(f"| text | {' | '.join(f'{length:,}' for length in LENGTHS)} | per character, last / first |")
    print(f"| --- | {'---: | ' * len(LENGTHS)}---: |")
    for row in times:
        if everything or row.name in shown:
            each = " | ".join(f"{value:.1f}" for value in row.each)
            print(f"| {row.name} | {each} | {row.ratio:.2f} |")
    over = [row for row in times if row.at_limit > LIMIT]
    worst = max(times, key=lambda row: row.at_limit)
    print(
        f"\n{len(times)} texts; at 4,096 characters: longest {worst.at_limit:.1f} ms ({worst.name}), ", end=""
    )
    print(f"{len(over)} over the limit of {LIMIT:g} ms; largest ratio {max(row.ratio for row in times):.2f}")


if __name__ == "__main__":
    main()
