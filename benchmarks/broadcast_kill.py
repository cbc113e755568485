"""Whether a broadcast that is killed again and again still reaches everyone.

    python -m benchmarks.broadcast_kill [--chats 1000] [--kills 50] [--writes 20] [--seed 1]

A child process delivers one notice to all chats, over TCP to a messenger in this process that fails in a
tenth of the requests. It is killed (SIGKILL) at random moments: before a message is taken, between taking
it and answering, after the answer. Then a child that writes reports is killed, too. Everything that should
hold is asserted; what is printed are figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from siwei_bot.notices import EVERYTHING, Delivery, Ledger, Lost, Message, Pace, Place, Report, RetryLater
from siwei_bot.plan import BodyRef, Bureau, Indicator, Plan, Target
from siwei_bot.store import StoreError

FAULTS = 0.1
"""The part of all requests that fails."""

STAGES = ("asked", "taken", "answered", "later")
"""Moments of a request at which the child is killed."""

PLAN = Plan(
    id="example",
    title="示例方案",
    region="某市",
    sections=(),
    bureaus=(Bureau("市甲局"),),
    indicators=(
        Indicator(1, "总量", "万吨", (Target(2030, 10.0),), (BodyRef("市甲局", "市甲局"),), direction="cap"),
    ),
)


def report(value: float) -> Report:
    """A report of the plan's indicator."""
    return Report(1, "总量", 2025, "2025-12-31", value, "万吨", "公报")


# -- the messenger ---------------------------------------------------------------------------------


@dataclass
class Messenger:
    """What arrived, and when the child that sends it is to be killed."""

    seed: int
    arrived: Counter[Place] = field(default_factory=Counter)
    unanswered: Counter[Place] = field(default_factory=Counter)
    """What arrived without the sender getting to know."""
    requests: int = 0
    child: subprocess.Popen[bytes] | None = None
    kill_at: int = 0
    kill_stage: str = ""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()

    def handle(self, line: bytes) -> bytes | None:
        """The answer to one request; ``None`` where the connection breaks instead."""
        place = Place(*json.loads(line))
        with self._lock:
            self.requests += 1
            fault = self._random.choice(("flood", "error", "lost", "cut")) if self._fails() else ""
            self._kill("asked")
            if fault == "flood":
                return b"429"
            if fault in ("error", "lost"):
                return b"502" if fault == "error" else None
            killed = self.child is None
            self.arrived[place] += 1
            if fault == "cut" and not killed:
                self.unanswered[place] += 1
                return None
            self._kill("taken")
            return b"200"

    def answered(self) -> None:
        """The answer is on its way."""
        with self._lock:
            self._kill("answered")
            if self.kill_stage == "later":
                time.sleep(self._random.random() * 0.004)
                self._kill("later")

    def _fails(self) -> bool:
        return self._random.random() < FAULTS

    def _kill(self, stage: str) -> None:
        if self.child is not None and self.requests >= self.kill_at and stage == self.kill_stage:
            kill(self.child)
            self.child = None


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a process without any warning, and wait until it is gone."""
    child.send_signal(signal.SIGKILL)
    child.wait()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, messenger: Messenger) -> None:
        self.messenger = messenger
        super().__init__(("127.0.0.1", 0), _Connection)


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        try:
            line = self.rfile.readline()
            answer = self.server.messenger.handle(line) if line.endswith(b"\n") else None
            if answer is not None:
                self.wfile.write(answer + b"\n")
                self.wfile.flush()
                self.server.messenger.answered()
        except OSError:
            pass  # the child is gone


# -- the children ----------------------------------------------------------------------------------


async def deliver(path: Path, port: int) -> None:
    """Deliver what is queued, until nothing is."""

    async def send(message: Message) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(json.dumps(message.place).encode() + b"\n")
            answer = (await reader.readline()).strip()
        except OSError as error:
            raise Lost(str(error)) from error
        finally:
            writer.close()
        if answer == b"429":
            raise RetryLater(0.05)
        if answer != b"200":
            raise Lost(answer.decode() or "断线")
        return 1

    with closing(Ledger.open(path)) as kept:
        stop = asyncio.Event()
        pace = Pace(per_second=100_000, per_chat=0, per_group_minute=100_000)
        delivery = Delivery(kept, send, pace, jitter=lambda: random.random() * 0.05)
        running = asyncio.create_task(delivery.run(stop))
        while kept.status().queued:
            await asyncio.sleep(0.05)
            delivery.wake()
        stop.set()
        await running


def write(path: Path, first: int) -> None:
    """Write reports for as long as nobody stops it, and say so after each."""
    with closing(Ledger.open(path)) as kept:
        for number in range(first, 10**9):
            kept.record(report(1 + number / 1000), PLAN, "张三", key=f"report {number}")
            print(number, flush=True)


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """A child of this module."""
    command = [sys.executable, "-m", "benchmarks.broadcast_kill", *map(str, arguments)]
    root = Path(__file__).resolve().parent.parent
    return subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    )


# -- the proof -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What was measured; everything that must hold was asserted."""

    chats: int
    kills: int
    requests: int
    arrived: int
    unanswered: int
    twice_by_kill: int
    seconds: float


def broadcast(path: Path, chats: int, kills: int, seed: int) -> Outcome:
    """Deliver one notice to all chats through a number of kills."""
    places = [Place(number + 1) for number in range(chats)]
    with closing(Ledger.open(path)) as kept:
        kept.load(PLAN, "1", "管理员")
        for place in places:
            kept.subscribe(place, EVERYTHING, "李四")
        assert kept.record(report(9.5), PLAN, "张三").chats == chats
    chance = random.Random(seed)
    messenger = Messenger(seed)
    server = _Server(messenger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port, began, done = server.server_address[1], time.monotonic(), 0
    with server:
        while done < kills:
            # spread over what is left, so that the last kill comes before the last message
            left = chats - len(messenger.arrived)
            messenger.kill_at = messenger.requests + chance.randint(1, max(1, 2 * left // (kills - done + 1)))
            messenger.kill_stage = chance.choice(STAGES)
            messenger.child = child = start("deliver", path, port)
            child.communicate(timeout=120)
            assert child.returncode in (0, -signal.SIGKILL), child.returncode
            if child.returncode == 0:
                break  # everything arrived before the moment came
            done += 1
        messenger.child = None
        last = start("deliver", path, port)
        last.communicate(timeout=120)
        assert last.returncode == 0
        server.shutdown()
    _check_broadcast(path, places, messenger, done)
    arrived, unanswered = messenger.arrived.total(), messenger.unanswered.total()
    return Outcome(
        chats, done, messenger.requests, arrived, unanswered,
        arrived - chats - unanswered, time.monotonic() - began,
    )  # fmt: skip


def _check_broadcast(path: Path, places: list[Place], messenger: Messenger, kills: int) -> None:
    """Everyone has it; what came twice is accounted for by lost answers and by at most one a kill."""
    assert set(messenger.arrived) == set(places)
    again = messenger.arrived.total() - len(places)
    assert 0 <= again - messenger.unanswered.total() <= kills
    with closing(Ledger.open(path)) as kept:
        assert kept.progress(1) == (1, 0, len(places), 0, ())
        _check_whole(kept, len(places))


def writes(path: Path, kills: int, seed: int) -> int:
    """Kill a process that writes reports; how many reports there are in the end."""
    chance = random.Random(seed)
    with closing(Ledger.open(path)) as kept:
        subscribers = kept.status().places
        known = kept.store.rows("select count(*) as n from reports")[0]["n"]
    told = known
    for _ in range(kills):
        child = start("write", path, told)
        assert child.stdout is not None
        for _ in range(chance.randint(1, 5)):
            told = int(child.stdout.readline()) + 1
        time.sleep(chance.random() * 0.02)
        kill(child)
        child.stdout.close()
        with closing(Ledger.open(path)) as kept:
            _check_whole(kept, subscribers)
            keys = {row["key"] for row in kept.store.rows("select key from notices where key is not null")}
            assert {f"report {number}" for number in range(known, told)} <= keys
    with closing(Ledger.open(path)) as kept:
        return int(kept.store.rows("select count(*) as n from reports")[0]["n"])


def _check_whole(kept: Ledger, subscribers: int) -> None:
    """Each notice has its report, its audit and a row for every subscriber, and nothing can be rewritten."""
    rows = kept.store.rows(
        "select (select count(*) from reports r where r.notice = n.id) as reports, "
        "(select count(*) from changes c where c.batch = n.id) as changes, "
        "(select count(*) from outbox o where o.notice = n.id) as outbox from notices n"
    )
    assert rows
    assert all(tuple(row.values()) == (1, 1, subscribers) for row in rows)
    assert kept.store.rows("pragma integrity_check") == [{"integrity_check": "ok"}]
    with suppress(StoreError):
        kept.store.rows("delete from changes")
        raise AssertionError("the audit can be deleted")


def main() -> None:
    """Run the proof, or one of its children."""
    if sys.argv[1:2] == ["deliver"]:
        return asyncio.run(deliver(Path(sys.argv[2]), int(sys.argv[3])))
    if sys.argv[1:2] == ["write"]:
        return write(Path(sys.argv[2]), int(sys.argv[3]))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--chats", type=int, default=1000)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--writes", type=int, default=20, help="kills of the process that writes reports")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        found = broadcast(path, chosen.chats, chosen.kills, chosen.seed)
        print(
            f"{found.chats} chats, {found.kills} kills, {found.requests} requests, a tenth of them faulty: "
            f"everyone has the notice; {found.arrived} arrived, {found.unanswered} again because an answer "
            f"was lost, {found.twice_by_kill} because of a kill; {found.seconds:.0f} s"
        )
        count = writes(path, chosen.writes, chosen.seed)
        print(f"{chosen.writes} kills of a process that writes reports: {count} reports, each whole")


if __name__ == "__main__":
    main()
