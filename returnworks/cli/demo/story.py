"""A named story, played in this process: no Prefect server, a sandbox of its own, commands as people type them."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.demo import telling
from returnworks.cli.demo.judge import Books, Verdict, read_rmas, refunds_paid
from returnworks.cli.demo.typed import Answered, living_at, typed
from returnworks.cli.demo.verdicts import Desk, verdicts
from returnworks.cli.output import Output
from returnworks.errors import ReturnworksError
from returnworks.sandbox.handle import Sandbox
from returnworks.sandbox.stories import STORIES, Expected, Step, Story

WIDTH = 100
"""Columns of prose."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a story came to."""

    story: str
    commands: list[Answered]
    stock: list[tuple[str, str, str, str]]
    money: list[tuple[str, str, str]]
    desk: Desk
    verdicts: list[Verdict]

    @property
    def as_told(self) -> bool:
        return all(verdict.true for verdict in self.verdicts)


def named(name: str) -> tuple[Story, Expected]:
    """A story that can be played here, with what it must come to. Raises `ReturnworksError`."""
    story = STORIES.get(name)
    if story is None or story.expected is None:
        raise ReturnworksError(f"There is no story {name!r}. `returnworks demo --list` names them.")
    return story, story.expected


def play_story(out: Output, shop: Sandbox, name: str, home: Path) -> Played:
    """Play it to its end in the emptied folder `home`, tell it, and judge it."""
    story, expected = named(name)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    out.say(f"{story.name}: {story.question}")
    with living_at(home, shop.env(), story.policy):
        commands, before = _play_steps(out, shop, story)
        desk: Desk = typed("returnworks exceptions list --all").said["exceptions"]
    after = shop.books()
    played = Played(
        story=story.name,
        commands=commands,
        stock=telling.stock(before, after),
        money=telling.money(after, _paid(shop, after)),
        desk=desk,
        verdicts=[_carried_out(commands), *verdicts(expected, after, desk)],
    )
    _sum_up(out, story, played)
    return played


def _carried_out(commands: Sequence[Answered]) -> Verdict:
    failed = [answered.command for answered in commands if answered.code not in (CLEAN, DIFFERENCES)]
    return Verdict("every command could be carried out", not failed, ", ".join(failed) or f"{len(commands)} commands")


def _play_steps(out: Output, shop: Sandbox, story: Story) -> tuple[list[Answered], Books]:
    """What the commands answered, and the books before the first of them."""
    told = shop.play(story.name)
    before, commands = shop.books(), []
    for number, step in enumerate(story.steps):
        told = told if number == 0 else shop.step()
        commands += _play_step(out, step, told["remarks"])
    return commands, before


def _play_step(out: Output, step: Step, remarks: Iterable[str]) -> list[Answered]:
    out.say()
    _prose(out, f"{step.name.replace('-', ' ').capitalize()}. {step.narration}")
    for remark in remarks:
        out.say(f"  ({remark})")
    answered = []
    for command in step.commands:
        answered.append(typed(command))
        out.say(f"  $ {command}")
        _say(out, "    ", telling.answers(answered[-1]))
    return answered


def _paid(shop: Sandbox, books: Books) -> dict[str, tuple[str, ...]]:
    """What ReturnGO itself says was paid back, by order name."""
    headers = {"x-api-key": shop.credentials["api_key"], "x-shop-name": shop.credentials["shop"]}
    paid: dict[str, list[str]] = {}
    for rma in read_rmas(books, shop.urls["returngo"].rstrip("/"), headers).values():
        amounts = [f"{amount:.2f}" for amount in refunds_paid(rma).elements()]
        paid.setdefault(rma["rmaSummary"]["order_name"], []).extend(amounts)
    return {name: tuple(sorted(amounts, key=Decimal)) for name, amounts in paid.items() if amounts}


def _sum_up(out: Output, story: Story, played: Played) -> None:
    _section(out, "Stock", telling.table(("SKU", "location", "before", "after"), played.stock))
    _section(out, "Money", telling.table(("order", "paid back", "credited"), played.money))
    _section(out, "The desk", telling.desk(played.desk))
    _section(out, "Is it as told?", telling.judged(played.verdicts))
    out.say()
    _prose(out, story.answer)
    out.put(**{name: getattr(played, name) for name in Played.__slots__}, as_told=played.as_told)


def _section(out: Output, title: str, lines: Iterable[str]) -> None:
    out.say()
    out.say(title)
    _say(out, "  ", list(lines) or ["nothing"])


def _prose(out: Output, text: str) -> None:
    _say(out, "", textwrap.wrap(text, WIDTH))


def _say(out: Output, indent: str, lines: Iterable[str]) -> None:
    for line in lines:
        out.say(indent + line)
