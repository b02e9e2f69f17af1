"""All worked cases, in the order of the page."""

from __future__ import annotations

from tests.cases import credits, exchanges, goods
from tests.cases.case import Case

CHAPTERS: dict[str, tuple[Case, ...]] = {
    "Goods": goods.CASES,
    "Credits": credits.CASES,
    "Exchanges": exchanges.CASES,
}
CASES = tuple(case for cases in CHAPTERS.values() for case in cases)
