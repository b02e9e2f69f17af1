"""The month's close from the ledger: made, written out, signed by a second person, and found stale by later looks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from returnworks.errors import Refused
from returnworks.ledger import DeskItem, Ledger, PostingRecord
from returnworks.ledger.closes import CloseRecord
from returnworks.reconcile.close import (
    Change,
    ClosingItem,
    CreditFact,
    ExchangeFact,
    GoodsFact,
    Month,
    MonthFacts,
    NightFact,
    Pack,
    changes_between,
    make_pack,
    then,
)
from returnworks.report.close import render_close, section_csv
from returnworks.rules.findings import finding
from returnworks.rules.model import Kind, Return
from returnworks.rules.policy import Policy
from returnworks.work.desk.acting import person
from returnworks.work.desk.rolling import at_moment, roll
from returnworks.work.papers import write_files

STALE = "close_stale"
CHANGES_TOLD = 20
MANIFEST = "SHA256SUMS"
SIGN_OFF = "sign-off.json"


@dataclass(frozen=True, slots=True)
class Look:
    """A month as it looks now, beside its last pack."""

    pack: Pack
    kept: CloseRecord | None
    changes: tuple[Change, ...]
    """What is different from the last pack."""

    @property
    def still_holds(self) -> bool:
        return self.kept is not None and self.kept.sha256 == self.pack.hash

    @property
    def standing(self) -> CloseRecord | None:
        """The last pack while it is true; None where there is none, or it is stale."""
        return self.kept if self.still_holds and self.kept and self.kept.stale_at is None else None


def look(ledger: Ledger, policy: Policy, month: Month, now: datetime) -> Look:
    """Work the month out anew and compare it with its last pack. A pack that differs is marked stale from now on.

    Refused for a month that is not over.
    """
    if now < month.end:
        raise Refused(f"The month {month} is not over yet; it ends at {month.end:%Y-%m-%d %H:%M} UTC.")
    pack = make_pack(_facts(ledger, policy, month))
    kept = ledger.latest_close(str(month))
    changes = tuple(changes_between(kept.document, pack.document())) if kept else ()
    if kept is not None and kept.sha256 != pack.hash and kept.stale_at is None:
        kept = ledger.mark_close_stale(kept.id, told(changes), now)
    _tell(ledger, pack, kept, now)
    return Look(pack, kept, changes)


def told(changes: Sequence[Change]) -> str:
    """What came and went, in words, the first of it."""
    shown = "; ".join(str(change) for change in changes[:CHANGES_TOLD])
    return shown or "the pack is made in another form than it was"


def _tell(ledger: Ledger, pack: Pack, kept: CloseRecord | None, now: datetime) -> None:
    """A stale pack is an exception of finance; one that holds, or a new one, closes it."""
    subject = f"close of {pack.month}"
    if kept is None or kept.stale_at is None:
        ledger.close_exceptions([(STALE, subject)], "the pack says what the facts say", now)
        return
    signed = f"signed by {kept.signed_by}" if kept.signed_by else "not signed"
    text = f"Pack {kept.number} of {pack.month} ({signed}) does not hold any more: {kept.stale_why}"
    ledger.see_exceptions([finding(STALE, subject, text, since=kept.stale_at)], now)


def make(ledger: Ledger, policy: Policy, month: Month, by: str, folder: Path, shop: str, now: datetime) -> Look:
    """The month's pack, written to `folder`/month/number. Where the last one still holds, that one, whose files are
    written again if a process ended before they were."""
    found = look(ledger, policy, month, now)
    kept = found.standing or _new(ledger, policy, month, found, by, now)
    if not kept.folder:
        kept = ledger.put_close_in(kept.id, str(folder / str(month) / str(kept.number)))
    if not _is_written(kept):
        write(found.pack, kept, shop)
    _tell(ledger, found.pack, kept, now)
    return Look(found.pack, kept, ())


def _new(ledger: Ledger, policy: Policy, month: Month, found: Look, by: str, now: datetime) -> CloseRecord:
    return ledger.keep_close(
        str(month),
        made_by=person(by),
        sha256=found.pack.hash,
        document=found.pack.document(),
        ties_out=found.pack.ties_out,
        policy_version=policy.version,
        now=now,
    )


def sign(ledger: Ledger, policy: Policy, month: Month, by: str, shop: str, now: datetime) -> Look:
    """The second person's sign-off. Refused for the person who made it, a pack that is stale or does not tie out."""
    found = look(ledger, policy, month, now)
    kept, name = found.kept, person(by)
    if kept is None:
        raise Refused(f"There is no pack of {month} to sign. Make it: `returnworks close {month} --make`.")
    if kept.stale_at is not None:
        raise Refused(f"Pack {kept.number} of {month} is stale: {kept.stale_why}. Make it again, then sign that one.")
    if not kept.folder:
        raise Refused(f"Pack {kept.number} of {month} has no files yet: `returnworks close {month} --make`.")
    if not kept.ties_out:
        raise Refused(f"Pack {kept.number} of {month} does not tie out; see the tables that are marked in it.")
    if not name or name.casefold() == kept.made_by.casefold():
        raise Refused(f"{kept.made_by} made the pack, so another person signs it. Name them with --by.")
    if kept.signed_at is not None:
        raise Refused(f"{kept.signed_by} signed pack {kept.number} of {month} already.")
    kept = ledger.sign_close(kept.id, name, now)
    write(found.pack, kept, shop)
    return Look(found.pack, kept, ())


# --- The facts -------------------------------------------------------------------------------------------


def _facts(ledger: Ledger, policy: Policy, month: Month) -> MonthFacts:
    moved = ledger.postings_of_time(month.start, month.end)
    items = _items(ledger, month)
    ids = _returns_of(ledger, month, moved, items)
    latest = ledger.get_returns(ids)
    return MonthFacts(
        month=month,
        policy=policy,
        opening=_then(ledger, latest, month.start),
        closing=_then(ledger, latest, month.end),
        credits=tuple(_credits(ledger.postings(return_ids=ids, kinds=[Kind.CREDIT]), month)),
        goods=tuple(_goods(moved, month)),
        exchanges=tuple(_exchanges(moved, month)),
        items=items,
        forward=roll(ledger, at_moment(ledger, month.start), at_moment(ledger, month.end)),
        nights=tuple(
            NightFact(night.id, night.as_of, night.verdict) for night in ledger.nights_between(month.start, month.end)
        ),
    )


def _returns_of(
    ledger: Ledger, month: Month, moved: Iterable[PostingRecord], items: Iterable[ClosingItem]
) -> list[str]:
    """Returns that can have something to say: open ones, those that changed since, those of postings and exceptions."""
    ids = {*ledger.returns_changed_since(month.start), *ledger.unended_returns()}
    ids |= {record.return_id for record in moved} | {item.return_id for item in items if item.return_id}
    return sorted(ids)


def _then(ledger: Ledger, latest: Mapping[str, Return], moment: datetime) -> tuple[Return, ...]:
    """How these returns, by id as they are known now, stood at `moment`; those that were made by then."""
    seen = ledger.returns_then(latest, moment)
    stood = (then(seen[return_id], latest[return_id], moment) for return_id in sorted(seen))
    return tuple(ret for ret in stood if ret is not None)


def _items(ledger: Ledger, month: Month) -> tuple[ClosingItem, ...]:
    """What was open at the month's end, told from the desk's events."""
    open_then: dict[int, DeskItem] = {
        item.exception_id: item for item in ledger.desk_then(ledger.last_desk_event(month.end), month.end)
    }
    return tuple(
        ClosingItem(
            id=record.id,
            code=record.code,
            owner=record.owner,
            subject=record.subject,
            return_id=record.return_id,
            event_at=record.event_at,
            units=open_then[record.id].units,
            value=open_then[record.id].value,
            waived=open_then[record.id].waived,
        )
        for record in ledger.exceptions_of(sorted(open_then))
    )


def _credits(records: Iterable[PostingRecord], month: Month) -> Iterable[CreditFact]:
    for record in records:
        if record.confirmed_at is not None and record.confirmed_at < month.end and record.amount is not None:
            yield CreditFact(
                reference=record.reference,
                return_id=record.return_id,
                transaction_id=record.posting.covers[0],
                amount=record.amount,
                at=record.confirmed_at,
                linked=record.linked,
            )


def _goods(records: Iterable[PostingRecord], month: Month) -> Iterable[GoodsFact]:
    for record in records:
        if record.confirmed_at is None or not month.holds(record.confirmed_at):
            continue
        for line in record.posting.restock:
            yield GoodsFact(
                reference=record.reference,
                return_id=record.return_id,
                sku=line.sku,
                location=line.location_name,
                disposition=line.disposition.value,
                units=line.quantity,
                scrapped=line.scrap_quantity,
                at=record.confirmed_at,
            )


def _exchanges(records: Iterable[PostingRecord], month: Month) -> Iterable[ExchangeFact]:
    """Exchange orders that we learned of in the month; later markings are the later month's."""
    for record in records:
        if record.kind == Kind.EXCHANGE and month.holds(record.created_at):
            marked = record.confirmed_at if record.confirmed_at and record.confirmed_at < month.end else None
            yield ExchangeFact(
                reference=record.reference,
                return_id=record.return_id,
                channel_order=record.posting.covers[0],
                order_id=record.order_id,
                state="marked" if marked else "not marked",
                at=marked,
            )


# --- The files -------------------------------------------------------------------------------------------


def write(pack: Pack, kept: CloseRecord, shop: str) -> None:
    """The page, one CSV per table, the JSON that was hashed, the sign-off, and the hashes of them all."""
    document = json.dumps(pack.document(), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    files = {f"{section.key}.csv": section_csv(section) for section in pack.sections}
    files |= {"close.json": document, "close.html": render_close(pack, kept, shop), SIGN_OFF: _sign_off(kept)}
    sums = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    whole = files | {MANIFEST: sums}
    write_files(Path(kept.folder), {name: text.encode() for name, text in whole.items()})


def _is_written(kept: CloseRecord) -> bool:
    """Whether all files are there, the manifest last of them, and say who signed by now."""
    said = Path(kept.folder) / SIGN_OFF
    written = (Path(kept.folder) / MANIFEST).exists() and said.exists()
    return written and said.read_text(encoding="utf-8") == _sign_off(kept)


def _sign_off(kept: CloseRecord) -> str:
    said = {
        "month": kept.month,
        "pack": kept.number,
        "facts_sha256": kept.sha256,
        "made_by": kept.made_by,
        "made_at": kept.made_at.isoformat(),
        "signed_by": kept.signed_by or None,
        "signed_at": kept.signed_at.isoformat() if kept.signed_at else None,
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
