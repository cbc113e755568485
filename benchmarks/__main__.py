"""All figures in one table: ``python -m benchmarks [--quick]`` prints Markdown.

Some rows have a limit (a target of the project, or what Telegram takes) or a peer, measured in the same run,
and the ratio to it. ``--quick`` leaves out the largest plan and odd input.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import answers, hostile
from siwei_bot import PlanBot
from siwei_bot.notices import Delivery, Ledger, Message, Place
from siwei_bot.notices.delivery import DEFAULT_PACE
from siwei_bot.plan import Plan
from siwei_bot.plan_file import read_plan
from tests import virtual
from tests.banks import ROOT, all_banks, conversations, plan_file
from tests.hostile import TEXTS
from tests.noticing import ledger, report, target, version
from tests.telegram import load
from tests.telegram.double import BotApi
from tests.telegram.process import Application


class Row(NamedTuple):
    """One figure; ``limit`` is what it is held ``against``, 0 where there is nothing."""

    what: str
    value: float
    unit: str
    limit: float = 0.0
    against: str = "at most"


TELEGRAM_LIMIT = 30.0
"""Messages a second that Telegram takes from a bot."""

CHATS = 2_000
"""How many a notice is delivered to."""


def rows(*, quick: bool) -> Iterator[Row]:
    """Every figure, new processes first: a child's memory is never counted as less than its parent's."""
    milliseconds = answers.milliseconds(lambda: sum(number for number in range(1_000_000)))
    yield Row("this machine: adding a million numbers, one by one", milliseconds, "ms")
    yield from _new_processes()
    yield from _telegram()
    yield from _delivery()
    yield from _growth((1, 10) if quick else (1, 10, 100))
    yield from _answers()
    if not quick:
        yield from _odd_input()


def _new_processes() -> Iterator[Row]:
    for fresh, words in ((True, "empty"), (False, "loaded")):
        _, usual = answers.processes("ask", answers.QUESTION, fresh=fresh)
        yield Row(f"new process to its first answer, {words} database: CPU", usual.seconds * 1000, "ms", 250)
        yield Row(f"new process, {words} database: most memory", usual.memory, "MiB", 60)
    milliseconds = answers.milliseconds(lambda: read_plan(answers.PLAN))
    yield Row("reading and checking the plan file", milliseconds, "ms")


def _telegram() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as home, BotApi() as api, Application(api, Path(home)) as bot:
        began = time.monotonic()
        pushed = load.push(api, chats=100, each=10)
        load.finish(api, pushed, 300)
        spent = time.monotonic() - began
        load.check(api, pushed)
        what = f"Telegram: updates answered a second, {len(pushed.pushed)} at once"
        yield Row(what, len(pushed.pushed) / spent, "/s", TELEGRAM_LIMIT, "Telegram takes")
        pushed = load.push(api, chats=100, each=2, pause=1 / 20, seed=2)
        times = sorted(load.finish(api, pushed, 300).values())
        load.check(api, pushed)
        yield Row("Telegram: from update to reply, 20 a second: p50", statistics.median(times) * 1000, "ms")
        status = Path(f"/proc/{bot.process.pid}/status")
        if status.exists():
            peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            yield Row("Telegram process: most memory", int(peak.split()[1]) / 1024, "MiB", 120)


def _delivery() -> Iterator[Row]:
    """One notice to many chats; in virtual time, so that its pace takes no time."""

    async def deliver(loop: virtual.VirtualLoop, kept: Ledger) -> float:
        async def send(message: Message) -> int:
            await asyncio.sleep(0.02)
            return 1

        stop, began = asyncio.Event(), loop.time()
        running = asyncio.ensure_future(Delivery(kept, send, clock=loop.clock).run(stop))
        while kept.status().queued:
            await asyncio.sleep(1)
        stop.set()
        await running
        return loop.time() - began

    with tempfile.TemporaryDirectory() as folder:
        kept = ledger(Path(folder) / "a.db", clock=lambda: virtual.START)
        for number in range(CHATS):
            kept.subscribe(Place(number + 1), target("all", ""), "李四")
        start = time.perf_counter()
        kept.record(report(), version(), "张三")
        yield Row(f"a report: recording it and queueing {CHATS} notices", _since(start), "ms")
        start = time.perf_counter()
        spent = virtual.run(lambda loop: deliver(loop, kept))
        pace = DEFAULT_PACE.per_second
        yield Row("notices delivered a second", CHATS / spent, "/s", pace, "the pace that is set")
        yield Row("delivering one notice: CPU and disk", _since(start) / CHATS, "ms", 1000 / pace, "the pace")
        kept.close()


def _growth(factors: tuple[int, ...]) -> Iterator[Row]:
    first: dict[str, float] = {}
    for factor in factors:
        command = [sys.executable, "-m", "benchmarks.scaling", "--one", str(factor)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        one = json.loads(done.stdout)
        first = first or one
        size = f"plan {factor}× as large ({one['measures']} measures)"
        yield Row(f"{size}: loading into the database", one["load"] * 1000, "ms")
        yield Row(f"{size}: most memory", one["memory"], "MiB")
        if factor > 1:
            yield Row(f"{size}: answer p50", one["p50"], "ms", first["p50"], "1×")


def _answers() -> Iterator[Row]:
    plans = sorted({plan_file(bank) for bank in all_banks()})
    times = [spent for plan in plans for spent in answers.answer_times(plan)]
    cuts = statistics.quantiles(times, n=100)
    peer = statistics.median(_search_box(plans))
    yield Row(f"an answer, {len(times)} questions of {len(plans)} plans: p50", cuts[49], "ms", 0.5)
    yield Row("an answer: p95", cuts[94], "ms")
    yield Row("an answer: p99", cuts[98], "ms", 3)
    yield Row("an answer: p50", cuts[49], "ms", peer, "a search box")


def _search_box(plans: list[Path]) -> Iterator[float]:
    """The peer: rapidfuzz over all names and sentences of the plan, which finds and does not answer."""
    from rapidfuzz import process

    for path in plans:
        choices = _names(read_plan(path))
        for bank in (bank for bank in all_banks() if plan_file(bank) == path):
            for turn in (turn for turns in conversations(bank) for turn in turns):
                start = time.perf_counter()
                process.extractOne(turn.text, choices)
                yield _since(start)


def _odd_input() -> Iterator[Row]:
    bot = PlanBot.open(answers.PLAN)
    bot.ask("shishuiliju")  # loads what only misspellings need
    times = sorted(hostile.measure(bot, t.name, t.unit, (4096,)).at_limit for t in TEXTS if t.unit)
    yield Row(
        f"odd messages of 4,096 characters, {len(times)} texts: p50", statistics.median(times), "ms", 50
    )
    yield Row("odd messages of 4,096 characters: longest", times[-1], "ms", 50)


def _since(start: float) -> float:
    """Milliseconds since a time of ``time.perf_counter``."""
    return 1000 * (time.perf_counter() - start)


def _names(plan: Plan) -> list[str]:
    tasks = [task for section in plan.sections for task in section.tasks]
    measures = [m.text for task in tasks for a in task.assignments for m in a.measures]
    bodies = [name for b in plan.bureaus for name in (b.name, *b.aliases)]
    return [*bodies, *(i.name for i in plan.indicators), *(task.title for task in tasks), *measures]


def _processor() -> str:
    """The processor's name, where the system tells it; else its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def main() -> None:
    """Measure and print."""
    print(
        f"{_processor()} ({os.cpu_count()} cores), {platform.system()}, Python {platform.python_version()}\n"
    )
    print("| what | measured | held against | ratio |\n| --- | ---: | ---: | ---: |")
    for row in rows(quick="--quick" in sys.argv):
        against = f"{row.against} {row.limit:.1f} {row.unit}" if row.limit else ""
        ratio = f"{row.value / row.limit:.2f}" if row.limit else ""
        print(f"| {row.what} | {row.value:.1f} {row.unit} | {against} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
