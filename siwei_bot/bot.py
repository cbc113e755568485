"""The plan bot: one plan, one database, answers. Knows no front end and keeps no chat's state."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from siwei_bot.answer import Answerer, Findings, Row, measure_rows, section_rows, task_rows
from siwei_bot.language.lexicon import Lexicon
from siwei_bot.language.parse import Parser
from siwei_bot.language.reading import Choice, Context, Reading, Reason
from siwei_bot.language.vocabulary import vocabulary
from siwei_bot.plan import Plan
from siwei_bot.plan_file import read_plan
from siwei_bot.query import Query
from siwei_bot.render import Renderer
from siwei_bot.store import Store

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Answer:
    """What a question gets back: the contract's status, reason, rows and choices, and a text in Chinese.

    ``context`` is what the next question of the same chat is asked with.
    """

    status: str
    text: str
    reason: str = ""
    rows: tuple[Row, ...] = ()
    choices: tuple[Row, ...] = ()
    interpretation: str = ""
    source: str = ""
    context: Context = field(default_factory=Context)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ask --json``."""
        return {
            "status": self.status,
            "reason": self.reason,
            "rows": list(self.rows),
            "choices": list(self.choices),
            "text": self.text,
            "interpretation": self.interpretation,
            "source": self.source,
        }


class PlanBot:
    """Answers questions about one plan."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store
        self.parser = Parser(Lexicon(plan, vocabulary()))
        self.answerer = Answerer(store)
        self.renderer = Renderer(plan, store)

    @classmethod
    def open(cls, plan_file: str | Path, db: str | Path = ":memory:") -> PlanBot:
        """The bot for a plan file; loads the plan into the database if its content changed.

        Raises PlanFileError for errors of the plan file, StoreError for the database's.
        """
        plan = read_plan(plan_file)
        store = Store(db)
        digest = hashlib.sha256(Path(plan_file).read_bytes()).hexdigest()
        if store.loaded() in (None, (plan.id, digest)):
            store.load(plan, digest)
        else:
            from siwei_bot.notices import Ledger  # here: a new version is seldom, and its changes are told

            Ledger(store).load(plan, digest, by="")
        return cls(plan, store)

    def ask(self, text: str, context: Context | None = None, today: date | None = None) -> Answer:
        """The answer to one message; pure: the same message and context give the same answer."""
        context = context or Context()
        reading = self.parser.read(text, context, today or datetime.now(ZONE).date())
        if reading.chat:
            return self._worded(reading, Findings(), status="chat", context=context)
        if reading.choices:
            choices = tuple(self._choice_row(choice) for choice in reading.choices)
            after = Context(
                context.query, context.shown, reading.choices, reading.pending, previous=context.previous
            )
            return self._worded(reading, Findings(choices), status="clarify", context=after)
        if reading.reason:
            lost = reading.reason in ("not_understood", "no_match")
            after = Context(lost=True) if reading.forgets else replace(context, lost=context.lost or lost)
            if reading.pending is not None:
                after = Context(reading.pending, previous=context.previous)
            return self._worded(reading, Findings(), status="unknown", context=after)
        return self._answer(reading, context)

    def explain(self, text: str, context: Context | None = None, today: date | None = None) -> str:
        """How one message is read, step by step, in Chinese: for extending the vocabulary."""
        from siwei_bot.language.explain import explain  # only here: no answer needs it

        return explain(self.parser, text, context or Context(), today or datetime.now(ZONE).date())

    def _answer(self, reading: Reading, context: Context) -> Answer:
        rows: list[Row] = []
        missing, lines, reports = list(reading.missing), list[str](), list[Row]()
        failure: Reason = ""
        for query in reading.queries:
            found = self.answerer.find(query)
            rows += [row for row in found.rows if row not in rows]
            lines += found.lines
            reports += found.reports
            missing += found.missing
            failure = failure or found.failure
        if failure and not rows:
            failed = Reading(
                reason=failure, subject="、".join(missing), notes=reading.notes, queries=reading.queries
            )
            after = Context(_asked_again(reading.queries[0]), context.shown, previous=context.previous)
            return self._worded(failed, Findings(), status="unknown", context=after)
        query = reading.queries[0]
        shown = _shown(query, rows)
        kept = {choice.kind for choice in context.shown}
        if reading.picked and (len(shown) < 2 or (shown[0].kind == "bureau" and "bureau" not in kept)):
            shown = context.shown  # 第二个 … 后一个: the list that was counted in stays
        told = [str(row["name"]) for row in rows if row["kind"] == "bureau"]
        alone = tuple(told) if query.select == "bureau" and len(told) == 1 else ()
        named = (*alone, *(name for party in query.parties for name in party.bureaus))
        previous = tuple(dict.fromkeys((*(n for n in context.previous if n not in named), *named)))[-6:]
        years = tuple(dict.fromkeys((*(context.years if reading.inherits else ()), *query.years)))
        pending = context.pending if reading.left else None
        after = Context(query, shown, (), pending, left=reading.left, previous=previous, years=years)
        return self._worded(
            reading,
            Findings(tuple(rows), missing=tuple(missing), lines=tuple(lines), reports=tuple(reports)),
            status="answered",
            context=after,
        )

    def _worded(self, reading: Reading, findings: Findings, *, status: str, context: Context) -> Answer:
        text, source = self.renderer.render(reading, findings, status)
        clarify = status == "clarify"
        return Answer(
            status=status,
            text=text,
            reason=reading.reason,
            rows=() if clarify else findings.rows,
            choices=findings.rows if clarify else (),
            interpretation="；".join(reading.notes),
            source=source,
            context=context,
        )

    def _choice_row(self, choice: Choice) -> Row:
        if choice.kind == "bureau":
            return {"kind": "bureau", "name": choice.id}
        number = int(choice.id)
        if choice.kind == "indicator":
            return {
                "kind": "indicator",
                "id": number,
                "name": next(i.name for i in self.plan.indicators if i.id == number),
            }
        rows = {"task": task_rows, "measure": measure_rows, "section": section_rows}[choice.kind](
            self.store, [number]
        )
        return rows[0]


def _asked_again(query: Query) -> Query:
    """What a follow-up inherits of a question that could not be answered: of one for reports, the targets."""
    return replace(query, select="figure", check=False, change="") if query.select == "report" else query


def _shown(query: Query, rows: list[Row]) -> tuple[Choice, ...]:
    """The rows of the answer's list, which the next question may point at."""
    kind = {"work": "measure", "fact": "indicator", "figure": "indicator"}.get(query.select, query.select)
    ids: list[int | str] = []
    for row in rows:
        if row["kind"] == kind:
            ids.append(row["id"] if "id" in row else row.get("name", ""))
        elif kind == "indicator" and row["kind"] in ("figure", "fact", "number") and "indicator" in row:
            ids.append(row["indicator"])
        elif query.check and row["kind"] == "measure" and kind != "measure":
            continue
    return tuple(Choice(kind, i) for i in dict.fromkeys(ids))
