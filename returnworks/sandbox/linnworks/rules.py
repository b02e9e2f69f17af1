"""RulesEngine: drafts of rules for orders, with their conditions and actions. There is no way to put one live."""

from __future__ import annotations

from typing import Any

from returnworks.sandbox.arguments import (
    Args,
    flag,
    needed,
    one_of,
    optional,
    several,
    shaped,
    some_text,
    text,
    whole,
    whole_in_query,
)
from returnworks.sandbox.linnworks.surface import Method, Shape, without_nones
from returnworks.sandbox.refusals import Refusal
from returnworks.sandbox.rulebook import Condition, Rule
from returnworks.sandbox.world import World

TYPE = one_of("Test", "Orders")
FOLDER = {
    "DisplayName": "Assign to folder",
    "Value": "AssignToFolder",
    "Properties": [{"DisplayName": "Folder", "Key": "folder", "DisplayType": "Dropdown", "Editable": True}],
}
IDENTIFIER = {
    "Name": "Order identifier",
    "FieldName": "OrderIdentifier",
    "FieldGroup": "Order",
    "IsASet": True,
    "ValidEvaluatorGroups": ["Set"],
    "HasKeyOptions": False,
    "HasOptions": True,
    "DisplayType": "Dropdown",
}


def _rule(world: World, rule_id: int) -> Rule:
    if rule_id not in world.rulebook.rules:
        raise Refusal(400, "Rule not found.")
    return world.rulebook.rules[rule_id]


def _header(rule: Rule) -> dict[str, Any]:
    return {
        "pkRuleId": rule.rule_id,
        "RuleName": rule.name,
        "RuleType": "Orders",
        "Enabled": not rule.draft,
        "RunOrder": rule.rule_id,
        "Draft": rule.draft,
        "RuleTypeDisplayName": "Orders",
    }


def _node(rule: Rule, condition: Condition) -> dict[str, Any]:
    return without_nones(
        {
            "pkConditionId": condition.condition_id,
            "fkRuleId": rule.rule_id,
            "RunOrder": 1,
            "Enabled": True,
            "ConditionName": condition.name,
            "Action": condition.action,
            "Subrules": [],
        }
    )


def get_rules_by_type(world: World, args: Args) -> Any:
    return [_header(rule) for rule in world.rulebook.rules.values()] if args["type"] == "Orders" else []


def get_rule_condition_nodes(world: World, args: Args) -> Any:
    """Nodes with their actions; the comparisons are left out, as documented."""
    rule = _rule(world, args["pkRuleId"])
    return [_node(rule, condition) for condition in rule.conditions]


def get_evaluation_fields(_: World, args: Args) -> Any:
    return [IDENTIFIER] if args["type"] == "Orders" else []


def get_action_types(_: World, args: Args) -> Any:
    return [FOLDER] if args["type"] == "Orders" else []


def create_new_draft(world: World, args: Args) -> Any:
    return _header(world.rulebook.draft(args["ruleName"]))


def create_new_condition(world: World, args: Args) -> Any:
    given = args["header"]
    rule = _rule(world, given["fkRuleId"])
    if not rule.draft:
        raise Refusal(400, "Only a draft can be changed.")
    condition = Condition(world.rulebook.next_condition(), given["ConditionName"], given["Conditions"])
    rule.conditions.append(condition)
    return _node(rule, condition)


def add_action(world: World, args: Args) -> Any:
    """One action per leaf."""
    condition = world.rulebook.condition(args["fkConditionId"])
    if condition is None or condition.action is not None:
        raise Refusal(400, "The condition does not exist or has an action.")
    action = {"pkActionId": condition.condition_id, **{name: args[name] for name in args}}
    condition.action = action
    return action


ITEM = {
    "FieldName": needed(some_text),
    "Evaluation": needed(some_text),
    "Values": needed(several(text)),
    "KeyValue": optional(text),
}
HEADER = {
    "fkRuleId": needed(whole),
    "ConditionName": needed(some_text),
    "Enabled": needed(flag),
    "Conditions": needed(several(shaped(ITEM))),
    "fkParentConditionId": optional(whole),
}
PROPERTY = {"DisplayName": needed(some_text), "Value": needed(text), "PropertyGroupId": optional(whole)}
ACTION = {
    "fkConditionId": needed(whole),
    "ActionName": needed(some_text),
    "ActionType": needed(one_of("AssignToFolder")),
    "Properties": needed(several(shaped(PROPERTY))),
}
OF_TYPE = {"type": needed(TYPE)}

METHODS = (
    Method("RulesEngine/GetRulesByType", get_rules_by_type, takes=OF_TYPE),
    Method("RulesEngine/GetRuleConditionNodes", get_rule_condition_nodes, takes={"pkRuleId": needed(whole_in_query)}),
    Method("RulesEngine/GetEvaluationFields", get_evaluation_fields, takes=OF_TYPE),
    Method("RulesEngine/GetActionTypes", get_action_types, takes=OF_TYPE),
    Method(
        "RulesEngine/CreateNewDraft",
        create_new_draft,
        Shape.FLAT,
        {"ruleName": needed(some_text), "type": needed(TYPE)},
        writes=True,
    ),
    Method(
        "RulesEngine/CreateNewCondition",
        create_new_condition,
        Shape.FLAT,
        {"header": needed(shaped(HEADER))},
        writes=True,
    ),
    Method("RulesEngine/AddAction", add_action, Shape.BARE, ACTION, writes=True),
)
