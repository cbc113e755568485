"""How time and memory grow with the plan: ``python -m benchmarks.scaling [FACTOR …]``.

Prints a Markdown table: the same questions, asked of the first plan and of plans that repeat it 10, 100 and
1,000 times with other names and numbers, each in a process of its own.
"""

from __future__ import annotations

import itertools
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from siwei_bot import PlanBot
from siwei_bot.plan import Assignment, BodyRef, Bureau, Indicator, Plan, Section, Task
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store
from tests.banks import ROOT, TODAY, all_banks, conversations, plan_file

PLAN = ROOT / "knowledge" / "plan.yaml"
FACTORS = (1, 10, 100, 1000)
QUESTIONS = 600
_PLACES = [
    "".join(pair)
    for pair in itertools.product("甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥", "东南西北中上下前后")
]
"""Names that tell the copies of bodies, measures and indicators apart."""


def enlarged(plan: Plan, factor: int) -> Plan:
    """The plan with every task, body and indicator ``factor`` times; the first of each is the original."""
    copies = range(1, factor)
    bureaus = [_bureau(bureau, at) for at in copies for bureau in plan.bureaus]
    indicators = [_indicator(i, at, len(plan.indicators)) for at in copies for i in plan.indicators]
    last_task = max(task.id for section in plan.sections for task in section.tasks)
    last_measure = max(
        m.id for s in plan.sections for t in s.tasks for a in t.assignments for m in a.measures
    )
    sections = [
        replace(section, tasks=(*section.tasks, *_tasks(section, copies, last_task, last_measure)))
        for section in plan.sections
    ]
    return replace(
        plan,
        bureaus=(*plan.bureaus, *bureaus),
        indicators=(*plan.indicators, *indicators),
        sections=tuple(sections),
    )


def _tasks(section: Section, copies: range, last_task: int, last_measure: int) -> Iterator[Task]:
    for at in copies:
        for task in section.tasks:
            assignments = tuple(_assignment(a, at, last_measure) for a in task.assignments)
            title = f"{_PLACES[at]}{task.title}"
            yield Task(task.id + at * last_task, title, assignments)


def _assignment(assignment: Assignment, at: int, last: int) -> Assignment:
    def bodies(refs: tuple[BodyRef, ...]) -> tuple[BodyRef, ...]:
        return tuple(BodyRef(f"{_PLACES[at]}{ref.name}", f"{_PLACES[at]}{ref.name}") for ref in refs)

    return replace(
        assignment,
        measures=tuple(
            replace(m, id=m.id + at * last, text=f"{_PLACES[at]}{m.text}", aliases=())
            for m in assignment.measures
        ),
        lead=bodies(assignment.lead),
        support=bodies(assignment.support),
        responsible=bodies(assignment.responsible),
    )


def _bureau(bureau: Bureau, at: int) -> Bureau:
    return Bureau(f"{_PLACES[at]}{bureau.name}")


def _indicator(indicator: Indicator, at: int, count: int) -> Indicator:
    bodies = tuple(BodyRef(f"{_PLACES[at]}{b.name}", f"{_PLACES[at]}{b.name}") for b in indicator.bureaus)
    name = f"{_PLACES[at]}{indicator.name}"
    return replace(indicator, id=indicator.id + at * count, name=name, aliases=(), bureaus=bodies)


def measure(factor: int) -> dict[str, float]:
    """What one size takes: seconds to load and to open, milliseconds an answer, MiB."""
    plan = enlarged(read_plan(PLAN), factor)
    start = time.perf_counter()
    with closing(Store(":memory:")) as store:
        store.load(plan, "large")
        loaded = time.perf_counter()
        bot = PlanBot(plan, store)
        bot.ask("第1条谁牵头")
        opened = time.perf_counter()
        times = list(_answers(bot))
    cuts = statistics.quantiles(times, n=100)
    return {
        "measures": len(bot.parser.lexicon.measure_ids),
        "load": loaded - start,
        "open": opened - loaded,
        "p50": cuts[49],
        "p95": cuts[94],
        "p99": cuts[98],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _answers(bot: PlanBot) -> Iterator[float]:
    """Milliseconds of each answer to every fourth conversation of the plan's banks."""
    found = (turns for bank in all_banks() if plan_file(bank) == PLAN for turns in conversations(bank))
    asked = 0
    for turns in itertools.islice(found, 0, None, 4):
        context = None
        for turn in turns:
            start = time.perf_counter()
            context = bot.ask(turn.text, context, today=TODAY).context
            yield 1000 * (time.perf_counter() - start)
            asked += 1
        if asked > QUESTIONS:
            return


def main() -> None:
    """Measure every size in a process of its own and print."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    factors = [int(word) for word in sys.argv[1:]] or FACTORS
    print("| size | measures | load | open | p50 | ratio | p95 | p99 | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    first = 0.0
    for factor in factors:
        command = [sys.executable, "-m", "benchmarks.scaling", "--one", str(factor)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(ROOT))
        one = json.loads(done.stdout)
        first = first or one["p50"]
        times = " | ".join(f"{one[cut]:.1f} ms" for cut in ("p95", "p99"))
        size = f"| {factor}× | {one['measures']:.0f} | {one['load']:.2f} s | {one['open']:.2f} s "
        ratio = f"| {one['p50']:.1f} ms | {one['p50'] / first:.1f} "
        print(f"{size}{ratio}| {times} | {one['memory']:.0f} MiB |", flush=True)


if __name__ == "__main__":
    main()
