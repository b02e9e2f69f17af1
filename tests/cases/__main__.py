"""`python -m tests.cases` writes docs/cases.md anew."""

from __future__ import annotations

from tests.cases.chapters import CHAPTERS
from tests.cases.page import PAGE, page

PAGE.write_text(page(CHAPTERS), encoding="utf-8")
