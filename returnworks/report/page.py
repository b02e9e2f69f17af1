"""The page: one HTML file that needs nothing but itself, on a screen, on a phone and on paper."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from returnworks.reconcile.results import Class, counted
from returnworks.report import carried, overview, rows, verdict, words
from returnworks.report.desk import desks
from returnworks.report.inputs import ReportInput
from returnworks.report.liabilities import owed_shown
from returnworks.report.payouts import payout_section
from returnworks.report.plots import WIDTH
from returnworks.report.sums import equations, money_plots
from returnworks.report.trend import class_trend
from returnworks.report.waits import waits_plot, waits_said


def render_html(report: ReportInput) -> str:
    """The whole page. Everything from outside is escaped; nothing is loaded from anywhere."""
    night = report.night
    verdict_word, tone = verdict.judge(report)
    each = [row for row in night.conservation if row.return_id is not None]
    page = environment().get_template("page.html")
    return page.render(
        report=report,
        night=night,
        tone=tone,
        verdict=verdict_word,
        headline=verdict.headline(night),
        sentences=_sentences(report),
        tiles=overview.tiles(report),
        class_plot=overview.class_plot(night),
        age_plot=overview.age_plot(report),
        class_trend=class_trend(report),
        waits_plot=waits_plot(report.waits),
        waits_said=waits_said(report.waits),
        money_plots=money_plots(night),
        desks=desks(report),
        buckets=report.ageing.buckets,
        carried=carried.carried(report),
        carried_columns=carried.COLUMNS,
        healed=carried.healed(report.healed),
        breaks=rows.breaks_by_family(night, report.open_items),
        counts=rows.counts(night),
        timing=rows.rows_of(night, Class.TIMING),
        held=rows.rows_of(night, Class.HELD),
        untold=rows.rows_of(night, Class.CANNOT_TELL),
        matched=rows.in_order(night),
        linked=rows.rows_of(night, Class.LINKED),
        accepted=rows.rows_of(night, Class.GOODWILL),
        owed=owed_shown(night),
        payouts=payout_section(report.payouts),
        totals=equations(night.totals),
        wrong=equations([row for row in night.remainders if row.return_id is not None]),
        each=equations(each[: rows.IN_ORDER_SHOWN]),
        each_count=len(each),
        is_good=verdict.is_good,
    )


def _sentences(report: ReportInput) -> list[str]:
    said = [
        verdict.strays(report.night),
        verdict.exceptions_said(report),
        verdict.sums_said(report.night),
        verdict.checks_said(report.checks),
    ]
    return [sentence for sentence in said if sentence]


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("returnworks.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(width=WIDTH, counted=counted)
    times = (words.long_moment, words.moment, words.span)
    names = (words.plain, words.class_word, words.column_word, words.sentence, words.spoken)
    for helper in (*times, *names):
        made.filters[helper.__name__] = helper
    return made
