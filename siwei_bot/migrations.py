"""The steps that bring a database's schema up to date; a step, once released, is never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

# everything that a plan file says
_PLAN_TABLES = """
create table plan (
    id text primary key, title text not null, region text not null, source text not null,
    fingerprint text not null, loaded_at text not null
) strict;
create table bureaus (position integer primary key, name text not null unique) strict;
create table sections (id integer primary key, label text not null, title text not null) strict;
create table tasks (
    id integer primary key, section integer not null references sections(id),
    title text not null, folded text not null
) strict;
create table measures (
    id integer primary key, task integer not null references tasks(id), text text not null,
    note text not null, due text not null, due_by text, folded text not null
) strict;
create table roles (
    measure integer not null references measures(id), bureau text not null references bureaus(name),
    role text not null check (role in ('lead', 'support', 'responsible')),
    spelling text not null, position integer not null, primary key (measure, bureau)
) strict;
create index roles_by_bureau on roles (bureau, role);
create table indicators (
    id integer primary key, name text not null, unit text not null, attribute text not null,
    "group" text not null, direction text not null
) strict;
create table targets (
    indicator integer not null references indicators(id), year integer not null, value real,
    text text not null, comparator text not null, baseline integer not null, primary key (indicator, year)
) strict;
create table indicator_bureaus (
    indicator integer not null references indicators(id), bureau text not null references bureaus(name),
    spelling text not null, position integer not null, primary key (indicator, bureau)
) strict;
create view responsibilities as
    select s.id as section, t.id as task, t.title as task_title, m.id as measure, m.text as measure_text,
           r.role, r.bureau, r.spelling
    from roles r join measures m on m.id = r.measure join tasks t on t.id = m.task
         join sections s on s.id = t.section
    order by m.id, r.position;
"""

# which message holds which answer, and which deliveries were seen (see ``conversations``)
_CONVERSATION_TABLES = """
create table turns (
    id integer primary key autoincrement, chat integer not null, answer integer not null,
    thread integer not null, person integer not null, question integer,
    before text not null, after text not null,
    text text not null, offers text not null, version integer not null, at real not null, plan text not null,
    unique (chat, answer, person)
) strict;
create index turns_by_person on turns (chat, thread, person);
create index turns_by_question on turns (chat, question);
create index turns_by_age on turns (at);
create table deliveries (id integer primary key, at real not null) strict;
"""

# what a delivery holds, until it has been handled
_UNHANDLED_DELIVERIES = """
alter table deliveries add column waiting text;
alter table deliveries add column tries integer not null default 0;
"""

# actual values, the audit of changes, who is told of them, and what is still to be sent (see ``notices``)
_NOTICE_TABLES = """
create table notices (
    id integer primary key autoincrement, at text not null, by text not null,
    kind text not null check (kind in ('report', 'plan', 'digest')), title text not null, key text unique
) strict;
create table reports (
    id integer primary key autoincrement, indicator integer not null, name text not null,
    year integer not null, as_of text not null, value real, unit text not null, source text not null,
    reported_by text not null, reported_at text not null, notice integer not null references notices(id)
) strict;
create index reports_by_name on reports (name, year, as_of);
create trigger reports_are_kept before delete on reports begin
    select raise(abort, 'reports are never deleted');
end;
create trigger reports_are_added before insert on reports
when exists (select 1 from reports where id = new.id) begin
    select raise(abort, 'reports are never changed');
end;
create trigger reports_are_final before update on reports begin
    select raise(abort, 'reports are never changed');
end;
create view current_reports as
    select i.id as indicator, r.name, r.year, r.as_of, r.value, r.unit, r.source,
           r.reported_by, r.reported_at, r.id
    from (
        select *, row_number() over (partition by name, year order by as_of desc) as place from (
            select *, row_number() over (partition by name, year, as_of order by id desc) as version
            from reports
        ) where version = 1 and value is not null
    ) r join indicators i on i.name = r.name
    where r.place = 1
    order by i.id, r.year;
create table changes (
    id integer primary key autoincrement, at text not null, by text not null,
    batch integer not null references notices(id), kind text not null check (kind in ('report', 'plan')),
    how text not null check (how in ('added', 'removed', 'changed')),
    subject_kind text not null, subject_id text not null, subject_name text not null,
    field text not null, year integer not null, bureau text not null,
    before text not null, after text not null, line text not null, bureaus text not null, tasks text not null
) strict;
create index changes_by_batch on changes (batch);
create index changes_by_subject on changes (subject_kind, subject_name);
create trigger changes_are_kept before delete on changes begin
    select raise(abort, 'changes are never deleted');
end;
create trigger changes_are_added before insert on changes
when exists (select 1 from changes where id = new.id) begin
    select raise(abort, 'changes are never changed');
end;
create trigger changes_are_final before update on changes begin
    select raise(abort, 'changes are never changed');
end;
create table subscriptions (
    id integer primary key autoincrement, chat integer not null, thread integer not null,
    kind text not null check (kind in ('indicator', 'bureau', 'task', 'all')), target text not null,
    name text not null, by text not null, at text not null, digest text not null,
    unique (chat, thread, kind, target)
) strict;
create table ended_subscriptions (
    id integer primary key autoincrement, chat integer not null, thread integer not null, kind text not null,
    target text not null, name text not null, by text not null, at text not null,
    ended_at text not null, reason text not null
) strict;
create table outbox (
    notice integer not null references notices(id), chat integer not null, thread integer not null,
    text text not null, state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    attempts integer not null default 0, next_at real not null, reason text not null default '',
    message_id integer, sent_at text, primary key (notice, chat, thread)
) strict;
create index outbox_by_time on outbox (state, next_at);
create index outbox_by_chat on outbox (chat, thread, state, notice);
create table awaiting (
    chat integer not null, thread integer not null, change integer not null references changes(id),
    due real not null, primary key (chat, thread, change)
) strict;
"""

# what an administrator was asked to confirm (see ``conversations``)
_PROPOSALS = """
create table proposals (
    chat integer not null, message integer not null, person integer not null,
    kind text not null check (kind in ('report', 'reload')), content text not null, plan text not null,
    notice integer not null, at real not null, primary key (chat, message)
) strict;
"""

STEPS = {
    "plan_tables": _PLAN_TABLES,
    "conversation_tables": _CONVERSATION_TABLES,
    "unhandled_deliveries": _UNHANDLED_DELIVERIES,
    "notice_tables": _NOTICE_TABLES,
    "proposals": _PROPOSALS,
}
"""Name → SQL, in the order in which they are applied; a new step is added at the end."""


class NewerDatabase(sqlite3.DatabaseError):
    """A newer version of the program has changed the schema: writing could lose what that version keeps."""


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that a database does not have yet, all in one transaction; at once where it has them.

    Two processes may do so at the same time. Raises ``sqlite3.Error`` where the database cannot be written,
    :class:`NewerDatabase` where it has steps that this version does not know.
    """
    if require_known(connection) == STEPS.keys():
        return
    from sqlite_utils import Database  # here: slow to import, and seldom needed
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("siwei_bot")
    for name, script in STEPS.items():
        migrations(name=name)(_step(script))
    connection.execute("begin immediate")
    try:
        migrations.apply(Database(connection))
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise


def require_known(connection: sqlite3.Connection) -> set[str]:
    """The steps that a database has. Raises :class:`NewerDatabase` where this version does not know one."""
    applied = _applied(connection)
    if not applied <= STEPS.keys():
        raise NewerDatabase("NewerDatabase")
    return applied


def _applied(connection: sqlite3.Connection) -> set[str]:
    try:
        rows = connection.execute("select name from _sqlite_migrations where migration_set = 'siwei_bot'")
        return {row[0] for row in rows}
    except sqlite3.OperationalError:  # no step was ever applied
        return set()


def _step(script: str) -> Callable[[Database], None]:
    def run(db: Database) -> None:
        for statement in statements(script):
            db.execute(statement)

    return run


def statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger's inner ones stay inside it.

    >>> list(statements("select 1;\\nselect\\n  2;\\n"))
    ['select 1;', 'select\\n  2;']
    """
    statement = ""
    for line in script.strip().splitlines():
        statement = f"{statement}\n{line}" if statement else line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
