"""The ledger's own signs of life: an alarm opens when they stop and closes when they come again."""

from __future__ import annotations

from datetime import timedelta

from returnworks.ledger.watermarks import HEARD
from returnworks.rules.lifecycle import stage_of
from returnworks.work import intake, silence
from tests.reconcile.close.faces import rma


async def test_an_alarm_opens_when_polls_stop_and_closes_when_they_come_again(returnworks):
    async with returnworks.bridge() as bridge:
        bridge.ledger.set_watermark(intake.POLL, bridge.now() - timedelta(hours=4))
        assert [item.code for item in silence.watch(bridge).opened] == ["silence_poll"]
        await intake.poll_changes(bridge)
        silence.watch(bridge)
        assert bridge.ledger.exceptions() == []


async def test_signals_are_read_from_what_was_learned_and_named(returnworks):
    async with returnworks.bridge() as bridge:
        now = bridge.now()
        bridge.ledger.remember_returns([(rma("90000004"), stage_of(rma()))], now - timedelta(hours=2))
        bridge.ledger.remember_returns([(rma("90000005"), stage_of(rma()))], now - timedelta(hours=1))
        bridge.ledger.enqueue(["90000004"], "webhook", now)
        bridge.ledger.set_watermark(HEARD, now)
        heard = silence.signals(bridge)
    assert heard.changes == [now - timedelta(hours=1), now - timedelta(hours=2)]
    assert heard.webhooks == [now]
    assert heard.ids == [90000005, 90000004]
    assert heard.polled is None
