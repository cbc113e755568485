"""A Bot API server on loopback that checks what Telegram checks and fails the way Telegram fails.

It runs in a thread of its own; tests push updates into it and wait for what the bot calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.telegram.markup import Refused, bad, checked_buttons, checked_text

Json = dict[str, Any]

TOKEN = "123456:double-AAAbbbCCCdddEEEfffGGGhhhIII"
BOT: Json = {
    "id": 123456,
    "is_bot": True,
    "first_name": "四维",
    "username": "SiweiDoubleBot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
PATIENCE = 8.0
"""Seconds after which a test that waits has failed."""


@dataclass(frozen=True)
class Call:
    """One request of the bot that was carried out or refused."""

    method: str
    params: Json
    at: float
    status: int
    result: Any = None

    @property
    def chat(self) -> int:
        """The chat it is about; 0 where it is about none."""
        return int(self.params.get("chat_id", 0))


@dataclass
class Fault:
    """What goes wrong, where, and how often.

    ``kind``: ``429``, ``409``, ``403``, ``400`` (``value`` says why), ``migrate``, ``5xx``, ``delay``,
    ``drop_before`` (the connection breaks before the request is carried out) or ``drop_after``.
    """

    kind: str
    method: str = "sendMessage"
    chat: int | None = None
    times: int = 1
    value: Any = None

    def fits(self, method: str, params: Json) -> bool:
        """Whether this request fails."""
        here = self.chat is None or str(self.chat) == str(params.get("chat_id"))
        return self.times > 0 and method == self.method and here


@dataclass
class Chat:
    """A chat as the server knows it."""

    id: int
    type: str
    title: str = ""
    topics: set[int] = field(default_factory=set)
    administrators: set[int] = field(default_factory=set)
    bot_is_in: bool = True
    became: int = 0
    """The supergroup that the group was turned into."""

    @property
    def json(self) -> Json:
        named = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return {"id": self.id, "type": self.type, **named, **({"is_forum": True} if self.topics else {})}


class BotApi:
    """The server; use it as a context manager."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.faults: list[Fault] = []
        self.webhook: Json = {}
        self.problems: list[str] = []
        """Requests that were refused as wrong; a test without an injected fault has none."""
        self.allowed: list[str] = []
        self.webhook_answers: list[int] = []
        self._updates: list[Json] = []
        self._queries: set[str] = set()
        self._files: set[str] = set()
        self._update_ids = itertools.count(1000)
        self._message_ids = itertools.count(1)
        self._changed = threading.Condition(threading.RLock())
        self._loop = asyncio.new_event_loop()
        self._polls = 0

    # life

    def __enter__(self) -> BotApi:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[started], daemon=True)
        self._thread.start()
        assert started.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(PATIENCE)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(started))
        self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._closing, self._news = asyncio.Event(), asyncio.Event()
        self._client = ClientSession()
        application = web.Application(client_max_size=1 << 24)
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/bot"
        started.set()
        await self._closing.wait()
        await self._client.close()
        await runner.cleanup()

    # what tests do

    def add(self, chat: Chat) -> Chat:
        """A chat that the bot may write to."""
        with self._changed:
            self.chats[chat.id] = chat
        return chat

    def fail(self, kind: str, **more: Any) -> Fault:
        """Let requests fail."""
        fault = Fault(kind, **more)
        with self._changed:
            self.faults.append(fault)
        return fault

    def new_message(self, message: Json) -> Json:
        """A message of a person, known to the server."""
        with self._changed:
            message = {"message_id": next(self._message_ids), "date": int(time.time()), **message}
            self.messages[message["chat"]["id"], message["message_id"]] = message
        return message

    def push(self, update: Json, times: int = 1) -> int:
        """Deliver an update (a ``message``, ``callback_query`` …), more than once if told so."""
        with self._changed:
            id = next(self._update_ids)
            for kind in ("callback_query", "inline_query"):
                if kind in update:
                    self._queries.add(update[kind]["id"])
            updates = [{"update_id": id, **update}] * times
            if self.webhook.get("url"):
                for one in updates:
                    asyncio.run_coroutine_threadsafe(self._post(one), self._loop)
            else:
                self._updates += updates
                self._loop.call_soon_threadsafe(self._news.set)
        return id

    def redeliver(self, id: int, update: Json) -> None:
        """Deliver an update again that was confirmed before."""
        with self._changed:
            self._updates.append({"update_id": id, **update})
            self._loop.call_soon_threadsafe(self._news.set)

    def wait(self, found: Callable[[], Any], seconds: float = PATIENCE, what: str = "") -> Any:
        """What ``found`` gives, as soon as it gives something."""
        deadline = time.monotonic() + seconds
        with self._changed:
            # not everything that is waited for is a call
            while not (result := self._changed.wait_for(found, 0.1)) and time.monotonic() < deadline:
                pass
            if not result:
                recent = "\n".join(f"{c.method} {c.params} {c.status}" for c in self.calls[-8:])
                raise AssertionError(f"waited in vain{' for ' + what if what else ''}; last calls:\n{recent}")
            return result

    def carried_out(self, *methods: str, chat: int | None = None) -> list[Call]:
        """The calls that succeeded."""
        with self._changed:
            return [
                call
                for call in self.calls
                if call.status == 200 and call.method in methods and (chat is None or call.chat == chat)
            ]

    # requests

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        params: Json = dict(form.items())
        if request.match_info["token"] != TOKEN:
            return _reply(401, description="Unauthorized")
        fault = self._fault(method, params)
        if fault and fault.kind == "delay":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), fault.value)
            fault = None
        if fault and fault.kind != "drop_after":
            self._note(method, params, 0 if fault.kind == "drop_before" else _STATUS[fault.kind])
            return self._broken(request, fault)
        try:
            result = await self._carry_out(method, params)
        except Refused as refusal:
            with self._changed:
                self.problems.append(f"{method}: {refusal.description}")
            self._note(method, params, refusal.code)
            return _reply(refusal.code, description=refusal.description, **refusal.parameters)
        self._note(method, params, 200, result)
        if fault:
            return self._broken(request, fault)
        return _reply(200, result=result)

    def _fault(self, method: str, params: Json) -> Fault | None:
        with self._changed:
            fault = next((fault for fault in self.faults if fault.fits(method, params)), None)
            if fault:
                fault.times -= 1
            return fault

    def _broken(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "429":
            wait = fault.value or 1
            said = f"Too Many Requests: retry after {wait}"
            return _reply(429, description=said, parameters={"retry_after": wait})
        if fault.kind == "409":
            said = "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
            return _reply(409, description=said)
        if fault.kind == "403":
            return _reply(403, description="Forbidden: bot was blocked by the user")
        if fault.kind == "400":
            return _reply(400, description=f"Bad Request: {fault.value}")
        if fault.kind == "migrate":
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            return _reply(400, description=said, parameters={"migrate_to_chat_id": fault.value})
        if fault.kind == "5xx":
            return web.Response(status=502, text="<html>502 Bad Gateway</html>")
        assert request.transport is not None
        request.transport.abort()
        return web.Response(status=500)

    def _note(self, method: str, params: Json, status: int, result: Any = None) -> None:
        with self._changed:
            self.calls.append(Call(method, params, time.monotonic(), status, result))
            self._changed.notify_all()

    async def _carry_out(self, method: str, params: Json) -> Any:
        if method == "getUpdates":
            return await self._get_updates(params)
        with self._changed:
            handler = getattr(self, "_" + re.sub("([A-Z])", r"_\1", method).lower(), None)
            if handler is None:
                raise Refused(404, "Not Found")
            return handler(params)

    # receiving

    def _get_me(self, params: Json) -> Json:
        return BOT

    def _delete_webhook(self, params: Json) -> bool:
        self.webhook = {}
        return True

    def _set_webhook(self, params: Json) -> bool:
        self.webhook = {"url": params["url"], "secret_token": params.get("secret_token", "")}
        self.allowed = json.loads(params.get("allowed_updates", "[]"))
        return True

    def _get_webhook_info(self, params: Json) -> Json:
        count = len(self._updates)
        url = self.webhook.get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": count}

    async def _get_updates(self, params: Json) -> list[Json]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        self._news.set()  # a poll that is still open ends
        offset, timeout = int(params.get("offset", 0)), float(params.get("timeout", 0))
        limit = int(params.get("limit", 100))
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                self.allowed = json.loads(params.get("allowed_updates", "[]")) or self.allowed
                # confirmed ones go; one that is delivered again later stands at the end
                self._updates = [u for u in self._updates if u["update_id"] >= offset or u.get("again")]
                found = [
                    {k: v for k, v in u.items() if k != "again"}
                    for u in self._updates[:limit]
                    if not self.allowed or (set(u) & set(self.allowed))
                ]
                self._updates = [u for u in self._updates if not u.get("again")]
                self._news.clear()
            if found:
                return found
            if self._polls != mine:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
            left = deadline - time.monotonic()
            if left <= 0:
                return []
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    async def _post(self, update: Json) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        async with self._client.post(self.webhook["url"], json=update, headers=headers) as answer:
            with self._changed:
                self.webhook_answers.append(answer.status)
                self._changed.notify_all()

    # sending

    def _place(self, params: Json) -> Chat:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise bad("chat not found")
        if chat.became:
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, said, parameters={"migrate_to_chat_id": chat.became})
        if not chat.bot_is_in:
            blocked = (
                "bot was blocked by the user"
                if chat.type == "private"
                else "bot was kicked from the group chat"
            )
            raise Refused(403, f"Forbidden: {blocked}")
        return chat

    def _sent(self, params: Json, content: Json) -> Json:
        chat = self._place(params)
        message: Json = {"from": BOT, "chat": chat.json, **content}
        thread = int(params.get("message_thread_id", 0))
        if thread:
            if thread not in chat.topics:
                raise bad("message thread not found")
            message.update(message_thread_id=thread, is_topic_message=True)
        reply = json.loads(params.get("reply_parameters", "{}"))
        if reply:
            replied = self.messages.get((chat.id, reply["message_id"]))
            if replied is None and not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            if replied is not None:
                message["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
        markup = checked_buttons(params.get("reply_markup", ""))
        if markup:
            message["reply_markup"] = markup
        return self.new_message(message)

    def _send_message(self, params: Json) -> Json:
        return self._sent(params, {"text": checked_text(params["text"], params.get("parse_mode", ""))})

    def _send_photo(self, params: Json) -> Json:
        caption = checked_text(params.get("caption", ""), params.get("parse_mode", ""), 1024, what="caption")
        photo = params["photo"]
        if isinstance(photo, str) and photo.startswith("attach://"):
            photo = params[photo.removeprefix("attach://")]
        if isinstance(photo, str):
            if photo not in self._files:
                raise bad("wrong file identifier/HTTP URL specified")
            file_id = photo
        else:
            data = photo.file.read()
            if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")) or len(data) > 10 << 20:
                raise bad("IMAGE_PROCESS_FAILED")
            file_id = f"photo{len(self._files)}"
            self._files.add(file_id)
            params["picture"] = data
        size = {"file_id": file_id, "file_unique_id": file_id, "width": 1200, "height": 750}
        return self._sent(params, {"caption": caption, "photo": [size]})

    def _editable(self, params: Json) -> Json:
        chat = self._place(params)
        message = self.messages.get((chat.id, int(params["message_id"])))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != BOT["id"]:
            raise bad("message can't be edited")
        return message

    def _edit_message_text(self, params: Json) -> Json:
        message = self._editable(params)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        text = checked_text(params["text"], params.get("parse_mode", ""))
        return self._changed_message(message, params, text)

    def _edit_message_reply_markup(self, params: Json) -> Json:
        return self._changed_message(self._editable(params), params, None)

    def _changed_message(self, message: Json, params: Json, text: str | None) -> Json:
        markup = checked_buttons(params.get("reply_markup", ""))
        after = {key: value for key, value in message.items() if key != "reply_markup"}
        after |= {"reply_markup": markup} if markup else {}
        after |= {"text": text} if text is not None else {}
        if after == message:
            raise bad(
                "message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message"
            )
        message.clear()
        message.update(after, edit_date=int(time.time()))
        return dict(message)

    def _answer_callback_query(self, params: Json) -> bool:
        self._close_query(params["callback_query_id"])
        if len(params.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        return True

    def _answer_inline_query(self, params: Json) -> bool:
        self._close_query(params["inline_query_id"])
        results = json.loads(params["results"])
        ids = [result["id"] for result in results]
        if len(ids) > 50 or len(set(ids)) < len(ids) or not all(1 <= len(id.encode()) <= 64 for id in ids):
            raise bad("RESULT_ID_INVALID")
        for result in results:
            content = result["input_message_content"]
            if not result["title"].strip():
                raise bad("can't parse inline query result: title is empty")
            content["plain"] = checked_text(content["message_text"], content.get("parse_mode", ""))
        params["results"] = results
        return True

    def _close_query(self, id: str) -> None:
        if id not in self._queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(id)

    def _set_my_commands(self, params: Json) -> bool:
        scope = json.loads(params.get("scope", '{"type": "default"}'))
        if scope["type"] == "chat":
            self._place(scope)
        for command in json.loads(params["commands"]):
            named = re.fullmatch("[a-z0-9_]{1,32}", command["command"])
            if not named or not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_INVALID")
        known = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat")
        if scope["type"] not in known:
            raise bad("can't parse bot command scope")
        return True

    def _get_chat_member(self, params: Json) -> Json:
        chat, person = self._place(params), int(params["user_id"])
        user = {"id": person, "is_bot": False, "first_name": "某人"}
        if person in chat.administrators:
            return {"status": "creator", "user": user, "is_anonymous": False}
        return {"status": "member", "user": user}


_STATUS = {"429": 429, "409": 409, "403": 403, "400": 400, "migrate": 400, "5xx": 502}


def _reply(status: int, **content: Any) -> web.Response:
    ok = {"ok": True} if status == 200 else {"ok": False, "error_code": status}
    return web.json_response({**ok, **content}, status=status)
