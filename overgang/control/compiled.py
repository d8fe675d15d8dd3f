"""Functions on whole numbers that are compiled, since they take millions of small steps that no array holds."""

from collections.abc import Callable
from typing import Any, cast

import numba


def compiled[F: Callable[..., Any]](function: F) -> F:
    """The function compiled when first called, and kept on disk for the next process.

    Without the liberties that would make sums of fractions differ from processor to processor.
    """
    return cast("F", numba.njit(cache=True, error_model="numpy")(function))
