"""The whole way over real HTTP, without Prefect: every kind of return, judged by the sandbox's own books."""

from flows.way import carry_through
from returnworks.cli.demo.judge import judge, read_rmas


def _verdicts(sandbox):
    books = sandbox.books()
    headers = {"x-api-key": sandbox.credentials["api_key"], "x-shop-name": sandbox.credentials["shop"]}
    return {v.claim: v for v in judge(books, read_rmas(books, sandbox.urls["returngo"], headers))}


async def test_the_morning_is_posted_once_and_a_second_run_writes_nothing(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
    assert [v for v in _verdicts(sandbox).values() if not v.true] == []
    written = sandbox.books()["writes"]
    async with returnworks.bridge() as bridge:
        again = await carry_through(bridge)
    assert sandbox.books()["writes"] == written
    assert all(report.claimed == 0 for report in again.posted.values())


async def test_answers_that_are_lost_at_midday_are_looked_up_and_not_sent_again(sandbox, returnworks):
    sandbox.play("a-day-in-the-shop")
    async with returnworks.bridge() as bridge:
        await carry_through(bridge)
        sandbox.step()
        lost = await carry_through(bridge)
        assert lost.posted["restock"].unknown
        assert lost.posted["credit"].unknown
        settled = await carry_through(bridge)
    assert not settled.settled.unknown
    assert [v for v in _verdicts(sandbox).values() if not v.true] == []
