"""Comments of the proto file, as doc comments."""


class Comments:
    """Finds the comment before a declaration by its path in the descriptor."""

    def __init__(self, file):
        self.by_path = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}

    def put(self, path, out):
        for line in self.by_path.get(tuple(path), "").strip().splitlines():
            out.put(f"/// {line.strip()}".rstrip())
