"""Does a benchmark execute the same code on the same inputs on both sides? What is seen while it runs, and its hash.

Knows nothing of sessions, workers and pairs: :mod:`lapwing.measure.looking` asks it in the worker.
"""
