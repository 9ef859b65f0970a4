"""The best ways through a lattice of candidates, by dynamic programming.

LeCun, Bottou, Bengio, Haffner 1998, section IV: a row is cut into more parts than it has digits; every
run of neighbouring parts is a candidate, an edge from the cut before it to the cut after it, scored by
the network.  The reading is the path from the first cut to the last with the highest total; the next
best ones are kept as well, because what only a whole path shows is weighed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Edge:
    """A candidate from node ``start`` to node ``end`` > ``start``, with its log score.

    ``candidate`` is an index for the caller, or None for parts that are passed over as no digit; ``label`` is
    the digit it is taken for, −1 when that is left to the caller; ``features`` are what the score was made of.
    """

    start: int
    end: int
    score: float
    candidate: int | None
    label: int = -1
    features: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"expected 0 ≤ start < end, got {self.start} and {self.end}")


def best_path(node_count: int, edges: Iterable[Edge]) -> list[Edge]:
    """Edges of the highest-scoring path from node 0 to node ``node_count - 1``, in order.

    Of equal paths the one found first wins, so the result does not depend on chance.

    Raises:
        ValueError: an edge leads beyond the last node, or no path leads through.
    """
    return best_paths(node_count, edges, 1)[0]


def best_paths(node_count: int, edges: Iterable[Edge], count: int) -> list[list[Edge]]:
    """The ``count`` highest-scoring different paths, best first; fewer when there are no more.

    Every node keeps its ``count`` best ways so far; time is linear in the number of edges.

    Raises:
        ValueError: as for ``best_path``.
    """
    arriving: list[list[Edge]] = [[] for _ in range(node_count)]
    for edge in edges:
        if edge.end >= node_count:
            raise ValueError(f"edge ends at node {edge.end}, but there are {node_count} nodes")
        arriving[edge.end].append(edge)
    scores: list[np.ndarray] = [np.zeros(1)]
    ways: list[list[tuple[Edge, int]]] = [[]]  # of each way: its last edge, and which way of that edge's start
    for node in range(1, node_count):
        found, origins = _arrive(arriving[node], scores, count)
        scores.append(found)
        ways.append(origins)
    if len(scores[-1]) == 0:
        raise ValueError("no path leads from the first node to the last")
    return [_walk_back(ways, rank) for rank in range(len(scores[-1]))]


def _arrive(edges: list[Edge], scores: list[np.ndarray], count: int) -> tuple[np.ndarray, list[tuple[Edge, int]]]:
    """The best ways into one node: their scores, falling, and where each comes from."""
    edges = [edge for edge in edges if len(scores[edge.start])]
    if not edges:
        return np.zeros(0), []
    totals = [scores[edge.start] + edge.score for edge in edges]
    sizes = np.array([len(total) for total in totals])
    joined = np.concatenate(totals)
    order = np.argsort(-joined, kind="stable")[:count]
    which = np.repeat(np.arange(len(edges)), sizes)[order]
    first = np.cumsum(sizes) - sizes
    origins = [(edges[index], int(place - first[index])) for index, place in zip(which, order, strict=True)]
    return joined[order], origins


def _walk_back(ways: list[list[tuple[Edge, int]]], rank: int) -> list[Edge]:
    path: list[Edge] = []
    node = len(ways) - 1
    while node > 0:
        edge, rank = ways[node][rank]
        path.append(edge)
        node = edge.start
    return path[::-1]
