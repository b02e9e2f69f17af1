"""Money as whole minor units with a currency beside it; never a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MINOR_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),  # noqa: SIM905
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
"""Digits after the point, where they are not 2 (ISO 4217)."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met where only one currency makes sense."""


class NotRepresentable(ValueError):
    """An amount has more digits than its currency has minor units, so it cannot be held exactly."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` whole minor units (pence for GBP) of `currency` (three letters, ISO 4217)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """`Money.of("20.50", "GBP")` is 2050 pence; refuses an amount finer than the currency's minor unit."""
        value = Decimal(amount)
        if not value.is_finite():
            raise NotRepresentable(f"{amount} is not an amount of money")
        scaled = value.scaleb(MINOR_DIGITS.get(currency, 2))
        if scaled != scaled.to_integral_value():
            raise NotRepresentable(f"{amount} {currency} is finer than the currency's smallest unit")
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact: `Decimal("20.50")`."""
        return Decimal(self.minor).scaleb(-MINOR_DIGITS.get(self.currency, 2))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        digits = MINOR_DIGITS.get(self.currency, 2)
        return f"{self.decimal:,.{digits}f} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} are not in one currency")
        return other.minor


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum of `amounts`, all in `currency`; nothing sums to zero of it."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def share(amount: int, weights: Sequence[int], caps: Sequence[int] | None = None) -> list[int]:
    """Split `amount` minor units by weight, exactly; spare units go to the largest remainders, first line first.

    No share exceeds its cap (default: no caps). What cannot be placed under the caps is not placed:
    the caller sees it as `amount - sum(shares)`. All numbers are whole and not negative.
    """
    limits = list(caps) if caps is not None else [amount] * len(weights)
    shares = [0] * len(weights)
    left = amount
    while left > 0:
        open_lines = [i for i, w in enumerate(weights) if w > 0 and shares[i] < limits[i]]
        if not open_lines:
            break
        whole = sum(weights[i] for i in open_lines)
        wanted = {i: left * weights[i] // whole for i in open_lines}
        spare = left - sum(wanted.values())
        for i in sorted(open_lines, key=lambda i: (-(left * weights[i] % whole), i))[:spare]:
            wanted[i] += 1
        for i, want in wanted.items():
            shares[i] += min(want, limits[i] - shares[i])
        left = amount - sum(shares)
    return shares
