"""Reading ReturnGO and deciding what each return should cause."""

from returnworks.ledger import ExceptionChanges
from returnworks.work import intake, planning, silence
from returnworks.work.bridge import Bridge
from tasks.step import step

poll_changes = step("poll ReturnGO for changes")(intake.poll_changes)
sweep_open = step("sweep open returns")(intake.sweep_open)
read_queued = step("read a chunk of returns")(intake.read_queued)
plan_due = step("decide what a chunk of returns should cause")(planning.plan_due)


@step("listen whether anything is still heard")
async def listen(bridge: Bridge) -> ExceptionChanges:
    """Alarms where changes, webhooks or polls stopped; they close when something is heard again."""
    return silence.watch(bridge)
