"""The corpus of hostile and odd messages: ``data/hostile.jsonl``, one a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Text(NamedTuple):
    """One message: ``unit`` repeated ``times`` times."""

    name: str
    unit: str
    times: int

    @property
    def message(self) -> str:
        """The whole message."""
        return self.unit * self.times


def _read(path: Path) -> list[Text]:
    lines = path.read_text("utf-8").splitlines()
    return [Text(line["name"], line["text"], line["times"]) for line in map(json.loads, lines)]


TEXTS = _read(Path(__file__).parent / "data" / "hostile.jsonl")
