"""Two releases of a real library, measured by its own pytest-benchmark suite, unchanged, into one history.

Takes the source distributions from the package registry, commits one after the other into a scratch repository,
installs each into a virtual environment of its own and runs `pytest --perf` on the library's own suite.

    python benchmarks/trust/releases.py [--package pluggy] [--versions 1.5.0 1.6.0] [--suite testing/benchmark.py]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

from workloads import git

HERE = Path(__file__).resolve().parents[2]


def take_release(package: str, version: str, folder: Path) -> Path:
    """Download one source distribution and unpack it; return its root."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", f"{package}=={version}"],
        cwd=folder,
        check=True,
    )
    archive = next(folder.glob(f"{package}-{version}.tar.gz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / f"{package}-{version}"


def commit_tree(root: Path, tree: Path, message: str) -> None:
    """Make the tree of ``root`` that of ``tree`` and commit it."""
    for old in root.iterdir():
        if old.name not in (".git", ".lapwing"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(tree, root, dirs_exist_ok=True)
    git(root, "add", "-A", "-f")
    git(root, "commit", "-qm", message)


def main() -> int:
    """Measure each release and print the last report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", default="pluggy")
    parser.add_argument("--versions", nargs="+", default=["1.5.0", "1.6.0"])
    parser.add_argument("--suite", default="testing/benchmark.py")
    parser.add_argument("--perf-args", nargs="*", default=[])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = folder / "repository"
        root.mkdir()
        git(root, "init", "-q", "-b", "main")
        git(root, "config", "user.email", "bench@example.invalid")
        git(root, "config", "user.name", "Benchmark")
        environment = folder / "venv"
        venv.create(environment, with_pip=True)
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [str(python), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, str(HERE), "pytest-benchmark"], check=True)
        status = 0
        for version in args.versions:
            commit_tree(root, take_release(args.package, version, folder), f"{args.package} {version}")
            scm = {"SETUPTOOLS_SCM_PRETEND_VERSION": version}
            subprocess.run([*pip, "--no-deps", "--force-reinstall", "."], cwd=root, env=os.environ | scm, check=True)
            git(root, "checkout", "-q", ".")
            print(f"$ pytest --perf {args.suite}    # {args.package} {version}", flush=True)
            status = subprocess.run(
                [str(python), "-m", "pytest", "--perf", args.suite, *args.perf_args], cwd=root, check=False
            ).returncode
            print(f"exit code {status}\n", flush=True)
        subprocess.run([str(python), "-m", "lapwing.cli", "history", "list"], cwd=root, check=False)
    return 0 if status in (0, 1) else status


if __name__ == "__main__":
    sys.exit(main())
