"""What can go wrong, as users see it: one sentence that says what, where and how to mend it, and the exit code."""

from __future__ import annotations


class CluesError(Exception):
    """Base of every error that a user can mend. `str()` is the sentence; `exit_code` is that of the command."""

    exit_code = 1


class UsageProblem(CluesError):
    """The call or a setting is wrong."""

    exit_code = 2


class StoreError(CluesError):
    """The case store cannot be opened or used."""


class SheetError(CluesError):
    """A file or one of its sheets cannot be read as a whole (a single bad cell only rejects its row)."""
