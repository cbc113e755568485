"""Lists of measures, grouped by task, and the forms in which a list gets shorter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from siwei_bot.render.book import Book
from siwei_bot.render.parts import Form
from siwei_bot.render.words import clipped, due_words, measures_said, phrases

FULL_TEXTS = 8
"""Measures of a list that are quoted in full; of more, the beginnings."""

FEW = 3
"""Measures that are quoted in full even where they only stand behind the answer."""


class Share(NamedTuple):
    """Measures of a list that stand together: those that one body has in one role, or all."""

    ids: Sequence[int]
    label: str = ""
    doing: str = ""
    """How the number of these measures is introduced: 市水利局牵头."""


class Lists:
    """Lists of measures, grouped by task."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def forms(self, shares: Sequence[Share], *, bodies: bool = False, due: bool = False) -> list[Form]:
        """The list under each label, from full texts down to mere numbers."""
        count = sum(len(share.ids) for share in shares)
        if not count:
            return []
        forms = [self._texts(shares, cut=True, due=due)]
        if count <= FULL_TEXTS:
            forms.insert(0, self._texts(shares, due=due))
            if bodies:
                forms.insert(0, self._texts(shares, bodies=True))
        return [*forms, *self._short(shares)]

    def of_holders(self, ids: Sequence[int], roles: Sequence[str], said: str) -> list[Form]:
        """The measures behind an answer about bodies: who does which, unless ``said`` has told it."""
        if not ids:
            return []
        shares = [Share(ids)]
        bodies = {self.book.measures[id].bodies for id in ids}
        told = len(bodies) == 1 and all(name in said for held in bodies for names in held for name in names)
        forms = [self._texts(shares, cut=True, bodies=not told)] if len(ids) <= FULL_TEXTS else []
        if len(ids) <= FEW:
            forms.insert(0, self._texts(shares, bodies=not told))
        tasks = self.book.under(ids).items()
        statements = [(task, self.book.statements(measures, roles)) for task, measures in tasks]
        lines = [f"任务{task}：{'；'.join(found)}" for task, found in statements if found]
        return [*forms, *([lines] if lines and not told else []), *self._short(shares)]

    def _texts(
        self, shares: Sequence[Share], *, cut: bool = False, bodies: bool = False, due: bool = False
    ) -> Form:
        lines: Form = []
        shortened: list[int] = []
        for share in shares:
            lines += [f"【{share.label}】"] if share.label else []
            for task, ids in self.book.under(share.ids).items():
                lines.append(self.book.task_said(task))
                for id, following in zip(ids, [*ids[1:], 0], strict=True):
                    entry = self.book.measures[id]
                    text = clipped(entry.measure.text) if cut else entry.measure.text
                    shortened += [id] if text != entry.measure.text else []
                    when = f"（{due_words(entry.assignment.due) or '没有写时限'}）" if due else ""
                    lines.append(f"{id}. {text}{when}")
                    same = following and self.book.measures[following].assignment is entry.assignment
                    lines += [f"（{self.book.held(entry)}）"] if bodies and not same else []
        hint = phrases()["more"]["cut"].format(measures=measures_said(shortened)) if shortened else ""
        return [*lines, *([hint] if hint else [])]

    def _short(self, shares: Sequence[Share]) -> list[Form]:
        """Forms without texts."""
        first = next(share.ids[0] for share in shares if share.ids)
        hint = phrases()["more"]["compact"].format(task=self.book.measures[first].task.id, measure=first)
        most = max(len(self.book.under(share.ids)) for share in shares)
        forms = [self._compact(shares, kept) for kept in (most, 12, 6, 3) if kept <= most]
        numbers = [f"{f'【{s.label}】' if s.label else ''}{measures_said(s.ids)}" for s in shares]
        return [[*form, hint] for form in (*forms, numbers)]

    def _compact(self, shares: Sequence[Share], kept: int) -> Form:
        lines: Form = []
        for share in shares:
            lines += [f"【{share.label}】"] if share.label else []
            tasks = list(self.book.under(share.ids).items())
            lines += [f"{self.book.task_said(task)}：{measures_said(ids)}" for task, ids in tasks[:kept]]
            if tasks[kept:]:
                count = sum(len(ids) for _, ids in tasks[kept:])
                rest = "；".join(f"任务{task}{measures_said(ids)}" for task, ids in tasks[kept:])
                lines.append(f"另有{count}条：{rest}")
        return lines
