"""Keep runs, and know their order."""
