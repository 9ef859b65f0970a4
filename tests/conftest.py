"""What all tests share: a home of their own, MNIST where it is at hand, and no skipping in CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hdr_core import config

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

# A slow or busy machine is no failure; and what CI says of a change must not depend on luck.
settings.register_profile("steady", deadline=None, derandomize=IN_CI, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a test makes (models, runs, records) goes into its own folder, never into the user's."""
    home = tmp_path / "home"
    monkeypatch.setenv("HDR_HOME", str(home))
    monkeypatch.delenv("HDR_DATABASE_URL", raising=False)
    return home


@pytest.fixture(autouse=True)
def no_run_is_left() -> Generator[None]:
    """No test leaves a training behind."""
    yield
    runs = sys.modules.get("hdr_core.training.runs")
    children = runs._children if runs is not None else []
    for child in children:
        if child.poll() is None:
            child.kill()
        child.wait()
    children.clear()


@pytest.fixture
def mnist_path() -> Path:
    """``mnist.npz``; skips where HDR_DATA_DIR does not lead to it."""
    folder = config.data_dir()
    if folder is None or not (folder / "mnist.npz").is_file():
        pytest.skip("needs MNIST: set HDR_DATA_DIR to the folder that holds mnist.npz")
    return folder / "mnist.npz"


_LONGEST_FIRST = ("browser/test_training", "browser/test_history", "browser", "training", "ui")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no process is left alone with one at the end."""
    tests_dir = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        place = item.path.relative_to(tests_dir).as_posix()
        return next((rank for rank, start in enumerate(_LONGEST_FIRST) if place.startswith(start)), len(_LONGEST_FIRST))

    items.sort(key=rank)


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skipped report into a failed one that tells the reason; an expected failure stays as it is."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} may not skip where CI is set. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI:
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI:
        refuse_skip(report)
    return report
