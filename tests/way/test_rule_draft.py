"""The routing rule for exchanges: a draft, made once, for a person to put live."""

from __future__ import annotations

import pytest

from returnworks.errors import OutcomeUnknown
from returnworks.work.rule_draft import NAME, make_rule_draft


async def made(returnworks):
    async with returnworks.bridge() as bridge:
        return await make_rule_draft(bridge)


WHOLE = [
    {
        "name": NAME,
        "draft": True,
        "conditions": [
            {
                "name": "is an exchange",
                "items": [{"FieldName": "OrderIdentifier", "Evaluation": "InSet", "Values": ["RETURNGO_EXCHANGE"]}],
                "action": {
                    "pkActionId": 1,
                    "fkConditionId": 1,
                    "ActionName": "into its folder",
                    "ActionType": "AssignToFolder",
                    "Properties": [{"DisplayName": "Folder", "Value": "Exchanges"}],
                },
            }
        ],
    }
]


async def test_a_draft_is_made_once_and_stays_a_draft(sandbox, returnworks):
    assert "is made" in await made(returnworks)
    assert "is there already" in await made(returnworks)
    assert sandbox.books()["rules"] == WHOLE


@pytest.mark.parametrize("method", ["CreateNewDraft", "CreateNewCondition", "AddAction"])
async def test_what_was_left_half_made_is_finished_and_not_made_again(sandbox, returnworks, method):
    sandbox.fault("drop_after", f"*{method}", vendor="linnworks", count=1)
    with pytest.raises(OutcomeUnknown):
        await made(returnworks)
    await made(returnworks)
    assert sandbox.books()["rules"] == WHOLE
