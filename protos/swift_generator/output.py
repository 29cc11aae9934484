"""Lines of Swift with their indentation."""


class Output:
    """Braces at the ends and beginnings of lines move the indentation."""

    def __init__(self):
        self.lines = []
        self.level = 0

    def put(self, line=""):
        if line.startswith("}"):
            self.level -= 1
        self.lines.append("  " * self.level + line if line else "")
        if line.endswith("{"):
            self.level += 1

    def text(self):
        return "\n".join(self.lines) + "\n"
