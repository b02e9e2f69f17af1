"""What may go wrong on request.

A fault names a vendor and a method by glob ("linnworks", "ReturnsRefunds/Create*"), what happens, how many calls
it befalls (`count`, null for ever), how many matching calls pass before (`skip`), and with which probability
(drawn from `seed`, so that a run can be repeated). ReturnGO's methods are called rmas, rma, transactions, webhooks.

Nothing is done:
  drop_before      the connection closes
  hang             no answer until the client gives up or `seconds` pass
  error_before     HTTP 500
  quota            HTTP 429, with Retry-After when `retry_after` is given
  quota_400        the quota text under HTTP 400 (seen live at Linnworks)
  errors_in_200    HTTP 200 whose body refuses
  expire_session   all Linnworks sessions end just before the call
It is done:
  drop_after       the connection closes without an answer
  hang_after       no answer until the client gives up or `seconds` pass
  error_after      HTTP 500
  empty_body       HTTP 200 without a body
  not_json         HTTP 200 with a page of HTML
  act_twice        an actioned booking or refund may be actioned again, and has its effect again
  delay            what this call writes is not seen by readers for `seconds`
  duplicate_rows   lists in the answer have their first row twice
  reorder_rows     lists in the answer come in reverse
  change_between   ReturnGO's list of RMAs: once the page is made, the oldest RMA changes
  repeat_page      ReturnGO lists: a page asked for by cursor names the same cursor as the next one
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any

UNDONE = ("drop_before", "hang", "error_before", "quota", "quota_400", "errors_in_200", "expire_session")
DONE = (
    "drop_after",
    "hang_after",
    "error_after",
    "empty_body",
    "not_json",
    "act_twice",
    "delay",
    "duplicate_rows",
    "reorder_rows",
    "change_between",
    "repeat_page",
)
KINDS = UNDONE + DONE
VENDORS = ("linnworks", "returngo")


@dataclass(slots=True)
class Fault:
    kind: str
    vendor: str = "*"
    method: str = "*"
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float = 5.0
    retry_after: int | None = None
    hits: int = 0
    _dice: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(KINDS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability: must be from 0 to 1")
        self._dice = Random(self.seed)  # noqa: S311 - a repeatable draw, not a secret

    def befalls(self, vendor: str, method: str) -> bool:
        """Whether this call is hit; counts it if so."""
        if self.spent or not (fnmatchcase(vendor, self.vendor) and fnmatchcase(method, self.method)):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self._dice.random() >= self.probability:
            return False
        self.hits += 1
        return True

    @property
    def spent(self) -> bool:
        return self.count is not None and self.hits >= self.count

    def show(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


class Faults:
    """The faults in force; the first that befalls a call is the only one."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.all.append(fault)

    def take(self, vendor: str, method: str) -> Fault | None:
        return next((fault for fault in self.all if fault.befalls(vendor, method)), None)

    def clear(self) -> None:
        self.all.clear()
