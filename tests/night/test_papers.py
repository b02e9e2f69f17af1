"""A file that people read is whole, or it is what it was before."""

from __future__ import annotations

import pytest

from returnworks.errors import ConfigError
from returnworks.work.papers import write_files


def test_files_are_put_in_place_and_nothing_else_is_left(tmp_path):
    write_files(tmp_path / "reports", {"night.html": b"page", "night.csv": b"table"})
    write_files(tmp_path / "reports", {"night.html": b"another page"})
    assert {file.name: file.read_bytes() for file in (tmp_path / "reports").iterdir()} == {
        "night.html": b"another page",
        "night.csv": b"table",
    }


def test_where_nothing_can_be_written_it_is_said_in_words_and_nothing_half_done_is_left(tmp_path):
    (tmp_path / "night.html").mkdir()
    with pytest.raises(ConfigError, match=r"night\.html cannot be written"):
        write_files(tmp_path, {"night.html": b"page"})
    assert [file.name for file in tmp_path.iterdir()] == ["night.html"]
