"""A colour for each of the ten digits, the same wherever digits are told apart by colour."""

from __future__ import annotations

from hdr_core.evaluation.figures import LIGHT, Palette

_SHARED = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")


def digit_colors(palette: Palette) -> tuple[str, ...]:
    """Ten #rrggbb, digit 0 first: those of Okabe and Ito 2008 with their black, a gray and a wine red.

    Ten colours are more than colour-blind eyes can hold apart for certain: a chart names its digits in words too.
    """
    yellow, wine = ("#A89C00", "#882255") if palette is LIGHT else ("#F0E442", "#C0568C")
    return (*_SHARED, yellow, "#8C8C8C", palette.ink, wine)
