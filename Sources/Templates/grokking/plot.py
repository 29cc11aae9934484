"""Draws the figures of all runs beside this file: python plot.py

Every folder run_* with results is drawn. `labels` gives a run its caption; a run without one keeps its folder's name.
Each figure is written as PDF (vector, fonts embedded) and as PNG, without dates: equal results, equal files.
"""

import json
import pathlib
import re
import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

labels = {
    "run_0": "Baseline",
}

dataset = "modular_arithmetic"
width = 5.5  # inches, the width of a text column
# The colours of Okabe and Ito can be told apart with any colour vision; the line styles also work in grey.
colours = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
styles = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
markers = ("o", "s", "^", "D", "v", "P", "X")

plt.rcParams.update({
    "font.size": 9,
    "axes.titlesize": 9,
    "legend.fontsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "pdf.fonttype": 42,
    "lines.linewidth": 1.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
})


def read_runs(folder):
    """(caption, final_info, curves) of every run that has results, in the order of their numbers."""
    def order(path):
        return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]

    runs = []
    for path in sorted(folder.glob("run_*"), key=order):
        try:
            final_info = json.loads((path / "final_info.json").read_text())[dataset]
            curves = json.loads((path / "curves.json").read_text())[dataset]
        except (OSError, ValueError, KeyError):
            print(f"plot.py: {path.name} has no readable results and is left out.", file=sys.stderr)
            continue
        runs.append((labels.get(path.name, path.name), final_info, curves))
    return runs


def look(index):
    return {"color": colours[index % len(colours)], "linestyle": styles[index % len(styles)]}


def save(figure, name):
    folder = pathlib.Path(__file__).parent
    figure.savefig(folder / f"{name}.pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    figure.savefig(folder / f"{name}.png", dpi=200, metadata={"Software": None})
    plt.close(figure)


def draw_curve(axes, curve, caption, index):
    """The mean over the seeds, in a band of one standard error."""
    values = np.array(curve["seeds"], dtype=float)
    mean = values.mean(axis=0)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.zeros_like(mean)
    axes.plot(curve["x"], mean, label=caption, **look(index))
    axes.fill_between(curve["x"], mean - error, mean + error, color=colours[index % len(colours)], alpha=0.2, lw=0)


def draw_legend(figure, axes, count):
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=min(count, 3), frameon=False)


def plot_accuracy(runs):
    figure, both = plt.subplots(1, 2, figsize=(width, 2.5 + 0.16 * ((len(runs) + 2) // 3)), sharey=True)
    for axes, metric, title in zip(both, ("train_accuracy", "test_accuracy"), ("Training", "Test")):
        for index, (caption, _, curves) in enumerate(runs):
            draw_curve(axes, curves[metric], caption, index)
        axes.set(xlabel="Optimiser step", title=f"{title} pairs", ylim=(-0.03, 1.05))
        axes.set_xscale("symlog", linthresh=100)
    both[0].set_ylabel("Accuracy")
    draw_legend(figure, both[0], len(runs))
    save(figure, "accuracy")


def plot_weight_norm(runs):
    figure, axes = plt.subplots(figsize=(width, 2.3 + 0.16 * ((len(runs) + 2) // 3)))
    for index, (caption, _, curves) in enumerate(runs):
        draw_curve(axes, curves["weight_norm"], caption, index)
    axes.set(xlabel="Optimiser step", ylabel="Norm of all weights")
    draw_legend(figure, axes, len(runs))
    save(figure, "weight_norm")


def plot_steps(runs):
    """One row for each run: every seed, the mean, its standard error. Hollow: the budget ended first."""
    figure, axes = plt.subplots(figsize=(width, 1.0 + 0.28 * len(runs)))
    for index, (_, final_info, _) in enumerate(runs):
        steps = np.array(final_info["final_info_dict"]["steps_to_99"], dtype=float)
        reached = np.array(final_info["final_info_dict"]["reached_99"]) > 0
        heights = index + np.linspace(-0.15, 0.15, len(steps))
        colour = colours[index % len(colours)]
        marker = markers[index % len(markers)]
        axes.scatter(steps, heights, s=22, marker=marker, facecolors=np.where(reached, colour, "none"), edgecolors=colour)
        error = final_info["stderrs"]["steps_to_99_stderr"]
        axes.errorbar(steps.mean(), index, xerr=error, fmt="|", ms=14, color=colour, capsize=3)
    axes.set_yticks(range(len(runs)), [caption for caption, _, _ in runs])
    axes.invert_yaxis()
    axes.margins(y=0.15)
    axes.set_xlim(left=0)
    axes.set_xlabel("Steps until 99 % test accuracy (hollow: not reached within the budget)")
    save(figure, "steps_to_99")


def main():
    runs = read_runs(pathlib.Path(__file__).parent)
    if not runs:
        raise SystemExit("plot.py: there is no folder run_* with results beside this file; run experiment.py first.")
    plot_accuracy(runs)
    plot_steps(runs)
    plot_weight_norm(runs)


if __name__ == "__main__":
    main()
