"""Did a story end as told? Asked of the sandbox's own books and of what the desk says; none of our rules has a say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from returnworks.cli.demo.judge import EXCHANGE_TAG, Books, Verdict
from returnworks.sandbox.stories import Expected

Desk = Sequence[Mapping[str, Any]]
"""The desk's exceptions as `exceptions list --all --json` gives them."""


def verdicts(expected: Expected, books: Books, desk: Desk) -> Iterator[Verdict]:
    """Everything that must be so, one by one."""
    yield _goods(expected, books)
    yield _credits(expected, books)
    yield Verdict("nobody was paid a second time", not books["payouts"], f"{len(books['payouts'])} payouts")
    if expected.marked:
        yield _marked(expected, books)
    for method, times in expected.writes.items():
        made = books["writes"].get(method, 0)
        yield Verdict(f"{method} was sent {_times(times)}", made == times, _times(made))
    yield _desk(expected, desk)


def moved(books: Books) -> Counter[tuple[str, str]]:
    """Units that came or went, by (SKU, location), without the despatch of orders."""
    units: Counter[tuple[str, str]] = Counter()
    for move in books["stock_moves"]:
        if not move["note"].startswith("Order "):
            units[move["sku"], move["location"]] += move["change"]
    return Counter({place: change for place, change in units.items() if change})


def credited(books: Books) -> dict[str, tuple[str, ...]]:
    """Amounts of the standing refunds by order name, smallest first."""
    names = {reference: order["name"] for reference, order in books["orders"].items()}
    amounts: dict[str, list[str]] = {}
    for row in books["refunds"]:
        amounts.setdefault(names[row["order"]], []).append(row["amount"])
    return {name: tuple(sorted(some, key=Decimal)) for name, some in amounts.items()}


def _goods(expected: Expected, books: Books) -> Verdict:
    found = moved(books)
    said = ", ".join(f"{change:+d} {sku} at {place}" for (sku, place), change in sorted(found.items()))
    return Verdict("stock moved as told, and no other unit", found == expected.moved, said or "no move")


def _credits(expected: Expected, books: Books) -> Verdict:
    found = credited(books)
    said = ", ".join(f"{name} {' and '.join(amounts)}" for name, amounts in sorted(found.items()))
    return Verdict("every order carries the credits that it must", found == dict(expected.credits), said or "no credit")


def _marked(expected: Expected, books: Books) -> Verdict:
    orders = books["orders"].values()
    found = [o["name"] for o in orders if EXCHANGE_TAG in o["tags"] and "Exchanges" in o["folders"]]
    said = ", ".join(found) or "none"
    return Verdict("exchange orders are marked and in their folder", sorted(found) == sorted(expected.marked), said)


def _desk(expected: Expected, desk: Desk) -> Verdict:
    found = sorted((item["code"], item["owner"], item["closed_at"] is None) for item in desk)
    wanted = sorted((due.code, due.owner, due.is_open) for due in expected.desk)
    said = ", ".join(f"{code} ({owner}, {'open' if is_open else 'closed'})" for code, owner, is_open in found)
    return Verdict("the desk has what it must, with its owner", found == wanted, said or "nothing")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
