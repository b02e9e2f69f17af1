"""How the report says numbers, money, times and classes. All times are said in UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from returnworks.reconcile.results import Class, counted
from returnworks.rules.model import Owner
from returnworks.rules.money import MINOR_DIGITS, Money

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OWNERS = {
    Owner.WAREHOUSE: "Warehouse",
    Owner.FINANCE: "Finance",
    Owner.CX: "Customer care (CX)",
    Owner.ENGINEERING: "Engineering",
}
_CLASSES = {
    Class.TIMING: "within its time",
    Class.LINKED: "linked by a person",
    Class.GOODWILL: "accepted goodwill",
    Class.MISSING_CREDIT: "missing credit",
    Class.BOOKED_NOT_ACTIONED: "booked, not actioned",
    Class.QUANTITY: "wrong quantity",
    Class.LOCATION: "wrong location",
    Class.DISPOSITION: "wrong disposition",
    Class.AMOUNT: "wrong amount",
    Class.CURRENCY: "wrong currency",
}


def money(amount: Money) -> str:
    """As in "£1,240.00", "−€3.50", "120.00 CHF": the sign of three usual currencies, else the currency's letters."""
    digits = MINOR_DIGITS.get(amount.currency, 2)
    number = f"{abs(amount.decimal):,.{digits}f}"
    minus = "−" if amount.minor < 0 else ""
    sign = _SIGNS.get(amount.currency)
    return f"{minus}{sign}{number}" if sign else f"{minus}{number} {amount.currency}"


def purse(amounts: Iterable[Money | None]) -> list[Money]:
    """One sum per currency, by currency; what is None has no value to add."""
    sums: defaultdict[str, int] = defaultdict(int)
    for amount in amounts:
        if amount is not None:
            sums[amount.currency] += amount.minor
    return [Money(sums[currency], currency) for currency in sorted(sums)]


def moneys(amounts: Iterable[Money | None]) -> str:
    """Their sums per currency, "£65.00 and €3.00"; "" when nothing has a value."""
    return listed([money(amount) for amount in purse(amounts)])


def listed(parts: Sequence[str]) -> str:
    """As in "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def day(at: datetime) -> str:
    """As in "20 Nov 2026"."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


def moment(at: datetime) -> str:
    """As in "20 Nov 2026, 02:30"."""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M}"


def long_moment(at: datetime) -> str:
    """As in "Friday 20 Nov 2026, 02:30 UTC"."""
    return f"{_DAYS[at.astimezone(UTC).weekday()]} {moment(at)} UTC"


def span(length: timedelta) -> str:
    """Whole days, else hours, else minutes: "3 days", "5 hours", "12 minutes", "under a minute"."""
    minutes = int(length.total_seconds()) // 60
    for noun, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= size:
            return counted(minutes // size, noun)
    return counted(minutes, "minute") if minutes > 0 else "under a minute"


def family_word(family: str) -> str:
    return {"exchange": "exchanges"}.get(family, family)


def class_word(cls: str) -> str:
    """The class as people say it; one that has no saying of its own, with spaces."""
    return next((word for known, word in _CLASSES.items() if known == cls), plain(cls))


def owner_word(owner: Owner) -> str:
    return _OWNERS[owner]


def column_word(column: str) -> str:
    """A column of the checked tables as words; amounts there are in minor units, and it says so."""
    return plain(column.replace("_minor", " in minor units"))


def plain(name: str) -> str:
    """A name of the code's as words."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """With a capital at its start, and otherwise as it is."""
    return text[:1].upper() + text[1:]


def spoken(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a command, that is, stood between backticks."""
    return [(piece, place % 2 == 1) for place, piece in enumerate(text.split("`")) if piece]
