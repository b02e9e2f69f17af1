"""The attack on "exactly once": processes killed at every step, histories at random, workers in each other's way."""
