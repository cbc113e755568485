"""What one sentence asks by itself: its focus (what is asked) and its anchor (of what).

A sentence is settled at once where it is about what the plan has not (:mod:`.settle`); else it is
drafted in its world (:mod:`.world`), as a question about indicators (:mod:`.linking`,
:mod:`.figures`) or about work (:mod:`.work`, :mod:`.bodies`), and refused if the query does not
say everything that the sentence says (:mod:`.accounted`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from siwei_bot.language.accounted import accounted
from siwei_bot.language.drafting import ASKED_BACK, HOLE, Draft, Drafter, Sentence
from siwei_bot.language.figures import FigureDrafter
from siwei_bot.language.linking import IndicatorLinker
from siwei_bot.language.mentions import Mention
from siwei_bot.language.reading import Choice, Reading
from siwei_bot.language.reports import ReportDrafter
from siwei_bot.language.settle import settle
from siwei_bot.language.slots import Group
from siwei_bot.language.work import WorkDrafter
from siwei_bot.language.world import is_about_figures
from siwei_bot.query import Party, Query


def draft(sentence: Sentence, today: date) -> Draft | Reading:
    """The draft of one sentence, or the reading that settles it at once (a refusal, a question back)."""
    return _SentenceDrafter(sentence).draft(today)


class _SentenceDrafter(Drafter):
    def draft(self, today: date) -> Draft | Reading:
        refused = settle(self.sentence, today)
        if refused is None or refused.reason == "not_reported":
            reported = ReportDrafter(self.sentence).read(of_values=refused is not None)
            if reported is not None:
                return reported
        if refused is not None:
            return self._with_question(refused)
        drafted = self._in_its_world()
        if isinstance(drafted, Reading):
            return self._with_years(drafted)
        if not accounted(drafted, self.sentence):
            return Reading(reason="not_understood")
        return self._which(drafted) or drafted

    def _with_question(self, refused: Reading) -> Reading:
        """第99条谁牵头: the question stays, so that 那第9条呢 may follow."""
        if refused.reason != "no_such_number":
            return refused
        drafted = self._work()
        if isinstance(drafted, Reading) or not drafted.focused:
            return refused
        return replace(refused, pending=drafted.query)

    def _with_years(self, refused: Reading) -> Reading:
        """人均用水量2030年定多少: the year stays, so that 那用水总量呢 may follow."""
        years = tuple(self.slots.years)
        if refused.reason != "no_such_indicator" or not years:
            return refused
        return replace(refused, pending=Query("figure", years=years))

    def _in_its_world(self) -> Draft | Reading:
        linker = IndicatorLinker(self.sentence)
        if is_about_figures(self.sentence) or linker.continues():
            refused = linker.link()
            if refused is not None:
                return refused
            if self.slots.indicators or not self.slots.topics:
                return self._figures()
        return self._work()

    def _figures(self) -> Draft | Reading:
        return FigureDrafter(self.sentence).draft()

    def _work(self) -> Draft | Reading:
        return WorkDrafter(self.sentence).draft()

    # -- a name that fits several --------------------------------------------------------------------

    def _which(self, drafted: Draft) -> Reading | None:
        """管理局牵头哪些任务: a question back, where a name fits several bodies, tasks or indicators."""
        if not self.slots.unclear:
            return None
        mention = self.slots.unclear[0]
        pending = self._with_hole(mention) if mention.kind == "bureau" else drafted.query
        ids = mention.values(mention.kind)[:ASKED_BACK]
        return Reading(choices=tuple(Choice(mention.kind, i) for i in ids), pending=pending)

    def _with_hole(self, mention: Mention) -> Query:
        """The question with a hole for the body that will be picked."""
        slots = self.slots
        at = next(i for i, m in enumerate(slots.mentions) if m is mention)
        roles = slots.free_roles
        slots.groups.append(Group(at, [HOLE], [mention], roles=roles, bound=bool(roles)))
        slots.unclear = []
        drafted = self._figures() if is_about_figures(self.sentence) else self._work()
        return (
            drafted.query
            if isinstance(drafted, Draft)
            else Query("measure", parties=(Party((HOLE,), roles),))
        )
