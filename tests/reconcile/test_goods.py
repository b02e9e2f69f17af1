"""Goods: each class, both sides of each limit."""

from datetime import timedelta

import pytest

from returnworks.reconcile.facts import ReturnUnits
from returnworks.reconcile.goods import compare_goods, remembered_goods
from returnworks.rules.model import Disposition, Kind
from tests.reconcile.faces import GRACE, LONG_AGO, NOW, booked, due, gbp, posted, rw, terms

MOMENT = timedelta(seconds=1)


def classes(expected, ledger, actual, **more):
    return [str(row.cls) for row in compare_goods(expected, ledger, actual, more.pop("terms", terms()), **more)]


def one(expected, ledger, actual, **more):
    results = compare_goods(expected, ledger, actual, more.pop("terms", terms()), **more)
    assert len(results) == 1
    return results[0]


def test_booked_under_its_reference_at_its_place_with_effect_is_matched():
    row = one([due()], [posted()], [booked()])
    assert (row.cls, row.label, row.units, row.value, row.code) == ("matched", "by reference", 0, None, "")
    assert (row.expected, row.actual) == ("1 unit at Default", "1 unit at Default")
    assert row.booked == f"confirmed 1 unit at Default ({rw(Kind.RESTOCK, 'line-1')})"


@pytest.mark.parametrize(("age", "cls"), [(GRACE - MOMENT, "timing"), (GRACE, "missing"), (GRACE + MOMENT, "missing")])
def test_what_is_not_there_is_timing_until_the_grace_ends(age, cls):
    row = one([due(due_at=NOW - age)], [], [])
    assert row.cls == cls
    assert row.clear_by == (NOW - age + GRACE if cls == "timing" else None)


def test_without_a_moment_of_the_event_no_wait_explains_what_is_missing():
    assert classes([due(due_at=None)], [], []) == ["missing"]


def test_a_missing_row_says_whose_it_is_what_it_is_worth_and_what_to_do():
    row = one([due(quantity=2)], [posted(quantity=2, state="refused")], [])
    assert (row.code, row.owner, row.severity) == ("goods_missing", "warehouse", "critical")
    assert (row.units, row.value, row.event_at) == (2, gbp("41.00"), LONG_AGO)
    assert "replay 90000004" in row.next_step
    assert row.booked.startswith("refused 2 units")


@pytest.mark.parametrize(("there", "cls", "units"), [(1, "quantity", 1), (2, "matched", 0), (3, "quantity", 1)])
def test_quantities_have_no_tolerance(there, cls, units):
    row = one([due(quantity=2)], [posted(quantity=2)], [booked(quantity=there)])
    assert (row.cls, row.units) == (cls, units)


def test_only_the_units_within_their_grace_may_be_short():
    young, old = due(due_at=NOW - timedelta(hours=1)), due(due_at=LONG_AGO)
    assert classes([old, young], [posted()], [booked()]) == ["timing"]
    assert classes([old, young], [], []) == ["missing"]


def test_a_second_booking_of_the_same_goods_is_a_duplicate():
    row = one([due()], [posted()], [booked(), booked()])
    assert (row.cls, row.units, row.value, row.difference) == ("duplicate", 1, gbp("20.50"), "1 unit too many")


@pytest.mark.parametrize("text", ["", "by hand", "return of Tuesday"])
def test_a_second_booking_by_hand_is_a_duplicate_too(text):
    assert classes([due()], [posted()], [booked(), booked(reference=text)]) == ["duplicate"]


def test_a_second_booking_elsewhere_is_a_row_of_its_own():
    rows = compare_goods([due()], [posted()], [booked(), booked(place="Inspection")], terms())
    assert [(str(row.cls), row.figures.place) for row in rows] == [("matched", "Default"), ("duplicate", "Inspection")]


def test_two_windows_of_one_return_are_two_postings_and_no_duplicate():
    late = rw(Kind.RESTOCK, "line-2")
    ledger = [posted(), posted(reference=late)]
    assert classes([due(quantity=2)], ledger, [booked(), booked(reference=late)]) == ["matched"]


@pytest.mark.parametrize(
    ("meant", "there", "cls"),
    [
        ("Default", "Quarantine", "location"),
        ("Default", "Inspection", "location"),
        ("Quarantine", "Inspection", "location"),
        ("Quarantine", "Default", "disposition"),
        ("Inspection", "Default", "disposition"),
    ],
)
def test_at_another_location_is_a_location_break_and_where_it_is_sold_a_disposition_break(meant, there, cls):
    row = one([due(place=meant)], [posted(place=meant)], [booked(place=there)])
    assert (row.cls, row.difference) == (cls, f"1 unit at {there} instead of {meant}")


def test_a_location_that_is_named_by_id_or_by_name_only_is_the_same_location():
    assert classes([due()], [posted()], [booked(location_id="")]) == ["matched"]
    assert classes([due()], [posted()], [booked(location_id="LOC-DEFAULT", location_name="")]) == ["matched"]


@pytest.mark.parametrize(("scrapped", "cls"), [(0, "disposition"), (1, "matched")])
def test_what_should_be_scrapped_must_be_scrapped(scrapped, cls):
    expected = due(place="Quarantine", scrap_quantity=1, disposition=Disposition.SCRAP)
    assert classes([expected], [posted(place="Quarantine")], [booked(place="Quarantine", scrap_quantity=scrapped)]) == [
        cls
    ]


def test_what_should_be_sold_must_not_be_scrapped():
    assert classes([due()], [posted()], [booked(scrap_quantity=1)]) == ["disposition"]


@pytest.mark.parametrize(("age", "cls"), [(GRACE - MOMENT, "timing"), (GRACE, "booked_not_actioned")])
def test_a_booking_without_effect_is_timing_until_the_grace_ends(age, cls):
    assert classes([due(due_at=NOW - age)], [posted()], [booked(actioned_at=None)]) == [cls]


def test_a_booking_by_hand_of_goods_that_are_due_is_matched_by_order_and_sku():
    row = one([due()], [], [booked(reference="by hand")])
    assert (row.cls, row.label) == ("matched", "by order and SKU")


def test_sku_and_order_are_compared_without_regard_to_case():
    assert classes([due()], [], [booked(reference="", sku="mug-blue ", order_id="ORDER-100123")]) == ["matched"]


def test_a_reference_of_ours_that_the_ledger_forgot_still_names_its_return():
    row = one([due()], [], [booked()])
    assert (row.cls, row.label) == ("matched", "by reference")


def test_a_booking_that_two_returns_could_have_caused_is_ambiguous_for_all():
    expected = [due(), due(return_id="90000005")]
    rows = compare_goods(expected, [], [booked(reference="by hand")], terms())
    assert [(str(row.cls), row.return_id) for row in rows] == [
        ("ambiguous", "90000004"),
        ("ambiguous", "90000005"),
        ("ambiguous", None),
    ]
    assert "RMA 90000004 or RMA 90000005" in rows[-1].difference


def test_a_booking_by_hand_goes_to_the_only_return_that_still_lacks_its_goods():
    expected = [due(), due(return_id="90000005")]
    rows = compare_goods(expected, [posted()], [booked(), booked(reference="by hand")], terms())
    assert [str(row.cls) for row in rows] == ["matched", "matched"]


def test_a_booking_that_no_return_asks_for_is_an_orphan():
    row = one([], [], [booked(reference="by hand", sku="GARISH-RUG")])
    assert (row.cls, row.code, row.return_id, row.units) == ("orphan", "goods_orphan", None, 1)
    assert row.subject == "order 100123 / GARISH-RUG / Default / booking by hand"


def test_a_booking_made_after_the_other_sides_were_read_is_timing():
    later = booked(reference="by hand", booked_at=NOW + MOMENT)
    assert classes([], [], [later]) == ["timing"]
    assert classes([], [], [booked(reference="by hand", booked_at=NOW)]) == ["orphan"]


def test_a_booking_of_ours_for_a_return_that_asks_for_nothing_is_an_orphan_of_that_return():
    row = one([], [posted()], [booked()])
    assert (row.cls, row.return_id) == ("orphan", "90000004")


def test_a_booking_of_ours_for_a_return_that_is_held_cannot_be_told():
    units = [ReturnUnits("90000004", approved=1, received=1, held=1, held_by=("unknown_status",))]
    row = one([], [posted()], [booked()], units=units)
    assert (row.cls, row.code) == ("cannot_tell", "unknown_status")


def test_of_a_return_that_is_not_watched_any_more_the_ledger_speaks():
    quiet = terms(watched=frozenset({"90000099"}))
    remembered = list(remembered_goods([posted()], [booked()], quiet))
    assert classes(remembered, [posted()], [booked()], terms=quiet) == ["matched"]
    assert classes(remembered, [posted()], [booked(quantity=2)], terms=quiet) == ["quantity"]
    assert list(remembered_goods([posted()], [], quiet)) == []
    assert list(remembered_goods([posted()], [booked()], terms())) == []


def test_goods_that_a_finding_or_a_person_holds_are_held_and_no_break():
    by_rule = one([due(held="line_unlinked")], [], [])
    by_person = one([due()], [posted(state="held")], [])
    assert [(str(row.cls), row.code, row.is_break) for row in (by_rule, by_person)] == [
        ("held", "line_unlinked", False),
        ("held", "posting_held", False),
    ]


def test_part_at_its_place_and_part_elsewhere_is_one_row():
    row = one([due(quantity=3)], [posted(quantity=3)], [booked(quantity=1), booked(quantity=2, place="Quarantine")])
    assert (row.cls, row.units, row.figures.met, row.figures.actual) == ("location", 2, 1, 3)
    assert row.actual == "3 units at Default, Quarantine"


def test_the_value_at_risk_is_the_share_of_the_units_that_are_wrong():
    assert one([due(quantity=3, value=gbp("10.00"))], [], [booked(quantity=2)]).value == gbp("3.33")
    assert one([due(value=None)], [], []).value is None


@pytest.mark.parametrize(
    ("watched", "cls"), [(None, "orphan"), ({"90000099"}, "orphan"), ({"90000098"}, "cannot_tell")]
)
def test_a_reference_of_ours_is_an_orphan_only_where_its_return_was_looked_at(watched, cls):
    stranger = booked(reference=rw(Kind.RESTOCK, "line-1", "90000099"))
    looked = terms(watched=frozenset(watched) if watched else None)
    assert classes([], [], [stranger], terms=looked) == [cls]


def test_a_reference_of_ours_never_serves_another_return():
    stranger = booked(reference=rw(Kind.RESTOCK, "line-1", "90000099"))
    assert classes([due()], [], [stranger]) == ["missing", "orphan"]


def test_units_that_stray_to_several_places_are_taken_once():
    there = [booked(quantity=2, place="Inspection"), booked(quantity=2, place="Quarantine")]
    rows = compare_goods([due(quantity=3)], [posted(quantity=3)] * 2, there, terms())
    assert [(str(row.cls), row.units, row.figures.actual) for row in rows] == [("location", 3, 3), ("quantity", 1, 1)]
    assert rows[0].difference == "3 units at Inspection, Quarantine instead of Default"


def test_scrap_is_wrong_by_as_many_units_as_it_differs():
    row = one([due(quantity=3, scrap_quantity=1)], [], [booked(quantity=3, scrap_quantity=3)])
    assert (row.cls, row.units, row.difference) == ("disposition", 2, "3 scrapped instead of 1")


@pytest.mark.parametrize(("actioned_at", "unactioned"), [(None, 2), (LONG_AGO, 0)])
def test_an_orphan_says_whether_it_has_had_an_effect(actioned_at, unactioned):
    row = one([], [], [booked(quantity=2, reference="by hand", actioned_at=actioned_at)])
    assert row.figures.unactioned == unactioned


def test_each_difference_is_one_phrase():
    assert one([due(quantity=3)], [], [booked()]).difference == "2 units too few"
    assert one([due()], [], [booked(quantity=3)]).difference == "2 units too many"
    assert one([due()], [], [booked(actioned_at=None)]).difference == "1 unit booked, not actioned"
    assert one([due(held="line_unlinked")], [], []).difference == ""


def test_the_subject_is_the_same_every_night_with_an_order_number_or_without():
    assert one([due()], [], []).subject == "RMA 90000004 / MUG-BLUE / order 100123 / Default"
    assert one([due(order_number=None)], [], []).subject == "RMA 90000004 / MUG-BLUE / order order-100123 / Default"


def test_only_what_the_ledger_confirmed_for_the_place_counts_as_booked():
    ledger = [posted(quantity=2), posted(quantity=4, state="refused"), posted(quantity=8, place="Quarantine")]
    assert one([due(quantity=2)], ledger, [booked(quantity=2)]).figures.booked == 2
