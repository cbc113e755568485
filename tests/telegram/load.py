"""Many questions in many chats at once, over a network that fails now and then."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from itertools import groupby

from tests.telegram.double import BotApi, Json
from tests.telegram.people import Room, private

FAULTS = ("5xx", "drop_before", "drop_after", "429", "delay")
QUESTIONS = (
    "用水总量2030年目标",
    "市城管局牵头哪些任务",
    "任务8",
    "第23条是什么",
    "那2025年呢",
    "漏损率归谁管",
)


@dataclass(frozen=True)
class Load:
    """What was asked, and in which chats an answer may come twice."""

    asked: dict[int, list[Json]]
    pushed: dict[tuple[int, int], float]
    lost_responses: set[int]


def push(api: BotApi, *, chats: int, each: int, pause: float = 0.0, seed: int = 1) -> Load:
    """Push ``each`` questions in each chat, mixed, a tenth of them twice; a twentieth meets a fault."""
    chance = random.Random(seed)
    rooms = [private(api) for _ in range(chats)]
    lost: set[int] = set()
    for room in chance.sample(rooms, min(chats, chats * each // 20)):
        kind = chance.choice(FAULTS)
        api.fail(kind, chat=room.chat.id, value=0.2 if kind == "delay" else 1)
        if kind == "drop_after":
            lost.add(room.chat.id)
    asked: dict[int, list[Json]] = {room.chat.id: [] for room in rooms}
    pushed: dict[tuple[int, int], float] = {}
    turns = [room for room in rooms for _ in range(each)]
    chance.shuffle(turns)
    for n, room in enumerate(turns):
        message = _ask(room, QUESTIONS[n % len(QUESTIONS)], twice=n % 10 == 0)
        asked[room.chat.id].append(message)
        pushed[room.chat.id, message["message_id"]] = time.monotonic()
        if pause:
            time.sleep(pause)
    return Load(asked, pushed, lost)


def _ask(room: Room, text: str, *, twice: bool) -> Json:
    return room.say(text, times=2 if twice else 1)


def finish(api: BotApi, load: Load, seconds: float) -> dict[tuple[int, int], float]:
    """Wait for all answers; gives the seconds from each question to its answer."""
    count = len(load.pushed)
    answered: dict[tuple[int, int], float] = {}
    looked = 0

    def all_answered() -> bool:
        nonlocal looked
        for call in api.calls[looked:]:
            if call.method == "sendMessage" and call.status == 200 and "reply_to_message" in call.result:
                question = (call.chat, call.result["reply_to_message"]["message_id"])
                if question in load.pushed:
                    answered.setdefault(question, call.at - load.pushed[question])
        looked = len(api.calls)
        return len(answered) == count

    api.wait(all_answered, seconds, what=f"{count} answers")
    return answered


def check(api: BotApi, load: Load) -> None:
    """Each question was answered once (twice at most where a response got lost), in order."""
    for chat, questions in load.asked.items():
        sent = api.carried_out("sendMessage", chat=chat)
        replied = [call.result["reply_to_message"]["message_id"] for call in sent]
        assert [id for id, _ in groupby(replied)] == [question["message_id"] for question in questions]
        extra = len(replied) - len(questions)
        assert extra == (1 if chat in load.lost_responses else 0)
