"""What silently breaks such an integration, as pure checks: facts in, one `Check` per thing out.

`account`: how Linnworks and ReturnGO are set up. `habits`: what the shop does with its returns. `house`: our own
feeds, nights and database. Reading the facts is `work.sentinel`'s job. Nothing here is a guess: what the facts do not
allow to be said is "cannot tell", with the reason.
"""

from returnworks.rules.sentinel.check import Check, State, cannot_tell, good

__all__ = ["Check", "State", "cannot_tell", "good"]
