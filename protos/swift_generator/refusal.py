"""What the generator does not do."""


class Refusal(Exception):
    """A sentence for the person who writes the proto file."""
