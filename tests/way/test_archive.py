"""What a night read is kept whole: it comes back the same, damage is seen, and nothing personal is in it."""

from dataclasses import replace

import pytest

from flows.way import carry_through
from returnworks.errors import LedgerError
from returnworks.rules.model import Disposition
from returnworks.rules.policy import Policy
from returnworks.rules.routes import Route
from returnworks.sandbox.rma_forms import PLANTED_ADDRESS, PLANTED_IBAN
from returnworks.work.night import gather
from returnworks.work.night.archive import FORMAT, Archived, Shown, pack, unpack


async def _archived(sandbox, returnworks, policy=None):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        bridge.policy = policy or bridge.policy
        return Archived(readings=await gather.gather(bridge), shown=Shown(title="Night 1"))


async def test_what_is_packed_comes_back_the_same(sandbox, returnworks):
    policy = Policy(
        tolerance_minor={"GBP": 2}, routes=(Route("back", Disposition.SELLABLE, restockable=True, shops=("x",)),)
    )
    archived = await _archived(sandbox, returnworks, policy)
    packed = pack(archived)
    again = unpack(packed.content, packed.sha256, FORMAT)
    assert again.readings.inputs.policy == policy
    assert again.readings.inputs.policy.version == policy.version
    assert pack(again) == packed
    assert list(again.readings.inputs.returns) == list(archived.readings.inputs.returns)


async def test_nothing_personal_is_kept(sandbox, returnworks):
    archived = await _archived(sandbox, returnworks)
    packed = pack(archived)
    text = repr(unpack(packed.content, packed.sha256, FORMAT))
    planted = [PLANTED_IBAN, *(value for value in PLANTED_ADDRESS.values() if value and len(value) > 2)]
    assert [value for value in planted if value in text] == []


async def test_damage_and_a_newer_format_are_refused(sandbox, returnworks):
    packed = pack(await _archived(sandbox, returnworks))
    short = replace(packed, content=packed.content[:-40])
    with pytest.raises(LedgerError, match="damaged"):
        unpack(short.content, packed.sha256, FORMAT)
    with pytest.raises(LedgerError, match="damaged"):
        unpack(packed.content, "0" * 64, FORMAT)
    with pytest.raises(LedgerError, match="newer program"):
        unpack(packed.content, packed.sha256, FORMAT + 1)
