"""Claims: whole orders at a time, one worker per order, whatever happens to the workers."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as database_event

from returnworks.ledger import LeaseLost, Ledger, PostingRecord
from returnworks.rules.model import Kind
from returnworks.rules.states import Event, IllegalMove, State
from tests.databases import POSTGRESQL
from tests.ledger.faces import LEASE, NOW, credit, flat, later, many, restock

ROOT = Path(__file__).resolve().parent.parent.parent
GOODS = (Kind.RESTOCK,)


def claim(ledger: Ledger, worker: str = "anna", minutes: float = 0, limit: int = 10) -> list[str]:
    return references(ledger.claim(GOODS, worker, limit, LEASE, later(minutes)))


def references(records: list[PostingRecord]) -> list[str]:
    return [record.reference for record in records]


def send(ledger: Ledger, reference: str, worker: str = "anna", minutes: float = 0) -> int:
    return ledger.begin(reference, worker, "CreateRMABooking", {"order": "ord-1"}, later(minutes))


def when_leased(ledger: Ledger, act: Callable[[], object]) -> None:
    """Somebody else acts once, on a connection of their own, between the lease of an order and the look at it."""

    def once(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO order_lease") and not acted:
            acted.append(act())

    acted: list[object] = []
    database_event.listen(ledger._engine, "after_cursor_execute", once)


def test_whole_orders_are_claimed_longest_due_first(ledger: Ledger) -> None:
    postings = [
        restock("RW-R-1", order_id="young", covers=("1",), due_at=later(-5)),
        restock("RW-R-2", order_id="old", covers=("2",), due_at=later(-2)),
        restock("RW-R-3", order_id="old", covers=("3",), due_at=later(-9)),
    ]
    ledger.intend(postings, "p", NOW)
    assert claim(ledger, limit=1) == ["RW-R-3", "RW-R-2"]
    assert claim(ledger, limit=1) == ["RW-R-1"]


def test_an_order_is_claimed_once_even_by_the_same_worker(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    assert claim(ledger) == [restock().reference]
    assert claim(ledger) == claim(ledger, "bert") == []


def test_kinds_wait_for_each_other_on_one_order(ledger: Ledger) -> None:
    ledger.intend([restock(), credit()], "p", NOW)
    claim(ledger, "anna")
    assert ledger.claim([Kind.CREDIT], "bert", 10, LEASE, NOW) == []
    ledger.release("anna", ["ord-1"])
    assert references(ledger.claim([Kind.CREDIT], "bert", 10, LEASE, NOW)) == [credit().reference]


def test_only_the_holder_can_give_an_order_back(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger, "anna")
    ledger.release("bert", ["ord-1"])
    assert claim(ledger, "bert") == []
    ledger.release("anna", ["ord-1"])
    assert claim(ledger, "bert") == [restock().reference]


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_an_order_whose_return_is_named_while_it_is_claimed_is_given_back(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    when_leased(ledger, lambda: ledger.enqueue([restock().return_id], "poll", NOW))
    assert claim(ledger, "anna") == []
    ledger.claim_inbox("bert", 10, LEASE, NOW)
    ledger.finish_inbox([restock().return_id], "bert", NOW)
    assert claim(ledger, "bert") == [restock().reference]


@pytest.mark.parametrize(("minutes", "free"), [(9, False), (10, True)])
def test_a_dead_workers_order_is_free_when_its_lease_ends(ledger: Ledger, minutes: float, free: bool) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger, "anna")
    assert claim(ledger, "bert", minutes) == ([restock().reference] if free else [])


@pytest.mark.parametrize(("minutes", "due"), [(14, False), (15, True)])
def test_goods_wait_until_their_window_closes(ledger: Ledger, minutes: float, due: bool) -> None:
    ledger.intend([restock()], "p", NOW, not_before=later(15))
    assert claim(ledger, minutes=minutes) == ([restock().reference] if due else [])


def test_a_run_by_hand_closes_the_window(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW, not_before=later(15))
    assert references(ledger.claim(GOODS, "anna", 10, LEASE, NOW, ignore_window=True)) == [restock().reference]


def test_the_first_window_to_close_on_an_order_closes_it_for_all(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("1",))], "p", NOW, not_before=later(15))
    ledger.intend([restock("RW-R-2", covers=("2",))], "p", later(10), not_before=later(30))
    ledger.intend([restock("RW-R-3", order_id="ord-3", covers=("3",))], "p", NOW, not_before=later(30))
    assert claim(ledger, minutes=15) == ["RW-R-1", "RW-R-2"]


@pytest.mark.parametrize(("minutes", "due"), [(4, False), (5, True)])
def test_what_is_put_off_waits(ledger: Ledger, minutes: float, due: bool) -> None:
    ledger.intend([restock()], "p", NOW)
    ledger.put_off(restock().reference, later(5))
    assert claim(ledger, minutes=minutes) == ([restock().reference] if due else [])


def test_only_the_returns_that_are_named_are_claimed(ledger: Ledger) -> None:
    ledger.intend(many(3, 3), "p", NOW)
    assert references(ledger.claim(GOODS, "anna", 10, LEASE, NOW, return_ids=["ret-1"])) == ["RW-R-00001"]
    assert ledger.claim(GOODS, "anna", 10, LEASE, NOW, return_ids=[]) == []


def test_what_is_held_is_not_claimed_until_it_is_let_go(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW, not_before=later(15))
    assert ledger.hold(restock().reference, "the order is locked", NOW).reason == "the order is locked"
    assert ledger.hold(restock().reference, "still locked", later(1)).reason == "still locked"
    assert claim(ledger, minutes=60) == []
    assert ledger.unhold(restock().reference, later(2)).state == State.PLANNED
    assert claim(ledger, minutes=2) == [restock().reference]


def test_an_order_with_goods_in_doubt_gets_no_more_goods_until_they_are_settled(ledger: Ledger) -> None:
    ledger.intend([restock("RW-R-1", covers=("1",)), restock("RW-R-2", covers=("2",)), credit()], "p", NOW)
    claim(ledger)
    ledger.finish(send(ledger, "RW-R-1"), Event.LOSE, NOW, error="time-out")
    ledger.release("anna", ["ord-1"])
    assert claim(ledger, minutes=60) == []
    assert references(ledger.claim([Kind.CREDIT], "bert", 10, LEASE, later(60))) == [credit().reference]


# --- sending needs the order ---------------------------------------------------------------------


def test_nothing_is_sent_by_who_does_not_hold_the_order(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    with pytest.raises(LeaseLost):
        send(ledger, restock().reference)
    claim(ledger, "anna")
    with pytest.raises(LeaseLost):
        send(ledger, restock().reference, "bert")
    with pytest.raises(LeaseLost):
        send(ledger, restock().reference, "anna", minutes=10)
    record = ledger.posting(restock().reference)
    assert record is not None
    assert (record.state, record.tries) == (State.PLANNED, 0)
    assert ledger.attempts(restock().reference) == []


def test_a_send_just_before_the_lease_ends_keeps_the_order_long_enough(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger, "anna")
    send(ledger, restock().reference, minutes=9.9)
    assert ledger.to_settle("bert", 10, LEASE, later(14.8)) == []
    assert references(ledger.to_settle("bert", 10, LEASE, later(15))) == [restock().reference]


# --- settling ------------------------------------------------------------------------------------


def test_what_a_dead_worker_sent_becomes_unknown_and_is_looked_up(ledger: Ledger) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger, "anna")
    send(ledger, restock().reference)
    assert ledger.to_settle("bert", 10, LEASE, later(9)) == []
    assert claim(ledger, "bert", minutes=11) == []
    (record,) = ledger.to_settle("bert", 10, LEASE, later(11))
    assert (record.state, record.reason) == (State.UNKNOWN, "the worker ended before it wrote an answer down")
    settled = ledger.settle(record.reference, Event.NOT_FOUND, "bert", later(12), outcome="absent")
    assert (settled.state, settled.phase) == (State.PLANNED, "book")
    ledger.release("bert", ["ord-1"])
    assert claim(ledger, "carl", minutes=12) == [restock().reference]
    assert [attempt.outcome for attempt in ledger.attempts(restock().reference)] == ["", "absent"]


@pytest.mark.parametrize(("minutes", "due"), [(4, False), (5, True)])
def test_a_lost_answer_is_left_alone_for_the_settle_delay(ledger: Ledger, minutes: float, due: bool) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger)
    ledger.finish(send(ledger, restock().reference), Event.LOSE, NOW, error="time-out", next_try_at=later(99))
    ledger.release("anna", ["ord-1"])
    records = ledger.to_settle("bert", 10, LEASE, later(minutes), delay=timedelta(minutes=5))
    assert references(records) == ([restock().reference] if due else [])


@pytest.mark.parametrize(("minutes", "due"), [(6, False), (7, True)])
def test_a_look_that_failed_is_repeated_when_it_was_put_off_to(ledger: Ledger, minutes: float, due: bool) -> None:
    ledger.intend([restock()], "p", NOW)
    claim(ledger)
    ledger.finish(send(ledger, restock().reference), Event.LOSE, NOW, error="time-out")
    ledger.put_off(restock().reference, later(7))
    ledger.release("anna", ["ord-1"])
    assert len(ledger.to_settle("bert", 10, LEASE, later(minutes))) == due


def test_settling_keeps_to_the_returns_that_are_named(ledger: Ledger) -> None:
    ledger.intend(many(2, 2), "p", NOW)
    for reference in claim(ledger):
        ledger.finish(send(ledger, reference), Event.LOSE, NOW)
    ledger.release("anna", ["ord-0", "ord-1"])
    assert references(ledger.to_settle("bert", 10, LEASE, NOW, return_ids=["ret-1"])) == ["RW-R-00001"]


# --- many workers --------------------------------------------------------------------------------


def work_off(ledger: Ledger, worker: str) -> list[tuple[str, str]]:
    """Claim, send and confirm goods until none are due; (reference, order) in the order of doing."""
    done = []
    while records := ledger.claim(GOODS, worker, 2, LEASE, NOW):
        for record in records:
            for event in (Event.ADVANCE, Event.CONFIRM):
                ledger.finish(send(ledger, record.reference, worker), event, NOW)
            done.append((record.reference, record.order_id))
        ledger.release(worker, {record.order_id for record in records})
    return done


def test_threads_that_work_together_send_everything_once(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend(many(24, 9), "p", NOW)
        with ThreadPoolExecutor(4) as pool:
            results = pool.map(lambda worker: work_off(ledger, worker), ["anna", "bert", "carl", "dora"])
            done = [reference for part in results for reference, _ in part]
        assert sorted(done) == [f"RW-R-{n:05}" for n in range(24)]
        assert ledger.counts_by_state()[Kind.RESTOCK][State.CONFIRMED] == 24


def test_threads_that_claim_together_never_share_an_order(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend(many(40, 20), "p", NOW)

        def take_all(worker: str) -> list[str]:
            got: list[str] = []
            while records := ledger.claim(GOODS, worker, 2, LEASE, NOW):
                got += {record.order_id for record in records}
            return got

        with ThreadPoolExecutor(4) as pool:
            orders = flat(pool.map(take_all, ["anna", "bert", "carl", "dora"]))
    assert sorted(orders) == sorted(f"ord-{n}" for n in range(20))


PROCESS = """
import json, sys
from returnworks.ledger import Ledger
from tests.ledger.test_claims import work_off
with Ledger.open(sys.argv[1], create=False) as ledger:
    print(json.dumps(work_off(ledger, sys.argv[2])))
"""


def test_processes_that_work_together_send_everything_once(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend(many(16, 8), "p", NOW)
        command = [sys.executable, "-W", "ignore", "-c", PROCESS, database_url]
        running = [
            subprocess.Popen([*command, worker], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for worker in ("anna", "bert")
        ]
        done = [reference for process in running for reference, _ in json.loads(process.communicate(timeout=60)[0])]
        assert sorted(done) == [f"RW-R-{n:05}" for n in range(16)]
        assert ledger.counts_by_state()[Kind.RESTOCK][State.CONFIRMED] == 16


def test_workers_that_settle_together_never_share_an_order(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend(many(12, 12), "p", NOW)
        for reference in references(ledger.claim(GOODS, "dead", 99, LEASE, NOW)):
            send(ledger, reference, "dead")

        def settle_all(worker: str) -> list[str]:
            got: list[str] = []
            while records := ledger.to_settle(worker, 2, LEASE, later(30)):
                got += references(records)
            return got

        with ThreadPoolExecutor(3) as pool:
            looked = flat(pool.map(settle_all, ["anna", "bert", "carl"]))
    assert sorted(looked) == [f"RW-R-{n:05}" for n in range(12)]


def test_claiming_sending_retrying_and_giving_back_at_once_never_deadlocks(database_url: str) -> None:
    with Ledger.open(database_url, create=False) as ledger:
        ledger.intend(many(30, 10), "p", NOW)
        returns = [f"ret-{n}" for n in range(30)]

        def hustle(worker: str) -> None:
            for round_ in range(8):
                minutes = round_ * 11  # every lease of the round before has ended
                for record in ledger.claim(GOODS, worker, 4, LEASE, later(minutes)):
                    with contextlib.suppress(LeaseLost, IllegalMove):
                        attempt = send(ledger, record.reference, worker, minutes)
                        ledger.finish(attempt, Event.NOT_FOUND, later(minutes))
                ledger.to_settle(worker, 4, LEASE, later(minutes))
                ledger.retry(returns, later(minutes))
                ledger.release(worker, [f"ord-{n}" for n in range(10)])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(hustle, ["anna", "bert", "carl", "dora"]))
        assert sum(ledger.counts_by_state()[Kind.RESTOCK].values()) == 30
