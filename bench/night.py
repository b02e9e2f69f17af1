"""The whole night of a big shop over HTTP: calls against the lower bound, time, processor time and memory.

    python -m bench.night [--lines 100000] [--allowance 10]

The sandbox plays both vendors in this process and refuses more calls a minute than `--allowance` times Linnworks'
documented ones; the night runs in a process of its own, with the client's limiter set to the same. `--allowance 1`
waits as the real account would. Exits with 1 where the night needed more than 1.1 times the fewest calls, was refused
one, or did not find exactly what was taken away.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.night_shop import BigShop, build, remember

MOST = 1.1
"""Times the fewest calls."""
REFUSED = "over the quota"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000, help="returned lines, open and recent")
    parser.add_argument("--allowance", type=float, default=10, help="times Linnworks' documented calls a minute")
    parser.add_argument("--night", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.night:
        print(json.dumps(asyncio.run(_night(given.allowance))))
        return 0
    began = time.perf_counter()
    shop = build(given.lines)
    with tempfile.TemporaryDirectory() as home:
        remember(shop, f"sqlite:///{Path(home).resolve() / 'ledger.sqlite3'}")
        print(f"{shop.lines:,} lines ({shop.open_lines:,} on their way) of {len(shop.returns):,} returns, ", end="")
        print(f"{len(shop.postings):,} postings, {len(shop.lost)} of them taken away; ", end="")
        print(f"made in {time.perf_counter() - began:.0f} s", flush=True)
        said = asyncio.run(_play(shop, home, given.allowance))
    return _tell(shop, said)


async def _play(shop: BigShop, home: str, allowance: float) -> dict[str, Any]:
    """Play both vendors while the night runs; what the night printed about itself."""
    from returnworks.sandbox.server import Ready, serve

    shop.world.settings.rate_multiplier = allowance
    up: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    server = asyncio.create_task(serve(world=shop.world, ready=up.set_result, stop=stop))
    night = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.night", "--night", "--allowance", str(allowance)),
        env=os.environ | _environment(await up) | {"RETURNWORKS_HOME": home},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, log = await night.communicate()
    stop.set()
    await server
    if night.returncode:
        raise SystemExit(log.decode()[-4000:])
    return dict(json.loads(out.decode().splitlines()[-1])) | {"refused": log.decode().count(REFUSED)}


def _environment(ready: Any) -> dict[str, str]:
    keys = ready.credentials
    return {
        "RETURNWORKS_LINNWORKS_AUTH_URL": ready.urls["linnworks"],
        "RETURNWORKS_LINNWORKS_APPLICATION_ID": keys["application_id"],
        "RETURNWORKS_LINNWORKS_APPLICATION_SECRET": keys["application_secret"],
        "RETURNWORKS_LINNWORKS_TOKEN": keys["installation_token"],
        "RETURNWORKS_RETURNGO_URL": ready.urls["returngo"],
        "RETURNWORKS_RETURNGO_API_KEY": keys["api_key"],
        "RETURNWORKS_RETURNGO_SHOP": keys["shop"],
    }


async def _night(allowance: float) -> dict[str, Any]:
    """One night as `returnworks reconcile` runs it, in this process."""
    import logging

    from flows.one_night import one_night
    from returnworks.rules.policy import BUILT_IN
    from returnworks.settings import read_environment
    from returnworks.work.bridge import credentials_from_environment, open_bridge

    logging.basicConfig(level=logging.WARNING)
    environment, _ = read_environment()
    keys = credentials_from_environment(environment)
    began = time.perf_counter()
    async with open_bridge(environment, BUILT_IN, *keys, calls_per_minute_scale=allowance) as bridge:
        report = await one_night(bridge)
        kept = bridge.ledger.archive(report.filed.night_id)
        returngo_calls = bridge.returngo.calls
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall": time.perf_counter() - began,
        "cpu": spent.ru_utime + spent.ru_stime,
        "peak_mb": spent.ru_maxrss / 1024,
        "made": dict(report.calls.made),
        "least": dict(report.calls.least),
        "minutes": report.calls.minutes(),
        "returngo": returngo_calls,
        "counts": report.night.counts(),
        "verdict": report.filed.verdict,
        "checks": {check.suite: [check.ran, check.checked, len(check.violations)] for check in report.checks},
        "breaks": sorted(row.reference for row in report.night.breaks),
        "archive": [kept.size, len(kept.content or b"")] if kept else None,
        "report_mb": report.filed.report.stat().st_size / 2**20,
    }


def _tell(shop: BigShop, said: dict[str, Any]) -> int:
    made, least = sum(said["made"].values()), sum(said["least"].values())
    print(f"{'calls by method':50} {'made':>7} {'fewest':>7}")
    for name in sorted({*said["made"], *said["least"]}):
        print(f"  {name:48} {said['made'].get(name, 0):7,} {said['least'].get(name, 0):7,}")
    print(f"calls: {made:,} of at least {least:,}, {made / least:.3f} times (at most {MOST})")
    print(
        f"at Linnworks' own limits they take {said['minutes']:.1f} minutes; refused over the limit: {said['refused']}"
    )
    print(f"ReturnGO: {said['returngo']:,} calls")
    print(f"night: {said['wall']:.1f} s, {said['cpu']:.1f} s of processor, {said['peak_mb']:,.0f} MB at most")
    print(f"archive: {said['archive'][0] / 2**20:.1f} MB, packed {said['archive'][1] / 2**20:.1f} MB; ", end="")
    print(f"report: {said['report_mb']:.1f} MB")
    print(f"verdict: {said['verdict']}; {said['counts']}")
    found = set(said["breaks"]) == set(shop.lost)
    print(
        f"taken away: {len(shop.lost)}, found: {len(set(said['breaks']))}, {'exactly those' if found else 'NOT THOSE'}"
    )
    return 0 if found and made <= MOST * least and not said["refused"] else 1


if __name__ == "__main__":
    sys.exit(main())
