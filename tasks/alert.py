"""Telling people that a night found something, where an alert webhook is set up."""

from __future__ import annotations

from returnworks.work.night.file import IN_ORDER, Filed
from tasks.bridge import find_block
from tasks.step import step


@step("alert")
async def alert(filed: Filed) -> bool:
    """Post one sentence to the `alert-webhook` block, where it exists and the night is not in order."""
    if filed.verdict == IN_ORDER:
        return False
    from blocks import ALERT_WEBHOOK, AlertWebhook

    webhook = await find_block(AlertWebhook, ALERT_WEBHOOK)
    if webhook is None:
        return False
    await webhook.notify(sentence(filed))
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
