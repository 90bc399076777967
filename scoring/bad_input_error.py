"""The one error that ends scoring with exit code 2."""


class BadInputError(Exception):
    """A file that scoring cannot do without is missing or wrong; the message names it and says how to mend it."""
