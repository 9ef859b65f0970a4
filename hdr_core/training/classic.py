"""Baselines from scikit-learn: support vectors, random forest, nearest neighbours, and K-means as a classifier.

They cannot be served by LiteRT and take no part in reading: they are there to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import RecipeError
from hdr_core.training.data import Labels
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image

CLASSES = 10
_TREES_A_STEP = 10
_CLUSTER_EPOCHS = 10


class ClassicModel(Protocol):
    """A baseline that is fitted in steps, so that its run shows progress and can be stopped between them."""

    def steps(self, count: int) -> int:
        """How many steps a fit of ``count`` digits takes."""
        ...

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        """Do one step on (N, 28, 28) tiles."""
        ...

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        """(N, 10); rows sum to 1."""
        ...

    def parameters(self) -> int:
        """Numbers that the fitted model holds."""
        ...


def make_classic(builder: str, settings: Settings) -> ClassicModel:
    """The baseline that a recipe names.

    Raises:
        RecipeError: there is none of that name.
    """
    makers: dict[str, Callable[[Settings], ClassicModel]] = {
        "svm": Svm,
        "random_forest": RandomForest,
        "nearest_neighbours": Neighbours,
        "k_means": KMeansClassifier,
    }
    if builder not in makers:
        raise RecipeError(f"There is no baseline called {builder!r}.")
    return makers[builder](settings)


class Svm:
    """Radial basis functions, C = 5; its scores are the softmax of the votes, which rank as its answers do."""

    def __init__(self, settings: Settings) -> None:
        from sklearn.svm import SVC

        self.model = SVC(C=5.0, kernel="rbf", gamma="scale", random_state=settings.seed)

    def steps(self, count: int) -> int:
        return 1

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        self.model.fit(_flat(tiles), labels)

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        votes = self.model.decision_function(_flat(tiles))
        if votes.ndim == 1:  # two classes: one signed distance
            votes = np.stack([-votes, votes], axis=1)
        powers = np.exp(votes - votes.max(axis=1, keepdims=True))
        return _spread(powers / powers.sum(axis=1, keepdims=True), self.model.classes_)

    def parameters(self) -> int:
        return int(self.model.support_vectors_.size + self.model.dual_coef_.size + self.model.intercept_.size)


class RandomForest:
    """``size`` trees, ten at a step."""

    def __init__(self, settings: Settings) -> None:
        from sklearn.ensemble import RandomForestClassifier

        self.trees = settings.size or 100
        self.model = RandomForestClassifier(n_estimators=1, warm_start=True, n_jobs=-1, random_state=settings.seed)

    def steps(self, count: int) -> int:
        return -(-self.trees // _TREES_A_STEP)

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        self.model.n_estimators = min((step + 1) * _TREES_A_STEP, self.trees)
        self.model.fit(_flat(tiles), labels)

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        return _spread(self.model.predict_proba(_flat(tiles)), self.model.classes_)

    def parameters(self) -> int:
        # A node holds its feature, its threshold and its share of each class.
        nodes = sum(tree.tree_.node_count for tree in self.model.estimators_)
        return int(nodes * (2 + len(self.model.classes_)))


class Neighbours:
    """The ``size`` nearest training digits vote."""

    def __init__(self, settings: Settings) -> None:
        from sklearn.neighbors import KNeighborsClassifier

        self.wanted = settings.size or 3
        self.model = KNeighborsClassifier(algorithm="brute", n_jobs=-1)

    def steps(self, count: int) -> int:
        return 1

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        self.model.n_neighbors = min(self.wanted, len(labels))
        self.model.fit(_flat(tiles), labels)

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        parts = [tiles[start : start + 1000] for start in range(0, len(tiles), 1000)]  # distances fill the memory
        shares = np.concatenate([self.model.predict_proba(_flat(part)) for part in parts])
        return _spread(shares, self.model.classes_)

    def parameters(self) -> int:
        return int(self.model._fit_X.size)


class KMeansClassifier:
    """``size`` clusters found without labels; each then answers with the shares of the digits that fell into it."""

    def __init__(self, settings: Settings) -> None:
        from sklearn.cluster import MiniBatchKMeans

        self.clusters, self.seed = settings.size or 256, settings.seed
        self.model = MiniBatchKMeans(self.clusters, n_init=1, batch_size=1024, random_state=settings.seed)
        self.shares: NDArray[Any] = np.zeros((0, CLASSES))

    def steps(self, count: int) -> int:
        return _CLUSTER_EPOCHS

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        if step == 0 and self.clusters > len(tiles):
            self.model.set_params(n_clusters=max(len(tiles) // 2, 2))
        flat = _flat(tiles)
        order = np.random.default_rng((self.seed, step)).permutation(len(flat))
        size = max(1024, self.model.n_clusters)  # the first part must hold a digit for each cluster
        for start in range(0, len(order), size):
            part = order[start : start + size]
            if start == 0 or len(part) == size:
                self.model.partial_fit(flat[part])
        counts = np.zeros((self.model.n_clusters, CLASSES))
        np.add.at(counts, (self.model.predict(flat), labels), 1)
        totals = counts.sum(axis=1, keepdims=True)
        self.shares = np.where(totals > 0, counts / np.maximum(totals, 1), 1 / CLASSES)

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        return np.asarray(self.shares[self.model.predict(_flat(tiles))])

    def parameters(self) -> int:
        return int(self.model.cluster_centers_.size + self.shares.size)


def _flat(tiles: UInt8Image) -> NDArray[np.float32]:
    return (tiles.reshape(len(tiles), -1) / np.float32(255)).astype(np.float32)


def _spread(shares: NDArray[Any], classes: NDArray[Any]) -> NDArray[Any]:
    """(N, 10) from the columns of those classes that were there to learn."""
    spread = np.zeros((len(shares), CLASSES))
    spread[:, classes.astype(int)] = shares
    return spread
