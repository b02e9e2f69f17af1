"""The night finds what the evening staged, nothing else, and closes by evidence."""

from flows.one_night import one_night
from flows.way import carry_through
from returnworks.work.night.file import BREAKS, CANNOT_TELL, IN_ORDER


async def _evening(sandbox, bridge):
    sandbox.play("a-day-in-the-shop")
    await carry_through(bridge)
    sandbox.step()
    await carry_through(bridge)
    await carry_through(bridge)
    sandbox.step()
    await carry_through(bridge)


async def test_a_quiet_night_is_in_order(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        report = await one_night(bridge)
    assert report.filed.verdict == IN_ORDER
    assert all(check.ran and check.success for check in report.checks)


async def test_the_four_classic_failures_are_found_with_an_owner_and_nothing_else_is(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        await _evening(sandbox, bridge)
        report = await one_night(bridge)
    assert report.filed.verdict == BREAKS
    found = {item.code: str(item.owner) for item in report.filed.open_items}
    assert len(report.filed.open_items) == 4
    assert found == {
        "goods_missing": "warehouse",
        "goods_orphan": "warehouse",
        "credit_amount": "finance",
        "exchange_counted_as_sale": "cx",
    }
    assert report.night.remainders == ()
    assert report.filed.report.exists()


async def test_what_is_put_right_is_closed_by_the_next_night_and_the_rest_is_carried_on(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        await _evening(sandbox, bridge)
        first = await one_night(bridge)
        sandbox.step()
        silent = [item.return_id for item in first.filed.opened if item.code == "goods_missing"]
        await carry_through(bridge, silent)
        second = await one_night(bridge)
    assert {item.code for item in second.filed.closed} == {"goods_missing", "credit_amount"}
    assert second.filed.opened == ()
    assert {"goods_orphan", "exchange_counted_as_sale"} <= {item.code for item in second.filed.open_items}


async def test_when_linnworks_is_away_nothing_is_matched_broken_or_closed(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        await _evening(sandbox, bridge)
        await one_night(bridge)
        sandbox.fault("drop_before", "*", vendor="linnworks", count=1000)
        report = await one_night(bridge)
    assert report.filed.verdict == CANNOT_TELL
    assert report.filed.closed == ()
    assert "goods_missing" in {item.code for item in report.filed.open_items}


async def test_a_refund_that_somebody_made_in_linnworks_is_foreign(sandbox, returnworks):
    async with returnworks.bridge() as bridge:
        sandbox.play("a-day-in-the-shop")
        await carry_through(bridge)
        sandbox.act("refund_by_hand", order="MM1001", amount="7.00")
        report = await one_night(bridge)
    assert [item.code for item in report.filed.opened] == ["foreign_refund"]
