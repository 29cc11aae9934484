"""Grokking: a small network learns modular arithmetic, first by heart, then (often much later) by rule.

Each seed draws its own weights and its own split of all pairs (a, b) into training and test. The training
accuracy rises at once; the question is after how many steps the test accuracy follows.

    python experiment.py --out_dir=run_0                  a few seconds on one processor core
    python experiment.py --out_dir=run_0 --scale full     the published size, meant for a GPU
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
operation = "add"  # one of: add, subtract, multiply
modulus = 31  # numbers to calculate with: 0 to modulus - 1
train_fraction = 0.6  # share of all pairs used for training
architecture = "perceptron"  # one of: perceptron, transformer
embedding_width = 64  # numbers in the vector of one operand
hidden_width = 128  # units in each hidden layer
layers = 1  # hidden layers, or transformer blocks
heads = 4  # attention heads of each transformer block
learning_rate = 5e-3  # AdamW learning rate
weight_decay = 1.0  # decoupled weight decay
beta1 = 0.9  # AdamW decay rate of the mean gradient
beta2 = 0.98  # AdamW decay rate of the squared gradient
warmup_steps = 10  # steps over which the learning rate rises from zero
batch_size = 0  # pairs in each training batch, 0 for all of them
initial_scale = 1.0  # factor on the usual size of the initial weights
steps = 3000  # optimiser steps
evaluate_every = 25  # steps between two evaluations
seeds = (0, 1, 2)  # one run for each

# What --scale full changes: the size published by Power et al. (2022).
full_scale = {
    "modulus": 97,
    "train_fraction": 0.5,
    "architecture": "transformer",
    "embedding_width": 128,
    "hidden_width": 512,
    "layers": 2,
    "learning_rate": 1e-3,
    "batch_size": 512,
    "steps": 100000,
    "evaluate_every": 250,
}

# What is measured, the primary metric first.
metrics = {
    "steps_to_99": {"words": "steps until 99% test accuracy", "better": "lower", "unit": "steps"},
    "reached_99": {"words": "share of seeds that reached 99% test accuracy", "better": "higher", "unit": "share"},
    "test_accuracy": {"words": "test accuracy after the last step", "better": "higher", "unit": "share"},
    "train_accuracy": {"words": "training accuracy after the last step", "better": "higher", "unit": "share"},
    "test_loss": {"words": "test cross-entropy after the last step", "better": "lower", "unit": "nats"},
    "delay": {"words": "steps from 99% training to 99% test accuracy", "better": "lower", "unit": "steps"},
}

dataset = "modular_arithmetic"
operations = ("add", "subtract", "multiply")
architectures = ("perceptron", "transformer")
curve_points = 400


def require(condition, sentence):
    """Ends the program with one sentence when a setting makes no sense."""
    if not condition:
        raise SystemExit(f"experiment.py: {sentence}")


def is_whole(value, low, high):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def check_settings():
    require(operation in operations, f"operation must be one of {', '.join(operations)}, not {operation!r}.")
    require(
        architecture in architectures,
        f"architecture must be one of {', '.join(architectures)}, not {architecture!r}.",
    )
    whole_numbers = {
        "modulus": (3, 1000),
        "embedding_width": (1, 4096),
        "hidden_width": (1, 16384),
        "layers": (1, 32),
        "heads": (1, 64),
        "warmup_steps": (0, 10**6),
        "batch_size": (0, 10**6),
        "steps": (1, 10**7),
        "evaluate_every": (1, 10**6),
    }
    for name, (low, high) in whole_numbers.items():
        value = globals()[name]
        require(is_whole(value, low, high), f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    numbers = {
        "learning_rate": (1e-8, 10),
        "weight_decay": (0, 1000),
        "beta1": (0, 0.99999),
        "beta2": (0, 0.99999),
        "initial_scale": (1e-6, 1000),
    }
    for name, (low, high) in numbers.items():
        value = globals()[name]
        require(is_number(value, low, high), f"{name} must be a number from {low} to {high}, not {value!r}.")
    require(
        is_number(train_fraction, 0, 1) and 0 < training_size() < modulus**2,
        f"train_fraction must leave at least one pair for training and one for the test, not {train_fraction!r}.",
    )
    require(
        isinstance(seeds, tuple) and seeds and len(set(seeds)) == len(seeds)
        and all(is_whole(seed, 0, 2**31 - 1) for seed in seeds),
        f"seeds must be different whole numbers that are not negative, in brackets, not {seeds!r}.",
    )
    require(
        architecture != "transformer" or embedding_width % heads == 0,
        f"embedding_width must be a multiple of heads, not {embedding_width} with {heads} heads.",
    )


def training_size():
    return round(train_fraction * modulus**2)


def make_data(seed):
    """All pairs with their results, split at random: (training pairs, results), (test pairs, results)."""
    first, second = (grid.ravel() for grid in np.meshgrid(np.arange(modulus), np.arange(modulus), indexing="ij"))
    result = {"add": first + second, "subtract": first - second, "multiply": first * second}[operation] % modulus
    order = np.random.default_rng(seed).permutation(modulus**2)
    pairs = np.stack([first, second], axis=1)[order].astype(np.int32)
    result = result[order].astype(np.int32)
    size = training_size()
    return (pairs[:size], result[:size]), (pairs[size:], result[size:])


def make_parameters(seed):
    """Normally distributed weights, each layer scaled by the number of its inputs; biases are zero."""
    generator = np.random.default_rng(seed + 1)

    def weights(inputs, outputs):
        return (initial_scale * generator.normal(size=(inputs, outputs)) / math.sqrt(inputs)).astype(np.float32)

    def table(entries, width):
        return weights(entries, width) * np.float32(math.sqrt(entries / width))

    def dense(inputs, outputs):
        return {"weights": weights(inputs, outputs), "bias": np.zeros(outputs, np.float32)}

    width = embedding_width
    if architecture == "perceptron":
        sizes = [width] + [hidden_width] * layers
        return {
            "first": table(modulus, width),
            "second": table(modulus, width),
            "hidden": [dense(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])],
            "output": dense(hidden_width, modulus),
        }
    return {
        # The number after the operands stands for the equals sign, where the result is read.
        "tokens": table(modulus + 1, width),
        "positions": table(3, width),
        "blocks": [
            {
                "attention_norm": np.ones(width, np.float32),
                "queries_keys_values": dense(width, 3 * width),
                "attention_output": dense(width, width),
                "hidden_norm": np.ones(width, np.float32),
                "hidden": dense(width, hidden_width),
                "hidden_output": dense(hidden_width, width),
            }
            for _ in range(layers)
        ],
        "output_norm": np.ones(width, np.float32),
        "output": dense(width, modulus),
    }


def apply(layer, values):
    return values @ layer["weights"] + layer["bias"]


def normalise(scale, values):
    centred = values - values.mean(axis=-1, keepdims=True)
    return scale * centred / jnp.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


def attend(block, values):
    """Causal self-attention over the three positions."""
    count, length, width = values.shape
    mixed = apply(block["queries_keys_values"], values).reshape(count, length, 3, heads, width // heads)
    queries, keys, contents = mixed[:, :, 0], mixed[:, :, 1], mixed[:, :, 2]
    scores = jnp.einsum("nqhd,nkhd->nhqk", queries, keys) / math.sqrt(width // heads)
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    mixture = jnp.einsum("nhqk,nkhd->nqhd", jax.nn.softmax(scores), contents)
    return apply(block["attention_output"], mixture.reshape(count, length, width))


def predict(parameters, pairs):
    """The logits of the result for each pair."""
    if architecture == "perceptron":
        values = parameters["first"][pairs[:, 0]] + parameters["second"][pairs[:, 1]]
        for layer in parameters["hidden"]:
            values = jax.nn.relu(apply(layer, values))
        return apply(parameters["output"], values)
    equals = jnp.full((len(pairs), 1), modulus, jnp.int32)
    values = parameters["tokens"][jnp.concatenate([pairs, equals], axis=1)] + parameters["positions"]
    for block in parameters["blocks"]:
        values = values + attend(block, normalise(block["attention_norm"], values))
        hidden = jax.nn.relu(apply(block["hidden"], normalise(block["hidden_norm"], values)))
        values = values + apply(block["hidden_output"], hidden)
    return apply(parameters["output"], normalise(parameters["output_norm"], values[:, -1]))


def loss_of(parameters, pairs, results):
    return optax.softmax_cross_entropy_with_integer_labels(predict(parameters, pairs), results).mean()


def make_optimiser():
    rate = optax.linear_schedule(0.0, learning_rate, warmup_steps) if warmup_steps else learning_rate
    return optax.adamw(rate, b1=beta1, b2=beta2, weight_decay=weight_decay)


def start(parameters, seed):
    """What training carries from step to step: parameters, the optimiser's memory, the key for the batches."""
    return parameters, make_optimiser().init(parameters), jax.random.key(seed)


@jax.jit
def advance(state, count, training):
    """Takes `count` optimiser steps."""
    optimiser = make_optimiser()
    pairs, results = training

    def step(_, state):
        parameters, memory, key = state
        batch = training
        if 0 < batch_size < len(results):
            key, draw = jax.random.split(key)
            chosen = jax.random.randint(draw, (batch_size,), 0, len(results))
            batch = pairs[chosen], results[chosen]
        gradient = jax.grad(loss_of)(parameters, *batch)
        update, memory = optimiser.update(gradient, memory, parameters)
        return optax.apply_updates(parameters, update), memory, key

    return jax.lax.fori_loop(0, count, step, state)


@jax.jit
def evaluate(parameters, training, test):
    def measure(pairs, results):
        logits = predict(parameters, pairs)
        loss = optax.softmax_cross_entropy_with_integer_labels(logits, results).mean()
        return (logits.argmax(axis=1) == results).mean(), loss

    train_accuracy, train_loss = measure(*training)
    test_accuracy, test_loss = measure(*test)
    return {
        "train_accuracy": train_accuracy,
        "test_accuracy": test_accuracy,
        "train_loss": train_loss,
        "test_loss": test_loss,
        "weight_norm": optax.global_norm(parameters),
    }


def first_step(curve, name):
    """The first evaluated step with at least 99%, or None."""
    return next((step for step, value in zip(curve["step"], curve[name]) if value >= 0.99), None)


def run_seed(seed):
    """Trains once; returns the metrics and the curves."""
    training, test = make_data(seed)
    parameters = make_parameters(seed)
    state = jax.jit(start)(parameters, seed)
    curve = {"step": []}
    done = 0
    while True:
        values = {name: float(value) for name, value in evaluate(state[0], training, test).items()}
        require(
            all(map(math.isfinite, values.values())),
            f"training with seed {seed} diverged by step {done}; lower learning_rate or initial_scale.",
        )
        curve["step"].append(done)
        for name, value in values.items():
            curve.setdefault(name, []).append(value)
        if done == steps or (len(curve["step"]) - 1) % max(1, steps // evaluate_every // 10) == 0:
            print(
                f"seed {seed}  step {done}  train_accuracy {values['train_accuracy']:.3f}"
                f"  test_accuracy {values['test_accuracy']:.3f}",
                flush=True,
            )
        if done == steps:
            break
        count = min(evaluate_every, steps - done)
        state = advance(state, count, training)
        done += count
    return summarise(curve), curve


def summarise(curve):
    """A seed that never reaches 99% counts with the whole budget; `reached_99` says so."""
    learned, fitted = first_step(curve, "test_accuracy"), first_step(curve, "train_accuracy")
    steps_to_99 = steps if learned is None else learned
    return {
        "steps_to_99": steps_to_99,
        "reached_99": 0 if learned is None else 1,
        "test_accuracy": curve["test_accuracy"][-1],
        "train_accuracy": curve["train_accuracy"][-1],
        "test_loss": curve["test_loss"][-1],
        "delay": max(0, steps_to_99 - (steps if fitted is None else fitted)),
    }


def rounded(value):
    return value if isinstance(value, int) else float(f"{value:.6g}")


def collect_results(summaries):
    lists = {name: [rounded(summary[name]) for summary in summaries] for name in metrics}
    spread = {
        name: float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
        for name, values in lists.items()
    }
    return {
        dataset: {
            "means": {f"{name}_mean": rounded(float(np.mean(values))) for name, values in lists.items()},
            "stderrs": {f"{name}_stderr": rounded(value) for name, value in spread.items()},
            "final_info_dict": lists,
        }
    }


def collect_curves(curves):
    """Each curve against the step, one list for each seed, thinned to a bounded number of points."""
    stride = math.ceil(len(curves[0]["step"]) / curve_points)
    names = [name for name in curves[0] if name != "step"]
    return {
        dataset: {
            name: {
                "x_name": "step",
                "x": curves[0]["step"][::stride],
                "seeds": [[float(f"{value:.5g}") for value in curve[name][::stride]] for curve in curves],
            }
            for name in names
        }
    }


def write_json(path, content):
    """Writes the whole file or nothing."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
    unfinished.replace(path)


def main():
    parser = argparse.ArgumentParser(description="Grokking in modular arithmetic", allow_abbrev=False)
    parser.add_argument("--out_dir", default="run_0", help="folder for the results")
    parser.add_argument("--scale", choices=("small", "full"), default="small", help="size of the experiment")
    arguments = parser.parse_args()
    if arguments.scale == "full":
        globals().update(full_scale)
    check_settings()
    folder = pathlib.Path(arguments.out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    runs = [run_seed(seed) for seed in seeds]
    write_json(folder / "curves.json", collect_curves([curve for _, curve in runs]))
    write_json(folder / "final_info.json", collect_results([summary for summary, _ in runs]))


if __name__ == "__main__":
    main()
