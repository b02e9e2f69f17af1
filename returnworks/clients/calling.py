"""What may be repeated, and what a failure means: the same for both vendors.

- A read is repeated a few times after silence or a 5xx, then it is VendorUnavailable.
- A write is sent once. Silence or a 5xx after it may have been sent is OutcomeUnknown and is never repeated here.
- Over the quota (429) nothing was executed (assumed by both fact sheets), so reads and writes wait and go again,
  a few times, then it is RateLimited.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from returnworks.clients.http import Answer, Body, Failed, NotSent, origin, redacted
from returnworks.clients.limits import Clock, Sleep
from returnworks.errors import BadAnswer, NotFound, OutcomeUnknown, RateLimited, Refused, VendorUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Vendor:
    name: str
    address_variable: str
    """The environment variable that holds its address, for messages."""
    quota_waits: tuple[float, ...]
    """Seconds to wait after each refusal over the quota when the vendor does not say how long; then give up."""
    quota_period: float | None = None
    """Seconds after which the quota is surely fresh; None when it may take the rest of the day."""
    quota_text: str = ""
    """A sentence that means "over the quota" under any status; "" when there is none."""
    longest_wait: float = 90.0
    """A longer `Retry-After` is not waited for: RateLimited is raised at once."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as errors name it."""

    method: str
    writes: bool = False
    reference: str = ""
    """Under which a lost write is looked up."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a read is tried and how long is waited in between."""

    tries: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    sleep: Sleep = asyncio.sleep
    clock: Clock = time.monotonic

    def wait_after(self, failures: int) -> float:
        """Doubles with every failure, up to the longest, less up to half by chance so that workers spread."""
        full = min(self.longest_wait, self.first_wait * (1 << (failures - 1)))
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a call has no answer to work with."""

    text: str
    retry_after: float | None = None
    request_id: str | None = None


class Caller:
    """Sends one vendor's calls with patience."""

    def __init__(
        self,
        vendor: Vendor,
        address: Callable[[], str],
        secrets: Callable[[], Sequence[str]],
        patience: Patience | None = None,
    ) -> None:
        self.vendor = vendor
        self._address = address
        self._secrets = secrets
        self._patience = patience or Patience()

    async def send(
        self, call: Call, once: Callable[[], Awaitable[Answer]], pause: Callable[[float], None] = lambda _: None
    ) -> Answer:
        """The answer to `call`, of status 2xx, 3xx or 4xx. `once` sends it a single time.

        `pause` is told how long nobody should call this method, after a refusal over the quota.
        """
        failures = refusals = 0
        while True:
            outcome = await self._try(call, once)
            if isinstance(outcome, _Trouble):
                failures += 1
                wait = self._wait_after_trouble(call, outcome, failures)
            elif self._over_quota(outcome):
                wait = self._wait_for_quota(call, outcome, refusals)
                refusals += 1
                pause(wait)
            else:
                return outcome
            await self._patience.sleep(wait)

    async def _try(self, call: Call, once: Callable[[], Awaitable[Answer]]) -> Answer | _Trouble:
        """Send once. Raises where a write must not be repeated; trouble that a read may outlast is a value."""
        try:
            answer = await once()
        except NotSent as failed:
            trouble, sent = _Trouble(str(failed)), False
        except Failed as failed:
            trouble, sent = _Trouble(str(failed)), True
        else:
            if answer.status < 500 or self._over_quota(answer):
                return answer
            said = f"it answered {answer.status}{self._said(answer)}"
            trouble, sent = _Trouble(said, answer.retry_after, answer.request_id), True
        if not call.writes:
            return trouble
        raise self.unknown(call, trouble.text, trouble.request_id) if sent else self._unreachable(call, trouble)

    def _over_quota(self, answer: Answer) -> bool:
        text = self.vendor.quota_text
        return answer.status == 429 or bool(text and text.lower() in answer.message.lower())

    def _wait_for_quota(self, call: Call, answer: Answer, refusals: int) -> float:
        """Seconds to wait after one more refusal over the quota, or RateLimited when it has been enough."""
        waits = self.vendor.quota_waits
        told = answer.retry_after
        wait = told if told is not None else waits[min(refusals, len(waits) - 1)]
        if refusals >= len(waits) or wait > self.vendor.longest_wait:
            raise RateLimited(
                f"{self.vendor.name} says that the calls allowed for {call.method} are used up{self._said(answer)}. "
                f"Nothing was done; it is tried again later.",
                vendor=self.vendor.name,
                retry_after=told if told is not None else self.vendor.quota_period,
            )
        log.warning("%s %s: over the quota, waiting %.1f s", self.vendor.name, call.method, wait)
        return wait

    def _wait_after_trouble(self, call: Call, trouble: _Trouble, failures: int) -> float:
        """Seconds to wait before a read is tried again, or VendorUnavailable when it was tried enough."""
        told = trouble.retry_after
        wait = told if told is not None else self._patience.wait_after(failures)
        if failures >= self._patience.tries or wait > self.vendor.longest_wait:
            raise self._unreachable(call, trouble)
        text = redacted(trouble.text, self._secrets())
        log.warning("%s %s: %s; trying again in %.1f s", self.vendor.name, call.method, text, wait)
        return wait

    def _unreachable(self, call: Call, trouble: _Trouble) -> VendorUnavailable:
        return VendorUnavailable(
            f"{self.vendor.name} at {origin(self._address())} did not serve {call.method}: "
            f"{redacted(trouble.text, self._secrets())}{_trace(trouble.request_id)}. "
            f"Nothing was changed. If it goes on, check the network and {self.vendor.address_variable}.",
            vendor=self.vendor.name,
            retry_after=trouble.retry_after,
        )

    def unknown(self, call: Call, problem: str, request_id: str | None = None) -> OutcomeUnknown:
        """A write whose effect nobody knows."""
        return OutcomeUnknown(
            f"{call.method} was sent to {self.vendor.name} for {call.reference or 'one record'}, but "
            f"{redacted(problem, self._secrets())}{_trace(request_id)}. Look it up before sending it again.",
            reference=call.reference,
        )

    def refused(self, call: Call, reason: str, answer: Answer, kind: type[Refused] = Refused) -> Refused:
        said = redacted(reason, self._secrets()) or f"status {answer.status}, no reason given"
        return kind(f"{self.vendor.name} refused {call.method}: {said}", reason=said, request_id=answer.request_id)

    def judge(self, call: Call, answer: Answer) -> None:
        """Raise for everything that is not 2xx. The statuses with a meaning of their own come before this."""
        if answer.ok:
            return
        if answer.status == 404:
            raise self.refused(call, answer.message or "it does not know what was asked for (404)", answer, NotFound)
        if 400 <= answer.status < 500:
            raise self.refused(call, answer.message, answer)
        raise self.misunderstood(call, f"it answered {answer.status}, which its contract does not have", answer)

    def decode(self, call: Call, answer: Answer, shape: TypeAdapter[T]) -> T:
        """The body as `shape`; BadAnswer for a read that is not so, OutcomeUnknown for a write."""
        if isinstance(answer.body, Body):
            what = "the answer is empty" if answer.body is Body.EMPTY else "the answer is not JSON"
            raise self.misunderstood(call, what, answer)
        try:
            return shape.validate_python(answer.body)
        except ValidationError as error:
            problem = _what_is_wrong(error)
        raise self.misunderstood(call, problem, answer)

    def misunderstood(self, call: Call, problem: str, answer: Answer) -> BadAnswer | OutcomeUnknown:
        """BadAnswer for a read, OutcomeUnknown for a write."""
        if call.writes:
            return self.unknown(call, problem, answer.request_id)
        return BadAnswer(
            f"{self.vendor.name} answered {call.method} with something else than its contract says: "
            f"{problem}{_trace(answer.request_id)}."
        )

    def _said(self, answer: Answer) -> str:
        text = redacted(answer.message, self._secrets())
        return f": {text}" if text else ""


def _trace(request_id: str | None) -> str:
    return f" (request {request_id})" if request_id else ""


def _what_is_wrong(error: ValidationError) -> str:
    """The first field that is wrong and how, without its value, which may be personal."""
    first: Any = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole answer"
    more = error.error_count() - 1
    return f"{place}: {first['msg']}" + (f" (and {more} more)" if more else "")
