"""The commands ``ask`` and ``ask --jsonl``: one answer, or an answer a line."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from siwei_bot.bot import PlanBot
from siwei_bot.language.reading import Context
from siwei_bot.store import StoreError


class _BadLine(Exception):
    """A line that is no question; carries the id where one could be read."""

    def __init__(self, problem: str, id: Any = None) -> None:
        super().__init__(problem)
        self.id = id


def ask(bot: PlanBot, question: str, *, as_json: bool) -> None:
    """Print the answer to one question."""
    answer = bot.ask(question)
    if as_json:
        _utf8_output()
        print(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        print(answer.text)


def answer_lines(bot: PlanBot) -> None:
    """Answer standard input line by line; lines of the same ``chat`` are one conversation."""
    _utf8_output()
    conversations: dict[str, Context] = {}
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            result = _answer(bot, line, conversations)
        except _BadLine as bad:
            result = {"id": bad.id, "error": f"第 {number} 行{bad}"}
        print(json.dumps(result, ensure_ascii=False), flush=True)


def _answer(bot: PlanBot, line: bytes, conversations: dict[str, Context]) -> dict[str, Any]:
    asked = _question(line)
    chat = asked.get("chat")
    key = json.dumps(chat)
    try:
        answer = bot.ask(asked["text"], conversations.get(key))
    except StoreError as error:
        raise _BadLine(f"没能回答：{error}", asked.get("id")) from error
    except Exception as error:  # one question must not end all conversations
        raise _BadLine(f"没能回答，程序出错：{error!r}", asked.get("id")) from error
    if chat is not None:
        conversations[key] = answer.context
    return {"id": asked.get("id"), **answer.to_dict()}


def _question(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _BadLine("不是 UTF-8 编码") from None
    except (ValueError, RecursionError):
        raise _BadLine('不是 JSON；请写成 {"id": 1, "chat": "a", "text": "问题"}') from None
    if not isinstance(asked, dict):
        raise _BadLine('不是 JSON 对象；请写成 {"id": 1, "chat": "a", "text": "问题"}')
    if not isinstance(asked.get("text"), str):
        raise _BadLine("缺少 text，或者 text 不是文字", asked.get("id"))
    return asked


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _utf8_output() -> None:
    """JSON is UTF-8 whatever the locale says; a lone surrogate is written as JSON's own escape."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
