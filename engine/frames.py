"""Rows in scope of a query: views joined over relations to single rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from engine.views import View, Views


class Source:
    """The rows of one FROM clause: the base view and the views joined to it over single relations."""

    def __init__(self, views: Views, view: View):
        self.views, self.view = views, view
        self.joined: list[tuple[View, ColumnElement[bool]]] = []
        self._frames: dict[tuple[str, ...], Frame] = {}

    def frame(self) -> Frame:
        return Frame(self, self.view, ())

    def hop(self, frame: Frame, relation: str) -> Frame:
        path = (*frame.path, relation)
        if path not in self._frames:
            spec = frame.view.sheet.relations[relation]
            other = self.views.of(spec.rows, alias=True)
            assert isinstance(spec.by, dict)
            equal = [frame.view.table.c[a] == other.table.c[b] for a, b in spec.by.items()]
            self.joined.append((other, and_(*equal, other.visible)))
            self._frames[path] = Frame(self, other, path)
        return self._frames[path]

    def from_clause(self) -> Any:
        clause: Any = self.view.table
        for view, condition in self.joined:
            clause = clause.outerjoin(view.table, condition)
        return clause


class Frame:
    """A row in scope: its view, and the FROM clause it stands in."""

    def __init__(self, source: Source, view: View, path: tuple[str, ...]):
        self.source, self.view, self.path = source, view, path
