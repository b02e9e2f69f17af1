"""What a Prefect server needs once: our block types and the blocks themselves, seeded from the environment."""

from __future__ import annotations

from prefect.blocks.core import Block

from blocks import (
    ALERT_WEBHOOK,
    LINNWORKS_CREDENTIALS,
    RETURNGO_CREDENTIALS,
    AlertWebhook,
    LinnworksCredentialsBlock,
    ReturnGoCredentialsBlock,
)
from returnworks.settings import Environment


async def register_blocks(environment: Environment) -> list[str]:
    """Save the vendors' credentials, and the alert webhook where one is set; the names saved. Repeatable."""
    wanted: list[tuple[str, Block]] = [
        (
            LINNWORKS_CREDENTIALS,
            LinnworksCredentialsBlock(
                auth_url=environment.linnworks_auth_url,
                application_id=environment.linnworks_application_id,
                application_secret=environment.linnworks_application_secret,
                token=environment.linnworks_token,
            ),
        ),
        (
            RETURNGO_CREDENTIALS,
            ReturnGoCredentialsBlock(
                url=environment.returngo_url, api_key=environment.returngo_api_key, shop=environment.returngo_shop
            ),
        ),
    ]
    if environment.alert_webhook_url.get_secret_value():
        wanted.append((ALERT_WEBHOOK, AlertWebhook(url=environment.alert_webhook_url)))
    for name, block in wanted:
        saved = block.save(name, overwrite=True)
        if hasattr(saved, "__await__"):
            await saved
    return [name for name, _ in wanted]
