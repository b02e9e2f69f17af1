"""The runbook's cards: one page per code, with the ids of one exception filled in.

In a checkout they are in docs/runbook; the wheel carries the same files inside the package.
"""

from __future__ import annotations

from pathlib import Path

import returnworks
from returnworks.errors import ConfigError
from returnworks.ledger import ExceptionRecord
from returnworks.rules.codes import CODES

_PACKAGE = Path(returnworks.__file__).parent
FOLDERS = (_PACKAGE / "runbook", _PACKAGE.parent / "docs" / "runbook")

SECTIONS = ("What it means", "Whose job", "How to check", "What to do", "How to undo")


def card(code: str, item: ExceptionRecord | None = None) -> str:
    """The card of `code` as Markdown. KeyError for a code that does not exist, ConfigError where no card is installed.

    Of `item`, its RMA number and its own id stand where the card says RETURN_ID and EXCEPTION_ID.
    """
    name = f"{CODES[code].code}.md"
    found = next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)
    if found is None:
        raise ConfigError(
            f"The runbook's card {name} is not installed.", "Install Returnworks again, or read docs/runbook."
        )
    text = found.read_text(encoding="utf-8")
    if item is None:
        return text
    text = text.replace("EXCEPTION_ID", str(item.id))
    return text.replace("RETURN_ID", item.return_id) if item.return_id else text
