"""How this installation is set up: the environment and `returnworks.toml`, checked before anything runs."""

from returnworks.settings.environment import Environment, read_environment
from returnworks.settings.policy import Mistake, PolicyFile, PolicyMistakes, read_policy

__all__ = ["Environment", "Mistake", "PolicyFile", "PolicyMistakes", "read_environment", "read_policy"]
