"""The alert webhook's address is a secret: it is posted to, and otherwise nowhere."""

from __future__ import annotations

import logging
import traceback

import pytest

from blocks import AlertWebhook
from returnworks.errors import VendorUnavailable
from tests.clients.vendor import Reply, Reset, running

PATH = "/services/T0PLANTED/B0PLANTED/planted-alert-secret"


@pytest.mark.parametrize(
    ("act", "said"), [(Reply(status=404), "status 404"), (Reply(status=302), "status 302"), (Reset(), "Error")]
)
async def test_an_alert_that_is_not_taken_says_so_without_its_address(act, said, caplog):
    caplog.set_level(logging.DEBUG)
    async with running() as chat:
        chat.tell(PATH, act)
        with pytest.raises(VendorUnavailable, match=said) as failed:
            await AlertWebhook(url=chat.url + PATH).notify("3 differences")
    left = caplog.text + "".join(traceback.format_exception(failed.value))
    assert "planted-alert-secret" not in left


async def test_an_alert_is_posted_once_as_chat_tools_take_it(caplog):
    caplog.set_level(logging.DEBUG)
    async with running() as chat:
        chat.tell(PATH, Reply({}))
        await AlertWebhook(url=chat.url + PATH).notify("3 differences")
        assert [(seen.verb, seen.body) for seen in chat.seen] == [("POST", {"text": "3 differences"})]
    assert "planted-alert-secret" not in caplog.text


async def test_an_address_that_is_none_is_refused_without_saying_it():
    with pytest.raises(VendorUnavailable) as failed:
        await AlertWebhook(url=PATH).notify("3 differences")
    assert "planted-alert-secret" not in "".join(traceback.format_exception(failed.value))
