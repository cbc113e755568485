"""Answer rows → words for a person in a chat: the direct answer first, then the list, then the source.

Whole sentences that a person may want to change stand in ``data/phrases.yaml``; what is put together from
a plan's own words is put together here. ``words``, ``book``, ``parts``, ``lists`` and ``asked`` are what
answers are built with; ``work``, ``bodies``, ``figures``, ``refusals`` and ``talk`` hold the kinds of
answers; ``renderer`` chooses among them.
"""

from siwei_bot.render.parts import MAX_CHARACTERS, MAX_LINES
from siwei_bot.render.renderer import Renderer
from siwei_bot.render.words import due_words, phrases, quantity, spans

__all__ = ["MAX_CHARACTERS", "MAX_LINES", "Renderer", "due_words", "phrases", "quantity", "spans"]
