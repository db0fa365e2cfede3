"""What completes a word on the command line, when somebody presses the key: each function takes the call as far as it is written and the
beginning of the word. What cannot be read completes nothing: the shell is no place for an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import wraps

import click
from click.shell_completion import CompletionItem, shell_complete

Completes = Callable[[click.Context, str], list[CompletionItem]]


def answered(program: click.Command, name: str, variable: str) -> int:
    """Answer the shell, which asks by an environment variable: for the script to be put into it, or for completions. Returns the exit code."""
    return shell_complete(program, {}, name, variable, os.environ[variable])


def _of_words(words: Callable[[click.Context], Iterable[str]]) -> Completes:
    """The words that begin as the one that is written does."""

    @wraps(words)
    def complete(context: click.Context, begun: str) -> list[CompletionItem]:
        from cases.errors import CluesError

        with context.scope(cleanup=False):
            try:
                return [CompletionItem(word) for word in sorted(set(words(context))) if word.startswith(begun)]
            except CluesError:
                return []

    return complete


def files(_: click.Context, begun: str) -> list[CompletionItem]:
    """Files and folders, which the shell knows itself."""
    return [CompletionItem(begun, type="file")]


@_of_words
def rule_ids(_: click.Context) -> Iterable[str]:
    """The ids of the shipped rules and those of the settings and --rules."""
    return _said_by_rules("id")


@_of_words
def rule_patterns(_: click.Context) -> Iterable[str]:
    """What --only and --skip take: ids, mechanisms, lines."""
    return _said_by_rules("id", "mechanism", "line")


@_of_words
def mechanisms(_: click.Context) -> Iterable[str]:
    """The mechanisms of the rules."""
    return _said_by_rules("mechanism")


@_of_words
def law_ids(_: click.Context) -> Iterable[str]:
    """The ids of the provisions that rules cite."""
    from cli.settings import current
    from rules.law import load_law

    return load_law(current().law).articles


@_of_words
def sheets(_: click.Context) -> Iterable[str]:
    """The sheets of the exchange catalogue, by their Chinese and English names."""
    from cli.settings import catalogue

    return (*catalogue().sheets, *catalogue().records)


def _said_by_rules(*keys: str) -> Iterable[str]:
    """What rule files say under some keys; whether they are right does not matter here."""
    from cli.settings import current
    from rules.load import read_files

    said = (file.data.get(key) for file in read_files(current().rules, shipped=True, cases=False).rules for key in keys)
    return (word for word in said if isinstance(word, str))
