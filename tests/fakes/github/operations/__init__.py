"""What does each operation of the API do? By the name that GitHub's description gives it."""

from fakes.github.operations import actions, checks, comments, contents, issues, people, pulls, statuses

OPERATIONS = {
    name: run
    for room in (actions, checks, comments, contents, issues, people, pulls, statuses)
    for name, run in room.OPERATIONS.items()
}
