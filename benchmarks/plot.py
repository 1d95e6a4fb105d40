"""Line plots with both axes logarithmic, as SVG."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 84, 210, 44, 56
# Told apart by those who do not see all colours (Okabe and Ito's palette), and by their marks.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
DASHES = ["", "6 3", "2 3", "8 3 2 3"]


def log_log(title, x_name, y_name, series, x_text, y_text):
    """Returns the SVG of lines; series maps a name to its points, all positive."""
    points = [point for line in series.values() for point in line]
    x_ends = _ends([x for x, _ in points])
    y_ends = _ends([y for _, y in points])

    def across(x):
        return LEFT + _share(x, x_ends) * (WIDTH - LEFT - RIGHT)

    def down(y):
        return HEIGHT - BOTTOM - _share(y, y_ends) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 24, title, "start", 'font-size="15" font-weight="bold"'),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x_name, "middle"),
        f'<g transform="rotate(-90 18 {HEIGHT / 2})">{_text(18, HEIGHT / 2, y_name, "middle")}</g>',
    ]
    for x in _ticks(x_ends):
        parts.append(_line(across(x), TOP, across(x), HEIGHT - BOTTOM))
        parts.append(_text(across(x), HEIGHT - BOTTOM + 18, x_text(x), "middle"))
    for y in _ticks(y_ends):
        parts.append(_line(LEFT, down(y), WIDTH - RIGHT, down(y)))
        parts.append(_text(LEFT - 8, down(y) + 4, y_text(y), "end"))
    for index, (name, line) in enumerate(series.items()):
        parts += _series(index, name, [(across(x), down(y)) for x, y in sorted(line)])
    return "\n".join([*parts, "</svg>", ""])


def _series(index, name, line):
    colour = COLOURS[index % len(COLOURS)]
    dash = DASHES[index // len(COLOURS) % len(DASHES)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
    style = f'stroke="{colour}" stroke-dasharray="{dash}"'
    parts = [f'<polyline points="{path}" fill="none" stroke-width="2" {style}/>']
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in line]
    left, height = WIDTH - RIGHT + 16, TOP + 12 + 20 * index
    parts.append(
        f'<line x1="{left}" y1="{height}" x2="{left + 26}" y2="{height}" stroke-width="2" {style}/>'
    )
    parts.append(_text(left + 32, height + 4, name, "start"))
    return parts


def _ends(values):
    """The powers of ten around the values."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _share(value, ends):
    return (math.log10(value) - ends[0]) / (ends[1] - ends[0])


def _ticks(ends):
    return [10.0**power for power in range(ends[0], ends[1] + 1)]


def _line(x1, y1, x2, y2):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(x, y, text, anchor, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(text)}</text>'
