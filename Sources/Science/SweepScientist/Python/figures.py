"""Draws the figures of a one-factor study: python figures.py

Reads data.json and the curves.json of the runs beside it; writes effect.pdf, and curves.pdf where there are curves.
Curves are a bonus: those that can't be drawn are left out, and drawn.json names them. No dates and no random numbers:
the same data give the same files.
"""

import io
import json
import math
import pathlib
import textwrap

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

width = 5.5  # inches, a text column
most_of_curves = 1e100  # on either axis: beyond it, matplotlib's own sums overflow
most_trials = 10  # of curves to draw
# The colours of Okabe and Ito can be told apart with any colour vision; the line styles also work in grey.
colours = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
styles = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 2)))
no_dates = {"CreationDate": None, "Creator": None, "Producer": None}

plt.rcParams.update({
    "font.family": "serif",
    "font.serif": ["STIXGeneral"],
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "legend.fontsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "pdf.fonttype": 42,
    "lines.linewidth": 1.2,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
})


def plain(text):
    """Text as it stands, with nothing taken for mathematics."""
    return text.replace("\\", "\\\\").replace("$", r"\$")


def in_powers_of_ten(arms):
    """The arms with their numbers divided by a power of ten where these are very large or small, and its label."""
    largest = max(abs(value) for arm in arms for value in arm["seeds"])
    if largest == 0 or 1e-6 <= largest < 1e9:
        return arms, ""
    power = max(-307, math.floor(math.log10(largest)))
    scale = 10.0**power
    scaled = [
        {**arm, "seeds": [value / scale for value in arm["seeds"]]}
        | {key: arm[key] / scale for key in ("mean", "low", "high")}
        for arm in arms
    ]
    return scaled, rf" ($\times 10^{{{power}}}$)"


def draw_effect(data):
    arms, unit = in_powers_of_ten(data["arms"])
    figure, axes = plt.subplots(figsize=(width, 2.5))
    baseline = next(arm for arm in arms if arm["baseline"])
    axes.axhline(baseline["mean"], color="#999999", linewidth=0.7, linestyle=(0, (4, 3)), zorder=0)
    for place, arm in enumerate(arms):
        if not arm["seeds"]:
            axes.annotate(
                "failed", (place, 0.5), xycoords=("data", "axes fraction"), ha="center", va="center", style="italic",
                color="#666666",
            )
            continue
        colour = colours[0] if arm["baseline"] else colours[1]
        shifts = np.linspace(0.13, 0.29, len(arm["seeds"])) if len(arm["seeds"]) > 1 else [0.2]
        axes.scatter(
            place + np.array(shifts), arm["seeds"], s=13, facecolors="none", edgecolors=colour, linewidths=0.8, zorder=3
        )
        error = [[max(0, arm["mean"] - arm["low"])], [max(0, arm["high"] - arm["mean"])]]
        axes.errorbar(
            place, arm["mean"], yerr=error, fmt="s" if arm["baseline"] else "o", ms=4.5, color=colour, capsize=3,
            elinewidth=1.2, capthick=1.2, zorder=4,
        )
    axes.set_xticks(range(len(arms)), [plain(arm["label"]) for arm in arms])
    axes.set_xlim(-0.5, len(arms) - 0.4)
    axes.set_xlabel(plain(data["setting"]))
    axes.set_ylabel(plain(textwrap.fill(data["metric"], 34)) + unit)
    axes.yaxis.set_major_locator(MaxNLocator(6))
    values = [value for arm in arms for value in arm["seeds"]]
    if max(values) == min(values):
        margin = abs(values[0]) * 0.05 or 1
        axes.set_ylim(values[0] - margin, values[0] + margin)
    if min(values) >= 0 and min(values) < 0.35 * max(values):
        axes.set_ylim(bottom=0)
    figure.savefig("effect.pdf", metadata=no_dates)
    plt.close(figure)


def is_finite_row(row, length):
    return (
        isinstance(row, list) and len(row) == length and 1 < length <= 100_000
        and all(type(value) in (int, float) and abs(value) <= most_of_curves for value in row)
    )


def is_text(value):
    """Whether a value is a text that UTF-8 can write, and not too long for a label."""
    try:
        return isinstance(value, str) and len(value.encode()) <= 500
    except UnicodeEncodeError:
        return False


def read_curves(run, dataset):
    """The curves of a run: name -> (name of x, x, one row for each seed); whatever is not of that shape is left out."""
    found = {}
    for folder in run["folders"]:
        try:
            content = json.loads((pathlib.Path(folder) / "curves.json").read_text())[dataset].items()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        for name, curve in content:
            if not is_text(name) or not isinstance(curve, dict) or not isinstance(curve.get("x"), list):
                continue
            x_name = curve.get("x_name", "step")
            x, rows = curve["x"], curve.get("seeds")
            if not isinstance(rows, list) or not rows or not is_finite_row(x, len(x)):
                continue
            if not is_text(x_name) or min(x) == max(x):
                continue
            if not all(is_finite_row(row, len(x)) for row in rows):
                continue
            if name in found and found[name][1] == x:
                found[name][2].extend(rows)
            else:
                found.setdefault(name, (x_name, x, list(rows)))
    return found


def candidates(data, curves):
    """The curves that every run has: those named as metrics first, then any."""
    shared = [name for name in curves[0] if all(name in other for other in curves)]
    ordered = [name for name in data["metrics"] if name in shared]
    return ordered + [name for name in shared if name not in ordered]


def draw_curves(data):
    """Draws at most two panels; returns their names, and the names of curves that can't be drawn."""
    found = [(run, read_curves(run, data["dataset"])) for run in data["runs"]]
    found = [(run, curves) for run, curves in found if curves]
    if not found:
        return [], []
    panels, left_out, picture = [], [], None
    for name in candidates(data, [curves for _, curves in found])[:most_trials]:
        # Whatever matplotlib makes of numbers that nobody foresaw costs a curve, not the paper.
        try:
            picture = draw_panels(data, found, [*panels, name])
            panels.append(name)
        except Exception as error:
            print(f"The curve {name!r} can't be drawn: {error}")
            left_out.append(name)
        finally:
            plt.close("all")
        if len(panels) == 2:
            break
    if picture is not None:
        pathlib.Path("curves.pdf").write_bytes(picture)
    return panels, left_out


def draw_panels(data, found, panels):
    """A PDF of the named curves side by side, with a line for each run."""
    rows = math.ceil(len(found) / 4)
    figure, both = plt.subplots(1, len(panels), figsize=(width, 2.45 + 0.2 * rows), squeeze=False)
    for axes, name in zip(both[0], panels):
        for place, (run, curves) in enumerate(found):
            x_name, x, seeds = curves[name]
            seeds = np.array(seeds, dtype=float)
            colour = colours[place % len(colours)]
            label = plain(run["label"])
            axes.plot(x, seeds.mean(axis=0), color=colour, linestyle=styles[place % len(styles)], label=label)
            axes.fill_between(x, seeds.min(axis=0), seeds.max(axis=0), color=colour, alpha=0.16, linewidth=0)
        axes.set_xlabel(plain(x_name.replace("_", " ").capitalize()))
        axes.set_ylabel(plain(data["words"].get(name, name.replace("_", " ").capitalize())))
        ends = [value for _, curves in found for value in (min(curves[name][1]), max(curves[name][1]))]
        axes.set_xlim(min(0, *ends), max(ends) if max(ends) > 0 else 0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        everything = np.concatenate([np.ravel(curves[name][2]) for _, curves in found])
        if everything.min() > 0 and everything.max() > 50 * everything.min():
            axes.set_yscale("log")
    handles, labels = both[0][0].get_legend_handles_labels()
    title = plain(data["setting"])
    figure.legend(
        handles, labels, title=title, title_fontsize=9, loc="outside lower center", ncols=min(4, len(labels)),
        frameon=False,
    )
    picture = io.BytesIO()
    figure.savefig(picture, format="pdf", metadata=no_dates)
    return picture.getvalue()


def main():
    data = json.loads(pathlib.Path("data.json").read_text())
    draw_effect(data)
    panels, left_out = draw_curves(data)
    pathlib.Path("drawn.json").write_text(json.dumps({"panels": panels, "leftOut": left_out}))


main()
