"""The night: read all three sides, compare them, open and close exceptions, write the report."""
