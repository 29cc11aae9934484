"""How names in a proto file are spelled in Swift."""

KEYWORDS = {
    "as", "case", "default", "for", "func", "if", "in", "init", "is", "operator", "repeat", "return", "self", "switch",
    "where",
}


def property_name(name):
    """step_started: stepStarted."""
    head, *tail = name.split("_")
    word = head + "".join(part.capitalize() for part in tail)
    return f"`{word}`" if word in KEYWORDS else word


def nested_type_name(name):
    """The type of a oneof: fact: Fact."""
    return "".join(part.capitalize() for part in name.split("_"))


def case_name(value, enumeration):
    """DEVICE_KIND_CPU of DeviceKind: cpu."""
    prefix = ""
    for letter in enumeration:
        prefix += "_" + letter if letter.isupper() and prefix else letter
    return property_name(value.removeprefix(prefix.upper() + "_").lower())


def type_name(full_name, package, prefix):
    """.shoal.v1.StepID: WireStepID."""
    return prefix + full_name.removeprefix(f".{package}.")
