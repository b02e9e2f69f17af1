"""What went wrong, named by what the caller can do about it.

ReturnworksError
├── ConfigError          a person mends the configuration     .remedy
├── VendorUnavailable    wait, then try again                 .retry_after
│   └── RateLimited      the vendor refused before executing  .retry_after
├── NotAuthorised        a person mends credentials or rights
├── BadAnswer            the vendor said something that is not its contract
├── Refused              the vendor said no                   .reason, .request_id
│   └── NotFound         the vendor does not know it
├── OutcomeUnknown       a write was sent, nobody answered: look it up before sending again
└── LedgerError          the database is not usable as it is  .remedy

A doubt about one line of business is no exception: it is a `Finding` (see `returnworks.rules.model`).
"""

from __future__ import annotations


class ReturnworksError(Exception):
    """A broken world. `str()` is one or two sentences that a person can act on."""


class ConfigError(ReturnworksError):
    """The configuration cannot be used; `remedy` says how to mend it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message} {remedy}")
        self.remedy = remedy


class VendorUnavailable(ReturnworksError):
    """Nobody answered, or the answer was 5xx to a read: nothing was changed; wait and try again."""

    def __init__(self, message: str, *, vendor: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.vendor = vendor
        self.retry_after = retry_after


class RateLimited(VendorUnavailable):
    """The vendor refused before executing, so even a write is safe to repeat after `retry_after` seconds."""


class NotAuthorised(ReturnworksError):
    """The key, token or shop is wrong, or lacks a right. Retrying does not help."""


class BadAnswer(ReturnworksError):
    """The answer is not what the vendor's contract says (not JSON, wrong shape). Never raised for a write."""


class Refused(ReturnworksError):
    """The vendor understood and said no. Retrying the same request does not help."""

    def __init__(self, message: str, *, reason: str = "", request_id: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason or message
        self.request_id = request_id


class NotFound(Refused):
    """The vendor does not know what was asked for."""


class OutcomeUnknown(ReturnworksError):
    """A write was sent and its effect is not known: time-out, reset, 5xx, unreadable answer."""

    def __init__(self, message: str, *, reference: str = "") -> None:
        super().__init__(message)
        self.reference = reference


class LedgerError(ReturnworksError):
    """The ledger's database cannot be used as it is; `remedy` says how to mend it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message} {remedy}")
        self.remedy = remedy
