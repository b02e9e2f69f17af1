"""The CSV table and the JSON document: whole numbers, all rows, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime

import pytest

from returnworks.report import to_json, write_csv
from returnworks.report.document import FORMAT
from returnworks.report.sheet import COLUMNS
from returnworks.rules.money import Money
from tests.report.faces import NOW, Check, Violation, broken_night, item, morning, quiet_morning


def table(report):
    file = io.StringIO()
    write_csv(report, file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_the_csv_has_one_row_per_result_and_every_column_is_documented():
    report = morning()
    rows = table(report)
    assert list(rows[0]) == list(COLUMNS)
    assert all(COLUMNS.values())
    assert [row["subject"] for row in rows] == [result.subject for result in report.night.results]


def test_values_in_the_csv_are_whole_minor_units_with_their_currency():
    values = {(row["value_minor"], row["currency"]) for row in table(morning()) if row["is_break"] == "1"}
    assert values == {("2050", "GBP"), ("1200", "GBP")}


def test_what_has_no_value_has_no_currency_either():
    night = replace(broken_night(), results=(replace(broken_night().breaks[0], value=None, order_number=None),))
    [row] = table(morning(night))
    assert (row["value_minor"], row["currency"], row["order_number"]) == ("", "", "")


def test_only_breaks_are_marked_as_such():
    night = broken_night()
    assert [int(row["is_break"]) for row in table(morning(night))] == [int(result.is_break) for result in night.results]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_never_takes_a_text_for_a_formula(start):
    evil = f"{start}cmd|' /C calc'!A0"
    night = replace(broken_night(), results=(replace(broken_night().breaks[0], subject=evil, actual=evil),))
    [row] = table(morning(night))
    assert (row["subject"], row["linnworks"]) == (f"'{evil}", f"'{evil}")


def test_commas_quotes_and_line_breaks_survive_the_csv():
    text = 'a "mug", blue\nand chipped'
    night = replace(broken_night(), results=(replace(broken_night().breaks[0], difference=text),))
    assert table(morning(night))[0]["difference"] == text


def test_the_json_gives_back_what_went_in():
    report = morning()
    read = json.loads(to_json(report))
    assert (read["format"], read["title"], read["source"]) == (FORMAT, report.title, report.source)
    assert datetime.fromisoformat(read["as_of"]) == NOW
    assert read["counts"] == report.night.counts()
    for row, result in zip(read["results"], report.night.results, strict=True):
        assert (row["family"], row["cls"], row["subject"]) == (result.family, result.cls, result.subject)
        assert (Money(**row["value"]) if row["value"] else None) == result.value
        assert (datetime.fromisoformat(row["event_at"]) if row["event_at"] else None) == result.event_at
    for row, balance in zip(read["balances"], report.night.conservation, strict=True):
        assert (row["whole"], tuple(row["parts"].items()), row["remainder"]) == (
            balance.whole,
            balance.parts,
            balance.remainder,
        )
    assert [row["id"] for row in read["open_exceptions"]] == [one.id for one in report.open_items]


def test_every_violation_is_in_the_json():
    violations = tuple(Violation(reference=f"ref-{n}") for n in range(300))
    read = json.loads(to_json(quiet_morning(checks=(Check(success=False, violations=violations),))))
    assert [row["reference"] for row in read["checks"][0]["violations"]] == [row.reference for row in violations]


def test_the_json_is_the_same_every_time_and_holds_no_fraction():
    numbers = []
    json.loads(to_json(morning()), parse_float=numbers.append)
    assert numbers == []
    assert to_json(morning()) == to_json(morning())


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(TypeError, match="holds no float"):
        to_json(quiet_morning(open_items=(item(units=1.5),)))
