"""Figures as people read them."""

import math
import statistics

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
# Student's t, two-sided 95 %, by degrees of freedom from 1.
T = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13]


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
    quantile = T[len(logs) - 2] if len(logs) - 2 < len(T) else 2.0
    half = quantile * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def ratio_text(ratios):
    mean, low, high = interval(ratios)
    return f"**{mean:.2f}** ({low:.2f} to {high:.2f})" if len(ratios) > 1 else f"{mean:.2f}"
