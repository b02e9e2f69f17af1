"""How the accounts are set up: locations, sets, SKUs, the way of refunds, clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from returnworks.rules.model import Location
from returnworks.rules.policy import CompositePolicy, Policy
from returnworks.rules.sentinel.check import Check, State, cannot_tell, good

SKEW_ALLOWED = timedelta(seconds=60)
"""Two clocks that are kept by the network differ by less; a `Date` header is exact to a second."""
NAMED = 5
"""SKUs that a sentence names at most."""


@dataclass(frozen=True, slots=True)
class Used:
    """A location that goods were posted to, by the name that it had then."""

    location_id: str
    name: str


@dataclass(frozen=True, slots=True)
class SetSeen:
    """A composite that was sold lately, and the names of the locations where Linnworks tracks it as such."""

    sku: str
    tracked_at: frozenset[str]


@dataclass(frozen=True, slots=True)
class RefundWay:
    """How Linnworks would carry out a refund on one order of a sales channel, were somebody to action it."""

    channel: str
    by_channel: bool | None
    internally: bool | None
    reason: str = ""
    """Why it could not be refunded at all, in Linnworks' word."""


# --- locations


def locations(policy: Policy, found: Sequence[Location], used: Iterable[Used]) -> list[Check]:
    """Each location that the policy names: there, the same one as ever, and able to take goods back."""
    before = {_same(one.name): one for one in used}
    names = dict.fromkeys(policy.location_keys().values())
    return [_location(name, found, before.get(_same(name))) for name in names]


def _location(name: str, found: Sequence[Location], before: Used | None) -> Check:
    here = [place for place in found if _same(place.name) == _same(name)]
    if not here:
        return _location_gone(name, found, before)
    if len(here) > 1:
        return _not_usable(name, f"{len(here)} locations are called {name}", "Rename all but one of them in Linnworks.")
    if here[0].fulfilment_centre or here[0].warehouse_managed:
        kind = "a fulfilment centre" if here[0].fulfilment_centre else "managed by a warehouse system"
        return _not_usable(name, f"{name} is {kind} by now", "Route returned goods to an ordinary location.")
    if before is not None and before.location_id != here[0].location_id:
        return Check(
            name=f"location {name}",
            state=State.WARNING,
            cause=f"The name {name} belongs to another location than the one that goods were posted to before.",
            consequence="Goods go to the new one; what was posted before lies at the old one.",
            remedy="Check in Linnworks which of the two is meant, and name it in the policy.",
            measured=FROM_LOCATIONS,
        )
    return good(f"location {name}", "It is there and can take goods back.", FROM_LOCATIONS)


def _location_gone(name: str, found: Sequence[Location], before: Used | None) -> Check:
    now = next((place.name for place in found if before and place.location_id == before.location_id), None)
    if now is not None:
        return _not_usable(name, f"{name} is called {now} by now", f"Name {now} in the policy, or rename it back.")
    gone = f"{name} is gone; goods were posted there before" if before else f"Linnworks has no location {name}"
    return _not_usable(name, gone, "Make it in Linnworks, or name another one in the policy.")


def _not_usable(name: str, cause: str, remedy: str) -> Check:
    return Check(
        name=f"location {name}",
        state=State.WARNING,
        cause=f"{cause}.",
        consequence="Every returned unit that is to go there is held.",
        remedy=f"{remedy} The held units carry on by themselves.",
        measured=FROM_LOCATIONS,
    )


FROM_LOCATIONS = "Linnworks' list of locations, and the locations of goods posted so far"


def channel_mapping(policy: Policy) -> Check:
    """Linnworks' API does not tell which locations a sales channel sells from (documented by absence)."""
    apart = ", ".join(dict.fromkeys((policy.quarantine_location, policy.undecided_location, policy.scrap_location)))
    return cannot_tell(
        "locations that a channel sells from",
        f"Linnworks' API does not say whether a sales channel also counts the stock at {apart}.",
        "Look once under Settings > Channel Integration > Location Mapping: tick the places that sell, and none else.",
    )


# --- items


def sets(policy: Policy, seen: Sequence[SetSeen]) -> list[Check]:
    """Sets go back the way that the policy says only where Linnworks keeps their stock to match."""
    name = "sets and their stock"
    if not seen:
        return [cannot_tell(name, "No set was sold among the returns that are known.")]
    wrong = [check for one in seen if (check := _set(policy, one))]
    return wrong or [good(name, f"{len(seen)} sets are kept as the policy takes them.", FROM_SETS)]


FROM_SETS = "the sets on known orders, their composition and minimum levels in Linnworks today (-1: not tracked)"


def _set(policy: Policy, seen: SetSeen) -> Check | None:
    goes, place = policy.composite_policy(seen.sku), policy.sellable_location
    tracked = {_same(name) for name in seen.tracked_at}
    if goes == CompositePolicy.COMPONENTS and tracked:
        return Check(
            name=f"set {seen.sku}",
            state=State.WARNING,
            cause=f"Linnworks tracks {seen.sku} as an item of its own at {', '.join(sorted(seen.tracked_at))}.",
            consequence="Its pieces come back and its own level stays: nobody can buy the set that came back.",
            remedy=f"Set its minimum level to -1 there, or say `parent` for {seen.sku} in the policy's composites.",
            measured=FROM_SETS,
        )
    if goes == CompositePolicy.PARENT and _same(place) not in tracked:
        return Check(
            name=f"set {seen.sku}",
            state=State.WARNING,
            cause=f"The policy returns {seen.sku} as a whole, and Linnworks does not track it at {place}.",
            consequence="Every whole set that comes back is held.",
            remedy=f"Track {seen.sku} at {place} in Linnworks, or say `components` for it in the policy's composites.",
            measured=FROM_SETS,
        )
    return None


def skus(seen: Mapping[str, frozenset[str]]) -> Check:
    """`seen`: the stock item ids that known order lines carry, by SKU as Linnworks spells it."""
    name = "one SKU, one stock item"
    if not seen:
        return cannot_tell(name, "No order of a return is known yet.")
    ids: dict[str, set[str]] = {}
    for sku, some in seen.items():
        ids.setdefault(_same(sku), set()).update(some)
    twins = sorted(sku for sku, some in ids.items() if len(some) > 1)
    if not twins:
        return good(name, f"Each of {len(ids)} SKUs is one stock item.", FROM_ORDERS)
    return Check(
        name=name,
        state=State.WARNING,
        cause=f"{len(twins)} SKUs stand for several stock items: {_few(twins)}.",
        consequence="A unit may be counted to the twin that nobody sells from.",
        remedy="Merge or rename the twins in Linnworks; SKUs that differ only in capitals or spaces are twins.",
        measured=FROM_ORDERS,
    )


FROM_ORDERS = "the lines of the orders of known returns"


# --- money


def refund_ways(ways: Sequence[RefundWay]) -> list[Check]:
    """One check for each sales channel that an order was asked about."""
    if not ways:
        return [cannot_tell("refunds reach the channel", "No processed order of a return is known yet.")]
    return [_refund_way(way) for way in ways]


def _refund_way(way: RefundWay) -> Check:
    name = f"refunds reach {way.channel}"
    if way.by_channel:
        return Check(
            name=name,
            state=State.NOTICE,
            cause="Linnworks would send a refund that is actioned to the sales channel.",
            consequence="Returnworks never actions one. A person who does in Linnworks may pay the customer again.",
            remedy="Switch the channel's order refunds off in Linnworks, or tell everybody not to action them.",
            measured=FROM_OPTIONS,
        )
    if way.by_channel is False and way.internally:
        return good(name, "Linnworks keeps refunds of this channel to itself.", FROM_OPTIONS)
    return cannot_tell(name, f"Linnworks does not say ({way.reason or 'no reason given'}).", measured=FROM_OPTIONS)


FROM_OPTIONS = "the refund options of one order of the channel"


# --- clocks


def clock(vendor: str, ahead: timedelta | None, overlap: timedelta) -> Check:
    """`ahead`: by how much the vendor's clock is ahead of ours; `overlap`: how far each poll reaches back."""
    name = f"clock of {vendor}"
    measured = "the Date header of its last answer"
    if ahead is None:
        return cannot_tell(name, f"{vendor} gave no Date with its answers.")
    if abs(ahead) <= SKEW_ALLOWED:
        return good(name, f"Ours and theirs differ by {_seconds(ahead)}.", measured)
    too_far = abs(ahead) >= overlap
    return Check(
        name=name,
        state=State.BROKEN if too_far else State.WARNING,
        cause=f"Our clock is {_seconds(ahead)} {'behind' if ahead > timedelta(0) else 'ahead'}.",
        consequence="Polls miss changes, and ages and windows are wrong."
        if too_far
        else "Ages and windows are wrong by as much; polls still reach back far enough.",
        remedy="Let this machine's clock be kept by NTP.",
        measured=measured,
    )


def _seconds(length: timedelta) -> str:
    seconds = round(abs(length).total_seconds())
    return f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{seconds} seconds"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _same(text: str) -> str:
    return text.strip().casefold()
