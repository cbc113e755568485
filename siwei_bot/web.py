"""The database as web pages, by datasette: the plan, reports and changes, for reading only.

The same file holds conversations and subscriptions, which belong to the people who have them. So only the
tables that ``data/web.yaml`` names are shown; of every other table datasette refuses the page, SQL of one's
own is refused, and the connections themselves read nothing but nulls.
"""

from __future__ import annotations

import socket
import sqlite3
import sys
from contextlib import closing
from copy import deepcopy
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

NAME = "plan"
"""What the database is called on the pages, whatever its file is called."""

_SETTINGS = {"allow_download": False, "default_allow_sql": False, "default_page_size": 50}


def application(path: str, title: str) -> Datasette:
    """The web application for one database file, which must exist; ``title`` is the plan's."""
    metadata = deepcopy(_metadata())
    metadata["title"] = f"{title}：{metadata['title']}"
    private = {"allow": False, "hidden": True}
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as connection:
        metadata["databases"][NAME]["tables"] |= dict.fromkeys(_private(connection), private)
    if not pm.is_registered(sys.modules[__name__]):
        pm.register(sys.modules[__name__])
    datasette = Datasette([], metadata=metadata, settings=_SETTINGS)
    datasette.remove_database("_memory")  # which it has where it was given no files
    datasette.add_database(Database(datasette, path=path, is_mutable=True), name=NAME)
    return datasette


def serve(datasette: Datasette, listening: socket.socket) -> None:
    """Answer on a socket that listens already, until the process is told to stop."""
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listening])


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Keep a new connection of datasette from reading what is not shown, by whatever way it is asked."""
    if database != NAME:
        return
    private = _private(conn)

    def authorize(action: int, table: str | None, *_: Any) -> int:
        hidden = action == sqlite3.SQLITE_READ and table in private
        return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK

    conn.set_authorizer(authorize)


@cache
def _metadata() -> Any:
    return yaml.safe_load(files("siwei_bot").joinpath("data", "web.yaml").read_text("utf-8"))


def _private(connection: sqlite3.Connection) -> set[str]:
    """The tables and views that the pages do not show."""
    rows = connection.execute("select name from sqlite_schema where type in ('table', 'view')")
    shown: dict[str, Any] = _metadata()["databases"][NAME]["tables"]
    return {row[0] for row in rows} - shown.keys()
