"""What Linnworks says about a policy: do its places and return categories exist? Reads only."""

from __future__ import annotations

from returnworks.clients.linnworks.client import Linnworks
from returnworks.rules.policy import Policy
from returnworks.rules.problems import Problem
from returnworks.rules.soundness import unknown_categories, unknown_locations


async def check_online(linnworks: Linnworks, policy: Policy) -> tuple[Problem, ...]:
    """At most two calls: the locations, and the return categories where a route names one."""
    locations = await linnworks.locations()
    named = any(route.category for route in policy.routes)
    categories = await linnworks.return_categories() if named else ()
    return (*unknown_locations(policy, locations), *unknown_categories(policy, categories))
