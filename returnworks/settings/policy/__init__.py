"""The shop's policy file, `returnworks.toml`: read, checked key by key, and refused with its remedies."""

from returnworks.settings.policy.file import DEFAULT_FILE, PolicyFile, read_policy

__all__ = ["DEFAULT_FILE", "PolicyFile", "read_policy"]
