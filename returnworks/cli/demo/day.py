"""The day itself: what the shop does, the flows after it, the night, and the morning after."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.logging.handlers import APILogHandler

from deployments.setup import register_blocks
from flows.intake import intake
from flows.night import reconcile_nightly
from flows.rerun import Rerun, rerun_returns
from flows.stages import credit, exchange, notes, restock, settle
from returnworks.cli.demo.judge import Books, Rma, Verdict, judge, read_rmas
from returnworks.cli.output import Output, moment
from returnworks.ledger import ExceptionRecord, Ledger
from returnworks.rules.codes import CODES
from returnworks.rules.model import Kind
from returnworks.rules.states import State
from returnworks.sandbox.handle import Sandbox
from returnworks.settings import read_environment

STORY = "a-day-in-the-shop"
FAILURES = {
    "goods_missing": "stock never came back",
    "credit_amount": "refund and credit differ",
    "exchange_counted_as_sale": "an exchange counted as a sale",
    "goods_orphan": "a bundle component came back and the whole set was booked",
}
"""The classic failures that the evening stages, by the code under which the night must find each."""


async def play(out: Output, shop: Sandbox, home: Path) -> bool:
    """Play the whole day; True when everything came out as told."""
    environment, _ = read_environment()
    await register_blocks(environment)
    _narrate(out, shop.play(STORY))
    await _work(out, sweep=True)
    _narrate(out, shop.step())
    await _work(out)
    _narrate(out, shop.step())
    await _work(out)
    with Ledger.open(environment.ledger_url) as ledger:
        first = await _night(out, "The night")
        found = ledger.exceptions(open_only=True)
        await _morning_after(out, shop, found)
        second = await _night(out, "The second night")
        quiet = await _again(shop)
        verdicts = [*_found(found), *_healed(ledger), *_judged(shop), quiet]
        _show_returns(out, shop, ledger)
        _show_exceptions(out, ledger)
    out.table("Is it as told?", ("", "claim", "seen"), [("yes" if v.true else "NO", v.claim, v.seen) for v in verdicts])
    out.put(verdicts=verdicts, nights=[first, second])
    out.say(f"Reports of both nights: {home / 'reports'}")
    await APILogHandler.aflush()
    return all(verdict.true for verdict in verdicts)


async def _work(out: Output, *, sweep: bool = False) -> None:
    """What the schedules do all day, once: every flow, in order; what got no answer is looked up and gone on with."""
    _figures(out, "intake", await intake(sweep=sweep))
    restocked = await restock(at_once=True)
    _figures(out, "restock", restocked)
    credited = await credit()
    _figures(out, "credit", credited)
    _figures(out, "exchange", await exchange())
    _figures(out, "notes", await notes())
    if restocked["unknown"] or credited["unknown"]:
        out.say("   Answers were lost: settle-unknowns looks what stands before anything is sent again.")
        _figures(out, "settle-unknowns", await settle())
        _figures(out, "restock", await restock(at_once=True))


def _figures(out: Output, flow: str, figures: Mapping[str, Any]) -> None:
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items() if value)
    out.say(f"   flow {flow}: {said or 'nothing to do'}")


async def _night(out: Output, title: str) -> Mapping[str, Any]:
    out.say()
    out.say(f"{title}: both systems and the ledger are compared.")
    figures: Mapping[str, Any] = await reconcile_nightly()
    _figures(out, "reconcile-nightly", figures)
    return figures


async def _morning_after(out: Output, shop: Sandbox, found: Sequence[ExceptionRecord]) -> None:
    """People do what the exceptions' next steps say: one return is re-run, finance corrects one credit."""
    _narrate(out, shop.step())
    silent = sorted({item.return_id for item in found if item.code == "goods_missing" and item.return_id})
    if silent:
        out.say(f"   the warehouse re-runs RMA {', '.join(silent)} from the form in the Prefect UI")
        await rerun_returns(Rerun(return_ids=silent, dry_run=False, reason="found by the night: stock never came back"))


async def _again(shop: Sandbox) -> Verdict:
    """Everything once more, at once: nothing may be written."""
    before = shop.books()["writes"]
    for run in (intake, settle, credit, exchange, notes):
        await run()
    await restock(at_once=True)
    after = shop.books()["writes"]
    made = sum(after.values()) - sum(before.values())
    return Verdict("running everything again writes nothing", made == 0, f"{made} writes")


def _narrate(out: Output, told: Mapping[str, Any]) -> None:
    out.say()
    out.say(f"{told['step'].capitalize()}. {told['narration']}")
    for remark in told.get("remarks", ()):
        out.say(f"   ({remark})")


def _found(found: Sequence[ExceptionRecord]) -> list[Verdict]:
    by_code = {item.code: item for item in found}
    return [
        Verdict(
            f"the night found: {failure}",
            code in by_code,
            f"{by_code[code].subject}, owner {by_code[code].owner}" if code in by_code else "not found",
        )
        for code, failure in FAILURES.items()
    ]


def _healed(ledger: Ledger) -> list[Verdict]:
    closed = {item.code for item in ledger.exceptions(open_only=False) if not item.is_open}
    return [
        Verdict(f"closed by evidence after the morning: {FAILURES[code]}", code in closed, CODES[code].title)
        for code in ("goods_missing", "credit_amount")
    ]


def _judged(shop: Sandbox) -> list[Verdict]:
    books, rmas = _truth(shop)
    return list(judge(books, rmas))


def _truth(shop: Sandbox) -> tuple[Books, dict[str, Rma]]:
    books = shop.books()
    headers = {"x-api-key": shop.credentials["api_key"], "x-shop-name": shop.credentials["shop"]}
    return books, read_rmas(books, shop.urls["returngo"].rstrip("/"), headers)


def _show_returns(out: Output, shop: Sandbox, ledger: Ledger) -> None:
    books, rmas = _truth(shop)
    rows = [
        (
            rma_id,
            rma["rmaSummary"]["status"],
            urllib.parse.unquote(str(books["rmas"][rma_id]["order_name"] or "")),
            ", ".join(str(item["sku"]) for item in rma["items"]),
            _became(ledger, rma_id),
        )
        for rma_id, rma in sorted(rmas.items())
    ]
    out.table("What became of each return", ("RMA", "ReturnGO", "order", "items", "in Linnworks"), rows)


def _became(ledger: Ledger, rma_id: str) -> str:
    said = []
    effects = [kind for kind in Kind if kind != Kind.NOTE]
    for record in ledger.postings(return_ids=[rma_id], kinds=effects):
        goods = "; ".join(f"{line.quantity} × {line.sku} → {line.location_name}" for line in record.posting.restock)
        what = goods or (f"credit {record.amount}" if record.amount else "exchange marked and routed")
        said.append(what if record.state == State.CONFIRMED else f"{what} ({record.state})")
    waits = [item.code for item in ledger.exceptions(open_only=True, return_id=rma_id)]
    return "\n".join([*said, *(f"open: {code}" for code in waits)]) or "nothing due"


def _show_exceptions(out: Output, ledger: Ledger) -> None:
    out.say()
    out.say("What was found, whose job it is, and what to do")
    for item in ledger.exceptions(open_only=False):
        out.say(f"  {item.owner} · {item.subject} · since {moment(item.event_at)} · {item.state}")
        out.say(f"    {item.message}")
        if not item.is_open:
            out.say(f"    Closed: {item.evidence}.")
