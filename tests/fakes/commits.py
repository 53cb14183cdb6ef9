"""A first-parent history in memory, configured by the test: what :class:`~lapwing.ports.Commits` promises."""

from __future__ import annotations

from lapwing.errors import RepositoryError
from lapwing.model import Commit


class FakeCommits:
    """Knows the commits ``shas``, oldest first; ``elsewhere`` are known commits that are not head's first parents.

    Those of them that are ``by_merge`` as well are in head's history all the same.
    """

    def __init__(  # noqa: PLR0913 - one for each thing a test may say
        self,
        shas=(),
        *,
        elsewhere=(),
        by_merge=(),
        dirty=False,
        shallow=False,
        detached=False,
        branch="main",
        subjects=None,
    ):
        self.shas = tuple(shas)
        self.elsewhere = tuple(elsewhere)
        self.by_merge = tuple(by_merge)
        self.dirty = dirty
        self.shallow = shallow
        self.detached = detached
        self.branch = branch
        self.subjects = subjects or {}

    def head(self):
        if not self.shas:
            raise RepositoryError("no-commits", "There are no commits yet.", remedy="commit once.")
        known = self._commit(self.shas[-1])
        return Commit(
            sha=known.sha,
            dirty=self.dirty,
            date=known.date,
            subject=known.subject,
            branch="" if self.detached else self.branch,
        )

    def first_parents(self):
        self.head()
        return self.shas

    def is_shallow(self):
        return self.shallow

    def merged(self, shas):
        return {asked: one.sha in (*self.shas, *self.by_merge) for asked, one in self.describe(shas).items()}

    def is_detached(self):
        return self.detached

    def describe(self, shas):
        known = (*self.shas, *self.elsewhere)
        found = {asked: [sha for sha in known if len(asked) >= 4 and sha.startswith(asked)] for asked in shas}
        return {asked: self._commit(matches[0]) for asked, matches in found.items() if len(matches) == 1}

    def _commit(self, sha):
        # The date of a commit is its place: any order will do, since no order is taken from dates.
        place = (*self.shas, *self.elsewhere).index(sha)
        return Commit(sha=sha, date=1_700_000_000.0 + 60 * place, subject=self.subjects.get(sha, f"Commit {place}"))
