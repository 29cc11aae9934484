"""Denoising diffusion of points in the plane.

A small network learns to remove noise from points; started from pure noise, it draws new points. Four clouds drawn by
formula are learned one after the other: two moons, two rings, two arms of a spiral, a grid of Gaussians. The score is
the energy distance between drawn points and held-out points, beside that of as many fresh true points, which is the
best that can be expected.

    python experiment.py --out_dir=run_0                  a few seconds on one processor core
    python experiment.py --out_dir=run_0 --scale full     a larger network and ten times the steps
"""

import argparse
import json
import math
import os
import pathlib

# One thread and deterministic kernels: the same code then writes the same bytes each time on one machine.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false --xla_gpu_deterministic_ops=true")
os.environ.setdefault("NPROC", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax
import jax.numpy as jnp
import numpy as np
import optax

# Settings: one each line, with its meaning in words.
datasets = ("moons", "rings", "spirals", "grid")  # clouds to learn, some of: moons, rings, spirals, grid
train_points = 2000  # points in the training cloud
test_points = 1000  # held-out points, and points drawn to be compared with them
data_noise = 0.05  # standard deviation of the noise around each shape, in units of the cloud's radius
diffusion_steps = 40  # steps from a point to pure noise
noise_schedule = "cosine"  # one of: cosine, linear
target = "noise"  # one of: noise, point (what the network predicts)
sampler = "ancestral"  # one of: ancestral, deterministic
position_frequencies = 5  # sine waves that describe each coordinate, 0 for the coordinate alone
time_frequencies = 4  # sine waves that describe the diffusion step
hidden_width = 64  # units in each hidden layer
layers = 3  # hidden layers
learning_rate = 5e-3  # AdamW learning rate at its peak
weight_decay = 1e-4  # decoupled weight decay
learning_rate_schedule = "cosine"  # one of: cosine, constant
averaging = 0.99  # decay rate of the running average of the weights that draws the points, 0 for the last weights
batch_size = 256  # points in each training batch
steps = 1000  # optimiser steps
evaluate_every = 100  # steps between two evaluations of the loss
seeds = (0, 1, 2)  # one run for each

# What --scale full changes: the size of common two-dimensional demonstrations.
full_scale = {
    "train_points": 100000,
    "test_points": 4000,
    "diffusion_steps": 100,
    "position_frequencies": 8,
    "time_frequencies": 8,
    "hidden_width": 256,
    "learning_rate": 1e-3,
    "averaging": 0.999,
    "steps": 10000,
    "evaluate_every": 250,
}

# What is measured, the primary metric first.
metrics = {
    "energy_distance": {
        "words": "energy distance from drawn to held-out points", "better": "lower", "unit": "radii",
    },
    "energy_excess": {
        "words": "energy distance above that of fresh true points", "better": "lower", "unit": "radii",
    },
    "mmd": {
        "words": "maximum mean discrepancy from drawn to held-out points", "better": "lower", "unit": "no unit",
    },
    "test_loss": {
        "words": "mean squared error on held-out points", "better": "lower", "unit": "no unit",
    },
}

known_datasets = ("moons", "rings", "spirals", "grid")
choices = {
    "noise_schedule": ("cosine", "linear"),
    "target": ("noise", "point"),
    "sampler": ("ancestral", "deterministic"),
    "learning_rate_schedule": ("cosine", "constant"),
}
curve_points = 400
shown_points = 400


def require(condition, sentence):
    """Ends the program with one sentence when a setting makes no sense."""
    if not condition:
        raise SystemExit(f"experiment.py: {sentence}")


def is_whole(value, low, high):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def check_settings():
    require(
        isinstance(datasets, tuple) and datasets and len(set(datasets)) == len(datasets)
        and all(name in known_datasets for name in datasets),
        f"datasets must be different ones of {', '.join(known_datasets)}, in brackets, not {datasets!r}.",
    )
    for name, allowed in choices.items():
        value = globals()[name]
        require(value in allowed, f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    whole_numbers = {
        "train_points": (2, 10**7),
        "test_points": (2, 10000),
        "diffusion_steps": (2, 10000),
        "position_frequencies": (0, 64),
        "time_frequencies": (1, 64),
        "hidden_width": (1, 16384),
        "layers": (1, 32),
        "batch_size": (1, 10**6),
        "steps": (1, 10**7),
        "evaluate_every": (1, 10**6),
    }
    for name, (low, high) in whole_numbers.items():
        value = globals()[name]
        require(is_whole(value, low, high), f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    numbers = {
        "data_noise": (0, 10),
        "learning_rate": (1e-8, 10),
        "weight_decay": (0, 1000),
        "averaging": (0, 0.999999),
    }
    for name, (low, high) in numbers.items():
        value = globals()[name]
        require(is_number(value, low, high), f"{name} must be a number from {low} to {high}, not {value!r}.")
    require(
        isinstance(seeds, tuple) and seeds and len(set(seeds)) == len(seeds)
        and all(is_whole(seed, 0, 2**31 - 1) for seed in seeds),
        f"seeds must be different whole numbers that are not negative, in brackets, not {seeds!r}.",
    )


def draw_points(name, generator, count):
    """Points of one cloud, scaled to lie about within the unit circle."""
    along, which = generator.random(count), generator.integers(0, 2, count)
    if name == "moons":
        angle = math.pi * along
        first = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
        points = np.where(which[:, None] == 0, first, -first) / 1.5
    elif name == "rings":
        angle = 2 * math.pi * along
        points = np.where(which == 0, 0.45, 1.0)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    elif name == "spirals":
        angle = 2 * math.pi * np.sqrt(along)
        radius = angle / (2 * math.pi) * np.where(which == 0, 1, -1)
        points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        points = (generator.integers(0, 4, (count, 2)) - 1.5) / 2.0
    return (points + data_noise * generator.normal(size=(count, 2))).astype(np.float32)


def kept_shares():
    """The share of the variance that is still the point's after each diffusion step."""
    if noise_schedule == "cosine":
        times = np.arange(diffusion_steps + 1) / diffusion_steps
        shares = np.cos((times + 0.008) / 1.008 * math.pi / 2) ** 2
        lost = np.minimum(1 - shares[1:] / shares[:-1], 0.999)
    else:
        # The usual bounds are meant for 1,000 steps; fewer steps lose more in each.
        lost = np.minimum(np.linspace(1e-4, 0.02, diffusion_steps) * 1000 / diffusion_steps, 0.999)
    return np.cumprod(1 - lost).astype(np.float32)


def make_parameters(seed):
    """Normally distributed weights, each layer scaled by the number of its inputs; biases are zero."""
    generator = np.random.default_rng(seed + 1)
    sizes = [2 + 4 * position_frequencies + 2 * time_frequencies] + [hidden_width] * layers + [2]
    return [
        {
            "weights": (generator.normal(size=(inputs, outputs)) * math.sqrt(1.5 / inputs)).astype(np.float32),
            "bias": np.zeros(outputs, np.float32),
        }
        for inputs, outputs in zip(sizes, sizes[1:])
    ]


def waves(values, count):
    """Sines and cosines of each value, in octaves."""
    angles = values[..., None] * (math.pi / 2 * 2.0 ** jnp.arange(count))
    flat = angles.reshape(len(values), -1)
    return jnp.concatenate([jnp.sin(flat), jnp.cos(flat)], axis=1)


def predict(parameters, points, times):
    """What was mixed into the points, or what they were before, whichever `target` says."""
    parts = [points, waves(times / diffusion_steps, time_frequencies)]
    if position_frequencies:
        parts.append(waves(points / 4, position_frequencies))
    values = jnp.concatenate(parts, axis=1)
    for layer in parameters[:-1]:
        values = jax.nn.silu(values @ layer["weights"] + layer["bias"])
    return values @ parameters[-1]["weights"] + parameters[-1]["bias"]


def loss_of(parameters, points, key, shares):
    """Mean squared error at random diffusion steps."""
    time_key, noise_key = jax.random.split(key)
    times = jax.random.randint(time_key, (len(points),), 0, diffusion_steps)
    noise = jax.random.normal(noise_key, points.shape)
    kept = shares[times][:, None]
    guess = predict(parameters, jnp.sqrt(kept) * points + jnp.sqrt(1 - kept) * noise, times)
    return ((guess - (noise if target == "noise" else points)) ** 2).mean()


def make_optimiser():
    constant = learning_rate_schedule == "constant"
    rate = learning_rate if constant else optax.cosine_decay_schedule(learning_rate, steps, 0.01)
    return optax.adamw(rate, weight_decay=weight_decay)


def start(parameters, seed):
    """What training carries on: parameters, their running average, the optimiser's memory, the random key."""
    return parameters, parameters, make_optimiser().init(parameters), jax.random.key(seed)


@jax.jit
def advance(state, count, done, train, shares):
    """Takes `count` optimiser steps; returns the new state and the mean training loss."""
    optimiser = make_optimiser()

    def step(number, carried):
        (parameters, average, memory, key), total = carried
        key, draw, noise_key = jax.random.split(key, 3)
        batch = train[jax.random.randint(draw, (batch_size,), 0, len(train))]
        loss, gradient = jax.value_and_grad(loss_of)(parameters, batch, noise_key, shares)
        update, memory = optimiser.update(gradient, memory, parameters)
        parameters = optax.apply_updates(parameters, update)
        # At first the average forgets faster, so that the initial weights do not linger.
        decay = jnp.minimum(averaging, (done + number + 1) / (done + number + 10))
        average = jax.tree.map(lambda old, new: decay * old + (1 - decay) * new, average, parameters)
        return (parameters, average, memory, key), total + loss

    state, total = jax.lax.fori_loop(0, count, step, (state, 0.0))
    return state, total / count


@jax.jit
def evaluate(parameters, test, shares):
    """The loss on held-out points, with the same noise each time: the mean over eight draws."""
    return jnp.stack([loss_of(parameters, test, jax.random.key(draw), shares) for draw in range(8)]).mean()


@jax.jit
def draw_samples(parameters, seed, shares):
    """Starts from noise and removes it step by step."""
    key, first = jax.random.split(jax.random.key(seed))

    def step(number, carried):
        points, key = carried
        key, draw = jax.random.split(key)
        time = diffusion_steps - 1 - number
        kept, before = shares[time], jnp.where(time > 0, shares[time - 1], 1.0)
        guess = predict(parameters, points, jnp.full(len(points), time))
        if target == "noise":
            clean = (points - jnp.sqrt(1 - kept) * guess) / jnp.sqrt(kept)
        else:
            clean = guess
        clean = jnp.clip(clean, -4, 4)
        noise = (points - jnp.sqrt(kept) * clean) / jnp.sqrt(1 - kept)
        fresh = jnp.sqrt((1 - before) / (1 - kept) * (1 - kept / before)) if sampler == "ancestral" else 0.0
        points = jnp.sqrt(before) * clean + jnp.sqrt(jnp.maximum(1 - before - fresh**2, 0)) * noise
        return points + fresh * jax.random.normal(draw, points.shape), key

    return jax.lax.fori_loop(0, diffusion_steps, step, (jax.random.normal(first, (test_points, 2)), key))[0]


@jax.jit
def compare(drawn, held_out):
    """Energy distance, and maximum mean discrepancy with Gaussian kernels of radius 0.1, 0.3 and 1."""
    def squares(first, second):
        return ((first[:, None] - second[None]) ** 2).sum(axis=-1)

    def kernel(values):
        return sum(jnp.exp(-values / (2 * radius**2)).mean() for radius in (0.1, 0.3, 1.0)) / 3

    across, within, beyond = squares(drawn, held_out), squares(drawn, drawn), squares(held_out, held_out)
    energy = 2 * jnp.sqrt(across).mean() - jnp.sqrt(within).mean() - jnp.sqrt(beyond).mean()
    discrepancy = kernel(within) + kernel(beyond) - 2 * kernel(across)
    return energy, jnp.sqrt(jnp.maximum(discrepancy, 0))


def run_seed(name, seed):
    """Trains once on one cloud; returns the metrics, the curves and the drawn points."""
    generator = np.random.default_rng([seed, known_datasets.index(name)])
    train, test = draw_points(name, generator, train_points), draw_points(name, generator, test_points)
    fresh = draw_points(name, generator, test_points)
    # The network works on points of variance one; the score is taken in the cloud's own units.
    spread = float(train.std())
    shares, train, scaled_test = jnp.asarray(kept_shares()), jnp.asarray(train / spread), test / spread
    state = jax.jit(start)(make_parameters(seed), seed)
    curve = {"step": [], "train_loss": [], "test_loss": []}
    done = 0
    while done < steps:
        count = min(evaluate_every, steps - done)
        state, train_loss = advance(state, count, done, train, shares)
        done += count
        curve["step"].append(done)
        curve["train_loss"].append(float(train_loss))
        curve["test_loss"].append(float(evaluate(state[1], scaled_test, shares)))
        require(
            math.isfinite(curve["train_loss"][-1]) and math.isfinite(curve["test_loss"][-1]),
            f"training on {name} with seed {seed} diverged by step {done}; lower learning_rate.",
        )
    drawn = draw_samples(state[1], seed, shares) * spread
    energy, discrepancy = (float(value) for value in compare(drawn, test))
    require(
        math.isfinite(energy) and math.isfinite(discrepancy),
        f"the points drawn for {name} with seed {seed} are not finite; lower learning_rate.",
    )
    print(f"{name}  seed {seed}  step {done}  energy_distance {energy:.5f}", flush=True)
    summary = {
        "energy_distance": energy,
        "energy_excess": energy - float(compare(fresh, test)[0]),
        "mmd": discrepancy,
        "test_loss": curve["test_loss"][-1],
    }
    return summary, curve, {"drawn": np.asarray(drawn), "held_out": test}


def rounded(value, digits=6):
    return value if isinstance(value, int) else float(f"{value:.{digits}g}")


def collect_results(summaries):
    lists = {name: [rounded(summary[name]) for summary in summaries] for name in metrics}
    spread = {
        name: float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
        for name, values in lists.items()
    }
    return {
        "means": {f"{name}_mean": rounded(float(np.mean(values))) for name, values in lists.items()},
        "stderrs": {f"{name}_stderr": rounded(value) for name, value in spread.items()},
        "final_info_dict": lists,
    }


def collect_curves(curves):
    """Each curve against the step, one list for each seed, thinned to a bounded number of points."""
    stride = math.ceil(len(curves[0]["step"]) / curve_points)
    return {
        name: {
            "x_name": "step",
            "x": curves[0]["step"][::stride],
            "seeds": [[rounded(value, 5) for value in curve[name][::stride]] for curve in curves],
        }
        for name in curves[0]
        if name != "step"
    }


def collect_points(points):
    """The first few points of the first seed, for a picture."""
    return {name: np.round(values[:shown_points].astype(float), 3).tolist() for name, values in points.items()}


def write_json(path, content, indent=1):
    """Writes the whole file or nothing."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=indent, allow_nan=False) + "\n")
    unfinished.replace(path)


def main():
    parser = argparse.ArgumentParser(description="Denoising diffusion of points in the plane", allow_abbrev=False)
    parser.add_argument("--out_dir", default="run_0", help="folder for the results")
    parser.add_argument("--scale", choices=("small", "full"), default="small", help="size of the experiment")
    arguments = parser.parse_args()
    if arguments.scale == "full":
        globals().update(full_scale)
    check_settings()
    folder = pathlib.Path(arguments.out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    results, curves, points = {}, {}, {}
    for name in datasets:
        runs = [run_seed(name, seed) for seed in seeds]
        results[name] = collect_results([run[0] for run in runs])
        curves[name] = collect_curves([run[1] for run in runs])
        points[name] = collect_points(runs[0][2])
    write_json(folder / "points.json", points, indent=None)
    write_json(folder / "curves.json", curves)
    write_json(folder / "final_info.json", results)


if __name__ == "__main__":
    main()
