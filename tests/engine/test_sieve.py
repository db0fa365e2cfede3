"""Large sets of related rows are sifted: what comes out is what walking them gives, and the work does not grow with the square."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.catalogue import load_catalogue
from cases.importing import import_paths
from cases.store import open_store
from engine import evidence, sieve
from engine.env import Env, Row, Unknown, truth_of
from engine.evaluate import evaluator
from engine.evidence import Evidence, noter
from engine.prefilter import candidates
from engine.scan import Scanner
from engine.sieve import Group
from engine.views import Views
from rules import terms as t
from rules.language import Scope
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import ParameterVersions, load_vocabulary
from tests.cases.sheets import CASES, write_csv
from tests.conftest import NewStore

CATALOGUE = load_catalogue()
DAY = date(2026, 1, 5).toordinal()
PARAMETERS = {"least": ParameterVersions(((1, 100_000),))}
SCOPE = Scope(CATALOGUE, load_vocabulary(), "penalty", parameters={"least": "money"})
FILTERS = [
    "fine > 1000", "decided_on < this.decided_on", "decided_on <= this.decided_on and decided_on > this.served_on", "decided_on is undated",
    "fine = this.fine", "agency = this.agency and decided_on >= this.decided_on", "agency != this.agency", "served_on = this.decided_on",
    "fine > 1000 and agency = this.agency", "decided_on is undated or decided_on >= this.decided_on", "this.fine > fine",
    "decided_on < this.decided_on and (served_on is blank or (not (served_on is undated) and served_on > this.decided_on))",
    "not (decided_on < this.decided_on)", "fine >= $least", "this.decided_on is undated or decided_on < this.decided_on",
    "agency = this.agency and served_on < this.decided_on + 1 days", "decided_on > 2026-01-06 and demolition", "decided_on <= as_of",
    "any(same_party[fine = outer.fine])", "any(same_party[fine > 1000 and agency = outer.agency])", "any(same_party[decided_on < this.decided_on])",
    "decided_on <= this.decided_on and none(this.same_party[fine > 1000 and agency = outer.agency])",
    "demolition", "not demolition", "any(same_party[this.fine > 1000])", "none(same_party[fine != this.fine])",
    "count(this.same_party[fine > 1000]) > 1", "decided_on > earliest(this.same_party[fine > 1000].decided_on)",
    "any(same_party[count(this.same_party[demolition]) > 1])", "none(same_party[decided_on < latest(this.same_party[demolition].served_on)])",
    "none(this.same_party[agency = case(any(outer.same_party[fine > 1000]), outer.agency)])",
    "decided_on <= this.decided_on + days_between(this.served_on, this.decided_on) and fine > 1000",
]  # fmt: skip
SETS = [f"same_party[{filter_}]" for filter_ in FILTERS] + ["same_party"]
DAYS = st.sampled_from([None, 0, *range(DAY, DAY + 6)])
ROWS = st.lists(
    st.fixed_dictionaries({
        "decided_on": DAYS, "served_on": DAYS, "fine": st.sampled_from([None, 90_000, 100_000, 100_001, 200_000]),
        "agency": st.sampled_from([None, "甲局", "乙局"]), "demolition": st.sampled_from([None, 0, 1]),
    }),
    min_size=1, max_size=12,
)  # fmt: skip


@cache
def term(said: str) -> t.Term:
    return SCOPE.resolve(said, many=True)


def told(value: Any) -> Any:
    """A value that can be compared: unknown truths by the fields that they name."""
    if isinstance(value, list):
        return [told(v) for v in value]
    if isinstance(value, tuple):
        return tuple(told(v) for v in value)
    return ("unknown", value.fields) if isinstance(value, Unknown) else value


def read(said: str, members: list[Row], kind: type[list[Row]]) -> list[Any]:
    """What a term gives for each of some rows that are all related to each other, and the evidence of it."""
    rows: list[Row] = [{**row, "decision_no": f"罚{n}", "decision_no_w": None} for n, row in enumerate(members)]
    group = kind(rows)
    for row in rows:
        row["same_party"] = group
    found = []
    for row in rows:
        env = Env([row], DAY + 3, PARAMETERS)
        value, spans = evaluator(term(said))(env), sorted(env.unknown_spans)
        seen = Evidence(CATALOGUE)
        noter(term(said))(seen, env)
        places = [rows.index(r) for r, _ in value] if said in SETS else told(truth_of(value) if term(said).type == "bool" else value)
        truths = [told(truth) for _, truth in value] if said in SETS else None
        found.append((places, truths, spans, list(seen.cells), seen.more))
    return found


@given(st.sampled_from(SETS), st.sampled_from(["{}", "any({})", "none({})", "count({})", "latest({}.served_on)", "earliest({}.decided_on)"]), ROWS)
@settings(max_examples=600, deadline=None)
def test_sifting_gives_what_walking_gives(some: str, form: str, members: list[Row]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "LARGE", 1)
        patch.setattr(sieve, "BLOCK", 2)
        patch.setattr(evidence, "MOST", 2)
        assert read(form.format(some), members, Group) == read(form.format(some), members, list)


@pytest.mark.parametrize("large", [1, 64])
def test_a_flag_may_stand_alone(monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(sieve, "LARGE", large)
    rows = [{"decided_on": DAY, "fine": None, "demolition": flag} for flag in (1, 0, None, 1)]
    assert [found[0] for found in read("count(same_party[demolition])", rows, Group)] == [2] * 4
    assert read("same_party[demolition]", rows, Group)[0][0] == [0, 3]
    assert [found[0] for found in read("latest(same_party[demolition].decided_on)", rows, Group)] == [DAY] * 4


class Counted(dict[str, Any]):
    """A row that counts how often its cells are read."""

    reads = 0

    def __getitem__(self, name: str) -> Any:
        Counted.reads += 1
        return super().__getitem__(name)


def reads(said: str, count: int) -> int:
    """How many cells are read where so many rows are all related to each other."""
    group = Group(
        [
            Counted(decided_on=DAY - n * 37 % 4001, served_on=DAY - n, fine=n * 7919 % 4001, agency=f"{n % 9}局", demolition=n % 2)
            for n in range(count)
        ]
    )
    for row in group:
        row["same_party"] = group
    Counted.reads = 0
    for row in group:
        evaluator(term(said))(Env([row], DAY, PARAMETERS))
    return Counted.reads


@pytest.mark.parametrize(
    "said",
    [
        "count(same_party[decided_on < this.decided_on and decided_on >= back(this.decided_on, 400 days)])",
        "any(same_party[agency = this.agency and fine > this.fine and decided_on < 1990-01-01])",
        "any(same_party[decided_on > this.decided_on and (served_on is blank or served_on < back(this.decided_on, 4000 days))])",
        "latest(same_party[fine > 1000].served_on)",
        "none(same_party[agency = this.agency and fine = this.fine and demolition])",
    ],
)
def test_work_does_not_grow_with_the_square(said: str) -> None:
    few, many = reads(said, 400), reads(said, 1600)
    assert many < 9 * few  # the square would be sixteen times as many


def test_all_rules_find_the_same_in_heaps(tmp_path: Path, new_store: NewStore) -> None:
    """The rules that ship, on data in which everything is a heap and every set is large."""
    from tests.reference.stores import as_of_days, store, write

    write(store(11, 2), tmp_path)
    with open_store(new_store(), create=True) as opened:
        import_paths(opened, [tmp_path])
        plain = list(_found(Scanner(opened, load_rules(catalogue=opened.catalogue), load_law()), as_of_days(11)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sieve, "LARGE", 1)
            patch.setattr(sieve, "BLOCK", 2)
            patch.setattr("engine.heaps.HEAP", 1)
            sifted = list(_found(Scanner(opened, load_rules(catalogue=opened.catalogue), load_law()), as_of_days(11)))
    assert any(clues for clues, _ in plain)
    assert sifted == plain


def _found(scanner: Scanner, days: list[date]) -> Any:
    for day in days[::2]:
        batches = list(scanner.scan(day.toordinal()))
        clues = sorted((clue for batch in batches for clue in batch.clues), key=lambda clue: clue["id"])
        yield clues, sorted((gap["rule"], gap["subject"]["key"], gap["missing"]) for batch in batches for gap in batch.insufficient)


def test_what_thousands_hang_on_is_fetched_once(tmp_path: Path, new_store: NewStore) -> None:
    count = 1200
    write_csv(tmp_path / "刑事案件.csv", CASES, ("虚刑1号", "合同诈骗罪", "虚拟公安局", "2020-01-06"))
    properties = [("虚刑1号", f"P{n}", "扣押", "2020-02-03") for n in range(count)]
    write_csv(tmp_path / "涉案财物.csv", ("案件编号", "财物编号", "措施", "措施日期"), *properties)
    measures = [("虚刑1号", f"S{n}", "拘留", "2020-02-03", "2020-02-10") for n in range(count)]
    write_csv(tmp_path / "强制措施.csv", ("案件编号", "嫌疑人编号", "措施", "开始日期", "解除日期"), *measures)
    with open_store(new_store(), create=True) as opened:
        import_paths(opened, [tmp_path])
        rules = [r for r in load_rules(catalogue=opened.catalogue) if r.rule.id == "criminal.property-overheld"]
        with pytest.MonkeyPatch.context() as patch:
            fetched = _counting(patch)
            clues = [clue for batch in Scanner(opened, rules, load_law()).scan(date(2026, 11, 22).toordinal()) for clue in batch.clues]
    assert len(clues) == count
    assert {clue["evidence_more"] for clue in clues} == {count - 50}
    assert sum(fetched) == count + 1  # the measures, and the case


def _counting(patch: pytest.MonkeyPatch) -> list[int]:
    from engine.dossier import Loader

    fetched, fetch = list[int](), Loader._fetch

    def counted(self: Loader, *args: Any, **named: Any) -> Any:
        for row in fetch(self, *args, **named):
            fetched.append(1)
            yield row

    patch.setattr(Loader, "_fetch", counted)
    return fetched


def test_what_rows_have_in_common_is_not_what_they_are_looked_up_by(tmp_path: Path) -> None:
    """A firm stands in thousands of suits, a suit has few parties: SQLite looks for the parties by the suit."""
    with open_store(tmp_path / "库.db", create=True) as opened:
        (rule,) = [r for r in load_rules(catalogue=opened.catalogue) if r.rule.id == "text.shared-firm"]
        statement = candidates(rule, Views(opened.catalogue, opened.tables), ["rid"]).compile(opened.engine)
        with opened.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(statement.params[n] for n in statement.positiontup or ()))
            used = [row[3] for row in plan]
    assert not [step for step in used if "civil_party_firm" in step]
    assert [step for step in used if "civil_party_key" in step]
