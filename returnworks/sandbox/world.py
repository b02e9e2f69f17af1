"""All that is true in the sandbox, and its books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from returnworks.sandbox.bookings import BookingBook
from returnworks.sandbox.clock import Clock
from returnworks.sandbox.faults import Fault, Faults
from returnworks.sandbox.orderbook import Order, OrderBook
from returnworks.sandbox.quotas import DailyQuota, MinuteQuotas
from returnworks.sandbox.refundbook import RefundBook
from returnworks.sandbox.rulebook import RuleBook
from returnworks.sandbox.shop import Shop
from returnworks.sandbox.warehouse import DEFAULT_LOCATION, Warehouse, stable_id

DEFAULT_SHOP = "mugs-and-more.myshopify.com"


@dataclass(slots=True)
class Credentials:
    """What a client must present. None of it opens anything but this sandbox."""

    application_id: str = field(default_factory=lambda: stable_id("key", "application"))
    application_secret: str = field(default_factory=lambda: stable_id("key", "secret"))
    installation_token: str = field(default_factory=lambda: stable_id("key", "installation"))
    api_key: str = field(default_factory=lambda: stable_id("key", "returngo").replace("-", ""))
    shop: str = DEFAULT_SHOP


@dataclass(slots=True)
class Settings:
    """How the vendors behave; survives a reset."""

    rate_multiplier: float = 1.0
    """Times the documented calls per minute of every Linnworks method."""
    rate_window_seconds: float = 60.0
    send_retry_after: bool = False
    """Not documented by Linnworks, though clients look for it."""
    session_ttl_seconds: int = 1200
    daily_quota: int = 2000
    """ReturnGO calls per UTC day."""
    channel_refunds: bool = True
    """On: actioning a refund in Linnworks pays the customer through the sales channel."""


@dataclass(slots=True)
class Tallies:
    """Every call that reached a vendor, and every call that changed something there."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)


class World:
    def __init__(self, credentials: Credentials | None = None, clock: Clock | None = None) -> None:
        self.credentials = credentials or Credentials()
        self.clock = clock or Clock()
        self.settings = Settings()
        self.linnworks_url = ""
        """Where the played Linnworks is reached; it tells clients so when they authorise."""
        self.sessions: dict[str, datetime] = {}
        """Session token -> the moment at which it expires."""
        self.minute_quotas = MinuteQuotas()
        self.daily_quota = DailyQuota()
        self.faults = Faults()
        self._fault: Fault | None = None
        self.reset()

    def reset(self) -> None:
        """An empty account with its three locations, now: no items, orders, RMAs, faults or tallies."""
        self.clock.reset()
        self.warehouse = Warehouse()
        self.warehouse.add_location("Default", location_id=DEFAULT_LOCATION)
        self.warehouse.add_location("Quarantine")
        self.warehouse.add_location("Inspection")
        self.book = OrderBook()
        self.bookings = BookingBook(self.warehouse)
        self.rulebook = RuleBook()
        self.refunds = RefundBook()
        self.shop = Shop()
        self.tallies = Tallies()
        self.faults.clear()
        self.minute_quotas.forget()
        self.daily_quota.forget()

    # --- time and faults as the act in progress sees them

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def seen_from(self) -> datetime:
        """When readers see what is written now."""
        late = self._fault.seconds if self._fault and self._fault.kind == "delay" else 0
        return self.now + timedelta(seconds=late)

    @property
    def acting_twice(self) -> bool:
        return self._fault is not None and self._fault.kind == "act_twice"

    @contextmanager
    def under(self, fault: Fault | None) -> Iterator[None]:
        """One act, done while `fault` is upon the vendor."""
        self._fault = fault
        try:
            yield
        finally:
            self._fault = None

    # --- sessions

    def open_session(self) -> str:
        token = str(uuid4())
        self.sessions[token] = self.now + timedelta(seconds=self.settings.session_ttl_seconds)
        return token

    def session_is_good(self, token: str) -> bool:
        return token in self.sessions and self.now < self.sessions[token]

    # --- deeds that are no vendor call

    def process(self, order: Order, at: datetime) -> None:
        """Despatch an order: its goods leave the shelf, with the history note that was seen live."""
        note = f"Order {order.number} ref: {order.reference}"
        for line in order.lines:
            item = self.warehouse.item_by_id(line.stock_item_id or "")
            if item is not None and not line.is_service:
                self.warehouse.move(item, order.location_id, -line.quantity, note, at, at)
        order.processed_at = at
