"""`returnworks.toml`: the shop's policy, checked key by key. Each error names file, key and remedy."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from returnworks.errors import ConfigError
from returnworks.rules.model import Disposition
from returnworks.rules.policy import CompositePolicy, Policy, Route, StockTrigger, StoreCredit

DEFAULT_FILE = Path("returnworks.toml")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Hours = Annotated[int, Field(ge=0, le=24 * 365)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class _Stock(_Table):
    trigger: StockTrigger = StockTrigger.ITEM_INSPECTED
    sellable_location: Text = Policy.sellable_location
    quarantine_location: Text = Policy.quarantine_location
    undecided_location: Text = Policy.undecided_location
    scrap_location: Text = Policy.scrap_location
    uninspected_disposition: Disposition = Disposition.UNDECIDED
    uninspected_location: Text = Policy.uninspected_location
    window_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = Policy.restock_window_minutes


class _Route(_Table):
    name: Text
    disposition: Disposition
    location: str = ""
    scrap: bool = False
    category: str = ""
    restockable: bool | None = None
    reasons: tuple[Text, ...] = ()
    verdict_reasons: tuple[Text, ...] = ()
    sku_patterns: tuple[Text, ...] = ()
    shops: tuple[Text, ...] = ()
    resolutions: tuple[Text, ...] = ()


class _Composites(_Table):
    default: CompositePolicy = CompositePolicy.COMPONENTS
    by_sku: dict[Text, CompositePolicy] = {}


class _Money(_Table):
    store_credit: StoreCredit = StoreCredit.RECORD_ONLY
    tolerance: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], Annotated[int, Field(ge=0)]] = {}


class _Exchange(_Table):
    tag: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{1,50}$")] = Policy.exchange_tag
    folder: Text = Policy.exchange_folder


class _Watch(_Table):
    days: Annotated[int, Field(ge=1, le=365)] = Policy.watch_days
    overlap_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = Policy.overlap_minutes
    sweep_hours: Annotated[int, Field(ge=1, le=24 * 7)] = Policy.sweep_hours
    unprocessed_order_hours: Hours = Policy.unprocessed_wait_hours


class _Night(_Table):
    stock_grace_hours: Hours = Policy.stock_grace_hours
    credit_grace_hours: Hours = Policy.credit_grace_hours
    exchange_grace_hours: Hours = Policy.exchange_grace_hours


class _Linnworks(_Table):
    calls_scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Share of Linnworks' documented limits to use, e.g. 0.5 where other programs use the same account."""


class _File(_Table):
    time_zone: str = "UTC"
    stock: _Stock = _Stock()
    route: tuple[_Route, ...] = ()
    composites: _Composites = _Composites()
    money: _Money = _Money()
    exchange: _Exchange = _Exchange()
    watch: _Watch = _Watch()
    night: _Night = _Night()
    linnworks: _Linnworks = _Linnworks()
    extra_resolutions: tuple[Text, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError("is not a time zone; write one like Europe/London") from unknown
        return name


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
        return _as_policy(_File(), "the built-in policy")
    chosen = file or DEFAULT_FILE
    return _as_policy(_parse(chosen), str(chosen))


def _parse(file: Path) -> _File:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise ConfigError(f"There is no file {file}.", "RETURNWORKS_CONFIG names it; correct or unset it.") from missing
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{file} is not TOML: {problem}.") from problem
    try:
        return _File.model_validate(content)
    except ValidationError as wrong:
        raise ConfigError(_explain(file, wrong)) from wrong


def _explain(file: Path, wrong: ValidationError) -> str:
    lines = [f"{file} cannot be used:"]
    for error in wrong.errors(include_url=False):
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
        lines.append(f"  {key}: {_remedy(error)}")
    return "\n".join(lines)


def _remedy(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _known_keys(error["loc"][:-1]), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(_known_keys(error['loc'][:-1]))}."
        return f"there is no such key; {hint}"
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{error['msg']}{shown}"


def _known_keys(path: tuple[int | str, ...]) -> list[str]:
    """The keys of the table at `path`, as the file would write them."""
    table: type[BaseModel] = _File
    for part in path:
        if isinstance(part, int):
            continue
        inner = table.model_fields[part].annotation
        arguments = getattr(inner, "__args__", ())
        table = arguments[0] if arguments else inner  # type: ignore[assignment]
    return sorted(table.model_fields)


def _as_policy(content: _File, source: str) -> PolicyFile:
    stock, money, watch, night = content.stock, content.money, content.watch, content.night
    policy = Policy(
        stock_trigger=stock.trigger,
        sellable_location=stock.sellable_location,
        quarantine_location=stock.quarantine_location,
        undecided_location=stock.undecided_location,
        scrap_location=stock.scrap_location,
        uninspected_disposition=stock.uninspected_disposition,
        uninspected_location=stock.uninspected_location,
        composites=content.composites.default,
        composite_overrides=dict(content.composites.by_sku),
        routes=tuple(Route(**route.model_dump()) for route in content.route),
        restock_window_minutes=stock.window_minutes,
        watch_days=watch.days,
        overlap_minutes=watch.overlap_minutes,
        sweep_hours=watch.sweep_hours,
        unprocessed_wait_hours=watch.unprocessed_order_hours,
        stock_grace_hours=night.stock_grace_hours,
        credit_grace_hours=night.credit_grace_hours,
        exchange_grace_hours=night.exchange_grace_hours,
        store_credit=money.store_credit,
        exchange_tag=content.exchange.tag,
        exchange_folder=content.exchange.folder,
        extra_resolutions=content.extra_resolutions,
        tolerance_minor=dict(money.tolerance),
    )
    if problems := policy.problems():
        raise ConfigError("\n".join([f"{source} cannot be used:", *(f"  {problem}" for problem in problems)]))
    return PolicyFile(policy, content.time_zone, content.linnworks.calls_scale, source)
