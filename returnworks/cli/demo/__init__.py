"""`demo`: a day in the life of a shop, really over HTTP and really through Prefect."""

from returnworks.cli.demo.command import demo

__all__ = ["demo"]
