"""Baselines from scikit-learn: support vectors, random forest, nearest neighbours, and K-means as a classifier.

They cannot be served by LiteRT and take no part in reading: they are there to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
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

    answers_early: bool
    """Can it answer after any step, or only after the last?"""

    def steps(self, labels: Labels) -> int:
        """How many steps a fit of digits with these labels takes."""
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
    """Radial basis functions, C = 5; its scores are the softmax of the votes, which rank as its answers do.

    One machine for each pair of digits, as LIBSVM does it inside one call; here each is a step.  All of them vote,
    so there is no answer before the last.
    """

    answers_early = False

    def __init__(self, settings: Settings) -> None:
        from sklearn.svm import SVC

        self.machine = SVC(C=5.0, kernel="rbf", random_state=settings.seed)
        self.gamma = 0.0
        self.classes: NDArray[Any] = np.zeros(0, np.int64)
        self.support: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self.weights: NDArray[Any] = np.zeros((0, 0))
        self.fitted: list[tuple[NDArray[Any], NDArray[Any], float]] = []

    def steps(self, labels: Labels) -> int:
        count = len(np.unique(labels))
        return count * (count - 1) // 2

    def fit_step(self, step: int, tiles: UInt8Image, labels: Labels) -> None:
        if step == 0:
            self.classes = np.unique(labels)
            self.gamma = float(1 / (tiles[0].size * max((tiles / np.float32(255)).var(dtype=np.float64), 1e-12)))
        pairs = list(combinations(self.classes, 2))
        chosen = np.flatnonzero(np.isin(labels, pairs[step]))
        machine = self.machine.set_params(gamma=self.gamma).fit(_flat(tiles[chosen]), labels[chosen])
        self.fitted.append((chosen[machine.support_], machine.dual_coef_[0], float(machine.intercept_[0])))
        if len(self.fitted) == len(pairs):
            self._join(tiles)

    def _join(self, tiles: UInt8Image) -> None:
        """A digit that supports several machines is compared with once: (pairs, support vectors) weights."""
        places = np.unique(np.concatenate([where for where, _, _ in self.fitted]))
        self.support, self.weights = _flat(tiles[places]), np.zeros((len(self.fitted), len(places)))
        for row, (where, weights, _) in zip(self.weights, self.fitted, strict=True):
            row[np.searchsorted(places, where)] = weights

    def probabilities(self, tiles: UInt8Image) -> NDArray[Any]:
        parts = [tiles[start : start + 1000] for start in range(0, len(tiles), 1000)]  # distances fill the memory
        votes = np.concatenate([self._votes(part) for part in parts])
        powers = np.exp(votes - votes.max(axis=1, keepdims=True))
        return _spread(powers / powers.sum(axis=1, keepdims=True), self.classes)

    def _votes(self, tiles: UInt8Image) -> NDArray[Any]:
        """(N, classes): how many pairs a class wins, and by how much in all, squeezed below a third of a vote."""
        from sklearn.metrics.pairwise import rbf_kernel

        alike = rbf_kernel(_flat(tiles).astype(np.float64), self.support.astype(np.float64), self.gamma)
        signed = alike @ self.weights.T + [intercept for _, _, intercept in self.fitted]
        if len(self.classes) == 2:  # one signed distance
            return np.concatenate([-signed, signed], axis=1)
        votes, margins = np.zeros((2, len(tiles), len(self.classes)))
        for (first, second), margin in zip(combinations(range(len(self.classes)), 2), signed.T, strict=True):
            votes[:, first] += margin <= 0
            votes[:, second] += margin > 0
            margins[:, first] -= margin
            margins[:, second] += margin
        return np.asarray(votes + margins / (3 * (np.abs(margins) + 1)))

    def parameters(self) -> int:
        # LIBSVM's own layout: a support vector has one weight for each class but its own.
        return int(self.support.size + len(self.support) * (len(self.classes) - 1) + len(self.fitted))


class RandomForest:
    """``size`` trees, ten at a step."""

    answers_early = True

    def __init__(self, settings: Settings) -> None:
        from sklearn.ensemble import RandomForestClassifier

        self.trees = settings.size or 100
        self.model = RandomForestClassifier(n_estimators=1, warm_start=True, n_jobs=-1, random_state=settings.seed)

    def steps(self, labels: Labels) -> int:
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

    answers_early = False

    def __init__(self, settings: Settings) -> None:
        from sklearn.neighbors import KNeighborsClassifier

        self.wanted = settings.size or 3
        self.model = KNeighborsClassifier(algorithm="brute", n_jobs=-1)

    def steps(self, labels: Labels) -> int:
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

    answers_early = True

    def __init__(self, settings: Settings) -> None:
        from sklearn.cluster import MiniBatchKMeans

        self.clusters, self.seed = settings.size or 256, settings.seed
        self.model = MiniBatchKMeans(self.clusters, n_init=1, batch_size=1024, random_state=settings.seed)
        self.shares: NDArray[Any] = np.zeros((0, CLASSES))

    def steps(self, labels: Labels) -> int:
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
