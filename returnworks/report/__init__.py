"""The morning's report of one night: a page for people, a CSV table for spreadsheets, JSON for programs.

Everything here is a function of `ReportInput`: the same night gives the same bytes, whoever asks and whenever.
"""

from __future__ import annotations

from returnworks.report.document import to_json
from returnworks.report.inputs import (
    CheckShown,
    HealedShown,
    OpenItem,
    PastNight,
    PayoutShown,
    PayoutsShown,
    ReportInput,
    RolledShown,
    ViolationShown,
)
from returnworks.report.page import render_html
from returnworks.report.sheet import write_csv
from returnworks.report.waits import Waits, waits_of

__all__ = [
    "CheckShown",
    "HealedShown",
    "OpenItem",
    "PastNight",
    "PayoutShown",
    "PayoutsShown",
    "ReportInput",
    "RolledShown",
    "ViolationShown",
    "Waits",
    "render_html",
    "to_json",
    "waits_of",
    "write_csv",
]
