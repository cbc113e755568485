"""The plans that tests ask about, and names of each to fill into questions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from siwei_bot import PlanBot
from siwei_bot.plan import Plan

ROOT = Path(__file__).parent.parent
PLANS = {"changzhi": ROOT / "knowledge" / "plan.yaml"} | {
    path.stem: path for path in sorted((ROOT / "tests" / "data" / "plans").glob("*.yaml"))
}


@cache
def bot_for(name: str) -> PlanBot:
    """One bot a plan, in memory, shared by all tests: asking changes nothing."""
    return PlanBot.open(PLANS[name])


def names_of(plan: Plan) -> dict[str, str]:
    """A leading body, another one, an indicator with its first and last target year and value, a topic."""
    assignments = [a for s in plan.sections for t in s.tasks for a in t.assignments]
    leads = [body.name for a in assignments for body in a.lead]
    indicator = next(
        i for i in plan.indicators if sum(t.value is not None and not t.baseline for t in i.targets) > 1
    )
    targets = [t for t in indicator.targets if t.value is not None and not t.baseline]
    first_text = assignments[0].measures[0].text
    return {
        "bureau": leads[0],
        "other": next(name for name in leads if name != leads[0]),
        "indicator": indicator.name,
        "earlier": str(targets[0].year),
        "year": str(targets[-1].year),
        "value": f"{targets[-1].value:g}{indicator.unit if indicator.unit != '1' else ''}",
        "topic": first_text[2:8],
    }
