"""Which world a sentence is about: the plan's indicators, or its tasks, measures and bodies."""

from __future__ import annotations

from siwei_bot.language.conditions import counted_kinds
from siwei_bot.language.drafting import Drafter, Sentence
from siwei_bot.query import Topic


def is_about_figures(sentence: Sentence) -> bool:
    """Whether a sentence is about indicators.

    Indicators that only say what work is about (用水总量方面的措施) become its topics.
    """
    return _World(sentence).is_figures()


class _World(Drafter):
    def is_figures(self) -> bool:
        slots = self.slots
        if self._work_on_indicators():
            slots.topics += [Topic(m.text, ((m.text,),)) for m in slots.mentions if m.kind == "indicator"]
            slots.indicators = []
            return False
        if self._indicators_beside_work() or len(counted_kinds(slots)) > 1:
            return False
        if self._names_figures() or self._counts_things():
            return True
        if slots.values or slots.tallied("value"):
            return not (slots.measures or slots.tasks)
        return self._asks_figures() or self._dated() or self._asks_value()

    def _work_on_indicators(self) -> bool:
        """跟用水总量有关的措施有哪些."""
        has = self.has
        asks = has("about") or self.slots.says("有") or has("exists")
        work = asks and has("work_noun", "measure_noun") and not has("indicator_noun")
        return work and bool(self.slots.indicators)

    def _indicators_beside_work(self) -> bool:
        """市水利局有哪些任务和指标, 市水利局的职责，指标也带上: everything that a body has."""
        slots, has = self.slots, self.has
        work = has("work_noun", "measure_noun") or slots.says("职责", "职能")
        both = has("indicator_noun") and work and bool(slots.groups)
        return both and not (slots.indicators or slots.attributes)

    def _names_figures(self) -> bool:
        """An indicator, or what only indicators have: 约束性, 万立方米, 第3个指标, 那30年呢."""
        slots, last = self.slots, self.last
        years_again = slots.bare and self._bare_years() and last is not None and last.indicators
        return bool(
            slots.indicators
            or slots.indicator_numbers
            or slots.attributes
            or slots.units
            or any(m.kind == "indicator" for m in slots.unclear)
            or slots.tallied("indicator")
            or slots.all_indicators
            or (years_again and not self._scoped())
        )

    def _counts_things(self) -> bool:
        """目标建多少个公园, 多少公里: a number of things that are not the plan's rows."""
        slots, has = self.slots, self.has
        rows = ("work_noun", "measure_noun", "task_noun", "section_noun", "lead", "support", "who")
        things = has("target") and has("how_many") and not has(*rows)
        things = things or (bool(slots.years) and has("reach") and has("how_many") and not slots.who)
        return (things and bool(slots.topics or slots.lost)) or any(
            slots.followed(word, "unit_word", within=1) for word in ("how_many", "how_much")
        )

    def _asks_figures(self) -> bool:
        """有哪些指标, 哪一年, 翻番, 单位是什么, 差多少."""
        slots, has = self.slots, self.has
        if has("indicator_noun", "attribute", "baseline", "which_year", "doubled"):
            return True
        of_work = self._scoped() or has("measure_noun", "task_noun", "who", "lead", "support")
        if has("unchanged") and not of_work:
            return True
        if slots.groups:
            return False
        bodies = slots.who or has("lead", "support", "responsible", "which")
        bodies = bodies or slots.followed("body_noun", "how_many", "in_all", within=1)
        rows = slots.tasks or slots.measures or slots.sections
        bodies = bodies or has("any_role") or bool(rows)  # 任务4涉及的单位
        return (has("unit") and not bodies) or has("percent", "ratio", "difference")

    def _dated(self) -> bool:
        """2030年的目标: a year that is no date of completion."""
        dated = bool(self.slots.years or self.slots.relative_year)
        return (
            dated
            and not self.slots.due_words
            and not (self.slots.groups and self.has("lead", "support") and not self.has("indicator_noun"))
            and not self.has("due", "before", "measure_noun", "work_noun", "task_noun")
        )

    def _asks_value(self) -> bool:
        """漏损率要降到多少: a value of something that the plan may not have."""
        slots, has = self.slots, self.has
        rows = ("measure_noun", "work_noun", "task_noun", "section_noun", "body_noun")
        roles = ("who", "lead", "support", "responsible")
        values = {"how_much", "target", "reach", "rises", "falls", "compare"}
        asks = any(m.cues & values and "about" not in m.cues for m in slots.mentions)  # 提到 is no 达到
        of_rows = has(*rows, *roles, "content")
        nothing_named = not slots.groups and not self._scoped()
        return asks and not of_rows and bool(slots.lost or slots.topics or nothing_named)
