"""What the tests share: the real plan, a bot for it, and homes of their own for everything on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from siwei_bot import PlanBot
from siwei_bot.plan import Plan
from siwei_bot.plan_file import read_plan

# No test is timed; HYPOTHESIS_PROFILE=thorough tries ten times as many examples.
settings.register_profile("default", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

PLAN_FILE = Path(__file__).resolve().parent.parent / "knowledge" / "plan.yaml"


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own database, settings or history."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in ("SIWEI_PLAN", "SIWEI_DB", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def real_plan() -> Plan:
    """The plan that the project ships."""
    return read_plan(PLAN_FILE)


@pytest.fixture(scope="session")
def real_bot() -> PlanBot:
    """A bot for the plan that the project ships."""
    return PlanBot.open(PLAN_FILE)
