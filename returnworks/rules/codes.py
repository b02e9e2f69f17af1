# ruff: noqa: E501  (a table reads best with one sentence on one line)
"""Every code a difference or a held line can have: whose job it is, how bad, what it is called, what to do.

Exceptions, the nightly report and the runbook are keyed by these; no other codes exist. `next_step` may hold
the placeholders {return_id}, {order_number} and {reference}; `Code.next_for` fills them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from returnworks.rules.model import Owner, Severity

_CX, _FINANCE, _WAREHOUSE, _ENGINEERING = Owner.CX, Owner.FINANCE, Owner.WAREHOUSE, Owner.ENGINEERING
_CRITICAL, _WARNING, _INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    title: str
    owner: Owner
    severity: Severity
    next_step: str
    """One or two sentences to the owner, with placeholders."""

    def next_for(self, return_id: str | None = None, order_number: object = None, reference: str | None = None) -> str:
        """`next_step` with what is known filled in and what is not said in words."""
        return self.next_step.format(
            return_id=return_id or "RETURN_ID",
            order_number=order_number or "(its number is not known)",
            reference=reference or "(it has none)",
        )


_PLANNING = (
    Code("order_not_found", "Linnworks does not know the order", _CX, _WARNING,
         "Find the order of RMA {return_id} in Linnworks or download it from the channel, then `returnworks replay {return_id}`."),
    Code("order_cancelled", "The order is cancelled in Linnworks", _CX, _WARNING,
         "Check why RMA {return_id} returns goods of a cancelled order; book by hand what really came back."),
    Code("order_not_processed", "The order is still not processed in Linnworks", _WAREHOUSE, _WARNING,
         "Process order {order_number} in Linnworks if it was shipped; the return carries on by itself."),
    Code("order_unreadable", "The order could not be read from Linnworks", _ENGINEERING, _CRITICAL,
         "Run `returnworks trace {return_id}` and compare what Linnworks answered with its contract."),
    Code("line_not_found", "No order line fits the returned item", _CX, _WARNING,
         "Compare RMA {return_id} with order {order_number}: correct the SKU where it is wrong, then `returnworks replay {return_id}`."),
    Code("line_ambiguous", "Several order lines fit the returned item", _CX, _WARNING,
         "Say which line of order {order_number} came back: give the RMA's item its channel line id or book it by hand."),
    Code("line_unlinked", "The order line is not linked to a stock item", _WAREHOUSE, _WARNING,
         "Link the line of order {order_number} to a stock item in Linnworks, then `returnworks replay {return_id}`."),
    Code("line_duplicate", "ReturnGO names the same line twice", _ENGINEERING, _CRITICAL,
         "Read RMA {return_id} in ReturnGO; a line counts once, so nothing of the doubled line is posted."),
    Code("unexpected_quantity", "A returned line carries a quantity", _ENGINEERING, _CRITICAL,
         "ReturnGO is taken to send one row per unit. Check RMA {return_id}, and book the line by hand until this is understood."),
    Code("more_than_sold", "More came back than was sold", _WAREHOUSE, _CRITICAL,
         "Compare RMA {return_id} with order {order_number} and its bookings in Linnworks; delete the booking that is wrong."),
    Code("item_archived", "The stock item is archived in Linnworks", _WAREHOUSE, _WARNING,
         "Unarchive the item in Linnworks or book the goods under another SKU, then `returnworks replay {return_id}`."),
    Code("item_unknown", "Linnworks' stock item could not be read", _WAREHOUSE, _WARNING,
         "Check that the stock item of order {order_number} still exists in Linnworks, then `returnworks replay {return_id}`."),
    Code("item_tracked", "The item is batched or serial stock", _WAREHOUSE, _WARNING,
         "Book RMA {return_id} back in Linnworks by hand and choose the batch there."),
    Code("location_managed", "The location is managed elsewhere", _WAREHOUSE, _WARNING,
         "Book RMA {return_id} back in the system that manages that location, or route it to another one."),
    Code("unknown_location", "Linnworks has no such location", _WAREHOUSE, _CRITICAL,
         "Make the location in Linnworks or name another one in the policy; the lines carry on by themselves."),
    Code("location_ambiguous", "Linnworks has two locations of that name", _WAREHOUSE, _CRITICAL,
         "Rename one of the locations in Linnworks or name another one in the policy."),
    Code("route_unsafe", "A route would sell goods that must not be sold", _WAREHOUSE, _CRITICAL,
         "Mend the route in the policy (`returnworks doctor`); the goods were sent where nothing is sold."),
    Code("nested_composite", "A composite inside a composite", _WAREHOUSE, _WARNING,
         "Book RMA {return_id} back by hand: Linnworks does not say how nested sets come apart."),
    Code("composite_uneven", "A set's components do not divide by its sets", _WAREHOUSE, _WARNING,
         "Check the composition on order {order_number} and book RMA {return_id} back by hand."),
    Code("composite_unread", "The order does not say what was in the set", _WAREHOUSE, _WARNING,
         "Book RMA {return_id} back by hand from what the set was made of when it was sold."),
    Code("composite_parent_untracked", "The set has no stock of its own there", _WAREHOUSE, _WARNING,
         "Track the parent at that location in Linnworks or set its composite policy to components."),
    Code("goods_not_arrived", "Goods are expected and do not arrive", _CX, _WARNING,
         "Ask the customer or the carrier of RMA {return_id}, then mark the goods in ReturnGO as received, missing or called off."),
    Code("goods_not_inspected", "Goods arrived and nobody said what became of them", _WAREHOUSE, _WARNING,
         "Inspect the goods of RMA {return_id} in ReturnGO, or mark them there as not returned."),
    Code("inspected_after_restock", "The verdict came after the goods were put aside", _WAREHOUSE, _WARNING,
         "Transfer the unit in Linnworks from where it was put aside to where its verdict belongs."),
    Code("verdict_corrected", "Booked back, but the verdict says otherwise now", _WAREHOUSE, _CRITICAL,
         "Take the goods of RMA {return_id} out of sale now and transfer them to where the verdict belongs."),
    Code("unknown_status", "ReturnGO reports a status we do not know", _ENGINEERING, _CRITICAL,
         "Check what the status of RMA {return_id} means; its goods are not posted until then."),
    Code("ended_but_back", "Rejected or cancelled, yet the goods are here", _WAREHOUSE, _WARNING,
         "Reopen RMA {return_id} in ReturnGO if the goods stay, or send them back to the customer."),
    Code("unknown_resolution", "ReturnGO reports a resolution we do not know", _CX, _WARNING,
         "Check the resolution of RMA {return_id}; when goods come back as usual, add it to `extra_resolutions` in the policy."),
    Code("unknown_transaction", "ReturnGO reports a transaction type we do not know", _FINANCE, _CRITICAL,
         "Check the transaction of RMA {return_id} and name its type in the policy: refund, store value or ignored."),
    Code("unknown_transaction_status", "ReturnGO reports a transaction status we do not know", _FINANCE, _CRITICAL,
         "Check in ReturnGO whether the money of RMA {return_id} moved; nothing is credited until it says Success."),
    Code("transaction_duplicate", "ReturnGO names the same transaction twice", _ENGINEERING, _CRITICAL,
         "Read the transactions of RMA {return_id} in ReturnGO; nothing of the doubled one is credited."),
    Code("refund_failed", "A refund failed", _CX, _WARNING,
         "Pay the refund of RMA {return_id} again in ReturnGO or tell the customer."),
    Code("refund_without_amount", "A paid refund has no amount", _FINANCE, _CRITICAL,
         "Look the amount up in ReturnGO or at the payment gateway and credit order {order_number} by hand."),
    Code("refund_not_positive", "A paid refund is not above zero", _FINANCE, _CRITICAL,
         "Check in ReturnGO what the transaction of RMA {return_id} means; credit by hand what was paid."),
    Code("refund_currency", "A refund is not in the order's currency", _FINANCE, _CRITICAL,
         "Find out what was paid in the order's currency and credit order {order_number} by hand."),
    Code("refund_amount_odd", "A refund is finer than its currency", _FINANCE, _CRITICAL,
         "Look the amount up at the payment gateway and record the credit on order {order_number} by hand, then `returnworks refunds list`."),
    Code("refund_above_value", "A refund is above what is left of the order", _FINANCE, _WARNING,
         "Check why RMA {return_id} was paid more than is left of order {order_number}; allow Additional lines in the policy or record it by hand."),
    Code("refund_match_unclear", "Several refunds of the channel could be this one", _FINANCE, _CRITICAL,
         "Say which refund on order {order_number} it is: `returnworks refunds list`, then `returnworks refunds link`."),
    Code("refund_order_unclear", "Several orders could carry the credit", _FINANCE, _WARNING,
         "Choose which of the split orders carries the credit of RMA {return_id} and record it there by hand."),
    Code("exchange_kind_unknown", "ReturnGO reports a kind of exchange row we do not know", _CX, _WARNING,
         "Check what was released for RMA {return_id}; mark its order in Linnworks by hand if it ships goods."),
    Code("exchange_same_order", "The exchange is said to be the returned order", _CX, _CRITICAL,
         "Find the order that really ships the exchange of RMA {return_id} and mark it by hand."),
    Code("exchange_not_found", "The exchange order has not reached Linnworks", _CX, _CRITICAL,
         "Download the exchange order of RMA {return_id} from the channel into Linnworks; it is marked by itself then."),
    Code("exchange_cancelled", "The order that ships the exchange was cancelled", _CX, _CRITICAL,
         "Release the exchange of RMA {return_id} again in ReturnGO, or refund the customer."),
    Code("exchange_stuck", "The exchange order will not ship as it stands", _CX, _CRITICAL,
         "See why order {order_number} stands still in Linnworks; let it go, or cancel it and refund RMA {return_id}."),
    Code("exchange_candidates", "One order answers to two exchanges", _CX, _CRITICAL,
         "Find the order of each exchange of RMA {return_id} in Linnworks and mark them by hand."),
    Code("exchange_without_id", "ReturnGO names an exchange order without its id", _CX, _WARNING,
         "Find the exchange order of RMA {return_id} in Linnworks and mark it by hand if it ships goods."),
    Code("exchange_double_shipment", "The exchange would ship twice", _CX, _CRITICAL,
         "Stop all but one of the orders in Linnworks that ship the exchange of RMA {return_id}."),
)  # fmt: skip

_POSTING = (
    Code("posting_unknown", "It is not known whether Linnworks did it", _ENGINEERING, _CRITICAL,
         "Look for {reference} on order {order_number} in Linnworks; `returnworks trace {return_id}` shows what was sent."),
    Code("posting_refused", "Linnworks refused it", _WAREHOUSE, _CRITICAL,
         "Mend what Linnworks complains about, then `returnworks replay {return_id}`."),
    Code("posting_held", "A person holds it", _WAREHOUSE, _INFO,
         "Release {reference} when the reason is gone, or leave it held."),
    Code("return_unreadable", "The return could not be read from ReturnGO", _ENGINEERING, _CRITICAL,
         "Compare RMA {return_id} with ReturnGO's contract; it is read again by itself."),
    Code("vendor_away", "A vendor does not answer", _ENGINEERING, _CRITICAL,
         "Look at the vendor's status page and at `returnworks doctor`; what waits goes on by itself when it answers."),
    Code("feed_stale", "One side is not fresh, so nothing can be said", _ENGINEERING, _CRITICAL,
         "Find out why that side stopped (`returnworks doctor`), then run `returnworks reconcile` again."),
)  # fmt: skip

_NIGHT = (
    Code("goods_missing", "Goods came back but are not in stock", _WAREHOUSE, _CRITICAL,
         "Run `returnworks plan {return_id}` to see why nothing was booked, then `returnworks replay {return_id}`."),
    Code("goods_duplicate", "The same goods were booked twice", _WAREHOUSE, _CRITICAL,
         "Delete the second booking on order {order_number}, or take the extra units out of stock if it is actioned."),
    Code("goods_quantity", "The booked quantity is wrong", _WAREHOUSE, _CRITICAL,
         "Count what came back for RMA {return_id} and correct the booking {reference} on order {order_number}."),
    Code("goods_location", "The goods were booked at another location", _WAREHOUSE, _WARNING,
         "Transfer the units in Linnworks to where they belong, or move them to where they were booked."),
    Code("goods_disposition", "Goods that must not be sold are where goods are sold", _WAREHOUSE, _CRITICAL,
         "Take the units of {reference} out of sale now, then find out who booked them there."),
    Code("goods_orphan", "A booking without a return behind it", _WAREHOUSE, _WARNING,
         "Find out who booked {reference} on order {order_number}; delete it, or have the missing RMA made."),
    Code("goods_booked_not_actioned", "Booked, but not put into stock", _WAREHOUSE, _WARNING,
         "Action the booking {reference} in Linnworks, or `returnworks replay {return_id}`."),
    Code("goods_ambiguous", "Several bookings could be the one", _WAREHOUSE, _WARNING,
         "Say which booking on order {order_number} belongs to RMA {return_id}; delete the one that belongs to none."),
    Code("credit_missing", "A refund was paid but is not credited", _FINANCE, _CRITICAL,
         "Run `returnworks plan {return_id}` to see why nothing was credited, then `returnworks replay {return_id}`."),
    Code("credit_duplicate", "The same refund is credited twice", _FINANCE, _CRITICAL,
         "Delete the second refund header on order {order_number} and check that the customer was paid once."),
    Code("credit_amount", "The credit differs from the refund", _FINANCE, _CRITICAL,
         "Correct the refund {reference} on order {order_number} to the amount that was paid."),
    Code("credit_currency", "The credit is in another currency than the refund", _FINANCE, _CRITICAL,
         "Delete the refund {reference} on order {order_number} and record it in the order's currency."),
    Code("credit_orphan", "A credit of ours without a refund behind it", _FINANCE, _CRITICAL,
         "Check in ReturnGO whether the refund behind {reference} was taken back; delete the credit if so."),
    Code("credit_booked_not_actioned", "The credit is recorded but not actioned", _FINANCE, _WARNING,
         "Action {reference} in Linnworks only where that cannot pay the customer again; else set the policy to recording."),
    Code("credit_linked_elsewhere", "The credit belongs to another return", _FINANCE, _WARNING,
         "Check which return {reference} pays for and link each refund to its own credit."),
    Code("credit_ambiguous", "Several refunds could be the one", _FINANCE, _WARNING,
         "Say which refund on order {order_number} belongs to RMA {return_id}."),
    Code("foreign_refund", "A refund in Linnworks that no return explains", _CX, _CRITICAL,
         "Link the refund on order {order_number} to a transaction, accept it as goodwill, or hand it to CX for the missing RMA: `returnworks refunds list`."),
    Code("exchange_untagged", "The exchange order is not marked", _CX, _WARNING,
         "Run `returnworks replay {return_id}`, or assign the identifier to order {order_number} by hand."),
    Code("exchange_unrouted", "The exchange order is not in its folder", _CX, _WARNING,
         "Run `returnworks replay {return_id}`, or move order {order_number} to the folder by hand."),
    Code("exchange_counted_as_sale", "An exchange is counted as a sale", _CX, _CRITICAL,
         "Exclude order {order_number} from the sales reports by hand; it is the exchange of RMA {return_id}."),
    Code("exchange_goods_outstanding", "The exchange shipped, the goods are not back", _CX, _WARNING,
         "Ask the customer of RMA {return_id} for the goods, or charge for them in ReturnGO."),
    Code("exchange_ambiguous", "Several orders could be the exchange", _CX, _WARNING,
         "Say which order in Linnworks ships the exchange of RMA {return_id}."),
    Code("check_failed", "A check of the night did not run", _ENGINEERING, _CRITICAL,
         "Read the night's run in the Prefect UI for the reason, then run `returnworks reconcile` again."),
    Code("conservation_remainder", "Units or money do not add up", _ENGINEERING, _CRITICAL,
         "Run `returnworks trace {return_id}` and find the unit or the amount that no class explains."),
)  # fmt: skip

_PAYOUTS = (
    Code("payout_missing", "A refund is in no payout", _FINANCE, _CRITICAL,
         "Look the refund of RMA {return_id} up at the payment gateway: pay it there, or correct ReturnGO where it never was paid."),
    Code("payout_amount", "The gateway paid another amount", _FINANCE, _CRITICAL,
         "Compare the refund of RMA {return_id} with the gateway's; correct the credit on order {order_number} where it is wrong."),
    Code("payout_currency", "The gateway paid in another currency", _FINANCE, _WARNING,
         "Find out what the customer of RMA {return_id} got in the order's currency, and note it on the exception."),
    Code("payout_duplicate", "The gateway paid the same refund twice", _FINANCE, _CRITICAL,
         "Ask the gateway or the customer of RMA {return_id} for the second payment back."),
    Code("payout_reversed", "The refund was paid and came back", _CX, _CRITICAL,
         "Ask the customer of RMA {return_id} how to be paid; the credit on order {order_number} says that they were."),
    Code("payout_ambiguous", "Several payments could be the refund's", _FINANCE, _WARNING,
         "Look the order of RMA {return_id} up at the gateway and note which payment belongs to which refund."),
    Code("payout_unexplained", "The gateway paid a refund that no return explains", _FINANCE, _CRITICAL,
         "Find out who refunded it: have CX make the missing RMA, or accept it as goodwill (`returnworks exceptions waive`)."),
)  # fmt: skip

_SILENCE = (
    Code("silence_changes", "Nothing changes for longer than usual", _ENGINEERING, _WARNING,
         "Look in ReturnGO whether returns were made or changed; if they were, run `returnworks doctor` and `returnworks sync`."),
    Code("silence_webhooks", "Webhooks stopped coming", _ENGINEERING, _WARNING,
         "Check the webhook in ReturnGO and that `returnworks hooks` runs and is reached; the poll carries on meanwhile."),
    Code("silence_poll", "ReturnGO is not polled any more", _ENGINEERING, _CRITICAL,
         "See in the Prefect UI why `intake` does not run, then run `returnworks sync`."),
    Code("ids_missing", "Returns seem to have been left out", _ENGINEERING, _WARNING,
         "Run `returnworks sync --return-id ID` for each of them; ReturnGO says which of them exist."),
)  # fmt: skip

_CLOSES = (
    Code("close_stale", "A closed month looks different by now", _FINANCE, _CRITICAL,
         "Look at what came or went (`returnworks close MONTH`), then make the pack again and have it signed."),
)  # fmt: skip

CODES: Mapping[str, Code] = {
    code.code: code for code in (*_PLANNING, *_POSTING, *_NIGHT, *_PAYOUTS, *_SILENCE, *_CLOSES)
}

PLANNING_CODES = frozenset(code.code for code in _PLANNING)
"""What deciding about a return can find: deciding again without finding it is the evidence that closes it."""

NIGHT_CODES = frozenset(code.code for code in _NIGHT) | {
    "feed_stale",
    "posting_unknown",
    "posting_refused",
    "posting_held",
}
"""What a night can find, or find settled: the next night's not finding it is the evidence that closes it."""

PAYOUT_CODES = frozenset(code.code for code in _PAYOUTS)
"""What the payout leg can find: looking again at the same exports, and later ones, closes it."""

SILENCE_CODES = frozenset(code.code for code in _SILENCE)
"""What listening can find: hearing something again closes it."""
