"""One double and one application for all tests that do not need one of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.telegram.double import BotApi
from tests.telegram.process import Application


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotApi]:
    """The double that the shared application talks to."""
    with BotApi() as api, Application(api, tmp_path_factory.mktemp("shared")):
        yield api


@pytest.fixture
def api(shared: BotApi) -> Iterator[BotApi]:
    """The shared double; the test fails where the bot sent what Telegram refuses."""
    seen = len(shared.problems)
    yield shared
    shared.faults.clear()
    # a button that is pressed again before the message has changed may ask for the same change twice
    assert [problem for problem in shared.problems[seen:] if "not modified" not in problem] == []


@pytest.fixture
def own_api() -> Iterator[BotApi]:
    """A double for a test that starts the application itself."""
    with BotApi() as api:
        yield api
