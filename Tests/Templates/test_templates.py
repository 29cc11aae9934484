"""Tests of the experiment templates: python -m unittest discover Tests/Templates

Each test works on copies in its own temporary directory, with the settings reduced to a few steps. The run with these
settings is made once for all tests of a template.
"""

import ast
import json
import math
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Templates"

# What makes one run of each template last only seconds.
TINY = {
    "grokking": {"steps": 60, "evaluate_every": 25, "modulus": 11},
    "diffusion2d": {"steps": 25, "evaluate_every": 10, "test_points": 60, "train_points": 100, "batch_size": 16},
    "charlm": {"steps": 25, "evaluate_every": 10, "train_characters": 3000, "test_characters": 500, "width": 16},
}
BAD_SETTINGS = {
    "grokking": [
        ("hidden_width", -1), ("train_fraction", 1.5), ("train_fraction", 0.0), ("operation", "divide"),
        ("learning_rate", -0.1), ("steps", 2.5), ("steps", 0), ("seeds", (1, 1)), ("seeds", ()), ("beta1", 1.0),
        ("architecture", "tree"), ("weight_decay", -1), ("evaluate_every", 0),
    ],
    "diffusion2d": [
        ("hidden_width", -1), ("diffusion_steps", 1), ("datasets", ("circle",)), ("noise_schedule", "steep"),
        ("averaging", 1.0), ("data_noise", -0.1), ("test_points", 10**6), ("seeds", (0, -1)), ("sampler", ""),
    ],
    "charlm": [
        ("width", -1), ("heads", 5), ("source_order", 8), ("concentration", 0), ("context", 10**4),
        ("corpus_path", "missing.txt"), ("corpus_path", 3), ("schedule", "linear"), ("alphabet_size", 1),
    ],
}
# Starts scripts one after another, each with its own arguments, in one process: the start of a process takes longer
# than a refusal. Prints a list of [exit status, text of the error stream].
START_ALL = """
import contextlib, io, json, runpy, sys
outcomes = []
for words in json.loads(sys.argv[1]):
    sys.argv = words
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            runpy.run_path(words[0], run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code
            if isinstance(status, str):
                status = print(status, file=errors) or 1
    outcomes.append([status, errors.getvalue()])
print(json.dumps(outcomes))
"""
FORBIDDEN = re.compile(rb"/CreationDate|/ModDate|tIME|\d\d:\d\d:\d\d")


def change_settings(path, settings):
    """Replaces the values of settings where they are assigned, as a study does."""
    text = path.read_text()
    for name, value in settings.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", lambda _: f"{name} = {value!r}  # changed", text)
        assert count == 1, f"{name} is set {count} times"
    path.write_text(text)


def module_assignments(path):
    """The module-level assignments of literals, and the line of each."""
    found = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = (ast.literal_eval(node.value), node.lineno)
            except ValueError:
                continue
    return found


class TemplateTest:
    """What holds for every template."""

    name = ""
    # The folder of the run that all tests of a template share.
    tiny_run = None

    @classmethod
    def tearDownClass(cls):
        if cls.tiny_run:
            shutil.rmtree(cls.tiny_run)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="template-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(TEMPLATES / self.name, self.folder, dirs_exist_ok=True)
        change_settings(self.folder / "experiment.py", TINY[self.name])

    def python(self, *arguments):
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=300
        )

    def run_experiment(self, out_dir):
        outcome = self.python("experiment.py", f"--out_dir={out_dir}")
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        return json.loads((self.folder / out_dir / "final_info.json").read_text())

    def take_tiny_run(self, out_dir):
        """Puts a copy of the shared run there. The first test that wants it makes it, in a folder like its own."""
        cls = type(self)
        if not cls.tiny_run:
            self.run_experiment(out_dir)
            cls.tiny_run = tempfile.mkdtemp(prefix="template-run-")
            shutil.copytree(self.folder / out_dir, cls.tiny_run, dirs_exist_ok=True)
        else:
            shutil.copytree(cls.tiny_run, self.folder / out_dir)
        return json.loads((self.folder / out_dir / "final_info.json").read_text())

    def refusals(self, *commands):
        """The error of each script with its arguments; all must end without results."""
        outcome = self.python("-c", START_ALL, json.dumps([[*words, "--out_dir=run_0"] for words in commands]))
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertFalse((self.folder / "run_0" / "final_info.json").exists())
        sentences = []
        for (status, errors), words in zip(json.loads(outcome.stdout), commands, strict=True):
            self.assertNotEqual(status, 0, words)
            self.assertNotIn("Traceback", errors)
            sentences.append(errors.strip())
        return sentences

    def test_results_have_the_shape_that_readers_expect(self):
        results = self.take_tiny_run("run_0")
        metrics = module_assignments(self.folder / "experiment.py")["metrics"][0]
        self.assertTrue(results)
        for dataset in results.values():
            self.assertEqual(list(dataset), ["means", "stderrs", "final_info_dict"])
            self.assertEqual(list(dataset["final_info_dict"]), list(metrics))
            for metric, values in dataset["final_info_dict"].items():
                self.assertGreaterEqual(len(values), 3)
                self.assertTrue(all(math.isfinite(value) for value in values))
                mean, error = dataset["means"][f"{metric}_mean"], dataset["stderrs"][f"{metric}_stderr"]
                average = sum(values) / len(values)
                self.assertAlmostEqual(mean, average, delta=1e-5 * max(1, abs(mean)))
                variance = sum((value - average) ** 2 for value in values) / (len(values) - 1)
                self.assertAlmostEqual(error, math.sqrt(variance / len(values)), delta=1e-5 * max(1, abs(mean)))

    def test_curves_belong_to_the_results_and_stay_small(self):
        results = self.take_tiny_run("run_0")
        path = self.folder / "run_0" / "curves.json"
        curves = json.loads(path.read_text())
        self.assertEqual(list(curves), list(results))
        self.assertLess(sum(file.stat().st_size for file in path.parent.iterdir()), 300_000)
        for curve in (curve for dataset in curves.values() for curve in dataset.values()):
            self.assertEqual(len(curve["seeds"]), 3)
            self.assertTrue(all(len(values) == len(curve["x"]) for values in curve["seeds"]))

    def test_the_same_code_writes_the_same_bytes(self):
        self.take_tiny_run("run_0")
        self.run_experiment("run_1")
        first, second = (
            {path.name: path.read_bytes() for path in (self.folder / run).iterdir()} for run in ("run_0", "run_1")
        )
        self.assertEqual(first, second)
        self.assertFalse([name for name, content in first.items() if FORBIDDEN.search(content)])

    def test_plot_draws_every_run_with_fonts_embedded_and_the_same_each_time(self):
        self.take_tiny_run("run_0")
        shutil.copytree(self.folder / "run_0", self.folder / "run_1")
        (self.folder / "run_2").mkdir()
        drawings = []
        for _ in range(2):
            outcome = self.python("plot.py")
            self.assertEqual(outcome.returncode, 0, outcome.stderr)
            self.assertIn("run_2 has no readable results", outcome.stderr)
            drawings.append({path.name: path.read_bytes() for path in self.folder.glob("*.p[dn][fg]")})
        self.assertEqual(*drawings)
        names = {pathlib.Path(name).stem for name in drawings[0]}
        self.assertGreaterEqual(len(names), 3)
        for name in names:
            pdf, png = drawings[0][f"{name}.pdf"], drawings[0][f"{name}.png"]
            self.assertTrue(png.startswith(b"\x89PNG"))
            self.assertIn(b"/FontFile2", pdf)
            self.assertNotIn(b"/Type3", pdf)
            self.assertNotIn(b"/CreationDate", pdf)
            box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)
            self.assertAlmostEqual(float(box[1]) / 72, 5.5, places=2)

    def test_plot_copes_with_many_runs_and_odd_captions(self):
        self.take_tiny_run("run_0")
        for number in range(1, 12):
            shutil.copytree(self.folder / "run_0", self.folder / f"run_{number}")
        captions = {"run_1": "weight_decay = 0.3 $ costs & 50 % <more>", "run_2": "a long caption, " * 4}
        plot = self.folder / "plot.py"
        plot.write_text(plot.read_text().replace('"run_0": "Baseline",', f'"run_0": "Baseline", **{captions!r}'))
        outcome = self.python("plot.py")
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))

    def test_plot_without_runs_says_so(self):
        outcome = self.python("plot.py")
        self.assertNotEqual(outcome.returncode, 0)
        self.assertIn("no folder run_* with results", outcome.stderr)
        self.assertNotIn("Traceback", outcome.stderr)

    def test_settings_are_literals_with_words_and_each_is_used(self):
        path = self.folder / "experiment.py"
        shutil.copy(TEMPLATES / self.name / "experiment.py", path)
        text, assignments = path.read_text(), module_assignments(path)
        lines = text.splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("# Settings:"))
        last = next(number for number, line in enumerate(lines) if number > first and not line)
        settings = {name: value for name, (value, line) in assignments.items() if first < line <= last}
        self.assertEqual(len(settings), last - first - 1)
        for line in lines[first + 1 : last]:
            self.assertRegex(line, r"^\w+ = \S.*  # \w.+")
        read = [node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
        for name in settings:
            self.assertGreater(read.count(name), 1, f"{name} is never read")
        for name, value in assignments["full_scale"][0].items():
            self.assertIs(type(value), type(settings[name]))
            self.assertNotEqual(value, settings[name])

    def test_metrics_say_their_direction(self):
        metrics = module_assignments(self.folder / "experiment.py")["metrics"][0]
        for metric in metrics.values():
            self.assertEqual(set(metric), {"words", "better", "unit"})
            self.assertIn(metric["better"], ("lower", "higher"))

    def test_impossible_settings_are_refused_in_one_sentence(self):
        scripts = []
        for number, (name, value) in enumerate(BAD_SETTINGS[self.name]):
            script = self.folder / f"bad_{number}.py"
            shutil.copy(self.folder / "experiment.py", script)
            change_settings(script, {name: value})
            scripts.append([script.name])
        sentences = self.refusals(*scripts)
        for (name, value), sentence in zip(BAD_SETTINGS[self.name], sentences, strict=True):
            with self.subTest(setting=name, value=value):
                self.assertRegex(sentence, r"\Aexperiment\.py: [^\n]+\.\Z")
                self.assertIn(name if name != "heads" else "width", sentence)

    def test_unknown_arguments_are_refused(self):
        quick, huge, short = self.refusals(
            *(["experiment.py", word] for word in ("--quick", "--scale=huge", "--sca=small"))
        )
        self.assertIn("unrecognized arguments: --quick", quick)
        self.assertIn("invalid choice: 'huge'", huge)
        self.assertIn("unrecognized arguments: --sca", short)

    def test_a_run_that_diverges_fails_with_a_sentence(self):
        change_settings(self.folder / "experiment.py", {"learning_rate": 10})
        outcome = self.python("experiment.py", "--out_dir=run_0")
        self.assertNotIn("Traceback", outcome.stderr)
        if outcome.returncode:
            self.assertRegex(outcome.stderr.strip(), r"diverged|not finite")
        else:
            json.loads((self.folder / "run_0" / "final_info.json").read_text(), parse_constant=self.fail)

    def test_the_descriptions_are_complete(self):
        prompt = json.loads((self.folder / "prompt.json").read_text())
        self.assertEqual(set(prompt), {"system", "task_description"})
        ideas = json.loads((self.folder / "seed_ideas.json").read_text())
        self.assertGreaterEqual(len(ideas), 3)
        settings = module_assignments(self.folder / "experiment.py")
        for idea in ideas:
            fields = {"Name", "Title", "Experiment", "Interestingness", "Feasibility", "Novelty"}
            self.assertEqual(set(idea), fields)
            self.assertRegex(idea["Name"], r"^[a-z0-9_]+$")
            self.assertTrue(any(re.search(rf"\b{name}\b", idea["Experiment"]) for name in settings))

    def test_requirements_are_pinned_and_the_same_everywhere(self):
        text = (self.folder / "requirements.txt").read_text()
        self.assertTrue(all(re.fullmatch(r"[a-z]+==[\d.]+", line) for line in text.split()))
        for other in TEMPLATES.glob("*/requirements.txt"):
            self.assertEqual(other.read_text(), text)


class GrokkingTest(TemplateTest, unittest.TestCase):
    name = "grokking"

    def test_a_seed_that_never_gets_there_counts_with_the_whole_budget(self):
        information = self.take_tiny_run("run_0")["modular_arithmetic"]["final_info_dict"]
        self.assertEqual(information["reached_99"], [0, 0, 0])
        self.assertEqual(information["steps_to_99"], [60, 60, 60])

    def test_a_large_share_of_an_easy_table_is_learned_within_the_budget(self):
        change_settings(self.folder / "experiment.py", {"steps": 1000, "modulus": 31, "train_fraction": 0.85})
        information = self.run_experiment("run_0")["modular_arithmetic"]["final_info_dict"]
        self.assertEqual(information["reached_99"], [1, 1, 1])
        self.assertTrue(all(0 < steps < 1000 for steps in information["steps_to_99"]))
        self.assertTrue(all(delay > 0 for delay in information["delay"]))

    def test_the_transformer_trains_in_batches(self):
        change = {"architecture": "transformer", "batch_size": 16, "layers": 2, "steps": 30}
        change_settings(self.folder / "experiment.py", change)
        curves = (self.run_experiment("run_0"), json.loads((self.folder / "run_0" / "curves.json").read_text()))[1]
        losses = curves["modular_arithmetic"]["train_loss"]["seeds"]
        self.assertTrue(all(values[-1] < values[0] for values in losses))


class DiffusionTest(TemplateTest, unittest.TestCase):
    name = "diffusion2d"

    def test_training_brings_the_drawn_points_closer(self):
        change_settings(self.folder / "experiment.py", {"datasets": ("moons",), "steps": 2})
        untrained = self.run_experiment("run_0")["moons"]["means"]["energy_distance_mean"]
        change_settings(self.folder / "experiment.py", {"steps": 400, "batch_size": 64})
        trained = self.run_experiment("run_1")["moons"]["means"]["energy_distance_mean"]
        self.assertLess(trained, untrained / 2)

    def test_every_way_of_drawing_works(self):
        for change in ({"target": "point", "sampler": "deterministic"}, {"noise_schedule": "linear"}):
            change_settings(self.folder / "experiment.py", {"datasets": ("grid",), "position_frequencies": 0, **change})
            self.assertEqual(list(self.run_experiment("run_0")), ["grid"])


class CharacterModelTest(TemplateTest, unittest.TestCase):
    name = "charlm"

    def test_bits_less_excess_are_close_to_the_entropy(self):
        change_settings(self.folder / "experiment.py", {"test_characters": 20000, "steps": 3})
        means = self.run_experiment("run_0")["markov_source"]["means"]
        entropy = json.loads((self.folder / "run_0" / "curves.json").read_text())["markov_source"]["source_entropy"]
        optimum = means["bits_per_character_mean"] - means["excess_bits_mean"]
        self.assertAlmostEqual(optimum, entropy["seeds"][0][0], delta=0.05)
        self.assertGreater(means["excess_bits_mean"], 0)

    def test_a_corpus_takes_the_place_of_the_source_and_has_no_optimum(self):
        (self.folder / "corpus.txt").write_text("The quick brown fox jumps over the lazy dog, naïvely.\n" * 100)
        change_settings(self.folder / "experiment.py", {"corpus_path": "corpus.txt"})
        results = self.run_experiment("run_0")
        self.assertEqual(list(results), ["corpus"])
        self.assertNotIn("excess_bits_mean", results["corpus"]["means"])
        outcome = self.python("plot.py")
        self.assertEqual(outcome.returncode, 0, outcome.stderr)

    def test_a_corpus_that_cannot_be_read_is_refused(self):
        (self.folder / "corpus.txt").write_bytes(b"\xff\xfe" * 3000)
        change_settings(self.folder / "experiment.py", {"corpus_path": "corpus.txt"})
        self.assertIn("UTF-8", *self.refusals(["experiment.py"]))
        (self.folder / "corpus.txt").write_text("too short")
        self.assertIn("at least 616 characters, not 9", *self.refusals(["experiment.py"]))


if __name__ == "__main__":
    unittest.main()
