"""What only the Telegram front end needs to know, from the environment and ``.env``."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from siwei_bot.config import Settings, UsageError, read_env_file

OFFICIAL_SERVER = "https://api.telegram.org/bot"


@dataclass(frozen=True)
class Options:
    """How to reach Telegram, and how Telegram reaches the bot."""

    token: str
    server: str = OFFICIAL_SERVER
    webhook: str = ""
    """The address that Telegram posts to; empty for long polling."""
    secret: str = ""
    host: str = ""
    port: int = 0
    log_level: str = "INFO"
    admins: frozenset[int] = frozenset()
    """Who may report values and reload the plan, by their Telegram ids."""

    @property
    def path(self) -> str:
        """The path of the webhook's address."""
        return urlsplit(self.webhook).path or "/"


def options(settings: Settings, environ: Mapping[str, str] = os.environ) -> Options:
    """The options; the environment wins over ``.env`` beside ``bot.py``."""
    variables = {**(read_env_file(settings.home / ".env") if settings.home else {}), **environ}

    def value(name: str, default: str = "") -> str:
        return variables.get(name, "").strip() or default

    host, _, port = value("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:8080").rpartition(":")
    if not (host and port.isdecimal() and int(port) < 1 << 16):
        raise UsageError("TELEGRAM_WEBHOOK_LISTEN 写成 地址:端口，例如 127.0.0.1:8080")
    webhook = value("TELEGRAM_WEBHOOK_URL")
    if webhook and urlsplit(webhook).scheme not in ("http", "https"):
        raise UsageError("TELEGRAM_WEBHOOK_URL 写成完整的网址，例如 https://example.org/telegram")
    return Options(
        token=settings.token,
        server=value("TELEGRAM_API_BASE_URL", OFFICIAL_SERVER),
        webhook=webhook,
        # without a secret of one's own nobody else may post updates either: one for this run
        secret=value("TELEGRAM_WEBHOOK_SECRET", secrets.token_urlsafe(32)),
        host=host,
        port=int(port),
        log_level=value("SIWEI_LOG_LEVEL", "INFO").upper(),
        admins=_ids(value("SIWEI_ADMINS")),
    )


def _ids(text: str) -> frozenset[int]:
    ids = [id for id in re.split(r"[,，、\s]+", text) if id]
    if not all(re.fullmatch("[1-9][0-9]{0,18}", id) for id in ids):
        raise UsageError("SIWEI_ADMINS 写 Telegram 的数字编号，用逗号隔开，例如 12345,67890")
    return frozenset(map(int, ids))
