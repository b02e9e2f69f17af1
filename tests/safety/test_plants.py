"""The search itself: a leak test that finds nothing must be able to find something."""

from __future__ import annotations

import base64
import json
import pickle

import pytest

from tests.safety.plants import found

SECRET = {"key": "a-key-that-nobody-may-see"}
TEXT = SECRET["key"]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.upper().encode(),
        json.dumps({"nested": json.dumps({"key": TEXT})}).encode(),
        TEXT.encode("utf-16"),
        pickle.dumps({"key": TEXT}),
        *(base64.b64encode(b"x" * n + TEXT.encode() + b"y" * n) for n in range(4)),
        b"\0" * 5000 + TEXT.encode(),
    ],
    ids=len,
)
def test_a_secret_is_found_in_its_usual_disguises(content):
    assert found(content, SECRET) == {"key"}


def test_nothing_is_found_where_nothing_is():
    assert found(b"a-key-that-everybody-may-see" * 100, SECRET) == set()
