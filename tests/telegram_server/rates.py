"""How often a bot may speak: overall, in one chat, in one group."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .refusals import too_many_requests

GROUP_WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Messages sent or edited; a limit of None is none."""

    per_second: int | None = 30
    chat_per_second: float | None = 1.0
    chat_burst: int = 5
    group_per_minute: int | None = 20


NO_RATE_LIMITS = RateLimits(per_second=None, chat_per_second=None, group_per_minute=None)


@dataclass(slots=True)
class RateLimiter:
    """Counts what was sent; refuses with 429 and the seconds to wait."""

    limits: RateLimits
    now: Callable[[], float]
    _overall: deque[float] = field(default_factory=deque)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _credits: dict[int, tuple[float, float]] = field(default_factory=dict)  # chat → credit left, at

    def admit(self, chat_id: int, *, is_group: bool) -> None:
        """Count one message, or refuse it uncounted."""
        now, limits = self.now(), self.limits
        credit = self._credit(chat_id, now)
        self._refuse_full(self._overall, limits.per_second, 1.0, now)
        if is_group:
            self._refuse_full(self._groups[chat_id], limits.group_per_minute, GROUP_WINDOW_SECONDS, now)
        if limits.chat_per_second is not None and credit < 1:
            raise too_many_requests(max(1, math.ceil((1 - credit) / limits.chat_per_second)))
        self._overall.append(now)
        if is_group:
            self._groups[chat_id].append(now)
        self._credits[chat_id] = (credit - 1, now)

    def _credit(self, chat_id: int, now: float) -> float:
        left, at = self._credits.get(chat_id, (float(self.limits.chat_burst), now))
        return min(self.limits.chat_burst, left + (now - at) * (self.limits.chat_per_second or 0))

    @staticmethod
    def _refuse_full(times: deque[float], limit: int | None, window_seconds: float, now: float) -> None:
        while times and times[0] <= now - window_seconds:
            times.popleft()
        if limit is not None and len(times) >= limit:
            raise too_many_requests(max(1, math.ceil(times[0] + window_seconds - now)))
