"""Tasks: one effect each, retried each on its own when a vendor does not answer."""
