"""The night's arithmetic: what ReturnGO says, what we did and what Linnworks holds, compared and explained to zero.

Pure: values in, values out. `night.assess` is the way in.
"""

import os

os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:200")
"""Polars' allocator gives memory back after a fifth of a second instead of ten seconds, where it is jemalloc (as in its
wheels for Linux): a tenth less at the peak of a night, for a few hundredths of its time. Read when Polars is loaded."""
