"""What Mimic is to reach (goals.txt), and whether it does."""

import math
import pathlib
import re
import statistics

from figures import ALLOCATED, interval, pair_ratios, peer_ratios, seconds, size_text, time_text

GOALS = pathlib.Path(__file__).resolve().parent / "goals.txt"
SIZES = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}


def table(results, start_up):
    """The lines of a table: what, the goal, what was measured, and whether that is the goal."""
    lines = [["", "goal", "measured", "reached"]]
    for line in GOALS.read_text().splitlines():
        if line and not line.startswith("#"):
            what, which, goal = (part.strip() for part in line.split("|"))
            found = measured(results, start_up, which, goal)
            lines.append([what, shown(goal), *(worst(found, goal) if found else ("not measured", ""))])
    return lines


def shown(goal):
    """The goal without what only says how it is counted."""
    return re.sub(r" (allocated|in pairs|of \S+( bytes)?)$", "", goal)


def measured(results, start_up, which, goal):
    """What was measured: the value to compare, the ends of its interval, and its text."""
    if which.startswith("start-up "):
        scores = {each["peer"]: each["scores"] for each in start_up if each["command"] == which.split()[1]}
        return [of_ratios([a / b for a, b in zip(scores["mimic"], scores["java -jar"])])] if scores else []
    name, *params = which.split()
    class_name, method = name.split(".")
    wanted = dict(param.split("=") for param in params)
    chosen = [
        result
        for result in results
        if (result["class"], result["method"]) == (class_name, method)
        and all(value in ("*", result["params"].get(param)) for param, value in wanted.items())
    ]
    mine = [each for each in chosen if each["params"].get("peer", "mimic") == "mimic"]
    if "in pairs" in goal:
        return [of_ratios(pair_ratios(each, "mimicNanos", "peerNanos")) for each in chosen]
    if "beside" in goal:
        peers = goal.partition("beside ")[2].split()
        return [
            of_ratios(peer_ratios(each, peer))
            for each in mine
            for peer in chosen
            if is_peer(each, peer, peers)
        ]
    return [alone(each, goal) for each in mine]


def is_peer(mine, other, names):
    """Whether the other one is of a peer of that name, and the same but for that."""
    same = {**other["params"], "peer": "mimic"} == mine["params"]
    return same and other["params"].get("peer") in names


def of_ratios(ratios):
    mean, low, high = interval(ratios)
    return mean, low, high, f"{mean:.2f} ({low:.2f} to {high:.2f})" if high < math.inf else f"{mean:.2f}"


def alone(result, goal):
    counter = re.search(r" of ([a-zA-Z]+)$", goal)
    operation = re.search(r" of (\d+) bytes$", goal)
    metric = ALLOCATED if goal.endswith(" allocated") else counter[1] if counter else ""
    values = result["metrics"].get(metric)
    if not values:
        return None
    factor = seconds(values["unit"]) or 1
    scores = [score * factor for score in values["scores"]]
    if operation:
        scores = [int(operation[1]) / score for score in scores]
    median = statistics.median(scores)
    text = size_text if metric else time_text
    return median, min(scores), max(scores), f"{size_text(median)}/s" if operation else text(median)


def worst(found, goal):
    """The text of the worst that was found, and whether the goal is reached by it."""
    if goal.startswith("within"):
        return spread(found, float(goal.split()[1]))
    found = [each for each in found if each]
    if not found:
        return "not measured", ""
    at_most = goal.startswith("at most")
    bound = number(goal)
    _, low, high, text = (max if at_most else min)(found, key=lambda each: each[0])
    if high <= bound if at_most else low >= bound:
        return text, "yes"
    if high == math.inf:
        return text, "measured once"
    return text, "within the noise" if low <= bound <= high else "**no**"


def spread(found, bound):
    """How far apart the values are, as a ratio, and whether that is within the bound."""
    if not found:
        return "not measured", ""
    values = [each[0] for each in found if each]
    ratio = max(values) / min(values)
    return f"{ratio:.2f}", "yes" if ratio <= bound else "**no**"


def number(goal):
    """The goal's bound: in seconds, in bytes, or as a ratio."""
    match = re.match(r"at (?:most|least) ([\d.]+)(?: (ns|us|ms|B|kB|MB|GB))?\b", goal)
    unit = match[2]
    factor = 1 if not unit else SIZES.get(unit) or seconds(unit)
    return float(match[1]) * factor
