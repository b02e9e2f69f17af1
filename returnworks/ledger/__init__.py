"""What Returnworks remembers: what it read, what it meant, what it did, and what is still somebody's job."""

from returnworks.ledger.archives import NightArchive
from returnworks.ledger.backups import back_up
from returnworks.ledger.inbox import PRIORITY
from returnworks.ledger.ledger import Ledger
from returnworks.ledger.policies import PolicyRecord
from returnworks.ledger.records import (
    AttemptRecord,
    DeskEvent,
    DeskItem,
    DeskLine,
    DeskTally,
    ExceptionChanges,
    ExceptionEvent,
    ExceptionRecord,
    HealingRecord,
    InboxItem,
    Intended,
    NightRecord,
    PostingRecord,
    ReturnVersion,
)
from returnworks.ledger.refusals import AlreadyFinished, LeaseLost, NotInLedger, NotLinkable

__all__ = [
    "PRIORITY",
    "AlreadyFinished",
    "AttemptRecord",
    "DeskEvent",
    "DeskItem",
    "DeskLine",
    "DeskTally",
    "ExceptionChanges",
    "ExceptionEvent",
    "ExceptionRecord",
    "HealingRecord",
    "InboxItem",
    "Intended",
    "LeaseLost",
    "Ledger",
    "NightArchive",
    "NightRecord",
    "NotInLedger",
    "NotLinkable",
    "PolicyRecord",
    "PostingRecord",
    "ReturnVersion",
    "back_up",
]
