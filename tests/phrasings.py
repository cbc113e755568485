"""Many ways to ask one thing: sentences with slots, filled from a plan, and the rows that the plan gives.

``python -m tests.phrasings [--misses N]`` prints the score of every intent.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from siwei_bot.plan import ROLES, Indicator, Plan, Target
from tests.banks import BANKS, TODAY, VERDICTS, Row, Score, Verdict, judge
from tests.plans import bot_for

ASKED_OF = ("changzhi", "yunxi_yanglao")
"""The plans that the sentences are asked of."""
TOPICS = {
    "changzhi": ("合同节水管理", "水资源税改革", "适水种植", "节水型器具"),
    "yunxi_yanglao": ("智慧养老平台", "失能等级评估", "老旧小区加装电梯"),
}
"""Phrases of one measure each."""
BEFORE = {
    "fu_role_support": "{bureau}牵头哪些措施",
    "fu_bureau": "{bureau}牵头哪些措施",
    "fu_correct_bureau": "{bureau}牵头哪些措施",
    "fu_correct_role": "{bureau}牵头哪些措施",
    "fu_count": "{bureau}牵头哪些措施",
    "fu_year": "{indicator}{earlier}年目标",
    "fu_who": "第{n}条写的什么",
    "fu_section": "第{n}条写的什么",
}
"""What is asked before a follow-up."""


@dataclass(frozen=True)
class Phrasing:
    """A sentence with slots, and what it asks."""

    intent: str
    text: str


@dataclass(frozen=True)
class Filled:
    """What fills the slots of one sentence, as names and as what they stand for."""

    plan: Plan
    words: dict[str, str]
    bureau: str
    other: str
    number: int
    indicator: Indicator
    first: Target
    last: Target
    topic: str

    @property
    def measures(self) -> dict[int, Row]:
        """Every measure with its place, text and bodies by role."""
        return _measures(self.plan)

    def of(self, name: str, *roles: str) -> list[int]:
        """The measures in which a body has one of the roles."""
        return [id for id, m in self.measures.items() if any(name in m[role] for role in roles or ROLES)]

    def bodies(self, ids: list[int], *roles: str) -> list[str]:
        """The bodies of measures, with their roles."""
        return sorted({f"{name}:{role}" for id in ids for role in roles for name in self.measures[id][role]})

    def leads(self, ids: list[int]) -> list[str]:
        """Who leads measures, or is responsible where nobody leads."""
        return self.bodies(ids, "lead") or self.bodies(ids, "responsible")

    @property
    def about(self) -> list[int]:
        """The measures that hold the topic."""
        return [id for id, m in self.measures.items() if self.topic in m["text"]]


def _answered(**rows: Any) -> Row:
    return {"status": "answered", "rows": rows}


def _most_leading(f: Filled) -> list[str]:
    counts = {b.name: len(f.of(b.name, "lead")) for b in f.plan.bureaus}
    return [name for name, count in counts.items() if count == max(counts.values())]


def _values(f: Filled, *targets: Target) -> list[list[Any]]:
    return [[f.indicator.id, t.year, t.text if t.value is None else t.value] for t in targets]


def _change(f: Filled) -> float:
    return (f.last.value or 0) - (f.first.value or 0)


def _only_supporting(f: Filled) -> list[str]:
    names = [b.name for b in f.plan.bureaus]
    return [name for name in names if f.of(name, "support") and not f.of(name, "lead")]


EXPECTED: dict[str, Callable[[Filled], Row]] = {
    "bureau_lead": lambda f: _answered(measure=f.of(f.bureau, "lead")),
    "bureau_support": lambda f: _answered(measure=f.of(f.bureau, "support")),
    "bureau_measures": lambda f: _answered(measure=f.of(f.bureau)),
    "topic_lead": lambda f: _answered(bureau=f.leads(f.about)),
    "topic_support": lambda f: _answered(bureau=f.bodies(f.about, "support")),
    "topic_who": lambda f: _answered(bureau=f.bodies(f.about, *ROLES)),
    "measure_lead": lambda f: _answered(bureau=f.leads([f.number])),
    "measure_text": lambda f: _answered(measure=[f.number]),
    "ind_value": lambda f: _answered(figure=_values(f, f.last)),
    "ind_all": lambda f: _answered(figure=_values(f, *(t for t in f.indicator.targets if not t.baseline))),
    "ind_diff": lambda f: _answered(number={"difference": _change(f)}),
    "ind_pct": lambda f: _answered(number={"percent_change": 100 * _change(f) / (f.first.value or 1)}),
    "ind_unit": lambda f: _answered(fact=[[f.indicator.id, "unit", f.indicator.unit]]),
    "ind_attr": lambda f: _answered(fact=[[f.indicator.id, "attribute", f.indicator.attribute]]),
    "ind_list_attr": lambda f: _answered(
        indicator=[i.id for i in f.plan.indicators if i.attribute == f.words["attribute"]]
    ),
    "ind_actual": lambda f: {"status": "unknown"},
    "number_ind_claim": lambda f: _answered(verdict=True),
    "joint_lead": lambda f: _answered(
        measure=[i for i in f.of(f.bureau, "lead") if i in f.of(f.other, "lead")]
    ),
    "alone_lead": lambda f: _answered(
        measure=[i for i in f.of(f.bureau, "lead") if f.measures[i]["lead"] == [f.bureau]]
    ),
    "mixed": lambda f: _answered(
        measure=[i for i in f.of(f.bureau, "lead") if i in f.of(f.other, "support")]
    ),
    "count_lead": lambda f: _answered(number={"measure": len(f.of(f.bureau, "lead"))}),
    "yesno_lead": lambda f: _answered(verdict=f.bureau in f.measures[f.number]["lead"]),
    "yesno_topic": lambda f: _answered(verdict=any(i in f.of(f.bureau) for i in f.about)),
    "partners": lambda f: _answered(
        bureau=[b for b in f.bodies(f.of(f.bureau, "lead"), "lead") if b != f"{f.bureau}:lead"]
    ),
    "rank_lead": lambda f: _answered(bureau=_most_leading(f)),
    "lead_nothing": lambda f: _answered(bureau=_only_supporting(f)),
    "topic_measure": lambda f: _answered(measure=f.about),
    "exists_topic": lambda f: _answered(measure=f.about, verdict=True),
    "fu_role_support": lambda f: _answered(measure=f.of(f.bureau, "support")),
    "fu_bureau": lambda f: _answered(measure=f.of(f.other, "lead")),
    "fu_correct_bureau": lambda f: _answered(measure=f.of(f.other, "lead")),
    "fu_correct_role": lambda f: _answered(measure=f.of(f.bureau, "support")),
    "fu_year": lambda f: _answered(figure=_values(f, f.last)),
    "fu_who": lambda f: _answered(bureau=f.leads([f.number])),
    "fu_count": lambda f: _answered(number={"measure": len(f.of(f.bureau, "lead"))}),
    "fu_section": lambda f: _answered(section=[f.measures[f.number]["section"]]),
    "task_measures": lambda f: _answered(
        measure=[i for i, m in f.measures.items() if m["task"] == f.measures[f.number]["task"]]
    ),
    "section_tasks": lambda f: _answered(
        task=sorted(
            {m["task"] for m in f.measures.values() if m["section"] == f.measures[f.number]["section"]}
        )
    ),
    "chat_help": lambda f: {"status": "chat"},
    "chat_thanks": lambda f: {"status": "chat"},
    **{f"refuse_{what}": lambda f: {"status": "unknown"} for what in ("person", "reason", "money", "order")},
}
"""What each intent is answered with, straight from the plan."""


@cache
def phrasings() -> tuple[Phrasing, ...]:
    """Every sentence whose answer follows from the plan alone."""
    lines = (BANKS / "phrasings.jsonl").read_text("utf-8").splitlines()
    found = [Phrasing(**json.loads(line)) for line in lines]
    return tuple(phrasing for phrasing in found if phrasing.intent in EXPECTED)


def intents() -> list[str]:
    """What the sentences ask."""
    return sorted({phrasing.intent for phrasing in phrasings()})


def ask(intent: str) -> Iterator[tuple[str, Verdict]]:
    """Ask every sentence of an intent of every plan: the question, and the verdict on its answer."""
    for place, phrasing in enumerate(p for p in phrasings() if p.intent == intent):
        for name in ASKED_OF:
            filled = _fill(name, random.Random(f"{place} {name}"))
            bot, context = bot_for(name), None
            if intent in BEFORE:
                context = bot.ask(BEFORE[intent].format(**filled.words), today=TODAY).context
            question = phrasing.text.format(**filled.words)
            answer = bot.ask(question, context, today=TODAY)
            yield question, judge(answer.to_dict(), EXPECTED[intent](filled))


def _fill(name: str, choose: random.Random) -> Filled:
    plan = bot_for(name).plan
    measures = _measures(plan)
    both = [
        b.name
        for b in plan.bureaus
        if all(any(b.name in m[role] for m in measures.values()) for role in ("lead", "support"))
    ]
    bureau, other = choose.sample(both, 2)
    number = choose.choice(sorted(measures))
    indicator, targets = choose.choice([(i, t) for i in plan.indicators if len(t := _numbers(i)) > 1])
    unit = "" if indicator.unit == "1" else indicator.unit
    topic = choose.choice(TOPICS[name])
    words = {
        "bureau": bureau,
        "other": other,
        "n": str(number),
        "task": str(measures[number]["task"]),
        "section": str(measures[number]["section"]),
        "indicator": indicator.name,
        "earlier": str(targets[0].year),
        "year": str(targets[-1].year),
        "value": f"{targets[-1].value:g}{unit}",
        "attribute": choose.choice(["约束性", "预期性"]),
        "topic": topic,
    }
    return Filled(plan, words, bureau, other, number, indicator, targets[0], targets[-1], topic)


def _numbers(indicator: Indicator) -> list[Target]:
    return [t for t in indicator.targets if t.value is not None and not t.baseline]


def _measures(plan: Plan) -> dict[int, Row]:
    return {
        measure.id: {
            "task": task.id,
            "section": section.id,
            "text": measure.text,
            **{role: [body.name for body in getattr(assignment, role)] for role in ROLES},
        }
        for section in plan.sections
        for task in section.tasks
        for assignment in task.assignments
        for measure in assignment.measures
    }


def main() -> None:
    """Print the score of every intent."""
    parser = argparse.ArgumentParser(description="Score many ways to ask one thing.")
    parser.add_argument("--misses", type=int, default=0, help="how many misses of each intent to show")
    options = parser.parse_args()
    total = Score()
    for intent in intents():
        outcomes = list(ask(intent))
        score = Score(verdict for _, verdict in outcomes)
        total.update(score)
        print(f"{intent:40} {score}")
        misses = [outcome for outcome in outcomes if outcome[1] != "right"]
        for question, verdict in sorted(misses, key=lambda m: -VERDICTS.index(m[1]))[: options.misses]:
            print(f"    {verdict:6} {question}")
    print(f"{'all phrasings':40} {total}")


if __name__ == "__main__":
    main()
