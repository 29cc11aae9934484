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
    "text.parse_math": False,
    "lines.linewidth": 1.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
})


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_runs(folder):
    """(caption, results, curves, folder) of every run that has results, in the order of their numbers."""

    def order(path):
        return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]

    runs = []
    for path in sorted(folder.glob("run_*"), key=order):
        if not path.is_dir():
            continue
        try:
            runs.append((labels.get(path.name, path.name), *read_results(path), path))
        except (OSError, ValueError, LookupError, TypeError):
            print(f"plot.py: {path.name} has no readable results and is left out.", file=sys.stderr)
    return runs


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
    colour = colours[index % len(colours)]
    axes.plot(curve["x"], mean, color=colour, linestyle=styles[index % len(styles)], label=caption)
    axes.fill_between(curve["x"], mean - error, mean + error, color=colour, alpha=0.2, linewidth=0)


def legend_columns(captions):
    return min(len(captions), max(1, min(3, 72 // (max(map(len, captions)) + 8))))


def legend_height(captions):
    """The inches that a legend below the axes needs."""
    return 0.17 * -(-len(captions) // legend_columns(captions)) + 0.1


def draw_legend(figure, axes):
    lines, captions = axes.get_legend_handles_labels()
    figure.legend(lines, captions, loc="outside lower center", ncols=legend_columns(captions), frameon=False)


def draw_rows(axes, results, metric, hollow=None):
    """One row for each run: every seed, the mean, and its standard error."""
    for index, result in enumerate(results):
        values = np.array(result["final_info_dict"][metric], dtype=float)
        heights = index + (np.linspace(-0.15, 0.15, len(values)) if len(values) > 1 else np.zeros(1))
        colour = colours[index % len(colours)]
        fill = np.where(np.array(result["final_info_dict"][hollow]) > 0, colour, "none") if hollow else colour
        marker = markers[index % len(markers)]
        axes.scatter(values, heights, s=20, marker=marker, facecolors=fill, edgecolors=colour)
        error = result["stderrs"][f"{metric}_stderr"]
        axes.errorbar(values.mean(), index, xerr=error, fmt="|", markersize=14, color=colour, capsize=3)
    axes.set_ylim(len(results) - 0.5, -0.5)


def read_results(path):
    results = read_json(path / "final_info.json")["modular_arithmetic"]
    return results, read_json(path / "curves.json")["modular_arithmetic"]


def plot_accuracy(runs):
    captions = [caption for caption, *_ in runs]
    figure, both = plt.subplots(1, 2, figsize=(width, 2.3 + legend_height(captions)), sharey=True)
    for axes, metric, title in zip(both, ("train_accuracy", "test_accuracy"), ("Training pairs", "Test pairs")):
        for index, (caption, _, curves, _) in enumerate(runs):
            draw_curve(axes, curves[metric], caption, index)
        axes.set_xscale("symlog", linthresh=100)
        axes.set(xlabel="Optimiser step", title=title, ylim=(-0.03, 1.05))
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    both[0].set_ylabel("Accuracy")
    draw_legend(figure, both[0])
    save(figure, "accuracy")


def plot_weight_norm(runs):
    captions = [caption for caption, *_ in runs]
    figure, axes = plt.subplots(figsize=(width, 2.2 + legend_height(captions)))
    for index, (caption, _, curves, _) in enumerate(runs):
        draw_curve(axes, curves["weight_norm"], caption, index)
    axes.set(xlabel="Optimiser step", ylabel="Norm of all weights")
    axes.set_ylim(bottom=0)
    draw_legend(figure, axes)
    save(figure, "weight_norm")


def plot_steps(runs):
    figure, axes = plt.subplots(figsize=(width, 0.9 + 0.28 * len(runs)))
    draw_rows(axes, [results for _, results, _, _ in runs], "steps_to_99", hollow="reached_99")
    axes.set_yticks(range(len(runs)), [caption for caption, *_ in runs])
    axes.set_xlim(left=0)
    axes.set_xlabel("Steps until 99% test accuracy (hollow: not within the budget)")
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
