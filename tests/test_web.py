"""The database in the browser: the real command over HTTP, and what it must not show."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import yaml

from siwei_bot import web
from siwei_bot.cli import main
from siwei_bot.plan_file import read_plan
from siwei_bot.store import Store
from tests.plans import PLANS, ROOT

METADATA = yaml.safe_load((ROOT / "siwei_bot" / "data" / "web.yaml").read_text("utf-8"))["databases"]["plan"]
SHOWN = set(METADATA["tables"])
CHAT, SECRET = 987654321012, "谁也不该看见的话"


class Page(NamedTuple):
    """What a page came back with."""

    status: int
    text: str


class Site(NamedTuple):
    """A running command and its database."""

    url: str
    db: Path

    def get(self, path: str) -> Page:
        """One page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return Page(answer.status, answer.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, error.read().decode("utf-8"))

    def rows(self, path: str) -> list[dict[str, Any]]:
        """The rows of a page, as JSON."""
        page = self.get(f"{path}.json?_shape=array" if "?" not in path else path)
        assert page.status == 200, page.text
        found: list[dict[str, Any]] = json.loads(page.text)
        return found


def private_tables() -> list[str]:
    """Every table of the schema that the pages do not show."""
    with closing(Store(":memory:")) as store:
        names = {
            row["name"]
            for row in store.rows("select name from sqlite_schema where type in ('table', 'view')")
        }
    return sorted(
        name for name in names - SHOWN if not name.endswith(("_are_kept", "_are_added", "_are_final"))
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The command, on a database with a report and with private rows, while a writer has it open."""
    db = tmp_path_factory.mktemp("web") / "plan.db"
    places = ["--plan", str(PLANS["changzhi"]), "--db", str(db)]
    assert main(["load", *places], home=ROOT) == 0
    assert main(["report", "用水总量", "2025", "6.05", "--yes", *places], home=ROOT) == 0
    command = [sys.executable, str(ROOT / "bot.py"), "web", "--port", "0", *places]
    with closing(sqlite3.connect(db, isolation_level=None)) as writer:
        fill(writer)
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert url, line
            yield Site(url[0], db)
            process.send_signal(signal.SIGINT)
            process.wait(30)


def fill(writer: sqlite3.Connection) -> None:
    """Put a chat and a secret in every private table that people fill."""
    writer.execute(
        "insert into subscriptions (chat, thread, kind, target, name, by, at, digest)"
        " values (?, 0, 'all', '', ?, ?, '', '')",
        [CHAT, SECRET, SECRET],
    )
    writer.execute(
        "insert into outbox (notice, chat, thread, text, next_at) select min(id), ?, 0, ?, 0 from notices",
        [CHAT, SECRET],
    )
    writer.execute("insert into awaiting select ?, 0, min(id), 0 from changes", [CHAT])
    writer.execute(
        "insert into turns (chat, answer, thread, person, before, after, text, offers, version, at, plan)"
        " values (?, 1, 0, ?, ?, '', ?, '', 1, 0, '')",
        [CHAT, CHAT, SECRET, SECRET],
    )
    writer.execute("insert into deliveries (id, at, waiting) values (1, 0, ?)", [SECRET])


def test_the_front_pages_are_chinese_and_name_the_plan(site: Site) -> None:
    for path in ("/", "/plan"):
        page = site.get(path)
        assert page.status == 200
        assert read_plan(PLANS["changzhi"]).title in page.text or path != "/"
        assert METADATA["title"] in page.text or path == "/"
        assert "_memory" not in page.text


@pytest.mark.parametrize("table", sorted(SHOWN))
def test_tables_are_shown_with_their_titles(site: Site, table: str) -> None:
    page = site.get(f"/plan/{table}")
    assert page.status == 200
    assert METADATA["tables"][table]["title"] in page.text
    columns = set(METADATA["tables"][table].get("columns", {}))
    with closing(sqlite3.connect(site.db)) as db:
        known = {row[1] for row in db.execute(f"pragma table_info({table})")}
    assert columns <= known
    assert set(METADATA["tables"][table].get("facets", [])) <= known


@pytest.mark.parametrize("query", METADATA["queries"])
def test_queries_answer(site: Site, query: str) -> None:
    given = "".join(f"&{quote(name)}={quote('水')}" for name in METADATA["queries"][query].get("params", []))
    rows = site.rows(f"/plan/{query}.json?_shape=array{given}")
    assert rows or query == "deadlines"  # of which this plan has none
    assert all(re.search("[\u4e00-\u9fff]", column) for row in rows for column in row)
    assert METADATA["queries"][query]["title"] in site.get(f"/plan/{query}").text


def test_the_numbers_are_the_plan_s(site: Site) -> None:
    plan = read_plan(PLANS["changzhi"])
    counted = {row["单位"]: row["牵头"] for row in site.rows("/plan/leads_by_bureau")}
    assert set(counted) == {bureau.name for bureau in plan.bureaus}
    leads = [
        body.name
        for section in plan.sections
        for task in section.tasks
        for assignment in task.assignments
        for _ in assignment.measures
        for body in assignment.lead
    ]
    assert counted == {name: leads.count(name) for name in counted}
    (actual,) = site.rows("/plan/targets_and_actuals")
    assert (actual["指标"], actual["实际值"]) == ("用水总量", 6.05)


def test_deadlines_come_in_order() -> None:
    with closing(Store(":memory:")) as store:
        store.load(read_plan(PLANS["wanglan_yuedu"]), "")
        rows = store.rows(METADATA["queries"]["deadlines"]["sql"])
    assert [row["原文的时限"] for row in rows] == ["2026-06-30", "2026-06-30", "2027", "持续推进"]


def test_what_is_written_later_is_seen(site: Site) -> None:
    places = ["--plan", str(PLANS["changzhi"]), "--db", str(site.db)]
    assert main(["report", "灌溉系数", "2025", "0.58", "--yes", *places], home=ROOT) == 0
    assert [row["value"] for row in site.rows("/plan/reports") if row["indicator"] == 4] == [0.58]


# -- what is nobody's business ---------------------------------------------------------------------


def test_there_is_something_to_hide() -> None:
    assert {"turns", "deliveries", "subscriptions", "outbox", "proposals", "awaiting"} <= set(
        private_tables()
    )


@pytest.mark.parametrize("table", private_tables())
@pytest.mark.parametrize("form", ["", ".json", ".csv", "/1", "/1.json", "?_size=max&_stream=on"])
def test_private_tables_are_refused(site: Site, table: str, form: str) -> None:
    page = site.get(f"/plan/{table}{form}")
    assert page.status in (403, 404), page.text
    assert SECRET not in page.text


REFUSED = [
    "/plan?sql=select+*+from+subscriptions",
    "/plan.json?sql=select+*+from+subscriptions&_shape=array",
    "/plan.csv?sql=select+*+from+turns",
    "/plan/changes?_where=1+in+(select+1+from+subscriptions)",
    "/plan.db",
    "/_internal/tables",
]
OTHERS = [
    "/-/databases.json?sql=select+1",
    "/plan/who_does_what.json?_shape=array&sql=select+*+from+turns&" + quote("单位") + "=x",
    "/plan/changes.json?_shape=array&_labels=on&_size=max",
    "/plan/changes/1",
    "/plan/changes/1.json?_extras=foreign_key_tables",
    "/plan/reports.json?_labels=on",
    "/plan.json",
    "/-/metadata.json",
]


@pytest.mark.parametrize("path", [*REFUSED, *OTHERS])
def test_no_other_way_leads_to_them(site: Site, path: str) -> None:
    page = site.get(path)
    assert page.status != 500
    assert SECRET not in page.text
    assert str(CHAT) not in page.text
    if path in REFUSED:
        assert page.status in (403, 404), page.text


def test_a_private_table_answers_no_questions_through_a_public_one(site: Site) -> None:
    """Whether a chat waits for a change must not be told by a filter through the table that knows it."""
    through = quote(json.dumps({"table": "awaiting", "column": "chat", "value": str(CHAT)}))
    page = site.get(f"/plan/changes.json?_shape=array&_through={through}")
    assert page.status != 200 or json.loads(page.text) == []


def test_connections_read_only_nulls_of_private_tables(site: Site) -> None:
    for name, seen in (("plan", None), ("another", SECRET)):
        with closing(sqlite3.connect(site.db)) as connection:
            web.prepare_connection(connection, name)
            texts = {row[0] for row in connection.execute("select text from outbox")}
            assert texts == {None} if seen is None else seen in texts
            assert connection.execute("select title from plan").fetchone()[0]


def test_nothing_can_be_written(site: Site) -> None:
    before = site.rows("/plan/changes")
    request = urllib.request.Request(f"{site.url}/plan/latest_changes", data=b"sql=delete+from+targets")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    caught.value.close()
    assert site.rows("/plan/changes") == before
    assert site.rows("/plan/targets")


# -- wrong usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--db", "/dev/null/plan.db"], "打不开"),
        (["--db", ":memory:"], "请用 --db 指定一个文件"),
        (["--port", "http"], "端口 http 不对"),
        (["--port", "70000"], "端口 70000 不对"),
        (["--host", "203.0.113.7"], "听不了 203.0.113.7:8001"),
    ],
)
def test_wrong_usage_is_one_line(
    argv: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if "--db" not in argv:
        assert main(["load", "--db", str(tmp_path / "plan.db")], home=ROOT) == 0
        argv = [*argv, "--db", str(tmp_path / "plan.db")]
    capsys.readouterr()
    assert main(["web", *argv], home=ROOT) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err


def test_without_datasette_it_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["load", "--db", str(tmp_path / "plan.db")], home=ROOT) == 0
    monkeypatch.setitem(sys.modules, "siwei_bot.web", None)
    assert main(["web", "--db", str(tmp_path / "plan.db")], home=ROOT) == 2
    assert "make web" in capsys.readouterr().err
