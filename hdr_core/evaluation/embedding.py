"""Many features → two coordinates, so that digits which a network takes for alike lie close together.

PCA answers at once.  t-SNE (van der Maaten and Hinton 2008) takes a minute or more for ten thousand digits, so it
runs in a process of its own: ``python -m hdr_core.evaluation.embedding FEATURES.npy RESULT.npy``; see
``embedding_job``.  The maps of the models that ship come with them: see ``map_files``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.storage.atomic import writing
from hdr_core.types import FloatArray

PCA_DIMENSIONS = 30
"""t-SNE starts from so many principal components: they hold the structure, and distances cost a fraction."""

STEPS = 500
"""Iterations of t-SNE."""

_PERPLEXITY = 30.0
_FEW = 500  # up to here all pairs are compared: faster than the approximation, and better

SETTINGS = (
    f"scikit-learn's TSNE of the {PCA_DIMENSIONS} strongest principal components, begun with PCA; perplexity "
    f"{_PERPLEXITY:g}, {STEPS} iterations, Barnes-Hut, automatic learning rate, seed 0"
)
"""What a map of more than a few hundred digits is, in words."""


def pca(features: NDArray[Any], dimensions: int = 2) -> FloatArray:
    """(N, dimensions) float32, the strongest principal component first; columns of 0 where there are fewer.

    Raises:
        DataError: features that are not (N, D), or hold values that are no numbers.
    """
    from sklearn.decomposition import PCA

    if features.ndim != 2 or not np.isfinite(features).all():
        raise DataError(f"A map needs (N, D) finite features, got {features.shape}. Train the model again.")
    found = np.zeros((len(features), dimensions), np.float32)
    kept = min(dimensions, *features.shape)
    if kept and len(features) > 1:
        found[:, :kept] = PCA(kept, svd_solver="randomized", random_state=0).fit_transform(features)
    return found


def tsne(features: NDArray[Any], *, steps: int = STEPS, verbose: int = 0) -> FloatArray:
    """(N, 2) float32 for (N, D) features; the same features always give the same map.

    Up to three digits lie where PCA puts them.  With ``verbose`` of 2 scikit-learn tells of every 50th step on the
    standard output.

    Raises:
        DataError: features that are not (N, D), or hold values that are no numbers.
    """
    reduced = pca(features, PCA_DIMENSIONS)
    if len(reduced) <= 3:
        return reduced[:, :2]
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(reduced) - 1) / 3)
    method = "exact" if len(reduced) <= _FEW else "barnes_hut"
    machine = TSNE(2, perplexity=perplexity, init="pca", max_iter=steps, random_state=0, method=method, verbose=verbose)
    return np.asarray(machine.fit_transform(reduced), np.float32)


def main(source: str, target: str) -> None:
    if hasattr(os, "nice"):
        os.nice(10)  # the page comes first
    features = np.load(source, allow_pickle=False)
    Path(source).unlink()  # whoever began this may be gone when it is done
    found = tsne(features, verbose=2)
    with writing(Path(target)) as file:  # whoever looks finds all of it or nothing
        np.save(file, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
