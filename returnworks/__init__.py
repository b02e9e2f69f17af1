"""Returnworks: every ReturnGO return into Linnworks exactly once, proven each night."""

__version__ = "0.1.0"
