"""What should happen, as plain functions of values.

Nothing in here knows Prefect, HTTP, SQL, the clock or the environment; import-linter keeps it so.
"""
