"""Where CI is set a skipped test is a failed one, whichever way it skips."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hdr_core.config import PROJECT_DIR

WAYS = {
    "inside the test": 'def test_it():\n    pytest.skip("no browser")',
    "by a mark": '@pytest.mark.skip(reason="no browser")\ndef test_it():\n    pass',
    "in a fixture": '@pytest.fixture\ndef page():\n    pytest.skip("no browser")\n\ndef test_it(page):\n    pass',
    "the whole module": 'pytest.skip("no browser", allow_module_level=True)',
}
EXPECTED_FAILURE = "@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False"


def run_pytest(folder: Path, test: str, ci: str) -> subprocess.CompletedProcess[str]:
    """Run one test in a folder of its own, under this project's conftest and settings."""
    (folder / "conftest.py").write_text((PROJECT_DIR / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (folder / "test_one.py").write_text(f"import pytest\n\n{test}\n")
    settings = ["-c", str(PROJECT_DIR / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *settings, str(folder)],
        cwd=folder,
        env=os.environ | {"CI": ci, "PYTHONPATH": str(PROJECT_DIR)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("test", WAYS.values(), ids=WAYS)
def test_a_skip_fails_in_ci_and_tells_the_reason(test: str, tmp_path: Path) -> None:
    done = run_pytest(tmp_path, test, ci="true")
    assert done.returncode != 0
    assert "may not skip where CI is set" in done.stdout
    assert "no browser" in done.stdout


def test_elsewhere_a_skip_is_a_skip_with_its_reason(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, WAYS["in a fixture"], ci="")
    assert done.returncode == 0, done.stdout
    assert "no browser" in done.stdout
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, EXPECTED_FAILURE, ci="true")
    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout
