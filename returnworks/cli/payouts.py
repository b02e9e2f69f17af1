"""`reconcile --payouts`: an export is shown before its layout is used the first time, then taken in."""

from __future__ import annotations

from pathlib import Path

from returnworks.cli.output import Output, moment
from returnworks.errors import ConfigError
from returnworks.reconcile.payouts import PayoutLeg
from returnworks.rules.money import Money
from returnworks.work import payouts
from returnworks.work.bridge import Bridge
from returnworks.work.payouts import Understood

FIRST = 5
"""Refunds that a preview shows."""

SHOWN = 10
"""Breaks that the terminal shows; the report and the exceptions desk have them all."""


def take_in(out: Output, bridge: Bridge, file: Path, layout: str | None, is_right: bool) -> bool:
    """Take the export in; False when its layout was never used and is only shown.

    BadExport for a file that cannot be read as it is: then nothing of it is taken in.
    """
    understood = payouts.understand(file.name, _content(file), bridge.policy, layout)
    if not is_right and not bridge.ledger.payout_layout_is_known(understood.columns.fingerprint):
        _preview(out, file, understood)
        return False
    new = payouts.take_in(bridge, understood)
    export = understood.export
    out.say(
        f"{file.name}: {len(export.rows)} refunds of {export.gateway}, {new} of them new, "
        f"{moment(export.period.start)} to {moment(export.period.end)}."
    )
    out.put(payouts={"file": file, "gateway": export.gateway, "refunds": len(export.rows), "new": new})
    return True


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read ({problem.strerror}).", "Name a CSV file.") from problem


def _preview(out: Output, file: Path, understood: Understood) -> None:
    export = understood.export
    out.say(f"This is how {file.name} was understood, as an export of {export.gateway}. Nothing was taken in.")
    columns = [(says.value, column) for says, column in export.found.items()]
    out.table("Columns", ("what it says", "column"), columns)
    kinds = [(kept.kind, kept.rows, kept.amount, "yes" if kept.used else "") for kept in export.kinds]
    out.table("Every row of the file", ("kind", "rows", "sum", "compared"), kinds)
    rows = [(moment(row.happened_at), row.order, _signed(row.paid, row.reversal), row.payout) for row in export.rows]
    out.table("The first refunds", ("when (UTC)", "order", "customer got", "payout"), rows[:FIRST])
    out.say(f"If that is right: `returnworks reconcile --payouts {file} --layout-is-right`")
    out.put(preview={"gateway": export.gateway, "columns": export.found, "kinds": export.kinds, "first": rows[:FIRST]})


def _signed(amount: Money, reversal: bool) -> Money:
    return -amount if reversal else amount


def tell(out: Output, leg: PayoutLeg | None) -> None:
    """What came of the fourth side."""
    if leg is None:
        return
    out.say(f"payouts: {', '.join(f'{count} {_words(cls)}' for cls, count in leg.counts().items()) or 'nothing'}")
    for balance in leg.balances:
        remainder = Money(balance.remainder, balance.currency)
        out.say(f"  {balance.what}: {Money(balance.whole, balance.currency)}, remainder {remainder}")
    for result in leg.breaks[:SHOWN]:
        who = f"RMA {result.refund.return_id}" if result.refund else "no return"
        out.say(
            f"  {_words(result.cls.value)}: {who}, order {result.order}: {'; '.join(result.causes) or 'see the report'}"
        )
    if len(leg.breaks) > SHOWN:
        out.say(f"  ... and {len(leg.breaks) - SHOWN} more: `returnworks exceptions list`")
    out.put(payout_results=leg.results, payout_balances=leg.balances)


def _words(cls: str) -> str:
    return cls.replace("_", " ")
