"""A return's passport: one page with what both systems say, what we decided and did, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from returnworks.report import words
from returnworks.report.page import environment
from returnworks.rules.ageing import age_days
from returnworks.rules.codes import CODES
from returnworks.rules.lifecycle import verdict
from returnworks.rules.model import (
    Booking,
    Kind,
    Owner,
    Posting,
    Refund,
    Return,
    ReturnLine,
    Severity,
    Stage,
    Transaction,
    Verdict,
)
from returnworks.rules.money import Money
from returnworks.rules.next_steps import next_step
from returnworks.rules.references import owner_of, short
from returnworks.rules.states import State
from returnworks.rules.wording import described


class Kept(Protocol):
    """A posting and what became of it."""

    @property
    def reference(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def state(self) -> State: ...
    @property
    def posting(self) -> Posting: ...
    @property
    def policy_version(self) -> str: ...
    @property
    def vendor_id(self) -> str | None: ...
    @property
    def linked(self) -> bool: ...
    @property
    def reason(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def confirmed_at(self) -> datetime | None: ...


class Tried(Protocol):
    """One try at an effect, or one look."""

    @property
    def reference(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def outcome(self) -> str: ...
    @property
    def error(self) -> str | None: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def request(self) -> Mapping[str, Any]: ...


class Item(Protocol):
    """An open exception."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def owner(self) -> Owner: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def message(self) -> str: ...
    @property
    def value(self) -> Money | None: ...
    @property
    def event_at(self) -> datetime: ...


class Happened(Protocol):
    @property
    def at(self) -> datetime | None: ...
    @property
    def where(self) -> str: ...
    @property
    def what(self) -> str: ...


class Known(Protocol):
    """Everything that is known of one return."""

    @property
    def ret(self) -> Return: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def moments(self) -> Sequence[Happened]: ...
    @property
    def postings(self) -> Sequence[Kept]: ...
    @property
    def attempts(self) -> Sequence[Tried]: ...
    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def bookings(self) -> Sequence[Booking]: ...
    @property
    def refunds(self) -> Sequence[Refund]: ...
    @property
    def silent(self) -> Sequence[str]: ...


def render_passport(known: Known, now: datetime) -> str:
    """The page. It holds no personal data, because nothing of a return in Returnworks does."""
    by_fact = _by_fact(known.postings)
    return (
        environment()
        .get_template("passport.html")
        .render(
            ret=known.ret,
            stage=known.stage,
            now=now,
            tone=_tone(known),
            headline=_headline(known),
            goods=[
                _goods(line, by_fact.get((Kind.RESTOCK, line.line_id)) or by_fact.get((Kind.STOCK, line.line_id)))
                for line in known.ret.lines
            ],
            money=[_money(row, by_fact.get((Kind.CREDIT, row.transaction_id))) for row in known.ret.transactions],
            exchanges=[(row, by_fact.get((Kind.EXCHANGE, row.order_id or ""))) for row in known.ret.exchange_orders],
            postings=known.postings,
            described=described,
            attempts=known.attempts,
            items=[_item(item, known.ret.return_id, now) for item in known.items],
            bookings=known.bookings,
            refunds=known.refunds,
            moments=known.moments,
            silent=known.silent,
            money_word=words.money,
            whose=lambda reference: _whose(reference, known.ret.return_id),
        )
    )


def _by_fact(postings: Iterable[Kept]) -> dict[tuple[Kind, str], Kept]:
    """The posting that settles each fact."""
    return {(record.kind, fact): record for record in postings for fact in record.posting.covers}


def _whose(reference: str, return_id: str) -> str:
    """An order can carry other returns, and what others made."""
    owner = owner_of(reference)
    if owner is None:
        return "not made by Returnworks"
    return "this return" if owner.subject == short(return_id) else f"RMA {owner.subject}"


def _tone(known: Known) -> str:
    if any(item.severity == Severity.CRITICAL for item in known.items):
        return "bad"
    return "warn" if known.items or known.silent else "good"


def _headline(known: Known) -> str:
    done = [record for record in known.postings if record.state == State.CONFIRMED]
    units = sum(line.quantity for record in done for line in record.posting.restock)
    credited = words.moneys(record.posting.amount for record in done if record.kind == Kind.CREDIT)
    said = [f"{units} {'unit is' if units == 1 else 'units are'} back in Linnworks"] if units else []
    said += [f"{credited} {'is' if ' and ' not in credited else 'are'} credited"] if credited else []
    begin = words.sentence(words.listed(said)) if said else "Nothing stands in Linnworks for it"
    count = len(known.items)
    return f"{begin}; {'one thing is' if count == 1 else f'{count} things are' if count else 'nothing is'} open."


@dataclass(frozen=True, slots=True)
class Good:
    """One unit: what ReturnGO says, where it went, under which reference."""

    line: ReturnLine
    verdict: str
    tone: str
    seen_at: datetime | None
    where: str
    record: Kept | None


_VERDICTS = {
    Verdict.RESTOCKABLE: ("restockable", "good"),
    Verdict.NOT_RESTOCKABLE: ("not restockable", "warn"),
    Verdict.MISSING: ("did not come back", "hold"),
    Verdict.UNINSPECTED: ("not inspected", "wait"),
}


def _goods(line: ReturnLine, record: Kept | None) -> Good:
    word, tone = _VERDICTS[verdict(line)]
    seen = line.inspection
    places = [f"{row.location_name} ({row.disposition})" for row in record.posting.restock] if record else []
    mine = [
        f"{row.location_name} ({row.disposition})"
        for row in (record.posting.restock if record else ())
        if line.line_id in row.line_ids
    ]
    reason = f": {seen.reason}" if seen and seen.reason else ""
    where = words.listed(list(dict.fromkeys(mine or places)))
    return Good(line, word + reason, tone, seen.at if seen else None, where, record)


@dataclass(frozen=True, slots=True)
class Paid:
    """One transaction and its credit."""

    row: Transaction
    amount: str
    record: Kept | None


def _money(row: Transaction, record: Kept | None) -> Paid:
    return Paid(row, words.money(row.amount) if row.amount else "no amount", record)


@dataclass(frozen=True, slots=True)
class Open:
    item: Item
    title: str
    owner: str
    what: str
    """The message without the title and the next step, which are shown apart."""
    next_step: str
    worth: str
    days: int


def _item(item: Item, return_id: str, now: datetime) -> Open:
    title, step = CODES[item.code].title, next_step(item.code, return_id, item.subject, item.message)
    return Open(
        item=item,
        title=title,
        owner=words.owner_word(item.owner),
        what=item.message.removeprefix(f"{title}: ").removesuffix(step).rstrip(),
        next_step=step,
        worth=words.money(item.value) if item.value else "",
        days=age_days(item.event_at, now),
    )
