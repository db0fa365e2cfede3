"""Templates are typed with narrow punctuation, and read with that of Chinese texts; what is filled in stays as it is."""

from __future__ import annotations

import jinja2
from jinja2.ext import Extension

from review.reports.words import cited, file_name, full_width, term


class _FullWidth(Extension):
    """Widens what stands beside Chinese characters when a template is read: that is never code, which is in Latin letters."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return full_width(source)


def typeset(environment: jinja2.Environment) -> None:
    """Give an environment this reading of templates, and the filters for what programs say: `full_width`, `cited`, `term`, `file_name`."""
    environment.add_extension(_FullWidth)
    environment.filters |= {"full_width": full_width, "term": term, "file_name": file_name, "percent": "{:.0%}".format}
    environment.filters["cited"] = lambda law: full_width(cited(law))
    environment.trim_blocks = environment.lstrip_blocks = True
