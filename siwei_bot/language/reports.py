"""What a sentence asks about actual values: reported ones against their targets, and what was changed."""

from __future__ import annotations

from dataclasses import replace

from siwei_bot.language.drafting import Drafter
from siwei_bot.language.reading import Reading
from siwei_bot.query import Query


class ReportDrafter(Drafter):
    """Reads a question about reports; whether there are any is known only to the database."""

    def read(self, *, of_values: bool) -> Reading | None:
        """The reading of a sentence that asks about reports or changes and nothing else.

        ``of_values``: actual values are asked for, which the plan itself does not hold.
        """
        readers = [self._updates, self._amended, self._indicators]
        for reader in [*readers, self._values] if of_values else readers:
            query = reader()
            if query is not None:
                return Reading(queries=(query,), inherits=not self.slots.indicators)
        return None

    def _plain(self) -> bool:
        """Whether nothing is said beside the indicators and the years."""
        slots = self.slots
        others = slots.groups or slots.strangers or slots.who or slots.topics or slots.lost or slots.unclear
        return not (others or slots.values or slots.tallies or slots.units or self._scoped())

    def _updates(self) -> Query | None:
        """最近有什么更新."""
        slots = self.slots
        named = slots.groups or slots.strangers or slots.topics or slots.lost or slots.values or slots.years
        if not self.has("updated") or named:
            return None
        return Query("change", indicators=tuple(slots.indicators), tasks=tuple(slots.tasks))

    def _amended(self) -> Query | None:
        """用水总量的目标改过吗, 任务3调整过没有."""
        slots = self.slots
        if not self.has("amended") or slots.groups or slots.strangers or slots.topics or slots.lost:
            return None
        query = Query(
            "change",
            indicators=tuple(slots.indicators),
            tasks=tuple(slots.tasks),
            measures=tuple(slots.measures),
            years=tuple(slots.years),
            check=True,
        )
        named = query.indicators or query.tasks or query.measures
        last = self.last
        if named or last is None:
            return query if named else None
        same = replace(query, indicators=last.indicators, tasks=last.tasks, measures=last.measures)
        return same if same.indicators or same.tasks or same.measures else None

    def _indicators(self) -> Query | None:
        """哪些指标还没上报, 哪些指标达标了."""
        slots, has = self.slots, self.has
        asks = has("indicator_noun") and has("which", "how_many", "list")
        if not (asks and has("reported", "met")) or slots.indicators or not self._plain():
            return None
        said = [m.text for m in slots.mentions if m.cues & {"met", "reported"}]
        denied = has("not") or any(text.startswith(("没", "未", "不", "还没", "尚未")) for text in said)
        query = Query("indicator", years=tuple(slots.years), attributes=tuple(slots.attributes))
        query = replace(query, count=has("how_many"))
        if has("met"):
            return replace(query, reported="missed" if denied else "met")
        return replace(query, reported="without" if denied else "with")

    def _values(self) -> Query | None:
        """用水总量现在完成多少, 2025年实际, 达标了吗, 还差多少."""
        slots, has = self.slots, self.has
        if not self._plain() or slots.attributes:
            return None
        if has("most", "least", "except", "only", "percent", "ratio", "not") and not has("met"):
            return None
        indicators = tuple(slots.indicators)
        if not indicators and self.last is not None and not slots.chunks:
            indicators = self.last.indicators
        if not indicators:
            return None
        query = Query("report", indicators=indicators, years=tuple(slots.years))
        if has("met"):
            return replace(query, check=True)
        return replace(query, change="difference") if has("difference") else query
