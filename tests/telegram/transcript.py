"""``python -m tests.telegram.transcript`` runs a group session and writes it into ``docs/telegram.md``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.telegram.double import BOT, BotApi, Json
from tests.telegram.people import ADMINISTRATOR, Person, Room, group, inline, labels, person, private
from tests.telegram.process import ROOT, Application

DOCUMENT = ROOT / "docs" / "telegram.md"
PICTURE = ROOT / "docs" / "telegram-chart.png"
BEGIN, END = "<!-- session: begin -->", "<!-- session: end -->"


class Session:
    """What happens in a group, and how it reads."""

    def __init__(self, room: Room, lines: list[str] | None = None) -> None:
        self.room = room
        self.lines: list[str] = [] if lines is None else lines

    def say(self, who: Person, text: str, to: Json | None = None) -> Json:
        """A member writes, the bot replies."""
        self.lines.append(f"{who.name}{_quoting(to)}：{text}")
        return self.bot(self.room.ask(text, by=who, reply_to=to))

    def press(self, who: Person, message: Json, button: str, words: str) -> Json:
        """A member presses a button, the message changes."""
        self.lines.append(f"{who.name}按 [{button}]")
        self.room.press(message, button, by=who)
        return self.bot(self.room.becomes(message, words), changed=True)

    def bot(self, message: Json, *, changed: bool = False) -> Json:
        """What the bot wrote."""
        said = message.get("text") or f"〔图：{message['caption']}〕"
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        keys = ["".join(f"[{button['text']}]" for button in row) for row in rows]
        head = "四维（改了这条消息）：" if changed else "四维："
        self.lines += [f"  {line}" for line in [head, *said.split("\n"), *keys]]
        self.lines.append("")
        return message


def _quoting(message: Json | None) -> str:
    return f"（回复“{message['text'].splitlines()[0]}”）" if message else ""


def session(api: BotApi) -> tuple[str, bytes]:
    """The session's text, and the chart."""
    room, ann, ben = group(api), person("王芳"), person("李强")
    room.chat.administrators.add(ann.id)
    held = Session(room)
    question = held.say(ann, f"@{BOT['username']} 面积是多少")
    indicator = held.press(ann, question, "2 农业灌溉面积", "145")
    held.say(ben, "/ask 市城管局牵头哪些任务")
    held.say(ben, "/ask 那参与的呢")
    held.say(ben, "2030年比2025年多多少", to=indicator)
    bureaus = held.say(ann, "/bureau")
    held.lines.append(f"{ann.name}按 [下一页 ›]")
    held.bot(room.turn(bureaus, "下一页", "2/3"), changed=True)
    held.lines.append(f"{ann.name}按 [图]（在农业灌溉面积那条下面）")
    room.press(room.now(indicator), "图", by=ann)
    photo = api.wait(lambda: [message for message in room.seen() if "photo" in message])[0]
    held.bot(photo)
    asked = "用水总量2030年目标"
    held.lines.append(f"{ben.name}在另一个群里输入：@{BOT['username']} {asked}")
    for result in inline(api, ben, asked):
        held.lines.append(f"  候选：{result['title']} ｜ {result['description']}")
    held.lines.append("")
    notices(api, held, ann)
    picture = next(c.params["picture"] for c in api.carried_out("sendPhoto") if "picture" in c.params)
    assert labels(room.now(indicator)) == ["订阅"]
    return "\n".join(held.lines).rstrip(), picture


def notices(api: BotApi, held: Session, ann: Person) -> None:
    """A subscription, a report, its notice."""
    held.say(ann, "/subscribe 用水总量")
    office = Session(private(api, ADMINISTRATOR), held.lines)
    held.lines += ["（下面是赵管理与机器人的私聊）", ""]
    asked = office.say(ADMINISTRATOR, "/report 用水总量 2025 6.05亿立方米 截至 2025-12-31 来源 水资源公报")
    office.press(ADMINISTRATOR, asked, "确认", "发完了")
    held.lines += ["（群里同时收到）", ""]
    held.bot(api.wait(lambda: [m for m in held.room.seen() if "号通知】" in m.get("text", "")])[0])
    held.lines += ["（赵管理的私聊）", ""]
    office.say(ADMINISTRATOR, "/notices")


def main() -> None:
    """Run the session and put it into the document."""
    with tempfile.TemporaryDirectory() as home, BotApi() as api, Application(api, Path(home)):
        text, picture = session(api)
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n```text\n{text}\n```\n{END}{after}", "utf-8")
    PICTURE.write_bytes(picture)


if __name__ == "__main__":
    main()
