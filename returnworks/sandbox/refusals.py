"""How the played vendors say no.

Refusal        the call itself is wrong: an HTTP status and a message
NotPossible    the call is fine, the business is not: HTTP 200 with the reasons in the body
"""

from __future__ import annotations

INVALID = "The request is invalid."
"""Linnworks' bare 400 for a wrong wrapping or a missing argument; it names nothing (seen live)."""


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NotPossible(Exception):
    """`reason` is one of the vendor's own CannotRefundReason or CannotReturnReason words, where one fits."""

    def __init__(self, *errors: str, reason: str = "Other") -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)
        self.reason = reason


def invalid() -> Refusal:
    return Refusal(400, INVALID)
