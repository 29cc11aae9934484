import ExperimentTemplates

/// A fast template in plain Python, with settings that matter and settings that do not.
enum FakeTemplate {
  static func make(_ source: String = experiment, name: String = "fake") -> TemplateContents {
    TemplateContents(
      name: name,
      files: [
        "experiment.py": [UInt8](source.utf8), "plot.py": [UInt8](plot.utf8),
        "prompt.json": [UInt8](#"{"system": "s", "task_description": "t"}"#.utf8),
        "requirements.txt": [UInt8]("numpy==2.4.6\n".utf8),
      ])
  }

  static let plot = """
    import pathlib
    pathlib.Path("own.png").write_bytes(b"picture")
    """

  static let experiment = """
    import argparse, json, os, sys
    slope = 2.0  # how steeply the loss rises
    idle = 5  # has no influence at all
    mode = "plain"  # one of: plain, broken
    momentum = 0.9  # share of the last step that is kept
    steps = 100  # optimiser steps
    seeds = (0, 1, 2)  # one run for each
    metrics = {
        "loss": {"words": "loss at the end", "better": "lower", "unit": "nats"},
        "speed": {"words": "speed of descent", "better": "higher", "unit": ""},
    }
    parser = argparse.ArgumentParser()
    parser.add_argument("--out_dir", default="run_0")
    out = parser.parse_args().out_dir
    os.makedirs(out, exist_ok=True)
    if mode == "broken":
        sys.exit("experiment.py: the mode broken breaks with 100 % certainty & leaves _nothing_ {behind}.")
    losses = [slope * 10 + seed + momentum for seed in seeds]
    speeds = [seed * 0.5 for seed in seeds]
    mean = lambda values: sum(values) / len(values)
    info = {"fake": {"means": {"loss_mean": mean(losses), "speed_mean": mean(speeds)},
        "stderrs": {"loss_stderr": 0.1, "speed_stderr": 0.1},
        "final_info_dict": {"loss": losses, "speed": speeds}}}
    json.dump(info, open(os.path.join(out, "final_info.json"), "w"))
    curve = {"x_name": "step", "x": [0, 50, 100], "seeds": [[30, 20, value] for value in losses]}
    json.dump({"fake": {"loss": curve}}, open(os.path.join(out, "curves.json"), "w"))
    """

  /// A template in v1's style: one value, no seeds, settings as arguments.
  static let foreign = """
    import argparse, json, os
    parser = argparse.ArgumentParser()
    parser.add_argument("--out_dir", type=str, default="run_0")
    parser.add_argument("--learning_rate", type=float, default=3e-4, help="step size")
    parser.add_argument("--seed", type=int, default=1337)
    arguments = parser.parse_args()
    os.makedirs(arguments.out_dir, exist_ok=True)
    loss = 1 / (1 + arguments.learning_rate * 1000) + arguments.seed % 7 * 0.001
    info = {"data": {"means": {"train_loss": loss * 0.9, "val_loss": loss}}}
    json.dump(info, open(os.path.join(arguments.out_dir, "final_info.json"), "w"))
    """
}
