"""The played Linnworks: v1 of its API, as documented and as seen live, and a little stricter."""

from returnworks.sandbox.linnworks.app import Linnworks

__all__ = ["Linnworks"]
