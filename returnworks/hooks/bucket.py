"""How many calls are let in: a bucket of tokens that fills at a steady rate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class Bucket:
    """Lets `burst` calls in at once and `per_second` for ever after. One per process, for one event loop."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._tokens = self._burst
        self._filled_at = clock()

    def take(self) -> int:
        """0 when the call is let in, else the whole seconds after which another try makes sense."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return max(1, math.ceil((1 - self._tokens) / self._per_second))
        self._tokens -= 1
        return 0
