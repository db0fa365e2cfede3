"""What imports have changed since a look, column by column: a rule looks again only at rows of which it reads something that did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.changes import Changes, Look
from engine.views import Views
from tests.cases.sheets import write_csv
from tests.conftest import NewStore

HEAD = ("信访编号", "受理单位", "收到日期", "程序性回复日期", "过程或结果答复日期")
FIELDS = ("procuratorate", "received_on", "acknowledged_on", "answered_on")
FIRST = ("某院", "2026-01-05", "", "")
TODAY = 750_000
"""A day long after all that is in the sheets."""


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


def deliver(store: Store, folder: Path, *rows: tuple[str, ...]) -> None:
    """One import of petitions."""
    import_paths(store, [write_csv(folder / "信访.csv", HEAD, *rows)])


def changed(store: Store, look: Look, *names: str) -> list[str]:
    """The petitions in which some columns have changed since a look."""
    views, table = Views(store.catalogue, store.tables), store.tables["petition"]
    with store.engine.connect() as connection:
        rows = Changes(connection, views, store.register, look, look.as_of).changed("petition", names)
        return sorted(connection.execute(select(table.c.petition_no).where(table.c.rid.in_(rows))).scalars())


def test_only_who_reads_a_changed_column_looks_again(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, ("虚1", *FIRST), ("虚2", *FIRST))
    deliver(store, tmp_path, ("虚1", *FIRST[:2], "2026-01-09", ""), ("虚3", *FIRST))
    look = Look(TODAY, 1)
    assert changed(store, look, "acknowledged_on") == ["虚1", "虚3"]
    assert changed(store, look, "answered_on", "procuratorate") == ["虚3"]


def test_the_day_a_row_begins_with_concerns_everybody(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, ("虚1", *FIRST))
    deliver(store, tmp_path, ("虚1", "某院", "2026-01-06", "", ""))
    assert changed(store, Look(TODAY, 1), "answered_on") == ["虚1"]


def test_a_row_that_is_new_and_then_changed_is_new_to_who_saw_neither(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, ("虚9", *FIRST))
    deliver(store, tmp_path, ("虚1", *FIRST))
    deliver(store, tmp_path, ("虚1", *FIRST[:3], "2026-02-01"))
    assert changed(store, Look(TODAY, 1), "acknowledged_on") == ["虚1"]
    assert changed(store, Look(TODAY, 2), "acknowledged_on") == []
    assert changed(store, Look(TODAY, 2, open_imports=(2,)), "acknowledged_on") == ["虚1"]


def test_a_row_put_back_is_looked_at_by_all(store: Store, tmp_path: Path) -> None:
    """A scan may have seen it in between."""
    deliver(store, tmp_path, ("虚1", *FIRST))
    other = write_csv(tmp_path / "信访一.csv", HEAD, ("虚1", *FIRST[:3], "2026-02-01"))
    back = write_csv(tmp_path / "信访二.csv", HEAD, ("虚1", *FIRST))
    import_paths(store, [other, back], sheet="信访")
    assert changed(store, Look(TODAY, 1), "acknowledged_on") == ["虚1"]


Content = st.tuples(st.sampled_from(["某院", "某某院"]), st.sampled_from(["2026-01-05", "2026-01-06"]), *[st.sampled_from(["", "2026-03-02"])] * 2)
Delivery = st.dictionaries(st.sampled_from(["虚1", "虚2", "虚3"]), Content, max_size=3)


@settings(max_examples=20, deadline=None)
@given(st.lists(Delivery, min_size=1, max_size=5), st.integers(0, 5), st.sets(st.sampled_from(FIELDS), min_size=1))
def test_no_change_of_a_column_that_is_read_is_overlooked(
    tmp_path_factory: pytest.TempPathFactory, new_store: NewStore, deliveries: list[dict[str, tuple[str, ...]]], seen: int, names: set[str]
) -> None:
    folder, now, then = tmp_path_factory.mktemp("deliveries"), dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    with open_store(new_store(), create=True) as store:
        for number, rows in enumerate(deliveries):
            then = dict(now) if number <= seen else then
            deliver(store, folder, *((key, *content) for key, content in rows.items()))
            now |= rows
        if seen >= len(deliveries):
            then = now
        at = [0, *(1 + FIELDS.index(name) for name in names)]
        differs = {key for key, content in now.items() if key not in then or any(([key, *content])[n] != ([key, *then[key]])[n] for n in at)}
        found = changed(store, Look(TODAY, seen), *names)
    assert differs <= set(found)
    assert all(key in differs or key in {k for rows in deliveries[seen:] for k in rows} for key in found)
