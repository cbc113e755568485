"""The parts that need no process: charts, stored contexts, pages, the Bot API double itself."""

from __future__ import annotations

import doctest
import json
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    TelegramError,
    TimedOut,
)

import handlers.limits
import handlers.replies
import siwei_bot.conversations
import tests.telegram.markup
from handlers import replies
from handlers.delivering import reason_of
from handlers.options import options
from siwei_bot import PlanBot
from siwei_bot.chart import ChartError, chart, save_chart
from siwei_bot.cli import main
from siwei_bot.config import Settings, UsageError
from siwei_bot.conversations import (
    KEPT_SECONDS,
    MOST_TRIES,
    Conversations,
    Proposal,
    Turn,
    packed,
    unpacked,
)
from siwei_bot.language.reading import Context
from siwei_bot.notices import DeliveryError, Gone, Lost, Moved, Refused
from siwei_bot.plan import Indicator, Target
from tests.banks import ROOT
from tests.telegram import markup
from tests.telegram.markup import checked_buttons, checked_text, units


@pytest.mark.parametrize(
    "module", [handlers.limits, handlers.replies, siwei_bot.conversations, tests.telegram.markup]
)
def test_examples_in_the_code(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


# -- charts ----------------------------------------------------------------------------------------


def test_every_indicator_is_drawn_in_time(real_bot: PlanBot) -> None:
    chart.cache_clear()
    for indicator in real_bot.plan.indicators:
        began = time.perf_counter()
        picture = chart(indicator)
        assert time.perf_counter() - began < 0.3
        assert chart(indicator) is picture
        with Image.open(BytesIO(picture)) as image:
            assert image.size == (1200, 750)


def test_a_chart_of_everything_that_an_indicator_can_be() -> None:
    years = (Target(2020, 8, baseline=True), Target(2021, -9.5, "≤"), Target(2030, None, text="持续下降"))
    assert chart(Indicator(1, "名称很长的指标" * 20, "%", years, direction="cap"))
    assert chart(Indicator(1, "零", "", (Target(2030, 0),)))
    assert chart(Indicator(1, "许多年", "万亩", tuple(Target(2000 + n, n) for n in range(20))))


def test_no_chart_of_words() -> None:
    with pytest.raises(ChartError, match="没有可以画"):
        chart(Indicator(1, "环境", "", (Target(2030, None, text="持续改善"),)))


def test_a_chart_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "图.png"
    assert main(["ask", "用水总量目标", "--chart", str(path)], home=ROOT) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert "6.17" in capsys.readouterr().out
    assert main(["ask", "任务8", "--chart", str(path)], home=ROOT) == 1
    assert "一个指标" in capsys.readouterr().err
    assert main(["ask", "--jsonl", "--chart", str(path)], home=ROOT) == 2


def test_a_chart_that_cannot_be_written(real_bot: PlanBot, tmp_path: Path) -> None:
    with pytest.raises(ChartError, match="写不进"):
        save_chart(real_bot.plan, real_bot.ask("用水总量").rows, tmp_path)


# -- conversations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "市城管局牵头哪些任务",
        "面积是多少",
        "跟再生水有关的任务",
        "牵头超过5条的单位",
        "用水总量2030比2025多多少",
        "你好",
    ],
)
def test_a_context_comes_back_as_it_was(real_bot: PlanBot, text: str) -> None:
    context = real_bot.ask(text).context
    assert unpacked(packed(context)) == context


@pytest.mark.parametrize(
    "text", ["", "[]", "1", '{"query": {"colour": 1}}', '{"query": 5}', '{"shown": [["task"]]}']
)
def test_what_another_version_wrote_is_forgotten(text: str) -> None:
    assert unpacked(text) == Context()


def turn(**more: object) -> Turn:
    values = {"chat": 1, "answer": 2, "thread": 0, "person": 3, "question": 1, "text": "x", "at": time.time()}
    values |= {"before": Context(), "after": Context(previous=("a",))}
    return Turn(**{**values, **more})  # type: ignore[arg-type]


def test_turns_outlive_the_process_and_are_forgotten_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "db"
    first = Conversations(path, "plan")
    assert first.claim(7)
    kept = turn(choices=("甲", "乙"), indicators=(4,), menu="task:0")
    first.keep(kept)
    first.close()
    again = Conversations(path, "plan")
    assert not again.claim(7)
    assert again.holding(1, 2) == again.asked_by(1, 1) == kept
    assert again.last(1, 0, 3, kept.at) == kept.after
    assert again.last(1, 0, 4, kept.at) == Context()
    again.purge(kept.at + KEPT_SECONDS + 1)
    assert again.holding(1, 2) is None
    again.close()


def test_a_delivery_is_kept_until_it_is_done(tmp_path: Path) -> None:
    first = Conversations(tmp_path / "db", "plan")
    assert [first.claim(id, "{}") for id in (9, 8, 7, 8)] == [True, True, True, False]
    first.done(9)
    first.close()
    again = Conversations(tmp_path / "db", "plan")
    for _ in range(MOST_TRIES):
        assert again.unhandled() == [(7, "{}"), (8, "{}")]
    assert again.unhandled() == []  # it seems to end every process that takes it up
    again.close()


def test_a_turn_about_another_plan_is_forgotten(tmp_path: Path) -> None:
    for plan in ("old", "new"):
        conversations = Conversations(tmp_path / "db", plan)
        if plan == "old":
            conversations.keep(turn())
        else:
            assert conversations.holding(1, 2) is None
        conversations.close()


def test_a_proposal_is_kept_until_it_is_closed(tmp_path: Path) -> None:
    conversations = Conversations(tmp_path / "db", "plan")
    proposal = Proposal(1, 2, 3, "report", "{}", at=time.time())
    conversations.propose(proposal)
    assert conversations.proposed(1, 2) == proposal
    conversations.plan = "another"
    assert conversations.proposed(1, 2) is None
    told = replace(proposal, notice=7, content="told")
    conversations.propose(told)
    assert conversations.proposed(1, 2) is None
    assert conversations.followed() == [told]
    conversations.close_proposal(1, 2)
    assert conversations.followed() == []
    conversations.close()


# -- delivery ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (ChatMigrated(-5), Moved, "-5"),
        (Forbidden("Forbidden: bot was blocked by the user"), Gone, "停用"),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Gone, "移出"),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Gone, "不接收"),
        (Forbidden("Forbidden: user is deactivated"), Gone, "不在"),
        (BadRequest("Chat not found"), Gone, "不在"),
        (BadRequest("Message thread not found"), Gone, "话题"),
        (BadRequest("TOPIC_CLOSED"), Refused, "关闭"),
        (BadRequest("Not enough rights to send text messages to the chat"), Refused, "权限"),
        (BadRequest("Something new"), Refused, "Something new"),
        (TimedOut(), Lost, "连不上"),
        (NetworkError("Bad Gateway"), Lost, "连不上"),
    ],
)
def test_what_an_error_means_for_a_notice(error: TelegramError, kind: type[DeliveryError], said: str) -> None:
    meant = reason_of(error)
    assert type(meant) is kind
    assert said in str(meant)
    assert getattr(meant, "thread", False) == ("thread" in error.message)


# -- settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_WEBHOOK_LISTEN", "8080"),
        ("TELEGRAM_WEBHOOK_LISTEN", "x:y"),
        ("TELEGRAM_WEBHOOK_URL", "example.org"),
        ("SIWEI_ADMINS", "@wangfang"),
        ("SIWEI_ADMINS", "-100"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        options(Settings(Path("plan.yaml")), {name: value})


def test_administrators_are_numbers() -> None:
    settings = Settings(Path("plan.yaml"))
    assert options(settings, {"SIWEI_ADMINS": "12， 34,56"}).admins == {12, 34, 56}
    assert options(settings, {}).admins == frozenset()


def test_settings_come_from_the_env_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "TELEGRAM_API_BASE_URL=http://a/bot\nTELEGRAM_WEBHOOK_URL=https://b/c\n", "utf-8"
    )
    found = options(Settings(Path("plan.yaml"), home=tmp_path), {"TELEGRAM_WEBHOOK_URL": "https://d/e"})
    assert (found.server, found.webhook, found.path) == ("http://a/bot", "https://d/e", "/e")


# -- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00\ud800", "𬇕" * 5000, "短\n" * 3000, "长" * 9000])
def test_pages_can_be_sent(text: str) -> None:
    found = replies.pages(text)
    for at, page in enumerate(found):
        assert units(checked_text(replies.html(page, first=at == 0), "HTML")) <= 4096
    kept = "".join(c for c in text if c not in "\n\x00\ud800")
    assert kept.strip() == "" or "".join(found).replace("\n", "") == kept


# -- the double refuses what Telegram refuses --------------------------------------------------------


@pytest.mark.parametrize(
    "html", ["<b>", "</b>", "<b><i></b></i>", "<table>x</table>", "1 < 2", "", "<b></b>", "水" * 4097]
)
def test_the_double_refuses_text(html: str) -> None:
    with pytest.raises(markup.Refused):
        checked_text(html, "HTML")


def test_the_double_counts_what_is_shown() -> None:
    assert checked_text("<b>" + "&lt;" * 4096 + "</b>", "HTML") == "<" * 4096
    with pytest.raises(markup.Refused):
        checked_text("𬇕" * 2049, "HTML")


@pytest.mark.parametrize("data", ["", "x" * 65, "水" * 22])
def test_the_double_refuses_buttons(data: str) -> None:
    with pytest.raises(markup.Refused):
        checked_buttons(json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": data}]]}))
