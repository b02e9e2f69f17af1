"""The fourth side: what the payment gateway paid out, matched with refunds in ReturnGO and credits in Linnworks.

Pure, as all of `reconcile`: `reading` makes rows of an export's text, `matching` says of each refund and each row
what became of it, `balances` proves that nothing is left over, `leg` is all of it together.
"""

from returnworks.reconcile.payouts.facts import PaidRefund, Period
from returnworks.reconcile.payouts.leg import PayoutLeg, compare_payouts
from returnworks.reconcile.payouts.matching import named
from returnworks.reconcile.payouts.reading import BadExport, Export, fits, read_export
from returnworks.reconcile.payouts.results import PayoutClass, PayoutResult

__all__ = [
    "BadExport",
    "Export",
    "PaidRefund",
    "PayoutClass",
    "PayoutLeg",
    "PayoutResult",
    "Period",
    "compare_payouts",
    "fits",
    "named",
    "read_export",
]
