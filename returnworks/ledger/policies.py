"""Which policies decided: each version with its text, so that every decision can be read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from returnworks.ledger.engine import Book
from returnworks.ledger.statements import chunks, insert_new
from returnworks.ledger.tables import PolicyRow, PostingRow, ReturnRow
from returnworks.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    version: str
    first_used_at: datetime
    document: str
    """All settings as JSON text (see `Policy.document`)."""
    postings: int
    """How many postings it decided; one that says something else since counts for the later policy."""


class Policies(Book):
    def remember_policy(self, policy: Policy, now: datetime) -> None:
        """Keep the text of a policy that is about to decide; its first use stays as it was."""
        with self._read() as session:
            known = session.get(PolicyRow, policy.version) is not None
        if not known:
            row = {"version": policy.version, "document": policy.document(), "first_used_at": now}
            with self._write() as session:
                insert_new(session, PolicyRow, [row])

    def policies(self) -> list[PolicyRecord]:
        """Every policy that ever decided, the first used first."""
        decided = (
            select(col(PostingRow.policy_version).label("version"), func.count().label("postings"))
            .group_by(col(PostingRow.policy_version))
            .subquery()
        )
        wanted = (
            select(PolicyRow, func.coalesce(decided.c.postings, 0))
            .outerjoin(decided, decided.c.version == col(PolicyRow.version))
            .order_by(col(PolicyRow.first_used_at), col(PolicyRow.version))
        )
        with self._read() as session:
            return [
                PolicyRecord(row.version, row.first_used_at, row.document, count)
                for row, count in session.execute(wanted)
            ]

    def decided_by(self, return_ids: Iterable[str]) -> dict[str, str]:
        """The version of the policy that last decided about each return; undecided and unknown ones are absent."""
        with self._read() as session:
            return {
                return_id: version
                for part in chunks(return_ids)
                for return_id, version in session.execute(
                    select(col(ReturnRow.return_id), col(ReturnRow.plan_policy)).where(
                        col(ReturnRow.return_id).in_(part), col(ReturnRow.plan_policy).is_not(None)
                    )
                )
                if version
            }

    def policy_document(self, version: str) -> str | None:
        """The settings of one version as JSON text; None for one that was never kept."""
        with self._read() as session:
            row = session.get(PolicyRow, version)
            return row.document if row else None
