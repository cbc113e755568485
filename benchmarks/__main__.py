"""All figures in one table: ``python -m benchmarks [--quick]`` prints Markdown.

Some rows have a limit (a target of the project) or a peer, measured in the same run, and the ratio to it.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import answers
from siwei_bot.plan import Plan
from siwei_bot.plan_file import read_plan
from tests.banks import ROOT, all_banks, conversations, plan_file
from tests.telegram import load
from tests.telegram.double import BotApi
from tests.telegram.process import Application


class Row(NamedTuple):
    """One figure; ``limit`` is what it is held against, 0 where there is nothing."""

    what: str
    value: float
    unit: str
    limit: float = 0.0
    against: str = "target"


def rows(*, quick: bool) -> Iterator[Row]:
    """Every figure, new processes first: a child's memory is never counted as less than its parent's."""
    yield from _new_processes()
    yield from _telegram()
    yield from _growth((1, 10) if quick else (1, 10, 100))
    yield from _answers()


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
        yield Row("Telegram: updates answered a second, all at once", len(pushed.pushed) / spent, "")
        status = Path(f"/proc/{bot.process.pid}/status")
        if status.exists():
            peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            yield Row("Telegram process: most memory", int(peak.split()[1]) / 1024, "MiB", 120)


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
                yield 1000 * (time.perf_counter() - start)


def _names(plan: Plan) -> list[str]:
    tasks = [task for section in plan.sections for task in section.tasks]
    measures = [m.text for task in tasks for a in task.assignments for m in a.measures]
    bodies = [name for b in plan.bureaus for name in (b.name, *b.aliases)]
    return [*bodies, *(i.name for i in plan.indicators), *(task.title for task in tasks), *measures]


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    print("| what | measured | held against | ratio |\n| --- | ---: | ---: | ---: |")
    for row in rows(quick="--quick" in sys.argv):
        against = f"{row.against} {row.limit:.1f} {row.unit}" if row.limit else ""
        ratio = f"{row.value / row.limit:.1f}" if row.limit else ""
        print(f"| {row.what} | {row.value:.1f} {row.unit} | {against} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
