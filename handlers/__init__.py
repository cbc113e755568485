"""The Telegram front end: one file for each thing that a chat member can do, wired in ``application``."""

from handlers.running import run_telegram

__all__ = ["run_telegram"]
