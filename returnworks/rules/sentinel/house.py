"""Our own house: what is heard, the nights, the database and its copies, the shop's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from returnworks.rules.model import Finding
from returnworks.rules.sentinel.check import Check, State, cannot_tell, good
from returnworks.rules.silence import Signals, SilencePolicy, listen

NIGHT_EVERY = timedelta(hours=36)
"""A night is missed when the last one is longer ago."""
BACKUP_EVERY = timedelta(days=7)
LARGE_BYTES = 20 * 1000**3
"""A ledger of 20 GB: some hundred million rows, far more than returns alone make."""

REMEDIES = {
    "silence_poll": "See in the Prefect UI why `intake` does not run, then run `returnworks sync`.",
    "silence_changes": "Look in ReturnGO whether returns changed; if they did, run `returnworks sync`.",
    "silence_webhooks": "Check the webhook in ReturnGO and that `returnworks hooks` is reached.",
    "ids_missing": "Run `returnworks sync --return-id RETURN_ID` for each.",
}


@dataclass(frozen=True, slots=True)
class Night:
    """The last nightly reconciliation. `finished_at` is None while it runs, and when it died."""

    started_at: datetime
    finished_at: datetime | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Database:
    size: int | None
    """Bytes; None where it could not be measured."""
    revision: str | None
    wanted: str
    """The revision that this program works with."""
    backed_up_at: datetime | None
    kind: str
    """ "sqlite" or "postgresql"."""


def feeds(signals: Signals, policy: SilencePolicy) -> list[Check]:
    """The poll, changes, webhooks and ids; each alarm of `rules.silence` is one check."""
    alarms = listen(signals, policy)
    return [*(_alarm(alarm) for alarm in alarms), *_heard(signals, {alarm.code for alarm in alarms})]


def _alarm(alarm: Finding) -> Check:
    return Check(
        name=alarm.subject,
        state=State.WARNING,
        cause=alarm.message,
        consequence="Returns may change without being seen until the next sweep or night.",
        remedy=REMEDIES[alarm.code],
        measured="what the ledger heard in the last four weeks",
    )


def _heard(signals: Signals, alarms: set[str]) -> list[Check]:
    said = []
    if signals.polled is None:
        said.append(cannot_tell("poll of ReturnGO", "ReturnGO was never polled.", "Run `returnworks sync`."))
    elif "silence_poll" not in alarms:
        text = f"Last polled {_ago(signals.now - signals.polled)} ago."
        said.append(good("poll of ReturnGO", text, "the ledger's mark of the last poll"))
    if not signals.webhooks:
        text = "No webhook came in the last four weeks: there is none, or it does not reach us."
        said.append(cannot_tell("webhooks", text, "Without webhooks the poll finds every change, a little later."))
    elif "silence_webhooks" not in alarms:
        text = f"Last heard {_ago(signals.now - max(signals.webhooks))} ago."
        said.append(good("webhooks", text, "the ledger's queue"))
    return said


def nights(last: Night | None, now: datetime) -> Check:
    name = "the night"
    if last is None:
        return cannot_tell(name, "No night was ever run.", "Run `returnworks reconcile`.")
    measured = "the ledger's list of nights"
    since = now - last.started_at
    if since > NIGHT_EVERY:
        return _night(f"The last night began {_ago(since)} ago.", "See that `returnworks serve` runs.", measured)
    if last.finished_at is None and since > timedelta(hours=6):
        return _night("The last night never came to its end.", "Run `returnworks reconcile`.", measured)
    return good(name, f"The last one began {_ago(since)} ago: {last.verdict or 'still running'}.", measured)


def _night(cause: str, remedy: str, measured: str) -> Check:
    return Check(
        name="the night",
        state=State.WARNING,
        cause=cause,
        consequence="Differences between the two systems are not found.",
        remedy=remedy,
        measured=measured,
    )


def database(facts: Database, now: datetime) -> list[Check]:
    return [_schema(facts), _size(facts), _backup(facts, now)]


def _schema(facts: Database) -> Check:
    if facts.revision == facts.wanted:
        return good("ledger's schema", f"Revision {facts.revision}.", "the database")
    return Check(
        name="ledger's schema",
        state=State.BROKEN,
        cause=f"The database is at revision {facts.revision}, this program works with {facts.wanted}.",
        consequence="Nothing can be written down, so nothing is posted.",
        remedy="Back it up, then run `returnworks db upgrade`.",
        measured="the database",
    )


def _size(facts: Database) -> Check:
    if facts.size is None:
        return cannot_tell("ledger's size", "The database does not say how large it is.")
    text = f"{facts.size / 1000**2:,.1f} MB."
    if facts.size < LARGE_BYTES:
        return good("ledger's size", text, "the database and its log")
    return Check(
        name="ledger's size",
        state=State.WARNING,
        cause=text,
        consequence="Backups take long, and the disk may fill.",
        remedy="See that the disk has room; `nights` in the policy says how long nights are kept.",
        measured="the database and its log",
    )


def _backup(facts: Database, now: datetime) -> Check:
    if facts.kind != "sqlite":
        return cannot_tell(
            "backup", "PostgreSQL is backed up by its own tools.", "Check that pg_dump runs, and restores."
        )
    if facts.backed_up_at is not None and now - facts.backed_up_at <= BACKUP_EVERY:
        return good("backup", f"The last one was made {_ago(now - facts.backed_up_at)} ago.", "the ledger's own note")
    age = f"The last one was made {_ago(now - facts.backed_up_at)} ago" if facts.backed_up_at else "None was made"
    return Check(
        name="backup",
        state=State.NOTICE,
        cause=f"{age} by `returnworks db backup`.",
        consequence="With the disk goes the knowledge of what was posted; it can be looked up in Linnworks, slowly.",
        remedy="Run `returnworks db backup FILE` every day, onto another disk.",
        measured="the ledger's own note",
    )


def time_zone(name: str, peaks: int) -> Check:
    """`peaks`: outbound peaks in the policy, which are in this time zone."""
    if name != "UTC" or not peaks:
        return good("time zone", f"Hours in the policy are {name}.", "the policy")
    return Check(
        name="time zone",
        state=State.NOTICE,
        cause=f"The policy has {peaks} outbound peaks and no time zone, so they are UTC.",
        consequence="In summer they may be an hour off.",
        remedy='Say `time_zone = "Europe/London"`, or wherever the warehouse is, in the policy.',
        measured="the policy",
    )


def _ago(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
