"""The entry point: ``python bot.py`` runs the bot, ``python bot.py ask …`` and the like one command."""

from __future__ import annotations

import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent


def start() -> int:
    """Run the command line; says what is missing where the dependencies are not installed."""
    try:
        from siwei_bot.cli import main
    except ModuleNotFoundError as error:
        print(
            f"缺少 Python 包 {error.name}；请先安装：make install，再用 .venv/bin/python bot.py",
            file=sys.stderr,
        )
        return 2
    return main(home=HOME)


if __name__ == "__main__":
    sys.exit(start())
