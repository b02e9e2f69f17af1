"""What the nightly comparison costs and finds, beside what others need for the same: `make bench`."""
