"""The week at the desk: it ties out, and shows trend, ages, what came back, waivers that end, what was mended."""

from datetime import timedelta

from returnworks.ledger import HealingRecord
from returnworks.rules.findings import finding
from returnworks.rules.model import Owner
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.work.desk.review import as_markdown, make_review, trend_rows
from tests.ledger.faces import NOW

DAY = timedelta(days=1)


def missing(number, at, code="goods_missing"):
    return finding(code, f"RMA {number}", "typed by nobody", value=Money(1000, "GBP"), since=at)


def test_the_trend_counts_what_came_in_each_week(ledger):
    for days in (27, 20, 19, 6):
        ledger.see_exceptions([missing(days, NOW - days * DAY)], NOW - days * DAY)
    made = make_review(ledger, Policy(), NOW)
    assert made.trend == {"goods_missing": (1, 2, 0, 1)}
    assert [list(row.values())[3:] for row in trend_rows(made)] == [[1, 2, 0, 1]]
    assert made.week.ties_out


def test_what_keeps_coming_back_stands_first_by_how_often(ledger):
    for number, times in ((1, 1), (2, 3)):
        for turn in range(times + 1):
            at = NOW - DAY + turn * timedelta(minutes=2)
            ledger.see_exceptions([missing(number, at)], at)
            if turn < times:
                ledger.close_exceptions([("goods_missing", f"RMA {number}")], "in order", at + timedelta(minutes=1))
    made = make_review(ledger, Policy(), NOW)
    assert [(item.subject, item.reopened) for item in made.reopened] == [("RMA 2", 3), ("RMA 1", 1)]


def test_waivers_that_end_within_the_week_are_named_and_later_ones_are_not(ledger):
    items = ledger.see_exceptions([missing(n, NOW) for n in (1, 2, 3)], NOW - DAY).opened
    for item, days in zip(items, (8, 7, 1), strict=True):
        ledger.waive(item.id, NOW + days * DAY, "agreed", NOW - DAY)
    made = make_review(ledger, Policy(), NOW)
    assert [item.subject for item in made.expiring] == ["RMA 3", "RMA 2"]


def test_the_page_has_every_part_and_nothing_that_a_person_typed(ledger):
    (item, *_) = ledger.see_exceptions([missing(1, NOW - 9 * DAY), missing(2, NOW, "credit_missing")], NOW - DAY).opened
    ledger.waive(item.id, NOW + DAY, "Planned Person agreed", NOW - DAY, who="Planned Person")
    ledger.write_healings(
        [HealingRecord("missing_posting", "healed", "1", "RMA 1", "Due.", units=2, money=(Money(500, "EUR"),))],
        None,
        NOW,
    )
    page = as_markdown(make_review(ledger, Policy(), NOW))
    assert "| Warehouse | GBP | 0 · 0.00 GBP | 1 · 10.00 GBP |" in page
    assert "| Warehouse | 0 | 0 | 0 | 1 | 0 | 0 |" in page
    assert "| missing_posting | healed | 1 | 2 | €5.00 |" in page
    assert "## Waivers that end within a week\n\n| id |" in page
    assert "Person" not in page


def test_an_empty_week_says_so(ledger):
    made = make_review(ledger, Policy(), NOW)
    assert set(made.ages) == set(Owner)
    assert as_markdown(made).count("Nothing.") == 5
