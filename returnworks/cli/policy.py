"""`policy`: is the policy sound, why does a return become what it becomes, what would another policy have made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from returnworks.cli import CLEAN, DIFFERENCES
from returnworks.cli.options import bridge, configured, ledger, with_output
from returnworks.cli.output import Output, moment
from returnworks.cli.policy_views import show_explained, show_what_if
from returnworks.cli.policy_words import ROUTING, routing_rows, windows
from returnworks.cli.sync import digits
from returnworks.clients.linnworks.client import Linnworks
from returnworks.errors import ConfigError
from returnworks.rules.examples import failures
from returnworks.settings import Environment, Mistake, PolicyFile, PolicyMistakes, read_environment, read_policy
from returnworks.work.bridge import credentials_from_environment
from returnworks.work.explaining import Explained, explain_return
from returnworks.work.policy_check import check_online
from returnworks.work.what_if import what_if

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def policy() -> None:
    """The shop's policy: check it, ask why it decided, try another one on what happened."""


# --- check ---------------------------------------------------------------------------------------


@policy.command()
@click.option("--config", type=FILE, help="The file; default: RETURNWORKS_CONFIG, else ./returnworks.toml.")
@click.option("--online", is_flag=True, help="Also ask Linnworks whether the locations and categories exist.")
@with_output
def check(out: Output, config: Path | None, online: bool) -> int:
    """Check the policy file, run its worked examples, and show the routing table.

    Exit code 1 when something is to be mended: each with file, line, key and remedy.
    """
    environment, _ = read_environment()
    try:
        chosen = read_policy(config or environment.config)
    except PolicyMistakes as refused:
        return _mistaken(out, refused.mistakes)
    found = [*failed_examples(chosen), *(asyncio.run(_online(environment, chosen)) if online else ())]
    _show_policy(out, chosen)
    return _mistaken(out, found) if found else CLEAN


def failed_examples(chosen: PolicyFile) -> list[Mistake]:
    """The worked examples that come out otherwise."""
    return [
        chosen.mistake(where, failure, "Mend the rule or the example.")
        for where, example in chosen.examples().items()
        for failure in failures(example, chosen.policy)
    ]


async def _online(environment: Environment, chosen: PolicyFile) -> list[Mistake]:
    credentials, _ = credentials_from_environment(environment)
    async with Linnworks(credentials, calls_per_minute_scale=chosen.linnworks_calls_scale) as linnworks:
        return chosen.mistakes(await check_online(linnworks, chosen.policy))


def _show_policy(out: Output, chosen: PolicyFile) -> None:
    out.table("", ROUTING, routing_rows(chosen.policy))
    for sentence in windows(chosen.policy.restock_windows):
        out.say(sentence)
    count = len(chosen.examples())
    out.say(f"Policy {chosen.policy.version} from {chosen.source}; {count} worked example{'' if count == 1 else 's'}.")
    rows = [dict(zip(ROUTING, row, strict=True)) for row in routing_rows(chosen.policy)]
    out.put(source=chosen.source, policy=chosen.policy.version, routing=rows, examples=count, mistakes=[])


def _mistaken(out: Output, mistakes: Iterable[Mistake]) -> int:
    found = list(mistakes)
    for mistake in found:
        out.say(str(mistake))
    out.put(mistakes=found)
    return DIFFERENCES


# --- explain, what-if, show ----------------------------------------------------------------------


@policy.command()
@click.argument("return_id", nargs=1, callback=lambda c, o, v: digits(c, o, (v,))[0])
@with_output
def explain(out: Output, return_id: str) -> int:
    """Which rule decides about each line, refund and exchange of a return, and why no other route does.

    Reads both vendors, writes nothing.
    """
    explained = asyncio.run(_explain(return_id))
    show_explained(out, explained)
    out.put(explained=explained)
    return CLEAN


async def _explain(return_id: str) -> Explained:
    async with bridge() as opened:
        return await explain_return(opened, return_id)


@policy.command("what-if")
@click.option("--config", type=FILE, required=True, help="The changed policy file to try.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Returns that changed since (UTC).")
@with_output
def what_if_(out: Output, config: Path, since: datetime) -> int:
    """Replay what happened against a changed policy: what would have gone elsewhere. Asks nobody, writes nothing.

    Exit code 1 when anything would have been different.
    """
    _, now_used = configured()
    tried = read_policy(config)
    with ledger() as opened:
        found = what_if(opened, now_used.policy, tried.policy, since.replace(tzinfo=UTC), datetime.now(UTC))
    show_what_if(out, found, now_used.source, tried.source)
    out.put(
        before={"source": now_used.source, "policy": found.before.version},
        after={"source": tried.source, "policy": found.after.version},
        returns=found.returns,
        without_order=found.without_order,
        units=found.units,
        goods_value=found.goods_value,
        refunds_value=found.refunds_value,
        moves=found.moves,
        routes=found.routes,
        only_before=found.only_before,
        only_after=found.only_after,
        changes=found.changes,
    )
    return DIFFERENCES if found.changes else CLEAN


@policy.command()
@click.argument("version", required=False)
@with_output
def show(out: Output, version: str | None) -> int:
    """The policies that ever decided; with VERSION, all settings of one of them as they were."""
    with ledger() as opened:
        known = opened.policies()
    if version is None:
        rows = [(record.version, moment(record.first_used_at), record.postings) for record in known]
        out.table("", ("policy", "first used (UTC)", "postings"), rows)
        out.put(policies=[dict(zip(("version", "first_used_at", "postings"), row, strict=True)) for row in rows])
        return CLEAN
    found = next((record for record in known if record.version == version), None)
    if found is None:
        raise ConfigError(f"No policy {version} ever decided here.", "`returnworks policy show` lists those that did.")
    settings = json.loads(found.document)
    out.say(json.dumps(settings, indent=2, ensure_ascii=False))
    out.put(version=version, first_used_at=found.first_used_at, settings=settings)
    return CLEAN
