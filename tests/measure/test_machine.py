from __future__ import annotations

import pytest

from lapwing.measure import conditions as conditions_room
from lapwing.measure.conditions import conditions
from lapwing.measure.machine import cpu_of, interpreter, release_of, this_machine, tidy_cpu


def test_the_machine_is_the_same_at_every_look():
    this_machine.cache_clear()
    first = this_machine()
    this_machine.cache_clear()
    assert first == this_machine()
    assert all((first.cpu, first.cpu_count, first.os, first.arch, first.interpreter))
    assert "" == first.label


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("Intel(R) Xeon(R) CPU E5-2670 v3 @ 2.30GHz", "Intel Xeon CPU E5-2670 v3"),
        ("AMD EPYC  7763 64-Core Processor", "AMD EPYC 7763 64-Core Processor"),
        ("Intel(R) Core(TM) i7 CPU 3400.5 MHz", "Intel Core i7 CPU"),
        ("  ", "unknown CPU"),
    ],
)
def test_a_cpu_has_no_trademark_and_no_frequency(raw, tidy):
    assert tidy == tidy_cpu(raw)


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("processor\t: 0\nmodel name\t: AMD EPYC\nflags\t: fpu\n", "AMD EPYC"),
        ("CPU implementer\t: 0x41\nCPU part\t: 0xd0c\nCPU variant\t: 0x3\n", "ARM 0x41 0xd0c 0x3"),
        ("Model\t: Raspberry Pi 4\n", "Raspberry Pi 4"),
        ("", ""),
    ],
)
def test_cpuinfo_names_the_model_on_every_architecture(text, model):
    assert model == cpu_of(text)


@pytest.mark.parametrize(
    ("release", "short"), [("6.1.0-18-amd64", "6.1"), ("23.4.0", "23.4"), ("11", "11"), ("rolling", "rolling")]
)
def test_a_release_is_two_numbers(release, short):
    assert short == release_of(release)


def test_the_interpreter_has_its_minor_version_only():
    assert 1 == interpreter().split()[1].count(".")


def fill(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {one.slug for one in conditions(root)} - {"busy", "on-battery", "hot", "no-affinity"}


@pytest.mark.parametrize(
    ("name", "text", "slug"),
    [
        ("proc/stat", "cpu  100 0 100 1000 0 0 0 50 0 0\n", "steal"),
        ("sys/fs/cgroup/cpu.max", "10000 100000\n", "cpu-quota"),
        ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n", "governor"),
        ("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n", "turbo"),
        ("sys/devices/system/cpu/cpufreq/boost", "1\n", "turbo"),
        ("proc/cpuinfo", "flags\t: fpu hypervisor\n", "virtual"),
    ],
)
def test_what_makes_it_noisy_is_a_warning_with_a_remedy(tmp_path, name, text, slug):
    assert {slug} == fill(tmp_path, {name: text})
    assert all(one.message and one.remedy for one in conditions(tmp_path))


def test_a_quiet_machine_has_none(tmp_path):
    quiet = {
        "proc/stat": "cpu  100 0 100 1000 0 0 0 0 0 0\n",
        "sys/fs/cgroup/cpu.max": "max 100000\n",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
        "sys/devices/system/cpu/intel_pstate/no_turbo": "1\n",
        "proc/cpuinfo": "flags\t: fpu\n",
    }
    assert set() == fill(tmp_path, quiet)


@pytest.mark.parametrize("text", ["", "cpu\n", "cpu x y\n", "10000 0\n", "a b c\n"])
def test_what_makes_no_sense_is_passed_over(tmp_path, text):
    assert set() == fill(tmp_path, {"proc/stat": text, "sys/fs/cgroup/cpu.max": text})


def test_a_busy_machine_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(conditions_room.os, "getloadavg", lambda: (9.0, 1.0, 1.0), raising=False)
    assert "busy" in {one.slug for one in conditions(tmp_path)}
