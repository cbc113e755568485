"""Plans written as numbered paragraphs, with who does what in brackets after them.

一、… is a section, （一）… a task, 1.… a measure; with two kinds of numbers the second is the task, whose
first sentence is its title.
"""

from __future__ import annotations

from collections.abc import Sequence

from siwei_bot.importing.document import Paragraph, has_odd_blank
from siwei_bot.importing.found import Found, FoundMeasure, FoundSection, FoundTask
from siwei_bot.importing.labels import Label, label
from siwei_bot.importing.roles import allotment, taken_from
from siwei_bot.importing.tasks import split_by_allotment

_LONGEST_TITLE = 40


def read_outline(paragraphs: Sequence[Paragraph], found: Found) -> None:
    """Add the sections and tasks of numbered paragraphs; nothing where none says who does what."""
    texts = [paragraph.text for paragraph in paragraphs]
    if not any(taken_from(text) or _is_allotment(text) for text in texts):
        return
    labels = [label(text) for text in texts]
    styles = list(dict.fromkeys(found_label.style for found_label in labels if found_label))
    reader = _Reader(found, styles)
    for text, printed in zip(texts, labels, strict=True):
        reader.read(text, printed)
    reader.finish()


def _is_allotment(text: str) -> bool:
    return (parts := allotment([text])) is not None and any(f"{part.word}：" in text for part in parts)


class _Reader:
    """Goes through the paragraphs; ``styles`` are the kinds of numbers in the order of their first use."""

    def __init__(self, found: Found, styles: Sequence[str]) -> None:
        self._found = found
        depths = dict(zip(styles, range(len(styles)), strict=True))
        below = 0 if len(styles) > 1 else 1  # with one kind of numbers there are tasks only
        self._depths = {style: depth + below for style, depth in depths.items()}
        self._task: FoundTask | None = None
        self._measures: list[FoundMeasure] = []

    def read(self, text: str, printed: Label | None) -> None:
        depth = self._depths[printed.style] if printed else -1
        if printed is not None and depth == 0:
            self.finish()
            self._found.sections.append(FoundSection.titled(text))
        elif printed is not None and depth == 1:
            self._begin_task(printed)
        elif self._task is None:
            self._found.unused.append(f"正文：{text}")
        elif printed is not None and depth == 2:
            self._measures.append(_measure(printed.rest, printed.number))
        else:
            self._go_on(text, is_part=printed is not None)

    def finish(self) -> None:
        """Make groups of the measures of the task that ends here."""
        if self._task is not None:
            self._task.groups += split_by_allotment(self._measures, "", [], self._found)
        self._task, self._measures = None, []

    def _begin_task(self, printed: Label) -> None:
        self.finish()
        if not self._found.sections:
            self._found.sections.append(FoundSection(""))
        title, rest = _title_and_rest(printed.rest)
        self._task = FoundTask(title, printed.number)
        if len(title) > _LONGEST_TITLE:
            self._task.unclear.append("标题太长，可能没有和正文分开")
        self._found.sections[-1].tasks.append(self._task)
        if rest:
            self._measures.append(_measure(rest, None))

    def _go_on(self, text: str, *, is_part: bool) -> None:
        """A paragraph without a number of its own, or with one of a lower kind."""
        if _is_allotment(text):
            text = f"（{text.rstrip('。')}）"
        taken = taken_from(text)
        is_only_who = taken is not None and not taken[0]
        if self._measures and (is_part or (is_only_who and taken_from(self._measures[-1].text) is None)):
            self._measures[-1].text += text
        elif is_only_who or not self._measures or not is_part:
            self._measures.append(_measure(text, None))


def _measure(text: str, number: int | None) -> FoundMeasure:
    made = FoundMeasure(text.strip(), number)
    if has_odd_blank([text]):
        made.unclear.append("文字里有空格，照录")
    return made


def _title_and_rest(text: str) -> tuple[str, str]:
    """A heading and what follows it in the same paragraph.

    >>> _title_and_rest("加强节水。落实制度。（责任单位：甲局）"), _title_and_rest("加强节水")
    (('加强节水', '落实制度。（责任单位：甲局）'), ('加强节水', ''))
    """
    title, stop, rest = text.strip().partition("。")
    if not stop and (taken := taken_from(title)):
        return taken[0], title[len(taken[0]) :]
    return title, rest.strip()
