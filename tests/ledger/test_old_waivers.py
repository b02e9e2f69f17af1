"""A ledger from before the desk remembered when waivers end still tells which exceptions rested when."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command

from returnworks.ledger import Ledger, migrate
from returnworks.ledger.engine import connect, parse_url
from tests.ledger.faces import NOW, later

EVENTS = [
    ("opened", "One rug never came back."),
    ("waived", f"until {later(60).isoformat()}: recount on Friday: twice"),
    ("noted", f"until {later(90).isoformat()}: somebody's own words"),
    ("waived", "until Friday, somebody wrote"),
]


def ledger_at_0003(url: str) -> None:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = connect(parsed)
    with engine.execution_options(writing=True).begin() as connection:
        command.upgrade(migrate.config(connection), "0003")
        tables = sa.MetaData()
        tables.reflect(connection)
        item, event = tables.tables["exception_item"], tables.tables["exception_event"]
        texts = dict.fromkeys(("code", "subject", "owner", "severity", "message", "evidence", "assignee"), "x")
        times = dict.fromkeys(("event_at", "opened_at", "last_seen_at"), NOW)
        connection.execute(item.insert().values(id=1, units=1, reopened=0, waive_reason="", **texts, **times))
        for what, detail in EVENTS:
            connection.execute(event.insert().values(item_id=1, at=NOW, what=what, detail=detail, units=1))
    engine.dispose()


def test_an_old_waivers_end_is_read_from_its_words_and_from_nobody_elses(empty_database_url: str) -> None:
    ledger_at_0003(empty_database_url)
    with Ledger.open(empty_database_url) as ledger:
        events = ledger.exception_events(1)
    assert [(event.what, event.detail) for event in events] == EVENTS
    assert [event.until for event in events] == [None, later(60), None, None]
    assert {event.who for event in events} == {""}
