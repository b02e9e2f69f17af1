"""A return as it stood: what happened by then counts even when it was learned later; what came after does not."""

from __future__ import annotations

import pytest

from returnworks.reconcile.close import then
from tests.reconcile.close.faces import at, line, refund, rma

END = at(1, month=11, hour=0)


def test_a_return_that_was_made_later_was_not_there():
    assert then(rma(created_at=at(2, month=11)), rma(created_at=at(2, month=11)), END) is None


@pytest.mark.parametrize(("inspected", "counts"), [(at(31), True), (END, False)])
def test_an_inspection_counts_by_its_own_time(inspected, counts):
    stood = then(rma(), rma(lines=(line(inspected=inspected),)), END)
    assert (stood.lines[0].inspection is not None) is counts


@pytest.mark.parametrize(("paid", "counts"), [(at(31), True), (END, False)])
def test_a_refund_that_was_learned_late_counts_by_its_own_time(paid, counts):
    stood = then(rma(), rma(transactions=(refund(paid=paid),)), END)
    assert (len(stood.transactions) == 1) is counts


def test_status_and_parcels_are_those_that_were_seen_then():
    assert then(rma(status="Approved"), rma(status="Done"), END).status == "Approved"


def test_a_refund_is_as_it_is_known_now():
    seen, latest = rma(transactions=(refund(status="Requested"),)), rma(transactions=(refund(status="Success"),))
    assert then(seen, latest, END).transactions[0].status == "Success"
