"""What people decided about refunds, and what is owed in store value, as the report shows both."""

import json
from datetime import timedelta

from returnworks.reconcile.night import assess
from returnworks.report import ReportInput, render_html, to_json
from returnworks.rules.foreign import Outcome, RefundDecision
from tests.reconcile.faces import LONG_AGO, NOW, ORDER, RMA, credited, gbp, inputs, paid, refund


def decided(outcome, **more):
    fields = {"refund_ids": ("3001",), "order_id": ORDER, "amount": gbp("7.00"), "reason": "a <b>chip</b>", "by": "ann"}
    return RefundDecision(id=1, outcome=outcome, at=LONG_AGO, **(fields | more))


def report(*decisions, **more):
    night = assess(inputs(actual_refunds=[refund("7.00", None, refund_id="3001")], decisions=decisions, **more))
    return ReportInput(title="Night 12", night=night)


def test_accepted_goodwill_is_shown_with_who_said_so_and_until_when():
    page = render_html(report(decided(Outcome.GOODWILL, until=NOW + timedelta(days=3))))
    assert "Accepted goodwill" in page
    assert "Accepted as goodwill up to 2026-11-23 by ann on 2026-11-17 (a &lt;b&gt;chip&lt;/b&gt;)." in page
    assert "£7.00" in page


def test_a_linked_refund_is_shown_with_who_linked_it():
    link = decided(Outcome.LINK, return_id=RMA, transaction_id="t-1")
    sides = {"expected_credits": [paid("7.00")], "ledger_credits": [credited("7.00", refund_id="3001", linked=True)]}
    page = render_html(report(link, **sides))
    assert "Linked by a person" in page
    assert "Refund 3001 was linked by ann on 2026-11-17" in page


def test_what_is_owed_is_shown_by_kind_in_words_and_as_numbers():
    rows = [
        paid("15.00", "t-1", record_only=True, liability="RefundToStoreCredit"),
        paid("1.50", "t-2 bonus", record_only=True, liability="bonus"),
    ]
    told = report(expected_credits=rows)
    page = render_html(told)
    for words in ("Owed in store value", "Store credit", "£15.00", "Bonus above what was paid", "£1.50"):
        assert words in page
    read = json.loads(to_json(told))
    assert [(row["kind"], row["amount"]["minor"]) for row in read["liabilities"]] == [
        ("RefundToStoreCredit", 1500),
        ("bonus", 150),
    ]
    assert [row["refund_id"] for row in read["foreign_refunds"]] == ["3001"]


def test_where_nothing_is_decided_or_owed_nothing_is_said_of_it():
    assert 'id="decided"' not in render_html(ReportInput(title="Night 12", night=assess(inputs())))
