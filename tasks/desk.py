"""The exceptions desk's steps: what people ask for in the form, the news for chat, the week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from prefect.logging import get_run_logger

from blocks import ALERT_WEBHOOK, AlertWebhook
from returnworks.errors import ReturnworksError, VendorUnavailable
from returnworks.ledger import Ledger
from returnworks.work.bridge import Bridge
from returnworks.work.desk import digest, review
from tasks.bridge import find_block
from tasks.step import step

Deed = Callable[[Ledger, int, datetime], object]
"""What is done to one exception, by its id."""


@step("act at the exceptions desk")
async def act(bridge: Bridge, exception_ids: Sequence[int], deed: Deed) -> dict[int, str]:
    """Do it to each; those of which it could not be done, and why. One that cannot keeps no other from it."""
    refused: dict[int, str] = {}
    for exception_id in exception_ids:
        try:
            deed(bridge.ledger, exception_id, bridge.now())
        except ReturnworksError as no:
            refused[exception_id] = str(no)
    return refused


@step("write down which waivers ended")
async def end_waivers(bridge: Bridge) -> int:
    """How many rest no longer."""
    return len(bridge.ledger.end_waivers(bridge.now()))


@step("tell the desk's news")
async def tell_news(bridge: Bridge) -> str:
    """Post the news to the `alert-webhook` block and remember that it was told; "" when there was nothing to tell.

    Without the block, or when it does not take the message, the news stays news for the next time: being told
    late, or twice after a broken run, is better than never.
    """
    news = digest.make_digest(bridge.ledger, bridge.policy, bridge.now())
    text = news.text()
    if text and await _taken(text):
        digest.digest_told(bridge.ledger, news)
    return text


@step("look back at the desk's week")
async def look_back(bridge: Bridge) -> review.Review:
    """The week that ends now; reads only."""
    return review.make_review(bridge.ledger, bridge.policy, bridge.now())


@step("publish the digest")
async def publish_digest(text: str) -> None:
    """The same lines as chat gets, as an artifact."""
    from prefect.artifacts import acreate_markdown_artifact

    lines = "\n".join(f"- {line}" for line in text.splitlines())
    await acreate_markdown_artifact(markdown=lines, key="exception-digest", description="New at the exceptions desk")


@step("publish the week")
async def publish_review(made: review.Review) -> None:
    """The review in words, and its trend as a table."""
    from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

    said = "ties out" if made.week.ties_out else "does NOT tie out"
    await acreate_markdown_artifact(markdown=review.as_markdown(made), key="weekly-review", description=said)
    await acreate_table_artifact(table=review.trend_rows(made), key="weekly-trend", description="New and reopened")


async def _taken(text: str) -> bool:
    webhook = await find_block(AlertWebhook, ALERT_WEBHOOK)
    if webhook is None:
        get_run_logger().info("No alert-webhook block is set up, so the news was told to nobody.")
        return False
    try:
        await webhook.notify(text)
    except VendorUnavailable as deaf:
        get_run_logger().error("%s The news is told next time.", deaf)
        return False
    return True
