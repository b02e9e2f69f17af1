"""`close`: the month's close pack, made by one person and signed by another."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import by_whom, configured, with_output
from returnworks.cli.output import Output, moment
from returnworks.ledger import Ledger
from returnworks.ledger.closes import CloseRecord
from returnworks.reconcile.close import BadMonth, Month
from returnworks.work import closing


@click.command()
@click.argument("month", metavar="YYYY-MM")
@click.option("--make", "do", flag_value="make", help="Make the pack and write its files.")
@click.option("--sign", "do", flag_value="sign", help="Sign the last pack; another person than the one who made it.")
@by_whom
@with_output
def close(out: Output, month: str, do: str | None, who: str) -> int:
    """Close a month: make its pack, have a second person sign it, see whether it still holds.

    Without --make or --sign it only looks. Exit code 0: signed and still true. 1: not made, not signed, or stale.
    """
    environment, chosen = configured()
    try:
        wanted = Month.of(month, chosen.time_zone)
    except BadMonth as bad:
        raise click.UsageError(str(bad)) from bad
    now, shop = datetime.now(UTC), environment.returngo_shop
    with Ledger.open(environment.ledger_url) as ledger:
        if do == "make":
            found = closing.make(ledger, chosen.policy, wanted, who, environment.home / "closes", shop, now)
        elif do == "sign":
            found = closing.sign(ledger, chosen.policy, wanted, who, shop, now)
        else:
            found = closing.look(ledger, chosen.policy, wanted, now)
    return _show(out, wanted, found)


def _show(out: Output, month: Month, found: closing.Look) -> int:
    for section in found.pack.sections:
        mark = "" if section.ties_out else "DOES NOT TIE OUT"
        out.table(section.title, ("", "", ""), [(f"{len(section.rows)} rows", "; ".join(section.totals), mark)])
    kept = found.kept
    out.say(_state(month, kept, found))
    out.put(
        month=str(month),
        state=kept.state if kept else "not made",
        pack=kept._asdict() if kept else None,
        changes=[str(change) for change in found.changes],
        sections=[section.plain() for section in found.pack.sections],
    )
    return CLEAN if kept is not None and kept.state == "signed" else DIFFERENCES


def _state(month: Month, kept: CloseRecord | None, found: closing.Look) -> str:
    if kept is None:
        return f"No pack of {month} was made yet: `returnworks close {month} --make`."
    made = f"Pack {kept.number} of {month}, made by {kept.made_by} on {moment(kept.made_at)}"
    if kept.stale_at is not None:
        return f"{made}, is STALE since {moment(kept.stale_at)}: {closing.told(found.changes) or kept.stale_why}"
    if kept.signed_at is None:
        sign = f"Another person signs it: `returnworks close {month} --sign --by NAME`."
        return f"{made}, is not signed yet; it is in {kept.folder}. {sign}"
    return (
        f"{made}, was signed by {kept.signed_by} on {moment(kept.signed_at)} and still holds. It is in {kept.folder}."
    )
