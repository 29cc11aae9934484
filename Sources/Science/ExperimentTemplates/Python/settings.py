"""Lists the settings of an experiment's source, and writes copies of it in which some have other values.

Reads request.json: {"source": file, "scale": "small" | "full", "variants": [[{"name": ..., "value": ...}]]}, and for
a check {"ownModules": [names of the template's own modules]}, which asks for the imports that are not installed.
Writes settings.json, and variant_0.py, variant_1.py, ... The source is parsed, never executed. A copy is written only
where it parses to the same program apart from the literals that were asked for, and a setting is listed only where
such a copy can be written. No tree is walked by recursion: Python runs sources deeper than its own limit for that.
"""

import ast
import importlib.util
import io
import json
import re
import sys
import tokenize

most_settings = 500
most_metrics = 200
most_words = 200
most_trials = 200  # of edits, to find the settings that can be edited
longest_name = 80  # of a setting: it must fit into titles, tables and labels

# Names that mean a setting wherever they stand: in a function, or as an argument of a call.
known_names = {
    "lr", "learning_rate", "weight_decay", "dropout", "batch_size", "momentum", "beta1", "beta2", "grad_clip",
    "warmup_iters", "warmup_steps", "n_layer", "n_head", "n_embd", "num_layers", "num_heads", "dim", "hidden_dim",
    "hidden_size", "embedding_dim", "embed_dim", "num_timesteps", "max_iters", "num_train_steps", "label_smoothing",
    "train_frac", "frac_train", "seed",
}


def comments_by_line(source):
    found = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
                found[token.start[0]] = token.string.lstrip("#").strip()[:most_words]
    except (tokenize.TokenError, IndentationError):
        pass
    return found


def literal(node):
    """The value of a plain literal, or None: a number, a text, a truth value, or a row of whole numbers."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign = -1 if isinstance(node.op, ast.USub) else 1
        node = node.operand
        if not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
            return None
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return sign * node.value
    if isinstance(node, ast.Constant) and type(node.value) in (str, bool):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)) and 0 < len(node.elts) <= 100:
        values = [literal(part) for part in node.elts]
        if all(type(value) is int for value in values):
            return tuple(values)
    return None


def is_text(value):
    """Whether a value is a text that UTF-8 can write: one with a half of a surrogate pair is none."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def shown(value, most):
    """How Python writes a value, for a message."""
    try:
        return repr(value)[:most]
    except ValueError:
        return "a number with thousands of digits"[:most]


def kind_of(value):
    return {bool: "boolean", int: "integer", float: "number", str: "text", tuple: "sequence"}[type(value)]


def choices_in(words):
    match = re.search(r"one of:?\s+([^(]+)", words)
    if not match:
        return []
    return [part.strip().strip("'\"") for part in re.split(r",| or ", match.group(1)) if part.strip()][:50]


def describe(name, node, place, words, choices, source):
    return {
        "name": name,
        "kind": kind_of(literal(node)),
        "value": ast.get_source_segment(source, node),
        "place": place,
        "line": node.lineno,
        "column": node.col_offset,
        "endLine": node.end_lineno,
        "endColumn": node.end_col_offset,
        "words": words[:most_words],
        "choices": choices,
    }


def assignments(body):
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        if isinstance(target, ast.Name):
            yield target.id, value, statement.end_lineno


def module_settings(tree, source, comments):
    """Assignments at the top level; a name that is assigned twice has no one value and is left out."""
    found = list(assignments(tree.body))
    names = [name for name, _, _ in found]
    for name, node, line in found:
        if literal(node) is not None and names.count(name) == 1:
            words = comments.get(line, "")
            yield describe(name, node, "module", words, choices_in(words), source)
        if name == "full_scale" and isinstance(node, ast.Dict):
            for key, entry in zip(node.keys, node.values):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and literal(entry) is not None:
                    yield describe(key.value, entry, "fullScale", "", [], source)


def argument_settings(tree, source):
    """The defaults of command line arguments."""
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr != "add_argument":
            continue
        flags = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
        flags = [flag for flag in flags if flag.startswith("--")]
        parts = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if not flags or "default" not in parts or literal(parts["default"]) is None:
            continue
        help_text = literal(parts["help"]) if "help" in parts else ""
        choices = []
        if isinstance(parts.get("choices"), (ast.List, ast.Tuple)):
            values = [literal(part) for part in parts["choices"].elts]
            choices = [value if isinstance(value, str) else shown(value, most_words) for value in values]
            choices = [choice for choice, value in zip(choices, values) if value is not None and is_text(choice)][:50]
        words = help_text if is_text(help_text) else ""
        name = flags[0].lstrip("-").replace("-", "_")
        yield describe(name, parts["default"], "argument", words, choices, source)


def inner_settings(tree, source, comments):
    """Well-known names in functions and calls, where a name has one place only."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = [part for part in ast.walk(node) if isinstance(part, (ast.Assign, ast.AnnAssign))]
            found += [(name, value, line) for name, value, line in assignments(inner)]
        if isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument"
        ):
            found += [(word.arg, word.value, word.value.end_lineno) for word in node.keywords if word.arg]
    unique = {(name, value.lineno, value.col_offset): (name, value, line) for name, value, line in found}
    found = [part for part in unique.values() if part[0] in known_names and literal(part[1]) is not None]
    names = [name for name, _, _ in found]
    for name, node, line in found:
        if names.count(name) == 1:
            words = comments.get(line, "")
            yield describe(name, node, "inner", words, choices_in(words), source)


def list_settings(tree, source, comments):
    settings, taken, problems = [], set(), []
    for setting in [
        *module_settings(tree, source, comments),
        *argument_settings(tree, source),
        *inner_settings(tree, source, comments),
    ]:
        if len(setting["name"]) > longest_name:
            start = shown(setting["name"][:40], 60)
            problems.append(f"The setting {start}… has a name of over {longest_name} letters")
            continue
        if not is_text(setting["name"]):
            problems.append(f"The setting {shown(setting['name'], 100)} has half of a surrogate pair in its name")
            continue
        key = (setting["name"], setting["place"] == "fullScale")
        if key not in taken:
            taken.add(key)
            settings.append(setting)
    settings = settings[:most_settings]
    kept = editable(source, tree, settings)
    problems += [
        f"The setting {setting['name']} in line {setting['line']} stands where its value can't be replaced"
        for setting in settings if setting not in kept
    ]
    return kept, problems[:5]


def editable(source, tree, settings):
    """The settings whose values can be replaced: all are tried at once, and halves where that fails."""
    kept, rest, trials = [], [settings], 0
    while rest and trials < most_trials:
        some, trials = rest.pop(), trials + 1
        try:
            edited(source, tree, [(setting, *stand_in(setting["kind"])) for setting in some])
            kept += some
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            if len(some) > 1:
                rest += [some[len(some) // 2 :], some[: len(some) // 2]]
    return kept


def stand_in(kind):
    """A value of a kind, to try an edit: as Python writes it, and as a tree."""
    value = {"boolean": "False", "integer": "-1", "number": "-1.5e-05", "text": '"a"', "sequence": "(1, 2)"}[kind]
    return value, ast.parse(value, mode="eval").body


def metric_problems(metric, facts):
    """What is wrong with an entry of `metrics`, in phrases."""
    place = f"metrics[{shown(metric, 80)}]"
    if isinstance(metric, str) and not is_text(metric):
        return [f"{place} has half of a surrogate pair in its name"]
    if not isinstance(metric, str) or not metric.strip() or len(metric) > most_words:
        return [f"{place} needs a text of 1 to {most_words} letters as its name"]
    if not isinstance(facts, dict):
        return [f"{place} needs a dictionary with words, better and unit, not {shown(facts, 40)}"]
    wrong = [
        f"{place} has {key!r} = {shown(facts[key], 40)}, "
        + ("which has half of a surrogate pair" if isinstance(facts[key], str) else "which is no text")
        for key in ("words", "unit")
        if key in facts and not is_text(facts[key])
    ]
    if "better" in facts and facts["better"] not in ("lower", "higher"):
        wrong.append(f"{place} has 'better' = {shown(facts['better'], 40)}, which is neither 'lower' nor 'higher'")
    return wrong


def list_metrics(tree):
    """The metrics in their order, and what is wrong with them."""
    for name, node, _ in assignments(tree.body):
        if name != "metrics" or not isinstance(node, ast.Dict):
            continue
        try:
            content = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return [], ["metrics is computed; write it as plain texts, so that it can be read without running"]
        if len(content) > most_metrics:
            return [], [f"metrics has {len(content)} entries, and may have {most_metrics}"]
        problems = [problem for metric, facts in content.items() for problem in metric_problems(metric, facts)]
        return [
            {
                "name": metric,
                "words": text_of(facts, "words"),
                "better": facts.get("better") if facts.get("better") in ("lower", "higher") else None,
                "unit": text_of(facts, "unit"),
            }
            for metric, facts in content.items()
            if is_text(metric) and 0 < len(metric) <= most_words and isinstance(facts, dict)
        ], problems[:20]
    return [], []


def text_of(facts, key):
    value = facts.get(key, "")
    return value[:most_words] if is_text(value) else ""


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def guarded(tree):
    """The statements that an `except` for missing modules covers, with all that is in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(
            handler.type is None or any("Error" in name or "Exception" in name for name in names_in(handler.type))
            for handler in node.handlers
        ):
            for statement in node.body:
                yield from ast.walk(statement)


def missing_modules(tree, own):
    """The outermost names of modules that the source imports as it begins, and that are not installed."""
    inner = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inner.update(id(part) for part in ast.walk(node))
    inner.update(id(part) for part in guarded(tree))
    names = []
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.append(node.module.split(".")[0])
    return sorted({name for name in names if name not in own and not is_installed(name)})[:20]


def is_installed(name):
    if name in sys.stdlib_module_names or name in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def replaced(text, setting, value):
    """The source with one literal replaced; columns count bytes."""
    lines = text.encode().split(b"\n")
    first, last = setting["line"] - 1, setting["endLine"] - 1
    head = b"\n".join(lines[:first] + [lines[first][: setting["column"]]])
    tail = b"\n".join([lines[last][setting["endColumn"] :]] + lines[last + 1 :])
    return (head + value.encode() + tail).decode()


def place_of(node):
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def is_same(tree, other, values):
    """Whether a tree is the other one, with other literals at the places of `values`."""
    pairs = [(tree, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, ast.expr) and literal(left) is not None and place_of(left) in values:
            if ast.dump(values[place_of(left)]) != ast.dump(right):
                return False
            continue
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST):
            pairs += [(getattr(left, name, None), getattr(right, name, None)) for name in left._fields]
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pairs += zip(left, right)
        elif not (left == right or left != left and right != right):
            return False
    return True


def edited(source, tree, edits):
    """The source with new values for settings, each given as Python writes it and as a tree; raises ValueError with a
    sentence where that can't be done."""
    text = source
    for setting, value, _ in sorted(edits, key=lambda part: (part[0]["line"], part[0]["column"]), reverse=True):
        text = replaced(text, setting, value)
    values = {(s["line"], s["column"], s["endLine"], s["endColumn"]): node for s, _, node in edits}
    if len(values) != len(edits):
        raise ValueError("two edits have the same place")
    if not is_same(tree, ast.parse(text), values):
        raise ValueError("the edit would change more than the values that were asked for")
    return text


def make_variant(source, tree, settings, scale, edits):
    """A copy of the source with other values; raises ValueError with a sentence where that can't be done."""
    chosen = []
    for edit in edits:
        candidates = [setting for setting in settings if setting["name"] == edit["name"]]
        if scale != "full":
            candidates = [setting for setting in candidates if setting["place"] != "fullScale"]
        candidates.sort(key=lambda setting: setting["place"] != "fullScale")
        if not candidates:
            raise ValueError(f"there is no setting {edit['name']}")
        node = ast.parse(edit["value"], mode="eval").body
        if literal(node) is None:
            raise ValueError(f"{edit['value']} is no plain value for {edit['name']}")
        chosen.append((candidates[0], edit["value"], node))
    return edited(source, tree, chosen)


def read_source(path):
    """The source as Python reads it, with its lines ended by line feeds."""
    with open(path, "rb") as file:
        content = file.read()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    if encoding not in ("utf-8", "utf-8-sig") and not (encoding in ("ascii", "iso-8859-1") and content.isascii()):
        raise ValueError(f"it declares the encoding {encoding}, and not UTF-8")
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    # Finds what the parser lets pass, such as a return outside a function.
    compile(text, path, "exec", dont_inherit=True)
    return text


def write_json(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, allow_nan=False)


def main():
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    answer = {
        "syntaxError": None, "settings": [], "metrics": [], "mentions": [], "problem": None, "metricProblems": [],
        "settingProblems": [], "missingModules": [],
    }
    try:
        source = read_source(request["source"])
        tree = ast.parse(source)
    except SyntaxError as error:
        answer["syntaxError"] = {"line": error.lineno or 0, "message": str(error.msg)[:most_words]}
        write_json("settings.json", answer)
        return
    except (ValueError, RecursionError, MemoryError) as error:
        answer["syntaxError"] = {"line": 0, "message": str(error)[:most_words] or type(error).__name__}
        write_json("settings.json", answer)
        return
    answer["mentions"] = [word for word in ("--out_dir", "--scale") if word in source]
    answer["settings"], answer["settingProblems"] = list_settings(tree, source, comments_by_line(source))
    answer["metrics"], answer["metricProblems"] = list_metrics(tree)
    if request.get("ownModules") is not None:
        answer["missingModules"] = missing_modules(tree, request["ownModules"])
    try:
        for number, edits in enumerate(request["variants"]):
            text = make_variant(source, tree, answer["settings"], request["scale"], edits)
            with open(f"variant_{number}.py", "w", encoding="utf-8", newline="") as file:
                file.write(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        answer["problem"] = str(error)[:most_words]
    write_json("settings.json", answer)


main()
