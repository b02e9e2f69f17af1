"""Deployments: every flow under its own name, with its schedule, served by one process."""
