"""A night's report as files beside each other: the page, the table, the document."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from returnworks.reconcile.night import Night
from returnworks.report import CheckShown, ReportInput, render_html, to_json, write_csv
from returnworks.work.night.archive import Shown, digest
from returnworks.work.papers import write_files

Files = Mapping[str, bytes]
"""By suffix: "html", "json", "csv"."""


def printed(night: Night, checks: Sequence[CheckShown], shown: Shown, rerun: str = "") -> Files:
    """The report. `rerun` is the one line in which a night that is done again may differ from the first time."""
    report = ReportInput(
        title=shown.title,
        night=night,
        checks=tuple(checks),
        open_items=shown.open_items,
        source=shown.source,
        past=shown.past,
        ageing=shown.ageing,
        rolled_since=shown.moved.since,
        rolled=shown.moved.rolled,
        healed=shown.moved.healed,
        payouts=shown.payouts,
        waits=shown.waits,
        rerun=rerun,
    )
    table = io.StringIO(newline="")
    write_csv(report, table)
    return {
        "html": render_html(report).encode(),
        "json": to_json(report).encode(),
        "csv": table.getvalue().encode(),
    }


def hashes(files: Files) -> dict[str, str]:
    return {suffix: digest(content) for suffix, content in files.items()}


def lay_down(files: Files, folder: Path, stem: str) -> Path:
    """Write the files; the page's path."""
    write_files(folder, {f"{stem}.{suffix}": content for suffix, content in files.items()})
    return folder / f"{stem}.html"
