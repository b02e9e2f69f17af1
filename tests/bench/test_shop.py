"""The shop of the benchmark: the same seed makes the same shop, no line is broken twice, and the judge is strict."""

import json

import polars as pl
import pytest

from bench.contenders import engine, polars_join
from bench.measure import judged
from bench.shop import PLANTS, SIDES, build

LINES = 8_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    build(folder, LINES, seed=7)
    return folder


def truth(folder):
    return [(key, cls) for _, cls, key in json.loads((folder / "truth.json").read_text())]


def test_the_same_seed_makes_the_same_shop_and_another_seed_another(shop, tmp_path):
    again, other = tmp_path / "again", tmp_path / "other"
    for folder, seed in ((again, 7), (other, 8)):
        folder.mkdir()
        build(folder, LINES, seed)
    assert all((again / f"{side}.parquet").read_bytes() == (shop / f"{side}.parquet").read_bytes() for side in SIDES)
    assert truth(again) == truth(shop)
    assert truth(other) != truth(shop)


def test_every_plant_is_there_and_no_line_is_broken_twice(shop):
    planted = json.loads((shop / "truth.json").read_text())
    assert {name for name, _, _ in planted} == {plant.name for plant in PLANTS}
    assert len({key for _, _, key in planted}) == len(planted)


def test_a_shop_has_three_lines_of_goods_to_a_refund(shop):
    goods, money = (pl.read_parquet(shop / f"{side}.parquet").height for side in ("goods_due", "money_done"))
    assert (goods, money) == (LINES * 3 // 4, LINES // 4)


@pytest.mark.parametrize("contender", [engine, polars_join], ids=lambda module: module.__name__)
def test_every_planted_break_is_found_in_its_class_and_nothing_else(shop, contender):
    told = contender.breaks(contender.compare(shop))
    assert sorted(told) == sorted(truth(shop))


def test_what_is_found_leaves_no_remainder(shop):
    assert engine.remainder(engine.compare(shop)) == 0


@pytest.mark.parametrize(
    ("told", "in_class", "found", "false_alarms"),
    [
        ([("a", "missing")], 1, 1, 0),
        ([("a", "quantity")], 0, 1, 0),
        ([], 0, 0, 0),
        ([("a", "missing"), ("b", "missing")], 1, 1, 1),
        ([("a", "missing"), ("a", "missing")], 1, 1, 1),
    ],
)
def test_the_judge_tells_a_wrong_class_a_miss_and_a_false_alarm_apart(told, in_class, found, false_alarms):
    verdict = judged(told, [("a", "missing")])
    assert verdict == {"planted": 1, "in_class": in_class, "found": found, "false_alarms": false_alarms}
