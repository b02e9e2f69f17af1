"""`[patience]` in returnworks.toml."""

import pytest

from returnworks.errors import ConfigError
from returnworks.rules.patience import Patience
from returnworks.settings import read_policy


@pytest.fixture
def read(tmp_path):
    def _read(text):
        file = tmp_path / "returnworks.toml"
        file.write_text(text, encoding="utf-8")
        return read_policy(file).policy

    return _read


def test_patience_is_thirty_and_fourteen_days_unless_the_file_says_otherwise(read):
    assert read("").patience == Patience(arrival_days=30, verdict_days=14)
    assert read("[patience]\narrival_days = 45\nverdict_days = 0\n").patience == Patience(45, 0)


@pytest.mark.parametrize(
    "line", ["arrival_days = -1", "verdict_days = 366", 'verdict_days = "soon"', "arival_days = 3"]
)
def test_patience_that_cannot_be_meant_is_refused_with_its_key(read, line):
    with pytest.raises(ConfigError, match=line.split(" ")[0]):
        read(f"[patience]\n{line}\n")
