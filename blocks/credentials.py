"""The vendors' credentials and the alert webhook as Prefect blocks, seeded from the environment by `setup`."""

from __future__ import annotations

import httpx
from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from returnworks.clients.linnworks.client import LinnworksCredentials
from returnworks.clients.returngo.client import ReturnGoCredentials

LINNWORKS_CREDENTIALS = "linnworks-credentials"
RETURNGO_CREDENTIALS = "returngo-credentials"
ALERT_WEBHOOK = "alert-webhook"
"""The names under which flows look for their blocks."""


class LinnworksCredentialsBlock(Block):
    """A Linnworks application and its installation token, of the kind System Integration."""

    _block_type_name = "Linnworks credentials"
    _block_type_slug = "linnworks-credentials"

    auth_url: str = Field(default="https://api.linnworks.net", description="Where sessions are opened.")
    application_id: SecretStr = Field(description="ApplicationId of the Linnworks application.")
    application_secret: SecretStr = Field(description="ApplicationSecret of the Linnworks application.")
    token: SecretStr = Field(description="The token of its installation on the account.")

    def credentials(self) -> LinnworksCredentials:
        return LinnworksCredentials(
            auth_url=self.auth_url,
            application_id=self.application_id,
            application_secret=self.application_secret,
            token=self.token,
        )


class ReturnGoCredentialsBlock(Block):
    """A ReturnGO API key and the shop that it is used for."""

    _block_type_name = "ReturnGO credentials"
    _block_type_slug = "returngo-credentials"

    url: str = Field(default="https://api.returngo.ai", description="Where the API answers.")
    api_key: SecretStr = Field(description="Settings > Integrations > API in the ReturnGO dashboard.")
    shop: str = Field(description="The permanent myshopify domain, e.g. example.myshopify.com.")

    def credentials(self) -> ReturnGoCredentials:
        return ReturnGoCredentials(url=self.url, api_key=self.api_key, shop=self.shop)


class AlertWebhook(Block):
    """Where a failed check says so: a JSON body `{"text": ...}` is posted, as chat tools take it."""

    _block_type_name = "Returnworks alert webhook"
    _block_type_slug = "returnworks-alert-webhook"

    url: SecretStr = Field(description="The address; it usually holds a secret, so it is stored as one.")

    async def notify(self, text: str) -> None:
        """Post `text`; raises httpx.HTTPError when it could not be delivered."""
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.post(self.url.get_secret_value(), json={"text": text})
            answer.raise_for_status()
