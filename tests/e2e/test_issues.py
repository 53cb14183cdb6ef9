"""A slowdown that was merged, to the issue of it: the workflow of main as ``lapwing init`` writes it, real git."""

from __future__ import annotations

import yaml

from factories import make_run, make_sample
from fakes.github import serving
from fakes.github.events import pushed
from fakes.repository import Repository
from fakes.workflow import Runner
from lapwing.forge.templates import workflows
from lapwing.history import open_store
from lapwing.model import Commit

COMMITS = 30
WOBBLE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)


def test_the_step_of_the_main_workflow_opens_an_issue_from_the_branch_of_the_history(tmp_path):
    repository = Repository(tmp_path / "repo")
    who = "committer A <a@example.org> {} +0000\ndata 3\n{:03d}\n"
    stream = "".join(f"commit refs/heads/main\n{who}\n".format(1_700_000_000 + 60 * n, n) for n in range(COMMITS))
    repository.git("fast-import", "--quiet", input=stream.encode())
    shas = repository.git("rev-list", "--reverse", "HEAD").split()
    origin = tmp_path / "origin.git"
    repository.git("clone", "-q", "--bare", ".", str(origin))
    names = {"t.py::slow": 1.3} | {f"t.py::quiet{n}": 1.0 for n in range(4)}
    store = open_store(f"git+branch://lapwing-history?remote={origin}", tmp_path)
    store.append(
        make_run(
            number,
            *(
                make_sample(name, 1e-3 * WOBBLE[(number + place) % 7] * (by if number >= 20 else 1))
                for place, (name, by) in enumerate(names.items())
            ),
            commit=Commit(sha=sha, branch="main"),
        )
        for number, sha in enumerate(shas)
    )
    store.close()
    # What measures and reports is run in test_pull_request; here it was done before.
    document = yaml.safe_load(workflows("main")[".github/workflows/lapwing-main.yml"])
    (job,) = document["jobs"].values()
    assert "write" == job["permissions"]["issues"]
    job["steps"] = [step for step in job["steps"] if step.get("name") not in ("Measure and keep", "Report")]
    with serving() as hub:
        runner = Runner(tmp_path, hub, str(origin))
        said, summary = runner.run(yaml.safe_dump(document), "push", pushed(shas[-1]), run_id=4, sha=shas[-1])
        (issue,) = hub.issues
        assert [] == hub.violations
    assert issue["title"].startswith(f"Performance: `t.py::slow` 30 % slower since {shas[20][:10]}")
    assert f"compare/{shas[19]}...{shas[20]}" in issue["body"]
    assert "❌ slower" in summary
    assert f"Issue {issue['number']} was opened." in said
