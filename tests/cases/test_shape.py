"""The shape of a store: made as a whole or not at all."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event, inspect

from cases.store import open_store


def test_a_store_whose_making_died_can_be_made_again(tmp_path: Path) -> None:
    def die(table: Table, *of: Any, **more: Any) -> None:
        if table.name == "imports":
            raise InterruptedError

    event.listen(Table, "after_create", die)
    try:
        with pytest.raises(InterruptedError):
            open_store(tmp_path / "cases.db", create=True)
    finally:
        event.remove(Table, "after_create", die)
    with open_store(tmp_path / "cases.db", create=True) as store:
        assert {"imports", "store", "clues", "alembic_version"} <= set(inspect(store.engine).get_table_names())
