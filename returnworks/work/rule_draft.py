"""A routing rule for exchange orders in Linnworks' rules engine: made as a draft, for a person to put live.

It says: an order that bears the exchange identifier goes into the exchange folder. Returnworks itself puts exchange
orders there; the rule is for accounts that also run their rules by hand or by other programs.
"""

from __future__ import annotations

from returnworks.clients.linnworks.rules_engine import Condition, Field, Rule
from returnworks.work.bridge import Bridge

NAME = "Returnworks: exchange orders"
CONDITION = "is an exchange"
ACTION = "into its folder"

EVALUATIONS = {"Set": "InSet", "BasicEquality": "Equals", "StringEquality": "Equals"}
"""The comparison to use, by the kind that a field takes (documented names; which kind a field has is the account's)."""


async def make_rule_draft(bridge: Bridge) -> str:
    """What was made, or why nothing was, in a sentence. Looked for before it is made; what is half made is finished."""
    engine = bridge.linnworks.rules_engine
    there = next((rule for rule in await engine.rules() if rule.name == NAME), None)
    if there is not None and not there.draft:
        return f"The rule {NAME!r} is live already; nothing was changed."
    field, folder = _identifier_field(await engine.fields()), await engine.folder_property()
    if field is None or folder is None:
        return "This account's rules know no identifiers or no folders, so no draft was made; see docs/exchanges.md."
    made = there or await engine.draft(NAME)
    condition = await _condition(bridge, made, field)
    if not condition.has_action:
        await engine.put_into_folder(condition.condition_id, ACTION, folder, bridge.policy.exchange_folder)
    elif there is not None:
        return f"The draft {NAME!r} is there already; put it live in Linnworks when you like it."
    return f"The draft {NAME!r} is made; look at it in Linnworks and put it live there."


async def _condition(bridge: Bridge, rule: Rule, field: Field) -> Condition:
    engine = bridge.linnworks.rules_engine
    there = next((each for each in await engine.conditions(rule.rule_id) if each.name == CONDITION), None)
    evaluation = next(EVALUATIONS[group] for group in field.groups if group in EVALUATIONS)
    return there or await engine.add_condition(rule.rule_id, CONDITION, field, evaluation, bridge.policy.exchange_tag)


def _identifier_field(fields: tuple[Field, ...]) -> Field | None:
    """The field that is an order's identifiers; the names are the account's, so it is known by the word."""
    return next(
        (
            field
            for field in fields
            if "identifier" in f"{field.name} {field.label}".casefold()
            and not field.needs_key
            and set(field.groups) & EVALUATIONS.keys()
        ),
        None,
    )
