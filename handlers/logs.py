"""Logs of one ``key=value`` line an event: no message text, and never the token."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

from siwei_bot.config import UsageError

_LOGGER = logging.getLogger("siwei.telegram")
_QUIET = ("httpx", "httpcore", "telegram", "tornado.access", "asyncio")
"""Loggers that speak of every request; heard only where the level asks for debugging."""


class _Lines(logging.Formatter):
    """Formats everything that reaches a log, tracebacks included, without the secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(
            "time=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"
        )
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up(level: str, token: str, secret: str = "") -> None:
    """Log to standard error; ``level`` is one of logging's names."""
    known = logging.getLevelNamesMapping()
    if level not in known:
        raise UsageError(f"SIWEI_LOG_LEVEL 没有 {level} 这一级；可以写 DEBUG、INFO、WARNING 或 ERROR")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines([token, token.partition(":")[2], secret]))
    logging.basicConfig(level=known[level], handlers=[handler], force=True)
    debugging = known[level] <= logging.DEBUG
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG if debugging else logging.WARNING)
    # a traceback for everything that got lost; ``gate`` and ``running`` say it in a line
    for name in ("telegram.ext.Updater", "telegram.request"):
        logging.getLogger(name).setLevel(logging.DEBUG if debugging else logging.CRITICAL)


def event(
    name: str, *, level: int = logging.INFO, error: BaseException | None = None, **details: object
) -> None:
    """Log one event; an ``error`` with its traceback."""
    said = " ".join(f"{key}={value}" for key, value in details.items())
    _LOGGER.log(level, "%s", f"event={name} {said}".rstrip(), exc_info=error)
