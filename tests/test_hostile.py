"""Hostile and odd input: whatever comes in, an answer in words goes out, and never an exception.

How long answers take is measured by ``python -m benchmarks.hostile``, not asserted here.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siwei_bot import PlanBot
from siwei_bot.bot import Answer
from siwei_bot.cli import main
from siwei_bot.plan import Plan
from siwei_bot.plan_file import PlanFileError, read_plan
from tests.hostile import TEXTS, Text
from tests.plans import PLANS, ROOT, bot_for

PIECES = sorted({text.unit[:12] for text in TEXTS if text.unit})
LONGEST_ANSWER = 20_000
"""Characters; a front end cuts a text into messages, but no message may make an endless one."""

ODD = st.text(st.characters(codec=None), max_size=80)
"""Any characters, lone surrogates included."""


@pytest.fixture(autouse=True, scope="module")
def bounded_memory() -> Iterator[None]:
    """What would eat the machine's memory (前999999999条, counted out) fails instead."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def reading_matter(answer: Answer) -> None:
    """What every answer is, whatever was asked."""
    assert answer.status in ("answered", "clarify", "unknown", "chat")
    assert answer.text.strip()
    assert len(answer.text) < LONGEST_ANSWER
    json.dumps(answer.to_dict(), ensure_ascii=False).encode("utf-8")  # no lone surrogate comes back


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_the_corpus_is_answered(real_bot: PlanBot, text: Text) -> None:
    reading_matter(real_bot.ask(text.message))


def test_the_corpus_holds_what_it_should() -> None:
    messages = [text.message for text in TEXTS]
    assert len({text.name for text in TEXTS}) == len(TEXTS) > 100
    assert sum(len(message) >= 100_000 for message in messages) >= 5
    assert sum(len(message) >= 4_000 for message in messages) >= 80
    assert any("\ud800" <= char <= "\udfff" for message in messages for char in message)


@given(st.lists(ODD | st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(sorted(PLANS)))
def test_anything_is_answered(text: str, plan: str) -> None:
    reading_matter(bot_for(plan).ask(text))


@given(st.lists(ODD | st.sampled_from(PIECES), min_size=2, max_size=5))
@settings(max_examples=40)
def test_a_conversation_of_anything_goes_on(texts: list[str]) -> None:
    context = None
    for text in texts:
        answer = bot_for("changzhi").ask(text, context)
        reading_matter(answer)
        context = answer.context


@given(
    st.integers(min_value=-(10**400), max_value=10**400) | st.floats() | st.decimals() | st.integers(0, 70),
    st.sampled_from(
        [
            "第{}条",
            "任务{}",
            "{}年用水总量目标",
            "超过{}的指标",
            "前{}条",
            "{}条到{}条",
            "倒数第{}条",
            "灌溉系数目标是{}吗",
            "牵头最多的{}个单位",
            "{}个单位一起牵头的任务",
            "近{}年的目标",
            "任务1、{}到{}",
        ]
    ),
)
def test_any_number_is_answered(number: object, form: str) -> None:
    reading_matter(bot_for("changzhi").ask(form.replace("{}", str(number))))


def test_command_lines_and_streams_take_the_corpus(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One stream with some of the corpus: a line goes out for every line that comes in."""
    some = TEXTS[::6]
    lines = [json.dumps({"id": at, "text": text.message}) for at, text in enumerate(some)]
    with (tmp_path / "in.jsonl").open("w+", encoding="utf-8") as stdin:
        stdin.write("\n".join(lines) + "\n")
        stdin.seek(0)
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["ask", "--jsonl"], home=ROOT) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(len(some)))
    assert [answer for answer in answers if "error" in answer] == []


# -- plan files ------------------------------------------------------------------------------------

SOUND = [path.read_bytes() for path in PLANS.values()]


def refused_or_read(path: Path, data: bytes) -> Plan | PlanFileError:
    """The plan of a file of these bytes, or its problems; anything else fails the test."""
    path.write_bytes(data)
    try:
        return read_plan(path)
    except PlanFileError as error:
        return error


def reported(result: Plan | PlanFileError) -> bool:
    """Whether each problem is one line of text with a place in the file."""
    if isinstance(result, Plan):
        return True
    return bool(result.problems) and all(
        problem.line > 0 and problem.column > 0 and "\n" not in str(problem) for problem in result.problems
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_the_corpus_is_no_plan(text: Text, tmp_path: Path) -> None:
    data = text.message.encode("utf-8", "surrogatepass")
    result = refused_or_read(tmp_path / "plan.yaml", data)
    assert isinstance(result, PlanFileError)
    assert reported(result)


@given(data=st.data())
@settings(max_examples=40)
def test_plans_with_any_bytes_in_them(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    sound = data.draw(st.sampled_from(SOUND))
    at = data.draw(st.integers(0, len(sound)))
    new = data.draw(st.binary(max_size=8) | ODD.map(lambda text: text.encode("utf-8", "surrogatepass")))
    cut = data.draw(st.integers(0, 40))
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    assert reported(refused_or_read(path, sound[:at] + new + sound[at + cut :]))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)),
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000 + "x",
        "? " * 50_000,
        "a: " + '"' * 99_999,
        "x" * 1_000_000,
        "a: b\n" * 50_000,
        "!!python/object/apply:os.system [echo]",
        "%YAML 9.9\n---\n",
    ],
    ids=["billion laughs", "[", "{", "-", "?", "quotes", "one line", "many lines", "tag", "directive"],
)
def test_traps_of_yaml(text: str, tmp_path: Path) -> None:
    result = refused_or_read(tmp_path / "plan.yaml", text.encode())
    assert isinstance(result, PlanFileError)
    assert reported(result)
