"""The line of every key of a TOML text, against the standard parser."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnworks.settings.policy.lines import lines_of, nearest_line

TEXT = '''\
# a comment with = and [brackets]
time_zone = "Europe/London" # and another
a.b . "c d" = 1

[stock]
trigger = "it's \\"now\\" # not a comment"
peak = [
  # the first one
  { start = 14:00:00, days = ["mon", "tue"] },

  { start = 2026-01-01, "end" = {x = 1, y = [[1, 2], []]} }, # last
]
text = """
[not.a.table]
key = 1
"quoted" \\""" still"""
literal = \'\'\'
[[no]]\'\'\'
empty = {}

[[route]]
name = 'one'
  [[route.example]]
  sku = "MUG"
  [[route.example]]
  sku = "RUG"

[[route]]
"na.me" = """a"""
  [route.inner.most]
  x = true
  [[route.example]]
  sku = "POT"
'''

WHERE = {
    ("time_zone",): 2,
    ("a", "b", "c d"): 3,
    ("stock",): 5,
    ("stock", "trigger"): 6,
    ("stock", "peak"): 7,
    ("stock", "peak", 0, "days", 1): 9,
    ("stock", "peak", 1, "end", "y", 0, 1): 11,
    ("stock", "text"): 13,
    ("stock", "literal"): 17,
    ("stock", "empty"): 19,
    ("route", 0): 21,
    ("route", 0, "example", 0, "sku"): 24,
    ("route", 0, "example", 1): 25,
    ("route", 1): 28,
    ("route", 1, "na.me"): 29,
    ("route", 1, "inner", "most", "x"): 31,
    ("route", 1, "example", 0, "sku"): 33,
}


@pytest.mark.parametrize(("path", "line"), WHERE.items())
def test_every_way_of_writing_a_key_is_found_on_its_line(path, line):
    assert lines_of(TEXT)[path] == line


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    assert lines_of("\ufeff" + TEXT.replace("\n", "\r\n")) == lines_of(TEXT)


def test_what_has_no_line_is_found_by_what_is_around_it():
    lines = lines_of(TEXT)
    assert nearest_line(lines, ("route", 0, "disposition")) == 21
    assert nearest_line(lines, ("stock", "window_minutes")) == 5
    assert nearest_line(lines, ("money", "tolerance")) is None


def _paths(value, path=()):
    """All paths into what the standard parser makes of a text."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*path, key)
        yield from _paths(each, (*path, key))


def test_the_walk_finds_exactly_what_the_parser_finds():
    assert set(lines_of(TEXT)) == set(_paths(tomllib.loads(TEXT)))


keys = st.one_of(st.sampled_from(["a", "b-c", "9", '"q u"', "'l.l'", '"\\u00e9"']))
scalars = st.sampled_from(
    ["1", "-0.5e3", "true", '"x"', '"a # \\" ] }"', "'y, ] }'", '"""m\n[t]\n"""', "'''n'''", "1979-05-27 07:32:00Z"]
)
gaps = st.sampled_from(["", " ", "\n", " # ] } ,\n", "\n\n\t"])


def _list(parts):
    return st.builds(
        lambda items, gap, end: "[" + "".join(f"{gap}{item}{gap}," for item in items) + gap + end + "]",
        st.lists(parts, max_size=3),
        gaps,
        gaps,
    )


def _inline(parts):
    return st.builds(
        lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}",
        st.dictionaries(keys, parts, max_size=3),
    )


values = st.recursive(scalars, lambda parts: _list(parts) | _inline(parts), max_leaves=6)
pairs = st.dictionaries(keys, values, max_size=4)


@given(pairs, st.lists(st.tuples(st.sampled_from(["x", "x . y", "z"]), pairs), max_size=4))
def test_whatever_is_written_the_walk_finds_exactly_what_the_parser_finds(top, tables):
    blocks = [f"{key} = {value}" for key, value in top.items()]
    for name, inside in tables:
        blocks.append(f"[[{name}]] # a table")
        blocks += [f"{key} = {value}" for key, value in inside.items()]
    text = "\n".join(blocks)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(lines_of(text)) == set(_paths(parsed))
