"""A small character-level language model on text whose entropy is known exactly.

The text comes from a random Markov source: each character depends on the few before it, by probabilities drawn once.
The source itself is therefore the best possible model, and how far a trained model stays behind it, the excess in
bits per character, can be measured without guessing what is learnable. `corpus_path` puts a text of your own in the
source's place; then no optimum is known and no excess is reported.

    python experiment.py --out_dir=run_0                  a few seconds on one processor core
    python experiment.py --out_dir=run_0 --scale full     a model of ten million parameters, meant for a GPU
"""

import argparse
import bisect
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
corpus_path = ""  # a text file in UTF-8 to learn from, empty for the Markov source
alphabet_size = 12  # different characters of the source
source_order = 2  # characters before it that the next character depends on
concentration = 0.3  # Dirichlet concentration of the source's probabilities, small for predictable text
source_seed = 7  # seed that draws the source's probabilities
train_characters = 200000  # characters of training text
test_characters = 10000  # characters of test text
context = 16  # characters the model sees at most
width = 48  # numbers in the vector of one position
hidden_width = 192  # units in the hidden layer of each block
layers = 1  # transformer blocks
heads = 2  # attention heads of each block
positions = "learned"  # one of: learned, none
learning_rate = 5e-3  # AdamW learning rate at its peak
weight_decay = 0.01  # decoupled weight decay
beta1 = 0.9  # AdamW decay rate of the mean gradient
beta2 = 0.98  # AdamW decay rate of the squared gradient
schedule = "cosine"  # one of: cosine, constant
warmup_steps = 30  # steps over which the learning rate rises from zero
batch_size = 32  # pieces of text in each training batch
steps = 600  # optimiser steps
evaluate_every = 60  # steps between two evaluations
seeds = (0, 1, 2)  # one run for each

# What --scale full changes: the size commonly used for a first character-level transformer.
full_scale = {
    "alphabet_size": 27,
    "source_order": 3,
    "train_characters": 1000000,
    "test_characters": 50000,
    "context": 256,
    "width": 384,
    "hidden_width": 1536,
    "layers": 6,
    "heads": 6,
    "learning_rate": 1e-3,
    "weight_decay": 0.1,
    "warmup_steps": 100,
    "batch_size": 64,
    "steps": 5000,
    "evaluate_every": 250,
}

# What is measured, the primary metric first. The excess exists only where the source is known.
metrics = {
    "excess_bits": {"words": "test bits per character above those of the source", "better": "lower", "unit": "bits"},
    "bits_per_character": {"words": "test bits per character", "better": "lower", "unit": "bits"},
    "train_bits": {"words": "bits per character on training text", "better": "lower", "unit": "bits"},
    "accuracy": {"words": "share of test characters predicted", "better": "higher", "unit": "share"},
}

schedules = ("cosine", "constant")
position_kinds = ("learned", "none")
corpus_limit = 50_000_000
state_limit = 200_000
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
    for name, choices in {"schedule": schedules, "positions": position_kinds}.items():
        value = globals()[name]
        require(value in choices, f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    whole_numbers = {
        "alphabet_size": (2, 256),
        "source_order": (1, 8),
        "source_seed": (0, 2**31 - 1),
        "train_characters": (100, corpus_limit),
        "test_characters": (100, 10**6),
        "context": (1, 4096),
        "width": (1, 4096),
        "hidden_width": (1, 16384),
        "layers": (1, 64),
        "heads": (1, 64),
        "warmup_steps": (0, 10**6),
        "batch_size": (1, 4096),
        "steps": (1, 10**7),
        "evaluate_every": (1, 10**6),
    }
    for name, (low, high) in whole_numbers.items():
        value = globals()[name]
        require(is_whole(value, low, high), f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    numbers = {
        "concentration": (0.001, 1000),
        "learning_rate": (1e-8, 10),
        "weight_decay": (0, 1000),
        "beta1": (0, 0.99999),
        "beta2": (0, 0.99999),
    }
    for name, (low, high) in numbers.items():
        value = globals()[name]
        require(is_number(value, low, high), f"{name} must be a number from {low} to {high}, not {value!r}.")
    require(
        isinstance(seeds, tuple) and seeds and len(set(seeds)) == len(seeds)
        and all(is_whole(seed, 0, 2**31 - 1) for seed in seeds),
        f"seeds must be different whole numbers that are not negative, in brackets, not {seeds!r}.",
    )
    require(width % heads == 0, f"width must be a multiple of heads, not {width} with {heads} heads.")
    require(isinstance(corpus_path, str), f"corpus_path must be a path in quotes, not {corpus_path!r}.")
    states = alphabet_size**source_order
    require(
        bool(corpus_path) or states <= state_limit,
        f"alphabet_size to the power of source_order must be at most {state_limit}, not {states}.",
    )
    require(
        context < min(train_characters, test_characters),
        f"context must be shorter than the training text and the test text, not {context}.",
    )


class MarkovSource:
    """Draws text and knows its probabilities. A state is the number that the last characters spell."""

    def __init__(self):
        self.states = alphabet_size**source_order
        generator = np.random.default_rng(source_seed)
        draws = generator.gamma(concentration, size=(self.states, alphabet_size)) + 1e-6
        self.probabilities = draws / draws.sum(axis=1, keepdims=True)
        self.bounds = self.probabilities.cumsum(axis=1)[:, :-1].tolist()

    def draw(self, generator, count):
        """A text of `count` characters, after some that are thrown away to forget the beginning."""
        state, text, forget = 0, [], 1000
        for value in generator.random(count + forget).tolist():
            character = bisect.bisect(self.bounds[state], value)
            state = (state * alphabet_size + character) % self.states
            text.append(character)
        return np.array(text[forget:], dtype=np.int32)

    def bits(self, text):
        """The bits of each character but the first few, whose past is not complete."""
        past = np.zeros(len(text) - source_order, dtype=np.int64)
        for offset in range(source_order):
            past = past * alphabet_size + text[offset : offset + len(past)]
        return -np.log2(self.probabilities[past, text[source_order:]])

    def entropy(self):
        """Bits per character in the limit of a long text: the states' entropies in their stationary shares."""
        shares = np.full(self.states, 1 / self.states)
        rows = self.states // alphabet_size
        for _ in range(10000):
            # The next state forgets the oldest character and gains the new one.
            flow = (shares[:, None] * self.probabilities).reshape(alphabet_size, rows, alphabet_size)
            following = flow.sum(axis=0).ravel()
            change = np.abs(following - shares).sum()
            shares = following
            if change < 1e-13:
                break
        return float(-(shares[:, None] * self.probabilities * np.log2(self.probabilities)).sum())


def read_corpus():
    """The user's text as numbers, and how many different characters it has."""
    path = pathlib.Path(corpus_path)
    require(path.is_file(), f"corpus_path names no file: {corpus_path!r}.")
    require(path.stat().st_size <= corpus_limit, f"the corpus must have at most {corpus_limit} bytes.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SystemExit("experiment.py: the corpus must be a readable text file in UTF-8.") from None
    needed = test_characters + context + 100
    require(len(text) >= needed, f"the corpus must have at least {needed} characters, not {len(text)}.")
    characters = {character: number for number, character in enumerate(sorted(set(text)))}
    return np.array([characters[character] for character in text], dtype=np.int32), len(characters)


def test_pieces(text):
    """Overlapping pieces of context + 1 characters whose later halves, the ones that are scored, do not overlap."""
    starts = np.arange(0, len(text) - context, scored_length())
    return text[starts[:, None] + np.arange(context + 1)]


def scored_length():
    return context - context // 2


def make_parameters(seed, characters):
    """Normally distributed weights, each layer scaled by the number of its inputs; biases are zero."""
    generator = np.random.default_rng(seed + 1)

    def weights(inputs, outputs, scale):
        return (scale * generator.normal(size=(inputs, outputs))).astype(np.float32)

    def dense(inputs, outputs):
        return {"weights": weights(inputs, outputs, inputs**-0.5), "bias": np.zeros(outputs, np.float32)}

    return {
        "characters": weights(characters, width, 0.5),
        "positions": weights(context, width, 0.5),
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
        "output": dense(width, characters),
    }


def apply(layer, values):
    return values @ layer["weights"] + layer["bias"]


def normalise(scale, values):
    centred = values - values.mean(axis=-1, keepdims=True)
    return scale * centred * jax.lax.rsqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


def attend(block, values):
    """Causal self-attention."""
    count, length, _ = values.shape
    mixed = apply(block["queries_keys_values"], values).reshape(count, length, 3, heads, width // heads)
    queries, keys, contents = mixed[:, :, 0], mixed[:, :, 1], mixed[:, :, 2]
    scores = jnp.einsum("nqhd,nkhd->nhqk", queries, keys) / math.sqrt(width // heads)
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    mixture = jnp.einsum("nhqk,nkhd->nqhd", jax.nn.softmax(scores), contents)
    return apply(block["attention_output"], mixture.reshape(count, length, width))


def predict(parameters, text):
    """The logits of the next character at each position."""
    values = parameters["characters"][text]
    if positions == "learned":
        values = values + parameters["positions"]
    for block in parameters["blocks"]:
        values = values + attend(block, normalise(block["attention_norm"], values))
        hidden = jax.nn.relu(apply(block["hidden"], normalise(block["hidden_norm"], values)))
        values = values + apply(block["hidden_output"], hidden)
    return apply(parameters["output"], normalise(parameters["output_norm"], values))


def loss_of(parameters, pieces):
    logits = predict(parameters, pieces[:, :-1])
    return optax.softmax_cross_entropy_with_integer_labels(logits, pieces[:, 1:]).mean()


def make_optimiser():
    if schedule == "cosine":
        warm = min(warmup_steps, steps - 1)
        rate = optax.warmup_cosine_decay_schedule(
            0.0 if warm else learning_rate, learning_rate, warm, steps, learning_rate / 100
        )
    else:
        rate = optax.linear_schedule(0.0, learning_rate, warmup_steps) if warmup_steps else learning_rate
    return optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(rate, b1=beta1, b2=beta2, weight_decay=weight_decay)
    )


def start(parameters, seed):
    """What training carries from step to step: parameters, the optimiser's memory, the key for the batches."""
    return parameters, make_optimiser().init(parameters), jax.random.key(seed)


@jax.jit
def advance(state, count, text):
    """Takes `count` optimiser steps."""
    optimiser = make_optimiser()

    def step(_, state):
        parameters, memory, key = state
        key, draw = jax.random.split(key)
        starts = jax.random.randint(draw, (batch_size, 1), 0, len(text) - context)
        gradient = jax.grad(loss_of)(parameters, text[starts + jnp.arange(context + 1)])
        update, memory = optimiser.update(gradient, memory, parameters)
        return optax.apply_updates(parameters, update), memory, key

    return jax.lax.fori_loop(0, count, step, state)


@jax.jit
def evaluate(parameters, pieces):
    """Bits per character and share of hits on the later half of each piece, where the context is longest."""
    logits = predict(parameters, pieces[:, :-1])[:, -scored_length() :]
    following = pieces[:, -scored_length() :]
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, following)
    return losses.mean() / math.log(2), (logits.argmax(axis=-1) == following).mean()


def make_texts(seed, source, corpus):
    """Training text, test text, and the bits that the source itself needs for the scored characters."""
    if source is None:
        train, test = corpus[:-test_characters][:train_characters], corpus[-test_characters:]
        return train, test, None
    generator = np.random.default_rng(seed)
    train, test = source.draw(generator, train_characters), source.draw(generator, test_characters + source_order)
    # The source may look at characters before the test text; the model starts within it, in the first, unscored half.
    bits = source.bits(test)
    return train, test[source_order:], float(test_pieces(bits)[:, -scored_length() :].mean())


def run_seed(seed, source, corpus, characters):
    """Trains once; returns the metrics and the curves."""
    train, test, optimum = make_texts(seed, source, corpus)
    test, sample = test_pieces(test), test_pieces(train[: test_characters])
    state = jax.jit(start)(make_parameters(seed, characters), seed)
    train = jnp.asarray(train)
    curve = {"step": [], "bits_per_character": [], "train_bits": [], "excess_bits": []}
    done = 0
    while True:
        bits, accuracy = (float(value) for value in evaluate(state[0], test))
        train_bits = float(evaluate(state[0], sample)[0])
        require(
            math.isfinite(bits) and math.isfinite(train_bits),
            f"training with seed {seed} diverged by step {done}; lower learning_rate.",
        )
        curve["step"].append(done)
        curve["bits_per_character"].append(bits)
        curve["train_bits"].append(train_bits)
        if optimum is not None:
            curve["excess_bits"].append(bits - optimum)
        if done == steps or (len(curve["step"]) - 1) % max(1, steps // evaluate_every // 10) == 0:
            print(f"seed {seed}  step {done}  bits_per_character {bits:.4f}", flush=True)
        if done == steps:
            break
        count = min(evaluate_every, steps - done)
        state = advance(state, count, train)
        done += count
    summary = {"bits_per_character": bits, "train_bits": train_bits, "accuracy": accuracy}
    if optimum is None:
        del curve["excess_bits"]
    else:
        summary["excess_bits"] = bits - optimum
    return summary, curve


def rounded(value):
    return value if isinstance(value, int) else float(f"{value:.6g}")


def collect_results(dataset, summaries):
    names = [name for name in metrics if name in summaries[0]]
    lists = {name: [rounded(summary[name]) for summary in summaries] for name in names}
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


def collect_curves(dataset, curves, source):
    """Each curve against the step, one list for each seed, thinned to a bounded number of points."""
    stride = math.ceil(len(curves[0]["step"]) / curve_points)
    steps_shown = curves[0]["step"][::stride]
    result = {
        name: {
            "x_name": "step",
            "x": steps_shown,
            "seeds": [[float(f"{value:.5g}") for value in curve[name][::stride]] for curve in curves],
        }
        for name in curves[0]
        if name != "step"
    }
    if source is not None:
        entropy = rounded(source.entropy())
        result["source_entropy"] = {"x_name": "step", "x": [0, steps], "seeds": [[entropy] * 2 for _ in curves]}
    return {dataset: result}


def write_json(path, content):
    """Writes the whole file or nothing."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
    unfinished.replace(path)


def main():
    parser = argparse.ArgumentParser(description="Character-level language model", allow_abbrev=False)
    parser.add_argument("--out_dir", default="run_0", help="folder for the results")
    parser.add_argument("--scale", choices=("small", "full"), default="small", help="size of the experiment")
    arguments = parser.parse_args()
    if arguments.scale == "full":
        globals().update(full_scale)
    check_settings()
    source, corpus, characters, dataset = None, None, alphabet_size, "markov_source"
    if corpus_path:
        corpus, characters = read_corpus()
        dataset = "corpus"
    else:
        source = MarkovSource()
    folder = pathlib.Path(arguments.out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    runs = [run_seed(seed, source, corpus, characters) for seed in seeds]
    write_json(folder / "curves.json", collect_curves(dataset, [curve for _, curve in runs], source))
    write_json(folder / "final_info.json", collect_results(dataset, [summary for summary, _ in runs]))


if __name__ == "__main__":
    main()
