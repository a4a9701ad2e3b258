"""Errors that a person reads: what happened and what to do."""


class Problem(Exception):
    """A failure whose text is a sentence for people and holds nothing that anybody wrote."""


class Misconfigured(Problem):
    """A setting, key or server that stops the start; the text says what to set."""
