"""The vocabulary: every entry's example is asked of every plan, and nothing of a plan stands in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siwei_bot.language.normalise import fold
from siwei_bot.language.vocabulary import expand, read_data, vocabulary
from tests.plans import PLANS, bot_for, names_of

ENTRIES = read_data("vocabulary.yaml")
TODAY = date(2026, 11, 22)
FULL_PLANS = [name for name in PLANS if name in ("changzhi", "yunxi_yanglao", "yanjiang_gengxin")]


@pytest.mark.parametrize("plan", FULL_PLANS)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["cue"])
def test_example(entry: dict[str, str], plan: str) -> None:
    bot = bot_for(plan)
    names = names_of(bot.plan)
    context = None
    if "after" in entry:
        context = bot.ask(entry["after"].format(**names), today=TODAY).context
    answer = bot.ask(entry["example"].format(**names), context, TODAY)
    expected = entry.get("status", "answered")
    if expected == "answered":
        # a plan may lack what is asked for (due dates, a group, a baseline); then it says so
        assert answer.status == "answered" or answer.reason in ("out_of_scope", "no_such_year", "no_match"), (
            answer
        )
    else:
        assert answer.status == expected, answer


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["cue"])
def test_entry_is_whole(entry: dict[str, str]) -> None:
    assert set(entry) <= {"cue", "words", "example", "after", "status"}
    assert entry["words"]
    assert entry["example"]


def test_cues_are_unique() -> None:
    cues = [entry["cue"] for entry in ENTRIES]
    assert len(cues) == len(set(cues))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("牵头", {"牵头"}),
        ("牵[个]头", {"牵头", "牵个头"}),
        ("(谁|哪家)管", {"谁管", "哪家管"}),
        ("是(啥|什么)[呀|啊]", {"是啥", "是啥呀", "是啥啊", "是什么", "是什么呀", "是什么啊"}),
    ],
)
def test_expand(pattern: str, words: set[str]) -> None:
    assert set(expand(pattern)) == words


@given(st.lists(st.sampled_from(["甲", "[乙]", "(丙|丁)", "[戊|己]"]), min_size=1, max_size=5))
def test_expand_leaves_no_mark(parts: list[str]) -> None:
    words = list(expand("".join(parts)))
    assert words
    assert not any(mark in word for word in words for mark in "[]()|")


def test_words_are_spelled_as_messages_are_matched() -> None:
    odd = [word for word in vocabulary().cues if word != fold(word) and " " not in word]
    assert odd == []


@pytest.mark.parametrize("plan", FULL_PLANS)
def test_nothing_of_a_plan_stands_in_it(plan: str) -> None:
    loaded = bot_for(plan).plan
    words = set(vocabulary().cues)
    names = {i.name for i in loaded.indicators} | {s.title for s in loaded.sections}
    names |= {t.title for s in loaded.sections for t in s.tasks}
    names |= {m.text for s in loaded.sections for t in s.tasks for a in t.assignments for m in a.measures}
    names |= {b.name for b in loaded.bureaus}
    assert not {fold(name) for name in names} & words
