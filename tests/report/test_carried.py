"""The report shows how the desks moved since the night before, and everything that the night mended or left."""

import json

from returnworks.reconcile.carry_forward import Line, Tally
from returnworks.report import HealedShown, RolledShown, render_html, to_json
from returnworks.rules.ageing import Ageing
from returnworks.rules.model import Owner
from returnworks.rules.money import Money
from tests.report.faces import morning

TIES = Line(Tally(3, 2, 5000), new=Tally(1, 1, 700), cleared=Tally(2, 1, 3000), closing=Tally(2, 2, 2700))
GAPES = Line(Tally(1, 0, 0), changed=Tally(0, 0, -250), closing=Tally(2, 0, 0))
ROLLED = (RolledShown(Owner.WAREHOUSE, "GBP", TIES), RolledShown(Owner.FINANCE, "", GAPES))
HEALED = (
    HealedShown(
        what="missing_posting",
        outcome="healed",
        subject="RMA 90000004",
        why="It is due.",
        postings=("RW-R-90000004-AAAA",),
        units=2,
        money=(Money(5000, "GBP"), Money(300, "EUR")),
    ),
    HealedShown(what="stale_return", outcome="left", subject="<b>RMA 9</b>", why="The cap is used up."),
)


def page(**more):
    return render_html(morning(**({"rolled_since": "night 11", "rolled": ROLLED, "healed": HEALED} | more)))


def test_a_roll_forward_shows_each_column_with_its_value():
    shown = page()
    assert "Since night 11: opening + new + reopened + changed − cleared = closing." in shown
    for text in ("£50.00", "£7.00", "£30.00", "£27.00"):
        assert text in shown


def test_a_desk_that_does_not_tie_out_is_marked():
    assert page().count('class="unbalanced"') - page(rolled=ROLLED[:1]).count('class="unbalanced"') == 1


def test_everything_mended_or_left_is_listed_with_its_reason():
    shown = page()
    for text in ("RW-R-90000004-AAAA", "It is due.", "€3.00 and £50.00", "The cap is used up.", "stale return"):
        assert text in shown
    assert "<b>RMA 9</b>" not in shown


def test_a_night_without_a_night_before_shows_neither():
    assert "How the desks moved" not in page(rolled_since="", rolled=(), healed=())


def test_programs_read_the_same():
    read = json.loads(to_json(morning(rolled_since="night 11", rolled=ROLLED, healed=HEALED)))
    assert read["rolled_since"] == "night 11"
    assert read["rolled"][0]["closing"] == {"count": 2, "units": 2, "minor": 2700}
    assert [row["remainder"]["count"] for row in read["rolled"]] == [0, 1]
    assert read["healed"][0]["money"] == [{"minor": 5000, "currency": "GBP"}, {"minor": 300, "currency": "EUR"}]


def test_the_desks_are_aged_in_the_shops_own_buckets():
    assert "15+ days: 1" in page(ageing=Ageing((7, 14)))
