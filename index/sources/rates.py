"""When a host may be asked next: threads that want the same host are let through one after another, in the order in which they came."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Rates:
    """The turns of all hosts. A turn is reserved before it is waited for, so that nobody is overtaken; hosts do not wait for each other."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}  # host -> the first turn that nobody has reserved
        self._held: dict[str, float] = {}  # host -> until when nobody may ask
        self._latest = 0.0

    def wait(self, host: str, interval: float) -> None:
        """Return when it is this thread's turn; the next thread's comes `interval` seconds later."""
        while True:
            with self._lock:
                now = self._now()
                turn = max(now, self._next.get(host, now), self._held.get(host, now))
                self._next[host] = turn + interval
            if turn > now:
                self._sleep(turn - now)
            with self._lock:
                if self._held.get(host, turn) <= turn:
                    return  # nobody has put the host off since

    def put_off(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for so long, not even those who have reserved a turn."""
        with self._lock:
            self._held[host] = max(self._held.get(host, 0.0), self._now() + seconds)

    def _now(self) -> float:
        """Return the time; all turns are forgotten where the machine's clock was set back, else they would be hours away."""
        now = self._clock()
        if now < self._latest:
            self._next.clear()
            self._held.clear()
        self._latest = now
        return now


class KeyedLocks:
    """A lock a key, for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._users: defaultdict[str, int] = defaultdict(int)

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Keep all others who hold this key out."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
            self._users[key] += 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                self._users[key] -= 1
                if not self._users[key]:
                    del self._users[key], self._locks[key]
