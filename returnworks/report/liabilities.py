"""What the shop owes in store value, as the report says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from returnworks.reconcile.liabilities import BONUS
from returnworks.reconcile.night import Night
from returnworks.report.words import money, sentence

_PART = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class OwedShown:
    """All of one kind in one currency."""

    kind: str
    refunds: int
    amount: str


def owed_shown(night: Night) -> list[OwedShown]:
    """By kind and currency; empty where nothing is owed."""
    return [OwedShown(_kind(row.kind), row.refunds, money(row.amount)) for row in night.liabilities]


def _kind(kind: str) -> str:
    """ReturnGO's type in words: "RefundToGiftCard" is "Gift card"."""
    if kind == BONUS:
        return "Bonus above what was paid"
    return sentence(_PART.sub(" ", kind.removeprefix("RefundTo")).casefold())
