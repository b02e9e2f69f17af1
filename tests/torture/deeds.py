"""Random histories by number: the same seed is the same history, and a shorter one is its beginning."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.torture.histories import Arrive, Break, ChannelBrings, Deed, Die, Inspect, Pay, Refund, Run, SetStatus, Wait

LINNWORKS_FAULTS = (
    "drop_before", "hang", "error_before", "quota", "quota_400", "errors_in_200", "expire_session",
    "drop_after", "hang_after", "error_after", "empty_body", "not_json", "delay", "duplicate_rows", "reorder_rows",
)  # fmt: skip
LINNWORKS_METHODS = (
    "*", "*GetRMAHeadersByOrderId", "*GetRefundHeadersByOrderId", "*GetOrderDetailsByReferenceId", "Stock/*",
    "*CreateRMABooking", "*ActionRMABooking", "*CreateRefund", "*CreateR*", "*RMABooking",
    "*Orders*Note*",
)  # fmt: skip
RETURNGO_FAULTS = (
    "drop_before", "hang", "error_before", "quota", "empty_body", "not_json",
    "duplicate_rows", "reorder_rows", "repeat_page",
)  # fmt: skip
RETURNGO_METHODS = ("*", "rma", "rmas", "transactions")
STATUSES = ("Approved", "Received", "Validated", "Done", "Canceled", "Rejected")
VERDICTS = ("good", "torn", "missing")


def history(seed: int, length: int) -> list[Deed]:
    """Something comes back and is inspected; then `length` times anything may happen."""
    dice = Random(seed)
    return [_arrive(dice), _inspect(dice), *(_anything(dice) for _ in range(length))]


def _anything(dice: Random) -> Deed:
    return dice.choices([make for make, _ in WEIGHTS], [weight for _, weight in WEIGHTS])[0](dice)


def _arrive(dice: Random) -> Deed:
    return Arrive(dice.randrange(2), tuple(dice.randrange(3) for _ in range(dice.randint(1, 3))))


def _inspect(dice: Random) -> Deed:
    return Inspect(_any(dice), _any(dice), dice.choice(VERDICTS))


def _refund(dice: Random) -> Deed:
    return Refund(_any(dice), _any(dice), dice.random() < 0.7)


def _break_linnworks(dice: Random) -> Deed:
    kind, method = dice.choice(LINNWORKS_FAULTS), dice.choice(LINNWORKS_METHODS)
    return Break(kind, "linnworks", method, dice.randint(1, 6), dice.randrange(2))


def _break_returngo(dice: Random) -> Deed:
    kind, method = dice.choice(RETURNGO_FAULTS), dice.choice(RETURNGO_METHODS)
    return Break(kind, "returngo", method, dice.randint(1, 4), dice.randrange(2))


def _any(dice: Random) -> int:
    """Which one; whoever plays it takes the remainder."""
    return dice.randrange(60)


WEIGHTS: tuple[tuple[Callable[[Random], Deed], int], ...] = (
    (_arrive, 4),
    (_inspect, 8),
    (_refund, 4),
    (lambda dice: Pay(_any(dice)), 1),
    (lambda dice: ChannelBrings(_any(dice)), 1),
    (lambda dice: SetStatus(_any(dice), dice.choice(STATUSES)), 2),
    (_break_linnworks, 6),
    (_break_returngo, 1),
    (lambda dice: Run(dice.randint(1, 2)), 5),
    (lambda dice: Die(dice.randint(1, 150)), 4),
    (lambda dice: Wait(dice.choice((1, 6, 16))), 3),
)
