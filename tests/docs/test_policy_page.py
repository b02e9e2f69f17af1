"""The policy's page: its file is sound, and it names every key that there is."""

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from returnworks.rules.examples import failures
from returnworks.settings import read_policy
from returnworks.settings.policy.examples import MoneyExampleTable, SetExampleTable, UnitExampleTable
from returnworks.settings.policy.payout_tables import LayoutTable
from returnworks.settings.policy.table import Table
from returnworks.settings.policy.tables import File
from tests.contracts import ROOT

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
ELSEWHERE = (LayoutTable, MoneyExampleTable, SetExampleTable, UnitExampleTable)
"""Tables that have no section of their own."""


def test_the_whole_file_is_sound_and_its_examples_hold(tmp_path):
    file = tmp_path / "returnworks.toml"
    file.write_text(re.search(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL).group(1), encoding="utf-8")
    chosen = read_policy(file)
    assert len(chosen.examples()) == 7
    assert {
        where: failures(each, chosen.policy)
        for where, each in chosen.examples().items()
        if failures(each, chosen.policy)
    } == {}


def test_the_readmes_policy_is_sound_and_its_example_holds(tmp_path):
    file = tmp_path / "returnworks.toml"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    file.write_text(re.search(r"^```toml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL).group(1), encoding="utf-8")
    chosen = read_policy(file)
    assert len(chosen.examples()) == 1
    assert not any(failures(each, chosen.policy) for each in chosen.examples().values())


def tables(table: type[BaseModel] = File, name: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of the file with its header, as the page writes it."""
    yield name or "At the top of the file", table
    for key, field in table.model_fields.items():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, Table) and kind not in ELSEWHERE:
                inner = f"{name}.{key}".strip(".")
                yield from tables(kind, inner)


def section(name: str) -> str:
    headers = (f"### `[{name}]`", f"### `[[{name}]]`", f"### {name}")
    for header in headers:
        if f"\n{header}\n" in PAGE:
            return PAGE.split(f"\n{header}\n")[1].split("\n### ")[0]
    raise AssertionError(f"docs/policy.md has no section {headers[0]}")


def keys_of(table: type[BaseModel]) -> set[str]:
    """The keys of a table besides tables that have a section of their own."""
    return {key for key, field in table.model_fields.items() if not _is_table(field.annotation)}


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Table)


@pytest.mark.parametrize(("name", "table"), list(tables()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_key_of_every_table_is_on_the_page_and_no_other(name, table):
    lists = {"route"} if table is File else {"step"} if name == "escalation" else set()
    wanted = keys_of(table) - lists
    if not wanted:
        return
    first_cells = re.findall(r"^\| (`[^|]*`[^|]*)\|", section(name), re.MULTILINE)
    assert {key for cell in first_cells for key in re.findall(r"`(\w+)`", cell)} == wanted
