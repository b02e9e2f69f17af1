"""Reading `returnworks.toml` into a policy; without a file the built-in policy holds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from returnworks.errors import ConfigError
from returnworks.rules.policy import Policy
from returnworks.rules.soundness import problems_of
from returnworks.settings.policy.mistakes import explain
from returnworks.settings.policy.tables import File

DEFAULT_FILE = Path("returnworks.toml")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    policy: Policy
    time_zone: str
    linnworks_calls_scale: float
    source: str
    """The file, or "the built-in policy"."""


def read_policy(file: Path | None) -> PolicyFile:
    """The policy of `file`; without one, of ./returnworks.toml; without that, the built-in policy."""
    if file is None and not DEFAULT_FILE.exists():
        return _as_policy(File(), "the built-in policy")
    chosen = file or DEFAULT_FILE
    return _as_policy(_parse(chosen), str(chosen))


def _parse(file: Path) -> File:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise ConfigError(f"There is no file {file}.", "RETURNWORKS_CONFIG names it; correct or unset it.") from missing
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{file} is not TOML: {problem}.") from problem
    try:
        return File.model_validate(content)
    except ValidationError as wrong:
        raise ConfigError("\n".join([f"{file} cannot be used:", *(f"  {line}" for line in explain(wrong))])) from wrong


def _as_policy(content: File, source: str) -> PolicyFile:
    policy = Policy(**content.settings())
    if problems := problems_of(policy):
        raise ConfigError("\n".join([f"{source} cannot be used:", *(f"  {problem}" for problem in problems)]))
    return PolicyFile(policy, content.time_zone, content.linnworks.calls_scale, source)
