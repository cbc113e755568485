"""Running: start-up, long polling or webhook, self-check, and a clean end."""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import json
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager, suppress
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Updater
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import HTTPError, RequestHandler

from handlers import menus, starting
from handlers.application import UPDATES, App, build
from handlers.delivering import delivering
from handlers.desk import Desk
from handlers.gate import Gate
from handlers.logs import event, set_up
from handlers.options import Options, options
from handlers.versions import watch
from siwei_bot.cli.opening import fingerprint, snapshot_bot
from siwei_bot.cli.plans import summary
from siwei_bot.config import MEMORY, Settings, UsageError
from siwei_bot.conversations import Conversations
from siwei_bot.notices import Ledger
from siwei_bot.store import StoreError, why

START_DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new try to reach Telegram at start-up."""

GRACE_SECONDS = 5.0
"""From the wish to stop until nobody waits for Telegram any longer."""

POLL_SECONDS = 30

MOST_CONFLICTS = 3
"""How often another program may take the updates of one that has just started, before that one gives way."""

PURGE_SECONDS = 60 * 60
LARGEST_UPDATE = 1 << 20
"""Bytes; Telegram's own are far smaller."""

_BAD_TOKEN = "Telegram 不认这个口令（token）：请核对 TELEGRAM_BOT_TOKEN，或在 @BotFather 发 /token 重新取得"
_TAKEN = "同一口令已有另一个程序在收消息，这一个不再运行；请只留一个，再启动"
_UNREACHABLE = "连不上 Telegram：请检查网络；用自建服务器的，请检查 TELEGRAM_API_BASE_URL"


def run_telegram(settings: Settings, *, once: bool = False) -> int:
    """Run the bot until it is told to stop; ``once``: only check that it could run, and report."""
    chosen = options(settings)
    set_up(chosen.log_level, chosen.token, chosen.secret)
    try:
        return asyncio.run(_run(settings, chosen, once=once))
    except InvalidToken:
        raise UsageError(_BAD_TOKEN) from None
    except NetworkError:
        print(_UNREACHABLE, file=sys.stderr)
        return 1


async def _run(settings: Settings, options: Options, *, once: bool) -> int:
    with ExitStack() as stack:
        bot = snapshot_bot(settings)
        if not once:
            stack.enter_context(_alone(settings.database(bot.plan.id)))
        kept = stack.enter_context(closing(_conversations(settings, bot.plan.id)))
        ledger = stack.enter_context(closing(_ledger(settings, bot.plan.id)))
        desk = Desk(settings, bot, kept, ledger, menus.lists(bot), options.admins)
        stack.callback(lambda: desk.bot.store.close())  # the one that is in use in the end
        _remind(ledger, kept.plan)
        return await _running(desk, options, once=once)


async def _running(desk: Desk, options: Options, *, once: bool) -> int:
    print(f"方案：{summary(desk.bot.plan)}", file=sys.stderr)
    gate = Gate()
    application = build(desk, options, gate)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        loop.call_later(GRACE_SECONDS, gate.closing.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    try:
        delays = START_DELAYS[:1] if once else START_DELAYS
        if not await _initialized(application, stop, delays):
            return 0
        if once:
            return await _report(application)
        await _serve(application, desk, options, gate, stop)
    finally:
        with suppress(TelegramError):
            await application.shutdown()
    return 0


@contextmanager
def _alone(database: str) -> Iterator[None]:
    """Hold a database while the bot runs: two of them would each send every notice.

    The lock ends with the process, however it ends. Raises :class:`.UsageError` where another bot has it.
    """
    if database == MEMORY:
        yield
        return
    with ExitStack() as stack:
        with suppress(OSError):  # no file can be written there: nothing is kept, and nothing sent twice
            file = stack.enter_context(open(f"{os.path.realpath(database)}.lock", "w"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    f"另一个机器人正用着数据库 {database}；请先停掉它，或用 --db 另指定一个"
                ) from None
        yield


def _conversations(settings: Settings, plan_id: str) -> Conversations:
    """Conversations beside the plan; where that database cannot be used, for this run only."""
    plan = fingerprint(settings.plan)
    try:
        return Conversations(settings.database(plan_id), plan)
    except (sqlite3.Error, OSError) as error:
        print(f"提醒：对话存不进数据库（{why(error)}），重启后会忘记", file=sys.stderr)
        return Conversations(MEMORY, plan)


def _ledger(settings: Settings, plan_id: str) -> Ledger:
    """Subscriptions and notices beside the plan; where that database cannot be used, for this run only."""
    try:
        return Ledger.open(settings.database(plan_id), plan_id)
    except (StoreError, sqlite3.Error, OSError) as error:
        print(f"提醒：订阅和通知存不进数据库（{error}），重启后会忘记", file=sys.stderr)
        return Ledger.open(MEMORY, plan_id)


@contextmanager
def _outbox(ledger: Ledger) -> Iterator[Ledger]:
    """The ledger by a connection of its own, so that no answer waits where a notice is written down."""
    if ledger.store.path == MEMORY:
        yield ledger
        return
    with closing(Ledger.open(ledger.store.path)) as own:
        yield own


def _remind(ledger: Ledger, digest: str) -> None:
    """Only ``load`` and ``/reload`` replace a loaded version, so that its changes are told."""
    loaded = ledger.store.loaded()
    if loaded and loaded[1] != digest:
        print(
            "提醒：数据库里是旧的一版方案；请管理员发 /reload 载入新的一版，订阅者才会收到变动",
            file=sys.stderr,
        )


async def _initialized(application: App, stop: asyncio.Event, delays: Sequence[float]) -> bool:
    """Reach Telegram, in a bounded number of tries; whether to go on."""
    for delay in (*delays, None):
        try:
            await application.initialize()
            return True
        except InvalidToken:
            raise
        except NetworkError as error:
            if delay is None:
                raise
            event("unreachable", level=logging.WARNING, error_type=type(error).__name__, wait=delay)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), delay)
        if stop.is_set():
            return False
    return False


async def _report(application: App) -> int:
    """What the self-check found."""
    me = await application.bot.get_me()
    webhook = await application.bot.get_webhook_info()
    privacy = (
        "关（群里的消息都收得到）"
        if me.can_read_all_group_messages
        else "开（群里只收得到命令、回复和部分 @）"
    )
    print(f"Telegram：@{me.username} 可以用")
    print(f"隐私模式：{privacy}")
    print(f"行内模式：{'开' if me.supports_inline_queries else '关（在 @BotFather 发 /setinline 打开）'}")
    print(f"接收方式：{'webhook' if webhook.url else '长轮询'}，积压 {webhook.pending_update_count} 条")
    return 0


async def _serve(application: App, desk: Desk, options: Options, gate: Gate, stop: asyncio.Event) -> None:
    receiving = _webhook(application, options) if options.webhook else _polling(application, stop)
    async with AsyncExitStack() as stack:
        await application.start()
        stack.push_async_callback(application.stop)
        stack.callback(gate.closing.set)
        ledger = stack.enter_context(_outbox(desk.ledger))
        followers = await stack.enter_async_context(delivering(application.bot, desk, ledger, stop))
        application.bot_data["followers"] = followers
        await application.bot_data["inbox"].resume(application.bot)
        await stack.enter_async_context(receiving)
        for beside in (_register(application, desk), watch(desk, stop)):
            stack.callback(asyncio.create_task(beside).cancel)
        event("started", bot=application.bot.username, by="webhook" if options.webhook else "polling")
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PURGE_SECONDS)
            desk.conversations.purge(time.time())
        event("stopping")
    event("stopped")


async def _register(application: App, desk: Desk) -> None:
    try:
        await starting.register_commands(application.bot, desk.administrators)
    except TelegramError as error:  # the bot works without
        event("unregistered", level=logging.WARNING, error_type=type(error).__name__)


@asynccontextmanager
async def _polling(application: App, stop: asyncio.Event) -> AsyncIterator[None]:
    """Fetch updates as long as the block runs.

    Two programs with one token take each other's updates away: the newer one gives way, which sets ``stop``
    and raises :class:`.UsageError` in the end.
    """
    told: list[str] = []
    new_until = time.monotonic() + POLL_SECONDS
    conflicts = 0

    def failed(error: TelegramError) -> None:
        nonlocal conflicts
        if isinstance(error, Conflict) and time.monotonic() < new_until:
            conflicts += 1
            if conflicts == MOST_CONFLICTS:
                stop.set()
        if told[-1:] != [type(error).__name__]:
            told.append(type(error).__name__)
            words = "同一口令另有程序在收消息，请只留一个" if isinstance(error, Conflict) else ""
            event("polling_failed", level=logging.WARNING, error_type=type(error).__name__, hint=words)

    updater = Updater(application.bot, application.update_queue)
    await updater.initialize()
    await updater.start_polling(
        timeout=POLL_SECONDS,
        allowed_updates=UPDATES,
        bootstrap_retries=len(START_DELAYS),
        error_callback=failed,
    )
    try:
        yield
    finally:
        # not its shutdown, too: that closes the connections on which answers are under way
        await updater.stop()
    if conflicts >= MOST_CONFLICTS:
        raise UsageError(_TAKEN)


@asynccontextmanager
async def _webhook(application: App, options: Options) -> AsyncIterator[None]:
    """Take the updates that Telegram posts, as long as the block runs."""
    shared = {"bot_application": application, "secret": options.secret}
    routes = [(r"/healthz", _Health, shared), (options.path, _Updates, shared)]
    server = HTTPServer(WebApplication(routes), max_body_size=LARGEST_UPDATE, xheaders=False)
    try:
        server.listen(options.port, options.host)
    except OSError as error:
        raise UsageError(
            f"听不了 {options.host}:{options.port}：{error.strerror}；请改 TELEGRAM_WEBHOOK_LISTEN"
        ) from error
    try:
        await application.bot.set_webhook(
            options.webhook, allowed_updates=UPDATES, secret_token=options.secret, max_connections=40
        )
        yield
    finally:
        server.stop()
        await server.close_all_connections()


class _Handler(RequestHandler):
    def initialize(self, bot_application: App, secret: str) -> None:
        self.bot_application, self.secret = bot_application, secret

    def write_error(self, status_code: int, **kwargs: object) -> None:
        self.finish()

    def log_exception(self, *raised: Any) -> None:
        """Nothing of requests that were turned away."""
        if not isinstance(raised[1], HTTPError):
            event("webhook_failed", level=logging.ERROR, error=raised[1])


class _Health(_Handler):
    def get(self) -> None:
        """Whether updates are being handled."""
        running = self.bot_application.running
        self.set_status(200 if running else 503)
        self.finish({"ok": running})


class _Updates(_Handler):
    async def post(self) -> None:
        """Take one update, if Telegram sent it."""
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            self.send_error(403)
            return
        try:
            update = Update.de_json(json.loads(self.request.body), self.bot_application.bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            self.send_error(400)
            return
        await self.bot_application.update_queue.put(update)
        self.finish()
