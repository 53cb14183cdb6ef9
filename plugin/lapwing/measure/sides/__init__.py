"""What exactly are base and head? Two folders of equal-length paths, each with an interpreter, a path, an environment.

How it is used, by the one who orchestrates::

    from lapwing.measure.sides.make import make_sides
    from lapwing.measure.sides.revisions import resolve

    chosen = resolve(folder, base=None, head=None)          # commits, or the working tree
    with make_sides(chosen, cwd=folder, cache=cache, progress=print) as sides:
        for side in (sides.base, sides.head):
            start(side.python, path=side.path, cwd=side.project, environ=dict(side.environ), rule=side.rule())

and in the worker, which loads ``origin.py`` by its path before pytest is there (it imports nothing of Lapwing)::

    neutralise(rule)                                        # before anything of the project is imported
    ...                                                     # collect, import
    answer["strays"] = strays(rule)                         # must be empty; else raise wrong_origin(...)

This module imports nothing, so that a worker may import ``lapwing.measure.sides.origin`` at no cost.
"""
