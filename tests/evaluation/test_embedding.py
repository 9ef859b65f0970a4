"""Two coordinates for many features: the directions of PCA, the groups of t-SNE, and the process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import DataError
from hdr_core.evaluation import embedding_job
from hdr_core.evaluation.embedding import pca, tsne
from hdr_core.types import FloatArray


def two_groups(count: int = 40) -> FloatArray:
    """(2 · count, 6): the first half near one point, the second near another."""
    noise = np.random.default_rng(0).standard_normal((2 * count, 6)).astype(np.float32)
    noise[count:] += 30
    return noise


def test_the_first_component_is_the_direction_of_most_spread() -> None:
    spread = np.linspace(-1, 1, 50)
    features = np.stack([np.zeros(50), 3 * spread, 4 * spread], axis=1)
    found = pca(features)
    assert np.abs(found[:, 0]) == pytest.approx(np.abs(5 * spread), abs=1e-4)
    assert found[:, 1] == pytest.approx(np.zeros(50), abs=1e-4)


def test_groups_stay_apart_and_the_map_is_always_the_same() -> None:
    features = two_groups()
    found = tsne(features)
    assert found.shape == (80, 2)
    nearest = np.linalg.norm(found[:, None] - found[None], axis=2) + 1e9 * np.eye(80)
    assert ((nearest.argmin(axis=1) < 40) == (np.arange(80) < 40)).all()
    assert np.array_equal(found, tsne(features))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_digits_have_a_map_too(count: int) -> None:
    found = tsne(np.random.default_rng(0).random((count, 5)))
    assert found.shape == (count, 2)
    assert np.isfinite(found).all()


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(DataError, match="finite features"):
        pca(np.full((4, 2), np.nan))
    with pytest.raises(DataError, match=r"\(N, D\)"):
        pca(np.zeros(4))


def test_a_process_of_its_own_draws_the_map_and_cleans_up(tmp_path: Path) -> None:
    path = tmp_path / "maps" / "map-a.npy"
    embedding_job.start(path, two_groups(10))
    embedding_job.start(path, two_groups(10))  # a second reader of the page starts no second process
    assert 0 < embedding_job.progress(path) <= 1
    process = embedding_job._running.get(path)
    if process is not None:
        assert process.wait(timeout=120) == 0
    assert embedding_job.progress(path) == 1
    found = embedding_job.load_map(path)
    assert found is not None
    assert found.shape == (20, 2)
    assert [one.name for one in path.parent.iterdir()] == ["map-a.npy"]


def test_a_process_that_fails_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "map-b.npy"

    def fails(command: list[str], **more: object) -> subprocess.Popen[bytes]:
        return popen([sys.executable, "-c", "raise SystemExit('no memory is left')"], **more)  # type: ignore[call-overload, no-any-return]

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", fails)
    embedding_job.start(path, two_groups(3))
    embedding_job._running[path].wait(timeout=60)
    with pytest.raises(DataError, match="no memory is left"):
        embedding_job.progress(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError, match="it was stopped"):
        embedding_job.progress(path)


def test_a_stopped_process_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "map-c.npy"
    embedding_job.start(path, two_groups(400))
    embedding_job.stop(path)
    assert path not in embedding_job._running
    assert not any(one.suffix in (".log", ".npy") for one in tmp_path.iterdir() if one != path)


def test_a_damaged_map_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "map-d.npy"
    assert embedding_job.load_map(path) is None
    path.write_bytes(b"not an array")
    assert embedding_job.load_map(path) is None
    np.save(path, np.zeros((3, 5)))
    assert embedding_job.load_map(path) is None


def test_the_process_needs_no_page_and_no_tensorflow() -> None:
    program = (
        "import sys, hdr_core.evaluation.embedding\n"
        "print([name for name in ('streamlit', 'tensorflow', 'keras', 'plotly') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
