"""The exceptions desk at work: roll-forward, digest, weekly review, runbook cards."""
