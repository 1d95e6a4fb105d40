"""Figures as people read them."""

import math
import statistics

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
ALLOCATED = "gc.alloc.rate.norm"


def seconds(unit):
    """How many seconds the unit is, or None if it is not a time for each operation."""
    return SECONDS.get(unit.removesuffix("/op")) if unit.endswith("/op") or unit in SECONDS else None


def significant(value):
    return f"{value:.0f}" if value >= 99.5 else f"{value:.3g}"


def time_text(value):
    for unit in ("ns", "us", "ms"):
        if value < 999.5 * SECONDS[unit]:
            return f"{significant(value / SECONDS[unit])} {unit}"
    return f"{significant(value)} s"


def size_text(value):
    for unit in ("B", "kB", "MB"):
        if value < 999.5:
            return f"{significant(value)} {unit}"
        value /= 1000
    return f"{significant(value)} GB"


def score_text(value, unit, operation_bytes=0):
    """The value as people read it; a rate, if an operation moves so many bytes."""
    factor = seconds(unit)
    if factor is None:
        if unit == "ops/s":
            if operation_bytes:
                return f"{significant(operation_bytes * value / 1e9)} GB/s"
            return f"{significant(value)}/s"
        if unit.startswith("B"):
            return size_text(value)
        return f"{significant(value)} {unit}" if unit != "#" else significant(value)
    if operation_bytes:
        return f"{significant(operation_bytes / (value * factor) / 1e9)} GB/s"
    return time_text(value * factor)


def interval(ratios):
    """The geometric mean of ratios, and the ends of its 95 % confidence interval."""
    logs = [math.log(ratio) for ratio in ratios]
    mean = statistics.fmean(logs)
    if len(logs) < 2:
        return math.exp(mean), 0.0, math.inf
    half = quantile(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def quantile(freedom):
    """Student's t, two-sided 95 %: from a table, and its expansion from 11 degrees of freedom on."""
    if freedom <= 10:
        return [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228][freedom - 1]
    z = 1.95996
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def pair_ratios(result, mimic, peer):
    """The ratio of each iteration in which both took turns."""
    metrics = result["metrics"]
    return [b / a for a, b in zip(metrics[mimic]["iterations"], metrics[peer]["iterations"])]


def peer_ratios(mimic, peer, metric=""):
    """How many times as fast as the peer Mimic was, in each round."""
    pairs = zip(mimic["metrics"][metric]["scores"], peer["metrics"][metric]["scores"])
    more_is_better = mimic["mode"] == "thrpt" and not metric
    return [a / b if more_is_better else b / a for a, b in pairs]


def ratio_text(ratios):
    mean, low, high = interval(ratios)
    return f"**{mean:.2f}** ({low:.2f} to {high:.2f})" if len(ratios) > 1 else f"{mean:.2f}"
