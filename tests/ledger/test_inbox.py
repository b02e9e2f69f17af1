"""The inbox: named often, read once, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from returnworks.ledger import Ledger
from tests.ledger.faces import LEASE, NOW, flat, later


def claimed(ledger: Ledger, worker: str = "anna", limit: int = 10, minutes: float = 0) -> list[str]:
    return [item.return_id for item in ledger.claim_inbox(worker, limit, LEASE, later(minutes))]


def test_a_return_that_waits_is_not_queued_twice(ledger: Ledger) -> None:
    assert ledger.enqueue(["1", "2", "1"], "poll", NOW) == 2
    assert ledger.enqueue(["2", "3"], "sweep", later(1)) == 1
    assert ledger.inbox_waiting() == {"poll": 2, "sweep": 1}


def test_nothing_is_queued_for_nothing(ledger: Ledger) -> None:
    assert ledger.enqueue([], "poll", NOW) == 0
    assert claimed(ledger) == []


def test_thousands_are_queued_at_once(ledger: Ledger) -> None:
    ids = [str(n) for n in range(5000)]
    assert ledger.enqueue(ids, "sweep", NOW) == 5000
    assert ledger.enqueue(ids, "sweep", NOW) == 0


def test_an_unknown_source_is_refused(ledger: Ledger) -> None:
    with pytest.raises(KeyError):
        ledger.enqueue(["1"], "rumour", NOW)


def test_people_come_first_then_hints_then_the_poll_then_the_sweep(ledger: Ledger) -> None:
    for minute, source in enumerate(["sweep", "night", "poll", "webhook", "manual"]):
        ledger.enqueue([source], source, later(minute))
    assert claimed(ledger, minutes=5) == ["manual", "webhook", "poll", "night", "sweep"]


def test_a_hint_moves_a_waiting_return_forward(ledger: Ledger) -> None:
    ledger.enqueue(["1", "2"], "sweep", NOW)
    ledger.enqueue(["2"], "webhook", later(1))
    assert claimed(ledger, minutes=2) == ["2", "1"]


def test_what_is_read_is_done_and_may_be_queued_again(ledger: Ledger) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    ledger.finish_inbox(claimed(ledger), "anna", later(1))
    assert claimed(ledger, minutes=2) == []
    assert ledger.enqueue(["1"], "poll", later(3)) == 1


def test_a_return_named_while_it_is_read_is_read_once_more(ledger: Ledger) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    ids = claimed(ledger)
    assert ledger.enqueue(ids, "webhook", later(1)) == 0
    ledger.finish_inbox(ids, "anna", later(2))
    assert claimed(ledger, minutes=3) == ["1"]
    ledger.finish_inbox(ids, "anna", later(4))
    assert claimed(ledger, minutes=5) == []


@pytest.mark.parametrize(("minutes", "free"), [(9, False), (10, True), (11, True)])
def test_a_dead_readers_returns_are_free_when_its_lease_ends(ledger: Ledger, minutes: float, free: bool) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    assert claimed(ledger, "anna") == ["1"]
    again = ledger.claim_inbox("bert", 10, LEASE, later(minutes))
    assert [(item.return_id, item.tries) for item in again] == ([("1", 2)] if free else [])


def test_who_lost_the_lease_finishes_nothing(ledger: Ledger) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    claimed(ledger, "anna")
    assert claimed(ledger, "bert", minutes=11) == ["1"]
    ledger.finish_inbox(["1"], "anna", later(12))
    ledger.release_inbox("bert")
    assert claimed(ledger, "carl", minutes=13) == ["1"]


@pytest.mark.parametrize(("minutes", "due"), [(29, False), (30, True)])
def test_an_unreadable_return_waits_and_says_why(ledger: Ledger, minutes: float, due: bool) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    claimed(ledger)
    ledger.postpone_inbox("1", "not JSON", later(30))
    ledger.enqueue(["1"], "poll", later(1))
    items = ledger.claim_inbox("anna", 10, LEASE, later(minutes))
    assert [item.error for item in items] == (["not JSON"] if due else [])


def test_a_person_does_not_wait_for_an_unreadable_return(ledger: Ledger) -> None:
    ledger.enqueue(["1"], "poll", NOW)
    claimed(ledger)
    ledger.postpone_inbox("1", "not JSON", later(30))
    ledger.enqueue(["1"], "manual", later(1))
    assert claimed(ledger, minutes=1) == ["1"]


def test_only_the_returns_that_are_named_are_claimed(ledger: Ledger) -> None:
    ledger.enqueue(["1", "2"], "poll", NOW)
    assert ledger.claim_inbox("anna", 10, LEASE, NOW, return_ids=[]) == []
    assert [item.return_id for item in ledger.claim_inbox("anna", 10, LEASE, NOW, return_ids=["2"])] == ["2"]
    assert claimed(ledger) == ["1"]


def test_what_a_worker_gives_back_is_due_at_once(ledger: Ledger) -> None:
    ledger.enqueue(["1", "2"], "poll", NOW)
    claimed(ledger, "anna")
    ledger.release_inbox("anna", ["2"])
    assert claimed(ledger, "bert", minutes=1) == ["2"]


def test_workers_that_claim_together_never_get_the_same_return(ledger: Ledger) -> None:
    ids = [str(n) for n in range(60)]
    ledger.enqueue(ids, "poll", NOW)

    def work(worker: str) -> list[str]:
        got: list[str] = []
        while part := claimed(ledger, worker, limit=5):
            got += part
        return got

    with ThreadPoolExecutor(4) as pool:
        got = flat(pool.map(work, ["anna", "bert", "carl", "dora"]))
    assert sorted(got) == sorted(ids)
