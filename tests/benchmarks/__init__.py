"""The external API beside what its users could pick instead (contract, section 8)."""

BASE = 1_000
"""How many employees and keys there are, before more are made of them."""
