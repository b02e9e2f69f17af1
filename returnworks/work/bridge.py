"""Where everybody meets: both vendors, the ledger and the policy, opened for one run and closed after it."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from returnworks.clients.linnworks.client import Linnworks, LinnworksCredentials
from returnworks.clients.returngo.client import ReturnGo, ReturnGoCredentials
from returnworks.errors import NotAuthorised, Refused, VendorUnavailable
from returnworks.ledger import Ledger
from returnworks.rules.model import Component, Location, StockItem
from returnworks.rules.policy import Policy
from returnworks.settings import Environment
from returnworks.work.outage import telling_of_outages


def utc_now() -> datetime:
    return datetime.now(UTC)


class Bridge:
    """One run's hands and memory. Locations and stock items are read from Linnworks once a run.

    A plain class on purpose: Prefect looks into dataclasses and models that are handed to tasks.
    """

    def __init__(
        self,
        environment: Environment,
        policy: Policy,
        ledger: Ledger,
        returngo: ReturnGo,
        linnworks: Linnworks,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.environment = environment
        self.policy = policy
        self.ledger = ledger
        self.returngo = returngo
        self.linnworks = linnworks
        self.now = clock
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self.away: list[VendorUnavailable] = []
        """Vendors that did not answer although the run went on without them."""
        self.marks_made: set[tuple[str, str]] = set()
        """Exchange identifier and folder known to exist in Linnworks."""
        self.properties_refused = False
        """Whether Linnworks took no extended property on an original order in this run."""
        self.orders_sought = 0
        """Sales that only Linnworks could name the order of: each took a look-up by its reference."""
        self.mode = ledger.mode()
        """Whether this run posts, and from when on what happens is ours."""
        self._locations: tuple[Location, ...] | None = None
        self._items: dict[str, StockItem] = {}
        self._unknown_skus: set[str] = set()
        self._compositions: dict[str, tuple[Component, ...]] = {}
        self._tracked: dict[str, set[str]] = {}

    async def locations(self) -> tuple[Location, ...]:
        if self._locations is None:
            self._locations = await self.linnworks.locations()
        return self._locations

    def unread_skus(self, skus: Iterable[str]) -> list[str]:
        """Those of `skus` that Linnworks was not asked about yet in this run."""
        return sorted({sku for sku in skus if sku} - self._items.keys() - self._unknown_skus)

    async def stock_items(self, skus: Iterable[str]) -> dict[str, StockItem]:
        """Stock items by stock item id, for those of `skus` that Linnworks knows; one call for all new ones."""
        wanted = {sku for sku in skus if sku}
        if new := self.unread_skus(wanted):
            found = await self.linnworks.stock_items(new)
            self._items.update(found)
            self._unknown_skus.update(set(new) - found.keys())
        return {self._items[sku].stock_item_id: self._items[sku] for sku in wanted if sku in self._items}

    async def compositions(self, stock_item_ids: Iterable[str]) -> dict[str, tuple[Component, ...]]:
        """What these sets are made of today, () for what is no set any more; one call for all new ones.

        Nothing at all where the account does not let compositions be read: they decide nothing.
        """
        wanted = set(stock_item_ids)
        if new := sorted(wanted - self._compositions.keys()):
            try:
                found = await self.linnworks.compositions(new)
            except (NotAuthorised, Refused):
                return {}
            self._compositions.update({item: found.get(item, ()) for item in new})
        return {item: self._compositions[item] for item in wanted}

    @property
    def sets_asked(self) -> int:
        """Items whose tracked locations were asked for in this run."""
        return len(self._tracked)

    def tracked_seen(self) -> tuple[tuple[str, str], ...]:
        """Every (stock item id, location id) that `tracked_places` has seen in this run."""
        return tuple(sorted((item, place) for item, places in self._tracked.items() for place in places))

    async def tracked_places(self, stock_item_ids: Iterable[str]) -> frozenset[tuple[str, str]]:
        """(stock item id, location id) where Linnworks tracks these items, asked once a run for all new ones.

        A minimum level of -1 means that it does not (documented); so does a location without a level (assumed).
        """
        wanted = set(stock_item_ids)
        if new := sorted(wanted - self._tracked.keys()):
            found: dict[str, set[str]] = {item: set() for item in new}
            for row in await self.linnworks.stock_levels(new):
                if row.minimum >= 0 and row.stock_item_id in found:
                    found[row.stock_item_id].add(row.location_id)
            self._tracked.update(found)
        return frozenset((item, place) for item in wanted for place in self._tracked[item])


@asynccontextmanager
async def open_bridge(
    environment: Environment,
    policy: Policy,
    linnworks: LinnworksCredentials,
    returngo: ReturnGoCredentials,
    *,
    calls_per_minute_scale: float = 1.0,
) -> AsyncIterator[Bridge]:
    """Open the ledger (made and migrated when new) and one long-lived client per vendor. Makes no call."""
    with Ledger.open(environment.ledger_url) as ledger:
        async with (
            ReturnGo(returngo) as goods_in,
            Linnworks(linnworks, calls_per_minute_scale=calls_per_minute_scale) as books,
        ):
            bridge = Bridge(environment, policy, ledger, goods_in, books)
            async with telling_of_outages(bridge):
                yield bridge


def credentials_from_environment(environment: Environment) -> tuple[LinnworksCredentials, ReturnGoCredentials]:
    """Both vendors' credentials, or ConfigError naming what is not set."""
    environment.require_vendors()
    return (
        LinnworksCredentials(
            auth_url=environment.linnworks_auth_url,
            application_id=environment.linnworks_application_id,
            application_secret=environment.linnworks_application_secret,
            token=environment.linnworks_token,
        ),
        ReturnGoCredentials(
            url=environment.returngo_url,
            api_key=environment.returngo_api_key,
            shop=environment.returngo_shop,
        ),
    )
