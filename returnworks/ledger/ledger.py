"""The ledger: everything that Returnworks remembers, in one database.

Each subject is a class of its own (`Inbox`, `Returns`, `Postings`, ...); `Ledger` is all of them on one
connection. Every call is one short transaction; `now` always comes from the caller. Calls may come from
several threads and processes at once.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from returnworks.errors import LedgerError
from returnworks.ledger import migrate
from returnworks.ledger.archives import Archives
from returnworks.ledger.attempts import Attempts
from returnworks.ledger.claims import Claims
from returnworks.ledger.closes import Closes
from returnworks.ledger.decisions import Decisions
from returnworks.ledger.desk import Desk
from returnworks.ledger.engine import connect, parse_url, sqlite_file, unusable
from returnworks.ledger.exceptions import Exceptions
from returnworks.ledger.healings import Healings
from returnworks.ledger.history import History
from returnworks.ledger.holds import Holds
from returnworks.ledger.inbox import Inbox
from returnworks.ledger.integrity import Integrity
from returnworks.ledger.leases import Leases
from returnworks.ledger.measures import Measures
from returnworks.ledger.modes import Modes
from returnworks.ledger.nights import Nights
from returnworks.ledger.orders import Orders
from returnworks.ledger.payouts import Payouts
from returnworks.ledger.policies import Policies
from returnworks.ledger.postings import Postings
from returnworks.ledger.returns import Returns
from returnworks.ledger.tallies import Tallies
from returnworks.ledger.watermarks import Watermarks


class Ledger(
    Watermarks,
    Measures,
    Inbox,
    Returns,
    Orders,
    Policies,
    Postings,
    Leases,
    Claims,
    Attempts,
    Holds,
    Exceptions,
    Nights,
    Archives,
    Integrity,
    History,
    Payouts,
    Closes,
    Modes,
    Desk,
    Tallies,
    Healings,
    Decisions,
):
    """Use it as a context manager, or `close()` it."""

    @classmethod
    def open(cls, url: str, create: bool = True) -> Self:
        """Open the ledger at `sqlite:///file`, `sqlite://` (in memory) or `postgresql://...`.

        With `create` the folder and the database file are made and an empty or older database is brought
        up to date. Without, anything that is not there or not up to date is a LedgerError. So is, always,
        a database that a newer program wrote, that is somebody else's, or that does not answer.
        """
        parsed = parse_url(url)
        _prepare_folder(parsed, create)
        ledger = cls(connect(parsed))
        try:
            ledger._bring_up_to_date(create)
        except DBAPIError as problem:
            ledger.close()
            raise unusable(problem) from problem
        except BaseException:
            ledger.close()
            raise
        return ledger

    def revision(self) -> str | None:
        """The database's schema revision; None while it is empty."""
        with self._engine.connect() as connection:
            return migrate.current(connection)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bring_up_to_date(self, create: bool) -> None:
        revision = self.revision()
        if create and revision != migrate.head():
            migrate.upgrade(self._engine)
        elif not create:
            migrate.require_head(revision)
        with self._engine.connect() as connection:
            migrate.require_whole(connection)


def _prepare_folder(url: URL, create: bool) -> None:
    file = sqlite_file(url)
    if file is None:
        return
    if not create and not file.exists():
        raise LedgerError(f"There is no ledger at {file}.", "Run `returnworks db upgrade`, or mend the path.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise LedgerError(
            f"The ledger's folder {file.parent} cannot be made ({problem.strerror}).",
            "Set RETURNWORKS_HOME or RETURNWORKS_DATABASE_URL to a place that can be written.",
        ) from problem
