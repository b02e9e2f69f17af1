"""All worked cases, in the order of the page."""

from __future__ import annotations

from tests.cases import credits, exchanges, goods, sets
from tests.cases.case import Case

CHAPTERS: dict[str, tuple[Case, ...]] = {
    "Goods: when they are back": goods.TRIGGERS,
    "Goods: what comes later, or never": goods.LATER,
    "Goods: where they go": goods.ROUTES,
    "Goods: on which order": goods.ORDERS,
    "Sets": sets.CASES,
    "Credits": credits.CASES,
    "Exchanges": exchanges.CASES,
}
CASES = tuple(case for cases in CHAPTERS.values() for case in cases)
