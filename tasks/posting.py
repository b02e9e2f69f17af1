"""Posting to Linnworks, a chunk at a time, and settling what got no answer."""

from returnworks.work import posting, settling
from tasks.step import step

post_due = step("post a chunk to Linnworks")(posting.post_due)
settle_unknowns = step("look up a chunk of unknown outcomes")(settling.settle_unknowns)
