"""Under load: every question answered once, in order, whatever the network does."""

from __future__ import annotations

from pathlib import Path

from tests.telegram import load
from tests.telegram.double import BotApi
from tests.telegram.process import Application


def test_two_thousand_updates_in_two_hundred_chats(own_api: BotApi, tmp_path: Path) -> None:
    with Application(own_api, tmp_path):
        pushed = load.push(own_api, chats=200, each=10)
        load.finish(own_api, pushed, 40)
        load.check(own_api, pushed)
        assert all(fault.times == 0 for fault in own_api.faults)
