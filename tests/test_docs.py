"""README and docs, run as they are read: every command, with the output that they show.

A block ``console`` is a session: lines that begin with ``$ `` are commands (a line that ends in ``\\`` goes
on), the lines after one are what it prints, on standard output and standard error. A line ``…`` stands for
any number of lines, ``…`` within one for any text. A block with a file name after its language (``yaml
plan.yaml``) is that file, for the sessions after it. All sessions of a document share one folder, in which
``bot.py``, ``knowledge`` and ``tests`` are at hand, and a home of their own.

What cannot be run here (Telegram, root, another machine) stands below a comment ``<!-- not run: why -->``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from siwei_bot.plan_file import parse_plan, read_placed_plan
from siwei_bot.plan_warnings import warnings
from tests.plans import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), ROOT / "SECURITY.md"]
AT_HAND = ("bot.py", "knowledge", "tests", "docs", "siwei_bot")
SHELLS = {"sh", "bash", "shell", "shell-session", "zsh"}
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>[^\n]+?) -->\n+)?"
    r"^```(?P<language>[\w-]+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$",
    re.M | re.S,
)


class Block(NamedTuple):
    """A fenced block of a document, and why it is not run, if it is not."""

    language: str
    file: str
    text: str
    why: str

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Each command of a session with what it prints."""
        parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", self.text, flags=re.M)
        assert not parts[0].strip(), f"a session begins with a command: {self.text}"
        return list(zip(parts[1::2], parts[2::2], strict=True))


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a document that name a language."""
    for found in _BLOCK.finditer(path.read_text("utf-8")):
        yield Block(found["language"], found["file"] or "", found["text"], found["why"] or "")


def place(folder: Path) -> dict[str, str]:
    """Prepare the folder that sessions run in; their environment."""
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("python", "python3"):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (tools / name).chmod(0o755)
    for name in AT_HAND:
        (folder / name).symlink_to(ROOT / name)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "SIWEI_"))}
    home = {"HOME": str(folder / "home"), "XDG_DATA_HOME": str(folder / "home" / "data"), "LANG": "C.UTF-8"}
    return {**kept, **home, "PATH": f"{tools}:{os.environ['PATH']}"}


def pattern(shown: str) -> re.Pattern[str]:
    """What a document shows, as a pattern for what is printed."""
    lines = shown.strip().splitlines()
    return re.compile(
        "".join(
            "(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + "\n"
            for line in lines
        )
    )


def examples() -> list[Path]:
    """The documents with sessions to run."""
    return [path for path in DOCUMENTS if any(b.language == "console" and not b.why for b in blocks(path))]


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_commands_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    environment = place(tmp_path)
    for block in blocks(path):
        if block.file:
            (tmp_path / block.file).write_text(block.text, "utf-8")
        if block.language != "console" or block.why:
            continue
        for command, shown in block.commands:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
            said = done.stdout.replace("\xa0", " ").strip()
            assert pattern(shown).fullmatch(said + "\n" if said else ""), f"{path.name}: $ {command}\n{said}"


def test_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path)
    monkeypatch.chdir(tmp_path)
    examples = [b.text for path in DOCUMENTS for b in blocks(path) if b.language == "python"]
    assert examples
    for example in examples:
        exec(compile(example, "example", "exec"), {})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_is_a_session_or_says_why_not(path: Path) -> None:
    for block in blocks(path):
        assert block.language not in SHELLS or block.why, block.text
        assert block.language in ("console", *SHELLS) or not re.search(r"^\$ ", block.text, re.M), block.text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    inner = [link for link in links if not re.match("[a-z]+:", link)]
    assert [link for link in inner if not (path.parent / link).exists()] == []


# -- the plan file's own document ------------------------------------------------------------------

TAUGHT = [
    b
    for b in blocks(ROOT / "docs" / "plan-file.md")
    if b.language == "yaml" and not b.file.startswith("wrong")
]
WHOLE = next(block.text for block in TAUGHT if block.text.startswith("format:"))


@pytest.mark.parametrize("text", [b.text for b in TAUGHT], ids=lambda text: text.split("\n")[0])
def test_every_yaml_example_is_right(text: str) -> None:
    """A whole file, or a part of one that takes the place of the same part of the whole example."""
    if text != WHOLE:
        part = re.match(r"(\w+):", text)
        assert part, "a part of a file begins with a key of the file"
        text, count = re.subn(rf"^{part[1]}:\n(?:[ #].*\n|\n)*", lambda _: text, WHOLE, flags=re.M)
        assert count == 1
    plan = parse_plan(text, "example")
    assert plan.bureaus


def test_the_worked_example_has_nothing_to_warn_of(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(WHOLE, "utf-8")
    assert yaml.safe_load(WHOLE)["format"] == 1
    assert warnings(read_placed_plan(path)) == ()
