"""The night's arithmetic: what ReturnGO says, what we did and what Linnworks holds, compared and explained to zero.

Pure: values in, values out. `night.assess` is the way in.
"""
