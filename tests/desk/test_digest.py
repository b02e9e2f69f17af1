"""The news says what is new since it was told last, once, by owner, and names no person."""

from datetime import timedelta

from returnworks.rules.escalation import Escalation, Step
from returnworks.rules.findings import finding
from returnworks.rules.money import Money
from returnworks.rules.policy import Policy
from returnworks.work.desk.digest import digest_told, make_digest
from tests.ledger.faces import NOW, later

DAY = timedelta(days=1)
POLICY = Policy()


def credit(number, value=None, days=0):
    return finding("credit_missing", f"RMA {number}", "So.", value=value, since=NOW - days * DAY)


def lines(ledger, now, policy=POLICY):
    return make_digest(ledger, policy, now).text().splitlines()


def tell(ledger, now, policy=POLICY):
    made = make_digest(ledger, policy, now)
    digest_told(ledger, made)
    return made.text().splitlines()


def test_an_empty_desk_has_no_news(ledger):
    assert lines(ledger, NOW) == []


def test_what_was_told_is_no_news_and_what_comes_after_it_is(ledger):
    ledger.see_exceptions([credit(1)], later(1))
    assert "1 new" in tell(ledger, later(2))[1]
    assert lines(ledger, later(3)) == []
    ledger.see_exceptions([credit(2)], later(4))
    assert "2 open, 1 new" in lines(ledger, later(5))[1]


def test_what_came_and_went_between_two_digests_is_no_news(ledger):
    tell(ledger, NOW)
    ledger.see_exceptions([credit(1)], later(1))
    ledger.close_exceptions([("credit_missing", "RMA 1")], "it stands", later(2))
    assert lines(ledger, later(3)) == []


def test_what_came_back_and_what_rests_no_longer_are_news(ledger):
    (item, _) = ledger.see_exceptions([credit(1), credit(2)], NOW).opened
    ledger.close_exceptions([("credit_missing", "RMA 2")], "it stands", NOW)
    ledger.waive(item.id, later(9), "the bank looks", later(1))
    tell(ledger, later(2))
    ledger.end_waivers(later(9))
    ledger.see_exceptions([credit(2)], later(9))
    assert "2 open, 1 reopened, 1 no longer waived" in lines(ledger, later(10))[1]


def test_the_dearest_is_named_in_the_currency_of_most(ledger):
    values = [Money(500, "GBP"), Money(700, "GBP"), Money(90000, "EUR"), None]
    ledger.see_exceptions([credit(n, value, days=n) for n, value in enumerate(values, 1)], NOW)
    (_, said) = lines(ledger, later(1))
    assert "€900.00 and £12.00" in said
    assert "biggest £7.00 (credit_missing #2)" in said
    assert "oldest 4 days (credit_missing #4)" in said


def test_who_else_has_to_hear_is_told_once_and_again_when_it_comes_back(ledger):
    policy = Policy(escalation=Escalation((Step("old", after_days=2, tell="head of finance"),)))
    ledger.see_exceptions([credit(1, days=2)], NOW)
    assert tell(ledger, later(1), policy)[-1] == (
        "for head of finance: credit_missing #1 is 2 days old, worth not known (old)"
    )
    assert lines(ledger, later(2), policy) == []
    ledger.close_exceptions([("credit_missing", "RMA 1")], "it stands", later(3))
    ledger.see_exceptions([credit(1, days=2)], later(4))
    assert "for head of finance" in lines(ledger, later(5), policy)[-1]


def test_a_message_that_was_never_told_stays_news(ledger):
    ledger.see_exceptions([credit(1)], NOW)
    assert lines(ledger, later(1)) == lines(ledger, later(1)) != []


def test_no_name_and_nothing_typed_is_in_it(ledger):
    (item,) = ledger.see_exceptions([credit(1)], NOW).opened
    ledger.assign(item.id, "Planned Person", NOW, who="Another Person")
    ledger.note(item.id, "ask Planned Person", NOW)
    assert "Person" not in "".join(lines(ledger, later(1)))
