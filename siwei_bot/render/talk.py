"""Texts that are no answers: small talk with example questions, and questions back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from siwei_bot.answer import Row
from siwei_bot.render.book import Book
from siwei_bot.render.words import bracketed, clipped, measures_said, numbered, phrases, sections_said


class Examples:
    """Questions that the loaded plan answers, to show what can be asked."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def questions(self) -> list[str]:
        """The best first: a body's work, who does a thing, a target, a task, a list, a yes or no."""
        found = (self._body(), self._thing(), self.target(), self._task(), self._attribute(), self._check())
        return [question for question in found if question]

    def of(self, name: str) -> list[str]:
        """Questions about one body."""
        verbs = [self.book.verb(role) for role in self.book.roles_of(name) if self.book.verb(role)]
        found = [f"{name}{verb}哪些任务" for verb in verbs or ["负责"]]
        return [*found, *([f"{name}负责哪些指标"] if self.book.indicators_of(name) else [])]

    def target(self) -> str:
        """A question for a target; empty for a plan without numbers."""
        for indicator in self.book.plan.indicators:
            years = [t.year for t in indicator.targets if not t.baseline and t.value is not None]
            if years:
                return f"{indicator.name}{years[-1]}年的目标是多少"
        return ""

    @property
    def _main(self) -> str:
        return "lead" if self.book.names_leads else "responsible"

    def _body(self) -> str:
        held = [(b.name, len(self.book.roles_of(b.name).get(self._main, []))) for b in self.book.plan.bureaus]
        busy = [name for name, count in held if 3 <= count <= 10] or [name for name, count in held if count]
        return f"{busy[0]}{self.book.verb(self._main) or '负责'}哪些任务" if busy else ""

    def _thing(self) -> str:
        aliases = [alias for entry in self.book.measures.values() for alias in entry.measure.aliases]
        aliases += [alias for task in self.book.tasks.values() for alias in task.aliases]
        thing = aliases[0] if aliases else measures_said([*self.book.measures][:1])
        return f"{thing}由谁{self.book.verb(self._main) or '负责'}" if self.book.measures else ""

    def _task(self) -> str:
        return f"任务{max(self.book.tasks)}有哪些措施" if self.book.tasks else ""

    def _attribute(self) -> str:
        attributes = [i.attribute for i in self.book.plan.indicators if i.attribute]
        return f"{attributes[0]}指标有哪些" if attributes else ""

    def _check(self) -> str:
        verb = self.book.verb("support")
        for id, entry in self.book.measures.items():
            if entry.names("support") and verb:
                return f"{entry.names('support')[0]}{verb}第{id}条吗"
        return ""


class Talk:
    """Small talk and questions back."""

    def __init__(self, book: Book, examples: Examples) -> None:
        self.book = book
        self.examples = examples

    def choices(self, notes: Sequence[str], rows: Sequence[Row]) -> str:
        """A question back, with what can be chosen by number."""
        words = phrases()["choose"]
        kinds = {row["kind"] for row in rows}
        question = words[kinds.pop()] if len(kinds) == 1 else words["mixed"]
        lines = numbered([self._choice(row) for row in rows])
        # a note on the very word that is asked about would say that it was read already
        chosen = [str(row["name"]) for row in rows if "name" in row]
        aside = bracketed([note for note in notes if not any(name in note for name in chosen)])
        return "\n".join([question, *aside, *lines, words["reply"]])

    def _choice(self, row: Row) -> str:
        kind, book = row["kind"], self.book
        if kind == "task":
            return book.task_said(row["id"])
        if kind == "measure":
            return f"第{row['id']}条 {clipped(book.measures[row['id']].measure.text)}"
        if kind == "section":
            return f"{sections_said([row['id']])} {book.sections[row['id']].title}"
        return book.indicators[row["id"]].name if kind == "indicator" else str(row["name"])

    def chat(self, cue: str) -> str:
        """The answer to a greeting, thanks, a cry for help."""
        words = phrases()["chat"]
        questions = self.examples.questions[: 5 if cue == "help" else 3]
        examples = "\n".join(numbered(questions))
        text = words.get(cue, words["help"])
        return text.format(plan=self.book.name, examples=examples, **self.book.verbs).strip()
