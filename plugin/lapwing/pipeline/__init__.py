"""The jobs in plain words, over ports only: a file for each, imported by itself, so that a job pays for no other.

Measure and judge; check; tell a history; detect changes in plain series; diagnose a machine; compare; announce. Of the
history itself: list, prune, verify, copy, number it, and send what waits in the outbox.
"""
