"""Linnworks' rules engine, as far as a draft for a person needs it. Nothing here puts a rule live or switches one on.

Raises what `client.py` says of reads and writes. The documents name the shapes; what a field or a property is called
is the account's own affair and is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from returnworks.clients.linnworks import wire
from returnworks.clients.linnworks.session import Session

ORDERS = {"type": "Orders"}
TO_FOLDER = "AssignToFolder"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for orders: live, or a draft that does nothing."""

    rule_id: int
    name: str
    draft: bool


@dataclass(frozen=True, slots=True)
class Condition:
    condition_id: int
    name: str
    has_action: bool


@dataclass(frozen=True, slots=True)
class Field:
    """What a condition can look at. `groups` are the kinds of comparison that it takes."""

    name: str
    label: str
    groups: tuple[str, ...]
    needs_key: bool


class RulesEngine:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def rules(self) -> tuple[Rule, ...]:
        """Rules for orders, live ones and drafts."""
        return tuple(_rule(row) for row in await self._session.ask(wire.RULES, query=ORDERS))

    async def conditions(self, rule_id: int) -> tuple[Condition, ...]:
        rows = await self._session.ask(wire.RULE_CONDITIONS, query={"pkRuleId": str(rule_id)})
        return tuple(Condition(row.condition_id, row.condition_name, row.action is not None) for row in rows)

    async def fields(self) -> tuple[Field, ...]:
        """What this account's rules for orders can look at."""
        rows = await self._session.ask(wire.RULE_FIELDS, query=ORDERS)
        return tuple(
            Field(row.field_name, row.name, row.valid_evaluator_groups, bool(row.has_key_options)) for row in rows
        )

    async def folder_property(self) -> str | None:
        """What the action that puts orders into a folder calls the folder's name; None where it has no such thing."""
        actions = await self._session.ask(wire.RULE_ACTIONS, query=ORDERS)
        found = next((action for action in actions if action.value == TO_FOLDER), None)
        return found.properties[0].display_name if found and found.properties else None

    async def draft(self, name: str) -> Rule:
        """Make a draft. Not repeatable: look at `rules` first. BadAnswer where Linnworks made something else."""
        request = wire.NewRuleDraft(rule_name=name, type="Orders")
        made = _rule(await self._session.ask(wire.NEW_RULE_DRAFT, body=request.body(), reference=name))
        if not made.draft:
            raise self._session.bad_answer(wire.NEW_RULE_DRAFT, "it does not say that the rule is a draft")
        return made

    async def add_condition(self, rule_id: int, name: str, field: Field, evaluation: str, value: str) -> Condition:
        """Add a condition with one comparison to a draft. Not repeatable: look at `conditions` first."""
        item = wire.NewConditionItem(field_name=field.name, evaluation=evaluation, values=[value])
        header = wire.NewConditionHeader(rule_id=rule_id, condition_name=name, enabled=True, conditions=[item])
        request = wire.NewCondition(header=header)
        made = await self._session.ask(wire.NEW_CONDITION, body=request.body(), reference=name)
        return Condition(made.condition_id, made.condition_name, made.action is not None)

    async def put_into_folder(self, condition_id: int, name: str, folder_property: str, folder: str) -> None:
        """What happens where the condition holds: the order goes into `folder`. Not repeatable."""
        what = wire.NewActionProperty(display_name=folder_property, value=folder)
        request = wire.NewAction(condition_id=condition_id, action_name=name, action_type=TO_FOLDER, properties=[what])
        await self._session.do(wire.ADD_ACTION, request.body(), name)


def _rule(row: wire.RuleHeader) -> Rule:
    """A draft of a live rule has an id of its own (documented); a new one has only that (assumed)."""
    return Rule(row.rule_id or row.draft_id or 0, row.rule_name, bool(row.draft))
