"""The desk's news for chat: by owner what is new, what is oldest, what is dearest. Codes, ids and sums only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from returnworks.ledger import ExceptionRecord, Ledger
from returnworks.report.words import moneys, span
from returnworks.rules.escalation import Notice, notices_due
from returnworks.rules.model import Owner
from returnworks.rules.policy import Policy

DIGEST = "desk.digest"
"""The watermark of the last digest that was told; its detail is the last event that was in it."""

NEWS = ("opened", "reopened", "waiver_ended")


@dataclass(frozen=True, slots=True)
class Share:
    """What one owner has on the desk."""

    owner: Owner
    items: tuple[ExceptionRecord, ...]
    """All that is open, waived ones too, oldest event first."""
    new: int
    """Of them, opened since the last digest and still open."""
    reopened: int
    waiver_ended: int

    @property
    def dearest(self) -> ExceptionRecord | None:
        """The one of the greatest value in the currency that most of them are in; None where none has a value."""
        valued = [item for item in self.items if item.value is not None]
        if not valued:
            return None
        currencies = [item.value.currency for item in valued if item.value]
        usual = max(sorted(set(currencies)), key=currencies.count)
        return max(
            (item for item in valued if item.value and item.value.currency == usual),
            key=lambda item: (item.value.minor if item.value else 0, -item.id),
        )


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened at the desk since the last digest."""

    at: datetime
    last_event: int
    """The last event that is in it."""
    shares: tuple[Share, ...]
    """Owners that have anything open."""
    notices: tuple[Notice, ...]
    """Who has to hear of what, for the first time."""
    closed: int

    @property
    def has_news(self) -> bool:
        """Whether anything came, came back, ceased to rest, or has to be told to somebody else."""
        return bool(self.notices) or any(share.new + share.reopened + share.waiver_ended for share in self.shares)

    def text(self) -> str:
        """A few lines for a chat tool; "" when there is nothing to say. Nobody's name is in it."""
        if not self.has_news:
            return ""
        known = {item.id: item for share in self.shares for item in share.items}
        return "\n".join(
            [
                f"Returnworks: {len(known)} open exceptions, {self.closed} closed since the last digest.",
                *(_owner_line(share, self.at) for share in self.shares),
                *_notice_lines(self.notices, known, self.at),
            ]
        )


def make_digest(ledger: Ledger, policy: Policy, now: datetime) -> Digest:
    """The news since the last digest that was told; reads only."""
    told_upto, newest = int(ledger.watermark_detail(DIGEST) or 0), ledger.newest_desk_event()
    happened: dict[str, set[int]] = {what: set() for what in (*NEWS, "closed")}
    for event in ledger.desk_events(told_upto, newest, tuple(happened)):
        happened[event.what].add(event.exception_id)
    items = ledger.exceptions()
    told = ledger.notices_given([item.id for item in items])
    return Digest(
        at=now,
        last_event=newest,
        shares=tuple(share for owner in Owner if (share := _share(owner, items, happened)).items),
        notices=notices_due(items, policy.escalation, now, told),
        closed=len(happened["closed"] - {item.id for item in items}),
    )


def digest_told(ledger: Ledger, digest: Digest) -> None:
    """Remember that `digest` reached people: its news is old and its notices are given."""
    ledger.keep_notices(digest.notices, digest.at)
    ledger.set_watermark(DIGEST, digest.at, str(digest.last_event))


def _share(owner: Owner, items: Iterable[ExceptionRecord], happened: dict[str, set[int]]) -> Share:
    mine = tuple(item for item in items if item.owner == owner)
    new, reopened, ended = (sum(item.id in happened[what] for item in mine) for what in NEWS)
    return Share(owner, mine, new, reopened, ended)


def _owner_line(share: Share, now: datetime) -> str:
    parts = [f"{len(share.items)} open"]
    for count, word in ((share.new, "new"), (share.reopened, "reopened"), (share.waiver_ended, "no longer waived")):
        if count:
            parts.append(f"{count} {word}")
    if worth := moneys(item.value for item in share.items):
        parts.append(worth)
    oldest = share.items[0]
    parts.append(f"oldest {span(now - oldest.event_at)} ({_named(oldest)})")
    if dearest := share.dearest:
        parts.append(f"biggest {moneys([dearest.value])} ({_named(dearest)})")
    return f"{share.owner}: {', '.join(parts)}"


def _notice_lines(notices: Sequence[Notice], known: dict[int, ExceptionRecord], now: datetime) -> list[str]:
    return [
        f"for {notice.tell}: {_named(item)} is {span(now - item.event_at)} old, "
        f"{moneys([item.value]) or 'worth not known'} ({notice.step})"
        for notice in notices
        if (item := known.get(notice.exception_id))
    ]


def _named(item: ExceptionRecord) -> str:
    return f"{item.code} #{item.id}"
