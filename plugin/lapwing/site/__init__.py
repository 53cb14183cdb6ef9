"""Publish the history for people to look at."""
