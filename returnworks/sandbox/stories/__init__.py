"""Days that can be played, by name: a list of steps, each with a narration and the acts that make it."""

from __future__ import annotations

from typing import Any

from returnworks.sandbox.stories.a_day_in_the_shop import A_DAY_IN_THE_SHOP
from returnworks.sandbox.stories.goods import GOODS_STORIES
from returnworks.sandbox.stories.money import MONEY_STORIES
from returnworks.sandbox.stories.sets import SET_STORIES
from returnworks.sandbox.stories.step import Due, Expected, Step, Story
from returnworks.sandbox.world import World

STORIES = {story.name: story for story in (A_DAY_IN_THE_SHOP, *GOODS_STORIES, *MONEY_STORIES, *SET_STORIES)}

__all__ = ["STORIES", "Due", "Expected", "Stage", "Step", "Story", "StoryError"]


class StoryError(Exception):
    """There is no such story or no next step; `str()` says which."""


class Stage:
    """Where a story stands in this sandbox. `play` begins a story, `step` goes on with it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.story: Story | None = None
        self.done = 0

    def play(self, name: str) -> dict[str, Any]:
        """Empty the sandbox and play the first step. Raises `StoryError`."""
        if name not in STORIES:
            raise StoryError(f"story: {name!r} is none of {', '.join(STORIES)}")
        self.story, self.done = STORIES[name], 0
        self.world.reset()
        return self.step()

    def step(self) -> dict[str, Any]:
        """Play the next step. Raises `StoryError`."""
        if self.story is None:
            raise StoryError("no story is being played")
        if self.done == len(self.story.steps):
            raise StoryError(f"the story {self.story.name} is over")
        step = self.story.steps[self.done]
        remarks = step.play(self.world)
        self.done += 1
        return {
            "story": self.story.name,
            "step": step.name,
            "number": self.done,
            "of": len(self.story.steps),
            "narration": step.narration,
            "remarks": remarks,
        }

    def leave(self) -> None:
        self.story, self.done = None, 0
