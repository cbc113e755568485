"""How long the longest and oddest messages take: ``python -m benchmarks.hostile``.

Prints a Markdown table: for each text of ``tests/data/hostile.jsonl``, repeated or cut to each length, the
milliseconds of CPU time of its answer; then what a character costs at 512 compared with 128 (a quadratic
step shows as 4, a linear one as 1 or less), and at 65,536 compared with 512 (about 0: only the first 500 are
read).
``--all`` prints every text, else those that take longest and those with the largest ratios.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

from siwei_bot import PlanBot
from tests.hostile import TEXTS
from tests.plans import PLANS

LENGTHS = (128, 256, 512, 4096, 16384, 65536)
LIMIT = 50.0
"""Milliseconds that a message of 4,096 characters may take."""
RUNS = 3
WORST = 12


class Times(NamedTuple):
    """The least milliseconds of an answer to one text at each of ``lengths``."""

    name: str
    each: tuple[float, ...]
    lengths: tuple[int, ...] = LENGTHS

    def ratio(self, short: int, long: int) -> float:
        """What a character costs in a message of one length, compared with one of another."""
        first, last = (self.each[self.lengths.index(length)] / length for length in (short, long))
        return last / first

    @property
    def growth(self) -> float:
        """How much dearer a character becomes as far as a message is read."""
        return self.ratio(128, 512)

    @property
    def at_limit(self) -> float:
        """Milliseconds of the longest message that people can send."""
        return self.each[self.lengths.index(4096)]


def measure(bot: PlanBot, name: str, text: str, lengths: tuple[int, ...] = LENGTHS) -> Times:
    """The times of one text."""
    found = []
    for length in lengths:
        message = (text * (length // len(text) + 1))[:length]
        least = float("inf")
        for _ in range(RUNS):
            start = time.thread_time()
            bot.ask(message)
            least = min(least, 1000 * (time.thread_time() - start))
        found.append(least)
    return Times(name, tuple(found), lengths)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--all", action="store_true")
    everything: bool = options.parse_args().all
    bot = PlanBot.open(PLANS["changzhi"])
    bot.ask("shishuiliju")  # loads what only misspellings need
    times = [measure(bot, text.name, text.unit) for text in TEXTS if text.unit]
    shown = {t.name for t in sorted(times, key=lambda t: t.at_limit)[-WORST:]}
    shown |= {t.name for t in sorted(times, key=lambda t: t.growth)[-WORST:]}
    print(f"| text | {' | '.join(f'{length:,}' for length in LENGTHS)} | 512 / 128 | 65,536 / 512 |")
    print(f"| --- | {'---: | ' * len(LENGTHS)}---: | ---: |")
    for row in times:
        if everything or row.name in shown:
            each = " | ".join(f"{value:.1f}" for value in row.each)
            print(f"| {row.name} | {each} | {row.growth:.2f} | {row.ratio(512, 65536):.2f} |")
    over = [row for row in times if row.at_limit > LIMIT]
    worst = max(times, key=lambda row: row.at_limit)
    print(
        f"\n{len(times)} texts; at 4,096 characters: longest {worst.at_limit:.1f} ms ({worst.name}), ", end=""
    )
    print(
        f"{len(over)} over the limit of {LIMIT:g} ms; largest growth {max(row.growth for row in times):.2f}"
    )


if __name__ == "__main__":
    main()
