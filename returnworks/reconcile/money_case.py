"""One refund of money: which class it is in, and the result that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from returnworks.reconcile.facts import ActualRefund, ExpectedCredit, LedgerCredit
from returnworks.reconcile.refund_matching import Pairing, is_from_channel, lacks_action, reference_of
from returnworks.reconcile.results import NOT_LOOKED_AT, Class, Family, MoneyFigures, Result, counted, judged
from returnworks.reconcile.terms import Terms
from returnworks.rules.model import Kind
from returnworks.rules.money import Money
from returnworks.rules.references import owner_of
from returnworks.rules.states import State

RECORD_ONLY = "record_only"
WITHIN_TOLERANCE = "within_tolerance"

_UNEXPLAINED = (Class.ORPHAN, Class.FOREIGN)
_UNEXPLAINED_LABELS = {Class.TIMING: "came after ReturnGO was read", Class.CANNOT_TELL: NOT_LOOKED_AT}


# --- A refund that was paid ----------------------------------------------------------------------------


def paid_result(one: Pairing, cls: Class, shown: set[str], terms: Terms) -> Result:
    """`shown` are the refund ids of the candidates that another result has shown; those of this one are added."""
    row = one.expected
    stands = one.refunds[0].amount if one.refunds else None
    clear_by = terms.clear_by(Family.MONEY, row.refunded_at) if cls == Class.TIMING else None
    result = _result(
        one,
        cls,
        figures=_figures(one, stands, shown, terms),
        actual=_words(one.refunds[:1] or one.candidates),
        difference=_difference(one, cls, stands),
        label=_label(one, cls, stands, terms),
        value=None if cls == Class.MATCHED else _at_risk(row, cls, stands),
        clear_by=clear_by,
    )
    return judged(result, (row.held or "posting_held") if cls == Class.HELD else "")


def class_of_paid(one: Pairing, terms: Terms) -> Class:
    row = one.expected
    if one.refunds:
        return _class_of_pair(row, one.refunds[0], terms)
    if row.record_only:
        return Class.MATCHED
    if one.taken:
        return Class.LINKED_ELSEWHERE
    if one.candidates:
        return Class.AMBIGUOUS
    if row.held or _ledger_holds(one):
        return Class.HELD
    return Class.TIMING if terms.still_timing(Family.MONEY, row.refunded_at) else Class.MISSING_CREDIT


def _class_of_pair(row: ExpectedCredit, refund: ActualRefund, terms: Terms) -> Class:
    if refund.amount.currency != row.amount.currency:
        return Class.CURRENCY
    if abs(refund.amount.minor - row.amount.minor) > terms.policy.tolerance(row.amount.currency):
        return Class.AMOUNT
    if lacks_action(refund, terms):
        still = terms.still_timing(Family.MONEY, row.refunded_at)
        return Class.TIMING if still else Class.BOOKED_NOT_ACTIONED
    return Class.MATCHED


def _ledger_holds(one: Pairing) -> bool:
    return bool(one.ledger) and all(row.state == State.HELD for row in one.ledger)


def _figures(one: Pairing, stands: Money | None, shown: set[str], terms: Terms) -> MoneyFigures:
    row = one.expected
    fresh = [refund for refund in one.candidates if refund.refund_id not in shown]
    shown.update(refund.refund_id for refund in fresh)
    return MoneyFigures(
        transaction_id=row.transaction_id,
        expected=row.amount,
        booked=next((each.amount for each in one.ledger if each.state == State.CONFIRMED), None),
        actual=stands or _sum(fresh),
        refunds=min(1, len(one.refunds)) or len(fresh),
        tolerance=terms.policy.tolerance(row.amount.currency),
        record_only=row.record_only and not one.refunds,
        liability=row.liability if not one.refunds else "",
        unactioned=bool(one.refunds) and lacks_action(one.refunds[0], terms),
    )


def _sum(refunds: Sequence[ActualRefund]) -> Money | None:
    """Candidates are alike in currency."""
    return Money(sum(r.amount.minor for r in refunds), refunds[0].amount.currency) if refunds else None


def _difference(one: Pairing, cls: Class, stands: Money | None) -> str:
    if stands is not None and stands.currency != one.expected.amount.currency:
        return f"{stands} instead of {one.expected.amount}"
    if stands is not None and stands != one.expected.amount:
        gap = stands - one.expected.amount
        return f"{gap} too much" if gap.minor > 0 else f"{-gap} too little"
    return {
        Class.MISSING_CREDIT: "no credit stands in Linnworks",
        Class.AMBIGUOUS: f"{counted(len(one.candidates), 'refund')} in Linnworks could be the one",
        Class.LINKED_ELSEWHERE: f"refund {one.taken} is another transaction's credit already",
        Class.BOOKED_NOT_ACTIONED: "recorded, not actioned",
    }.get(cls, "")


def _label(one: Pairing, cls: Class, stands: Money | None, terms: Terms) -> str:
    row = one.expected
    if row.record_only and not one.refunds:
        return RECORD_ONLY
    if cls == Class.HELD:
        return row.held or "posting_held"
    if cls == Class.MATCHED and stands != row.amount:
        return WITHIN_TOLERANCE
    if not terms.watches(row.return_id):
        return "by the ledger: the return is not watched any more"
    return one.how


def _at_risk(row: ExpectedCredit, cls: Class, stands: Money | None) -> Money:
    if cls == Class.AMOUNT and stands is not None:
        return Money(abs(stands.minor - row.amount.minor), row.amount.currency)
    return row.amount


# --- A refund too many, and one that nobody explains -------------------------------------------------------


def surplus_result(one: Pairing, refund: ActualRefund) -> Result:
    result = _result(
        one,
        Class.DUPLICATE,
        figures=MoneyFigures(transaction_id=one.expected.transaction_id, actual=refund.amount, refunds=1),
        expected="nothing more",
        actual=_words([refund]),
        difference=f"{refund.amount} stands once more",
        label="the channel brought it too" if is_from_channel(refund) else "",
        value=refund.amount,
        more=f" / refund {refund.refund_id}",
    )
    return judged(result)


def unexplained_result(refund: ActualRefund, made: LedgerCredit | None, cls: Class, terms: Terms) -> Result:
    """`made` is the ledger's row of that refund."""
    order = refund.order_number or refund.order_id
    later = cls == Class.TIMING
    result = Result(
        family=Family.MONEY,
        cls=cls,
        return_id=made.return_id if made else None,
        order_id=refund.order_id,
        order_number=refund.order_number,
        reference=refund.reference,
        subject=f"order {order} / refund {refund.refund_id}",
        figures=MoneyFigures(actual=refund.amount, refunds=1, booked=made.amount if made else None),
        expected="nothing",
        booked=_said([made]) if made else "",
        actual=_words([refund]),
        difference=f"{refund.amount} that no ReturnGO transaction explains" if cls in _UNEXPLAINED else "",
        label=_UNEXPLAINED_LABELS.get(cls, ""),
        value=refund.amount,
        event_at=refund.created_at,
        clear_by=terms.clear_by(Family.MONEY, refund.created_at) if later else None,
    )
    return judged(result)


def class_of_unexplained(refund: ActualRefund, made: LedgerCredit | None, terms: Terms) -> Class:
    """Under a reference of ours an orphan, else foreign; what came after ReturnGO was read may still clear.

    A reference of ours whose return was not looked at tonight cannot be told.
    """
    owned = owner_of(refund.reference)
    if made is None and (owned is None or owned.kind != Kind.CREDIT):
        return Class.TIMING if terms.is_later(refund.created_at) else Class.FOREIGN
    seen = terms.watches(made.return_id) if made else owned is not None and terms.looked_at(owned.subject)
    return Class.ORPHAN if seen else Class.CANNOT_TELL


# --- The result in words -----------------------------------------------------------------------------------


def _result(
    one: Pairing,
    cls: Class,
    *,
    figures: MoneyFigures,
    actual: str,
    difference: str,
    label: str,
    value: Money | None,
    expected: str = "",
    clear_by: datetime | None = None,
    more: str = "",
) -> Result:
    """`more` tells apart what belongs to one transaction and is not its one credit."""
    row = one.expected
    number = row.order_number or next((refund.order_number for refund in one.refunds), None)
    return Result(
        family=Family.MONEY,
        cls=cls,
        return_id=row.return_id,
        order_id=row.order_id or next((refund.order_id for refund in one.refunds), ""),
        order_number=number,
        reference=next((each.reference for each in one.ledger), "") or reference_of(row),
        subject=f"RMA {row.return_id} / transaction {row.transaction_id}{more}",
        figures=figures,
        expected=expected or f"{row.amount}{', recorded only' if figures.record_only else ''}",
        booked=_said(one.ledger),
        actual=actual,
        difference=difference,
        label=label,
        value=value,
        event_at=row.refunded_at,
        clear_by=clear_by,
    )


def _said(ledger: Iterable[LedgerCredit]) -> str:
    return ", ".join(f"{row.state} {row.amount}{' (linked)' if row.linked else ''} ({row.reference})" for row in ledger)


def _words(refunds: Sequence[ActualRefund]) -> str:
    return ", ".join(f"{row.amount} {_state(row)}" for row in refunds) or "nothing"


def _state(refund: ActualRefund) -> str:
    state = "actioned" if refund.actioned else "recorded"
    return f"{state}, from the channel" if is_from_channel(refund) else state
