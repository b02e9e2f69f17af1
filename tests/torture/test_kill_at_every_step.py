"""A process is killed (SIGKILL) at each moment of the protocol; the next one ends the work, nothing happens twice."""

from __future__ import annotations

import pytest

from tests.torture.docs import written_part
from tests.torture.kills import kill_everywhere, section
from tests.torture.shop import KINDS


@pytest.mark.parametrize(
    ("fresh", "kind"),
    [*(("sqlite", kind) for kind in KINDS), pytest.param("postgresql", "credit", marks=pytest.mark.postgres)],
    indirect=["fresh"],
)
async def test_a_killed_process_is_followed_by_one_that_does_the_rest_once_as_the_docs_say(far_sandbox, fresh, kind):
    rows = await kill_everywhere(far_sandbox, kind, fresh)
    assert [row for row in rows if row.end != "once"] == []
    assert section(kind, rows) in written_part(), "the page is written anew by `make torture`"
