"""Decide what a change means; pure."""
