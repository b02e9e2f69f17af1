"""The fourth side: what the payment gateway paid out, matched with refunds in ReturnGO and credits in Linnworks.

Pure, as all of `reconcile`: `reading` makes rows of an export's text, `matching` says of each refund and each row
what became of it, `balances` proves that nothing is left over.
"""

from returnworks.reconcile.payouts.balances import payout_balances
from returnworks.reconcile.payouts.facts import PaidRefund, PayoutRow, Period, merged
from returnworks.reconcile.payouts.matching import match_payouts
from returnworks.reconcile.payouts.reading import BadExport, Export, read_export
from returnworks.reconcile.payouts.results import PayoutClass, PayoutResult, finding_of

__all__ = [
    "BadExport",
    "Export",
    "PaidRefund",
    "PayoutClass",
    "PayoutResult",
    "PayoutRow",
    "Period",
    "finding_of",
    "match_payouts",
    "merged",
    "payout_balances",
    "read_export",
]
