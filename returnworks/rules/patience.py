"""How long a shop waits for goods and for a verdict on them before somebody is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """In days; exactly so many days are already too long. 0: nobody is ever asked."""

    arrival_days: int = 30
    """From the approval until the goods count as arrived."""
    verdict_days: int = 14
    """From the arrival until each unit is inspected or the return is done, whichever the shop's trigger asks for."""
