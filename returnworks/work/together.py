"""The posting protocol for effects that share their calls: one look for all, sends in rounds, one look back.

It is the protocol of `work.posting` with the same promises: every send was written down before it left, what stands
already is not sent, and an answer that never came makes a posting `unknown`. A trouble with one posting is not a
trouble of its neighbours; in doubt about one on an order, nothing more of its kind is sent for that order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from returnworks.errors import BadAnswer, NotAuthorised, OutcomeUnknown, Refused, ReturnworksError, VendorUnavailable
from returnworks.ledger import LeaseLost, PostingRecord
from returnworks.rules.states import Event, IllegalMove
from returnworks.work.acts.base import ActTogether, Standing
from returnworks.work.bridge import Bridge
from returnworks.work.ending import Ended, PostReport, end_of, found, hold, lose, put_off, report, tell, unclear

Begun = tuple[PostingRecord, int]
"""A posting that is on its way, and the attempt that says so."""


async def post_together(bridge: Bridge, records: Sequence[PostingRecord], act: ActTogether) -> PostReport:
    """Bring claimed postings of one kind as far as they go; leases are always given back.

    Raises VendorUnavailable when Linnworks does not answer: what was not sent stays planned, for later.
    """
    chunk = _Chunk(bridge, act)
    try:
        await chunk.post(records)
    finally:
        chunk.put_off_the_rest(records)
        bridge.ledger.release(bridge.worker, sorted({record.order_id for record in records}))
        tell(bridge, chunk.ended)
    return report(len(records), chunk.ended)


class _Chunk:
    """The postings of one claim on their way, and how they ended."""

    def __init__(self, bridge: Bridge, act: ActTogether) -> None:
        self._bridge = bridge
        self._act = act
        self._on_their_way: list[Begun] = []
        self._doubted: set[str] = set()
        """Orders about which one posting is in doubt."""
        self.ended: list[Ended] = []

    async def post(self, records: Sequence[PostingRecord]) -> None:
        standings = await self._look(records)
        fresh = [record for record in records if record.reference in standings and self._is_to_send(record, standings)]
        try:
            for some in self._act.rounds(fresh):
                await self._send(self._begin(some, standings))
        except (VendorUnavailable, NotAuthorised) as nobody:
            self._lose(self._on_their_way, f"sent and answered, but not read back: {nobody}")
            raise
        await self._read_back()

    def put_off_the_rest(self, records: Sequence[PostingRecord]) -> None:
        """What was neither sent nor ended, as Linnworks fell silent: it waits, so that a run comes to an end."""
        ended = {end.reference for end in self.ended}
        for record in records:
            if record.reference not in ended:
                put_off(self._bridge, record)

    async def _look(self, records: Sequence[PostingRecord]) -> dict[str, Standing]:
        """What stands for each; those whose order cannot be read are held, each alone."""
        try:
            return dict(await self._act.look_all(self._bridge, records)) if records else {}
        except (BadAnswer, Refused) as problem:
            if len(records) == 1:
                doubt = unclear(records[0], problem, self._bridge.now())
                self._end(records[0], lambda: hold(self._bridge, records[0], doubt))
                return {}
        alone = [await self._look([record]) for record in records]
        return {reference: standing for one in alone for reference, standing in one.items()}

    def _is_to_send(self, record: PostingRecord, standings: dict[str, Standing]) -> bool:
        standing = standings[record.reference]
        blocked = standing.blocked
        if blocked:
            self._end(record, lambda: hold(self._bridge, record, blocked))
        elif standing.done:
            self._end(record, lambda: end_of(found(self._bridge, record, standing), "already"))
        return not (standing.blocked or standing.done)

    def _begin(self, records: Sequence[PostingRecord], standings: dict[str, Standing]) -> list[Begun]:
        """Write down that they are sent next; not those of an order in doubt, nor those that another worker took."""
        begun: list[Begun] = []
        for record in records:
            if record.order_id in self._doubted:
                self.ended.append(Ended(record.reference, "waiting"))
                continue
            try:
                action, request = self._act.request(record, standings[record.reference])
                now = self._bridge.now()
                attempt = self._bridge.ledger.begin(record.reference, self._bridge.worker, action, request, now)
                begun.append((record, attempt))
            except (LeaseLost, IllegalMove):
                self.ended.append(Ended(record.reference, "waiting"))
        return begun

    async def _send(self, begun: Sequence[Begun]) -> None:
        """One round. Refused together, each is sent alone: none of them stands, and one may be to blame."""
        if not begun:
            return
        try:
            await self._act.send_round(self._bridge, [record for record, _ in begun])
        except (VendorUnavailable, NotAuthorised) as nobody:
            self._not_sent(begun, str(nobody))
            raise
        except (OutcomeUnknown, BadAnswer) as lost:
            self._lose(begun, str(lost))
        except Refused as no:
            if len(begun) == 1:
                self._refused(begun[0], no)
            else:
                for one in begun:
                    await self._send([one])
        else:
            self._on_their_way += begun

    async def _read_back(self) -> None:
        """Linnworks said yes to these; now they must show. What does not is settled later, not sent again."""
        sent = self._on_their_way
        try:
            standings = await self._act.look_all(self._bridge, [record for record, _ in sent]) if sent else {}
        except ReturnworksError as problem:
            self._lose(sent, f"sent and answered, but not read back: {problem}")
            return
        for record, attempt in sent:
            standing = standings[record.reference]
            if standing.done:
                self._confirm(record, attempt, standing)
            else:
                self._lose([(record, attempt)], "sent and answered, but not visible yet")

    def _confirm(self, record: PostingRecord, attempt: int, standing: Standing) -> None:
        def confirm() -> Ended:
            moved = self._bridge.ledger.finish(
                attempt,
                Event.CONFIRM,
                self._bridge.now(),
                vendor_id=standing.vendor_id,
                outcome="confirmed",
                response=standing.evidence,
                request_id=self._bridge.linnworks.last_request_id,
            )
            return end_of(moved, "confirmed")

        self._end(record, confirm)

    def _lose(self, begun: Sequence[Begun], why: str) -> None:
        for record, attempt in begun:
            self._doubted.add(record.order_id)
            self._end(record, partial(self._lost, attempt, why))

    def _lost(self, attempt: int, why: str) -> Ended:
        return end_of(lose(self._bridge, attempt, why), "unknown")

    def _not_sent(self, begun: Sequence[Begun], why: str) -> None:
        """They are planned as before."""
        for _, attempt in begun:
            with suppress(IllegalMove):
                now = self._bridge.now()
                self._bridge.ledger.finish(attempt, Event.NOT_FOUND, now, outcome="not sent", error=why)

    def _refused(self, begun: Begun, no: Refused) -> None:
        record, attempt = begun

        def refuse() -> Ended:
            moved = self._bridge.ledger.finish(
                attempt, Event.REFUSE, self._bridge.now(), outcome="refused", error=no.reason, request_id=no.request_id
            )
            return end_of(moved, "refused")

        self._end(record, refuse)

    def _end(self, record: PostingRecord, ending: Callable[[], Ended]) -> None:
        """How a posting ends; one that another worker took meanwhile is left to it."""
        try:
            self.ended.append(ending())
        except (LeaseLost, IllegalMove):
            self.ended.append(Ended(record.reference, "waiting"))
