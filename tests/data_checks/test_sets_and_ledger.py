"""Sets and the ledger itself: each fault fails the night, what is only odd is shown as a warning, nothing is capped."""

from dataclasses import replace

import pandas as pd
import pytest

from data_checks import check_composite_parity, check_ledger_integrity
from data_checks.tables import composite_table, ledger_table
from returnworks.rules.model import Severity
from returnworks.work.night.readings import CompositeRow, LedgerRow

MORE_THAN_ANY_CAP = 300
CUPS = CompositeRow(
    return_id="90000004",
    reference="RW-R-1",
    subject="order 100123 / TEA-SET / TEA-CUP",
    set_sku="TEA-SET",
    sku="TEA-CUP",
    due_pieces=2,
    posted_pieces=2,
    excess_pieces=0,
    sale_per_set=2,
    now_per_set=2,
)
AT_DEFAULT = CompositeRow(
    return_id="90000004",
    reference="RW-R-1",
    subject="TEA-SET at Default",
    set_sku="TEA-SET",
    sku="TEA-SET",
    place="Default",
    parent_available=3,
    component_sets=3,
)
CREDIT = LedgerRow(return_id="90000004", reference="RW-C-1", subject="RW-C-1", state="confirmed")


def sets(*rows):
    return check_composite_parity(composite_table(rows))


def ledger(*rows):
    return check_ledger_integrity(ledger_table(rows))


def test_sets_that_are_whole_pass():
    result = sets(CUPS, AT_DEFAULT)
    assert (result.ran, result.success, result.checked, result.violations) == (True, True, 2, ())


@pytest.mark.parametrize(
    ("row", "column", "expected", "actual", "severity"),
    [
        (replace(CUPS, posted_pieces=1), "posted_pieces", "2", "1", Severity.CRITICAL),
        (replace(CUPS, due_pieces=None), "posted_pieces", "nothing", "2", Severity.CRITICAL),
        (replace(CUPS, excess_pieces=1), "excess_pieces", "0", "1", Severity.CRITICAL),
        (replace(CUPS, now_per_set=3), "now_per_set", "2", "3", Severity.WARNING),
        (replace(AT_DEFAULT, parent_available=4), "parent_available", "3", "4", Severity.WARNING),
    ],
)
def test_each_way_in_which_a_set_differs_is_named_and_only_wrong_pieces_fail_the_night(
    row, column, expected, actual, severity
):
    result = sets(row)
    [found] = result.violations
    assert (found.column, found.expected, found.actual, found.severity) == (column, expected, actual, severity)
    assert result.success is (severity == Severity.WARNING)


def test_a_row_of_a_set_that_stands_twice_is_a_violation():
    assert not sets(CUPS, CUPS).success


def test_a_ledger_that_hangs_together_passes():
    result = ledger(CREDIT, replace(CREDIT, reference="night 1", subject="night 1", return_id=""))
    assert (result.success, result.checked) == (True, 2)


@pytest.mark.parametrize(
    ("fault", "severity"),
    [
        ("illegal", Severity.CRITICAL),
        ("without_evidence", Severity.CRITICAL),
        ("uncovered_facts", Severity.CRITICAL),
        ("credit_gap_minor", Severity.CRITICAL),
        ("broken_attempts", Severity.CRITICAL),
        ("untied", Severity.CRITICAL),
        ("overdue_hours", Severity.WARNING),
        ("unknown_hours", Severity.WARNING),
    ],
)
def test_each_fault_of_the_ledger_is_named_and_a_delay_alone_fails_no_night(fault, severity):
    result = ledger(replace(CREDIT, **{fault: 1}))
    [found] = result.violations
    assert (found.reference, found.column, found.actual, found.severity) == ("RW-C-1", fault, "1", severity)
    assert result.success is (severity == Severity.WARNING)


def test_a_fault_fails_the_night_whatever_warnings_stand_beside_it():
    result = ledger(replace(CREDIT, illegal=1, overdue_hours=9))
    assert not result.success
    assert {row.severity for row in result.violations} == {Severity.CRITICAL, Severity.WARNING}


def test_every_violating_row_is_listed_whatever_their_number():
    rows = [replace(CREDIT, reference=f"RW-C-{n}", illegal=1, overdue_hours=1) for n in range(MORE_THAN_ANY_CAP)]
    result = ledger(*rows)
    assert len(result.violations) == 2 * MORE_THAN_ANY_CAP
    assert {row.reference for row in result.violations} == {row.reference for row in rows}


@pytest.mark.parametrize("check", [check_composite_parity, check_ledger_integrity])
@pytest.mark.parametrize("frame", [None, "no table", pd.DataFrame(), pd.DataFrame({"row": [1]})])
def test_what_cannot_be_read_or_is_empty_has_not_passed(check, frame):
    result = check(frame)
    assert (result.ran, result.success) == (False, False)
    assert result.reason


@pytest.mark.parametrize(
    ("check", "table"), [(check_composite_parity, composite_table), (check_ledger_integrity, ledger_table)]
)
def test_an_empty_table_passes_only_where_all_sides_were_read(check, table):
    assert not check(table(())).success
    assert check(table(()), expect_empty_ok=True).success
    assert not check(table(None), expect_empty_ok=True).success
