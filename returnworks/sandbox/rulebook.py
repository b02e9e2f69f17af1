"""Linnworks' rules for orders. They are kept and never run: the sandbox plays their making only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Condition:
    condition_id: int
    name: str
    items: list[dict[str, Any]]
    action: dict[str, Any] | None = None


@dataclass(slots=True)
class Rule:
    rule_id: int
    name: str
    draft: bool = True
    conditions: list[Condition] = field(default_factory=list)


class RuleBook:
    def __init__(self) -> None:
        self.rules: dict[int, Rule] = {}

    def draft(self, name: str) -> Rule:
        """A new draft; the same name twice makes two."""
        number = len(self.rules) + 1
        self.rules[number] = Rule(number, name)
        return self.rules[number]

    def condition(self, condition_id: int) -> Condition | None:
        every = (condition for rule in self.rules.values() for condition in rule.conditions)
        return next((condition for condition in every if condition.condition_id == condition_id), None)

    def next_condition(self) -> int:
        return sum(len(rule.conditions) for rule in self.rules.values()) + 1
