"""Running: start-up, long polling or webhook, self-check, and a clean end."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Updater
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import HTTPError, RequestHandler

from handlers import menus, starting
from handlers.application import UPDATES, App, build
from handlers.desk import Desk
from handlers.gate import Gate
from handlers.logs import event, set_up
from handlers.options import Options, options
from siwei_bot.bot import PlanBot
from siwei_bot.cli.opening import fingerprint, opened_bot
from siwei_bot.cli.plans import summary
from siwei_bot.config import MEMORY, Settings, UsageError
from siwei_bot.conversations import Conversations

START_DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new try to reach Telegram at start-up."""

GRACE_SECONDS = 5.0
"""From the wish to stop until nobody waits for Telegram any longer."""

POLL_SECONDS = 30
PURGE_SECONDS = 60 * 60
LARGEST_UPDATE = 1 << 20
"""Bytes; Telegram's own are far smaller."""

_BAD_TOKEN = "Telegram 不认这个口令（token）：请核对 TELEGRAM_BOT_TOKEN，或在 @BotFather 发 /token 重新取得"
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
    with opened_bot(settings) as bot:
        return await _running(settings, options, bot, once=once)


async def _running(settings: Settings, options: Options, bot: PlanBot, *, once: bool) -> int:
    print(f"方案：{summary(bot.plan)}", file=sys.stderr)
    gate = Gate()
    conversations = _conversations(settings, bot.plan.id)
    application = build(Desk(bot, conversations, menus.lists(bot)), options, gate)
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
        await _serve(application, options, gate, conversations, stop)
    finally:
        with suppress(TelegramError):
            await application.shutdown()
        conversations.close()
    return 0


def _conversations(settings: Settings, plan_id: str) -> Conversations:
    """Conversations beside the plan; where that database cannot be used, for this run only."""
    plan = fingerprint(settings.plan)
    try:
        return Conversations(settings.database(plan_id), plan)
    except (sqlite3.Error, OSError) as error:
        print(f"提醒：对话存不进数据库（{error}），重启后会忘记", file=sys.stderr)
        return Conversations(MEMORY, plan)


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


async def _serve(
    application: App, options: Options, gate: Gate, conversations: Conversations, stop: asyncio.Event
) -> None:
    receiving = _webhook if options.webhook else _polling
    async with AsyncExitStack() as stack:
        await application.start()
        stack.push_async_callback(application.stop)
        stack.callback(gate.closing.set)
        await application.bot_data["inbox"].resume(application.bot)
        await stack.enter_async_context(receiving(application, options))
        registering = asyncio.create_task(_register(application))
        stack.callback(registering.cancel)
        event("started", bot=application.bot.username, by="webhook" if options.webhook else "polling")
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PURGE_SECONDS)
            conversations.purge(time.time())
        event("stopping")
    event("stopped")


async def _register(application: App) -> None:
    try:
        await starting.register_commands(application.bot)
    except TelegramError as error:  # the bot works without
        event("unregistered", level=logging.WARNING, error_type=type(error).__name__)


@asynccontextmanager
async def _polling(application: App, options: Options) -> AsyncIterator[None]:
    """Fetch updates as long as the block runs."""
    told: list[str] = []

    def failed(error: TelegramError) -> None:
        if told[-1:] != [type(error).__name__]:
            told.append(type(error).__name__)
            words = "同一口令另有程序在收消息，请只留一个" if isinstance(error, Conflict) else ""
            event("polling_failed", level=logging.WARNING, error_type=type(error).__name__, hint=words)

    updater = Updater(application.bot, application.update_queue)
    async with updater:
        await updater.start_polling(
            timeout=POLL_SECONDS,
            allowed_updates=UPDATES,
            bootstrap_retries=len(START_DELAYS),
            error_callback=failed,
        )
        try:
            yield
        finally:
            await updater.stop()


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
