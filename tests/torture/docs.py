"""The pages that the attack itself writes: what it found at each step, and the picture of a posting's life."""

from __future__ import annotations

from pathlib import Path

from returnworks.rules.states import picture

FOLDER = Path(__file__).resolve().parents[2] / "docs"
EXACTLY_ONCE = FOLDER / "exactly-once.md"
POSTINGS = FOLDER / "postings.md"
BEGIN, END = "<!-- written by `make torture` -->", "<!-- until here -->"

PICTURE = f"""# The life of a posting

A posting is one intended effect on Linnworks: goods, a credit, the mark on an exchange, or a note on an order. The
picture is drawn by `returnworks.rules.states`, the only module that knows the moves; the ledger refuses all others.

```mermaid
{picture()}```

Goods have two phases, `book` and `action`, and go through `planned` and `sent` once for each; `advance` leads from the
first to the second. What a killed process leaves behind in each state is in [exactly-once.md](exactly-once.md).
"""


def written_part() -> str:
    """The part of the page that a run wrote last."""
    return EXACTLY_ONCE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write(sections: list[str]) -> None:
    """Both pages anew; the prose of the first stays."""
    head, _, rest = EXACTLY_ONCE.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    EXACTLY_ONCE.write_text(f"{head}{BEGIN}\n\n" + "\n".join(sections) + f"\n{END}{tail}", encoding="utf-8")
    POSTINGS.write_text(PICTURE, encoding="utf-8")
