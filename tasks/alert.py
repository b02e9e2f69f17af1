"""Telling people that a night found something, where an alert webhook is set up."""

from __future__ import annotations

from prefect.logging import get_run_logger

from returnworks.errors import VendorUnavailable
from returnworks.work.night.file import IN_ORDER, Filed
from tasks.bridge import find_block
from tasks.step import step


@step("alert")
async def alert(filed: Filed) -> bool:
    """Post one sentence to the `alert-webhook` block, where it exists and the night is not in order.

    False when nobody was told. An address that does not answer fails no night: the run's log says so.
    """
    if filed.verdict == IN_ORDER:
        return False
    from blocks import ALERT_WEBHOOK, AlertWebhook

    webhook = await find_block(AlertWebhook, ALERT_WEBHOOK)
    if webhook is None:
        return False
    try:
        await webhook.notify(sentence(filed))
    except VendorUnavailable as deaf:
        get_run_logger().error("%s The night itself is published.", deaf)
        return False
    return True


def sentence(filed: Filed) -> str:
    """What the night found, by owner; codes and counts only."""
    owners: dict[str, int] = {}
    for item in filed.open_items:
        owners[str(item.owner)] = owners.get(str(item.owner), 0) + 1
    shares = ", ".join(f"{owner} {count}" for owner, count in sorted(owners.items()))
    opened = len(filed.opened) + len(filed.reopened)
    return (
        f"Returnworks night {filed.night_id}: {filed.verdict}; {opened} new, {len(filed.open_items)} open ({shares})."
    )
