"""Files that people read: each is there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from returnworks.errors import ConfigError


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` (by name) into `folder`, in their order: each beside its place first, then put there.

    ConfigError where the disk is full or nobody may write; files from before stay as they were.
    """
    for name, content in files.items():
        beside = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(content)
            beside.replace(folder / name)
        except OSError as problem:
            with suppress(OSError):
                beside.unlink()
            raise ConfigError(
                f"{folder / name} cannot be written ({problem.strerror}).", "Make room there, then run it again."
            ) from problem
