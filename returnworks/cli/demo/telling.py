"""How a story is told in a terminal: short lines, no clock times, so that the same story always reads the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from returnworks.cli.demo.judge import Books, Verdict
from returnworks.cli.demo.typed import Answered
from returnworks.cli.demo.verdicts import Desk, credited, moved
from returnworks.rules.codes import CODES
from returnworks.rules.next_steps import next_step

WORDS = {"restock": "goods", "credit": "money", "exchange": "exchanges", "notes": "order notes"}


def answers(answered: Answered) -> Iterator[str]:
    """What a command did, in a few lines."""
    tell = TELLERS.get(answered.command.split()[1], _plainly)
    said = list(tell(answered.said))
    yield from said or ["nothing to do" if answered.code == 0 else f"exit code {answered.code}"]


def _carried(said: Mapping[str, Any]) -> Iterator[str]:
    """`sync` and `replay`: what was posted, what is held and refused."""
    if "error" in said:
        yield str(said["error"])
    for stage, word in {"settled": "looked up", **WORDS}.items():
        figures = {name: count for name, count in (said.get(stage) or {}).items() if count and name != "claimed"}
        if figures:
            yield f"{word}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in figures.items())


def _compared(said: Mapping[str, Any]) -> Iterator[str]:
    """`reconcile`: what it found and what it closed, with its owner."""
    if "error" in said:
        yield str(said["error"])
    for word in ("opened", "closed"):
        for item in said.get(word, ()):
            yield f"{word}: {item['code']} · {item['owner']} · {CODES[item['code']].title}"
    yield f"verdict: {said.get('verdict', 'none')}"


def _ruled(said: Mapping[str, Any]) -> Iterator[str]:
    """`policy check` and `policy explain`: what the file says of itself, and which rule decided about what."""
    if "error" in said:
        yield str(said["error"])
    for mistake in said.get("mistakes", ()):
        yield str(mistake["text"])
    if "examples" in said and not said["mistakes"]:
        yield f"the policy is sound; worked examples: {said['examples']}"
    for decision in said.get("explained", {}).get("decisions", ()):
        yield f"{decision['what']}: {decision['rule']}"


def _plainly(said: Mapping[str, Any]) -> Iterator[str]:
    if "error" in said:
        yield str(said["error"])
    elif exception := said.get("exception"):
        yield f"{exception['code']} · {exception['owner']}"
    else:
        yield "done"


TELLERS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "sync": _carried,
    "replay": _carried,
    "reconcile": _compared,
    "policy": _ruled,
}


def stock(before: Books, after: Books) -> list[tuple[str, str, str, str]]:
    """Rows of (SKU, location, units before, units after): what moved, and what is sold of sets made of it."""
    places = sorted({(sku, place) for (sku, place) in moved(after)} | _followed(before, after))
    return [(sku, place, str(_level(before, sku, place)), str(_level(after, sku, place))) for sku, place in places]


def _followed(before: Books, after: Books) -> set[tuple[str, str]]:
    """Levels that differ although nothing of that SKU moved: sets follow their pieces."""
    every = {(sku, place) for sku, levels in after["levels"].items() for place in levels}
    return {at for at in every if _level(before, *at) != _level(after, *at)}


def _level(books: Books, sku: str, place: str) -> int:
    return int(books["levels"].get(sku, {}).get(place, 0))


def money(books: Books, paid: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """Rows of (order, what ReturnGO paid back, what Linnworks credits)."""
    standing = credited(books)
    names = sorted({*standing, *paid})
    return [(name, _sum(paid.get(name, ())), _sum(standing.get(name, ()))) for name in names]


def _sum(amounts: Sequence[str]) -> str:
    return " + ".join(amounts) or "nothing"


def desk(items: Desk) -> Iterator[str]:
    """Every exception: whose it is, what is so, and what to do or how it was closed."""
    for item in items:
        is_open = item["closed_at"] is None
        yield f"{'open' if is_open else 'closed'}: {item['code']} · {item['owner']} · {item['subject']}"
        if is_open:
            yield f"  to do: {next_step(item['code'], item['return_id'], item['subject'], item['message'])}"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns under each other, two spaces apart; no lines for no rows."""
    lines = [columns, *rows] if rows else []
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for row in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def judged(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        yield f"{'yes' if verdict.true else 'NO '} {verdict.claim}: {verdict.seen}"
