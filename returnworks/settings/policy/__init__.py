"""The shop's policy file, `returnworks.toml`: read, checked key by key, and refused with line, key and remedy."""

from returnworks.settings.policy.file import DEFAULT_FILE, PolicyFile, read_policy
from returnworks.settings.policy.mistakes import Mistake, PolicyMistakes

__all__ = ["DEFAULT_FILE", "Mistake", "PolicyFile", "PolicyMistakes", "read_policy"]
