"""Answer rows → words for a person in a chat: the direct answer first, then the list, then the source."""

from __future__ import annotations

from siwei_bot.answer import Findings
from siwei_bot.language.reading import Reading
from siwei_bot.plan import Plan
from siwei_bot.store import Store


class Renderer:
    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store

    def render(self, reading: Reading, findings: Findings, status: str) -> tuple[str, str]:
        return f"{status} {reading.reason} {reading.subject} {findings.rows}", self.plan.source
