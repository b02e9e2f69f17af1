"""The tables of the close pack. Each is sorted, so that the same facts always make the same table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from returnworks.reconcile.carry_forward import Line, Tally
from returnworks.reconcile.close.facts import CreditFact, MonthFacts
from returnworks.reconcile.close.section import Cell, Section, sums
from returnworks.reconcile.results import counted
from returnworks.rules.ageing import Ageing, age_days
from returnworks.rules.crediting import paid_at
from returnworks.rules.credits import paid_refunds
from returnworks.rules.lifecycle import (
    is_ended_early,
    is_kept,
    is_missing,
    is_paid,
    one_of,
    same,
    stage_of,
)
from returnworks.rules.model import Return, ReturnLine, Stage, Transaction
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy

TRAVELLING = (Stage.APPROVED, Stage.IN_TRANSIT)
REFUND_RESOLUTION = "RefundToPaymentMethod"


def all_sections(facts: MonthFacts) -> tuple[Section, ...]:
    return (
        roll_forward(facts),
        money_of_the_month(facts),
        refunds_owed(facts),
        credits_owed(facts),
        store_value(facts),
        in_transit(facts),
        goods_put_back(facts),
        exchanges(facts),
        ageing(facts),
        nights(facts),
    )


# --- The desk ------------------------------------------------------------------------------------------

_MOVES = ("opening", "new", "reopened", "changed", "cleared", "closing", "waived")


def roll_forward(facts: MonthFacts) -> Section:
    rows = [
        (place.owner.value, place.code, place.currency, *(_shown(line, name, place.currency) for name in _MOVES))
        for place, line in sorted(facts.forward.lines.items())
    ]
    return Section(
        key="roll-forward",
        title="Exceptions carried forward",
        note="Opening + new + reopened + changed - cleared = closing, in count and value, by code and currency. "
        "What is waived is open and part of the closing.",
        columns=("owner", "code", "currency", *_MOVES),
        rows=tuple(rows),
        totals=tuple(
            f"{currency or 'without a value'}: {_told(line, currency)}"
            for currency, line in sorted(facts.forward.by_currency().items())
        ),
        ties_out=facts.forward.ties_out,
    )


def _shown(line: Line, name: str, currency: str) -> str:
    tally: Tally = getattr(line, name)
    value = f" / {Money(tally.minor, currency)}" if currency and tally.minor else ""
    return f"{tally.count}{value}"


def _told(line: Line, currency: str) -> str:
    return ", ".join(f"{name} {_shown(line, name, currency)}" for name in _MOVES)


def ageing(facts: MonthFacts, buckets: Ageing | None = None) -> Section:
    """Open exceptions at the month's end by owner and age, counted from the event."""
    chosen = buckets or Ageing()
    groups: defaultdict[tuple[str, str], list[tuple[str, Money | None]]] = defaultdict(list)
    for item in facts.items:
        currency = item.value.currency if item.value else ""
        bucket = chosen.bucket(age_days(item.event_at, facts.month.end))
        groups[item.owner.value, currency].append((bucket, item.value))
    rows = [(owner, currency, *_by_bucket(found, chosen)) for (owner, currency), found in sorted(groups.items())]
    return Section(
        key="ageing",
        title="Open exceptions by age",
        note="At the month's end, by owner and currency; the age counts from the event.",
        columns=("owner", "currency", *chosen.buckets),
        rows=tuple(rows),
        totals=tuple(f"{total} at risk" for total in sums([item.value for item in facts.items])),
    )


def _by_bucket(found: Iterable[tuple[str, Money | None]], chosen: Ageing) -> Iterator[str]:
    found = list(found)
    for bucket in chosen.buckets:
        values = [value for name, value in found if name == bucket]
        worth = " + ".join(sums(values))
        yield f"{len(values)}{f' / {worth}' if worth else ''}" if values else ""


# --- Money ---------------------------------------------------------------------------------------------


def money_of_the_month(facts: MonthFacts) -> Section:
    """Uncredited at the beginning + refunded - credited - left over = uncredited at the end, in each currency."""
    month = facts.month
    amounts = {row.transaction_id: row.amount for _, row in _refunds(facts.closing, facts.policy)}
    credited = [fact for fact in facts.credits if month.holds(fact.at)]
    columns = (
        _by_currency(row.amount for _, row in _uncredited(facts.opening, facts, month.start)),
        _by_currency(row.amount for _, row in _refunds(facts.closing, facts.policy) if month.holds(paid_at(row))),
        _by_currency(fact.amount for fact in credited),
        _by_currency(_left_over(fact, amounts.get(fact.transaction_id)) for fact in credited),
        _by_currency(row.amount for _, row in _uncredited(facts.closing, facts, month.end)),
    )
    rows = [_equation(currency, columns) for currency in sorted(set().union(*columns))]
    return Section(
        key="refunds-and-credits",
        title="Refunds and credits",
        note="Refunds that ReturnGO reports as paid and credits that stand in Linnworks, each by its own time. "
        "Uncredited at the beginning + refunded - credited - left over = uncredited at the end. Left over is what a "
        "credit is smaller than its refund: more than the order still had.",
        columns=(
            "currency",
            "uncredited at the beginning",
            "refunded",
            "credited",
            "left over",
            "uncredited at the end",
            "remainder",
        ),
        rows=tuple(rows),
        ties_out=not any(cell.minor for *_, cell in rows if isinstance(cell, Money)),
    )


def _equation(currency: str, columns: Sequence[Counter[str]]) -> tuple[Cell, ...]:
    opening, refunded, credited, left, closing = (column[currency] for column in columns)
    remainder = opening + refunded - credited - left - closing
    return (currency, *(Money(n, currency) for n in (opening, refunded, credited, left, closing, remainder)))


def _left_over(fact: CreditFact, refunded: Money | None) -> Money | None:
    if refunded is None or refunded.currency != fact.amount.currency:
        return None
    return refunded - fact.amount


def _by_currency(amounts: Iterable[Money | None]) -> Counter[str]:
    found: Counter[str] = Counter()
    for amount in amounts:
        if amount is not None:
            found[amount.currency] += amount.minor
    return found


def _refunds(returns: Iterable[Return], policy: Policy) -> Iterator[tuple[Return, Transaction]]:
    return ((ret, row) for ret in returns for row in paid_refunds(ret, policy) if row.amount is not None)


def _uncredited(returns: Iterable[Return], facts: MonthFacts, moment: datetime) -> Iterator[tuple[Return, Transaction]]:
    """Refunds of which no credit stood at `moment`."""
    done = {fact.transaction_id for fact in facts.credits if fact.at < moment}
    return (pair for pair in _refunds(returns, facts.policy) if pair[1].transaction_id not in done)


def credits_owed(facts: MonthFacts) -> Section:
    """Paid, and not credited in Linnworks at the month's end."""
    owed = list(_uncredited(facts.closing, facts, facts.month.end))
    rows = [(ret.return_id, ret.order_name, row.transaction_id, row.amount, paid_at(row)) for ret, row in owed]
    return Section(
        key="credits-owed",
        title="Refunds without a credit",
        note="Refunds that were paid before the month's end and of which no credit stood in Linnworks then.",
        columns=("return", "order", "transaction", "amount", "paid at"),
        rows=_sorted(rows),
        totals=sums([row.amount for _, row in owed]),
    )


def refunds_owed(facts: MonthFacts) -> Section:
    """Goods are back, a refund was promised, and none was paid."""
    owed = [(ret, *_promised(ret)) for ret in facts.closing if not is_ended_early(ret)]
    rows = [(ret.return_id, ret.order_name, units, value, since) for ret, units, value, since in owed if units]
    return Section(
        key="refunds-owed",
        title="Refunds owed to customers",
        note="Inspected goods whose customer is to be refunded, and no refund of the return was paid at the month's "
        "end. The value is what was paid for the goods; fees and shipping may change it.",
        columns=("return", "order", "units", "value of the goods", "inspected at"),
        rows=_sorted(rows),
        totals=sums([value for _, units, value, _ in owed if units]),
    )


def _promised(ret: Return) -> tuple[int, Money | None, datetime | None]:
    """Units back that are to be refunded, what was paid for them, and since when; nothing once a refund was paid."""
    if any(is_paid(row) for row in ret.transactions):
        return 0, None, None
    lines = [line for line in ret.lines if _is_back(line) and same(line.resolution) == same(REFUND_RESOLUTION)]
    values = [line.paid for line in lines if line.paid]
    value = Money(sum(paid.minor for paid in values), values[0].currency) if _one_currency(values) else None
    since = [line.inspection.at for line in lines if line.inspection]
    return len(lines), value, min(since, default=None)


def _one_currency(values: Sequence[Money]) -> bool:
    return len({value.currency for value in values}) == 1


def _is_back(line: ReturnLine) -> bool:
    return line.inspection is not None and not is_missing(line) and not is_kept(line)


def store_value(facts: MonthFacts) -> Section:
    """Store credit and gift cards that were given in the month: a liability, and no credit on an order."""
    given = [
        (ret, row)
        for ret in facts.closing
        for row in ret.transactions
        if is_paid(row) and one_of(row.kind, facts.policy.store_value_kinds) and facts.month.holds(paid_at(row))
    ]
    rows = [
        (ret.return_id, ret.order_name, row.transaction_id, row.kind, row.amount, paid_at(row)) for ret, row in given
    ]
    return Section(
        key="store-value",
        title="Store credit and gift cards given",
        note="Given in the month for returns: a liability of the shop until they are spent.",
        columns=("return", "order", "transaction", "kind", "amount", "given at"),
        rows=_sorted(rows),
        totals=sums([row.amount for _, row in given]),
    )


# --- Goods ---------------------------------------------------------------------------------------------


def in_transit(facts: MonthFacts) -> Section:
    """Approved and not here at the month's end."""
    coming = [ret for ret in facts.closing if stage_of(ret) in TRAVELLING]
    lines = [(ret, [line for line in ret.lines if line.inspection is None and not is_kept(line)]) for ret in coming]
    rows = [
        (ret.return_id, ret.order_name, _stage(ret), len(open_lines), _worth(open_lines), ret.approved_at)
        for ret, open_lines in lines
        if open_lines
    ]
    return Section(
        key="in-transit",
        title="Returns in transit",
        note="Approved before the month's end and not received then; the value is what was paid for the goods.",
        columns=("return", "order", "stage", "units", "value of the goods", "approved at"),
        rows=_sorted(rows),
        totals=(
            counted(sum(len(open_lines) for _, open_lines in lines)),
            *sums([line.paid for _, open_lines in lines for line in open_lines]),
        ),
    )


def _stage(ret: Return) -> str:
    return stage_of(ret).value.replace("_", " ")


def _worth(lines: Sequence[ReturnLine]) -> str:
    return " + ".join(sums([line.paid for line in lines]))


def goods_put_back(facts: MonthFacts) -> Section:
    """Units that were put into stock in the month, by location and disposition."""
    units: Counter[tuple[str, str]] = Counter()
    scrapped: Counter[tuple[str, str]] = Counter()
    for fact in facts.goods:
        units[fact.location, fact.disposition] += fact.units
        scrapped[fact.location, fact.disposition] += fact.scrapped
    rows = [(*place, count, scrapped[place]) for place, count in sorted(units.items())]
    return Section(
        key="goods-put-back",
        title="Goods put back into stock",
        note="Units of returns that Linnworks confirmed in the month. Scrapped units are part of the units.",
        columns=("location", "disposition", "units", "of which scrapped"),
        rows=tuple(rows),
        totals=(f"{counted(units.total())}, {scrapped.total()} of them scrapped",),
    )


# --- Exchanges and nights --------------------------------------------------------------------------------


def exchanges(facts: MonthFacts) -> Section:
    """The orders that are no sales: to be left out of the month's sales figures."""
    rows = [(fact.return_id, fact.channel_order, fact.order_id, fact.state, fact.at) for fact in facts.exchanges]
    return Section(
        key="exchanges-to-exclude",
        title="Exchange orders to leave out of sales",
        note="Exchange orders of the month. Marked ones carry the identifier in Linnworks; leave all of them out of "
        "sales figures, also those that are not marked yet.",
        columns=("return", "channel's order", "Linnworks' order", "marking", "marked at"),
        rows=_sorted(rows),
        totals=(f"{len(rows)} exchange orders, {sum(fact.at is not None for fact in facts.exchanges)} marked",),
    )


def _spans(days: Sequence[date]) -> Iterator[str]:
    """Days in order, those that follow each other in one: "2026-10-01 to 2026-10-04", "2026-10-09"."""
    starts = [day for day in days if day - timedelta(days=1) not in set(days)]
    ends = [day for day in days if day + timedelta(days=1) not in set(days)]
    for start, end in zip(starts, ends, strict=True):
        yield str(start) if start == end else f"{start} to {end}"


def nights(facts: MonthFacts) -> Section:
    """Which days of the month were compared, and how the last night saw it."""
    zone = ZoneInfo(facts.month.zone)
    seen = {night.as_of.astimezone(zone).date() for night in facts.nights}
    lacking = [day for day in _days(facts) if day not in seen]
    rows = [(night.night_id, night.as_of, night.verdict) for night in sorted(facts.nights, key=lambda n: n.night_id)]
    told = f"no night on {', '.join(_spans(lacking))}" if lacking else "a night on every day"
    return Section(
        key="nights",
        title="Nights",
        note="The comparisons that looked at a moment of the month.",
        columns=("night", "as of", "verdict"),
        rows=tuple(rows),
        totals=(told,),
    )


def _days(facts: MonthFacts) -> list[date]:
    zone = ZoneInfo(facts.month.zone)
    first = facts.month.start.astimezone(zone).date()
    count = (facts.month.end.astimezone(zone).date() - first).days
    return [first + timedelta(days=number) for number in range(count)]


def _sorted(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(sorted(rows, key=lambda row: tuple(str(cell) for cell in row)))
