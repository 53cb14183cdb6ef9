"""Say it; pure."""
