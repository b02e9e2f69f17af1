"""`python -m returnworks` is the command `returnworks`."""

from returnworks.cli import main

main()
