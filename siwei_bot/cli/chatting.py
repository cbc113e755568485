"""The command ``chat``: a conversation in the terminal, with history and completion of names."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from siwei_bot.bot import PlanBot
from siwei_bot.config import data_directory
from siwei_bot.language.reading import Context
from siwei_bot.plan import Plan
from siwei_bot.store import StoreError

PROMPT = "问> "
_GOODBYES = frozenset({"退出", "结束", "exit", "quit", "/exit", "/quit", "q"})
_HISTORY_LENGTH = 1000


def chat(bot: PlanBot) -> None:
    """Talk until the person leaves; each question may build on the one before."""
    at_terminal = sys.stdin.isatty()
    if at_terminal:
        print(f"《{bot.plan.title}》问答。直接输入问题；Tab 补全名称，“退出”或 Ctrl-D 结束。")
    context = Context()
    with _line_editing(bot.plan, at_terminal):
        for text in _lines(at_terminal):
            try:
                answer = bot.ask(text, context)
            except StoreError as error:
                print(error, file=sys.stderr)
                continue
            except Exception as error:  # one question must not end the conversation
                print(f"没能回答，程序出错：{error!r}", file=sys.stderr)
                continue
            context = answer.context
            print(answer.text, end="\n\n", flush=True)


def _lines(at_terminal: bool) -> Iterator[str]:
    """What the person types, until 退出 or the end of input."""
    while True:
        try:
            text = input(PROMPT if at_terminal else "").strip()
        except (EOFError, KeyboardInterrupt):
            if at_terminal:
                print()
            return
        if text.lower() in _GOODBYES:
            return
        if text:
            yield text


@contextmanager
def _line_editing(plan: Plan, at_terminal: bool) -> Iterator[None]:
    """History and completion while the terminal is used; nothing where there is no readline."""
    try:
        import readline
    except ImportError:
        at_terminal = False
    if not at_terminal:
        yield
        return
    names = completion_names(plan)
    found: list[str] = []

    def complete(text: str, state: int) -> str | None:
        if state == 0:
            found[:] = completions(text, names)
        return found[state] if state < len(found) else None

    readline.set_completer_delims(" ，。、？！,?!")
    readline.set_completer(complete)
    uses_libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if uses_libedit else "tab: complete")
    history = data_directory() / "history"
    _try_file(readline.read_history_file, history)
    readline.set_history_length(_HISTORY_LENGTH)
    try:
        yield
    finally:
        _try_file(readline.write_history_file, history)


def _try_file(action: Callable[[str], None], path: Path) -> None:
    """History is a comfort: where it cannot be kept, the conversation goes on without."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        action(str(path))


def completion_names(plan: Plan) -> tuple[str, ...]:
    """The names that Tab completes: bodies and indicators with their other spellings, tasks."""
    names = [name for bureau in plan.bureaus for name in (bureau.name, *bureau.aliases)]
    names += [name for indicator in plan.indicators for name in (indicator.name, *indicator.aliases)]
    names += [task.title for section in plan.sections for task in section.tasks]
    return tuple(dict.fromkeys(names))


def completions(text: str, names: Sequence[str]) -> list[str]:
    """The text with its last words completed to each name that they begin; longest beginning first.

    >>> completions("请问市水", ["市水利局", "市水务集团", "水利局"])
    ['请问市水利局', '请问市水务集团']
    """
    for start in range(len(text)):
        begun = [name for name in names if name.startswith(text[start:]) and name != text[start:]]
        if begun:
            return [text[:start] + name for name in begun]
    return []
