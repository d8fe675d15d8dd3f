"""Overgang: a national programme register and its results.

The folders are the flow: `collect` gets data in, `compute` counts, `control` protects, `publish` freezes an edition,
`serve` shows it. `base` is the vocabulary they share. Two frozen folders stand between the stages: the snapshot
(collect -> compute) and the edition (publish -> serve).
"""

__version__ = "0.1.0"
