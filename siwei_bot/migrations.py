"""The steps that bring a database's schema up to date; a step, once released, is never changed."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("siwei_bot")

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


@migrations()
def plan_tables(db: Database) -> None:
    """The plan's own tables: everything that a plan file says."""
    for statement in filter(str.strip, _PLAN_TABLES.split(";\n")):
        db.execute(statement)


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


@migrations()
def conversation_tables(db: Database) -> None:
    """Which message holds which answer, and which deliveries were seen (see ``conversations``)."""
    for statement in filter(str.strip, _CONVERSATION_TABLES.split(";\n")):
        db.execute(statement)


@migrations()
def unhandled_deliveries(db: Database) -> None:
    """What a delivery holds, until it has been handled."""
    db.execute("alter table deliveries add column waiting text")
    db.execute("alter table deliveries add column tries integer not null default 0")
