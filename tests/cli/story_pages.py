"""The pages of docs/stories: each is its story, and what a terminal shows when it is played.

`python -m tests.cli.story_pages` plays every story and writes them anew.
"""

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from returnworks.cli.demo.story import Played, play_story
from returnworks.cli.output import Output
from returnworks.sandbox.handle import Sandbox
from returnworks.sandbox.stories import STORIES
from tests.contracts import ROOT

FOLDER = ROOT / "docs" / "stories"
TOLD = [story for story in STORIES.values() if story.expected]
SECTIONS = ("Stock", "Money", "The desk", "Is it as told?")


def told(sandbox: Sandbox, name: str, home: Path) -> tuple[Played, str]:
    """A story played to its end, and what the terminal showed."""
    shown = io.StringIO()
    with redirect_stdout(shown):
        played = play_story(Output(as_json=False), sandbox, name, home)
    return played, shown.getvalue()


def page(story, shown: str) -> str:
    steps = [f"- **{step.name.replace('-', ' ').capitalize()}.** {step.narration}" for step in story.steps]
    policy = ["The shop's `returnworks.toml`:", "", "```toml", story.policy.strip(), "```", ""] if story.policy else []
    return "\n".join(
        [
            f"# {story.question}",
            "",
            f"The story `{story.name}`: {story.summary}",
            "",
            "## What happens",
            "",
            *steps,
            "",
            *policy,
            "## What Returnworks does",
            "",
            story.answer,
            "",
            "## What you see",
            "",
            "```sh",
            f"returnworks demo --story {story.name}",
            "```",
            "",
            "The commands that are typed on the way, what they answer, and what it comes to:",
            "",
            "```text",
            excerpt(shown),
            "```",
            "",
            "[All stories](README.md)",
            "",
        ]
    )


def excerpt(shown: str) -> str:
    """Commands, answers and sums; the prose is on the page already."""
    lines = [line for line in shown.splitlines() if line.startswith("  ") or line in SECTIONS]
    return "\n".join(f"\n{line}" if line in SECTIONS else line for line in lines)


def index() -> str:
    rows = [f"| [{story.question}]({story.name}.md) | {story.summary} | `{story.name}` |" for story in TOLD]
    return "\n".join(
        [
            "# Stories",
            "",
            "Each question a merchant asks, played against the sandbox in seconds: no Prefect server, no account, no",
            "credentials. `returnworks demo --list` names them, `returnworks demo --story NAME` plays one, and",
            "`returnworks demo` plays a whole day through Prefect. Whether a story ended as told is asked of the",
            "sandbox's own books, by code that shares no rule with Returnworks; the exit code is 0 when it did.",
            "",
            "| Question | Story | Name |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")
    with Sandbox() as sandbox, TemporaryDirectory() as home:
        for story in TOLD:
            played, shown = told(sandbox, story.name, Path(home) / story.name)
            (FOLDER / f"{story.name}.md").write_text(page(story, shown), encoding="utf-8")
            sys.stderr.write(f"{story.name}: {'as told' if played.as_told else 'NOT AS TOLD'}\n")


if __name__ == "__main__":
    main()
