"""Find changes; pure."""
