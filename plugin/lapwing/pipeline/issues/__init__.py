"""What becomes of regressions that a history confirms on the default branch? Each cause is told by one issue."""
