"""How long answers take and how much a process needs: ``python -m benchmarks.answers``.

Prints a Markdown table. Times per answer are measured in this process over all question banks, the
rest on new processes of ``bot.py ask``.
"""

from __future__ import annotations

import compileall
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from siwei_bot import PlanBot
from siwei_bot.plan_file import read_plan
from tests.banks import ROOT, TODAY, all_banks, conversations, plan_file

QUESTION = "市城管局牵头哪些任务"
PLAN = ROOT / "knowledge" / "plan.yaml"
RUNS = 10


class Usage(NamedTuple):
    """What one process took: CPU seconds and the most memory it had, in MiB."""

    seconds: float
    memory: float


def answer_times(plan: Path) -> list[float]:
    """Milliseconds of every answer to the banks of one plan; the first answer warms up and is left out."""
    bot = PlanBot.open(plan)
    bot.ask(QUESTION)
    times = []
    for bank in (bank for bank in all_banks() if plan_file(bank) == plan):
        for turns in conversations(bank):
            context = None
            for turn in turns:
                start = time.perf_counter()
                answer = bot.ask(turn.text, context, today=TODAY)
                times.append(1000 * (time.perf_counter() - start))
                context = answer.context
    return times


def process(*argv: str) -> Usage:
    """Run ``bot.py`` once in a new process, which may keep its bytecode (as ``make install`` does)."""
    command = [sys.executable, str(ROOT / "bot.py"), *argv]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {started.returncode}")
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def processes(*argv: str, fresh: bool) -> tuple[Usage, Usage]:
    """The least and the median of some runs, each with an empty database or all with one that is loaded."""
    compileall.compile_dir(ROOT / "siwei_bot", quiet=1)  # as an installed package is
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS + 1):
            db = Path(folder) / f"{run if fresh else 0}.db"
            found.append(process(*argv, "--db", str(db)))
    columns = list(zip(*found[1:], strict=True))
    return Usage(*map(min, columns)), Usage(*map(statistics.median, columns))


def milliseconds(action: Callable[[], object]) -> float:
    """The median time of some runs of an action."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    print("| what | measured |\n| --- | --- |")
    # new processes first: a child's most memory is never counted as less than its parent had
    for fresh, words in ((True, "empty"), (False, "loaded")):
        least, usual = processes("ask", QUESTION, fresh=fresh)
        print(
            f"| `bot.py ask`, {words} database: CPU time of the process, least / median "
            f"| {least.seconds:.2f} / {usual.seconds:.2f} s |"
        )
        print(f"| `bot.py ask`, {words} database: most memory | {usual.memory:.0f} MiB |")
    print(f"| reading and checking the plan file | {milliseconds(lambda: read_plan(PLAN)):.0f} ms |")
    print(f"| `PlanBot.open`, in memory | {milliseconds(lambda: PlanBot.open(PLAN)):.0f} ms |")
    for plan in sorted({plan_file(bank) for bank in all_banks()}):
        times = answer_times(plan)
        cuts = statistics.quantiles(times, n=100)
        print(
            f"| an answer, {plan.relative_to(ROOT)}, {len(times)} questions: p50 / p95 / p99 / longest "
            f"| {cuts[49]:.1f} / {cuts[94]:.1f} / {cuts[98]:.1f} / {max(times):.1f} ms |"
        )


if __name__ == "__main__":
    main()
