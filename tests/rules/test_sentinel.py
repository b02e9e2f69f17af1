"""What silently breaks such an integration is named with cause and remedy; what is not known is not good."""

from datetime import UTC, datetime, timedelta

import pytest

from returnworks.rules.model import Disposition, Inspection, Location, Return, ReturnLine
from returnworks.rules.policy import CompositePolicy, Policy, Route, StockTrigger
from returnworks.rules.sentinel import State, account, habits, house
from returnworks.rules.silence import Signals, SilencePolicy

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
POLICY = Policy()
DEFAULT, QUARANTINE, INSPECTION = (
    Location("l-1", "Default"),
    Location("l-2", "Quarantine"),
    Location("l-3", "Inspection"),
)
ALL = (DEFAULT, QUARANTINE, INSPECTION)


def state(check):
    """The state; whatever needs somebody says why, what follows and what to do."""
    if check.state in (State.WARNING, State.BROKEN, State.NOTICE):
        assert check.cause, check.name
        assert check.consequence, check.name
        assert check.remedy, check.name
        assert check.measured, check.name
    return check.state


# --- locations


def quarantine(found, used=()):
    return next(c for c in account.locations(POLICY, found, used) if c.name == "location Quarantine")


USED = (account.Used("l-2", "Quarantine"),)


@pytest.mark.parametrize(
    ("found", "used", "verdict", "said"),
    [
        (ALL, (), State.GOOD, "is there"),
        (ALL, USED, State.GOOD, "is there"),
        ((DEFAULT, Location("l-2", "quarantine "), INSPECTION), USED, State.GOOD, "is there"),
        ((DEFAULT, INSPECTION), (), State.WARNING, "no location Quarantine"),
        ((DEFAULT, INSPECTION), USED, State.WARNING, "is gone"),
        ((DEFAULT, Location("l-2", "Quarantine B"), INSPECTION), USED, State.WARNING, "is called Quarantine B"),
        ((DEFAULT, Location("l-9", "Quarantine"), INSPECTION), USED, State.WARNING, "belongs to another location"),
        ((*ALL, Location("l-9", "QUARANTINE")), (), State.WARNING, "2 locations"),
        ((DEFAULT, Location("l-2", "Quarantine", fulfilment_centre=True)), (), State.WARNING, "fulfilment centre"),
        ((DEFAULT, Location("l-2", "Quarantine", warehouse_managed=True)), (), State.WARNING, "warehouse system"),
    ],
)
def test_a_location_is_there_the_same_as_ever_and_takes_goods(found, used, verdict, said):
    check = quarantine(found, used)
    assert state(check) == verdict
    assert said in check.cause


def test_a_location_that_a_route_names_is_looked_at_too():
    policy = Policy(routes=(Route("claims", Disposition.QUARANTINE, location="Carrier claims"),))
    assert "location Carrier claims" in [check.name for check in account.locations(policy, ALL, ())]


def test_whether_a_channel_sells_quarantined_goods_is_never_called_good():
    assert account.channel_mapping(POLICY).state == State.CANNOT_TELL


# --- sets and SKUs

PARENT = Policy(composite_overrides={"TEA-SET": CompositePolicy.PARENT})


@pytest.mark.parametrize(
    ("policy", "tracked_at", "verdict"),
    [
        (POLICY, (), State.GOOD),
        (POLICY, ("Default",), State.WARNING),
        (POLICY, ("Overflow",), State.WARNING),
        (PARENT, ("Default",), State.GOOD),
        (PARENT, ("Overflow",), State.WARNING),
        (PARENT, (), State.WARNING),
    ],
)
def test_a_set_has_stock_of_its_own_exactly_where_the_policy_returns_it_whole(policy, tracked_at, verdict):
    (check,) = account.sets(policy, [account.SetSeen("TEA-SET", frozenset(tracked_at))])
    assert state(check) == verdict


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ({}, State.CANNOT_TELL),
        ({"MUG": {"a"}, "RUG": {"b"}}, State.GOOD),
        ({"MUG": {"a"}, "mug": {"a"}}, State.GOOD),
        ({"MUG": {"a", "b"}}, State.WARNING),
        ({"MUG": {"a"}, "mug ": {"b"}}, State.WARNING),
    ],
)
def test_a_sku_is_one_stock_item_however_it_is_spelt(seen, verdict):
    assert state(account.skus({sku: frozenset(ids) for sku, ids in seen.items()})) == verdict


def test_no_set_seen_is_not_good():
    assert [check.state for check in account.sets(POLICY, [])] == [State.CANNOT_TELL]


# --- refunds


@pytest.mark.parametrize(
    ("by_channel", "internally", "verdict"),
    [
        (True, False, State.NOTICE),
        (True, True, State.NOTICE),
        (False, True, State.GOOD),
        (False, False, State.CANNOT_TELL),
        (None, True, State.CANNOT_TELL),
        (False, None, State.CANNOT_TELL),
        (None, None, State.CANNOT_TELL),
    ],
)
def test_a_refund_stays_inside_only_where_linnworks_says_both(by_channel, internally, verdict):
    (check,) = account.refund_ways([account.RefundWay("SHOPIFY", by_channel, internally, "Other")])
    assert state(check) == verdict


def test_no_order_to_ask_about_is_not_good():
    assert [check.state for check in account.refund_ways([])] == [State.CANNOT_TELL]


# --- clocks

OVERLAP = timedelta(minutes=35)


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (0, State.GOOD),
        (60, State.GOOD),
        (-60, State.GOOD),
        (61, State.WARNING),
        (-61, State.WARNING),
        (35 * 60 - 1, State.WARNING),
        (35 * 60, State.BROKEN),
        (-35 * 60, State.BROKEN),
        (None, State.CANNOT_TELL),
    ],
)
def test_clocks_may_differ_by_a_minute_and_must_not_by_what_polls_reach_back(seconds, verdict):
    ahead = None if seconds is None else timedelta(seconds=seconds)
    assert state(account.clock("ReturnGO", ahead, OVERLAP)) == verdict


# --- habits


def by_reason(*reasons, catch_all=False):
    rest = (Route("rest", Disposition.QUARANTINE),) if catch_all else ()
    return Policy(routes=(Route("torn", Disposition.QUARANTINE, reasons=reasons), *rest))


@pytest.mark.parametrize(
    ("policy", "lines", "verdicts"),
    [
        (POLICY, [("Torn", "")], [State.GOOD]),
        (by_reason("Torn"), [], [State.CANNOT_TELL]),
        (by_reason("Torn"), [(" torn", "")], [State.GOOD]),
        (by_reason("Torn"), [("Damaged", "TORN")], [State.GOOD]),
        (by_reason("Torn"), [("Torn", ""), ("Ripped", "")], [State.WARNING]),
        (by_reason("Torn", catch_all=True), [("Torn", ""), ("Ripped", "")], [State.NOTICE]),
        (by_reason("Torn", "Lost"), [("Torn", "")] * 9, [State.GOOD]),
        (by_reason("Torn", "Lost"), [("Torn", "")] * 10, [State.NOTICE]),
    ],
)
def test_reasons_that_no_route_names_and_reasons_that_nobody_gives_are_told(policy, lines, verdicts):
    assert [state(check) for check in habits.reasons(policy, habits.Reasons(lines))] == verdicts


def back(inspected=False, status="Received", lines=1):
    verdict = Inspection(at=NOW, returned=True, restockable=True) if inspected else None
    some = tuple(ReturnLine(f"i-{n}", None, "MUG", inspection=verdict) for n in range(lines))
    return Return("90000001", "shop", status, "55", "MM1", some)


@pytest.mark.parametrize(
    ("returns", "verdict"),
    [
        ([back()] * 9, State.CANNOT_TELL),
        ([back()] * 10, State.BROKEN),
        ([*[back()] * 9, back(inspected=True)], State.GOOD),
        ([back(inspected=True)], State.GOOD),
        ([back(status="Approved")] * 10, State.CANNOT_TELL),
        ([back(lines=0)] * 10, State.CANNOT_TELL),
        ([], State.CANNOT_TELL),
    ],
)
def test_ten_arrivals_without_a_verdict_say_that_nobody_gives_any(returns, verdict):
    assert state(habits.validation(POLICY, returns)) == verdict


def test_a_shop_that_waits_for_no_verdict_needs_none():
    assert habits.validation(Policy(stock_trigger=StockTrigger.RMA_RECEIVED), [back()] * 10).state == State.GOOD


@pytest.mark.parametrize(
    ("returns", "waited", "verdict"),
    [
        (9, 9, State.CANNOT_TELL),
        (10, 0, State.GOOD),
        (10, 1, State.WARNING),
        (100, 9, State.GOOD),
        (100, 10, State.WARNING),
    ],
)
def test_one_return_in_ten_on_an_open_order_is_a_habit(returns, waited, verdict):
    assert state(habits.unprocessed(returns, waited)) == verdict


# --- our own house


def hours_ago(hours):
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        (None, State.CANNOT_TELL),
        (house.Night(hours_ago(24), hours_ago(23), "in order"), State.GOOD),
        (house.Night(hours_ago(36), hours_ago(35), "in order"), State.GOOD),
        (house.Night(hours_ago(37), hours_ago(36), "in order"), State.WARNING),
        (house.Night(hours_ago(1), None, ""), State.GOOD),
        (house.Night(hours_ago(7), None, ""), State.WARNING),
    ],
)
def test_a_night_that_was_missed_or_died_is_told(last, verdict):
    assert state(house.nights(last, NOW)) == verdict


def facts(**other):
    given = {"size": 10**6, "revision": "0008", "wanted": "0008", "backed_up_at": NOW, "kind": "sqlite"}
    return house.Database(**(given | other))


@pytest.mark.parametrize(
    ("name", "other", "verdict"),
    [
        ("ledger's schema", {}, State.GOOD),
        ("ledger's schema", {"revision": "0007"}, State.BROKEN),
        ("ledger's schema", {"revision": None}, State.BROKEN),
        ("ledger's size", {"size": None}, State.CANNOT_TELL),
        ("ledger's size", {"size": 20 * 1000**3 - 1}, State.GOOD),
        ("ledger's size", {"size": 20 * 1000**3}, State.WARNING),
        ("backup", {"backed_up_at": NOW - timedelta(days=7)}, State.GOOD),
        ("backup", {"backed_up_at": NOW - timedelta(days=7, minutes=1)}, State.NOTICE),
        ("backup", {"backed_up_at": None}, State.NOTICE),
        ("backup", {"backed_up_at": None, "kind": "postgresql"}, State.CANNOT_TELL),
    ],
)
def test_the_database_is_current_has_room_and_has_copies(name, other, verdict):
    found = {check.name: check for check in house.database(facts(**other), NOW)}
    assert state(found[name]) == verdict


def feeds(**heard):
    return {check.name: state(check) for check in house.feeds(Signals(now=NOW, **heard), SilencePolicy())}


def test_a_feed_that_was_never_heard_is_not_good():
    assert feeds() == {"poll of ReturnGO": State.CANNOT_TELL, "webhooks": State.CANNOT_TELL}


def test_feeds_that_are_heard_are_good():
    assert feeds(polled=NOW, webhooks=[NOW]) == {"poll of ReturnGO": State.GOOD, "webhooks": State.GOOD}


def test_a_poll_that_stopped_is_a_warning():
    assert feeds(polled=hours_ago(4))["poll of ReturnGO"] == State.WARNING


def test_webhooks_that_stopped_are_a_warning():
    assert feeds(polled=NOW, webhooks=[hours_ago(100)])["webhooks"] == State.WARNING


@pytest.mark.parametrize(
    ("zone", "peaks", "verdict"),
    [("UTC", 0, State.GOOD), ("UTC", 1, State.NOTICE), ("Europe/London", 1, State.GOOD)],
)
def test_peaks_without_a_time_zone_are_told(zone, peaks, verdict):
    assert state(house.time_zone(zone, peaks)) == verdict
