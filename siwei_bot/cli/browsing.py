"""The command ``web``: the database as web pages."""

from __future__ import annotations

import socket
from contextlib import closing

from siwei_bot.cli.opening import database_file, snapshot_bot
from siwei_bot.config import Settings, UsageError
from siwei_bot.store import Store, StoreError

_WITHOUT_DATASETTE = "没有装 datasette；请运行 make web，或安装 siwei-bot[web]"


def web(settings: Settings, host: str, port: str) -> int:
    """Serve the database on ``host`` and ``port`` (0: any free one) until told to stop."""
    path = database_file(settings)
    snapshot_bot(settings).store.close()  # fills a new database
    title = _title(path)
    try:
        from siwei_bot.web import application, serve
    except ModuleNotFoundError as error:
        raise UsageError(_WITHOUT_DATASETTE) from error
    site = application(path, title)
    with _listening(host, port) as listening:
        address, number = listening.getsockname()[:2]
        print(f"请用浏览器打开 http://{address}:{number}/ ；按 Ctrl-C 结束", flush=True)
        serve(site, listening)
    return 0


def _title(path: str) -> str:
    """The loaded plan's title; opening the store also brings an older database up to date."""
    try:
        with closing(Store(path)) as store:
            rows = store.rows("select title from plan")
    except StoreError as error:
        raise UsageError(str(error)) from error
    if not rows:
        raise UsageError(f"数据库 {path} 里没有方案；请先用 load 命令载入")
    return str(rows[0]["title"])


def _listening(host: str, port: str) -> socket.socket:
    if not (port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise UsageError(f"端口 {port} 不对；请写 0 到 65535 之间的数，如 8001")
    try:
        return socket.create_server((host, int(port)))
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"听不了 {host}:{port}：{reason}；请用 --port 换一个端口") from error
