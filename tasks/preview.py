"""What would be posted, without posting it."""

from __future__ import annotations

from collections.abc import Sequence

from returnworks.work.bridge import Bridge
from returnworks.work.planning import plans_for
from tasks.step import step


@step("decide without writing")
async def preview(bridge: Bridge, return_ids: Sequence[str]) -> dict[str, list[str]]:
    """For each return, the references that a run would post now."""
    returns = [await bridge.returngo.get_return(return_id) for return_id in return_ids]
    plans = await plans_for(bridge, returns)
    return {made.return_id: [posting.reference for posting in made.postings] for made in plans.values()}
