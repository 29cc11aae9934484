"""Figures as lines of JSON, in the form of bench/results.json."""

import json
import math


def quantile(values, share):
    """By nearest rank, as shoal-bench does."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


class Figures:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")

    def write(self, name, values, unit):
        """The median of several runs, with its quartiles."""
        line = {"name": name, "unit": unit, "value": quantile(values, 0.5),
                "low": quantile(values, 0.25), "high": quantile(values, 0.75)}
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()

    def handoff(self, name, samples):
        """Seconds, printed in milliseconds."""
        for share, word in ((0.5, "p50"), (0.99, "p99")):
            line = {"name": f"{name}, {word}", "unit": "ms", "value": quantile(samples, share) * 1e3}
            self.file.write(json.dumps(line) + "\n")
        self.file.flush()
