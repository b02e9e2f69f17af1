"""What `doctor` looks at: each check says what is so and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from returnworks.work.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: Literal["good", "warning", "broken"]
    text: str


async def check_returngo(bridge: Bridge) -> list[Check]:
    """The key and the shop are accepted. Costs one of the day's calls."""
    async for page in bridge.returngo.changed_since(bridge.now()):
        del page
        break
    return [Check("ReturnGO", "good", f"{bridge.environment.returngo_url} accepts the key for the shop")]


async def check_linnworks(bridge: Bridge) -> list[Check]:
    """The application and its token open a session."""
    return [Check("Linnworks", "good", f"session opened; calls go to {await bridge.linnworks.authorise()}")]


async def check_locations(bridge: Bridge) -> list[Check]:
    """Every location that the policy names exists and can take returned goods."""
    by_name = {location.name.casefold(): location for location in await bridge.locations()}
    checks = []
    for name in dict.fromkeys(bridge.policy.location_keys().values()):
        location = by_name.get(name.casefold())
        if location is None:
            text = f"Linnworks has no location {name!r}: lines that need it are held. Make it, or change the policy."
            checks.append(Check(f"location {name}", "warning", text))
        elif location.fulfilment_centre or location.warehouse_managed:
            kind = "a fulfilment centre" if location.fulfilment_centre else "warehouse-managed"
            text = f"{name} is {kind}: goods cannot be booked back there, lines that need it are held."
            checks.append(Check(f"location {name}", "warning", text))
        else:
            checks.append(Check(f"location {name}", "good", "exists"))
    return checks


async def check_marks(bridge: Bridge) -> list[Check]:
    """The exchange identifier and folder exist; otherwise they are made on first use."""
    tag, folder = bridge.policy.exchange_tag, bridge.policy.exchange_folder
    has_tag = tag in await bridge.linnworks.identifiers()
    has_folder = folder in await bridge.linnworks.folders()
    later = "is made by `setup` or on first use"
    return [
        Check(f"identifier {tag}", "good", "exists" if has_tag else later),
        Check(f"folder {folder}", "good", "exists" if has_folder else later),
    ]
