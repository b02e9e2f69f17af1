"""What the ledger refuses to do for a caller, named by what the caller can do.

ReturnworksError
├── LeaseLost        leave the order alone: another worker may have it; what was not sent is claimed again
├── NotLinkable      a person asks for a link that would make two credits, or too early; nothing changed
├── NotInLedger      the caller names something that the ledger does not hold
└── AlreadyFinished  the answer was written down before; nothing is written twice

Moves that a posting's state does not allow are `returnworks.rules.states.IllegalMove`.
"""

from __future__ import annotations

from returnworks.errors import ReturnworksError


class LeaseLost(ReturnworksError):
    """The worker does not hold (or no longer holds) the order of the posting that it wants to send."""


class NotLinkable(ReturnworksError):
    """A refund cannot be this transaction's credit, or not now; the sentence says why and what to do."""


class NotInLedger(ReturnworksError):
    """The ledger holds no posting, attempt, exception or night of that name."""


class AlreadyFinished(ReturnworksError):
    """An attempt's answer is written once; a closed exception is nobody's job."""
