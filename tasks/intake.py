"""Reading ReturnGO and deciding what each return should cause."""

from returnworks.work import intake, planning
from tasks.step import step

poll_changes = step("poll ReturnGO for changes")(intake.poll_changes)
sweep_open = step("sweep open returns")(intake.sweep_open)
read_queued = step("read a chunk of returns")(intake.read_queued)
plan_due = step("decide what a chunk of returns should cause")(planning.plan_due)
