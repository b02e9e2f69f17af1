"""Random histories of a shop: returns, verdicts, second thoughts, refunds, faults, deaths, rivals; and their ends.

A history is played against the sandbox in this process, by a watch that nobody has to wait for. Deaths are as far as
ledger and wire can tell (see `fate`); real ones are in `kills` and `backlogs`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from flows.way import carry_through
from returnworks.errors import ReturnworksError
from returnworks.ledger import Ledger
from returnworks.ledger.tables import Row
from returnworks.rules.states import State
from returnworks.sandbox.acts import perform
from returnworks.sandbox.books import books
from returnworks.sandbox.faults import Fault
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.world import World
from returnworks.work.bridge import Bridge
from tests.torture.fate import FaintsAt, Fate, Killed
from tests.torture.places import fated_bridge
from tests.torture.shop import PRICES, SKUS, Goods, Money, Verdict, items, judge, order
from tests.torture.watch import SandboxClock, Watch
from tests.torture.wire import LINNWORKS, RETURNGO, Wire

ORDERS = (1001, 1002)
FIRST_RMA = 90_000_001
PLACES = {"good": "Default", "torn": "Quarantine", "missing": None}
ROUNDS = 12
"""So many rounds after the last fault are enough for everything to come to rest."""


# --- what can happen


@dataclass(frozen=True)
class Arrive:
    """A shopper sends back units of an order, by SKU."""

    order: int
    skus: tuple[int, ...]


@dataclass(frozen=True)
class Inspect:
    """Somebody looks at one unit, perhaps again."""

    rma: int
    unit: int
    verdict: str


@dataclass(frozen=True)
class Refund:
    """The price of one unit is refunded, or only asked for."""

    rma: int
    unit: int
    paid: bool


@dataclass(frozen=True)
class Pay:
    """What was asked for is paid."""

    rma: int


@dataclass(frozen=True)
class ChannelBrings:
    """Linnworks downloads a paid refund from the sales channel before we recorded it."""

    rma: int


@dataclass(frozen=True)
class SetStatus:
    """The return moves on, ends, or is opened again."""

    rma: int
    status: str


@dataclass(frozen=True)
class Break:
    """Something starts to go wrong."""

    kind: str
    vendor: str
    method: str
    count: int
    skip: int


@dataclass(frozen=True)
class Run:
    """One or two workers do whatever is due."""

    workers: int


@dataclass(frozen=True)
class Die:
    """A worker does whatever is due and dies at its n-th moment."""

    moment: int


@dataclass(frozen=True)
class Wait:
    minutes: int


Deed = Arrive | Inspect | Refund | Pay | ChannelBrings | SetStatus | Break | Run | Die | Wait


# --- how it is played


@dataclass
class Unit:
    """One returned unit, and where it must be in the end."""

    order: str
    line_id: str
    sku: str
    place: str | None = None


@dataclass
class Tally:
    """What a history, or many, went through."""

    histories: int = 0
    deeds: int = 0
    faults: int = 0
    kills: int = 0
    replays: int = 0
    lost: int = 0
    doubled: int = 0
    payouts: int = 0
    made_sellable: int = 0
    unfinished: int = 0
    """Postings without an end, and writes when nothing was due."""

    def judge(self, verdict: Verdict) -> None:
        self.lost += verdict.lost
        self.doubled += verdict.doubled
        self.payouts += verdict.payouts
        self.made_sellable += verdict.made_sellable

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class History:
    """A shop of its own with an empty ledger; `play` deeds, then `rest`, then ask for the `verdict`."""

    ledger: Ledger
    luck: Random
    watch: Watch = field(default_factory=Watch)
    tally: Tally = field(default_factory=Tally)
    rmas: dict[str, list[Unit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World(clock=SandboxClock(self.watch))
        self.world.settings.rate_multiplier = 1000
        self.world.settings.daily_quota = 1_000_000
        self.wire = Wire(self.world, self.luck)
        self.variables = installed_at(self.world)
        empty(self.ledger)
        seed(self.world, {"items": items(), "orders": [order(number) for number in ORDERS]})
        self._nothing_is_broken()

    async def play(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            self.tally.deeds += 1
            match deed:
                case Run(workers):
                    await self._run(workers)
                case Die(moment):
                    await self._die(moment)
                case _:
                    self._happen(deed)

    async def rest(self) -> None:
        """Nothing breaks any more; the nights read everything again and a person replays what was held or refused."""
        self._count_faults()
        self._nothing_is_broken()
        for rma in self.rmas:
            perform(self.world, "set_status", rma=rma, status="Validated")
        still = 0
        for _ in range(ROUNDS):
            before = self._written()
            self.watch.push(31 * 60)
            await self._run(1, replay=True)
            still = still + 1 if self._written() == before else 0
            if still == 2:
                return

    def verdict(self) -> Verdict:
        return judge(books(self.world), self.goods(), self.money())

    def goods(self) -> Goods:
        return Counter(
            (unit.order, unit.sku, unit.place)
            for units in self.rmas.values()
            for unit in units
            if unit.place is not None
        )

    def money(self) -> Money:
        return Counter(
            (self.rmas[str(number)][0].order, f"{row['amount']['amount']:.2f}")
            for number, rma in self.world.shop.newest_first()
            for row in rma["transactions"]
            if row["status"] == "Success"
        )

    def open_ends(self) -> list[str]:
        """Postings that did not come to their end, in words; a refused one whose facts another took over did."""
        taken = {
            (row.kind, fact) for row in self.ledger.postings(states=[State.CONFIRMED]) for fact in row.posting.covers
        }
        return [
            f"{row.reference} {row.state} {row.phase} {row.reason}"
            for row in self.ledger.postings()
            if row.state != State.CONFIRMED
            and not (row.state == State.REFUSED and taken & {(row.kind, fact) for fact in row.posting.covers})
        ]

    async def writes_when_idle(self) -> int:
        """What two more workers write hours later, when nothing happened since."""
        before = sum(self._written().values())
        self.watch.push(timedelta(hours=3).total_seconds())
        await self._run(2)
        return sum(self._written().values()) - before

    # --- deeds

    def _happen(self, deed: Deed) -> None:
        if isinstance(deed, Arrive):
            return self._arrive(deed)
        if isinstance(deed, Break):
            return self.world.faults.all.insert(0, Fault(**vars(deed), seconds=30, retry_after=2))
        if isinstance(deed, Wait):
            return self.watch.push(deed.minutes * 60)
        if not self.rmas:
            return None
        rma = list(self.rmas)[deed.rma % len(self.rmas)]
        match deed:
            case Inspect(_, unit, verdict):
                self._inspect(rma, unit % len(self.rmas[rma]), verdict)
            case Refund(_, unit, paid):
                amount = PRICES[self.rmas[rma][unit % len(self.rmas[rma])].sku]
                perform(self.world, "refund", rma=rma, amount=amount, status="Success" if paid else "Requested")
            case Pay():
                self._pay(rma)
            case ChannelBrings():
                self._channel_brings(rma)
            case SetStatus(_, status):
                perform(self.world, "set_status", rma=rma, status=status)
        return None

    def _arrive(self, deed: Arrive) -> None:
        number = str(FIRST_RMA + len(self.rmas))
        sale = ORDERS[deed.order % len(ORDERS)]
        skus = [SKUS[sku % len(SKUS)] for sku in deed.skus]
        now = self.watch.now().isoformat()
        lines = [{"sku": sku} for sku in skus]
        perform(self.world, "arrive", id=number, order=f"MM{sale}", updated_at=now, lines=lines)
        rma = self.world.shop.rma(number)
        assert rma is not None
        ids = [str(item["returnedItemId"]) for item in rma["items"]]
        self.rmas[number] = [Unit(f"5500{sale}", *pair) for pair in zip(ids, skus, strict=True)]

    def _inspect(self, rma: str, place: int, verdict: str) -> None:
        """A verdict counts until the unit is booked; a later one is for the night to find, and a person to mend."""
        unit = self.rmas[rma][place]
        if unit.line_id not in self._booked_lines():
            unit.place = PLACES[verdict]
        elif PLACES[verdict] != unit.place:
            return
        returned, restockable = verdict != "missing", verdict == "good"
        perform(self.world, "inspect", rma=rma, lines=[place], returned=returned, restockable=restockable)

    def _booked_lines(self) -> set[str]:
        standing = {booking.reference for booking in self.world.bookings.headers.values()}
        return {fact for r in self.ledger.postings() if r.reference in standing for fact in r.posting.covers}

    def _pay(self, number: str) -> None:
        rma = self.world.shop.rma(number)
        assert rma is not None
        for row in rma["transactions"]:
            row["status"] = "Success"
        perform(self.world, "set_status", rma=number)

    def _channel_brings(self, rma: str) -> None:
        sale = self.rmas[rma][0].order
        recorded = Counter((row["order"], row["amount"]) for row in books(self.world)["refunds"])
        missing = sorted(key for key in self.money() - recorded if key[0] == sale)
        if missing:
            perform(self.world, "refund_by_hand", order=sale, amount=missing[0][1], channel_initiated=True)

    # --- work

    async def _run(self, workers: int, *, replay: bool = False) -> None:
        ends = await asyncio.gather(*(self._work(Fate(), replay) for _ in range(workers)), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, ReturnworksError):
                raise end

    async def _die(self, moment: int) -> None:
        try:
            await self._work(FaintsAt(moment), replay=False)
        except Killed:
            self.tally.kills += 1
        except ReturnworksError:
            return

    async def _work(self, fate: Fate, replay: bool) -> None:
        mortal = isinstance(fate, FaintsAt)
        async with fated_bridge(
            self.variables, self.watch, fate, wire=self.wire, beside=self.ledger, every_commit=mortal
        ) as bridge:
            if replay:
                self._replay(bridge)
            await carry_through(bridge)

    def _replay(self, bridge: Bridge) -> None:
        now = self.watch.now()
        bridge.ledger.enqueue(self.rmas, "night", now)
        self.tally.replays += len(bridge.ledger.retry(list(self.rmas), now))

    def _nothing_is_broken(self) -> None:
        """Except that this vendor would action a booking as often as it is asked."""
        self.world.faults.clear()
        self.world.faults.add(Fault("act_twice", "linnworks", "*ActionRMABooking", count=None))

    def _count_faults(self) -> None:
        self.tally.faults += sum(fault.hits for fault in self.world.faults.all if fault.kind != "act_twice")

    def _written(self) -> dict[str, int]:
        return dict(self.world.tallies.writes)


def empty(ledger: Ledger) -> None:
    """Forget everything; the schema stays."""
    with ledger._engine.begin() as connection:
        for table in reversed(Row.metadata.sorted_tables):
            connection.execute(table.delete())


def installed_at(world: World) -> dict[str, str]:
    """The environment of an installation that knows only this sandbox, over a `Wire`."""
    keys = world.credentials
    return {
        "RETURNWORKS_LINNWORKS_AUTH_URL": f"https://{LINNWORKS}",
        "RETURNWORKS_LINNWORKS_APPLICATION_ID": keys.application_id,
        "RETURNWORKS_LINNWORKS_APPLICATION_SECRET": keys.application_secret,
        "RETURNWORKS_LINNWORKS_TOKEN": keys.installation_token,
        "RETURNWORKS_RETURNGO_URL": f"https://{RETURNGO}",
        "RETURNWORKS_RETURNGO_API_KEY": keys.api_key,
        "RETURNWORKS_RETURNGO_SHOP": keys.shop,
    }


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    open_ends: list[str]
    writes_when_idle: int
    tally: Tally

    @property
    def exact(self) -> bool:
        return self.verdict.exact and not self.open_ends and not self.writes_when_idle


async def live(deeds: Sequence[Deed], ledger: Ledger, luck: int = 0) -> Outcome:
    """Play `deeds` in a new shop on an emptied ledger until it is at rest, and judge. `luck` decides races."""
    history = History(ledger, Random(luck))
    await history.play(deeds)
    await history.rest()
    idle = await history.writes_when_idle()
    verdict, tally = history.verdict(), history.tally
    tally.histories = 1
    tally.judge(verdict)
    return Outcome(verdict, history.open_ends(), idle, tally)
