"""A small experiment without any library: minimises a quadratic by gradient steps with noise."""

import argparse
import json
import os
import random

rate = 0.1  # step size
momentum = 0.5  # share of the last step that is kept
noise = 0.05  # size of the noise on the gradient
curvature = 1.0  # curvature of the bowl
start = 4.0  # distance from the minimum at the start
steps = 60  # gradient steps
decay = 0.01  # factor by which the step size falls
seeds = (0, 1, 2)  # one run for each

metrics = {"final_loss": {"words": "loss after the last step", "better": "lower", "unit": ""}}


def run(seed):
    source = random.Random(seed)
    place, speed, losses = start, 0.0, []
    for step in range(steps):
        slope = curvature * place + noise * source.gauss(0, 1)
        speed = momentum * speed - rate / (1 + decay * step) * slope
        place += speed
        losses.append(0.5 * curvature * place * place)
    return losses


parser = argparse.ArgumentParser()
parser.add_argument("--out_dir", required=True)
parser.add_argument("--scale", choices=["small", "full"], default="small")
out = parser.parse_args().out_dir
os.makedirs(out, exist_ok=True)
curves = [run(seed) for seed in seeds]
final = [curve[-1] for curve in curves]
mean = sum(final) / len(final)
error = (sum((x - mean) ** 2 for x in final) / (len(final) - 1) / len(final)) ** 0.5
info = {
    "bowl": {
        "means": {"final_loss_mean": mean},
        "stderrs": {"final_loss_stderr": error},
        "final_info_dict": {"final_loss": final},
    }
}
with open(os.path.join(out, "final_info.json"), "w") as file:
    json.dump(info, file)
with open(os.path.join(out, "curves.json"), "w") as file:
    json.dump({"bowl": {"loss": {"x_name": "step", "x": list(range(steps)), "seeds": curves}}}, file)
