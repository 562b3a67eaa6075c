"""Faults that a test orders in advance: refusals, delays, lost connections. `"*"` stands for any method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from .refusals import Refusal, too_many_requests

ANY = "*"


@dataclass(slots=True)
class _Order:
    method: str
    left: int
    refusal: Refusal | None = None
    after_processing: bool = False


@dataclass(slots=True)
class FaultPlan:
    """The orders not yet carried out."""

    _orders: list[_Order] = field(default_factory=list)
    _delays: dict[str, float] = field(default_factory=dict)

    def fail(self, method: str, status: int, times: int, retry_after: int | None, description: str | None) -> None:
        """Order refusals in place of processing."""
        refusal = Refusal(status, description or HTTPStatus(status).phrase)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            refusal = too_many_requests(1 if retry_after is None else retry_after)
        self._orders.append(_Order(method, times, refusal))

    def drop(self, method: str, times: int, *, after_processing: bool) -> None:
        """Order connections closed without an answer."""
        self._orders.append(_Order(method, times, after_processing=after_processing))

    def delay(self, method: str, seconds: float) -> None:
        """Answer late from now on; zero ends it."""
        self._delays[method] = seconds

    def refusal(self, method: str) -> Refusal | None:
        """Take the refusal that is due."""
        order = self._take(method, lambda order: order.refusal is not None)
        return order.refusal if order else None

    def drops(self, method: str, *, after_processing: bool) -> bool:
        """Take the lost connection that is due."""
        return self._take(method, lambda order: order.refusal is None and order.after_processing == after_processing) is not None

    def seconds_late(self, method: str) -> float:
        """Return how long the answer is held back."""
        return self._delays.get(method, self._delays.get(ANY, 0.0))

    def _take(self, method: str, is_due: Callable[[_Order], bool]) -> _Order | None:
        for order in self._orders:
            if order.method in (method, ANY) and order.left > 0 and is_due(order):
                order.left -= 1
                return order
        return None
