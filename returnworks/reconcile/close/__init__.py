"""The month's close: what stood at its end, worked out from facts and when they happened.

Pure, as all of `reconcile`. `month` is the month itself, `then` a return as it stood at the end, `facts` everything
that goes in, `sections` the tables of the pack, `pack` all of it with its hash.
"""

from returnworks.reconcile.close.facts import ClosingItem, CreditFact, ExchangeFact, GoodsFact, MonthFacts, NightFact
from returnworks.reconcile.close.month import BadMonth, Month
from returnworks.reconcile.close.pack import Change, Pack, changes_between, make_pack
from returnworks.reconcile.close.section import Section
from returnworks.reconcile.close.then import then

__all__ = [
    "BadMonth",
    "Change",
    "ClosingItem",
    "CreditFact",
    "ExchangeFact",
    "GoodsFact",
    "Month",
    "MonthFacts",
    "NightFact",
    "Pack",
    "Section",
    "changes_between",
    "make_pack",
    "then",
]
