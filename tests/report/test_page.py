"""The page says everything, loads nothing, and is the same every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from returnworks.report import PastNight, render_html
from returnworks.rules.model import Owner, Severity
from returnworks.rules.money import Money
from tests.report.faces import (
    NOW,
    Check,
    Violation,
    broken_night,
    clean_night,
    item,
    morning,
    quiet_morning,
    stale_night,
    unbalanced,
)

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """The page's tags, attributes and visible text; complains about a tag that is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page(report) -> Page:
    return Page(render_html(report))


def with_text(**more):
    """A broken night whose first break has these words."""
    night = broken_night()
    [first, *rest] = night.breaks
    return replace(night, results=(replace(first, **more), *rest))


EVERY_MORNING = pytest.mark.parametrize(
    "report",
    [
        pytest.param(morning(), id="broken"),
        pytest.param(quiet_morning(past=()), id="quiet"),
        pytest.param(morning(stale_night()), id="stale"),
        pytest.param(morning(unbalanced(broken_night())), id="unbalanced"),
        pytest.param(quiet_morning(night=clean_night(0), checks=(), source=""), id="nothing"),
    ],
)


@EVERY_MORNING
def test_it_loads_nothing_from_anywhere_and_runs_nothing(report):
    html = render_html(report)
    seen = Page(html)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(seen.tags)
    assert all(value.startswith("#") for name, value in seen.attributes if name in ("src", "href", "srcset"))


@EVERY_MORNING
def test_every_inner_link_leads_somewhere(report):
    seen = page(report)
    ids = {value for name, value in seen.attributes if name == "id"}
    assert {value[1:] for name, value in seen.attributes if name == "href"} <= ids


@EVERY_MORNING
def test_the_same_input_gives_the_same_bytes(report):
    assert render_html(report) == render_html(report)


def test_another_process_in_another_zone_gives_the_same_bytes():
    code = (
        "import sys; from returnworks.report import render_html; from tests.report.faces import morning;"
        "sys.stdout.buffer.write(render_html(morning()).encode())"
    )
    elsewhere = os.environ | {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=elsewhere)
    assert done.stdout.decode() == render_html(morning())


def test_what_comes_from_outside_cannot_become_markup():
    evil = "</td></style><script>alert(1)</script>&\"'"
    night = with_text(subject=evil, difference=evil, expected=evil, booked=evil, actual=evil, reference=evil)
    items = (item(title=evil, subject=evil, message=evil, next_step=f"Run `{evil}`", state=evil),)
    checks = (Check(evil, False, False, evil, 1, (Violation(evil, evil, evil, evil, evil, evil),)),)
    html = render_html(morning(night, title=evil, source=evil, open_items=items, checks=checks))
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert evil in Page(html).text


def test_every_break_is_there_with_all_three_sides():
    night = broken_night()
    text = page(morning(night)).text
    assert len(night.breaks) == 4
    for row in night.breaks:
        for words in (row.subject, row.expected, row.booked, row.actual):
            assert words in text


def test_three_hundred_breaks_exceptions_and_violations_are_all_there():
    [first, *_] = broken_night().breaks
    night = replace(broken_night(), results=tuple(replace(first, subject=f"SKU-{n:03}-X") for n in range(300)))
    items = tuple(item(n, subject=f"thing-{n:03}-x", owner=list(Owner)[n % 4]) for n in range(300))
    violations = tuple(Violation(reference=f"ref-{n:03}-x") for n in range(300))
    text = page(morning(night, open_items=items, checks=(Check(success=False, violations=violations),))).text
    for kind in ("SKU-{:03}-X", "thing-{:03}-x", "ref-{:03}-x"):
        assert all(kind.format(n) in text for n in range(300))
    assert "300 violations" in text


def test_what_is_in_order_what_is_in_time_and_what_is_held_is_there():
    night = broken_night()
    text = page(morning(night)).text
    assert all(row.subject in text for row in night.results)
    assert "Clears by" in text


def test_what_is_in_order_is_folded_away():
    html = render_html(quiet_morning())
    folded = html[html.index("<details", html.index('id="matched"')) :]
    assert "MUG-1" in folded
    assert "<details open" not in html


def test_exceptions_stand_on_their_owners_desk_worst_then_oldest_first_and_waived_ones_last():
    old, days = NOW - timedelta(days=9), timedelta(days=1)
    items = (
        item(1, owner=Owner.FINANCE, severity=Severity.WARNING, event_at=old),
        item(2, owner=Owner.FINANCE, severity=Severity.CRITICAL, event_at=old + days),
        item(3, owner=Owner.WAREHOUSE),
        item(4, owner=Owner.FINANCE, severity=Severity.CRITICAL, event_at=old),
        item(5, owner=Owner.FINANCE, severity=Severity.CRITICAL, event_at=old - days, state="waived"),
    )
    text = page(morning(open_items=items)).text
    assert re.findall(r"#(\d) ·", text) == ["3", "4", "2", "1", "5"]
    assert "Finance 4 £82.00 at risk · 4 units · oldest 10 days" in text
    assert "Nothing to do for Customer care (CX), Engineering." in text


def test_an_exception_of_tonight_has_the_nights_own_next_step_which_knows_order_and_reference():
    text = page(morning()).text
    assert "Link the refund on order 999 to a transaction" in text
    assert text.count("Link the refund on order") == 1


def test_a_break_that_is_on_no_desk_says_itself_what_to_do():
    assert "Link the refund on order 999" in page(morning(open_items=())).text


def test_a_command_in_a_next_step_is_shown_as_one():
    assert "<code>returnworks replay 90000100</code>" in render_html(morning())


def test_a_remainder_of_nothing_is_calm_and_any_other_is_loud():
    calm, loud = render_html(morning()), render_html(morning(unbalanced(broken_night())))
    assert "unexplained</strong>" not in calm
    assert '<tr class="unbalanced">' not in calm
    assert "<strong>1 unexplained</strong>" in loud
    assert "Returns that do not add up" in loud


def test_a_side_that_is_not_fresh_says_why_and_nothing_is_said_to_add_up():
    text = page(morning(stale_night())).text
    assert "Cannot tell" in text
    assert "not fresh: it did not answer" in text
    assert "Linnworks is not fresh. 9 returns looked at." in text
    assert "add up cannot be told" in text
    assert "every remainder is 0" not in text


def test_a_check_that_did_not_run_says_so_and_is_not_passed():
    text = page(morning(checks=(Check("exchange_isolation", False, False, "no table", 0),))).text
    assert "Exchange isolation did not run" in text
    assert "0 of 1 check passed; 1 did not run." in text


def test_earlier_nights_make_a_trend_and_none_make_none():
    past = (PastNight(NOW - timedelta(days=1), {"goods": {"matched": 5, "missing": 37}}),)
    assert "37" in page(quiet_morning(past=past)).text
    assert "night by night" not in page(quiet_morning(past=())).text


def test_a_long_night_lists_its_first_results_in_order_and_says_where_the_others_are(monkeypatch):
    monkeypatch.setattr("returnworks.report.rows.IN_ORDER_SHOWN", 2)
    text = page(morning()).text
    matched = sum(row.cls == "matched" for row in morning().night.results)
    assert f"And {matched - 2} more results: the CSV beside this page has them all." in text
    assert "more sums: the JSON beside this page has them all." in text


def test_money_of_two_currencies_is_never_added():
    items = (item(1), item(2, value=Money(300, "EUR")))
    assert "worth €3.00 and £20.50" in page(morning(open_items=items)).text


def test_it_reads_on_paper_on_a_phone_and_in_the_dark():
    html = render_html(morning())
    for rule in (
        "@media print",
        "@media screen and (max-width: 700px)",
        "@media screen and (prefers-color-scheme: dark)",
    ):
        assert rule in html
    assert 'name="viewport"' in html
