"""Measurements. Machines differ and are shared: every result is a ratio of things measured in turn in one run."""
