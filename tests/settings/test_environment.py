"""The environment: what is read, what is missed, what never shows."""

import pytest

from returnworks.errors import ConfigError
from returnworks.settings import read_environment

WHOLE = {
    "RETURNWORKS_LINNWORKS_APPLICATION_ID": "app",
    "RETURNWORKS_LINNWORKS_APPLICATION_SECRET": "hush-hush",
    "RETURNWORKS_LINNWORKS_TOKEN": "tok",
    "RETURNWORKS_RETURNGO_API_KEY": "key",
    "RETURNWORKS_RETURNGO_SHOP": "example.myshopify.com",
}


def test_a_whole_environment_satisfies():
    environment, warnings = read_environment(WHOLE)
    environment.require_vendors()
    assert warnings == ()


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_every_missing_credential_is_named(missing):
    environment, _ = read_environment({k: v for k, v in WHOLE.items() if k != missing})
    with pytest.raises(ConfigError, match=missing):
        environment.require_vendors()


def test_a_misspelt_variable_is_pointed_out():
    _, warnings = read_environment(WHOLE | {"RETURNWORKS_RETURNGO_SHOPP": "x"})
    assert "RETURNWORKS_RETURNGO_SHOP?" in warnings[0]


@pytest.mark.parametrize("address", ["api.linnworks.net", "ftp://x", "http://example.com"])
def test_an_address_that_cannot_be_or_is_not_safe_is_refused(address):
    with pytest.raises(ConfigError, match="RETURNWORKS_LINNWORKS_AUTH_URL"):
        read_environment({"RETURNWORKS_LINNWORKS_AUTH_URL": address})


def test_plain_http_is_for_loopback():
    environment, _ = read_environment({"RETURNWORKS_RETURNGO_URL": "http://127.0.0.1:8701"})
    assert environment.returngo_url == "http://127.0.0.1:8701"


def test_secrets_do_not_show_in_a_repr():
    environment, _ = read_environment(WHOLE | {"RETURNWORKS_DATABASE_URL": "postgresql://me:hidden@db/x"})
    assert "hush-hush" not in repr(environment)
    assert "hidden" not in repr(environment) + environment.ledger_place
