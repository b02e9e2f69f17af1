"""Running one suite with Great Expectations on one table, in memory, with every violating row named.

Great Expectations takes seconds to import, so only the running of a suite imports it. It keeps no files and
reports nothing to its makers here. A missing column, an unreadable table or an exception inside it is a check
that did not run, never one that passed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from data_checks.outcome import CheckResult, Violation
from returnworks.rules.model import Severity

NOTHING_TO_CHECK = "nothing to check"
_IDENTITY = ("row", "return_id", "reference")


@dataclass(frozen=True, slots=True)
class Suite:
    """A name, the columns it needs, and its expectations, made from `great_expectations.expectations`.

    Of one row that breaks several expectations, those that stand in `quiet` columns are listed only when no other
    column shows the row. An expectation made with `severity="warning"` fails nothing; `severity` is what it means
    that the suite cannot run.
    """

    name: str
    columns: Collection[str]
    expectations: Callable[[Any], Sequence[Any]]
    quiet: frozenset[str] = frozenset()
    severity: Severity = Severity.CRITICAL


def run_suite(suite: Suite, frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check `frame`, a DataFrame with at least `suite.columns`.

    An empty one fails, unless the caller knows that all sides were read and had nothing (`expect_empty_ok`).
    """
    if not isinstance(frame, pd.DataFrame):
        return CheckResult.not_run(suite.name, f"{NOTHING_TO_CHECK}: there is no table", suite.severity)
    lacking = sorted({*suite.columns, *_IDENTITY} - set(frame.columns))
    if lacking:
        return CheckResult.not_run(suite.name, f"the table lacks {', '.join(lacking)}", suite.severity)
    if frame.empty and not expect_empty_ok:
        return CheckResult.not_run(suite.name, NOTHING_TO_CHECK, suite.severity)
    if frame.empty:
        reason = f"{NOTHING_TO_CHECK}: all sides were read and have nothing"
        return CheckResult(suite.name, True, True, reason, 0, severity=suite.severity)
    try:
        outcomes = _validate(suite, _plain(frame))
    except Exception as problem:
        return CheckResult.not_run(suite.name, f"{type(problem).__name__}: {_first_line(problem)}", suite.severity)
    return _judged(suite, frame, outcomes)


def run_due(suite: Suite, frame: Any, *, expect_empty_ok: bool = False) -> CheckResult:
    """Check the rows of a reconciled table that are due (`due` is true); the others are for later or for nobody.

    A table of which no row can be told is a check that did not run.
    """
    if not isinstance(frame, pd.DataFrame) or frame.empty or not {"due", "cls"} <= set(frame.columns):
        return run_suite(suite, frame, expect_empty_ok=expect_empty_ok)
    due = frame[frame["due"].fillna(True).astype(bool)]
    untold = int((frame["cls"] == "cannot_tell").sum())
    if due.empty and untold:
        return CheckResult.not_run(suite.name, f"{untold} rows cannot be told, none can", suite.severity)
    result = run_suite(suite, due, expect_empty_ok=True)
    waiting = len(frame) - len(due) - untold
    notes = [f"{untold} rows cannot be told"] * bool(untold) + [f"{waiting} rows are not due"] * bool(waiting)
    return _with_reason(result, notes)


def _with_reason(result: CheckResult, notes: Iterable[str]) -> CheckResult:
    reason = "; ".join(filter(None, [result.reason if not (result.ran and result.checked == 0) else "", *notes]))
    return CheckResult(
        result.suite, result.success, result.ran, reason, result.checked, result.violations, result.severity
    )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Python values and None only, so that whole numbers stay whole and a null equals nothing."""
    objects = frame.astype(object)
    return objects.where(frame.notna(), None).reset_index(drop=True)


def _validate(suite: Suite, frame: pd.DataFrame) -> list[Any]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations import expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("night")
    batch = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    checks = gx.ExpectationSuite(name=suite.name, expectations=list(suite.expectations(expectations)))
    validated = batch.get_batch({"dataframe": frame}).validate(
        checks,
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": list(_IDENTITY)},
    )
    return list(validated.results)


def _judged(suite: Suite, frame: pd.DataFrame, outcomes: Sequence[Any]) -> CheckResult:
    raised = [message for outcome in outcomes if (message := _raised(outcome))]
    if raised:
        return CheckResult.not_run(suite.name, raised[0], suite.severity)
    rows = {int(row["row"]): row for row in _plain(frame).to_dict("records")}
    found = [pair for outcome in outcomes if not outcome.success for pair in _violations(outcome, rows)]
    unnamed = [_name(outcome) for outcome in outcomes if not outcome.success and not _indexes(outcome)]
    if unnamed:
        return CheckResult.not_run(suite.name, f"{unnamed[0]} fails without naming a row", suite.severity)
    success = all(outcome.success or _severity(outcome) != Severity.CRITICAL for outcome in outcomes)
    violations = tuple(_without_repeats(found, suite.quiet))
    return CheckResult(suite.name, success, True, "", len(rows), violations, suite.severity)


def _raised(outcome: Any) -> str:
    """The message of an exception inside Great Expectations; "" when there was none.

    `exception_info` is either one such record or one record per metric (observed).
    """
    info = outcome.exception_info or {}
    records = [info] if "raised_exception" in info else list(info.values())
    messages = [str(record["exception_message"]) for record in records if record.get("raised_exception")]
    return f"{_name(outcome)}: {messages[0].splitlines()[0]}" if messages else ""


def _name(outcome: Any) -> str:
    return str(outcome.expectation_config.type)


def _severity(outcome: Any) -> Severity:
    """Great Expectations has words of its own for it, with the same values."""
    return Severity(outcome.expectation_config.severity.value)


def _indexes(outcome: Any) -> list[Mapping[str, Any]]:
    return list(outcome.result.get("unexpected_index_list") or [])


def _violations(outcome: Any, rows: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[int, Violation]]:
    kwargs = outcome.expectation_config.kwargs
    for index in _indexes(outcome):
        row = rows[int(index["row"])]
        column, expected, actual = _sides(_name(outcome), kwargs, row)
        yield (
            int(index["row"]),
            Violation(
                return_id=_text(row["return_id"], ""),
                reference=_text(row["reference"], ""),
                column=column,
                expected=expected,
                actual=actual,
                cls=_text(row.get("cls"), ""),
                subject=_text(row.get("subject"), ""),
                severity=_severity(outcome),
            ),
        )


def _sides(name: str, kwargs: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Column, expected and actual value of one row under one expectation."""
    if "column_A" in kwargs:
        return kwargs["column_B"], _text(row[kwargs["column_A"]]), _text(row[kwargs["column_B"]])
    column = kwargs["column"]
    if "value_set" in kwargs:
        return column, " or ".join(_text(value) for value in kwargs["value_set"]), _text(row[column])
    wanted = "a value" if name.endswith("not_be_null") else "one row"
    return column, wanted, _text(row[column])


def _text(value: Any, nothing: str = "nothing") -> str:
    return nothing if value is None else str(value)


def _without_repeats(found: Sequence[tuple[int, Violation]], quiet: frozenset[str]) -> Iterator[Violation]:
    """All of them, by row; those in quiet columns only where nothing else shows the row."""
    loud = {row for row, violation in found if violation.column not in quiet}
    shown: set[int] = set()
    for row, violation in sorted(found, key=lambda pair: pair[0]):
        if violation.column not in quiet:
            yield violation
        elif row not in loud and row not in shown:
            shown.add(row)
            yield violation


def _first_line(problem: Exception) -> str:
    lines = str(problem).splitlines()
    return lines[0] if lines else "no message"
