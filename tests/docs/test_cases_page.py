"""The page of worked cases is the data of today."""

from tests.cases.chapters import CHAPTERS
from tests.cases.page import PAGE, page


def test_the_page_of_worked_cases_is_written_from_the_cases_of_today():
    assert PAGE.read_text(encoding="utf-8") == page(CHAPTERS), "write it anew with `python -m tests.cases`"
