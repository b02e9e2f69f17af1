"""The vendors' credentials and the alert webhook as Prefect blocks, seeded from the environment by `setup`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from returnworks.clients.linnworks.client import LinnworksCredentials
from returnworks.clients.returngo.client import ReturnGoCredentials
from returnworks.errors import VendorUnavailable

LINNWORKS_CREDENTIALS = "linnworks-credentials"
RETURNGO_CREDENTIALS = "returngo-credentials"
ALERT_WEBHOOK = "alert-webhook"
"""The names under which flows look for their blocks."""

ALERT_SECONDS = 10.0


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
        """Post `text`, once. Raises VendorUnavailable, which does not say the address, when it was not taken."""
        try:
            address = httpx.URL(self.url.get_secret_value())
            with _unlogged(address):
                failure = await _post(address, text)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            failure = type(problem).__name__
        if failure:  # out here, so that it does not hold the library's exception, which holds the address
            raise VendorUnavailable(
                f"The alert webhook did not take the message ({failure}). Check RETURNWORKS_ALERT_WEBHOOK_URL.",
                vendor="alert webhook",
            )


async def _post(address: httpx.URL, text: str) -> str:
    """Why it was not taken; empty when it was. The answer's body is not read."""
    async with (
        httpx.AsyncClient(timeout=ALERT_SECONDS) as client,
        client.stream("POST", address, json={"text": text}) as answer,
    ):
        return "" if answer.is_success else f"status {answer.status_code}"


@contextmanager
def _unlogged(address: httpx.URL) -> Iterator[None]:
    """httpx logs the whole address of every call; the secret is in it."""

    def says_nothing(record: logging.LogRecord) -> bool:
        return str(address) not in record.getMessage()

    log = logging.getLogger("httpx")
    log.addFilter(says_nothing)
    try:
        yield
    finally:
        log.removeFilter(says_nothing)
