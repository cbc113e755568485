"""A broadcast that is killed reaches everyone; run longer by ``benchmarks/broadcast_kill.py``."""

from __future__ import annotations

from pathlib import Path

from benchmarks.broadcast_kill import broadcast, writes


def test_a_broadcast_that_is_killed_again_and_again_reaches_everyone(tmp_path: Path) -> None:
    found = broadcast(tmp_path / "a.db", chats=60, kills=5, seed=3)
    assert found.kills == 5
    assert found.requests > 60


def test_reports_that_were_being_written_at_a_kill_are_whole_or_not_there(tmp_path: Path) -> None:
    broadcast(tmp_path / "a.db", chats=20, kills=0, seed=3)
    assert writes(tmp_path / "a.db", kills=2, seed=3) >= 3
