"""Proto features that the generator does not support."""


class Refusal(Exception):
    """An error of the proto file, as a sentence."""
