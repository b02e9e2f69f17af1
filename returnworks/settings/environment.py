"""The environment, prefix `RETURNWORKS_`: where things are and the secrets that the CLI uses."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from returnworks.errors import ConfigError

PREFIX = "RETURNWORKS_"
ELSEWHERE = frozenset({"CONTRACTS", "SAMPLE_DATA", "TORTURE_PROFILE"})
"""Read by the tests, not by the program."""


class Environment(BaseModel):
    """Everything that is read from the environment; nothing else in the program looks at it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path(".returnworks")
    """Where the ledger, the reports and the demo's Prefect server live."""
    database_url: SecretStr = SecretStr("")
    """Empty: SQLite inside `home`. It may hold a password, so it is kept as a secret."""
    config: Path | None = None
    """`returnworks.toml`; by default the one in the current folder, where there is one."""
    linnworks_auth_url: str = "https://api.linnworks.net"
    linnworks_application_id: SecretStr = SecretStr("")
    linnworks_application_secret: SecretStr = SecretStr("")
    linnworks_token: SecretStr = SecretStr("")
    returngo_url: str = "https://api.returngo.ai"
    returngo_api_key: SecretStr = SecretStr("")
    returngo_shop: str = ""
    webhook_token: SecretStr = SecretStr("")
    actor: str = ""
    """Who decides at the command line, where `--by` does not say it; by default the account's name."""
    alert_webhook_url: SecretStr = SecretStr("")
    """Where alerts are posted; it often holds a secret, so it is kept as one."""

    @property
    def ledger_url(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite:///{self.home.resolve() / 'ledger.sqlite3'}"

    @property
    def ledger_place(self) -> str:
        """Where the ledger is, without user names and passwords."""
        scheme, found, rest = self.ledger_url.partition("://")
        if not found:
            return "at an address that cannot be read"
        if not scheme.startswith("sqlite"):
            rest = rest.rpartition("@")[2].partition("?")[0]
        return f"{scheme}://{rest}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set, longest first, for whoever must keep them out of a text."""
        kept = [value for name in type(self).model_fields if isinstance(value := getattr(self, name), SecretStr)]
        return tuple(sorted((s for secret in kept if (s := secret.get_secret_value())), key=len, reverse=True))

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    def missing(self, *fields: str) -> list[str]:
        """The variables among `fields` that are not set, as a person would set them."""
        return [PREFIX + name.upper() for name in fields if not _plain(getattr(self, name))]

    def require_vendors(self) -> None:
        """Raise ConfigError naming every vendor variable that is missing."""
        names = self.missing(
            "linnworks_application_id",
            "linnworks_application_secret",
            "linnworks_token",
            "returngo_api_key",
            "returngo_shop",
        )
        if names:
            raise ConfigError(
                f"Not set: {', '.join(names)}.",
                "Set them in the environment, or run `returnworks demo` to see it work without accounts.",
            )


def read_environment(source: Mapping[str, str] | None = None) -> tuple[Environment, tuple[str, ...]]:
    """The environment as values, and warnings about variables with our prefix that nobody reads."""
    variables = os.environ if source is None else source
    given = {key[len(PREFIX) :]: value for key, value in variables.items() if key.startswith(PREFIX)}
    known = {name.upper() for name in Environment.model_fields}
    values = {key.lower(): value.strip() for key, value in given.items() if key in known and value.strip()}
    environment = Environment.model_validate(values)
    for name in ("linnworks_auth_url", "returngo_url"):
        _check_address(name, getattr(environment, name))
    return environment, tuple(_unread(key, known) for key in sorted(given.keys() - known - ELSEWHERE))


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


def _check_address(name: str, address: str) -> None:
    parts = urlsplit(address)
    variable = PREFIX + name.upper()
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{variable} is {address!r}, which is not a web address.", "Write it like https://host.")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ConfigError(
            f"{variable} is {address!r}: keys would travel unencrypted.", "Use https; plain http is for loopback only."
        )


def _unread(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f" Did you mean {PREFIX}{near[0]}?" if near else ""
    return f"{PREFIX}{key} is set but nothing reads it.{hint}"
