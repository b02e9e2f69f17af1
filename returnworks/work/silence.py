"""Listening: whether changes, webhooks and polls still come as they use to."""

from __future__ import annotations

from datetime import datetime, timedelta

from returnworks.ledger import ExceptionChanges
from returnworks.ledger.watermarks import HEARD
from returnworks.rules.codes import SILENCE_CODES
from returnworks.rules.silence import Signals, listen
from returnworks.work.bridge import Bridge
from returnworks.work.intake import POLL

MEMORY = timedelta(days=28)
"""How far back a habit is looked for: four weeks have every weekday four times."""
MOST = 2000
"""Changes, webhooks or ids that are looked at."""


def signals(bridge: Bridge) -> Signals:
    """What was heard lately, from the ledger."""
    now, since = bridge.now(), bridge.now() - MEMORY
    ids = bridge.ledger.newest_returns(MOST)
    return Signals(
        now=now,
        changes=bridge.ledger.changes_learned(since, MOST),
        webhooks=_webhooks(bridge, since),
        polled=bridge.ledger.watermark(POLL),
        ids=[int(return_id) for return_id in ids if return_id.isdecimal()],
    )


def _webhooks(bridge: Bridge, since: datetime) -> list[datetime]:
    """When they came. A shop that has none is not searched for any: its inbox is long."""
    heard = bridge.ledger.watermark(HEARD)
    return bridge.ledger.named_at("webhook", since, MOST) if heard and heard >= since else []


def watch(bridge: Bridge) -> ExceptionChanges:
    """Raise an exception for each alarm, and close those that something was heard of again."""
    now = bridge.now()
    found = listen(signals(bridge), bridge.policy.silence)
    changes = bridge.ledger.see_exceptions(found, now)
    seen = [(alarm.code, alarm.subject) for alarm in found]
    bridge.ledger.close_absent(SILENCE_CODES, seen, "it was heard of again", now)
    return changes
