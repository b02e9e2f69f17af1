"""Sets: how a composite order line comes apart, as the order itself says it did at the sale.

Linnworks gives a composite's components with the quantity of the whole line (observed), so what is in one set
is the component's quantity divided by the number of sets.
"""

from __future__ import annotations

from returnworks.rules.doubts import Doubt
from returnworks.rules.model import OrderLine


def is_composite(line: OrderLine) -> bool:
    return bool(line.children)


def per_set(line: OrderLine) -> tuple[tuple[OrderLine, int], ...] | Doubt:
    """Each component of a composite line with its pieces in one set; `Doubt` where that is not clear."""
    if any(child.children for child in line.children):
        return Doubt(
            "nested_composite",
            f"{line.sku} holds a set inside a set, which cannot be taken apart safely; book it back by hand.",
        )
    if line.quantity <= 0 or any(child.quantity % line.quantity for child in line.children):
        return Doubt(
            "composite_uneven",
            f"The components of {line.sku} do not divide by its {line.quantity} sets; book it back by hand.",
        )
    return tuple((child, child.quantity // line.quantity) for child in line.children)


def explode(line: OrderLine, units: int) -> tuple[tuple[OrderLine, int], ...] | Doubt:
    """The component rows and quantities that `units` whole sets of a composite line are."""
    pieces = per_set(line)
    if isinstance(pieces, Doubt):
        return pieces
    return tuple((child, count * units) for child, count in pieces if count)
