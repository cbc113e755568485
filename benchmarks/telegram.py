"""How fast the Telegram bot answers, against the tests' Bot API double on loopback.

    python -m benchmarks.telegram [--chats 200] [--each 10] [--rate 20]

First all questions come at once (updates per second), then at a steady rate (time from update to reply).
A tenth of the updates come twice, a twentieth of the chats meet a fault of the network.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.telegram import load
from tests.telegram.double import BotApi
from tests.telegram.process import Application


def main() -> None:
    """Run both parts and print what they measured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--chats", type=int, default=200)
    options.add_argument("--each", type=int, default=10, help="questions in each chat, at most 20")
    options.add_argument("--rate", type=float, default=20, help="questions a second in the second part")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as home, BotApi() as api, Application(api, Path(home)):
        began = time.monotonic()
        pushed = load.push(api, chats=chosen.chats, each=chosen.each)
        load.finish(api, pushed, 300)
        spent = time.monotonic() - began
        load.check(api, pushed)
        count = len(pushed.pushed)
        print(f"{count} questions at once: {count / spent:.0f} answered a second, each once and in order")
        pushed = load.push(api, chats=chosen.chats, each=2, pause=1 / chosen.rate, seed=2)
        times = sorted(load.finish(api, pushed, 300).values())
        load.check(api, pushed)
        p99 = times[int(len(times) * 0.99) - 1]
        print(
            f"{len(times)} questions, {chosen.rate:g} a second: "
            f"p50 {statistics.median(times) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms from update to reply"
        )


if __name__ == "__main__":
    main()
