"""The command line: ``main`` runs one command and returns its exit code.

0 done, 1 errors were found (in a plan file), 2 wrong usage.
"""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from siwei_bot import config
from siwei_bot.bot import PlanBot
from siwei_bot.cli.arguments import parse, parser
from siwei_bot.config import Settings, UsageError
from siwei_bot.plan_file import PlanFileError
from siwei_bot.store import StoreError

__all__ = ["main", "run_telegram"]

_NO_TOKEN = """\
没有 Telegram 口令：在 Telegram 里找 @BotFather，发 /newbot，按提示取得一串口令（token）。
把它设为环境变量 TELEGRAM_BOT_TOKEN（或写进 bot.py 旁边的 .env）再启动；不用 Telegram 就用 ask、chat 命令。"""


def main(argv: Sequence[str] | None = None, *, home: Path | None = None) -> int:
    """Run the command line; ``home`` is the folder of ``bot.py``, where there is one."""
    _lenient_output()
    try:
        return _run(sys.argv[1:] if argv is None else argv, home)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except StoreError as error:
        print(error, file=sys.stderr)
        return 2
    except PlanFileError as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit as end:  # --help
        return int(end.code or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader went away: nothing is left to say, not even at the interpreter's last flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run_telegram(settings: Settings, *, once: bool = False) -> int:
    """Start the Telegram front end: ``run_telegram`` of the package ``handlers``."""
    try:
        front_end = importlib.import_module("handlers")
    except ModuleNotFoundError as error:
        if error.name != "handlers":
            raise
        raise UsageError("没有装 Telegram 界面（handlers）；请重新安装，或用 ask、chat 命令") from None
    return int(front_end.run_telegram(settings, once=True) if once else front_end.run_telegram(settings))


def _run(argv: Sequence[str], home: Path | None) -> int:
    options = parse(parser("python bot.py" if home else "siwei-bot"), argv)
    settings = config.settings(home, options.plan, options.db)
    if options.command == "ask":
        return _ask(options, settings)
    if options.command == "chat":
        return _chat(settings)
    if options.command == "check":
        from siwei_bot.cli.plans import check

        return check(Path(options.file))
    if options.command == "load":
        from siwei_bot.cli.plans import load

        return load(settings, Path(options.file) if options.file else settings.plan)
    if options.command == "import":
        from siwei_bot.cli.importing import import_file

        output = Path(options.output) if options.output else None
        return import_file(Path(options.file), output, force=options.force)
    if options.command == "web":
        from siwei_bot.cli.browsing import web

        return web(settings, options.host, options.port)
    if options.command in ("new", "diff"):
        return _editing(options)
    if options.command in ("report", "notices", "export", "backup", "restore"):
        return _records(options, settings)
    return _without_command(settings, once=options.once)


def _editing(options: Namespace) -> int:
    from siwei_bot.cli import editing

    if options.command == "diff":
        return editing.diff(Path(options.before), Path(options.after))
    if options.file and options.output:
        options.usage.error("文件名写一次就够了，不用再写 -o")
    output = options.file or options.output
    return editing.new(Path(output) if output else None, force=options.force)


def _records(options: Namespace, settings: Settings) -> int:
    from siwei_bot.cli import keeping, reporting

    if options.command == "report":
        return reporting.report(
            settings,
            options.indicator,
            options.year,
            options.value,
            unit=options.unit,
            as_of=options.as_of,
            source=options.source,
            by=options.by,
            sure=options.yes,
        )
    if options.command == "notices":
        return reporting.notices(settings, retry=options.retry)
    if options.command == "export":
        return keeping.export(settings, options.what, Path(options.output) if options.output else None)
    if options.command == "backup":
        return keeping.backup(settings, Path(options.file))
    return keeping.restore(settings, Path(options.file))


def _ask(options: Namespace, settings: Settings) -> int:
    from siwei_bot.cli.asking import answer_lines, ask
    from siwei_bot.cli.opening import opened_bot

    question = " ".join(options.question).strip()
    if options.jsonl and question:
        options.usage.error("--jsonl 从标准输入读问题，后面不写问题")
    if options.jsonl and options.chart:
        options.usage.error("--chart 不能和 --jsonl 一起用")
    if not options.jsonl and not question:
        options.usage.error("没有写问题")
    with opened_bot(settings) as bot:
        if options.jsonl:
            answer_lines(bot)
        elif options.explain:
            print(bot.explain(question))
        else:
            ask(bot, question, as_json=options.json)
        code = _draw(bot, question, Path(options.chart)) if options.chart else 0
    sys.stdout.flush()
    return code


def _draw(bot: PlanBot, question: str, path: Path) -> int:
    from siwei_bot.chart import ChartError, save_chart

    try:
        save_chart(bot.plan, bot.ask(question).rows, path)
    except ChartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _chat(settings: Settings) -> int:
    from siwei_bot.cli.chatting import chat
    from siwei_bot.cli.opening import opened_bot

    with opened_bot(settings) as bot:
        chat(bot)
    return 0


def _without_command(settings: Settings, *, once: bool) -> int:
    if settings.token:
        return run_telegram(settings, once=once)
    print(_NO_TOKEN, file=sys.stderr)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return 2
    return _chat(settings)


def _lenient_output() -> None:
    """No character that a terminal cannot show or send may end the program."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
