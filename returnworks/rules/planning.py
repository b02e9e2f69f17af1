"""What one return should cause in Linnworks now: goods, money and exchanges, each on its own."""

from __future__ import annotations

from datetime import datetime

from returnworks.rules.context import OrderContext
from returnworks.rules.crediting import plan_credits
from returnworks.rules.doubts import joined
from returnworks.rules.exchanges import plan_exchanges
from returnworks.rules.lifecycle import stage_of
from returnworks.rules.model import Plan, Return
from returnworks.rules.policy import Policy
from returnworks.rules.restocks import plan_restocks

__all__ = ["OrderContext", "plan"]

_PARTS = (plan_restocks, plan_credits, plan_exchanges)


def plan(ret: Return, context: OrderContext, policy: Policy, now: datetime) -> Plan:
    """The postings that are due and not covered yet, what holds the others, and what was left alone and why.

    Goods do not wait for money nor money for goods. What is wrong with one line, refund or exchange holds only
    that one. The plan does not depend on the order of lines or transactions, and the same facts always give the
    same references.
    """
    whole = joined(part(ret, context, policy, now) for part in _PARTS)
    return Plan(
        return_id=ret.return_id,
        stage=stage_of(ret),
        postings=whole.postings,
        findings=whole.findings,
        notes=whole.notes,
        waits=whole.waits,
        again_at=whole.again_at,
        liabilities=whole.liabilities,
    )
