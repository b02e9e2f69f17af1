"""Each contender matches and classifies one shop: `compare(folder)` does the work that is measured,
`breaks(found)` then says, unmeasured, what it found as a Polars frame or a list of (key, class) pairs."""
