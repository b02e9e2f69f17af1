"""Flows: one per stage of a return's life, and the night. They tell the story and decide nothing."""
