"""A return's passport: one page with both systems' facts, decisions, evidence and what is open."""

from __future__ import annotations

import re

from flows.way import carry_through
from returnworks.report.passport import render_passport
from returnworks.rules.findings import finding
from returnworks.work.intake import read_queued
from returnworks.work.trace import trace_return


async def passport(bridge, return_id):
    return render_passport(await trace_return(bridge, return_id), bridge.now())


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


async def test_a_settled_return_says_what_is_back_and_what_is_credited(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        said = text(await passport(bridge, "90000104"))
    assert "1 unit is back in Linnworks and £11.00 is credited; nothing is open." in said
    assert re.search(r"MUG-WHITE .* restockable .* Default \(sellable\) RW-R-90000104-\w+ confirmed", said)
    assert "return of 1 × JEANS-32 RMA 90000105" in said, "the order carries another return too"
    assert re.search(r"CreateRMABooking .* ActionRMABooking .* CreateRefund", said)


async def test_before_anything_was_posted_it_says_so(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        bridge.ledger.enqueue(["90000104"], "manual", bridge.now())
        await read_queued(bridge)
        said = text(await passport(bridge, "90000104"))
    assert "Nothing stands in Linnworks for it; nothing is open." in said
    assert "nothing posted" in said


async def test_an_open_exception_is_shown_with_its_next_step_and_escaped(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        doubt = finding("goods_missing", "RMA 90000104", "<script>alert(1)</script>", return_id="90000104")
        bridge.ledger.see_exceptions([doubt], bridge.now())
        page = await passport(bridge, "90000104")
    assert "<script>" not in page
    assert "one thing is open" in text(page)
    assert "<code>returnworks plan 90000104</code>" in page


async def test_a_side_that_could_not_be_asked_is_named(returnworks, sandbox):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.fault("errors_in_200", vendor="linnworks", count=None)
        assert "Linnworks was not asked" in text(await passport(bridge, "90000104"))
