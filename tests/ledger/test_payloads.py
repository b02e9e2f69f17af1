"""What goes into the ledger comes out as it was, whatever it was."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnworks.ledger import Ledger
from returnworks.ledger.payloads import ORDER, POSTING, RETURN, Payload, fingerprint
from returnworks.rules.model import Order, Posting, Return, Stage
from returnworks.rules.money import Money
from tests.ledger.faces import NOW, rug_order, rug_return

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 2**31 - 1),
    bool: st.booleans(),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    Money: st.builds(Money, st.integers(-(2**40), 2**40), st.sampled_from(["GBP", "JPY", "KWD"])),
    NoneType: st.none(),
}


def anything(kind: Any, depth: int = 3) -> st.SearchStrategy[Any]:
    """Any value of a type of the model; what nests in itself nests at most a few levels deep."""
    if kind in LEAVES:
        return LEAVES[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(kind, **{name: anything(hint, depth - 1) for name, hint in hints.items()})
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        if rest == [...]:
            return st.just(()) if depth < 0 else st.lists(anything(first, depth), max_size=2).map(tuple)
        return st.tuples(*(anything(part, depth) for part in (first, *rest)))
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*(anything(part, depth) for part in get_args(kind)))
    return st.sampled_from(kind)


VALUES = [(RETURN, anything(Return)), (ORDER, anything(Order)), (POSTING, anything(Posting))]


def no_float_in(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(no_float_in, value.values()))
    if isinstance(value, list):
        return all(map(no_float_in, value))
    return not isinstance(value, float)


@pytest.mark.parametrize(("payload", "values"), VALUES, ids=["return", "order", "posting"])
def test_values_survive_json_unchanged(payload: Payload[Any], values: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(values)
    def survives(value: Any) -> None:
        stored = json.loads(json.dumps(payload.dump(value)))
        loaded = payload.load(stored)
        assert loaded == value
        assert types_of(loaded) == types_of(value)
        assert no_float_in(stored)
        assert fingerprint(payload.dump(loaded)) == fingerprint(stored)

    survives()


def types_of(value: Any) -> Any:
    """The types all the way down: equal enums and texts are not the same thing."""
    if is_dataclass(value):
        return type(value), [types_of(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [types_of(item) for item in value]
    return type(value)


def test_values_survive_both_databases(ledger: Ledger) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(anything(Return), anything(Order).map(lambda order: replace(order, processed=False)))
    def survives(ret: Return, order: Order) -> None:
        ledger.remember_return(ret, Stage.CLOSED, NOW)
        assert ledger.get_return(ret.return_id) == ret
        ledger.remember_orders({order.reference: (order,)}, NOW)
        assert ledger.get_orders([order.order_id]) == {order.order_id: order}

    survives()


def test_every_difference_shows_in_the_fingerprint() -> None:
    prints = {
        fingerprint(RETURN.dump(ret))
        for ret in (rug_return(), rug_return(status="Done"), rug_return(order_name=None), rug_return(parcels=()))
    }
    assert len(prints) == 3
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_money_is_kept_in_whole_minor_units() -> None:
    assert ORDER.dump(rug_order())["total"] == {"minor": 13498, "currency": "GBP"}
