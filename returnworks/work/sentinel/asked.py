"""The checks that ask the vendors: read only, in batches, a handful of calls whatever the shop's size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from returnworks.rules.model import Kind, Order
from returnworks.rules.sentinel import Check, account, good
from returnworks.rules.states import State as Posted
from returnworks.work.bridge import Bridge
from returnworks.work.sentinel.ledgered import Recent

CHANNELS = 3
"""Sales channels that are asked about, one call each."""
SETS = 100
"""Composites that are looked at: one call for their levels."""
POSTED_SINCE = timedelta(days=90)


async def returngo(bridge: Bridge, _: Recent) -> list[Check]:
    """The key and the shop are accepted. Costs one of the day's calls."""
    async for page in bridge.returngo.changed_since(bridge.now()):
        del page
        break
    return [good("ReturnGO", f"{bridge.environment.returngo_url} accepts the key for the shop.", "one call")]


async def linnworks(bridge: Bridge, _: Recent) -> list[Check]:
    """The application and its token open a session."""
    address = await bridge.linnworks.authorise()
    return [good("Linnworks", f"A session was opened; calls go to {address}.", "one call")]


async def locations(bridge: Bridge, _: Recent) -> list[Check]:
    checks = account.locations(bridge.policy, await bridge.locations(), _used(bridge))
    return [*checks, account.channel_mapping(bridge.policy)]


def _used(bridge: Bridge) -> Iterator[account.Used]:
    """Locations of goods that were confirmed lately, the latest last."""
    since = bridge.now() - POSTED_SINCE
    for record in bridge.ledger.postings(kinds=[Kind.RESTOCK], states=[Posted.CONFIRMED], since=since):
        for line in record.posting.restock:
            yield account.Used(line.location_id, line.location_name)


async def marks(bridge: Bridge, _: Recent) -> list[Check]:
    """The exchange identifier and folder exist; otherwise they are made on first use."""
    tag, folder = bridge.policy.exchange_tag, bridge.policy.exchange_folder
    has_tag = tag in await bridge.linnworks.identifiers()
    has_folder = folder in await bridge.linnworks.folders()
    later = "It is made by `returnworks setup` or on first use."
    return [
        good(f"identifier {tag}", "It is there." if has_tag else later, "Linnworks' identifiers"),
        good(f"folder {folder}", "It is there." if has_folder else later, "Linnworks' folders"),
    ]


async def sets(bridge: Bridge, known: Recent) -> list[Check]:
    """Whether the sets on known orders are tracked as items of their own."""
    parents = {line.stock_item_id: line.sku for o in known.distinct_orders() for line in o.lines if line.children}
    ids = [item for item in parents if item][:SETS]
    names = {place.location_id: place.name for place in await bridge.locations()}
    tracked = defaultdict(set)
    for item, place in await bridge.tracked_places(ids):
        tracked[item].add(names.get(place, place))
    seen = [account.SetSeen(parents[item], frozenset(tracked[item])) for item in ids]
    return account.sets(bridge.policy, seen)


async def refund_ways(bridge: Bridge, known: Recent) -> list[Check]:
    """One processed order of each sales channel is asked about."""
    ways = []
    for channel, order in list(_one_of_each_channel(known).items())[:CHANNELS]:
        said = await bridge.linnworks.refund_options(order.order_id)
        ways.append(account.RefundWay(channel, said.by_channel, said.internally, said.reason))
    return account.refund_ways(ways)


def _one_of_each_channel(known: Recent) -> dict[str, Order]:
    """The newest processed order by the channel's name."""
    processed = [order for order in known.distinct_orders() if order.processed and not order.cancelled]
    in_order = sorted(processed, key=lambda order: order.number)
    return {" ".join(name for name in (order.source, order.sub_source) if name): order for order in in_order}


def clocks(bridge: Bridge) -> list[Check]:
    """Both vendors' clocks, as the answers so far have shown them."""
    overlap = timedelta(minutes=bridge.policy.overlap_minutes)
    return [
        account.clock("ReturnGO", bridge.returngo.clock_ahead, overlap),
        account.clock("Linnworks", bridge.linnworks.clock_ahead, overlap),
    ]
