"""The mutation run: it changes what it says, and cases that look away are found out."""

from benchmarks.mutate_rules import mutants, noticed, resolved
from engine.cases import CaseRunner
from rules.checks import read_rules

READ = {r.rule.id: (file, r) for file, r in read_rules(())[0]}


def test_a_limit_its_unit_its_stops_and_conditions_are_changed() -> None:
    file, _ = READ["criminal.custody-overdue"]
    made = [(kind, what) for kind, what, _ in mutants(file.data)]
    assert ("期限", "$limit 2 months → 1 months") in made
    assert ("单位", "$limit 2 months → 60 days") in made
    assert ("顺延", "ends → roll") in made
    assert ("停止", "去掉 limit.done_by:ended_on") in made
    assert ("条件", "去掉 when:measure = 逮捕") in made
    assert any(kind == "比较" and "decided_on > this.started_on" in what for kind, what in made)


def test_every_change_is_one_change() -> None:
    file, whole = READ["criminal.custody-overdue"]
    for _, what, data in mutants(file.data):
        differing = [k for k in file.data if data.get(k) != file.data[k]]
        assert len(differing) == 1, what
    assert resolved(file.data) is not None
    assert whole.rule.model_dump() == resolved(file.data).rule.model_dump()  # type: ignore[union-attr]


def test_good_cases_notice_a_change_and_none_notice_nothing() -> None:
    file, whole = READ["criminal.custody-overdue"]
    _, _, data = next(m for m in mutants(file.data) if m[0] == "期限")
    changed, blind = resolved(data), resolved({**data, "cases": []})
    assert changed is not None and blind is not None
    with CaseRunner() as runner:
        assert not noticed(runner, whole)
        assert noticed(runner, changed)
        assert not noticed(runner, blind)
