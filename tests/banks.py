"""Question banks: reading them, asking them and judging the answers.

``python -m tests.banks [--misses N] [BANK.jsonl …]`` prints the score of every bank and category.

A bank is a JSON Lines file, a case a line; a case is a conversation of one or more turns; a turn is a
text and the answer that is expected of it. The folder of a bank is named for its plan. What can be
expected:

- ``status``, and for ``unknown`` the ``reason`` (documentation: any ``unknown`` is right);
- ``rows``: for every kind that is named, exactly these rows, no more and no fewer; other kinds are free;
- ``choices``: choices that must be offered, among others.

``accept`` holds further answers that are as good.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from siwei_bot import PlanBot

ROOT = Path(__file__).resolve().parent.parent
BANKS = ROOT / "tests" / "questions"
TODAY = date(2026, 6, 1)
"""The day on which the banks are asked, so that 今年 means the same every time."""

Verdict = Literal["right", "asked", "wrong", "broken"]
"""As expected; a question back or a refusal where there is an answer (or one for the other);
anything else; an answer that the contract does not allow."""

VERDICTS: tuple[Verdict, ...] = ("right", "asked", "wrong", "broken")
_STATUSES = frozenset({"answered", "clarify", "unknown", "chat"})
_KINDS = frozenset(
    {"measure", "task", "section", "indicator", "figure", "fact", "bureau", "number", "verdict"}
)
_PENALTY = 10

Row = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message of a case and what is expected of its answer."""

    name: str
    category: str
    text: str
    expect: Row
    accept: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A turn with its answer and the verdict on it."""

    turn: Turn
    answer: Row
    verdict: Verdict


class Score(Counter[str]):
    """How many turns got each verdict."""

    @property
    def right(self) -> float:
        """Right answers in percent."""
        return 100 * self["right"] / max(1, self.total())

    @property
    def wrong(self) -> float:
        """Wrong and broken answers in percent."""
        return 100 * (self["wrong"] + self["broken"]) / max(1, self.total())

    @property
    def reliability(self) -> float:
        """RS(10): a right answer counts one, a wrong or broken one minus ten, in percent."""
        return self.right - _PENALTY * self.wrong

    def __str__(self) -> str:
        parts = [f"{verdict} {100 * self[verdict] / max(1, self.total()):5.1f}%" for verdict in VERDICTS]
        return f"{self.total():5}  {'  '.join(parts)}  RS(10) {self.reliability:7.1f}"


# -- banks and plans -------------------------------------------------------------------------------


def all_banks() -> list[Path]:
    """Every bank, by plan."""
    return sorted(BANKS.glob("*/*.jsonl"))


def bank_name(bank: Path) -> str:
    """A bank's name: its plan's and its own."""
    return f"{bank.parent.name}/{bank.stem}"


def plan_file(bank: Path) -> Path:
    """The plan that a bank asks about: the one beside it, or one that other tests use too."""
    own, name = bank.parent / "plan.yaml", bank.parent.name
    if own.exists():
        return own
    return ROOT / "knowledge/plan.yaml" if name == "changzhi" else ROOT / f"tests/data/plans/{name}.yaml"


def conversations(bank: Path) -> Iterator[list[Turn]]:
    """The cases of a bank, each a list of turns."""
    for line in filter(str.strip, bank.read_text("utf-8").splitlines()):
        case = json.loads(line)
        yield [
            Turn(
                f"{bank_name(bank)} {case['id']}#{number}",
                case["cat"],
                turn["text"],
                turn["expect"],
                tuple(turn.get("accept", ())),
            )
            for number, turn in enumerate(case["turns"])
        ]


def ask_bank(bot: PlanBot, bank: Path) -> Iterator[Outcome]:
    """Ask every turn of a bank; each case is a conversation of its own. A crash is a broken answer."""
    for turns in conversations(bank):
        context = None
        for turn in turns:
            try:
                answer = bot.ask(turn.text, context, today=TODAY)
                context, found = answer.context, answer.to_dict()
            except Exception as error:
                found = {"status": repr(error)}
            yield Outcome(turn, found, judge(found, turn.expect, *turn.accept))


# -- judging ---------------------------------------------------------------------------------------


def judge(answer: Row, expect: Row, *accept: Row) -> Verdict:
    """The verdict on an answer, given what is expected and what else is as good."""
    if not _allowed(answer):
        return "broken"
    if any(_fits(answer, wanted) for wanted in (expect, *accept)):
        return "right"
    if expect["status"] == "answered":
        return "asked" if answer["status"] in ("clarify", "unknown") else "wrong"
    return "wrong" if answer["status"] == "answered" else "asked"


def _allowed(answer: Row) -> bool:
    return (
        answer.get("status") in _STATUSES
        and bool(str(answer.get("text", "")).strip())
        and all(row.get("kind") in _KINDS for row in answer.get("rows") or ())
    )


def _fits(answer: Row, wanted: Row) -> bool:
    if answer["status"] != wanted["status"]:
        return False
    if wanted["status"] == "clarify":
        return _offers(answer.get("choices") or [], wanted.get("choices") or {})
    if wanted["status"] == "answered":
        rows = answer.get("rows") or []
        return all(_same(kind, value, rows) for kind, value in wanted.get("rows", {}).items())
    return True


def _offers(choices: Sequence[Row], wanted: Row) -> bool:
    offered = {(c["kind"], c["name"] if c["kind"] == "bureau" else c["id"]) for c in choices}
    return 2 <= len(choices) <= 6 and all((kind, id) in offered for kind, ids in wanted.items() for id in ids)


def _same(kind: str, wanted: Any, rows: Sequence[Row]) -> bool:
    """Whether the rows of a kind are those that are wanted."""
    found = [row for row in rows if row["kind"] == kind]
    if kind == "number":
        numbers = {row["of"]: row["value"] for row in found}
        return all(of in numbers and _close(numbers[of], value) for of, value in wanted.items())
    if kind == "verdict":
        return [row["value"] for row in found] == [wanted]
    if kind == "figure":
        figures = {(row["indicator"], row["year"]): row["value"] for row in found}
        return len(figures) == len(wanted) and all(
            (id, year) in figures and _close(figures[id, year], value) for id, year, value in wanted
        )
    if kind == "fact":
        facts = {(str(row["indicator"]), row["field"], str(row["value"])) for row in found}
        return facts == {tuple(map(str, fact)) for fact in wanted}
    if kind == "bureau":
        return _same_bodies([(row["name"], row.get("role")) for row in found], wanted)
    return {row["id"] for row in found} == set(wanted)


def _same_bodies(found: Sequence[tuple[str, str | None]], wanted: Iterable[str]) -> bool:
    """Bodies are wanted as ``name``, in whatever role, or as ``name:role``."""
    split = [tuple(body.partition(":")[::2]) for body in wanted]
    any_role = {name for name, role in split if not role}
    with_role = {(name, role) for name, role in split if role}
    names = any_role | {name for name, _ in with_role}
    return (
        {name for name, _ in found} == names
        and with_role <= set(found)
        and all(name in any_role or (name, role) in with_role for name, role in found)
    )


def _close(found: Any, wanted: Any) -> bool:
    """Equal; numbers up to rounding to two decimals."""
    try:
        return abs(float(found) - float(wanted)) <= max(0.011, abs(float(wanted)) / 10_000)
    except (TypeError, ValueError):
        return bool(found == wanted)


# -- the command -----------------------------------------------------------------------------------


def main() -> None:
    """Print the score of banks and, in each, of the categories."""
    parser = argparse.ArgumentParser(description="Score the question banks.")
    parser.add_argument("banks", nargs="*", type=Path, help="bank files (default: all)")
    parser.add_argument("--misses", type=int, default=0, help="how many misses of each bank to show")
    options = parser.parse_args()
    bots: dict[Path, PlanBot] = {}
    total = Score()
    for bank in [path.resolve() for path in options.banks] or all_banks():
        plan = plan_file(bank)
        bot = bots.setdefault(plan, bots.get(plan) or PlanBot.open(plan))
        outcomes = list(ask_bank(bot, bank))
        by_category: dict[str, Score] = {}
        for outcome in outcomes:
            by_category.setdefault(outcome.turn.category, Score())[outcome.verdict] += 1
        score = Score(outcome.verdict for outcome in outcomes)
        total.update(score)
        print(f"{bank_name(bank):40} {score}")
        for category, part in sorted(by_category.items()):
            print(f"    {category:36} {part}")
        _print_misses(outcomes, options.misses)
    print(f"{'all banks':40} {total}")


def _print_misses(outcomes: Iterable[Outcome], most: int) -> None:
    misses = [outcome for outcome in outcomes if outcome.verdict != "right"]
    for miss in sorted(misses, key=lambda outcome: -VERDICTS.index(outcome.verdict))[:most]:
        shown = {
            key: value for key, value in miss.answer.items() if key in ("status", "reason", "rows", "choices")
        }
        print(f"    {miss.verdict:6} {miss.turn.name} {miss.turn.text}")
        print(f"           want {json.dumps(miss.turn.expect, ensure_ascii=False)[:300]}")
        print(f"           got  {json.dumps(shown, ensure_ascii=False)[:300]}")


if __name__ == "__main__":
    main()
