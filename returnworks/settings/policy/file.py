"""Reading `returnworks.toml` into a policy; without a file the built-in policy holds."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from returnworks.errors import ConfigError
from returnworks.rules.examples import Example
from returnworks.rules.policy import Policy
from returnworks.rules.problems import Problem, Where
from returnworks.rules.soundness import problems_of
from returnworks.settings.policy.lines import lines_of, nearest_line
from returnworks.settings.policy.mistakes import Mistake, PolicyMistakes, dotted, mistakes_of, not_toml
from returnworks.settings.policy.tables import File

DEFAULT_FILE = Path("returnworks.toml")
BUILT_IN_SOURCE = "the built-in policy"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy, with the file that says it: what is found wrong later can still be named by its line."""

    policy: Policy
    content: File
    source: str
    """The file, or "the built-in policy"."""
    lines: Mapping[Where, int] = field(default_factory=dict)

    @property
    def time_zone(self) -> str:
        return self.content.time_zone

    @property
    def linnworks_calls_scale(self) -> float:
        return self.content.linnworks.calls_scale

    def examples(self) -> dict[Where, Example]:
        """The worked examples, by the key that they stand under."""
        return self.content.examples()

    def mistakes(self, problems: Iterable[Problem]) -> list[Mistake]:
        """Problems of the policy as mistakes in the file."""
        return [
            self.mistake(self.content.key_of(problem.where) or problem.where, problem.text, problem.remedy)
            for problem in problems
        ]

    def mistake(self, key: Where, text: str, remedy: str) -> Mistake:
        return Mistake(self.source, nearest_line(self.lines, key), dotted(key), text, remedy)


def read_policy(file: Path | None) -> PolicyFile:
    """The policy of `file`; without one, of ./returnworks.toml; without that, the built-in policy.

    PolicyMistakes when it says what cannot be meant, ConfigError when it cannot be read at all.
    """
    if file is None and not DEFAULT_FILE.exists():
        content = File()
        return PolicyFile(Policy(**content.settings()), content, BUILT_IN_SOURCE)
    chosen = file or DEFAULT_FILE
    return _understood(str(chosen), _text(chosen))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as missing:
        raise ConfigError(f"There is no file {file}.", "Name another, or mend RETURNWORKS_CONFIG.") from missing
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{file} is not TOML: {problem}.", "Save it as UTF-8.") from problem


def _understood(source: str, text: str) -> PolicyFile:
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise PolicyMistakes(source, [not_toml(source, problem)]) from problem
    lines = lines_of(text)
    try:
        # As JSON, so that nothing is taken for what it is not: "15" is no number, and true is none either.
        content = File.model_validate_json(json.dumps(tables, default=str), strict=True)
    except ValidationError as wrong:
        raise PolicyMistakes(source, mistakes_of(source, lines, wrong)) from wrong
    found = PolicyFile(Policy(**content.settings()), content, source, lines)
    if problems := problems_of(found.policy):
        raise PolicyMistakes(source, found.mistakes(problems))
    return found
