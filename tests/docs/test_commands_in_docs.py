"""Every command that a document tells people to run exists, with these options; every file it links to is there."""

import re
import shlex

import click
import pytest

from returnworks.cli.app import app
from returnworks.rules.codes import CODES
from tests.contracts import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("returnworks/clients/*/README.md")])
MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands_in(text: str, program: str) -> set[str]:
    inline = re.findall(rf"`({program} [^`\n]+)`", text)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return {command for command in [*inline, *lines] if command.startswith(f"{program} ")}


def check(command: str) -> None:
    words = shlex.split(command)[1:]
    context, found = click.Context(app), app
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        resolved = found.get_command(context, words.pop(0))
        assert resolved is not None, f"there is no command {command!r}"
        found = resolved
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    options = {word.split("=")[0] for word in words if word.startswith("--")}
    assert options <= known, f"{command!r} has options that do not exist"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_a_document_exist(document):
    text = document.read_text(encoding="utf-8")
    for command in commands_in(text, "returnworks"):
        check(command)
    for command in commands_in(text, "make"):
        assert set(command.split()[1:2]) <= MAKE_TARGETS, command


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_a_document_links_to_are_there(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_commands_in_next_steps_exist():
    for code in CODES.values():
        for command in commands_in(code.next_for("90000101", 100001, "RW-R-90000101-AAAAAAAA"), "returnworks"):
            check(command)
