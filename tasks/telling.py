"""What a flow did, as a line in its run's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect.logging import get_run_logger


def told(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures, said in the run's log: what is not zero."""
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items() if value)
    get_run_logger().info(said or "nothing to do")
    return dict(figures)
