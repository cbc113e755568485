"""Many ways to ask one thing are answered with the plan's rows, or not at all."""

from __future__ import annotations

import json

import pytest

from tests.banks import BANKS, Score
from tests.phrasings import EXPECTED, ask, intents, phrasings

RIGHT, WRONG = 60, 12
"""In percent, of every intent; of all together see below."""


@pytest.mark.parametrize("intent", intents())
def test_phrasings_of(intent: str) -> None:
    outcomes = list(ask(intent))
    score = Score(verdict for _, verdict in outcomes)
    misses = "\n".join(f"{verdict} {question}" for question, verdict in outcomes if verdict == "wrong")
    assert score.right >= RIGHT, f"{score}\n{misses}"
    assert score.wrong <= WRONG, f"{score}\n{misses}"


def test_all_phrasings_together() -> None:
    score = Score(verdict for intent in intents() for _, verdict in ask(intent))
    assert score.right >= 91, str(score)
    assert score.wrong <= 1.5, str(score)


def test_every_expectation_is_of_a_sentence() -> None:
    lines = (BANKS / "phrasings.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["intent"] for line in lines} >= set(EXPECTED)
    assert len(phrasings()) > 2000
