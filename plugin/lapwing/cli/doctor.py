"""``lapwing doctor``: what makes this machine noisy."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from lapwing.cli.app import lapwing
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import progress_shown, show_text, stream_of


@lapwing.command(epilog="\b\nExample:\n  $ lapwing doctor")
@store_option
def doctor(*, store: str | None) -> None:
    """Tell what makes this machine noisy, what helps, and what it can detect.

    The last is measured: the same code in several fresh processes, which takes some seconds.
    """
    from lapwing.report.diagnosis import render_diagnosis
    from lapwing.report.footnotes import render_warnings
    from lapwing.wiring import doctor as wired
    from lapwing.wiring import keeping

    project = project_of({"store": store})
    with progress_shown() as progress:
        diagnosis = wired.doctor(project.settings, project.root, progress)
    stream = stream_of()
    text = render_diagnosis(diagnosis, **stream) + render_warnings(keeping.waiting(project.root), **stream)
    show_text(text, color=stream["color"])
