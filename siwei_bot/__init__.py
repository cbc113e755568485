"""A question-answering bot over one government plan."""

from siwei_bot.bot import Answer, PlanBot
from siwei_bot.plan_file import PlanFileError

__all__ = ["Answer", "PlanBot", "PlanFileError"]
