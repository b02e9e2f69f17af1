"""docs/cases.md: every worked case as a person reads it, made from the data that the tests run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cases import words
from tests.cases.case import Case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cases.md"

HEAD = """# Worked cases

What Returnworks does with {count} returns, and why. This page is written from the data in `tests/cases`, each case of
which is a test; `python -m tests.cases` writes it anew. Every case says what differs from the built-in policy; where
it says nothing, that policy decides. "Holds" names the code that the exceptions desk shows; nothing of a held line is
posted, and its neighbours carry on.
"""


def page(chapters: Mapping[str, Sequence[Case]]) -> str:
    """The whole document: a list of all cases by chapter, then each case with what goes in and what comes out."""
    count = sum(len(cases) for cases in chapters.values())
    parts = [HEAD.format(count=count)]
    for title, cases in chapters.items():
        parts.append(f"## {title}\n\n{_overview(cases)}\n")
        parts.extend(_section(case) for case in cases)
    return "\n".join(parts)


def _overview(cases: Sequence[Case]) -> str:
    """Each case with its decision in a word: what is posted, and the codes that hold the rest."""
    rows = [f"| [{case.name}](#{_anchor(case.name)}) | {_cell(_decision(case))} |" for case in cases]
    return "\n".join(["| Case | Decision |", "|---|---|", *rows])


def _decision(case: Case) -> list[str]:
    posts = [text.split(":", 1)[0] for text in case.posts]
    return [*posts, *(f"holds {text}" for text in case.holds), *(f"owes {text}" for text in case.owes)] or ["nothing"]


def _anchor(name: str) -> str:
    """The link that a heading gets: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9 -]", "", name.casefold()).replace(" ", "-")


def _section(case: Case) -> str:
    rows = [
        ("Return", words.the_return(case.ret, case.now)),
        ("Linnworks", words.linnworks(case.around) or ["knows no such order"]),
        ("Policy", words.the_policy(case.policy)),
        ("Posts", case.posts or ["nothing"]),
        ("Holds", case.holds),
        ("Owes", case.owes),
        ("Notes", case.leaves),
    ]
    table = "\n".join(f"| {name} | {_cell(said)} |" for name, said in rows if said)
    return f"### {case.name}\n\n{case.because}\n\n| | |\n|---|---|\n{table}\n"


def _cell(said: Sequence[str]) -> str:
    return "<br>".join(text.replace("|", "\\|") for text in said)
