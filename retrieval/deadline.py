"""A point in time after which nobody waits for the answer any longer."""

import time
from dataclasses import dataclass


class TooSlow(Exception):
    """The deadline passed before the work was done."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant of the monotonic clock; `Deadline.none()` never passes."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @classmethod
    def none(cls) -> "Deadline":
        """Return a deadline that never passes."""
        return cls(float("inf"))

    def check(self) -> None:
        """Raise TooSlow once the deadline has passed."""
        if time.monotonic() > self.at:
            raise TooSlow
