"""A memory of looks that tells what was asked of it: what :class:`~lapwing.ports.Memory` promises."""


class Remembers(dict):
    """What was kept, by key; ``hits`` counts what was recalled of it."""

    def __init__(self):
        super().__init__()
        self.hits = 0

    def recall(self, key):
        self.hits += key in self
        return self.get(key)

    def keep(self, key, text):
        self[key] = text
