"""The tester's side: seeding, books, settings, the index page, starting and stopping."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from returnworks.sandbox.__main__ import main
from returnworks.sandbox.handle import Sandbox, SandboxError
from tests.sandbox.clients import LinnworksCaller, ReturnGoCaller


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"itmes": []}, "itmes: is not known here"),
        ({"items": {}}, "items: must be a list of objects"),
        ({"items": [{"sku": 7}]}, "items[0].sku: must be text"),
        ({"items": [{"sku": "A", "levels": {"Attic": 1}}]}, "items[0].levels: there is no location 'Attic'"),
        ({"items": [{"sku": "A", "levels": {"Default": 1.5}}]}, "items[0].levels.Default: must be a whole number"),
        ({"items": [{"sku": "A", "composition": {"B": 1}}]}, "items[0].composition: there is no item 'B'"),
        ({"orders": [{"reference": "1", "lines": [{"sku": "NO"}]}]}, "orders[0].lines[0].sku: there is no item 'NO'"),
        (
            {"orders": [{"reference": "1", "lines": [{"sku": "MUG-BLUE", "price": "1.005"}]}]},
            "orders[0].lines[0].price: must be an amount with at most two decimals",
        ),
        (
            {"orders": [{"reference": "1", "lines": [{"sku": "MUG-BLUE", "quantity": 0}]}]},
            "orders[0].lines[0].quantity: must be 1 or more",
        ),
        ({"orders": [{"reference": "1", "received_at": "2026-01-01T00:00:00"}]}, "received_at: must have an offset"),
        ({"orders": [{"reference": "1", "tags": ["NO"]}]}, "orders[0].tags: there is no identifier 'NO'"),
        ({"rmas": [{"id": "RMA1", "order": "MM1"}]}, "rmas[0].id: must be digits"),
        ({"rmas": [{"id": "1", "order": "MM1", "status": "Closed"}]}, "rmas[0].status: must be one of"),
        ({"rmas": [{"rmaSummary": {"rmaId": "x"}}]}, "rmas[0].rmaSummary.rmaId: must be digits"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place_and_changes_nothing(
    sandbox: Sandbox, document: dict[str, Any], place: str
) -> None:
    before = sandbox.books()
    with pytest.raises(SandboxError) as error:
        sandbox.seed({"items": [{"sku": "GOOD"}], "folders": ["Good"]} | document)
    assert place in str(error.value)
    assert sandbox.books() == before


def test_seeding_again_replaces_and_keeps_what_was_marked(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    sandbox.seed({"identifiers": [{"tag": "SWAP"}]})
    order_id = linnworks.order("5502")["OrderId"]
    linnworks.post("OpenOrders/AssignOrderIdentifier", OrderIds=[order_id], Tag="SWAP")
    sandbox.seed({"orders": [{"reference": "5502", "name": "NEW", "lines": [{"sku": "MUG-BLUE"}]}]})
    assert linnworks.order("NEW")["OrderId"] == order_id
    assert sandbox.books()["orders"]["5502"]["tags"] == ["SWAP"]
    assert linnworks.get("Orders/GetOrderDetailsByReferenceId", ReferenceId="#MM2") == []


def test_a_big_shop_fits_in_one_call(sandbox: Sandbox, linnworks: LinnworksCaller) -> None:
    items = [{"sku": f"SKU-{n}", "levels": {"Default": n}} for n in range(2000)]
    orders = [
        {
            "reference": f"66{n:04d}",
            "name": f"BIG{n}",
            "lines": [{"sku": f"SKU-{(17 * n + m) % 2000}", "quantity": 2, "price": "9.99"} for m in range(17)],
        }
        for n in range(600)
    ]
    rmas = [{"id": f"{91000000 + n}", "order": f"BIG{n}", "lines": [{"sku": f"SKU-{17 * n}"}]} for n in range(100)]
    assert sandbox.seed({"items": items, "orders": orders, "rmas": rmas}) == {"items": 2000, "orders": 600, "rmas": 100}
    assert len(linnworks.order("BIG599")["Items"]) == 17
    assert len(sandbox.books()["rmas"]) == 100


def test_the_books_count_calls_and_writes_by_method(
    sandbox: Sandbox, linnworks: LinnworksCaller, returngo: ReturnGoCaller
) -> None:
    order = linnworks.order("MM1")
    linnworks.post("Orders/AddOrdersNote", OrderIds=[order["OrderId"]], NoteText="received")
    returngo.get("webhooks")
    books = sandbox.books()
    assert books["writes"] == {"Orders/AddOrdersNote": 1}
    assert books["calls"]["linnworks"]["Orders/GetOrderDetailsByReferenceId"] == 1
    assert books["calls"]["returngo"] == {"webhooks": 1}
    assert books["orders"]["5501"]["notes"] == ["received"]


def test_the_books_hold_no_personal_data(sandbox: Sandbox) -> None:
    sandbox.play("a-day-in-the-shop")
    text = str(sandbox.books()).lower()
    assert "planted" not in text
    assert "gb33" not in text


def test_a_reset_empties_everything_but_the_settings(sandbox: Sandbox) -> None:
    sandbox.settings(session_ttl_seconds=7)
    sandbox.fault("quota")
    sandbox.reset()
    books = sandbox.books()
    assert not any(books[name] for name in ("levels", "orders", "rmas", "calls"))
    assert (sandbox.faults(), sandbox.settings()["session_ttl_seconds"]) == ([], 7)


@pytest.mark.parametrize("wrong", [{"speed": 1}, {"channel_refunds": 1}, {"session_ttl_seconds": "long"}])
def test_an_unknown_setting_or_a_wrong_value_changes_nothing(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    before = sandbox.settings()
    with pytest.raises(SandboxError):
        sandbox.settings(daily_quota=1, **wrong)
    assert sandbox.settings() == before


def test_an_act_that_is_unknown_or_not_possible_says_so(sandbox: Sandbox) -> None:
    for act in ({"act": "dance"}, {"act": "process", "order": "NO"}, {"act": "process", "order": "MM1"}):
        with pytest.raises(SandboxError):
            sandbox.act(**act)


def test_a_clerks_refund_is_in_the_books_and_cost_no_call(sandbox: Sandbox) -> None:
    sandbox.act("refund_by_hand", order="MM1", amount="5.00")
    books = sandbox.books()
    assert [refund["amount"] for refund in books["refunds"]] == ["5.00"]
    assert (books["writes"], books["payouts"]) == ({}, [])


def test_the_index_page_lists_what_is_there(sandbox: Sandbox) -> None:
    page = httpx.get(sandbox.urls["control"])
    assert page.headers["content-type"].startswith("text/html")
    for word in ("POST /seed", "GET /books", "a-day-in-the-shop", "drop_after", "ReturnsRefunds/CreateRefund"):
        assert word in page.text


def test_a_body_that_is_no_json_object_is_refused(sandbox: Sandbox) -> None:
    for body in ("{", "[]"):
        assert httpx.post(f"{sandbox.urls['control']}/seed", content=body).status_code == 400


def test_the_environment_points_at_the_three_ports(sandbox: Sandbox) -> None:
    env = sandbox.env()
    assert env["RETURNWORKS_LINNWORKS_AUTH_URL"] == sandbox.urls["linnworks"]
    assert env["RETURNWORKS_RETURNGO_URL"] == sandbox.urls["returngo"]
    assert all(env.values())


def test_it_runs_in_a_process_of_its_own_and_stops() -> None:
    sandbox = Sandbox(process=True)
    health = httpx.get(f"{sandbox.urls['control']}/health").json()
    assert health["urls"] == sandbox.urls
    sandbox.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{sandbox.urls['control']}/health")


def test_a_sandbox_closes_under_a_hanging_call_and_closes_twice() -> None:
    sandbox = Sandbox()
    sandbox.fault("hang", vendor="returngo", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{sandbox.urls['returngo']}/webhooks", timeout=0.1)
    sandbox.close()
    sandbox.close()


@pytest.mark.parametrize("process", [False, True])
def test_a_port_may_be_chosen_and_a_taken_one_is_an_error(sandbox: Sandbox, process: bool) -> None:
    taken = int(sandbox.urls["control"].rpartition(":")[2])
    with pytest.raises(SandboxError):
        Sandbox(process=process, ports=(0, 0, taken))


def test_an_act_may_tell_of_a_status_that_was_never_documented(sandbox: Sandbox, returngo: ReturnGoCaller) -> None:
    sandbox.seed({"rmas": [{"id": "90000001", "order": "MM1"}]})
    sandbox.act("set_status", rma="90000001", status="Teleported")
    assert returngo.get("rma/90000001")["rmaSummary"]["status"] == "Teleported"


def test_a_taken_port_is_said_plainly(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    taken = sandbox.urls["control"].rpartition(":")[2]
    assert main(["--control-port", taken]) == 2
    assert "cannot listen" in capsys.readouterr().err
