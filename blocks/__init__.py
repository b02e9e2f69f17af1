"""Prefect blocks: where the secrets live when flows run under a Prefect server."""

from blocks.credentials import (
    ALERT_WEBHOOK,
    LINNWORKS_CREDENTIALS,
    RETURNGO_CREDENTIALS,
    AlertWebhook,
    LinnworksCredentialsBlock,
    ReturnGoCredentialsBlock,
)

__all__ = [
    "ALERT_WEBHOOK",
    "LINNWORKS_CREDENTIALS",
    "RETURNGO_CREDENTIALS",
    "AlertWebhook",
    "LinnworksCredentialsBlock",
    "ReturnGoCredentialsBlock",
]
