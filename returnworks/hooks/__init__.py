"""ReturnGO's webhooks: hints that something changed, stored before they are answered, believed in nothing.

ReturnGO signs nothing and documents no body but `eventName`, so the address holds a secret and what comes is a hint:
the return is read again by its id. It may drop or reorder events (assumed); polling stays the source of truth.
"""

from returnworks.hooks.app import hooks_app
from returnworks.hooks.serving import serving

__all__ = ["hooks_app", "serving"]
