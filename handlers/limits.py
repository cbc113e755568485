"""How much one person may ask: enough for a person, not for a machine."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal


class Limiter:
    """At most ``most`` things in ``seconds`` for each person."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._times: dict[int, deque[float]] = {}
        self._told: dict[int, float] = {}

    def admit(self, person: int, now: float | None = None) -> Literal["yes", "tell", "no"]:
        """``tell`` the first time that it is too much, ``no`` until a place is free again.

        >>> limiter = Limiter(1, 60)
        >>> [limiter.admit(7, now) for now in (0, 1, 2, 61)]
        ['yes', 'tell', 'no', 'yes']
        """
        now = time.monotonic() if now is None else now
        times = self._times.setdefault(person, deque())
        while times and now - times[0] >= self.seconds:
            times.popleft()
        if len(times) < self.most:
            times.append(now)
            self._told.pop(person, None)
            self._forget(now)
            return "yes"
        if person in self._told:
            return "no"
        self._told[person] = now
        return "tell"

    def _forget(self, now: float) -> None:
        """Keep nothing of people who have been silent; looked at only when there are many."""
        if len(self._times) > 10_000:
            self._times = {p: times for p, times in self._times.items() if now - times[-1] < self.seconds}
