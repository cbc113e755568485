"""The real application as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from tests.telegram.double import PATIENCE, TOKEN, BotApi, Chat
from tests.telegram.people import ADMINISTRATOR

ROOT = Path(__file__).resolve().parent.parent.parent


class Application:
    """``python bot.py`` against the double; use it as a context manager."""

    def __init__(
        self, api: BotApi, home: Path, *argv: str, plan: Path | None = None, **environment: str
    ) -> None:
        self.api, self.log = api, home / "log.txt"
        self._argv = [sys.executable, str(ROOT / "bot.py"), *argv]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "SIWEI_"))}
        self._environment = {
            **inherited,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": api.url,
            "SIWEI_PLAN": str(plan or ROOT / "knowledge" / "plan.yaml"),
            "SIWEI_DB": str(home / "bot.db"),
            "SIWEI_ADMINS": str(ADMINISTRATOR.id),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for anything."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._argv, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self.process

    def __enter__(self) -> Application:
        calls = len(self.api.calls)
        self.api.add(Chat(ADMINISTRATOR.id, "private", ADMINISTRATOR.name))
        self.start()

        def ready() -> bool:
            registered = [call for call in self.api.calls[calls:] if call.method == "setMyCommands"]
            done = any('"chat"' in call.params["scope"] for call in registered)  # the last of them
            return done or self.process.poll() is not None

        self.api.wait(ready, 30, what="the application to start")
        assert self.process.poll() is None, self.said
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            code = self.stop()
            assert kind or code == 0, self.said
        assert kind or TOKEN not in self.said
        assert kind or "Traceback" not in self.said, self.said

    def stop(self) -> int:
        """End it as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def run(self) -> int:
        """Run it to its own end."""
        return self.start().wait(30)

    @property
    def said(self) -> str:
        """Its output and logs."""
        return self.log.read_text("utf-8")
